"""How a surface lies around points that their Hessians do not tell of: heights on circles, from tiny to small ones.

The lowest and the highest place of each circle are found exactly, so that a way down between two parabolas counts as
one along an axis does. The smallest circles that rounding does not blur tell: there what is lowest grows with a power
of the radius.
"""

from dataclasses import dataclass

import numpy as np

from experiments.objective.derivatives import eigenvalues, newton_steps
from experiments.objective.objective import Objective

_ANGLES = np.linspace(0, 2 * np.pi, 64, endpoint=False)
_GOLDEN = (np.sqrt(5) - 1) / 2
_CUTS = 40  # of the golden section: 1e-9 of an angle; squared, as walls rise, that is rounding
_RADII = 10.0 ** np.arange(-5, -0.9, 1 / 3)  # of the view's diagonal
_STEPS = 3e-3 * np.arange(-3, 4)  # of a radius: so near each other heights are even, but for rounding
_UNEVEN, _GROWN = 5, 16.0  # differences of heights that show what is not even, also beside walls; and how they grow
_CLEAR = 30.0  # times the rounding: beyond it a height is one
_GROWS = 0.3  # the least power of the radius with which a height grows that is no rounding
_SURE = 100.0  # times the last of Newton's steps: a circle so wide is centred on the critical point
_AT_ONCE = 64  # points judged together, so that their circles stay small in memory


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """How a surface lies around one point.

    kind: minimum (nothing near is lower: one of a line of equal heights, too), saddle, maximum, or slope, where the
    point is none of them: the surface falls there as its gradient says. angle: of the lowest place on the smallest
    circle that tells; tangent: the angle that it tends to; depth: how far below the point it lies; NaN where nothing is
    lower. radius: that circle's; NaN where the lowest places are as high as the point, but for rounding. bends: all
    that is clear of the heights is what the Hessian says of them, so that its eigenvalues may tell more.
    """

    kind: str
    angle: float = np.nan
    tangent: float = np.nan
    depth: float = np.nan
    radius: float = np.nan
    bends: bool = False


def surroundings(
    objective: Objective,
    points: np.ndarray,
    size: float,
    smooth: np.ndarray,
    exactly: bool = False,
) -> list[Surroundings]:
    """Return how the surface lies around points (n, 2).

    size: the view's diagonal. smooth (n,): gradients are to be believed, as they are not on a crease. exactly: the
    angles are those of the lowest places, where one of 64 would do to tell the kind.
    """
    parts = [
        _around(objective, points[i : i + _AT_ONCE], size, smooth[i : i + _AT_ONCE], exactly)
        for i in range(0, len(points), _AT_ONCE)
    ]
    return [one for part in parts for one in part]


def _around(
    objective: Objective,
    points: np.ndarray,
    size: float,
    smooth: np.ndarray,
    exactly: bool,
) -> list[Surroundings]:
    heights, slopes, hessians = objective.derivatives(points)
    with np.errstate(all="ignore"):
        steps = np.hypot(*newton_steps(slopes, hessians).T)
        axes = np.linalg.eigh(np.where(np.isfinite(hessians).all((1, 2))[:, None, None], hessians, 0.0))[1]
    steps = np.where(steps <= 1e-3 * size, steps, 0.0)
    usable = _RADII[None] * size >= _SURE * steps[:, None]
    along = np.arctan2(axes[:, 1, 0], axes[:, 0, 0])  # a narrow way down lies along an axis
    across = along + np.pi / 2
    angles = np.concatenate(
        [np.broadcast_to(_ANGLES, (len(points), 64)), np.stack([along, across, along + np.pi, across + np.pi], -1)], 1
    )
    angles = np.sort(angles % (2 * np.pi), axis=1)

    def rises(turn: np.ndarray, row: np.ndarray, radius: np.ndarray) -> np.ndarray:
        offsets = radius[:, None] * np.stack([np.cos(turn), np.sin(turn)], -1)
        with np.errstate(invalid="ignore"):
            found: np.ndarray = objective.values(points[row] + offsets) - heights[row]
            return found

    rows, circles = (index.ravel() for index in np.indices((len(points), len(_RADII))))
    radii = size * _RADII[circles]
    wide = angles.shape[1]
    sampled = rises(angles[rows].ravel(), np.repeat(rows, wide), np.repeat(radii, wide)).reshape(len(rows), wide)
    common = (rises, rows, radii, usable, smooth)
    low = _extremes(sampled, angles[rows], common, 1, lambda known: exactly | (known.signs >= 0))
    high = _extremes(sampled, angles[rows], common, -1, lambda known: known.signs <= 0)  # a maximum, a ridge, or flat
    gradients = np.where(smooth[:, None], slopes, 0.0)
    curvatures = np.where(smooth, eigenvalues(hessians)[1], np.nan)
    return [_told(low, high, i, gradients[i], float(curvatures[i])) for i in range(len(points))]


def _extremes(sampled, angles, common, side, unclear) -> "_Extremes":  # type: ignore[no-untyped-def]
    """Return the lowest (side 1) or highest (-1) places: of the samples, exact where unclear(these) (n,) says so."""
    rises, rows, radii, _, _ = common
    heights, turns = _sampled(side * sampled, angles)
    found = _Extremes(side * heights, turns, *common)
    chosen = np.flatnonzero(unclear(found)[rows])
    if not len(chosen):
        return found

    def at(turn: np.ndarray, circle: np.ndarray) -> np.ndarray:
        found: np.ndarray = side * rises(turn, rows[chosen[circle]], radii[chosen[circle]])
        return found

    heights[chosen], turns[chosen] = lowest_places(side * sampled[chosen], angles[chosen], at)
    return _Extremes(side * heights, turns, *common)


