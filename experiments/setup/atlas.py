"""Which map is open on an experiment: of basins, or over one number or two, and what is seen of it.

No result hangs on it.

As text, the same in links, documents and edits, "" for none; words parted by "~":

basins~1~2~window~-5~5~-5~5~color~steps~seeds~16    basins of run 1, and beside them those of run 2
line~x~learning_rate~0.001~1~log~color~loss         all runs over one number
sweep~1~x~learning_rate~0.001~1~log~y~parameters.beta~0~0.99~linear    run 1 over two numbers

Runs are counted from 1. A number's address is one of experiments.edits; what belongs to the run itself is said without
it. The window is what is seen of a map, in units of its axes: decades on one that is logarithmic.
"""

import re
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from experiments.setup.allowed import Box
from experiments.setup.link_text import cut, text_of, value_of
from parameter import Refusal

KINDS = ("basins", "line", "sweep")
SCALES = ("log", "linear", "whole")
COLORS = ("basin", "outcome", "loss", "steps")  # what a cell's colour says, or what the height of a line is
MOST_SEEDS = 64
LONGEST = 600  # characters
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+){0,2}", re.ASCII)
_RUNS = {"basins": (1, 2), "line": (0, 0), "sweep": (1, 2)}  # how many runs a kind names
_AXES = {"basins": (), "line": ("x",), "sweep": ("x", "y")}
_COLORS = {"basins": ("basin", "loss", "steps"), "line": ("loss", "steps"), "sweep": ("outcome", "loss", "steps")}
_EXAMPLE = (
    "basins~1, line~x~learning_rate~0.001~1~log or sweep~1~x~learning_rate~0.001~1~log~y~parameters.beta~0~0.9~linear"
)


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One number of a map: its address, the lowest and the highest value, and how it goes from one to the other."""

    address: str
    low: float
    high: float
    scale: str

    @property
    def words(self) -> tuple[Any, ...]:
        """What stands of it in a link."""
        return self.address, self.low, self.high, self.scale


@dataclass(frozen=True, kw_only=True)
class Atlas:
    """A map that is open: kind of KINDS; runs, counted from 0, a second one beside the first; axes, none of basins.

    window: the part that is seen, None for all. color: one of COLORS. seeds: how often each cell is made.
    """

    kind: str
    runs: tuple[int, ...] = ()
    axes: tuple[Axis, ...] = ()
    window: Box | None = None
    color: str = ""
    seeds: int = 1

    @property
    def text(self) -> str:
        """As links have it."""
        words: list[Any] = [self.kind, *(run + 1 for run in self.runs)]
        for name, axis in zip(_AXES[self.kind], self.axes, strict=True):
            words += [name, *axis.words]
        if self.window is not None:
            words += ["window", *(end for side in self.window for end in side)]
        if self.color != _COLORS[self.kind][0]:
            words += ["color", self.color]
        if self.seeds != 1:
            words += ["seeds", self.seeds]
        return "~".join(map(text_of, words))


def checked(text: Any) -> str:
    """Return the text of the same map as this one writes it. Raises Refusal."""
    if text == "" or text is None:
        return ""
    return read(text).text


def read(text: Any) -> Atlas:
    """Return the map that a text says. Raises Refusal naming what is not allowed."""
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST:
        raise Refusal(f"atlas: {cut(text)} is not allowed; give {_EXAMPLE}")
    kind, *words = text.split("~")
    if kind not in KINDS:
        raise Refusal(f"atlas: {cut(kind)} is not a known kind of map; known: {', '.join(KINDS)}")
    runs: list[int] = []
    while words and re.fullmatch("[1-9][0-9]?", words[0], re.ASCII):
        runs.append(int(words.pop(0)) - 1)
    few, many = _RUNS[kind]
    if not few <= len(runs) <= many or len(set(runs)) < len(runs):
        raise Refusal(f"atlas: {cut(text)} names no runs that {kind} may have; give {_EXAMPLE}")
    found: dict[str, Any] = {}
    while words:
        name, *words = words
        count = {"x": 4, "y": 4, "window": 4, "color": 1, "seeds": 1}.get(name, 0)
        if not count or len(words) < count or name in found:
            raise Refusal(f"atlas: {cut(name)} is not allowed here; give {_EXAMPLE}")
        found[name], words = words[:count], words[count:]
    return _made(kind, tuple(runs), found)


def _made(kind: str, runs: tuple[int, ...], found: dict[str, list[str]]) -> Atlas:
    axes = tuple(_axis(found.pop(name, []), name) for name in _AXES[kind])
    if len({axis.address for axis in axes}) < len(axes):
        raise Refusal(f"atlas: {axes[0].address} is given twice; give two numbers")
    window = _window(found.pop("window")) if "window" in found else None
    (color,) = found.pop("color", [_COLORS[kind][0]])
    if color not in _COLORS[kind]:
        raise Refusal(f"atlas: the color {cut(color)} is not allowed; give one of {', '.join(_COLORS[kind])}")
    (seeds,) = map(value_of, found.pop("seeds", ["1"]))
    if not isinstance(seeds, int) or not 1 <= seeds <= MOST_SEEDS or (seeds > 1 and kind == "line"):
        raise Refusal(f"atlas: {cut(seeds)} seeds are not allowed; give a whole number in [1, {MOST_SEEDS}]")
    for name in found:
        raise Refusal(f"atlas: {kind} has no {name}")
    return Atlas(kind=kind, runs=runs, axes=axes, window=window, color=color, seeds=seeds)


def elsewhere(text: str, has_starts: bool) -> str:
    """Return the text of the map that stays open on another surface: basins, in all of its window; "" for none.

    Ranges of numbers that suit one surface do not suit another. has_starts: whether the other has a window of starts.
    """
    asked = read(text) if text else None
    return replace(asked, window=None).text if asked and asked.kind == "basins" and has_starts else ""


def axis_of(words: list[str], where: str = "axis") -> Axis:
    """Return the axis that four words of a link say. Raises Refusal."""
    return _axis(words, where)


def _axis(words: list[str], name: str) -> Axis:
    if len(words) != 4:
        raise Refusal(f"atlas: {name} is missing; give {name}~learning_rate~0.001~1~log")
    address, scale = words[0], words[3]
    if not _ADDRESS.fullmatch(address):
        raise Refusal(f"atlas: {cut(address)} is not the address of a number; give learning_rate or parameters.beta")
    low, high = map(_number, words[1:3])
    if scale not in SCALES:
        raise Refusal(f"atlas: the scale {cut(scale)} is not allowed; give one of {', '.join(SCALES)}")
    if not low < high:
        raise Refusal(f"atlas: {address} from {low:g} to {high:g} is not allowed; give a lower and a higher end")
    if scale == "log" and low <= 0:
        raise Refusal(f"atlas: {address} from {low:g} is not allowed on a log axis; give ends above 0")
    return Axis(address=address, low=low, high=high, scale=scale)


def _number(word: str) -> float:
    value = value_of(word)
    if not isinstance(value, int | float) or not isfinite(value):
        raise Refusal(f"atlas: {cut(word)} is not a number")
    return float(value)


def _window(words: list[str]) -> Box:
    x0, x1, y0, y1 = map(_number, words)
    if not (x0 < x1 and y0 < y1):
        raise Refusal(f"atlas: the window {cut('~'.join(words))} is not allowed; give x0~x1~y0~y1 with room between")
    return (x0, x1), (y0, y1)
