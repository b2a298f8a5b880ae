"""What was learnt about rows that were not seen, over one number: the penalty, the degree, how many points there are.

Every run of an experiment at each of these values, and how it ends: training loss beside held-out loss, both without
penalties. The U that the held-out loss draws is what regularization is about.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from experiments.edits.addresses import edited
from experiments.setup.experiment import Experiment
from experiments.setup.points import has_held_out, points_of
from experiments.setup.weights import learner_of
from experiments.simulation.simulate import simulate_run
from experiments.studies.jobs import Jobs, Progress, work_at
from experiments.verdict.many_case import ManyCase
from parameter import Refusal

_PENALTIES = tuple(float(f"{10 ** (step / 2):.3g}") for step in range(-8, 2))
_POINTS = (20, 40, 80, 160, 320, 640)
_HIGH = 10.0  # times the loss at the start: what ends above it has diverged
_MOST_DEGREE = {"number": 15, "class": 4}


@dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """How an experiment's runs end over the values of one number.

    address: of the number (experiments.edits). name: what it is called. log: whether its axis is logarithmic. now: its
    value in the experiment. values: (k,). train, heldout and best: (runs, k), the losses at the end, and the lowest
    held-out loss on the way; NaN where a run has none, or was not made yet.
    """

    address: str
    name: str
    log: bool
    now: float
    values: np.ndarray
    train: np.ndarray
    heldout: np.ndarray
    best: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number that is looked at: address, name, whether its axis is logarithmic, the values, and the one now."""

    address: str
    name: str
    log: bool
    values: tuple[Any, ...]
    now: float


def studies_of(
    experiment: Experiment, seconds: float = np.inf, least: int = 0, of: Sequence[str] = ()
) -> tuple[tuple[Study, ...], Progress]:
    """Work at an experiment's studies for so many seconds; return them as far as they are made, and the progress.

    of: the addresses whose studies are wanted, in this order; all where none of them has one. None where no rows are
    held out, or nothing has many weights. Kept, so that asking again goes on, also at another value of what is looked
    at.
    """
    plain = experiment.replace(view=None, scale="", repeats=1, spread=0.0)
    all_numbers = {number.address: number for number in numbers_of(experiment)}
    numbers = [all_numbers[address] for address in of if address in all_numbers] or list(all_numbers.values())
    works = _JOBS.at(_Asked(_without(plain, number), plain, number) for number in numbers)
    progress = work_at(works, seconds, least)
    return tuple(_study(number, work.ends()) for number, work in zip(numbers, works, strict=True)), progress


def numbers_of(experiment: Experiment) -> tuple[Number, ...]:
    """Return the numbers over which there are studies: the penalty, and what the model and its rows have besides."""
    learner = learner_of(experiment.landscape)
    if not experiment.has_many_weights or not has_held_out(experiment) or not experiment.runs or learner is None:
        return ()
    values, points = experiment.landscape_parameters, points_of(experiment)
    found = [Number(address="l2", name="L2 penalty", log=True, values=_PENALTIES, now=experiment.l2)]
    if "degree" in values:
        most = _MOST_DEGREE[learner.target]
        if learner.target == "number":
            most = min(most, len(points.kept) - 1)
        degrees = tuple(range(learner.target == "class", most + 1))
        address = "landscape_parameters.degree"
        found.append(Number(address=address, name="Degree", log=False, values=degrees, now=float(values["degree"])))
    if points.own and not experiment.data_held_out and values["data_set"] != "iris":
        address, now = "landscape_parameters.samples", float(values["samples"])
        found.append(Number(address=address, name="Points", log=True, values=_POINTS, now=now))
    return tuple(found)


@dataclass(frozen=True)
class _Asked:
    """A study of an experiment; which value stands there now does not make it another one."""

    others: Experiment
    experiment: Experiment = field(compare=False)
    number: Number

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", replace(self.number, now=0.0))


class _Work:
    """The runs of one study, one value after the other."""

    def __init__(self, asked: _Asked) -> None:
        self._experiment, self._number = asked.experiment, asked.number
        self._ends = np.full((3, len(asked.experiment.runs), len(asked.number.values)), np.nan)
        self._made = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        return len(self._number.values)

    @property
    def done(self) -> int:
        return self._made

    @property
    def finished(self) -> bool:
        return self._made == self.size

    def make_one(self) -> None:
        """Make all runs at the next value."""
        with self._lock:
            if self.finished:
                return
            column = self._made
            self._ends[:, :, column] = _ends(self._experiment, self._number.address, self._number.values[column])
            self._made += 1

    def ends(self) -> np.ndarray:
        """Return what there is: training loss, held-out loss and its lowest, (3, runs, values)."""
        return self._ends.copy()


def _study(number: Number, ends: np.ndarray) -> Study:
    return Study(
        address=number.address,
        name=number.name,
        log=number.log,
        now=number.now,
        values=np.array(number.values, dtype=np.float64),
        train=ends[0],
        heldout=ends[1],
        best=ends[2],
    )


def _without(experiment: Experiment, number: Number) -> Experiment:
    """Return what a study depends on: not on the value that its number has now."""
    try:
        if number.address == "l2":
            return experiment.replace(l2=0.0)
        key = number.address.split(".")[1]
        return experiment.replace(landscape_parameters={**experiment.landscape_parameters, key: number.values[0]})
    except Refusal:
        return experiment  # what else was set does not go with that value


def _ends(experiment: Experiment, address: str, value: Any) -> np.ndarray:
    """Return training loss, held-out loss and its lowest, (3, runs), of all runs at a value; NaN where none may be."""
    found = np.full((3, len(experiment.runs)), np.nan)
    try:
        changed = edited(experiment, address, value)
    except Refusal:
        return found
    for place in range(len(changed.runs)):
        run = simulate_run(changed, place)
        if run.train is None or run.heldout is None or run.last_finite < run.steps:
            continue
        end = ManyCase(changed, run).returned
        if not run.train[end] <= _HIGH * run.train[0]:
            continue  # it diverged
        found[:, place] = run.train[end], run.heldout[end], np.nanmin(run.heldout)
    return found


_JOBS: Jobs[_Asked, _Work] = Jobs(_Work, begun=24, kept=96)
