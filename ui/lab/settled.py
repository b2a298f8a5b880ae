"""What the stage says it shows, looked at before anything of it is taken over: a wrong field is refused by its name."""

from dataclasses import dataclass
from typing import Any

from parameter import Refusal, shown

_FIELDS: dict[str, tuple[type, str]] = {
    "page": (str, "a text"),
    "count": (int, "a whole number"),
    "revision": (str, "a text"),
    "query": (str, "the text of a link"),
    "edits": (dict, "values by their address"),
}


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A link's query and edits of it, settled on a page.

    count: grows with each that a page says; revision: the last change of the session's own that the page knew.
    """

    page: str
    count: int
    revision: str
    query: str
    edits: dict[str, Any]


def checked(told: Any) -> Settled:
    """Return what the stage said as it may be taken over. Raises Refusal that names the field."""
    if not isinstance(told, dict):
        raise Refusal(f"settled: {shown(told)} is not allowed; give an object with {', '.join(_FIELDS)}")
    missing = [field for field in _FIELDS if field not in told]
    if missing:
        raise Refusal(f"settled: {' and '.join(missing)} missing; give {', '.join(_FIELDS)}")
    for field, (kind, allowed) in _FIELDS.items():
        if not isinstance(told[field], kind) or isinstance(told[field], bool):
            raise Refusal(f"settled: {field}: {shown(told[field])} is not allowed; give {allowed}")
    return Settled(**{field: told[field] for field in _FIELDS})
