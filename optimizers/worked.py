"""An update written as lines of arithmetic, so that a page can put the numbers of a step into it. NumPy alone.

A line is "name = expression", or "name = expression if condition"; on the right a name means the value that it has at
that place of the step: what was carried before, or what an earlier line has made of it. "name: words" says in words
where a recorded value comes from. Names: the optimizer's states and parameters; g, the gradient it is given; g_before,
that of the step before (its own at the first); f, the loss before the step; eta, the learning rate; n, the number of
the step, from 1; w, the iterate; w_start; before(w), the iterate before the step. Whatever else a line makes is a name
for the lines below.

Vectors are (T, 2), numbers of a step (T, 1), matrices (T, 2, 2): powers, roots, quotients and signs work on each axis.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

SMALLEST_SHARE = 1e-12
"""solve() leaves out a direction whose curvature is at most this share of the largest (optimizers.curvature.FLAT)."""


@dataclass(frozen=True)
class Line:
    """One line: what it sets, by which expression (None: words say it), and when."""

    target: str
    expression: ast.expr | None
    condition: ast.expr | None = None
    words: str = ""


@lru_cache(maxsize=1024)
def parsed(text: str) -> Line:
    """Return the line that the text says. Raises ValueError where it says none."""
    head, equals, rest = text.partition(" = ")
    if not equals or ": " in head:
        target, colon, words = text.partition(": ")
        if not colon:
            raise ValueError(f"worked: {text!r} is not allowed; give 'name = expression' or 'name: words'")
        return Line(target, None, words=words)
    expression, _, condition = rest.partition(" if ")
    return Line(head, _read(expression), _read(condition) if condition else None)


def _read(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        raise ValueError(f"worked: {text!r} is not allowed; give an expression") from None


def _norm(vector: Any) -> Any:
    return np.hypot(vector[..., :1], vector[..., 1:])


def _ratio(above: Any, below: Any) -> Any:
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    return np.divide(above, below, out=np.where(np.isnan(below), np.nan, 0.0 * below), where=below != 0)


def _solve(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    finite = np.isfinite(matrix).all((1, 2))
    inverse = np.linalg.pinv(np.where(finite[:, None, None], matrix, 0.0), rcond=SMALLEST_SHARE, hermitian=True)
    return np.where(finite[:, None], np.einsum("tij,tj->ti", inverse, vector), np.nan)


def _solve_size(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    finite = np.isfinite(matrix).all((1, 2))
    values, vectors = np.linalg.eigh(np.where(finite[:, None, None], matrix, 0.0))
    sizes = np.abs(values)
    keeps = sizes > SMALLEST_SHARE * sizes.max(axis=1, keepdims=True)
    inverse = np.where(keeps, 1 / np.where(keeps, sizes, 1.0), 0.0)
    solved = np.einsum("tij,tj,tkj,tk->ti", vectors, inverse, vectors, vector)
    return np.where(finite[:, None], solved, np.nan)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "sqrt": np.sqrt,
    "cbrt": np.cbrt,
    "abs": np.abs,
    "sign": np.sign,
    "max": np.maximum,
    "min": np.minimum,
    "clip": lambda vector, bound: np.clip(vector, -np.asarray(bound), bound),
    "norm": _norm,
    "rms": lambda vector: _norm(vector) / np.sqrt(2),
    "unit": lambda vector: _ratio(vector, _norm(vector)),
    "ratio": _ratio,
    "largest": lambda vector: np.max(vector, axis=-1, keepdims=True),
    "dot": lambda a, b: np.sum(a * b, axis=-1, keepdims=True),
    "solve": _solve,
    "solve_size": _solve_size,
}

_OPERATIONS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Mod: operator.mod,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.LtE: operator.le,
    ast.Lt: operator.lt,
}


def evaluate(node: ast.expr, value_of: Callable[[str], Any]) -> Any:
    """Return what an expression comes to; value_of gives the names' values, "before(w)" being the name of one."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return value_of(node.id)
        case ast.UnaryOp(op=ast.USub()):
            return -evaluate(node.operand, value_of)
        case ast.BinOp():
            return _OPERATIONS[type(node.op)](evaluate(node.left, value_of), evaluate(node.right, value_of))
        case ast.Compare(ops=[comparison], comparators=[right]):
            return _OPERATIONS[type(comparison)](evaluate(node.left, value_of), evaluate(right, value_of))
        case ast.Call(func=ast.Name(id="before"), args=[ast.Name(id=name)]):
            return value_of(f"before({name})")
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            return FUNCTIONS[name](*(evaluate(argument, value_of) for argument in node.args))
    raise ValueError(f"worked: {ast.unparse(node)!r} is not allowed; known functions: {', '.join(FUNCTIONS)}")
