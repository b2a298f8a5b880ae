"""Basins of attraction: from which start of a window the run reaches which minimum; every cell is a run of its own."""

import threading
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from experiments.setup.allowed import Box, box
from experiments.setup.experiment import Experiment
from experiments.studies.maps.cells import names_of
from experiments.studies.maps.lattice import Patch, lines_of_window
from experiments.studies.maps.minima import at_global
from experiments.studies.maps.parts import WAIT, Part, Tell, make, untold
from experiments.studies.maps.patches import Ground, PatchWork
from experiments.studies.proportion import Proportion
from parameter import Refusal, shown

MOST = 8_192  # cells a side
_SIDES = 126, 62  # cells of a patch a side: with its rim, whole pieces of a batch


@dataclass(frozen=True, kw_only=True, eq=False)
class Basins:
    """What one run comes to from every cell of a window; a cell is its lower left corner, and row 0 the lowest.

    minimum: (rows, columns), the index into minima of the one that the run settled at, or hovers around where noise
    keeps it from settling, else -1. codes: the outcomes' places in Outcome. steps: the verdict's step, as the one from
    which on the minimum is within the tolerance, or -1. loss: the final one. window: ((xmin, xmax), (ymin, ymax)).
    minima: (n, 2), those that are known on the surface, lowest first, then of each curve of minima one, then those
    that the runs found; a run that settled on level ground has none. is_global: (n,), whether each is a global one;
    not of those that the runs found. implied: whether a cell was decided in a batch
    (maps/implied.py), where its loss is right to a billionth of the surface's spread of heights, and of the loss itself
    where it diverged; all else of it, and all of the others, is what simulate and judge say of that very run.
    """

    minimum: np.ndarray
    codes: np.ndarray
    steps: np.ndarray
    loss: np.ndarray
    window: Box
    minima: np.ndarray
    is_global: np.ndarray
    implied: np.ndarray

    @cached_property
    def outcome(self) -> np.ndarray:
        """The names of the outcomes, text (rows, columns)."""
        return names_of(self.codes)

    @property
    def decided(self) -> dict[str, int]:
        """How many cells were decided in a batch, and how many were run and judged singly."""
        batch = int(np.count_nonzero(self.implied))
        return {"batch": batch, "single": self.implied.size - batch}

    @cached_property
    def shares(self) -> tuple[Proportion, ...]:
        """For each minimum the share of the window from which it is reached, as of so many starts drawn there."""
        counts = np.bincount(self.minimum[self.minimum >= 0], minlength=len(self.minima))
        return tuple(Proportion(count=int(count), of=self.minimum.size) for count in counts)

    @property
    def success(self) -> Proportion:
        """How often a start drawn from the window leads to a global minimum, or to hovering around one."""
        reached = at_global(self.codes, self.minimum, self.is_global)
        return Proportion(count=int(np.count_nonzero(reached)), of=self.codes.size)

    @cached_property
    def median_steps(self) -> np.ndarray:
        """For each minimum the median of the steps in which it is reached, (n,); NaN where it never is."""
        there = [self.steps[(self.minimum == i) & (self.steps >= 0)] for i in range(len(self.minima))]
        return np.array([np.median(steps) if steps.size else np.nan for steps in there])


