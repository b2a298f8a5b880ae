"""Moving averages of gradients, and the hyperparameters that the optimizers which keep them share."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from parameter import Parameter

_BETA1_HELP = "How slowly the average gradient, which sets the direction, changes: 0.9 averages about ten steps."


def beta1(default: float = 0.9, low: float = 0.0, high: float = 0.999, help: str = _BETA1_HELP) -> Parameter:
    """Return the memory of the average gradient."""
    return Parameter(key="beta1", name="Memory of the gradient", default=default, low=low, high=high, help=help)


def beta2(default: float = 0.999, low: float = 0.0) -> Parameter:
    """Return the memory of the average squared gradient."""
    return Parameter(
        key="beta2",
        name="Memory of the gradient's size",
        default=default,
        low=low,
        high=0.99999,
        help="How slowly the average squared gradient, which sets the step size, changes: 0.999 averages about a "
        "thousand.",
    )


def eps(default: float, low: float = 1e-12, high: float = 1.0, help: str = "") -> Parameter:
    """Return the number that keeps a division safe."""
    told = "Keeps the division safe where gradients are tiny; a large value makes steps shrink with the gradient again."
    return Parameter(key="eps", name="Epsilon", default=default, low=low, high=high, log=True, help=help or told)


def weight_decay(default: float) -> Parameter:
    """Return the pull towards the origin that stands beside the step, not in the gradient."""
    return Parameter(
        key="weight_decay",
        name="Weight decay",
        default=default,
        low=0.0,
        high=1.0,
        help="Pulls the point towards the origin at each step, by this share of it times the learning rate.",
    )


def bias_correction(default: str) -> Parameter:
    """Return the choice whether averages that start at 0 are corrected for it."""
    return Parameter(
        key="bias_correction",
        name="Bias correction",
        kind="choice",
        choices=("on", "off"),
        default=default,
        help="The averages start at 0. On divides them by the share that is filled; off leaves them as they are.",
    )


class Moments(NamedTuple):
    """The number of steps made () and the averages of the gradient and of its square, (n,) each."""

    steps: jax.Array
    first_moment: jax.Array
    second_moment: jax.Array


def no_moments(params: Any) -> Moments:
    """Return the state before the first step."""
    return Moments(jnp.zeros((), params.dtype), jnp.zeros_like(params), jnp.zeros_like(params))


def watch_moments(state: Moments, params: jax.Array) -> dict[str, jax.Array]:
    """Return the two averages as they are carried, not corrected."""
    return {"first_moment": state.first_moment, "second_moment": state.second_moment}


def average(old: Any, new: Any, beta: Any) -> Any:
    """Return the moving average old after new has come in, with memory beta."""
    return beta * old + (1 - beta) * new


def corrected(mean: Any, beta: Any, count: Any) -> Any:
    """Return a moving average of count entries that started at 0 as an average of those entries alone."""
    return mean / (1 - beta**count)
