"""Absolute values, roots and powers whose derivatives are finite everywhere, at their kinks too."""

from collections.abc import Callable

import jax
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


def level_at(function: Callable[[Array], Array], *ends: float, inside: float) -> Callable[[Array], Array]:
    """Return a function of one number whose derivatives at some ends, infinite there, are taken as 0, as the root's.

    ends: the numbers at which it ends in an infinite slope. inside: any number at which it has a finite one.
    """

    def at(x: Array) -> Array:
        x = jnp.asarray(x, dtype=jnp.float64)
        is_end = jnp.isin(x, jnp.asarray(ends))
        return jnp.where(is_end, function(jax.lax.stop_gradient(x)), function(jnp.where(is_end, inside, x)))

    return at


arcsin = level_at(jnp.arcsin, -1.0, 1.0, inside=0.0)
arccos = level_at(jnp.arccos, -1.0, 1.0, inside=0.0)
arccosh = level_at(jnp.arccosh, 1.0, inside=2.0)
cbrt = level_at(jnp.cbrt, 0.0, inside=1.0)


def sinc(x: Array) -> Array:
    """Return sin(x) / x, which is 1 at 0, with its true derivatives there too."""
    near = jnp.abs(x) < 0.3
    safe = jnp.where(near, 1.0, x)
    return jnp.where(near, sinc_sqrt(jnp.where(near, x * x, 0.0)), jnp.sin(safe) / safe)


def _steep(base: Array, exponent: Array) -> Array:
    """Tell where a power has an infinite slope, or that of a constant: these are taken as 0, as for the root."""
    return (base == 0) & (exponent >= 0) & (exponent < 1)


@jax.custom_jvp
def power(base: Array, exponent: Array) -> Array:
    """Return base ** exponent; NaN for a negative base with an exponent that is not whole. 0 ** 0 is 1.

    At base 0 all derivatives are finite that are so in truth, and those are 0 that would be infinite where the power
    itself is not: as for the root.
    """
    return base**exponent


@power.defjvp
def _(primals: tuple[Array, Array], tangents: tuple[Array, Array]) -> tuple[Array, Array]:
    (base, exponent), (along, up) = primals, tangents
    value = power(base, exponent)
    vanishing = (base == 0) & (exponent >= 0)
    growth = value * jnp.log(jnp.where(vanishing, 1.0, base))
    return value, _slope(power, base, exponent) * along + jnp.where(vanishing, 0.0, growth) * up


@jax.custom_jvp
def power_of_number(base: Array, exponent: Array) -> Array:
    """Return the same for an exponent that does not depend on the point: negative bases have derivatives then."""
    return base**exponent


@power_of_number.defjvp
def _(primals: tuple[Array, Array], tangents: tuple[Array, Array]) -> tuple[Array, Array]:
    base, exponent = primals
    return power_of_number(base, exponent), _slope(power_of_number, base, exponent) * tangents[0]


def _slope(of: Callable[[Array, Array], Array], base: Array, exponent: Array) -> Array:
    steep = _steep(base, exponent)
    return jnp.where(steep, 0.0, exponent * of(jnp.where(steep, 1.0, base), exponent - 1))


@jax.custom_jvp
def absolute_power(x: Array, exponent: Array) -> Array:
    """Return |x| ** exponent with the derivatives of that function of x: |x| ** 2 curves at 0 as x ** 2 does.

    By the chain rule over |x|, whose slope is set to 0 at 0, it would not. The exponent does not depend on the point.
    """
    return jnp.abs(x) ** exponent


@absolute_power.defjvp
def _(primals: tuple[Array, Array], tangents: tuple[Array, Array]) -> tuple[Array, Array]:
    x, exponent = primals
    slope = jnp.where((x == 0) & (exponent < 0), jnp.nan, exponent * signed_power(x, exponent - 1))
    return absolute_power(x, exponent), slope * tangents[0]


@jax.custom_jvp
def signed_power(x: Array, exponent: Array) -> Array:
    """Return sign(x) |x| ** exponent, 0 at 0; the exponent does not depend on the point."""
    at_tip = x == 0
    return jnp.where(at_tip, 0.0, jnp.sign(x) * jnp.abs(jnp.where(at_tip, 1.0, x)) ** exponent)


@signed_power.defjvp
def _(primals: tuple[Array, Array], tangents: tuple[Array, Array]) -> tuple[Array, Array]:
    x, exponent = primals
    steep = (x == 0) & (exponent < 1)
    slope = jnp.where(steep, 0.0, exponent * absolute_power(jnp.where(steep, 1.0, x), exponent - 1))
    return signed_power(x, exponent), slope * tangents[0]
