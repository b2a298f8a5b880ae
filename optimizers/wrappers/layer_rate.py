"""A wrapper that gives the last layer of a network a learning rate of its own."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.optimizer import Inside, Wrapper
from parameter import Parameter


class _Scaled(NamedTuple):
    """The inner state, and by how much each weight's step was multiplied, (n,)."""

    inner: Any
    axis_factor: jax.Array


def _layer_rate(
    inner: optax.GradientTransformation, learning_rate: Any, *, factor: Any
) -> optax.GradientTransformationExtraArgs:
    extended = optax.with_extra_args_support(inner)

    def init(params: Any) -> _Scaled:
        return _Scaled(extended.init(params), jnp.ones_like(params))

    def update(
        gradient: Any, state: _Scaled, params: Any = None, *, last_layer: Any = False, **extra: Any
    ) -> tuple[Any, _Scaled]:
        step, kept = extended.update(gradient, state.inner, params, **extra)
        axis_factor = jnp.where(last_layer, factor, jnp.ones_like(params))
        return axis_factor * step, _Scaled(kept, axis_factor)

    return optax.GradientTransformationExtraArgs(init, update)


LAYER_RATE = Wrapper(
    key="layer_rate",
    name="Rate of the last layer",
    make=_layer_rate,
    parameters=(
        Parameter(
            key="factor",
            name="Factor on the last layer",
            default=0.1,
            low=1e-3,
            high=1e3,
            log=True,
            help="The last layer's steps are multiplied by this: its learning rate over that of the others; on a "
            "surface of two weights those along y.",
        ),
    ),
    rule=(
        r"w_{t+1} = w_t + r \odot \Delta_t, \qquad r = \text{the factor on the last layer's weights, 1 on the others},"
        r" \qquad \Delta_t = \text{the optimizer's step}"
    ),
    source="LeCun, Bottou, Orr and Müller, Efficient backprop, 1998 (rates of their own for layers); Sohl-Dickstein, "
    "The boundary of neural network trainability is fractal, 2024 (two rates of a small network)",
    notes=(
        "Two learning rates: the last layer's is the learning rate times the factor, that of all other weights stays "
        "as it is. Of a network the last layer is what leads out of the hidden neurons, with the bias of the output; "
        "on a surface of two weights it is y, which is the weight out of the one neuron there; a model that is linear "
        "in its weights has but one layer, and all of it is multiplied. What is multiplied is the optimizer's finished "
        "step, with the decay of what stands within it, as two groups of parameters do in PyTorch. For optimizers "
        "whose steps are not proportional to the learning rate, as those with a line search, it is a factor on the "
        "step all the same, and what they expect of it no longer holds. Factor 1 changes nothing."
    ),
    inside=Inside(
        observes={"axis_factor": "scale"},
        observe=lambda state, params: {"axis_factor": state.axis_factor},
        passing=("axis_factor",),
        worked=(
            "axis_factor: the factor on the last layer's weights, here y, and 1 on the others",
            "w = before(w) + axis_factor * (w - before(w))",
        ),
    ),
)
