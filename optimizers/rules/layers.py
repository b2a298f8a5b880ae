"""Steps measured by the length of a whole layer's gradient or weights; here both axes together are one layer."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.length import length
from optimizers.shared.moments import Moments, average, beta1, beta2, corrected, eps, no_moments, weight_decay
from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter


class LambState(NamedTuple):
    """The moments as in Adam, and the trust ratio () of the last step."""

    moments: Moments
    trust_ratio: jax.Array


class LarsState(NamedTuple):
    """The velocity (n,), and the trust ratio () of the last step."""

    velocity: jax.Array
    trust_ratio: jax.Array


def _novograd(
    learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any, weight_decay: Any
) -> optax.GradientTransformation:
    def init(params: Any) -> Moments:
        return Moments(jnp.zeros((), params.dtype), jnp.zeros_like(params), jnp.zeros((), params.dtype))

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, Moments]:
        square = length(gradient) ** 2
        s = jnp.where(state.steps == 0, square, average(state.second_moment, square, beta2))
        m = beta1 * state.first_moment + gradient / (jnp.sqrt(s) + eps) + weight_decay * params
        return -learning_rate * m, Moments(state.steps + 1, m, s)

    return optax.GradientTransformation(init, update)


def _lamb(learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any, weight_decay: Any) -> optax.GradientTransformation:
    def init(params: Any) -> LambState:
        return LambState(no_moments(params), jnp.zeros((), params.dtype))

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, LambState]:
        count, m, s = state.moments
        t = count + 1
        m, s = average(m, gradient, beta1), average(s, gradient**2, beta2)
        direction = corrected(m, beta1, t) / (jnp.sqrt(corrected(s, beta2, t)) + eps) + weight_decay * params
        weights, long = length(params), length(direction)
        trust = jnp.where((weights > 0) & (long > 0), weights / jnp.where(long > 0, long, 1.0), 1.0)
        return -learning_rate * trust * direction, LambState(Moments(t, m, s), trust)

    return optax.GradientTransformation(init, update)


def _lars(learning_rate: Any, *, momentum: Any, trust: Any, weight_decay: Any) -> optax.GradientTransformation:
    def init(params: Any) -> LarsState:
        return LarsState(jnp.zeros_like(params), jnp.zeros((), params.dtype))

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, LarsState]:
        weights = length(params)
        under = length(gradient) + weight_decay * weights
        local = jnp.where(under > 0, trust * weights / jnp.where(under > 0, under, 1.0), 0.0)
        v = momentum * state.velocity + learning_rate * local * (gradient + weight_decay * params)
        return -v, LarsState(v, local)

    return optax.GradientTransformation(init, update)


NOVOGRAD = Optimizer(
    key="novograd",
    name="NovoGrad",
    make=_novograd,
    parameters=(
        beta1(
            0.95,
            help="How much of the last divided gradients is kept: 0.95 adds up about twenty, so steps are twenty "
            "learning rates long.",
        ),
        beta2(0.98),
        eps(1e-8),
        weight_decay(0.0),
    ),
    rule=(
        r"\begin{aligned} s_{t+1} &= \beta_2 s_t + (1-\beta_2)\, \lVert g_t \rVert^2, \quad"
        r" s_1 = \lVert g_0 \rVert^2 \\"
        r" m_{t+1} &= \beta_1 m_t + \frac{g_t}{\sqrt{s_{t+1}} + \epsilon} + \lambda w_t \\"
        r" w_{t+1} &= w_t - \eta\, m_{t+1} \end{aligned} \\ \lambda = \text{weight decay}"
    ),
    source="Ginsburg et al., Stochastic gradient methods with layer-wise adaptive moments for training of deep "
    "networks, 2019",
    notes=(
        "Momentum over gradients divided by one size for the whole layer, here by the usual length of (x, y)'s "
        "gradient: it goes where momentum goes, at a pace of its own. The velocity adds gradients up, so a good "
        "learning rate is smaller than Adam's. beta2 is 0.98 as in the paper's experiments (optax: 0.25); no weight "
        "decay unless set. optax has the same form; PyTorch and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.0005,
    inside=Inside(
        observes={"velocity": "vector", "second_moment": "number"},
        observe=lambda state, params: {"velocity": state.first_moment, "second_moment": state.second_moment},
        worked=(
            "second_moment = norm(g)**2 if n == 1",
            "second_moment = beta2 * second_moment + (1 - beta2) * norm(g)**2 if n > 1",
            "velocity = beta1 * velocity + g / (sqrt(second_moment) + eps) + weight_decay * w",
            "w = w - eta * velocity",
        ),
        symbols={"velocity": "m"},
        arrow="-eta * beta1 * velocity",
    ),
)

LAMB = Optimizer(
    key="lamb",
    name="LAMB",
    make=_lamb,
    parameters=(beta1(), beta2(), eps(1e-6), weight_decay(0.0)),
    rule=(
        r"\begin{aligned} m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, g_t, \quad"
        r" s_{t+1} = \beta_2 s_t + (1-\beta_2)\, g_t^2 \\"
        r" u_t &= \frac{m_{t+1} / (1-\beta_1^{t+1})}{\sqrt{s_{t+1} / (1-\beta_2^{t+1})} + \epsilon} + \lambda w_t,"
        r" \quad r_t = \frac{\lVert w_t \rVert}{\lVert u_t \rVert} \quad (1 \text{ where either length is 0}) \\"
        r" w_{t+1} &= w_t - \eta\, r_t\, u_t \end{aligned} \\ \lambda = \text{weight decay}"
    ),
    source="You et al., Large batch optimization for deep learning: training BERT in 76 minutes, 2020",
    notes=(
        "Adam's direction, but the step is as long as the learning rate times the distance from the origin: made for "
        "layers of weights, where that length means something. Here (x, y) is one layer, so the origin is special: "
        "steps shrink towards it and grow away from it. The paper's scaling function is the identity, and the ratio "
        "is 1 where either length is 0, as in the authors' code and optax. The paper's weight decay is 0.01, here 0 "
        "unless set, as in optax. Keras has LAMB too; PyTorch does not."
    ),
    rate_class="rate_free",
    rate_factor=0.01,
    inside=Inside(
        observes={"first_moment": "vector", "second_moment": "scale", "trust_ratio": "number"},
        observe=lambda state, params: {
            "first_moment": state.moments.first_moment,
            "second_moment": state.moments.second_moment,
            "trust_ratio": state.trust_ratio,
        },
        worked=(
            "first_moment = beta1 * first_moment + (1 - beta1) * g",
            "second_moment = beta2 * second_moment + (1 - beta2) * g**2",
            "m_hat = first_moment / (1 - beta1**n)",
            "s_hat = second_moment / (1 - beta2**n)",
            "scaled = m_hat / (sqrt(s_hat) + eps) + weight_decay * w",
            "trust_ratio = norm(w) / norm(scaled) if norm(w) * norm(scaled) > 0",
            "trust_ratio = 1 if norm(w) * norm(scaled) == 0",
            "w = w - eta * trust_ratio * scaled",
        ),
    ),
)

LARS = Optimizer(
    key="lars",
    name="LARS",
    make=_lars,
    parameters=(
        Parameter(
            key="momentum",
            name="Momentum",
            default=0.9,
            low=0.0,
            high=0.999,
            help="How much of the last step is kept: 0 is none, 0.9 adds up about ten.",
        ),
        Parameter(
            key="trust",
            name="Trust coefficient",
            default=0.001,
            low=1e-5,
            high=0.1,
            log=True,
            help="How far a step may go at a learning rate of 1, as a share of the distance from the origin.",
        ),
        weight_decay(0.0),
    ),
    rule=(
        r"\begin{aligned} r_t &= \tau\, \frac{\lVert w_t \rVert}{\lVert g_t \rVert + \lambda \lVert w_t \rVert}, \qquad"
        r" \tau = \text{trust coefficient},\ \lambda = \text{weight decay} \\"
        r" v_{t+1} &= \mu v_t + \eta\, r_t\, (g_t + \lambda w_t), \quad w_{t+1} = w_t - v_{t+1}, \qquad"
        r" \mu = \text{momentum} \end{aligned}"
    ),
    source="You, Gitman and Ginsburg, Large batch training of convolutional networks, 2017",
    notes=(
        "Momentum whose learning rate is set anew at each step, so that a step is a fixed share of the distance from "
        "the origin, however steep the slope. Here (x, y) is one layer, so the origin is special: steps shrink "
        "towards it, and a ball that sits on it stays. The paper's lengths in the denominator are taken apart, as "
        "here; optax takes the length of gradient and decay together, and a ratio of 1 where a length is 0. The "
        "paper's weight decay is 0.0005, here 0 unless set. PyTorch and Keras have no counterpart."
    ),
    rate_class="rate_free",
    rate_factor=1.0,
    inside=Inside(
        observes={"velocity": "vector", "trust_ratio": "number"},
        observe=lambda state, params: {
            "velocity": state.velocity,
            "trust_ratio": state.trust_ratio,
        },
        worked=(
            "trust_ratio = ratio(trust * norm(w), norm(g) + weight_decay * norm(w))",
            "velocity = momentum * velocity + eta * trust_ratio * (g + weight_decay * w)",
            "w = w - velocity",
        ),
        arrow="-momentum * velocity",
    ),
)
