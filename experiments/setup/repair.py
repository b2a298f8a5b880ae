"""The nearest valid experiment to a link that may be broken, old or hostile."""

from collections.abc import Callable, Mapping
from math import isnan
from typing import Any, TypeVar

from experiments.setup import criteria, drawn_points, limits, link, modifiers
from experiments.setup.cost import CostError
from experiments.setup.failures import sentence, standing
from experiments.setup.fields import PARAMETERS
from experiments.setup.link_text import LONGEST_VALUE, read_name, read_pairs, single
from experiments.setup.packed_link import unpack
from experiments.setup.run import Run, Wrapper
from landscapes import UNITS, formula
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from parameter import Parameter, Refusal, plain

_MOST_NOTES = 8


E = TypeVar("E")
Build = Callable[[Mapping[str, Any], E], E]
_ORDER = (
    "data",
    "rest",
    "held",
    "flag",
    "from",
    "plane",
    "view",
    "scale",
    "with",
    "batch",
    "until",
    "start",
    "steps",
    "seed",
    "many",
    "atlas",
)  # each may hang on those before it


def repair(mapping: Any, fallback: E, build: Build[E]) -> tuple[E, tuple[str, ...]]:
    """Return the nearest valid experiment and what was ignored, in sentences; never fails.

    fallback gives whatever the mapping does not say. An empty mapping is the fallback, with nothing ignored. build
    makes an experiment from changed fields and the fallback; raises Refusal for what is not allowed.
    """
    return standing("A link", lambda: _repaired(mapping, fallback, build), lambda: (fallback, (sentence("The link"),)))


def _repaired(mapping: Any, fallback: E, build: Build[E]) -> tuple[E, tuple[str, ...]]:
    ignored: list[str] = []
    fields = _fields(mapping, ignored)
    if not fields:
        return fallback, _shortened(ignored)
    if fields.pop("v", link.VERSION) != link.VERSION:
        ignored.append("v: the link was made by another version; what could be read was kept")
    changes: dict[str, Any] = {}

    def take(key: str, read: Callable[[str], dict[str, Any]]) -> None:
        if key not in fields:
            return
        try:
            found = read(fields.pop(key))
            build(changes | found, fallback)
            changes.update(found)
        except Refusal as error:
            ignored.append(_led(key, str(error)))

    typed = fields.pop("formula", "")
    take("on", lambda text: _landscape(text, typed, ignored))
    if typed and not changes.get("formula") and not ignored:
        ignored.append(f"formula: {_named(typed)} is not used, because the surface is another")
    words = {word.key: word.read for word in link.WORDS}
    mended: dict[str, Callable[[str], dict[str, Any]]] = {
        "with": lambda text: modifiers.fields_of(_settings(text, "with", modifiers.MODIFIERS, ignored)),
        "until": lambda text: criteria.fields_of(_settings(text, "until", criteria.SETTINGS, ignored)),
        "steps": lambda text: _within(words["steps"](text), "steps", "steps", ignored),
        "many": lambda text: _within(words["many"](text), "many", "repeats", ignored),
    }
    for key in _ORDER:
        take(key, mended.get(key, words[key]))
    runs = _runs(fields, ignored)
    ignored.extend(f"{_named(key)}: unknown field in the link" for key in fields)
    if runs or "landscape" in changes:
        changes["runs"] = tuple(runs)
    return _fitting(changes, fallback, build, ignored), _shortened(ignored)


def _fitting(changes: dict[str, Any], fallback: E, build: Build[E], ignored: list[str]) -> E:
    """Return what is built, shorter or less smoothed if it would cost too much."""
    for _ in range(3):
        try:
            return build(changes, fallback)
        except CostError as error:
            ignored.append(str(error))
            changes |= error.fields
    return build(changes | {"runs": ()}, fallback)


def _runs(fields: dict[str, str], ignored: list[str]) -> list[Run]:
    """Take the runs out of the fields; return those that can be read."""
    runs: list[Run] = []
    for place in link.RUNS:
        if f"r{place}" in fields:
            name = fields.pop(f"name{place}", "")
            try:
                run = _run(fields.pop(f"r{place}"), f"r{place}", name, ignored)
                if len(runs) == limits.MAX_RUNS:
                    raise Refusal(f"this server allows at most {limits.MAX_RUNS} runs")
                runs.append(run)
            except Refusal as error:
                ignored.append(_led(f"r{place}", str(error)))
    return runs


