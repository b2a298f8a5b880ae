"""Steps along the gradient, with and without memory of the way: gradient descent and four kinds of momentum.

On a quadratic these are linear recurrences, so the learning rate at which each stops converging, how fast it converges
and how far noise keeps it from the minimum are known in closed form. In these formulas a = learning_rate * curvature.
"""

from math import inf, sqrt
from typing import Any

import jax
import optax

from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter


def _beta(help: str) -> Parameter:
    return Parameter(key="beta", name="Momentum", default=0.9, low=0.0, high=0.999, help=help)


def _velocity(state: Any, params: jax.Array) -> dict[str, jax.Array]:
    return {"velocity": state[0].trace}


def _average(state: Any, params: jax.Array) -> dict[str, jax.Array]:
    return {"velocity": state[0].ema}


def _gradient_descent(learning_rate: Any) -> optax.GradientTransformation:
    return optax.scale_by_learning_rate(learning_rate)


def _heavy_ball(learning_rate: Any, *, beta: Any) -> optax.GradientTransformation:
    return optax.chain(optax.trace(beta), optax.scale_by_learning_rate(learning_rate))


def _ema(learning_rate: Any, *, beta: Any) -> optax.GradientTransformation:
    return optax.chain(optax.ema(beta, debias=False), optax.scale_by_learning_rate(learning_rate))


def _nesterov(learning_rate: Any, *, beta: Any) -> optax.GradientTransformation:
    return optax.chain(optax.trace(beta, nesterov=True), optax.scale_by_learning_rate(learning_rate))


def _quasi_hyperbolic(learning_rate: Any, *, beta: Any, nu: Any) -> optax.GradientTransformation:
    average = optax.ema(beta, debias=False)

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, Any]:
        mean, state = average.update(gradient, state, params)
        return -learning_rate * ((1 - nu) * gradient + nu * mean), state

    return optax.GradientTransformation(average.init, update)


def _heavy_ball_limit(curvature: float, *, beta: float = 0.0) -> float:
    return 2 * (1 + beta) / curvature if curvature > 0 else inf


def _ema_limit(curvature: float, *, beta: float) -> float:
    return _heavy_ball_limit(curvature, beta=beta) / (1 - beta)


def _nesterov_limit(curvature: float, *, beta: float) -> float:
    return 2 * (1 + beta) / ((1 + 2 * beta) * curvature) if curvature > 0 else inf


def _largest_root(sum_: float, product: float) -> float:
    """Return the largest modulus among the roots of z² - sum z + product."""
    square = sum_**2 - 4 * product
    return sqrt(product) if square < 0 else (abs(sum_) + sqrt(square)) / 2


def _heavy_ball_factor(learning_rate: float, curvature: float, *, beta: float = 0.0) -> float:
    return _largest_root(1 + beta - learning_rate * curvature, beta)


def _ema_factor(learning_rate: float, curvature: float, *, beta: float) -> float:
    return _heavy_ball_factor(learning_rate * (1 - beta), curvature, beta=beta)


def _nesterov_factor(learning_rate: float, curvature: float, *, beta: float) -> float:
    left = 1 - learning_rate * curvature
    return _largest_root((1 + beta) * left, beta * left)


def _heavy_ball_floor(learning_rate: float, curvature: float, sigma: float, *, beta: float = 0.0) -> float:
    """Return the stationary variance of w(t+1) = (1 + beta - a) w(t) - beta w(t-1) - learning_rate * noise(t)."""
    if not (curvature > 0 and learning_rate < _heavy_ball_limit(curvature, beta=beta)):
        return inf
    room = 2 * (1 + beta) - learning_rate * curvature
    return learning_rate * sigma**2 * (1 + beta) / (curvature * (1 - beta) * room)


def _ema_floor(learning_rate: float, curvature: float, sigma: float, *, beta: float) -> float:
    return _heavy_ball_floor(learning_rate * (1 - beta), curvature, sigma, beta=beta)


