"""Schedules that watch the loss: smaller on a plateau; and the bold driver, in its classical form and turned round."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from optimizers.schedules.schedule import LOSSES, Schedule, always
from parameter import Parameter

LEAST = 1e-6
"""The bold driver's smallest factor: from 0 it could never grow again."""


class PlateauScale(NamedTuple):
    """What reduce-on-plateau remembers: its factor, the best loss, and how long there was no better one."""

    scale: jax.Array
    best: jax.Array
    waited: jax.Array
    resting: jax.Array


class DriverScale(NamedTuple):
    """What the bold driver remembers: its factor and the loss before."""

    scale: jax.Array
    before: jax.Array


def _constant(learning_rate: float, t: np.ndarray, steps: int, **parameters: Any) -> np.ndarray:
    return np.full_like(t, learning_rate)


def _scaling(first: Any, follow: Callable[[Any, jax.Array], Any]) -> optax.GradientTransformationExtraArgs:
    """Return the transformation that multiplies by the state's scale, after follow(state, value) has seen the loss."""

    def update(rate: Any, state: Any, params: Any = None, *, value: jax.Array, **extra: Any) -> tuple[Any, Any]:
        state = follow(state, value)
        return jax.tree.map(lambda number: state.scale * number, rate), state

    return optax.GradientTransformationExtraArgs(lambda params: first, update)


def _number(value: float) -> jax.Array:
    return jnp.asarray(value, jnp.float64)


def _reduce_on_plateau(
    *, factor: Any, patience: Any, tolerance: Any, cooldown: Any, smallest: Any
) -> optax.GradientTransformationExtraArgs:
    def follow(state: PlateauScale, value: jax.Array) -> PlateauScale:
        enough = jnp.where(jnp.isfinite(state.best), tolerance * jnp.abs(state.best), 0.0)
        improved = value < state.best - enough
        resting = state.resting > 0
        waited = jnp.where(improved | resting, 0.0, state.waited + 1)
        cut = waited >= patience
        # the floor never lifts the rate: a cut that would fall below it stops at it
        return PlateauScale(
            scale=jnp.where(cut, jnp.maximum(state.scale * factor, smallest), state.scale),
            best=jnp.where(improved, value, state.best),
            waited=jnp.where(cut, 0.0, waited),
            resting=jnp.where(cut, cooldown, jnp.where(resting, state.resting - 1, 0.0)).astype(jnp.float64),
        )

    return _scaling(PlateauScale(_number(1.0), _number(jnp.inf), _number(0.0), _number(0.0)), follow)


def _bold_driver(
    *, form: str, grow: Any, shrink: Any, tolerance: Any, largest: Any
) -> optax.GradientTransformationExtraArgs:
    def follow(state: DriverScale, value: jax.Array) -> DriverScale:
        change = value - state.before  # NaN at the first step, where nothing holds
        much = tolerance * jnp.abs(state.before)
        if form == "classic":
            bigger, smaller = change < 0, change > much
        else:
            bigger, smaller = jnp.abs(change) <= much, change < -much
        factor = jnp.where(bigger, grow, jnp.where(smaller, shrink, 1.0))
        return DriverScale(jnp.clip(state.scale * factor, LEAST, largest), value)

    return _scaling(DriverScale(_number(1.0), _number(jnp.nan)), follow)


