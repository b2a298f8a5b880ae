"""The one minimum of a convex loss of two weights with penalties, by Newton's steps, to the last digit."""

from collections.abc import Callable
from itertools import product

import numpy as np

Parts = Callable[[np.ndarray], tuple[float, np.ndarray, np.ndarray]]  # value, gradient (2,) and Hessian (2, 2)

_ITERATIONS = 200
_REST = 1e-15  # of the weights: a shorter step is none
_ROUNDING = 1e-14  # of a loss: a rise by less is none
_SHORTEST = 1e-10  # share of a step that is tried
_LEVEL = 1e-10  # of the slopes that the rows pull with: what is left of them at a minimum


@np.errstate(all="ignore")  # numbers too large are none, and looked at as such
def minimised(parts: Parts, l1: tuple[float, float], pull: np.ndarray) -> np.ndarray | None:
    """Return the weights (2,) of the least parts + l1 |w|, each weight with its own strength; None where none is found.

    pull: how strongly single rows slope, (2,): at the minimum they cancel. With L1 every sign that the weights may have
    is tried, 0 too: within one the penalty is a plane, and of all but one the minimum lies elsewhere.
    """
    signs = [(0.0,) if not strength else (1.0, -1.0, 0.0) for strength in l1]
    for pattern in product(*signs):
        tilt = np.array(l1) * pattern
        free = np.array([not strength or sign != 0 for strength, sign in zip(l1, pattern, strict=True)])
        weights = _newton(parts, tilt, free, pull)
        if weights is None:
            continue
        slope = parts(weights)[1]
        kept = [
            not strength or (weight * sign > 0 if sign else abs(across) <= strength)
            for strength, sign, weight, across in zip(l1, pattern, weights, slope, strict=True)
        ]
        if all(kept):
            return weights
    return None


def _newton(parts: Parts, tilt: np.ndarray, free: np.ndarray, pull: np.ndarray) -> np.ndarray | None:
    """Return the least of parts + tilt @ w over the weights that are free; the others are 0."""
    weights = np.zeros(2)
    if not free.any():
        return weights
    for _ in range(_ITERATIONS):
        value, slope, bend = parts(weights)
        step = np.zeros(2)
        try:
            step[free] = -np.linalg.solve(bend[np.ix_(free, free)], (slope + tilt)[free])
        except np.linalg.LinAlgError:
            return None
        before, share = value + tilt @ weights, 1.0
        if not np.isfinite(step).all():
            return None
        while share > _SHORTEST and not (
            parts(weights + share * step)[0] + tilt @ (weights + share * step) <= before + _ROUNDING * (1 + abs(before))
        ):
            share /= 2
        weights = weights + share * step
        if np.abs(step).max() <= _REST * (1 + np.abs(weights).max()):
            break
    left = np.abs((parts(weights)[1] + tilt)[free])
    return weights if (left <= _LEVEL * (pull[free] + np.abs(tilt[free]))).all() else None
