"""A header and arrays as the stage reads them: JSON, and numbers of four bytes each back to back."""

import hashlib
import json
import math
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

from experiments.setup.failures import standing

Arrays = list[tuple[str, np.ndarray]]
VERSION = 2  # of this form; the stage refuses another
_FOUR, _EIGHT = np.dtype("<f4"), np.dtype("<f8")
_LARGEST = float(np.finfo(np.float32).max)
_SMALLEST, _SHOWN = float(np.finfo(np.float32).smallest_normal), 1e-20  # of the top of a curve, what is still drawn


def packed(header: dict[str, Any], arrays: Arrays, named: bool = True) -> bytes:
    """Return [u32 version][u32 length of the header][JSON][padding to 4][float32 arrays], little-endian.

    named: the header gets a hash of itself and of the arrays. Numbers too large for four bytes are sent in eight, and
    marked.
    """
    places: list[list[Any]] = []
    bodies, offset = [], 0
    with np.errstate(over="ignore"):
        for name, values in arrays:
            wide = _is_wide(_largest(values))
            body = values.astype(_EIGHT if wide else _FOUR).tobytes()
            size = len(body) // _FOUR.itemsize
            places.append([name, offset, size, 1] if wide else [name, offset, size])
            bodies.append(body)
            offset += size
    content = b"".join(bodies)
    encoded = _json(header | {"arrays": places}).encode()
    if named:
        mark = hashlib.blake2b(encoded + content, digest_size=12).hexdigest()
        encoded = encoded[:-1] + f',"hash":"{mark}"}}'.encode()
    padding = b"\0" * (-len(encoded) % 4)
    return struct.pack("<II", VERSION, len(encoded)) + encoded + padding + content


def _largest(values: np.ndarray) -> float:
    """Return the largest size of a number among the values; those that are not finite do not count."""
    largest = float(np.abs(values).max(initial=0.0))
    return largest if math.isfinite(largest) else float(np.abs(values[np.isfinite(values)]).max(initial=0.0))


def _is_wide(largest: float) -> bool:
    """Tell whether a curve with this top takes eight bytes a number."""
    return largest > _LARGEST or 0 < largest < _SMALLEST / _SHOWN


def _json(header: dict[str, Any]) -> str:
    """Return the header as JSON; a number that JSON does not know is a mistake, and null."""

    def made(told: Any) -> str:
        return json.dumps(told, allow_nan=False, separators=(",", ":"))

    return standing("A number of the picture", lambda: made(header), lambda: made(_finite(header)))


def _finite(told: Any) -> Any:
    if isinstance(told, float):
        return told if math.isfinite(told) else None
    if isinstance(told, Mapping):
        return {key: _finite(value) for key, value in told.items()}
    return [_finite(value) for value in told] if isinstance(told, list | tuple) else told
