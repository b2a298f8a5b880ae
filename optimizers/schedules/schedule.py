"""What a learning-rate schedule is: a formula that becomes one number a step, or a rule that watches the loss."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral
from typing import Any

import numpy as np
import optax

from optimizers.shared.optimizer import check_learning_rate
from parameter import Parameter, fill, shown

INFINITE, FINITE = "infinite", "finite"
HORIZON = "horizon"  # the formula needs the run's length, so that there is no sum over endless steps
LOSSES = "losses"  # the loss decides, so that there is no sum before the run

Series = tuple[str, str]


def always(rates: str, squares: str) -> Callable[..., Series]:
    """Return a series function whose answer does not depend on the parameters."""
    return lambda **parameters: (rates, squares)


@dataclass(frozen=True, kw_only=True, eq=False)
class Schedule:
    """A learning rate over the steps; rates(learning_rate, t, steps, **parameters) -> array like t.

    t is float64 (steps,): 0, 1, ..., steps - 1; index 0 is the first update.
    series(**parameters) -> whether the endless sums of the rates and of their squares are "infinite" or "finite";
    "horizon" where the formula needs the run's length, "losses" where the sums depend on the losses.

    scale(**parameters): for a schedule that watches the loss, an optax transformation of the learning rate: its update
    is given the array's rate and, as the extra argument value, the loss at the point, and returns the rate to use.
    Around a plain step it would do the same to the update; before the optimizer, everything that depends on the rate
    (weight decay, line searches, what a wrapper makes of it) follows. Its state is a tuple of scalars.
    """

    key: str
    name: str
    formula: str
    notes: str
    rates: Callable[..., np.ndarray]
    source: str = ""
    parameters: tuple[Parameter, ...] = ()
    series: Callable[..., Series] | None = None
    scale: Callable[..., optax.GradientTransformationExtraArgs] | None = None

    @property
    def watches_loss(self) -> bool:
        """Whether the rates depend on the losses that the run meets."""
        return self.scale is not None

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The default parameters by key."""
        return fill(self.parameters, {})

    def build(self, learning_rate: float, steps: int, **parameters: Any) -> np.ndarray:
        """Return the learning rates as float64 (steps,), non-negative and finite; before any loss is seen.

        Raises ValueError for a learning rate below 0, fewer than 1 step, an unknown parameter or a value outside its
        range.
        """
        check_learning_rate(learning_rate)
        if not isinstance(steps, Integral) or isinstance(steps, bool) or steps < 1:
            raise ValueError(f"steps: {shown(steps)} is not allowed; give a whole number of at least 1")
        given = fill(self.parameters, parameters, self.key)
        t = np.arange(steps, dtype=np.float64)
        return np.broadcast_to(np.asarray(self.rates(learning_rate, t, steps, **given), np.float64), (steps,)).copy()

    def sums(self, **parameters: Any) -> Series:
        """Return whether the endless sums of the rates and of their squares are finite, in the words of series.

        Robbins and Monro (1951): under noise, a run is sure to arrive if the first is infinite and the second finite.
        Raises ValueError for an unknown parameter or a value outside its range.
        """
        given = fill(self.parameters, parameters, self.key)
        return (HORIZON, HORIZON) if self.series is None else self.series(**given)


def sums_of(rates: np.ndarray) -> tuple[float, float]:
    """Return the sum of the learning rates (T,) and the sum of their squares, as far as the run went."""
    return math.fsum(rates), math.fsum(np.square(rates))
