"""Logistic regression with two weights: its minimum by Newton's steps, or that it has none."""

import numpy as np

from landscapes.data.model import Known

_ITERATIONS = 200
_REST = 1e-15
_ROUNDING = 1e-14  # of a loss: a rise by less is none
_HALF_TURN = 1e-12  # radians: gaps that differ by less from a half turn are one


def known_logistic(design: np.ndarray, offset: float, labels: np.ndarray, pull: np.ndarray) -> Known | None:
    """Return the critical points of the mean log loss of z = design (n, 2) @ weights + offset plus pull @ weights².

    labels (n,): 0 or 1. The loss is convex: it has one minimum, or none where a direction of the weights is right for
    every row and wrong for none. None where it is level along a line.
    """
    signed = design * (2 * labels - 1)[:, None]
    if np.linalg.matrix_rank(design) < 2:
        return None
    if not pull.any():
        gap = _widest_gap(signed)
        if gap > np.pi + _HALF_TURN:
            return Known(infimum=0.0 if (np.abs(signed).max(axis=1) > 0).all() else None)
        if gap >= np.pi - _HALF_TURN:
            return Known()
    weights = _newton(design, offset, labels, pull)
    if weights is None:
        return None
    margins = (design @ weights + offset) * (2 * labels - 1)
    lowest = float(np.logaddexp(0.0, -margins).mean() + pull @ weights**2)
    first, second = weights.tolist()
    return Known(minima=((first, second),), lowest=lowest)


def _widest_gap(signed: np.ndarray) -> float:
    """Return the widest angle between neighbours of directions (n, 2): from half a turn on, a half plane has all."""
    there = signed[np.abs(signed).max(axis=1) > 0]
    angles = np.sort(np.arctan2(there[:, 1], there[:, 0]))
    gaps = np.diff(angles, append=angles[:1] + 2 * np.pi)
    return float(gaps.max()) if len(angles) else 2 * np.pi


def _newton(design: np.ndarray, offset: float, labels: np.ndarray, pull: np.ndarray) -> np.ndarray | None:
    def loss(weights: np.ndarray) -> float:
        z = design @ weights + offset
        return float((np.logaddexp(0.0, z) - labels * z).mean() + pull @ weights**2)

    def slope(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        z = design @ weights + offset
        p = np.exp(-np.logaddexp(0.0, -z))
        return (p - labels) @ design / len(labels) + 2 * pull * weights, p * np.exp(-np.logaddexp(0.0, z))

    weights = np.zeros(2)
    for _ in range(_ITERATIONS):
        gradient, bends = slope(weights)
        hessian = (design.T * bends) @ design / len(labels) + 2 * np.diag(pull)
        try:
            step = -np.linalg.solve(hessian, gradient)
        except np.linalg.LinAlgError:
            return None
        before, share = loss(weights), 1.0
        while share > 1e-8 and not loss(weights + share * step) <= before + _ROUNDING * (1 + before):
            share /= 2
        weights = weights + share * step
        if not np.isfinite(weights).all():
            return None
        if np.abs(step).max() <= _REST * (1 + np.abs(weights).max()):
            break
    gradient, _ = slope(weights)
    return weights if np.abs(gradient).max() <= 1e-12 * np.abs(design).max() else None
