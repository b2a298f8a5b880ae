"""A wrapper that takes care of an L1 penalty by a step of its own, so that weights become exactly 0."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.optimizer import Inside, Wrapper


class _Shrunk(NamedTuple):
    """The inner state, and by how much each weight was drawn towards 0, (n,)."""

    inner: Any
    threshold: jax.Array


def _proximal(inner: optax.GradientTransformation, learning_rate: Any) -> optax.GradientTransformationExtraArgs:
    extended = optax.with_extra_args_support(inner)

    def init(params: Any) -> _Shrunk:
        return _Shrunk(extended.init(params), jnp.zeros_like(params))

    def update(
        gradient: Any, state: _Shrunk, params: Any = None, *, l1: Any = 0.0, **extra: Any
    ) -> tuple[Any, _Shrunk]:
        step, kept = extended.update(gradient, state.inner, params, **extra)
        threshold = learning_rate * l1 * jnp.ones_like(params)
        moved = params + step
        ended = jnp.sign(moved) * jnp.maximum(jnp.abs(moved) - threshold, 0.0)
        return jnp.where(threshold > 0, ended - params, step), _Shrunk(kept, threshold)

    return optax.GradientTransformationExtraArgs(init, update)


PROXIMAL_L1 = Wrapper(
    key="proximal_l1",
    name="Proximal L1 (soft threshold)",
    make=_proximal,
    rule=(
        r"u_t = w_t + \Delta_t, \qquad w_{t+1} = \operatorname{sign}(u_t) \max(\lvert u_t \rvert - c_t,\, 0)"
        r"\ (\text{on each axis}), \qquad \Delta_t = \text{the step without L1}"
    ),
    source="Daubechies, Defrise and De Mol, An iterative thresholding algorithm for linear inverse problems, 2004; "
    "Parikh and Boyd, Proximal algorithms, 2014",
    notes=(
        "Takes the L1 penalty out of the gradient and draws every weight towards 0 after the step, by the rate times "
        "the strength of L1; what would change its sign becomes exactly 0. The strength is that of the surface's L1 "
        "penalty: without one it changes nothing. A gradient step with L1 in it jumps to and fro across 0 and never "
        "stays there. Around gradient descent it is ISTA; around other optimizers the threshold is still the rate "
        "times L1. A model's intercept is not penalised, and so not drawn."
    ),
    inside=Inside(
        observes={"threshold": "scale"},
        observe=lambda state, params: {"threshold": state.threshold},
        passing=("threshold",),
        worked=(
            "threshold: the learning rate times the strength of L1",
            "w = sign(w) * max(abs(w) - threshold, 0)",
        ),
        symbols={"threshold": "c"},
    ),
    proximal=True,
)
