"""An expression as a row of tokens that the stage writes twice: with letters, and with the numbers of a step.

A token is a piece of text, one of the marks "<sup>", "</sup>", "<root>", "</root>" and "*" (a product), or
{"s": letter, ...}: a name with what its value is read from.
"""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from numerals import number

Token = str | dict[str, Any]
Named = Callable[[str], Token]

_SIGNS: dict[type, tuple[str, int]] = {
    ast.Add: (" + ", 1),
    ast.Sub: (" − ", 1),
    ast.Mult: ("*", 2),
    ast.Div: (" / ", 2),
    ast.Pow: ("<sup>", 4),
}
_AROUND = {
    "sqrt": ("√", "<root>", "</root>"),
    "cbrt": ("∛", "<root>", "</root>"),
    "abs": ("|", "|"),
    "norm": ("‖", "‖"),
    "sign": ("sign(", ")"),
    "rms": ("rms(", ")"),
    "max": ("max(", ")"),
    "min": ("min(", ")"),
    "largest": ("max(", ")"),
    "exp": ("exp(", ")"),
    "log": ("ln(", ")"),
    "diagonal": ("diag(", ")"),
    "lowest_curvature": ("λ₁(", ")"),
    "largest_curvature": ("|λ|ₘₐₓ(", ")"),
}
_COMPARISONS: dict[type, str] = {
    ast.Gt: " > ",
    ast.GtE: " ≥ ",
    ast.Lt: " < ",
    ast.LtE: " ≤ ",
    ast.Eq: " = ",
    ast.NotEq: " ≠ ",
}


def tokens(node: ast.expr, named: Named) -> list[Token]:
    """Return the expression's tokens; named(name) gives the token of a name."""
    return _tokens(node, named)[0]


def _tokens(node: ast.expr, named: Named) -> tuple[list[Token], int]:
    """Return the tokens and how tightly they hold together."""
    match node:
        case ast.Constant():
            return [_number(node.value)], 5
        case ast.Name():
            return [named(node.id)], 5
        case ast.UnaryOp():
            return ["−", *_within(node.operand, named, 2)], 1
        case ast.BinOp(op=ast.Pow()):
            return [*_within(node.left, named, 5), "<sup>", *tokens(node.right, named), "</sup>"], 5
        case ast.BinOp():
            sign, level = _SIGNS[type(node.op)]
            right_level = level + (type(node.op) in (ast.Sub, ast.Div))
            return [*_within(node.left, named, level), sign, *_within(node.right, named, right_level)], level
        case ast.Compare(ops=[comparison], comparators=[right]):
            sides = _within(node.left, named, 1), _within(right, named, 1)
            return [*sides[0], _COMPARISONS[type(comparison)], *sides[1]], 0
        case ast.BoolOp():
            word = " and " if isinstance(node.op, ast.And) else " or "
            return _joined([tokens(value, named) for value in node.values], word), 0
        case ast.Call(func=ast.Name(id="before" | "after" as when), args=[ast.Name(id=name)]):
            return [named(f"{when}({name})")], 5
        case ast.Call(func=ast.Name(id=name)):
            return _call(name, node.args, named)
    raise ValueError(f"worked: {ast.unparse(node)!r} is not allowed; there is no way to write it")


def _number(value: Any) -> str:
    return number(value, 12)


def _joined(parts: list[list[Token]], between: Token) -> list[Token]:
    return [token for i, part in enumerate(parts) for token in ([between, *part] if i else part)]


def _call(name: str, arguments: list[ast.expr], named: Named) -> tuple[list[Token], int]:
    if name in _CALLS:
        return _CALLS[name](arguments, named)
    *opening, closing = _AROUND[name]
    inner = _joined([tokens(argument, named) for argument in arguments], ", ")
    return [*opening, *inner, closing], 5


