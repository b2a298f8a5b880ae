"""Rows of data as a model reads them within a loss: inputs, targets, and how much each row counts."""

from typing import Any, NamedTuple

import numpy as np

BUCKETS = (
    1,
    4,
    16,
    64,
    256,
)  # rows that a compiled program may take: few sizes, so that moving a count compiles nothing
_LEAST = 64  # rows of a whole data set's: smaller programs would be no faster


class Sample(NamedTuple):
    """Rows that are padded: inputs, one array (n,) each, targets (n,), shares (n,).

    shares: what each row counts, 1 in all; 0 for what only pads. NumPy's or JAX's, traced or not.
    """

    inputs: tuple[Any, ...]
    targets: Any
    shares: Any


def bucket(count: int, least: int = _LEAST) -> int:
    """Return how many rows the program for so many rows takes. Raises ValueError for more than the largest."""
    for size in BUCKETS:
        if size >= max(count, least):
            return size
    raise ValueError(f"{count} rows: at most {BUCKETS[-1]}")


def sample_of(rows: np.ndarray, size: int | None = None) -> Sample:
    """Return rows (n, inputs + 1), the target last, as a sample that is padded with zeros to a size."""
    count, columns = rows.shape
    block = np.zeros((columns + 1, size or count))
    block[:-1, :count] = rows.T
    block[-1, :count] = 1.0 / count
    return Sample(tuple(block[:-2]), block[-2], block[-1])


def packed(rows: np.ndarray, size: int) -> tuple[float, ...]:
    """Return the sample of rows (n, inputs + 1) as numbers in a row, (inputs + 2) x size of them."""
    inputs, targets, shares = sample_of(rows, size)
    return tuple(np.concatenate([*inputs, targets, shares]).tolist())


def unpacked(numbers: Any, inputs: int, size: int) -> Sample:
    """Return the sample that packed wrote at the head of numbers (m,). Traceable."""
    parts = [numbers[place * size : (place + 1) * size] for place in range(inputs + 2)]
    return Sample(tuple(parts[:inputs]), parts[inputs], parts[inputs + 1])


def drawn(sample: Sample, places: Any, shares: Any) -> Sample:
    """Return the rows at places (b,) of a sample, each with its share (b,). Traceable."""
    return Sample(tuple(column[places] for column in sample.inputs), sample.targets[places], shares)