def _nesterov_floor(learning_rate: float, curvature: float, sigma: float, *, beta: float) -> float:
    """Return the stationary variance of the recurrence with one lag of noise that Nesterov's steps follow.

    w(t+1) = (1 + beta)(1 - a) w(t) - beta (1 - a) w(t-1) - learning_rate * ((1 + beta) noise(t) - beta noise(t-1)).
    """
    if not (curvature > 0 and learning_rate < _nesterov_limit(curvature, beta=beta)):
        return inf
    a = learning_rate * curvature
    spread = 1 + beta + a * beta * (1 + 2 * beta)
    room = 2 * (1 + beta) - a * (1 + 2 * beta)
    return learning_rate * sigma**2 * spread / (curvature * (1 - beta + a * beta) * room)


def _quasi_hyperbolic_limit(curvature: float, *, beta: float, nu: float) -> float:
    return 2 * (1 + beta) / ((1 + beta - 2 * nu * beta) * curvature) if curvature > 0 else inf


def _quasi_hyperbolic_floor(learning_rate: float, curvature: float, sigma: float, *, beta: float, nu: float) -> float:
    """Return the stationary variance of the recurrence with one lag of noise that quasi-hyperbolic steps follow.

    With p = 1 - nu beta and q = (1 - nu) beta,
    w(t+1) = (1 + beta - a p) w(t) - (beta - a q) w(t-1) - learning_rate * (p noise(t) - q noise(t-1)).
    """
    if not (curvature > 0 and learning_rate < _quasi_hyperbolic_limit(curvature, beta=beta, nu=nu)):
        return inf
    a, q, both = learning_rate * curvature, (1 - nu) * beta, 1 + beta - 2 * nu * beta
    spread = (1 + beta) * (1 - beta) + a * q * both
    return learning_rate * sigma**2 * spread / (curvature * (1 - beta + a * q) * (2 * (1 + beta) - a * both))


GRADIENT_DESCENT = Optimizer(
    key="gradient_descent",
    name="Gradient descent",
    make=_gradient_descent,
    rule=r"w_{t+1} = w_t - \eta\, g_t",
    source="Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, 1847",
    notes=(
        "Each step goes straight downhill, in proportion to the slope. In a narrow valley the steep direction limits "
        "the learning rate and the flat one decides how long it takes. With noise in the gradient this is SGD."
    ),
    rate_class="curvature",
    rate_factor=1.0,
    stability_limit=_heavy_ball_limit,
    noise_floor=_heavy_ball_floor,
    contraction=_heavy_ball_factor,
    inside=Inside(
        worked=("w = w - eta * g",),
    ),
)

MOMENTUM = Optimizer(
    key="momentum",
    name="Momentum (heavy ball)",
    make=_heavy_ball,
    parameters=(
        _beta(
            "How much of the last velocity the ball keeps at each step: 0 is plain gradient descent, 0.9 adds up ten."
        ),
    ),
    rule=r"\begin{aligned} v_{t+1} &= \beta v_t + g_t \\ w_{t+1} &= w_t - \eta\, v_{t+1} \end{aligned}",
    source="Polyak, Some methods of speeding up the convergence of iteration methods, 1964",
    notes=(
        "A velocity adds up past gradients, so steps along a valley grow and steps across it cancel. Under a steady "
        "slope it moves 1/(1 - beta) times as far as gradient descent at the same learning rate. As in PyTorch and "
        "optax the learning rate multiplies the velocity when it is used; Polyak and Keras multiply the gradient when "
        "it enters, which differs only while the learning rate changes."
    ),
    rate_class="curvature",
    rate_factor=0.3,
    inside=Inside(
        observes={"velocity": "vector"},
        observe=_velocity,
        worked=(
            "velocity = beta * velocity + g",
            "w = w - eta * velocity",
        ),
        arrow="-eta * beta * velocity",
    ),
    stability_limit=_heavy_ball_limit,
    noise_floor=_heavy_ball_floor,
    contraction=_heavy_ball_factor,
)

