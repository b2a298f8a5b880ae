"""What can be put around any optimizer: clipping the gradient before it, decaying the weights in it or after it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.length import divided_by_length, length
from optimizers.shared.optimizer import Inside, Wrapper
from parameter import Parameter


class Wrapped(NamedTuple):
    """The state of a wrapper that keeps nothing itself."""

    inner: Any


def _on_gradient(
    inner: optax.GradientTransformation, change: Callable[[jax.Array], jax.Array]
) -> optax.GradientTransformationExtraArgs:
    """Return inner, given the changed gradient."""
    extended = optax.with_extra_args_support(inner)

    def init(params: Any) -> Wrapped:
        return Wrapped(extended.init(params))

    def update(gradient: Any, state: Any, params: Any = None, **extra: Any) -> tuple[Any, Wrapped]:
        read = extra.get("read_fn") or extra.get("gradient_fn")
        if read is not None:
            extra["read_fn"] = lambda point: change(read(point))
        step, kept = extended.update(change(gradient), state.inner, params, **extra)
        return step, Wrapped(kept)

    return optax.GradientTransformationExtraArgs(init, update)


def _clip_norm(
    inner: optax.GradientTransformation, learning_rate: Any, *, max_norm: Any
) -> optax.GradientTransformationExtraArgs:
    def clip(gradient: jax.Array) -> jax.Array:
        return jnp.where(length(gradient) > max_norm, divided_by_length(gradient) * max_norm, gradient)

    return _on_gradient(inner, clip)


def _clip_value(
    inner: optax.GradientTransformation, learning_rate: Any, *, max_value: Any
) -> optax.GradientTransformationExtraArgs:
    return _on_gradient(inner, lambda gradient: jnp.clip(gradient, -max_value, max_value))


def _weight_decay(
    inner: optax.GradientTransformation, learning_rate: Any, *, decay: Any
) -> optax.GradientTransformationExtraArgs:
    extended = optax.with_extra_args_support(inner)

    def update(gradient: Any, state: Any, params: Any = None, **extra: Any) -> tuple[Any, Wrapped]:
        step, kept = extended.update(gradient, state.inner, params, **extra)
        return step - learning_rate * decay * params, Wrapped(kept)

    return optax.GradientTransformationExtraArgs(lambda params: Wrapped(extended.init(params)), update)


def _coupled_decay(
    inner: optax.GradientTransformation, learning_rate: Any, *, decay: Any
) -> optax.GradientTransformationExtraArgs:
    extended = optax.with_extra_args_support(inner)
    penalties: dict[str, Callable[[jax.Array], jax.Array]] = {
        "value_fn": lambda point: decay / 2 * (point @ point),
        "gradient_fn": lambda point: decay * point,
        "read_fn": lambda point: decay * point,
        "hessian_fn": lambda point: decay * jnp.eye(point.shape[0]),
    }

    def penalised(name: str, function: Callable[[jax.Array], jax.Array]) -> Callable[[jax.Array], jax.Array]:
        return lambda point: function(point) + penalties[name](point)

    def update(gradient: Any, state: Any, params: Any = None, **extra: Any) -> tuple[Any, Wrapped]:
        # the whole surface that the optimizer sees has the penalty, so that line searches and Newton steps agree
        seen = {name: penalised(name, extra[name]) for name in penalties if extra.get(name) is not None}
        if "value" in extra:
            seen["value"] = extra["value"] + penalties["value_fn"](params)
        if "grad" in extra:
            seen["grad"] = extra["grad"] + decay * params
        step, kept = extended.update(gradient + decay * params, state.inner, params, **extra | seen)
        return step, Wrapped(kept)

    return optax.GradientTransformationExtraArgs(lambda params: Wrapped(extended.init(params)), update)


CLIP_NORM = Wrapper(
    key="clip_norm",
    name="Clip the gradient's length",
    make=_clip_norm,
    parameters=(
        Parameter(
            key="max_norm",
            name="Longest gradient",
            default=1.0,
            low=1e-3,
            high=1e3,
            log=True,
            help="A gradient longer than this is shortened to it before the optimizer sees it; its direction stays.",
        ),
    ),
    rule=r"g_t \leftarrow g_t \, \min\!\left(1, \frac{c}{\lVert g_t \rVert}\right), \qquad c = \text{longest gradient}",
    source="Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013",
    notes=(
        "Tames cliffs without turning the direction. It hardly changes optimizers that divide by the gradient's size, "
        "such as Adam, once their averages have settled. A gradient at the limit is left as it is; PyTorch adds 1e−6 "
        "to the norm."
    ),
    inside=Inside(
        before=("g = g * min(1, max_norm / norm(g))",),
    ),
)

CLIP_VALUE = Wrapper(
    key="clip_value",
    name="Clip each axis of the gradient",
    make=_clip_value,
    parameters=(
        Parameter(
            key="max_value",
            name="Largest entry",
            default=1.0,
            low=1e-3,
            high=1e3,
            log=True,
            help="Each component of the gradient is cut to this size before the optimizer sees it; this turns it.",
        ),
    ),
    rule=(r"g_t \leftarrow \max(-c, \min(c, g_t)) \ (\text{on each axis}), \qquad c = \text{largest entry}"),
    source="Mikolov, Statistical language models based on neural networks, 2012",
    notes="Cuts each axis by itself, so a clipped gradient turns towards the diagonal. The same in PyTorch and optax.",
    inside=Inside(
        before=("g = clip(g, max_value)",),
    ),
)

WEIGHT_DECAY = Wrapper(
    key="weight_decay",
    name="Weight decay",
    make=_weight_decay,
    parameters=(
        Parameter(
            key="decay",
            name="Decay",
            default=0.01,
            low=0.0,
            high=1.0,
            help="Pulls the point towards the origin at each step, by this share of it times the learning rate.",
        ),
    ),
    rule=r"w_{t+1} = w_t + \Delta_t - \eta\, \lambda\, w_t, \qquad \Delta_t = \text{the optimizer's step}",
    source="Loshchilov and Hutter, Decoupled weight decay regularization, 2019",
    notes=(
        "Decoupled: the pull is added to the finished step, not to the gradient. Around gradient descent this equals "
        "an L2 penalty of decay/2 on the squared distance from the origin; around Adam it does not, and gives AdamW."
    ),
    inside=Inside(
        worked=("w = w - eta * decay * before(w)",),
        symbols={"decay": "λ"},
    ),
)

COUPLED_DECAY = Wrapper(
    key="coupled_decay",
    name="L2 in the gradient",
    make=_coupled_decay,
    parameters=(
        Parameter(
            key="decay",
            name="L2 weight",
            default=0.01,
            low=0.0,
            high=1.0,
            help="How strongly the gradient is tilted towards the origin before the optimizer sees it.",
        ),
    ),
    rule=(
        r"g_t \leftarrow g_t + \lambda\, w_t \quad (\text{before the optimizer sees it, as if it descended }"
        r" f(w) + \tfrac{\lambda}{2} \lVert w \rVert^2)"
    ),
    source="Loshchilov and Hutter, Decoupled weight decay regularization, 2019 (as Adam with L2 regularization)",
    notes=(
        "Coupled: the pull is part of the gradient, so whatever the optimizer does to gradients it does to the pull. "
        "Around gradient descent it equals weight decay. Around Adam the pull is divided by the gradient's recent "
        "size too: it hardly decays the axes with large gradients, which is what AdamW was made to mend. PyTorch's "
        "Adam with weight_decay is this one, its AdamW the other. Line searches and Newton steps see the penalty in "
        "the loss and in the Hessian as well; the loss that is drawn is without it, and so is the minimum marked."
    ),
    inside=Inside(
        before=("g = g + decay * w",),
        symbols={"decay": "λ"},
    ),
)
