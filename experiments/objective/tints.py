"""What a map can be coloured by beside its heights: how steep the ground is, and how strongly it curves."""

import numpy as np

from experiments.objective.heights import Surface

TINTS = ("gradient", "curvature")


@np.errstate(all="ignore")
def tint(surface: Surface, kind: str) -> np.ndarray:
    """Return the gradient's size, or the Hessian's larger eigenvalue, on a surface's grid as shares (n, n) in [0, 1].

    By rank: the share of the grid that has less. Measured by differences of the grid's heights, over two cells: colour
    needs no more. NaN where the heights are not finite. Raises ValueError for another kind than those of TINTS.
    """
    if kind not in TINTS:
        raise ValueError(f"tint: {kind!r} is not allowed; give one of {', '.join(TINTS)}")
    z = np.where(np.isfinite(surface.z), surface.z / surface.factor, np.nan)
    dy, dx = np.gradient(z, surface.y, surface.x)
    if kind == "gradient":
        found = np.hypot(dx, dy)
    else:
        dyy, dyx = np.gradient(dy, surface.y, surface.x)
        dxy, dxx = np.gradient(dx, surface.y, surface.x)
        found = (dxx + dyy) / 2 + np.hypot((dxx - dyy) / 2, (dxy + dyx) / 2)
    return _ranks(found)


def _ranks(values: np.ndarray) -> np.ndarray:
    """Return the share of the finite values that are less than each, values that differ by rounding alone alike."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.full(values.shape, np.nan)
    even = float(np.abs(finite).max()) * 1e-9 or 1.0
    order = np.sort(np.round(finite / even))
    shares = np.searchsorted(order, np.round(values / even), side="left") / max(1, len(order) - 1)
    return np.where(np.isfinite(values), np.clip(shares, 0.0, 1.0), np.nan)
