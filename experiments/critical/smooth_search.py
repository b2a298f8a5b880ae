"""Newton's method from a grid of starts, and from what the picture shows: where a view's gradient vanishes."""

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from experiments.critical.curve import CriticalCurve
from experiments.critical.curve_search import critical_curves, on_curves
from experiments.critical.drawn_features import HOLLOW, PASS, PEAK, Features, drawn_features, spread_out, unexplained
from experiments.critical.far_middles import far_middles
from experiments.critical.kinds import RING, RINGS, creased, is_weak, judged_by_ring, rounding_of, told_by_hessian
from experiments.critical.point import CriticalPoint, clean, stacked
from experiments.critical.rings import stand_lowest
from experiments.objective.blur import blurred
from experiments.objective.derivatives import (
    eigenvalues,
    newton_steps,
    valley_steps,
)
from experiments.objective.heights import Surface, surface_at
from experiments.objective.objective import Objective
from experiments.setup.allowed import Box

SEEDS = 96  # starts a side of the view
CAP = 6_000  # critical points reported
MOST_SURE = SEEDS**2 // 3  # with more than these the starts were too few to be sure of all
_MANY = 1_000  # points: with more of them some lie closer than the starts, and a finer grid is laid between them
_PAIRS = 256  # of points closer to each other than the starts: with more of them they are those of a curve
_FINE = 481  # its points a side
SAME = 1e-6  # of the view's diagonal: nearer points are one
_DOUBTFUL = 300  # points reported whose Hessian does not tell their kind: each needs a look of its own
_SEEN = 256  # features of the picture that are followed
_BESIDE = 2e-3  # of the view's diagonal: so near a curve points whose Hessian tells no kind are taken for its own
_FOLD = 1e-7  # of the view's diagonal: so near a smooth point the gradient is what the Hessian tells
_DAMPED = 12  # damped steps, at most
_FEW = 64  # crowded places that are followed
_ITERATIONS, FEWER, _MORE = 48, 16, 400  # of Newton's method; fewer from starts that are close already
_DRAWN_IN = 20  # starts: a degenerate point draws in more than so many
_SAME_CELL = 1e-4  # of the view's diagonal: ends in a square of this side were drawn to one point
_ASTRAY = 1e-5  # of the view's diagonal: so far from a point whose one curvature leads there
_FLAT = 1e-9  # curvature times diagonal squared over the spread of heights: below it the surface is flat


class Local(NamedTuple):
    """Starts and the ends that they led to, each (n, 2), and height, gradient and Hessian at the ends."""

    starts: np.ndarray
    ends: np.ndarray
    heights: np.ndarray
    slopes: np.ndarray
    hessians: np.ndarray

    def take(self, rows: np.ndarray) -> "Local":
        """Return these rows."""
        return Local(*(part[rows] for part in self))

    def with_more(self, other: "Local") -> "Local":
        """Return these rows and then the other's."""
        return Local(*(np.concatenate(both) for both in zip(self, other, strict=True)))


class Found(NamedTuple):
    """Critical points, level curves of these, and whether nothing that was found is left out."""

    points: list[CriticalPoint]
    curves: list[CriticalCurve]
    complete: bool


