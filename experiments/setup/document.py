"""An experiment as plain data and as a JSON document."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal

from pydantic import ValidationError, create_model

from experiments.setup.fields import FIELDS, Strict
from parameter import Refusal

FORMAT = 1
LONGEST_TEXT = 100_000  # characters of a JSON document; six runs take about 3,000


def plain(experiment: Any) -> dict[str, Any]:
    """Return the experiment as nested dicts and lists, every value written out."""
    return {"format": FORMAT} | {field.key: _plain(getattr(experiment, field.key)) for field in FIELDS}


def _plain(value: Any) -> Any:
    """Return a run or a wrapper as a dict of its fields, a mapping as a dict, a row of anything as a list."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


_types: dict[str, Any] = {field.key: (field.json, ... if field.needed else _plain(field.default)) for field in FIELDS}
_Document = create_model("_Document", __base__=Strict, format=(Literal[1], ...), **_types)


def read(text: str | bytes) -> dict[str, Any]:
    """Return the plain data of a JSON document, its shape and types checked.

    Raises ValueError naming the first field that is wrong.
    """
    if not isinstance(text, str | bytes | bytearray):
        raise Refusal(f"document: {type(text).__name__} is not allowed; give JSON text")
    if len(text) > LONGEST_TEXT:
        raise Refusal(f"document: {len(text)} characters are not allowed; give at most {LONGEST_TEXT}")
    try:
        return _Document.model_validate_json(text).model_dump()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = "document"
        for part in first["loc"]:
            if isinstance(part, int):
                place += f"[{part}]"
            elif part not in ("float", "int", "str"):
                place = str(part)[:40] if place == "document" else f"{place}.{str(part)[:40]}"
        raise Refusal(f"{place}: {_sentence(first)}") from None


def _sentence(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "unknown field; it would have no effect"
    if error["type"] == "missing":
        return "is missing"
    message = error["msg"][0].lower() + error["msg"][1:]
    given = error.get("input")
    if isinstance(given, str | int | float | bool | None) and error["type"] != "json_invalid":
        return f"{repr(given)[:60]} is not allowed; {message}"
    found: str = message[:200]
    return found
