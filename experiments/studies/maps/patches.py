"""Patches of a map of basins: a rectangle of cells, each a run of its own, decided in batches where that is certain."""

import threading
from dataclasses import dataclass

import numpy as np

from experiments.objective.objective import FEW
from experiments.setup.alone import alone_at
from experiments.setup.experiment import Experiment
from experiments.setup.turns import UnpreparedError, at_once
from experiments.simulation.simulate import simulate_starts
from experiments.simulation.trajectory import Trajectory
from experiments.studies.maps.cells import CODES, NEVER, check_run, step_of
from experiments.studies.maps.implied import PIECE, Implied, can_be_implied
from experiments.studies.maps.lattice import Patch
from experiments.studies.maps.minima import Minima
from experiments.verdict.judged import verdict_of
from parameter import Refusal

_SINGLY = FEW  # runs of a piece that are made one by one
_OPEN, _IMPLIED, _JUDGED = 0, 1, 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """What the runs of a patch come to: arrays (height, width), row 0 the lowest.

    codes: the outcomes' places in Outcome. minimum: the number of the one that is reached among the known minima and,
    after these, more (n, 2), those that runs found; -1 for none. steps: the verdict's, -1 for none. loss: the final
    one. implied: whether a cell was decided in a batch.

    Where a cell is made several times (chances.py): share, of its runs that came to this, and success, of those that
    came to a global minimum.
    """

    codes: np.ndarray
    minimum: np.ndarray
    steps: np.ndarray
    loss: np.ndarray
    implied: np.ndarray
    more: np.ndarray
    share: np.ndarray | None = None
    success: np.ndarray | None = None


class Ground:
    """What all patches of a map have in common: one run of an experiment, and what is known of its surface."""

    def __init__(self, experiment: Experiment, run: int = 0) -> None:
        check_run(experiment, run)
        if experiment.has_many_weights:
            raise Refusal("basins: a model with many weights has no window of starts; choose a surface of two")
        self.experiment = alone_at(experiment, run)
        self.minima = Minima(self.experiment)
        self._implied: Implied | None = None
        self._lock = threading.Lock()
        self.in_batches = can_be_implied(self.experiment)
        self._is_prepared = not self.in_batches

    @property
    def implied(self) -> Implied | None:
        """The test that decides in batches, which compiles when it is first used; None where there can be none."""
        if not self.in_batches:
            return None
        with self._lock:
            if self._implied is None:
                self._implied = Implied(self.experiment)
            return self._implied

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

    def prepare(self) -> None:
        """Compile what decides in batches, where that is not done."""
        implied = self.implied
        if not self._is_prepared and implied is not None:
            implied.prepare()
            self._is_prepared = True


