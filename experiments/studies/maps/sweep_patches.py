"""Patches of a sweep of two numbers: a rectangle of cells, each what the run comes to with its two values."""

import threading

import numpy as np

from experiments.objective.objective import FEW
from experiments.setup.alone import alone_at
from experiments.setup.atlas import Axis
from experiments.setup.experiment import Experiment
from experiments.setup.turns import UnpreparedError, at_once
from experiments.simulation.simulate import simulate_numbers, simulate_run
from experiments.simulation.trajectory import Trajectory
from experiments.studies.maps.cells import CODES, NEVER, check_run, step_of
from experiments.studies.maps.implied import PIECE, Implied, can_be_implied
from experiments.studies.maps.lattice import Line, Patch, line_of_axis
from experiments.studies.maps.minima import Minima
from experiments.studies.maps.numbers import is_of_a_run, moves_surface
from experiments.studies.maps.patches import Cells, Ground, beside_another
from experiments.studies.maps.settable import Table
from experiments.verdict.judged import verdict_of
from experiments.verdict.many import lost
from optimizers import OPTIMIZERS

NOT_ALLOWED = 255  # the code of a cell whose values an experiment may not have
NOT_JUDGED = 254  # that of one with many weights that is not lost: what else it is takes a Hessian
_SINGLY = FEW  # runs of a piece that are made one by one
_OPEN, _IMPLIED, _JUDGED = 0, 1, 2


class SweepGround:
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
        self._is_prepared = self._of_starts is None

    @property
    def implied(self) -> Implied | None:
        """The test that decides in batches, which compiles when it is first used; None where there can be none."""
        return None if self._of_starts is None else self._of_starts.implied

    @property
    def is_prepared(self) -> bool:
        """Whether all that decides in batches is compiled."""
        if not self._is_prepared:
            try:
                with at_once():
                    self.prepare()
            except UnpreparedError:
                return False
        return True

    def lines(self, cells: float) -> tuple[Line, Line]:
        """Return the lines of the axes with so many cells a side."""
        return line_of_axis(self.axes[0], cells), line_of_axis(self.axes[1], cells)

    def table(self, xs: np.ndarray, ys: np.ndarray) -> Table:
        """Return the experiments at values of both numbers."""
        return Table(self.experiment, (self.axes[0].address, self.axes[1].address), xs.tolist(), ys.tolist())

    def prepare(self) -> None:
        """Compile what decides in batches, where that is not done: by a look at one cell."""
        implied = self.implied
        if self._is_prepared or implied is None:
            return
        ends = [np.array([axis.low, axis.high]) for axis in self.axes]
        table = self.table(*ends)
        settings, cells = table.settings(), np.argwhere(table.allowed)
        if settings is not None:
            implied.prepare(settings.of(cells[:1]))
        self._is_prepared = True


