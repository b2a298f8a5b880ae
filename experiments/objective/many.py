"""The loss of a model with many weights within a compiled program, and its numbers: features, targets and masks."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from experiments.setup.experiment import Experiment
from experiments.setup.points import points_of
from experiments.setup.weights import learner_of, named_settings
from landscapes.data.learned import Rows
from landscapes.data.learner import Learner
from landscapes.data.projection import Plane

SIZES = (32, 64, 128, 256, 512, 1024, 2048)
Batch = tuple[jax.Array, jax.Array]


class Table(NamedTuple):
    """Rows as a program takes them: features (columns, rows), targets (rows,), shares (rows,) of the mean; 0 only pads.

    alive: which weights there are, (n,), 1 or 0; on: on which of them penalties act.
    """

    features: Any
    targets: Any
    shares: Any
    alive: Any
    on: Any


def rows_of_program(experiment: Experiment) -> int:
    """Return how many rows the experiment's programs take."""
    return size_of(len(points_of(experiment).kept))


def size_of(rows: int) -> int:
    """Return how many rows a program takes for so many: few sizes, so that moving a count compiles nothing."""
    return next(size for size in SIZES if size >= rows)


def columns_of(learner: Learner, shape: Mapping[str, Any], weights: int) -> int:
    """Return how many numbers of a row go into a program for so many weights, padded or not."""
    columns = learner.columns(shape)
    return weights if columns == learner.width(shape) else columns


def numbers_count(learner: Learner, shape: Mapping[str, Any], rows: int, weights: int) -> int:
    """Return how many numbers a table of so many rows takes in a program for so many weights."""
    return rows * (columns_of(learner, shape, weights) + 2) + 2 * weights


def table_numbers(experiment: Experiment, rows: int, weights: int) -> np.ndarray:
    """Return the table of the rows that the experiment learns from as numbers in a row. Cached."""
    learner = _learner(experiment.landscape)
    return _numbers(learner, named_settings(experiment), points_of(experiment).kept, rows, weights)


@lru_cache(maxsize=64)
def _numbers(
    learner: Learner, settings: tuple[tuple[str, Any], ...], rows: Rows, size: int, program: int
) -> np.ndarray:
    given, table = dict(settings), np.array(rows, dtype=np.float64)
    count, columns = len(table), columns_of(learner, given, program)
    features = np.zeros((columns, size))
    features[:, :count] = learner.design(table[:, :-1], given)[:, :columns].T
    targets, shares = np.zeros(size), np.zeros(size)
    targets[:count], shares[:count] = table[:, -1], 1.0 / count
    alive, on = np.zeros((2, program))
    weights = learner.count(given)
    alive[:weights], on[:weights] = 1.0, ~learner.intercepts(given)
    found = np.concatenate([features.ravel(), targets, shares, alive, on])
    found.flags.writeable = False
    return found


def unpacked(learner: Learner, shape: Mapping[str, Any], rows: int, weights: int, numbers: Any) -> Table:
    """Return the table for so many weights at the head of numbers (m,). Traceable."""
    columns = columns_of(learner, shape, weights)
    ends = np.cumsum([rows * columns, rows, rows, weights, weights]).tolist()
    features, targets, shares, alive, on = (numbers[first:last] for first, last in zip([0, *ends], ends, strict=False))
    return Table(features.reshape(columns, rows), targets, shares, alive, on)


def mean_loss(
    learner: Learner, shape: Mapping[str, Any], table: Table, batch: Batch | None
) -> Callable[[jax.Array], jax.Array]:
    """Return the mean loss of weights (n,) on a table's rows, or on a batch: places (b,) and shares (b,). Traceable."""
    features, targets, shares = table.features, table.targets, table.shares
    if batch is not None:
        places, shares = batch
        features, targets = features[:, places], targets[places]

    def value(weights: jax.Array) -> jax.Array:
        each = learner.row_losses(jnp, learner.scores(jnp, weights, features, shape), targets)
        return jnp.sum(jnp.where(shares > 0, each, 0.0) * shares)

    return value


def plane_numbers(plane: Plane) -> list[float]:
    """Return a plane as numbers in a row: origin, then both axes."""
    return [*plane.origin, *plane.axes[0], *plane.axes[1]]


def _learner(landscape: str) -> Learner:
    learner = learner_of(landscape)
    if learner is None:
        raise TypeError(f"{landscape} has two weights")
    return learner
