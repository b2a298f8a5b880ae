r"""LaTeX of an update read as statements, in NumPy: what a printed rule says of one step, without a look at its lines.

Statements stand between commas, semicolons, rows and spaces of \quad: "name = expression", or with an arrow; what sets
no name is a claim. A row may begin with the condition of its statements and a colon. In parentheses stands what another
setting changes: "(off: ...)" another right side, "(correction off: name = ...)" other statements. A number as the index
of what is set says what comes first. All else is words.

An index is a place in time: x_{t+1} is what a step makes of x_t where the rule sets x_{t+1}, and of x_{t-1} where it
sets x_t. Values are those of one step: numbers, vectors (2,), transposed ones (Row), matrices (2, 2).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, ClassVar

import numpy as np

_TOKEN = re.compile(r"\\(?:text|operatorname|mathrm|begin|end)\{[^{}]*\}|\\[A-Za-z]+|\\.|[0-9]*\.[0-9]+|[0-9]+|\S")
_DROPPED = {r"\left", r"\right", r"\big", r"\Big", r"\textstyle", r"\displaystyle", r"\!", r"\,", r"\;", r"\ "}
_DROPPED |= {r"\begin{aligned}", r"\end{aligned}"}
_OPENING = ("(", "[", "{", r"\lVert", r"\lvert", r"\begin{cases}")
_CLOSING = (")", "]", "}", r"\rVert", r"\rvert", r"\end{cases}")
_BREAKS = (",", ";", r"\quad", r"\qquad")
_SETS = ("=", r"\leftarrow")
_ACCENTS = {r"\hat": "\u0302", r"\bar": "\u0304", r"\tilde": "\u0303"}
_GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "eta": "η",
    "theta": "θ",
    "lambda": "λ",
}
_GREEK |= {"mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ"}
_GREEK |= {"chi": "χ", "psi": "ψ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "infty": "∞", "max": "max", "min": "min"}
_COMPARED = {"<": np.less, r"\le": np.less_equal, ">": np.greater, r"\ge": np.greater_equal, "=": np.equal}
_ENDS = ("", "+", "-", ",", "&", r"\\", r"\text{ or }", *_COMPARED, *_CLOSING)


_IN_CONDITIONS = (r"\text{ or }", r"\text{otherwise}")
_NO_MATHEMATICS = (r"\sim", r"\dots", r"\arg", ":")
_CONSTANTS = {"I": np.eye(2), "π": np.pi}


@dataclass(frozen=True)
class Row:
    """A transposed vector."""

    of: np.ndarray


@dataclass(frozen=True)
class Statement:
    """What one statement sets, and to what; index: of what is set, "" for none; setting: the label that it is for."""

    text: str
    letter: str
    index: str
    right: tuple[str, ...]
    part: int | None = None
    condition: tuple[str, ...] = ()
    setting: str = ""

    @property
    def first(self) -> bool:
        return bool(re.fullmatch(r"-?\d+", self.index))

    @property
    def offset(self) -> int:
        return int(self.index.removeprefix("t") or 0) if self.index.startswith("t") else 0


def named_in(words: str) -> str | None:
    """Return the letter that words explain, as "x = what x is" does, None where they explain none."""
    left, equals, right = words.partition("=")
    name = _Reader(tokens_of(left), None).name_only() if equals and re.fullmatch(r"\\text\{.*\}", right) else None
    return name and (name[0] + name[1] if re.fullmatch(r"\d", name[1]) else name[0])


def letter(written: str) -> str:
    """Return a letter in the one way of writing it in which a rule's and a panel's agree."""
    return unicodedata.normalize("NFKD", written).replace("_", "").replace("−", "-")


def tokens_of(text: str) -> tuple[str, ...]:
    kept, in_cases = [], 0
    for token in _TOKEN.findall(text):
        in_cases += (token == r"\begin{cases}") - (token == r"\end{cases}")
        if token not in _DROPPED and (token != "&" or in_cases):
            kept.append({r"\dfrac": r"\frac", r"\tfrac": r"\frac"}.get(token, token))
    return tuple(kept)


def written(tokens) -> str:
    """Return tokens as text, with no space that LaTeX does not need."""
    text = ""
    for token in tokens:
        text += " " * bool(re.search(r"\\[A-Za-z]+$", text) and token[0].isalpha()) + token
    return text


def _split(tokens, separators):
    depth = 0
    parts: list[list[str]] = [[]]
    for token in tokens:
        depth += (token in _OPENING) - (token in _CLOSING)
        if depth == 0 and token in separators:
            parts.append([])
        else:
            parts[-1].append(token)
    return [tuple(part) for part in parts]


def _place(tokens, wanted):
    """Return where the first of these tokens stands outside all brackets, -1 where none does."""
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token in _OPENING) - (token in _CLOSING)
        if depth == 0 and token in wanted:
            return place
    return -1


def _remarks(tokens):
    """Return the tokens without the parentheses that hold a remark, and what those hold."""
    kept, remarks, place = [], [], 0
    while place < len(tokens):
        if tokens[place] == "(":
            depth, end = 0, place
            while True:
                depth += (tokens[end] in _OPENING) - (tokens[end] in _CLOSING)
                end += 1
                if depth == 0:
                    break
            inner = tokens[place + 1 : end - 1]
            if _place(inner, (":",)) >= 0 or any(token.startswith(r"\text{") for token in inner):
                remarks.append(inner)
                place = end
                continue
        kept.append(tokens[place])
        place += 1
    return tuple(kept), remarks


def read(rule: str) -> tuple[list[Statement], list[str]]:
    """Return a rule's statements and what it says in words."""
    found: list[Statement] = []
    words: list[str] = []
    for row in _split(tokens_of(rule), (r"\\",)):
        condition = ()
        for chunk in _split(row, _BREAKS):
            colon = _place(chunk, (":",))
            if colon >= 0 and not any(token.startswith(r"\text{") for token in chunk):
                condition = chunk[:colon]
            said = chunk[colon + 1 :] if condition == chunk[:colon] else chunk
            labelled = bool(said) and re.fullmatch(r"\\text\{.*:\s*\}", said[0])
            _read_chunk(said[1:] if labelled else said, condition, found, words)
    return found, words


