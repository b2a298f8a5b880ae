"""The lowest places on small circles around points, found even where they lie in a crease between steep walls."""

import numpy as np

from experiments.objective.objective import Objective

_ANGLES = np.linspace(0, 2 * np.pi, 64, endpoint=False)
_GOLDEN = (np.sqrt(5) - 1) / 2
_CIRCLES = (1e-3, 1e-5, 1e-7)  # of the view's diagonal: nothing on them is lower than a minimum
_EVEN, _ROUNDED = 75, 16  # per cent of third differences that are no more than rounding, and how far that may reach
_CUTS = 60  # which leave 3e-14 of an angle: a crease with infinitely steep walls is met


def lowest_on_circles(objective: Objective, centres: np.ndarray, radius: float) -> np.ndarray:
    """Return the lowest heights (n,) on circles of this radius around centres (n, 2).

    Every hollow among 64 samples of a circle is cut down by the golden section.
    """
    count, wide = len(centres), len(_ANGLES)

    def heights(angles: np.ndarray, rows: np.ndarray) -> np.ndarray:
        offsets = radius * np.stack([np.cos(angles), np.sin(angles)], -1)
        found: np.ndarray = np.nan_to_num(objective.values(centres[rows] + offsets), nan=np.inf)
        return found

    sampled = heights(np.tile(_ANGLES, count), np.repeat(np.arange(count), wide)).reshape(count, wide)
    hollow = (sampled <= np.roll(sampled, 1, axis=1)) & (sampled <= np.roll(sampled, -1, axis=1))
    rows, columns = np.nonzero(hollow)
    start, end = _ANGLES[columns] - 2 * np.pi / wide, _ANGLES[columns] + 2 * np.pi / wide
    near, far = end - _GOLDEN * (end - start), start + _GOLDEN * (end - start)
    at_near, at_far = heights(near, rows), heights(far, rows)
    for _ in range(_CUTS):
        first = at_near < at_far
        start, end = np.where(first, start, near), np.where(first, far, end)
        fresh = np.where(first, end - _GOLDEN * (end - start), start + _GOLDEN * (end - start))
        found = heights(fresh, rows)
        near, far = np.where(first, fresh, far), np.where(first, near, fresh)
        at_near, at_far = np.where(first, found, at_far), np.where(first, at_near, found)
    lowest = sampled.min(axis=1)
    np.minimum.at(lowest, rows, np.minimum(at_near, at_far))
    made: np.ndarray = lowest
    return made


def stand_lowest(
    objective: Objective,
    points: np.ndarray,
    heights: np.ndarray,
    size: float,
    spread: float,
    exactly: bool,
) -> np.ndarray:
    """Tell beside which points (n, 2) of these heights (n,) nothing is lower, but for rounding, (n,).

    exactly: the lowest places of the circles are found; else their 64 samples tell.
    """
    low = np.ones(len(points), dtype=bool)
    if not len(points):
        return low
    circle = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], -1)
    for radius in (share * size for share in _CIRCLES):
        places = points[:, None] + radius * circle
        ring = objective.values(places.reshape(-1, 2)).reshape(len(points), -1)
        with np.errstate(all="ignore"):
            uneven = np.abs(np.diff(np.concatenate([ring, ring[:, :3]], axis=1), 3, axis=1))
            noise = np.percentile(np.nan_to_num(uneven, nan=0.0, posinf=0.0), _EVEN, axis=1)  # jumps are few
        slack = np.maximum(1e-12 * np.maximum(np.abs(heights), min(1.0, spread)), _ROUNDED * noise)
        lowest = np.min(np.nan_to_num(ring, nan=np.inf), axis=1)
        if exactly:
            lowest = np.minimum(lowest, lowest_on_circles(objective, points, radius))
        low &= ~(lowest < heights - slack)
    return low
