"""Steps along the gradient with heat added: they do not come to rest, they draw samples around the minima."""

from math import inf
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.optimizer import WEIGHTS, Inside, Optimizer
from parameter import Parameter


class Heated(NamedTuple):
    """The heat (n,) of the last step."""

    heat: jax.Array


def _langevin(learning_rate: Any, *, temperature: Any) -> optax.GradientTransformationExtraArgs:
    def update(
        gradient: Any, state: Any, params: Any = None, *, draws: dict[str, jax.Array], **_: Any
    ) -> tuple[Any, Heated]:
        heat = jnp.sqrt(2 * jnp.asarray(learning_rate) * temperature) * draws["heat"]
        return -learning_rate * gradient + heat, Heated(heat)

    return optax.GradientTransformationExtraArgs(lambda params: Heated(jnp.zeros_like(params)), update)


def _limit(curvature: float, *, temperature: float = 0.0) -> float:
    return 2 / curvature if curvature > 0 else inf


def _variance(learning_rate: float, curvature: float, sigma: float, *, temperature: float) -> float:
    """Return the stationary variance of w(t+1) = (1 - a) w(t) - learning_rate noise(t) + heat(t)."""
    if not (curvature > 0 and learning_rate < _limit(curvature)):
        return inf
    return (2 * temperature + learning_rate * sigma**2) / (curvature * (2 - learning_rate * curvature))


LANGEVIN = Optimizer(
    key="langevin",
    name="Langevin dynamics (SGLD)",
    make=_langevin,
    parameters=(
        Parameter(
            key="temperature",
            name="Temperature",
            default=1.0,
            low=1e-6,
            high=1e3,
            log=True,
            help="In units of the loss: how high above a minimum it keeps jumping; near 0 it is gradient descent.",
        ),
    ),
    rule=r"w_{t+1} = w_t - \eta\, g_t + \xi_t, \qquad \xi_t \sim \mathcal N(0,\ 2\, \eta\, T\, I)",
    source="Welling and Teh, Bayesian learning via stochastic gradient Langevin dynamics, 2011",
    notes=(
        "Gradient descent in a warm bath: it does not settle but visits each place about as often as exp(-f/T) says, "
        "the more exactly the smaller the learning rate. In a quadratic bowl of curvature c the variance is "
        "T/(c (1 - lr c/2)) along that axis; no step is rejected. Welling and Teh write lr = epsilon/2 at the "
        "temperature 1 and let it fall over the run. The heat is drawn from the seed and is there without gradient "
        "noise too, which adds to it. PyTorch and Keras have no counterpart; optax.noisy_sgd adds it to the gradient, "
        "so that its share of the step goes with lr and not with its root, and lets it fade."
    ),
    rate_class="curvature",
    rate_factor=0.3,
    draws={"heat": ("normal", (WEIGHTS,))},
    stability_limit=_limit,
    noise_floor=_variance,
    inside=Inside(
        observes={"heat": "vector"},
        observe=lambda state, params: {"heat": state.heat},
        worked=(
            "heat: drawn at random, with a standard deviation of √(2ηT) on each axis",
            "w = w - eta * g + heat",
        ),
    ),
)
