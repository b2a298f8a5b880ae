"""Comparing points by their values alone: what optimizers without a gradient share."""

from typing import Any

import jax
import jax.numpy as jnp


def or_worst(values: jax.Array) -> jax.Array:
    """Return the values with infinity, the worst there is, for those that are not finite."""
    return jnp.where(jnp.isfinite(values), values, jnp.inf)


def values_at(value_fn: Any, points: jax.Array) -> jax.Array:
    """Return the values (n,) at points (n, 2), infinity where they are not finite."""
    return or_worst(jax.vmap(value_fn)(points))


def ranks(values: jax.Array) -> jax.Array:
    """Return each value's place (n,) in ascending order, 0 for the lowest; of equals the first comes first.

    By counting, because a call to a sorting routine would put the whole loop out of one compiled kernel.
    """
    place = jnp.arange(len(values))
    before = (values < values[:, None]) | ((values == values[:, None]) & (place < place[:, None]))
    return jnp.sum(before, axis=1)
