"""The axes of a sweep as one types them: r1.learning_rate=0.001:1:64:log, or steps=100,200,500."""

import math
import re
from typing import Any

import numpy as np

from parameter import Refusal, shown

MOST = 8_192  # values of one axis
_WORDS = {"log", "whole"}


def axis(text: str) -> tuple[str, tuple[Any, ...]]:
    """Return address and values of ADDRESS=from:to:count[:log][:whole] or ADDRESS=a,b,c. Raises Refusal.

    Both ends are among the values; log spaces them by equal factors, whole rounds them, each once.
    """
    address, equals, given = text.partition("=")
    if not equals or not address or not given:
        raise _refused(text)
    if ":" not in given:
        return address, tuple(_value(part, text) for part in given.split(","))
    parts = given.split(":")
    words = set(parts[3:])
    if len(parts) < 3 or not words <= _WORDS or len(words) < len(parts) - 3 or not re.fullmatch("[0-9]{1,6}", parts[2]):
        raise _refused(text)
    low, high, count = _value(parts[0], text), _value(parts[1], text), int(parts[2])
    if isinstance(low, str) or isinstance(high, str):
        raise _refused(text)
    if not 1 <= count <= MOST:
        raise Refusal(f"--set: {shown(text)}: {count} values are not allowed; give 1 to {MOST:,}")
    if "log" in words and not (low > 0 and high > 0):
        raise Refusal(f"--set: {shown(text)}: on a log axis both ends are above 0")
    values = np.geomspace(low, high, count) if "log" in words else np.linspace(low, high, count)
    if "whole" in words:
        return address, tuple(dict.fromkeys(int(value) for value in np.rint(values)))
    return address, tuple(values.tolist())


def _value(text: str, whole: str) -> Any:
    try:
        number = float(text)
    except ValueError:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text) or text.lower() in ("nan", "inf", "infinity"):
            raise _refused(whole) from None
        return text
    if not math.isfinite(number):
        raise _refused(whole)
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,15}", text) else number


def _refused(text: str) -> Refusal:
    return Refusal(
        f"--set: {shown(text)} is not allowed; give ADDRESS=from:to:count, with :log or :whole, or ADDRESS=a,b,c"
    )
