"""How much work one value of a surface is, counted without computing it: in additions of two numbers."""

from functools import lru_cache
from math import prod
from typing import Any

import jax
import jax.numpy as jnp

from landscapes.landscape import Landscape

# Of operations that take longer than an addition; measured in loops over many numbers.
_WEIGHTS = {
    **dict.fromkeys(("sin", "cos", "exp", "log", "exp2", "log1p", "expm1"), 40.0),
    **dict.fromkeys(("tan", "tanh", "logistic", "cbrt", "erf", "atan2", "asin", "acos", "atan"), 60.0),
    **dict.fromkeys(("sinh", "cosh", "asinh", "acosh", "atanh", "pow", "erf_inv"), 80.0),
    **dict.fromkeys(("div", "sqrt", "rsqrt", "rem", "integer_pow"), 3.0),
}
_NOTHING = ("broadcast_in_dim", "convert_element_type", "reshape", "squeeze", "stop_gradient", "copy", "concatenate")


@lru_cache(maxsize=256)
def work(landscape: Landscape) -> float:
    """Return how many additions one value of the surface is worth, at least 1."""
    number = jax.ShapeDtypeStruct((), jnp.float64)
    traced = jax.make_jaxpr(lambda x, y: landscape.at(x, y, landscape.defaults))(number, number)
    return max(1.0, _count(traced.jaxpr))


def _count(jaxpr: Any) -> float:
    total = 0.0
    for equation in jaxpr.eqns:
        inner = [
            getattr(part, "jaxpr", part)
            for value in equation.params.values()
            for part in (value if isinstance(value, tuple | list) else (value,))
        ]
        inner = [part for part in inner if hasattr(part, "eqns")]
        name = equation.primitive.name
        if inner:
            total += equation.params.get("length", 1) * sum(map(_count, inner))
        elif name not in _NOTHING:
            total += _WEIGHTS.get(name, 1.0) * max(prod(out.aval.shape) for out in equation.outvars)
    return total
