"""A formula's tree written out again: as text that reads back to the same tree, and as LaTeX."""

from collections.abc import Callable, Sequence
from typing import Any

from landscapes.formula.pieces import ONE, in_pieces, is_condition
from landscapes.formula.text import GREEK

Tree = tuple[Any, ...]

_GREEK = frozenset(GREEK.values())
_BIG_NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "log": "ln"}  # ln: to many, log is of base 10
_BIG_NAMES |= {f"a{name}": f"ar{name}" for name in ("sinh", "cosh", "tanh")}
_PLAIN_NAMES = ("sin", "cos", "tan", "sec", "csc", "cot", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "ln")
_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _POWER, _ATOM = range(8)  # how tightly a tree holds together
_LOOSE = {"or": _OR, "and": _AND, "not": _NOT, "compare": _COMPARISON, "sum": _SUM, "negative": _SUM}
_COMPARED = {"<": r"\lt", "<=": r"\le", ">": r"\gt", ">=": r"\ge", "==": "=", "!=": r"\ne"}


def plain_text(tree: Tree, constants: Sequence[float]) -> str:
    """Return the formula as text, in one fixed manner of writing: read again, it gives the same tree."""
    return _Text(constants).write(tree)


def latex(tree: Tree, constants: Sequence[float]) -> str:
    """Return the formula as LaTeX."""
    writer = _Latex(constants)
    return writer.cases(*tree[2:]) if tree[:2] == ("call", "where") else writer.write(tree)


def _tightness(tree: Tree) -> int:
    kind = tree[0]
    if kind in _LOOSE:
        return _LOOSE[kind]
    if kind in ("product", "quotient"):
        return _PRODUCT
    return _POWER if kind == "power" else _ATOM


class _Writer:
    """Walks a tree; what differs between text and LaTeX is in its subclasses."""

    def __init__(self, constants: Sequence[float]) -> None:
        self.constants = constants

    def write(self, tree: Tree) -> str:
        made: Callable[..., str] = getattr(self, f"{tree[0]}_" if tree[0] in ("and", "or", "not") else tree[0])
        return made(*tree[1:])

    def within(self, tree: Tree, least: int) -> str:
        """Write the tree, in brackets unless it holds together at least so tightly."""
        text = self.write(tree)
        return text if _tightness(tree) >= least else self.bracket(text)

    def bracket(self, text: str) -> str:
        return f"({text})"

    def x(self) -> str:
        return "x"

    def y(self) -> str:
        return "y"

    def e(self) -> str:
        return "e"

    def whole(self, n: int) -> str:
        return str(n)

    def sum(self, *terms: Tree) -> str:
        parts = []
        for place, term in enumerate(terms):
            minus = term[0] == "negative"
            inner = self.within(term[1] if minus else term, _PRODUCT)
            if place == 0:
                parts.append(f"-{inner}" if minus else inner)
            else:
                parts.append(f" {'-' if minus else '+'} {inner}")
        return "".join(parts)

    def negative(self, inner: Tree) -> str:
        return "-" + self.within(inner, _PRODUCT)


class _Text(_Writer):
    def compare(self, signs: tuple[str, ...], *sides: Tree) -> str:
        first, *others = [self.within(side, _SUM) for side in sides]
        return first + "".join(f" {sign} {side}" for sign, side in zip(signs, others, strict=True))

    def and_(self, *parts: Tree) -> str:
        return " and ".join(self.within(part, _NOT) for part in parts)

    def or_(self, *parts: Tree) -> str:
        return " or ".join(self.within(part, _AND) for part in parts)

    def not_(self, condition: Tree) -> str:
        return f"not {self.within(condition, _NOT)}"

    def constant(self, place: int) -> str:
        value = self.constants[place]
        return str(int(value)) if value == int(value) and value < 1e15 else repr(value)

    def parameter(self, name: str) -> str:
        return name

    def pi(self) -> str:
        return "pi"

    def product(self, *factors: Tree) -> str:
        first = self.within(factors[0], _PRODUCT if factors[0][0] == "quotient" else _POWER)
        return "*".join([first, *(self.within(factor, _POWER) for factor in factors[1:])])

    def quotient(self, a: Tree, b: Tree) -> str:
        return f"{self.within(a, _PRODUCT)}/{self.within(b, _POWER)}"

    def power(self, a: Tree, b: Tree) -> str:
        negative = b == ("whole", b[1]) and b[1] < 0 if b[0] == "whole" else False
        exponent = f"({b[1]})" if negative else self.within(b, _ATOM)
        return f"{self.within(a, _ATOM)}^{exponent}"

    def call(self, name: str, *arguments: Tree) -> str:
        return f"{name}({', '.join(self.write(a) for a in arguments)})"


