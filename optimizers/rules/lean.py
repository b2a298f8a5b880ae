"""Steps made to remember little about many weights, and what is left of them for two: SM3 and Adafactor."""

from math import sqrt
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.length import length
from optimizers.shared.moments import average
from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter


class Sm3State(NamedTuple):
    """The cover's sums of squares, written out for each axis, and the velocity, (n,) each."""

    sum_of_squares: jax.Array
    velocity: jax.Array


class AdafactorState(NamedTuple):
    """The number of steps made () and the average squared gradient (n,)."""

    steps: jax.Array
    second_moment: jax.Array


def _sm3(learning_rate: Any, *, momentum: Any, cover: str) -> optax.GradientTransformation:
    def init(params: Any) -> Sm3State:
        return Sm3State(jnp.zeros_like(params), jnp.zeros_like(params))

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, Sm3State]:
        total = state.sum_of_squares + gradient**2
        scaled = jnp.where(total > 0, gradient / jnp.sqrt(jnp.where(total > 0, total, 1.0)), 0.0)
        velocity = average(state.velocity, scaled, momentum)
        kept = jnp.full_like(total, jnp.max(total)) if cover == "together" else total
        return -learning_rate * velocity, Sm3State(kept, velocity)

    return optax.GradientTransformation(init, update)


def _root_mean_square(vector: jax.Array) -> jax.Array:
    return length(vector) / sqrt(vector.size)


def _adafactor(
    learning_rate: Any, *, decay_power: Any, clip: Any, eps1: Any, eps2: Any
) -> optax.GradientTransformation:
    def init(params: Any) -> AdafactorState:
        return AdafactorState(jnp.zeros((), params.dtype), jnp.zeros_like(params))

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, AdafactorState]:
        t = state.steps + 1
        s = average(state.second_moment, gradient**2 + eps1, 1 - t**-decay_power)
        scaled = gradient / jnp.sqrt(s)
        scaled = scaled / jnp.maximum(1.0, _root_mean_square(scaled) / clip)
        relative = jnp.minimum(learning_rate, 1 / jnp.sqrt(t))
        return -jnp.maximum(eps2, _root_mean_square(params)) * relative * scaled, AdafactorState(t, s)

    return optax.GradientTransformation(init, update)