def smooth_points(objective: Objective, window: Box, size: float, surface: Surface, features: Features) -> Found:
    """Return where in the window the gradient vanishes; features: of the heights that are drawn."""
    (x0, x1), (y0, y1) = window
    x = x0 + (x1 - x0) * (np.arange(SEEDS) + 0.5) / SEEDS
    y = y0 + (y1 - y0) * (np.arange(SEEDS) + 0.5) / SEEDS
    starts = _likely(objective, x, y) if objective.form.is_smoothed else np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    if not len(starts):
        return Found([], [], True)
    ends = objective.newton(starts, size / SEEDS, FEWER if objective.form.is_smoothed else _ITERATIONS)
    heights, slopes, hessians = objective.derivatives(ends)
    slow = np.zeros(0) if objective.form.is_smoothed else _slow(ends, slopes, hessians, ends != starts, size, surface)
    if len(slow):
        ends = _followed(objective, ends, slow, size)
        heights, slopes, hessians = objective.derivatives(ends)
    local = Local(starts, ends, heights, slopes, hessians)
    order = _best_first(local, _kept(local, window, size, surface), size)
    if not objective.form.is_smoothed:
        order, local = _with_lone(objective, window, size, surface, features, order, local)
    small, large = eigenvalues(local.hessians)
    weak = np.zeros(len(local.ends), dtype=bool)
    weak[order] = ~told_by_hessian(objective, local.ends[order], local.heights[order], local.hessians[order], size)
    doubtful = order[weak[order]]
    curves = critical_curves(objective, window, surface.spread, local.ends[doubtful])
    near = on_curves(curves, local.ends[doubtful], local.heights[doubtful], size, surface.spread, _BESIDE)
    alone = doubtful[~near]
    with np.errstate(all="ignore"):  # a Hessian of one curvature alone has no Newton's step, and yet a slope along that
        left = np.hypot(*valley_steps(local.slopes[alone], local.hessians[alone]).T)
    alone = alone[~(left > _ASTRAY * size)]
    sure = order[~weak[order]]
    ends_of_curves = on_curves(curves, local.ends[sure], local.heights[sure], size, surface.spread)
    sure = sure[~ends_of_curves]
    rank = np.where(small[sure] > 0, 0, np.where(large[sure] < 0, 1, 2))
    sure = sure[np.argsort(rank, kind="stable")]  # where the list is cut, minima stay
    complete = len(sure) <= MOST_SURE and len(alone) <= _DOUBTFUL
    order = np.concatenate([sure[:CAP], alone[:_DOUBTFUL]])
    points = [
        CriticalPoint(
            point=clean(local.ends[i], size),
            value=float(local.heights[i]),
            kind="minimum" if small[i] > 0 else "maximum" if large[i] < 0 else "saddle",
            eigenvalues=(float(small[i]), float(large[i])),
            degenerate=bool(weak[i]),
        )
        for i in order
    ]
    points = judged_by_ring(creased(points, objective, local.hessians[order], size), objective, size)
    if not objective.form.is_smoothed:
        points = _beside_no_drop(points, objective, size, surface)
    if len(slow):
        points += far_middles(objective, local.ends[slow], window, size, points)
    return Found(points, curves, complete)


def _with_lone(
    objective: Objective,
    window: Box,
    size: float,
    surface: Surface,
    features: Features,
    order: np.ndarray,
    local: Local,
) -> tuple[np.ndarray, Local]:
    """Return the rows of what is kept, and all ends, with those that draw in few of the starts or none."""
    seen = _refined(objective, local.take(order), features, surface)
    if seen is not None:
        more = _kept(seen, window, size, surface)
        order, local = np.concatenate([order, len(local.ends) + more]), local.with_more(seen)
        order = _best_first(local, order, size)
    crowded = _halfway(objective, local.ends[order], surface)
    if crowded is not None:
        more = _kept(crowded, window, size, surface, however_flat=True)
        _, places, heights, _, hessians = crowded.take(more)
        more = more[told_by_hessian(objective, places, heights, hessians, size)]
        order, local = np.concatenate([order, len(local.ends) + more]), local.with_more(crowded)
        order = _best_first(local, order, size)
    if len(order) > _MANY:
        between = _between(objective, window, local.ends[order])
        more = _kept(between, window, size, surface)
        order, local = np.concatenate([order, len(local.ends) + more]), local.with_more(between)
        order = _best_first(local, order, size)
    return order, local


def _beside_no_drop(
    points: list[CriticalPoint], objective: Objective, size: float, surface: Surface
) -> list[CriticalPoint]:
    """Return the points without those minima beside which the ground jumps down: there a gradient says nothing."""
    minima = [p for p in points if p.kind == "minimum" and p.degenerate]  # the others' heights are their Hessians'
    heights = np.array([p.value for p in minima])
    low = stand_lowest(objective, stacked(minima), heights, size, surface.spread, exactly=False)
    dropped = {id(p) for p, stays in zip(minima, low.tolist(), strict=True) if not stays}
    return [p for p in points if id(p) not in dropped]


