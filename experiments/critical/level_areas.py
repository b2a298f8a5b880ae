"""Level areas, two-dimensional pieces of one height, and level lines: none of their points stands alone."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from experiments.critical.kinds import RING
from experiments.critical.point import CriticalPoint, stacked
from experiments.objective.heights import Surface
from experiments.objective.objective import Objective

_EPS = 4 * float(np.finfo(np.float64).eps)  # of a height: neighbours that differ by no more are level
_SLACK = 1e-12  # of a height: a point at an area's edge, but for rounding, lies so near its height
_WIDE, _NARROW = 1e-2, 1e-3  # of the view's diagonal: circles of which an area cuts out a piece
_SLOPING = (
    _NARROW / 2,
    2 * _NARROW,
    _WIDE,
)  # of the view's diagonal: there a minimum's slopes lead outwards
_LINE = 3e-2  # of the view's diagonal: a line so long is no floor of a high power that is lost beside its height
_ARC = 5  # places of a circle in a row, of 64: a narrower piece may be that of a curve
_EIGHT = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j], dtype=np.float64)
_CIRCLE = np.stack([RING.real, RING.imag], -1)
_AHEAD = ((0, 1), (1, 0), (1, 1), (1, -1))  # with their opposites a node's eight neighbours


@np.errstate(all="ignore")
def lowest_areas(surface: Surface) -> list[float]:
    """Return the heights of the level areas that the picture shows beside which nothing lies lower, lowest first.

    An area holds a node that is level with its eight neighbours. What has no value is not lower.
    """
    z = np.where(np.isfinite(surface.z), surface.z, np.inf)
    inner = z[1:-1, 1:-1]
    rows, columns = inner.shape
    core = np.isfinite(inner)
    for i, j in _AHEAD:
        for side in (1, -1):
            beside = z[1 + side * i : 1 + side * i + rows, 1 + side * j : 1 + side * j + columns]
            core &= np.abs(beside - inner) <= _EPS * np.abs(inner)
    if not core.any():
        return []
    names = np.arange(z.size).reshape(z.shape)
    first, second = [], []
    for i, j in _AHEAD:
        here = names[: z.shape[0] - i, max(0, -j) : z.shape[1] - max(0, j)].ravel()
        first.append(here)
        second.append(here + i * z.shape[1] + j)
    one, other, heights = np.concatenate(first), np.concatenate(second), z.ravel()
    level = np.abs(heights[one] - heights[other]) <= _EPS * np.abs(heights[one])
    links = coo_array((np.ones(level.sum()), (one[level], other[level])), shape=(z.size, z.size))
    count, piece = connected_components(links, directed=False)
    beside = np.full(count, np.inf)
    for here, there in ((one[~level], other[~level]), (other[~level], one[~level])):
        np.minimum.at(beside, piece[here], heights[there])
    at = np.unique(piece[names[1:-1, 1:-1][core]], return_index=True)
    found = heights[names[1:-1, 1:-1][core][at[1]]]
    return sorted(set((found[beside[at[0]] > found] + 0.0).tolist()))


def on_level_areas(points: list[CriticalPoint], objective: Objective, size: float, spread: float) -> np.ndarray:
    """Tell which points stand on a level area or, but for rounding, at its edge, (n,).

    An area of a point's height cuts out an arc of a small circle around it; where the height is not zero, small rises
    are lost beside it, and the arc must be one of a wider circle, too.
    """
    if not points:
        return np.zeros(0, dtype=bool)
    heights = np.array([p.value for p in points])
    narrow, wide = (_has_arc(stacked(points), heights, objective, r * size, spread) for r in (_NARROW, _WIDE))
    found: np.ndarray = narrow & (wide | (np.abs(heights) <= _SLACK * min(1.0, spread)))
    return found


@np.errstate(all="ignore")
def rise_all_around(points: list[CriticalPoint], objective: Objective, size: float) -> np.ndarray:
    """Tell which are minima by the slopes around them, (n,): each leads outwards, on circles near and wide.

    So are those whose rises are lost beside their height, as of x^2 + 1e14: the heights are level, the ground is not.
    """
    rings = size * np.array(_SLOPING)[:, None, None] * _CIRCLE
    places = stacked(points)[:, None, None] + rings
    slopes = objective.derivatives(places.reshape(-1, 2))[1].reshape(len(points), *rings.shape)
    outwards = (slopes * _CIRCLE).sum(axis=-1)
    is_minimum = np.array([p.kind == "minimum" for p in points], dtype=bool)
    return np.asarray(is_minimum & (outwards > 0).all(axis=(1, 2)))


@np.errstate(all="ignore")
def on_level_lines(points: list[CriticalPoint], objective: Objective, size: float) -> np.ndarray:
    """Tell which points stand on a level line along an axis or a diagonal, as the floor of a narrow slit is, (n,)."""
    if not points:
        return np.zeros(0, dtype=bool)
    heights = np.array([p.value for p in points])[:, None]
    level = np.ones((len(points), len(_EIGHT)), dtype=bool)
    for share in (_NARROW, _WIDE, _LINE):
        places = stacked(points)[:, None] + share * size * _EIGHT
        z = objective.values(places.reshape(-1, 2)).reshape(level.shape)
        level &= np.abs(z - heights) <= _EPS * np.abs(heights)
    return np.asarray(level.any(axis=1))


def lowest_beside(points: list[CriticalPoint], objective: Objective, size: float) -> list[tuple[np.ndarray, float]]:
    """Return for each height, lowest first, that points on level ground have a place (2,) that is well on it."""
    if not points:
        return []
    around = np.concatenate([np.zeros((1, 2)), _NARROW * size / 2 * _EIGHT])
    places = stacked(points)[:, None] + around
    z = objective.values(places.reshape(-1, 2)).reshape(places.shape[:2])
    best = np.argmin(np.where(np.isnan(z), np.inf, z), axis=1)
    rows = np.arange(len(points))
    heights, first = np.unique(z[rows, best], return_index=True)
    return [(places[i, best[i]], float(height) + 0.0) for height, i in zip(heights, first.tolist(), strict=True)]


@np.errstate(all="ignore")
def _has_arc(places: np.ndarray, heights: np.ndarray, objective: Objective, radius: float, spread: float) -> np.ndarray:
    """Tell around which places (n, 2) of these heights (n,) a circle has an arc that is level and as high."""
    rings = places[:, None, None] + radius * np.array([1.0, 0.5])[:, None, None] * _CIRCLE
    ring, inner = np.moveaxis(objective.values(rings.reshape(-1, 2)).reshape(len(places), 2, -1), 1, 0)
    level = np.abs(ring - heights[:, None]) <= _SLACK * np.maximum(np.abs(heights), min(1.0, spread))[:, None]
    for other in (np.roll(ring, -1, axis=1), inner):
        level &= np.abs(other - ring) <= _EPS * np.abs(ring)
    run = np.all([np.roll(level, -k, axis=1) for k in range(_ARC - 1)], axis=0)
    found: np.ndarray = run.any(axis=1)
    return found
