"""One event of the stage, looked at before anything of it is done: what lacks a field is refused by its name."""

from typing import Any

from parameter import Refusal, shown

_KINDS = ("random", "home")  # that ask for a start without saying which
_FIELDS: dict[str, tuple[type, str]] = {
    "edits": (dict, "numbers by their address"),
    "wants": (list, "a list of names"),
    "query": (str, "the text of a link"),
    "advice": (dict, "run, index and token"),
}


def checked(event: Any) -> dict[str, Any]:
    """Return an event as it may be carried out. Raises Refusal that names the field."""
    if not isinstance(event, dict):
        raise Refusal(f"event: {shown(event)} is not allowed; give an object with {_known()}")
    sequence = event.get("seq", 0)
    if not isinstance(sequence, int) or isinstance(sequence, bool):
        raise Refusal(f"event: seq: {shown(sequence)} is not allowed; give a whole number")
    for field, (kind, allowed) in _FIELDS.items():
        if field in event and not isinstance(event[field], kind):
            raise Refusal(f"event: {field}: {shown(event[field])} is not allowed; give {allowed}")
    _lacks_nothing(event.get("advice", {}), ("run", "index", "token") if "advice" in event else (), "event: advice: ")
    if {"x", "y"} & event.keys():
        _lacks_nothing(event, ("x", "y"), "event: start: ")
    elif event.get("kind") not in _KINDS and not _FIELDS.keys() & event.keys():
        of_kind = f"kind: {shown(event['kind'])} alone" if "kind" in event else "it"
        raise Refusal(f"event: {of_kind} asks for nothing; give {_known()}")
    return event


def _known() -> str:
    return f"x and y, {', '.join(_FIELDS)}, or the kind {' or '.join(_KINDS)}"


def _lacks_nothing(given: dict[str, Any], fields: tuple[str, ...], of: str) -> None:
    missing = [field for field in fields if given.get(field) is None]
    if missing:
        raise Refusal(f"{of}{' and '.join(missing)} missing; give {' and '.join(fields)}")
