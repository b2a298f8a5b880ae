"""Memory that runs use again and again: the record that they write, the numbers that they read."""

import math
import threading
from functools import lru_cache
from typing import Any, ClassVar

import jax
import numpy as np

from experiments.setup import limits

ROWS = limits.LONGEST + 1
"""Rows of every array that a run reads or writes: one a step and one for the last point."""


@lru_cache(maxsize=1)
def host() -> Any:
    """The CPU: a single trajectory is a long chain of tiny steps, which a GPU would only slow down."""
    return jax.local_devices(backend="cpu")[0]  # that of this process, where there are several


def shared(*shape: int) -> tuple[np.ndarray, jax.Array]:
    """Return zeros (*shape) as NumPy's and as JAX's array over the same memory, on the CPU.

    What is written to the one is read from the other, so that nothing is copied. Untouched pages take no memory.
    """
    count = math.prod(shape)
    raw = np.zeros(count * 8 + 64, dtype=np.uint8)
    first = -raw.ctypes.data % 64  # XLA uses memory in place only where it starts at a multiple of 64 bytes
    array = raw[first : first + count * 8].view(np.float64).reshape(shape)
    return array, jax.dlpack.from_dlpack(array, copy=False)


class Scratch:
    """What a run writes to and reads from, used again: fresh memory would cost ten times the run.

    buffer: the record, of the largest size, donated to each run. rates: the learning rates, a NumPy array over the same
    memory as rates_on_device, so that nothing is copied; it may be written only while no program runs on it.
    """

    _idle: ClassVar[dict[tuple[int, int], list[tuple[jax.Array, np.ndarray, jax.Array]]]] = {}
    _lock = threading.Lock()
    _KEPT = 8  # a width; 20,001 rows take 2 to 4 MB

    def __init__(self, width: int, rows: int = ROWS) -> None:
        self.key = rows, width
        self.buffer: Any = None

    def __enter__(self) -> "Scratch":
        with self._lock:
            idle = self._idle.setdefault(self.key, [])
            taken = idle.pop() if idle else None
        if taken is None:
            # placed on the CPU for good, so that a run goes there whatever else there is
            buffer = jax.device_put(np.zeros(self.key), host())
            taken = buffer, *shared(ROWS)
        self.buffer, self.rates, self.rates_on_device = taken
        return self

    def __exit__(self, failed: Any, *_: Any) -> None:
        if failed is None:
            with self._lock:
                idle = self._idle[self.key]
                if len(idle) < self._KEPT:
                    idle.append((self.buffer, self.rates, self.rates_on_device))
