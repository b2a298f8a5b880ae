"""Level valleys and ridges that the picture shows and no start came to: from a cut across them all, followed."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from experiments.critical.curve import CriticalCurve
from experiments.critical.curve_search import curves_along, gaps_to
from experiments.critical.point import CriticalPoint, stacked
from experiments.objective.heights import Surface
from experiments.objective.objective import Objective
from experiments.setup.allowed import Box

_ROUNDS = 24  # cuts whose valleys are followed
_MANY = 600  # nodes whose valleys' floors are sought first, or about as many
_BESIDE = 1.5  # cells: a valley so near a curve is that curve's
_APART = 1.0  # cells: no curve comes so near to a point of which its Hessian tells
_TRIED = 4.0  # cells: so near a place that was followed in vain is no other valley's
_LEVEL = 1e-12  # of the heights: floors of one height differ by no more, but for rounding
_GOLDEN = (np.sqrt(5) - 1) / 2
_STAGES = ((12, 0.1), (13, 5e-3), (35, 1.0))  # cuts, and how far floors may then differ of what the ground rises
_EPS = float(np.finfo(np.float64).eps)


class _Floors(NamedTuple):
    """Places (n, 2) on level floors, unit vectors along these (n, 2), and the line of the picture that cuts each."""

    places: np.ndarray
    along: np.ndarray
    cuts: np.ndarray

    def take(self, rows: np.ndarray) -> "_Floors":
        """Return these rows."""
        return _Floors(*(part[rows] for part in self))


class _Nodes(NamedTuple):
    """Nodes in threes on neighbouring cuts (n, 3, 2), a step across (n, 2), how far the ground rises, and the cuts."""

    places: np.ndarray
    across: np.ndarray
    rises: np.ndarray
    cuts: np.ndarray

    def take(self, rows: np.ndarray) -> "_Nodes":
        """Return these rows."""
        return _Nodes(*(part[rows] for part in self))


@dataclass(frozen=True, eq=False, kw_only=True)
class _Picture:
    """The heights drawn, and what they are heights of. side: 1 where valleys are sought, -1 where ridges are."""

    objective: Objective
    surface: Surface
    side: int

    @property
    def cell(self) -> np.ndarray:
        """The sides (2,) of a cell."""
        return np.array([self.surface.x[1] - self.surface.x[0], self.surface.y[1] - self.surface.y[0]])

    def heights(self, places: np.ndarray) -> np.ndarray:
        """Return the heights (n,) at places (n, 2), upside down for ridges; infinite where there is none."""
        found = self.side * self.objective.values(places)
        return np.where(np.isfinite(found), found, np.inf)


def valley_curves(
    objective: Objective,
    window: Box,
    surface: Surface,
    points: list[CriticalPoint],
    curves: list[CriticalCurve],
) -> tuple[list[CriticalCurve], bool]:
    """Return level curves of minima and of maxima besides those known, and whether no level valley or ridge is left.

    points, curves: the known ones.
    """
    found, complete = list[CriticalCurve](), True
    sharp = stacked([p for p in points if not p.degenerate and not p.kink])
    for side, kind in ((1, "minimum"), (-1, "maximum")):
        picture = _Picture(objective=objective, surface=surface, side=side)
        nodes = _unexplained(picture, sharp, [c for c in curves if c.kind == kind])
        fresh, all_followed = _through(picture, window, kind, nodes)
        found, complete = found + fresh, complete and all_followed
    return found, complete


def _through(picture: _Picture, window: Box, kind: str, nodes: _Nodes) -> tuple[list[CriticalCurve], bool]:
    """Return the curves of this kind whose valleys the nodes belong to, and whether no level one is left.

    Of very many nodes some cuts' come first: the valleys that these find explain most of the others.
    """
    found, complete, in_vain = list[CriticalCurve](), True, np.empty((0, 2))
    first = nodes.cuts // 2 % max(1, -(-len(nodes.cuts) // _MANY)) == 0
    for part in (first, ~first):
        rest = nodes.take(np.flatnonzero(part))
        rest = rest.take(np.flatnonzero(~_on(picture, found, rest.places[:, 1])))
        left = _apart_from(picture, _settled(picture, rest), in_vain)
        for _ in range(_ROUNDS):
            if not len(left.places):
                break
            cuts, counts = np.unique(left.cuts, return_counts=True)
            chosen = left.cuts == cuts[np.argmax(counts)]  # each crosses a valley of its own
            spread = picture.surface.spread
            fresh = curves_along(picture.objective, window, spread, left.places[chosen], left.along[chosen])
            found += [curve for curve in fresh if curve.kind == kind]
            tried, left = left.places[chosen], left.take(np.flatnonzero(~chosen))
            left = left.take(np.flatnonzero(~_on(picture, fresh, left.places)))
            in_vain = np.concatenate([in_vain, tried[~_on(picture, fresh, tried)]])
            left = _apart_from(picture, left, in_vain)
        complete &= not len(left.places)
    return found, complete


def _apart_from(picture: _Picture, floors: _Floors, in_vain: np.ndarray) -> _Floors:
    """Return the floors that are not near places (n, 2) from which no curve was found."""
    if not len(in_vain) or not len(floors.places):
        return floors
    gaps = cKDTree(in_vain / picture.cell).query(floors.places / picture.cell)[0]
    return floors.take(np.flatnonzero(gaps > _TRIED))


def _on(picture: _Picture, curves: list[CriticalCurve], places: np.ndarray) -> np.ndarray:
    """Tell which places (n, 2) are those of the valleys that the curves follow."""
    gaps, value = gaps_to(curves, places)
    above = picture.heights(places)[:, None] - picture.side * value >= -1e-9 * picture.surface.spread
    return np.asarray(((gaps <= _BESIDE * np.hypot(*picture.cell)) & above).any(axis=1))


def _unexplained(picture: _Picture, sharp: np.ndarray, curves: list[CriticalCurve]) -> _Nodes:
    """Return the nodes where cuts cross valleys that are neither near a sharp point (n, 2) nor on a curve."""
    z = np.where(np.isfinite(picture.surface.z), picture.side * picture.surface.z, np.inf)
    nodes = _both([_crossed(picture, z, 1), _crossed(picture, z.T, 0)])
    free = ~_on(picture, curves, nodes.places[:, 1])
    if len(sharp):
        gaps = cKDTree(sharp / picture.cell).query(nodes.places[:, 1] / picture.cell, p=np.inf)[0]
        free &= gaps > _APART
    return nodes.take(np.flatnonzero(free))


def _crossed(picture: _Picture, z: np.ndarray, axis: int) -> _Nodes:
    """Return the nodes that are lowest where cuts along an axis cross a valley, z[node along the cut, cut].

    Those of the next cuts belong to the same valley.
    """
    floor, rise = _lowest_in_columns(z)
    right, left = _beside(z, floor, rise), _beside(z[:, ::-1], floor[:, ::-1], rise[:, ::-1])[:, ::-1]
    row, cut = np.nonzero((right >= 0) & (left >= 0))
    cuts, nodes = (picture.surface.x, picture.surface.y) if axis else (picture.surface.y, picture.surface.x)
    rows = np.stack([left[row, cut], row, right[row, cut]], -1)
    places = np.stack([cuts[cut[:, None] + [-1, 0, 1]], nodes[rows]], -1)[..., [0, 1] if axis else [1, 0]]
    across = np.broadcast_to(np.eye(2)[axis] * picture.cell, (len(row), 2))
    return _Nodes(places, across, rise[row, cut], 2 * cut + axis)


def _both(parts: list[_Nodes]) -> _Nodes:
    """Return the nodes of both parts."""
    return _Nodes(*(np.concatenate(both) for both in zip(*parts, strict=True)))


def _settled(picture: _Picture, nodes: _Nodes) -> _Floors:
    """Return the places on the floors beside nodes where three in a row are of one height, but for rounding."""
    lowest = _Lowest(picture, nodes.places.reshape(-1, 2), np.repeat(nodes.across, 3, axis=0))
    for cuts, share in _STAGES:  # so that most are put aside after a few cuts
        if not len(nodes.cuts):
            break
        lowest.narrow(cuts)
        apart = np.ptp(lowest.heights.reshape(-1, 3), axis=1)
        level = apart <= share * nodes.rises
        nodes, lowest = nodes.take(np.flatnonzero(level)), lowest.take(np.flatnonzero(np.repeat(level, 3)))
    heights, rounding = lowest.heights.reshape(-1, 3), lowest.rounding().reshape(-1, 3)
    slack = _LEVEL * np.maximum(np.abs(heights).max(axis=1), min(1.0, picture.surface.spread))
    level = np.ptp(heights, axis=1) <= slack + 2 * rounding.max(axis=1)
    floors = lowest.places.reshape(-1, 3, 2)[level]
    way = floors[:, 2] - floors[:, 0]
    along = way / np.maximum(np.hypot(*way.T), 1e-300)[:, None]
    return _Floors(floors[:, 1], along, nodes.cuts[level])


def _lowest_in_columns(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which nodes are lower than the two beside them in their column, and how far these rise; -inf elsewhere."""
    floor, rise = np.zeros(z.shape, dtype=bool), np.full(z.shape, -np.inf)
    before, middle, after = z[:-2], z[1:-1], z[2:]
    highest = np.maximum(before, after)
    wide = np.pad(z, ((1, 1), (0, 0)), constant_values=-np.inf)
    down = (before > middle) | ((before == middle) & (wide[:-4] > middle))  # between two as low a floor may lie
    up = (after > middle) | ((after == middle) & (wide[4:] > middle))
    floor[1:-1] = down & up & np.isfinite(highest)
    with np.errstate(all="ignore"):
        rise[1:-1] = np.where(floor[1:-1], highest - middle, -np.inf)
    return floor, rise


