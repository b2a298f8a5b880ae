"""Basins of attraction: from which start of a window the run reaches which minimum; every cell is a run of its own."""

import threading
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from experiments.setup.allowed import Box, box
from experiments.setup.experiment import Experiment
from experiments.studies.jobs import work_at
from experiments.studies.maps.cells import CODES, NEVER, names_of
from experiments.studies.maps.lattice import TILE, Patch, lines_of_window
from experiments.studies.maps.patches import Cells, Ground, PatchWork
from experiments.studies.proportion import Proportion
from experiments.verdict.outcome import Outcome
from parameter import Refusal, shown

MOST = 8_192  # cells a side


@dataclass(frozen=True, kw_only=True, eq=False)
class Basins:
    """What one run comes to from every cell of a window; a cell is its lower left corner, and row 0 the lowest.

    minimum: (rows, columns), the index into minima of the one that the run settled at, or hovers around where noise
    keeps it from settling, else -1. codes: the outcomes' places in Outcome. steps: the verdict's step, as the one from
    which on the minimum is within the tolerance, or -1. loss: the final one. window: ((xmin, xmax), (ymin, ymax)).
    minima: (n, 2), those that are known on the surface, lowest first, then of each curve of minima one, then those
    that the runs found; a run that settled on level ground has none. implied: whether a cell was decided in a batch
    (maps/implied.py), where its loss is right to a billionth of the surface's spread of heights; all else of it, and
    all of the others, is what simulate and judge say of that very run.
    """

    minimum: np.ndarray
    codes: np.ndarray
    steps: np.ndarray
    loss: np.ndarray
    window: Box
    minima: np.ndarray
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
        """How often a start drawn from the window leads to a global minimum."""
        reached = self.codes == CODES[Outcome.GLOBAL_MINIMUM]
        return Proportion(count=int(np.count_nonzero(reached)), of=self.codes.size)

    @cached_property
    def median_steps(self) -> np.ndarray:
        """For each minimum the median of the steps in which it is reached, (n,); NaN where it never is."""
        there = [self.steps[(self.minimum == i) & (self.steps >= 0)] for i in range(len(self.minima))]
        return np.array([np.median(steps) if steps.size else np.nan for steps in there])


class BasinsWork:
    """A map of basins made of patches, several of which may be in the making at once, by as many threads.

    It may be left and taken up again.
    """

    def __init__(self, experiment: Experiment, run: int = 0, size: int = 256, window: Box | None = None) -> None:
        check_size(size)
        self.ground = Ground(experiment, run)
        self.window = box(experiment.window if window is None else window)
        self.side, self.size = size, size * size
        self._lock = threading.Lock()
        x, y = lines_of_window(self.window, size)
        corners = [(row, column) for row in range(0, size, TILE) for column in range(0, size, TILE)]
        self._patches = [
            Patch(x=x, y=y, column=column, row=row, width=min(TILE, size - column), height=min(TILE, size - row))
            for row, column in corners
        ]
        self._next = 0
        self._idle: list[tuple[int, PatchWork]] = []  # in the making, by no thread at the moment
        self._busy: dict[int, PatchWork] = {}
        self._made: dict[int, Cells] = {}
        self.corrected = 0  # cells of which a batch said other than the judge: none

    @property
    def finished(self) -> bool:
        """Whether all patches are made."""
        return len(self._made) == len(self._patches)

    @property
    def done(self) -> int:
        """How many cells are decided; not all before those at borders were run singly."""
        with self._lock:
            begun = [*(work for _, work in self._idle), *self._busy.values()]
            return sum(cells.codes.size for cells in self._made.values()) + sum(work.done for work in begun)

    def make_one(self) -> None:
        """Make the next piece of a patch that nobody else is at, if there is one."""
        with self._lock:
            if self._idle:
                place, work = self._idle.pop(0)
            elif self._next < len(self._patches):
                place, self._next = self._next, self._next + 1
                work = PatchWork(self.ground, self._patches[place])
            else:
                return
            self._busy[place] = work
        try:
            work.make_one()
        finally:
            with self._lock:
                del self._busy[place]
                if work.cells is None:
                    self._idle.append((place, work))
                else:
                    self._made[place] = work.cells
                    self.corrected += work.corrected

    @property
    def basins(self) -> Basins | None:
        """The map, None before it is finished."""
        if not self.finished:
            return None
        minima, parts = self.ground.minima.fresh(), sorted(self._made.items())
        arrays: dict[str, np.ndarray] = {
            "minimum": np.full((self.side, self.side), -1, np.int32),
            "codes": np.zeros((self.side, self.side), np.uint8),
            "steps": np.full((self.side, self.side), NEVER, np.int32),
            "loss": np.full((self.side, self.side), np.nan),
            "implied": np.zeros((self.side, self.side), dtype=bool),
        }
        for place, cells in parts:
            patch = self._patches[place]
            at = slice(patch.row, patch.row + patch.height), slice(patch.column, patch.column + patch.width)
            numbers = np.array([*range(len(minima.known)), *map(minima.place, cells.more), -1])
            arrays["minimum"][at] = numbers[cells.minimum]
            for name in ("codes", "steps", "loss", "implied"):
                arrays[name][at] = getattr(cells, name)
        return Basins(window=self.window, minima=minima.places, **arrays)


def basins(experiment: Experiment, run: int = 0, size: int = 256, window: Box | None = None) -> Basins:
    """Return what the run at this place comes to from size x size starts over a window, the picture's if none is given.

    Most cells, on a surface with minima that stand alone, are decided in batches, where a run's end says surely what
    the judge would say. All others, and every cell beside another outcome, are run singly; and judged, unless that
    very run's end says it. So it is with every cell of a run that stops early, or on a smoothed surface: correct, but
    a millisecond each or more. Raises Refusal.
    """
    work = BasinsWork(experiment, run, size, window)
    work_at([work])
    assert work.basins is not None
    return work.basins


def check_size(size: int) -> None:
    """Raise Refusal for a size that no map may have."""
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MOST:
        raise Refusal(f"size: {shown(size)} is not allowed; give a whole number from 1 to {MOST}")
