"""Sweeps: what a run comes to for every value of one number of the experiment, or of two; each cell is its own run."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from experiments.edits import edited
from experiments.setup.experiment import Experiment
from experiments.simulation.trajectory import Trajectory
from experiments.studies.maps.cells import check_run, names_of
from experiments.studies.maps.lattice import Rectangle
from experiments.studies.maps.numbers import RATE, is_of_a_run
from experiments.studies.maps.parts import make
from experiments.studies.maps.patched import PatchedWork
from experiments.studies.maps.settable import with_number
from experiments.studies.maps.tables import TableGround, TableWork
from parameter import Refusal, shown

MOST = 16_777_216  # cells
_KINDS = {"codes": np.uint8, "steps": np.int32, "loss": np.float64, "implied": np.bool_}
Values = Sequence[Any] | np.ndarray
_OF_A_RUN = ("learning_rate", "optimizer", "parameters", "schedule", "schedule_parameters", "wrappers")


@dataclass(frozen=True, kw_only=True, eq=False)
class Sweep:
    """What one run comes to along one axis or two; arrays (n,) or (n, m), the first axis first.

    axes: the values by their addresses, as experiments.edits knows them. codes: the outcomes' places in Outcome. steps:
    the verdict's step, as the one from which on a minimum is within the tolerance, or -1. loss: the final one. implied:
    whether a cell was decided in a batch, where its loss is right as far as that of a map of basins is (Basins).
    """

    axes: Mapping[str, np.ndarray]
    codes: np.ndarray
    steps: np.ndarray
    loss: np.ndarray
    implied: np.ndarray

    @cached_property
    def outcome(self) -> np.ndarray:
        """The names of the outcomes, text."""
        return names_of(self.codes)


class SweepWork(PatchedWork):
    """A sweep in the making: a table whose columns are the first axis, and whose rows the second, if there is one."""

    def __init__(self, experiment: Experiment, axes: Mapping[str, Values], run: int = 0) -> None:
        check_run(experiment, run)
        if not isinstance(axes, Mapping) or len(axes) not in (1, 2):
            raise Refusal("sweep: give one address with its values, or two")
        given = {address_of(address, run): _values(address, values) for address, values in axes.items()}
        if len(given) < len(axes):
            raise Refusal(f"sweep: {' and '.join(map(shown, axes))} are the same number")
        self.run, self.axes = run, given
        cells = math.prod(map(len, given.values()))
        if cells > MOST:
            raise Refusal(f"sweep: {cells:,} cells are too many; give at most {MOST:,}")
        self._experiment = experiment
        self._check()
        self._xs, self._ys = [*given.values(), (None,)][:2]
        super().__init__(len(self._ys), len(self._xs), _KINDS)
        first, second = [*(_of_the_run(address, run) for address in given), ""][:2]
        self._ground = TableGround(experiment, run, (first, second), (self._xs, self._ys), _with_value)

    @property
    def key(self) -> str:
        """All that the sweep depends on but the code, as text."""
        return f"sweep {self.run} {self.axes} {self._experiment.to_json()}"

    def begun(self, patch: Rectangle) -> TableWork:
        """Begin a patch."""
        return _Cells(self, self._ground, patch)

    @property
    def sweep(self) -> Sweep | None:
        """All that was found, None before it is finished."""
        if not self.finished:
            return None
        axes = {address: np.asarray(values) for address, values in self.axes.items()}
        arrays = {name: array.T if len(axes) > 1 else array[0] for name, array in self.arrays.items()}
        return Sweep(axes=axes, **{name: np.ascontiguousarray(array) for name, array in arrays.items()})

    def values(self, columns: np.ndarray, rows: np.ndarray) -> tuple[list[Any], list[Any]]:
        """Return the values of some columns, and of some rows."""
        return [self._xs[i] for i in columns.tolist()], [self._ys[i] for i in rows.tolist()]

    def at(self, cell: Sequence[int]) -> Experiment:
        """Return the experiment of a cell, a place on each axis. Raises Refusal naming an address and its value."""
        experiment = self._experiment
        for (address, values), place in zip(self.axes.items(), cell, strict=True):
            experiment = _edited(experiment, address, values[place])
        return experiment

    def _check(self) -> None:
        """Raise Refusal for a value that is not allowed: of each axis alone, and of pairs along the table's border."""
        for address, values in self.axes.items():
            for value in values:
                _edited(self._experiment, address, value)
        if len(self.axes) == 2:
            rows, columns = (range(len(values)) for values in self.axes.values())
            for row in rows:
                for column in columns if row in (0, len(rows) - 1) else {0, len(columns) - 1}:
                    self.at((row, column))


