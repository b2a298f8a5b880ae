"""The words of a link: numbers, points, names and pairs as text, and back."""

import base64
import binascii
import re
import struct
from collections.abc import Mapping
from typing import Any

from experiments.setup import drawn_points
from parameter import Refusal

LONGEST_VALUE = 2_000
_NUMBER = re.compile(r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][+-]?\d{1,3})?", re.ASCII)
_LONGEST_NUMBER = 12


def single(query: Mapping[str, Any]) -> dict[str, str]:
    """Return the query with one text a field, the last where there are several."""
    result = {}
    for key, value in query.items():
        last = value[-1] if isinstance(value, list | tuple) and value else value
        if isinstance(key, str) and isinstance(last, str):
            result[key] = last
        else:
            raise Refusal(f"{cut(key)}: {cut(last)} is not text")
    return result


def read_numbers(text: str, field: str, count: int) -> list[float | int]:
    """Return exactly count numbers."""
    words = within(text, field).split("~")
    if len(words) != count:
        raise Refusal(f"{field}: {cut(text)} is not allowed; give {count} number{'s' if count > 1 else ''}")
    numbers = [value for value in map(value_of, words) if isinstance(value, int | float)]
    if len(numbers) < count:
        raise Refusal(f"{field}: {cut(text)} is not a number")
    return numbers


def read_pairs(words: list[str], field: str) -> dict[str, Any]:
    """Return the values of name, value, name, value, ...; of equal names the last one."""
    if len(words) % 2:
        raise Refusal(f"{field}: {cut(words[-1])} has no value; give name~value")
    return {words[i]: value_of(words[i + 1]) for i in range(0, len(words), 2)}


def read_name(text: str) -> str:
    """Return a run's name, which is plain ASCII or "_" and the base64 of its UTF-8 form."""
    if not text.startswith("_"):
        return text[:LONGEST_VALUE]
    try:
        return base64.urlsafe_b64decode(padded(text[1:200])).decode()
    except (binascii.Error, ValueError):
        raise Refusal(f"name: {cut(text)} cannot be read") from None


def name_text(name: str) -> str:
    """Return a run's name as a link has it, which read_name reads."""
    simple = name.isascii() and not name.startswith("_")
    odd = sum(not (c.isalnum() or c in "-._~ ") for c in name) if simple else 0
    if simple and odd <= 4:
        return name
    return "_" + base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def text_of(value: Any) -> str:
    """Return a value as a link writes it: a number, the points of a drawing, or text."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple | list):
        return drawn_points.text(value)
    whole = float(value).is_integer() and abs(value) < 1e11
    text = str(int(value)) if whole else repr(float(value))
    if len(text) <= _LONGEST_NUMBER:
        return text
    return "_" + base64.urlsafe_b64encode(struct.pack("<d", value)).decode().rstrip("=")


def value_of(word: str) -> Any:
    """Return the value that a word of a link says: a number, points, or the text that it is."""
    if _NUMBER.fullmatch(word):
        return int(word) if word.lstrip("+-").isdigit() else float(word)
    if len(word) == 12 and word.startswith("_"):
        try:
            return float(struct.unpack("<d", base64.urlsafe_b64decode(padded(word[1:])))[0])
        except (binascii.Error, struct.error, ValueError):
            return word
    return drawn_points.read(word) if drawn_points.is_text(word) else word


def padded(text: str) -> str:
    """Return base64 text with the padding that links leave out."""
    return text + "=" * (-len(text) % 4)


def within(text: str, field: str, longest: int = LONGEST_VALUE) -> str:
    """Return the text. Raises Refusal where it is too long."""
    if len(text) > longest:
        raise Refusal(f"{field}: {len(text)} characters are not allowed; give at most {longest}")
    return text


def cut(value: Any) -> str:
    """Return what stood in a link, short enough for a message."""
    return repr(value)[:50]
