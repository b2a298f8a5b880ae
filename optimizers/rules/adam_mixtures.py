"""Adam with more in its direction than one average: a second, slow one, or a share of the newest gradient."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.moments import Moments, average, beta1, beta2, corrected, eps, no_moments, watch_moments
from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter


class TwoMemories(NamedTuple):
    """AdEMAMix's state: the steps made () and the averages, fast, slow and of squares, (n,) each."""

    steps: jax.Array
    first_moment: jax.Array
    slow_moment: jax.Array
    second_moment: jax.Array


def _ademamix(
    learning_rate: Any,
    *,
    beta1: Any,
    beta2: Any,
    beta3: Any,
    alpha: Any,
    warmup: Any,
    eps: Any,
) -> optax.GradientTransformation:
    def init(params: Any) -> TwoMemories:
        count, m, s = no_moments(params)
        return TwoMemories(count, m, m, s)

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, TwoMemories]:
        t = state.steps + 1
        # warmup may be 0: then the rise is over at once
        share = jnp.minimum(t / jnp.maximum(warmup, 1), 1.0)
        rising = jnp.exp(1 / ((1 - share) / jnp.log(beta1) + share / jnp.log(beta3)))
        memory = jnp.where(share < 1, jnp.minimum(rising, beta3), beta3)
        m, s = average(state.first_moment, gradient, beta1), average(state.second_moment, gradient**2, beta2)
        slow = average(state.slow_moment, gradient, memory)
        mixed = corrected(m, beta1, t) + share * alpha * slow
        scaled = mixed / (jnp.sqrt(corrected(s, beta2, t)) + eps)
        return -learning_rate * scaled, TwoMemories(t, m, slow, s)

    return optax.GradientTransformation(init, update)


def _qhadam(
    learning_rate: Any, *, beta1: Any, beta2: Any, nu1: Any, nu2: Any, eps: Any
) -> optax.GradientTransformation:
    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, Moments]:
        t = state.steps + 1
        m, s = average(state.first_moment, gradient, beta1), average(state.second_moment, gradient**2, beta2)
        direction = average(gradient, corrected(m, beta1, t), 1 - nu1)
        size = average(gradient**2, corrected(s, beta2, t), 1 - nu2)
        return -learning_rate * direction / (jnp.sqrt(size) + eps), Moments(t, m, s)

    return optax.GradientTransformation(no_moments, update)


_MOMENTS = {"first_moment": "vector", "second_moment": "scale"}

