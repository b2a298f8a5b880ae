"""Which heights of an objective are one height, as far as float64 can tell."""

import numpy as np

from experiments.objective.objective import Objective

_LISTED = 1e-8  # how exactly listed values are known
_OF_SPREAD = 1e-9  # of the spread of heights; where it is small, that is finer than listed values
_EPS = float(np.finfo(np.float64).eps)
_SIDES = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j], dtype=np.float64)


def is_one_height(objective: Objective, point: tuple[float, float], value: float, other: float, spread: float) -> bool:
    """Tell whether the value at a point is another one but for rounding.

    Apart by no more than the digits of listed values, or than the value changes by when the point moves by a few
    units of its last place. spread: a typical difference of heights; it bounds what can be meant by the same.
    """
    apart = abs(value - other)
    if not apart > min(_OF_SPREAD * spread, _LISTED):
        return True
    if not apart <= _OF_SPREAD * (spread + abs(other)):
        return False
    return apart <= 4 * rounding(objective, point, value)


def rounding(objective: Objective, point: tuple[float, float], value: float) -> float:
    """Return how much of the value at a point is rounding: its change over the neighbouring points of float64."""
    place = np.asarray(point, dtype=np.float64)
    steps = [k * _EPS * np.maximum(np.abs(place), 1e-3) * _SIDES for k in (1, 2, 4)]
    changes = np.abs(objective.values(place + np.concatenate(steps)) - value)
    return max(float(np.max(changes[np.isfinite(changes)], initial=0.0)), 4 * _EPS * abs(value))
