"""How long a formula takes to compile, estimated from its tree: compiling cannot be cancelled, so it is known before.

What is compiled are the value, the gradient and the Hessian at many points. Each part costs its own time, and more
where it stands within others, for the derivatives of what is around it repeat it: time = own (1 + sum of the growths
around it). The numbers were fitted to 150 formulas of up to 400 characters, sums and products of one function and
nests of it, compiled one by one on one core (CPU time, jax 0.10.2): most are right within a factor of 1.5, all within
3. benchmarks/cost.py prints the estimate beside what was measured.
"""

from functools import lru_cache
from typing import Any

LONGEST_COMPILE = 3.0  # seconds
_BASE = 0.12  # of any formula
_PLAIN = (0.002, 0.05)  # a sum, and what costs as little
_PRODUCT, _FACTOR = (0.002, 0.5), 0.04  # the growth for a product within it, and for each factor that comes after
# Seconds of its own, and how much what is inside costs more for each time that it is around it.
_COST: dict[str, tuple[float, float]] = {
    "sin": (0.004, 0.35),
    "cos": (0.004, 0.35),
    "tan": (0.007, 0.35),
    "sec": (0.007, 0.35),
    "csc": (0.007, 0.35),
    "cot": (0.012, 1.75),
    "exp": (0.004, 0.2),
    "log": (0.005, 0.25),
    "log2": (0.005, 0.3),
    "log10": (0.005, 0.3),
    "sinh": (0.013, 1.3),
    "cosh": (0.013, 1.3),
    "tanh": (0.005, 0.25),
    "asin": (0.018, 0.25),
    "acos": (0.018, 0.25),
    "atan": (0.01, 0.25),
    "atan2": (0.02, 0.35),
    "asinh": (0.012, 2.5),
    "acosh": (0.026, 2.8),
    "atanh": (0.019, 2.7),
    "sqrt": (0.03, 0.2),
    "cbrt": (0.03, 0.25),
    "erf": (0.01, 0.25),
    "sinc": (0.14, 1.9),
    "mod": (0.007, 0.1),
    "max": (0.008, 0.15),
    "min": (0.008, 0.15),
    "where": (0.03, 0.35),
    "quotient": (0.03, 0.25),
    "power": (0.004, 0.2),  # a whole one
    "free power": (0.08, 0.1),
    "abs": (0.002, 0.1),
}


@lru_cache(maxsize=512)
def compile_seconds(tree: tuple[Any, ...]) -> float:
    """Return about how long the surface of this tree takes to compile, in seconds."""
    total = _BASE
    waiting: list[tuple[Any, float]] = [(tree, 0.0)]
    while waiting:
        node, around = waiting.pop()
        own, growth, repeats = _own(node)
        total += own * repeats * (1 + around)
        parts = [part for part in node[1:] if isinstance(part, tuple) and part and isinstance(part[0], str)]
        if node[0] == "product":  # the factors are multiplied one after the other
            waiting += [(part, around + growth + _FACTOR * place) for place, part in enumerate(reversed(parts))]
            total += own * _FACTOR * repeats**2 / 2
        elif node[:2] == ("call", "where"):  # its condition has no derivatives
            waiting += [(parts[0], around), *((part, around + growth) for part in parts[1:])]
        else:
            waiting += [(part, around + growth) for part in parts]
    return total


def _own(node: tuple[Any, ...]) -> tuple[float, float, int]:
    """Return a node's own seconds and growth, and how often it is made of two parts."""
    kind = node[0]
    if kind in ("x", "y", "constant", "parameter", "pi", "e", "whole"):
        return 0.0005, 0.0, 1
    if kind == "call":
        arguments = len(node) - 2
        return *_COST.get(node[1], _PLAIN), (max(1, arguments - 1) if node[1] in ("max", "min") else 1)
    if kind == "power":
        return *_COST["power" if node[2][0] == "whole" else "free power"], 1
    return *(_PRODUCT if kind == "product" else _COST.get(kind, _PLAIN)), max(1, len(node) - 2)
