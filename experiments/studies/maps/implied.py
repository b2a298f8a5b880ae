"""What follows of many lanes at once for the verdict on each, without judging it: most cells of a map need no more.

A lane is decided only where the judge's answer is known beforehand. Either it settled at a critical point that stands
alone, within the domain, with curvature in every direction: its last steps move by less than an orbit could, Newton's
steps lead from its end to that point, and its twin, pushed by far more than is rounded, never got away. Or it broke: it
was far out and higher than all at one and the same step as its twin, and ended at one and the same. Or it was still on
its way: moving, within the domain, and lower at every step of its second half.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from experiments.critical.point import CriticalPoint, stacked
from experiments.setup import criteria
from experiments.setup.experiment import Experiment
from experiments.simulation.lanes import BLOCK, Lanes, Marks, Watched
from experiments.simulation.trajectory import Trajectory
from experiments.studies.maps.cells import CODES, NEVER
from experiments.verdict.case import Case, from_then_on
from experiments.verdict.departures import FAR
from experiments.verdict.outcome import Outcome
from optimizers import OPTIMIZERS

PIECE = BLOCK  # starts that are decided at once, at most
_ALONE = 2.0  # tolerances to the next critical point, at least
_ARRIVED = 0.9  # of the tolerance: as near as this to a minimum a lane ends
_STILL = 0.09  # of the tolerance: who moves by less in the last steps goes round no orbit (restless.orbiting)
_TOGETHER = 1e-3  # of the tolerance: how far a twin gets away at most
_MOVES = 1.01  # of the tolerance: who moves by more in the last steps does not rest
_STRIDE = 1e-7  # of the view's diagonal: a last step that is one, a hundred times over
_BLUR, _ROUNDED = 8.0, 1e-12  # times how unlike the twins' losses are, and of the loss: a smaller fall may be none
_FALLS = 1.01e-6  # of the height above the floor a step: a hundredth more than restless asks for
_STRAIGHT = 2.4  # times as long as it gets anywhere a path leads somewhere; with more than 2.5 it goes to and fro
_LEVEL = 1e-9  # of the spread of heights: how far apart the twins' losses end at most
_LED = 5e-10  # of the view's diagonal: as near to a minimum Newton's steps lead; the judge asks for twice that
_ROUND = 1e-6  # of the larger curvature: the smaller one at least, so that Newton's steps find the place
_ALIKE = 1e-8  # beside how far out they are: how far a twin that broke, too, got away at most
_DESCENDING = CODES[Outcome.STILL_DESCENDING], NEVER, NEVER


@dataclass(frozen=True, eq=False)
class Decided:
    """Of n starts: whether each is decided; and of those that are outcome (code), minimum (or -1), step and loss."""

    known: np.ndarray
    codes: np.ndarray
    minimum: np.ndarray
    steps: np.ndarray
    losses: np.ndarray


def can_be_implied(experiment: Experiment) -> bool:
    """Return whether anything can be told of the experiment's runs without judging each.

    Not of one that stops early, nor on a smoothed surface, where every value is a mean over many.
    """
    return experiment.stop_at == criteria.NEVER and not experiment.smoothing


class Implied:
    """The test for the first run of an experiment, from any starts."""

    def __init__(self, experiment: Experiment) -> None:
        case = Case(experiment, _unmade(experiment.steps))
        points = case.critical.points
        self._case, self._places = case, stacked(points)
        self._tree = cKDTree(self._places)
        self._size, self._tolerance = case.size, case.tolerance
        self._objective = case.objective
        self._clear = np.array([self._is_clear(point) for point in points], dtype=bool)
        self._codes = np.array([CODES[_outcome_at(point)] for point in points], dtype=np.uint8)
        minima = np.array([point.kind == "minimum" for point in points], dtype=bool)
        self._minimum = np.where(minima, np.cumsum(minima) - 1, -1)  # the index among the minima
        optimizer = OPTIMIZERS[experiment.runs[0].optimizer]
        self._is_shaken = experiment.is_noisy or bool(optimizer.draws)
        self._lanes = Lanes(experiment, 0, self._marks())

    def decide(self, starts: np.ndarray) -> Decided:
        """Return what is known of the runs from starts (n, 2); n is PIECE at most."""
        ends = self._lanes.ends(starts)
        half = BLOCK // 2
        parts = [self._watched(starts[i : i + half], ends[i : i + half]) for i in range(0, len(starts), half)]
        return Decided(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))

    @np.errstate(all="ignore")
    def of_runs(self, runs: Sequence[Trajectory]) -> list[tuple[int, int, int] | None]:
        """Return the outcome's code, the minimum and the step of each single run, None where it must be judged.

        Its own path is known, so that no twin is needed: these are the very numbers that the judge looks at.
        """
        nearest = [self._rests_near(run) for run in runs]
        at = [i for i, index in enumerate(nearest) if index >= 0]
        if at:
            ends = np.stack([runs[i].points[-1] for i in at])
            led = self._objective.newton(ends, self._tolerance, 12)
            far = ~(np.hypot(*(led - self._places[[nearest[i] for i in at]]).T) <= _LED * self._size)
            for i in np.flatnonzero(far).tolist():
                nearest[at[i]] = -1
        return [
            self._arrival(run, index) if index >= 0 else _DESCENDING if self._descends(run) else None
            for run, index in zip(runs, nearest, strict=True)
        ]

    def _nearest(self, places: np.ndarray) -> np.ndarray:
        """Return the critical point nearest to each of places (n, 2), or -1 where all are farther than any number."""
        distances, found = self._tree.query(places)
        return np.where(np.isfinite(distances), found, -1)

    def _rests_near(self, run: Trajectory) -> int:
        """Return the critical point that a single run is at rest at, but for what Newton's steps say of it, or -1."""
        end = run.points[-1]
        if run.last_finite < run.steps or not len(self._places):
            return -1
        index = int(self._nearest(end[None])[0])
        if index < 0:
            return -1
        near = np.hypot(*(end - self._places[index])) <= _ARRIVED * self._tolerance
        reach = np.hypot(*(run.points[-(self._case.window + 1) :] - end).T).max()
        return index if self._clear[index] and near and reach <= _STILL * self._tolerance else -1

    def _arrival(self, run: Trajectory, index: int) -> tuple[int, int, int]:
        near = np.hypot(*(run.points - self._places[index]).T) <= self._tolerance
        return int(self._codes[index]), int(self._minimum[index]), from_then_on(near)

    @np.errstate(all="ignore")
    def _watched(self, starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, ...]:
        finite = np.isfinite(ends).all(axis=1)
        nearest = np.full(len(ends), -1)
        targets = np.zeros_like(ends)
        if len(self._places):
            nearest[finite] = self._nearest(ends[finite])
            targets = self._places[nearest]
        seen = self._lanes.watched(starts, targets, ends)
        settled = self._settled(seen, targets, nearest)
        broken = self._broken(seen)
        on_its_way = self._on_its_way(seen)
        losses = np.where(broken & np.isfinite(seen.losses[0]), np.nan, seen.losses[0])
        codes = np.where(settled, self._codes[nearest] if len(self._codes) else 0, CODES[Outcome.DIVERGED])
        codes = np.where(on_its_way, CODES[Outcome.STILL_DESCENDING], codes)
        return (
            settled | broken | on_its_way,
            codes.astype(np.uint8),
            np.where(settled, self._minimum[nearest] if len(self._codes) else -1, -1),
            np.where(settled, seen.since[0], np.where(on_its_way, NEVER, seen.climbed[0])),
            losses,
        )

    def _settled(self, seen: Watched, targets: np.ndarray, nearest: np.ndarray) -> np.ndarray:
        """Return whether each lane came to rest at its target, (n,)."""
        steps = self._case.trajectory.steps
        found: np.ndarray = (nearest >= 0) & (seen.finite == steps).all(axis=0) & (seen.since[0] == seen.since[1])
        found &= (seen.since[0] >= 0) & (seen.apart <= _TOGETHER * self._tolerance)
        found &= (seen.reach <= _STILL * self._tolerance).all(axis=0)
        found &= np.abs(seen.losses[0] - seen.losses[1]) <= _LEVEL * self._case.surface.spread
        off = np.hypot(*(seen.ends[0] - targets).T)
        found &= off <= _ARRIVED * self._tolerance
        if self._clear.size:
            found &= self._clear[nearest]
        at = np.flatnonzero(found)
        if at.size:
            led = self._objective.newton(seen.ends[0][at], self._tolerance, 12)
            found[at] = np.hypot(*(led - targets[at]).T) <= _LED * self._size
        return found

    def _broken(self, seen: Watched) -> np.ndarray:
        """Return whether each lane climbed out of the domain until its numbers broke, (n,)."""
        broke = (seen.finite[0] < self._case.trajectory.steps) & (seen.finite[0] == seen.finite[1])
        climbed = (seen.climbed[0] >= 0) & (seen.climbed[0] == seen.climbed[1])
        last = np.isfinite(seen.losses) | np.isnan(seen.losses)  # both told as NaN
        alike = (last[0] == last[1]) & (last[0] | (seen.losses[0] == seen.losses[1]))
        found: np.ndarray = broke & climbed & alike & seen.out.all(axis=0) & (seen.relative <= _ALIKE)
        return found

    def _on_its_way(self, seen: Watched) -> np.ndarray:
        """Return whether each lane was still on its way down, (n,).

        It moves too much for a rest, within the domain, and neither noise nor draws shake it; and its loss fell at
        every step of the second half, along a way that leads somewhere, which no swing does (restless._gets_lower).
        """
        case, steps = self._case, self._case.trajectory.steps
        if self._is_shaken:
            return np.zeros(seen.apart.shape, dtype=bool)
        found: np.ndarray = (seen.finite == steps).all(axis=0) & (seen.apart <= _TOGETHER * self._tolerance)
        found &= (seen.reach >= _MOVES * self._tolerance).all(axis=0) & (seen.stride >= _STRIDE * self._size).all(
            axis=0
        )
        found &= self._within(seen.ends[0])
        found &= (seen.fell > _BLUR * seen.unlike + _ROUNDED * np.abs(seen.halfway)).all(axis=0)
        lowest = np.inf if case.critical.lowest is None else case.critical.lowest
        above = seen.halfway - np.minimum(seen.least, lowest)
        found &= (seen.halfway - seen.losses > _FALLS * (steps - steps // 2) * above).all(axis=0)
        found &= (seen.length <= _STRAIGHT * seen.moved).all(axis=0)
        return found & (seen.unlike <= _LEVEL * case.surface.spread)

    def _descends(self, run: Trajectory) -> bool:
        """Tell the same of a single run by its own path."""
        case, losses, points = self._case, run.losses, run.points[-(self._case.window + 1) :]
        if self._is_shaken or run.last_finite < run.steps or not self._within(run.points[-1][None])[0]:
            return False
        strides = np.hypot(*np.diff(points, axis=0).T)
        if not np.hypot(*(points - points[-1]).T).max() >= _MOVES * self._tolerance:
            return False
        if strides[-1] < _STRIDE * self._size:
            return False
        late, lowest = losses[run.steps // 2 :], np.inf if case.critical.lowest is None else case.critical.lowest
        if not (np.diff(late) < 0).all() or strides.sum() > _STRAIGHT * np.hypot(*(points[-1] - points[0])):
            return False
        return bool(late[0] - late[-1] > _FALLS * (len(late) - 1) * (late[0] - min(losses.min(), lowest)))

    def _within(self, points: np.ndarray) -> np.ndarray:
        """Return whether points (n, 2) are within the domain, and not next to its edge, (n,)."""
        low, high = self._case.domain
        at_home, edge = self._case.frame.back(points), _ALONE * self._tolerance
        found: np.ndarray = np.all((at_home >= low + edge) & (at_home <= high - edge), axis=1)
        return found

    def _is_clear(self, point: CriticalPoint) -> bool:
        """Tell whether a point is one of which nothing but its place and its kind has to be known."""
        if point.kink or point.boundary or point.degenerate or point.on_curve:
            return False
        small, large = sorted(map(abs, point.eigenvalues))
        if not 0 < _ROUND * large <= small < np.inf:
            return False
        case, place, far = self._case, np.asarray(point.point), _ALONE * self._tolerance
        if not self._within(place[None])[0]:
            return False
        others = np.hypot(*(case.critical.places - place).T)
        curves = [np.hypot(*np.subtract(c.point_near(place).point, place)) for c in case.critical.curves]
        return np.count_nonzero(others <= far) == 1 and min(curves, default=np.inf) > far

    def _marks(self) -> Marks:
        case = self._case
        low, high = case.domain
        finite = case.surface.z[np.isfinite(case.surface.z)]
        x, y = case.frame.out((low + high)[None] / 2)[0].tolist()
        return Marks(
            size=case.size,
            tolerance=case.tolerance,
            last=case.window,
            centre=(x, y),
            far=FAR * float(np.hypot(*(high - low))) / 2,
            highest=float(finite.max()) if finite.size else -np.inf,
            spread=case.surface.spread,
        )


def _outcome_at(point: CriticalPoint) -> Outcome:
    """Return the outcome of a run that settled at a point."""
    if point.kind != "minimum":
        return Outcome.SADDLE_POINT
    return Outcome.GLOBAL_MINIMUM if point.is_global else Outcome.LOCAL_MINIMUM


def _unmade(steps: int) -> Trajectory:
    """Return a run of so many steps that goes nowhere, to ask what depends on the experiment alone."""
    return Trajectory(
        run=0,
        points=np.zeros((steps + 1, 2)),
        losses=np.zeros(steps + 1),
        gradients=np.zeros((steps + 1, 2)),
        updates=np.zeros((steps, 2)),
        learning_rates=np.zeros(steps),
        states={},
        costs=np.zeros((steps, 3)),
    )