class SweepPatchWork:
    """A patch in the making, in pieces: a batch of cells, or a few runs, simulated and judged; no value is made twice.

    What is decided in batches and what singly is as in a map of basins (patches.PatchWork), with a rim of one cell. Of
    many weights the loss is told, and of the outcome no more than whether the run is lost. A minimum is told where all
    cells have the same surface. It may be left and taken up by any thread.

    singly: all cells are run singly, which compiles nothing and comes to the same: for a few that are wanted at once.
    """

    def __init__(self, ground: SweepGround, patch: Patch, singly: bool = False) -> None:
        self.patch, self._ground = patch, ground
        self.corrected = 0  # cells of which a batch said other than the judge: none
        self.finished = False
        self._lock = threading.Lock()
        self._minima = ground.minima.fresh()
        self._implied = ground.implied
        rim = int(self._implied is not None and not singly)
        xs, columns = np.unique(patch.xs(rim), return_inverse=True)  # whole ones are alike in several cells
        ys, rows = np.unique(patch.ys(rim), return_inverse=True)
        self._row, self._column = rows[rim : len(rows) - rim], columns[rim : len(columns) - rim]
        self._table = ground.table(xs, ys)
        self._settings = self._table.settings() if rim else None
        self._is_searched = OPTIMIZERS[ground.experiment.runs[0].optimizer].searched is not None  # pairs may not be
        shape = (len(ys), len(xs))
        self._own = np.zeros(shape, dtype=bool)
        self._own[np.ix_(self._row, self._column)] = True
        self._codes = np.full(shape, NOT_ALLOWED, np.uint8)
        self._minimum = np.full(shape, -1, np.int32)
        self._steps = np.full(shape, NEVER, np.int32)
        self._loss = np.full(shape, np.nan)
        self._state = np.zeros(shape, np.uint8)
        self._batch = np.argwhere(self._table.allowed if self._settings is not None else np.zeros(shape, dtype=bool))
        self._single = np.empty((0, 2), dtype=np.int64)
        self._at_borders = False  # whether what is run singly now are the cells at borders
        if not len(self._batch):
            self._go_on()

    @property
    def size(self) -> int:
        """How many cells there are."""
        return self.patch.width * self.patch.height

    @property
    def done(self) -> int:
        """How many are decided; not all before those at borders were run singly."""
        return self.size if self.finished else min(int(np.count_nonzero(self._of_all(self._state))), self.size - 1)

    @property
    def cells(self) -> Cells | None:
        """What was found, None before it is finished; code NOT_ALLOWED and loss NaN where there may be no such run."""
        if not self.finished:
            return None
        more = np.asarray(self._minima.more, dtype=np.float64).reshape(-1, 2)
        return Cells(
            codes=self._of_all(self._codes),
            minimum=self._of_all(self._minimum),
            steps=self._of_all(self._steps),
            loss=self._of_all(self._loss),
            implied=self._of_all(self._state == _IMPLIED),
            more=more,
        )

    def make_one(self) -> None:
        """Make the next piece, if one is left."""
        with self._lock:
            if self.finished:
                return
            if len(self._batch):
                self._decide(self._batch[:PIECE])
                self._batch = self._batch[PIECE:]
            elif len(self._single):
                self._make(self._single[:_SINGLY])
                self._single = self._single[_SINGLY:]
            if not len(self._batch) and not len(self._single):
                self._go_on()

    def _go_on(self) -> None:
        """Put what is left next: cells that are open, then those at borders."""
        left = _in_order((self._state == _OPEN) & self._own, by_column=self._ground.moves_surface[0])
        if not len(left) and not self._at_borders and self._settings is not None:
            self._at_borders = True
            labels = self._codes.astype(np.int64) + (NOT_ALLOWED + 1) * (self._minimum + 1)
            labels[self._state == _OPEN] = -1
            left = np.argwhere(beside_another(labels) & (self._state == _IMPLIED) & self._own)
        self._single = left
        self.finished = not len(left)

    def _of_all(self, array: np.ndarray) -> np.ndarray:
        found: np.ndarray = array[np.ix_(self._row, self._column)]
        return found

    def _decide(self, cells: np.ndarray) -> None:
        assert self._implied is not None and self._settings is not None
        starts = np.tile(np.asarray(self._ground.experiment.start), (len(cells), 1))
        found = self._implied.decide(starts, self._settings.of(cells))
        at = tuple(cells[found.known].T)
        self._state[at] = _IMPLIED
        self._codes[at], self._minimum[at] = found.codes[found.known], found.minimum[found.known]
        self._steps[at], self._loss[at] = found.steps[found.known], found.losses[found.known]

    def _make(self, cells: np.ndarray) -> None:
        """Run cells (n, 2) singly."""
        if self._settings is not None and not self._is_searched:
            may = self._table.allowed[tuple(cells.T)]
            self._state[tuple(cells[~may].T)] = _JUDGED  # there is no such run
            settings = self._settings.of(cells[may])
            runs = simulate_numbers(self._ground.experiment, 0, settings.columns, settings.numbers, settings.rates)
            self._tell([(row, column) for row, column in cells[may].tolist()], runs)
            return
        there = {(row, column): self._table.at(row, column) for row, column in cells.tolist()}
        for at, one in there.items():
            if one is None:
                self._state[at] = _JUDGED
        made = {at: one for at, one in there.items() if one is not None}
        self._tell(list(made), [simulate_run(one, 0) for one in made.values()])

    def _tell(self, cells: list[tuple[int, int]], runs: list[Trajectory]) -> None:
        """Put what these cells' runs come to, which is judged where it does not follow from the run itself."""
        told = [None] * len(runs) if self._implied is None else self._implied.of_runs(runs)
        for at, run, found in zip(cells, runs, told, strict=True):
            self._put(at, found or self._judged(at, run), run.final_loss)

    def _judged(self, at: tuple[int, int], run: Trajectory) -> tuple[int, int, int]:
        """Return the outcome's code, the minimum and the step of a cell's run."""
        there = self._table.at(*at)
        assert there is not None
        if run.weights is not None:
            gone = lost(there, run)
            return (NOT_JUDGED, -1, NEVER) if gone is None else (CODES[gone[0]], -1, gone[1])
        verdict = verdict_of(there, run)
        minimum = -1 if any(self._ground.moves_surface) else self._minima.index(verdict)
        return CODES[verdict.outcome], minimum, step_of(verdict)

    def _put(self, at: tuple[int, int], found: tuple[int, int, int], loss: float) -> None:
        if self._state[at] == _IMPLIED and found != (self._codes[at], self._minimum[at], self._steps[at]):
            self.corrected += 1
        self._codes[at], self._minimum[at], self._steps[at] = found
        self._loss[at], self._state[at] = loss, _JUDGED


def _in_order(which: np.ndarray, by_column: bool) -> np.ndarray:
    """Return the cells of a mask (n, 2), row by row; or column by column, where each has a surface of its own."""
    cells = np.argwhere(which)
    return cells[np.argsort(cells[:, 1], kind="stable")] if by_column else cells
