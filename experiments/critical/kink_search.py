"""Minima without a curvature: tips, creases and flanks that steepen without bound, found by comparing heights alone."""

import numpy as np
from scipy.spatial import cKDTree

from experiments.critical.curve import CriticalCurve, on_polyline
from experiments.critical.curve_search import critical_curves, on_curves
from experiments.critical.drawn_features import HOLLOW, Features, spread_out, unexplained
from experiments.critical.kinds import RING
from experiments.critical.point import CriticalPoint, clean, stacked
from experiments.critical.rings import lowest_on_circles, stand_lowest
from experiments.critical.smooth_search import SAME, distinct
from experiments.objective.derivatives import eigenvalues
from experiments.objective.heights import Surface
from experiments.objective.objective import Objective
from experiments.setup.allowed import Box

_SEEN = 1e-3  # of the view's diagonal: lower ground so near a point without a gradient makes it no minimum
_AROUND = 1e-2  # of the view's diagonal: a point that is as high as places so far away may lie on a curve of minima
_FLAT = 0.2  # share of that circle as high as its middle: on flat ground
_MOST = 1_024  # hollows that are followed
_LED = 30  # of Newton's steps: with each a third of the way to a minimum as flat as x^4's is left behind
_OUT = 1e-12  # of the view's diagonal: so far beyond the window's border a place is on it
_SMALLEST = 1e-16  # of the view's diagonal: circles shrink no further
_LEAST_GROWTH, _SMOOTH_GROWTH, _MOST_GROWTH = 0.06, 1.97, 2.5  # powers of the distance with which heights grow
_WIDTHS = (3e-3, 1e-2, 3e-2)  # of the view's diagonal: circles on which a very flat minimum's heights grow
_STEP = 1e-9  # of the view's diagonal: where the ground rises so near already by what it rises farther off, it jumps
_CIRCLE = np.stack([RING.real, RING.imag], -1)


def kink_minima(
    objective: Objective,
    window: Box,
    size: float,
    surface: Surface,
    features: Features,
    smooth: list[CriticalPoint],
    curves: list[CriticalCurve],
) -> tuple[list[CriticalPoint], list[CriticalCurve]]:
    """Return the minima in hollows that no smooth one explains, refined by a shrinking circle, and curves of them."""
    known = [p for p in smooth if p.kind == "minimum"]
    heights = np.array([p.value for p in known])
    hollows = features.take(np.flatnonzero(features.kinds == HOLLOW))
    left = hollows.take(unexplained(hollows, stacked(known), heights, np.full(len(known), HOLLOW), surface))
    cell = size / len(surface.x)
    seeds = spread_out(left.take(~_beside(curves, left, cell, 1e-9 * surface.spread)), _MOST, surface).places
    seeds = np.concatenate([seeds, _on_border(surface)])
    if not len(seeds):
        return [], []
    points, heights = _circled(objective, seeds, cell, size, np.zeros(len(seeds)))
    (x0, x1), (y0, y1) = window
    border = np.clip(points, [x0, y0], [x1, y1])
    points = np.where(np.abs(points - border) <= _OUT * size, border, points)
    inside = ((points >= [x0, y0]) & (points <= [x1, y1])).all(axis=1)
    points, heights = points[inside], heights[inside]
    order = np.argsort(heights, kind="stable")
    order = order[distinct(points[order], 10 * SAME * size)]
    points, heights = points[order], heights[order]
    if not len(points):
        return [], []
    slack = 1e-12 * np.maximum(np.abs(heights), min(1.0, surface.spread))
    ring = objective.values((points[:, None] + _AROUND * size * _CIRCLE).reshape(-1, 2)).reshape(len(points), -1)
    uneven = (np.abs(ring - heights[:, None]) <= slack[:, None]).mean(axis=1) < _FLAT  # else it is flat ground
    bowls, in_bowl = _bowls(objective, points, heights, known, size)
    is_on = on_curves(curves, points, heights, size, surface.spread)
    bowls = [p for p, is_of_curve in zip(bowls, is_on[in_bowl].tolist(), strict=True) if not is_of_curve]
    uneven &= ~in_bowl | is_on
    points, heights, slack = points[uneven], heights[uneven], slack[uneven]
    if not len(points):
        return bowls, []
    level = ~on_curves(curves, points, heights, size, surface.spread)
    level &= np.abs(lowest_on_circles(objective, points, _AROUND * size) - heights) <= slack
    found = critical_curves(objective, window, surface.spread, points[level])
    found = [curve for curve in found if curve.kind == "minimum"]
    alone = ~on_curves([*curves, *found], points, heights, size, surface.spread)
    return bowls + _alone(objective, points[alone], known, size, surface.spread), found


