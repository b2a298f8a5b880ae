"""Of what kind a critical point is, and which way is down: from its Hessian where that tells, else from the heights."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from experiments.critical.point import CriticalPoint, stacked
from experiments.critical.surroundings import Surroundings, surroundings
from experiments.objective.derivatives import eigenvalues
from experiments.objective.objective import Objective

RING = np.exp(1j * np.linspace(0, 2 * np.pi, 64, endpoint=False))
RINGS = (1e-3, 3e-3)  # of the view's diagonal: the circles that tell the kind of a degenerate point
_BESIDE = (1e-5, 3e-7)  # of the view's diagonal: there heights are those of the Hessian; the nearer for a needle's
_NEEDLE, _ROUND = 1e-6, 1e-3  # of the view's diagonal; of the larger curvature: so near, a floor looks bent everywhere
_ONE_PLACE = 1e-4  # of the view's diagonal: on a level floor so near each other degenerate points are one
_MOST = 256  # degenerate points that are looked at closely: more are those of a line, or of flat ground
_AXIS = 1e-2  # of an angle: a way down that leaves so near the flat axis leaves along it
_CLEARLY = 0.01  # of how far the lowest place of a circle lies below its middle: a straight way down falls so far
_KNOWN = 1e-9  # of the view's diagonal: how exactly a critical point's place is known
_ROUNDED = 4 * float(np.finfo(np.float64).eps)  # of the larger curvature: a smaller one is rounding
_FRACTIONS = 0.5 ** np.arange(10)  # of the smallest circle that tells: along these a straight way down is down


def is_weak(small: Any, large: Any) -> Any:
    """Tell whether one of the Hessian's eigenvalues is no more than rounding beside the other."""
    return np.minimum(np.abs(small), np.abs(large)) <= 1e-7 * np.maximum(np.abs(small), np.abs(large))


def kind_by_ring(objective: Objective, point: Any, value: float, size: float) -> str:
    """Return a critical point's kind from the heights on two small circles around it, where these have a height."""
    circles = np.stack([RING.real, RING.imag], -1)
    hessian = objective.derivatives(np.asarray(point, dtype=np.float64)[None])[2][0]
    if np.isfinite(hessian).all():  # a narrow way up or down lies along an axis, between the circle's points
        axes = np.linalg.eigh(hessian)[1].T
        circles = np.concatenate([circles, axes, -axes])
    rings = np.concatenate([np.asarray(point) + r * size * circles for r in RINGS])
    rises = objective.values(rings) - value
    rises = rises[~np.isnan(rises)]  # beyond the edge of log x or sqrt x nothing is lower
    noise = rounding_of(value)
    if (rises >= -noise).all():
        return "minimum"  # or one of a line of equal heights
    return "saddle" if (rises > noise).any() else "maximum"


def judged_by_ring(points: list[CriticalPoint], objective: Objective, size: float) -> list[CriticalPoint]:
    """Classify degenerate points by the heights around them; those on a gentle slope, or without a value, are none."""
    points = [p for p in points if np.isfinite(p.value)]
    strong = [p for p in points if not p.degenerate]
    weak = [p for p in points if p.degenerate]
    if not weak:
        return points
    close, rest = weak[:_MOST], weak[_MOST:]
    places, smooth = stacked(close), np.array([not p.kink for p in close])
    judged: list[CriticalPoint] = []
    wide = np.zeros(0)  # how far around each of these the surface is so flat that another point is the same one
    for point, found in zip(close, surroundings(objective, places, size, smooth), strict=True):
        own = 0.0 if np.isnan(found.radius) or point.kink else found.radius
        if found.bends and not point.kink and not is_weak(*point.eigenvalues):
            judged.append(replace(point, degenerate=False))  # heights are rounding there, curvatures are not
        elif found.kind != "slope" and not _is_known(point, found.kind, own, judged, wide, size):
            judged.append(replace(point, kind=found.kind))
        else:
            continue
        wide = np.append(wide, own)
    return strong + judged + [replace(p, kind=kind_by_ring(objective, p.point, p.value, size)) for p in rest]


