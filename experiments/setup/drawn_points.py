"""Points that were drawn, (t, height) pairs: as a word of a link, as bytes, and the nearest that are allowed."""

import re
from collections.abc import Sequence
from typing import Any

from parameter import POINT_DECIMALS, Parameter

Points = Sequence[Sequence[float]]

_NUMBER = r"\d{1,6}(?:\.\d{1,20})?"
PATTERN = rf"{_NUMBER}-{_NUMBER}(?:_{_NUMBER}-{_NUMBER})*"
_WORD = re.compile(PATTERN, re.ASCII)
_UNIT = 10**POINT_DECIMALS
_PLACES, _HEIGHTS = _UNIT + 1, 4 * _UNIT + 1  # how many of each a packed point can tell apart


def is_text(word: str) -> bool:
    """Tell whether a word of a link says points."""
    return _WORD.fullmatch(word) is not None


def text(points: Points) -> str:
    """Return points as a word of a link: 0-0.2_0.5-1_1-0."""
    return "_".join("-".join(map(_plain, pair)) for pair in points)


def read(word: str) -> tuple[tuple[float, float], ...]:
    """Return the points of a word that is_text."""
    pairs = (pair.split("-") for pair in word.split("_"))
    return tuple((float(t), float(height)) for t, height in pairs)


def size(count: int) -> int:
    """Return how many bytes so many points take."""
    found: int = ((_PLACES * _HEIGHTS) ** count - 1).bit_length() // 8 + 1
    return found


def pack(points: Points) -> bytes | None:
    """Return points as bytes, or None where that would lose something of them."""
    whole = 0
    for t, height in points:
        place, level = round(t * _UNIT), round(height * _UNIT)
        if place / _UNIT != t or level / _UNIT != height or not (0 <= place < _PLACES and 0 <= level < _HEIGHTS):
            return None
        whole = (whole * _PLACES + place) * _HEIGHTS + level
    return whole.to_bytes(size(len(points)), "little")


def unpack(packed: bytes, count: int) -> tuple[tuple[float, float], ...]:
    """Return the points that pack made bytes of."""
    whole, points = int.from_bytes(packed, "little"), []
    for _ in range(count):
        whole, level = divmod(whole, _HEIGHTS)
        whole, place = divmod(whole, _PLACES)
        points.append((place / _UNIT, level / _UNIT))
    return tuple(points[::-1])


def is_pairs(value: Any) -> bool:
    """Tell whether a value is made of pairs of numbers, allowed ones or not."""
    return isinstance(value, tuple | list) and len(value) > 0 and all(len(pair) == 2 for pair in value)


def nearest(parameter: Parameter, points: Points) -> Any:
    """Return the parameter's value that is nearest to points that it does not allow."""
    within = [(min(t, 1.0), min(max(h, parameter.low), parameter.high)) for t, h in points]
    return parameter.validate(sorted(within, key=lambda pair: pair[0])[: parameter.capacity])


def _plain(number: float) -> str:
    """Return a number without an exponent and without needless digits."""
    return f"{number:.{POINT_DECIMALS}f}".rstrip("0").rstrip(".")
