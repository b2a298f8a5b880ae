"""Nelder and Mead's simplex: three points that turn over and over, downhill, by their values alone."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.candidates import or_worst, values_at
from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter


class _Simplex(NamedTuple):
    """corners (3, 2) and their values (3,), the best first; calls of the value in the step just made, 0 before any.

    old, old_values: those that this step began with, sorted. tried: the values (2,) of the mirror image and of the
    other place that was tried.
    """

    corners: jax.Array
    values: jax.Array
    calls: jax.Array
    old: jax.Array
    old_values: jax.Array
    tried: jax.Array


def _sorted(corners: jax.Array, values: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return corners and values in ascending order of the values, equals in the order that they had."""
    rows, heights = list(corners), list(values)
    for i, j in ((0, 1), (1, 2), (0, 1)):
        swap = heights[j] < heights[i]
        rows[i], rows[j] = jnp.where(swap, rows[j], rows[i]), jnp.where(swap, rows[i], rows[j])
        heights[i], heights[j] = jnp.where(swap, heights[j], heights[i]), jnp.where(swap, heights[i], heights[j])
    return jnp.stack(rows), jnp.stack(heights)


def _nelder_mead(
    learning_rate: Any, *, reflection: Any, expansion: Any, contraction: Any, shrink: Any
) -> optax.GradientTransformationExtraArgs:
    def init(params: Any) -> _Simplex:
        corners = params + learning_rate * jnp.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        nothing = jnp.zeros(3)
        return _Simplex(corners, nothing, jnp.zeros(()), corners, nothing, jnp.zeros(2))

    def update(
        gradient: Any, state: _Simplex, params: Any = None, *, value: Any, value_fn: Any, **_: Any
    ) -> tuple[Any, _Simplex]:
        is_first = state.calls == 0
        fresh = jnp.concatenate([or_worst(value)[None], values_at(value_fn, state.corners[1:])])
        old, old_values = corners, values = _sorted(state.corners, jnp.where(is_first, fresh, state.values))
        best, worst = corners[0], corners[2]
        middle = (best + corners[1]) / 2

        def along(coefficient: Any) -> jax.Array:
            found: jax.Array = (1 + coefficient) * middle - coefficient * worst
            return found

        reflected = along(reflection)
        reached = or_worst(value_fn(reflected))
        expands, accepts, outside = reached < values[0], reached < values[1], reached < values[2]
        coefficient = jnp.where(expands, expansion, jnp.where(outside, contraction, -1.0))
        other = jnp.where(
            expands | outside,
            along(reflection * coefficient),
            (1 - contraction) * middle + contraction * worst,
        )
        tried = or_worst(value_fn(other))
        takes_other = jnp.where(
            expands, tried < reached, ~accepts & jnp.where(outside, tried <= reached, tried < values[2])
        )
        shrinks = ~accepts & ~takes_other

        turned = jnp.where(takes_other, other, reflected), jnp.where(takes_other, tried, reached)
        shrunk = best + shrink * (corners[1:] - best)
        shrunk_values = values_at(value_fn, shrunk)
        corners, values = _sorted(
            jnp.where(shrinks, jnp.concatenate([best[None], shrunk]), jnp.stack([best, corners[1], turned[0]])),
            jnp.where(shrinks, jnp.append(values[0], shrunk_values), jnp.stack([values[0], values[1], turned[1]])),
        )
        calls = 1.0 + 3.0 * is_first + (expands | ~accepts) + 2.0 * shrinks
        return corners[0] - params, _Simplex(corners, values, calls, old, old_values, jnp.stack([reached, tried]))

    return optax.GradientTransformationExtraArgs(init, update)


def _calls(state: _Simplex) -> tuple[jax.Array, jax.Array, jax.Array]:
    return state.calls, jnp.zeros(()), jnp.zeros(())


def _watch(state: _Simplex, params: jax.Array) -> dict[str, jax.Array]:
    best, second, worst = state.old
    values = dict(zip(("value1", "value2", "value3"), state.old_values, strict=True))
    tried = {"reflected_value": state.tried[0], "other_value": state.tried[1]}
    return {"simplex": state.corners, "corner1": best, "corner2": second, "corner3": worst, **values, **tried}


_IN_LINES = {
    "corner1": "vector",
    "corner2": "vector",
    "corner3": "vector",
    "value1": "number",
    "value2": "number",
    "value3": "number",
    "reflected_value": "number",
    "other_value": "number",
}
_EXPANDS = "reflected_value < value1"
_REFLECTS = "reflected_value >= value1 and reflected_value < value2"
_OUTSIDE = "reflected_value >= value2 and reflected_value < value3"
_INSIDE = "reflected_value >= value3"
_OUTSIDE_HELPS, _INSIDE_HELPS = "other_value <= reflected_value", "other_value < value3"


