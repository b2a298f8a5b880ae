"""Adam that looks ahead, as Nesterov's momentum does: NAdam and Adan."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.moments import average, beta1, beta2, corrected, eps, no_moments, watch_moments, weight_decay
from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter


class MomentsAndProduct(NamedTuple):
    """NAdam's state: the steps made (), the product of its momenta so far () and the two averages, (n,) each."""

    steps: jax.Array
    product: jax.Array
    first_moment: jax.Array
    second_moment: jax.Array


class AdanState(NamedTuple):
    """The steps made (), the last gradient, and averages of it, of its changes and of its squared look-ahead, (n,)."""

    steps: jax.Array
    last_gradient: jax.Array
    first_moment: jax.Array
    gradient_change: jax.Array
    second_moment: jax.Array


def _nadam(
    learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any, rising: str, momentum_decay: Any
) -> optax.GradientTransformation:
    def momentum(t: Any) -> Any:
        return beta1 if rising == "nowhere" else beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * t))

    def init(params: Any) -> MomentsAndProduct:
        count, m, s = no_moments(params)
        return MomentsAndProduct(count, jnp.ones_like(count), m, s)

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, MomentsAndProduct]:
        t = state.steps + 1
        now, following = momentum(t), momentum(t + 1)
        product = state.product * now
        m = average(state.first_moment, gradient, now if rising == "everywhere" else beta1)
        s = average(state.second_moment, gradient**2, beta2)
        ahead = following * m / (1 - product * following) + (1 - now) * gradient / (1 - product)
        step = -learning_rate * ahead / (jnp.sqrt(corrected(s, beta2, t)) + eps)
        return step, MomentsAndProduct(t, product, m, s)

    return optax.GradientTransformation(init, update)


def _adan(
    learning_rate: Any, *, beta1: Any, beta2: Any, beta3: Any, eps: Any, weight_decay: Any
) -> optax.GradientTransformation:
    def init(params: Any) -> AdanState:
        zeros = jnp.zeros_like(params)
        return AdanState(jnp.zeros((), params.dtype), zeros, zeros, zeros, zeros)

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, AdanState]:
        is_first = state.steps == 0
        change = jnp.where(is_first, 0.0, gradient - state.last_gradient)
        m = jnp.where(is_first, gradient, average(state.first_moment, gradient, beta1))
        v = jnp.where(state.steps <= 1, change, average(state.gradient_change, change, beta2))
        square = (gradient + beta2 * change) ** 2
        s = jnp.where(is_first, square, average(state.second_moment, square, beta3))
        moved = params - learning_rate * (m + beta2 * v) / (jnp.sqrt(s) + eps)
        step = moved / (1 + learning_rate * weight_decay) - params
        return step, AdanState(state.steps + 1, gradient, m, v, s)

    return optax.GradientTransformation(init, update)


_MOMENTS = {"first_moment": "vector", "second_moment": "scale"}

NADAM = Optimizer(
    key="nadam",
    name="NAdam",
    make=_nadam,
    parameters=(
        beta1(),
        beta2(),
        eps(1e-8),
        Parameter(
            key="momentum_decay",
            name="Pace of the momentum",
            default=0.004,
            low=0.0,
            high=1.0,
            help="How fast the momentum rises from about half of beta1 towards all of it: nine tenths of the way take "
            "about 14,000 steps at 0.004, and 56 at 1.",
        ),
        Parameter(
            key="rising",
            name="Where the momentum rises",
            kind="choice",
            choices=("everywhere", "step", "nowhere"),
            default="everywhere",
            help="Everywhere, in the average and in the step, as in the paper; in the step alone, as in PyTorch; or "
            "nowhere, as in optax: then it is beta1 throughout.",
        ),
    ),
    rule=(
        r"\begin{aligned} \mu_t &= \beta_1 \left( 1 - \tfrac12\, 0.96^{\,\psi t} \right)"
        r" \ (\text{nowhere: } \beta_1), \qquad \psi = \text{pace} \\"
        r" m_{t+1} &= \mu_{t+1} m_t + (1-\mu_{t+1})\, g_t \quad (\text{step: } \beta_1 m_t + (1-\beta_1)\, g_t) \\"
        r" s_{t+1} &= \beta_2 s_t + (1-\beta_2)\, g_t^2, \quad \hat s = \frac{s_{t+1}}{1-\beta_2^{t+1}} \\"
        r" \hat m &= \frac{\mu_{t+2}\, m_{t+1}}{1 - \prod_{i=1}^{t+2} \mu_i} +"
        r" \frac{(1-\mu_{t+1})\, g_t}{1 - \prod_{i=1}^{t+1} \mu_i} \\"
        r" w_{t+1} &= w_t - \eta\, \frac{\hat m}{\sqrt{\hat s} + \epsilon} \end{aligned}"
    ),
    source="Dozat, Incorporating Nesterov momentum into Adam, 2016",
    notes=(
        "Adam with Nesterov's look-ahead: the step uses the momentum of the next step, and the newest gradient counts "
        "more. The momentum rises from about half of beta1, with the paper's 0.96 and 1/250 = 0.004 (Keras: 1). In "
        "the paper the average follows it too, in PyTorch and Keras only the step does; optax keeps it constant. The "
        "second average is corrected as in Adam and in all three; the paper's listing has one more factor of beta2 "
        "there. beta1 is 0.9 as in these three; the paper's experiments take 0.99."
    ),
    rate_class="unit_step",
    rate_factor=0.01,
    inside=Inside(
        observes=_MOMENTS | {"momentum_product": "number"},
        observe=lambda state, params: watch_moments(state, params) | {"momentum_product": state.product},
        worked=(
            "mu = beta1 * (1 - 0.5 * 0.96**(momentum_decay * n)) if rising != 'nowhere'",
            "mu_next = beta1 * (1 - 0.5 * 0.96**(momentum_decay * (n + 1))) if rising != 'nowhere'",
            "mu = beta1 if rising == 'nowhere'",
            "mu_next = beta1 if rising == 'nowhere'",
            "momentum_product = mu * momentum_product",
            "first_moment = mu * first_moment + (1 - mu) * g if rising == 'everywhere'",
            "first_moment = beta1 * first_moment + (1 - beta1) * g if rising != 'everywhere'",
            "second_moment = beta2 * second_moment + (1 - beta2) * g**2",
            "m_hat = mu_next * first_moment / (1 - mu_next * momentum_product) + (1 - mu) * g / (1 - momentum_product)",
            "s_hat = second_moment / (1 - beta2**n)",
            "axis_rate = eta / (sqrt(s_hat) + eps)",
            "w = w - axis_rate * m_hat",
        ),
    ),
)

