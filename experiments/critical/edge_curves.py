"""Curves of minima along the edge of where a surface has values: level along it, and rising inwards."""

from dataclasses import dataclass

import numpy as np

from experiments.critical.curve import CriticalCurve
from experiments.critical.kinds import RING
from experiments.objective.heights import Surface
from experiments.objective.objective import Objective
from experiments.setup.allowed import Box

_HALVED = 70  # times that the way between a place with a value and one without becomes half as long
_NEAR, _FAR = 1e-5, 1e-4  # of the view's diagonal: circles on which a minimum's heights grow
_GROWS = 1.15  # times, from the nearer circle to the farther: less is a fall without end, as of log x
_LONG = 0.02  # of the view's diagonal: what is shorter is no curve
_FINER = 4  # times that a point is put between two where the edge bends
_FLAT = 5e-3  # of the way between two points: an edge that lies so near its middle is straight there
_THIN = 0.05  # cells: of points so near each other one is enough
_LARGEST = 1e300  # beyond it an edge is where numbers end, not where the surface does
_EPS = float(np.finfo(np.float64).eps)
_SIDES = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j], dtype=np.float64)
_CIRCLE = np.stack([RING.real, RING.imag], -1)


@dataclass(frozen=True, eq=False)
class _Edge:
    """Places (n, 2) at the edge that have a value, their heights (n,), and by how much these may be off (n,)."""

    places: np.ndarray
    heights: np.ndarray
    slack: np.ndarray

    def take(self, rows: np.ndarray) -> "_Edge":
        """Return these rows."""
        return _Edge(self.places[rows], self.heights[rows], self.slack[rows])


def edge_curves(objective: Objective, window: Box, size: float, surface: Surface) -> list[CriticalCurve]:
    """Return the curves of minima along the edge of the values, where all of a piece of it is of one height."""
    has_value = np.isfinite(surface.z)
    low_corner, high_corner = np.array(window).T
    if has_value.all() or not has_value.any():
        return []
    inner, outer, crossed = _crossings(surface, has_value)
    edge = _bisected(objective, inner, outer)
    low, order = _minima(objective, edge, size)
    curves = []
    for chain in _chains(crossed):
        for run, whole in _level_runs(edge, low, chain):
            line = edge.places[run]
            if len(run) < 3 or not np.hypot(*np.diff(line, axis=0).T).sum() > _LONG * size:
                continue
            line = _thinned(line, _THIN * float(np.hypot(surface.x[1] - surface.x[0], surface.y[1] - surface.y[0])))
            for _ in range(_FINER):
                line = _finer(objective, line)
            value = float(edge.heights[run].min())
            curves.append(
                CriticalCurve(
                    points=tuple((float(x), float(y)) for x, y in np.clip(line + 0.0, low_corner, high_corner)),
                    value=0.0 if abs(value) <= float(np.median(edge.slack[run])) else value,
                    kind="minimum",
                    closed=whole,
                    order=float(np.clip(np.median(order[run]), 0.06, 12.0)),
                    kink=True,
                    objective=objective,
                )
            )
    return curves


def _crossings(surface: Surface, has_value: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[tuple[int, ...]]]:
    """Return the ends with and without a value (n, 2) of the grid's lines that the edge crosses, and pairs of them.

    Two crossings are a pair where the edge goes from the one to the other through a cell; each is a pair's at most
    twice.
    """
    nodes = np.stack(np.meshgrid(surface.x, surface.y), -1)
    across = has_value[:, 1:] != has_value[:, :-1]  # along x, between a node and the next
    up = has_value[1:] != has_value[:-1]
    names_across = np.full(across.shape, -1)
    names_across[across] = np.arange(across.sum())
    names_up = np.full(up.shape, -1)
    names_up[up] = across.sum() + np.arange(up.sum())
    first = np.concatenate([nodes[:, :-1][across], nodes[:-1][up]])
    second = np.concatenate([nodes[:, 1:][across], nodes[1:][up]])
    is_first = np.concatenate([has_value[:, :-1][across], has_value[:-1][up]])[:, None]
    sides = np.stack([names_across[:-1], names_up[:, 1:], names_across[1:], names_up[:, :-1]], -1)  # around each cell
    counts = (sides >= 0).sum(axis=-1)
    pairs = [tuple(side[side >= 0].tolist()) for side in sides[counts == 2]]
    for side, corner in zip(sides[counts == 4].tolist(), has_value[:-1, :-1][counts == 4].tolist(), strict=True):
        bottom, right, top, left = side  # the two corners that have a value are cut off each by itself
        pairs += [(bottom, left), (right, top)] if corner else [(bottom, right), (top, left)]
    return np.where(is_first, first, second), np.where(is_first, second, first), pairs


