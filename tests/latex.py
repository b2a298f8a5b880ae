"""LaTeX read as mathematics, in NumPy: what a printed formula says, without a look at the code behind it."""

import re

import numpy as np
import scipy.special

_TOKEN = re.compile(r"\\(?:left|right)\||[0-9]*\.[0-9]+|[0-9]+|\\[A-Za-z]+|\\[{},;! ]|.")
_SPACES = (r"\,", r"\;", r"\ ")
_CLOSING = {"(": ")", "[": "]", "{": "}", "|": "|", r"\left|": r"\right|", r"\lfloor": r"\rfloor", r"\lceil": r"\rceil"}
_FUNCTIONS = {
    **{rf"\{name}": getattr(np, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp")},
    r"\sec": lambda angle: 1 / np.cos(angle),
    r"\csc": lambda angle: 1 / np.sin(angle),
    r"\cot": lambda angle: 1 / np.tan(angle),
    r"\arsinh": np.arcsinh,
    r"\arcosh": np.arccosh,
    r"\artanh": np.arctanh,
    r"\round": np.round,
    r"\erf": scipy.special.erf,
    r"\sinc": lambda angle: np.sinc(angle / np.pi),
    **{rf"\arc{name}": getattr(np, f"arc{name}") for name in ("sin", "cos", "tan")},
    r"\ln": np.log,
    r"\max": lambda *parts: np.maximum.reduce(np.broadcast_arrays(*parts)),
    r"\min": lambda *parts: np.minimum.reduce(np.broadcast_arrays(*parts)),
    r"\sign": np.sign,
    r"\atantwo": np.arctan2,
    r"\logtwo": np.log2,
    r"\logten": np.log10,
}
_RENAMED = (
    (r"\operatorname{sign}", r"\sign"),
    (r"\operatorname{atan2}", r"\atantwo"),
    *((rf"\operatorname{{{name}}}", rf"\{name}") for name in ("arsinh", "arcosh", "artanh", "round", "erf", "sinc")),
    *((rf"\{name}{{cases}}", rf"\{name}cases") for name in ("begin", "end")),
    (r"\text{if }", r"\if"),
    (r"\text{otherwise}", r"\otherwise"),
    (r" \\ ", r" \newrow "),
    (r"\log_{2}", r"\logtwo"),
    (r"\log_{10}", r"\logten"),
    *((rf"\left\l{name}", rf"\l{name}") for name in ("floor", "ceil")),
    *((rf"\right\r{name}", rf"\r{name}") for name in ("floor", "ceil")),
    (r"\tfrac", r"\frac"),
)
_COMPARED = {r"\lt": np.less, r"\le": np.less_equal, r"\gt": np.greater, r"\ge": np.greater_equal}
_COMPARED |= {"=": np.equal, r"\ne": np.not_equal}
_NO_FACTORS = (r"\rfloor", r"\rceil", r"\right|", r"\cdot", r"\sum", r"\bmod", *_COMPARED)
_NO_FACTORS += (r"\land", r"\lor", r"\if", r"\otherwise", r"\newrow", r"\endcases")


def read(text, names):
    """Return the value of a formula. names: letters, also with an index (k_2, \\theta_1), to values.

    A name may stand for a list, whose index is a sum's; for a function of all names, worked out where it stands; or, if
    it is followed by a bracket and its value is a tuple (function,), for a function of what the bracket holds.
    """
    return _Reader(text, {"e": np.float64(np.e), r"\pi": np.float64(np.pi), **names}).whole()


class _Reader:
    def __init__(self, text, names):
        for written, meant in _RENAMED:
            text = text.replace(written, meant)
        text = re.sub(r"\\(?:left|right)(?=[()\[\]])", "", text)
        self.tokens = [token for token in _TOKEN.findall(text) if token not in (" ", r"\!")]
        self.names, self.place, self.in_bars = names, 0, False

    @property
    def next(self):
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, expected=None):
        token = self.next
        assert expected in (None, token), f"{expected} expected at {''.join(self.tokens[self.place :])}"
        self.place += 1
        return token

    def skip_spaces(self):
        while self.next in _SPACES:
            self.take()

    def whole(self):
        value = self.sum()
        assert self.next == "", f"left over: {''.join(self.tokens[self.place :])}"
        return value

    def sum(self):
        self.skip_spaces()
        value = 0.0 if self.next == "-" else self.product()
        while self.next in ("+", "-"):
            sign = self.take()
            value = value + self.product() * (1 if sign == "+" else -1)
        return value

    def product(self):
        value = self.factors()
        if self.next == r"\bmod":
            self.take()
            return np.mod(value, self.factors())
        while self.next in (r"\cdot", "/", r"\sum"):
            sign = self.next if self.next == r"\sum" else self.take()
            other = self.indexed_sum() if self.next == r"\sum" else self.factors()
            value = value / other if sign == "/" else value * other
        return value

    def factors(self):
        """Read factors side by side; one that says what holds, Iverson's bracket, leaves 0 where it does not."""
        value, held = 1.0, None
        self.skip_spaces()
        while self.starts_factor():
            factor = self.power()
            if np.asarray(factor).dtype == bool:
                held = factor if held is None else held & factor
            else:
                value = value * factor
            self.skip_spaces()
        return value if held is None else np.where(held, value, 0.0)

    def condition(self):
        """Read what holds or does not: comparisons with or, and, not between them; or a number."""
        value = self.both()
        while self.next == r"\lor":
            self.take()
            value = value | self.both()
        return value

    def both(self):
        value = self.compared()
        while self.next == r"\land":
            self.take()
            value = value & self.compared()
        return value

    def compared(self):
        self.skip_spaces()
        if self.next == r"\lnot":
            self.take()
            self.take("(")
            value = self.condition()
            self.take(")")
            return ~value
        if self.next == "(" and self.holds_condition():
            self.take()
            value = self.condition()
            self.take(")")
            return value
        value = self.sum()
        result = None
        while self.next in _COMPARED:
            compare, other = _COMPARED[self.take()], self.sum()
            held = np.asarray(compare(value, other))
            result, value = held if result is None else result & held, other
        return value if result is None else result

    def holds_condition(self):
        """Tell whether the bracket here holds a condition of its own, not a number of one."""
        depth = 0
        for token in self.tokens[self.place :]:
            depth += (token in ("(", "[", r"\begincases")) - (token in (")", "]", r"\endcases"))
            if depth == 1 and token in (*_COMPARED, r"\land", r"\lor", r"\lnot"):
                return True
            if depth == 0:
                return False
        return False

    def cases(self):
        rows, conditions = [], []
        while True:
            rows.append(self.sum())
            self.take("&")
            if self.take() == r"\otherwise":
                break
            conditions.append(self.condition())
            self.take(r"\newrow")
        self.take(r"\endcases")
        value = rows.pop()
        for row, held in zip(reversed(rows), reversed(conditions), strict=True):
            value = np.where(held, row, value)
        return value

    def starts_factor(self):
        token = self.next
        if token == "|":
            return not self.in_bars
        begins = token[:1].isalnum() or token[:1] in (".", "(", "[", "{", "\\")
        return begins and token not in _SPACES and token not in _NO_FACTORS

    def indexed_sum(self):
        """Read a sum up to the next + or -: over whole numbers, or over named coordinates."""
        self.take(r"\sum"), self.take("_"), self.take("{")
        index = self.take()
        if self.take() == "=":
            low = int(self.take())
            self.take("}"), self.take("^")
            values = list(range(low, int(self.group()) + 1))
        else:
            values, braced = [], self.tokens[self.place : self.tokens.index("}", self.place)]
            values = [self.names[token] for token in braced if token in self.names]
            self.place += len(braced) + 1
        first, outer, total = self.place, self.names, 0.0
        for value in values:
            self.place, self.names = first, {**outer, index: value}
            total = total + self.factors()
        self.names = outer
        return total

    def group(self):
        """Read what stands in braces, or one digit or sign without them: as after ^ and in a fraction."""
        self.skip_spaces()
        if self.next == "{":
            return self.within(self.take())
        self.split_digits()
        return self.atom()

    def split_digits(self):
        """Make a number's first digit a token of its own: x^12 without braces is x times 2, and so in fractions."""
        if self.next.isdigit() and len(self.next) > 1:
            self.tokens[self.place : self.place + 1] = [self.next[0], self.next[1:]]

    def within(self, opening):
        """Read what stands within brackets, an argument or several."""
        outer, self.in_bars = self.in_bars, opening == "|"
        values = [self.condition() if opening == "[" else self.sum()]
        while self.next == ",":
            self.take()
            values.append(self.sum())
        self.take(_CLOSING[opening])
        self.in_bars = outer
        return values[0] if len(values) == 1 else values

    def power(self):
        base = self.atom()
        return (base * 1.0) ** self.exponent() if self.next == "^" else base

    def exponent(self):
        self.take("^")
        value = self.group()
        return int(value) if np.ndim(value) == 0 and float(value).is_integer() else value

    def atom(self):
        token = self.take()
        if token[0].isdigit() or token[0] == ".":
            return np.float64(token)
        if token in ("(", "[", "{"):
            return self.within(token)
        if token in ("|", r"\left|"):
            return np.abs(self.within(token))
        if token == r"\begincases":
            return self.cases()
        if token in (r"\lfloor", r"\lceil"):
            return (np.floor if token == r"\lfloor" else np.ceil)(self.within(token))
        if token == r"\frac":
            above = self.group()
            return above / self.group()
        if token == r"\sqrt":
            if self.next != "[":
                return np.sqrt(self.group())
            self.take(), self.take("3"), self.take("]")
            return np.cbrt(self.group())
        return self.applied(_FUNCTIONS[token]) if token in _FUNCTIONS else self.named(token)

    def applied(self, function):
        """Read a function's exponent and what it is applied to: a bracket, or factors up to a thin space or a sign."""
        exponent = self.exponent() if self.next == "^" else 1
        self.skip_spaces()
        if self.next == "(":
            arguments = self.within(self.take())
            return (function(*arguments) if isinstance(arguments, list) else function(arguments)) ** exponent
        value = self.power()
        while self.starts_factor() and self.next not in _FUNCTIONS:
            value = value * self.power()
        return function(value) ** exponent

    def named(self, token):
        name, index = token, ""
        if self.next == "_":
            self.take()
            self.split_digits()
            index = self.take()
            if index == "{":
                index = self.take()
                self.take("}")
            name = f"{token}_{index}"
        if name not in self.names:
            return self.names[token][int(self.names[index]) - 1]
        value = self.names[name]
        if isinstance(value, tuple):
            return value[0](self.within(self.take("(")))
        return value(self.names) if callable(value) else value
