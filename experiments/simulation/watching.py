"""What is seen of lanes and of their twins along the way: a loop that looks at all that a verdict may turn on."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from experiments.simulation.moves import Leaves, Moves, pushed

EVERY = 8  # steps, after which a twin is pushed
BLUR = 8.0  # times the distance to the twin: nearer to a border it is left open on which side a lane is
ROUNDED = 1e-13  # of the view's size: the same without any distance
_CLEARLY = 1e-6  # relative: the same for heights and for how far a lane is out


def watching(steps: jax.Array, marks: jax.Array, moves: Moves) -> Callable[..., dict[str, jax.Array]]:
    """Return loop(starts, a pair (2 n,), targets, ends, pairs (n,), push (2 n,)) -> what is seen. Traceable.

    Of n lanes, and then of their twins.
    """
    size, tolerance, window = marks[0], marks[1], marks[2].astype(jnp.int32)
    centre, far, highest, spread = marks[3:5], marks[5], marks[6], marks[7]

    def loop(starts: Any, targets: Any, ends: Any, push: jax.Array) -> dict[str, jax.Array]:
        x1, y1, x2, y2 = (jnp.concatenate([row, row]) for row in (*targets, *ends))
        half, last = steps // 2, steps - window
        none = jnp.zeros(len(push), jnp.int32) - 1
        small = jnp.zeros(len(push))

        def shaken(t: jax.Array, x: jax.Array, y: jax.Array, leaves: Leaves) -> Any:
            return *pushed_points(t, push, x, y, marks), moves.pushed(t, push, leaves)

        def goes_on(carry: Any) -> jax.Array:
            """Tell whether anything may still be seen: not where all are no numbers any more, as they stay for ever."""
            t, x, y, _, seen = carry
            gone = jnp.isnan(seen["loss"]) & (jnp.isnan(x) | jnp.isnan(y))
            more: jax.Array = (t <= steps) & ~gone.all()
            return more

        def body(carry: Any) -> Any:
            t, x, y, leaves, seen = carry
            (loss, across, up), after = moves.step(t, x, y, leaves)
            fine = (0 * loss + 0 * across + 0 * up + 0 * x + 0 * y == 0) & (seen["finite"] == t - 1)  # else it is NaN
            apart = square(_twins(x), _twins(y))
            both = (apart < jnp.inf) & fine
            widest = jnp.where(both, jnp.maximum(seen["apart"], apart), seen["apart"])
            distance = square(x - x1, y - y1)
            blur = BLUR * jnp.sqrt(widest) + ROUNDED * size
            near = tolerance - blur
            out = square(x - centre[0], y - centre[1])
            ceiling = jnp.where(t == 0, jnp.maximum(loss, highest) + spread, seen["ceiling"])
            away = seen["away"] | (out > (far * (1 - _CLEARLY)) ** 2)

            def climbing(climb: dict[str, jax.Array]) -> dict[str, jax.Array]:
                height = _CLEARLY * jnp.abs(ceiling)
                surely = (out > (far * (1 + _CLEARLY)) ** 2) & (loss > ceiling + height)
                perhaps = (out > (far * (1 - _CLEARLY)) ** 2) & (loss > ceiling - height)
                before = jnp.where(seen["away"], 0.0, seen["apart"] / size**2)
                share = jnp.maximum(before, apart / (size**2 + out))
                return {
                    "surely": jnp.where(surely & (climb["surely"] < 0), t, climb["surely"]),
                    "perhaps": jnp.where(perhaps & (climb["perhaps"] < 0), t, climb["perhaps"]),
                    "out": jnp.where(fine, out > (2 * far) ** 2, climb["out"]),
                    "relative": jnp.where(both & away, jnp.maximum(climb["relative"], share), climb["relative"]),
                }

            climb = jax.lax.cond(away.any(), climbing, lambda climb: climb, seen["climb"])

            def ending(tail: dict[str, jax.Array]) -> dict[str, jax.Array]:
                stride = jnp.sqrt(square(x - tail["x"], y - tail["y"]))
                fell = jnp.where(t > half, tail["before"] - loss, jnp.inf)
                return {
                    "reach": jnp.where(t >= last, jnp.maximum(tail["reach"], square(x - x2, y - y2)), tail["reach"]),
                    "length": jnp.where(t > last, tail["length"] + stride, tail["length"]),
                    "stride": stride,
                    "x_first": jnp.where(t == last, x, tail["x_first"]),
                    "y_first": jnp.where(t == last, y, tail["y_first"]),
                    "halfway": jnp.where(t == half, loss, tail["halfway"]),
                    "fell": jnp.minimum(tail["fell"], fell),
                    "unlike": jnp.maximum(tail["unlike"], jnp.abs(_twins(loss))),
                    "x": x,
                    "y": y,
                    "before": loss,
                }

            tail = jax.lax.cond(t >= jnp.minimum(half, last), ending, lambda tail: tail, seen["tail"])
            seen = {
                "loss": loss,
                "end_x": x,
                "end_y": y,
                "finite": jnp.where(fine, t, seen["finite"]),
                "since_surely": jnp.where(distance <= (tolerance + blur) ** 2, seen["since_surely"], t + 1),
                "since_perhaps": jnp.where(distance <= near * jnp.abs(near), seen["since_perhaps"], t + 1),
                "least": jnp.minimum(seen["least"], loss),
                "apart": widest,
                "away": away,
                "ceiling": ceiling,
                "climb": climb,
                "tail": tail,
            }
            return t + 1, *jax.lax.cond(t % EVERY == 0, shaken, lambda t, *same: same, t, *after), seen

        climb = {"surely": none, "perhaps": none, "out": none > 0, "relative": small}
        seen = {
            "loss": small,
            "end_x": small,
            "end_y": small,
            "finite": none,
            "since_surely": none + 1,
            "since_perhaps": none + 1,
            "least": small + jnp.inf,
            "apart": small,
            "away": none > 0,
            "ceiling": small,
            "climb": climb,
            "tail": dict.fromkeys(
                ("reach", "length", "stride", "x_first", "y_first", "halfway", "unlike", "x", "y", "before"), small
            )
            | {"fell": small + jnp.inf},
        }
        begun = (jnp.int32(0), *starts, moves.begin(*starts), seen)
        found: dict[str, Any] = jax.lax.while_loop(goes_on, body, begun)[4]
        parts: dict[str, jax.Array] = found.pop("climb") | found.pop("tail")
        return found | parts

    return loop


def pushed_points(t: jax.Array, push: jax.Array, x: jax.Array, y: jax.Array, marks: jax.Array) -> tuple[Any, Any]:
    """Return points pushed by a share (n,) of the view's size and of how far out they are. Traceable."""
    reach = marks[0] + jnp.maximum(jnp.abs(x - marks[3]), jnp.abs(y - marks[4]))
    return pushed(t, push * reach, x, 0), pushed(t, push * reach, y, 1)


def square(x: jax.Array, y: jax.Array) -> jax.Array:
    """Return the square of the length of each way, (n,); infinite where it is too large for a number."""
    return x**2 + y**2


def _twins(places: jax.Array) -> jax.Array:
    """Return the way from each of places (n,) to its twin's, which is half of them farther on, (n,)."""
    half = len(places) // 2
    apart = places[:half] - places[half:]
    return jnp.concatenate([apart, apart])