def _bisected(objective: Objective, inner: np.ndarray, outer: np.ndarray) -> _Edge:
    """Return the edge between places with a value and ones without, both (n, 2)."""
    start, end = inner.copy(), outer.copy()
    for _ in range(_HALVED):
        middle = (start + end) / 2
        inside = np.isfinite(objective.values(middle))[:, None]
        start, end = np.where(inside, middle, start), np.where(inside, end, middle)
    heights = objective.values(start)
    least = np.maximum(_EPS * np.abs(start), np.abs(end - start).max(axis=1)[:, None])
    steps = np.concatenate([k * _SIDES for k in (1, 2, 4)])
    around = objective.values((start[:, None] + least[:, None] * steps).reshape(-1, 2)).reshape(len(start), -1)
    changes = np.abs(around - heights[:, None])
    slack = 4 * np.max(np.where(np.isfinite(changes), changes, 0.0), axis=1) + 1e-13 * np.abs(heights)
    return _Edge(start, heights, slack)


def _minima(objective: Objective, edge: _Edge, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Tell where on the edge the ground rises inwards, and rises on, (n,); and the power of the distance, (n,)."""
    rings = np.array([edge.places[:, None] + radius * size * _CIRCLE for radius in (_NEAR, _FAR)])
    rises = objective.values(rings.reshape(-1, 2)).reshape(rings.shape[:-1]) - edge.heights[:, None]
    known = np.isfinite(rises)
    some = np.asarray(known.any(axis=2).all(axis=0) & ~known[1].all(axis=1))
    near, far = np.where(some[:, None], np.where(known, rises, np.nan), 0.0)
    some &= np.abs(edge.heights) < _LARGEST
    low = some & (np.nanmin(near, axis=1) >= -edge.slack) & (np.nanmin(far, axis=1) >= -edge.slack)
    middle_near, middle_far = np.nanmedian(near, axis=1), np.nanmedian(far, axis=1)
    low &= (middle_far > _GROWS * middle_near) & (middle_near > edge.slack)
    return low, np.log10(np.where(low, middle_far, 1.0) / np.where(low, middle_near, 1.0))


def _chains(pairs: list[tuple[int, ...]]) -> list[list[int]]:
    """Return the crossings in rows, each beside those that it is a pair with; a closed row ends where it begins."""
    beside: dict[int, list[int]] = {}
    for one, other in pairs:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    left, chains = set(beside), []
    for start in sorted(beside, key=lambda name: len(beside[name])):  # ends first
        if start not in left:
            continue
        chain = [start]
        left.discard(start)
        while ahead := [name for name in beside[chain[-1]] if name in left]:
            chain.append(ahead[0])
            left.discard(ahead[0])
        if len(chain) > 2 and start in beside[chain[-1]]:
            chain.append(start)
        chains.append(chain)
    return chains


def _level_runs(edge: _Edge, low: np.ndarray, chain: list[int]) -> list[tuple[list[int], bool]]:
    """Return the parts of a chain along which there are minima of one height, and whether each is all of a ring."""
    closed = len(chain) > 2 and chain[0] == chain[-1]
    names = np.array(chain[:-1] if closed else chain)
    ahead = np.roll(names, -1)
    with np.errstate(invalid="ignore"):
        level = np.abs(edge.heights[ahead] - edge.heights[names]) <= edge.slack[ahead] + edge.slack[names]
    joined = level & low[names] & low[ahead]
    if not closed:
        joined[-1] = False
    if joined.all():
        runs = [(chain, True)]
    else:
        first = int(np.argmin(joined)) + 1  # so that no run goes on from the last to the first
        names, joined = np.roll(names, -first), np.roll(joined, -first)
        parts = np.split(names, np.flatnonzero(~joined[:-1]) + 1)
        runs = [(part.tolist(), False) for part in parts]
    return [(run, whole) for run, whole in runs if np.ptp(edge.heights[run]) <= 2 * edge.slack[run].max()]


def _thinned(line: np.ndarray, least: float) -> np.ndarray:
    """Return the polyline (n, 2) without points that are next to the one before; its ends stay."""
    kept = [0]
    for i in range(1, len(line) - 1):
        if np.hypot(*(line[i] - line[kept[-1]])) > least and np.hypot(*(line[-1] - line[i])) > least:
            kept.append(i)
    return line[[*kept, len(line) - 1]]


def _finer(objective: Objective, line: np.ndarray) -> np.ndarray:
    """Return the polyline (n, 2) with a point of the edge more where that bends between two."""
    way = np.diff(line, axis=0)
    middle, across = (line[:-1] + line[1:]) / 2, np.stack([-way[:, 1], way[:, 0]], -1)
    inside = np.isfinite(objective.values(middle))
    found, settled, bends = middle.copy(), np.zeros(len(middle), dtype=bool), np.zeros(len(middle), dtype=bool)
    for share in (_FLAT, 0.1, 0.6):
        for side in (1.0, -1.0):
            tried = middle + side * share * across
            other = (np.isfinite(objective.values(tried)) != inside) & ~settled
            settled |= other
            if share == _FLAT or not other.any():
                continue
            has, at, beyond = inside[other][:, None], middle[other], tried[other]
            found[other] = _bisected(objective, np.where(has, at, beyond), np.where(has, beyond, at)).places
            bends |= other
    result = np.empty((len(line) + int(bends.sum()), 2))
    places = np.arange(len(line)) + np.concatenate([[0], np.cumsum(bends)])
    result[places] = line
    result[places[:-1][bends] + 1] = found[bends]
    return result
