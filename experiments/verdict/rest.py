"""Runs that came to rest: at a critical point, on flat ground, or on the domain's edge."""

import numpy as np

from experiments.critical.flat_ground import is_hollow
from experiments.critical.kinds import RING, is_weak, told_by_hessian, told_curvatures, way_down
from experiments.critical.point import CriticalPoint
from experiments.critical.resolution import is_one_height
from experiments.critical.rings import lowest_on_circles
from experiments.critical.surroundings import surroundings
from experiments.objective.derivatives import eigenvalues, newton_steps, valley_steps
from experiments.objective.heights import surface_at
from experiments.setup.experiment import landscape_of
from experiments.verdict.case import FLAT, LEVEL, ROUNDING, Case, from_then_on
from experiments.verdict.convergence import convergence_to
from experiments.verdict.departures import is_lost
from experiments.verdict.outcome import Outcome, Verdict
from numerals import count, number

_POLE = 1e6  # times the heights in the view: no minimum's walls rise so far within the tolerance
_NEARER = 1e-6  # of the tolerance: a circle so small that a minimum's walls are next to nothing there
_BESIDE = 2e-5  # of the diagonal: from a crease a surface falls as near as this
_ASIDE = 1e-2  # of the diagonal: so far from a crease its fall must be one that a person would see
_SIDES = np.array([(i, j) for i in (-2, -1, 0, 1, 2) for j in (-2, -1, 0, 1, 2) if i or j], dtype=np.float64)
_AXES = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
_FOUND = 1e-7  # of the diagonal: how exactly a point of a curve is known
_BLUR = 8.0  # times what a slope changes by between neighbouring numbers: beyond it a slope is one
_SEEN = 1e-6  # of the spread of heights: a smaller fall is none that a person would see


def settled(case: Case) -> Verdict | None:
    """The run came to rest at a critical point."""
    if not (case.rests or case.landed):
        return None
    target = _target(case)
    if target is None:
        return None
    place = np.asarray(target.point)
    distance = np.hypot(*(case.trajectory.points - place).T)
    arrived = from_then_on(distance <= case.tolerance)
    evidence = {"distance": float(distance[-1]), "value": target.value}
    at = f"({number(place[0])}, {number(place[1])})"
    if target.kind != "minimum":
        noun = "a saddle point" if target.kind == "saddle" else "a maximum"
        falls, way = _falls(case, target)
        return case.verdict(
            Outcome.SADDLE_POINT,
            step=arrived,
            minimum=target.point,
            evidence=evidence | way,
            detail=f"At {at}, {noun}: {falls}.",
        )
    found, convergence = convergence_to(case, target, distance)
    evidence |= convergence
    if target.is_global:
        detail = f"At {at}." if case.critical.verified else f"At {at}: the lowest found."
        detail = f"{detail} {found}".strip()
        return case.verdict(
            Outcome.GLOBAL_MINIMUM, step=arrived, minimum=target.point, evidence=evidence, detail=detail
        )
    lowest = case.critical.lowest
    if lowest is None:
        detail = f"At {at}."
    else:
        evidence["above_global"] = target.value - lowest
        detail = f"At {at}, {number(target.value - lowest)} above the global minimum."
    detail = f"{detail} {found}".strip()
    return case.verdict(Outcome.LOCAL_MINIMUM, step=arrived, minimum=target.point, evidence=evidence, detail=detail)


def _falls(case: Case, target: CriticalPoint) -> tuple[str, dict[str, float]]:
    """Return how the surface falls away from a saddle or a maximum, in words and as the direction's numbers."""
    point = np.asarray(target.point)
    objective = case.objective
    hessian = objective.derivatives(point[None])[2][0]
    way = way_down(objective, point, hessian, case.size)
    if way is None:
        return "the surface falls away from it", {}
    along = "along" if way.straight else "along a curved way that leaves towards"
    words = f"it falls {along} ({number(way.x)}, {number(way.y)})"
    if np.isfinite(hessian).all():
        small, large = told_curvatures(objective, point, hessian, case.size)
        words = f"{words}; the curvatures are {number(small)} and {number(large)}"
    return words, {"escape_x": way.x, "escape_y": way.y} if way.straight else {}


