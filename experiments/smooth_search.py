"""Newton's method from a grid of starts: the points of a view at which the gradient vanishes."""

import numpy as np

from experiments import objective
from experiments.blur import blurred
from experiments.critical_point import CriticalPoint, stacked
from experiments.derivatives import derivatives, eigenvalues, newton_search, newton_steps, values
from experiments.experiment import Box
from experiments.kinds import RING, RINGS, creased, is_weak, judged_by_ring, rounding_of, told_by_hessian
from experiments.surface import Surface, surface_at

SEEDS = 96  # starts a side of the view
CAP = 2_000  # critical points reported; more are counted as incomplete
SAME = 1e-6  # of the view's diagonal: nearer points are one
_FEW = 64  # crowded places that are followed
_ITERATIONS, FEWER, _MORE = 48, 16, 400  # of Newton's method; fewer from starts that are close already
_DRAWN_IN = 20  # starts: a degenerate point draws in more than so many
_SAME_CELL = 1e-4  # of the view's diagonal: ends in a square of this side were drawn to one point
_FLAT = 1e-9  # curvature times diagonal squared over the spread of heights: below it the surface is flat


def smooth_points(
    form: objective.Form, numbers: np.ndarray, window: Box, size: float, surface: Surface
) -> tuple[list[CriticalPoint], bool]:
    """Return the points of the window at which the gradient vanishes, and whether they are all that were found."""
    (x0, x1), (y0, y1) = window
    x = x0 + (x1 - x0) * (np.arange(SEEDS) + 0.5) / SEEDS
    y = y0 + (y1 - y0) * (np.arange(SEEDS) + 0.5) / SEEDS
    starts = _likely(form, numbers, x, y) if form.is_smoothed else np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    if not len(starts):
        return [], True
    ends = newton_search(form, numbers, starts, size / SEEDS, FEWER if form.is_smoothed else _ITERATIONS)
    heights, slopes, hessians = derivatives(form, numbers, ends)
    slow = np.zeros(0) if form.is_smoothed else _slow(ends, slopes, hessians, ends != starts, size, surface)
    if len(slow):
        ends = _followed(form, numbers, ends, slow, size)
        heights, slopes, hessians = derivatives(form, numbers, ends)
    gradients, (small, large) = np.hypot(*slopes.T), eigenvalues(hessians)
    last = np.hypot(*newton_steps(slopes, hessians).T)
    curvature = np.maximum(np.abs(small), np.abs(large))
    inside = (ends >= [x0, y0]).all(1) & (ends <= [x1, y1]).all(1)
    with np.errstate(invalid="ignore", over="ignore"):
        still = (last <= 1e-9 * size) | ((gradients == 0) & np.isfinite(heights))
        curved = curvature * size**2 > _FLAT * surface.spread
        weak = is_weak(small, large)
        weak |= curvature * size**2 <= 1e-4 * surface.spread
        level = gradients * size <= 1e-6 * surface.spread
    # a start that lies in a flat place by itself says nothing; one that Newton's steps led to a point does
    moved = np.hypot(*(ends - starts).T) > 0
    keep = np.flatnonzero(np.isfinite(ends).all(1) & inside & still & level & (curved | (weak & moved & ~curved)))
    keep = keep[curved[keep] | _isolated(ends[keep], size)]
    order = keep[np.argsort(gradients[keep], kind="stable")]
    order = order[distinct(ends[order], SAME * size)]
    complete = len(order) <= CAP
    order = order[:CAP]
    weak[order] = ~told_by_hessian(form, numbers, ends[order], heights[order], hessians[order], size)
    points = [
        CriticalPoint(
            point=clean(ends[i], size),
            value=float(heights[i]),
            kind="minimum" if small[i] > 0 else "maximum" if large[i] < 0 else "saddle",
            eigenvalues=(float(small[i]), float(large[i])),
            degenerate=bool(weak[i]),
        )
        for i in order
    ]
    return judged_by_ring(creased(points, form, numbers, hessians[order], size), form, numbers, size), complete


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


