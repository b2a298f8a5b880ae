"""Steps that need no learning rate because they are bets, or because a bound on the loss is known: COCOB and MoMo.

The learning rate only scales what they find; 1 is the method. Where a paper's formula divides 0 by 0, because every
gradient so far was 0, nothing moves.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.length import length, ratio
from optimizers.shared.moments import average
from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter


class Bets(NamedTuple):
    """On each axis (n,): the start, the largest gradient, the sums of |gradient| and of -gradient, and the reward."""

    start: jax.Array
    largest: jax.Array
    sizes: jax.Array
    theta: jax.Array
    reward: jax.Array


class Averaged(NamedTuple):
    """Whether a step was made (), averages of the gradient (n,), of the value () and of g.w (), the last value ()."""

    begun: jax.Array
    gradient: jax.Array
    level: jax.Array
    product: jax.Array
    value: jax.Array


def _cocob(learning_rate: Any, *, alpha: Any) -> optax.GradientTransformation:
    def init(params: Any) -> Bets:
        return Bets(params, *(jnp.zeros_like(params) for _ in range(4)))

    def update(gradient: Any, state: Bets, params: Any = None) -> tuple[Any, Bets]:
        largest = jnp.maximum(state.largest, jnp.abs(gradient))
        sizes = state.sizes + jnp.abs(gradient)
        theta = state.theta - gradient
        reward = jnp.maximum(state.reward - (params - state.start) * gradient, 0.0)
        share = ratio(theta, jnp.maximum(sizes + largest, alpha * largest))
        target = state.start + share * (1 + ratio(reward, largest))
        return learning_rate * (target - params), Bets(state.start, largest, sizes, theta, reward)

    return optax.GradientTransformation(init, update)


def _momo(learning_rate: Any, *, beta: Any, lowest: Any) -> optax.GradientTransformationExtraArgs:
    def init(params: Any) -> Averaged:
        zero = jnp.zeros((), params.dtype)
        return Averaged(zero, jnp.zeros_like(params), zero, zero, zero)

    def update(gradient: Any, state: Averaged, params: Any = None, *, value: Any, **_: Any) -> tuple[Any, Averaged]:
        memory = beta * state.begun
        mean = average(state.gradient, gradient, memory)
        level = average(state.level, value, memory)
        product = average(state.product, jnp.vdot(gradient, params), memory)
        size = length(mean)
        height = jnp.maximum(level + jnp.vdot(mean, params) - product - lowest, 0.0)
        step = jnp.minimum(learning_rate * size, ratio(height, size))
        return -step * ratio(mean, size), Averaged(jnp.ones_like(state.begun), mean, level, product, value)

    return optax.GradientTransformationExtraArgs(init, update)


COCOB = Optimizer(
    key="cocob",
    name="Coin betting (COCOB)",
    make=_cocob,
    parameters=(
        Parameter(
            key="alpha",
            name="Caution at the start",
            default=100.0,
            low=1.0,
            high=1e4,
            log=True,
            help="How small the first bets are: the first step on each axis is one over this number, a half at most.",
        ),
    ),
    rule=(
        r"\begin{aligned} L_t &= \max(L_{t-1}, \lvert g_t \rvert), \quad G_t = G_{t-1} + \lvert g_t \rvert, \quad"
        r" \theta_t = \theta_{t-1} - g_t \\"
        r" R_t &= \max\!\left(0,\ R_{t-1} - (w_t - w_0)\, g_t\right) \\"
        r" w_{t+1} &= w_t + \eta \left(w_0 + \frac{\theta_t}{L_t \max(G_t + L_t,\, \alpha L_t)}\, (L_t + R_t)"
        r" - w_t\right) \end{aligned}"
    ),
    source="Orabona and Tommasi, Training deep networks without learning rates through coin betting, 2017",
    notes=(
        "Each axis is a gambler who bets on the sign of the next gradient, and stakes more the more it has won: the "
        "stake is the distance from the start. A loss multiplied by a number makes the same steps. The paper has no "
        "learning rate; here it says how much of the way to the new bet is gone, and 1 is the paper. optax multiplies "
        "the gradient by it instead, which changes almost nothing. optax starts L at 1e−8, here at 0."
    ),
    rate_class="rate_free",
    inside=Inside(
        observes={"largest_gradient": "scale", "sizes": "scale", "theta": "vector", "reward": "scale"},
        observe=lambda state, params: {
            "largest_gradient": state.largest,
            "sizes": state.sizes,
            "theta": state.theta,
            "reward": state.reward,
        },
        worked=(
            "largest_gradient = max(largest_gradient, abs(g))",
            "sizes = sizes + abs(g)",
            "theta = theta - g",
            "reward = max(0, reward - (w - w_start) * g)",
            "fraction = ratio(theta, max(sizes + largest_gradient, alpha * largest_gradient))",
            "stake = fraction * (1 + ratio(reward, largest_gradient))",
            "w = w + eta * (w_start + stake - w)",
        ),
    ),
)

MOMO = Optimizer(
    key="momo",
    name="Model-based momentum (MoMo)",
    make=_momo,
    parameters=(
        Parameter(
            key="beta",
            name="Momentum",
            default=0.9,
            low=0.0,
            high=0.999,
            help="How slowly the averages of gradient and value change: 0 is Polyak's step, 0.9 averages about ten.",
        ),
        Parameter(
            key="lowest",
            name="Lower bound of the value",
            default=0.0,
            low=-1e6,
            high=1e6,
            help="A value that the surface never falls below. The closer to its minimum, the better the steps.",
        ),
    ),
    rule=(
        r"\begin{aligned} m_t &= \beta m_{t-1} + (1-\beta)\, g_t, \quad"
        r" \bar f_t = \beta \bar f_{t-1} + (1-\beta)\, f(w_t), \quad"
        r" \gamma_t = \beta \gamma_{t-1} + (1-\beta)\, g_t^\top w_t \\"
        r" w_{t+1} &= w_t - \min\!\left(\eta,\ \frac{\max(0,\ \bar f_t + m_t^\top w_t - \gamma_t - f_*)}"
        r"{\lVert m_t \rVert^2}\right) m_t, \qquad"
        r" m_0 = g_0,\ \bar f_0 = f(w_0),\ \gamma_0 = g_0^\top w_0 \end{aligned}"
    ),
    source="Schaipp, Ohana, Eickenberg, Defazio and Gower, MoMo: momentum models for adaptive learning rates, 2024",
    notes=(
        "Polyak's step with memory: past values and slopes make a model of the surface, and the step goes to where "
        "that model meets the lower bound f*. The learning rate is the largest multiple of the average gradient "
        "allowed. The bound is what is set here, 0 unless told; the paper's estimate of it along the way is not "
        "offered. No weight decay. optax's momo is the same, but stands still once the average gradient is shorter "
        "than 1.5e−8. Momentum does not damp on a quadratic what the model overshoots, so it may swing."
    ),
    rate_class="rate_free",
    cost=(1, 1, 0),
    inside=Inside(
        observes={"first_moment": "vector", "level": "number", "product": "number", "value": "number"},
        passing=("value",),
        observe=lambda state, params: {
            "first_moment": state.gradient,
            "level": state.level,
            "product": state.product,
            "value": state.value,
        },
        worked=(
            "value: the loss at w",
            "first_moment = g if n == 1",
            "first_moment = beta * first_moment + (1 - beta) * g if n > 1",
            "level = value if n == 1",
            "level = beta * level + (1 - beta) * value if n > 1",
            "product = dot(g, w) if n == 1",
            "product = beta * product + (1 - beta) * dot(g, w) if n > 1",
            "height = max(0, level + dot(first_moment, w) - product - lowest)",
            "w = w - min(eta, ratio(height, norm(first_moment)**2)) * first_moment",
        ),
    ),
)
