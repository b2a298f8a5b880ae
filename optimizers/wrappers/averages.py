"""Wrappers that keep a mean of the iterates: one that goes back to it, and two that only let it be watched."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.optimizer import Inside, Wrapper
from parameter import Parameter


class _Kept(NamedTuple):
    """The inner state, a point (n,) kept beside the iterate, and the number of updates made ()."""

    inner: Any
    point: jax.Array
    updates: jax.Array


def _lookahead(
    inner: optax.GradientTransformation, learning_rate: Any, *, sync_period: Any, slow_step: Any
) -> optax.GradientTransformationExtraArgs:
    extended = optax.with_extra_args_support(inner)

    def update(gradient: Any, state: _Kept, params: Any = None, **extra: Any) -> tuple[Any, _Kept]:
        step, kept = extended.update(gradient, state.inner, params, **extra)
        count = state.updates + 1
        is_due = count % sync_period == 0
        slow = jnp.where(is_due, state.point + slow_step * (params + step - state.point), state.point)
        return jnp.where(is_due, slow - params, step), _Kept(kept, slow, count)

    return optax.GradientTransformationExtraArgs(_beside(extended), update)


def _averaged(
    inner: optax.GradientTransformation, share_of: Callable[[jax.Array], Any]
) -> optax.GradientTransformationExtraArgs:
    """Return inner, with a mean beside it that moves to each iterate by this share; count is 0 at the first."""
    extended = optax.with_extra_args_support(inner)

    def update(gradient: Any, state: _Kept, params: Any = None, **extra: Any) -> tuple[Any, _Kept]:
        step, kept = extended.update(gradient, state.inner, params, **extra)
        mean = state.point + share_of(state.updates) * (params - state.point)
        return step, _Kept(kept, mean, state.updates + 1)

    return optax.GradientTransformationExtraArgs(_beside(extended), update)


def _beside(extended: optax.GradientTransformationExtraArgs) -> Callable[[Any], _Kept]:
    return lambda params: _Kept(extended.init(params), params, jnp.zeros(()))


def _polyak_average(
    inner: optax.GradientTransformation, learning_rate: Any, *, skip: Any
) -> optax.GradientTransformationExtraArgs:
    return _averaged(inner, lambda count: 1 / jnp.maximum(1.0, count + 1 - skip))


def _ema_weights(
    inner: optax.GradientTransformation, learning_rate: Any, *, decay: Any
) -> optax.GradientTransformationExtraArgs:
    return _averaged(inner, lambda count: 1 - jnp.asarray(decay, jnp.float64))


def _slow(state: _Kept, params: jax.Array) -> dict[str, jax.Array]:
    return {"slow": state.point}


def _average(state: _Kept, params: jax.Array) -> dict[str, jax.Array]:
    return {"average": state.point}


LOOKAHEAD = Wrapper(
    key="lookahead",
    name="Lookahead",
    make=_lookahead,
    parameters=(
        Parameter(
            key="sync_period",
            name="Steps ahead",
            default=5,
            low=1,
            high=100,
            kind="integer",
            help="How many steps the fast point takes before the slow one follows and the fast one returns to it.",
        ),
        Parameter(
            key="slow_step",
            name="Step of the slow point",
            default=0.5,
            low=0.0,
            high=1.0,
            help="How far the slow point follows: 1 all the way, which changes nothing, 0 not at all.",
        ),
    ),
    rule=(
        r"\begin{aligned} & \tilde w = w_t + \Delta_t, \qquad \Delta_t = \text{the optimizer's step} \\"
        r" & \phi_{t+1} = \begin{cases} \phi_t + \alpha\,(\tilde w - \phi_t) & (t+1) \bmod k = 0 \\"
        r" \phi_t & \text{otherwise} \end{cases} \qquad \phi_0 = w_0 \\"
        r" & w_{t+1} = \begin{cases} \phi_{t+1} & (t+1) \bmod k = 0 \\ \tilde w & \text{otherwise} \end{cases}"
        r" \end{aligned}"
    ),
    source="Zhang, Lucas, Hinton and Ba, Lookahead optimizer: k steps forward, 1 step back, 2019",
    notes=(
        "A fast point runs ahead with the optimizer; after some steps the slow one goes part of the way to it and the "
        "fast one starts again from there, which damps swings. The iterate shown is the fast point, the slow one can "
        "be watched. The optimizer keeps its memory at each return, as in the paper and in optax unless its "
        "reset_state is set. TensorFlow Addons waits 6 steps unless told otherwise; PyTorch and Keras have it not."
    ),
    inside=Inside(
        observes={"slow": "point"},
        observe=_slow,
        of_next=("slow",),
        ways=("slow",),
        worked=("slow = slow + slow_step * (w - slow) if n % sync_period == 0", "w = slow if n % sync_period == 0"),
    ),
)

POLYAK_AVERAGE = Wrapper(
    key="polyak_average",
    name="Polyak-Ruppert average",
    make=_polyak_average,
    parameters=(
        Parameter(
            key="skip",
            name="Points left out",
            default=0,
            low=0,
            high=10_000,
            kind="integer",
            help="How many points at the beginning do not count: the way there says little about the minimum.",
        ),
    ),
    rule=(
        r"\bar w_t = \begin{cases} \dfrac{1}{t + 1 - s} \displaystyle\sum_{i=s}^{t} w_i & t \ge s \\"
        r" w_t & \text{otherwise} \end{cases}"
    ),
    source="Polyak and Juditsky, Acceleration of stochastic approximation by averaging, 1992; Ruppert, 1988",
    notes=(
        "Changes no step: it only watches the mean of all points so far, the start among them. Under gradient noise "
        "the mean comes far closer to the minimum than the points do. At step t it is the mean of the points up to the "
        "one shown. PyTorch's AveragedModel leaves out the start, which is s = 1 here, and its ASGD the first million "
        "points unless told otherwise."
    ),
    inside=Inside(
        observes={"average": "point"},
        observe=_average,
        ways=("average",),
        worked=("average = average + (before(w) - average) / max(1, n - skip)",),
    ),
)

EMA_WEIGHTS = Wrapper(
    key="ema_weights",
    name="Moving average of the points",
    make=_ema_weights,
    parameters=(
        Parameter(
            key="decay",
            name="Decay",
            default=0.95,
            low=0.0,
            high=0.999,
            help="How slowly the mean follows: 0 is the point itself, 0.95 averages about the last twenty.",
        ),
    ),
    rule=r"\bar w_t = d\, \bar w_{t-1} + (1 - d)\, w_t, \qquad \bar w_0 = w_0",
    source="Tarvainen and Valpola, Mean teachers are better role models, 2017",
    notes=(
        "Changes no step: it only watches a mean of the last points, which forgets the way there. It starts at the "
        "start, as PyTorch's AveragedModel does at the first point it is given; optax.ema starts at 0 and corrects for "
        "it. Networks of many weights use decays of 0.999 and more."
    ),
    inside=Inside(
        observes={"average": "point"},
        observe=_average,
        ways=("average",),
        worked=("average = decay * average + (1 - decay) * before(w)",),
        symbols={"decay": "d"},
    ),
)