def _read_chunk(chunk, condition, found, words):
    if not chunk:
        return
    plain, remarks = _remarks(chunk)
    made = _statements(plain, condition)
    if plain and not made:
        words.append(written(plain))
    found += made
    for remark in remarks:
        label = re.fullmatch(r"\\text\{(.*):\s*\}", remark[0])
        if not label or any(token.startswith(r"\text{") for token in remark[1:]):
            words.append(written(remark))
        elif _place(remark, _SETS) < 0:
            base = found[-1]
            found.append(replace(base, right=remark[1:], setting=label[1], text=written(remark)))
        else:
            for part in _split(remark[1:], _BREAKS):
                found += [replace(one, setting=label[1]) for one in _statements(part, condition)]


def _statements(tokens, condition) -> list[Statement]:
    """Return what a part of a rule sets, nothing where it is words; what sets no name is a claim, with no letter."""
    if any(token in _NO_MATHEMATICS or token.startswith(r"\text{") for token in tokens if token not in _IN_CONDITIONS):
        return []
    place, text = _place(tokens, _SETS), written(tokens)
    left, right = tokens[:place], tokens[place + 1 :]
    several = place > 0 and left[0] == "(" and left[-1] == ")" and "," in left
    names = (
        [_Reader(one, None).name_only() for one in (_split(left[1:-1], (",",)) if several else [left])]
        if place > 0
        else []
    )
    if names and None not in names:
        return [
            Statement(text, name, index, right, part if several else None, condition)
            for part, (name, index) in enumerate(names)
        ]
    return [Statement(text, "", "", tokens, None, condition)] if _place(tokens, tuple(_COMPARED)) > 0 else []


def multiplied(a, b):
    if isinstance(a, Row):
        if isinstance(b, Row):
            raise ValueError("two rows side by side")
        if np.ndim(b) == 0:
            return Row(a.of * b)
        return Row(a.of @ b) if np.ndim(b) == 2 else float(a.of @ b)
    if isinstance(b, Row):
        return np.outer(a, b.of) if np.ndim(a) == 1 else Row(a * b.of)
    if np.ndim(a) == 2 and np.ndim(b):
        return a @ b
    return a * b


@dataclass(frozen=True)
class Step:
    """What a rule's names mean at one step: value_of(letter, index), loss, gradient and hessian at a point."""

    t: int
    known: frozenset[str]
    value_of: Callable[[str, str], Any]
    loss: Callable[[Any], Any]
    gradient: Callable[[Any], Any]
    hessian: Callable[[Any], Any]


def worked_out(tokens, step: Step):
    """Return what an expression, or a condition, comes to at a step."""
    reader = _Reader(tokens, step)
    value = reader.condition()
    assert reader.next == "", f"left over: {' '.join(reader.tokens[reader.place :])}"
    return value


