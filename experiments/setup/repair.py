"""The nearest valid experiment to a link that may be broken, old or hostile."""

from collections.abc import Callable, Mapping
from math import isnan
from typing import Any

from experiments.setup import criteria, drawn_points, limits, link, modifiers
from experiments.setup.experiment import Experiment
from experiments.setup.failures import sentence, standing
from experiments.setup.fields import REPEATS, STEPS
from experiments.setup.run import Run, Wrapper
from landscapes import LANDSCAPES, formula
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from parameter import Parameter, Refusal, plain

_MOST_NOTES = 8


def repair(mapping: Any, fallback: Experiment) -> tuple[Experiment, tuple[str, ...]]:
    """Return the nearest valid experiment and what was ignored, in sentences; never fails.

    fallback gives whatever the mapping does not say. An empty mapping is the fallback, with nothing ignored.
    """
    return standing("A link", lambda: _repaired(mapping, fallback), lambda: (fallback, (sentence("The link"),)))


def _repaired(mapping: Any, fallback: Experiment) -> tuple[Experiment, tuple[str, ...]]:
    ignored: list[str] = []
    fields = _fields(mapping, ignored)
    if not fields:
        return fallback, _shortened(ignored)
    if fields.pop("v", link.VERSION) != link.VERSION:
        ignored.append("v: the link was made by another version; what could be read was kept")
    changes: dict[str, Any] = {}

    def take(field: str, use: Callable[[str], dict[str, Any]]) -> None:
        if field not in fields:
            return
        try:
            found = use(fields.pop(field))
            _trial(fallback, changes | found)
            changes.update(found)
        except Refusal as error:
            ignored.append(_led(field, str(error)))

    typed = fields.pop("formula", "")
    take("on", lambda text: _landscape(text, typed, ignored))
    if typed and not changes.get("formula") and not ignored:
        ignored.append(f"formula: {_named(typed)} is not used, because the surface is another")
    take("view", lambda text: {"view": link.read_view(text)})
    take("scale", lambda text: {"scale": text[: link.LONGEST_VALUE]})
    take("with", lambda text: _modifiers(text, ignored))
    take("until", lambda text: _criteria(text, ignored))
    take("start", lambda text: {"start": tuple(link.read_numbers(text, "start", 2))})
    take("steps", lambda text: {"steps": _clamped(text, STEPS, ignored)})
    take("seed", lambda text: {"seed": link.read_numbers(text, "seed", 1)[0]})
    take("many", lambda text: _many(text, ignored))
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
    ignored.extend(f"{_named(key)}: unknown field in the link" for key in fields)
    if runs or "landscape" in changes:
        changes["runs"] = tuple(runs)
    return _trial(fallback, changes), _shortened(ignored)


def _trial(fallback: Experiment, changes: Mapping[str, Any]) -> Experiment:
    if "landscape" in changes:
        fields: dict[str, Any] = {"steps": fallback.steps, "runs": (), **changes}
        return Experiment(**fields)
    return fallback.replace(**changes)


def _fields(mapping: Any, ignored: list[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    if not isinstance(mapping, Mapping):
        ignored.append(f"{type(mapping).__name__} is not a link")
        return fields
    for key, value in list(mapping.items())[:100]:
        try:
            fields.update(link.single({key: value}))
        except Refusal as error:
            ignored.append(str(error))
    if "runs" in fields:
        try:
            fields = link.unpack(fields.pop("runs")) | fields
        except Refusal as error:
            ignored.append(str(error))
    return {key: value for key, value in fields.items() if key not in link.FOREIGN}


def _landscape(text: str, typed: str, ignored: list[str]) -> dict[str, Any]:
    try:
        key, parameters = link.read_landscape(text)
    except Refusal as error:  # an odd number of words: the surface itself may still be readable
        key, parameters = text[: link.LONGEST_VALUE].partition("~")[0], {}
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
    if key not in LANDSCAPES:
        raise Refusal(f"on: {_named(key)} is not a known landscape")
    return {
        "landscape": key,
        "landscape_parameters": _kept(LANDSCAPES[key].parameters, parameters, "on", ignored),
    }


def _modifiers(text: str, ignored: list[str]) -> dict[str, Any]:
    words = text[: link.LONGEST_VALUE].split("~")
    if len(words) % 2:
        ignored.append(f"with: {_named(words.pop())} has no value")
    return modifiers.fields_of(_kept(modifiers.MODIFIERS, link.read_pairs(words, "with"), "with", ignored))


def _criteria(text: str, ignored: list[str]) -> dict[str, Any]:
    words = text[: link.LONGEST_VALUE].split("~")
    if len(words) % 2:
        ignored.append(f"until: {_named(words.pop())} has no value")
    return criteria.fields_of(_kept(criteria.SETTINGS, link.read_pairs(words, "until"), "until", ignored))


def _many(text: str, ignored: list[str]) -> dict[str, Any]:
    repeats, spread = link.read_numbers(text, "many", 2)
    return {"repeats": _within(repeats, "many", REPEATS, ignored), "spread": spread}


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
        return Run(**given | {"name": link.read_name(name)}, wrappers=tuple(wrappers))
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


def _clamped(text: str, parameter: Parameter, ignored: list[str]) -> int:
    return _within(link.read_numbers(text, parameter.key, 1)[0], parameter.key, parameter, ignored)


def _within(number: float, field: str, parameter: Parameter, ignored: list[str]) -> int:
    """Return the number, or the nearest that the parameter allows."""
    if isnan(number):
        raise Refusal(f"{field}: not a number")
    within = int(min(max(number, parameter.low), parameter.high))
    if within != number:
        allowed = f"[{plain(parameter.low)}, {plain(parameter.high)}]"
        ignored.append(f"{field}: {plain(number)} is outside {allowed}; {plain(within)} was taken")
    return within


def _named(text: str) -> str:
    """Return a name as it stood in the link, cut short."""
    return repr(text[:40])[:50]


def _led(field: str, message: str) -> str:
    return message if message.startswith(field) else f"{field}: {message}"


def _shortened(ignored: list[str]) -> tuple[str, ...]:
    if len(ignored) <= _MOST_NOTES:
        return tuple(ignored)
    return (*ignored[:_MOST_NOTES], f"and {len(ignored) - _MOST_NOTES} more")
