"""How a number is written for somebody who reads it; docs/architecture.md has the rule. format.js says the same."""

from decimal import ROUND_HALF_UP, Context
from functools import cache
from math import isfinite

MINUS = "\u2212"
_LOWEST, _HIGHEST = -3, 4  # powers of ten of what is written without an exponent


def number(value: float, digits: int = 3) -> str:
    """Return a real number with at most so many significant digits: three within a sentence, four where it is alone.

    >>> number(-1894.7), number(3.1e-5), number(1e5), number(float("inf"))
    ('−1890', '3.1e−5', '1e5', 'not finite')
    """
    return typed(value, digits).replace("-", MINUS)


def count(value: float) -> str:
    """Return a whole number, all of it, with a comma between thousands; a median of counts may end in a half.

    >>> count(19000), count(117.5)
    ('19,000', '117.5')
    """
    return f"{value + 0:,.1f}".removesuffix(".0").replace("-", MINUS)


def typed(value: float, digits: int = 12) -> str:
    """Return a real number as it may be typed again: as number has it, with the keyboard's minus.

    >>> typed(-3.1e-5), typed(0.99999), typed(20000.0)
    ('-3.1e-5', '0.99999', '20000')
    """
    if not isfinite(value):
        return "not finite"
    rounded = _rounding(digits).create_decimal_from_float(float(value)).normalize()
    if not rounded:
        return "0"  # no minus before a zero
    power = rounded.adjusted()
    return f"{rounded:f}" if _LOWEST <= power <= _HIGHEST else f"{rounded.scaleb(-power):f}e{power}"


@cache
def duration(seconds: float) -> str:
    """Return how long something takes, about: "5 min"."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"


def _rounding(digits: int) -> Context:
    """Halves go away from zero, as in JavaScript and at school."""
    return Context(prec=digits, rounding=ROUND_HALF_UP)