def _target(case: Case) -> CriticalPoint | None:
    """Return the critical point that the run rests at: a known one, or one that Newton's steps lead to."""
    known = [p for p in case.critical.around(case.end, case.tolerance) if not _is_false(case, p)]
    for point in known:
        still = case.reach <= 1e-9 * case.size
        if (point.kink and (still or point.kind == "minimum")) or (point.boundary and still):
            return point
    drawn = _drawn_to(case, known)
    if drawn is not None:
        return drawn
    found = _led_to(case)
    if found is None:
        degenerate = next((p for p in known if p.degenerate), None)
        return degenerate or _lower_than_all_around(case) or _falls_from_a_kink(case)
    for point in known:
        if point.kind == found.kind and np.hypot(*np.subtract(point.point, found.point)) <= 1e-6 * case.size:
            return point
    if known and known[0].degenerate and (known[0].kind != found.kind or found.kind == "minimum"):
        return known[0]  # on flat ground beside it Newton's steps find rounding, or stop on their way to it
    blurred = any(  # where a minimum is flat Newton's steps stop short of it: near it, but not at it
        p.degenerate and p.kind == found.kind and 0 < np.hypot(*np.subtract(p.point, found.point)) <= case.tolerance
        for p in case.critical.points
        if p not in known
    )
    if is_flat(case):
        around = _lower_than_all_around(case)
        return around if around is not None and around.is_global else None
    return None if blurred else found


def _is_false(case: Case, point: CriticalPoint) -> bool:
    """Tell whether a listed saddle or maximum of which the Hessian does not tell is none, but a place on a slope.

    As a crease's maximum that is lower than the end, within reach of it; or where the slope along the axis of next to
    no curvature is as large as a way off: at a critical point it grows from nothing.
    """
    if point.kind == "minimum" or not point.degenerate:
        return False
    objective = case.objective
    at = np.asarray(point.point)
    if point.kink:
        around = at + _FOUND * case.size * np.stack([RING.real, RING.imag], -1)
        highest = np.nanmax(objective.values(around), initial=point.value)
        return point.kind == "maximum" and bool(case.trajectory.losses[-1] > highest)
    _, gradient, hessian = (array[0] for array in objective.derivatives(at[None]))
    if not np.isfinite(hessian).all() or not _slopes_along_its_weak_axis(case, at, gradient, hessian, case.tolerance):
        return False
    axis = np.linalg.eigh(hessian)[1].T[np.argmin(np.abs(np.linalg.eigvalsh(hessian)))]
    off = objective.derivatives(at + case.tolerance * np.stack([axis, -axis]))[1] @ axis
    return abs(float(gradient @ axis)) > 0.5 * float(np.abs(off).max())


def _drawn_to(case: Case, known: list[CriticalPoint]) -> CriticalPoint | None:
    """Return that of the points within tolerance that Newton's steps lead to, or near to if it is degenerate."""
    at = case.nearby[0]
    if not np.isfinite(at).all():
        return None
    for point in known:
        before, after = (float(np.hypot(*(place - point.point))) for place in (case.end, at))
        if point.kink or point.boundary:
            continue
        if after <= (before / 2 if point.degenerate else 1e-9 * case.size):
            return point
    return None


def _led_to(case: Case) -> CriticalPoint | None:
    """Return the critical point that Newton's steps from the end lead to, if they do and it is within tolerance.

    Or the nearest of a line of minima, which has none by itself: there the Hessian has no inverse.
    """
    weak = is_weak(*case.eigenvalues)
    if weak and sum(case.eigenvalues) > 0 and case.on_a_level_floor:
        return _critical_at(case, *case.valley_floor, level=True)
    found = _critical_at(case, *case.nearby, level=False)
    if found is not None or not weak:
        return found
    found = _critical_at(case, *case.valley_floor, level=False)
    return found if found is not None and found.kind != "minimum" else None


