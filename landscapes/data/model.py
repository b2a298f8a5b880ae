"""What a model is: how two weights and an input give a prediction, and what it costs to be wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscapes.data.sample import Sample

_AT_ONCE = 1 << 22  # losses of rows at a time: more would take much memory


class Known(NamedTuple):
    """What is known of a loss on rows: its critical points, all of them.

    minima: the global ones; other_minima and saddles: the rest. lowest: the value at the minima; None where there is
    none. infimum: what the loss falls towards where it has no minimum, None where that is not known. kinks: those of
    the minima without a gradient.
    """

    minima: tuple[tuple[float, float], ...] = ()
    lowest: float | None = None
    other_minima: tuple[tuple[float, float], ...] = ()
    saddles: tuple[tuple[float, float], ...] = ()
    kinks: tuple[tuple[float, float], ...] = ()
    infimum: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """A model with two weights, x and y, whose loss is a mean over rows of data.

    weights: what x and y are called. intercepts: which of them is one: penalties leave it out. inputs: how many a row
    has. target: "number", or "class" for 0 and 1. sets: keys of the data sets that it is shown on, the first at first.
    settings: keys of those parameters of its landscape that the loss itself takes; the others say which rows there are.
    predict(x, y, inputs, **settings): the prediction, elementwise; of a class its probability. loss(x, y, inputs,
    target, **settings): what one row costs, elementwise, in jax.numpy.
    known(rows (n, inputs + 1), l2, l1, **settings): all critical points of the loss with penalties on the weights but
    intercepts, in closed form or by a search that misses none; None where no such is known.
    window(rows, **settings): half the width and half the height of the view around 0 that shows the loss. starts: where
    runs may start, as shares of these.
    """

    weights: tuple[str, str]
    intercepts: tuple[bool, bool]
    inputs: int
    target: str
    sets: tuple[str, ...]
    predict: Callable[..., Any]
    loss: Callable[..., jax.Array]
    known: Callable[..., Known | None]
    window: Callable[..., tuple[float, float]]
    settings: tuple[str, ...] = ()
    most_rows: int = 200
    starts: tuple[tuple[float, float], ...] = ((-2 / 3, 2 / 3), (2 / 3, -2 / 3), (-2 / 3, -2 / 3))

    @property
    def classes(self) -> int:
        """How many classes there are; 0 where the target is a number."""
        return 2 if self.target == "class" else 0

    @property
    def penalised(self) -> tuple[bool, bool]:
        """Which of both weights L1 and L2 act on."""
        first, second = self.intercepts
        return not first, not second

    def mean_loss(self, x: Any, y: Any, sample: Sample, settings: Mapping[str, Any]) -> jax.Array:
        """Return the mean loss at x and y, arrays of any one shape. Traceable; rows that only pad add exactly 0."""
        x, y = jnp.asarray(x, jnp.float64), jnp.asarray(y, jnp.float64)

        def at(pair: tuple[jax.Array, jax.Array]) -> jax.Array:
            each = self.loss(pair[0], pair[1], sample.inputs, sample.targets, **settings)
            return jnp.sum(jnp.where(sample.shares > 0, each, 0.0) * sample.shares)

        if not x.ndim:
            return at((x, y))
        flat = jnp.ravel(x), jnp.ravel(y)
        found = jax.lax.map(at, flat, batch_size=max(1, _AT_ONCE // sample.targets.shape[0]))
        heights: jax.Array = found.reshape(x.shape)
        return heights

    def predictions(self, weights: Any, inputs: np.ndarray, settings: Mapping[str, Any]) -> np.ndarray:
        """Return what the weights (2,) predict for inputs (n, inputs), as (n,)."""
        columns = tuple(np.asarray(inputs, np.float64).T)
        found = self.predict(float(weights[0]), float(weights[1]), columns, **settings)
        return np.broadcast_to(np.asarray(found, np.float64), columns[0].shape)