def _best_first(local: Local, rows: np.ndarray, size: float) -> np.ndarray:
    """Return these rows, the one with the least gradient first, each place once."""
    order = rows[np.argsort(np.hypot(*local.slopes[rows].T), kind="stable")]
    found: np.ndarray = order[distinct(local.ends[order], SAME * size)]
    return found


def _is_level(local: Local, size: float, surface: Surface) -> np.ndarray:
    """Tell where the Hessian may be too flat, along one axis or both, to tell a point's kind."""
    small, large = eigenvalues(local.hessians)
    with np.errstate(invalid="ignore", over="ignore"):
        curvature = np.maximum(np.abs(small), np.abs(large))
        return np.asarray(is_weak(small, large) | (curvature * size**2 <= 1e-4 * surface.spread))


def _kept(local: Local, window: Box, size: float, surface: Surface, however_flat: bool = False) -> np.ndarray:
    """Return the indices of ends that stand still on level ground within the window.

    however_flat: also those that bend by too little to be seen and that no crowd of starts came to.
    """
    (x0, x1), (y0, y1) = window
    starts, ends, heights, slopes, hessians = local
    with np.errstate(invalid="ignore", over="ignore"):
        gradients, (small, large) = np.hypot(*slopes.T), eigenvalues(hessians)
        last = np.hypot(*newton_steps(slopes, hessians).T)
        curvature = np.maximum(np.abs(small), np.abs(large))
        inside = (ends >= [x0, y0]).all(1) & (ends <= [x1, y1]).all(1)
        still = (last <= 1e-9 * size) | ((gradients == 0) & np.isfinite(heights))
        curved = curvature * size**2 > _FLAT * surface.spread
        level = gradients * size <= 1e-6 * surface.spread
    if however_flat:
        return np.flatnonzero(np.isfinite(ends).all(1) & inside & still & level & (curvature > 0))
    weak = _is_level(local, size, surface)
    # a start that lies in a flat place by itself says nothing; one that Newton's steps led to a point does
    moved = np.hypot(*(ends - starts).T) > 0
    keep = np.flatnonzero(np.isfinite(ends).all(1) & inside & still & level & (curved | (weak & moved & ~curved)))
    found: np.ndarray = keep[curved[keep] | _isolated(ends[keep], size)]
    return found


def _refined(objective: Objective, known: Local, features: Features, surface: Surface) -> Local | None:
    """Return what the drawn features lead to that no known point explains: damped steps, since they may be narrow."""
    small, large = eigenvalues(known.hessians)
    kinds = np.where(small > 0, HOLLOW, np.where(large < 0, PEAK, PASS))
    left = features.take(unexplained(features, known.ends, known.heights, kinds, surface))
    left = spread_out(left, _SEEN, surface)
    if not len(left.kinds):
        return None
    cell = float(np.hypot(surface.x[1] - surface.x[0], surface.y[1] - surface.y[0]))
    near = damped_search(objective, left.places, left.kinds, cell)
    ends = objective.newton(near, cell / 8, FEWER)
    astray = np.hypot(*(ends - left.places).T) > 8 * cell
    astray |= _folded(objective, ends, _FOLD * surface.size)  # no slope in a crease is none that vanishes
    ends = np.where(astray[:, None], np.nan, ends)
    return Local(left.places, ends, *objective.derivatives(ends))


