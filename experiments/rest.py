"""Runs that came to rest: at a critical point, on flat ground, or on the domain's edge."""

import numpy as np

from experiments import objective
from experiments.case import FLAT, LEVEL, ROUNDING, Case, from_then_on
from experiments.convergence import convergence_to
from experiments.critical_point import CriticalPoint
from experiments.departures import is_lost
from experiments.derivatives import derivatives, eigenvalues
from experiments.evidence import way_down
from experiments.kinds import is_weak, kind_by_ring
from experiments.resolution import is_one_height
from experiments.spoken import short
from experiments.verdict import Outcome, Verdict


def settled(case: Case) -> Verdict | None:
    """The run came to rest at a critical point."""
    if not (case.rests or case.landed):
        return None
    target = _target(case)
    if target is None:
        return None
    place = np.asarray(target.point)
    distance = np.hypot(*(case.run.points - place).T)
    arrived = from_then_on(distance <= case.tolerance)
    evidence = {"distance": float(distance[-1]), "value": target.value}
    at = f"({short(place[0])}, {short(place[1])})"
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
        detail = f"At {at}, {short(target.value - lowest)} above the global minimum."
    detail = f"{detail} {found}".strip()
    return case.verdict(Outcome.LOCAL_MINIMUM, step=arrived, minimum=target.point, evidence=evidence, detail=detail)


def _falls(case: Case, target: CriticalPoint) -> tuple[str, dict[str, float]]:
    """Return how the surface falls away from a saddle or a maximum, in words and as the direction's numbers."""
    point = np.asarray(target.point)
    form, numbers = objective.form_of(case.experiment), objective.numbers_of(case.experiment)
    hessian = derivatives(form, numbers, point[None])[2][0]
    if not np.isfinite(hessian).all():
        return "the surface falls away from it", {}
    x, y = way_down(form, numbers, point, hessian, case.size)
    small, large = (float(e) for e in eigenvalues(hessian))
    words = f"it falls along ({short(x)}, {short(y)}); the curvatures are {short(small)} and {short(large)}"
    return words, {"escape_x": x, "escape_y": y}


def _target(case: Case) -> CriticalPoint | None:
    """Return the critical point that the run rests at: a known one, or one that Newton's steps lead to."""
    known = case.critical.around(case.end, case.tolerance)
    for point in known:
        still = case.reach <= 1e-9 * case.size
        if (point.kink and (still or point.kind == "minimum")) or (point.boundary and still):
            return point
    found = _led_to(case)
    if found is None:
        return next((p for p in known if p.degenerate), None)
    for point in known:
        if point.kind == found.kind and np.hypot(*np.subtract(point.point, found.point)) <= 1e-6 * case.size:
            return point
    blurred = any(  # where a minimum is flat Newton's steps stop short of it: near it, but not at it
        p.degenerate and p.kind == found.kind and 0 < np.hypot(*np.subtract(p.point, found.point)) <= case.tolerance
        for p in case.critical.points
        if p not in known
    )
    return None if blurred or is_flat(case) else found


def _led_to(case: Case) -> CriticalPoint | None:
    """Return the critical point that Newton's steps from the end lead to, if they do and it is within tolerance.

    Or the nearest of a line of minima, which has none by itself: there the Hessian has no inverse.
    """
    found = _critical_at(case, *case.nearby)
    if found is not None:
        return found
    if not is_weak(*case.eigenvalues):
        return None
    found = _critical_at(case, *case.valley_floor)
    return found if found is not None and found.kind == "minimum" and case.on_a_level_floor else None


def _critical_at(
    case: Case, at: np.ndarray, value: np.ndarray, gradient: np.ndarray, hessian: np.ndarray
) -> CriticalPoint | None:
    small, large = (float(e) for e in eigenvalues(hessian))
    scale = case.surface.spread / case.size
    # finite, near, level, and curved: where the surface is flat Newton's steps say nothing
    reached = np.isfinite(at).all() and np.hypot(*(at - case.end)) <= case.tolerance
    if not reached or np.hypot(*gradient) > 1e-9 * scale or max(abs(small), abs(large)) * case.size <= 1e-9 * scale:
        return None
    form, numbers = objective.form_of(case.experiment), objective.numbers_of(case.experiment)
    if is_weak(small, large):
        kind = kind_by_ring(form, numbers, at, float(value), case.size)
    else:
        kind = "minimum" if small > 0 else "maximum" if large < 0 else "saddle"
    floor = case.surface.lowest if case.critical.lowest is None else case.critical.lowest
    x, y = at.tolist()
    return CriticalPoint(
        point=(x, y),
        value=float(value),
        kind=kind,
        eigenvalues=(small, large),
        is_global=kind == "minimum"
        and (bool(value <= floor) or is_one_height(form, numbers, (x, y), float(value), floor, case.surface.spread)),
    )


def is_flat(case: Case) -> bool:
    """Tell whether gradient and curvature at the end are next to nothing beside the height that could still be lost."""
    height = case.surface.spread
    if case.critical.lowest is not None:
        height = min(height, max(float(case.run.losses[-1]) - case.critical.lowest, 0.0))
    gradient = float(np.hypot(*case.local[0])) * case.size
    curvature = max(map(abs, case.eigenvalues)) * case.size**2
    return gradient <= FLAT * height and curvature <= LEVEL * height


def _gets_on(case: Case) -> bool:
    """Tell whether the same run, with as many steps as there may be, comes from the flat ground to a minimum."""
    there = case.furthest
    verdict = None if there is None or is_lost(there) else settled(there)
    return verdict is not None and verdict.outcome in (Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM)


def stuck(case: Case) -> Verdict | None:
    """The run rests where there is nothing to follow, or on the domain's edge."""
    if not case.rests:
        return None
    if is_flat(case):
        gradient = float(np.hypot(*case.local[0]))
        since = from_then_on(np.hypot(*(case.run.points - case.end).T) <= case.tolerance)
        lowest, loss = case.critical.lowest, float(case.run.losses[-1])
        if lowest is not None and gradient == 0 and loss <= lowest + 1e-12 * max(1.0, abs(lowest)):
            return case.verdict(
                Outcome.GLOBAL_MINIMUM,
                step=from_then_on(case.run.losses <= loss),
                minimum=(float(case.end[0]), float(case.end[1])),
                detail="It is flat there, and nothing is lower.",
            )
        if _gets_on(case):
            return None
        small = "too small to move it"
        if case.reach > ROUNDING * case.size:
            small = f"so small that its last {case.window} steps moved it by {short(case.reach)}"
        return case.verdict(Outcome.PLATEAU, step=since, detail=f"The gradient there is {short(gradient)}, {small}.")
    low, high = case.domain
    end = case.at_home[-1]
    slope = case.frame.back(case.local[0]) - case.frame.back(np.zeros(2))  # along the landscape's own axes
    on_edge = np.minimum(np.abs(end - low), np.abs(high - end)) <= 1e-9 * (high - low)
    outward = np.where(np.abs(end - low) < np.abs(high - end), 1.0, -1.0) * slope > 0
    if (on_edge & outward).any() and case.reach == 0:
        x, y = case.end.tolist()
        return case.verdict(Outcome.AT_BOUNDARY, minimum=(x, y), detail=f"At ({short(x)}, {short(y)}).")
    return None