class _Latex(_Writer):
    def write(self, tree: Tree) -> str:
        conditions, rest = in_pieces(tree)
        if not conditions or tree[0] == "negative":
            return super().write(tree)
        held = r"\,".join(rf"\left[{self.condition(condition)}\right]" for condition in conditions)  # Iverson's
        return held if rest == ONE else rf"{held}\,{self.within(rest, _PRODUCT)}"

    def within(self, tree: Tree, least: int) -> str:
        return self.write(tree) if is_condition(tree) else super().within(tree, least)

    def condition(self, tree: Tree, least: int = _OR) -> str:
        """Write what holds or does not, in brackets unless it holds together at least so tightly."""
        kind, *parts = tree
        if kind == "compare":
            first, *others = [self.within(side, _SUM) for side in parts[1:]]
            text = first + "".join(f" {_COMPARED[s]} {side}" for s, side in zip(parts[0], others, strict=True))
        elif kind == "not":
            text = rf"\lnot {self.condition(parts[0], _ATOM)}"
        else:
            word, inner = (r" \land ", _NOT) if kind == "and" else (r" \lor ", _AND)
            text = word.join(self.condition(part, inner) for part in parts)
        return text if _LOOSE[kind] >= least else self.bracket(text)

    def cases(self, condition: Tree, held: Tree, other: Tree) -> str:
        """Write the pieces of where(), one a row; what else there is in the last may be pieces again."""
        rows = []
        while True:
            rows.append(rf"{self.write(held)} & \text{{if }} {self.condition(condition)}")
            if other[:2] != ("call", "where"):
                break
            condition, held, other = other[2:]
        rows.append(rf"{self.write(other)} & \text{{otherwise}}")
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"

    def bracket(self, text: str) -> str:
        return rf"\left({text}\right)"

    def constant(self, place: int) -> str:
        text = f"{self.constants[place]:.12g}"
        if "e" not in text:
            return text
        digits, exponent = text.split("e")
        power = rf"10^{{{int(exponent)}}}"
        return power if digits == "1" else rf"{digits} \cdot {power}"

    def parameter(self, name: str) -> str:
        stem = name.rstrip("0123456789").rstrip("_")
        letter = f"\\{stem}" if stem in _GREEK else stem
        number = name[len(stem) :].strip("_")
        return f"{letter}_{{{number}}}" if number else letter

    def pi(self) -> str:
        return r"\pi"

    def product(self, *factors: Tree) -> str:
        text = self.within(factors[0], _PRODUCT)
        for factor in factors[1:]:
            inner = self.within(factor, _POWER)
            text += (
                rf" \cdot {inner}"
                if inner[:1].isdigit() or (text[-1:].isdigit() and inner[:1] == ".")
                else rf"\,{inner}"
            )
        return text

    def quotient(self, a: Tree, b: Tree) -> str:
        return rf"\frac{{{self.write(a)}}}{{{self.write(b)}}}"

    def power(self, a: Tree, b: Tree) -> str:
        if a[0] == "call" and _named(a[1]) in _PLAIN_NAMES and b[0] == "whole" and b[1] > 0:
            return self._called(_named(a[1]), a[2:], f"^{{{b[1]}}}")
        base = self.write(a)
        # else the exponent might seem the argument's
        is_wrapped = a[0] != "call" or a[1] in ("mod", "where") or (a[1] in _WRAPPED and a[1] != "exp")
        if _tightness(a) < _ATOM or (a[0] == "constant" and "10^" in base) or not is_wrapped:
            base = self.bracket(base)
        return f"{base}^{{{self.write(b)}}}"

    def call(self, name: str, *arguments: Tree) -> str:
        if name == "where":
            return self.bracket(self.cases(*arguments))
        if name == "mod":
            return self.bracket(r" \bmod ".join(self.within(a, _POWER) for a in arguments))
        wrapped = _WRAPPED.get(name)
        if wrapped is not None:
            return wrapped.format(self.write(arguments[0]))
        return self._called(_named(name), arguments, "")

    def _called(self, name: str, arguments: tuple[Tree, ...], raised: str) -> str:
        inner = self.bracket(",\\, ".join(self.write(a) for a in arguments))
        if name in (*_PLAIN_NAMES, "min", "max"):
            return rf"\{name}{raised}{inner}"
        if name in ("log2", "log10"):
            return rf"\log_{{{name[3:]}}}{raised}{inner}"
        return rf"\operatorname{{{name}}}{raised}{inner}"


_WRAPPED = {
    "exp": "e^{{{0}}}",
    "sqrt": r"\sqrt{{{0}}}",
    "cbrt": r"\sqrt[3]{{{0}}}",
    "abs": r"\left|{0}\right|",
    "floor": r"\left\lfloor {0} \right\rfloor",
    "ceil": r"\left\lceil {0} \right\rceil",
}


def _named(function: str) -> str:
    return _BIG_NAMES.get(function, function)