@np.errstate(all="ignore")
def _bowls(
    objective: Objective,
    points: np.ndarray,
    heights: np.ndarray,
    known: list[CriticalPoint],
    size: float,
) -> tuple[list[CriticalPoint], np.ndarray]:
    """Return those of the points (n, 2) that are minima on a flat floor, as of x²⁰ + y²⁰, and tell which these are.

    However little the ground rises there beside what it does in the view, it rises with a power of the distance.
    """
    if not len(points):
        return [], np.zeros(0, dtype=bool)
    rings = points[:, None, None] + size * np.array(_WIDTHS)[:, None, None] * _CIRCLE
    rises = objective.values(rings.reshape(-1, 2)).reshape(rings.shape[:-1]) - heights[:, None, None]
    powers = np.diff(np.log(rises), axis=1) / np.diff(np.log(_WIDTHS))[:, None]
    even = np.abs(powers[:, 0] - powers[:, 1]) <= 0.5 * powers.max(axis=1)
    is_bowl = (rises > 0).all(axis=(1, 2)) & (powers > _MOST_GROWTH).all(axis=(1, 2)) & even.all(axis=1)
    if known:
        is_bowl &= cKDTree(stacked(known)).query(points)[0] > _SEEN * size
    at = np.flatnonzero(is_bowl)
    around = lowest_on_circles(objective, points[at], _AROUND * size)  # a line may pass between the places looked at
    is_bowl[at] = around - heights[at] > 1e-15 * np.abs(heights[at])
    found = [
        CriticalPoint(point=clean(points[i], size), value=float(heights[i]), kind="minimum", degenerate=True)
        for i in np.flatnonzero(is_bowl)
    ]
    return found, is_bowl


def _on_border(surface: Surface) -> np.ndarray:
    """Return the nodes (n, 2) of the window's border that lie lower than all beside them."""
    z = np.where(np.isfinite(surface.z), surface.z, np.inf)
    wide = np.pad(z, 1, constant_values=np.inf)
    rows, columns = z.shape
    around = [wide[i : i + rows, j : j + columns] for i in range(3) for j in range(3) if (i, j) != (1, 1)]
    low = z < np.min(around, axis=0)
    low[1:-1, 1:-1] = False
    row, column = np.nonzero(low)
    return np.stack([surface.x[column], surface.y[row]], -1)


def _alone(
    objective: Objective,
    points: np.ndarray,
    known: list[CriticalPoint],
    size: float,
    spread: float,
) -> list[CriticalPoint]:
    """Return those of the points (n, 2) that are minima and not known, led once more, straight along their creases."""
    if not len(points):
        return []
    points, heights = _circled(objective, points, _SEEN * size, size, _creases(objective, points, size))
    order = distinct(points, 10 * SAME * size)
    if known:
        order = order[~_led_to_known(objective, points[order], heights[order], known, size)]
    judged = [_judged(objective, points[i], float(heights[i]), size, spread) for i in order.tolist()]
    result = [point for point in judged if point is not None]
    if not result:
        return []
    around = lowest_on_circles(objective, stacked(result), _SEEN * size)
    # no step of a sloping crease
    result = [p for p, lowest in zip(result, around, strict=True) if not lowest < p.value]
    heights = np.array([p.value for p in result])
    low = stand_lowest(objective, stacked(result), heights, size, spread, exactly=True)
    return [p for p, stays in zip(result, low.tolist(), strict=True) if stays]


def _led_to_known(
    objective: Objective, points: np.ndarray, heights: np.ndarray, known: list[CriticalPoint], size: float
) -> np.ndarray:
    """Tell which points (n, 2) of these heights (n,) are a known minimum, or lie on its floor, where heights are lost.

    There Newton's steps, which look at slopes, still lead to it.
    """
    gaps, nearest = cKDTree(stacked(known)).query(points)
    found = np.asarray(gaps <= 10 * SAME * size)
    ends = objective.newton(points, _SEEN * size, _LED)
    left = np.hypot(*(ends - stacked(known)[nearest]).T)
    lower = np.array([p.value for p in known])[nearest] <= heights
    return np.asarray(found | ((gaps <= _SEEN * size) & (left <= 0.5 * gaps) & lower))


