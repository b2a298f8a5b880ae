"""A typed formula read into a tree: a small grammar, no evaluation of text, with limits on size and depth.

sum := ["+" | "-"] product (("+" | "-") product)*
product := power (("*" | "/" | nothing) power)*        nothing: 2x, x(y + 1), (x + 1)(y - 1)
power := operand ["^" ["+" | "-"] power]               so -x^2 is -(x^2), 2^3^2 is 2^9 and xy^2 is x*(y^2)
operand := number | name | function "(" sum ("," sum)* ")" | function "^" whole number "(" sum ")"
           | "√" (number | name | "|" sum "|") | "(" sum ")" | "|" sum "|"

What people mean in two ways is refused, with both ways to write it: 1/2x, e^2x, 2^xy, √2x, max(0,5, x).

A tree is nested tuples: ("x",), ("y",), ("pi",), ("e",), ("constant", place), ("parameter", name), ("whole", n),
("sum", ...), ("product", ...), ("quotient", a, b), ("negative", a), ("power", a, b) and ("call", function, ...).
Numbers are lifted out into a list, so that formulas that differ in them alone have one tree; ("whole", n), only as an
exponent, is the exception, because powers with whole exponents are exact for every base.
"""

from typing import Any

from landscapes.formula_names import FUNCTIONS, WORDS, function_meant, is_parameter, unknown
from landscapes.formula_text import FormulaError, Sign, signs

Tree = tuple[Any, ...]

DEEPEST = 40  # brackets within brackets
TOWER = 3  # exponents within exponents
OPERATIONS = 200
MOST_PARAMETERS = 8
LARGEST_WHOLE = 64  # an exponent that is part of the tree


