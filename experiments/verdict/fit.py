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
from experiments.setup.points import points_of
from experiments.setup.weights import learner_of, named_settings
from experiments.simulation.many_weights import losses_of
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.many_case import ManyCase
from experiments.verdict.outcome import Verdict
from landscapes.data.learned import Rows, rows_of
from landscapes.data.learner import LogisticFeatures, Polynomial
from landscapes.data.sets import ROWS, SETS
from landscapes.data.sliced import solution_of
from numerals import count, number

_ERRORS = 2.0  # paired standard errors by which held-out loss must have risen
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
    """Return what the held-out rows say of a run; None where none are, or where its training failed."""
    heldout, best = trajectory.heldout, trajectory.best_heldout_step
    lost = verdict.outcome.is_lost or trajectory.last_finite < trajectory.steps
    if heldout is None or best is None or lost or trajectory.weights is None or trajectory.train is None:
        return None
    case = ManyCase(experiment, trajectory)
    end = case.returned
    if not np.isfinite(heldout[end]) or trajectory.train[end] > trajectory.train[0]:
        return None  # what it learnt is worse than nothing
    rise, error, sure = _paired(experiment, trajectory.weights[[best, end]], points_of(experiment).heldout)
    evidence = {
        "best_step": float(best),
        "best_heldout": float(heldout[best]),
        "heldout": float(heldout[end]),
        "train": float(trajectory.train[end]),
        "gap": float(heldout[end] - trajectory.train[end]),
        "rise": rise,
        "rise_error": error,
        "rise_sure": sure,
    }
    if trajectory.accuracy is not None:
        evidence["accuracy"] = float(trajectory.accuracy[end])
    noise = noise_floor(experiment)
    if noise is not None:
        evidence["noise_floor"] = noise
    fresh = _fresh(experiment)
    if fresh is not None:
        learner = case.learner
        means, _, _ = losses_of(learner, named_settings(experiment), fresh, trajectory.weights[[best, end]])
        evidence |= {"fresh_at_best": float(means[0]), "fresh": float(means[1])}
        evidence["fresh_rise_error"] = _paired(experiment, trajectory.weights[[best, end]], fresh)[1]
    kind, told = _kind(case, evidence, best, end)
    return Fit(kind=kind, best_step=best, evidence=evidence, detail=told)


