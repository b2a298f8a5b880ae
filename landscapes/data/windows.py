"""What part of the plane of weights shows a loss: round numbers, so that the view stands while a point is dragged."""

from math import floor, inf, log10

import numpy as np

_ROUND = (1.0, 2.0, 3.0, 5.0, 10.0)
_ROOM = 1.6  # times the weights that fit: they lie well within
_APART = 16.0  # times: sides that differ by more are no longer drawn alike
_SMALLEST, _LARGEST = 1e-6, 1e6


def round_up(size: float) -> float:
    """Return the least of 1, 2, 3, 5, 10, ... that is not smaller."""
    if not _SMALLEST < size < inf:
        return _SMALLEST if size <= _SMALLEST else _LARGEST
    unit = 10.0 ** floor(log10(size))
    return min(_LARGEST, next(float(f"{share * unit:.3g}") for share in _ROUND if share * unit >= size * (1 - 1e-9)))


def half_sides(weights: np.ndarray, least: tuple[float, float]) -> tuple[float, float]:
    """Return half the width and height of a view around 0 that has these weights (n, 2) well within it.

    least: what either is at least. Both are alike unless they differ by more than sixteen times.
    """
    far = np.abs(np.asarray(weights, dtype=np.float64).reshape(-1, 2))
    far = np.where(np.isfinite(far), far, 0.0).max(axis=0, initial=0.0)
    wide, high = (round_up(max(_ROOM * float(size), low)) for size, low in zip(far, least, strict=True))
    if max(wide, high) <= _APART * min(wide, high):
        return max(wide, high), max(wide, high)
    return wide, high