def _critical_at(
    case: Case, at: np.ndarray, value: np.ndarray, gradient: np.ndarray, hessian: np.ndarray, *, level: bool
) -> CriticalPoint | None:
    """Return the critical point there, None where it is none, or out of reach, or too flat to say.

    level: it is known to be one of a valley's floor that is a line of minima.
    """
    small, large = (float(e) for e in eigenvalues(hessian))
    bend = max(abs(small), abs(large))
    if not np.isfinite([*at, value, bend]).all() or not np.hypot(*(at - case.end)) <= case.tolerance:
        return None
    objective = case.objective
    if bend * case.tolerance**2 <= 1e-14 * abs(float(value)):  # rounding, if anything
        return None
    if bend * case.tolerance**2 > _POLE * (case.surface.spread + abs(float(value))):
        return None  # beside a pole, or where the values end in an infinite slope, Newton's steps are none
    told = not level and bool(told_by_hessian(objective, at[None], value[None], hessian[None], case.size)[0])
    left = (newton_steps if told else valley_steps)(gradient[None], hessian[None])[0]
    if not np.hypot(*left) <= ROUNDING * case.size:
        return None
    kind = "minimum" if small > 0 or level else "maximum" if large < 0 else "saddle"
    if not told and not level and _slopes_along_its_weak_axis(case, at, gradient, hessian, ROUNDING * case.size):
        return None
    if not told and not level:
        (around,) = surroundings(objective, at[None], case.size, np.array([True]))
        if around.kind == "slope":
            return None
        kind = kind if around.bends and not is_weak(small, large) else around.kind
    floor = case.surface.lowest if case.critical.lowest is None else case.critical.lowest
    x, y = at.tolist()
    return CriticalPoint(
        point=(x, y),
        value=float(value),
        kind=kind,
        eigenvalues=(small, large),
        is_global=kind == "minimum"
        and (bool(value <= floor) or is_one_height(objective, (x, y), float(value), floor, case.surface.spread)),
    )


def _slopes_along_its_weak_axis(
    case: Case, at: np.ndarray, gradient: np.ndarray, hessian: np.ndarray, near: float
) -> bool:
    """Tell whether the surface slopes there along the axis of the smaller curvature, by more than rounding.

    A large curvature across makes any step small: this axis is measured by its own, whose step is longer than near.
    """
    axis = np.linalg.eigh(hessian)[1].T[np.argmin(np.abs(np.linalg.eigvalsh(hessian)))]
    slope = abs(float(axis @ gradient))
    if slope <= near * min(map(abs, map(float, eigenvalues(hessian)))):
        return False
    objective = case.objective
    beside = at + np.spacing(np.maximum(np.abs(at), 1e-3)) * _SIDES
    blur = float(np.nanmax(np.abs((objective.derivatives(beside)[1] - gradient) @ axis)))
    return slope > _BLUR * max(blur, np.finfo(float).eps * float(np.hypot(*gradient)))


def _lower_than_all_around(case: Case) -> CriticalPoint | None:
    """Return the end as a minimum where all of a circle as wide as the tolerance lies higher, or has no value.

    Whatever the surface's slopes do: within the circle there is a minimum, as where |x|^1.5 bends without bound.
    """
    objective = case.objective
    loss = float(case.trajectory.losses[-1])
    least = loss + 1e-12 * abs(loss)
    ways = np.concatenate([np.stack([RING.real, RING.imag], -1), _AXES])  # an edge of a domain lies along an axis
    around = objective.values(case.end + case.tolerance * ways)
    if (around <= least).any() or np.isnan(around).all():
        return None
    lowest_far = lowest_on_circles(objective, case.end[None], case.tolerance)[0]
    lowest_near = lowest_on_circles(objective, case.end[None], _NEARER * case.tolerance)[0]
    if not lowest_far > least or not lowest_near - loss <= 0.5 * (lowest_far - loss):
        return None  # where it falls without end, what is near lies as high above as what is far
    lowest = case.critical.lowest
    if lowest is None:
        far = np.hypot(case.surface.x - case.end[0], (case.surface.y - case.end[1])[:, None]) > case.tolerance
        lowest = float(np.min(case.surface.z[far & np.isfinite(case.surface.z)], initial=np.inf))
    x, y = case.end.tolist()
    is_global = loss <= lowest
    return CriticalPoint(point=(x, y), value=loss, kind="minimum", kink=True, is_global=is_global)


def _falls_from_a_kink(case: Case) -> CriticalPoint | None:
    """Return the end as a saddle or a maximum where it rests on a crease, without a slope, and the surface falls."""
    if case.reach != 0 or np.any(case.local[0]):
        return None
    objective = case.objective
    (around,) = surroundings(objective, case.end[None], case.size, np.array([False]))
    if around.kind not in ("saddle", "maximum") or not around.radius <= _BESIDE * case.size:
        return None  # what falls only farther off is a flat piece's step
    loss, way = float(case.trajectory.losses[-1]), np.array([np.cos(around.angle), np.sin(around.angle)])
    if not objective.values((case.end + _ASIDE * case.size * way)[None])[0] < loss - _SEEN * case.surface.spread:
        return None
    x, y = case.end.tolist()
    return CriticalPoint(point=(x, y), value=loss, kind=around.kind, degenerate=True, kink=True)