def _kind(case: ManyCase, evidence: dict[str, float], best: int, end: int) -> tuple[FitKind, str]:
    trajectory, heldout = case.trajectory, case.trajectory.heldout
    assert heldout is not None
    low, now = evidence["best_heldout"], evidence["heldout"]
    train = number(evidence["train"])
    if end != best and _has_risen(evidence):
        lately = f"The held-out loss was lowest at step {count(best)}, {number(low)}, and is {number(now)} at the end"
        return FitKind.OVERFITS, f"{lately}, while the training loss came down to {train}.{_leak(case, evidence)}"
    span = max(1, trajectory.steps // 10)
    before = float(heldout[max(0, end - span)])
    if end == trajectory.steps and best > end - span and before - now > _FALLS * now and not case.rests:
        detail = f"The held-out loss fell from {number(before)} to {number(now)} over the last {count(span)} steps."
        return FitKind.STILL_IMPROVING, detail + _leak(case, evidence)
    simple = _too_simple(case, evidence)
    if simple:
        return FitKind.TOO_SIMPLE, simple + _leak(case, evidence)
    where = (
        f"The held-out loss is {number(now)} at step {count(end)}"
        if end < trajectory.steps
        else (f"The held-out loss is {number(now)} at the end")
    )
    lowest = ""
    if best != end:
        much = "a rise that chance may explain" if now > (1 + _CLEAR) * low else "hardly more"
        lowest = f", after {number(low)} at step {count(best)} ({much})"
    return FitKind.FITS, f"{where}{lowest}; the training loss is {train}.{_leak(case, evidence)}"


def _leak(case: ManyCase, evidence: dict[str, float]) -> str:
    """Return what is to be said where held-out rows were learnt from, or where they tell another story than others."""
    leaked = points_of(case.experiment).leaked
    fresh = evidence.get("fresh")
    beside = "" if fresh is None else f" On {count(2 * ROWS)} fresh points the loss is {number(fresh)}."
    if leaked:
        rows = f"{count(len(leaked))} of the held-out rows were" if len(leaked) > 1 else "One of the held-out rows was"
        return f" {rows} learnt from as well, so the held-out loss is too good to be true.{beside}"
    return beside


def _paired(experiment: Experiment, both: np.ndarray, rows: Rows) -> tuple[float, float, float]:
    """Return how much rows cost more with the second of two sets of weights (2, n) than with the first.

    The mean over the rows, its standard error, and in which share of resamples of the rows that mean is above 0.
    """
    learner = learner_of(experiment.landscape)
    assert learner is not None
    _, each, _ = losses_of(learner, named_settings(experiment), rows, both, each=True)
    rises = each[1] - each[0]
    count_ = len(rises)
    if count_ < 2:
        return float(rises.mean()), float("nan"), float("nan")
    sure = float("nan")
    if count_ <= _MOST_RESAMPLED:
        drawn = np.random.default_rng(0).multinomial(count_, np.full(count_, 1 / count_), size=_RESAMPLES)
        sure = float((drawn @ rises > 0).mean())
    return float(rises.mean()), float(rises.std(ddof=1) / np.sqrt(count_)), sure


def _has_risen(evidence: Mapping[str, float]) -> bool:
    """Tell whether the held-out loss has risen from its lowest by more than chance.

    By its mean, more than two paired standard errors. Or, where a few rows carry most of the rise and make that error
    wide, by a tenth at least, and either nearly all resamples of the rows rose or fresh points did, clearly.
    """
    rise = evidence["rise"]
    if rise > _ERRORS * evidence["rise_error"]:
        return True
    if not rise > _CLEAR * evidence["best_heldout"]:
        return False
    before = evidence.get("fresh_at_best", np.nan)
    fresh = evidence.get("fresh", np.nan) - before
    clear = fresh > _CLEAR * before and fresh > _ERRORS * evidence.get("fresh_rise_error", np.inf)
    return bool(clear or evidence["rise_sure"] > _NEARLY_ALL)


def noise_floor(experiment: Experiment) -> float | None:
    """Return the mean squared noise that drawn numbers scatter with; None for other rows, whose noise nobody knows."""
    learner, points = learner_of(experiment.landscape), points_of(experiment)
    values = experiment.landscape_parameters
    if learner is None or learner.target != "number" or not points.own or values["outliers"]:
        return None
    return float(values["data_noise"]) ** 2


def _too_simple(case: ManyCase, evidence: dict[str, float]) -> str:
    """Return how a model is too simple, with numbers; "" where it is not, or nobody can tell.

    Its training loss must lie above the noise by more than its scatter, where the noise is known; else a richer model
    of its family must come so much nearer to the same rows as would happen by chance once in a thousand times.
    """
    rows, noise = len(points_of(case.experiment).kept), evidence.get("noise_floor")
    richer = _richer(case.experiment)
    if richer is None:
        return ""
    lowest, weights, settings = richer
    train, own = evidence["train"], len(case.end)
    above = train > (noise or 0.0) * (1 + 3 * np.sqrt(2 / rows))
    if case.learner.target == "number":
        spare = rows - weights
        if spare < 1 or not lowest < train or not above:
            return ""
        test = ((train - lowest) / (weights - own)) / (max(lowest, 1e-300) / spare)
        clear = test > f.ppf(_SURE, weights - own, spare)
    else:
        clear = 2 * rows * (train - lowest) > chi2.ppf(_SURE, weights - own)
    if not clear:
        return ""
    floor = "" if noise is None else f"; the noise of the data is {number(noise)}"
    richest = f"degree {settings['degree']} comes down to {number(lowest)} on the same rows"
    return f"Its training loss stays at {number(train)}, while {richest}{floor}."


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
