"""Maps as NPZ files, written whole or not at all."""

import errno
import os
import tempfile
from collections.abc import Mapping

import numpy as np

from experiments.studies.maps.basins import Basins
from experiments.studies.maps.sweep import Sweep


def arrays_of_basins(found: Basins) -> dict[str, np.ndarray]:
    """Return the arrays of a map of basins, by their names in a file."""
    return {
        "minimum": found.minimum,
        "outcome": found.outcome,
        "steps": found.steps,
        "loss": found.loss,
        "window": np.asarray(found.window, dtype=np.float64),
        "minima": found.minima,
    }


def arrays_of_sweep(found: Sweep) -> dict[str, np.ndarray]:
    """Return the arrays of a sweep, by their names in a file: an axis has its address, but "steps" is "axis.steps"."""
    results = {"outcome": found.outcome, "steps": found.steps, "loss": found.loss}
    axes = {f"axis.{name}" if name in results else name: values for name, values in found.axes.items()}
    return results | axes


def write(path: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays to a file: beside it first, and then in its place, so that who stops it leaves no part of one."""
    beside = f"{path}.{os.getpid()}.part"
    try:
        with open(beside, "wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        if os.path.exists(beside):
            os.unlink(beside)


def check(path: str) -> None:
    """Raise OSError where no file could be written at this path: better before an hour's work than after it."""
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    with tempfile.TemporaryFile(dir=os.path.dirname(path) or "."):
        pass