SM3 = Optimizer(
    key="sm3",
    name="SM3",
    make=_sm3,
    parameters=(
        Parameter(
            key="momentum",
            name="Momentum",
            default=0.9,
            low=0.0,
            high=0.999,
            help="How slowly the average of divided gradients changes: 0 follows the newest alone.",
        ),
        Parameter(
            key="cover",
            name="Sums kept",
            kind="choice",
            choices=("apart", "together"),
            default="apart",
            help="Apart keeps one sum for each axis, which is Adagrad; together keeps a single one, that of the "
            "steeper axis.",
        ),
    ),
    rule=(
        r"\begin{aligned} s_{t+1} &= u_t + g_t^2, \qquad u_{t+1} = s_{t+1} \ "
        r" (\text{for both axes together: } \max(s_{t+1}^{x}, s_{t+1}^{y})) \\"
        r" v_{t+1} &= \mu v_t + (1-\mu)\, \frac{g_t}{\sqrt{s_{t+1}}} \quad (\tfrac00: 0) \\"
        r" w_{t+1} &= w_t - \eta\, v_{t+1} \end{aligned} \\ \mu = \text{momentum}"
    ),
    source="Anil, Gupta, Koren and Singer, Memory-efficient adaptive optimization, 2019, SM3-II",
    notes=(
        "Adagrad with fewer sums: groups of weights share one, the largest of the group, so a flat axis waits for the "
        "steep one. A matrix would share by rows and columns; (x, y) is a vector, for which the paper and optax keep "
        "one sum a weight (apart: Adagrad with momentum). Together is the smallest cover, one sum for both. There is "
        "no epsilon in the paper; optax adds 1e−8 inside the root. PyTorch and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.1,
    inside=Inside(
        observes={"sum_of_squares": "scale", "velocity": "vector"},
        observe=lambda state, params: {"sum_of_squares": state.sum_of_squares, "velocity": state.velocity},
        worked=(
            "total = sum_of_squares + g**2",
            "velocity = momentum * velocity + (1 - momentum) * ratio(g, sqrt(total))",
            "w = w - eta * velocity",
            "sum_of_squares = total if cover == 'apart'",
            "sum_of_squares = largest(total) if cover == 'together'",
        ),
        symbols={"sum_of_squares": "u"},
        arrow="-eta * momentum * velocity",
    ),
)

ADAFACTOR = Optimizer(
    key="adafactor",
    name="Adafactor",
    make=_adafactor,
    parameters=(
        Parameter(
            key="decay_power",
            name="Growth of the memory",
            default=0.8,
            low=0.1,
            high=1.0,
            help="The memory of squared gradients grows with the steps, the faster the larger this is: at 1 it is "
            "their plain mean.",
        ),
        Parameter(
            key="clip",
            name="Largest size of a step",
            default=1.0,
            low=0.01,
            high=100.0,
            log=True,
            help="Divided gradients whose root mean square is above this are scaled down to it.",
        ),
        Parameter(
            key="eps1",
            name="Epsilon of the square",
            default=1e-30,
            low=1e-40,
            high=1.0,
            log=True,
            help="Added to each squared gradient; a large value makes steps shrink with the gradient again.",
        ),
        Parameter(
            key="eps2",
            name="Smallest scale",
            default=1e-3,
            low=1e-6,
            high=10.0,
            log=True,
            help="Steps are a share of the point's root mean square, or of this where that is smaller, near the "
            "origin.",
        ),
    ),
    rule=(
        r"\begin{aligned} \beta &= 1 - (t+1)^{-p}, \quad s_{t+1} = \beta s_t + (1-\beta)(g_t^2 + \epsilon_1), \quad"
        r" u_t = \frac{g_t}{\sqrt{s_{t+1}}} \\"
        r" \alpha_t &= \max(\epsilon_2, \operatorname{RMS}(w_t))\, \min\!\left(\eta, \tfrac{1}{\sqrt{t+1}}\right) \\"
        r" w_{t+1} &= w_t - \alpha_t\, \frac{u_t}{\max(1, \operatorname{RMS}(u_t) / d)} \end{aligned}"
        r" \\ p = \text{growth},\ d = \text{largest size}"
    ),
    source="Shazeer and Stern, Adafactor: adaptive learning rates with sublinear memory cost, 2018, algorithm 5",
    notes=(
        "No momentum, a memory that grows as the run goes on, and steps that are a share of the point's own size, "
        "which is the learning rate. The name is from matrices, whose sums it factors by row and column; (x, y) is a "
        "vector, for which the paper keeps every sum, as here. At the default 0.01 the learning rate is the paper's; "
        "as there and in PyTorch it is no more than 1/sqrt(step). PyTorch takes eps1 squared as a floor instead of "
        "adding eps1; optax leaves the learning rate to the caller. Near the origin steps shrink to eps2 times the "
        "rate."
    ),
    rate_class="rate_free",
    rate_factor=0.01,
    counts_weights=True,  # the sizes that it clips by and steps in are root mean squares over all weights
    inside=Inside(
        observes={"second_moment": "scale"},
        observe=lambda state, params: {"second_moment": state.second_moment},
        worked=(
            "memory = 1 - n**(-decay_power)",
            "second_moment = memory * second_moment + (1 - memory) * (g**2 + eps1)",
            "scaled = g / sqrt(second_moment)",
            "w = w - max(eps2, rms(w)) * min(eta, 1 / sqrt(n)) * scaled / max(1, rms(scaled) / clip)",
        ),
    ),
)