def _beside(curves: list[CriticalCurve], hollows: Features, cell: float, slack: float) -> np.ndarray:
    """Tell which hollows are those of a curve of minima."""
    found = np.zeros(len(hollows.places), dtype=bool)
    for curve in curves:
        if curve.kind == "minimum":
            gaps = np.hypot(*(on_polyline(curve.places, hollows.places)[0] - hollows.places).T)
            found |= (gaps <= 2 * cell) & (hollows.heights >= curve.value - slack)
    return found


def _creases(objective: Objective, points: np.ndarray, size: float) -> np.ndarray:
    """Return the angles (n,) of the ways along which the surface bends least beside these points."""
    hessians = objective.derivatives(points + 1e-6 * size * np.array([0.6, 0.8]))[2]
    axes = np.linalg.eigh(np.where(np.isfinite(hessians), hessians, 0.0))[1]
    return np.asarray(np.arctan2(axes[:, 1, 0], axes[:, 0, 0]))


def _circled(
    objective: Objective, seeds: np.ndarray, radius: float, size: float, angles: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Walk each seed to the lowest point of a circle around it, which shrinks when nothing on it is lower.

    angles (n,): of one of the circle's points.
    """
    points, radii = seeds.copy(), np.full(len(seeds), radius)
    heights = objective.values(points)
    circle = _CIRCLE if len(seeds) <= 64 else _CIRCLE[::4]
    going = np.arange(len(seeds))
    for turn in range(120):
        more = 0.0 if len(circle) == len(_CIRCLE) else turn % 2 * turn * np.pi / 19
        cos, sin = np.cos(angles[going] + more), np.sin(angles[going] + more)
        turned = circle @ np.moveaxis(np.array([[cos, sin], [-sin, cos]]), -1, 0)
        around = points[going, None] + radii[going, None, None] * turned
        z = np.nan_to_num(objective.values(around.reshape(-1, 2)).reshape(len(going), -1), nan=np.inf)
        best = np.argmin(z, axis=1)
        rows = np.arange(len(going))
        lower = z[rows, best] < heights[going]
        points[going] = np.where(lower[:, None], around[rows, best], points[going])
        heights[going] = np.where(lower, z[rows, best], heights[going])
        radii[going] = np.where(lower, radii[going], radii[going] * 0.6)
        going = going[radii[going] > _SMALLEST * size]
        if not len(going):
            break
    return points, heights


def _judged(objective: Objective, point: np.ndarray, height: float, size: float, spread: float) -> CriticalPoint | None:
    """Return the point as the minimum that it is, None where it is none.

    The surface must rise on every side, as at the tip of a cone, in a cusp, or as |x|^1.5 does: with a power of the
    distance below the second it has no curvature. On some sides it may jump up. Not where it falls without end: from
    the depth reached there, near and far rise by nearly the same.
    """
    place = clean(point, size)
    at_place = float(objective.values(np.array([place]))[0])
    if not at_place <= height + 1e-12 * max(abs(height), min(1.0, spread)):
        return None  # a jump up at zero itself: the heights tend to this one, and no place has it
    near, far = 1e-5 * size, 1e-4 * size
    rings = np.array([objective.values(point + r * _CIRCLE) for r in (_STEP * size, near, far)])
    touching, *rises = rings - height
    if not (float(np.min(rises[0])) > 0 and float(np.min(rises[1])) > 0):
        return None
    with np.errstate(all="ignore"):
        powers = np.log10(rises[1] / rises[0])
        nearer, farther = np.abs(np.diff(rings, axis=0))  # what falls without end falls the more the nearer
        jumps = (powers < _LEAST_GROWTH) & (nearer <= farther + 1e-12 * np.abs(rings[0]))
        jumps &= rises[0] < 1.15 * touching
        on = ~jumps if not jumps.all() else jumps
        growth = float(np.log10(np.median(rises[1][on]) / np.median(rises[0][on])))
        least = float(powers.min())
    grows = _LEAST_GROWTH < growth < _MOST_GROWTH or bool(jumps.all())
    if not grows or not float(np.median(rises[1][on])) > 1e-9 * spread:
        return None
    if least < _SMOOTH_GROWTH:
        return CriticalPoint(point=place, value=min(height, at_place) + 0.0, kind="minimum", kink=True)
    _, slopes, hessians = objective.derivatives(point[None])
    small, large = (float(part[0]) for part in eigenvalues(hessians))
    if not np.hypot(*slopes[0]) * size <= 1e-6 * spread or not np.isfinite(large):
        return None
    return CriticalPoint(point=clean(point, size), value=height, kind="minimum", eigenvalues=(small, large))
