"""What several schedules share: the half cosine, the warm-up, and the parameters that mean the same everywhere."""

from typing import Any

import numpy as np

from parameter import Parameter


def half_cosine(progress: Any) -> Any:
    """Return 1 at progress 0, falling to 0 at progress 1."""
    return (1 + np.cos(np.pi * progress)) / 2


def after_warmup(t: np.ndarray, steps: int, warmup: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the factor (t + 1) / W, the steps since the warm-up, and the steps of the run that it leaves (at least 1).

    W is warmup, but no more than the run has. The first is meant for t < W only, the second is 0 there.
    """
    warmup = min(warmup, steps)
    return (t + 1) / max(warmup, 1), np.maximum(t - warmup, 0), max(steps - warmup, 1)


FINAL = Parameter(
    key="final",
    name="Final share",
    default=0.0,
    low=0.0,
    high=1.0,
    help="The share of the learning rate that the schedule ends at: 0 lets the steps die out, 1 keeps it constant.",
)

WARMUP = Parameter(
    key="warmup",
    name="Warm-up steps",
    default=50,
    low=0,
    high=10_000,
    kind="integer",
    help="Over how many first steps the learning rate climbs to its full value; no more than the run has.",
)

GAMMA = Parameter(
    key="gamma",
    name="Factor a step",
    default=0.99,
    low=0.5,
    high=1.0,
    help="The learning rate is multiplied by this at every step: 0.99 halves it about every 69 steps.",
)
