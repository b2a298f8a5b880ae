"""The numbers of an experiment that may be an axis of a map: their addresses, and ranges and scales that suit.

An address is said without the run whose number it is ("learning_rate", "parameters.beta"), so that runs have it in
common. No seed is one: what lies between two seeds is nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from experiments.edits.rows import (
    RATES,
    Row,
    around_rows,
    batch_rows,
    held_out_rows,
    modifier_rows,
    run_rows,
    schedule_rows,
    surface_rows,
)
from experiments.setup.atlas import Axis
from experiments.setup.experiment import Experiment
from experiments.setup.fields import PARAMETERS
from optimizers import WRAPPERS
from parameter import Parameter

RATE = "learning_rate"
_LEAVE_SURFACE = ("steps", "noise", "batch")
_SEEDS = ("data_seed", "weights_seed", "split")
_BELOW, _ABOVE = 1e-3, 1e2  # times the rate that suits: the ends of its axis
_WIDE = 1e6  # a log axis of a parameter reaches over so much at most, half of it on either side
_NEAR_1 = 0.99  # a memory from here on has an axis of its own next to 1
_ROOM = 500.0  # times a value's own size: a linear range that is wider shows next to nothing
_FEW = 256  # whole numbers that an axis has all of


@dataclass(frozen=True, kw_only=True)
class MapNumber:
    """A number that may be an axis: its address, what it is called, and the axis that suits.

    scale: "log", "linear" or "whole". values: its value in each run, None in those that have no such number.
    """

    address: str
    name: str
    low: float
    high: float
    scale: str
    values: tuple[Any, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """The runs that have it."""
        return tuple(place for place, value in enumerate(self.values) if value is not None)

    @property
    def axis(self) -> Axis:
        """The axis that suits."""
        return Axis(address=self.address, low=self.low, high=self.high, scale=self.scale)


def numbers_of(experiment: Experiment) -> tuple[MapNumber, ...]:
    """Return all numbers that may be an axis, those of runs first, each once."""
    found: dict[str, list[tuple[int, str, Row]]] = {}
    for place in range(len(experiment.runs)):
        for address, name, row in _of_run(experiment, place):
            found.setdefault(address, []).append((place, name, row))
    runs = [_number(address, rows, len(experiment.runs)) for address, rows in found.items()]
    return *runs, *_of_all(experiment)


def is_of_a_run(address: str) -> bool:
    """Tell whether an address of a map is one of each run's own numbers, and not of what all have in common."""
    return address.split(".", maxsplit=1)[0] in (RATE, "parameters", "schedule_parameters", "wrappers")


def moves_surface(address: str) -> bool:
    """Tell whether a number changes the surface, and with it where minima are."""
    return not is_of_a_run(address) and address not in _LEAVE_SURFACE


def edit_of(address: str, place: int) -> str:
    """Return a map's address as experiments.edits knows it, of the run at this place."""
    return f"r{place + 1}.{address}" if is_of_a_run(address) else address


def _of_run(experiment: Experiment, place: int) -> Iterator[tuple[str, str, Row]]:
    """Yield address, name and row of each number of a run."""
    for row in run_rows(experiment, place):
        yield _common(row), row.parameter.name, row
    for row in schedule_rows(experiment, place):
        yield _common(row), f"Schedule: {row.parameter.name}", row
    for row in around_rows(experiment, place):
        yield _common(row), f"{WRAPPERS[row.address.split('.')[2]].name}: {row.parameter.name}", row


def _common(row: Row) -> str:
    return row.address.partition(".")[2]


def _of_all(experiment: Experiment) -> Iterator[MapNumber]:
    steps = Row("steps", PARAMETERS["steps"], experiment.steps)
    rows = [steps, *modifier_rows(experiment), *surface_rows(experiment)]
    rows += [*batch_rows(experiment), *held_out_rows(experiment)]
    for row in rows:
        if row.parameter.kind in ("real", "integer") and row.parameter.key not in _SEEDS:
            low, high, scale = _range(row.parameter, [row.value])
            values = (row.value,) * len(experiment.runs)
            yield MapNumber(
                address=row.address, name=row.parameter.name, low=low, high=high, scale=scale, values=values
            )


def _number(address: str, rows: list[tuple[int, str, Row]], runs: int) -> MapNumber:
    """Return the number that some runs have in common, over a range that suits all of them."""
    ranges = [_range(row.parameter, [row.value]) for _, _, row in rows]
    at = {place: row.value for place, _, row in rows}
    return MapNumber(
        address=address,
        name=rows[0][1],
        low=min(low for low, _, _ in ranges),
        high=max(high for _, high, _ in ranges),
        scale=ranges[0][2],
        values=tuple(at.get(place) for place in range(runs)),
    )


def _range(parameter: Parameter, values: list[Any]) -> tuple[float, float, str]:
    """Return the lowest and the highest value of an axis that suits a parameter, with these values, and its scale."""
    if parameter.key == RATE:
        return *_decades(_BELOW * parameter.default, _ABOVE * parameter.default, values, RATES), "log"
    low, high, default = parameter.low, parameter.high, parameter.default
    if parameter.kind == "integer":
        low = max(low, 1.0) if parameter.key == "batch" else low  # 0 are all of them
        far = max(2 * default, *(2 * value for value in values))
        return float(low), float(high if high - low <= _FEW else min(high, max(low + 16, far))), "whole"
    if parameter.log:
        if high / low <= _WIDE:
            return low, high, "log"
        half = _WIDE**0.5
        return *_decades(default / half, default * half, values, (low, high)), "log"
    if _NEAR_1 <= default < 1 and high < 1:
        ends = round(1 - 100 * (1 - default), 12), round(1 - (1 - default) / 10, 12)
        return min(max(low, ends[0]), *values), max(min(high, ends[1]), *values), "linear"
    size = max(1.0, abs(default), *(abs(value) for value in values))
    if high - low > _ROOM * size:
        low, high = max(low, -2 * size), min(high, 2 * size)
    return low, high, "linear"


def _decades(low: float, high: float, values: list[Any], within: tuple[float, float]) -> tuple[float, float]:
    """Return whole decades that contain these ends and values, as far as allowed: ends on which visitors agree."""
    ends = 10.0 ** floor(log10(min(low, *values))), 10.0 ** ceil(log10(max(high, *values)))
    return max(ends[0], within[0]), min(ends[1], within[1])
