"""What an experiment would cost, in seconds of one core, estimated before anything is computed.

A run makes steps x evaluations a step, each of which is worth the landscape's work (landscapes.work), for every node of
the lattice where it is smoothed. The numbers below were fitted on one core of a server (CPU time, jax 0.10.2) over runs
of six optimizers on six surfaces, smoothed and not: most are right within a factor of 3. Too much is counted for
searches that end early, and for smoothed polynomials; too little, by up to 5, for sines within a search.
benchmarks/cost.py prints the estimate beside what is measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10
from typing import Any

from experiments.setup import limits
from landscapes import UNITS, formula
from landscapes.formula.effort import compile_seconds
from landscapes.work import work
from optimizers import OPTIMIZERS, WRAPPERS
from parameter import Refusal

NODES = 2_025  # of the lattice that a smoothed value is the mean over
LONGEST_RUN = limits.MAX_SECONDS / 10  # of one run, which cannot be stopped while it is computed
_PLAIN, _AN_ADDITION = 40e-9, 0.8e-9  # seconds of an evaluation, and for each addition that its value is worth
_A_ROWS_ADDITION = 0.2e-9  # the same of a loss on rows of data, several of which are computed at once
_LATTICE, _A_NODES_ADDITION = 6e-6, 0.25e-9  # the same of a smoothed one
_POINTS, _LATTICES = 400_000, 4_000  # evaluations that a search for critical points makes, plain and smoothed
_A_CURVED, _A_PRODUCT = 4e-9, 0.25e-9  # seconds for each neuron or class, and for each product, of a row
_GROUND, _MEASURED, _MOST_ROWS = 26_000, 0.3, 200  # places of a picture; evaluations worth of measuring a step; rows
_COMPILED = 0.15  # seconds, of a listed landscape
_FEW, _FEW_TYPED = 1_000_000, 500_000  # evaluations that fit on any listed landscape, and on any typed formula


class CostError(Refusal):
    """An experiment that costs too much; fields: changes with which it would not, the steps first; {} for none."""

    def __init__(self, sentence: str, fields: Mapping[str, Any]) -> None:
        super().__init__(sentence)
        self.fields = fields


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Seconds: once for compiling and searching, and of each run's steps; members: how often each is made."""

    once: float
    a_step: tuple[float, ...]
    steps: int
    members: int

    @property
    def longest(self) -> float:
        """The seconds of the longest run."""
        return self.steps * max(self.a_step, default=0.0)

    @property
    def seconds(self) -> float:
        """The seconds of all."""
        return self.once + self.steps * self.members * sum(self.a_step)

    @property
    def most_steps(self) -> int:
        """How many steps would fit; 0 where none would."""
        if not self.a_step:
            return limits.MAX_STEPS if self.seconds <= limits.MAX_SECONDS else 0
        room = max(0.0, limits.MAX_SECONDS - self.once)
        return int(min(LONGEST_RUN / max(self.a_step), room / (self.members * sum(self.a_step)), limits.MAX_STEPS))


def evaluations(run: Any) -> float:
    """Return how many values, gradients and Hessians a step of a run asks for, about."""
    optimizer = OPTIMIZERS[run.optimizer]
    known = sum(optimizer.cost) + sum(sum(WRAPPERS[wrapper.key].cost) for wrapper in run.wrappers)
    return max(1.0, known) + (optimizer.searched(**run.parameters) if optimizer.searched is not None else 0.0)


def _of_many(experiment: Any, learner: Any) -> Cost:
    """Return what an experiment with many weights would cost: its rows are known only once it is made."""
    values = experiment.landscape_parameters
    rows = len(experiment.data) + len(experiment.data_held_out) or int(values.get("samples", _MOST_ROWS))
    inner = {"network": int(values.get("hidden", 0)), "softmax": learner.classes}.get(learner.kind, 0)
    each = _PLAIN + rows * (inner * _A_CURVED if inner else learner.count(values) * _A_PRODUCT)
    kinds = len({(run.optimizer, tuple(wrapper.key for wrapper in run.wrappers)) for run in experiment.runs})
    return Cost(
        once=_COMPILED * (3 + kinds) + _GROUND * each / 8,
        a_step=tuple((evaluations(run) + _MEASURED) * each for run in experiment.runs),
        steps=experiment.steps,
        members=experiment.repeats,
    )


