"""What a field may be: each check names the field, the value and what is allowed."""

from collections.abc import Mapping
from difflib import get_close_matches
from math import isfinite
from numbers import Real
from typing import Any

from experiments.setup import limits
from parameter import Refusal, plain, shown

_NAMED = 30  # keys in a message, those that are spelt alike first
Point = tuple[float, float]
Box = tuple[tuple[float, float], tuple[float, float]]


def assign(unit: Any, **values: Any) -> None:
    """Set fields of a frozen value while it is made."""
    for name, value in values.items():
        object.__setattr__(unit, name, value)


def known_of(key: Any, registry: Mapping[str, Any], where: str, noun: str) -> Any:
    """Return what a key names in a registry. Raises Refusal with what is known, the names spelt alike first."""
    if isinstance(key, str) and key in registry:
        return registry[key]
    names = list(registry)
    if len(names) > _NAMED:
        near = get_close_matches(key, names, n=3, cutoff=0.5) if isinstance(key, str) else []
        known = [*near, *(name for name in names if name not in near)][:_NAMED]
        names = [*known, f"and {len(names) - _NAMED} more"]
    raise Refusal(f"{where}: {shown(key)} is not a known {noun}; known: {', '.join(names)}")


def mapping(value: Any, where: str) -> Mapping[str, Any]:
    """Return the value if it is a mapping. Raises Refusal."""
    if isinstance(value, Mapping):
        return value
    raise Refusal(f"{where}: {shown(value)} is not allowed; give a mapping of names to values")


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def number(value: Any, where: str, low: float, high: float, open_low: bool = False) -> float:
    """Return a finite number in [low, high] as a float; open_low: low itself is not allowed. Raises Refusal."""
    ok = _is_number(value) and low <= value <= high and isfinite(value)
    if not ok or (open_low and value <= low):
        allowed = f"{'(' if open_low else '['}{plain(low)}, {plain(high)}]"
        raise Refusal(f"{where}: {shown(value)} is not allowed; give a number in {allowed}")
    return float(value)


def whole(value: Any, where: str, low: int, high: int) -> int:
    """Return a whole number in [low, high] as an int. Raises Refusal."""
    ok = _is_number(value) and low <= value <= high
    if not ok or value != int(value):
        raise Refusal(f"{where}: {shown(value)} is not allowed; give a whole number in [{low}, {high}]")
    return int(value)


def point(value: Any) -> Point:
    """Return a start, two numbers (x, y). Raises Refusal."""
    try:
        x, y = value
    except (TypeError, ValueError):
        raise Refusal(f"start: {shown(value)} is not allowed; give two numbers (x, y)") from None
    far = limits.FARTHEST
    return number(x, "start x", -far, far), number(y, "start y", -far, far)


def box(value: Any, called: str = "view") -> Box:
    """Return a view ((xmin, xmax), (ymin, ymax)) with room between its ends. Raises Refusal, which calls it so."""
    try:
        (x0, x1), (y0, y1) = value
    except (TypeError, ValueError):
        raise Refusal(f"{called}: {shown(value)} is not allowed; give ((xmin, xmax), (ymin, ymax))") from None
    far = limits.FARTHEST
    sides = []
    for name, low, high in (("x", x0, x1), ("y", y0, y1)):
        pair = (number(low, f"{called} {name} from", -far, far), number(high, f"{called} {name} to", -far, far))
        if not pair[0] < pair[1]:
            raise Refusal(f"{called} {name}: {shown((low, high))} is not allowed; the first must be below the second")
        apart = 1e-9 * max(1.0, abs(pair[0]), abs(pair[1]))
        if pair[1] - pair[0] < apart:
            raise Refusal(f"{called} {name}: {shown((low, high))} is not allowed; give ends that are {apart:.3g} apart")
        sides.append(pair)
    return sides[0], sides[1]