class Reader:
    """Reads one text; the outcome stands in tree, constants and parameters. Raises FormulaError."""

    def __init__(self, text: str) -> None:
        self._signs = signs(text)
        self._text = text
        self._place = 0
        self._depth = self._tower = self._operations = 0
        self._bars: list[bool] = [False]  # whether the innermost bracket is a bar
        self.constants: list[float] = []
        self.parameters: list[str] = []
        if self._next.kind == "end":
            raise FormulaError(1, "the formula is empty; write for example x^2 + 3*y^2")
        self.tree = self._sum()
        self._expect_end()

    @property
    def _next(self) -> Sign:
        return self._signs[self._place]

    def _take(self) -> Sign:
        sign = self._next
        self._place += 1
        return sign

    def _expect_end(self) -> None:
        sign = self._next
        if sign.kind == "end":
            return
        if sign.kind == ")":
            raise FormulaError(sign.column, "')' closes a bracket that was not opened")
        if sign.kind == ",":
            raise FormulaError(
                sign.column, "',' only stands between the arguments of a function; write decimals with a point"
            )
        raise FormulaError(sign.column, f"{sign.text!r} is not expected here")

    def _node(self, kind: str, *parts: Any, column: int) -> Tree:
        self._operations += 1
        if self._operations > OPERATIONS:
            raise FormulaError(column, f"more than {OPERATIONS} operations are not allowed")
        return (kind, *parts)

    def _signed(self) -> bool:
        """Take any + and - that stand here; return whether they make a minus."""
        minus = False
        while self._next.kind in "+-":
            minus ^= self._take().kind == "-"
        return minus

    def _sum(self) -> Tree:
        terms = [self._term(self._signed())]
        while self._next.kind in ("+", "-"):
            operator = self._take()
            minus = (operator.kind == "-") ^ self._signed()
            terms.append(self._term(minus))
            self._node("sum", column=operator.column)
        return terms[0] if len(terms) == 1 else ("sum", *terms)

    def _term(self, minus: bool) -> Tree:
        column = self._next.column
        product = self._product()
        return self._node("negative", product, column=column) if minus else product

    def _product(self) -> Tree:
        first = self._next.column
        chain = [self._power()]
        divided = False
        while True:
            sign = self._next
            if sign.kind == "*":
                self._take()
                chain.append(self._factor())
                divided = False
            elif sign.kind == "/":
                self._take()
                chain = [("quotient", self._joined(chain), self._factor())]
                divided = True
            elif self._starts_operand(sign):
                if divided:
                    written = self._text[first - 1 : sign.column - 1].strip()[-20:]
                    raise FormulaError(
                        sign.column,
                        f"'{written}{sign.text}' can be read in two ways; write brackets, as in (1/2)*x or 1/(2*x)",
                    )
                chain.append(self._power())
            else:
                return self._joined(chain)
            self._node("product", column=sign.column)

    def _starts_operand(self, sign: Sign) -> bool:
        """Tell whether this begins another factor without a sign between."""
        if sign.kind == "number":
            raise FormulaError(sign.column, f"an operator is missing before {sign.text!r}")
        return sign.kind in ("name", "(") or (sign.kind == "|" and not self._bars[-1])

    @staticmethod
    def _joined(chain: list[Tree]) -> Tree:
        return chain[0] if len(chain) == 1 else ("product", *chain)

    def _factor(self) -> Tree:
        """Read a power that may have a sign, after * or /."""
        column = self._next.column
        minus = self._signed()
        power = self._power()
        return self._node("negative", power, column=column) if minus else power

    def _power(self) -> Tree:
        base = self._operand()
        if self._next.kind != "^":
            return base
        column = self._take().column
        self._tower += 1
        if self._tower > TOWER:
            raise FormulaError(column, f"more than {TOWER} exponents in one another are not allowed")
        exponent = self._exponent(self._factor())
        self._tower -= 1
        self._check_exponent_ends(base)
        if base == ("e",):
            return self._node("call", "exp", self._real(exponent), column=column)
        return self._node("power", base, exponent, column=column)

    def _check_exponent_ends(self, base: Tree) -> None:
        """Refuse an exponent with a letter right behind it, where most people mean the whole: e^2x, 2^xy."""
        last, sign = self._signs[self._place - 1], self._next
        glued = sign.kind == "name" and not self._text[sign.column - 2].isspace()
        if glued and (last.kind == "name" or (last.kind == "number" and base == ("e",))):
            written = self._text[last.column - 1 : sign.column]
            raise FormulaError(
                sign.column,
                f"'^{written}' can be read in two ways; write brackets, as in e^(2*x), or a sign, as in e^2*x",
            )

    def _exponent(self, tree: Tree) -> Tree:
        """Return a whole exponent as part of the tree, if it is one and its number was the last to be read."""
        negative = tree[0] == "negative"
        inner = tree[1] if negative else tree
        if inner[0] != "constant" or inner[1] != len(self.constants) - 1:
            return tree
        value = self.constants[-1]
        if value != int(value) or value > LARGEST_WHOLE:
            return tree
        self.constants.pop()
        return ("whole", int(-value if negative else value))

    def _real(self, exponent: Tree) -> Tree:
        """Return an exponent of e: a plain number again."""
        if exponent[0] != "whole":
            return exponent
        self.constants.append(float(abs(exponent[1])))
        place = ("constant", len(self.constants) - 1)
        return ("negative", place) if exponent[1] < 0 else place

    def _operand(self) -> Tree:
        sign = self._take()
        if sign.kind == "number":
            return self._number(sign)
        if sign.kind == "name":
            return self._name(sign)
        if sign.kind == "(":
            return self._bracket(sign, ")")
        if sign.kind == "|":
            return self._node("call", "abs", self._bracket(sign, "|"), column=sign.column)
        if sign.kind == "end":
            raise FormulaError(sign.column, "the formula ends where a number, a name or a bracket is expected")
        raise FormulaError(sign.column, f"a number, a name or a bracket is expected, not {sign.text!r}")

    def _number(self, sign: Sign) -> Tree:
        value = float(sign.text)
        if value in (float("inf"), float("-inf")):
            raise FormulaError(sign.column, f"{sign.text[:20]} is too large a number")
        self.constants.append(value)
        return ("constant", len(self.constants) - 1)

    def _bracket(self, opening: Sign, closing: str) -> Tree:
        self._open(opening, closing == "|")
        inner = self._sum()
        self._close(opening, closing)
        return inner

    def _open(self, opening: Sign, is_bar: bool) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError(opening.column, f"more than {DEEPEST} brackets in one another are not allowed")
        self._bars.append(is_bar)

    def _close(self, opening: Sign, closing: str) -> None:
        sign = self._next
        if sign.kind != closing:
            if sign.kind == "end":
                raise FormulaError(sign.column, f"the {opening.text!r} at column {opening.column} is not closed")
            self._expect_end()
        self._take()
        self._depth -= 1
        self._bars.pop()

    def _name(self, sign: Sign) -> Tree:
        name = WORDS.get(sign.text, sign.text)
        if function := function_meant(name):
            return self._call(function, sign)
        if name in ("x", "y", "pi", "e"):
            return (name,)
        if not is_parameter(name):
            raise FormulaError(sign.column, unknown(sign.text, called=self._next.kind == "("))
        if name not in self.parameters:
            if len(self.parameters) == MOST_PARAMETERS:
                raise FormulaError(sign.column, f"{sign.text!r} is one parameter too many; at most {MOST_PARAMETERS}")
            self.parameters.append(name)
        return ("parameter", name)

    def _call(self, name: str, sign: Sign) -> Tree:
        exponent = None
        if self._next.kind == "^":  # sin^2(x)
            exponent = self._raised(name)
        opening = self._next
        if opening.kind != "(":
            if sign.text == "√" and exponent is None and self._is_plain(opening):
                return self._node("call", name, self._rooted(), column=sign.column)
            raise FormulaError(opening.column, f"{sign.text} needs brackets: {sign.text}(...)")
        self._take()
        self._open(opening, False)
        if self._next.kind == ")":
            raise FormulaError(self._next.column, f"{sign.text} needs {_count(*FUNCTIONS[name])}")
        arguments = [self._sum()]
        while self._next.kind == ",":
            comma = self._take()
            arguments.append(self._sum())
            if arguments[-2][0] == arguments[-1][0] == "constant":
                self._check_decimals(comma)
        fewest, most = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            raise FormulaError(sign.column, f"{sign.text} takes {_count(fewest, most)}, not {len(arguments)}")
        self._close(opening, ")")
        called = self._node("call", name, *arguments, column=sign.column)
        return called if exponent is None else self._node("power", called, ("whole", exponent), column=sign.column)

    @staticmethod
    def _is_plain(sign: Sign) -> bool:
        """Tell whether this can stand under a root sign without brackets: a number, a letter or |...|."""
        return sign.kind in ("number", "|") or (sign.kind == "name" and not function_meant(sign.text))

    def _rooted(self) -> Tree:
        """Read what stands under a root sign without brackets; nothing may follow that could belong to it."""
        operand, sign = self._operand(), self._next
        if sign.kind in ("number", "name", "(", "^") and sign.text != "√":
            raise FormulaError(sign.column, "what the root covers can be read in two ways; write brackets: √(...)")
        return operand

    def _check_decimals(self, comma: Sign) -> None:
        """Refuse a comma between two numbers that may be a decimal mark: max(0,5, x)."""
        if self._text[comma.column - 2].isdigit() and self._text[comma.column].isdigit():
            raise FormulaError(
                comma.column,
                "this comma can be read in two ways; write decimals with a point, or a space after the comma",
            )

    def _raised(self, name: str) -> int:
        """Read the exponent of sin^2(x) or sin²(x)."""
        column = self._take().column
        bracketed = self._next.kind == "("
        if bracketed:
            self._take()
        number = self._take()
        if number.kind != "number" or not number.text.isdigit() or not 1 <= int(number.text[:4]) <= LARGEST_WHOLE:
            inverse = f"; the inverse function is a{name}" if f"a{name}" in FUNCTIONS else ""
            raise FormulaError(column, f"for a power write ({name}(...))^n{inverse}")
        if bracketed and self._take().kind != ")":
            raise FormulaError(column, f"write ({name}(...))^n")
        return int(number.text)


def _count(fewest: int, most: int) -> str:
    if fewest == most:
        return f"{fewest} argument{'s' if fewest > 1 else ''}"
    return f"{fewest} to {most} arguments"
