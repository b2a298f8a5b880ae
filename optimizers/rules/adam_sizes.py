"""Adam with another measure of the gradient's size: its maximum, its largest slope, its surprise, a slow square."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.moments import (
    Moments,
    average,
    beta1,
    beta2,
    bias_correction,
    corrected,
    eps,
    no_moments,
    watch_moments,
)
from optimizers.shared.optimizer import Inside, Optimizer


class MomentsAndMaximum(NamedTuple):
    """AMSGrad's state: the steps made (), the two averages and the largest second one so far, (n,) each."""

    steps: jax.Array
    first_moment: jax.Array
    second_moment: jax.Array
    largest: jax.Array


def _amsgrad(
    learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any, bias_correction: str
) -> optax.GradientTransformation:
    def init(params: Any) -> MomentsAndMaximum:
        return MomentsAndMaximum(*no_moments(params), jnp.zeros_like(params))

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, MomentsAndMaximum]:
        t = state.steps + 1
        m, s = average(state.first_moment, gradient, beta1), average(state.second_moment, gradient**2, beta2)
        largest = jnp.maximum(state.largest, s)
        direction, size = m, largest
        if bias_correction == "on":
            direction, size = corrected(m, beta1, t), corrected(largest, beta2, t)
        step = -learning_rate * direction / (jnp.sqrt(size) + eps)
        return step, MomentsAndMaximum(t, m, s, largest)

    return optax.GradientTransformation(init, update)


def _adamax(learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any) -> optax.GradientTransformation:
    return optax.chain(optax.scale_by_adamax(b1=beta1, b2=beta2, eps=eps), optax.scale_by_learning_rate(learning_rate))


def _adabelief(learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any) -> optax.GradientTransformation:
    return optax.chain(
        optax.scale_by_belief(b1=beta1, b2=beta2, eps=eps, eps_root=eps), optax.scale_by_learning_rate(learning_rate)
    )


def _yogi(
    learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any, bias_correction: str
) -> optax.GradientTransformation:
    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, Moments]:
        t = state.steps + 1
        m, square = average(state.first_moment, gradient, beta1), gradient**2
        s = state.second_moment - (1 - beta2) * jnp.sign(state.second_moment - square) * square
        direction, size = m, s
        if bias_correction == "on":
            direction, size = corrected(m, beta1, t), corrected(s, beta2, t)
        return -learning_rate * direction / (jnp.sqrt(size) + eps), Moments(t, m, s)

    return optax.GradientTransformation(no_moments, update)


_MOMENTS = {"first_moment": "vector", "second_moment": "scale"}

AMSGRAD = Optimizer(
    key="amsgrad",
    name="AMSGrad",
    make=_amsgrad,
    parameters=(beta1(), beta2(), eps(1e-8), bias_correction("off")),
    rule=(
        r"\begin{aligned} m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, g_t, \quad"
        r" s_{t+1} = \beta_2 s_t + (1-\beta_2)\, g_t^2 \\"
        r" \hat s_{t+1} &= \max(\hat s_t, s_{t+1}) \\"
        r" w_{t+1} &= w_t - \eta\, \frac{m_{t+1}}{\sqrt{\hat s_{t+1}} + \epsilon} \\"
        r" & \qquad \left( \text{correction on: } w_t - \eta\,"
        r" \frac{m_{t+1} / (1-\beta_1^{t+1})}{\sqrt{\hat s_{t+1} / (1-\beta_2^{t+1})} + \epsilon} \right)"
        r" \end{aligned}"
    ),
    source="Reddi, Kale and Kumar, On the convergence of Adam and beyond, 2018",
    notes=(
        "Adam that divides by the largest average it has had, so that no axis ever speeds up again: a proof that Adam "
        "may fail to converge led to it. A steep start brakes it for good. As in the paper nothing is corrected for "
        "starting at 0 (the first step is 3.2 learning rates long) and the maximum starts at 0; epsilon is added, as "
        "everywhere. With correction it is PyTorch's and, but for epsilon's place, Keras's: the maximum is taken "
        "first and corrected after. optax corrects first and takes the maximum after."
    ),
    rate_class="unit_step",
    rate_factor=0.01,
    inside=Inside(
        observes=_MOMENTS | {"largest_second_moment": "scale"},
        observe=lambda state, params: watch_moments(state, params) | {"largest_second_moment": state.largest},
        worked=(
            "first_moment = beta1 * first_moment + (1 - beta1) * g",
            "second_moment = beta2 * second_moment + (1 - beta2) * g**2",
            "largest_second_moment = max(largest_second_moment, second_moment)",
            "axis_rate = eta / (sqrt(largest_second_moment) + eps) if bias_correction == 'off'",
            "w = w - axis_rate * first_moment if bias_correction == 'off'",
            "m_hat = first_moment / (1 - beta1**n) if bias_correction == 'on'",
            "s_hat = largest_second_moment / (1 - beta2**n) if bias_correction == 'on'",
            "axis_rate = eta / (sqrt(s_hat) + eps) if bias_correction == 'on'",
            "w = w - axis_rate * m_hat if bias_correction == 'on'",
        ),
        symbols={"s_hat": "ŝ′"},
    ),
)

