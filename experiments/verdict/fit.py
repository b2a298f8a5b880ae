"""What a run learnt about points that it did not see: a second verdict, beside what became of its training loss.

It compares losses on rows that are held out. A number that was chosen on them, as a best step is, is optimistic.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.stats import chi2, f

from experiments.setup.experiment import Experiment
from experiments.setup.points import Points, points_of
from experiments.setup.weights import learner_of, named_settings
from experiments.simulation.many_weights import losses_of
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.many_case import ManyCase
from experiments.verdict.outcome import Verdict
from landscapes.data.learned import Rows, rows_of
from landscapes.data.learner import Learner, LogisticFeatures, Polynomial
from landscapes.data.sets import ROWS, SETS
from landscapes.data.sliced import solution_of
from numerals import count, number
from optimizers import OPTIMIZERS

_ERRORS = 2.0  # paired standard errors by which held-out loss must have risen
_SEEN = 0.02  # of its lowest: a smaller rise is none
_FEWEST, _SHAKEN = 3, 15  # rows from which on anything can be told; iterates of a shaken run that are taken together
_FAR = 0.2  # of the way to the least loss that is left: a run has not come far
_CLEAR = 0.1  # of its lowest: a smaller rise must show in its mean
_RESAMPLES, _MOST_RESAMPLED = 1_000, 1_000
_NEARLY_ALL = 0.977  # of the resamples: as many as lie above two standard errors below a mean
_FALLS = 0.01  # of the held-out loss, over the last tenth of the steps: more is still improving
_SURE = 0.999  # how sure a test of a richer model must be
_RICHER = 3  # degrees more
_FRESH_SEED = 10_000  # seeds of data that nobody can choose


class FitKind(Enum):
    """What the held-out rows say, as a sentence that a reader can act on."""

    FITS = "What it learnt holds for rows that it did not see."
    TOO_SIMPLE = "The model is too simple: a richer one of its kind comes clearly nearer to the same rows."
    OVERFITS = "It has begun to learn the noise of its rows: the loss on rows that it did not see has risen again."
    STILL_IMPROVING = "The loss on rows that it did not see was still falling at the end."

    @property
    def sentence(self) -> str:
        """The member's sentence."""
        return self.value


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What a run learnt about rows that it did not see.

    best_step: at which their loss was lowest. evidence: the numbers behind it. detail: a sentence with them.
    """

    kind: FitKind
    best_step: int
    evidence: Mapping[str, float]
    detail: str

    @property
    def sentence(self) -> str:
        """What it means."""
        return self.kind.sentence


@np.errstate(all="ignore")
def fit_of(experiment: Experiment, trajectory: Trajectory, verdict: Verdict) -> Fit | None:
    """Return what the held-out rows say of a run; None where next to none are, or where its training failed."""
    heldout, best = trajectory.heldout, trajectory.best_heldout_step
    lost = verdict.outcome.is_lost or trajectory.last_finite < trajectory.steps
    if heldout is None or best is None or lost or trajectory.weights is None or trajectory.train is None:
        return None
    rows = points_of(experiment).heldout
    case = ManyCase(experiment, trajectory)
    end = case.returned
    if len(rows) < _FEWEST or not np.isfinite(heldout[end]) or trajectory.train[end] > trajectory.train[0]:
        return None  # too few to tell, or what it learnt is worse than nothing
    best, earlier, later, shaken_by = _compared(case, best, end)
    rise, error, sure = _paired(experiment, earlier, later, rows)
    evidence = {
        "best_step": float(best),
        "best_heldout": _mean(experiment, earlier, rows),
        "heldout": _mean(experiment, later, rows),
        "train": _mean(experiment, later, points_of(experiment).kept),
        "rise": rise,
        "rise_error": error,
        "rise_sure": sure,
    } | ({} if shaken_by is None else {"shaken_by": shaken_by})
    if evidence["train"] > trajectory.train[0]:
        return None
    evidence["gap"] = evidence["heldout"] - evidence["train"]
    evidence["plain_train"], evidence["plain_heldout"] = _without_a_model(case.learner, points_of(experiment))
    if trajectory.accuracy is not None:
        evidence["accuracy"] = float(trajectory.accuracy[end])
    noise = noise_floor(experiment)
    if noise is not None:
        evidence["noise_floor"] = noise
    fresh = _fresh(experiment)
    if fresh is not None:
        evidence |= {"fresh_at_best": _mean(experiment, earlier, fresh), "fresh": _mean(experiment, later, fresh)}
        evidence["fresh_rise_error"] = _paired(experiment, earlier, later, fresh)[1]
    kind, told = _kind(case, evidence, best, end)
    return Fit(kind=kind, best_step=best, evidence=evidence, detail=told)


def _compared(case: ManyCase, best: int, end: int) -> tuple[int, np.ndarray, np.ndarray, float | None]:
    """Return the best step, and the weights (k, n) around it and around the end, which are compared.

    One each; of a run that is shaken several, of its last quarter, since the lowest of many jumping losses is lower by
    chance alone; and twice the deviation of such means over its second half.
    """
    trajectory, weights = case.trajectory, case.weights
    draws = OPTIMIZERS[case.experiment.runs[trajectory.run].optimizer].draws
    if not (case.experiment.is_noisy or draws) or trajectory.steps < 4 * _SHAKEN or end < trajectory.steps:
        return best, weights[[best]], weights[[end]], None
    wide = max(_SHAKEN, trajectory.steps // 20)
    heldout = np.asarray(trajectory.heldout)
    means = np.convolve(heldout, np.full(wide, 1 / wide), "valid")
    first = int(np.nanargmin(means))
    around = np.linspace(first, first + wide - 1, _SHAKEN).round().astype(int)
    last = np.linspace(trajectory.steps - trajectory.steps // 4, trajectory.steps, 2 * _SHAKEN).round().astype(int)
    shaken_by = 2 * float(np.nanstd(means[len(means) // 2 :]))
    return first + wide // 2, weights[around], weights[last], shaken_by


def _kind(case: ManyCase, evidence: dict[str, float], best: int, end: int) -> tuple[FitKind, str]:
    """Return the first of the kinds that holds, with its numbers."""
    for test in (_held_back, _overfits, _still_improving, _too_simple):
        told = test(case, evidence, best, end)
        if told is not None:
            kind, detail = told
            return kind, detail + _leak(case, evidence)
    low, now = evidence["best_heldout"], evidence["heldout"]
    when = "at the end" if end == case.trajectory.steps else f"at step {count(end)}"
    lowest = ""
    if best != end and now > low:
        much = "a rise that chance may explain" if now > (1 + _CLEAR) * low else "hardly more"
        lowest = f", after {number(low)} at step {count(best)} ({much})"
    detail = f"The held-out loss is {number(now)} {when}{lowest}; the training loss is {number(evidence['train'])}."
    return FitKind.FITS, detail + _leak(case, evidence)


_Told = tuple[FitKind, str] | None


def _held_back(case: ManyCase, evidence: dict[str, float], best: int, end: int) -> _Told:
    """Its penalty is so strong that a tenth of it predicts rows that are not seen clearly better."""
    experiment, found = case.experiment, case.solution
    if not (experiment.l2 or experiment.l1) or found is None or found.weights is None or not case.rests:
        return None
    rows, settings = points_of(experiment), named_settings(experiment)
    looser = solution_of(case.learner, rows.kept, settings, experiment.l2 / 10, experiment.l1 / 10)
    if looser is None or looser.weights is None:
        return None
    other = looser.weights[None]
    rise, error, _ = _paired(experiment, other, case.weights[[end]], rows.heldout)
    unseen = _mean(experiment, other, rows.heldout)
    if not (rise > _ERRORS * error and rise > _CLEAR * unseen):
        return None
    train = _mean(experiment, other, rows.kept)
    detail = f"Its penalty holds it back: with a tenth of it the training loss is {number(train)} instead of "
    detail += (
        f"{number(evidence['train'])}, and the held-out loss {number(unseen)} instead of {number(evidence['heldout'])}."
    )
    return FitKind.TOO_SIMPLE, detail


def _overfits(case: ManyCase, evidence: dict[str, float], best: int, end: int) -> _Told:
    """The held-out loss has risen, or is no lower than without any model though the training loss is."""
    low, now, train = evidence["best_heldout"], evidence["heldout"], number(evidence["train"])
    if end != best and _has_risen(evidence):
        lately = f"The held-out loss was lowest at step {count(best)}, {number(low)}, and is {number(now)} at the end"
        return FitKind.OVERFITS, f"{lately}, while the training loss came down to {train}."
    plain = evidence["plain_heldout"]
    if now >= plain and evidence["train"] < evidence["plain_train"]:
        what = "the mean of its rows" if case.learner.target == "number" else "how common each class is"
        detail = f"Its training loss came down to {train}, but whoever tells only {what} has a held-out loss of "
        return FitKind.OVERFITS, f"{detail}{number(plain)}, and it {number(now)}: what it learnt does not hold."
    return None


def _still_improving(case: ManyCase, evidence: dict[str, float], best: int, end: int) -> _Told:
    """The held-out loss was falling when the steps ran out, or the run has not come far on its way."""
    trajectory, now = case.trajectory, evidence["heldout"]
    heldout = np.asarray(trajectory.heldout)
    if end < trajectory.steps:
        return None
    span = max(1, trajectory.steps // 10)
    before = float(heldout[max(0, end - span)])
    if best > end - span and before - now > _FALLS * now and not case.rests:
        detail = f"The held-out loss fell from {number(before)} to {number(now)} over the last {count(span)} steps."
        return FitKind.STILL_IMPROVING, detail
    found, losses = case.solution, trajectory.losses
    if found is not None and found.lowest is not None and losses[-1] - found.lowest > _FAR * (losses[0] - found.lowest):
        detail = f"It has not come far: its loss is {number(float(losses[-1]))}, and this model can reach "
        return FitKind.STILL_IMPROVING, f"{detail}{number(found.lowest)}."
    return None


def _leak(case: ManyCase, evidence: dict[str, float]) -> str:
    """Return what is to be said where held-out rows were learnt from, or where they tell another story than others."""
    leaked = points_of(case.experiment).leaked
    fresh = evidence.get("fresh")
    beside = "" if fresh is None else f" On {count(2 * ROWS)} fresh points the loss is {number(fresh)}."
    if leaked:
        rows = f"{count(len(leaked))} of the held-out rows were" if len(leaked) > 1 else "One of the held-out rows was"
        return f" {rows} learnt from as well, so the held-out loss is too good to be true.{beside}"
    return beside


def _costs(experiment: Experiment, weights: np.ndarray, rows: Rows) -> np.ndarray:
    """Return what each row costs in the mean over sets of weights (k, n), (rows,)."""
    learner = learner_of(experiment.landscape)
    assert learner is not None
    _, each, _ = losses_of(learner, named_settings(experiment), rows, weights, each=True)
    found: np.ndarray = each.mean(axis=0)
    return found


def _mean(experiment: Experiment, weights: np.ndarray, rows: Rows) -> float:
    return float(_costs(experiment, weights, rows).mean())


def _without_a_model(learner: Learner, points: Points) -> tuple[float, float]:
    """Return the losses on rows seen and not seen of who tells the mean, or how common each class is, of those seen."""
    seen, unseen = (np.array(rows)[:, -1] for rows in (points.kept, points.heldout))
    if learner.target == "number":
        middle = seen.mean()
        return float(((seen - middle) ** 2).mean()), float(((unseen - middle) ** 2).mean())
    shares = np.array([(seen == label).mean() for label in range(learner.classes)])
    costs = -np.log(shares)
    return float(costs[seen.astype(int)].mean()), float(costs[unseen.astype(int)].mean())


def _paired(experiment: Experiment, earlier: np.ndarray, later: np.ndarray, rows: Rows) -> tuple[float, float, float]:
    """Return how much rows cost more with later sets of weights (k, n) than with earlier ones.

    The mean over the rows, its standard error, and in which share of resamples of the rows that mean is above 0.
    """
    rises = _costs(experiment, later, rows) - _costs(experiment, earlier, rows)
    count_ = len(rises)
    sure = float("nan")
    if count_ <= _MOST_RESAMPLED:
        drawn = np.random.default_rng(0).multinomial(count_, np.full(count_, 1 / count_), size=_RESAMPLES)
        sure = float((drawn @ rises > 0).mean())
    return float(rises.mean()), float(rises.std(ddof=1) / np.sqrt(count_)), sure


def _has_risen(evidence: Mapping[str, float]) -> bool:
    """Tell whether the held-out loss has risen from its lowest by more than chance.

    By its mean, more than two paired standard errors and a fiftieth of it. Or, where a few rows carry most of the rise
    and make that error wide, by a tenth at least, and either nearly all resamples of the rows rose or fresh points did,
    clearly. Of a shaken run it must be more than its own losses go up and down.
    """
    rise = evidence["rise"]
    if rise <= evidence.get("shaken_by", 0.0):
        return False
    steady = "shaken_by" not in evidence
    if steady and rise > _ERRORS * evidence["rise_error"] and rise > _SEEN * evidence["best_heldout"]:
        return True
    if not rise > _CLEAR * evidence["best_heldout"]:
        return False
    before = evidence.get("fresh_at_best", np.nan)
    fresh = evidence.get("fresh", np.nan) - before
    clear = fresh > _CLEAR * before and fresh > _ERRORS * evidence.get("fresh_rise_error", np.inf)
    if np.isfinite(fresh) and not steady:
        return bool(clear)  # of one that is shaken the best step is one of many: fresh points decide
    return bool(clear or evidence["rise_sure"] > _NEARLY_ALL)


def noise_floor(experiment: Experiment) -> float | None:
    """Return the mean squared noise that drawn numbers scatter with; None for other rows, whose noise nobody knows."""
    learner, points = learner_of(experiment.landscape), points_of(experiment)
    values = experiment.landscape_parameters
    if learner is None or learner.target != "number" or not points.own or values["outliers"]:
        return None
    return float(values["data_noise"]) ** 2


def _too_simple(case: ManyCase, evidence: dict[str, float], best: int, end: int) -> _Told:
    """The least loss of this model on its rows is clearly above that of a richer one of its family.

    By more than the noise scatters, where that is known, and by more than chance would do once in a thousand times.
    What the run itself reached plays no part: it may be slow, or penalised.
    """
    experiment, rows = case.experiment, points_of(case.experiment).kept
    richer, noise = _richer(experiment), evidence.get("noise_floor")
    own = solution_of(case.learner, rows, named_settings(experiment), 0.0, 0.0)
    if richer is None or own is None or own.lowest is None:
        return None
    lowest, weights, settings = richer
    least, count_ = own.lowest, len(case.end)
    if case.learner.target == "number":
        spare = len(rows) - weights
        above = least > (noise or 0.0) * (1 + 3 * np.sqrt(2 / len(rows)))
        if spare < 1 or not lowest < least or not above:
            return None
        test = ((least - lowest) / (weights - count_)) / (max(lowest, 1e-300) / spare)
        clear = test > f.ppf(_SURE, weights - count_, spare)
    else:
        clear = 2 * len(rows) * (least - lowest) > chi2.ppf(_SURE, weights - count_)
    if not clear:
        return None
    floor = "" if noise is None else f"; the noise of the data is {number(noise)}"
    richest = f"degree {settings['degree']} comes down to {number(lowest)} on the same rows"
    return FitKind.TOO_SIMPLE, f"Its training loss comes no lower than {number(least)}, while {richest}{floor}."


def _richer(experiment: Experiment) -> tuple[float, int, dict[str, Any]] | None:
    """Return the least training loss of a richer model of the family, how many weights it has, and its settings."""
    learner, rows = learner_of(experiment.landscape), points_of(experiment).kept
    settings = dict(named_settings(experiment))
    if not isinstance(learner, Polynomial | LogisticFeatures):
        return None
    most = 15 if isinstance(learner, Polynomial) else 4
    degree = int(settings["degree"])
    steps = _RICHER if isinstance(learner, Polynomial) else 1
    for more in range(min(degree + steps, most), degree, -1):
        richer = {**settings, "degree": more}
        weights = learner.count(richer)
        if weights < len(rows) - 1:
            found = solution_of(learner, rows, tuple(richer.items()), 0.0, 0.0)
            if found is not None and found.lowest is not None:
                return found.lowest, weights, richer
    return None


def _fresh(experiment: Experiment) -> Rows | None:
    """Return 2,000 fresh points, where the rows are drawn and more of them can be."""
    values, points = experiment.landscape_parameters, points_of(experiment)
    if not points.own or SETS[values["data_set"]].fixed or experiment.data_held_out:
        return None
    return _fresh_rows(values["data_set"], values["data_noise"], values["data_seed"])


@lru_cache(maxsize=32)
def _fresh_rows(key: str, noise: float, seed: int) -> Rows:
    """Return 2,000 rows of a set that no experiment has: without outliers, from seeds of their own."""
    parts = [SETS[key].draw(ROWS, noise, _FRESH_SEED + 2 * seed + part, 0, 0.0).rows for part in (0, 1)]
    return rows_of(np.concatenate(parts))
