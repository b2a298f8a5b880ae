"""Lower ground beyond the end of a landscape's domain."""

from functools import lru_cache

import numpy as np

from experiments.objective.heights import surface_at
from experiments.objective.objective import Objective, objective_of
from experiments.setup.experiment import Experiment

_REACH = 3.0  # times the domain's sides: as far as is looked for lower ground
_SIDE = 96  # places a side of that look


def lower_outside(experiment: Experiment) -> tuple[float, float, float] | None:
    """Return (x, y, value) of a place outside the domain that lies lower than all of the inside, or None; cached.

    The lowest of a grid over three times the domain's sides. Never for a smoothed surface: that is not looked at.
    """
    objective = objective_of(experiment)
    return None if objective.form.is_smoothed else _lower_outside(objective)


@lru_cache(maxsize=128)
def _lower_outside(objective: Objective) -> tuple[float, float, float] | None:
    """Lower than the value at the global minima, where none is known than the lowest of a grid over the domain."""
    frame, domain, facts = objective.frame, objective.domain, objective.facts
    inside = surface_at(objective, frame.box(domain))
    ground = inside.lowest if facts is None or facts.lowest is None else facts.lowest
    sides = [np.linspace(-_REACH / 2, _REACH / 2, _SIDE) * (high - low) + (low + high) / 2 for low, high in domain]
    points = np.stack(np.meshgrid(*sides), -1).reshape(-1, 2)
    (x0, x1), (y0, y1) = domain
    points = frame.out(points[((points < [x0, y0]) | (points > [x1, y1])).any(axis=1)])
    heights = objective.values(points)
    heights = np.where(np.isfinite(heights), heights, np.inf)
    place = int(np.argmin(heights))
    if not heights[place] < ground - 1e-6 * inside.spread:
        return None
    return float(points[place, 0]), float(points[place, 1]), float(heights[place])