ADEMAMIX = Optimizer(
    key="ademamix",
    name="AdEMAMix",
    make=_ademamix,
    parameters=(
        beta1(),
        beta2(),
        Parameter(
            key="beta3",
            name="Slow memory",
            default=0.9999,
            low=0.5,
            high=0.99999,
            help="How slowly the second average gradient changes: 0.9999 averages about ten thousand steps.",
        ),
        Parameter(
            key="alpha",
            name="Weight of the slow memory",
            default=5.0,
            low=0.0,
            high=20.0,
            help="How much the slow average counts beside the fast one: 0 is Adam.",
        ),
        Parameter(
            key="warmup",
            name="Steps of warm-up",
            default=0,
            low=0,
            high=20_000,
            kind="integer",
            help="Over how many steps the slow memory and its weight rise from Adam's to their full values.",
        ),
        eps(1e-8),
    ),
    rule=(
        r"\begin{aligned} m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, g_t, \quad"
        r" n_{t+1} = \bar\beta_3 n_t + (1-\bar\beta_3)\, g_t, \quad s_{t+1} = \beta_2 s_t + (1-\beta_2)\, g_t^2 \\"
        r" w_{t+1} &= w_t - \eta\, \frac{\hat m + \bar\alpha\, n_{t+1}}{\sqrt{\hat s} + \epsilon}, \quad"
        r" \hat m = \frac{m_{t+1}}{1-\beta_1^{t+1}},\ \hat s = \frac{s_{t+1}}{1-\beta_2^{t+1}} \\"
        r" u &= \min\!\left(\tfrac{t+1}{T}, 1\right), \quad \bar\alpha = u\,\alpha, \quad"
        r" \bar\beta_3 = \min\!\left(\exp\!\left(\left( \tfrac{1-u}{\ln \beta_1} + \tfrac{u}{\ln \beta_3}"
        r" \right)^{-1}\right), \beta_3\right) \\"
        r" & T = \text{steps of warm-up } (0: u = 1) \end{aligned}"
    ),
    source="Pagliardini, Ablin and Grangier, The AdEMAMix optimizer: better, faster, older, 2024",
    notes=(
        "Adam with a second, very slow average of gradients added to the first: what was downhill thousands of steps "
        "ago still pushes. On a small surface that push soon points the wrong way, and it swings past minima; a slow "
        "memory near the length of the run suits it better. The slow average is not corrected. The paper lets its "
        "memory and weight rise over the whole run; that is off unless warm-up steps are set, as in optax, where both "
        "schedules are the caller's. The weight of 5 is optax's (the authors' code: 2). Its weight decay is AdamW's: "
        "put the wrapper of that name around it. PyTorch and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.005,
    inside=Inside(
        observes={"first_moment": "vector", "slow_moment": "vector", "second_moment": "scale"},
        observe=lambda state, params: {
            "first_moment": state.first_moment,
            "slow_moment": state.slow_moment,
            "second_moment": state.second_moment,
        },
        worked=(
            "share = min(n / warmup, 1) if warmup > 0",
            "memory = min(exp(1 / ((1 - share) / log(beta1) + share / log(beta3))), beta3) if warmup > 0",
            "first_moment = beta1 * first_moment + (1 - beta1) * g",
            "slow_moment = beta3 * slow_moment + (1 - beta3) * g if warmup == 0",
            "slow_moment = memory * slow_moment + (1 - memory) * g if warmup > 0",
            "second_moment = beta2 * second_moment + (1 - beta2) * g**2",
            "m_hat = first_moment / (1 - beta1**n)",
            "s_hat = second_moment / (1 - beta2**n)",
            "axis_rate = eta / (sqrt(s_hat) + eps)",
            "w = w - axis_rate * (m_hat + alpha * slow_moment) if warmup == 0",
            "w = w - axis_rate * (m_hat + share * alpha * slow_moment) if warmup > 0",
        ),
        symbols={"share": "u", "memory": "β̄₃"},
    ),
)

QHADAM = Optimizer(
    key="qhadam",
    name="QHAdam",
    make=_qhadam,
    parameters=(
        beta1(0.995, high=0.9999),
        beta2(),
        Parameter(
            key="nu1",
            name="Share of the average",
            default=0.7,
            low=0.0,
            high=1.0,
            help="How much of the direction the average gradient makes, the newest one the rest: 1 is Adam's.",
        ),
        Parameter(
            key="nu2",
            name="Share of the average size",
            default=1.0,
            low=0.0,
            high=1.0,
            help="How much of the size the average square makes, the newest one the rest: 1 is Adam's.",
        ),
        eps(1e-8),
    ),
    rule=(
        r"\begin{aligned} m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, g_t, \quad"
        r" s_{t+1} = \beta_2 s_t + (1-\beta_2)\, g_t^2 \\"
        r" \hat m &= \frac{m_{t+1}}{1-\beta_1^{t+1}}, \quad \hat s = \frac{s_{t+1}}{1-\beta_2^{t+1}} \\"
        r" w_{t+1} &= w_t - \eta\, \frac{(1-\nu_1)\, g_t + \nu_1 \hat m}"
        r"{\sqrt{(1-\nu_2)\, g_t^2 + \nu_2 \hat s} + \epsilon} \end{aligned}"
    ),
    source="Ma and Yarats, Quasi-hyperbolic momentum and Adam for deep learning, 2019",
    notes=(
        "Adam with a share of the newest gradient mixed into the direction, and into the size where asked: a long "
        "memory that still answers at once. At shares of 1 it is Adam; at a direction's share equal to beta1, close to "
        "NAdam with a constant momentum once the averages have filled. The defaults are the paper's advice (the "
        "authors' package: shares of 1 and a beta1 of 0.9, which is Adam). PyTorch, optax and Keras have no "
        "counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.01,
    inside=Inside(
        observes=_MOMENTS,
        observe=watch_moments,
        worked=(
            "first_moment = beta1 * first_moment + (1 - beta1) * g",
            "second_moment = beta2 * second_moment + (1 - beta2) * g**2",
            "m_hat = first_moment / (1 - beta1**n)",
            "s_hat = second_moment / (1 - beta2**n)",
            "axis_rate = eta / (sqrt((1 - nu2) * g**2 + nu2 * s_hat) + eps)",
            "w = w - axis_rate * ((1 - nu1) * g + nu1 * m_hat)",
        ),
    ),
)