class _Reader:
    def __init__(self, tokens, step):
        self.tokens, self.step, self.place, self.counted = list(tokens), step, 0, {}

    @property
    def next(self):
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, expected=None):
        token = self.next
        assert token and expected in (None, token), f"{expected} expected: {' '.join(self.tokens[self.place :])!r}"
        self.place += 1
        return token

    # --- sums and products

    def condition(self):
        held = self.compared()
        while self.next == r"\text{ or }":
            self.take()
            held = np.logical_or(held, self.compared())
        return held

    def compared(self):
        value, held = self.sum(), None
        while self.next in _COMPARED:
            compare, other = _COMPARED[self.take()], self.sum()
            one = compare(value, other)
            held, value = one if held is None else np.logical_and(held, one), other
        return value if held is None else held

    def sum(self):
        negative = self.next == "-" and bool(self.take())
        value = self.product()
        value = multiplied(-1.0, value) if negative else value
        while self.next in ("+", "-"):
            sign = 1.0 if self.take() == "+" else -1.0
            value = _nothing_or(value) + _nothing_or(multiplied(sign, self.product()))
        return value

    def product(self):
        value = self.power()
        while self.next not in _ENDS:
            if self.next == "/":
                self.take()
                value = np.divide(value, self.power())
            elif self.next == r"\bmod":
                self.take()
                value = np.mod(value, self.power())
            elif self.next in (r"\cdot", r"\odot"):
                self.take()
            else:
                value = multiplied(value, self.power())
        return value

    def power(self):
        value = self.atom()
        while self.next == "^":
            self.take()
            value = self.raised(value)
        return value

    def raised(self, value):
        exponent = self.group_tokens()
        if exponent == [r"\top"]:
            return Row(value)
        if exponent == ["+"]:
            return np.linalg.pinv(value)
        if exponent in (["x"], ["y"]):
            return value["xy".index(exponent[0])]
        power = self.inner(exponent).sum()
        if np.ndim(value) == 2:
            if power == -1:
                return np.linalg.inv(value)
            values, vectors = np.linalg.eigh(value)
            return vectors @ np.diag(values**power) @ vectors.T
        return np.asarray(value) ** power

    def inner(self, tokens):
        reader = _Reader(tokens, self.step)
        reader.counted = self.counted
        return reader

    def group_tokens(self):
        """Take what stands in braces, or one token without them, a number's first digit alone."""
        token = self.take()
        if token != "{":
            if token.isdigit() and len(token) > 1:
                self.tokens.insert(self.place, token[1:])
            return [token[0] if token.isdigit() else token]
        depth = 1
        taken: list[str] = []
        while True:
            token = self.take()
            depth += (token == "{") - (token == "}")
            if depth == 0:
                return taken
            taken.append(token)

    def group(self):
        return self.inner(self.group_tokens()).sum()

    def within(self, closing):
        values = [self.condition()]
        while self.next == ",":
            self.take()
            values.append(self.condition())
        self.take(closing)
        return values[0] if len(values) == 1 else values

    def arguments(self):
        self.take("(")
        values = self.within(")")
        return values if isinstance(values, list) else [values]

    # --- what a factor may be

    def atom(self):
        token = self.next
        if token[0].isdigit() or token[0] == ".":
            return float(self.take())
        if token in self.atoms:
            self.take()
            return self.atoms[token](self)
        if token == "f" and self.tokens[self.place + 1 : self.place + 2] == ["("]:
            self.take()
            return self.step.loss(*self.arguments())
        if token == "e" and self.tokens[self.place + 1 : self.place + 2] == ["^"]:
            self.take()
            return np.e
        return self.named()

    def root(self):
        if self.next == "[":
            self.take(), self.take("3"), self.take("]")
            return np.cbrt(self.group())
        return np.sqrt(self.group())

    def fraction(self):
        above = self.group()
        return np.divide(above, self.group())

    def length(self):
        vector = self.within(r"\rVert")
        if self.next == "_":
            self.take(), self.take("1")
            return np.abs(vector).sum()
        return np.sqrt((vector * vector).sum())

    def slope(self):
        order = 1
        if self.next == "^":
            self.take()
            order = int(self.group())
        self.take("f")
        (point,) = self.arguments()
        return self.step.gradient(point) if order == 1 else self.step.hessian(point)

    def over_index(self, join):
        """Read what is joined over an index: i <= t or i = 1 to some end, and the product that follows."""
        self.take("_")
        head = self.group_tokens()
        index, low = head[0], 0
        if head[1] == "=":
            low = int(self.inner(head[2:]).sum())
            self.take("^")
            high = int(self.group())
        else:
            assert head[1] == r"\le", head
            high = int(self.inner(head[2:]).sum())
        start, values = self.place, []
        if high < low:
            self.counted = {**self.counted, index: low}
            self.product()
            return 0.0
        for at in range(low, high + 1):
            self.place, self.counted = start, {**self.counted, index: at}
            values.append(self.product())
        self.counted = {name: at for name, at in self.counted.items() if name != index}
        return reduce(join, values)

    def extreme(self, join):
        return self.over_index(join) if self.next == "_" else reduce(join, self.arguments())

    def applied(self, function):
        if self.next == "(":
            return function(*self.arguments())
        return function(self.power())

    def cases(self):
        rows = []
        while True:
            value = self.sum()
            self.take("&")
            otherwise = self.next == r"\text{otherwise}"
            held = bool(self.take()) if otherwise else self.condition()
            rows.append((value, held))
            if self.take() == r"\end{cases}":
                break
        (value, last), *others = reversed(rows)
        assert last is True, "cases that do not say what holds otherwise"
        for one, held in others:
            several = isinstance(value, list)
            value = (
                [_chosen(held, a, b) for a, b in zip(one, value, strict=True)] if several else _chosen(held, one, value)
            )
        return value

    atoms: ClassVar = {
        "(": lambda self: self.within(")"),
        "[": lambda self: self.within("]"),
        "{": lambda self: self.within("}"),
        r"\frac": fraction,
        r"\sqrt": root,
        r"\lVert": length,
        r"\lvert": lambda self: _size(self.within(r"\rvert")),
        r"\nabla": slope,
        r"\max": lambda self: self.extreme(np.maximum),
        r"\min": lambda self: self.extreme(np.minimum),
        r"\sum": lambda self: self.over_index(np.add),
        r"\prod": lambda self: self.over_index(np.multiply),
        r"\ln": lambda self: self.applied(np.log),
        r"\exp": lambda self: self.applied(np.exp),
        r"\operatorname{sign}": lambda self: self.applied(np.sign),
        r"\operatorname{clip}": lambda self: self.applied(lambda vector, most: np.clip(vector, -most, most)),
        r"\operatorname{RMS}": lambda self: self.applied(lambda vector: np.sqrt(np.mean(vector**2))),
        r"\operatorname{diag}": lambda self: self.applied(np.diag),
        r"\begin{cases}": cases,
    }

    # --- names

    def spelled(self):
        """Take a letter with its accent, its index not yet read; None where there is none."""
        accent = _ACCENTS.get(self.next, "")
        if accent:
            self.take()
        token = self.next
        base = token if len(token) == 1 and token.isalpha() else _GREEK.get(token.removeprefix("\\"), "")
        if not base:
            return None
        self.take()
        if self.next == "'":
            accent += "′" if self.take() else ""
        return letter(base + accent)

    def name_only(self):
        """Return the one name that stands here and its index, None where all is not a name."""
        name, index = self.spelled(), ""
        if name is not None and self.next == "_":
            self.take()
            index = "".join(self.group_tokens())
        if name is None or self.next:
            return None
        if index and not re.fullmatch(r"t([+-]\d)?|-?\d+", index):
            return letter(name + "".join(_GREEK.get(i.removeprefix("\\"), i) for i in _TOKEN.findall(index))), ""
        return name, index

    def named(self):
        start = self.place
        name, index = self.spelled(), None
        assert name is not None, f"not read: {' '.join(self.tokens[start:])}"
        if self.next == "_":
            self.take()
            inside = self.group_tokens()
            full = letter(name + "".join(_GREEK.get(token.removeprefix("\\"), token) for token in inside))
            if full in self.step.known:
                name = full
            else:
                index = int(self.inner(inside).sum())
        if self.next == "^":
            ahead = "".join(self.tokens[self.place + 1 : self.place + 4]).strip("{}")
            for sign in ("+", "-", "*"):
                if ahead.startswith(sign) and name + sign in self.step.known:
                    self.take()
                    self.group_tokens()
                    name += sign
        if index is None and name in self.counted:
            return self.counted[name]
        if name == "t" and index is None:
            return self.step.t
        if name in _CONSTANTS and index is None and name not in self.step.known:
            return _CONSTANTS[name]
        assert name in self.step.known, f"unknown: {name}"
        return self.step.value_of(name, index)


def _nothing_or(value):
    """Return a value that is added; where a vector is still the number 0, what it was to be multiplied by is left."""
    assert not isinstance(value, Row) or not value.of.any(), "a row is no number"
    return 0.0 if isinstance(value, Row) else value


def _size(value):
    """Return absolute values, of a matrix that of its eigenvalues."""
    if np.ndim(value) < 2:
        return np.abs(value)
    values, vectors = np.linalg.eigh(value)
    return vectors @ np.diag(np.abs(values)) @ vectors.T


def _chosen(held, one, other):
    return np.where(held, one, other)
