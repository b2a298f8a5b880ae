"""Averages in a schedule's place: the gradient is read between a fast point and the average that is shown."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.moments import average, beta2, corrected, eps, weight_decay
from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter

_BETA = Parameter(
    key="beta1",
    name="Nearness to the average",
    default=0.9,
    low=0.0,
    high=0.999,
    help="Where the gradient is read: 0 at the fast point, as in plain averaging, close to 1 near the average shown.",
)


class Free(NamedTuple):
    """The fast point z, where the gradient was read, and what it was, (n,); weights' sum (), steps (), square (n,)."""

    fast: jax.Array
    read: jax.Array
    gradient: jax.Array
    weights: jax.Array
    steps: jax.Array
    second_moment: jax.Array


def _init(params: Any) -> Free:
    zero = jnp.zeros((), params.dtype)
    return Free(params, params, jnp.zeros_like(params), zero, zero, jnp.zeros_like(params))


def _average_step(state: Free, params: Any, rate: Any, fast: Any) -> tuple[jax.Array, jax.Array]:
    """Return the step of the average towards the new fast point, and the weights' new sum."""
    weight = rate * rate
    weights = state.weights + weight
    share = jnp.where(weights > 0, weight / jnp.where(weights > 0, weights, 1.0), 0.0)
    return share * (fast - params), weights


def _sgd(learning_rate: Any, *, beta1: Any) -> optax.GradientTransformationExtraArgs:
    def update(
        gradient: Any, state: Free, params: Any = None, *, gradient_fn: Any, read_fn: Any = None, **_: Any
    ) -> tuple[Any, Free]:
        read = average(params, state.fast, beta1)
        slope = (read_fn or gradient_fn)(read)
        fast = state.fast - learning_rate * slope
        step, weights = _average_step(state, params, learning_rate, fast)
        return step, Free(fast, read, slope, weights, state.steps + 1, state.second_moment)

    return optax.GradientTransformationExtraArgs(_init, update)


def _adamw(
    learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any, weight_decay: Any
) -> optax.GradientTransformationExtraArgs:
    def update(
        gradient: Any, state: Free, params: Any = None, *, gradient_fn: Any, read_fn: Any = None, **_: Any
    ) -> tuple[Any, Free]:
        read = average(params, state.fast, beta1)
        slope = (read_fn or gradient_fn)(read)
        second, steps = average(state.second_moment, slope**2, beta2), state.steps + 1
        scaled = slope / (jnp.sqrt(corrected(second, beta2, steps)) + eps)
        fast = state.fast - learning_rate * (scaled + weight_decay * read)
        step, weights = _average_step(state, params, learning_rate, fast)
        return step, Free(fast, read, slope, weights, steps, second)

    return optax.GradientTransformationExtraArgs(_init, update)


def _watch(state: Free, params: Any) -> dict[str, jax.Array]:
    return {"fast": state.fast, "read": state.read, "gradient": state.gradient, "weights": state.weights}


_SHOWN = (
    "What is shown is the average x, the point that the method returns; the fast point z runs ahead, and the gradient "
    "is read at y between them, so one gradient a step is counted: the one at x is only for the picture. Clipping and "
    "SAM act on the gradient at y. Each z counts with the square of its learning rate, as in the paper's algorithm "
    "(its theory: all alike, the start included); optax and the authors' code take the largest learning rate so far "
    "instead, the same at a constant one. The authors' optimizer holds y while training, and x after eval(). "
)

SCHEDULE_FREE_SGD = Optimizer(
    key="schedule_free_sgd",
    name="Schedule-free gradient descent",
    make=_sgd,
    parameters=(_BETA,),
    rule=(
        r"\begin{aligned} y_t &= (1-\beta_1)\, z_t + \beta_1 w_t, \quad z_{t+1} = z_t - \eta_t \nabla f(y_t) \\"
        r" w_{t+1} &= (1 - c_t)\, w_t + c_t\, z_{t+1}, \quad c_t = \frac{\eta_t^2}{\sum_{i \le t} \eta_i^2}"
        r" \qquad (z_0 = w_0;\ w: \text{the average shown}) \end{aligned}"
    ),
    source="Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky, The road less scheduled, 2024",
    notes=(
        "Gradient descent that needs no schedule and no end: an average of all points takes the place of a falling "
        "learning rate. It needs a learning rate all the same. " + _SHOWN + "No warm-up of its own: a schedule gives "
        "it. Use a constant one, or with a warm-up."
    ),
    rate_class="curvature",
    rate_factor=1.0,
    inside=Inside(
        observes={"fast": "point", "read": "point", "gradient": "vector", "weights": "number"},
        of_next=("fast",),
        ways=("fast",),
        observe=_watch,
        worked=(
            "read = (1 - beta1) * fast + beta1 * w",
            "gradient: the gradient at y",
            "fast = fast - eta * gradient",
            "weights = weights + eta**2",
            "w = w + ratio(eta**2, weights) * (fast - w)",
        ),
        symbols={"gradient": "∇f(y)"},
    ),
)

SCHEDULE_FREE_ADAMW = Optimizer(
    key="schedule_free_adamw",
    name="Schedule-free AdamW",
    make=_adamw,
    parameters=(_BETA, beta2(), eps(1e-8), weight_decay(0.0)),
    rule=(
        r"\begin{aligned} y_t &= (1-\beta_1)\, z_t + \beta_1 w_t, \quad g_t = \nabla f(y_t) \\"
        r" s_{t+1} &= \beta_2 s_t + (1-\beta_2)\, g_t^2, \quad \hat s = \frac{s_{t+1}}{1-\beta_2^{t+1}} \\"
        r" z_{t+1} &= z_t - \eta_t \left(\frac{g_t}{\sqrt{\hat s} + \epsilon} + \lambda y_t\right) \\"
        r" w_{t+1} &= (1 - c_t)\, w_t + c_t\, z_{t+1}, \quad c_t = \frac{\eta_t^2}{\sum_{i \le t} \eta_i^2}"
        r" \qquad (z_0 = w_0;\ w: \text{the average shown};\ \lambda = \text{weight decay}) \end{aligned}"
    ),
    source="Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky, The road less scheduled, 2024",
    notes=(
        "Adam's division by the gradient's usual size, with an average of points in the place of momentum and of a "
        "falling learning rate. It needs a learning rate all the same. " + _SHOWN + "As in optax and "
        "the authors' code the correction divides the mean square; their version for the paper puts it into the "
        "learning rate and so into the weights too. The decay pulls at y."
    ),
    rate_class="unit_step",
    rate_factor=0.01,
    inside=Inside(
        observes={
            "fast": "point",
            "read": "point",
            "gradient": "vector",
            "weights": "number",
            "second_moment": "scale",
        },
        of_next=("fast",),
        ways=("fast",),
        observe=lambda state, params: _watch(state, params) | {"second_moment": state.second_moment},
        worked=(
            "read = (1 - beta1) * fast + beta1 * w",
            "gradient: the gradient at y",
            "second_moment = beta2 * second_moment + (1 - beta2) * gradient**2",
            "s_hat = second_moment / (1 - beta2**n)",
            "axis_rate = eta / (sqrt(s_hat) + eps)",
            "fast = fast - axis_rate * gradient - eta * weight_decay * read",
            "weights = weights + eta**2",
            "w = w + ratio(eta**2, weights) * (fast - w)",
        ),
        symbols={"gradient": "∇f(y)"},
    ),
)
