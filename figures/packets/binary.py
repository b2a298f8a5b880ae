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
_LARGEST = float(np.finfo(np.float32).max)
_SMALLEST, _SHOWN = float(np.finfo(np.float32).smallest_normal), 1e-20  # of the top of a curve, what is still drawn


def packed(header: dict[str, Any], arrays: Arrays, named: bool = True) -> bytes:
    """Return [u32 version][u32 length of the header][JSON][padding to 4][float32 arrays], little-endian.

    named: the header gets a hash of itself and of the arrays. Numbers too large for four bytes are sent in eight, and
    marked.
    """
    places: list[list[Any]] = []
    bodies, offset = [], 0
    for name, values in arrays:
        sizes = np.abs(values[np.isfinite(values)])
        largest = float(sizes.max(initial=0.0))
        wide = largest > _LARGEST or 0 < largest < _SMALLEST / _SHOWN
        with np.errstate(over="ignore"):
            body = np.ascontiguousarray(values, dtype="<f8" if wide else "<f4").ravel().view("<f4")
        places.append([name, offset, body.size, *([1] if wide else [])])
        bodies.append(body.tobytes())
        offset += body.size
    content = b"".join(bodies)
    encoded = _json(header | {"arrays": places}).encode()
    if named:
        mark = hashlib.blake2b(encoded + content, digest_size=12).hexdigest()
        encoded = encoded[:-1] + f',"hash":"{mark}"}}'.encode()
    padding = b"\0" * (-len(encoded) % 4)
    return struct.pack("<II", VERSION, len(encoded)) + encoded + padding + content


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
