"""What L1 and L2 add to a height."""

from typing import Any

import jax

from landscapes.kinks import absolute


def penalised(value: Any, point: jax.Array, l2: Any, l1: Any) -> jax.Array:
    """Return value + l2 (x² + y²) + l1 (|x| + |y|), each None where it is off. Traceable; the slope of |0| is 0."""
    if l2 is not None:
        value = value + l2 * (point[0] ** 2 + point[1] ** 2)
    if l1 is not None:
        value = value + l1 * (absolute(point[0]) + absolute(point[1]))
    found: jax.Array = value
    return found
