"""Typed formulas f(x, y): text becomes a tree, a tree becomes a surface. No text is ever executed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from typing import Any

import jax.numpy as jnp
import numpy as np

from landscapes import formula_writing
from landscapes.formula_grammar import Reader
from landscapes.formula_text import LONGEST, FormulaError
from landscapes.kinks import absolute, power, real_sqrt
from landscapes.landscape import Box, Landscape
from parameter import Parameter

__all__ = ["KEY", "LONGEST", "PIVOT", "VIEW", "Formula", "FormulaError", "evaluate", "landscape", "parse"]

KEY = "formula"
PIVOT = (0.0, 0.0)  # what a rotation turns a typed surface about
VIEW: Box = ((-5.0, 5.0), (-5.0, 5.0))
_KEPT = 256  # formulas that are remembered; the one unused longest goes
# Places in the view, as shares of it, where a ball may be put first: not on an axis, not on a diagonal.
_STARTS = ((0.16, 0.78), (0.82, 0.7), (0.68, 0.2), (0.3, 0.37), (0.57, 0.61), (0.93, 0.44), (0.05, 0.12), (0.51, 0.53))


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula that was read: its tree without numbers, its numbers, and the names of its parameters, in order."""

    text: str
    tree: tuple[Any, ...]
    constants: tuple[float, ...]
    names: tuple[str, ...]

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The formula's parameters: numbers in [-10, 10] that start at 1."""
        return tuple(
            Parameter(key=name, name=name, default=1.0, low=-10.0, high=10.0, help=f"The number {name} of the formula.")
            for name in self.names
        )

    @cached_property
    def skeleton(self) -> str:
        """The tree as text: equal for formulas that differ in their numbers alone."""
        return repr(self.tree)

    @cached_property
    def canonical(self) -> str:
        """The formula in one fixed manner of writing; read again, it gives the same tree and numbers."""
        return formula_writing.plain_text(self.tree, self.constants)

    @cached_property
    def latex(self) -> str:
        """The formula as LaTeX."""
        return formula_writing.latex(self.tree, self.constants)


@lru_cache(maxsize=_KEPT)
def _parse(text: str) -> Formula:
    read = Reader(text)
    return Formula(text=text, tree=read.tree, constants=tuple(read.constants), names=tuple(read.parameters))


def parse(text: Any) -> Formula:
    """Return the formula that the text says. Raises FormulaError, which names the column and what is allowed."""
    if not isinstance(text, str) or len(text) > LONGEST:
        Reader(text)  # refuses it, without keeping it
    return _parse(text)


def evaluate(
    tree: tuple[Any, ...],
    x: Any,
    y: Any,
    constants: Any,
    parameters: Mapping[str, Any],
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> Any:
    """Return the tree's value at x and y, in their shape; numbers may be traced, functions default to JAX's."""
    known = functions or _JAX

    def value(node: tuple[Any, ...]) -> Any:
        kind = node[0]
        if kind == "x":
            return x
        if kind == "y":
            return y
        if kind == "constant":
            return constants[node[1]]
        if kind == "parameter":
            return parameters[node[1]]
        if kind in ("pi", "e"):
            return np.pi if kind == "pi" else np.e
        if kind == "call":
            return known[node[1]](*map(value, node[2:]))
        if kind == "power" and node[2][0] == "whole":
            return known["whole_power"](value(node[1]), node[2][1])
        parts = [value(part) for part in node[1:]]
        if kind == "sum":
            return reduce(lambda a, b: a + b, parts)
        if kind == "product":
            return reduce(lambda a, b: a * b, parts)
        if kind == "quotient":
            return known["quotient"](*parts)
        return -parts[0] if kind == "negative" else known["power"](*parts)

    return known["spread"](value(tree), x)  # a formula may leave out both x and y


def _functions(source: Any, own: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    names = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2"}
    same = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "log2", "log10", "cbrt", "sign", "floor", "ceil")
    return {
        **{name: getattr(source, name) for name in same},
        **{name: getattr(source, long) for name, long in names.items()},
        "min": lambda *parts: reduce(source.minimum, parts),
        "max": lambda *parts: reduce(source.maximum, parts),
        **own,
    }


_JAX = _functions(
    jnp,
    {
        "abs": absolute,
        "sqrt": real_sqrt,
        "power": power,
        "whole_power": lambda base, n: jnp.asarray(base, dtype=jnp.float64) ** n,
        "quotient": lambda a, b: jnp.asarray(a, dtype=jnp.float64) / b,
        "spread": lambda value, x: jnp.broadcast_to(jnp.asarray(value, dtype=jnp.float64), jnp.shape(x)),
    },
)
_NUMPY = _functions(
    np,
    {
        "abs": np.abs,
        "sqrt": np.sqrt,
        "power": lambda a, b: np.asarray(a, dtype=np.float64) ** b,
        "whole_power": lambda base, n: np.asarray(base, dtype=np.float64) ** n,
        "quotient": lambda a, b: np.asarray(a, dtype=np.float64) / b,
        "spread": lambda value, x: np.broadcast_to(np.asarray(value, dtype=np.float64), np.shape(x)),
    },
)


def values(formula: Formula, x: Any, y: Any, parameters: Mapping[str, Any] | None = None) -> np.ndarray:
    """Return the formula's values at x and y (any one shape), float64, by NumPy alone; parameters default to 1."""
    given = dict.fromkeys(formula.names, 1.0) | dict(parameters or {})
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    with np.errstate(all="ignore"):
        return evaluate(formula.tree, x, y, np.asarray(formula.constants), given, _NUMPY)


@lru_cache(maxsize=64)
def landscape(text: str, view: Box = VIEW) -> Landscape:
    """Return the surface of a typed formula over a view, which is its domain too. Raises FormulaError."""
    formula = parse(text)

    def function(x: Any, y: Any, **parameters: Any) -> Any:
        return evaluate(formula.tree, x, y, np.asarray(formula.constants), parameters)

    return Landscape(
        key=KEY,
        name="Your formula",
        family="Typed",
        formula=formula.latex,
        function=function,
        domain=view,
        view=view,
        source="typed by hand",
        story="A surface of your own. Its minima and saddle points are searched for in the window; the lowest minimum "
        "found there counts as the global one.",
        starts=_starts(formula, view),
        parameters=formula.parameters,
        pivot=PIVOT,
        scale="",
    )


def _starts(formula: Formula, view: Box) -> tuple[tuple[float, float], ...]:
    """Return places in the view where the surface has a height; the first suggested one, if it has none anywhere."""
    (x0, x1), (y0, y1) = view
    places = [(x0 + a * (x1 - x0), y0 + b * (y1 - y0)) for a, b in _STARTS]
    places = [(float(f"{x:.6g}"), float(f"{y:.6g}")) for x, y in places]
    heights = values(formula, *np.transpose(places))
    there = [place for place, height in zip(places, heights, strict=True) if np.isfinite(height)]
    return tuple(there[:3]) or (places[0],)


def has_height(text: str, x: float, y: float, parameters: Mapping[str, Any]) -> bool:
    """Tell whether the surface has a finite height at (x, y). Raises FormulaError."""
    return bool(np.isfinite(values(parse(text), x, y, parameters)))
