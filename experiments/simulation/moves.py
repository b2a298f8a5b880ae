"""The steps of a run, for lanes side by side: what they begin with, how each moves, and how a twin is pushed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from experiments.simulation.numberwise import Apart, each, numberwise, own_numbers, together
from experiments.simulation.steps import each_step, state_at, step_of
from experiments.simulation.structures import Structure

_TURN = 2.399963229728653  # radians from one push to the next, which so go all ways
_POINT = jax.ShapeDtypeStruct((2,), jnp.float64)
Leaves = list[Any]  # of a run's state: of each array its numbers, (n,) each, or the array that all lanes share


class Moves:
    """The steps of n lanes of one structure. Traceable.

    numbers: (k,), as simulate has them; own: those of them that are another in each lane, (n,), by their places. rates:
    (T,), or where each lane has its own, (T, n), or (1, n) for one at all steps; of twins the same. data: as simulate
    has it.
    """

    def __init__(
        self,
        structure: Structure,
        lanes: int,
        numbers: jax.Array,
        rates: jax.Array,
        data: Sequence[jax.Array],
        own: Mapping[int, jax.Array] | None = None,
    ) -> None:
        self._lanes, self._rates = lanes, rates
        self._numbers = own_numbers(numbers, own) if own else numbers
        now = each_step(structure, data)
        begun, tree = jax.tree.flatten(state_at(structure, numbers, jnp.zeros(()), jnp.zeros(2)))
        self._shapes = [jax.ShapeDtypeStruct(leaf.shape, leaf.dtype) for leaf in begun]

        def start(numbers: jax.Array, rate: jax.Array, point: jax.Array) -> list[jax.Array]:
            return jax.tree.leaves(state_at(structure, numbers, rate, point))

        def move(t: jax.Array, numbers: jax.Array, rate: jax.Array, point: jax.Array, *leaves: jax.Array) -> Any:
            made, moved, state = step_of(structure, numbers)(point, jax.tree.unflatten(tree, leaves), rate, *now(t))
            return [made["loss"], made["gradient"], moved, *jax.tree.leaves(state)]

        t, rate = jnp.int32(0), jnp.zeros(())
        self._own = _own(start, move, (numbers, rate), begun, (bool(own), rates.ndim == 2))
        self._start = numberwise(start, lanes, numbers, rate, _POINT)
        self._move = numberwise(move, lanes, t, numbers, rate, _POINT, *begun)

    def begin(self, x: jax.Array, y: jax.Array) -> Leaves:
        """Return what the state of the lanes that start at (x, y) begins with."""
        return self._apart(self._start(self._numbers, self._rate(jnp.int32(0)), together([x, y], (2,))))

    def step(self, t: jax.Array, x: jax.Array, y: jax.Array, leaves: Leaves) -> tuple[tuple[jax.Array, ...], Any]:
        """Return loss, slope along x and slope along y at step t, and x, y and leaves after it."""
        values = [
            together(leaf, shape.shape) if is_own else leaf
            for leaf, shape, is_own in zip(leaves, self._shapes, self._own, strict=True)
        ]
        made = self._move(t, self._numbers, self._rate(t), together([x, y], (2,)), *values)
        (loss,), slopes, moved = (
            each(value, self._lanes, shape, jnp.float64) for value, shape in zip(made, ((), (2,), (2,)), strict=False)
        )
        return (loss, *slopes), (*moved, self._apart(made[3:]))

    def pushed(self, t: jax.Array, push: jax.Array, leaves: Leaves) -> Leaves:
        """Return the leaves with all that is a lane's own pushed by a share (n,) of its size, another way each time."""
        found: Leaves = []
        for leaf, shape, is_own in zip(leaves, self._shapes, self._own, strict=True):
            if not is_own or not jnp.issubdtype(shape.dtype, jnp.floating):
                found.append(leaf)
                continue
            size = jnp.max(jnp.stack([jnp.abs(array).reshape(self._lanes, -1).max(-1) for array in leaf]), axis=0)
            found.append([pushed(t, push * size, array, i) for i, array in enumerate(leaf)])
        return found

    def _rate(self, t: jax.Array) -> Any:
        if self._rates.ndim == 1:
            return self._rates[t]
        row = self._rates[0 if len(self._rates) == 1 else t]
        return Apart(_single(row if len(row) == self._lanes else jnp.concatenate([row, row])))

    def _apart(self, values: Sequence[Any]) -> Leaves:
        return [
            each(value, self._lanes, shape.shape, shape.dtype) if is_own else value
            for value, shape, is_own in zip(values, self._shapes, self._own, strict=True)
        ]


def pushed(t: jax.Array, by: jax.Array, array: jax.Array, first: int) -> jax.Array:
    """Return an array (n, ...) pushed by so much (n,), its numbers, the first of which is so manieth, various ways."""
    count = int(np.prod(array.shape[1:]))
    ways = jnp.cos(_TURN * (t + 0.5 * (first + jnp.arange(count)))).reshape(array.shape[1:])
    by = by.reshape(-1, *[1] * (array.ndim - 1))
    return jnp.where((by > 0) & (by < jnp.inf), array + by * ways, array).astype(array.dtype)


def _single(array: jax.Array) -> np.ndarray:
    found = np.empty((), dtype=object)
    found[()] = array
    return found


def _own(
    start: Callable[..., Any], move: Callable[..., Any], given: tuple[Any, ...], leaves: list[jax.Array], on: Any
) -> list[bool]:
    """Return which arrays of a run's state are each lane's own; the others, as a count of steps, are the same in all.

    given: numbers and rate, and whether these are (on). What cannot be told apart counts as a lane's own.
    """
    point = jnp.zeros(2)
    own = _depends(start, (*given, point), [*on, True])
    while True:
        after = _depends(lambda *rest: move(jnp.int32(0), *rest)[3:], (*given, point, *leaves), [*on, True, *own])
        after = [is_own or was for is_own, was in zip(after, own, strict=True)]
        if after == own:
            return own
        own = after


def _depends(function: Callable[..., Any], given: tuple[Any, ...], on: list[bool]) -> list[bool]:
    """Return which results of a function depend on those of its arguments; both flat."""
    jaxpr = jax.make_jaxpr(function)(*given).jaxpr
    known = dict(zip(jaxpr.invars, on, strict=True))

    def is_known(atom: Any) -> bool:
        return not hasattr(atom, "val") and known.get(atom, False)

    for equation in jaxpr.eqns:
        for made in equation.outvars:
            known[made] = any(map(is_known, equation.invars))
    return [is_known(atom) for atom in jaxpr.outvars]
