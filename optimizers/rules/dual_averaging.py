"""Steps counted from the start of the run, from the sum of all gradients since: MADGRAD."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.moments import eps
from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter


class MadgradState(NamedTuple):
    """The number of steps made (), the start and the weighted sums of gradients and of their squares, (n,) each."""

    steps: jax.Array
    start: jax.Array
    gradient_sum: jax.Array
    sum_of_squares: jax.Array


def _madgrad(learning_rate: Any, *, momentum: Any, eps: Any) -> optax.GradientTransformation:
    def init(params: Any) -> MadgradState:
        zeros = jnp.zeros_like(params)
        return MadgradState(jnp.zeros((), params.dtype), jnp.asarray(params), zeros, zeros)

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, MadgradState]:
        weight = learning_rate * jnp.sqrt(state.steps + 1)
        total = state.gradient_sum + weight * gradient
        squares = state.sum_of_squares + weight * gradient**2
        target = state.start - total / (jnp.cbrt(squares) + eps)
        return (1 - momentum) * (target - params), MadgradState(state.steps + 1, state.start, total, squares)

    return optax.GradientTransformation(init, update)


MADGRAD = Optimizer(
    key="madgrad",
    name="MADGRAD",
    make=_madgrad,
    parameters=(
        Parameter(
            key="momentum",
            name="Momentum",
            default=0.9,
            low=0.0,
            high=0.999,
            help="How much of the way to its target a step leaves undone: 0 jumps there, 0.9 goes a tenth.",
        ),
        eps(1e-6),
    ),
    rule=(
        r"\begin{aligned} \lambda_t &= \eta \sqrt{t+1}, \quad s_{t+1} = s_t + \lambda_t g_t, \quad"
        r" v_{t+1} = v_t + \lambda_t g_t^2 \\"
        r" z_{t+1} &= w_0 - \frac{s_{t+1}}{\sqrt[3]{v_{t+1}} + \epsilon}, \quad"
        r" w_{t+1} = \mu w_t + (1-\mu)\, z_{t+1} \end{aligned} \\ \mu = \text{momentum}"
    ),
    source="Defazio and Jelassi, Adaptivity without compromise: a momentumized, adaptive, dual averaged gradient "
    "method for stochastic optimization, 2021",
    notes=(
        "Dual averaging: the target is where the sum of all gradients since the start would lead from the start, later "
        "ones counting more, divided by a cube root where Adagrad takes a square root. A gradient is never forgotten, "
        "so what pushed early has to be pushed back. The learning rate weighs the gradients as they come in: a falling "
        "one lets the later ones count less, and does not shorten the step to where the sum leads. The authors' code "
        "and optax add epsilon to it, so that they move even at a rate of 0. PyTorch and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.001,
    inside=Inside(
        observes={"gradient_sum": "vector", "sum_of_squares": "scale"},
        observe=lambda state, params: {"gradient_sum": state.gradient_sum, "sum_of_squares": state.sum_of_squares},
        worked=(
            "weight = eta * sqrt(n)",
            "gradient_sum = gradient_sum + weight * g",
            "sum_of_squares = sum_of_squares + weight * g**2",
            "target = w_start - gradient_sum / (cbrt(sum_of_squares) + eps)",
            "w = momentum * w + (1 - momentum) * target",
        ),
        symbols={"sum_of_squares": "v"},
    ),
)
