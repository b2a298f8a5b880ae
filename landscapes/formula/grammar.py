"""A typed formula read into a tree: a small grammar, no evaluation of text, with limits on size and depth.

whole := both ("or" both)*                             a formula, and whatever stands in brackets
both := negated ("and" negated)*
negated := "not"* comparison
comparison := sum (("<" | "<=" | ">" | ">=" | "==" | "!=") sum)*
sum := ["+" | "-"] product (("+" | "-") product)*
product := power (("*" | "/" | "mod" | nothing) power)*   nothing: 2x, x(y + 1), (x + 1)(y - 1)
power := operand ["^" ["+" | "-"] power]               so -x^2 is -(x^2), 2^3^2 is 2^9 and xy^2 is x*(y^2)
operand := number | name | function ["^" whole number] "(" whole ("," whole)* ")"
           | function ["^" whole number] blank factor      sin 2x, ln x, sin^2 x: one factor, written without a blank
           | "√" (number | name | "|" sum "|") | "(" whole ")" | "|" sum "|"

What people mean in two ways is refused, with both ways to write it: 1/2x, e^2x, 2^xy, √2x, sin x y, max(0,5, x).

A tree is nested tuples: ("x",), ("y",), ("pi",), ("e",), ("constant", place), ("parameter", name), ("whole", n),
("sum", ...), ("product", ...), ("quotient", a, b), ("negative", a), ("power", a, b), ("call", function, ...), and the
conditions of landscapes.formula.pieces.
Numbers are lifted out into a list, so that formulas that differ in them alone have one tree; ("whole", n), only as an
exponent, is the exception, because powers with whole exponents are exact for every base.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from landscapes.formula.indices import with_coordinates
from landscapes.formula.names import (
    FUNCTIONS,
    WORDS,
    function_meant,
    is_parameter,
    looks_like_function,
    other_arguments,
    unknown,
    unknown_function,
)
from landscapes.formula.pieces import COMPARISONS, is_condition
from landscapes.formula.text import FormulaError, Sign, signs

Tree = tuple[Any, ...]

DEEPEST = 40  # brackets within brackets
_SHOWN = 60  # characters of a formula in a hint
TOWER = 3  # exponents within exponents
OPERATIONS = 200
MOST_PARAMETERS = 8
LARGEST_WHOLE = 64  # an exponent that is part of the tree


class Reader:
    """Reads one text; the outcome stands in tree, constants and parameters. Raises FormulaError."""

    def __init__(self, text: str) -> None:
        self._signs = with_coordinates(signs(text), text)
        self._text = text
        self._place = 0
        self._depth = self._tower = self._operations = 0
        self._bars: list[bool] = [False]  # whether the innermost bracket is a bar
        self._compares: list[bool] = [False]  # whether a comparison was begun in it
        self._taken_mod: Sign | None = None  # the last sign mod between the factors of the product just read
        self.constants: list[float] = []
        self.parameters: list[str] = []
        if self._next.kind == "end":
            raise FormulaError(1, "the formula is empty; write for example x^2 + 3*y^2")
        self.tree = self._whole()
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

    def _whole(self) -> Tree:
        """Read what may be a condition: comparisons joined by or, and, not; or a number."""
        return self._joined_by("or", lambda: self._joined_by("and", self._negated))

    def _joined_by(self, word: str, read: Callable[[], Tree]) -> Tree:
        parts, column = [read()], self._next.column
        while self._next.kind == word or (word == "or" and self._is_double_bar(parts[-1])):
            self._compares[-1] = False
            sign = self._take()
            if sign.kind == "|":
                self._take()
            parts.append(read())
            self._node(word, column=sign.column)
        if len(parts) == 1:
            return parts[0]
        if not all(map(is_condition, parts)):
            raise FormulaError(column, f"'{word}' stands between conditions such as x < 0, not between numbers")
        return (word, *parts)

    def _is_double_bar(self, before: Tree) -> bool:
        """Tell whether || stands here and means or, as it does behind a condition."""
        sign = self._next
        if sign.kind != "|" or self._bars[-1] or not (is_condition(before) or self._compares[-1]):
            return False
        other = self._signs[self._place + 1]
        return other.kind == "|" and other.column == sign.column + 1

    def _negated(self) -> Tree:
        first, count = self._next, 0
        while self._next.kind == "not":
            self._take()
            count += 1
        condition = self._comparison()
        if count and not is_condition(condition):
            hint = self._bracketed_not(first)
            raise FormulaError(
                first.column, f"'not' stands before a condition such as x < 0, not before a number{hint}"
            )
        for _ in range(count):
            condition = self._node("not", condition, column=first.column)
        return condition

    def _bracketed_not(self, word: Sign) -> str:
        """Return what to write for not(x < 0)*x, where a condition in brackets and then more follow; "" for others.

        word: the first of the words not. All up to the next sign is of what they stand before.
        """
        place = next(i for i, sign in enumerate(self._signs) if sign.column == word.column)
        while self._signs[place].kind == "not":
            place += 1
        depth, compares = 0, False
        for end in range(place, self._place):
            kind = self._signs[end].kind
            depth += (kind == "(") - (kind == ")")
            compares |= kind in COMPARISONS
            if depth < 1:
                break
        if depth or not compares or end + 1 >= len(self._signs):
            return ""
        after, ends = self._signs[end + 1], self._signs[end].column
        inner = self._text[word.column - 1 : ends]
        rest = self._text[ends : self._next.column - 1].strip()
        sign = "*" if after.kind in ("name", "number", "(", "|") else ""
        return f"; write ({inner}){sign}{rest}" if len(inner) + len(rest) <= _SHOWN else "; write (not ...)*..."

    def _comparison(self) -> Tree:
        sides, compared = [self._sum()], []
        while self._next.kind in COMPARISONS:
            sign = self._take()
            self._compares[-1] = True
            compared.append(sign.kind)
            sides.append(self._sum())
            self._node("compare", column=sign.column)
        return ("compare", tuple(compared), *sides) if compared else sides[0]

    def _signed(self) -> bool:
        """Take any + and - that stand here; return whether they make a minus."""
        minus = False
        while self._next.kind in "+-":
            minus ^= self._take().kind == "-"
        return minus

    def _sum(self) -> Tree:
        terms = [self._term(False)]
        while self._next.kind in ("+", "-"):
            operator = self._take()
            terms.append(self._term(operator.kind == "-"))
            self._node("sum", column=operator.column)
        return terms[0] if len(terms) == 1 else ("sum", *terms)

    def _term(self, subtracted: bool) -> Tree:
        begins = self._next
        minus = self._signed()
        column = self._next.column
        product = self._product()
        if minus and self._taken_mod is not None:
            word = self._taken_mod.text
            raise FormulaError(
                begins.column, f"'-x {word} y' can be read in two ways; write -(x {word} y) or (-x) {word} y"
            )
        return self._node("negative", product, column=column) if minus ^ subtracted else product

    def _product(self) -> Tree:
        first = self._next.column
        chain = [self._power()]
        divided, taken_mod = False, None
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
            elif sign.kind == "mod" and not self._is_call_of_mod():
                taken_mod = self._take()
                chain = [("call", "mod", self._joined(chain), self._factor())]
                divided = True
            elif self._is_double_bar(chain[-1]):
                self._taken_mod = taken_mod
                return self._joined(chain)
            elif self._starts_operand(sign):
                if divided:
                    written = self._text[first - 1 : sign.column - 1].strip()[-20:]
                    raise FormulaError(
                        sign.column,
                        f"'{written}{sign.text}' can be read in two ways; write brackets, as in (1/2)*x or 1/(2*x)",
                    )
                chain.append(self._power())
            else:
                self._taken_mod = taken_mod
                return self._joined(chain)
            self._node("product", column=sign.column)

    def _starts_operand(self, sign: Sign) -> bool:
        """Tell whether this begins another factor without a sign between."""
        if sign.kind == "number":
            raise FormulaError(sign.column, f"an operator is missing before {sign.text!r}")
        return sign.kind in ("name", "(", "mod") or (sign.kind == "|" and not self._bars[-1])

    def _is_call_of_mod(self) -> bool:
        """Tell whether mod stands here as a function, with a comma in its brackets: 2mod(x, 3)."""
        depth = 0
        for sign in self._signs[self._place + 1 :]:
            depth += (sign.kind == "(") - (sign.kind == ")")
            if depth < 1:
                return False
            if depth == 1 and sign.kind == ",":
                return True
        return False

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
        if sign.kind == "mod" and sign.text != "%":
            return self._call("mod", sign)
        if sign.kind == "(":
            return self._bracket(sign, ")")
        if sign.kind == "|":
            return self._node("call", "abs", self._bracket(sign, "|"), column=sign.column)
        if sign.kind == "not":
            raise FormulaError(sign.column, "'not' and its condition need brackets here: (not x < 0)")
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
        inner = self._sum() if closing == "|" else self._whole()
        if closing == "|" and is_condition(inner):
            raise FormulaError(opening.column, "|...| holds a number, not a condition; between conditions write or")
        self._close(opening, closing)
        return inner

    def _open(self, opening: Sign, is_bar: bool) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError(opening.column, f"more than {DEEPEST} brackets in one another are not allowed")
        self._bars.append(is_bar)
        self._compares.append(False)

    def _close(self, opening: Sign, closing: str) -> None:
        sign = self._next
        if sign.kind != closing:
            if sign.kind == "end":
                or_ = opening.kind == "|" and any(s.kind in COMPARISONS for s in self._signs)
                hint = "; between conditions write or" if or_ else ""
                raise FormulaError(sign.column, f"the {opening.text!r} at column {opening.column} is not closed{hint}")
            self._expect_end()
        self._take()
        self._depth -= 1
        self._bars.pop()
        self._compares.pop()

    def _name(self, sign: Sign) -> Tree:
        name = WORDS.get(sign.text, sign.text)
        if function := function_meant(name):
            return self._call(function, sign)
        if name in ("x", "y", "pi", "e"):
            return (name,)
        if not is_parameter(name):
            raise FormulaError(sign.column, unknown(sign.text, self._shown_call()))
        if self._next.kind == "(" and self._next.text == "(":
            glued = not self._text[self._next.column - 2].isspace()
            if looks_like_function(name, self._text[sign.column - 1], glued):
                raise FormulaError(sign.column, unknown_function(sign.text))
        if name not in self.parameters:
            if len(self.parameters) == MOST_PARAMETERS:
                raise FormulaError(sign.column, f"{sign.text!r} is one parameter too many; at most {MOST_PARAMETERS}")
            self.parameters.append(name)
        return ("parameter", name)

    def _shown_call(self) -> str:
        """Return the brackets that follow as they were typed, "(...)" if that is long, "" where none follow."""
        if self._next.kind != "(":
            return ""
        depth = 0
        for sign in self._signs[self._place :]:
            depth += (sign.kind == "(") - (sign.kind == ")")
            if depth == 0:
                shown = self._text[self._next.column - 1 : sign.column]
                return shown if len(shown) <= 20 else "(...)"
        return "(...)"

    def _call(self, name: str, sign: Sign) -> Tree:
        exponent = None
        if self._next.kind == "^":  # sin^2(x)
            exponent = self._raised(name)
        opening = self._next
        if opening.kind != "(":
            if sign.text == "√" and exponent is None and self._is_plain(opening):
                return self._node("call", name, self._rooted(), column=sign.column)
            if sign.text != "√" and FUNCTIONS[name] == (1, 1) and self._begins_factor(opening):
                called = self._node("call", name, self._one_factor(sign), column=sign.column)
                return called if exponent is None else self._powered(called, exponent, sign)
            inner = f"{opening.kind}..." if opening.kind in ("+", "-") else "..."
            raise FormulaError(opening.column, f"{sign.text} needs brackets: {sign.text}({inner})")
        self._take()
        self._open(opening, False)
        if self._next.kind == ")":
            raise FormulaError(self._next.column, f"{sign.text} needs {_count(*FUNCTIONS[name])}")
        first, ends = self._next, [opening.column]
        arguments = [self._whole()]
        if name == "where" and not is_condition(arguments[0]):
            raise FormulaError(
                first.column, "where() begins with a condition such as x < 0, as in where(x < 0, -x, x^2)"
            )
        fewest, most = FUNCTIONS[name]
        while self._next.kind == ",":
            comma = self._take()
            ends.append(comma.column)
            arguments.append(self._whole())
            if arguments[-2][0] == arguments[-1][0] == "constant" and (fewest < most or len(arguments) > most):
                self._check_decimals(comma)
        if not fewest <= len(arguments) <= most:
            typed = [self._text[a : b - 1].strip() for a, b in pairwise([*ends, self._next.column])]
            instead = other_arguments(name, [text if len(text) <= 20 else "..." for text in typed])
            problem = f"{sign.text} takes {_count(fewest, most)}, not {len(arguments)}"
            raise FormulaError(sign.column, problem + (f"; {instead}" if instead else ""))
        self._close(opening, ")")
        called = self._node("call", name, *arguments, column=sign.column)
        return called if exponent is None else self._powered(called, exponent, sign)

    def _powered(self, called: Tree, exponent: int, sign: Sign) -> Tree:
        return self._node("power", called, ("whole", exponent), column=sign.column)

    def _begins_factor(self, sign: Sign) -> bool:
        """Tell whether a blank, and then what a function may be applied to without brackets, stands here."""
        begins = sign.kind in ("number", "name") or (sign.kind == "|" and not self._bars[-1])
        return begins and self._text[sign.column - 2].isspace()

    def _one_factor(self, function: Sign) -> Tree:
        """Read the factor behind a function's name and a blank: x, 2x, |x|, cos y. Refuses what may belong to it."""
        begins = self._next
        self._open(begins, False)  # counts as a bracket
        factors = [self._operand()]
        while self._next.kind == "name" and self._is_glued() and not function_meant(self._next.text):
            factors.append(self._operand())
            self._node("product", column=begins.column)
        self._depth -= 1
        self._bars.pop()
        self._compares.pop()
        self._check_factor_ends(function, begins)
        return self._joined(factors)

    def _is_glued(self) -> bool:
        """Tell whether no blank stands before the next sign."""
        return not self._text[self._next.column - 2].isspace()

    def _check_factor_ends(self, function: Sign, begins: Sign) -> None:
        sign, after = self._next, self._signs[min(self._place + 1, len(self._signs) - 1)]
        calls = sign.kind == "name" and bool(function_meant(sign.text))
        belongs = sign.kind in ("^", "number", "(") or (sign.kind == "name" and not (calls and not self._is_glued()))
        belongs |= sign.kind == "|" and not self._bars[-1] and not self._is_double_bar(("number",))
        belongs |= sign.kind in ("*", "/", "mod") and self._is_glued() and not function_meant(after.text)
        if not belongs:
            return
        inner = self._text[begins.column - 1 : sign.column - 1].strip()
        if sign.kind in ("^", "*", "/", "mod"):
            power = self._signs[self._place + 2] if after.kind == "(" else after
            joined = f"^{power.text}" if sign.kind == "^" else f"{sign.text}{after.text}"
        else:
            joined = "*" + {"(": "(...)", "|": "|...|"}.get(sign.kind, sign.text)
        name = function.text
        raise FormulaError(
            sign.column,
            f"what {name} covers can be read in two ways; write {name}({inner}{joined}) or {name}({inner}){joined}",
        )

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
