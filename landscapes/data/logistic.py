"""Logistic regression with two weights: its minimum by Newton's steps, or that it has none."""

import numpy as np

from landscapes.data.convex import minimised
from landscapes.data.model import Known

_HALF_TURN = 1e-12  # radians: gaps that differ by less from a half turn are one


def known_logistic(
    design: np.ndarray, offset: float, labels: np.ndarray, l2: np.ndarray, l1: np.ndarray
) -> Known | None:
    """Return the critical points of the mean log loss of z = design (n, 2) @ weights + offset, plus penalties.

    These are l2 @ weights² + l1 @ |weights|, (2,) each; labels (n,): 0 or 1. The loss is convex: it has one minimum, or
    none where a direction of the weights that costs nothing is right for every row and wrong for none. None where it is
    level along a line, or none is found.
    """
    signed = design * (2 * labels - 1)[:, None]
    if np.linalg.matrix_rank(design) < 2:
        return None
    if not l2.any() and not l1.any():
        gap = _widest_gap(signed)
        if gap > np.pi + _HALF_TURN:
            return Known(infimum=0.0 if (np.abs(signed).max(axis=1) > 0).all() else None)
        if gap >= np.pi - _HALF_TURN:
            return Known()

    def parts(weights: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        z = design @ weights + offset
        p, q = np.exp(-np.logaddexp(0.0, -z)), np.exp(-np.logaddexp(0.0, z))
        value = float(np.logaddexp(0.0, np.where(labels > 0.5, -z, z)).mean() + l2 @ weights**2)
        wrong = np.where(labels > 0.5, -q, p)
        slope = wrong @ design / len(labels) + 2 * l2 * weights
        return value, slope, (design.T * (p * q)) @ design / len(labels) + 2 * np.diag(l2)

    first, second = l1.tolist()
    weights = minimised(parts, (first, second), 1e-2 * np.abs(design).max(axis=0))
    if weights is None:
        return None
    lowest = float(parts(weights)[0] + l1 @ np.abs(weights))
    a, b = weights.tolist()
    is_kink = (first > 0 and a == 0) or (second > 0 and b == 0)
    return Known(minima=((a, b),), lowest=lowest, kinks=((a, b),) if is_kink else ())


def _widest_gap(signed: np.ndarray) -> float:
    """Return the widest angle between neighbours of directions (n, 2): from half a turn on, a half plane has all."""
    there = signed[np.abs(signed).max(axis=1) > 0]
    angles = np.sort(np.arctan2(there[:, 1], there[:, 0]))
    gaps = np.diff(angles, append=angles[:1] + 2 * np.pi)
    return float(gaps.max()) if len(angles) else 2 * np.pi
