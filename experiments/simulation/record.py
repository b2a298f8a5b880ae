"""What a run writes down of each step, in one table: the loop that writes and what reads take the places from it."""

import math
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

EVALUATIONS = 3  # counted apart: values, gradients, Hessians

Shapes = tuple[tuple[str, tuple[int, ...]], ...]


class Layout:
    """Where each quantity stands in the row of a step, by its name.

    size: the weights of a point. applied: whether the gradient that the optimizer saw is written beside the noise-free
    one. states: names and shapes of the optimizer's watched state, each under "state." and its name.
    """

    def __init__(self, size: int, applied: bool, states: Shapes) -> None:
        table: Shapes = (
            ("point", (size,)),
            ("loss", ()),
            ("gradient", (size,)),
            ("update", (size,)),
            ("rate", ()),
            ("cost", (EVALUATIONS,)),
            *((("applied", (size,)),) if applied else ()),
            *((f"state.{name}", shape) for name, shape in states),
        )
        self.shapes = dict(table)
        self.states = tuple(name for name, _ in states)
        self.places: dict[str, slice] = {}
        self.width = 0
        for name, shape in table:
            self.places[name] = slice(self.width, self.width + math.prod(shape))
            self.width += math.prod(shape)

    def row(self, values: Mapping[str, Any]) -> jax.Array:
        """Return a step's row (width,) of its quantities; every name of the layout and no other. Traceable."""
        if values.keys() != self.shapes.keys():
            raise KeyError(f"a row has {', '.join(self.shapes)}; {', '.join(values)} were given")
        return jnp.concatenate([jnp.ravel(values[name]).astype(jnp.float64) for name in self.shapes])

    def read(self, rows: np.ndarray, name: str) -> np.ndarray:
        """Return a quantity of every row, (T, ...), a view of the rows (T, width)."""
        return rows[:, self.places[name]].reshape(len(rows), *self.shapes[name])
