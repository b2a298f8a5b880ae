"""Where lanes end, and nothing else: a loop that is left once all of its lanes have come to a stop for good."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp

from experiments.simulation.moves import Moves

_FIRST, _PART = 16, 4  # steps, after which it is looked whether they still move; and then after a part of those made


def ending(steps: jax.Array, even: jax.Array, moves: Moves) -> Callable[..., dict[str, jax.Array]]:
    """Return loop(starts, a pair (n,)) -> the ends (n,), x and y. Traceable.

    even: the step from which on every step follows the same rule: what such a step leaves exactly as it was, point and
    all that the optimizer carries, all later ones leave so, too.
    """

    def loop(starts: Any) -> dict[str, jax.Array]:
        def body(t: jax.Array, carry: Any) -> Any:
            return moves.step(t, *carry)[1]

        def stretch(carry: Any) -> Any:
            t, _, before = carry
            last = jnp.minimum(t + jnp.maximum(_FIRST, t // _PART), steps) - 1
            before = jax.lax.fori_loop(t, last, body, before)
            after = body(last, before)
            return last + 1, (last >= even) & _same(before, after), after

        begun = (jnp.int32(0), jnp.bool_(False), (*starts, moves.begin(*starts)))
        _, _, (x, y, _) = jax.lax.while_loop(lambda carry: (carry[0] < steps) & ~carry[1], stretch, begun)
        return {"x": x, "y": y}

    return loop


def _same(before: Any, after: Any) -> jax.Array:
    """Return whether the arrays of two trees are the same to the last bit; of one shape they are looked at together."""
    differs: dict[tuple[int, ...], list[jax.Array]] = {}
    for one, other in zip(jax.tree.leaves(before), jax.tree.leaves(after), strict=True):
        differs.setdefault(one.shape, []).append(_bits(one) ^ _bits(other))
    return jnp.stack([(reduce(jnp.bitwise_or, them) == 0).all() for them in differs.values()]).all()


def _bits(array: jax.Array) -> jax.Array:
    """Return an array's bits, or what has as few: two of these are the same where the arrays are, to the last bit."""
    if jnp.issubdtype(array.dtype, jnp.floating):
        array = jax.lax.bitcast_convert_type(array, {4: jnp.int32, 8: jnp.int64}[array.dtype.itemsize])
    return array.astype(jnp.int64)
