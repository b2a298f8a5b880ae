"""Adam whose rate on each axis is held between two bounds that close in on one rate: it ends as plain momentum."""

from typing import Any

import jax.numpy as jnp
import optax

from optimizers.shared.moments import Moments, average, beta1, beta2, eps, no_moments, watch_moments
from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter


def _adabound(
    learning_rate: Any, *, beta1: Any, beta2: Any, final: Any, speed: Any, eps: Any
) -> optax.GradientTransformation:
    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, Moments]:
        t = state.steps + 1
        m, s = average(state.first_moment, gradient, beta1), average(state.second_moment, gradient**2, beta2)
        rate = jnp.sqrt(1 - beta2**t) / (1 - beta1**t) / (jnp.sqrt(s) + eps)
        low, high = final * (1 - 1 / (speed * t + 1)), final * (1 + 1 / (speed * t))
        return -learning_rate * jnp.minimum(jnp.maximum(rate, low), high) * m, Moments(t, m, s)

    return optax.GradientTransformation(no_moments, update)


ADABOUND = Optimizer(
    key="adabound",
    name="AdaBound",
    make=_adabound,
    parameters=(
        beta1(),
        beta2(),
        Parameter(
            key="final",
            name="Final share",
            default=10.0,
            low=0.01,
            high=1e3,
            log=True,
            help="The multiple of the learning rate that the rate on every axis ends at, once the bounds have closed.",
        ),
        Parameter(
            key="speed",
            name="Speed of the bounds",
            default=1e-3,
            low=1e-6,
            high=1.0,
            log=True,
            help="How fast the bounds close: after the inverse of this many steps they are between half and twice the "
            "final rate.",
        ),
        eps(1e-8),
    ),
    rule=(
        r"\begin{aligned} m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, g_t, \quad"
        r" s_{t+1} = \beta_2 s_t + (1-\beta_2)\, g_t^2 \\"
        r" a_{t+1} &= \frac{\sqrt{1-\beta_2^{t+1}}}{1-\beta_1^{t+1}} \cdot \frac{1}{\sqrt{s_{t+1}} + \epsilon} \\"
        r" w_{t+1} &= w_t - \eta\, \min\!\left(\max\!\left(a_{t+1},\ \varphi - \tfrac{\varphi}{\gamma (t+1) + 1}"
        r"\right),"
        r" \ \varphi + \tfrac{\varphi}{\gamma (t+1)}\right) m_{t+1} \end{aligned} \\"
        r" \varphi = \text{final share},\ \gamma = \text{speed}"
    ),
    source="Luo, Xiong, Liu and Sun, Adaptive gradient methods with dynamic bound of learning rate, 2019",
    notes=(
        "Adam at first, momentum with one rate for all axes at last: the bounds close from 0 and infinity. What is "
        "learned in between is quick and then steady, if the final rate suits the surface: it is bound by curvature "
        "as momentum's is. As in the authors' code the averages are corrected for starting at 0 and the rate does not "
        "fall with the root of the steps; the paper's algorithm does the reverse. There the final rate is 100 times "
        "the learning rate; 10 here."
    ),
    rate_class="curvature",
    rate_factor=0.1,
    inside=Inside(
        observes={"first_moment": "vector", "second_moment": "scale"},
        observe=watch_moments,
        worked=(
            "first_moment = beta1 * first_moment + (1 - beta1) * g",
            "second_moment = beta2 * second_moment + (1 - beta2) * g**2",
            "unbounded = sqrt(1 - beta2**n) / (1 - beta1**n) / (sqrt(second_moment) + eps)",
            "axis_rate = eta * min(max(unbounded, final * (1 - 1 / (speed * n + 1))), final * (1 + 1 / (speed * n)))",
            "w = w - axis_rate * first_moment",
        ),
    ),
)