def _halfway(objective: Objective, known: np.ndarray, surface: Surface) -> Local | None:
    """Return what Newton's steps lead to from halfway between points that lie closer together than the starts.

    Between two passes side by side lies a hollow or a peak that may draw in no start.
    """
    cell = surface.size / SEEDS
    tree = cKDTree(known)
    if not len(known) or len(known) > _MANY:
        return None
    pairs = tree.query_pairs(cell, output_type="ndarray")
    if not 0 < len(pairs) <= _PAIRS:
        return None
    one, other = known[pairs[:, 0]], known[pairs[:, 1]]
    starts = (one + other) / 2
    ends = objective.newton(starts, cell / 8, FEWER)
    astray = np.hypot(*(ends - starts).T) > np.hypot(*(one - other).T)
    ends = np.where(astray[:, None], np.nan, ends)
    return Local(starts, ends, *objective.derivatives(ends))


def _between(objective: Objective, window: Box, known: np.ndarray) -> Local:
    """Return what Newton's steps lead to from those points of a fine grid that lie one short step from no known point.

    Where many critical points are close together some draw in none of the starts.
    """
    x, y = (np.linspace(low, high, _FINE) for low, high in window)
    cell = np.array([x[1] - x[0], y[1] - y[0]])
    places = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    _, slopes, hessians = objective.derivatives(places)
    step = newton_steps(slopes, hessians)
    near = np.flatnonzero((np.abs(step) <= 1.5 * cell).all(axis=1) & (step != 0).any(axis=1))
    gaps = cKDTree(known / cell).query((places + step)[near] / cell)[0]
    starts = places[near[gaps > 0.5]]
    ends = objective.newton(starts, float(np.hypot(*cell)), FEWER)
    return Local(starts, ends, *objective.derivatives(ends))


def _folded(objective: Objective, places: np.ndarray, reach: float) -> np.ndarray:
    """Tell at which places (n, 2) the gradient jumps: on either side it differs by more than the Hessian tells."""
    hessians = objective.derivatives(places)[2]
    found = np.zeros(len(places), dtype=bool)
    for way in reach * np.array([[0.8, 0.6], [-0.6, 0.8]]):
        jump = objective.derivatives(places + way)[1] - objective.derivatives(places - way)[1]
        with np.errstate(invalid="ignore", over="ignore"):
            found |= np.hypot(*jump.T) > 100 * np.hypot(*(2 * hessians @ way).T) + 1e-300
    return found


def damped_search(objective: Objective, places: np.ndarray, kinds: np.ndarray, cell: float) -> np.ndarray:
    """Return where damped Newton's steps lead from places (n, 2): down to a hollow, up to a peak.

    The Hessian is taken with its eigenvalues' absolute values; a step that leads the wrong way is not made, and the
    next is shorter. A pass stays where it is.
    """
    found, reach = np.array(places, dtype=np.float64), np.full(len(places), cell / 2)
    heights, slopes, hessians = objective.derivatives(found)
    for _ in range(_DAMPED):
        with np.errstate(all="ignore"):
            bends, axes = np.linalg.eigh(np.where(np.isfinite(hessians), hessians, 0.0))
            parts = np.einsum("nij,ni->nj", axes, -kinds[:, None] * slopes) / np.abs(bends)
            step = np.einsum("nij,nj->ni", axes, np.where(np.isfinite(parts), parts, 0.0))
            length = np.hypot(*step.T)
            step *= np.minimum(1.0, reach / np.where(length > 0, length, 1.0))[:, None]
        fresh = objective.derivatives(found + step)
        with np.errstate(invalid="ignore"):
            better = (fresh[0] - heights) * kinds < 0
        found = np.where(better[:, None], found + step, found)
        heights, slopes, hessians = (
            np.where(better.reshape(-1, *[1] * (old.ndim - 1)), new, old)
            for new, old in zip(fresh, (heights, slopes, hessians), strict=True)
        )
        reach = np.where(better, np.minimum(2 * reach, cell), reach / 4)
        if not better.any() and reach.max() < 1e-6 * cell:
            break
    return found


