"""A surface of the catalogue at many points, by its own functions: one compiled program serves every test file."""

from functools import cache

import numpy as np

from landscapes import LANDSCAPES

import jax  # isort: skip  (after landscapes, which set its environment)

CHUNK = 2**13


@cache
def _program(key):
    """Value, gradient and Hessian of one landscape in one compiled program, parameters as numbers."""
    unit = LANDSCAPES[key]

    def everything(points, parameters):
        return (
            unit.value(points, **parameters),
            unit.gradient(points, **parameters),
            unit.hessian(points, **parameters),
        )

    return jax.jit(everything)


def evaluate(key, points, parameters=None):
    """Return value, gradient and Hessian at points (n, 2), in chunks of one size so that nothing compiles twice."""
    unit = LANDSCAPES[key]
    told = unit.model.settings if unit.model else unit.defaults  # not which rows of data there are
    values = unit.defaults | (parameters or {})
    given = {k: float(values[k]) for k in told if not isinstance(values[k], str)}
    points = np.asarray(points, dtype=float).reshape(-1, 2)
    rows = -(-len(points) // CHUNK) * CHUNK
    padded = np.resize(points, (rows, 2))
    parts = [_program(key)(padded[i : i + CHUNK], given) for i in range(0, rows, CHUNK)]
    return tuple(np.concatenate([np.asarray(part[j]) for part in parts])[: len(points)] for j in range(3))
