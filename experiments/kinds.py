"""Of what kind a critical point is: from its Hessian where that tells it, else from the heights around it."""

from typing import Any

import numpy as np

from experiments import objective
from experiments.critical_point import CriticalPoint
from experiments.derivatives import derivatives, values

RING = np.exp(1j * np.linspace(0, 2 * np.pi, 64, endpoint=False))
RINGS = (1e-3, 3e-3)  # of the view's diagonal: the circles that tell the kind of a degenerate point


def is_weak(small: Any, large: Any) -> Any:
    """Tell whether one of the Hessian's eigenvalues is no more than rounding beside the other."""
    return np.minimum(np.abs(small), np.abs(large)) <= 1e-7 * np.maximum(np.abs(small), np.abs(large))


def kind_by_ring(form: objective.Form, numbers: np.ndarray, point: Any, value: float, size: float) -> str:
    """Return a critical point's kind from the heights on two small circles around it, where these have a height."""
    circles = np.stack([RING.real, RING.imag], -1)
    hessian = derivatives(form, numbers, np.asarray(point, dtype=np.float64)[None])[2][0]
    if np.isfinite(hessian).all():  # a narrow way up or down lies along an axis, between the circle's points
        axes = np.linalg.eigh(hessian)[1].T
        circles = np.concatenate([circles, axes, -axes])
    rings = np.concatenate([np.asarray(point) + r * size * circles for r in RINGS])
    rises = values(form, numbers, rings) - value
    rises = rises[~np.isnan(rises)]  # beyond the edge of log x or sqrt x nothing is lower
    noise = rounding_of(value)
    if (rises >= -noise).all():
        return "minimum"  # or one of a line of equal heights
    return "saddle" if (rises > noise).any() else "maximum"


def judged_by_ring(
    points: list[CriticalPoint], form: objective.Form, numbers: np.ndarray, size: float
) -> list[CriticalPoint]:
    """Classify degenerate points by the heights on circles around them."""
    strong = [p for p in points if not p.degenerate]
    weak = [p for p in points if p.degenerate]
    return strong + [
        CriticalPoint(**{**p.__dict__, "kind": kind_by_ring(form, numbers, p.point, p.value, size)}) for p in weak
    ]


def told_by_hessian(
    form: objective.Form,
    numbers: np.ndarray,
    places: np.ndarray,
    heights: np.ndarray,
    hessians: np.ndarray,
    size: float,
) -> np.ndarray:
    """Tell (n,) where the heights beside a point are those of its Hessian, along both of its axes, beyond rounding.

    There the kind is sure, however little the surface bends beside what it does elsewhere in the view.
    """
    if not len(places):
        return np.zeros(0, dtype=bool)
    curvatures, axes = np.linalg.eigh(np.where(np.isfinite(hessians), hessians, 0.0))
    radius = 1e-5 * size
    offsets = radius * np.swapaxes(axes, 1, 2)  # rows: the axes
    around = (places[:, None, None] + np.stack([offsets, -offsets], 2)).reshape(-1, 2)
    rises = (values(form, numbers, around).reshape(-1, 2, 2) - heights[:, None, None]).mean(axis=2)
    told = curvatures * radius**2 / 2
    sure = np.abs(told) > 1e-12 * np.maximum(1.0, np.abs(heights))[:, None]
    with np.errstate(invalid="ignore"):
        return (sure & (np.abs(rises - told) <= 0.2 * np.abs(told))).all(axis=1)


def creased(
    points: list[CriticalPoint], form: objective.Form, numbers: np.ndarray, hessians: np.ndarray, size: float
) -> list[CriticalPoint]:
    """Mark as kinks, and judge by their ring, the points whose Hessian holds on one side of a crease only, or nowhere.

    Across a crease heights grow no faster than the square of the distance; where a smooth surface is flat to second
    order, as a monkey saddle's middle is, they grow at least with its cube. A slope of |t| at 0 is set to 0, and so a
    point in the very fold of a crease looks smooth: heights that grow with the distance itself give it away.
    """
    if not points:
        return points
    radius = 1e-4 * size
    ring = radius * np.stack([RING.real, RING.imag], -1)[::4]
    places = np.asarray([p.point for p in points])
    around = (places[:, None] + ring).reshape(-1, 2)
    rises = values(form, numbers, around).reshape(len(points), -1) - np.asarray([p.value for p in points])[:, None]
    told = np.einsum("ri,nij,rj->nr", ring, hessians, ring) / 2
    telling = np.abs(told) > 0.2 * np.abs(told).max(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        other = telling & (np.sign(rises) == -np.sign(told)) & (np.abs(rises) > 0.5 * np.abs(told))
        heights = np.abs([p.value for p in points])[:, None]
        folded = np.abs(rises) > np.maximum(20 * np.abs(told).max(axis=1, keepdims=True), 1e-12 * (1 + heights))
    if other.any() or folded.any():
        halfway = (places[:, None] + ring / 2).reshape(-1, 2)
        near = values(form, numbers, halfway).reshape(len(points), -1) - np.asarray([p.value for p in points])[:, None]
        with np.errstate(invalid="ignore"):
            other &= np.abs(rises) < 6 * np.abs(near)
            folded &= np.abs(rises) < 3 * np.abs(near)
    unlike = {True: {"kink": True, "degenerate": True, "eigenvalues": (np.nan, np.nan)}, False: {}}
    return [
        CriticalPoint(**{**p.__dict__, "kink": True, "degenerate": True} | unlike[fold]) if creased or fold else p
        for p, creased, fold in zip(points, other.any(axis=1), folded.any(axis=1).tolist(), strict=True)
    ]


def rounding_of(value: float) -> float:
    """Return a difference of heights that may be rounding."""
    return 1e-14 * max(1.0, abs(value))
