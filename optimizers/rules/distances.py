"""Steps as long as the distance to the minimum is thought to be: Prodigy, D-Adaptation, DoG and DoWG.

The learning rate only scales what they find; 1 is the method. Where a paper's formula divides 0 by 0, because every
gradient so far was 0, nothing moves.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.length import length, ratio
from optimizers.shared.moments import average, beta1, beta2, eps
from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter

_DISTANCE = Parameter(
    key="first_distance",
    name="First guess of the distance",
    default=1e-6,
    low=1e-9,
    high=1.0,
    log=True,
    help="How far the minimum is thought to be at first. Too small a guess only costs steps, too large a one can hurt.",
)
_RADIUS = Parameter(
    key="first_distance",
    name="First radius",
    default=1e-6,
    low=1e-9,
    high=1.0,
    log=True,
    help="How far it counts as having moved before its first step, as a share of 1 plus the start's distance from 0.",
)


class Estimated(NamedTuple):
    """Averages (n,) of gradient, its square and its weighted sum, the sum () for the distance, start (n,), distance."""

    first_moment: jax.Array
    second_moment: jax.Array
    weighted: jax.Array
    gained: jax.Array
    start: jax.Array
    distance: jax.Array


class Covered(NamedTuple):
    """The start (n,), the largest distance from it () and the root of the (weighted) sum of squared gradients ()."""

    start: jax.Array
    distance: jax.Array
    root: jax.Array


def _estimated(first_distance: Any) -> Any:
    def init(params: Any) -> Estimated:
        zeros, zero = jnp.zeros_like(params), jnp.zeros((), params.dtype)
        return Estimated(zeros, zeros, zeros, zero, params, jnp.asarray(first_distance, params.dtype))

    return init


def _prodigy(
    learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any, first_distance: Any
) -> optax.GradientTransformation:
    def update(gradient: Any, state: Estimated, params: Any = None) -> tuple[Any, Estimated]:
        d, root = state.distance, jnp.sqrt(beta2)
        first = average(state.first_moment, d * gradient, beta1)
        second = average(state.second_moment, (d * gradient) ** 2, beta2)
        # in units of the first guess, whose square would be tiny; the ratio is the same
        weight = learning_rate * d * (d / first_distance)
        gained = average(state.gained, weight * jnp.vdot(gradient, state.start - params), root)
        weighted = average(state.weighted, weight * gradient, root)
        distance = jnp.maximum(d, ratio(gained, jnp.sum(jnp.abs(weighted))))
        step = -learning_rate * d * first / (jnp.sqrt(second) + d * eps)
        return step, Estimated(first, second, weighted, gained, state.start, distance)

    return optax.GradientTransformation(_estimated(first_distance), update)


def _dadapt(
    learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any, first_distance: Any
) -> optax.GradientTransformation:
    def update(gradient: Any, state: Estimated, params: Any = None) -> tuple[Any, Estimated]:
        rate, root = state.distance * learning_rate, jnp.sqrt(beta2)
        first = average(state.first_moment, rate * gradient, beta1)
        second = average(state.second_moment, gradient**2, beta2)
        scale = jnp.sqrt(second) + eps
        gained = average(state.gained, rate * jnp.vdot(gradient, state.weighted / scale), root)
        weighted = average(state.weighted, rate * gradient, root)
        distance = jnp.maximum(state.distance, ratio(gained, (1 - root) * jnp.sum(jnp.abs(weighted))))
        return -first / scale, Estimated(first, second, weighted, gained, state.start, distance)

    return optax.GradientTransformation(_estimated(first_distance), update)


def _covered(first_distance: Any) -> Any:
    def init(params: Any) -> Covered:
        return Covered(params, first_distance * (1 + length(params)), jnp.zeros((), params.dtype))

    return init


def _dog(learning_rate: Any, *, first_distance: Any) -> optax.GradientTransformation:
    def update(gradient: Any, state: Covered, params: Any = None) -> tuple[Any, Covered]:
        distance = jnp.maximum(state.distance, length(params - state.start))
        root = jnp.hypot(state.root, length(gradient))
        return -learning_rate * distance * ratio(gradient, root), Covered(state.start, distance, root)

    return optax.GradientTransformation(_covered(first_distance), update)


def _dowg(learning_rate: Any, *, first_distance: Any) -> optax.GradientTransformation:
    def update(gradient: Any, state: Covered, params: Any = None) -> tuple[Any, Covered]:
        distance = jnp.maximum(state.distance, length(params - state.start))
        root = jnp.hypot(state.root, distance * length(gradient))
        return -learning_rate * distance * ratio(distance * gradient, root), Covered(state.start, distance, root)

    return optax.GradientTransformation(_covered(first_distance), update)


PRODIGY = Optimizer(
    key="prodigy",
    name="Prodigy",
    make=_prodigy,
    parameters=(beta1(), beta2(), eps(1e-8), _DISTANCE),
    rule=(
        r"\begin{aligned} m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, d_t g_t, \quad"
        r" s_{t+1} = \beta_2 s_t + (1-\beta_2)\, d_t^2 g_t^2 \\"
        r" r_{t+1} &= \sqrt{\beta_2}\, r_t + (1-\sqrt{\beta_2})\, \eta\, d_t^2\, g_t^\top (w_0 - w_t) \\"
        r" q_{t+1} &= \sqrt{\beta_2}\, q_t + (1-\sqrt{\beta_2})\, \eta\, d_t^2\, g_t \\"
        r" d_{t+1} &= \max\!\left(d_t,\ \frac{r_{t+1}}{\lVert q_{t+1} \rVert_1}\right), \quad"
        r" w_{t+1} = w_t - \eta\, d_t \frac{m_{t+1}}{\sqrt{s_{t+1}} + d_t\, \epsilon} \end{aligned}"
    ),
    source="Mishchenko and Defazio, Prodigy: an expeditiously adaptive parameter-free learner, 2024",
    notes=(
        "Adam whose learning rate is an estimate d of how far the minimum is: it starts tiny, and grows for as long as "
        "the gradients agree with the way already made. It never shrinks again, so near a minimum it may hop about "
        "unless a schedule calms it. As in the paper the averages are not corrected for their start (the authors' "
        "code: by choice; optax: always), and epsilon is multiplied by the distance of before the step (the authors' "
        "code and optax: after it). The paper's Adam variant, without weight decay. PyTorch and Keras have none."
    ),
    rate_class="rate_free",
    inside=Inside(
        observes={"velocity": "vector", "squared_stretches": "scale", "distance": "number"},
        observe=lambda state, params: {
            "velocity": state.first_moment,
            "squared_stretches": state.second_moment,
            "distance": state.distance,
        },
        worked=(
            "velocity = beta1 * velocity + (1 - beta1) * distance * g",
            "squared_stretches = beta2 * squared_stretches + (1 - beta2) * (distance * g)**2",
            "axis_rate = eta * distance / (sqrt(squared_stretches) + distance * eps)",
            "w = w - axis_rate * velocity",
            "distance: the new guess, from how far the gradients agree with the way made",
        ),
        symbols={"velocity": "m"},
    ),
)

DADAPT = Optimizer(
    key="dadapt",
    name="D-Adaptation (Adam)",
    make=_dadapt,
    parameters=(beta1(), beta2(), eps(1e-8), _DISTANCE),
    rule=(
        r"\begin{aligned} m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, \eta\, d_t\, g_t, \quad"
        r" s_{t+1} = \beta_2 s_t + (1-\beta_2)\, g_t^2, \quad A = \operatorname{diag}(\sqrt{s_{t+1}} + \epsilon) \\"
        r" r_{t+1} &= \sqrt{\beta_2}\, r_t + (1-\sqrt{\beta_2})\, \eta\, d_t\, g_t^\top A^{-1} q_t \\"
        r" q_{t+1} &= \sqrt{\beta_2}\, q_t + (1-\sqrt{\beta_2})\, \eta\, d_t\, g_t \\"
        r" d_{t+1} &= \max\!\left(d_t,\ \frac{r_{t+1}}{(1-\sqrt{\beta_2})\, \lVert q_{t+1} \rVert_1}\right), \quad"
        r" w_{t+1} = w_t - A^{-1} m_{t+1} \end{aligned}"
    ),
    source="Defazio and Mishchenko, Learning-rate-free learning by D-Adaptation, 2023",
    notes=(
        "The Adam variant of D-Adaptation: an estimate d of the distance to the minimum takes the learning rate's "
        "place and grows as gradients add up. For the paper's dual averaging it is a lower bound on convex surfaces; "
        "with Adam's averages it is a guess, which may come out too large, and it never shrinks. "
        "The gradient is compared with the sum before it in the newest scale A; the authors' code and optax's "
        "dadapt_adamw use the scale of the step before, and optax also corrects the averages for their start, which "
        "keeps the estimate smaller. Without weight decay. PyTorch and Keras have none."
    ),
    rate_class="rate_free",
    inside=Inside(
        observes={"velocity": "vector", "second_moment": "scale", "distance": "number"},
        observe=lambda state, params: {
            "velocity": state.first_moment,
            "second_moment": state.second_moment,
            "distance": state.distance,
        },
        worked=(
            "velocity = beta1 * velocity + (1 - beta1) * eta * distance * g",
            "second_moment = beta2 * second_moment + (1 - beta2) * g**2",
            "w = w - velocity / (sqrt(second_moment) + eps)",
            "distance: the new guess, from how far the gradients agree with each other",
        ),
        symbols={"velocity": "m"},
    ),
)

DOG = Optimizer(
    key="dog",
    name="Distance over gradients (DoG)",
    make=_dog,
    parameters=(_RADIUS,),
    rule=(
        r"\begin{aligned} \bar r_t &= \max\!\left(r_\epsilon (1 + \lVert w_0 \rVert),"
        r"\ \max_{i \le t} \lVert w_i - w_0 \rVert\right) \\"
        r" w_{t+1} &= w_t - \eta\, \frac{\bar r_t}{\sqrt{\sum_{i \le t} \lVert g_i \rVert^2}}\, g_t \end{aligned}"
    ),
    source="Ivgi, Hinder and Carmon, DoG is SGD's best friend: a parameter-free dynamic step size schedule, 2023",
    notes=(
        "The farther it has come from the start, the longer its steps; the more gradient it has seen, the shorter. The "
        "first radius is a share of 1 plus the start's distance from the origin, as in the paper, so it starts in tiny "
        "steps. The paper reports an average of the points; here the points themselves are shown (the Averages "
        "wrappers show the other). The paper's code and optax add 1e−8 to the sum; here nothing is added."
    ),
    rate_class="rate_free",
    inside=Inside(
        observes={"distance": "number", "root": "number"},
        observe=lambda state, params: {"distance": state.distance, "root": state.root},
        worked=(
            "distance = max(distance, norm(w - w_start))",
            "root = sqrt(root**2 + norm(g)**2)",
            "w = w - eta * distance * ratio(g, root)",
        ),
        symbols={"distance": "r̄"},
    ),
)

DOWG = Optimizer(
    key="dowg",
    name="Distance over weighted gradients (DoWG)",
    make=_dowg,
    parameters=(_RADIUS,),
    rule=(
        r"\begin{aligned} \bar r_t &= \max\!\left(r_\epsilon (1 + \lVert w_0 \rVert),"
        r"\ \max_{i \le t} \lVert w_i - w_0 \rVert\right) \\"
        r" w_{t+1} &= w_t - \eta\,"
        r" \frac{\bar r_t^2}{\sqrt{\sum_{i \le t} \bar r_i^2\, \lVert g_i \rVert^2}}\, g_t \end{aligned}"
    ),
    source="Khaled, Mishchenko and Jin, DoWG unleashed: an efficient universal parameter-free gradient descent method, "
    "2023",
    notes=(
        "DoG, but each gradient counts as much as the distance reached when it was read, so the early ones are "
        "forgotten and steps grow longer. The first radius is set as in DoG. optax adds 1e−4 to the root and starts "
        "from a squared distance of 1e−4; here nothing is added."
    ),
    rate_class="rate_free",
    inside=Inside(
        observes={"distance": "number", "root": "number"},
        observe=lambda state, params: {"distance": state.distance, "root": state.root},
        worked=(
            "distance = max(distance, norm(w - w_start))",
            "root = sqrt(root**2 + (distance * norm(g))**2)",
            "w = w - eta * distance**2 * ratio(g, root)",
        ),
        symbols={"distance": "r̄"},
    ),
)
