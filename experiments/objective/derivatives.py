"""What a gradient and a Hessian tell: eigenvalues in closed form, and the steps of Newton's method."""

from typing import Any

import numpy as np

_CANCELS = 1e-3  # of the larger eigenvalue: below it the smaller one's digits are lost in a difference


@np.errstate(all="ignore")
def eigenvalues(hessian: Any) -> tuple[Any, Any]:
    """Return the two eigenvalues of symmetric (..., 2, 2), smaller first, in closed form.

    One that is small beside the other is what the determinant leaves of it: their difference would be rounding.
    """
    a, b, c = hessian[..., 0, 0], hessian[..., 0, 1] / 2 + hessian[..., 1, 0] / 2, hessian[..., 1, 1]
    middle, half = a / 2 + c / 2, a / 2 - c / 2  # halves first: the largest numbers have no sum
    radius = np.hypot(half, b)
    small, large = middle - radius, middle + radius
    big = np.where(middle < 0, small, large)
    other = a * (c / big) - b * (b / big)
    tiny = np.isfinite(other) & (np.abs(np.where(middle < 0, large, small)) < _CANCELS * np.abs(big))
    return np.where(tiny & (middle >= 0), other, small), np.where(tiny & (middle < 0), other, large)


def newton_steps(gradient: np.ndarray, hessian: np.ndarray) -> np.ndarray:
    """Return -H^-1 g for each row, (n, 2); zero where the Hessian has no inverse."""
    with np.errstate(all="ignore"):
        scale = np.abs(hessian).max(axis=(1, 2))  # so that no product of two curvatures is too large or too small
        hessian, gradient = hessian / scale[:, None, None], gradient / scale[:, None]
        a, b, c, d = hessian[:, 0, 0], hessian[:, 0, 1], hessian[:, 1, 0], hessian[:, 1, 1]
        det = a * d - b * c
        step = -np.stack([d * gradient[:, 0] - b * gradient[:, 1], a * gradient[:, 1] - c * gradient[:, 0]], -1)
        step /= det[:, None]
    return np.where(((det == 0) | (scale == 0))[:, None], 0.0, step)


def valley_steps(gradient: np.ndarray, hessian: np.ndarray) -> np.ndarray:
    """Return Newton's step along the axis of the larger curvature alone for each row, (n, 2); zero where it is none."""
    a, b, d = hessian[:, 0, 0], hessian[:, 0, 1], hessian[:, 1, 1]
    with np.errstate(all="ignore"):
        curvature = np.where(np.abs(a + d) > 0, (a + d) / 2 + np.sign(a + d) * np.hypot((a - d) / 2, b), 0.0)
        across = np.where(
            (np.abs(a) >= np.abs(d))[:, None], np.stack([curvature - d, b], -1), np.stack([b, curvature - a], -1)
        )
        across /= np.hypot(*across.T)[:, None]
        step = -across * ((across * gradient).sum(axis=1) / curvature)[:, None]
    return np.where(np.isfinite(step).all(1)[:, None], step, 0.0)