class BasinsWork:
    """A map of basins made of patches, several of which may be in the making at once, by as many threads.

    It may be left and taken up again. A patch is a part (maps/parts.py): it may have been made elsewhere.
    """

    def __init__(self, experiment: Experiment, run: int = 0, size: int = 256, window: Box | None = None) -> None:
        check_size(size)
        self.ground = Ground(experiment, run)
        self.window = box(experiment.window if window is None else window)
        self.side, self.size = size, size * size
        self.tell: Tell = untold
        self.corrected = 0  # cells of which a batch said other than the judge: none
        x, y = lines_of_window(self.window, size)
        step = next((side for side in _SIDES if size > 2 * side), size)
        corners = [(row, column) for row in range(0, size, step) for column in range(0, size, step)]
        self._patches = [
            Patch(x=x, y=y, column=column, row=row, width=min(step, size - column), height=min(step, size - row))
            for row, column in corners
        ]
        self._changed = threading.Condition()
        self._left = deque(range(len(corners)))  # patches that nobody has begun
        self._idle: deque[tuple[int, PatchWork]] = deque()  # in the making, by no thread at the moment
        self._busy: dict[int, PatchWork] = {}
        self._more: dict[int, np.ndarray] = {}  # of each patch that is made the minima that its runs found
        self._arrays: dict[str, np.ndarray] = {  # what is not written yet takes no memory
            "minimum": np.zeros((size, size), np.int32),
            "codes": np.zeros((size, size), np.uint8),
            "steps": np.zeros((size, size), np.int32),
            "loss": np.zeros((size, size)),
            "implied": np.zeros((size, size), dtype=bool),
        }
        self._found: Basins | None = None

    @property
    def key(self) -> str:
        """All that the map depends on but the code, as text."""
        return f"basins {self.side} {self.window} {self.ground.experiment.to_json()}"

    @property
    def parts(self) -> int:
        """How many patches there are."""
        return len(self._patches)

    @property
    def made(self) -> frozenset[int]:
        """The places of the patches that are made."""
        return frozenset(self._more.copy())

    @property
    def finished(self) -> bool:
        """Whether all patches are made."""
        return len(self._more) == len(self._patches)

    @property
    def idle(self) -> bool:
        """Whether there is nothing left to make here."""
        return not (self._left or self._idle or self._busy)

    @property
    def done(self) -> int:
        """How many cells are decided; not all before those at borders were run singly."""
        with self._changed:
            begun = [*(work for _, work in self._idle), *self._busy.values()]
            made = sum(self._patches[place].width * self._patches[place].height for place in self._more)
            return made + sum(work.done for work in begun)

    def begin_only(self, places: Collection[int]) -> None:
        """Begin no other patches than those at these places."""
        with self._changed:
            self._left = deque(place for place in self._left if place in places)

    def put(self, place: int, part: Part) -> None:
        """Take a patch that was made elsewhere or before."""
        with self._changed:
            if place in self._left:
                self._left.remove(place)
            if place not in self._more:
                self._write(place, part)
            self._changed.notify_all()

    def make_one(self) -> None:
        """Make the next piece of a patch that nobody else is at; where there is none wait a little for those made."""
        with self._changed:
            if self._idle:
                place, work = self._idle.popleft()
            elif self._left:
                place = self._left.popleft()
                work = PatchWork(self.ground, self._patches[place])
            else:
                if not self.finished:
                    self._changed.wait(WAIT)
                return
            self._busy[place] = work
        try:
            work.make_one()
        finally:
            cells = work.cells
            part = None if cells is None else {name: getattr(cells, name) for name in (*self._arrays, "more")}
            with self._changed:
                del self._busy[place]
                if part is None:
                    self._idle.append((place, work))
                else:
                    self.corrected += work.corrected
                    self._write(place, part)
                self._changed.notify_all()
        if part is not None:
            self.tell(place, part)

    @property
    def basins(self) -> Basins | None:
        """The map, None before it is finished."""
        if not self.finished:
            return None
        with self._changed:
            if self._found is None:
                minima = self._number()
                known = self.ground.minima.is_global
                is_global = np.append(known, np.zeros(len(minima) - len(known), dtype=bool))
                self._found = Basins(window=self.window, minima=minima, is_global=is_global, **self._arrays)
            return self._found

    def _at(self, place: int) -> tuple[slice, slice]:
        patch = self._patches[place]
        return slice(patch.row, patch.row + patch.height), slice(patch.column, patch.column + patch.width)

    def _write(self, place: int, part: Part) -> None:
        for name, array in self._arrays.items():
            array[self._at(place)] = part[name]
        self._more[place] = part["more"]

    def _number(self) -> np.ndarray:
        """Number the minima that runs found by the patches' order, whoever made them when; return all, (n, 2)."""
        minima = self.ground.minima.fresh()
        for place, more in sorted(self._more.items()):
            numbers = np.array([*range(len(minima.known)), *map(minima.place, more), -1], dtype=np.int32)
            at = self._at(place)
            self._arrays["minimum"][at] = numbers[self._arrays["minimum"][at]]
        return minima.places


def basins(
    experiment: Experiment, run: int = 0, size: int = 256, window: Box | None = None, threads: int | None = None
) -> Basins:
    """Return what the run at this place comes to from size x size starts over a window, the picture's if none is given.

    Most cells, on a surface with minima that stand alone, are decided in batches, where a run's end says surely what
    the judge would say. All others, and every cell beside another outcome, are run singly; and judged, unless that
    very run's end says it. So it is with every cell of a run that stops early, or on a smoothed surface: correct, but
    a millisecond each or more. threads: how many make patches side by side, one a core if none are given; the map is
    the same. Raises Refusal.
    """
    work = BasinsWork(experiment, run, size, window)
    make(work, threads)
    assert work.basins is not None
    return work.basins


def check_size(size: int) -> None:
    """Raise Refusal for a size that no map may have."""
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MOST:
        raise Refusal(f"size: {shown(size)} is not allowed; give a whole number from 1 to {MOST}")
