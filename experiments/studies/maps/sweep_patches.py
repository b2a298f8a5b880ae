"""Patches of a sweep of two numbers: a rectangle of cells, each what the run comes to with its two values."""

import threading

import numpy as np

from experiments.objective.objective import FEW
from experiments.setup.alone import alone_at
from experiments.setup.atlas import Axis
from experiments.setup.experiment import Experiment
from experiments.simulation.simulate import simulate_run
from experiments.studies.maps.cells import CODES, NEVER, check_run, step_of
from experiments.studies.maps.lattice import Line, Patch, line_of_axis
from experiments.studies.maps.minima import Minima
from experiments.studies.maps.numbers import moves_surface
from experiments.studies.maps.patches import Cells
from experiments.studies.maps.settable import Table
from experiments.verdict.judged import verdict_of
from experiments.verdict.many import lost

NOT_ALLOWED = 255  # the code of a cell whose values an experiment may not have
NOT_JUDGED = 254  # that of one with many weights that is not lost: what else it is takes a Hessian
_SINGLY = FEW  # runs of a piece


class SweepGround:
    """What all patches of a sweep have in common: one run of an experiment, two axes, and the surface's minima."""

    def __init__(self, experiment: Experiment, run: int, x: Axis, y: Axis) -> None:
        check_run(experiment, run)
        self.experiment, self.axes = alone_at(experiment, run), (x, y)
        self.minima = Minima(self.experiment)
        self.moves_surface = moves_surface(x.address), moves_surface(y.address)

    def lines(self, cells: float) -> tuple[Line, Line]:
        """Return the lines of the axes with so many cells a side."""
        return line_of_axis(self.axes[0], cells), line_of_axis(self.axes[1], cells)

    def table(self, xs: np.ndarray, ys: np.ndarray) -> Table:
        """Return the experiments at values of both numbers."""
        return Table(self.experiment, (self.axes[0].address, self.axes[1].address), xs.tolist(), ys.tolist())


class SweepPatchWork:
    """A patch in the making, in pieces of a few runs, each simulated and judged; no value is made twice.

    Of many weights the loss is told, and of the outcome no more than whether the run is lost. A minimum is told where
    all cells have the same surface. It may be left and taken up by any thread.
    """

    def __init__(self, ground: SweepGround, patch: Patch) -> None:
        self.patch, self._ground = patch, ground
        self.finished = False
        self._lock = threading.Lock()
        self._minima = ground.minima.fresh()
        xs, self._column = np.unique(patch.xs(), return_inverse=True)  # whole ones are alike in several cells
        ys, self._row = np.unique(patch.ys(), return_inverse=True)
        self._table = ground.table(xs, ys)
        shape = (len(ys), len(xs))
        self._codes = np.full(shape, NOT_ALLOWED, np.uint8)
        self._minimum = np.full(shape, -1, np.int32)
        self._steps = np.full(shape, NEVER, np.int32)
        self._loss = np.full(shape, np.nan)
        self._made = np.zeros(shape, dtype=bool)
        self._left = _in_order(shape, by_column=ground.moves_surface[0])

    @property
    def size(self) -> int:
        """How many cells there are."""
        return self.patch.width * self.patch.height

    @property
    def done(self) -> int:
        """How many are decided."""
        return int(np.count_nonzero(self._of_all(self._made)))

    @property
    def cells(self) -> Cells | None:
        """What was found, None before it is finished; code NOT_ALLOWED and loss NaN where there may be no such run."""
        if not self.finished:
            return None
        codes, minimum = self._of_all(self._codes), self._of_all(self._minimum)
        steps, loss = self._of_all(self._steps), self._of_all(self._loss)
        implied, more = np.zeros(codes.shape, dtype=bool), np.asarray(self._minima.more, dtype=np.float64)
        return Cells(codes=codes, minimum=minimum, steps=steps, loss=loss, implied=implied, more=more.reshape(-1, 2))

    def make_one(self) -> None:
        """Make the next piece, if one is left."""
        with self._lock:
            for row, column in self._left[:_SINGLY].tolist():
                self._make(row, column)
            self._left = self._left[_SINGLY:]
            self.finished = not len(self._left)

    def _of_all(self, array: np.ndarray) -> np.ndarray:
        found: np.ndarray = array[np.ix_(self._row, self._column)]
        return found

    def _make(self, row: int, column: int) -> None:
        at, there = (row, column), self._table.at(row, column)
        self._made[at] = True
        if there is None:
            return
        run = simulate_run(there, 0)
        self._loss[at] = run.final_loss
        if run.weights is not None:
            told = lost(there, run)
            self._codes[at], self._steps[at] = (NOT_JUDGED, NEVER) if told is None else (CODES[told[0]], told[1])
            return
        verdict = verdict_of(there, run)
        self._codes[at], self._steps[at] = CODES[verdict.outcome], step_of(verdict)
        if not any(self._ground.moves_surface):
            self._minimum[at] = self._minima.index(verdict)


def _in_order(shape: tuple[int, int], by_column: bool) -> np.ndarray:
    """Return all cells (n, 2), row by row; or column by column, where each column has a surface of its own."""
    cells = np.argwhere(np.ones(shape, dtype=bool))
    return cells[np.argsort(cells[:, 1], kind="stable")] if by_column else cells