def is_flat(case: Case) -> bool:
    """Tell whether gradient and curvature at the end are next to nothing beside the height that could still be lost."""
    height = case.surface.spread
    if case.critical.lowest is not None:
        height = min(height, max(float(case.trajectory.losses[-1]) - case.critical.lowest, 0.0))
    gradient = float(np.hypot(*case.local[0])) * case.size
    curvature = max(map(abs, case.eigenvalues)) * case.size**2
    return gradient <= FLAT * height and curvature <= LEVEL * height


def _gets_on(case: Case) -> bool:
    """Tell whether the same run, with as many steps as there may be, comes from the flat ground to a minimum."""
    there = case.furthest
    verdict = None if there is None or is_lost(there) else settled(there)
    return verdict is not None and verdict.outcome.at_minimum


def _flat_place(case: Case) -> tuple[np.ndarray, float] | None:
    """Return the flat place that the run stays at, (2,), and its height; None where it stays on no flat piece.

    Or the one that it comes to from a slope, as down to the edge of max(0, 1 - x y)^2: less than a step that is none
    away, and lower by no more than rounding.
    """
    loss = float(case.trajectory.losses[-1])
    if not case.rests and not (case.tail_losses == loss).all():
        return None
    if not np.any(case.local[0]) and not np.any(case.local[1]):
        return case.end, loss
    slope = float(np.hypot(*case.local[0]))
    if case.reach > ROUNDING * case.size or not 0 < slope < np.inf:
        return None
    objective = case.objective
    ahead = case.end - ROUNDING * case.size * case.local[0] / slope
    value, gradient, hessian = (array[0] for array in objective.derivatives(ahead[None]))
    fell = loss - float(value)
    if np.any(gradient) or np.any(hessian) or not 0 <= fell <= 1e-12 * max(case.surface.spread, abs(loss)):
        return None
    return ahead, float(value)


def _on_flat_bottom(case: Case) -> Verdict | None:
    """The run stays on a flat piece beside which nothing is lower: a minimum, though no step goes anywhere there."""
    found = _flat_place(case)
    if found is None:
        return None
    end, loss = found
    objective = case.objective
    around = surface_at(objective, case.frame.box(landscape_of(case.experiment).domain))
    lowest = case.critical.lowest
    floor = min(case.surface.lowest, around.lowest) if lowest is None else lowest
    is_global = loss <= floor + 1e-12 * max(min(1.0, case.surface.spread), abs(floor))
    known = is_global and lowest is not None
    if not known and not is_hollow(objective, end, loss, around):
        return None
    told = "nothing is lower" if is_global else "all around it lies higher"
    known_as = "" if case.critical.verified or not is_global else ": the lowest found"
    return case.verdict(
        Outcome.GLOBAL_MINIMUM if is_global else Outcome.LOCAL_MINIMUM,
        step=from_then_on(case.trajectory.losses <= max(loss, float(case.trajectory.losses[-1]))),
        minimum=(float(case.end[0]), float(case.end[1])),
        detail=f"It is flat there, and {told}{known_as}.",
        evidence={"value": loss} if is_global else {"value": loss, "above_global": loss - floor},
    )


def stuck(case: Case) -> Verdict | None:
    """The run rests where there is nothing to follow, or on the domain's edge."""
    flat = _on_flat_bottom(case)
    if flat is not None or not case.rests:
        return flat
    if is_flat(case):
        gradient = float(np.hypot(*case.local[0]))
        since = from_then_on(np.hypot(*(case.trajectory.points - case.end).T) <= case.tolerance)
        if _gets_on(case):
            return None
        small = "too small to move it"
        if case.reach > ROUNDING * case.size:
            small = f"so small that its last {count(case.window)} steps moved it by {number(case.reach)}"
        return case.verdict(Outcome.PLATEAU, step=since, detail=f"The gradient there is {number(gradient)}, {small}.")
    low, high = case.domain
    end = case.at_home[-1]
    slope = case.frame.back(case.local[0]) - case.frame.back(np.zeros(2))  # along the landscape's own axes
    on_edge = np.minimum(np.abs(end - low), np.abs(high - end)) <= 1e-9 * (high - low)
    outward = np.where(np.abs(end - low) < np.abs(high - end), 1.0, -1.0) * slope > 0
    if (on_edge & outward).any() and case.reach == 0:
        x, y = case.end.tolist()
        return case.verdict(Outcome.AT_BOUNDARY, minimum=(x, y), detail=f"At ({number(x)}, {number(y)}).")
    return None