class _Cells(TableWork):
    """Some cells of a sweep, and around them a rim of those that are there."""

    def __init__(self, sweep: SweepWork, ground: TableGround, patch: Rectangle) -> None:
        self._sweep = sweep
        in_batches = ground.implied is not None
        rows, columns = (
            np.arange(max(0, first - in_batches), min(count, first + size + in_batches))
            for first, size, count in zip(
                (patch.row, patch.column), (patch.height, patch.width), sweep.arrays["codes"].shape, strict=True
            )
        )
        self._first = int(rows[0]), int(columns[0])
        xs, ys = sweep.values(columns, rows)
        own = np.arange(patch.height) + patch.row - rows[0], np.arange(patch.width) + patch.column - columns[0]
        super().__init__(ground, ground.table(xs, ys), *own, in_batches=in_batches)

    def _run(self, cells: np.ndarray) -> list[Trajectory | None]:
        found = super()._run(cells)
        if None in found:  # two values that are not allowed together
            row, column = (cells[found.index(None)] + self._first).tolist()
            self._sweep.at((column, row))
            raise AssertionError(f"cell {row}, {column} has an experiment, and is none of its table")
        return found


def sweep(experiment: Experiment, axes: Mapping[str, Values], run: int = 0, threads: int | None = None) -> Sweep:
    """Return what the run at this place comes to for all values of one number, or for all pairs of two.

    axes: {address: values}, as experiments.edits.edited takes them: "r1.learning_rate", "r1.parameters.beta", "steps",
    "smoothing", "landscape_parameters.a". What belongs to the run itself may be said without it: "learning_rate",
    "parameters.beta", "schedule_parameters.t0", "wrappers.lookahead.sync_period". Every cell is that very experiment,
    simulated and judged, or decided in a batch as in a map of basins, where both are numbers of the run itself; of two
    addresses the first is changed first. Raises Refusal naming the address and the value, before anything runs.
    threads: how many make cells side by side, one a core if none are given.
    """
    work = SweepWork(experiment, axes, run)
    make(work, threads)
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
        raise Refusal(f"{address}: {shown(given)} is not allowed; give a list of numbers, or of names")
    return tuple(value.item() if isinstance(value, np.generic) else value for value in values)


def _of_the_run(address: str, run: int) -> str:
    """Return an address as maps have it (numbers.py); one of the run that is none of its numbers as edits have it."""
    own = f"r{run + 1}."
    if not address.startswith(own):
        return address
    address = address.removeprefix(own)
    return address if is_of_a_run(address) and ("." in address or address == RATE) else f"r1.{address}"


def _with_value(alone: Experiment, address: str, value: Any) -> Experiment:
    """Return the experiment with this value, as it is where there is no address. Raises Refusal."""
    return with_number(alone, address, value) if address else alone


def _edited(experiment: Experiment, address: str, value: Any) -> Experiment:
    """Return the experiment with one value changed. Raises Refusal that names the address and the value."""
    try:
        return edited(experiment, address, value)
    except Refusal as error:
        raise Refusal(f"{address} = {shown(value)}: {error}") from None