def _where(arguments: list[ast.expr], named: Named, between: str = ",") -> tuple[list[Token], int]:
    """Return "a if this; b if that; else c"."""
    condition, one, other = arguments
    first = [*_within(one, named, 1), " if ", *tokens(condition, named)]
    match other:
        case ast.Call(func=ast.Name(id="where")):
            return [*first, "; ", *_where(other.args, named, ";")[0]], 0
    return [*first, f"{between} else ", *_within(other, named, 1)], 0


def _raised(power: str, around: str = "") -> Callable[[list[ast.expr], Named], tuple[list[Token], int]]:
    """Return what writes a power of a matrix, times a vector if there is one."""

    def write(arguments: list[ast.expr], named: Named) -> tuple[list[Token], int]:
        matrix = [around, *_within(arguments[0], named, 0 if around else 5), around, "<sup>", power, "</sup>"]
        if len(arguments) == 1:
            return matrix, 5
        return [*matrix, "*", *_within(arguments[1], named, 3)], 2

    return write


def _solve(arguments: list[ast.expr], named: Named) -> tuple[list[Token], int]:
    """Return the inverse times a vector; the pseudo-inverse, as the rules write it, unless the share left out is 0."""
    return _raised("+" if len(arguments) == 2 else "−1")(arguments[:2], named)


def _unit(arguments: list[ast.expr], named: Named) -> tuple[list[Token], int]:
    return [*_within(arguments[0], named, 2), " / ‖", *tokens(arguments[0], named), "‖"], 2


def _ratio(arguments: list[ast.expr], named: Named) -> tuple[list[Token], int]:
    return [*_within(arguments[0], named, 2), " / ", *_within(arguments[1], named, 3)], 2


def _dot(arguments: list[ast.expr], named: Named) -> tuple[list[Token], int]:
    return [*_within(arguments[0], named, 3), " · ", *_within(arguments[1], named, 3)], 2


def _clip(arguments: list[ast.expr], named: Named) -> tuple[list[Token], int]:
    return ["clip(", *tokens(arguments[0], named), ", ±", *_within(arguments[1], named, 2), ")"], 5


def _product(arguments: list[ast.expr], named: Named) -> tuple[list[Token], int]:
    return _joined([_within(factor, named, 3) for factor in arguments], "*"), 2


def _outer(arguments: list[ast.expr], named: Named) -> tuple[list[Token], int]:
    return [*_within(arguments[0], named, 3), "*", *_within(arguments[1], named, 5), "<sup>", "⊤", "</sup>"], 2


def _weighted(arguments: list[ast.expr], named: Named) -> tuple[list[Token], int]:
    weights, points, origin = arguments
    away = [*tokens(points, named), " − ", *_within(origin, named, 2)]
    return ["Σ ", *_within(weights, named, 3), "*", "(", *away, ")"], 2


def _corner(arguments: list[ast.expr], named: Named) -> tuple[list[Token], int]:
    points, number = arguments
    return ["corner ", *tokens(number, named), " of ", *_within(points, named, 5)], 2


def _better_half(arguments: list[ast.expr], named: Named) -> tuple[list[Token], int]:
    return ["better half of ", *_within(arguments[0], named, 5)], 2


_CALLS: Mapping[str, Callable[[list[ast.expr], Named], tuple[list[Token], int]]] = {
    "where": _where,
    "unit": _unit,
    "ratio": _ratio,
    "dot": _dot,
    "clip": _clip,
    "solve": _solve,
    "solve_size": _raised("+", around="|"),
    "solve_root": _raised("−1/2"),
    "transpose": _raised("⊤"),
    "product": _product,
    "outer": _outer,
    "weighted": _weighted,
    "better_half": _better_half,
    "corner": _corner,
}


def _within(node: ast.expr, named: Named, level: int) -> list[Token]:
    """Return the tokens, in parentheses where they hold together less tightly than what stands around them."""
    inner, own = _tokens(node, named)
    return inner if own >= level else ["(", *inner, ")"]
