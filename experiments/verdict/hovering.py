"""Runs that noise or heat alone keeps from coming to rest: they hover around a minimum at the noise floor."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from experiments.critical.curve import CriticalCurve
from experiments.critical.curve_search import gaps_to
from experiments.critical.point import CriticalPoint
from experiments.setup import limits
from experiments.setup.cost import CostError
from experiments.setup.criteria import NEVER
from experiments.setup.experiment import Experiment
from experiments.simulation.simulate import simulate_run
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.batch_noise import batch_floor
from experiments.verdict.case import BLOCKS, Case, from_then_on
from experiments.verdict.outcome import Outcome, Verdict
from experiments.verdict.swing import goes_to_and_fro, width
from numerals import count, number
from optimizers import OPTIMIZERS

_LEAST = 5  # steps in each of the second half's blocks, so that four of them can tell anything
_LEFT = 0.2  # of the cloud's size: what is left in a bowl of a distance that the run has forgotten, at most
_FLATTEST = 20.0  # power with which a minimum's surroundings rise: a higher one is that of a flat piece
_ALIKE = 4.0  # times: how far the mean heights of the two halves of a cloud may differ by chance
_LOWER = 0.5  # of the mean height: a run that is no lower without noise is not kept up by it
_NARROWER = 0.5  # of the cloud's radius: a run that swings no farther without noise is kept from rest by noise
_NEARER = 0.9  # of its distance: what is left of it at most where the surface leads a run back to a minimum
_CALM_STEPS = 2_000  # at most, in which a run without noise shows whether it comes to rest
_HEAT = "temperature"  # the hyperparameter of an optimizer's own noise
_CALM = 1e-300  # noise that changes no gradient, but asks for no other program, as none at all would


def hovering(case: Case) -> Verdict | None:
    """The run stays around a minimum and only noise, or an optimizer's own heat, keeps it from coming to rest there."""
    around = _around(case)
    if around is None or (_may_creep(around) and not _is_kept_up(around)):
        return None
    if not (_is_even(case, around) or _has_forgotten(case, around) or _began_there(case, around)):
        return None
    return _floor(case, around, from_then_on(around.distances <= around.radius))


def noise_alone_moves(case: Case) -> bool:
    """Tell whether a shaken run, however wide it swings, would not swing without noise."""
    count = case.trajectory.steps // 2
    if not _is_shaken(case) or count < _LEAST * BLOCKS:
        return False
    cloud = case.trajectory.points[-count:]
    far = _farthest(cloud, cloud.mean(axis=0))
    return all(_calms_down(case, start) for start in (far, cloud[-1], cloud[-2]))


