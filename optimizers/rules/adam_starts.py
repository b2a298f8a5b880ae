"""Adam with another start: RAdam waits before it divides, ADOPT only measures the first gradient."""

from typing import Any

import jax.numpy as jnp
import optax

from optimizers.shared.moments import Moments, average, beta1, beta2, corrected, eps, no_moments, watch_moments
from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter


def _radam(learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any, threshold: Any) -> optax.GradientTransformation:
    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, Moments]:
        t = state.steps + 1
        m, s = average(state.first_moment, gradient, beta1), average(state.second_moment, gradient**2, beta2)
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * t * beta2**t / (1 - beta2**t)
        is_known = length > threshold
        known = jnp.where(is_known, length, longest)
        trust = jnp.sqrt((known - 4) * (known - 2) * longest / ((longest - 4) * (longest - 2) * known))
        scaled = trust / (jnp.sqrt(corrected(s, beta2, t)) + eps)
        step = -learning_rate * corrected(m, beta1, t) * jnp.where(is_known, scaled, 1.0)
        return step, Moments(t, m, s)

    return optax.GradientTransformation(no_moments, update)


def _adopt(learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any, clipping: str) -> optax.GradientTransformation:
    return optax.chain(
        optax.contrib.scale_by_adopt(b1=beta1, b2=beta2, eps=eps, use_clipping=clipping == "on"),
        optax.scale_by_learning_rate(learning_rate),
    )


_MOMENTS = {"first_moment": "vector", "second_moment": "scale"}

RADAM = Optimizer(
    key="radam",
    name="RAdam",
    make=_radam,
    parameters=(
        beta1(),
        beta2(low=0.9),
        eps(1e-8),
        Parameter(
            key="threshold",
            name="Entries needed",
            default=4.0,
            low=4.0,
            high=50.0,
            help="It divides by the gradient's size once the average of squares holds more entries than this.",
        ),
    ),
    rule=(
        r"\begin{aligned} m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, g_t, \quad"
        r" s_{t+1} = \beta_2 s_t + (1-\beta_2)\, g_t^2 \\"
        r" \rho_\infty &= \frac{2}{1-\beta_2} - 1, \quad"
        r" \rho = \rho_\infty - \frac{2 (t+1) \beta_2^{t+1}}{1-\beta_2^{t+1}}, \quad"
        r" r = \sqrt{\frac{(\rho-4)(\rho-2)\, \rho_\infty}{(\rho_\infty-4)(\rho_\infty-2)\, \rho}} \\"
        r" w_{t+1} &= w_t - \eta\, \hat m \cdot \begin{cases} \dfrac{r}{\sqrt{\hat s} + \epsilon} &"
        r" \rho > \rho_0 \\ 1 & \text{otherwise} \end{cases} \qquad"
        r" \hat m = \frac{m_{t+1}}{1-\beta_1^{t+1}},\ \hat s = \frac{s_{t+1}}{1-\beta_2^{t+1}} \\"
        r" & \rho_0 = \text{entries needed} \end{aligned}"
    ),
    source="Liu et al., On the variance of the adaptive learning rate and beyond, 2020",
    notes=(
        "Adam that distrusts its own division while few gradients have come in: the first steps are plain momentum, "
        "longer where it is steep, then short steps that grow to Adam's over hundreds of steps. So the learning "
        "rate must suit both the curvature and the picture. It divides from more than 4 entries, as the paper says, "
        "which is the fifth step at the defaults (PyTorch: more than 5; optax: at least 5, both the sixth). Keras has "
        "no counterpart. Epsilon is added to the corrected root; the paper has none."
    ),
    rate_class="both",
    rate_factor=0.01,
    inside=Inside(
        observes=_MOMENTS,
        observe=watch_moments,
        worked=(
            "first_moment = beta1 * first_moment + (1 - beta1) * g",
            "second_moment = beta2 * second_moment + (1 - beta2) * g**2",
            "m_hat = first_moment / (1 - beta1**n)",
            "s_hat = second_moment / (1 - beta2**n)",
            "length_limit = 2 / (1 - beta2) - 1",
            "entries = length_limit - 2 * n * beta2**n / (1 - beta2**n)",
            "trust_now = sqrt((entries - 4) * (entries - 2) * length_limit"
            " / ((length_limit - 4) * (length_limit - 2) * entries)) if entries > threshold",
            "axis_rate = eta * trust_now / (sqrt(s_hat) + eps) if entries > threshold",
            "w = w - axis_rate * m_hat if entries > threshold",
            "w = w - eta * m_hat if entries <= threshold",
        ),
    ),
)

ADOPT = Optimizer(
    key="adopt",
    name="ADOPT",
    make=_adopt,
    parameters=(
        beta1(),
        beta2(0.9999),
        eps(1e-6),
        Parameter(
            key="clipping",
            name="Clipping",
            kind="choice",
            choices=("on", "off"),
            default="on",
            help="On cuts each divided gradient at the fourth root of the step's number, so that no early one leaps.",
        ),
    ),
    rule=(
        r"\begin{aligned} & s_1 = g_0^2, \quad w_1 = w_0, \quad m_1 = 0; \quad \text{for } t \ge 1: \\"
        r" & u_t = \operatorname{clip}\!\left( \frac{g_t}{\max(\sqrt{s_t}, \epsilon)},\ t^{1/4} \right) \quad"
        r" \left( \text{off: } \frac{g_t}{\max(\sqrt{s_t}, \epsilon)} \right) \\"
        r" & m_{t+1} = \beta_1 m_t + (1-\beta_1)\, u_t, \quad w_{t+1} = w_t - \eta\, m_{t+1}, \quad"
        r" s_{t+1} = \beta_2 s_t + (1-\beta_2)\, g_t^2 \end{aligned}"
    ),
    source="Taniguchi et al., ADOPT: modified Adam can converge with any β2 with the optimal rate, 2024",
    notes=(
        "Adam in another order: each gradient is divided by the size of those before it, then averaged, so it never "
        "judges itself. The first gradient is only measured: the first step stays where it is. optax's form, which is "
        "the authors' code; clipping came with the paper's later version, without it a flat start leads to huge "
        "steps. PyTorch and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.01,
    inside=Inside(
        observes={"velocity": "vector", "second_moment": "scale"},
        observe=lambda state, params: {"velocity": state[0].mu, "second_moment": state[0].nu},
        worked=(
            "second_moment = g**2 if n == 1",
            "scaled = g / max(sqrt(second_moment), eps) if n > 1",
            "bound = (n - 1)**0.25 if clipping == 'on'",
            "scaled = clip(scaled, bound) if clipping == 'on'",
            "velocity = beta1 * velocity + (1 - beta1) * scaled if n > 1",
            "w = w - eta * velocity if n > 1",
            "second_moment = beta2 * second_moment + (1 - beta2) * g**2 if n > 1",
        ),
        symbols={"velocity": "m"},
    ),
)
