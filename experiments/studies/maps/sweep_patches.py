"""Patches of a sweep of two numbers over even axes, as a map on the page has them."""

import numpy as np

from experiments.setup.atlas import Axis
from experiments.setup.experiment import Experiment
from experiments.simulation.trajectory import Trajectory
from experiments.studies.maps.cells import CODES, NEVER
from experiments.studies.maps.lattice import Line, Patch, line_of_axis
from experiments.studies.maps.pieces import ALL_CODES, Told
from experiments.studies.maps.tables import TableGround, TableWork
from experiments.verdict.many import lost

NOT_ALLOWED = ALL_CODES - 1  # the code of a cell whose values an experiment may not have
NOT_JUDGED = ALL_CODES - 2  # that of one with many weights that is not lost: what else it is takes a Hessian


class SweepGround(TableGround):
    """What all patches of a sweep have in common: one run of an experiment, two axes, and what is known of it."""

    def __init__(self, experiment: Experiment, run: int, x: Axis, y: Axis) -> None:
        super().__init__(experiment, run, (x.address, y.address), ([x.low, x.high], [y.low, y.high]))
        self.axes = x, y

    def lines(self, cells: float) -> tuple[Line, Line]:
        """Return the lines of the axes with so many cells a side."""
        return line_of_axis(self.axes[0], cells), line_of_axis(self.axes[1], cells)


class SweepPatchWork(TableWork):
    """A patch of a sweep in the making; no value is made twice.

    Of many weights the loss is told, and of the outcome no more than whether the run is lost. A cell that there may not
    be has the code NOT_ALLOWED and the loss NaN.

    singly: all cells are run singly, which compiles nothing and comes to the same: for a few that are wanted at once.
    """

    def __init__(self, ground: SweepGround, patch: Patch, singly: bool = False) -> None:
        self.patch = patch
        in_batches = ground.implied is not None and not singly
        rim = int(in_batches)
        xs, columns = np.unique(patch.xs(rim), return_inverse=True)  # whole ones are alike in several cells
        ys, rows = np.unique(patch.ys(rim), return_inverse=True)
        inner = rows[rim : len(rows) - rim], columns[rim : len(columns) - rim]
        table = ground.table(xs.tolist(), ys.tolist())
        super().__init__(ground, table, *inner, in_batches=in_batches, code=NOT_ALLOWED)

    def _judged(self, cell: tuple[int, int], run: Trajectory) -> Told:
        if run.weights is None:
            return super()._judged(cell, run)
        there = self._table.at(*cell)
        assert there is not None
        gone = lost(there, run)
        return (NOT_JUDGED, -1, NEVER) if gone is None else (CODES[gone[0]], -1, gone[1])
