"""The heights of an objective over a window, for pictures and for a sense of scale."""

import sys
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import frexp

import numpy as np

from experiments.objective.blur import blurred
from experiments.objective.objective import Objective, objective_of
from experiments.setup.allowed import Box
from experiments.setup.experiment import Experiment

_PLAIN = 1e-12  # of the range of heights: smaller differences are none
_SMALL, _LARGE = 1e-30, 1e30  # heights between them are drawn as they are
CELLS = 160  # a side; a picture's grid has one point more


@dataclass(frozen=True, eq=False)
class Surface:
    """Heights over a box: x (n,), y (n,), z (n, n) with z[row of y, column of x]."""

    x: np.ndarray
    y: np.ndarray
    z: np.ndarray

    @cached_property
    def lowest(self) -> float:
        """The lowest finite height on the grid."""
        return float(np.min(self.z[np.isfinite(self.z)], initial=np.inf))

    @cached_property
    def spread(self) -> float:
        """A typical difference of heights: from the 2nd to the 90th percentile, and never 0.

        Where next to all is a plain it is a small part of the whole range: what a needle leaves far away is nothing.
        """
        finite = self.z[np.isfinite(self.z)] / self.factor
        if not finite.size:
            return 1.0
        low, middle, high = np.percentile(finite, [2, 90, 100])
        typical, whole = float(middle - low), float(high - finite.min())
        spread = (whole or 1.0 / self.factor) if typical <= _PLAIN * whole else typical
        return min(spread, sys.float_info.max / self.factor) * self.factor

    @cached_property
    def factor(self) -> float:
        """A power of two; heights divided by it can be subtracted from one another and drawn in single precision."""
        largest = float(np.max(np.abs(self.z), where=np.isfinite(self.z), initial=0.0))
        return 1.0 if _SMALL < largest < _LARGE or not largest else 2.0 ** max(int(frexp(largest)[1]) - 1, -1020)

    @property
    def size(self) -> float:
        """The diagonal of the box."""
        return float(np.hypot(self.x[-1] - self.x[0], self.y[-1] - self.y[0]))


def surface_of(experiment: Experiment) -> Surface:
    """Return the heights of the experiment's objective over its window, cached."""
    return surface_at(objective_of(experiment), experiment.window)


@lru_cache(maxsize=64)
def surface_at(objective: Objective, window: Box) -> Surface:
    """Return the heights of an objective over a window, cached."""
    return surface_with(objective, window, CELLS)


def surface_with(objective: Objective, window: Box, cells: int) -> Surface:
    """Return the heights of an objective over a window, so many cells a side."""
    (x0, x1), (y0, y1) = window
    x, y = np.linspace(x0, x1, cells + 1), np.linspace(y0, y1, cells + 1)
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    grid = blurred(objective, x, y) if objective.form.is_smoothed else None
    z = objective.values(points).reshape(len(y), len(x)) if grid is None else grid.z
    return Surface(x=x, y=y, z=z)
