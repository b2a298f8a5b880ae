"""Maps as NPZ files, written whole or not at all."""

import errno
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any, TypeAlias

import numpy as np

from experiments.studies.maps.basins import Basins
from experiments.studies.maps.cells import NAMES, names_of
from experiments.studies.maps.sweep import Sweep

_AT_ONCE = 1 << 18  # values that are written at once
_LEVEL = 3  # of compression: names pack well at any, and losses hardly at all


@dataclass(frozen=True, eq=False)
class Names:
    """The names of outcomes by their codes: an array of text, 64 bytes a cell, that is never there as a whole."""

    codes: np.ndarray


Arrays: TypeAlias = Mapping[str, np.ndarray | Names]


def arrays_of_basins(found: Basins) -> Arrays:
    """Return the arrays of a map of basins, by their names in a file."""
    return {
        "minimum": found.minimum,
        "outcome": Names(found.codes),
        "steps": found.steps,
        "loss": found.loss,
        "window": np.asarray(found.window, dtype=np.float64),
        "minima": found.minima,
    }


def arrays_of_sweep(found: Sweep) -> Arrays:
    """Return the arrays of a sweep, by their names in a file: an axis has its address, but "steps" is "axis.steps"."""
    results: dict[str, np.ndarray | Names] = {"outcome": Names(found.codes), "steps": found.steps, "loss": found.loss}
    axes = {f"axis.{name}" if name in results else name: values for name, values in found.axes.items()}
    return results | axes


def write(path: str, arrays: Arrays) -> None:
    """Write arrays to a file, a piece at a time, so that they take no more memory than they have; whole or not."""

    def fill(file: IO[bytes]) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as all_of_them:
            for name, array in arrays.items():
                with all_of_them.open(f"{name}.npy", "w", force_zip64=True) as one:
                    _write_array(one, array)

    _replace(path, fill)


def write_bytes(path: str, content: bytes) -> None:
    """Write bytes to a file, whole or not at all."""
    _replace(path, lambda file: file.write(content))


def packed(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return a few small arrays as bytes."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpacked(content: bytes) -> dict[str, np.ndarray]:
    """Return the arrays that packed made bytes of. Raises ValueError where these are others, or a part of them."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"these are no packed arrays: {error}") from None


def check(path: str) -> None:
    """Raise OSError where no file could be written at this path: better before an hour's work than after it."""
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    try:
        with tempfile.TemporaryFile(dir=os.path.dirname(path) or "."):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from None


def _write_array(file: IO[bytes], array: np.ndarray | Names) -> None:
    values, made = (array.codes, names_of) if isinstance(array, Names) else (array, np.asarray)
    dtype = NAMES.dtype if isinstance(array, Names) else array.dtype
    told = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": values.shape}
    np.lib.format.write_array_header_1_0(file, told)
    flat = values.reshape(-1)
    for first in range(0, flat.size, _AT_ONCE):
        file.write(made(flat[first : first + _AT_ONCE]).tobytes())


def _replace(path: str, fill: Callable[[IO[bytes]], Any]) -> None:
    """Fill a file beside the path first, and then put it in its place, so that who stops it leaves no part of one."""
    beside = f"{path}.{os.getpid()}.part"
    try:
        with open(beside, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        if os.path.exists(beside):
            os.unlink(beside)