def _fields(mapping: Any, ignored: list[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    if not isinstance(mapping, Mapping):
        ignored.append(f"{type(mapping).__name__} is not a link")
        return fields
    for key, value in list(mapping.items())[:100]:
        try:
            fields.update(single({key: value}))
        except Refusal as error:
            ignored.append(str(error))
    if "runs" in fields:
        try:
            fields = unpack(fields.pop("runs")) | fields
        except Refusal as error:
            ignored.append(str(error))
    return {key: value for key, value in fields.items() if key not in link.FOREIGN}


def _landscape(text: str, typed: str, ignored: list[str]) -> dict[str, Any]:
    try:
        key, parameters = link.read_landscape(text)
    except Refusal as error:  # an odd number of words: the surface itself may still be readable
        key, parameters = text[:LONGEST_VALUE].partition("~")[0], {}
        ignored.append(str(error))
    if key == formula.KEY:
        try:
            known = formula.parse(typed).parameters
        except formula.FormulaError as error:
            raise Refusal(f"formula: {error}") from None
        return {
            "landscape": key,
            "formula": typed,
            "landscape_parameters": _kept(known, parameters, "on", ignored),
        }
    if key not in UNITS:
        raise Refusal(f"on: {_named(key)} is not a known landscape")
    return {
        "landscape": key,
        "landscape_parameters": _kept(UNITS[key].parameters, parameters, "on", ignored),
    }


def _settings(text: str, field: str, known: tuple[Parameter, ...], ignored: list[str]) -> dict[str, Any]:
    """Return what is allowed of a group's settings."""
    words = text[:LONGEST_VALUE].split("~")
    if len(words) % 2:
        ignored.append(f"{field}: {_named(words.pop())} has no value")
    return _kept(known, read_pairs(words, field), field, ignored)


def _run(text: str, field: str, name: str, ignored: list[str]) -> Run:
    given = link.read_run(text, field)
    if given["optimizer"] not in OPTIMIZERS:
        raise Refusal(f"{field}: {_named(given['optimizer'])} is not a known optimizer")
    if given["schedule"] not in SCHEDULES:
        ignored.append(f"{field}: {_named(given['schedule'])} is not a known schedule; constant was taken")
        given |= {"schedule": "constant", "schedule_parameters": {}}
    given["parameters"] = _kept(OPTIMIZERS[given["optimizer"]].parameters, given["parameters"], field, ignored)
    given["schedule_parameters"] = _kept(
        SCHEDULES[given["schedule"]].parameters, given["schedule_parameters"], field, ignored
    )
    wrappers: list[Wrapper] = []
    for wrapper in given.pop("wrappers"):
        key = wrapper["key"]
        if len(wrappers) == limits.MAX_WRAPPERS:
            ignored.append(f"{field}: at most {limits.MAX_WRAPPERS} wrappers are allowed; {_named(key)} was left out")
        elif key in WRAPPERS and key not in {w.key for w in wrappers}:
            kept = _kept(WRAPPERS[key].parameters, wrapper["parameters"], field, ignored)
            wrappers.append(Wrapper(key=key, parameters=kept))
        else:
            ignored.append(f"{field}: {_named(key)} is not a wrapper that can be added")
    given["name"] = ""
    if given["color"] is not None and given["color"] > 5:
        given["color"] = None
    run = Run(**given, wrappers=tuple(wrappers))
    try:
        return Run(**given | {"name": read_name(name)}, wrappers=tuple(wrappers))
    except Refusal as error:
        ignored.append(_led(f"name of {field}", str(error)))
        return run


def _kept(
    parameters: tuple[Parameter, ...], given: Mapping[str, Any], field: str, ignored: list[str]
) -> dict[str, Any]:
    """Return what is allowed of the given values; numbers outside a range move to its nearer end."""
    known = {parameter.key: parameter for parameter in parameters}
    kept: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            ignored.append(f"{field}: unknown parameter {_named(key)}")
            continue
        try:
            kept[key] = known[key].validate(value, f"{field}.{key}")
        except Refusal as error:
            ignored.append(str(error))
            if known[key].kind == "points":
                kept |= {key: drawn_points.nearest(known[key], value)} if drawn_points.is_pairs(value) else {}
            elif known[key].kind != "choice" and isinstance(value, int | float) and not isnan(value):
                kept[key] = known[key].validate(min(max(value, known[key].low), known[key].high))
    return kept


def _within(values: dict[str, Any], field: str, key: str, ignored: list[str]) -> dict[str, Any]:
    """Return the values with the whole number of this key, or the nearest that its parameter allows."""
    number, parameter = values[key], PARAMETERS[key]
    if isnan(number):
        raise Refusal(f"{field}: not a number")
    within = int(min(max(number, parameter.low), parameter.high))
    if within != number:
        allowed = f"[{plain(parameter.low)}, {plain(parameter.high)}]"
        ignored.append(f"{field}: {plain(number)} is outside {allowed}; {plain(within)} was taken")
    return {**values, key: within}


def _named(text: str) -> str:
    """Return a name as it stood in the link, cut short."""
    return repr(text[:40])[:50]


def _led(field: str, message: str) -> str:
    return message if message.startswith(field) else f"{field}: {message}"


def _shortened(ignored: list[str]) -> tuple[str, ...]:
    if len(ignored) <= _MOST_NOTES:
        return tuple(ignored)
    return (*ignored[:_MOST_NOTES], f"and {len(ignored) - _MOST_NOTES} more")
