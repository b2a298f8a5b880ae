"""Mini-batches as data: which rows each step's gradient is the mean of, drawn on the host, the same for all runs."""

import threading
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from experiments.setup.experiment import Experiment
from experiments.setup.points import points_of
from experiments.simulation.buffers import ROWS, host, shared
from landscapes.data.sample import BUCKETS

SIZES = (*BUCKETS, 1024)  # rows of a batch that a compiled program may take
_KEPT = 4  # sequences; the largest takes 40 MB where it is drawn to its end
_DRAWN_AT_ONCE = 1_000  # steps: a longer run draws on


class _Sequence:
    """Places of the rows of each step's batch, (ROWS, size), made as far as any run has needed them."""

    def __init__(self, seed: int, kind: str, rows: int, batch: int, size: int) -> None:
        self._source = np.random.default_rng([seed, *f"batch.{kind}".encode()])
        self._kind, self._count, self._batch = kind, rows, batch
        self._places, self.on_device = shared(ROWS, size)
        self._made = 0
        self._left = np.empty(0)
        self._lock = threading.Lock()

    def reach(self, steps: int) -> None:
        """Make the batches of so many steps."""
        with self._lock:
            while self._made < steps:
                until = min(self._made + _DRAWN_AT_ONCE, ROWS)
                self._places[self._made : until, : self._batch] = self._next(until - self._made)
                self._made = until

    def _next(self, steps: int) -> np.ndarray:
        """Return the places of the next steps' batches, (steps, batch)."""
        count = steps * self._batch
        if self._kind == "replacement":
            return self._source.integers(0, self._count, (steps, self._batch))
        decks = -(-(count - len(self._left)) // self._count)
        dealt = self._source.permuted(np.tile(np.arange(self._count), (max(0, decks), 1)), axis=1)
        whole = np.concatenate([self._left, dealt.ravel()])
        self._left = whole[count:]
        return whole[:count].reshape(steps, self._batch)

    def places(self, steps: int) -> np.ndarray:
        """Return the places of the first steps' batches, int (steps, batch)."""
        self.reach(steps)
        return self._places[:steps, : self._batch].astype(np.int64)


@lru_cache(maxsize=_KEPT)
def _sequence(seed: int, kind: str, rows: int, batch: int, size: int) -> _Sequence:
    return _Sequence(seed, kind, rows, batch, size)


def batch_size(experiment: Experiment) -> int:
    """Return how many rows a compiled program takes for a batch; 0 where every step sees all rows."""
    return next((size for size in SIZES if size >= experiment.batch), 0) if experiment.batched else 0


def batch_data(experiment: Experiment) -> tuple[Any, ...]:
    """Return what goes into a run with every step: places (ROWS, size), and the shares (size,) of a batch's rows."""
    size = batch_size(experiment)
    sequence = _of(experiment, size)
    sequence.reach(experiment.steps)
    return sequence.on_device, _shares(experiment.batch, size)


def batch_rows(experiment: Experiment, steps: int) -> np.ndarray:
    """Return the numbers of the rows of data in each of the first steps' batches, int (steps, batch), or (steps, 0).

    They count among all rows, those that are left out too.
    """
    if not experiment.batched:
        return np.empty((steps, 0), dtype=np.int64)
    kept = np.array(points_of(experiment).kept_places)
    found: np.ndarray = kept[_of(experiment, batch_size(experiment)).places(steps)]
    return found


def _of(experiment: Experiment, size: int) -> _Sequence:
    rows = len(points_of(experiment).kept)
    return _sequence(experiment.seed, experiment.batch_kind, rows, experiment.batch, size)


@lru_cache(maxsize=64)
def _shares(batch: int, size: int) -> jax.Array:
    shares = np.zeros(size)
    shares[:batch] = 1.0 / batch
    placed: jax.Array = jax.device_put(shares, host())
    return placed
