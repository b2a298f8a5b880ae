"""A wrapper that reads the gradient at the worst point nearby, and so prefers wide minima to narrow ones."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.length import divided_by_length
from optimizers.shared.optimizer import Inside, Wrapper
from parameter import Parameter


class _Climbed(NamedTuple):
    """The inner state, the point (n,) that the gradient was read at, and the gradient (n,) there."""

    inner: Any
    ascent: jax.Array
    gradient: jax.Array


def _sam(inner: optax.GradientTransformation, learning_rate: Any, *, rho: Any) -> optax.GradientTransformationExtraArgs:
    extended = optax.with_extra_args_support(inner)

    def climbed(point: jax.Array, slope: jax.Array) -> jax.Array:
        found: jax.Array = point + rho * divided_by_length(slope)
        return found

    def update(
        gradient: Any, state: _Climbed, params: Any = None, *, gradient_fn: Any, read_fn: Any = None, **extra: Any
    ) -> tuple[Any, _Climbed]:
        read, ascent = read_fn or gradient_fn, climbed(params, gradient)
        extra |= {"gradient_fn": gradient_fn, "read_fn": lambda point: gradient_fn(climbed(point, read(point)))}
        uphill = gradient_fn(ascent)
        step, kept = extended.update(uphill, state.inner, params, **extra)
        return step, _Climbed(kept, ascent, uphill)

    def init(params: Any) -> _Climbed:
        return _Climbed(extended.init(params), params, jnp.zeros_like(params))

    return optax.GradientTransformationExtraArgs(init, update)


def _watch(state: _Climbed, params: jax.Array) -> dict[str, jax.Array]:
    return {"ascent": state.ascent, "gradient": state.gradient}


SAM = Wrapper(
    key="sam",
    name="Sharpness-aware minimization (SAM)",
    make=_sam,
    parameters=(
        Parameter(
            key="rho",
            name="Radius",
            default=0.05,
            low=1e-4,
            high=10.0,
            log=True,
            help="How far uphill the gradient is read; minima narrower than this stop attracting the optimizer.",
        ),
    ),
    rule=(
        r"a_t = w_t + \rho\, \frac{g_t}{\lVert g_t \rVert}, \qquad g_t \leftarrow \nabla f(a_t) \quad"
        r" (\text{before the optimizer sees it})"
    ),
    source="Foret, Kleiner, Mobahi and Neyshabur, Sharpness-aware minimization, 2021",
    notes=(
        "First goes uphill by a fixed length, reads the gradient there, and takes the optimizer's step with it from "
        "where it was. It costs one more gradient a step. At a minimum's very bottom it does not rest: the point "
        "uphill keeps pushing it across. Both gradients carry the same noise, as with one batch in the paper. Where "
        "the gradient is 0 it does not climb; the usual PyTorch version adds a tiny number to the norm, optax's "
        "divides 0 by 0 there. optax's sam with its defaults counts the climb as a step of its own. The value that a "
        "line search reads is that of the point itself."
    ),
    cost=(0, 1, 0),
    inside=Inside(
        observes={"ascent": "point", "gradient": "vector"},
        observe=_watch,
        before=("ascent = w + rho * unit(g)", "gradient: the gradient at a, the point uphill", "g = gradient"),
    ),
)
