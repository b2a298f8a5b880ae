"""Learning rates that are sensible for a fresh choice: they depend on the optimizer and on the surface."""

from functools import lru_cache
from math import floor, log10

import numpy as np

from experiments import objective
from experiments.critical import eigenvalues
from experiments.experiment import Experiment, Run
from experiments.surface import surface_of
from optimizers import OPTIMIZERS


def default_learning_rate(experiment: Experiment, optimizer: str) -> float:
    """Return a learning rate for this optimizer on the experiment's surface, two significant digits.

    Curvature-bound optimizers get their factor over the largest curvature met in the lower half of the view; those
    with steps of their own size a share of the view's width; rate-free ones their factor, 1.
    """
    entry = OPTIMIZERS[optimizer]
    if entry.rate_class == "rate_free":
        rate = entry.rate_factor
    elif entry.rate_class == "unit_step":
        (x0, x1), (y0, y1) = experiment.window
        rate = entry.rate_factor * min(x1 - x0, y1 - y0)
    else:
        rate = entry.rate_factor / largest_curvature(experiment)
    return round_to(min(max(rate, 1e-9), 1e2))


def largest_curvature(experiment: Experiment) -> float:
    """Return the largest curvature that a run is likely to meet: over the part of the view no higher than the start."""
    numbers = tuple(objective.numbers_of(experiment).tolist())
    return _largest_curvature(experiment.replace(runs=(), steps=1, seed=0), numbers)


@lru_cache(maxsize=256)
def _largest_curvature(experiment: Experiment, numbers: tuple[float, ...]) -> float:
    surface = surface_of(experiment)
    finite = np.isfinite(surface.z)
    x, y, z = surface.x, surface.y, surface.z
    column = int(np.clip(np.searchsorted(x, experiment.start[0]), 0, len(x) - 1))
    row = int(np.clip(np.searchsorted(y, experiment.start[1]), 0, len(y) - 1))
    level = max(float(z[row, column]), float(np.percentile(z[finite], 30)))
    dx, dy = x[1] - x[0], y[1] - y[0]
    zx = (z[1:-1, 2:] - 2 * z[1:-1, 1:-1] + z[1:-1, :-2]) / dx**2
    zy = (z[2:, 1:-1] - 2 * z[1:-1, 1:-1] + z[:-2, 1:-1]) / dy**2
    zxy = (z[2:, 2:] - z[2:, :-2] - z[:-2, 2:] + z[:-2, :-2]) / (4 * dx * dy)
    hessian = np.stack([np.stack([zx, zxy], -1), np.stack([zxy, zy], -1)], -2)
    small, large = eigenvalues(hessian)
    below = (z[1:-1, 1:-1] <= level) & np.isfinite(large)
    curvature = np.maximum(np.abs(small), np.abs(large))[below]
    if not curvature.size or not np.max(curvature) > 0:
        return 1.0
    return float(np.percentile(curvature, 98))


def default_run(experiment: Experiment, optimizer: str, **fields: object) -> Run:
    """Return a run of this optimizer at its defaults, with a learning rate that suits the surface."""
    rate = default_learning_rate(experiment, optimizer)
    return Run(optimizer=optimizer, learning_rate=rate, **fields)  # type: ignore[arg-type]


def round_to(number: float, digits: int = 2) -> float:
    """Return the number rounded to so many significant digits."""
    return round(number, digits - 1 - floor(log10(abs(number)))) if number else 0.0
