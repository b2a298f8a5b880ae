"""Absolute values and square roots whose derivatives are finite everywhere, at their kinks too."""

import jax.numpy as jnp
from jax import Array

# Below this the square root itself is negligible beside 1, and its second derivative would overflow.
_TINY = 1e-200


def absolute(x: Array) -> Array:
    """Return |x|, with the derivative 0 at 0: the middle of its subgradients, where jnp.abs takes 1."""
    return x * jnp.sign(x)


def safe_sqrt(s: Array) -> Array:
    """Return √s for s >= 0, as 0 with zero derivatives where s is below 1e-200.

    √ has an infinite slope at 0; times an inner derivative of 0 that is NaN. Selecting before and after the root keeps
    the infinite branch out of the derivative.
    """
    positive = s > _TINY
    return jnp.where(positive, jnp.sqrt(jnp.where(positive, s, 1.0)), 0.0)


def cos_sqrt(s: Array) -> Array:
    """Return cos √s for s >= 0, with its true derivatives at 0 too: the function is smooth there, only √ is not."""
    near = s < 0.1
    small = jnp.where(near, s, 0.0)
    series = jnp.ones_like(small)
    for k in range(8, 0, -1):  # Horner's form of the sum of (-s)^k / (2k)!
        series = 1 - small * series / ((2 * k - 1) * (2 * k))
    return jnp.where(near, series, jnp.cos(jnp.sqrt(jnp.where(near, 1.0, s))))


def sinc_sqrt(s: Array) -> Array:
    """Return sin √s / √s for s >= 0, which is 1 at 0, with its true derivatives there too.

    s times its square is sin² √s, exact to the last digit near 0.
    """
    near = s < 0.1
    small = jnp.where(near, s, 0.0)
    series = jnp.ones_like(small)
    for k in range(8, 0, -1):  # Horner's form of the sum of (-s)^k / (2k + 1)!
        series = 1 - small * series / (2 * k * (2 * k + 1))
    root = jnp.sqrt(jnp.where(near, 1.0, s))
    return jnp.where(near, series, jnp.sin(root) / root)


def real_sqrt(s: Array) -> Array:
    """Return √s, with derivatives 0 where s is 0 and NaN where it is negative.

    At the tip of a cone, √(x² + y²), 0 is the middle of the subgradients; √ itself has no slope there.
    """
    positive = s > _TINY
    return jnp.where(positive, jnp.sqrt(jnp.where(positive, s, 1.0)), jnp.where(s < 0, jnp.nan, 0.0))


def power(base: Array, exponent: Array) -> Array:
    """Return base ** exponent, NaN for a negative base with an exponent that is not whole.

    Where the base is 0 and the exponent below 1 its slope would be infinite; it is 0 there, as for the root.
    """
    base, exponent = jnp.asarray(base, dtype=jnp.float64), jnp.asarray(exponent, dtype=jnp.float64)
    steep = (base == 0) & (exponent > 0) & (exponent < 1)
    return jnp.where(steep, 0.0, jnp.where(steep, 1.0, base) ** exponent)
