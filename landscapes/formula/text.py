"""A typed formula's text as signs: numbers, names, operators and brackets, each with the column where it stands."""

import re
import unicodedata
from typing import NamedTuple

from parameter import Refusal

LONGEST = 400  # characters

_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_NAME = re.compile(r"[A-Za-z]+(?:_?[0-9]+|_\{[0-9]+\})?", re.ASCII)
_SUBSCRIPT = re.compile(r"_?[0-9]+|_\{[0-9]+\}", re.ASCII)
_HEAD = re.compile(r"\s*(?:[fFzLJ]|loss)\s*(?:\([A-Za-z0-9_₀-₉θ,\s]*\))?\s*=(?!=)")
_WORDS = ("and", "or", "not", "mod")  # operators that are words
_COMPARED = re.compile(r"[<>=!]=|=[<>]|[<>≤≥≠⩽⩾≦≧]")
_MEANT = {"≤": "<=", "⩽": "<=", "≦": "<=", "=<": "<=", "≥": ">=", "⩾": ">=", "≧": ">=", "=>": ">=", "≠": "!="}
_FOREIGN = re.compile(r"<>|><|=/=|[~/]=|=!(?!=)|[!=]==")  # comparisons of other languages
_LOGICAL = re.compile(r"&&?|[∧∨¬%]")
_MEANT |= {"&&": "and", "&": "and", "∧": "and", "∨": "or", "¬": "not", "%": "mod"}
_SIGNS = dict.fromkeys("×·⋅∗∙•", "*") | dict.fromkeys("÷∕⁄", "/") | dict.fromkeys("−–﹣－‐‑‒", "-")
_SIGNS |= {"∣": "|", "｜": "|", "（": "(", "）": ")", "＋": "+", "[": "(", "]": ")", "ˆ": "^", "＾": "^"}
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
GREEK = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "ε": "epsilon",
    "ϵ": "epsilon",
    "ζ": "zeta",
    "η": "eta",
    "θ": "theta",
    "κ": "kappa",
    "λ": "lambda",
    "μ": "mu",
    "µ": "mu",
    "ν": "nu",
    "ξ": "xi",
    "π": "pi",
    "ρ": "rho",
    "σ": "sigma",
    "τ": "tau",
    "φ": "phi",
    "ϕ": "phi",
    "χ": "chi",
    "ψ": "psi",
    "ω": "omega",
}


class FormulaError(Refusal):
    """What is wrong with a formula; column counts characters from 1 and leads the message."""

    def __init__(self, column: int, problem: str) -> None:
        super().__init__(f"column {column}: {problem}")
        self.column = column


class Sign(NamedTuple):
    """One sign: kind "number", "name", "end" or the operator itself; text as it is meant; column counted from 1."""

    kind: str
    text: str
    column: int


def signs(text: str) -> list[Sign]:
    """Return the signs of a formula, the last of kind "end". Raises FormulaError."""
    if not isinstance(text, str):
        raise FormulaError(1, f"a {type(text).__name__} is not text; give a formula such as x^2 + 3*y^2")
    if len(text) > LONGEST:
        raise FormulaError(LONGEST + 1, f"{len(text):,} characters are too many; give at most {LONGEST}")
    found: list[Sign] = []
    head = _HEAD.match(text)
    place = head.end() if head else 0
    while place < len(text):
        place = _sign(text, place, found)
    found.append(Sign("end", "", len(text.rstrip()) + 1))
    return found


def _sign(text: str, place: int, found: list[Sign]) -> int:
    """Add the sign that starts here and return where the next one starts."""
    c, column = text[place], place + 1
    if c.isspace():
        return place + 1
    if number := _NUMBER.match(text, place):
        found.append(Sign("number", number.group(), column))
        return number.end()
    if name := _NAME.match(text, place):
        word = name.group().replace("{", "").replace("}", "")
        if word.lower() in _WORDS:
            found.append(Sign(word.lower(), word, column))
            return name.end()
        coordinates = word.lower().strip("xy") == ""  # xy is x*y, and xy^2 is x*y^2
        found += (
            [Sign("name", c, column + i) for i, c in enumerate(word)] if coordinates else [Sign("name", word, column)]
        )
        return name.end()
    if c in GREEK:
        return _greek(text, place, found)
    if c in _RAISED:
        return _raised(text, place, found)
    if c in _LOWERED and found and found[-1].kind == "name" and not text[place - 1].isspace():
        found[-1] = found[-1]._replace(text=found[-1].text + _LOWERED[c])  # a₁ is a1
        return place + 1
    if operator := _FOREIGN.match(text, place) or _COMPARED.match(text, place) or _LOGICAL.match(text, place):
        found.append(_operator(operator.group(), column))
        return operator.end()
    c = _SIGNS.get(c, c)
    if c == "*" and _SIGNS.get(text[place + 1 : place + 2], text[place + 1 : place + 2]) == "*":
        found.append(Sign("^", "**", column))
        return place + 2
    if c == "√":
        found.append(Sign("name", c, column))
        return place + 1
    if c in "{}" and _is_exponents_brace(c, found):
        found.append(Sign("(" if c == "{" else ")", c, column))
        return place + 1
    if c not in "+-*/^(),|":
        raise FormulaError(column, _unknown(text[place]))
    found.append(Sign(c, text[place], column))
    return place + 1


