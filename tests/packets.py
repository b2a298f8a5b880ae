"""Reading the stage's packet back, as the browser does."""

import json
import struct
from typing import Any

import numpy as np

from figures.packets.parts import written


def read_packet(data: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return the header and the arrays by name."""
    version, length = struct.unpack_from("<II", data)
    assert version == 2
    header = json.loads(data[8 : 8 + length])
    first = 8 + length + -length % 4
    floats = np.frombuffer(data, dtype="<f4", offset=first)
    parts = {name: (floats[offset : offset + size], wide) for name, offset, size, *wide in header["arrays"]}
    return header, {name: part.view("<f8") if wide else part for name, (part, wide) in parts.items()}


def facts_of(run: dict[str, Any]) -> dict[str, str]:
    """Return what a run's card says, by label, as the stage writes it."""
    return {label: written(parts, 4) for label, parts in run["facts"]}


def read_tile(data: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return the header and the arrays of a tile (figures/packets/tiles.py), those of cells as (height, width)."""
    version, length = struct.unpack_from("<II", data)
    assert version == 1
    header = json.loads(data[8 : 8 + length])
    first = 8 + length + -length % 8
    shape = header["height"], header["width"]
    arrays = {}
    for name, kind, offset, size in header["arrays"]:
        assert offset % 8 == 0
        array = np.frombuffer(data, dtype=kind, offset=first + offset, count=size)
        arrays[name] = array if name in ("x", "y") else array.reshape(shape)
    return header, arrays
