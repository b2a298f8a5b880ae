"""Minima without a gradient: the tips of cones and creases, found by a search that only compares heights."""

import numpy as np

from experiments import objective
from experiments.critical_point import CriticalPoint, stacked
from experiments.derivatives import values
from experiments.experiment import Box
from experiments.kinds import RING
from experiments.rings import lowest_on_circles
from experiments.smooth_search import SAME, clean, distinct
from experiments.surface import Surface

_SEEN = 1e-3  # of the view's diagonal: lower ground so near a point without a gradient makes it no minimum


def kink_minima(
    form: objective.Form,
    numbers: np.ndarray,
    window: Box,
    size: float,
    surface: Surface,
    smooth: list[CriticalPoint],
) -> list[CriticalPoint]:
    """Return minima without a gradient: grid minima that no smooth one explains, refined by a shrinking circle."""
    z = np.where(np.isfinite(surface.z), surface.z, np.inf)
    inner = z[1:-1, 1:-1]
    neighbours = [z[1 + i : z.shape[0] - 1 + i, 1 + j : z.shape[1] - 1 + j] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    least = np.minimum.reduce([n for k, n in enumerate(neighbours) if k != 4])
    rows, columns = np.nonzero((inner <= least) & (inner < np.maximum.reduce(neighbours)))
    seeds = np.stack([surface.x[columns + 1], surface.y[rows + 1]], -1)
    cell = size / len(surface.x)
    known = stacked(tuple(p for p in smooth if p.kind == "minimum"))
    if len(known) and len(seeds):
        gaps = np.min(np.hypot(*np.moveaxis(seeds[:, None] - known[None], -1, 0)), axis=1)
        seeds = seeds[gaps > 2 * cell]
    seeds = seeds[:64]
    if not len(seeds):
        return []
    points, heights = _circled(form, numbers, seeds, cell)
    result: list[CriticalPoint] = []
    (x0, x1), (y0, y1) = window
    for place in distinct(points, SAME * size * 10):
        p = points[place]
        inside = x0 < p[0] < x1 and y0 < p[1] < y1
        if inside and _is_kink(form, numbers, p, float(heights[place]), size, surface.spread):
            result.append(CriticalPoint(point=clean(p, size), value=float(heights[place]), kind="minimum", kink=True))
    if not result:
        return []
    around = lowest_on_circles(form, numbers, stacked(tuple(result)), _SEEN * size)
    return [p for p, lowest in zip(result, around, strict=True) if not lowest < p.value]  # no step of a sloping crease


def _circled(
    form: objective.Form, numbers: np.ndarray, seeds: np.ndarray, radius: float
) -> tuple[np.ndarray, np.ndarray]:
    """Walk each seed to the lowest point of a circle around it, which shrinks when nothing on it is lower."""
    circle = np.stack([RING.real, RING.imag], -1)
    points = np.zeros((64, 2)) + seeds[0]
    points[: len(seeds)] = seeds
    radii = np.full(64, radius)
    heights = values(form, numbers, points)
    for _ in range(120):
        around = points[:, None] + radii[:, None, None] * circle
        z = np.nan_to_num(values(form, numbers, around.reshape(-1, 2)).reshape(64, -1), nan=np.inf)
        best = np.argmin(z, axis=1)
        lower = z[np.arange(64), best] < heights
        points = np.where(lower[:, None], around[np.arange(64), best], points)
        heights = np.where(lower, z[np.arange(64), best], heights)
        radii = np.where(lower, radii, radii * 0.6)
    return points[: len(seeds)], heights[: len(seeds)]


def _is_kink(
    form: objective.Form, numbers: np.ndarray, point: np.ndarray, height: float, size: float, spread: float
) -> bool:
    """Tell whether the surface rises in proportion to the distance on every side, as at the tip of a cone.

    Not where it falls without end: from the depth reached there, near and far rise by nearly the same.
    """
    circle = np.stack([RING.real, RING.imag], -1)
    near, far = 1e-5 * size, 1e-4 * size
    rises = [values(form, numbers, point + r * circle) - height for r in (near, far)]
    steep = min(float(np.min(rises[0])) / near, float(np.min(rises[1])) / far)
    ratio = float(np.median(rises[1])) / max(float(np.median(rises[0])), 1e-300)
    return steep > 0 and 1.15 < ratio < 30 and float(np.median(rises[1])) > 1e-6 * spread
