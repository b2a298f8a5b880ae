"""A rectangle of cells in the making, in pieces: a batch of cells, or a few that are run singly."""

import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass

import numpy as np

from experiments.objective.objective import FEW
from experiments.setup.turns import UnpreparedError, at_once
from experiments.simulation.trajectory import Trajectory
from experiments.studies.maps.cells import CODES, NEVER, step_of
from experiments.studies.maps.implied import PIECE, Decided, Implied
from experiments.studies.maps.minima import Minima
from experiments.verdict.outcome import Verdict

ALL_CODES = 256  # of outcomes, and of what is none (sweep_patches.py)
_MOST, _QUICK = 64, 0.005  # runs of a piece, at most; seconds that one should take
_OPEN, _IMPLIED, _SINGLE = 0, 1, 2
Told = tuple[int, int, int]  # of a cell: the outcome's code, the minimum, the step


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


class Prepared(ABC):
    """What the patches of a map share, some of which has to be compiled before the first cell is made in a batch."""

    _is_prepared = False

    @property
    @abstractmethod
    def implied(self) -> Implied | None:
        """The test that decides in batches, which compiles when it is first used; None where there can be none."""

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
        implied = None if self._is_prepared else self.implied
        if implied is not None:
            self._compile(implied)
        self._is_prepared = True

    @abstractmethod
    def _compile(self, implied: Implied) -> None:
        """Compile what the test needs, by a look at one cell."""


class PieceWork(ABC):
    """The cells of a patch, some of them perhaps in a rim around it, piece after piece.

    Singly run are those that the batch leaves open, and each beside another outcome or minimum; for that a rim of one
    cell is decided, too, so that it does not matter where a patch ends. It may be left and taken up by any thread.

    rows, columns: where the patch's cells are among those that are made; a cell may stand for several. batch: which
    cells are decided in a batch. code: of those that are not made.
    """

    def __init__(
        self,
        ground: Prepared,
        minima: Minima,
        rows: np.ndarray,
        columns: np.ndarray,
        batch: np.ndarray,
        code: int = 0,
    ) -> None:
        self.corrected = 0  # cells of which a batch said other than the judge: none, if it is as careful as it should
        self.finished = False
        self._lock = threading.Lock()
        self._implied, self._minima = ground.implied, minima
        self._rows, self._columns = rows, columns
        shape = batch.shape
        self._own = np.zeros(shape, dtype=bool)
        self._own[np.ix_(rows, columns)] = True
        self._codes = np.full(shape, code, np.uint8)
        self._minimum = np.full(shape, -1, np.int32)
        self._steps = np.full(shape, NEVER, np.int32)
        self._loss = np.full(shape, np.nan)
        self._state = np.full(shape, _OPEN, np.uint8)
        self._batch, self._single = np.argwhere(batch), np.empty((0, 2), dtype=np.int64)
        self._unjudged: deque[tuple[tuple[int, int], Trajectory]] = deque()
        self._most, self._count = (_MOST if len(self._batch) else FEW), FEW  # more at once have programs of their own
        self._at_borders = not len(self._batch)  # whether those at borders are run singly, or need not
        if not len(self._batch):
            self._go_on()

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self._rows) * len(self._columns)

    @property
    def done(self) -> int:
        """How many are decided; not all before those at borders were run singly."""
        return self.size if self.finished else min(int(np.count_nonzero(self._patch(self._state))), self.size - 1)

    @property
    def cells(self) -> Cells | None:
        """What was found, None before it is finished."""
        if not self.finished:
            return None
        return Cells(
            codes=self._patch(self._codes),
            minimum=self._patch(self._minimum),
            steps=self._patch(self._steps),
            loss=self._patch(self._loss),
            implied=self._patch(self._state == _IMPLIED),
            more=np.asarray(self._minima.more, dtype=np.float64).reshape(-1, 2),
        )

    def make_one(self) -> None:
        """Make the next piece, if one is left."""
        with self._lock:
            if self.finished:
                return
            if self._unjudged:
                cell, run = self._unjudged[0]
                self._put(cell, self._judged(cell, run), run.final_loss)
                self._unjudged.popleft()  # not before: who asked may leave meanwhile
            elif len(self._batch):
                self._in_batch(self._batch[:PIECE])
                self._batch = self._batch[PIECE:]
            elif len(self._single):
                self._next_singly()
            if not len(self._batch) and not len(self._single) and not self._unjudged:
                self._go_on()

    @abstractmethod
    def _decided(self, implied: Implied, cells: np.ndarray) -> Decided:
        """Return what is known of cells (n, 2) as a batch."""

    @abstractmethod
    def _run(self, cells: np.ndarray) -> list[Trajectory | None]:
        """Return the run of each of cells (n, 2), None where there may be no such run."""

    @abstractmethod
    def _judged(self, cell: tuple[int, int], run: Trajectory) -> Told:
        """Return what is told of a cell by judging its run."""

    def _in_order(self, cells: np.ndarray) -> np.ndarray:
        """Return cells (n, 2) in the order in which they are run singly."""
        return cells

    def _told(self, verdict: Verdict, minimum: int) -> Told:
        return CODES[verdict.outcome], minimum, step_of(verdict)

    def _patch(self, array: np.ndarray) -> np.ndarray:
        found: np.ndarray = array[np.ix_(self._rows, self._columns)]
        return found

    def _go_on(self) -> None:
        """Put what is left next: cells that are open, then those at borders."""
        left = np.argwhere((self._state == _OPEN) & self._own)
        if not len(left) and not self._at_borders:
            self._at_borders = True
            labels = self._codes.astype(np.int64) + ALL_CODES * (self._minimum + 1)
            labels[self._state == _OPEN] = -1
            left = np.argwhere(beside_another(labels) & (self._state == _IMPLIED) & self._own)
        self._single = self._in_order(left)
        self.finished = not len(left)

    def _in_batch(self, cells: np.ndarray) -> None:
        assert self._implied is not None
        found = self._decided(self._implied, cells)
        at = tuple(cells[found.known].T)
        self._state[at] = _IMPLIED
        self._codes[at], self._minimum[at] = found.codes[found.known], found.minimum[found.known]
        self._steps[at], self._loss[at] = found.steps[found.known], found.losses[found.known]

    def _next_singly(self) -> None:
        """Run some more cells one by one: as many as are soon run."""
        begun, count = time.perf_counter(), self._count
        self._singly(self._single[:count])
        self._single = self._single[count:]
        took = time.perf_counter() - begun
        if took > _QUICK:
            self._count = max(count // 2, 1)
        elif 2 * took < _QUICK:
            self._count = min(2 * count, self._most)

    def _singly(self, cells: np.ndarray) -> None:
        """Run cells (n, 2) one by one; what does not follow from a run itself is judged next."""
        made = dict(zip(map(tuple, cells.tolist()), self._run(cells), strict=True))
        runs = {cell: run for cell, run in made.items() if run is not None}
        told = [None] * len(runs) if self._implied is None else self._implied.of_runs(list(runs.values()))
        for (cell, run), found in zip(runs.items(), told, strict=True):
            if found is None:
                self._unjudged.append((cell, run))
            else:
                self._put(cell, found, run.final_loss)
        for cell in made.keys() - runs.keys():
            self._state[cell] = _SINGLE

    def _put(self, at: tuple[int, int], found: Told, loss: float) -> None:
        if self._state[at] == _IMPLIED and found != (self._codes[at], self._minimum[at], self._steps[at]):
            self.corrected += 1
        self._codes[at], self._minimum[at], self._steps[at] = found
        self._loss[at], self._state[at] = loss, _SINGLE


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
