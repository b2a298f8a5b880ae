"""Minima in the middle of a floor that is level for a while only because the ground rises with a high power there."""

import numpy as np

from experiments.critical.curve import CriticalCurve
from experiments.critical.point import CriticalPoint, clean
from experiments.objective.derivatives import eigenvalues
from experiments.objective.objective import Objective
from experiments.setup.allowed import Box

_HALVED = 60  # times that a place of a given height is narrowed down
_SHARES = np.array([0.3, 0.5, 0.8, 1.0, 1.25])  # of a floor's width: at these distances from its middle it is looked at
_STEEP = 6.0  # the least power of the distance that leaves so much ground as good as level
_EVEN = 0.1  # how far the powers near and far, on either side, may differ
_FALLS = 4  # steps onto the floor
_SMOOTH = 0.25  # how far from 2 the order of growth across may be measured where it is 2


@np.errstate(all="ignore")
def without_flat_bowls(
    curves: list[CriticalCurve], objective: Objective, window: Box, size: float
) -> tuple[list[CriticalCurve], list[CriticalPoint]]:
    """Return the curves that are such, and the minima in the middle of those that are level but for a high power."""
    low, high = np.array(window).T
    kept, points = list[CriticalCurve](), list[CriticalPoint]()
    for curve in curves:
        ends = curve.places[[0, -1]]
        inside = ((ends > low + 1e-6 * size) & (ends < high - 1e-6 * size)).all()
        middle = None
        if curve.kind == "minimum" and not curve.closed and inside:
            middle = _middle(curve, objective, low, high)
        if middle is None:
            kept.append(curve)
            continue
        place = clean(middle, size)
        height, _, hessians = objective.derivatives(np.array([place]))
        bends = (np.nan, np.nan) if curve.kink else tuple(float(part[0]) for part in eigenvalues(hessians))
        points.append(
            CriticalPoint(
                point=place,
                value=float(height[0]) + 0.0,
                kind="minimum",
                eigenvalues=(bends[0], bends[1]),
                degenerate=True,
                kink=curve.kink,
            )
        )
    return kept, points


def _middle(curve: CriticalCurve, objective: Objective, low: np.ndarray, high: np.ndarray) -> np.ndarray | None:
    """Return the middle (2,) of a floor that rises both ways with a high power of the distance, None where it is level.

    low, high: the window's corners.
    """
    first, last = curve.places[[0, -1]]
    half = float(np.hypot(*(last - first))) / 2
    if not half > 0:
        return None
    centre, along = (first + last) / 2, (last - first) / (2 * half)
    smooth = abs(curve.order - 2) <= _SMOOTH

    across = np.array([-along[1], along[0]])

    def floor(t: np.ndarray) -> np.ndarray:
        places = centre + t[:, None] * along
        for _ in range(_FALLS if smooth else 0):  # by Newton's steps straight across: beyond, the way along is steeper
            _, slopes, hessians = objective.derivatives(places)
            step = (slopes @ across) / (hessians @ across @ across)
            places = places - np.where(np.isfinite(step), step, 0.0)[:, None] * across
        return np.asarray(places)

    lowest = min(curve.value, float(objective.values(curve.places).min()))

    def rises(t: np.ndarray) -> np.ndarray:
        found: np.ndarray = objective.values(floor(t)) - lowest
        return found

    sides = np.array([-1.0, 1.0])
    ends = centre + 2.5 * half * sides[:, None] * along
    if not ((ends >= low) & (ends <= high)).all():
        return None
    height = rises(2 * half * sides).min()
    if not 0 < height < np.inf:
        return None
    near, far = np.zeros(2), np.full(2, 2 * half)
    for _ in range(_HALVED):  # where both sides are as high: the middle lies between
        tried = (near + far) / 2
        above = rises(tried * sides) >= height
        near, far = np.where(above, near, tried), np.where(above, tried, far)
    middle, width = (far[1] - far[0]) / 2, far.mean()
    seen = np.stack([rises(middle + side * width * _SHARES) for side in sides])
    grown = seen[:, 1:] / seen[:, :-1]
    powers = np.log(grown[:, -2:]) / np.log(_SHARES[-2:] / _SHARES[-3:-1])
    rises_at_once = (seen > 0).all() and (grown >= 2).all()
    even = powers.min() >= max(_STEEP, (1 - _EVEN) * powers.max())
    return np.asarray(floor(np.array([middle]))[0]) if rises_at_once or even else None