class PatchWork:
    """A patch in the making, in pieces: a batch of cells, or a few that are run singly.

    Singly run are those that the batch leaves open, and each beside another outcome or minimum; for that a rim of one
    cell is decided, too, so that it does not matter where a patch ends. It may be left and taken up by any thread.

    singly: all cells are run singly, which compiles nothing and comes to the same: for a few that are wanted at once.
    """

    def __init__(self, ground: Ground, patch: Patch, singly: bool = False) -> None:
        self.patch, self._ground = patch, ground
        self.corrected = 0  # cells of which a batch said other than the judge: none, if it is as careful as it should
        self.finished = False
        self._lock = threading.Lock()
        self._minima = ground.minima.fresh()
        implied = ground.implied
        self._in_batches = implied is not None and not singly
        rim = int(self._in_batches)
        shape = (patch.height + 2 * rim, patch.width + 2 * rim)
        self._starts = patch.points(rim)
        self._own = np.zeros(shape, dtype=bool)
        self._own[rim : shape[0] - rim, rim : shape[1] - rim] = True
        self._codes = np.zeros(shape, np.uint8)
        self._minimum = np.full(shape, -1, np.int32)
        self._steps = np.full(shape, NEVER, np.int32)
        self._loss = np.full(shape, np.nan)
        self._state = np.zeros(shape, np.uint8)
        self._implied = implied
        cells, none = np.argwhere(self._state == _OPEN), np.empty((0, 2), dtype=np.int64)
        self._batch, self._single = (cells, none) if self._in_batches else (none, cells)
        self._at_borders = False  # whether what is run singly now are the cells at borders

    @property
    def size(self) -> int:
        """How many cells there are."""
        return self.patch.width * self.patch.height

    @property
    def done(self) -> int:
        """How many are decided; not all before those at borders were run singly."""
        return self.size if self.finished else min(int(np.count_nonzero(self._state[self._own])), self.size - 1)

    @property
    def cells(self) -> Cells | None:
        """What was found, None before it is finished."""
        if not self.finished:
            return None
        shape = (self.patch.height, self.patch.width)
        arrays = (self._codes, self._minimum, self._steps, self._loss, self._state == _IMPLIED)
        codes, minimum, steps, loss, implied = (array[self._own].reshape(shape) for array in arrays)
        more = np.asarray(self._minima.more, dtype=np.float64).reshape(-1, 2)
        return Cells(codes=codes, minimum=minimum, steps=steps, loss=loss, implied=implied, more=more)

    def make_one(self) -> None:
        """Make the next piece, if one is left."""
        with self._lock:
            if self.finished:
                return
            if len(self._batch):
                self._decide(self._batch[:PIECE])
                self._batch = self._batch[PIECE:]
            elif len(self._single):
                self._judge(self._single[:_SINGLY])
                self._single = self._single[_SINGLY:]
            if not len(self._batch) and not len(self._single):
                self._go_on()

    def _go_on(self) -> None:
        """Put what is left next: cells that are open, then those at borders."""
        left = np.argwhere((self._state == _OPEN) & self._own)
        if not len(left) and not self._at_borders and self._in_batches:
            self._at_borders = True
            labels = self._codes.astype(np.int64) + len(CODES) * (self._minimum + 1)
            labels[self._state == _OPEN] = -1
            left = np.argwhere(beside_another(labels) & (self._state == _IMPLIED) & self._own)
        self._single = left
        self.finished = not len(left)

    def _decide(self, cells: np.ndarray) -> None:
        assert self._implied is not None
        found = self._implied.decide(self._starts[tuple(cells.T)])
        at = tuple(cells[found.known].T)
        self._state[at] = _IMPLIED
        self._codes[at], self._minimum[at] = found.codes[found.known], found.minimum[found.known]
        self._steps[at], self._loss[at] = found.steps[found.known], found.losses[found.known]

    def _judge(self, cells: np.ndarray) -> None:
        """Run cells (n, 2) singly."""
        starts = self._starts[tuple(cells.T)]
        runs = simulate_starts(self._ground.experiment, 0, starts)
        told = [None] * len(runs) if self._implied is None else self._implied.of_runs(runs)
        for place, start, run, found in zip(cells.tolist(), starts.tolist(), runs, told, strict=True):
            self._put((place[0], place[1]), found or self._verdict(start, run), run.final_loss)

    def _verdict(self, start: list[float], run: Trajectory) -> tuple[int, int, int]:
        verdict = verdict_of(self._ground.experiment.replace(start=tuple(start)), run)
        return CODES[verdict.outcome], self._minima.index(verdict), step_of(verdict)

    def _put(self, at: tuple[int, int], found: tuple[int, int, int], loss: float) -> None:
        if self._state[at] == _IMPLIED and found != (self._codes[at], self._minimum[at], self._steps[at]):
            self.corrected += 1
        self._codes[at], self._minimum[at], self._steps[at] = found
        self._loss[at], self._state[at] = loss, _JUDGED


def beside_another(labels: np.ndarray) -> np.ndarray:
    """Return whether each cell of a table has another label than one of its eight neighbours."""
    found = np.zeros(labels.shape, dtype=bool)
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        rows, columns = labels.shape
        one = (slice(0, rows - down), slice(max(0, -right), columns - max(0, right)))
        other = (slice(down, rows), slice(max(0, right), columns - max(0, -right)))
        differs = labels[one] != labels[other]
        found[one] |= differs
        found[other] |= differs
    return found
