"""One change of an experiment, said as an address and a value: "r1.learning_rate", 0.1."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from experiments.critical.defaults import default_learning_rate, surface_parameters
from experiments.edits import data_rows, planes, runs, starts, surfaces
from experiments.objective.smoothing_limit import smoothing_limit
from experiments.setup import modifiers
from experiments.setup.experiment import Experiment
from experiments.setup.fields import BY_KEY as FIELDS
from experiments.setup.run import Wrapper
from landscapes import LANDSCAPES, UNITS, formula
from numerals import typed
from parameter import Refusal, shown

_RUN = re.compile(r"r([1-9][0-9]?)", re.ASCII)
_LONGEST = 200  # characters of an address


class SmoothingError(Refusal):
    """More smoothing than the surface can be computed with exactly. most: what it allows."""

    def __init__(self, asked: float, most: float) -> None:
        self.most = most
        told = f"{typed(asked, 3)} cannot be computed exactly on this surface; {typed(most, 3)} is the most."
        super().__init__(f"Smoothing: {told}")


class UnknownAddressError(Refusal):
    """Nothing of the experiment has this address."""


def edited(experiment: Experiment, address: str, value: Any) -> Experiment:
    """Return the experiment with what stands at the address changed to the value; None is the default that suits it.

    The address is a field of the experiment ("steps", "start", "landscape", "formula", "view", "smoothing", "stop_at"),
    one number of a group ("landscape_parameters.a", "criteria.step_tolerance"), or of a run, counted from 1
    ("r1.learning_rate", "r2.optimizer", "r1.parameters.beta", "r1.schedule_parameters.t0", "r1.wrappers",
    "r1.wrappers.lookahead.sync_period"), or one row of the data, counted from 0 ("data.3", None takes it away, the
    number after the last adds one; "flagged.3", True leaves it out). Another plane through many weights ("plane",
    "plane_weights", "plane_seed") leaves the weights that the runs start from. Another surface or optimizer comes with
    numbers that suit it; another schedule with its defaults. "start" takes "random", too: the next seed and the start
    that follows from it. A group's own address takes a mapping, and changes what stands in it. Raises Refusal naming
    the address or the field, the value and what is allowed; UnknownAddressError where there is no such one.
    """
    first, *rest = str(address)[:_LONGEST].split(".")
    match = _RUN.fullmatch(first)
    if match and rest:
        place = int(match[1]) - 1
        if place >= len(experiment.runs):
            runs_there = f"the experiment has {len(experiment.runs)} runs"
            raise UnknownAddressError(f"{shown(address)} is not allowed; {runs_there}")
        return _in_run(experiment, place, rest, value, address)
    if first in ("landscape_parameters", "criteria") and len(rest) <= 1:
        fields: dict[str, Any] = {first: _changed(getattr(experiment, first), rest, value, address)}
        if first == "landscape_parameters":
            fields |= planes.following(experiment, fields[first])
            if experiment.flagged:
                fields["flagged"] = data_rows.flags_left(experiment, fields[first])
        return _checked(experiment.replace(**fields))
    if first in _ROWS and len(rest) == 1:
        if not re.fullmatch(r"[0-9]{1,6}", rest[0], re.ASCII):
            raise _unknown(address)
        return _ROWS[first](experiment, int(rest[0]), value)
    if not rest and first in _WHOLE:
        return _WHOLE[first](experiment, value)
    if not rest and first in modifiers.BY_KEY:
        default = modifiers.BY_KEY[first].default
        return _checked(modifiers.with_modifier(experiment, first, default if value is None else value))
    if not rest and first in _PLANES:
        default = FIELDS[first].default if value is None else value
        return planes.with_plane(experiment, first, tuple(default) if isinstance(default, list) else default)
    if not rest and first in _ALONE:
        return experiment.replace(**{first: FIELDS[first].default if value is None else value})
    raise _unknown(address)


def _surface(experiment: Experiment, value: Any) -> Experiment:
    key = next(iter(LANDSCAPES)) if value is None else value
    if not isinstance(key, str) or (key not in UNITS and key != formula.KEY):
        return experiment.replace(landscape=key)  # which says what is allowed
    return surfaces.with_surface(experiment, key)


def _typed(experiment: Experiment, value: Any) -> Experiment:
    try:
        return surfaces.with_formula(experiment, surfaces.FIRST_FORMULA if value is None else value)
    except formula.FormulaError as error:
        raise Refusal(f"formula: {error}") from None


_WHOLE: Mapping[str, Callable[[Experiment, Any], Experiment]] = {
    "landscape": _surface,
    "formula": _typed,
    "view": surfaces.with_view,
    "start": starts.with_start,
    "data": data_rows.with_rows,
    "start_weights": planes.with_start_weights,
}
_PLANES = ("plane", "plane_weights", "plane_seed")
_ROWS: Mapping[str, Callable[[Experiment, int, Any], Experiment]] = {
    "data": data_rows.with_row,
    "flagged": data_rows.with_flag,
}
_ALONE = frozenset(FIELDS) - {"runs"}  # what has no address of its own here: each run has its own


def _in_run(experiment: Experiment, place: int, rest: list[str], value: Any, address: str) -> Experiment:
    run = experiment.runs[place]
    match rest:
        case ["optimizer"]:
            return runs.with_optimizer(experiment, place, run.optimizer if value is None else value)
        case ["learning_rate"]:
            rate = default_learning_rate(experiment, run.optimizer) if value is None else value
            return runs.with_run(experiment, place, learning_rate=rate)
        case ["schedule"]:
            key = "constant" if value is None else value
            return runs.with_run(experiment, place, schedule=key, schedule_parameters={})
        case ["name"]:
            return runs.with_run(experiment, place, name="" if value is None else value)
        case ["color"]:
            return runs.with_run(experiment, place, color=value)
        case ["parameters", key] if value is None:
            value = surface_parameters(experiment, run.optimizer).get(key)
            return runs.with_run(experiment, place, parameters=_changed(run.parameters, [key], value, address))
        case ["parameters" | "schedule_parameters" as group, *one] if len(one) <= 1:
            return runs.with_run(experiment, place, **{group: _changed(getattr(run, group), one, value, address)})
        case ["wrappers"]:
            return runs.with_wrappers(experiment, place, _keys(value))
        case ["wrappers", key, *one] if len(one) <= 1 and key in [wrapper.key for wrapper in run.wrappers]:
            new = tuple(
                Wrapper(key=w.key, parameters=_changed(w.parameters, one, value, address)) if w.key == key else w
                for w in run.wrappers
            )
            return runs.with_run(experiment, place, wrappers=new)
    raise _unknown(address)


def _keys(value: Any) -> tuple[str, ...]:
    keys = () if value is None else value
    if isinstance(keys, str) or not all(isinstance(key, str) for key in keys):
        raise Refusal(f"wrappers: {shown(value)} is not allowed; give a list of their names")
    return tuple(keys)


def _changed(values: Mapping[str, Any], one: list[str], value: Any, address: str) -> dict[str, Any]:
    """Return the values with one changed or left to its default (None); without a key, with those of a mapping."""
    if not one:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise Refusal(f"{address}: {shown(value)} is not allowed; give a mapping of names to values")
        return {**values, **value}
    (key,) = one
    if key not in values:
        known = f"; known: {', '.join(values)}" if values else ""
        raise UnknownAddressError(f"{shown(address)}: there is no such number{known}")
    others = {name: held for name, held in values.items() if name != key}
    return others if value is None else {**others, key: value}


def _checked(experiment: Experiment) -> Experiment:
    """Return the experiment if its smoothing can be computed. Raises SmoothingError."""
    if experiment.smoothing:
        most = smoothing_limit(experiment)
        if experiment.smoothing > most:
            raise SmoothingError(experiment.smoothing, most)
    return experiment


def _unknown(address: str) -> Refusal:
    return UnknownAddressError(f"{shown(address)}: there is no such number")
