"""Value, gradient and Hessian of an objective at many points: one compiled program for all that needs them."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from experiments.objective import objective
from experiments.objective.compiled import program, traced

FEW, BLOCK, SMOOTH_BLOCK = (
    8,
    1024,
    64,
)  # points evaluated at once: two sizes, so that any number of points compiles nothing new

_CANCELS = 1e-3  # of the larger eigenvalue: below it the smaller one's digits are lost in a difference


def derivatives(
    form: objective.Form, numbers: np.ndarray, points: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return value (n,), gradient (n, 2) and Hessian (n, 2, 2) at points (n, 2). Compiles twice a form."""
    compiled = program(("derivatives", form), lambda: _compile(form))
    count = len(points)
    size = FEW if count <= FEW else SMOOTH_BLOCK if form.is_smoothed else BLOCK
    padded = np.zeros((max(-(-count // size), 1) * size, 2))
    padded[:count] = points
    parts = [compiled(numbers, block) for block in padded.reshape(-1, size, 2)]
    value, gradient, hessian = (np.concatenate([np.asarray(part[i]) for part in parts])[:count] for i in range(3))
    return value, gradient, hessian


def values(form: objective.Form, numbers: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return the objective at points (n, 2) as (n,)."""
    return derivatives(form, numbers, points)[0]


def sharpness(form: objective.Form, numbers: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return the Hessian's larger eigenvalue at points (n, 2) as (n,); NaN where one or the other is not finite."""
    found = np.full(len(points), np.nan)
    finite = np.isfinite(points).all(1)
    with np.errstate(all="ignore"):
        largest = eigenvalues(derivatives(form, numbers, points[finite])[2])[1]
    found[finite] = np.where(np.isfinite(largest), largest, np.nan)
    return found


def _compile(form: objective.Form) -> Callable[..., Any]:
    def at(numbers: jax.Array, points: jax.Array) -> Any:
        traced("derivatives")
        return jax.vmap(objective.build(form, numbers).all)(points)

    return jax.jit(at)


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


@np.errstate(all="ignore")
def newton_search(
    form: objective.Form,
    numbers: np.ndarray,
    points: np.ndarray,
    reach: float,
    iterations: int,
    steps: Callable[[np.ndarray, np.ndarray], np.ndarray] = newton_steps,
) -> np.ndarray:
    """Follow Newton's steps, each no longer than reach, from points (n, 2) until they stay; returns the ends (n, 2)."""
    rest = 1e-12 if form.is_smoothed else 1e-15  # sums over many nodes carry more rounding
    ends = np.array(points, dtype=np.float64)
    moving = np.arange(len(ends))
    for _ in range(iterations):
        _, gradient, hessian = derivatives(form, numbers, ends[moving])
        step = steps(gradient, hessian)
        with np.errstate(all="ignore"):  # where a step is no number, so is the end
            length = np.hypot(*step.T)
            step *= np.where(length > reach, reach / length, 1.0)[:, None]
            ends[moving] += step
            moving = moving[length > rest * (reach + np.hypot(*ends[moving].T))]
        if not len(moving):
            break
    return ends