MOMENTUM_EMA = Optimizer(
    key="momentum_ema",
    name="Momentum (moving average)",
    make=_ema,
    parameters=(
        _beta("How slowly the average of past gradients changes: 0 is plain gradient descent, 0.9 averages about ten."),
    ),
    rule=r"\begin{aligned} v_{t+1} &= \beta v_t + (1-\beta)\, g_t \\ w_{t+1} &= w_t - \eta\, v_{t+1} \end{aligned}",
    source="Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum, 2013 (rescaled)",
    notes=(
        "Heavy-ball momentum at the learning rate (1 - beta) times this one: the velocity is an average of gradients, "
        "not their sum, so a good learning rate is 1/(1 - beta) times as large. The average starts at 0 and is not "
        "corrected for it. PyTorch's dampening = beta differs in its first step, which enters the full gradient."
    ),
    rate_class="curvature",
    rate_factor=3.0,
    inside=Inside(
        observes={"velocity": "vector"},
        observe=_average,
        worked=(
            "velocity = beta * velocity + (1 - beta) * g",
            "w = w - eta * velocity",
        ),
        arrow="-eta * beta * velocity",
    ),
    stability_limit=_ema_limit,
    noise_floor=_ema_floor,
    contraction=_ema_factor,
)

NESTEROV = Optimizer(
    key="nesterov",
    name="Nesterov momentum",
    make=_nesterov,
    parameters=(
        _beta("How much of the last velocity is kept, and how far ahead the gradient is read: 0 is gradient descent."),
    ),
    rule=(
        r"\begin{aligned} v_{t+1} &= \beta v_t + g_t \\"
        r" w_{t+1} &= w_t - \eta\,(g_t + \beta v_{t+1}) \end{aligned}"
    ),
    source="Nesterov, A method for solving the convex programming problem with convergence rate O(1/k²), 1983",
    notes=(
        "Momentum that reads the slope where it is about to be, and so brakes earlier. As in PyTorch and optax the "
        "iterate shown is the point looked ahead to, where the gradient is taken; at a constant learning rate this is "
        "Nesterov's method with a constant momentum, written in that point. It tolerates a smaller learning rate than "
        "the heavy ball."
    ),
    rate_class="curvature",
    rate_factor=0.3,
    inside=Inside(
        observes={"velocity": "vector"},
        observe=_velocity,
        worked=(
            "velocity = beta * velocity + g",
            "w = w - eta * (g + beta * velocity)",
        ),
        arrow="-eta * beta**2 * velocity",
    ),
    stability_limit=_nesterov_limit,
    noise_floor=_nesterov_floor,
    contraction=_nesterov_factor,
)

QHM = Optimizer(
    key="qhm",
    name="Quasi-hyperbolic momentum",
    make=_quasi_hyperbolic,
    parameters=(
        Parameter(
            key="beta",
            name="Momentum",
            default=0.999,
            low=0.0,
            high=0.9999,
            help="How slowly the average of past gradients changes: 0.999 averages about a thousand.",
        ),
        Parameter(
            key="nu",
            name="Share of the average",
            default=0.7,
            low=0.0,
            high=1.0,
            help="How much of a step the average makes, the newest gradient the rest: 0 is gradient descent.",
        ),
    ),
    rule=(
        r"\begin{aligned} v_{t+1} &= \beta v_t + (1-\beta)\, g_t \\"
        r" w_{t+1} &= w_t - \eta \left( (1-\nu)\, g_t + \nu\, v_{t+1} \right) \end{aligned}"
    ),
    source="Ma and Yarats, Quasi-hyperbolic momentum and Adam for deep learning, 2019",
    notes=(
        "A step of gradient descent mixed with one of averaged momentum. At a share of 1 it is momentum as a moving "
        "average, at a share equal to beta it is Nesterov's method at the learning rate (1 - beta) times this one. The "
        "defaults are the paper's advice; with them the newest gradient sets the pace and the long average slowly "
        "forgets. The average starts at 0 and is not corrected. PyTorch, optax and Keras have no counterpart; the "
        "authors' package is the same."
    ),
    rate_class="curvature",
    rate_factor=1.0,
    inside=Inside(
        observes={"velocity": "vector"},
        observe=lambda state, params: {"velocity": state.ema},
        worked=(
            "velocity = beta * velocity + (1 - beta) * g",
            "w = w - eta * ((1 - nu) * g + nu * velocity)",
        ),
        arrow="-eta * nu * beta * velocity",
    ),
    stability_limit=_quasi_hyperbolic_limit,
    noise_floor=_quasi_hyperbolic_floor,
)
