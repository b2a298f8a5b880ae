"""The loss of each row of data by itself: what a batch of one row would see."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from experiments.objective import pointwise
from experiments.objective.compiled import program
from experiments.objective.form import Form
from experiments.objective.objective import Objective


def row_derivatives(objective: Objective, point: tuple[float, float], rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients (rows, 2) and Hessians (rows, 2, 2) at a point of the objective on one row each.

    Penalties are in each, as a batch's gradient has them; the means are the objective's own. rows: how many there are.
    """
    compiled = program(("rows", objective.form), lambda: _compile(objective.form))
    gradients, hessians = compiled(objective.vector, np.asarray(point, dtype=np.float64))
    return np.asarray(gradients)[:rows], np.asarray(hessians)[:rows]


def _compile(form: Form) -> Any:
    def at(numbers: jax.Array, point: jax.Array) -> Any:
        def one(place: jax.Array) -> Any:
            row = pointwise.build(form, numbers, (place[None], jnp.ones(1)))
            return row.gradient(point), row.hessian(point)

        return jax.vmap(one)(jnp.arange(form.rows))

    return jax.jit(at)
