"""Other starts: a place of one's own, the surface's first, or the next at random."""

from typing import Any

import numpy as np

from experiments.setup import limits
from experiments.setup.experiment import Experiment

RANDOM = "random"


def with_start(experiment: Experiment, value: Any) -> Experiment:
    """Return the experiment from another start: (x, y), None for the surface's first, "random" for the next seed's."""
    if isinstance(value, str) and value == RANDOM:
        return random_start(experiment)
    return experiment.replace(start=value)


def random_start(experiment: Experiment) -> Experiment:
    """Return the experiment with the next seed, and from it a start within the view."""
    seed = (experiment.seed + 1) % (limits.MAX_SEED + 1)
    (x0, x1), (y0, y1) = experiment.window
    x, y = np.random.default_rng((seed, 1)).uniform((x0, y0), (x1, y1))
    return experiment.replace(seed=seed, start=(float(f"{x:.6g}"), float(f"{y:.6g}")))
