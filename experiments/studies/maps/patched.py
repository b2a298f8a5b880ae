"""A table of cells made of patches, several of which may be in the making at once, by as many threads."""

import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Collection, Mapping

import numpy as np

from experiments.studies.maps.lattice import Rectangle, rectangles
from experiments.studies.maps.parts import WAIT, Part, Tell, untold
from experiments.studies.maps.pieces import PieceWork

_SIDES = 126, 62, 30  # cells of a patch a side: with its rim, whole pieces of a batch
_ALONG = 4  # patches along a table, at least, where the smallest are not fewer


class PatchedWork(ABC):
    """The arrays of a table, (rows, columns), in the making; a patch is a part (maps/parts.py).

    It may be left and taken up again, and a patch may have been made elsewhere. kinds: the arrays by their names, which
    are those of Cells.
    """

    def __init__(self, rows: int, columns: int, kinds: Mapping[str, type]) -> None:
        self.size = rows * columns
        self.tell: Tell = untold
        self.corrected = 0  # cells of which a batch said other than the judge: none
        self.patches = rectangles(rows, columns, _side(max(rows, columns)))
        # what is not written yet takes no memory
        self.arrays: dict[str, np.ndarray] = {name: np.zeros((rows, columns), kind) for name, kind in kinds.items()}
        self.changed = threading.Condition()
        self._left = deque(range(len(self.patches)))  # patches that nobody has begun
        self._idle: deque[tuple[int, PieceWork]] = deque()  # in the making, by no thread at the moment
        self._busy: dict[int, PieceWork] = {}
        self.more: dict[int, np.ndarray] = {}  # of each patch that is made the minima that its runs found

    @abstractmethod
    def begun(self, patch: Rectangle) -> PieceWork:
        """Begin a patch."""

    @property
    def parts(self) -> int:
        """How many patches there are."""
        return len(self.patches)

    @property
    def made(self) -> frozenset[int]:
        """The places of the patches that are made."""
        return frozenset(self.more.copy())

    @property
    def finished(self) -> bool:
        """Whether all patches are made."""
        return len(self.more) == len(self.patches)

    @property
    def idle(self) -> bool:
        """Whether there is nothing left to make here."""
        return not (self._left or self._idle or self._busy)

    @property
    def done(self) -> int:
        """How many cells are decided; not all before those at borders were run singly."""
        with self.changed:
            begun = [*(work for _, work in self._idle), *self._busy.values()]
            return sum(self.patches[place].size for place in self.more) + sum(work.done for work in begun)

    def begin_only(self, places: Collection[int]) -> None:
        """Begin no other patches than those at these places."""
        with self.changed:
            self._left = deque(place for place in self._left if place in places)

    def put(self, place: int, part: Part) -> None:
        """Take a patch that was made elsewhere or before."""
        with self.changed:
            if place in self._left:
                self._left.remove(place)
            if place not in self.more:
                self._write(place, part)
            self.changed.notify_all()

    def make_one(self) -> None:
        """Make the next piece of a patch that nobody else is at; where there is none wait a little for those made."""
        with self.changed:
            if self._idle:
                place, work = self._idle.popleft()
            elif self._left:
                place = self._left.popleft()
                try:
                    work = self.begun(self.patches[place])
                except BaseException:
                    self._left.appendleft(place)
                    raise
            else:
                if not self.finished:
                    self.changed.wait(WAIT)
                return
            self._busy[place] = work
        try:
            work.make_one()
        finally:
            cells = work.cells
            part = None if cells is None else {name: getattr(cells, name) for name in (*self.arrays, "more")}
            with self.changed:
                del self._busy[place]
                if part is None:
                    self._idle.append((place, work))
                else:
                    self.corrected += work.corrected
                    self._write(place, part)
                self.changed.notify_all()
        if part is not None:
            self.tell(place, part)

    def _write(self, place: int, part: Part) -> None:
        for name, array in self.arrays.items():
            array[self.patches[place].at] = part[name]
        self.more[place] = part["more"]


def _side(longer: int) -> int:
    """Return how many cells a side the patches of a table have: few where there would be few patches.

    What is kept of a map that is stopped are whole patches, and threads make one each.
    """
    if longer <= 2 * _SIDES[-1]:
        return longer
    return next((side for side in _SIDES if longer >= _ALONG * side), _SIDES[-1])
