"""Where a schedule that watches the loss changed the rate: at which steps, and to what."""

from typing import NamedTuple

import numpy as np

from experiments.setup.run import Run
from experiments.simulation.trajectory import Trajectory
from optimizers import SCHEDULES


class RateEvents(NamedTuple):
    """steps (n,): the updates made with another rate than the one before. factors (n,): the multiple from then on."""

    steps: np.ndarray
    factors: np.ndarray

    @property
    def cuts(self) -> int:
        """How many made the rate smaller."""
        return int((np.diff(self.factors, prepend=1.0) < 0).sum())

    @property
    def rises(self) -> int:
        """How many made the rate bigger."""
        return len(self.steps) - self.cuts


def rate_events(run: Run, trajectory: Trajectory) -> RateEvents:
    """Return every change of the rate that the losses made; none for a schedule that only follows the steps."""
    if not SCHEDULES[run.schedule].watches_loss:
        return RateEvents(np.zeros(0, dtype=int), np.zeros(0))
    rates = trajectory.learning_rates
    steps = np.flatnonzero(np.diff(rates, prepend=run.learning_rate))
    return RateEvents(steps, rates[steps] / run.learning_rate)
