"""Lengths and ratios, taken so that nothing overflows, vanishes or divides by 0 that need not."""

import jax
import jax.numpy as jnp


def length(vector: jax.Array) -> jax.Array:
    """Return the Euclidean length () of a vector (n,)."""
    size, scaled = _scaled(vector)
    return jnp.where(size > 0, size * _root(size, scaled), 0.0)


def divided_by_length(vector: jax.Array) -> jax.Array:
    """Return the vector at length 1; zeros stay zeros."""
    size, scaled = _scaled(vector)
    return scaled / _root(size, scaled)


def ratio(above: jax.Array, below: jax.Array) -> jax.Array:
    """Return above / below, and 0 where below is 0."""
    return jnp.where(below > 0, above / jnp.where(below > 0, below, 1.0), 0.0)


def _scaled(vector: jax.Array) -> tuple[jax.Array, jax.Array]:
    size = jnp.max(jnp.abs(vector))
    return size, vector / jnp.where(size > 0, size, 1.0)


def _root(size: jax.Array, scaled: jax.Array) -> jax.Array:
    return jnp.sqrt(jnp.where(size > 0, jnp.sum(scaled**2), 1.0))
