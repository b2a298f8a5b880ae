"""One place where the gradient of an objective vanishes, or where only a kink or an edge makes a minimum."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class CriticalPoint:
    """One point: kind is minimum, saddle or maximum; eigenvalues of the Hessian, smaller first (NaN at a kink).

    degenerate: the Hessian cannot tell the kind, so the heights on a small circle did. kink: no gradient there.
    boundary: a minimum only because the domain ends there. is_global: none in the domain is lower (the landscape's
    verified minimum, or for a changed surface the lowest found). on_curve: one of a curve of such points.
    """

    point: tuple[float, float]
    value: float
    kind: str
    eigenvalues: tuple[float, float] = (np.nan, np.nan)
    degenerate: bool = False
    kink: bool = False
    boundary: bool = False
    is_global: bool = False
    on_curve: bool = False


def stacked(points: Sequence[CriticalPoint]) -> np.ndarray:
    """Return the places of points as (n, 2)."""
    return np.asarray([p.point for p in points], dtype=np.float64).reshape(-1, 2)


def clean(point: np.ndarray, size: float) -> tuple[float, float]:
    """Return the point with coordinates that are zero but for rounding set to zero. size: of what lies around."""
    x, y = (0.0 if abs(c) < 1e-13 * size else float(c) for c in point)
    return x, y
