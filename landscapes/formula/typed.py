"""Typed formulas f(x, y): text becomes a tree, a tree becomes a surface. No text is ever executed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from landscapes.formula import notes, writing
from landscapes.formula.effort import LONGEST_COMPILE, compile_seconds
from landscapes.formula.grammar import Reader
from landscapes.formula.text import LONGEST, FormulaError
from landscapes.formula.values import NUMPY, evaluate
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
        return writing.plain_text(self.tree, self.constants)

    @cached_property
    def latex(self) -> str:
        """The formula as LaTeX."""
        return writing.latex(self.tree, self.constants)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what may be meant otherwise than it is read."""
        return notes.notes(self.tree, self.constants)


@lru_cache(maxsize=_KEPT)
def _parse(text: str) -> Formula:
    read = Reader(text)
    seconds = compile_seconds(read.tree)
    if seconds > LONGEST_COMPILE:
        said = f"{seconds:.2g}" if seconds < 10 else f"{seconds:,.0f}"
        raise FormulaError(
            1,
            f"this would take about {said} s to compile; at most {LONGEST_COMPILE:g} s are allowed: fewer "
            "functions, or fewer of them within one another, would fit",
        )
    return Formula(text=text, tree=read.tree, constants=tuple(read.constants), names=tuple(read.parameters))


def parse(text: Any) -> Formula:
    """Return the formula that the text says. Raises FormulaError, which names the column and what is allowed."""
    if not isinstance(text, str) or len(text) > LONGEST:
        Reader(text)  # refuses it, without keeping it
    return _parse(text)


def values(formula: Formula, x: Any, y: Any, parameters: Mapping[str, Any] | None = None) -> np.ndarray:
    """Return the formula's values at x and y (any one shape), float64, by NumPy alone; parameters default to 1."""
    given = dict.fromkeys(formula.names, 1.0) | dict(parameters or {})
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    with np.errstate(all="ignore"):
        found: np.ndarray = evaluate(formula.tree, x, y, np.asarray(formula.constants), given, NUMPY)
        return found


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