def _is_known(
    point: CriticalPoint, kind: str, own: float, judged: list[CriticalPoint], wide: np.ndarray, size: float
) -> bool:
    """Tell whether a point is one of those judged: it lies so near that one's circle, or its own, goes round both.

    own: the radius of its own circle, which tells of this kind; wide (n,): of theirs. On a floor of one height, but for
    rounding, Newton's steps end anywhere.
    """
    alike = np.array([p.degenerate and not p.kink and p.kind == kind for p in judged], dtype=bool)
    level = np.array([abs(p.value - point.value) <= rounding_of(point.value) for p in judged], dtype=bool)
    reach = np.maximum(wide, np.where(level, max(own, _ONE_PLACE * size), own))
    gaps = np.hypot(*(stacked(judged) - point.point).T)
    return bool((gaps <= np.where(alike & (not point.kink), reach, wide)).any())


@dataclass(frozen=True, kw_only=True)
class WayDown:
    """How a surface falls away from a critical point: the unit vector in which the way leaves.

    straight: the surface falls along the vector itself; else along a curve that it is the tangent of.
    """

    x: float
    y: float
    straight: bool


def way_down(objective: Objective, point: np.ndarray, hessian: np.ndarray, size: float) -> WayDown | None:
    """Return how the surface falls away from a critical point, None where no way down is found.

    The eigenvector of the Hessian's negative eigenvalue, which is a way down in both directions, where the heights
    beside the point are those of the Hessian; else the way to the lowest places of small circles.
    """
    axes, smooth = np.eye(2), np.isfinite(hessian).all()
    if smooth:
        (small, large), axes = np.linalg.eigh(hessian)[0], np.linalg.eigh(hessian)[1].T
        if small < 0 and not is_weak(small, large):
            height = objective.values(point[None])
            if told_by_hessian(objective, point[None], height, hessian[None], size)[0]:
                return _along(axes[0])
    (found,) = surroundings(objective, point[None], size, np.array([smooth]), exactly=True)
    if not np.isnan(found.angle):
        return _leaving(objective, point, axes, found)
    return _along(axes[0]) if smooth and small < 0 and not is_weak(small, large) else None


def _along(axis: np.ndarray) -> WayDown:
    """Return the way along an axis, which falls to both sides: towards the right, or up."""
    x, y = (axis if axis[0] > 0 or (axis[0] == 0 and axis[1] > 0) else -axis).tolist()
    return WayDown(x=x + 0.0, y=y + 0.0, straight=True)


def _leaving(objective: Objective, point: np.ndarray, axes: np.ndarray, found: Surroundings) -> WayDown:
    """Return the way to the lowest places of small circles: straight, where one of the vectors it may be falls."""
    tangent, lowest = (np.array([np.cos(a), np.sin(a)]) for a in (found.tangent, found.angle))
    flat = max((side * axis for axis in axes for side in (1, -1)), key=lambda axis: float(axis @ lowest))
    ways = [flat, lowest, tangent] if flat @ lowest > np.cos(_AXIS) else [lowest, tangent]
    reach = found.radius * _FRACTIONS
    along = (point + reach[None, :, None] * np.stack(ways)[:, None]).reshape(-1, 2)
    rises = objective.values(along).reshape(len(ways), -1) - objective.values(point[None])
    for way, heights in zip(ways, rises, strict=True):
        if heights[0] <= -_CLEARLY * found.depth and (heights <= 0).all():
            x, y = (way.round(12) + 0.0).tolist()
            return WayDown(x=x, y=y, straight=True)
    x, y = ((flat if flat @ lowest > np.cos(_AXIS) else tangent).round(9) + 0.0).tolist()
    return WayDown(x=x, y=y, straight=False)


def told_curvatures(objective: Objective, point: np.ndarray, hessian: np.ndarray, size: float) -> tuple[float, float]:
    """Return a critical point's curvatures, smaller first: 0 for one that is rounding, or only where the place is off.

    As beside an inflection: the curvature of x^3 is as far from 0 as the place is. size: the view's diagonal.
    """
    ways = _KNOWN * size * np.stack([RING.real, RING.imag], -1)[::8]
    beside = objective.derivatives(point + ways)[2]
    found = np.array(eigenvalues(hessian), dtype=np.float64)
    with np.errstate(invalid="ignore"):
        apart = np.abs(np.stack(eigenvalues(beside)) - found[:, None])
    off = np.max(np.where(np.isfinite(apart), apart, 0.0), axis=1)
    small, large = np.where(np.abs(found) <= np.maximum(off, _ROUNDED * np.abs(found).max()), 0.0, found).tolist()
    return small, large


