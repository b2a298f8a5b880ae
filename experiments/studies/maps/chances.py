"""Maps of chances: each start's run made with several seeds; what it comes to most often, and in how many of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from experiments.setup.allowed import Box, box
from experiments.setup.atlas import MOST_SEEDS
from experiments.setup.experiment import Experiment
from experiments.studies.ensemble import seeds_of_members
from experiments.studies.jobs import work_at
from experiments.studies.maps.basins import check_size
from experiments.studies.maps.cells import names_of
from experiments.studies.maps.lattice import TILE, Patch, lines_of_window, rectangles
from experiments.studies.maps.minima import at_global
from experiments.studies.maps.patches import Ground, PatchWork
from experiments.studies.maps.pieces import Cells
from optimizers import OPTIMIZERS
from parameter import Refusal, shown


@dataclass(frozen=True, kw_only=True, eq=False)
class Chances:
    """What one run comes to from every cell of a window, with so many seeds; arrays (rows, columns), row 0 the lowest.

    codes: the outcomes' places in Outcome, and minimum: the index into minima (n, 2), or -1, of what most runs of a
    cell came to; among equals what stands first, in Outcome and then in minima. share: of its runs that came to
    exactly that. success: of those at a global minimum, or hovering around one where noise keeps them from settling.
    steps, loss: medians over the runs that came to it, of an even number the lower one; -1 and NaN where there is none.
    """

    codes: np.ndarray
    minimum: np.ndarray
    share: np.ndarray
    success: np.ndarray
    steps: np.ndarray
    loss: np.ndarray
    window: Box
    minima: np.ndarray
    seeds: int

    @cached_property
    def outcome(self) -> np.ndarray:
        """The names of the outcomes, text (rows, columns)."""
        return names_of(self.codes)


class ChanceGround:
    """What all patches of such a map have in common: a run of an experiment, made with the seeds of its members."""

    def __init__(self, experiment: Experiment, seeds: int, run: int = 0) -> None:
        if isinstance(seeds, bool) or not isinstance(seeds, int) or not 1 <= seeds <= MOST_SEEDS:
            raise Refusal(f"seeds: {shown(seeds)} is not allowed; give a whole number from 1 to {MOST_SEEDS}")
        self.first = Ground(experiment, run)
        self.experiment, self.minima = self.first.experiment, self.first.minima
        alone = self.experiment
        differs = alone.is_noisy or bool(OPTIMIZERS[alone.runs[0].optimizer].draws)
        self.seeds = seeds_of_members(alone.seed)[: seeds if differs else 1]

    def at(self, place: int) -> Ground:
        """Return the ground with one of the seeds; only the first one's is kept, the others draw much."""
        return Ground(self.experiment.replace(seed=self.seeds[place])) if place else self.first

    @property
    def is_prepared(self) -> bool:
        """Whether all that decides in batches is compiled."""
        return self.first.is_prepared

    def prepare(self) -> None:
        """Compile what decides in batches."""
        self.first.prepare()


class ChanceWork:
    """A patch of such a map in the making, one seed after the other; each in the pieces of a PatchWork."""

    def __init__(self, ground: ChanceGround, patch: Patch, singly: bool = False) -> None:
        self._ground, self._patch, self._singly = ground, patch, singly
        self._minima = ground.minima.fresh()
        self._made: list[Cells] = []
        self._work = PatchWork(ground.first, patch, singly)

    @property
    def size(self) -> int:
        """How many runs there are."""
        return self._work.size * len(self._ground.seeds)

    @property
    def done(self) -> int:
        """How many are decided."""
        return self._work.size * len(self._made) + (0 if self.finished else self._work.done)

    @property
    def finished(self) -> bool:
        """Whether all are."""
        return len(self._made) == len(self._ground.seeds)

    def make_one(self) -> None:
        """Make the next piece, if one is left; by one thread at a time."""
        if self.finished:
            return
        self._work.make_one()
        if self._work.cells is not None:
            self._made.append(self._work.cells)
            if not self.finished:
                self._work = PatchWork(self._ground.at(len(self._made)), self._patch, self._singly)

    @property
    def cells(self) -> Cells | None:
        """What was found, None before it is finished."""
        return self._found() if self.finished else None

    def _found(self) -> Cells:
        minima = self._minima.fresh()
        codes, steps, loss, implied = (
            np.stack([getattr(one, name) for one in self._made]) for name in ("codes", "steps", "loss", "implied")
        )
        numbers = [np.array([*range(len(minima.known)), *map(minima.place, one.more), -1]) for one in self._made]
        minimum = np.stack([number[one.minimum] for number, one in zip(numbers, self._made, strict=True)])
        more = np.asarray(minima.more, dtype=np.float64).reshape(-1, 2)
        labels = codes.astype(np.int64) * (len(minima.known) + len(more) + 1) + minimum + 1
        most, counts = commonest(labels)
        alike = labels == most
        first = alike.argmax(axis=0)[None]
        return Cells(
            codes=np.take_along_axis(codes, first, axis=0)[0],
            minimum=np.take_along_axis(minimum, first, axis=0)[0],
            steps=_middle(np.where(alike, steps, np.inf), counts).astype(np.int32),
            loss=_middle(np.where(alike, loss, np.nan), counts),
            implied=np.asarray(implied.all(axis=0)),
            more=more,
            share=counts / len(codes),
            success=at_global(codes, minimum, minima.is_global).mean(axis=0),
        )


def chances(
    experiment: Experiment, run: int = 0, size: int = 128, window: Box | None = None, seeds: int = 16
) -> Chances:
    """Return what the run at this place comes to most often from size x size starts over a window, and how often.

    Each cell is made with the seeds of so many members, as "many runs" has them (ensembles_of); the first is the
    experiment's own, so that with one seed this is basins. Raises Refusal.
    """
    check_size(size)
    ground = ChanceGround(experiment, seeds, run)
    shown_window = box(experiment.window if window is None else window, "window")
    x, y = lines_of_window(shown_window, size)
    patches = rectangles(size, size, TILE)
    works = [
        ChanceWork(ground, Patch(x=x, y=y, column=at.column, row=at.row, width=at.width, height=at.height))
        for at in patches
    ]
    work_at(works)
    minima = ground.minima.fresh()
    found: dict[str, np.ndarray] = {}
    for patch, work in zip(patches, works, strict=True):
        cells = work.cells
        assert cells is not None and cells.share is not None and cells.success is not None
        numbers = np.array([*range(len(minima.known)), *map(minima.place, cells.more), -1])
        parts = {
            "codes": cells.codes,
            "minimum": numbers[cells.minimum],
            "share": cells.share,
            "success": cells.success,
            "steps": cells.steps,
            "loss": cells.loss,
        }
        for name, part in parts.items():
            whole = found.setdefault(name, np.empty((size, size), part.dtype))
            whole[patch.at] = part
    return Chances(window=shown_window, minima=minima.places, seeds=len(ground.seeds), **found)


def commonest(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return of labels (K, ...) the one that is there most often, the lowest among equals, and how often: (...)."""
    known = np.unique(labels)
    most = np.full(labels.shape[1:], known[0])
    counts = np.zeros(labels.shape[1:], dtype=np.int64)
    for label in known:
        count = (labels == label).sum(axis=0)
        most = np.where(count > counts, label, most)
        counts = np.maximum(count, counts)
    return most, counts


def _middle(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the median of those of values (K, ...) that count, of an even number the lower one; the others sort last.

    counts: how many there are, (...).
    """
    found: np.ndarray = np.take_along_axis(np.sort(values, axis=0), ((counts - 1) // 2)[None], axis=0)[0]
    return found
