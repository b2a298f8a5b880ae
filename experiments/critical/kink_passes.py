"""Saddles and maxima where the gradient vanishes and the curvature has no bound, as |x|^1.5 - |y|^1.5 has at (0, 0)."""

import numpy as np

from experiments.critical.drawn_features import HOLLOW, PASS, PEAK, Features, spread_out, unexplained
from experiments.critical.kinds import RING
from experiments.critical.point import CriticalPoint, clean, stacked
from experiments.critical.smooth_search import SAME, distinct
from experiments.critical.surroundings import surroundings
from experiments.objective import objective
from experiments.objective.derivatives import derivatives, values
from experiments.objective.heights import Surface

_MOST = 64  # features that are followed
_TURNS = 120  # of a circle that shrinks where nothing on it has less slope
_SMALLEST = 1e-15  # of the view's diagonal: circles shrink no further
_NEAR, _FAR = 1e-6, 1e-4  # of the view's diagonal: circles on which the slope grows
_POWERS = (0.03, 0.97)  # of the distance: with one between these the slope vanishes and the curvature has no bound
_KINDS = {PASS: "saddle", PEAK: "maximum"}
_CIRCLE = np.stack([RING.real, RING.imag], -1)[::2]


@np.errstate(all="ignore")
def kink_passes(
    form: objective.Form,
    numbers: np.ndarray,
    size: float,
    surface: Surface,
    features: Features,
    known: list[CriticalPoint],
) -> list[CriticalPoint]:
    """Return the saddles and maxima at passes and peaks that no known point explains and where the slope vanishes."""
    kinds = np.array([{"minimum": HOLLOW, "saddle": PASS}.get(p.kind, PEAK) for p in known])
    left = features.take(np.flatnonzero(features.kinds != HOLLOW))
    left = left.take(unexplained(left, stacked(known), np.array([p.value for p in known]), kinds, surface))
    left = spread_out(left, _MOST, surface)
    if not len(left.kinds):
        return []
    places = _least_slope(form, numbers, left.places, 2 * size / len(surface.x), size)
    rings = places[:, None, None] + size * np.array([_NEAR, _FAR])[:, None, None] * _CIRCLE
    near, far = np.moveaxis(_slope(form, numbers, rings.reshape(-1, 2)).reshape(rings.shape[:-1]), 1, 0)
    powers = np.log(far / near) / np.log(_FAR / _NEAR)
    sound = (np.min(near, axis=1) > 0) & (powers > _POWERS[0]).all(axis=1) & (powers < _POWERS[1]).all(axis=1)
    rows = np.flatnonzero(sound)
    rows = rows[distinct(places[rows], 10 * SAME * size)] if len(rows) else rows
    heights = values(form, numbers, places[rows]) if len(rows) else np.zeros(0)
    around = surroundings(form, numbers, places[rows], size, np.zeros(len(rows), dtype=bool)) if len(rows) else []
    return [
        CriticalPoint(point=clean(places[i], size), value=float(z) + 0.0, kind=told.kind, degenerate=True, kink=True)
        for i, z, told in zip(rows.tolist(), heights, around, strict=True)
        if told.kind == _KINDS[int(left.kinds[i])]
    ]


def _slope(form: objective.Form, numbers: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return the gradient's norm at places (n, 2), infinite where there is none, (n,)."""
    found = np.hypot(*derivatives(form, numbers, places)[1].T)
    return np.where(np.isfinite(found), found, np.inf)


def _least_slope(
    form: objective.Form, numbers: np.ndarray, seeds: np.ndarray, radius: float, size: float
) -> np.ndarray:
    """Walk each seed (n, 2) to where the gradient is least on a circle, which shrinks when it is nowhere less."""
    points, radii, least = seeds.copy(), np.full(len(seeds), radius), _slope(form, numbers, seeds)
    rows = np.arange(len(seeds))
    for _ in range(_TURNS):
        around = points[:, None] + radii[:, None, None] * _CIRCLE
        slopes = _slope(form, numbers, around.reshape(-1, 2)).reshape(len(points), -1)
        best = np.argmin(slopes, axis=1)
        lower = slopes[rows, best] < least
        points = np.where(lower[:, None], around[rows, best], points)
        least = np.where(lower, slopes[rows, best], least)
        radii = np.where(lower, radii, radii * 0.6)
        if radii.max() < _SMALLEST * size:
            break
    return points