def told_by_hessian(
    objective: Objective,
    places: np.ndarray,
    heights: np.ndarray,
    hessians: np.ndarray,
    size: float,
) -> np.ndarray:
    """Tell (n,) where the heights beside a point are those of its Hessian, along both of its axes, beyond rounding.

    There the kind is sure, however little the surface bends beside what it does elsewhere in the view.
    """
    if not len(places):
        return np.zeros(0, dtype=bool)
    curvatures, axes = np.linalg.eigh(np.where(np.isfinite(hessians), hessians, 0.0))
    found = np.zeros(len(places), dtype=bool)
    sizes = np.abs(curvatures)
    round_enough = sizes.min(axis=1) > _ROUND * sizes.max(axis=1)
    for radius in (share * size for share in _BESIDE):
        offsets = radius * np.swapaxes(axes, 1, 2)  # rows: the axes
        around = (places[:, None, None] + np.stack([offsets, -offsets], 2)).reshape(-1, 2)
        rises = objective.values(around).reshape(-1, 2, 2) - heights[:, None, None]
        told = (curvatures * radius**2 / 2)[:, :, None]
        sure = np.abs(told) > 1e-12 * np.abs(heights)[:, None, None]
        with np.errstate(invalid="ignore"):  # on either side: beside an inflection the mean of both is a hollow's
            seen = (sure & (np.abs(rises - told) <= 0.2 * np.abs(told))).all(axis=(1, 2))
        found |= seen & (round_enough | (radius > _NEEDLE * size))
    return found


def creased(
    points: list[CriticalPoint], objective: Objective, hessians: np.ndarray, size: float
) -> list[CriticalPoint]:
    """Mark as kinks, and judge by their ring, the points whose Hessian holds on one side of a crease only, or nowhere.

    Across a crease heights grow no faster than the square of the distance; where a smooth surface is flat to second
    order, as a monkey saddle's middle is, they grow at least with its cube. A slope of |t| at 0 is set to 0, and so a
    point in the very fold of a crease looks smooth: heights that grow with the distance itself give it away.
    """
    if not points:
        return points
    radius = 1e-4 * size
    ring = radius * np.stack([RING.real, RING.imag], -1)[::4]
    places = np.asarray([p.point for p in points])
    around = (places[:, None] + ring).reshape(-1, 2)
    rises = objective.values(around).reshape(len(points), -1) - np.asarray([p.value for p in points])[:, None]
    told = np.einsum("ri,nij,rj->nr", ring, hessians, ring) / 2
    telling = np.abs(told) > 0.2 * np.abs(told).max(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        other = telling & (np.sign(rises) == -np.sign(told)) & (np.abs(rises) > 0.5 * np.abs(told))
        heights = np.abs([p.value for p in points])[:, None]
        unsure = np.array([p.degenerate for p in points])[:, None]
        folded = unsure & (
            np.abs(rises) > np.maximum(20 * np.abs(told).max(axis=1, keepdims=True), 1e-12 * (1 + heights))
        )
    if other.any() or folded.any():
        halfway = (places[:, None] + ring / 2).reshape(-1, 2)
        near = objective.values(halfway).reshape(len(points), -1) - np.asarray([p.value for p in points])[:, None]
        with np.errstate(invalid="ignore"):
            other &= np.abs(rises) < 6 * np.abs(near)
            folded &= np.abs(rises) < 3 * np.abs(near)
    unlike = {True: {"kink": True, "degenerate": True, "eigenvalues": (np.nan, np.nan)}, False: {}}
    return [
        CriticalPoint(**{**p.__dict__, "kink": True, "degenerate": True} | unlike[fold]) if creased or fold else p
        for p, creased, fold in zip(points, other.any(axis=1), folded.any(axis=1).tolist(), strict=True)
    ]


def rounding_of(value: float) -> float:
    """Return a difference of heights that may be rounding."""
    return 1e-14 * max(1.0, abs(value))