NELDER_MEAD = Optimizer(
    key="nelder_mead",
    name="Nelder-Mead simplex",
    make=_nelder_mead,
    parameters=(
        Parameter(
            key="reflection",
            name="Reflection",
            default=1.0,
            low=0.5,
            high=1.5,
            help="How far beyond the middle of the other two the worst corner is thrown: 1 is its mirror image.",
        ),
        Parameter(
            key="expansion",
            name="Expansion",
            default=2.0,
            low=1.5,
            high=4.0,
            help="How many times as far the corner goes where the mirror image turned out to be the best of all.",
        ),
        Parameter(
            key="contraction",
            name="Contraction",
            default=0.5,
            low=0.1,
            high=0.9,
            help="How far from the middle a corner is tried where the mirror image did not help: a share of the way.",
        ),
        Parameter(
            key="shrink",
            name="Shrinking",
            default=0.5,
            low=0.1,
            high=0.9,
            help="What is left of the sides when nothing helped and all corners are drawn in towards the best one.",
        ),
    ),
    rule=(
        r"\begin{aligned} & f(x_1) \le f(x_2) \le f(x_3), \quad \bar x = \tfrac12 (x_1 + x_2), \quad"
        r" x_r = \bar x + \rho\,(\bar x - x_3) \\"
        r" & x_e = \bar x + \rho\chi\,(\bar x - x_3), \quad x_o = \bar x + \rho\gamma\,(\bar x - x_3), \quad"
        r" x_i = \bar x - \gamma\,(\bar x - x_3) \\"
        r" & \text{the first that holds: } \quad (x_3, x_2) \leftarrow \begin{cases}"
        r" (x_e,\ x_2) & f(x_e) < f(x_r) < f(x_1) \\ (x_r,\ x_2) & f(x_r) < f(x_2) \\"
        r" (x_o,\ x_2) & f(x_o) \le f(x_r) < f(x_3) \\ (x_i,\ x_2) & f(x_i) < f(x_3) \le f(x_r) \\"
        r" (x_1 + \sigma\,(x_3 - x_1),\ x_1 + \sigma\,(x_2 - x_1)) & \text{otherwise} \end{cases} \\"
        r" & f(w_{t+1}) = \min(f(x_1), f(x_2), f(x_3)) \end{aligned}"
    ),
    source=(
        "Nelder and Mead, A simplex method for function minimization, 1965; as in Lagarias, Reeds, Wright and Wright, "
        "Convergence properties of the Nelder-Mead simplex method in low dimensions, 1998"
    ),
    notes=(
        "Needs no gradient: a triangle turns over, stretches downhill and shrinks where it finds nothing lower. The "
        "iterate shown is its best corner, so it may stay for several steps while the others move. The learning rate "
        "of the first step is the length of the first triangle's sides, from the start along each axis; after that the "
        "triangle sizes itself, and a schedule changes nothing. The steps and the count of values are SciPy's, given "
        "this triangle (SciPy's own has sides of 5 % of each coordinate); it never stops by itself. Values that are "
        "not finite count as worst. The corners' values are remembered, gradient noise is not seen, and a wrapper that "
        "moves the point does not move the triangle. It can come to rest at a point that is no minimum. PyTorch, optax "
        "and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.1,
    cost=(0, 0, 0),
    search_cost=_calls,
    searched=lambda **_: 5,
    two_only=True,
    inside=Inside(
        observes={"simplex": "simplex", **_IN_LINES},
        of_next=("simplex",),
        passing=tuple(_IN_LINES),
        observe=_watch,
        worked=(
            "corner1: the triangle's corner with the lowest loss",
            "value1: the loss there",
            "corner2: the corner between",
            "value2: the loss there",
            "corner3: the corner with the highest loss",
            "value3: the loss there",
            "middle = (corner1 + corner2) / 2",
            "reflected = middle + reflection * (middle - corner3)",
            "reflected_value: the loss there",
            f"other = middle + reflection * expansion * (middle - corner3) if {_EXPANDS}",
            f"other_value: the loss there, further out, because no corner is as low as the mirror image if {_EXPANDS}",
            f"new_corner = where(other_value < reflected_value, other, reflected) if {_EXPANDS}",
            f"new_corner = reflected if {_REFLECTS}",
            f"other = middle + reflection * contraction * (middle - corner3) if {_OUTSIDE}",
            f"other_value: the loss there, nearer, because the mirror image helps little if {_OUTSIDE}",
            f"other = middle - contraction * (middle - corner3) if {_INSIDE}",
            f"other_value: the loss there, on this side, because the mirror image is no help if {_INSIDE}",
            f"new_corner = other if {_OUTSIDE} and {_OUTSIDE_HELPS}",
            f"new_corner = other if {_INSIDE} and {_INSIDE_HELPS}",
            f"drawn_in = corner1 + shrink * (corner2 - corner1) if {_OUTSIDE} and not {_OUTSIDE_HELPS}",
            f"new_corner = corner1 + shrink * (corner3 - corner1) if {_OUTSIDE} and not {_OUTSIDE_HELPS}",
            f"drawn_in = corner1 + shrink * (corner2 - corner1) if {_INSIDE} and not {_INSIDE_HELPS}",
            f"new_corner = corner1 + shrink * (corner3 - corner1) if {_INSIDE} and not {_INSIDE_HELPS}",
            "simplex: the new triangle, its corners sorted, the best one first",
            "w = corner(simplex, 1)",
        ),
        symbols={"reflection": "ρ", "expansion": "χ", "contraction": "γ", "shrink": "σ"},
    ),
)
