"""Basins of attraction: from which start of a window the run reaches which minimum; every cell is a run of its own."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from experiments.setup.allowed import Box, box
from experiments.setup.experiment import Experiment
from experiments.studies.maps.cells import names_of
from experiments.studies.maps.lattice import Patch, Rectangle, lines_of_window
from experiments.studies.maps.minima import at_global
from experiments.studies.maps.parts import make
from experiments.studies.maps.patched import PatchedWork
from experiments.studies.maps.patches import Ground, PatchWork
from experiments.studies.proportion import Proportion
from parameter import Refusal, shown

MOST = 8_192  # cells a side
_KINDS = {"minimum": np.int32, "codes": np.uint8, "steps": np.int32, "loss": np.float64, "implied": np.bool_}


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


class BasinsWork(PatchedWork):
    """A map of basins in the making."""

    def __init__(self, experiment: Experiment, run: int = 0, size: int = 256, window: Box | None = None) -> None:
        check_size(size)
        self.side = int(size)
        super().__init__(self.side, self.side, _KINDS)
        self.ground = Ground(experiment, run)
        self.window = box(experiment.window if window is None else window, "window")
        self._lines = lines_of_window(self.window, self.side)
        self._found: Basins | None = None

    @property
    def key(self) -> str:
        """All that the map depends on but the code, as text."""
        return f"basins {self.side} {self.window} {self.ground.experiment.to_json()}"

    def begun(self, patch: Rectangle) -> PatchWork:
        """Begin a patch."""
        x, y = self._lines
        at = Patch(x=x, y=y, column=patch.column, row=patch.row, width=patch.width, height=patch.height)
        return PatchWork(self.ground, at)

    @property
    def basins(self) -> Basins | None:
        """The map, None before it is finished."""
        if not self.finished:
            return None
        with self.changed:
            if self._found is None:
                minima = self._number()
                known = self.ground.minima.is_global
                is_global = np.append(known, np.zeros(len(minima) - len(known), dtype=bool))
                self._found = Basins(window=self.window, minima=minima, is_global=is_global, **self.arrays)
            return self._found

    def _number(self) -> np.ndarray:
        """Number the minima that runs found by the patches' order, whoever made them when; return all, (n, 2)."""
        minima = self.ground.minima.fresh()
        for place, more in sorted(self.more.items()):
            numbers = np.array([*range(len(minima.known)), *map(minima.place, more), -1], dtype=np.int32)
            at = self.patches[place].at
            self.arrays["minimum"][at] = numbers[self.arrays["minimum"][at]]
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
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or not 1 <= size <= MOST:
        raise Refusal(f"size: {shown(size)} is not allowed; give a whole number from 1 to {MOST}")
