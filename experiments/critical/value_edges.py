"""Minima on the edge of where a surface has values: the surface rises inwards, and beyond there is none."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from experiments.critical.curve import CriticalCurve
from experiments.critical.curve_search import gaps_to
from experiments.critical.kinds import RING
from experiments.critical.point import CriticalPoint, clean, stacked
from experiments.critical.rings import lowest_on_circles
from experiments.critical.smooth_search import distinct
from experiments.critical.surroundings import lowest_places
from experiments.objective.heights import Surface
from experiments.objective.objective import Objective
from experiments.setup.allowed import Box

_FEW = 32  # seeds that are followed, the lowest first
_TURNS = 60  # of a circle that shrinks where nothing on it is lower
_NEAR, _FAR = 1e-5, 1e-4  # of the view's diagonal: circles on which a minimum's heights grow
_GROWS = 1.15  # times, from the nearer circle to the farther: less is a fall without end, as of log x
_SEEN = 1e-3  # of the view's diagonal: lower ground so near makes it no minimum; nearer places are one
_ROW = 4.0  # cells: minima no farther from one another may be in a row
_DIGITS = (2, 3, 4, 6, 8)  # decimals that a minimum's coordinates may have: such a place is tried


def value_edge_minima(
    objective: Objective,
    window: Box,
    size: float,
    surface: Surface,
    known: list[CriticalPoint],
    curves: list[CriticalCurve],
) -> tuple[list[CriticalPoint], bool]:
    """Return the minima of the window at places beside which the surface has no value, and whether these are all.

    Flagged as kinks; besides those known, alone and on curves along the edge. Of those in a row, as on a level edge
    that was not followed, one stands for all.
    """
    seeds = _seeds(surface, known, curves)
    cut = len(seeds) > _FEW
    seeds = seeds[:_FEW]
    if not len(seeds):
        return [], True
    points, heights = _followed(objective, seeds, size / len(surface.x))
    (x0, x1), (y0, y1) = window
    found: list[CriticalPoint] = []
    order = np.argsort(heights, kind="stable")
    for place in order[distinct(points[order], _SEEN * size)]:  # a seed may stall beside where a lower one came to
        point, height = _tidied(objective, points[place], float(heights[place]), size)
        inside = x0 < point[0] < x1 and y0 < point[1] < y1
        if inside and _is_minimum(objective, point, height, size):
            found.append(CriticalPoint(point=clean(point, size), value=height, kind="minimum", kink=True))
    if not found:
        return [], True
    around = lowest_on_circles(objective, stacked(found), _SEEN * size)
    found = [p for p, lowest in zip(found, around, strict=True) if not lowest < p.value]  # no step of a sloping edge
    few = _few_of_a_row(found, _ROW * size / len(surface.x), 1e-6 * surface.spread)
    return few, not cut and len(few) == len(found)


def _few_of_a_row(points: list[CriticalPoint], gap: float, slack: float) -> list[CriticalPoint]:
    """Return the points, but of three or more in a row and of one height, none farther than gap on, the lowest."""
    if len(points) < 3:
        return points
    heights = np.array([p.value for p in points])
    pairs = np.array(sorted(cKDTree(stacked(points)).query_pairs(gap)), dtype=int).reshape(-1, 2)
    pairs = pairs[np.abs(np.diff(heights[pairs], axis=1)[:, 0]) <= slack]
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(points),) * 2)
    _, rows = connected_components(links, directed=False)
    counts = np.bincount(rows)
    lowest = {row: min(np.flatnonzero(rows == row), key=lambda i: heights[i]) for row in np.flatnonzero(counts >= 3)}
    return [p for i, (p, row) in enumerate(zip(points, rows, strict=True)) if lowest.get(row, i) == i]


def _seeds(surface: Surface, known: list[CriticalPoint], curves: list[CriticalCurve]) -> np.ndarray:
    """Return the nodes (n, 2) beside ones without a value that are as low as any beside them, the lowest first.

    Without those near a known minimum, or near a curve that is no higher.
    """
    z = np.where(np.isfinite(surface.z), surface.z, np.inf)
    if np.isfinite(z).all():
        return np.empty((0, 2))
    padded = np.pad(z, 1, mode="edge")
    rows, columns = z.shape
    beside = np.stack([padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3)])
    rows, columns = np.nonzero(np.isfinite(z) & np.isinf(beside).any(axis=0) & (z <= beside.min(axis=0)))
    order = np.argsort(z[rows, columns], kind="stable")
    nodes = np.stack([surface.x[columns], surface.y[rows]], -1)[order]
    minima = stacked(tuple(p for p in known if p.kind == "minimum"))
    cell = surface.size / len(surface.x)
    free = np.array([not (np.hypot(*(minima - node).T) <= cell).any() for node in nodes], dtype=bool)
    gaps, value = gaps_to(curves, nodes)
    heights = np.sort(z[rows, columns], kind="stable")
    free &= ~((gaps <= 2 * cell) & (heights[:, None] >= value - 1e-9 * surface.spread)).any(axis=1)
    return np.asarray(nodes[free])


def _followed(objective: Objective, seeds: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Walk each seed to the lowest place of a circle around it; returns places (n, 2) and heights (n,)."""
    points, radii = seeds.copy(), np.full(len(seeds), reach)
    heights = objective.values(points)
    wide = np.angle(RING) % (2 * np.pi)
    angles = np.broadcast_to(np.sort(wide), (len(seeds), len(wide)))

    def at(turn: np.ndarray, row: np.ndarray) -> np.ndarray:
        return objective.values(points[row] + radii[row, None] * np.stack([np.cos(turn), np.sin(turn)], -1))

    for _ in range(_TURNS):
        rows = np.repeat(np.arange(len(seeds)), len(wide))
        lowest, turn = lowest_places(at(angles.ravel(), rows).reshape(angles.shape), angles, at)
        lower = lowest < heights
        ahead = points + radii[:, None] * np.stack([np.cos(turn), np.sin(turn)], -1)
        points = np.where(lower[:, None], ahead, points)
        heights = np.where(lower, lowest, heights)
        radii = np.where(lower, radii, radii * 0.4)
    return points, heights


def _tidied(objective: Objective, point: np.ndarray, height: float, size: float) -> tuple[np.ndarray, float]:
    """Return the place with as few decimals, on one axis or both, as it has without being higher; and its height."""
    rounded = [point.round(digits) + 0.0 for digits in _DIGITS]
    tried = np.array([place for r in rounded for place in (r, (r[0], point[1]), (point[0], r[1]))])
    tried = tried[np.hypot(*(tried - point).T) <= _FAR * size]
    for place, value in zip(tried, objective.values(tried), strict=True):
        if value <= height:
            return place, float(value)
    return point, height


def _is_minimum(objective: Objective, point: np.ndarray, height: float, size: float) -> bool:
    """Tell whether the surface has no value on one side of a place, and on the other rises, and rises on."""
    circle = np.stack([RING.real, RING.imag], -1)
    near, far = (objective.values(point + r * size * circle) - height for r in (_NEAR, _FAR))
    if not (np.isnan(far).any() and np.isfinite(far).any() and np.isfinite(near).any()):
        return False
    noise = 1e-14 * abs(height)
    rises = [np.nanmedian(np.where(np.isfinite(ring), ring, np.nan)) for ring in (near, far)]
    return bool(min(np.nanmin(near), np.nanmin(far)) >= -noise and rises[1] > _GROWS * rises[0] > 0)
