"""The length of a vector, taken so that very large and very small entries neither overflow nor vanish."""

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


def _scaled(vector: jax.Array) -> tuple[jax.Array, jax.Array]:
    size = jnp.max(jnp.abs(vector))
    return size, vector / jnp.where(size > 0, size, 1.0)


def _root(size: jax.Array, scaled: jax.Array) -> jax.Array:
    return jnp.sqrt(jnp.where(size > 0, jnp.sum(scaled**2), 1.0))
