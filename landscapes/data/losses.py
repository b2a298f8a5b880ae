"""What it costs to be wrong: losses of single rows in jax.numpy, with derivatives that hold to the last digit."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from landscapes.kinks import absolute

_TERMS = 17  # of a series


def residual_loss(r: Any, loss: str, delta: Any) -> Any:
    """Return what a residual costs: "squared", "absolute", or "huber", squared up to delta and straight beyond."""
    size = absolute(r)
    if loss == "absolute":
        return size
    if loss == "squared":
        return r * r
    return jnp.where(size <= delta, r * r, 2 * delta * size - delta * delta)


def score(z: Any) -> Any:
    """Return 1 / (1 + exp(-z)) without overflow, for NumPy."""
    return np.exp(-np.logaddexp(0.0, -np.asarray(z, dtype=np.float64)))


def _log1p(e: Any) -> Any:
    """Return log(1 + e) for 0 <= e <= 1 as 2 artanh(e / (2 + e)), by its series: to the last digit and many at once."""
    s = e / (2.0 + e)  # a third at most: 17 terms leave 2e-18 of it
    square, total = s * s, jnp.zeros_like(s)
    for power in range(2 * _TERMS - 1, 0, -2):
        total = total * square + 1.0 / power
    return 2.0 * s * total


@jax.custom_jvp
def logistic(z: Any) -> jax.Array:
    """Return 1 / (1 + exp(-z)), to the last digit on either side."""
    e = jnp.exp(-jnp.abs(z))
    found: jax.Array = jnp.where(z >= 0, 1.0, e) / (1.0 + e)
    return found


@logistic.defjvp
def _logistic_moves(primals: Any, tangents: Any) -> Any:
    (z,), (moved,) = primals, tangents
    found = logistic(z)
    return found, found * logistic(-z) * moved


@jax.custom_jvp
def softplus(z: Any) -> jax.Array:
    """Return log(1 + exp(z)), whose derivative is the logistic function, at 0 too."""
    found: jax.Array = jnp.maximum(z, 0.0) + _log1p(jnp.exp(-jnp.abs(z)))
    return found


@softplus.defjvp
def _softplus_moves(primals: Any, tangents: Any) -> Any:
    (z,), (moved,) = primals, tangents
    return softplus(z), logistic(z) * moved


def log_loss(z: Any, target: Any) -> jax.Array:
    """Return minus the logarithm of the probability of the target, 0 or 1, at a score z."""
    found: jax.Array = softplus(jnp.where(target > 0.5, -z, z))
    return found
