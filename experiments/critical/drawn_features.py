"""Hollows, peaks and passes of the heights that a picture shows: places near which a critical point must lie."""

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from experiments.objective.heights import Surface

HOLLOW, PASS, PEAK = 1, 0, -1
_NEAR = 2.0  # cells: so near a feature lies the point that it shows
_PARTS = 12  # a side of the picture
_RING = ((-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1))  # the neighbours, once around


class Features(NamedTuple):
    """Places (n, 2) of a grid's features, their heights (n,), how far they stand out (n,), and what they are (n,)."""

    places: np.ndarray
    heights: np.ndarray
    depths: np.ndarray
    kinds: np.ndarray

    def take(self, rows: np.ndarray) -> "Features":
        """Return these rows."""
        return Features(*(part[rows] for part in self))


def drawn_features(surface: Surface) -> Features:
    """Return the grid points that are hollows or peaks among their eight neighbours, and the passes between them.

    A pass has ground above and below it in turn, twice or more, going once around it. Those that stand out most come
    first.
    """
    z = surface.z
    middle = z[1:-1, 1:-1]
    rows, columns = middle.shape
    with np.errstate(invalid="ignore", over="ignore"):
        around = np.stack([z[1 + i : 1 + i + rows, 1 + j : 1 + j + columns] - middle for i, j in _RING])
        known = np.isfinite(middle)
        least, most = (np.where(np.isnan(around), wall, around) for wall in (np.inf, -np.inf))
        low, high = least.min(axis=0), most.max(axis=0)
        hollow, peak = (low >= 0) & (high > 0), (high <= 0) & (low < 0)
        turns = (np.signbit(around) != np.signbit(np.roll(around, 1, axis=0))).sum(axis=0)
        crossed = (turns >= 4) & np.isfinite(around).all(axis=0) & ~hollow & ~peak
        depth = np.where(crossed, np.minimum(high, -low), np.where(hollow, high, -low))
    found = known & (hollow | peak | crossed)
    row, column = np.nonzero(found)
    depths = depth[found]
    order = np.argsort(-np.where(np.isnan(depths), 0.0, depths), kind="stable")
    kinds = np.where(hollow[found], HOLLOW, np.where(peak[found], PEAK, PASS))
    places = np.stack([surface.x[column + 1], surface.y[row + 1]], -1)
    return Features(places[order], middle[found][order], depths[order], kinds[order])


def unexplained(
    features: Features, places: np.ndarray, heights: np.ndarray, kinds: np.ndarray, surface: Surface
) -> np.ndarray:
    """Return the indices of the features near which none of these known points (n, 2) is of their kind.

    A hollow's must lie as low as it does, a peak's as high.
    """
    cell = np.array([surface.x[1] - surface.x[0], surface.y[1] - surface.y[0]])
    left = []
    for kind in (HOLLOW, PASS, PEAK):
        rows, known = np.flatnonzero(features.kinds == kind), kinds == kind
        if len(rows) and known.any():
            tree = cKDTree(places[known] / cell)
            gaps, nearest = tree.query(features.places[rows] / cell, k=min(4, int(known.sum())))
            gaps, nearest = gaps.reshape(len(rows), -1), nearest.reshape(len(rows), -1)
            beyond = (heights[known][nearest] - features.heights[rows][:, None]) * kind
            rows = rows[~((gaps <= _NEAR) & (beyond <= 1e-9 * surface.spread)).any(axis=1)]
        left.append(rows)
    return np.sort(np.concatenate(left))


def spread_out(features: Features, count: int, surface: Surface) -> Features:
    """Return so many features, taken from all parts of the picture in turn, first those that stand out most there."""
    if len(features.kinds) <= count:
        return features
    low = np.array([surface.x[0], surface.y[0]])
    sides = np.array([surface.x[-1] - surface.x[0], surface.y[-1] - surface.y[0]])
    part = np.floor((features.places - low) / sides * _PARTS) @ [_PARTS + 1, 1]
    by_part = np.argsort(part, kind="stable")
    _, first = np.unique(part[by_part], return_index=True)
    rank = np.empty(len(part), dtype=int)
    rank[by_part] = np.arange(len(part)) - np.repeat(first, np.diff([*first, len(part)]))
    return features.take(np.sort(np.argsort(rank, kind="stable")[:count]))