ADAMAX = Optimizer(
    key="adamax",
    name="AdaMax",
    make=_adamax,
    parameters=(beta1(), beta2(), eps(1e-8)),
    rule=(
        r"\begin{aligned} m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, g_t \\"
        r" u_{t+1} &= \max(\beta_2 u_t, \lvert g_t \rvert + \epsilon) \\"
        r" w_{t+1} &= w_t - \frac{\eta}{1-\beta_1^{t+1}}\, \frac{m_{t+1}}{u_{t+1}} \end{aligned}"
    ),
    source="Kingma and Ba, Adam: a method for stochastic optimization, 2015, section 7.1",
    notes=(
        "Adam with the largest recent slope in place of the average one: u follows a steeper slope at once and "
        "forgets it slowly. It needs no correction, and no step is longer than about one learning rate. The paper has "
        "no epsilon; as in PyTorch and optax it is added to the slope before the maximum, so that a level start is "
        "not 0/0 (Keras adds it to u)."
    ),
    rate_class="unit_step",
    rate_factor=0.01,
    inside=Inside(
        observes={"first_moment": "vector", "largest_slope": "scale"},
        observe=lambda state, params: {"first_moment": state[0].mu, "largest_slope": state[0].nu},
        worked=(
            "first_moment = beta1 * first_moment + (1 - beta1) * g",
            "largest_slope = max(beta2 * largest_slope, abs(g) + eps)",
            "axis_rate = eta / ((1 - beta1**n) * largest_slope)",
            "w = w - axis_rate * first_moment",
        ),
    ),
)

ADABELIEF = Optimizer(
    key="adabelief",
    name="AdaBelief",
    make=_adabelief,
    parameters=(
        beta1(low=0.1),
        beta2(),
        eps(
            1e-16,
            1e-20,
            help="Added at every step to the average squared surprise and to its root; a large value tames the steps "
            "where the slope never surprises.",
        ),
    ),
    rule=(
        r"\begin{aligned} m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, g_t \\"
        r" s_{t+1} &= \beta_2 s_t + (1-\beta_2)\, (g_t - m_{t+1})^2 + \epsilon \\"
        r" \hat m &= \frac{m_{t+1}}{1-\beta_1^{t+1}}, \quad \hat s = \frac{s_{t+1}}{1-\beta_2^{t+1}} \\"
        r" w_{t+1} &= w_t - \eta\, \frac{\hat m}{\sqrt{\hat s} + \epsilon} \end{aligned}"
    ),
    source="Zhuang et al., AdaBelief optimizer: adapting stepsizes by the belief in observed gradients, 2020",
    notes=(
        "Adam that divides by how far gradients stray from their average, not by their size: where the slope keeps "
        "steady it takes long steps, where it jumps short ones. Without noise a steady slope makes steps grow and "
        "grow. optax's form, which is the paper's algorithm, epsilon inside the average included; 1e−16 as in optax "
        "and the authors' package (which adds RAdam's rule). PyTorch and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.01,
    inside=Inside(
        observes={"first_moment": "vector", "squared_surprise": "scale"},
        observe=lambda state, params: {"first_moment": state[0].mu, "squared_surprise": state[0].nu},
        worked=(
            "first_moment = beta1 * first_moment + (1 - beta1) * g",
            "squared_surprise = beta2 * squared_surprise + (1 - beta2) * (g - first_moment)**2 + eps",
            "m_hat = first_moment / (1 - beta1**n)",
            "s_hat = squared_surprise / (1 - beta2**n)",
            "axis_rate = eta / (sqrt(s_hat) + eps)",
            "w = w - axis_rate * m_hat",
        ),
    ),
)

YOGI = Optimizer(
    key="yogi",
    name="Yogi",
    make=_yogi,
    parameters=(beta1(), beta2(), eps(1e-3), bias_correction("off")),
    rule=(
        r"\begin{aligned} m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, g_t \\"
        r" s_{t+1} &= s_t - (1-\beta_2)\, \operatorname{sign}(s_t - g_t^2)\, g_t^2 \\"
        r" w_{t+1} &= w_t - \eta\, \frac{m_{t+1}}{\sqrt{s_{t+1}} + \epsilon} \\"
        r" & \qquad \left( \text{correction on: } w_t - \eta\,"
        r" \frac{m_{t+1} / (1-\beta_1^{t+1})}{\sqrt{s_{t+1} / (1-\beta_2^{t+1})} + \epsilon} \right)"
        r" \end{aligned}"
    ),
    source="Zaheer, Reddi, Sachan, Kale and Kumar, Adaptive methods for nonconvex optimization, 2018",
    notes=(
        "Adam whose measure of size moves by no more than the newest squared gradient: when slopes become small it "
        "forgets slowly, so steps do not suddenly grow. Both averages start at 0 and are not corrected, as in the "
        "paper's algorithm; epsilon is its 0.001. optax and TensorFlow Addons start both at 1e−6, so that the point "
        "drifts even where it is level, and correct them. PyTorch and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.01,
    inside=Inside(
        observes=_MOMENTS,
        observe=watch_moments,
        worked=(
            "first_moment = beta1 * first_moment + (1 - beta1) * g",
            "second_moment = second_moment - (1 - beta2) * sign(second_moment - g**2) * g**2",
            "m_hat = first_moment / (1 - beta1**n) if bias_correction == 'on'",
            "s_hat = second_moment / (1 - beta2**n) if bias_correction == 'on'",
            "axis_rate = eta / (sqrt(s_hat) + eps) if bias_correction == 'on'",
            "w = w - axis_rate * m_hat if bias_correction == 'on'",
            "axis_rate = eta / (sqrt(second_moment) + eps) if bias_correction == 'off'",
            "w = w - axis_rate * first_moment if bias_correction == 'off'",
        ),
    ),
)
