"""What is worth knowing of a formula that can be read: roots that have no value below 0."""

from collections.abc import Sequence

from landscapes.formula.pieces import Tree, is_condition, varies
from landscapes.formula.writing import plain_text

_NEVER_NEGATIVE = ("abs", "exp", "sqrt", "cosh", "acosh")
_SHOWN = 24  # characters of a base


def notes(tree: Tree, constants: Sequence[float]) -> tuple[str, ...]:
    """Return a sentence for each odd root that is written as a power, x^(1/3), of what may be negative."""
    found = [_root(tree, constants)] if tree[0] == "power" else []
    parts = [part for part in tree[1:] if isinstance(part, tuple) and part and isinstance(part[0], str)]
    if tree[0] == "compare":
        parts = parts[1:]  # the first are its signs
    said = [note for note in found if note] + [note for part in parts for note in notes(part, constants)]
    return tuple(dict.fromkeys(said))


def _root(power: Tree, constants: Sequence[float]) -> str:
    base, exponent = power[1:]
    minus = exponent[0] == "negative"
    exponent = exponent[1] if minus else exponent
    if exponent[0] != "quotient" or exponent[1][0] != "constant" or exponent[2][0] != "constant":
        return ""
    above, below = constants[exponent[1][1]], constants[exponent[2][1]]
    if above != int(above) or below % 2 != 1 or below == 1 or above % below == 0 or not _may_be_negative(base):
        return ""
    shown = plain_text(base, constants)
    shown = shown if len(shown) <= _SHOWN else "..."
    fraction = f"({'-' * minus}{above:g}/{below:g})"
    held = shown if base[0] in ("x", "y") else f"({shown})"
    if below == 3:
        instead, name = f"cbrt({shown})", "cube root"
        n = f"{'-' * minus}{above:g}"
        instead += "" if n == "1" else f"^({n})" if minus else f"^{n}"
    else:
        instead, name = f"{f'sign({shown})*' if above % 2 else ''}|{shown}|^{fraction}", "root"
    return f"{held}^{fraction} has no value where {shown} is below 0; for the real {name} write {instead}."


def _may_be_negative(tree: Tree) -> bool:
    """Tell whether a base that depends on the point may be negative, as far as its form says."""
    return varies(tree) and not _is_never_negative(tree)


def _is_never_negative(tree: Tree) -> bool:
    kind = tree[0]
    if kind in ("constant", "pi", "e") or is_condition(tree):
        return True
    if kind == "power":
        return (tree[2][0] == "whole" and tree[2][1] % 2 == 0) or _is_never_negative(tree[1])
    if kind == "call":
        name, *parts = tree[1:]
        if name in ("max", "min", "where"):
            held = [_is_never_negative(part) for part in (parts[1:] if name == "where" else parts)]
            return any(held) if name == "max" else all(held)
        return name in _NEVER_NEGATIVE
    return kind in ("sum", "product", "quotient") and all(map(_is_never_negative, tree[1:]))
