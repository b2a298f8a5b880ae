"""What to change about a run of many weights: each change is tried, and told with what it came to.

What the held-out rows say comes first: a run that learns the noise of its rows is not helped by more steps.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from experiments.advice.changes import changed, with_optimizer, with_rates, with_run
from experiments.critical.defaults import round_to
from experiments.setup.alone import alone_at, among_others
from experiments.setup.experiment import Experiment
from experiments.setup.failures import standing
from experiments.setup.points import points_of
from experiments.setup.weights import MOST_NUMBERS, count_of, learner_of
from experiments.simulation.simulate import simulate_run
from experiments.simulation.stability import unit_limit
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.fit import Fit, FitKind, fit_of
from experiments.verdict.many import verdict_of_many
from experiments.verdict.many_case import ManyCase
from experiments.verdict.outcome import Advice, Outcome, Verdict
from numerals import count, number

MOST = 3  # pieces of advice for one run
_CLEAR = 0.05  # of a loss: a smaller gain is none
_SEEN = 0.01  # of a loss: a smaller gain would be told as the same number
_DOWN, _UP = (0.5, 0.25, 0.1, 0.03, 0.01), (3.0, 10.0)
_PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1)
_LONGER = (4, 10)


@dataclass(frozen=True, eq=False)
class _Tried:
    """A run with what became of it."""

    experiment: Experiment
    trajectory: Trajectory

    @cached_property
    def verdict(self) -> Verdict:
        return verdict_of_many(self.experiment, self.trajectory)

    @cached_property
    def fit(self) -> Fit | None:
        return fit_of(self.experiment, self.trajectory, self.verdict)

    @property
    def loss(self) -> float:
        """The last training loss; infinite where the run is lost."""
        final = self.trajectory.final_loss
        return np.inf if self.verdict.outcome.is_lost or not np.isfinite(final) else final

    @property
    def unseen(self) -> float:
        """The loss on fresh points where there are some, else on the held-out rows, of what the run returns."""
        if self.fit is None:
            return np.inf
        return float(self.fit.evidence.get("fresh", self.fit.evidence["heldout"]))


@dataclass(frozen=True)
class _Found:
    text: str
    label: str
    experiment: Experiment


_Cause = Callable[[_Tried], _Found | None]


@np.errstate(all="ignore")
def advise_many(experiment: Experiment, trajectory: Trajectory, verdict: Verdict) -> tuple[Advice, ...]:
    """Return up to three changes that were tried and end better, the likeliest cause first."""
    place = trajectory.run
    before = _Tried(alone_at(experiment, place), replace(trajectory, run=0))
    found: list[_Found] = []
    for cause in _causes(before):
        one = standing(f"The advice {cause.__name__}", partial(cause, before), lambda: None)
        if one is not None and all(one.experiment != other.experiment for other in found):
            found.append(one)
        if len(found) >= MOST:
            break
    return tuple(
        Advice(text=one.text, label=one.label, experiment=among_others(experiment, place, one.experiment))
        for one in found
    )


def _causes(before: _Tried) -> tuple[_Cause, ...]:
    outcome, fit = before.verdict.outcome, before.fit
    if "stopped_unseen" in before.verdict.evidence:
        return ()  # it did what it was to do
    if outcome.is_lost or outcome is Outcome.OSCILLATING:
        return (_lower_rate, _adam)
    if fit is not None and fit.kind is FitKind.OVERFITS:
        return (_stop_early, _penalty, _simpler, _more_rows)
    if fit is not None and fit.kind is FitKind.TOO_SIMPLE:
        return (_richer,)
    if outcome is Outcome.NOISE_FLOOR:
        return (_falling_rate, _lower_rate)
    if outcome.at_minimum:
        return ()
    return (_more_steps, _higher_rate, _adam)


def _try(experiment: Experiment | None) -> _Tried | None:
    return None if experiment is None else _Tried(experiment, simulate_run(experiment, 0))


def _lowest(experiments: Iterable[Experiment | None], of: Callable[[_Tried], float]) -> _Tried | None:
    """Return the one of these runs that ends lowest, None where none ends anywhere."""
    tried = [one for one in map(_try, experiments) if one is not None]
    best = min(tried, key=of, default=None)
    return best if best is not None and np.isfinite(of(best)) else None


def _learns_better(before: _Tried, after: _Tried | None) -> bool:
    return after is not None and after.unseen < (1 - _CLEAR) * before.unseen


def _ends_lower(before: _Tried, after: _Tried | None) -> bool:
    if after is None:
        return False
    if not np.isfinite(before.loss):
        return bool(np.isfinite(after.loss))
    known = ManyCase(before.experiment, before.trajectory).solution
    floor = known.lowest if known is not None and known.lowest is not None else 0.0
    gain = before.loss - after.loss
    if not (gain > _CLEAR * (before.loss - floor) and gain > _SEEN * abs(before.loss)):
        return False
    return before.fit is None or after.unseen <= before.unseen  # what it learns must hold for rows that it does not see


def _unseen(before: _Tried, after: _Tried) -> str:
    what = "on fresh points" if after.fit is not None and "fresh" in after.fit.evidence else "on held-out rows"
    return f"the loss {what} is {number(after.unseen)} instead of {number(before.unseen)}"


def _beside(before: _Tried, after: _Tried) -> str:
    """Return what becomes of the loss on rows that are not seen, where there are some."""
    return "" if before.fit is None or after.fit is None else f", and {_unseen(before, after)}"


def _stop_early(before: _Tried) -> _Found | None:
    if before.experiment.stop_at == "heldout":
        return None
    after = _try(changed(before.experiment, stop_at="heldout"))
    if after is None or not _learns_better(before, after) or after.fit is None:
        return None
    case = ManyCase(after.experiment, after.trajectory)
    text = f"Stop when the held-out loss comes no lower: it returns step {count(case.returned)}, and"
    return _Found(f"{text} {_unseen(before, after)}.", "Stop early", after.experiment)


def _penalty(before: _Tried) -> _Found | None:
    if before.experiment.l2:
        return None
    after = _lowest((changed(before.experiment, l2=strength) for strength in _PENALTIES), lambda one: one.unseen)
    if after is None or not _learns_better(before, after):
        return None
    strength = number(after.experiment.l2)
    text = f"An L2 penalty of {strength} keeps the weights small: {_unseen(before, after)}."
    return _Found(text, f"L2 penalty {strength}", after.experiment)


def _with_degree(experiment: Experiment, degree: int) -> Experiment | None:
    parameters = {**experiment.landscape_parameters, "degree": degree}
    return changed(experiment, landscape_parameters=parameters, start_weights=(), plane_weights=(0, 1), start=None)


def _degrees(before: _Tried, degrees: Iterable[int]) -> _Tried | None:
    if "degree" not in before.experiment.landscape_parameters:
        return None
    return _lowest((_with_degree(before.experiment, degree) for degree in degrees), lambda one: one.unseen)


def _simpler(before: _Tried) -> _Found | None:
    now = before.experiment.landscape_parameters.get("degree", 0)
    after = _degrees(before, range(max(1, now - 8), now))
    if after is None or not _learns_better(before, after):
        return None
    degree = after.experiment.landscape_parameters["degree"]
    text = f"Degree {degree} has {count(count_of(after.experiment))} weights and cannot follow the noise so far:"
    return _Found(f"{text} {_unseen(before, after)}.", f"Degree {degree}", after.experiment)


def _richer(before: _Tried) -> _Found | None:
    learner = learner_of(before.experiment.landscape)
    now = before.experiment.landscape_parameters.get("degree", 0)
    most = 4 if learner is not None and learner.target == "class" else 15
    after = _degrees(before, range(now + 1, min(now + 5, most) + 1))
    if after is None or not _learns_better(before, after):
        return None
    degree = after.experiment.landscape_parameters["degree"]
    return _Found(
        f"Degree {degree} can bend as the rows do: {_unseen(before, after)}.", f"Degree {degree}", after.experiment
    )


def _more_rows(before: _Tried) -> _Found | None:
    experiment, points = before.experiment, points_of(before.experiment)
    if not points.own or experiment.data_held_out or "samples" not in experiment.landscape_parameters:
        return None
    now = int(experiment.landscape_parameters["samples"])
    more = [
        changed(
            experiment, landscape_parameters={**experiment.landscape_parameters, "samples": times * now}, flagged=()
        )
        for times in (2, 4)
        if times * now <= 1_000
    ]
    after = _lowest(more, lambda one: one.unseen)
    if after is None or not _learns_better(before, after):
        return None
    rows = count(after.experiment.landscape_parameters["samples"])
    text = f"With {rows} points noise averages out: {_unseen(before, after)}."
    return _Found(text, f"{rows} points", after.experiment)


def _lower_rate(before: _Tried) -> _Found | None:
    experiment = before.experiment
    run, limit = experiment.runs[0], unit_limit(experiment.runs[0])
    rates = [share * run.learning_rate for share in _DOWN]
    _, _, hessian = ManyCase(experiment, before.trajectory).objective.derivatives(
        np.asarray(before.trajectory.weights)[0]
    )
    largest = float(np.abs(np.linalg.eigvalsh(hessian)).max()) if np.isfinite(hessian).all() else 0.0
    why = f"At a rate of {number(run.learning_rate)} its steps grow or swing."
    if limit is not None and largest > 0 and run.learning_rate > limit / largest:
        rates.insert(0, 0.9 * limit / largest)
        why = f"The largest curvature is {number(largest)} at its start, so that rates above {number(limit / largest)} "
        why += "are unstable there."
    after = next((one for one in map(_try, with_rates(experiment, rates)) if one and _ends_lower(before, one)), None)
    if after is None or not np.isfinite(after.loss):
        return None
    rate = number(after.experiment.runs[0].learning_rate)
    return _Found(f"{why} Try {rate}: it ends at a loss of {number(after.loss)}.", f"Try rate {rate}", after.experiment)


def _higher_rate(before: _Tried) -> _Found | None:
    rates = [times * before.experiment.runs[0].learning_rate for times in _UP]
    after = _lowest(with_rates(before.experiment, rates), lambda one: one.loss)
    if after is None or not _ends_lower(before, after):
        return None
    rate = number(after.experiment.runs[0].learning_rate)
    text = (
        f"Its steps are small. At a rate of {rate} it ends at a loss of {number(after.loss)}{_beside(before, after)}."
    )
    return _Found(text, f"Try rate {rate}", after.experiment)


def _more_steps(before: _Tried) -> _Found | None:
    steps, most = before.experiment.steps, MOST_NUMBERS // count_of(before.experiment)
    needed = before.verdict.evidence.get("projected_steps")
    longer = [steps + int(1.15 * needed) + 20] if needed is not None else [times * steps for times in _LONGER]
    tried = (_try(changed(before.experiment, steps=int(round_to(min(more, most))))) for more in longer)
    after = next((one for one in tried if one is not None and _ends_lower(before, one)), None)
    if after is None:
        return None
    many = count(after.experiment.steps)
    text = f"It was on its way: {many} steps bring the loss from {number(before.loss)} to {number(after.loss)}"
    text += f"{_beside(before, after)}."
    return _Found(text, f"Run {many} steps", after.experiment)


def _falling_rate(before: _Tried) -> _Found | None:
    if before.experiment.runs[0].schedule != "constant":
        return None
    after = _try(with_run(before.experiment, schedule="cosine", schedule_parameters={}))
    if after is None or not _ends_lower(before, after):
        return None
    text = f"A rate that falls to 0 along a cosine lets the noise die out: it ends at {number(after.loss)}."
    return _Found(text, "Cosine schedule", after.experiment)


def _adam(before: _Tried) -> _Found | None:
    if before.experiment.runs[0].optimizer == "adam":
        return None
    after = _try(with_optimizer(before.experiment, "adam"))
    if after is None or not _ends_lower(before, after) or not np.isfinite(after.loss):
        return None
    text = (
        f"Adam, with steps of its own for each weight, ends at a loss of {number(after.loss)}{_beside(before, after)}."
    )
    return _Found(text, "Use Adam", after.experiment)
