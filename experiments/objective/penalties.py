"""What L1 and L2 add to a height."""

from typing import Any

import jax

from landscapes import UNITS
from landscapes.kinks import absolute

BOTH = (True, True)


def weighed(landscape: str) -> tuple[bool, bool]:
    """Return which of x and y penalties act on: both, but for a model's intercept."""
    unit = UNITS.get(landscape)
    return BOTH if unit is None or unit.model is None else unit.model.penalised


def penalised(value: Any, point: jax.Array, l2: Any, l1: Any, on: tuple[bool, bool] = BOTH) -> jax.Array:
    """Return value + l2 (x² + y²) + l1 (|x| + |y|), each None where it is off. Traceable; the slope of |0| is 0.

    on: which of x and y count.
    """
    acted = [axis for axis, acts in enumerate(on) if acts]
    if l2 is not None:
        value = value + l2 * sum(point[axis] ** 2 for axis in acted)
    if l1 is not None:
        value = value + l1 * sum(absolute(point[axis]) for axis in acted)
    found: jax.Array = value
    return found


def penalised_many(value: Any, weights: jax.Array, l2: Any, l1: Any, on: jax.Array) -> jax.Array:
    """Return value + l2 on @ w² + l1 on @ |w| at weights (n,). Traceable. on: 1 for a weight that counts, else 0."""
    if l2 is not None:
        value = value + l2 * jax.numpy.sum(on * weights**2)
    if l1 is not None:
        value = value + l1 * jax.numpy.sum(on * absolute(weights))
    found: jax.Array = value
    return found
