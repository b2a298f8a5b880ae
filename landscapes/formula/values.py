"""A formula's tree evaluated, by JAX with derivatives that are finite at kinks and creases, or by NumPy."""

import math
import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from landscapes import kinks
from landscapes.formula.pieces import Tree, in_pieces, varies

_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def evaluate(
    tree: Tree,
    x: Any,
    y: Any,
    constants: Any,
    parameters: Mapping[str, Any],
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> Any:
    """Return the tree's value at x and y, in their shape; numbers may be traced, functions default to JAX's."""
    known = functions or _JAX
    value = _Evaluation(constants, parameters, known).value(tree, x, y)
    return known["spread"](value, x)  # a formula may leave out both x and y


class _Evaluation:
    """The numbers and functions that trees are evaluated with; x and y are given along, for pieces shield them."""

    def __init__(self, constants: Any, parameters: Mapping[str, Any], known: Mapping[str, Callable[..., Any]]) -> None:
        self.constants, self.parameters, self.known = constants, parameters, known

    def value(self, node: Tree, x: Any, y: Any) -> Any:
        """Return the value of a tree; a condition's is 1 or 0."""
        kind = node[0]
        if kind == "x":
            return x
        if kind == "y":
            return y
        if kind == "constant":
            return self.constants[node[1]]
        if kind == "parameter":
            return self.parameters[node[1]]
        if kind in ("pi", "e"):
            return np.pi if kind == "pi" else np.e
        if kind == "whole":
            return float(node[1])
        if kind == "power":
            return self.power(node[1], node[2], x, y)
        if kind == "call" and node[1] == "where":
            held = self.holds(node[2], x, y)
            return self.chosen(held, node[3], node[4], x, y)
        conditions, rest = in_pieces(node)
        if conditions:
            held = reduce(self.known["and"], [self.holds(condition, x, y) for condition in conditions])
            return self.chosen(held, rest, None, x, y)
        parts = [self.value(part, x, y) for part in node[2 if kind == "call" else 1 :]]
        if kind == "call":
            return self.known[node[1]](*parts)
        if kind == "sum":
            return reduce(operator.add, parts)
        if kind == "product":
            return reduce(operator.mul, parts)
        return self.known["quotient"](*parts) if kind == "quotient" else -parts[0]

    def power(self, base: Tree, exponent: Tree, x: Any, y: Any) -> Any:
        """Return a power; those of |u| and √u, whose own derivatives are set to 0 at 0, as functions of u."""
        is_absolute = base[:2] == ("call", "abs")
        if exponent[0] == "whole":
            n = exponent[1]
            if is_absolute and n % 2:
                return self.known["absolute_power"](self.value(base[2], x, y), float(n))
            if is_absolute:
                return self.known["whole_power"](self.value(base[2], x, y), n)
            if base[:2] == ("call", "sqrt") and n > 0 and n % 2 == 0:
                return self.known["whole_power"](self.known["not_negative"](self.value(base[2], x, y)), n // 2)
            return self.known["whole_power"](self.value(base, x, y), n)
        up = self.value(exponent, x, y)
        if varies(exponent):
            return self.known["power"](self.value(base, x, y), up)
        if is_absolute:
            return self.known["absolute_power"](self.value(base[2], x, y), up)
        return self.known["power_of_number"](self.value(base, x, y), up)

    def holds(self, condition: Tree, x: Any, y: Any) -> Any:
        """Return where a condition holds, true and false."""
        if condition[0] == "not":
            return self.known["not"](self.holds(condition[1], x, y))
        if condition[0] in ("and", "or"):
            return reduce(self.known[condition[0]], [self.holds(part, x, y) for part in condition[1:]])
        sides = [self.value(part, x, y) for part in condition[2:]]
        compared = [_COMPARED[sign](*pair) for sign, *pair in zip(condition[1], sides, sides[1:], strict=False)]
        return reduce(self.known["and"], compared)

    def chosen(self, held: Any, inside: Tree, outside: Tree | None, x: Any, y: Any) -> Any:
        """Return one piece where it is held and the other (0) elsewhere; neither sees the other's ground.

        A piece that is not chosen has no part in the derivatives, were it infinite there or not a number.
        """
        where, shielded = self.known["where"], self.known["shielded"]
        first = self.value(inside, shielded(held, x), shielded(held, y))
        if outside is None:
            return where(held, first, 0.0)
        fails = self.known["not"](held)
        return where(held, first, self.value(outside, shielded(fails, x), shielded(fails, y)))


def _functions(source: Any, own: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    names = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2"}
    names |= {"asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh"}
    same = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "log2", "log10", "cbrt", "sign", "floor", "ceil")
    return {
        **{name: getattr(source, name) for name in (*same, "round", "mod", "where")},  # round: halves to even
        **{name: getattr(source, long) for name, long in names.items()},
        "min": lambda *parts: reduce(source.minimum, parts),
        "max": lambda *parts: reduce(source.maximum, parts),
        "sec": lambda a: 1 / source.cos(a),
        "csc": lambda a: 1 / source.sin(a),
        "cot": lambda a: source.cos(a) / source.sin(a),
        "not_negative": lambda a: source.where(a < 0, np.nan, a),
        "and": source.logical_and,
        "or": source.logical_or,
        "not": source.logical_not,
        **own,
    }


def _double(*parts: Any) -> list[jax.Array]:
    return [jnp.asarray(part, dtype=jnp.float64) for part in parts]


_JAX = _functions(
    jnp,
    {
        "abs": kinks.absolute,
        "sqrt": kinks.real_sqrt,
        "asin": kinks.arcsin,
        "acos": kinks.arccos,
        "acosh": kinks.arccosh,
        "cbrt": kinks.cbrt,
        "power": lambda a, b: kinks.power(*_double(a, b)),
        "power_of_number": lambda a, b: kinks.power_of_number(*_double(a, b)),
        "absolute_power": lambda a, b: kinks.absolute_power(*_double(a, b)),
        "whole_power": lambda base, n: jnp.asarray(base, dtype=jnp.float64) ** n,
        "quotient": lambda a, b: jnp.asarray(a, dtype=jnp.float64) / b,
        "erf": lambda a: jax.scipy.special.erf(*_double(a)),
        "sinc": lambda a: kinks.sinc(*_double(a)),
        "shielded": lambda held, a: jnp.where(held, a, jax.lax.stop_gradient(a)),
        "spread": lambda value, x: jnp.broadcast_to(jnp.asarray(value, dtype=jnp.float64), jnp.shape(x)),
    },
)


def _power(base: Any, exponent: Any) -> Any:
    return np.asarray(base, dtype=np.float64) ** exponent


NUMPY: Mapping[str, Callable[..., Any]] = _functions(
    np,
    {
        "abs": np.abs,
        "sqrt": np.sqrt,
        "power": _power,
        "power_of_number": _power,
        "absolute_power": lambda base, exponent: _power(np.abs(base), exponent),
        "whole_power": _power,
        "quotient": lambda a, b: np.asarray(a, dtype=np.float64) / b,
        "erf": np.vectorize(math.erf, otypes=[np.float64]),
        "sinc": lambda a: np.where(np.equal(a, 0), 1.0, np.sin(a) / np.where(np.equal(a, 0), 1.0, a)),
        "shielded": lambda held, a: a,
        "spread": lambda value, x: np.broadcast_to(np.asarray(value, dtype=np.float64), np.shape(x)),
    },
)