def _calms_down(case: Case, start: np.ndarray) -> bool:
    """Tell whether the same run from a start (2,) without noise does not swing in the end, or next to not at all."""
    calm = _calm_run(case, start, _CALM_STEPS)
    if calm is None:
        return False
    last = calm[-(len(calm) // 4) :]
    return not goes_to_and_fro(last) or width(last) <= case.tolerance


@dataclass(frozen=True, eq=False)
class _Around:
    """The minimum that the second half of a run lies around: its points (n, 2) and their mean heights (BLOCKS,).

    curves: those of minima of one height, of which target is the point nearest to the run's end; none around a point.
    distances: of all points from the minimum, (T+1,). radius: the largest of the second half. left: what is left of a
    distance that the run has forgotten, as a share: the flatter a minimum is, the longer that takes.
    """

    case: Case
    target: CriticalPoint
    curves: tuple[CriticalCurve, ...]
    cloud: np.ndarray
    heights: np.ndarray
    distances: np.ndarray
    radius: float
    left: float

    @cached_property
    def calm(self) -> Trajectory:
        """The same run from its own start without noise."""
        return simulate_run(_calm(self.case), 0)

    def away(self, places: np.ndarray) -> np.ndarray:
        """Return the distances (n,) of places (n, 2) from the minimum."""
        return _away(places, self.target, self.curves)


def _away(places: np.ndarray, target: CriticalPoint, curves: tuple[CriticalCurve, ...]) -> np.ndarray:
    if curves:
        return np.asarray(gaps_to(list(curves), places)[0].min(axis=1))
    return np.asarray(np.hypot(*(places - target.point).T))


def _around(case: Case) -> _Around | None:
    """Return the minimum or the curves of minima that a shaken run is around, with no other critical point as near."""
    count = case.trajectory.steps // 2 // BLOCKS
    if not _is_shaken(case) or count < _LEAST:
        return None
    cloud = case.trajectory.points[-count * BLOCKS :]
    target, curves = _nearest(case, cloud)
    if target is None:
        return None
    distances = _away(case.trajectory.points, target, curves)
    radius = float(distances[-count * BLOCKS :].max())
    if not radius <= 0.9 * _others(case, target, curves):
        return None
    heights = case.trajectory.losses[-count * BLOCKS :].reshape(BLOCKS, count).mean(axis=1) - target.value
    left = _LEFT ** (2 / _order(case, target, radius))
    return _Around(case, target, curves, cloud, heights, distances, radius, left)


def _nearest(case: Case, cloud: np.ndarray) -> tuple[CriticalPoint | None, tuple[CriticalCurve, ...]]:
    """Return the minimum that points (n, 2) lie around, and the curves of its height where it is one of a curve's."""
    middle = cloud.mean(axis=0)
    minima = [p for p in case.critical.all_minima if not p.boundary]
    point = min(minima, key=lambda p: float(np.hypot(*(middle - p.point))), default=None)
    curves = list(case.critical.curves_of_minima)
    if not curves:
        return point, ()
    gaps, values = gaps_to(curves, cloud)
    wide = np.inf if point is None else float(np.mean(np.hypot(*(cloud - point.point).T)))
    if not gaps.min(axis=1).mean() < wide:
        return point, ()
    value = float(values[-1][np.argmin(gaps[-1])])
    of_it = tuple(c for c in curves if c.value == value)
    ends = [c.point_near(case.end) for c in of_it]
    return min(ends, key=lambda p: float(np.hypot(*(case.end - p.point)))), of_it


def _others(case: Case, target: CriticalPoint, curves: tuple[CriticalCurve, ...]) -> float:
    """Return how far the nearest other critical point or curve is from the minimum, or from its curves."""
    at = np.asarray(target.point)
    points = [np.array([p.point]) for p in case.critical.points if p is not target]
    if curves:
        others = [*points, *(c.places for c in case.critical.curves if c not in curves)]
    else:
        others = [*points, *(np.array([c.point_near(at).point]) for c in case.critical.curves)]
    return float(_away(np.concatenate(others), target, curves).min()) if others else np.inf


def _order(case: Case, target: CriticalPoint, radius: float) -> float:
    """Return the power of the distance with which the surface rises at least as far as the run goes: 2 at a bowl."""
    hessian = case.objective.derivatives(np.array([target.point]))[2][0]
    if target.kink or target.on_curve or not np.isfinite(hessian).all() or not radius > 0:
        return 2.0
    axis = np.linalg.eigh(hessian)[1].T[0]
    far = np.asarray(target.point) + radius * np.array([1.0, 0.5, -1.0, -0.5])[:, None] * axis
    with np.errstate(all="ignore"):
        rises = case.objective.values(far) - target.value
        orders = np.log2(rises[::2] / rises[1::2])
    return float(np.clip(orders.min(), 2.0, _FLATTEST)) if np.isfinite(orders).all() else 2.0


def _is_shaken(case: Case) -> bool:
    """Tell whether the gradients are noisy, or the optimizer adds heat of its own and says how much that scatters."""
    optimizer = OPTIMIZERS[case.experiment.runs[case.trajectory.run].optimizer]
    return case.experiment.is_noisy or (bool(optimizer.draws) and optimizer.noise_floor is not None)


def _may_creep(around: _Around) -> bool:
    """Tell whether a run may stay as high of itself: it creeps on a flat minimum's floor, or swings at a crease."""
    return around.left > _LEFT or bool(around.curves)


def _is_kept_up(around: _Around) -> bool:
    """Tell whether the same run from its own start without noise is lower by far in the second half."""
    calm = around.calm.losses[-len(around.cloud) :]
    return bool(calm.mean() - around.target.value <= _LOWER * around.heights.mean())


def _is_even(case: Case, around: _Around) -> bool:
    """Tell whether a long cloud lies evenly around the minimum, at which the run would rest without noise."""
    cloud, heights = around.cloud, around.heights
    if len(cloud) < 4 * BLOCKS**2:
        return False
    off = np.abs(cloud.mean(axis=0) - around.target.point)
    centred = bool(around.curves) or bool((off <= 0.5 * cloud.std(axis=0)).all())
    steady = heights.min() > 0 and heights.max() <= 3 * heights.min()
    return bool(centred and steady) and _comes_to_rest(case, around, len(cloud), around.left * around.radius)


def _has_forgotten(case: Case, around: _Around) -> bool:
    """Tell whether a run that stays about as high would, without noise, have forgotten how it came there.

    A few hundred steps around a minimum are seldom centred on it: noise that is remembered for twenty steps leaves ten
    independent places in two hundred. But one on its way, one that swings and one that dies down of itself come to rest
    neither from the start before the second half begins, nor from the cloud's edge in half of the cloud. At a crease it
    swings without noise, too, but by much less. On a flat minimum's floor a run creeps for long: there it is kept up by
    noise where without it it would be lower by far.
    """
    before, after = around.heights[: BLOCKS // 2].mean(), around.heights[BLOCKS // 2 :].mean()
    if not before > 0 or not 1 / _ALIKE <= after / before <= _ALIKE:
        return False
    wide = float(np.sqrt((around.away(around.cloud) ** 2).mean()))
    near = around.left * wide
    if _comes_to_rest(case, around, len(around.cloud) // 2, near):
        return True
    creeps = float(around.calm.losses[-len(around.cloud) :].mean()) - around.target.value
    if around.left > _LEFT and creeps <= _LEFT * around.heights.mean():
        return True
    distances = around.away(around.calm.points[-len(around.cloud) :])
    left, late = float(distances.max()), float(distances[len(distances) // 2 :].max())
    if left <= max(near, case.tolerance) and _comes_to_rest(case, around, _CALM_STEPS, near):
        return True
    narrow = _NARROWER * around.radius
    swings = _NEARER * left <= late and left <= _NEARER * around.radius
    by_noise = around.target.kink and (left <= narrow or swings)
    return by_noise and _comes_to_rest(case, around, len(around.cloud) // 2, narrow)


def _began_there(case: Case, around: _Around) -> bool:
    """Tell whether a run began no farther from the minimum than noise has thrown it, and without noise would come back.

    It came from nowhere else. Where a minimum is flat it wanders for long before its cloud has all its width.
    """
    first = around.distances[-len(around.cloud) :][: len(around.cloud) // 2]
    wide = float(np.sqrt((first**2).mean()))
    began = around.distances[0] <= max(wide, case.tolerance) and around.distances.max() <= 2 * around.radius
    return bool(began) and _comes_to_rest(case, around, _CALM_STEPS, _NEARER * float(first.max()))


def _floor(case: Case, around: _Around, step: int) -> Verdict:
    target, heights = around.target, around.heights
    variance = float((around.away(around.cloud) ** 2).mean())
    evidence = {"variance": variance, "mean_height": float(heights.mean()), "value": target.value}
    formula = "" if around.curves else _expected(case, target, evidence)
    at = "a curve of minima" if around.curves else f"({number(target.point[0])}, {number(target.point[1])})"
    where = f"Around {at}, on average {number(float(heights.mean()))} above it and {number(variance**0.5)} away."
    across = " across it" if around.curves else ""
    return case.verdict(
        Outcome.NOISE_FLOOR,
        step=step,
        minimum=target.point,
        evidence=evidence,
        detail=f"{where} The variance{across} is {number(variance)}{formula}.",
    )


def _expected(case: Case, target: CriticalPoint, evidence: dict[str, float]) -> str:
    """Return what formulas say of the cloud, in words that go on from its variance; their numbers go into evidence."""
    if not case.experiment.batched:
        expected = _expected_variance(case, target)
        if expected is None:
            return ""
        evidence["expected_variance"] = expected
        return f"; the optimizer's formula gives {number(expected)}"
    floor = batch_floor(case, target)
    if floor is None or not _bends_evenly(case, target, floor.reach):
        return ""
    evidence |= {"expected_variance": floor.variance, "expected_height": floor.height}
    told = f"{number(floor.variance)}, {number(floor.height)} above the minimum"
    few = f"batches of {count(case.experiment.batch)}"
    if case.experiment.batch_kind == "replacement":
        return f"; the formula for {few} gives {told}"
    return f"; for {few} drawn with replacement the formula gives {told}: decks leave less"


def _comes_to_rest(case: Case, around: _Around, steps: int, near: float) -> bool:
    """Tell whether the same run, continued without noise at the rate it had, comes to rest at the minimum so soon.

    From the farthest point of the cloud's first half: there a swing has all its height and no speed that would be lost.
    """
    first = around.cloud[: len(around.cloud) // 2]
    points = _calm_run(case, first[int(np.argmax(around.away(first)))], steps)
    if points is None:
        return False
    tail = around.away(points[-(len(points) // 2) :])  # half: a swing passes the minimum, too
    return bool(tail.max() <= max(near, case.tolerance))


def _farthest(cloud: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return that of the first half of points (n, 2) which is farthest from a place (2,)."""
    first = cloud[: len(cloud) // 2]
    found: np.ndarray = first[int(np.argmax(np.hypot(*(first - place).T)))]
    return found


def _calm_run(case: Case, start: np.ndarray, steps: int) -> np.ndarray | None:
    """Return the points (steps+1, 2) of the same run from a start (2,), without noise and at the rate it had at last.

    None where there is none, as from too far away, or where it would compute for too long.
    """
    rate = float(case.trajectory.learning_rates[-(case.trajectory.steps // 2) :].mean())
    if not 0 < rate <= limits.MAX_RATE or not np.abs(start).max() <= limits.FARTHEST:
        return None
    calm = _calm(case)
    steady = replace(calm.runs[0], learning_rate=rate, schedule="constant", schedule_parameters={})
    try:
        calm = calm.replace(
            start=(float(start[0]), float(start[1])),
            steps=min(steps, _CALM_STEPS),
            smoothing=0.0 if case.experiment.fades else case.experiment.smoothing,
            runs=(steady,),
        )
    except CostError:
        return None
    return simulate_run(calm, 0).points


def _calm(case: Case) -> Experiment:
    """Return the experiment with this run alone, without noise and without heat."""
    run = case.experiment.runs[case.trajectory.run]
    cold = {p.key: p.low for p in OPTIMIZERS[run.optimizer].parameters if p.key == _HEAT}
    return case.experiment.replace(
        noise=_CALM if case.experiment.noise else 0.0,
        batch=0,
        seed=0,  # of many seeds, each would have its draws kept for one use
        stop_at=NEVER,
        runs=(replace(run, parameters={**run.parameters, **cold}),),
    )


def _expected_variance(case: Case, target: CriticalPoint) -> float | None:
    """Return the variance around the minimum by the optimizer's own formula, summed over both axes, or None."""
    run = case.experiment.runs[case.trajectory.run]
    floor = OPTIMIZERS[run.optimizer].noise_floor
    if floor is None or run.schedule != "constant" or run.wrappers or not min(target.eigenvalues) > 0:
        return None
    noise = case.experiment.noise
    each = np.array(
        [floor(run.learning_rate, c, noise, **run.parameters) for c in target.eigenvalues], dtype=np.float64
    )
    if not np.isfinite(each).all() or not _bends_evenly(case, target, np.sqrt(each)):
        return None
    return float(each.sum())


@np.errstate(all="ignore")
def _bends_evenly(case: Case, target: CriticalPoint, reach: np.ndarray) -> bool:
    """Tell whether the surface bends along both axes (smaller curvature first) as far as that about as at the minimum.

    The formula is that of a quadratic: at a flat minimum it tells of ground where the surface is none.
    """
    place = np.asarray(target.point)
    axes = np.linalg.eigh(case.objective.derivatives(place[None])[2][0])[1].T
    away = reach[:, None] * axes
    hessians = case.objective.derivatives(np.concatenate([place + away, place - away]))[2].reshape(2, 2, 2, 2)
    bends = np.einsum("ai,saij,aj->sa", axes, hessians, axes) / np.array(target.eigenvalues)
    return bool(((bends > 0.5) & (bends < 2)).all())
