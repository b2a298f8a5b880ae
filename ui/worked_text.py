"""An expression as a row of tokens that the stage writes twice: with letters, and with the numbers of a step.

A token is a piece of text, one of the marks "<sup>", "</sup>", "<root>", "</root>" and "*" (a product), or
{"s": letter, ...}: a name with what its value is read from.
"""

import ast
from collections.abc import Callable
from typing import Any

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
}


def tokens(node: ast.expr, named: Named) -> list[Token]:
    """Return the expression's tokens; named(name) gives the token of a name."""
    return _tokens(node, named)[0]


def _tokens(node: ast.expr, named: Named) -> tuple[list[Token], int]:
    """Return the tokens and how tightly they hold together."""
    match node:
        case ast.Constant():
            return [str(node.value)], 5
        case ast.Name():
            return [named(node.id)], 5
        case ast.UnaryOp():
            return ["−", *_within(node.operand, named, 3)], 1
        case ast.BinOp(op=ast.Pow()):
            return [*_within(node.left, named, 5), "<sup>", *tokens(node.right, named), "</sup>"], 5
        case ast.BinOp():
            sign, level = _SIGNS[type(node.op)]
            right_level = level + (type(node.op) in (ast.Sub, ast.Div))
            return [*_within(node.left, named, level), sign, *_within(node.right, named, right_level)], level
        case ast.Call(func=ast.Name(id="before"), args=[ast.Name(id=name)]):
            return [named(f"before({name})")], 5
        case ast.Call(func=ast.Name(id=name)):
            return _call(name, node.args, named)
    raise ValueError(f"worked: {ast.unparse(node)!r} is not allowed; there is no way to write it")


def _call(name: str, arguments: list[ast.expr], named: Named) -> tuple[list[Token], int]:
    if name == "unit":
        return [*_within(arguments[0], named, 2), " / ‖", *tokens(arguments[0], named), "‖"], 2
    if name == "ratio":
        return [*_within(arguments[0], named, 2), " / ", *_within(arguments[1], named, 3)], 2
    if name == "solve":
        return [named_of(arguments[0], named), "<sup>", "−1", "</sup>", "*", *_within(arguments[1], named, 3)], 2
    if name == "solve_size":
        matrix = ["|", named_of(arguments[0], named), "|", "<sup>", "−1", "</sup>"]
        return [*matrix, "*", *_within(arguments[1], named, 3)], 2
    if name == "dot":
        return [*_within(arguments[0], named, 3), " · ", *_within(arguments[1], named, 3)], 2
    if name == "clip":
        return ["clip(", *tokens(arguments[0], named), ", ±", *_within(arguments[1], named, 2), ")"], 5
    *opening, closing = _AROUND[name]
    inner: list[Token] = []
    for argument in arguments:
        inner += [*([", "] if inner else []), *tokens(argument, named)]
    return [*opening, *inner, closing], 5


def named_of(node: ast.expr, named: Named) -> Token:
    """Return the token of a node that is a name."""
    assert isinstance(node, ast.Name)
    return named(node.id)


def _within(node: ast.expr, named: Named, level: int) -> list[Token]:
    """Return the tokens, in parentheses where they hold together less tightly than what stands around them."""
    inner, own = _tokens(node, named)
    return inner if own >= level else ["(", *inner, ")"]