def _followed(form: objective.Form, numbers: np.ndarray, ends: np.ndarray, slow: np.ndarray, size: float) -> np.ndarray:
    """Return the ends; where many of the slow ones are at one place all of these stand where the first is led to.

    Unless heights on the circle that would tell its kind are all the same but for rounding.
    """
    cells = np.round(ends[slow] / (10 * _SAME_CELL * size))
    _, first, cell, counts = np.unique(cells, axis=0, return_index=True, return_inverse=True, return_counts=True)
    crowded = np.argsort(-counts, kind="stable")[:_FEW]
    crowded = crowded[counts[crowded] >= _DRAWN_IN]
    if not len(crowded):
        return ends
    led_to = newton_search(form, numbers, ends[slow[first[crowded]]], size / SEEDS, _MORE)
    circle = RINGS[-1] * size * np.stack([RING.real, RING.imag], -1)
    around = values(form, numbers, (led_to[:, None] + circle).reshape(-1, 2)).reshape(len(led_to), -1)
    heights = values(form, numbers, led_to)
    found = ends.copy()
    for place, end, height, ring in zip(crowded, led_to, heights, around, strict=True):
        if np.nanmax(np.abs(ring - height), initial=0.0) > rounding_of(height):
            found[slow[cell.reshape(-1) == place]] = end
    return found


def _likely(form: objective.Form, numbers: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the points of a grid over the smoothed surface from which Newton's step is short, (n, 2)."""
    sigma = float(numbers[form.place("smoothing")])
    counts = [int(np.clip((c[-1] - c[0]) / sigma, SEEDS, 4 * SEEDS)) for c in (x, y)]
    x, y = np.linspace(x[0], x[-1], counts[0]), np.linspace(y[0], y[-1], counts[1])
    grid = blurred(form, numbers, x, y)
    if grid is None:  # next to no smoothing: the critical points are near those of the surface itself
        plain, given = form.without(numbers, "smoothing")
        window = ((float(x[0]), float(x[-1])), (float(y[0]), float(y[-1])))
        known = smooth_points(
            plain,
            given,
            window,
            float(np.hypot(x[-1] - x[0], y[-1] - y[0])),
            surface_at(plain, tuple(given.tolist()), window),
        )[0]
        return stacked(tuple(known))
    steps = newton_steps(grid.slopes.reshape(-1, 2), grid.hessians.reshape(-1, 2, 2))
    near = np.hypot(*steps.T) <= 1.2 * max(x[1] - x[0], y[1] - y[0])
    return np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)[near][: SEEDS**2]


def _isolated(ends: np.ndarray, size: float) -> np.ndarray:
    """Tell which ends many starts share: a degenerate point draws them in, a plateau leaves each where it was."""
    cells = np.round(ends / (_SAME_CELL * size)).astype(np.int64)
    _, inverse, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    return counts[inverse.reshape(-1)] >= _DRAWN_IN


def clean(point: np.ndarray, size: float) -> tuple[float, float]:
    """Return the point with coordinates that are zero but for rounding set to zero."""
    x, y = (0.0 if abs(c) < 1e-13 * size else float(c) for c in point)
    return x, y


def distinct(points: np.ndarray, distance: float) -> np.ndarray:
    """Return the indices of the first of each group of points nearer than distance."""
    cells = np.floor(points / (2 * distance)).astype(np.int64)
    taken: dict[tuple[int, int], list[int]] = {}
    kept = []
    for i, (cx, cy) in enumerate(cells.tolist()):
        near = (j for dx in (-1, 0, 1) for dy in (-1, 0, 1) for j in taken.get((cx + dx, cy + dy), ()))
        if all(np.hypot(*(points[i] - points[j])) > distance for j in near):
            taken.setdefault((cx, cy), []).append(i)
            kept.append(i)
    return np.asarray(kept, dtype=int)
