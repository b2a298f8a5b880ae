"""Whether lanes settle, seen beside their twins: the little that tells so, in a loop that is as short as it can be.

What is looked at is one number a lane and step each: how far the twins are from one another at most, since when the
lane is within the tolerance of its target, and how far its last steps lie from its end. Of lanes that do anything else
than settle it tells nothing; those are watched (watching.py).
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from experiments.simulation.moves import Moves
from experiments.simulation.watching import BLUR, EVERY, ROUNDED, pushed_points, square

CLOSE = 1e-5  # of the tolerance: how far a twin may get away from a lane whose steps are told by this loop


def settling(steps: jax.Array, marks: jax.Array, moves: Moves) -> Callable[..., dict[str, jax.Array]]:
    """Return loop(starts, a pair (2 n,), targets, ends, pairs (n,), push (2 n,)) -> what is seen. Traceable.

    starts: the lanes' and then their twins'. apart, reach: squares of the distances, infinite or NaN where anything was
    no number on the way. since: the step from which on the lane is within the tolerance; -1 where it, or a lane that is
    as near as a twin may be, might be within it from another step on.
    """
    size, tolerance, window = marks[0], marks[1], marks[2].astype(jnp.int32)
    blur = BLUR * CLOSE * tolerance + ROUNDED * size
    outer, inner = (tolerance + blur) ** 2, (tolerance - blur) ** 2

    def loop(starts: Any, targets: Any, ends: Any, push: jax.Array) -> dict[str, jax.Array]:
        half, last = len(push) // 2, steps - window

        def look(t: jax.Array, x: jax.Array, y: jax.Array, made: Any, seen: dict[str, jax.Array]) -> Any:
            loss, across, up = made
            mine_x, mine_y = x[:half], y[:half]
            apart = square(mine_x - x[half:], mine_y - y[half:])
            distance = square(mine_x - targets[0], mine_y - targets[1])
            return {
                "apart": jnp.where(apart > seen["apart"], apart, seen["apart"]),
                "surely": jnp.where(distance <= outer, seen["surely"], t + 1.0),
                "perhaps": jnp.where(distance <= inner, seen["perhaps"], t + 1.0),
                "broken": seen["broken"] + 0 * (loss + across + up + x + y),
            }

        def body(t: jax.Array, carry: Any) -> Any:
            x, y, leaves, seen = carry
            made, after = moves.step(t, x, y, leaves)
            return *after, look(t, x, y, made, seen)

        def far(x: jax.Array, y: jax.Array, reach: jax.Array) -> jax.Array:
            return jnp.maximum(reach, square(x[:half] - ends[0], y[:half] - ends[1]))

        def last_body(t: jax.Array, carry: Any) -> Any:
            x, y, leaves, seen, reach = carry
            return *body(t, (x, y, leaves, seen)), far(x, y, reach)

        def stretch(carry: Any) -> Any:
            t, x, y, leaves, seen, reach = carry
            x, y = pushed_points(t, push, x, y, marks)
            end, even = jnp.minimum(t + EVERY, steps), jnp.clip(last, t, jnp.minimum(t + EVERY, steps))
            carry = jax.lax.fori_loop(t, even, body, (x, y, moves.pushed(t, push, leaves), seen))
            return end, *jax.lax.fori_loop(even, end, last_body, (*carry, reach))

        none = jnp.zeros(half)
        seen = dict.fromkeys(("apart", "surely", "perhaps"), none) | {"broken": jnp.zeros(2 * half)}
        begun = (jnp.int32(0), *starts, moves.begin(*starts), seen, none)
        _, x, y, leaves, seen, reach = jax.lax.while_loop(lambda carry: carry[0] < steps, stretch, begun)
        made, _ = moves.step(steps, x, y, leaves)
        seen = look(steps, x, y, made, seen)
        broken = seen["broken"][:half] + seen["broken"][half:]
        return {
            "x": x[:half],
            "y": y[:half],
            "loss": made[0][:half],
            "unlike": jnp.abs(made[0][:half] - made[0][half:]),
            "since": jnp.where(seen["surely"] == seen["perhaps"], seen["surely"], -1.0),
            "apart": seen["apart"] + broken,
            "reach": far(x, y, reach) + broken,
        }

    return loop