def _operator(written: str, column: int) -> Sign:
    """Return the sign of a comparison or of a logical operator; one that is not read is refused."""
    if _FOREIGN.fullmatch(written):
        meant = "equal, write ==" if written == "===" else "not equal, write !="
        raise FormulaError(column, f"'{written}' is not part of a formula; for {meant}")
    return Sign(_MEANT.get(written, written), written, column)


def _greek(text: str, place: int, found: list[Sign]) -> int:
    """Read a Greek letter, with its index if it has one."""
    number = _SUBSCRIPT.match(text, place + 1)
    digits = number.group().replace("{", "").replace("}", "") if number else ""
    found.append(Sign("name", GREEK[text[place]] + digits, place + 1))
    return number.end() if number else place + 1


def _is_exponents_brace(brace: str, found: list[Sign]) -> bool:
    """Tell whether a brace belongs to an exponent, as in e^{-x}; other braces are no part of a formula."""
    if brace == "{":
        return bool(found) and found[-1].kind == "^"
    written = [sign.text for sign in found]
    return written.count("{") > written.count("}")


def _raised(text: str, place: int, found: list[Sign]) -> int:
    """Read raised digits as an exponent in brackets."""
    end = place
    while end < len(text) and text[end] in _RAISED:
        end += 1
    number = "".join(_RAISED[c] for c in text[place:end])
    column = place + 1
    if not re.fullmatch(r"[+-]?[0-9]+", number):
        raise FormulaError(column, f"{text[place:end]!r} is not a number")
    inner = [Sign(number[0], number[0], column)] if number[0] in "+-" else []
    digits = Sign("number", number.lstrip("+-"), column)
    found += [Sign("^", "^", column), Sign("(", "(", column), *inner, digits, Sign(")", ")", column)]
    return end


def _unknown(c: str) -> str:
    """Say what is wrong with a character that no formula has."""
    if c == "\0":
        return "a null character is not allowed"
    plain = unicodedata.normalize("NFKC", c)
    name = unicodedata.name(c, "").lower()
    twin = _TWINS.get(c) or (
        plain if len(plain) == 1 and plain.isascii() and plain != c and plain.isprintable() else ""
    )
    if twin and unicodedata.decomposition(c).startswith("<super>"):
        return f"{c!r} ({name}) is not read; write ^{twin}"
    if twin:
        return f"{c!r} ({name}) looks like {twin!r} but is another character; type {twin!r}"
    if c == "=":
        return "'=' is not allowed; write only what f(x, y) is equal to, and == between numbers that are compared"
    shown = _SPELT.get(c) or (f"'{c}'" if c.isprintable() else f"the character U+{ord(c):04X}")
    advice = f"; {_INSTEAD[c]}" if c in _INSTEAD else ""
    return f"{shown}{f' ({name})' if name and not c.isascii() else ''} is not part of a formula{advice}"


_SPELT = {"\\": "a backslash", "`": "a backtick"}  # which do not show in a page's text
# What to write instead of signs that people try.
_INSTEAD = dict.fromkeys("{}", "write ( and ), and for a formula in pieces where(x < 0, -x, x^2)")
_INSTEAD |= dict.fromkeys("?", "for a formula in pieces write where(x < 0, -x, x^2)")
_INSTEAD |= dict.fromkeys("!~", "for 'not' write not (x < 0)")
_INSTEAD |= {"\\": "write plainly, as in sqrt(x), 1/2 and pi", ";": "between the arguments of a function write a comma"}
_INSTEAD |= {"½": "write (1/2)", "¼": "write (1/4)", "¾": "write (3/4)", "∛": "write cbrt(...)", "∥": "write |...|"}
_INSTEAD |= {"⌊": "write floor(...)", "⌈": "write ceil(...)"}

# Letters of other alphabets that look like those of a formula.
_TWINS = dict(zip("хХуУаАеЕсСоОрРіІѕԁɡοΟΑΒΕΧΥΝΜΤΖΡ", "xXyYaAeEcCoOpPiIsdgoOABEXYNMTZP", strict=True))