REDUCE_ON_PLATEAU = Schedule(
    key="reduce_on_plateau",
    name="Reduce on plateau",
    rates=_constant,
    scale=_reduce_on_plateau,
    series=always(LOSSES, LOSSES),
    parameters=(
        Parameter(
            key="factor",
            name="Factor at a cut",
            default=0.5,
            low=0.01,
            high=1.0,
            decimals=3,
            help="What the learning rate is multiplied by at each cut: 0.5 halves it.",
        ),
        Parameter(
            key="patience",
            name="Patience",
            default=10,
            low=1,
            high=1_000,
            log=True,
            kind="integer",
            help="After how many steps in a row without progress the rate is cut.",
        ),
        Parameter(
            key="tolerance",
            name="Least progress",
            default=1e-3,
            low=0.0,
            high=0.5,
            decimals=4,
            help="The share of the best loss so far that a new one must be lower by to count as progress.",
        ),
        Parameter(
            key="cooldown",
            name="Rest after a cut",
            default=0,
            low=0,
            high=1_000,
            kind="integer",
            help="For how many steps after a cut nothing is counted, so that the smaller rate can show what it does.",
        ),
        Parameter(
            key="smallest",
            name="Smallest factor",
            default=1e-4,
            low=1e-8,
            high=1.0,
            log=True,
            help="The rate never falls below this multiple of the learning rate; 1 means that it never falls.",
        ),
    ),
    formula=(
        r"\begin{gathered} \eta_t = \eta\, s_t, \qquad s_t = \begin{cases} \max(\gamma\, s_{t-1},\ s_{\min})"
        r" & \text{no progress for } p \text{ steps} \\ s_{t-1} & \text{otherwise} \end{cases} \\"
        r" \text{progress: } L_t < L_{\text{best}} - \epsilon\, |L_{\text{best}}| \end{gathered}"
    ),
    notes=(
        "On a plateau the rate becomes smaller: right where the run hops about a minimum that is too narrow for its "
        "steps, wrong where the ground is merely flat, for there the run needs longer steps. The bold driver answers a "
        "plateau the other way. What it watches is the loss at the point, without the gradient noise. Counted as in "
        "optax's reduce_on_plateau; PyTorch's ReduceLROnPlateau waits one step more. Both take the best loss times "
        "1 - tolerance as the mark, which for losses below 0 takes a rise for progress; here the share is of the "
        "loss's size. Being a factor on the rate, it reaches all that depends on the rate, such as decoupled decay or "
        "where a line search begins, and nothing else: after the first step the triangle of Nelder-Mead and the swarm "
        "do not read the rate."
    ),
    source="Common practice; as ReduceLROnPlateau in PyTorch and Keras, reduce_on_plateau in optax",
)

BOLD_DRIVER = Schedule(
    key="bold_driver",
    name="Bold driver",
    rates=_constant,
    scale=_bold_driver,
    series=always(LOSSES, LOSSES),
    parameters=(
        Parameter(
            key="form",
            name="Rule",
            default="classic",
            kind="choice",
            choices=("classic", "opposite"),
            help="Classic: bigger while the loss falls, smaller once it rises. Opposite: smaller while it falls fast, "
            "bigger where it is flat.",
        ),
        Parameter(
            key="grow",
            name="Growth",
            default=1.05,
            low=1.0,
            high=2.0,
            decimals=3,
            help="What the rate is multiplied by when the rule makes it bigger.",
        ),
        Parameter(
            key="shrink",
            name="Shrinking",
            default=0.7,
            low=0.01,
            high=1.0,
            decimals=3,
            help="What the rate is multiplied by when the rule makes it smaller.",
        ),
        Parameter(
            key="tolerance",
            name="Tolerance",
            default=0.01,
            low=0.0,
            high=0.5,
            decimals=4,
            help="The share of the loss that a change in one step must exceed: in the classic rule to be a rise, in "
            "the opposite one to be a fast fall; anything less is flat.",
        ),
        Parameter(
            key="largest",
            name="Largest factor",
            default=100.0,
            low=1.0,
            high=1_000.0,
            log=True,
            help="The rate never rises above this multiple of the learning rate; 1 means that it never rises.",
        ),
    ),
    formula=(
        r"\begin{gathered} \eta_t = \eta\, s_t, \quad \Delta_t = L_t - L_{t-1}, \quad"
        r" \epsilon_t = \epsilon\, |L_{t-1}| \\"
        r" \text{classic: } \frac{s_t}{s_{t-1}} = \begin{cases} \text{growth} & \Delta_t < 0 \\"
        r" \text{shrinking} & \Delta_t > \epsilon_t \\ 1 & \text{otherwise} \end{cases} \\"
        r" \text{opposite: } \frac{s_t}{s_{t-1}} = \begin{cases} \text{growth} & |\Delta_t| \le \epsilon_t \\"
        r" \text{shrinking} & \Delta_t < -\epsilon_t \\ 1 & \text{otherwise} \end{cases} \end{gathered}"
    ),
    notes=(
        "Two rules that answer a plateau with a bigger rate, where reduce-on-plateau answers with a smaller one. The "
        "classic one grows as long as the loss falls, however slowly, and is cut as soon as it rises: the rate climbs "
        "until the steps are too long, again and again. Vogl and Battiti also take back a step that raised the loss; a "
        "schedule cannot, so here that step stands. The opposite one brakes while the loss falls fast and speeds up "
        "where it is flat, so that it settles where the loss falls by about the tolerance a step; a rise changes "
        "nothing, so it does not stop a run that climbs. Neither goes below a millionth of the rate that was set. What "
        "is watched is the loss at the point, without the gradient noise. On a surface with a lowest loss far from 0 "
        "the tolerance is a share of that loss too."
    ),
    source=(
        "Vogl et al., Accelerating the convergence of the back-propagation method, 1988; Battiti, Accelerated "
        "backpropagation learning: two optimization methods, 1989 (the classic rule)"
    ),
)
