"""Basins of attraction: from which start of a window the run reaches which minimum; every cell is a run of its own."""

import threading
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from experiments.objective.objective import FEW
from experiments.setup.allowed import Box, box
from experiments.setup.alone import alone_at
from experiments.setup.experiment import Experiment, landscape_of
from experiments.simulation.simulate import simulate_run
from experiments.simulation.stopping import known_points
from experiments.simulation.trajectory import Trajectory
from experiments.studies.jobs import work_at
from experiments.studies.maps.cells import CODES, NEVER, check_run, names_of, step_of
from experiments.studies.maps.implied import PIECE, Implied, can_be_implied
from experiments.studies.proportion import Proportion
from experiments.verdict.case import NEAR
from experiments.verdict.judged import verdict_of
from experiments.verdict.outcome import Outcome, Verdict
from parameter import Refusal, shown

MOST = 8_192  # cells a side
COARSEST = 16  # cells a side that are shown first, at least
_SINGLY = FEW  # runs of a piece that are made one by one
_SAME = 1e-6  # of the view's diagonal: minima closer than that are one
_MORE = 256  # minima that runs find besides the known ones
_AT_A_MINIMUM = frozenset({Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM, Outcome.NOISE_FLOOR})
_OPEN, _IMPLIED, _JUDGED = 0, 1, 2


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
    """A map of basins made in pieces, coarse first: levels of every so many cells, each with those before it.

    A piece is a batch of cells, or a few that are run singly: those that the batch leaves open, and each that has a
    neighbour, on its level, of another outcome or at another minimum. It may be left and taken up again, by any thread.
    """

    def __init__(self, experiment: Experiment, run: int = 0, size: int = 256, window: Box | None = None) -> None:
        _check(experiment, run, size)
        self.window = box(experiment.window if window is None else window)
        self.side, self.size = size, size * size
        self.stride = self._first = 2 ** max(0, (size // COARSEST).bit_length() - 1)
        self.finished = False
        self.corrected = 0  # cells of which a batch said other than the judge: none, if it is as careful as it should
        self._experiment = alone_at(experiment, run)
        self._lock = threading.Lock()
        self._known = _Minima(self._experiment)
        self._implied = Implied(self._experiment) if can_be_implied(self._experiment) else None
        self._codes = np.zeros((size, size), np.uint8)
        self._minimum = np.full((size, size), -1, np.int32)
        self._steps = np.full((size, size), NEVER, np.int32)
        self._loss = np.full((size, size), np.nan)
        self._state = np.zeros((size, size), np.uint8)
        self._batch = self._single = np.empty((0, 2), dtype=np.int64)  # cells of this level that are still to be made
        self._begin()

    @property
    def done(self) -> int:
        """How many cells are decided; not all before those at borders were run singly."""
        return self.size if self.finished else min(int(np.count_nonzero(self._state)), self.size - 1)

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

    @property
    def basins(self) -> Basins | None:
        """The finest level that is finished, None before the first one is."""
        stride = 1 if self.finished else 2 * self.stride
        if stride > self._first:
            return None
        every = (slice(None, None, stride),) * 2
        return Basins(
            minimum=self._minimum[every].copy(),
            codes=self._codes[every].copy(),
            steps=self._steps[every].copy(),
            loss=self._loss[every].copy(),
            window=self.window,
            minima=self._known.places,
            implied=self._state[every] == _IMPLIED,
        )

    def starts(self, cells: np.ndarray) -> np.ndarray:
        """Return the starts (n, 2) of cells (n, 2), which are rows and columns."""
        (x0, x1), (y0, y1) = self.window
        return np.stack([x0 + cells[:, 1] * (x1 - x0) / self.side, y0 + cells[:, 0] * (y1 - y0) / self.side], axis=-1)

    def _begin(self) -> None:
        """Begin the level of the present stride: what is open on it goes to the batch, or else is run singly."""
        every = self._state[:: self.stride, :: self.stride]
        cells = np.argwhere(every == _OPEN) * self.stride
        none = cells[:0]
        self._batch, self._single = (none, cells) if self._implied is None else (cells, none)

    def _go_on(self) -> None:
        """Put what is left of this level next: open cells, then those at borders; or else begin the next one."""
        stride = self.stride
        every = slice(None, None, stride)
        state = self._state[every, every]
        left = np.argwhere(state == _OPEN)
        if not len(left):
            labels = self._codes[every, every].astype(np.int64) + len(CODES) * (self._minimum[every, every] + 1)
            left = np.argwhere(_at_borders(labels) & (state == _IMPLIED))
        if len(left):
            self._single = left * stride
        elif stride > 1:
            self.stride = stride // 2
            self._begin()
        else:
            self.finished = True

    def _decide(self, cells: np.ndarray) -> None:
        assert self._implied is not None
        found = self._implied.decide(self.starts(cells))
        at = tuple(cells[found.known].T)
        self._state[at] = _IMPLIED
        self._codes[at], self._minimum[at] = found.codes[found.known], found.minimum[found.known]
        self._steps[at], self._loss[at] = found.steps[found.known], found.losses[found.known]

    def _judge(self, cells: np.ndarray) -> None:
        """Run cells (n, 2) singly."""
        there = [self._experiment.replace(start=tuple(start)) for start in self.starts(cells).tolist()]
        runs = [simulate_run(one, 0) for one in there]
        told = [None] * len(runs) if self._implied is None else self._implied.of_runs(runs)
        for row, column, one, run, found in zip(*cells.T.tolist(), there, runs, told, strict=True):
            self._put((row, column), found or self._verdict(one, run), run.final_loss)

    def _verdict(self, there: Experiment, run: Trajectory) -> tuple[int, int, int]:
        verdict = verdict_of(there, run)
        return CODES[verdict.outcome], self._known.index(verdict), step_of(verdict)

    def _put(self, at: tuple[int, int], found: tuple[int, int, int], loss: float) -> None:
        if self._state[at] == _IMPLIED and found != (self._codes[at], self._minimum[at], self._steps[at]):
            self.corrected += 1
        self._codes[at], self._minimum[at], self._steps[at] = found
        self._loss[at], self._state[at] = loss, _JUDGED


class _Minima:
    """The minima of a map: those that are known, of each curve of them one, and those that runs settle at besides."""

    def __init__(self, experiment: Experiment) -> None:
        known = known_points(experiment)
        (x0, x1), (y0, y1) = landscape_of(experiment).view
        self._size = float(np.hypot(x1 - x0, y1 - y0))
        self._curves = known.curves_of_minima
        self._alone = known.minima
        self._middles = [curve.points[len(curve.points) // 2] for curve in self._curves]
        self._more: list[tuple[float, float]] = []

    @property
    def places(self) -> np.ndarray:
        """All of them, (n, 2)."""
        others = np.asarray([*self._middles, *self._more], dtype=np.float64).reshape(-1, 2)
        return np.concatenate([self._alone, others])

    def index(self, verdict: Verdict) -> int:
        """Return which one a verdict names, -1 where none: it tells of no minimum, or of a place on level ground."""
        if verdict.minimum is None or verdict.outcome not in _AT_A_MINIMUM:
            return -1
        place = np.asarray(verdict.minimum)
        gaps = np.hypot(*(self._alone - place).T)
        if gaps.size and gaps.min() <= _SAME * self._size:
            return int(np.argmin(gaps))
        for i, curve in enumerate(self._curves):
            if np.hypot(*np.subtract(curve.point_near(place).point, place)) <= NEAR * self._size:
                return len(self._alone) + i
        if "distance" not in verdict.evidence and verdict.outcome is not Outcome.NOISE_FLOOR:
            return -1
        first = len(self._alone) + len(self._middles)
        gaps = np.hypot(*(np.reshape(self._more, (-1, 2)) - place).T)
        if gaps.size and gaps.min() <= NEAR * self._size:
            return first + int(np.argmin(gaps))
        if len(self._more) >= _MORE:
            return -1
        self._more.append((float(place[0]), float(place[1])))
        return first + len(self._more) - 1


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


def _check(experiment: Experiment, run: int, size: int) -> None:
    check_run(experiment, run)
    if experiment.has_many_weights:
        raise Refusal("basins: a model with many weights has no window of starts; choose a surface of two")
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MOST:
        raise Refusal(f"size: {shown(size)} is not allowed; give a whole number from 1 to {MOST}")


def _at_borders(labels: np.ndarray) -> np.ndarray:
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
