"""Cells as experiments, cheaply: a run with another number is checked as a run, and not as the whole experiment."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from experiments.edits import edited
from experiments.setup.experiment import Experiment
from experiments.setup.run import Run, Wrapper
from experiments.simulation.lane_settings import Settings, SettingsTable, settings_table
from experiments.studies.maps.numbers import RATE, edit_of, is_of_a_run
from optimizers import OPTIMIZERS
from parameter import Refusal

Change = Callable[[Experiment, str, Any], Experiment]  # of an experiment, the address of a number, and its value


def with_number(alone: Experiment, address: str, value: Any) -> Experiment:
    """Return what edited makes of an experiment's first run with another number. Raises Refusal.

    address: as maps say it (numbers.py). Of a run's own number only the run is checked: of its numbers an experiment
    looks at none itself but where they decide on what a step may cost, as a search's do.
    """
    if not is_of_a_run(address) or OPTIMIZERS[alone.runs[0].optimizer].searched is not None:
        return edited(alone, edit_of(address, 0), value)
    made = object.__new__(Experiment)
    made.__dict__.update(alone.__dict__, runs=(_changed(alone.runs[0], address.split("."), value), *alone.runs[1:]))
    return made


def _changed(run: Run, parts: list[str], value: Any) -> Run:
    group, *keys = parts
    if group == RATE:
        return replace(run, learning_rate=value)
    if group == "wrappers":
        wrappers = tuple(
            Wrapper(key=w.key, parameters={**w.parameters, keys[1]: value}) if w.key == keys[0] else w
            for w in run.wrappers
        )
        return replace(run, wrappers=wrappers)
    if group == "parameters":
        return replace(run, parameters={**run.parameters, keys[0]: value})
    return replace(run, schedule_parameters={**run.schedule_parameters, keys[0]: value})


class Table:
    """The experiments of a table: in each column one value of the first number, in each row one of the second.

    change: sets a number, as with_number does. allowed: whether a cell's values are, each without the other, (rows,
    columns).
    """

    def __init__(
        self,
        alone: Experiment,
        addresses: tuple[str, str],
        xs: Sequence[Any],
        ys: Sequence[Any],
        change: Change = with_number,
    ) -> None:
        self._alone, self._y, self._ys, self._change = alone, addresses[1], ys, change
        self._columns = [self._or_none(alone, addresses[0], x) for x in xs]
        self.allowed = np.array([self._or_none(alone, self._y, y) is not None for y in ys])[:, None] & np.array(
            [column is not None for column in self._columns]
        )

    def at(self, row: int, column: int) -> Experiment | None:
        """Return the experiment of a cell, None where its values are not allowed."""
        there = self._columns[column]
        return None if there is None else self._or_none(there, self._y, self._ys[row])

    def settings(self) -> "TableSettings | None":
        """Return the numbers of cells beside those of the experiment itself; None where more than its run's change."""
        rows, columns = (np.flatnonzero(self.allowed.any(axis=axis)) for axis in (1, 0))

        def at(cell: tuple[int, int]) -> Experiment:
            there = self._columns[columns[cell[1] - 1]] if cell[1] else self._alone
            assert there is not None
            return self._change(there, self._y, self._ys[rows[cell[0] - 1]]) if cell[0] else there

        try:
            found = settings_table(at, (len(rows) + 1, len(columns) + 1)) if len(rows) and len(columns) else None
        except Refusal:
            return None  # two values that are not allowed together
        return None if found is None else TableSettings(found, rows, columns)

    def _or_none(self, there: Experiment, address: str, value: Any) -> Experiment | None:
        try:
            return self._change(there, address, value)
        except Refusal:
            return None


class TableSettings:
    """The numbers of a table's cells beside those of the experiment that it is made of."""

    def __init__(self, table: SettingsTable, rows: np.ndarray, columns: np.ndarray) -> None:
        self._table, self._rows, self._columns = table, rows, columns

    def of(self, cells: np.ndarray) -> Settings:
        """Return those of cells (n, 2) that are allowed."""
        rows, columns = (
            np.searchsorted(all_of, at) for all_of, at in zip((self._rows, self._columns), cells.T, strict=True)
        )
        return self._table.settings(np.stack([rows, columns], axis=1) + 1)  # the first of each are the experiment's own