def _slow(
    ends: np.ndarray, slopes: np.ndarray, hessians: np.ndarray, moved: np.ndarray, size: float, surface: Surface
) -> np.ndarray:
    """Return the indices of ends on level ground that Newton's steps still move.

    They come to a point as flat as the middle of x⁶ by a fifth of what is left a step.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        on_the_way = np.hypot(*newton_steps(slopes, hessians).T) > 1e-9 * size
        level = np.hypot(*slopes.T) * surface.size <= 1e-6 * surface.spread
    return np.flatnonzero(on_the_way & level & moved.any(axis=1) & np.isfinite(ends).all(axis=1))


def _followed(objective: Objective, ends: np.ndarray, slow: np.ndarray, size: float) -> np.ndarray:
    """Return the ends; where many of the slow ones are at one place all of these stand where the first is led to.

    Unless heights on the circle that would tell its kind are all the same but for rounding.
    """
    cells = np.round(ends[slow] / (10 * _SAME_CELL * size))
    _, first, cell, counts = np.unique(cells, axis=0, return_index=True, return_inverse=True, return_counts=True)
    crowded = np.argsort(-counts, kind="stable")[:_FEW]
    crowded = crowded[counts[crowded] >= _DRAWN_IN]
    if not len(crowded):
        return ends
    led_to = objective.newton(ends[slow[first[crowded]]], size / SEEDS, _MORE)
    circle = RINGS[-1] * size * np.stack([RING.real, RING.imag], -1)
    around = objective.values((led_to[:, None] + circle).reshape(-1, 2)).reshape(len(led_to), -1)
    heights = objective.values(led_to)
    found = ends.copy()
    for place, end, height, ring in zip(crowded, led_to, heights, around, strict=True):
        if np.nanmax(np.abs(ring - height), initial=0.0) > rounding_of(height):
            found[slow[cell.reshape(-1) == place]] = end
    return found


def _likely(objective: Objective, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the points of a grid over the smoothed surface from which Newton's step is short, (n, 2)."""
    sigma = objective.number("smoothing")
    counts = [int(np.clip((c[-1] - c[0]) / sigma, SEEDS, 4 * SEEDS)) for c in (x, y)]
    x, y = np.linspace(x[0], x[-1], counts[0]), np.linspace(y[0], y[-1], counts[1])
    grid = blurred(objective, x, y)
    if grid is None:  # next to no smoothing: the critical points are near those of the surface itself
        plain = objective.without("smoothing")
        window = ((float(x[0]), float(x[-1])), (float(y[0]), float(y[-1])))
        drawn = surface_at(plain, window)
        known = smooth_points(plain, window, drawn.size, drawn, drawn_features(drawn))
        return np.concatenate([stacked(known.points), *(curve.places for curve in known.curves)])
    steps = newton_steps(grid.slopes.reshape(-1, 2), grid.hessians.reshape(-1, 2, 2))
    near = np.hypot(*steps.T) <= 1.2 * max(x[1] - x[0], y[1] - y[0])
    found: np.ndarray = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)[near][: SEEDS**2]
    return found


def _isolated(ends: np.ndarray, size: float) -> np.ndarray:
    """Tell which ends many starts share: a degenerate point draws them in, a plateau leaves each where it was."""
    cells = np.round(ends / (_SAME_CELL * size)).astype(np.int64)
    _, inverse, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    return counts[inverse.reshape(-1)] >= _DRAWN_IN


def distinct(points: np.ndarray, distance: float) -> np.ndarray:
    """Return the indices of the first of each group of points nearer than distance."""
    first = np.unique(np.round(points / distance), axis=0, return_index=True)[1]
    first.sort()  # of those in one small cell the first stands for all
    cells = np.floor(points[first] / (2 * distance)).astype(np.int64)
    taken: dict[tuple[int, int], list[int]] = {}
    kept = []
    for i, (cx, cy) in zip(first.tolist(), cells.tolist(), strict=True):
        near = (j for dx in (-1, 0, 1) for dy in (-1, 0, 1) for j in taken.get((cx + dx, cy + dy), ()))
        if all(np.hypot(*(points[i] - points[j])) > distance for j in near):
            taken.setdefault((cx, cy), []).append(i)
            kept.append(i)
    return np.asarray(kept, dtype=int)
