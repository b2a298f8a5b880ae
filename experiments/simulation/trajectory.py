"""What one run leaves behind: every step, as NumPy arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np


class Evaluations(NamedTuple):
    """How many times the optimizer asked for the value, the gradient and the Hessian."""

    value: int
    gradient: int
    hessian: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Trajectory:
    """T steps of one run: the experiment's, or fewer if it stopped early; what it then returns is its best iterate.

    run: its index in the experiment. points: (T+1, 2), the start first. losses: (T+1,), gradients: (T+1, 2), both
    noise-free, at the points. updates: (T, 2), the moves really made. learning_rates: (T,), as applied. states: the
    optimizer's named inner state, each (T, ...), as it was when the update was made; a wrapper's under "wrapper.name",
    as in "lookahead.slow". costs: (T, 3), calls of the value, the gradient and the Hessian that each step took.
    applied_gradients: (T, 2), what the optimizer saw: with this step's noise, of the surface as smooth as it was then;
    otherwise the gradients themselves.
    """

    run: int
    points: np.ndarray
    losses: np.ndarray
    gradients: np.ndarray
    updates: np.ndarray
    learning_rates: np.ndarray
    states: Mapping[str, np.ndarray]
    costs: np.ndarray
    applied_gradients: np.ndarray = None  # type: ignore[assignment]  # the gradients

    def __post_init__(self) -> None:
        if self.applied_gradients is None:
            object.__setattr__(self, "applied_gradients", self.gradients[:-1])

    @property
    def steps(self) -> int:
        """T, the number of updates."""
        return len(self.updates)

    @cached_property
    def evaluations(self) -> Evaluations:
        """Calls of the value, the gradient and the Hessian over the whole run."""
        return Evaluations(*(int(total) for total in self.costs.sum(axis=0)))

    @cached_property
    def best_step(self) -> int:
        """The step with the lowest loss while all was finite, the first of equals (0 if nothing was)."""
        return int(np.argmin(self.losses[: max(self.last_finite, 0) + 1]))

    @cached_property
    def last_finite(self) -> int:
        """The last step up to which point, loss and gradient are all finite; -1 if the start is not."""
        finite = np.isfinite(self.losses)
        for column in (*self.points.T, *self.gradients.T):
            finite &= np.isfinite(column)
        return len(finite) - 1 if finite.all() else int(np.argmin(finite)) - 1

    def until_it_broke(self, values: np.ndarray) -> np.ndarray:
        """Return values over the steps, (T+1,) or (T,), with NaN for numbers after the last finite iterate.

        There the run has ended: that a loss is a number again later, as log(x) is once x is positive, says nothing.
        """
        end = self.last_finite + 1
        if end >= len(values):
            return values
        return np.where((np.arange(len(values)) < end) | ~np.isfinite(values), values, np.nan)

    @property
    def final_loss(self) -> float:
        """The loss at the last point; NaN where the run had ended before, without numbers."""
        last = float(self.losses[-1])
        return last if self.last_finite == self.steps or not np.isfinite(last) else float("nan")