def cost_of(experiment: Any) -> Cost:
    """Return what an experiment would cost."""
    learner = None if experiment.formula else UNITS[experiment.landscape].learner
    if learner is not None:
        return _of_many(experiment, learner)
    landscape = formula.landscape(experiment.formula, formula.VIEW) if experiment.formula else None
    size = work(landscape or UNITS[experiment.landscape])
    on_rows = landscape is None and UNITS[experiment.landscape].learns is not None
    plain = _PLAIN + (_A_ROWS_ADDITION if on_rows else _AN_ADDITION) * size
    smooth = _LATTICE + _A_NODES_ADDITION * NODES * size
    compiling = _COMPILED if landscape is None else compile_seconds(formula.parse(experiment.formula).tree)
    kinds = len({(run.optimizer, tuple(wrapper.key for wrapper in run.wrappers)) for run in experiment.runs})
    return Cost(
        once=compiling * (2 + kinds) + _POINTS * plain + (_LATTICES * smooth if experiment.smoothing else 0.0),
        a_step=tuple(evaluations(run) * (smooth if experiment.smoothing else plain) for run in experiment.runs),
        steps=experiment.steps,
        members=experiment.repeats,
    )


def most_steps(experiment: Any) -> int:
    """Return how many steps of the experiment would fit."""
    return limits.MAX_STEPS if _is_small(experiment, limits.MAX_STEPS) else cost_of(experiment).most_steps


def check_cost(experiment: Any) -> None:
    """Raise CostError, in one sentence that says what the experiment would cost and what would fit."""
    if _is_small(experiment, experiment.steps):
        return
    cost = cost_of(experiment)
    if cost.longest > LONGEST_RUN:
        raise _refused(experiment, cost, "one run of it", cost.longest, LONGEST_RUN)
    if cost.seconds > limits.MAX_SECONDS:
        raise _refused(experiment, cost, "it", cost.seconds, limits.MAX_SECONDS)


def check_many(experiment: Any, count: int, most: float, what: str) -> float:
    """Return the seconds that the experiment's steps would take so many times over. Raises CostError.

    most: the seconds that are allowed. what: they are made for, as a sentence has it, "a tile of 128 x 128 cells".
    """
    cost = cost_of(experiment)
    each = count * sum(cost.a_step)
    seconds = each * cost.steps
    if seconds <= most:
        return seconds
    would = f"{what} would take about {_time(seconds)} of computing; at most {_time(most)} are allowed"
    fits = _rounded(int(min(most / each, limits.MAX_STEPS)))
    if not fits:
        raise CostError(f"steps: {would}: none would fit", {})
    words = f"{fits:,} step{'s' if fits > 1 else ''} or fewer would fit"
    raise CostError(f"steps: {cost.steps:,} are too many here: {would}: {words}", {"steps": fits})


def _is_small(experiment: Any, steps: int) -> bool:
    """Tell whether the experiment fits for certain: it need not be looked at more closely, as next to none need."""
    if experiment.smoothing or limits.MAX_SECONDS < 30 or (not experiment.formula and _is_many(experiment.landscape)):
        return False
    few = _FEW_TYPED if experiment.formula else _FEW
    each = [steps * evaluations(run) for run in experiment.runs]
    return max(each, default=0.0) <= few and sum(each) * experiment.repeats <= 2 * few


def _is_many(landscape: str) -> bool:
    return UNITS[landscape].learner is not None


def _refused(experiment: Any, cost: Cost, what: str, seconds: float, allowed: float) -> CostError:
    steps = cost.most_steps
    much = f"about {_time(seconds)}" if seconds > 1.1 * allowed else f"a little more than {_time(allowed)}"
    would = f"{what} would take {much} of computing; at most {_time(allowed)} are allowed"
    fits = _rounded(steps)
    if fits:
        words = f"{fits:,} step{'s' if fits > 1 else ''} or fewer would fit"
        return CostError(f"steps: {experiment.steps:,} are too many here: {would}: {words}", {"steps": fits})
    if experiment.smoothing:
        return CostError(f"smoothing: {would}: none would fit", {"smoothing": 0.0})
    return CostError(f"steps: {would}: fewer runs, or a shorter formula, would fit", {"steps": 1, "repeats": 1})


def _rounded(number: int) -> int:
    """Return a whole number with two digits, no larger than it is."""
    if number < 100:
        return number
    unit = 10 ** (floor(log10(number)) - 1)
    return int(number // unit * unit)


def _time(seconds: float) -> str:
    """Return a length of time in words, with two digits."""
    for unit, name in ((3600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2 * unit:
            return f"{float(f'{seconds / unit:.2g}'):,g} {name}"
    return f"{float(f'{seconds:.2g}'):g} s"
