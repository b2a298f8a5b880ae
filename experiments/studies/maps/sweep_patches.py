"""Patches of a sweep of two numbers: a rectangle of cells, each what the run comes to with its two values."""

import numpy as np

from experiments.setup.alone import alone_at
from experiments.setup.atlas import Axis
from experiments.setup.experiment import Experiment
from experiments.simulation.simulate import simulate_numbers, simulate_run
from experiments.simulation.trajectory import Trajectory
from experiments.studies.maps.cells import CODES, NEVER, check_run
from experiments.studies.maps.implied import Decided, Implied, can_be_implied
from experiments.studies.maps.lattice import Line, Patch, line_of_axis
from experiments.studies.maps.minima import Minima
from experiments.studies.maps.numbers import is_of_a_run, moves_surface
from experiments.studies.maps.patches import Ground
from experiments.studies.maps.pieces import ALL_CODES, PieceWork, Prepared, Told
from experiments.studies.maps.settable import Table
from experiments.verdict.judged import verdict_of
from experiments.verdict.many import lost
from optimizers import OPTIMIZERS

NOT_ALLOWED = ALL_CODES - 1  # the code of a cell whose values an experiment may not have
NOT_JUDGED = ALL_CODES - 2  # that of one with many weights that is not lost: what else it is takes a Hessian


class SweepGround(Prepared):
    """What all patches of a sweep have in common: one run of an experiment, two axes, and what is known of its surface.

    Where both are numbers of the run itself, cells are decided in batches, as starts are.
    """

    def __init__(self, experiment: Experiment, run: int, x: Axis, y: Axis) -> None:
        check_run(experiment, run)
        self.experiment, self.axes = alone_at(experiment, run), (x, y)
        self.minima = Minima(self.experiment)
        self.moves_surface = moves_surface(x.address), moves_surface(y.address)
        own = is_of_a_run(x.address) and is_of_a_run(y.address) and not self.experiment.has_many_weights
        self._of_starts = Ground(self.experiment) if own and can_be_implied(self.experiment) else None

    @property
    def implied(self) -> Implied | None:
        """The test that decides in batches; None where there can be none."""
        return None if self._of_starts is None else self._of_starts.implied

    def lines(self, cells: float) -> tuple[Line, Line]:
        """Return the lines of the axes with so many cells a side."""
        return line_of_axis(self.axes[0], cells), line_of_axis(self.axes[1], cells)

    def table(self, xs: np.ndarray, ys: np.ndarray) -> Table:
        """Return the experiments at values of both numbers."""
        return Table(self.experiment, (self.axes[0].address, self.axes[1].address), xs.tolist(), ys.tolist())

    def _compile(self, implied: Implied) -> None:
        table = self.table(*(np.array([axis.low, axis.high]) for axis in self.axes))
        settings, cells = table.settings(), np.argwhere(table.allowed)
        if settings is not None:
            implied.prepare(settings.of(cells[:1]))


class SweepPatchWork(PieceWork):
    """A patch of a sweep in the making; no value is made twice.

    Of many weights the loss is told, and of the outcome no more than whether the run is lost. A minimum is told where
    all cells have the same surface. A cell that there may not be has the code NOT_ALLOWED and the loss NaN.

    singly: all cells are run singly, which compiles nothing and comes to the same: for a few that are wanted at once.
    """

    def __init__(self, ground: SweepGround, patch: Patch, singly: bool = False) -> None:
        self._ground = ground
        rim = int(ground.implied is not None and not singly)
        xs, columns = np.unique(patch.xs(rim), return_inverse=True)  # whole ones are alike in several cells
        ys, rows = np.unique(patch.ys(rim), return_inverse=True)
        self._table = ground.table(xs, ys)
        self._settings = self._table.settings() if rim else None
        self._is_searched = OPTIMIZERS[ground.experiment.runs[0].optimizer].searched is not None  # pairs may not be
        inner = rows[rim : len(rows) - rim], columns[rim : len(columns) - rim]
        batch = self._table.allowed if self._settings is not None else np.zeros((len(ys), len(xs)), dtype=bool)
        super().__init__(patch, ground, ground.minima.fresh(), *inner, batch, NOT_ALLOWED)

    def _decided(self, implied: Implied, cells: np.ndarray) -> Decided:
        assert self._settings is not None
        starts = np.tile(np.asarray(self._ground.experiment.start), (len(cells), 1))
        return implied.decide(starts, self._settings.of(cells))

    def _run(self, cells: np.ndarray) -> list[Trajectory | None]:
        if self._settings is not None and not self._is_searched:
            may = self._table.allowed[tuple(cells.T)]
            settings, found = self._settings.of(cells[may]), np.full(len(cells), None, dtype=object)
            runs = simulate_numbers(self._ground.experiment, 0, settings.columns, settings.numbers, settings.rates)
            for place, run in zip(np.flatnonzero(may).tolist(), runs, strict=True):
                found[place] = run
            return found.tolist()
        there = [self._table.at(row, column) for row, column in cells.tolist()]
        return [None if one is None else simulate_run(one, 0) for one in there]

    def _judged(self, cell: tuple[int, int], run: Trajectory) -> Told:
        there = self._table.at(*cell)
        assert there is not None
        if run.weights is not None:
            gone = lost(there, run)
            return (NOT_JUDGED, -1, NEVER) if gone is None else (CODES[gone[0]], -1, gone[1])
        verdict = verdict_of(there, run)
        return self._told(verdict, -1 if any(self._ground.moves_surface) else self._minima.index(verdict))

    def _in_order(self, cells: np.ndarray) -> np.ndarray:
        """Return cells row by row; or column by column, where each has a surface of its own."""
        return cells[np.argsort(cells[:, 1], kind="stable")] if self._ground.moves_surface[0] else cells
