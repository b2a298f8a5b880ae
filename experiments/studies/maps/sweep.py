"""Sweeps: what a run comes to for every value of one number of the experiment, or of two; each cell is its own run."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from experiments.edits import edited
from experiments.setup.alone import alone_at
from experiments.setup.experiment import Experiment
from experiments.studies.jobs import work_at
from experiments.studies.maps.cells import NEVER, cell_of, check_run, final_loss, names_of
from parameter import Refusal, shown

MOST = 4_194_304  # cells
Values = Sequence[Any] | np.ndarray
_OF_A_RUN = ("learning_rate", "optimizer", "parameters", "schedule", "schedule_parameters", "wrappers")


@dataclass(frozen=True, kw_only=True, eq=False)
class Sweep:
    """What one run comes to along one axis or two; arrays (n,) or (n, m), the first axis first.

    axes: the values by their addresses, as experiments.edits knows them. codes: the outcomes' places in Outcome. steps:
    the verdict's step, as the one from which on a minimum is within the tolerance, or -1. loss: the final one.
    """

    axes: Mapping[str, np.ndarray]
    codes: np.ndarray
    steps: np.ndarray
    loss: np.ndarray

    @cached_property
    def outcome(self) -> np.ndarray:
        """The names of the outcomes, text."""
        return names_of(self.codes)


class SweepWork:
    """A sweep made in pieces, each one run: first the final losses of all, then their verdicts.

    loss has the losses as far as they are made, NaN elsewhere (a lost run's is NaN, too: losses_done says how many).
    It may be left and taken up again, by any thread.
    """

    def __init__(self, experiment: Experiment, axes: Mapping[str, Values], run: int = 0) -> None:
        check_run(experiment, run)
        if not isinstance(axes, Mapping) or len(axes) not in (1, 2):
            raise Refusal("sweep: give one address with its values, or two")
        given = {address_of(address, run): _values(address, values) for address, values in axes.items()}
        if len(given) < len(axes):
            raise Refusal(f"sweep: {' and '.join(map(shown, axes))} are the same number")
        self.run, self.axes = run, given
        self.shape = tuple(map(len, given.values()))
        cells = int(np.prod(self.shape))
        if cells > MOST:
            raise Refusal(f"sweep: {cells:,} cells are too many; give at most {MOST:,}")
        self.size, self.done = 2 * cells, 0
        self._experiment = experiment
        self._lock = threading.Lock()
        self._codes = np.zeros(self.shape, np.uint8)
        self._steps = np.full(self.shape, NEVER, np.int32)
        self.loss = np.full(self.shape, np.nan)
        self._check()

    @property
    def finished(self) -> bool:
        """Whether all losses and verdicts are there."""
        return self.done == self.size

    @property
    def losses_done(self) -> int:
        """How many of the losses are there, in the order of the rows."""
        return min(self.done, self.size // 2)

    @property
    def verdicts_done(self) -> int:
        """How many of the verdicts are there, in the order of the rows."""
        return max(0, self.done - self.size // 2)

    @property
    def sweep(self) -> Sweep | None:
        """All that was found, None before it is finished."""
        if not self.finished:
            return None
        axes = {address: np.asarray(values) for address, values in self.axes.items()}
        return Sweep(axes=axes, codes=self._codes, steps=self._steps, loss=self.loss)

    def make_one(self) -> None:
        """Make the next run, if one is left: its loss, or once all of these are there its verdict."""
        with self._lock:
            if self.finished:
                return
            judges, place = divmod(self.done, self.size // 2)
            at = tuple(map(int, np.unravel_index(place, self.shape)))
            alone = alone_at(self.at(at), self.run)
            if judges:
                cell = cell_of(alone, 0)
                self._codes[at], self._steps[at] = cell.code, cell.step
            else:
                self.loss[at] = final_loss(alone, 0)
            self.done += 1

    def at(self, cell: Sequence[int]) -> Experiment:
        """Return the experiment of a cell. Raises Refusal naming an address and its value."""
        experiment = self._experiment
        for (address, values), place in zip(self.axes.items(), cell, strict=True):
            experiment = _edited(experiment, address, values[place])
        return experiment

    def _check(self) -> None:
        """Raise Refusal for a value that is not allowed: of each axis alone, and of pairs along the table's border."""
        for address, values in self.axes.items():
            for value in values:
                _edited(self._experiment, address, value)
        if len(self.shape) == 2:
            rows, columns = (range(n) for n in self.shape)
            for row in rows:
                for column in columns if row in (0, len(rows) - 1) else {0, len(columns) - 1}:
                    self.at((row, column))


def sweep(experiment: Experiment, axes: Mapping[str, Values], run: int = 0) -> Sweep:
    """Return what the run at this place comes to for all values of one number, or for all pairs of two.

    axes: {address: values}, as experiments.edits.edited takes them: "r1.learning_rate", "r1.parameters.beta", "steps",
    "smoothing", "landscape_parameters.a". What belongs to the run itself may be said without it: "learning_rate",
    "parameters.beta", "schedule_parameters.t0", "wrappers.lookahead.sync_period". Every cell is that very experiment,
    simulated and judged; of two addresses the first is changed first. Raises Refusal naming the address and the value,
    before anything runs.
    """
    work = SweepWork(experiment, axes, run)
    work_at([work])
    assert work.sweep is not None
    return work.sweep


def address_of(address: str, run: int) -> str:
    """Return an address as experiments.edits knows it, of one said of this run. Raises Refusal for another run's."""
    if not isinstance(address, str):
        raise Refusal(f"sweep: {shown(address)} is not allowed; give an address as text")
    first = address.split(".", maxsplit=1)[0]
    if first in _OF_A_RUN:
        return f"r{run + 1}.{address}"
    if first[:1] == "r" and first[1:].isdigit() and first != f"r{run + 1}":
        raise Refusal(f"{shown(address)} changes another run than r{run + 1}, which is looked at")
    return address


def _values(address: str, given: Any) -> tuple[Any, ...]:
    values = np.asarray(given).tolist() if isinstance(given, np.ndarray) else given
    fine = isinstance(values, Sequence) and not isinstance(values, str) and len(values) > 0
    if not fine or not all(isinstance(value, bool | int | float | str | np.generic) for value in values):
        raise Refusal(f"{shown(address)}: give a list of numbers, or of names")
    return tuple(value.item() if isinstance(value, np.generic) else value for value in values)


def _edited(experiment: Experiment, address: str, value: Any) -> Experiment:
    """Return the experiment with one value changed. Raises Refusal that names the address and the value."""
    try:
        return edited(experiment, address, value)
    except Refusal as error:
        raise Refusal(f"{address} = {shown(value)}: {error}") from None
