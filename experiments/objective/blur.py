"""A smoothed objective over a whole box at once: its lattice evaluated once, and summed along rows and columns."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from experiments.objective.objective import Objective
from experiments.objective.smoothing import PER_SIGMA, REACH

LARGEST = 1400  # nodes a side; for a finer lattice the points are computed one by one


class Grid(NamedTuple):
    """Value, gradient and Hessian on a grid: z (m, n), slopes (m, n, 2), hessians (m, n, 2, 2), rows of y."""

    z: np.ndarray
    slopes: np.ndarray
    hessians: np.ndarray


def blurred(objective: Objective, x: np.ndarray, y: np.ndarray) -> Grid | None:
    """Return the smoothed objective of this form on the grid of x (n,) and y (m,); None where sigma is too small."""
    sigma = objective.number("smoothing")
    step = sigma / PER_SIGMA
    if max(x[-1] - x[0], y[-1] - y[0]) / step + 2 * REACH > LARGEST:
        return None
    plain = objective.without("smoothing", "l2", "l1")
    columns, rows = (np.arange(np.round(c[0] / step) - REACH, np.round(c[-1] / step) + REACH + 1) for c in (x, y))
    heights = _heights(plain, step, (columns[0], len(columns)), (rows[0], len(rows)))
    bad = ~np.isfinite(heights)
    across, up = _weights(x, columns, sigma), _weights(y, rows, sigma)
    level = float(np.mean(heights, where=~bad)) if not bad.all() else 0.0
    rises = np.where(bad, 0.0, heights - level)
    sums = [[up[i] @ (rises @ across[j].T) for j in range(3)] for i in range(3)]
    z, slopes = level + sums[0][0], np.stack([sums[0][1], sums[1][0]], -1) / sigma
    mixed = sums[1][1]
    hessians = np.stack([np.stack([sums[0][2], mixed], -1), np.stack([mixed, sums[2][0]], -1)], -2) / sigma**2
    if bad.any():
        touched = (up[0] > 0).astype(float) @ bad @ (across[0] > 0).T > 0
        for array in (z, slopes, hessians):
            array[touched] = np.nan
    return _penalised(objective, x, y, Grid(z, slopes, hessians))


def _penalised(objective: Objective, x: np.ndarray, y: np.ndarray, grid: Grid) -> Grid:
    l2, l1 = objective.number("l2"), objective.number("l1")
    if not l2 and not l1:
        return grid
    points = np.stack(np.meshgrid(x, y), -1)
    return Grid(
        grid.z + l2 * (points**2).sum(-1) + l1 * np.abs(points).sum(-1),
        grid.slopes + 2 * l2 * points + l1 * np.sign(points),
        grid.hessians + 2 * l2 * np.eye(2),
    )


def _weights(at: np.ndarray, nodes: np.ndarray, sigma: float) -> list[np.ndarray]:
    """Return the weights of value, first and second derivative, each (len(at), len(nodes)), in units of sigma."""
    step = sigma / PER_SIGMA
    near = np.abs(nodes[None, :] - np.round(at / step)[:, None]) <= REACH
    t = (nodes[None, :] * step - at[:, None]) / sigma
    density = np.where(near, np.exp(-t * t / 2), 0.0) / (np.sqrt(2 * np.pi) * PER_SIGMA)
    return [density, density * t, density * (t * t - 1)]


@lru_cache(maxsize=8)
def _heights(
    objective: Objective,
    step: float,
    columns: tuple[float, int],
    rows: tuple[float, int],
) -> np.ndarray:
    """Return the objective before smoothing at the nodes, (rows, columns)."""
    x, y = ((first + np.arange(count)) * step for first, count in (columns, rows))
    points = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    return objective.values(points).reshape(len(y), len(x))
