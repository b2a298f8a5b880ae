"""Where lanes end, and nothing else: a loop that is left once all of its lanes have come to a stop for good."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from experiments.simulation.moves import Moves

_EVERY = 16  # steps, after which it is looked whether they still move


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
            last = jnp.minimum(t + _EVERY, steps) - 1
            before = jax.lax.fori_loop(t, last, body, before)
            after = body(last, before)
            same = jax.tree.map(_all_same, before, after)
            still = (last >= even) & jnp.stack(jax.tree.leaves(same)).all()
            return last + 1, still, after

        begun = (jnp.int32(0), jnp.bool_(False), (*starts, moves.begin(*starts)))
        _, _, (x, y, _) = jax.lax.while_loop(lambda carry: (carry[0] < steps) & ~carry[1], stretch, begun)
        return {"x": x, "y": y}

    return loop


def _all_same(one: jax.Array, other: jax.Array) -> jax.Array:
    """Return whether two arrays are the same to the last bit, of whatever kind what is no number in both."""
    if not jnp.issubdtype(one.dtype, jnp.floating):
        return (one == other).all()
    same = (one == other) & (jnp.signbit(one) == jnp.signbit(other))
    return (same | (jnp.isnan(one) & jnp.isnan(other))).all()
