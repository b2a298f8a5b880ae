"""Numbers that are sensible for a fresh choice: they depend on the optimizer and on the surface."""

from dataclasses import replace
from functools import lru_cache
from math import floor, log10
from typing import Any

import numpy as np

from experiments.critical.points import critical_points
from experiments.objective.derivatives import eigenvalues
from experiments.objective.heights import surface_at
from experiments.objective.many_objective import ManyObjective, many_objective_of
from experiments.objective.objective import Objective, objective_of
from experiments.setup.allowed import Box, Point
from experiments.setup.experiment import Experiment
from experiments.setup.run import Run
from experiments.setup.weights import count_of, start_of
from optimizers import OPTIMIZERS


def default_learning_rate(experiment: Experiment, optimizer: str) -> float:
    """Return a learning rate for this optimizer on the experiment's surface, two significant digits.

    Those with steps of their own size get a share of the view's width, rate-free ones their factor. Those bound by
    curvature get their factor over the largest curvature that a run is likely to meet, but no more than lets a typical
    gradient move the ball by a twentieth of the view, so that the path can be seen. Those bound by both
    get their share of the view, but no more than three times that: only their first few steps follow the gradient.
    """
    entry = OPTIMIZERS[optimizer]
    if entry.rate_class == "rate_free":
        rate = entry.rate_factor
    elif entry.rate_class in ("unit_step", "both"):
        (x0, x1), (y0, y1) = experiment.window
        rate = entry.rate_factor * min(x1 - x0, y1 - y0)
        if entry.rate_class == "both":
            rate = min(rate, 3 * _gradient_rate(experiment))
    else:
        rate = entry.rate_factor * _gradient_rate(experiment)
    return round_to(min(max(rate, 1e-9), 1e2))


def _gradient_rate(experiment: Experiment) -> float:
    """Return a rate for plain gradient descent on the experiment's surface, from its start."""
    if experiment.has_many_weights:
        return _rate_of_many(
            many_objective_of(experiment), tuple(start_of(experiment)[: count_of(experiment)].tolist())
        )
    return _cached_rate(objective_of(experiment), experiment.window, experiment.start)


@lru_cache(maxsize=256)
def _rate_of_many(objective: ManyObjective, start: tuple[float, ...]) -> float:
    """Return 1 over the largest curvature at the start; where a loss bends most elsewhere, the factors leave room."""
    _, _, hessian = objective.derivatives(np.array(start))
    largest = float(np.abs(np.linalg.eigvalsh(hessian)).max()) if np.isfinite(hessian).all() else 0.0
    return 1 / largest if largest > 0 else 1.0


@lru_cache(maxsize=256)
@np.errstate(all="ignore")
def _cached_rate(objective: Objective, window: Box, start: Point) -> float:
    surface = surface_at(objective, window)
    x, y, z = surface.x, surface.y, surface.z
    finite = np.isfinite(z)
    if not finite.any():
        return 1.0
    column = int(np.clip(np.searchsorted(x, start[0]), 0, len(x) - 1))
    row = int(np.clip(np.searchsorted(y, start[1]), 0, len(y) - 1))
    level = max(float(np.nan_to_num(z[row, column], nan=-np.inf)), float(np.percentile(z[finite], 30)))
    dx, dy = x[1] - x[0], y[1] - y[0]
    zx, zy = (z[1:-1, 2:] - z[1:-1, :-2]) / (2 * dx), (z[2:, 1:-1] - z[:-2, 1:-1]) / (2 * dy)
    zxx = (z[1:-1, 2:] - 2 * z[1:-1, 1:-1] + z[1:-1, :-2]) / dx**2
    zyy = (z[2:, 1:-1] - 2 * z[1:-1, 1:-1] + z[:-2, 1:-1]) / dy**2
    zxy = (z[2:, 2:] - z[2:, :-2] - z[:-2, 2:] + z[:-2, :-2]) / (4 * dx * dy)
    small, large = eigenvalues(np.stack([np.stack([zxx, zxy], -1), np.stack([zxy, zyy], -1)], -2))
    slope, bend = np.hypot(zx, zy), np.maximum(np.abs(small), np.abs(large))
    met = (z[1:-1, 1:-1] <= level) & np.isfinite(slope) & np.isfinite(bend)
    if not met.any():
        return 1.0
    sharpest = float(np.percentile(bend[met], 98))
    steepness = float(np.median(slope[met])) or float(slope[met].max())
    limits = [1 / sharpest] if sharpest > 0 else []
    limits += [0.05 * surface.size / steepness] if steepness > 0 else []
    return min(limits, default=1.0)


def default_run(experiment: Experiment, optimizer: str, **fields: Any) -> Run:
    """Return a run of this optimizer at its defaults, with numbers that suit the surface. fields: others of the run."""
    rate = default_learning_rate(experiment, optimizer)
    known = surface_parameters(experiment, optimizer)
    return Run(optimizer=optimizer, learning_rate=rate, parameters=known, **fields)


def suited(run: Run, experiment: Experiment) -> Run:
    """Return the run with the learning rate that suits this surface, and with what its rule must know of it."""
    rate = default_learning_rate(experiment, run.optimizer)
    known = surface_parameters(experiment, run.optimizer)
    return replace(run, learning_rate=rate, parameters={**run.parameters, **known})


def surface_parameters(experiment: Experiment, optimizer: str) -> dict[str, float]:
    """Return the parameters whose default is the surface's: the lowest value, for a rule that is given it.

    Nine significant digits, within what the parameter may be; its own default where no lowest value is known.
    """
    own = [parameter for parameter in OPTIMIZERS[optimizer].parameters if parameter.key == "lowest"]
    if not own:
        return {}
    lowest = critical_points(experiment).lowest
    if lowest is None:
        return {"lowest": own[0].default}
    return {"lowest": min(max(round_to(lowest, 9), own[0].low), own[0].high)}


def round_to(number: float, digits: int = 2) -> float:
    """Return the number rounded to so many significant digits."""
    return round(number, digits - 1 - floor(log10(abs(number)))) if number else 0.0
