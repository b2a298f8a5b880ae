"""How far a surface may be smoothed before the lattice of nodes misses something, and where it cannot be at all."""

from typing import Any

import jax
import numpy as np

from experiments.objective.compiled import program
from experiments.objective.form import Form
from experiments.objective.heights import surface_at
from experiments.objective.objective import Objective, objective_of
from experiments.objective.pointwise import build
from experiments.objective.smoothing import PER_SIGMA, Smoothed
from experiments.setup import attention
from experiments.setup.allowed import Box
from experiments.setup.experiment import Experiment
from experiments.setup.modifiers import BY_KEY
from experiments.setup.turns import once
from numerals import number

TOLERANCE = 1e-2  # of the spread of the surface's heights: as much as the rule may be off, which cannot be seen
_PLACES = 7  # a side of the view, at which the error is measured
_TRIED = 24  # sizes of sigma, from a hundredth of the view's shorter side to all of it


def smoothing_limit(experiment: Experiment) -> float:
    """Return the largest sigma up to which the smoothed surface is off by at most 1 % of the view's spread of heights.

    The error is measured: the sum over the lattice against that over one of twice the density, at 49 places of the
    view, for growing sigma. Smooth surfaces stay far below that (1e-6) up to the view's shorter side, which is never
    exceeded; kinks cost about 0.1 %, steps reach it. Cached.
    """
    plain = experiment.replace(l1=0.0, l2=0.0, smoothing=0.0, runs=())
    return _limit(objective_of(plain), plain.window)


def smoothing_trouble(experiment: Experiment) -> str | None:
    """Return a sentence on what is wrong with the experiment's smoothing, or None."""
    if not experiment.smoothing:
        return None
    limit = smoothing_limit(experiment)
    if experiment.smoothing > limit:
        return (
            f"Smoothing {number(experiment.smoothing)} is more than can be computed exactly on this surface: "
            f"up to {number(limit)} the heights are right to 1 %."
        )
    smooth = experiment.replace(runs=(), smoothing_schedule="constant")
    plain = smooth.replace(smoothing=0.0)
    shown, true = (surface_at(objective_of(e), e.window).z for e in (smooth, plain))
    lost = np.isfinite(true) & ~np.isfinite(shown)
    if not lost.any():
        return None
    share = max(1, round(100 * float(lost.sum()) / float(np.isfinite(true).sum())))
    return (
        f"Smoothing takes the mean over a cloud around each point. On {share} % of the view that cloud reaches where "
        f"the surface has no value, so there it is not drawn: choose a smaller smoothing."
    )


@once(64)
def _limit(objective: Objective, window: Box) -> float:
    (x0, x1), (y0, y1) = window
    short = min(x1 - x0, y1 - y0)
    shares = np.linspace(0.08, 0.92, _PLACES)
    points = np.stack(np.meshgrid(x0 + shares * (x1 - x0), y0 + shares * (y1 - y0)), -1).reshape(-1, 2)
    allowed = TOLERANCE * surface_at(objective, window).spread
    best = 0.0
    for sigma in short * np.geomspace(0.01, 1.0, _TRIED):
        attention.go_on()
        if measured_error(objective, float(sigma), points) > allowed:
            break
        best = float(sigma)
    return min(float(f"{best:.2g}"), BY_KEY["smoothing"].high)


def measured_error(objective: Objective, sigma: float, points: np.ndarray) -> float:
    """Return how far the sums over the lattice and over one of twice the density differ at most, at points (n, 2)."""
    compare = program(("smoothing", objective.form), lambda: _compile(objective.form))
    found = np.asarray(compare(objective.vector, np.float64(sigma), points))
    return float(np.max(found, where=np.isfinite(found), initial=0.0))


def _compile(form: Form) -> Any:
    def at(numbers: jax.Array, sigma: jax.Array, points: jax.Array) -> jax.Array:
        height = build(form, numbers).height
        coarse, fine = (Smoothed(height, sigma, n) for n in (PER_SIGMA, 2 * PER_SIGMA))
        return jax.vmap(lambda point: abs(coarse.value(point) - fine.value(point)))(points)

    return jax.jit(at)
