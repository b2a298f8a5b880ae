"""Random numbers as data: made on the host from a seed and a purpose, the same whatever else the run does."""

import threading
from collections.abc import Callable
from functools import lru_cache

import jax
import numpy as np

from experiments.simulation.buffers import ROWS, shared

_KEPT = 16  # sequences; each takes memory only for the steps that were asked for, 10 MB at most


def _source(seed: int, purpose: str, kind: str) -> Callable[[tuple[int, ...]], np.ndarray]:
    """Return what draws the next numbers of a shape."""
    generator = np.random.default_rng([seed, *purpose.encode()])
    kinds: dict[str, Callable[[tuple[int, ...]], np.ndarray]] = {
        "normal": generator.standard_normal,
        "uniform": generator.random,
    }
    return kinds[kind]


class _Sequence:
    """One sequence of draws (ROWS, *shape), made as far as any run has needed it; later rows are zeros."""

    def __init__(self, seed: int, purpose: str, kind: str, shape: tuple[int, ...]) -> None:
        self._draw = _source(seed, purpose, kind)
        self._shape = shape
        self._rows, self.on_device = shared(ROWS, *shape)
        self._made = 0
        self._lock = threading.Lock()

    def reach(self, steps: int) -> None:
        """Make the rows of so many steps. Runs that read earlier rows at the same time find them as they were."""
        with self._lock:
            if steps > self._made:
                self._rows[self._made : steps] = self._draw((steps - self._made, *self._shape))
                self._made = steps


@lru_cache(maxsize=_KEPT)
def _sequence(seed: int, purpose: str, kind: str, shape: tuple[int, ...]) -> _Sequence:
    return _Sequence(seed, purpose, kind, shape)


def draws(seed: int, purpose: str, kind: str, shape: tuple[int, ...], steps: int) -> jax.Array:
    """Return random numbers (ROWS, *shape), of which the first rows are drawn: one a step.

    kind: "normal" (standard) or "uniform" (in [0, 1)). The first rows are the same for any number of steps.
    """
    sequence = _sequence(seed, purpose, kind, shape)
    sequence.reach(steps)
    return sequence.on_device


class PassingDraws:
    """The same numbers as draws, in memory that the next call writes over: for many seeds, one after the other.

    What a call returned may be read only until the next call. Nothing of other seeds is kept or pushed out.
    """

    def __init__(self) -> None:
        self._rows: dict[tuple[str, tuple[int, ...]], tuple[np.ndarray, jax.Array]] = {}

    def __call__(self, seed: int, purpose: str, kind: str, shape: tuple[int, ...], steps: int) -> jax.Array:
        """Return random numbers (ROWS, *shape), of which the first rows are drawn: one a step."""
        key = (purpose, shape)
        if key not in self._rows:
            self._rows[key] = shared(ROWS, *shape)
        rows, on_device = self._rows[key]
        rows[:steps] = _source(seed, purpose, kind)((steps, *shape))
        return on_device
