"""One point that tries a random place near it and decides by the value there: search, evolution, annealing.

Each tries one point a step and reads only values. At a start whose value is not finite any finite one is better.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.candidates import or_worst
from optimizers.shared.optimizer import WEIGHTS, Inside, Optimizer
from parameter import Parameter

_LARGEST = 1e100


class _Walk(NamedTuple):
    """The point tried (n,), the standard deviation () it was drawn with, what is carried () from step to step. Of the
    step just made: the direction (n,) and the luck () that were drawn, the value () before it and that at the point
    tried, and the calls of the value, 0 before any.
    """

    tried: jax.Array
    size: jax.Array
    carried: jax.Array
    direction: jax.Array
    luck: jax.Array
    value: jax.Array
    tried_value: jax.Array
    calls: jax.Array


_Judge = Callable[[jax.Array, jax.Array, jax.Array, dict[str, jax.Array]], tuple[jax.Array, jax.Array]]


def _walk(
    size_of: Callable[[jax.Array], Any], judge: _Judge, carried_at_first: Any = 1.0
) -> optax.GradientTransformationExtraArgs:
    """Return steps that try w + size_of(carried) * normal; judge(old, new, carried, draws) -> (accept, carried)."""

    def init(params: Any) -> _Walk:
        zero = jnp.zeros(())
        return _Walk(
            tried=params,
            size=zero,
            carried=jnp.asarray(carried_at_first, jnp.float64),
            direction=jnp.zeros_like(params),
            luck=zero,
            value=zero,
            tried_value=zero,
            calls=zero,
        )

    def update(
        gradient: Any,
        state: _Walk,
        params: Any = None,
        *,
        value: Any,
        value_fn: Any,
        draws: dict[str, jax.Array],
        **_: Any,
    ) -> tuple[Any, _Walk]:
        size = jnp.asarray(size_of(state.carried), jnp.float64)
        direction = draws["direction"]
        step = size * direction
        tried = params + step
        old, new = or_worst(value), or_worst(value_fn(tried))
        accept, carried = judge(old, new, state.carried, draws)
        calls = jnp.where(state.calls == 0, 2.0, 1.0)  # the value at the start as well
        return jnp.where(accept, step, 0.0), _Walk(
            tried=tried,
            size=size,
            carried=carried,
            direction=direction,
            luck=draws.get("luck", jnp.zeros(())),
            value=old,
            tried_value=new,
            calls=calls,
        )

    return optax.GradientTransformationExtraArgs(init, update)


def _random_search(learning_rate: Any) -> optax.GradientTransformationExtraArgs:
    return _walk(lambda carried: learning_rate, lambda old, new, carried, draws: (new < old, carried))


def _evolution_strategy(
    learning_rate: Any, *, factor: Any, success_share: Any
) -> optax.GradientTransformationExtraArgs:
    growth, decline = factor, factor ** (-success_share / (1 - success_share))

    def judge(
        old: jax.Array, new: jax.Array, carried: jax.Array, draws: dict[str, jax.Array]
    ) -> tuple[jax.Array, jax.Array]:
        succeeds = new <= old
        changed = carried * jnp.where(succeeds, growth, decline)
        return succeeds, jnp.clip(changed, 1 / _LARGEST, _LARGEST)

    return _walk(lambda carried: learning_rate * carried, judge)


def _simulated_annealing(
    learning_rate: Any, *, temperature: Any, cooling: Any
) -> optax.GradientTransformationExtraArgs:
    def judge(
        old: jax.Array, new: jax.Array, carried: jax.Array, draws: dict[str, jax.Array]
    ) -> tuple[jax.Array, jax.Array]:
        is_warm = carried > 0
        chance = jnp.where(is_warm, jnp.exp(-(new - old) / jnp.where(is_warm, carried, 1.0)), 0.0)
        return (new <= old) | (draws["luck"] < chance), carried * cooling

    return _walk(lambda carried: learning_rate, judge, temperature)


def _calls(state: _Walk) -> tuple[jax.Array, jax.Array, jax.Array]:
    return state.calls, jnp.zeros(()), jnp.zeros(())


_PASSING = {"drawn": "vector", "value": "number", "tried_value": "number"}
_DRAW = "drawn: drawn at random, with a standard deviation of 1 on each axis"
_VALUES = ("value: the loss at w", "tried_value: the loss at x")
_SYMBOLS = {"drawn": "ξ", "tried_value": "f(x)"}


def _tried(state: _Walk, params: jax.Array) -> dict[str, jax.Array]:
    return {
        "tried": state.tried,
        "drawn": state.direction,
        "value": state.value,
        "tried_value": state.tried_value,
    }


def _cools(*, temperature: float, cooling: float) -> bool:
    return cooling < 1


_DIRECTION = {"direction": ("normal", (WEIGHTS,))}

RANDOM_SEARCH = Optimizer(
    key="random_search",
    name="Random search",
    make=_random_search,
    rule=(
        r"x_t = w_t + \eta\, \xi_t, \quad \xi_t \sim \mathcal N(0, I), \qquad"
        r" w_{t+1} = \begin{cases} x_t & f(x_t) < f(w_t) \\ w_t & \text{otherwise} \end{cases}"
    ),
    source="Matyas, Random optimization, 1965",
    notes=(
        "Tries a random point nearby and goes there if it is lower; otherwise it stays. No gradient, and never uphill. "
        "The learning rate is the standard deviation of the tries along each axis, and it stays what it is: far away "
        "most tries help, near a minimum hardly any. Only a schedule makes them smaller. Values that are not finite "
        "count as worst; gradient noise is not seen. PyTorch, optax and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.03,
    cost=(0, 0, 0),
    search_cost=_calls,
    searched=lambda **_: 2,
    inside=Inside(
        observes={"tried": "point", **_PASSING},
        passing=tuple(_PASSING),
        observe=_tried,
        worked=(
            _DRAW,
            "tried = w + eta * drawn",
            *_VALUES,
            "w = where(tried_value < value, tried, w)",
        ),
        symbols=_SYMBOLS,
    ),
    draws=_DIRECTION,
)


def _size(state: _Walk, params: jax.Array) -> dict[str, jax.Array]:
    return {**_tried(state, params), "step_size": state.size, "step_factor": state.carried}


EVOLUTION_STRATEGY = Optimizer(
    key="evolution_strategy",
    name="Evolution strategy, (1+1)",
    make=_evolution_strategy,
    parameters=(
        Parameter(
            key="factor",
            name="Growth of the steps",
            default=1.5,
            low=1.0,
            high=3.0,
            help="A try that is no worse makes the next tries this many times as long; 1 keeps their length for ever.",
        ),
        Parameter(
            key="success_share",
            name="Share of successes",
            default=0.2,
            low=0.05,
            high=0.5,
            help="The share of tries that should succeed: above it the steps grow, below it they shrink.",
        ),
    ),
    rule=(
        r"\begin{aligned} & x_t = w_t + \eta\, s_t\, \xi_t, \quad \xi_t \sim \mathcal N(0, I), \quad s_0 = 1 \\"
        r" & (w_{t+1}, s_{t+1}) = \begin{cases} (x_t,\; a\, s_t) & f(x_t) \le f(w_t) \\"
        r" (w_t,\; a^{-p/(1-p)} s_t) & \text{otherwise} \end{cases} \end{aligned}"
    ),
    source=(
        "Rechenberg, Evolutionsstrategie, 1973; the 1/5 rule at every step as in Kern, Müller, Hansen, Büche, Ocenasek "
        "and Koumoutsakos, Learning probability distributions in continuous evolutionary algorithms, 2004"
    ),
    notes=(
        "Random search that adapts its step: if more than one try in five succeeds it goes further, otherwise nearer, "
        "so it closes in on a minimum at a steady pace. The learning rate is the first standard deviation of the tries "
        "along each axis; a schedule multiplies what the rule makes of it. A failure shrinks the step by a^(−1/4) at "
        "the share 1/5; Rechenberg changed it only after counting successes over some steps. An equal value is a "
        "success, so it wanders over a plateau with growing steps. The factor stays within 1e−100 and 1e100. Values "
        "that are not finite count as worst; gradient noise is not seen. PyTorch, optax and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.05,
    cost=(0, 0, 0),
    search_cost=_calls,
    searched=lambda **_: 2,
    inside=Inside(
        observes={"tried": "point", **_PASSING, "step_size": "number", "step_factor": "number"},
        passing=tuple(_PASSING),
        spread="step_size",
        observe=_size,
        worked=(
            "step_size = eta * step_factor",
            _DRAW,
            "tried = w + step_size * drawn",
            *_VALUES,
            "change_of_factor = where(tried_value <= value, factor, factor**-(success_share / (1 - success_share)))",
            "step_factor = min(max(change_of_factor * step_factor, 1e-100), 1e100)",
            "w = where(tried_value <= value, tried, w)",
        ),
        symbols={**_SYMBOLS, "factor": "a", "success_share": "p", "change_of_factor": "c"},
    ),
    draws=_DIRECTION,
)


def _heat(state: _Walk, params: jax.Array) -> dict[str, jax.Array]:
    return {**_tried(state, params), "luck": state.luck, "temperature_now": state.carried}


SIMULATED_ANNEALING = Optimizer(
    key="simulated_annealing",
    name="Simulated annealing",
    make=_simulated_annealing,
    parameters=(
        Parameter(
            key="temperature",
            name="First temperature",
            default=10.0,
            low=1e-3,
            high=1e4,
            log=True,
            help="In units of the loss: a climb by this much is accepted in 37 of 100 tries, one by half in 61.",
        ),
        Parameter(
            key="cooling",
            name="Cooling",
            default=0.98,
            low=0.9,
            high=1.0,
            help="What is left of the temperature after each step: 0.98 halves it every 34 steps, 1 never cools.",
        ),
    ),
    rule=(
        r"\begin{aligned} & x_t = w_t + \eta\, \xi_t, \quad \xi_t \sim \mathcal N(0, I), \quad"
        r" u_t \sim \mathcal U[0, 1), \quad T_t = T_0\, \gamma^t \\"
        r" & w_{t+1} = \begin{cases} x_t & f(x_t) \le f(w_t) \text{ or } u_t < e^{-(f(x_t) - f(w_t))/T_t} \\"
        r" w_t & \text{otherwise} \end{cases} \end{aligned}"
    ),
    source=(
        "Kirkpatrick, Gelatt and Vecchi, Optimization by simulated annealing, 1983; the rule of acceptance by "
        "Metropolis, Rosenbluth, Rosenbluth, Teller and Teller, 1953"
    ),
    notes=(
        "Random search that also climbs, often while it is hot and hardly ever once it has cooled: so it can leave a "
        "local minimum early on. The iterate shown is the current point, not the best one so far. The learning rate is "
        "the standard deviation of the tries along each axis. The temperature falls by the same factor at every step; "
        "Kirkpatrick let it rest at each level for many tries, SciPy's dual_annealing draws from heavier tails. Values "
        "that are not finite count as worst; gradient noise is not seen. PyTorch, optax and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.05,
    cost=(0, 0, 0),
    search_cost=_calls,
    searched=lambda **_: 2,
    inside=Inside(
        observes={"tried": "point", **_PASSING, "luck": "number", "temperature_now": "number"},
        passing=(*_PASSING, "luck"),
        observe=_heat,
        worked=(
            _DRAW,
            "tried = w + eta * drawn",
            *_VALUES,
            "chance = min(1, exp((value - tried_value) / temperature_now)) if temperature_now > 0",
            "chance = 0 if temperature_now == 0",
            "luck: drawn at random between 0 and 1",
            "w = where(tried_value <= value or luck < chance, tried, w)",
            "temperature_now = cooling * temperature_now",
        ),
        symbols={**_SYMBOLS, "cooling": "γ"},
    ),
    draws=_DIRECTION | {"luck": ("uniform", ())},
    cools=_cools,
)