ADAN = Optimizer(
    key="adan",
    name="Adan",
    make=_adan,
    parameters=(
        beta1(0.98),
        Parameter(
            key="beta2",
            name="Memory of the change",
            default=0.92,
            low=0.0,
            high=0.999,
            help="How slowly the average change of the gradient moves, and how far ahead that change is followed.",
        ),
        Parameter(
            key="beta3",
            name="Memory of the gradient's size",
            default=0.99,
            low=0.0,
            high=0.99999,
            help="How slowly the average squared gradient, which sets the step size, changes.",
        ),
        eps(1e-8),
        weight_decay(0.0),
    ),
    rule=(
        r"\begin{aligned} d_t &= g_t - g_{t-1} \\"
        r" m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, g_t, \quad v_{t+1} = \beta_2 v_t + (1-\beta_2)\, d_t \\"
        r" s_{t+1} &= \beta_3 s_t + (1-\beta_3)\, (g_t + \beta_2 d_t)^2 \\"
        r" w_{t+1} &= \frac{1}{1 + \lambda \eta} \left( w_t - \eta\,"
        r" \frac{m_{t+1} + \beta_2 v_{t+1}}{\sqrt{s_{t+1}} + \epsilon} \right) \\"
        r" & \text{first: } d_0 = 0,\ m_1 = g_0,\ v_1 = 0,\ v_2 = d_1,\ s_1 = g_0^2,"
        r" \qquad \lambda = \text{weight decay}"
        r" \end{aligned}"
    ),
    source="Xie, Zhou, Li, Lin and Yan, Adan: adaptive Nesterov momentum algorithm for faster optimizing deep "
    "models, 2022",
    notes=(
        "Adam with Nesterov's look-ahead made from the change between two gradients, in the direction and in the size. "
        "The averages start at the first gradient, its square and the first change, as in the paper's algorithm 1; "
        "optax and the authors' code start them at 0 and correct them instead. A memory here "
        "is 1 minus the paper's beta. The weight decay divides the whole step, as in the paper (optax adds it as AdamW "
        "does); 0 unless set. No restarts. PyTorch and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.01,
    inside=Inside(
        observes={"first_moment": "vector", "gradient_change": "vector", "second_moment": "scale"},
        observe=lambda state, params: {
            "first_moment": state.first_moment,
            "gradient_change": state.gradient_change,
            "second_moment": state.second_moment,
        },
        worked=(
            "first_moment = g if n == 1",
            "first_moment = beta1 * first_moment + (1 - beta1) * g if n > 1",
            "gradient_change = g - g_before if n <= 2",
            "gradient_change = beta2 * gradient_change + (1 - beta2) * (g - g_before) if n > 2",
            "second_moment = g**2 if n == 1",
            "second_moment = beta3 * second_moment + (1 - beta3) * (g + beta2 * (g - g_before))**2 if n > 1",
            "axis_rate = eta / (sqrt(second_moment) + eps)",
            "w = (w - axis_rate * (first_moment + beta2 * gradient_change)) / (1 + eta * weight_decay)",
        ),
    ),
)
