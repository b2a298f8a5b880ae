"""An update written as lines of arithmetic, so that a page can put the numbers of a step into it. NumPy alone.

A line is "name = expression", or "name = expression if condition"; on the right a name means the value that it has at
that place of the step: what was carried before, or what an earlier line has made of it. "name: words" says in words
where a recorded value comes from, with a condition or without. Names: the optimizer's states, parameters and constants;
g, the gradient it is given; g_before, that of the step before (its own at the first); f, the loss before the step; eta,
the learning rate; n, the number of the step, from 1; w, the iterate; w_before, that of the step before (its own at the
first); w_start; before(w), the iterate before the step; I, the identity. Whatever else a line makes is a name for the
lines below. after(name) is what was recorded of a state after the step: for what no line makes, and for conditions of
which a search decides.

Vectors are (T, 2), numbers of a step (T, 1), matrices (T, 2, 2), points (T, k, 2): powers, roots, quotients, signs and
where() work on each axis.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

import numpy as np

LOST = 2e-15
"""solve() takes a determinant for 0 that is at most this share of its larger product (optimizers.shared.two_by_two)."""
SMALLEST_DETERMINANT = 1e-14
"""solve_root() takes it for that of a matrix whose determinant is lost to rounding (optimizers.rules.populations)."""


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
        words, _, condition = words.partition(" if ")
        return Line(target, None, _read(condition) if condition else None, words)
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


def _solve(matrix: np.ndarray, vector: np.ndarray, lost: float = LOST) -> np.ndarray:
    """Return H^+ v, by elimination from the largest entry; NaN where H is not finite."""
    rows = np.stack([np.concatenate([matrix[:, i], vector[:, i : i + 1]], axis=1) for i in (0, 1)], axis=1)
    place = np.abs(matrix.reshape(-1, 4)).argmax(axis=1)
    rows = np.where((place >= 2)[:, None, None], rows[:, ::-1], rows)  # the pivot's row first
    turned = (place % 2 == 1)[:, None, None]
    rows = np.where(turned, rows[..., [1, 0, 2]], rows)  # and its column
    with np.errstate(all="ignore"):
        taken = rows[:, 1:, :1] / rows[:, :1, :1] * rows[:, :1, 1:]
        left, right = (rows[:, 1:, 1:] - taken)[:, 0].T
        flat = np.abs(left) <= lost * np.maximum(np.abs(rows[:, 1, 1]), np.abs(taken[:, 0, 0]))
        second = right / left
        first = (rows[:, 0, 2] - rows[:, 0, 1] * second) / rows[:, 0, 0]
    found = np.where(turned[:, 0], np.stack([second, first], -1), np.stack([first, second], -1))
    trace = np.trace(matrix, axis1=1, axis2=2)
    along = np.einsum("tij,tj->ti", matrix / np.where(trace == 0, 1.0, trace)[:, None, None] ** 2, vector)
    flat |= ~matrix.any((1, 2))
    finite = np.isfinite(matrix).all((1, 2))
    return np.where(finite[:, None], np.where(flat[:, None], along, found), np.nan)


def _eigen(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which matrices are finite, and the eigenvalues and eigenvectors of those, of zeros for the others."""
    finite = np.isfinite(matrix).all((1, 2))
    return finite, *np.linalg.eigh(np.where(finite[:, None, None], matrix, 0.0))


