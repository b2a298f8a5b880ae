"""The one type of a number that people may set, and how what is not allowed is refused. Knows no widget."""

from dataclasses import dataclass
from math import isfinite
from numbers import Integral, Real
from typing import Any, cast

from numerals import typed

POINT_DECIMALS = 3  # of a parameter's points: a link has room for no more


class Refusal(ValueError):  # noqa: N818  it is no error of the program
    """What was given is not allowed: names the field, the value and what is. Any other ValueError is a failure."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A number or choice with its default, its range and a plain sentence on what it does.

    kind: "real", "integer", "choice" or "points". low and high are inclusive; log asks for a logarithmic control and
    needs low > 0. structural: a change of value means another compiled program (choices are always structural).
    decimals: how many places after the point are kept of a real number, None for all.
    points: up to capacity pairs (t, height), t rising from 0 to 1 (equal ones make a jump), height in [low, high]; the
    value is a tuple of tuples, of which three places after the point are kept.
    needs: (key of another parameter, value), where this one only matters while that one is at least that value.
    """

    key: str
    name: str
    default: Any
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    help: str = ""
    kind: str = "real"
    choices: tuple[str, ...] = ()
    structural: bool = False
    decimals: int | None = None
    needs: tuple[str, float] | None = None
    capacity: int = 8

    def __post_init__(self) -> None:
        if self.kind not in ("real", "integer", "choice", "points"):
            raise ValueError(f"{self.key}: kind {self.kind!r} is not allowed; give real, integer, choice or points")
        if self.kind == "choice" and not self.structural:
            object.__setattr__(self, "structural", True)
        if self.kind != "choice" and self.log and self.low <= 0:
            raise ValueError(f"{self.key}: a logarithmic range must start above 0, not at {self.low}")
        object.__setattr__(self, "default", self.validate(self.default))

    @property
    def allowed(self) -> str:
        """What may be given, in words: "a number in [0, 1]"."""
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        if self.kind == "points":
            heights = f"[{plain(self.low)}, {plain(self.high)}]"
            return f"1 to {self.capacity} pairs (t, height), t rising within [0, 1], height in {heights}"
        noun = "a whole number" if self.kind == "integer" else "a number"
        return f"{noun} in [{plain(self.low)}, {plain(self.high)}]"

    def validate(self, value: Any, field: str = "") -> Any:
        """Return the value as float, int, str or, for points, a tuple of pairs.

        Raises Refusal naming the field, the value and what is allowed.
        """
        where = field or self.key
        if self.kind == "points":
            return self._points(value, where)
        if self.kind == "choice":
            if isinstance(value, bool) and set(self.choices) == {"on", "off"}:
                return "on" if value else "off"
            if isinstance(value, str) and value in self.choices:
                return value
            if isinstance(value, Integral) and not isinstance(value, bool) and str(value) in self.choices:
                return str(value)
            raise Refusal(f"{where}: {shown(value)} is not allowed; give {self.allowed}")
        if not _is_number(value) or not self.low <= value <= self.high:
            raise Refusal(f"{where}: {shown(value)} is not allowed; give {self.allowed}")
        if self.kind == "integer":
            if not isinstance(value, Integral) and float(value) != int(value):
                raise Refusal(f"{where}: {shown(value)} is not allowed; give {self.allowed}")
            return int(value)
        return float(value) if self.decimals is None else round(float(value), self.decimals)

    def _points(self, value: Any, where: str) -> tuple[tuple[float, float], ...]:
        listed = isinstance(value, tuple | list) and 1 <= len(value) <= self.capacity
        if not listed or not all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in value):
            raise Refusal(f"{where}: {shown(value)} is not allowed; give {self.allowed}")
        before = 0.0
        for t, height in value:
            if not (_is_number(t) and before <= t <= 1 and _is_number(height) and self.low <= height <= self.high):
                raise Refusal(f"{where}: {shown((t, height))} is not allowed; give {self.allowed}")
            before = t
        return tuple((round(float(t), POINT_DECIMALS) + 0.0, round(float(h), POINT_DECIMALS) + 0.0) for t, h in value)


def _is_number(value: Any) -> bool:
    """Tell whether this is a finite real number."""
    if type(value) is float:  # what nearly all are, told without the way through abstract classes
        return -1e308 < value < 1e308
    is_number = isinstance(value, Real) and not isinstance(value, bool) and -1e308 < cast(float, value) < 1e308
    return is_number and isfinite(value)


def plain(value: float) -> str:
    """Return a bound as people type it, with all its digits: 20,000 and not 2e+04; 0.99999 is not 1."""
    if not 1e3 <= abs(value) < 1e12 or not float(value).is_integer():
        return typed(value)
    return f"{value:,.0f}" if abs(value) < 1e7 else f"{value:.0f}"


def shown(value: Any) -> str:
    """Return the value for an error message: its repr, cut at 60 characters."""
    try:
        text = repr(value) if not isinstance(value, str) else repr(value[:80])
    except ValueError:  # Python does not print whole numbers of more than 4,300 digits
        text = f"a {type(value).__name__} too long to print"
    return text if len(text) <= 60 else text[:57] + "..."


def fill(parameters: tuple[Parameter, ...], given: Any, field: str = "") -> dict[str, Any]:
    """Return every parameter's validated value, defaults filled in, in the parameters' order.

    Raises Refusal for an unknown key or a value outside its range; field ("runs[0].parameters") leads the message.
    """
    prefix = f"{field}." if field else ""
    known = {p.key: p for p in parameters}
    for key in given:
        if key not in known:
            allowed = ", ".join(known) if known else "nothing: it has no parameters"
            raise Refusal(f"{prefix}{str(key)[:40]}: unknown parameter; known: {allowed}")
    return {p.key: p.validate(given.get(p.key, p.default), prefix + p.key) for p in parameters}
