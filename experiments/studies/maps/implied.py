"""What follows of many lanes at once for the verdict on each, without judging it: most cells of a map need no more.

A lane is decided only where the judge's answer is known beforehand. Either it settled at a critical point that stands
alone, within the domain, with curvature in every direction: its last steps move by less than an orbit could, Newton's
steps lead from its end to that point, and its twin, pushed by far more than is rounded, never got away. Or it broke: it
was far out and higher than all at one and the same step as its twin, and ended at one and the same; within its steps,
or with as many more as the judge looks at. Or it was still on its way: moving, within the domain, and lower at every
step of its second half.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from experiments.critical.point import CriticalPoint, stacked
from experiments.objective.objective import FEW
from experiments.setup import criteria, limits
from experiments.setup.cost import most_steps
from experiments.setup.experiment import Experiment
from experiments.simulation.lane_settings import Settings
from experiments.simulation.lanes import BLOCK, WATCHED, Lanes, Marks, Settling, Watched
from experiments.simulation.settling import CLOSE
from experiments.simulation.trajectory import Trajectory
from experiments.studies.maps.cells import CODES, NEVER
from experiments.verdict.case import Case, further_steps
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
_SOONER = 16  # steps before the last one that the judge looks at: a lane that breaks later may do so too late
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
        self._longer, self._further = None, self._further_steps()
        if self._further > experiment.steps:
            self._longer = Lanes(experiment.replace(steps=self._further), 0, self._marks())

    @np.errstate(all="ignore")
    def prepare(self, settings: Settings | None = None) -> None:
        """Compile all that decide may need, whatever it then meets, by a look at one start; settings: one lane's."""
        start = np.zeros((1, 2))
        self._lanes.ends(start, settings)
        self._lanes.settling(start, start, start, settings)
        self._lanes.watched(start, start, start, settings)
        self._objective.newton(np.zeros((FEW + 1, 2)), self._tolerance, 12)  # of many at once

    @np.errstate(all="ignore")
    def decide(self, starts: np.ndarray, settings: Settings | None = None) -> Decided:
        """Return what is known of the runs from starts (n, 2); n is PIECE at most.

        settings: the numbers of each run, where they are not the experiment's own.
        """
        ends = self._lanes.ends(starts, settings)
        nearest, targets = np.full(len(ends), -1), np.zeros_like(ends)
        finite = np.isfinite(ends).all(axis=1)
        if len(self._places) and finite.any():
            nearest[finite] = self._nearest(ends[finite])
            targets = self._places[nearest]
        arrays = (starts, ends, targets, nearest)
        found = Decided(
            known=np.zeros(len(starts), dtype=bool),
            codes=np.zeros(len(starts), dtype=np.uint8),
            minimum=np.full(len(starts), -1),
            steps=np.full(len(starts), NEVER),
            losses=np.full(len(starts), np.nan),
        )
        self._in_turns(found, self._by_settling, self._may_settle(ends, targets, nearest), BLOCK, settings, arrays)
        self._in_turns(found, self._by_watching, ~found.known, WATCHED, settings, arrays)
        return found

    def _in_turns(
        self,
        found: Decided,
        decide: Callable[..., None],
        which: np.ndarray,
        most: int,
        settings: Settings | None,
        arrays: tuple[np.ndarray, ...],
    ) -> None:
        """Let some lanes be decided, so many at once at most. arrays: starts, ends, targets and nearest of all."""
        places = np.flatnonzero(which)
        for at in (places[i : i + most] for i in range(0, len(places), most)):
            there = None if settings is None else settings.at(at)
            decide(found, at, *(array[at] for array in arrays), there)

    @np.errstate(all="ignore")
    def of_runs(self, runs: Sequence[Trajectory]) -> list[tuple[int, int, int] | None]:
        """Return the outcome's code, the minimum and the step of each single run, None where it must be judged.

        Its own path is known, so that no twin is needed: these are the very numbers that the judge looks at.
        """
        steps = self._case.trajectory.steps
        whole = [i for i, run in enumerate(runs) if run.last_finite == run.steps == steps]
        found: list[tuple[int, int, int] | None] = [None] * len(runs)
        if whole:
            points, losses = np.stack([runs[i].points for i in whole]), np.stack([runs[i].losses for i in whole])
            nearest = self._rest_near(points)
            settled = nearest >= 0
            places = self._places[nearest[settled]]
            near = np.hypot(*np.moveaxis(points[settled] - places[:, None], -1, 0)) <= self._tolerance
            since = np.where(near.all(axis=1), 0, steps + 1 - np.argmin(near[:, ::-1], axis=1))
            told = zip(self._codes[nearest[settled]], self._minimum[nearest[settled]], since, strict=True)
            for i, one in zip(np.array(whole)[settled].tolist(), told, strict=True):
                found[i] = int(one[0]), int(one[1]), int(one[2])
            for i in np.array(whole)[~settled][self._descend(points[~settled], losses[~settled])].tolist():
                found[i] = _DESCENDING
        return found

    def _nearest(self, places: np.ndarray) -> np.ndarray:
        """Return the critical point nearest to each of places (n, 2), or -1 where all are farther than any number."""
        distances, found = self._tree.query(places)
        return np.where(np.isfinite(distances), found, -1)

    def _rest_near(self, points: np.ndarray) -> np.ndarray:
        """Return the critical points that single runs (n, T + 1, 2) are at rest at, -1 for none, (n,)."""
        ends = points[:, -1]
        if not len(self._places):
            return np.full(len(ends), -1)
        nearest = self._nearest(ends)
        reach = np.hypot(*np.moveaxis(points[:, -(self._case.window + 1) :] - ends[:, None], -1, 0)).max(axis=1)
        targets = self._places[nearest]
        found = self._may_settle(ends, targets, nearest) & (reach <= _STILL * self._tolerance)
        return np.where(self._led(found, ends, targets), nearest, -1)

    def _may_settle(self, ends: np.ndarray, targets: np.ndarray, nearest: np.ndarray) -> np.ndarray:
        """Return whether each lane ends where it may have settled, (n,)."""
        found: np.ndarray = (nearest >= 0) & (np.hypot(*(ends - targets).T) <= _ARRIVED * self._tolerance)
        return found & self._clear[nearest] if self._clear.size else found

    def _by_settling(
        self,
        found: Decided,
        at: np.ndarray,
        starts: np.ndarray,
        ends: np.ndarray,
        targets: np.ndarray,
        nearest: np.ndarray,
        settings: Settings | None,
    ) -> None:
        """Decide those of the lanes (at) that settled, as far as that is told by no more than it takes to see it."""
        seen = self._lanes.settling(starts, targets, ends, settings)
        here = np.flatnonzero(self._settled_closely(seen, targets, nearest))
        at, nearest = at[here], nearest[here]
        found.known[at], found.steps[at], found.losses[at] = True, seen.since[here], seen.losses[here]
        found.codes[at], found.minimum[at] = self._codes[nearest], self._minimum[nearest]

    def _by_watching(
        self,
        found: Decided,
        at: np.ndarray,
        starts: np.ndarray,
        ends: np.ndarray,
        targets: np.ndarray,
        nearest: np.ndarray,
        settings: Settings | None,
    ) -> None:
        """Decide those of the lanes (at) whose outcome is seen by all that is watched."""
        seen = self._lanes.watched(starts, targets, ends, settings)
        settled, on_its_way = self._settled(seen, targets, nearest), self._on_its_way(seen)
        broken, breaks = self._broken(seen), self._breaks(seen, starts, targets, ends, settings)
        codes = np.where(settled, self._codes[nearest] if len(self._codes) else 0, CODES[Outcome.DIVERGED])
        found.known[at] = settled | broken | breaks | on_its_way
        found.codes[at] = np.where(on_its_way, CODES[Outcome.STILL_DESCENDING], codes)
        found.minimum[at] = np.where(settled, self._minimum[nearest] if len(self._codes) else -1, -1)
        found.steps[at] = np.where(settled, seen.since[0], np.where(on_its_way, NEVER, seen.climbed[0]))
        found.losses[at] = np.where(broken & np.isfinite(seen.losses[0]), np.nan, seen.losses[0])

    def _settled_closely(self, seen: Settling, targets: np.ndarray, nearest: np.ndarray) -> np.ndarray:
        """Return whether each lane came to rest at its target, its twin close beside it all the way, (n,)."""
        found: np.ndarray = (seen.apart <= CLOSE * self._tolerance) & (seen.since >= 0)
        found &= seen.reach <= (_STILL - CLOSE) * self._tolerance
        found &= seen.unlike <= _LEVEL * self._case.surface.spread
        found &= np.hypot(*(seen.ends - targets).T) <= _ARRIVED * self._tolerance
        return self._led(found, seen.ends, targets)

    def _led(self, found: np.ndarray, ends: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return of which lanes Newton's steps lead from the end to the target, too, (n,)."""
        at = np.flatnonzero(found)
        if at.size:
            led = self._objective.newton(ends[at], self._tolerance, 12)
            found[at] = np.hypot(*(led - targets[at]).T) <= _LED * self._size
        return found

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
        return self._led(found, seen.ends[0], targets)

    def _broken(self, seen: Watched) -> np.ndarray:
        """Return whether each lane climbed out of the domain until its numbers broke, (n,)."""
        broke = (seen.finite[0] < self._case.trajectory.steps) & (seen.finite[0] == seen.finite[1])
        last = np.isfinite(seen.losses) | np.isnan(seen.losses)  # both told as NaN
        alike = (last[0] == last[1]) & (last[0] | (seen.losses[0] == seen.losses[1]))
        found: np.ndarray = _climbs(seen) & broke & alike
        return found

    def _breaks(
        self, seen: Watched, starts: np.ndarray, targets: np.ndarray, ends: np.ndarray, settings: Settings | None
    ) -> np.ndarray:
        """Return whether each lane climbed out of the domain, and breaks with the steps that the judge adds, (n,).

        It then does not stay as high as it is (departures.broken). Those steps are watched of no other lanes.
        """
        level = _LEVEL * (self._case.surface.spread + np.abs(seen.losses[0]))
        found: np.ndarray = _climbs(seen) & (seen.finite == self._case.trajectory.steps).all(axis=0)
        found &= np.abs(seen.losses[0] - seen.losses[1]) <= level
        at = np.flatnonzero(found)
        if self._longer is None or not at.size:
            return np.zeros_like(found)
        there = None if settings is None else settings.at(at)
        later = self._longer.watched(starts[at], targets[at], ends[at], there)
        broke = (later.finite < self._further - _SOONER).all(axis=0) & (later.finite[0] == later.finite[1])
        broke &= _climbs(later) & (later.climbed[0] == seen.climbed[0, at]) & ~np.isfinite(later.losses).any(axis=0)
        found[at] = broke
        return found

    def _further_steps(self) -> int:
        """Return with how many steps the judge sees what a run does next; 0 where it does not, or cannot be told so."""
        experiment, run = self._case.experiment, self._case.experiment.runs[0]
        searched = OPTIMIZERS[run.optimizer].searched is not None
        if self._is_shaken or searched or experiment.fades or run.schedule != "constant":
            return 0
        return min(further_steps(experiment, experiment.steps), limits.MAX_STEPS, most_steps(experiment))

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

    def _descend(self, points: np.ndarray, losses: np.ndarray) -> np.ndarray:
        """Tell the same of single runs by their own paths (n, T + 1, 2) and losses (n, T + 1), (n,)."""
        case, tail = self._case, points[:, -(self._case.window + 1) :]
        if self._is_shaken or not len(points):
            return np.zeros(len(points), dtype=bool)
        ends = tail[:, -1]
        strides = np.hypot(*np.moveaxis(np.diff(tail, axis=1), -1, 0))
        reach = np.hypot(*np.moveaxis(tail - ends[:, None], -1, 0)).max(axis=1)
        found: np.ndarray = self._within(ends) & (reach >= _MOVES * self._tolerance)
        found &= strides[:, -1] >= _STRIDE * self._size
        late, lowest = losses[:, case.trajectory.steps // 2 :], case.critical.lowest
        least = np.minimum(losses.min(axis=1), np.inf if lowest is None else lowest)
        found &= (np.diff(late) < 0).all(axis=1)
        found &= strides.sum(axis=1) <= _STRAIGHT * np.hypot(*(ends - tail[:, 0]).T)
        found &= late[:, 0] - late[:, -1] > _FALLS * (late.shape[1] - 1) * (late[:, 0] - least)
        return found

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


def _climbs(seen: Watched) -> np.ndarray:
    """Return whether each lane climbed far out of the domain at the same step as its twin, and ended there, (n,)."""
    found: np.ndarray = (seen.climbed[0] >= 0) & (seen.climbed[0] == seen.climbed[1])
    found &= seen.out.all(axis=0) & (seen.relative <= _ALIKE)
    return found


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