def _solve_size(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """Return |H|^+ v: where the curvatures have two signs, |H| = (tr(H) H - 2 det(H) I) / (their distance)."""
    size = np.abs(matrix).max((1, 2), keepdims=True)
    a, b, c = ((matrix / np.where(size > 0, size, 1.0))[:, i, j, None, None] for i, j in ((0, 0), (0, 1), (1, 1)))
    determinant, trace = a * c - b * b, a + c
    with np.errstate(all="ignore"):
        apart = (trace * matrix - 2 * determinant * size * np.eye(2)) / np.hypot(a - c, 2 * b)
    return _solve(np.where(determinant < 0, apart, np.where(trace < 0, -matrix, matrix)), vector)


def _solve_root(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """Return C^(-1/2) v by the same closed form as populations.roots, which an ill-conditioned C shows."""
    half = (matrix[:, 0, 0] + matrix[:, 1, 1])[:, None] / 2
    scaled = matrix / np.where(half > 0, half, 1.0)[..., None]
    a, b, c = scaled[:, 0, :1], scaled[:, 0, 1:], scaled[:, 1, 1:]
    d = np.sqrt(np.maximum(a * c - b * b, SMALLEST_DETERMINANT))
    x, y = vector[:, :1], vector[:, 1:]
    solved = np.concatenate([(c + d) * x - b * y, (a + d) * y - b * x], axis=1)
    found: np.ndarray = solved / (np.sqrt(a + c + 2 * d) * d * np.sqrt(np.where(half > 0, half, 1.0)))
    return found


def _lowest_curvature(matrix: np.ndarray) -> np.ndarray:
    finite, values, _ = _eigen(matrix)
    return np.where(finite, values[:, 0], np.nan)[:, None]


def _largest_curvature(matrix: np.ndarray) -> np.ndarray:
    finite, values, _ = _eigen(matrix)
    return np.where(finite, np.abs(values).max(axis=1), np.nan)[:, None]


def _product(*factors: np.ndarray) -> np.ndarray:
    """Return the product of matrices, of which the last factor may be a vector."""
    *matrices, last = factors
    result = last if last.ndim == 3 else last[..., None]
    for matrix in reversed(matrices):
        result = matrix @ result
    return result if last.ndim == 3 else result[..., 0]


def _weighted(weights: np.ndarray, points: np.ndarray, origin: np.ndarray) -> np.ndarray:
    """Return the weighted sum of points as they are seen from the origin."""
    found: np.ndarray = np.einsum("ij,tjk->tk", weights, points - origin[:, None])
    return found


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
    "solve_root": _solve_root,
    "lowest_curvature": _lowest_curvature,
    "largest_curvature": _largest_curvature,
    "product": _product,
    "transpose": lambda matrix: np.swapaxes(matrix, 1, 2),
    "outer": lambda a, b: a[:, :, None] * b[:, None, :],
    "weighted": _weighted,
    "better_half": lambda points: points[:, : points.shape[1] // 2],
    "diagonal": lambda matrix: np.diagonal(matrix, axis1=1, axis2=2),
    "corner": lambda points, number: points[:, number - 1],
    "exp": np.exp,
    "log": np.log,
    "where": np.where,
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


def _aligned(left: Any, right: Any) -> tuple[Any, Any]:
    """Return both sides so that a number of a step, (T, 1), meets a matrix as a number."""
    if np.ndim(left) == 3 and np.ndim(right) == 2:
        return left, right[..., None]
    if np.ndim(left) == 2 and np.ndim(right) == 3:
        return left[..., None], right
    return left, right


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
            sides = _aligned(evaluate(node.left, value_of), evaluate(node.right, value_of))
            return _OPERATIONS[type(node.op)](*sides)
        case ast.Compare(ops=[comparison], comparators=[right]):
            return _OPERATIONS[type(comparison)](evaluate(node.left, value_of), evaluate(right, value_of))
        case ast.UnaryOp(op=ast.Not()):
            return np.logical_not(evaluate(node.operand, value_of))
        case ast.BoolOp():
            join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
            return reduce(join, [evaluate(value, value_of) for value in node.values])
        case ast.Call(func=ast.Name(id="before" | "after" as when), args=[ast.Name(id=name)]):
            return value_of(f"{when}({name})")
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            return FUNCTIONS[name](*(evaluate(argument, value_of) for argument in node.args))
    raise ValueError(f"worked: {ast.unparse(node)!r} is not allowed; known functions: {', '.join(FUNCTIONS)}")
