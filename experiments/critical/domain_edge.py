"""Lower ground beyond the end of a landscape's domain."""

from functools import lru_cache

import numpy as np

from experiments.objective import objective
from experiments.objective.derivatives import values
from experiments.objective.frame import Frame, frame_of
from experiments.objective.heights import surface_at
from experiments.setup.allowed import Box
from experiments.setup.experiment import Experiment, landscape_of

_REACH = 3.0  # times the domain's sides: as far as is looked for lower ground
_SIDE = 96  # places a side of that look


def lower_outside(experiment: Experiment) -> tuple[float, float, float] | None:
    """Return (x, y, value) of a place outside the domain that lies lower than all of the inside, or None; cached.

    The lowest of a grid over three times the domain's sides. Never for a smoothed surface: that is not looked at.
    """
    form, landscape = objective.form_of(experiment), landscape_of(experiment)
    if form.is_smoothed:
        return None
    numbers = tuple(objective.numbers_of(experiment).tolist())
    lowest = landscape.lowest if experiment.only_moved else None
    return _lower_outside(form, numbers, landscape.domain, frame_of(experiment, landscape), lowest)


@lru_cache(maxsize=128)
def _lower_outside(
    form: objective.Form, numbers: tuple[float, ...], domain: Box, frame: Frame, lowest: float | None
) -> tuple[float, float, float] | None:
    """lowest: the value at the global minima, or None for the lowest height of a grid over the domain."""
    inside = surface_at(form, numbers, frame.box(domain))
    ground = inside.lowest if lowest is None else lowest
    sides = [np.linspace(-_REACH / 2, _REACH / 2, _SIDE) * (high - low) + (low + high) / 2 for low, high in domain]
    points = np.stack(np.meshgrid(*sides), -1).reshape(-1, 2)
    (x0, x1), (y0, y1) = domain
    points = frame.out(points[((points < [x0, y0]) | (points > [x1, y1])).any(axis=1)])
    heights = values(form, np.asarray(numbers), points)
    heights = np.where(np.isfinite(heights), heights, np.inf)
    place = int(np.argmin(heights))
    if not heights[place] < ground - 1e-6 * inside.spread:
        return None
    return float(points[place, 0]), float(points[place, 1]), float(heights[place])
