"""What was learnt about rows that were not seen, over one number: the penalty, the degree, how many points there are.

Every run of an experiment at each of these values, and how it ends: training loss beside held-out loss, both without
penalties. The U that the held-out loss draws is what regularization is about.
"""

import threading
from dataclasses import dataclass
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


def studies_of(experiment: Experiment, seconds: float = np.inf, least: int = 0) -> tuple[tuple[Study, ...], Progress]:
    """Work at an experiment's studies for so many seconds; return them as far as they are made, and the progress.

    None where no rows are held out, or nothing has many weights. Kept, so that asking again goes on.
    """
    if not experiment.has_many_weights or not has_held_out(experiment) or not experiment.runs:
        return (), Progress(0, 0)
    plain = experiment.replace(view=None, scale="", repeats=1, spread=0.0)
    (work,) = _JOBS.at([plain])
    progress = work_at([work], seconds, least)
    return work.studies(), progress


class _Work:
    """The runs of all studies, one value after the other."""

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self._addresses = tuple(_addresses(experiment))
        self._pieces = [(place, column) for place, one in enumerate(self._addresses) for column in range(len(one[3]))]
        self._ends = [np.full((3, len(experiment.runs), len(one[3])), np.nan) for one in self._addresses]
        self._made = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        return len(self._pieces)

    @property
    def done(self) -> int:
        return self._made

    @property
    def finished(self) -> bool:
        return self._made == len(self._pieces)

    def make_one(self) -> None:
        """Make all runs at the next value."""
        with self._lock:
            if self.finished:
                return
            place, column = self._pieces[self._made]
            address, _, _, values, _ = self._addresses[place]
            value = values[column]
            self._ends[place][:, :, column] = _ends(self._experiment, address, value)
            self._made += 1

    def studies(self) -> tuple[Study, ...]:
        """Return what there is of every study."""
        return tuple(
            Study(
                address=address,
                name=name,
                log=log,
                now=now,
                values=np.array(values, dtype=np.float64),
                train=ends[0].copy(),
                heldout=ends[1].copy(),
                best=ends[2].copy(),
            )
            for (address, name, log, values, now), ends in zip(self._addresses, self._ends, strict=True)
        )


def _addresses(experiment: Experiment) -> list[tuple[str, str, bool, tuple[Any, ...], float]]:
    """Return what is looked at: address, name, whether logarithmic, values, and the value now."""
    values, points, learner = experiment.landscape_parameters, points_of(experiment), learner_of(experiment.landscape)
    assert learner is not None
    found: list[tuple[str, str, bool, tuple[Any, ...], float]] = [("l2", "L2 penalty", True, _PENALTIES, experiment.l2)]
    if "degree" in values:
        most = _MOST_DEGREE[learner.target]
        if learner.target == "number":
            most = min(most, len(points.kept) - 1)
        degrees = tuple(range(learner.target == "class", most + 1))
        found.append(("landscape_parameters.degree", "Degree", False, degrees, float(values["degree"])))
    if points.own and not experiment.data_held_out and values["data_set"] != "iris":
        found.append(("landscape_parameters.samples", "Points", True, _POINTS, float(values["samples"])))
    return found


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


_JOBS: Jobs[Experiment, _Work] = Jobs(_Work, begun=8, kept=32)