def _told(low: "_Extremes", high: "_Extremes", i: int, gradient: np.ndarray, curvature: float) -> Surroundings:
    below, above = low.signs[i], high.signs[i]
    k, top = low.first[i], high.first[i]
    if below == 0:
        height, told = high.heights[i, top], curvature * high.radii[i, top] ** 2 / 2
        bends = above == 0 or abs(height - told) <= 0.2 * abs(told)
        return Surroundings(kind="maximum" if above < 0 else "minimum", bends=bool(bends))
    radius = float(low.radii[i, k])
    if below > 0:
        return Surroundings(kind="minimum", radius=radius)
    depth = -float(low.heights[i, k])
    angle, further = float(low.angles[i, k]), float(low.angles[i, k + 1])
    # along the way down: what a narrow valley's slope has across it is rounding
    fall = -float(gradient @ [np.cos(angle), np.sin(angle)]) * radius
    if fall > 0 and abs(depth - fall) <= 0.3 * fall:
        return Surroundings(kind="slope")
    if above > 0:  # along a ridge it rises as the gradient says: what falls beside it makes no pass of that
        summit, wide = float(high.angles[i, top]), float(high.radii[i, top])
        rise = float(gradient @ [np.cos(summit), np.sin(summit)]) * wide
        if rise > 0 and abs(float(high.heights[i, top]) - rise) <= 0.3 * rise:
            return Surroundings(kind="slope")
    bent = (further - angle + np.pi) % (2 * np.pi) - np.pi
    grown = float(low.radii[i, k + 1]) / radius
    tangent = angle - bent / (grown - 1) if abs(bent) < 0.2 else angle
    kind = "saddle" if above > 0 else "maximum"
    return Surroundings(kind=kind, angle=angle, tangent=tangent, depth=depth, radius=radius)


class _Extremes:
    """The lowest (or highest) places of circles around points: where they first tell more than rounding."""

    def __init__(self, heights, angles, rises, rows, radii, usable, smooth) -> None:  # type: ignore[no-untyped-def]
        count = usable.shape[0]
        self.heights, self.angles = heights.reshape(count, -1), angles.reshape(count, -1)
        self.radii = radii.reshape(count, -1)
        near = rises(
            np.repeat(angles, len(_STEPS)),
            np.repeat(rows, len(_STEPS)),
            (radii[:, None] * (1 + _STEPS)).ravel(),
        ).reshape(count, -1, len(_STEPS))
        with np.errstate(all="ignore"):
            rounding = np.nan_to_num(np.abs(np.diff(near, _UNEVEN, axis=2)).max(axis=2) / _GROWN)
            rounding[~smooth] = 0.0
            clear = usable & (np.abs(self.heights) > _CLEAR * rounding)
            powers = np.diff(np.log(np.abs(self.heights)), axis=1) / np.log(_RADII[1] / _RADII[0])
            powers[np.diff(np.sign(self.heights), axis=1) != 0] = np.nan
            first, second = powers[:, :-1], powers[:, 1:]
            even = (np.minimum(first, second) > _GROWS) & (np.abs(first - second) <= 0.3 * np.maximum(first, second))
            endless = np.isinf(self.heights[:, :-2]) & usable[:, :-2]
        telling = (even & clear[:, :-2] & clear[:, 1:-1]) | endless
        self.first = np.where(telling.any(axis=1), np.argmax(telling, axis=1), -1)
        told = np.sign(self.heights[np.arange(count), self.first])
        self.signs = np.where(self.first < 0, 0.0, told)  # above the point, below it, or as high but for rounding


def _sampled(sampled: np.ndarray, angles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest of the sampled heights (c, a) of each circle and its angle, (c,) each."""
    known = np.where(np.isnan(sampled), np.inf, sampled)
    least = np.argmin(known, axis=1)
    rows = np.arange(len(sampled))
    return known[rows, least], angles[rows, least]


def lowest_places(sampled, angles, heights) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[no-untyped-def]
    """Return the lowest height of each circle and its angle, (c,) each: every hollow is cut down by golden sections.

    sampled (c, a): heights at the sorted angles (c, a). heights(angles (n,), circles (n,)) -> (n,).
    """
    known = np.where(np.isnan(sampled), np.inf, sampled)
    left, right = np.roll(known, 1, axis=1), np.roll(known, -1, axis=1)
    hollow = (known <= left) & (known <= right) & (known < np.maximum(left, right))
    rows, columns = np.nonzero(hollow)
    before, after = np.roll(angles, 1, axis=1), np.roll(angles, -1, axis=1)
    before[:, 0] -= 2 * np.pi
    after[:, -1] += 2 * np.pi
    start, end = before[rows, columns], after[rows, columns]

    def at(turns: np.ndarray) -> np.ndarray:
        found = heights(turns, rows)
        return np.where(np.isnan(found), np.inf, found)

    near, far = end - _GOLDEN * (end - start), start + _GOLDEN * (end - start)
    at_near, at_far = at(near), at(far)
    for _ in range(_CUTS):
        first = at_near < at_far
        start, end = np.where(first, start, near), np.where(first, far, end)
        fresh = np.where(first, end - _GOLDEN * (end - start), start + _GOLDEN * (end - start))
        found = at(fresh)
        near, far = np.where(first, fresh, far), np.where(first, near, fresh)
        at_near, at_far = np.where(first, found, at_far), np.where(first, at_near, found)
    least, turn = _sampled(sampled, angles)
    best = np.minimum(at_near, at_far)
    where = np.where(at_near < at_far, near, far)
    for row, height, angle in zip(rows, best, where, strict=True):
        if height < least[row]:
            least[row], turn[row] = height, angle
    return least, turn