def _beside(z: np.ndarray, floor: np.ndarray, rise: np.ndarray) -> np.ndarray:
    """Return the row of the floor node in the next column that may be of the same level valley, -1 where there is none.

    One apart by no more than the ground beside them rises: so far above its valley's floor a node may lie.
    """
    found = np.full(z.shape, -1)
    rows, columns = np.nonzero(floor[:, :-1])
    best = np.full(len(rows), np.inf)
    for step in (-1, 0, 1):
        beside = rows + step  # a floor is never in the first row or the last
        with np.errstate(all="ignore"):
            apart = np.abs(z[beside, columns + 1] - z[rows, columns])
        near = floor[beside, columns + 1] & (apart < best)
        near &= apart <= np.maximum(rise[beside, columns + 1], rise[rows, columns])
        found[rows[near], columns[near]] = beside[near]
        best = np.where(near, apart, best)
    return found


class _Lowest:
    """The lowest places found so far within one step across from nodes (n, 2), either way: by the golden section."""

    def __init__(self, picture: _Picture, nodes: np.ndarray, across: np.ndarray) -> None:
        self._picture, self._nodes, self._across = picture, nodes, across
        self._start, self._end = np.full(len(nodes), -1.0), np.full(len(nodes), 1.0)
        self._where = np.zeros(len(nodes))
        self._near, self._far = self._inner()
        self.heights, self._at_near, self._at_far = (self._at(t) for t in (self._where, self._near, self._far))

    def take(self, rows: np.ndarray) -> "_Lowest":
        """Return these rows."""
        part = object.__new__(_Lowest)
        part.__dict__.update({k: v if k == "_picture" else v[rows] for k, v in self.__dict__.items()})
        return part

    @property
    def places(self) -> np.ndarray:
        """The lowest places, (n, 2)."""
        found: np.ndarray = self._nodes + self._where[:, None] * self._across
        return found

    def narrow(self, cuts: int) -> None:
        """Cut down the surroundings so many times."""
        for _ in range(cuts):
            first = self._at_near < self._at_far
            self._start, self._end = np.where(first, self._start, self._near), np.where(first, self._far, self._end)
            near, far = self._inner()
            found = self._at(np.where(first, near, far))
            self._at_near, self._at_far = np.where(first, found, self._at_far), np.where(first, self._at_near, found)
            self._near, self._far = np.where(first, near, self._far), np.where(first, self._near, far)
            lower = found < self.heights
            self._where = np.where(lower, np.where(first, near, far), self._where)
            self.heights = np.where(lower, found, self.heights)

    def rounding(self) -> np.ndarray:
        """Return by how much the heights may be off because places are float64 numbers, (n,)."""
        if not len(self._nodes):
            return np.zeros(0)
        unit = self._across / np.hypot(*self._across.T)[:, None]
        least = 8 * _EPS * (np.hypot(*self.places.T) + np.hypot(*self._across.T))[:, None] * unit
        rises = np.maximum(*(self._picture.heights(self.places + way) for way in (least, -least))) - self.heights
        return np.where(np.isfinite(rises), rises, 0.0)

    def _inner(self) -> tuple[np.ndarray, np.ndarray]:
        width = _GOLDEN * (self._end - self._start)
        return self._end - width, self._start + width

    def _at(self, t: np.ndarray) -> np.ndarray:
        if not len(t):
            return np.zeros(0)
        return self._picture.heights(self._nodes + t[:, None] * self._across)
