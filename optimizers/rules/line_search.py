"""Steps whose length a search along a line decides: backtracking, exact, and conjugate gradients; and Polyak's step.

None of them needs a good learning rate: it is where the search begins, or, for Polyak's step, the largest that is
allowed. Values are read without the gradient noise, slopes with that of the step.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter

MOST_TRIES = 60  # of one step, the first one counted
BISECTIONS = 60  # of the bracket around the first level point of a line


class Searched(NamedTuple):
    """The state of a search: how many values and gradients the step just made asked for, and the step () it found."""

    values: jax.Array
    gradients: jax.Array
    length: jax.Array


class Conjugate(NamedTuple):
    """The last gradient and direction (n,), and what the search asked for and found."""

    gradient: jax.Array
    direction: jax.Array
    searched: Searched


class Seen(NamedTuple):
    """The value () at the point of the step just made."""

    value: jax.Array


def _none() -> Searched:
    return Searched(jnp.zeros(()), jnp.zeros(()), jnp.zeros(()))


def _searched_cost(state: Any) -> tuple[jax.Array, jax.Array, jax.Array]:
    found = state.searched if isinstance(state, Conjugate) else state
    return found.values, found.gradients, jnp.zeros(())


def _backtracking(learning_rate: Any, *, shrink: Any, slope: Any) -> optax.GradientTransformationExtraArgs:
    def update(
        gradient: Any, state: Any, params: Any = None, *, value: Any, value_fn: Any, **_: Any
    ) -> tuple[Any, Searched]:
        square = jnp.vdot(gradient, gradient)

        def enough(t: jax.Array) -> jax.Array:
            found: jax.Array = value_fn(params - t * gradient) <= value - slope * t * square
            return found

        def more(carry: Any) -> jax.Array:
            _, tries, found = carry
            made: jax.Array = ~found & (tries < MOST_TRIES)
            return made

        def try_shorter(carry: Any) -> Any:
            t, tries, _ = carry
            return t * shrink, tries + 1, enough(t * shrink)

        first = jnp.asarray(learning_rate, jnp.float64)
        t, tries, found = jax.lax.while_loop(more, try_shorter, (first, jnp.ones(()), enough(first)))
        length = jnp.where(found, t, 0.0)
        return -length * gradient, Searched(tries, jnp.zeros(()), length)

    return optax.GradientTransformationExtraArgs(lambda params: _none(), update)


def first_level_point(
    gradient_fn: Callable[[jax.Array], jax.Array], point: jax.Array, direction: jax.Array, first: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Return the step t >= 0 to where the slope along a downhill line first vanishes, and how many gradients it took.

    Doubles t from first until the line no longer falls, then halves the bracket down to rounding. 0 where the line
    still falls at the last of MOST_TRIES steps, or is not downhill.
    """

    def slope(t: jax.Array) -> jax.Array:
        return jnp.vdot(gradient_fn(point + t * direction), direction)

    def falling(carry: Any) -> jax.Array:
        _, _, along, tries = carry
        found: jax.Array = (along < 0) & (tries < MOST_TRIES)
        return found

    def further(carry: Any) -> Any:
        _, high, _, tries = carry
        return high, 2 * high, slope(2 * high), tries + 1

    start = jnp.asarray(first, jnp.float64)
    low, high, along, tries = jax.lax.while_loop(falling, further, (jnp.zeros(()), start, slope(start), jnp.ones(())))

    def halve(_: Any, bracket: Any) -> Any:
        low, high = bracket
        middle = (low + high) / 2
        falls = slope(middle) < 0
        return jnp.where(falls, middle, low), jnp.where(falls, high, middle)

    low, high = jax.lax.fori_loop(0, BISECTIONS, halve, (low, high))
    return jnp.where(along < 0, 0.0, (low + high) / 2), tries + BISECTIONS


def _exact(learning_rate: Any) -> optax.GradientTransformationExtraArgs:
    def update(gradient: Any, state: Any, params: Any = None, *, gradient_fn: Any, **_: Any) -> tuple[Any, Searched]:
        t, asked = first_level_point(gradient_fn, params, -gradient, learning_rate)
        return -t * gradient, Searched(jnp.zeros(()), asked, t)

    return optax.GradientTransformationExtraArgs(lambda params: _none(), update)


def _polyak(learning_rate: Any, *, lowest: Any) -> optax.GradientTransformationExtraArgs:
    def update(gradient: Any, state: Any, params: Any = None, *, value: Any, **_: Any) -> tuple[Any, Any]:
        square = jnp.vdot(gradient, gradient)
        t = jnp.where(square > 0, jnp.maximum(value - lowest, 0.0) / jnp.where(square > 0, square, 1.0), 0.0)
        return -jnp.minimum(t, learning_rate) * gradient, Seen(value)

    return optax.GradientTransformationExtraArgs(lambda params: Seen(jnp.zeros((), params.dtype)), update)


def _conjugate(learning_rate: Any) -> optax.GradientTransformationExtraArgs:
    def init(params: Any) -> Conjugate:
        return Conjugate(jnp.zeros_like(params), jnp.zeros_like(params), _none())

    def update(gradient: Any, state: Any, params: Any = None, *, gradient_fn: Any, **_: Any) -> tuple[Any, Conjugate]:
        before = jnp.vdot(state.gradient, state.gradient)
        share = jnp.vdot(gradient, gradient - state.gradient) / jnp.where(before > 0, before, 1.0)
        direction = -gradient + jnp.where(before > 0, jnp.maximum(share, 0.0), 0.0) * state.direction
        direction = jnp.where(jnp.vdot(direction, gradient) < 0, direction, -gradient)
        t, asked = first_level_point(gradient_fn, params, direction, learning_rate)
        return t * direction, Conjugate(gradient, direction, Searched(jnp.zeros(()), asked, t))

    return optax.GradientTransformationExtraArgs(init, update)


_WHERE = "The learning rate is the first step that is tried"

BACKTRACKING = Optimizer(
    key="backtracking",
    name="Descent with backtracking",
    make=_backtracking,
    parameters=(
        Parameter(
            key="shrink",
            name="Shortening",
            default=0.5,
            low=0.1,
            high=0.95,
            help="What the step is multiplied by each time it has not lowered the loss enough.",
        ),
        Parameter(
            key="slope",
            name="Share of the promised fall",
            default=1e-4,
            low=1e-6,
            high=0.5,
            log=True,
            help="How much of the fall that the slope promises a step must bring to be accepted.",
        ),
    ),
    rule=(
        r"w_{t+1} = w_t - \alpha_t\, g_t, \quad \alpha_t = \eta\, \beta^k, \quad k \ge 0 \text{ the first with}\quad"
        r" f(w_t - \alpha_t g_t) \le f(w_t) - c\, \alpha_t \lVert g_t\rVert^2"
    ),
    source="Armijo, Minimization of functions having Lipschitz continuous first partial derivatives, 1966",
    notes=(
        f"Gradient descent that tries a step and shortens it until the loss falls enough. {_WHERE}, anew at every "
        "step, so a large one costs tries and not a blow-up. Where 60 tries bring no fall it stays. The tries "
        "are counted as evaluations of the value. PyTorch and Keras have none; optax has "
        "scale_by_backtracking_linesearch, which starts from a step that grows again from the last."
    ),
    rate_class="curvature",
    rate_factor=8.0,
    cost=(1, 1, 0),
    search_cost=_searched_cost,
    searched=lambda **_: MOST_TRIES / 2,
    inside=Inside(
        observes={"length": "number"},
        observe=lambda state, params: {"length": state.length},
        worked=(
            "length: the learning rate, shortened until the loss falls enough",
            "w = w - length * g",
        ),
    ),
)

EXACT_LINE_SEARCH = Optimizer(
    key="exact_line_search",
    name="Steepest descent, exact search",
    make=_exact,
    rule=(
        r"w_{t+1} = w_t - \alpha_t g_t, \qquad \alpha_t > 0 \text{ the first with}\quad"
        r" g_t^\top \nabla f(w_t - \alpha_t g_t) = 0"
    ),
    source="Cauchy, 1847; Nocedal and Wright, Numerical optimization, second edition, 2006, section 3.3",
    notes=(
        "Goes along the gradient to where the line is level for the first time: each step ends at a right angle to the "
        "next one, the zigzag of the textbooks. The level point is bracketed by doubling and then halved 60 times, "
        f"down to rounding; every gradient of that search is counted. {_WHERE}. Doubling can step over a narrow "
        "valley: then it is a later level point. A line that falls for ever is not followed."
    ),
    rate_class="curvature",
    rate_factor=0.1,
    search_cost=_searched_cost,
    searched=lambda **_: BISECTIONS + 10,
    inside=Inside(
        observes={"length": "number"},
        observe=lambda state, params: {"length": state.length},
        worked=(
            "length: the first level point along −g",
            "w = w - length * g",
        ),
    ),
)

POLYAK_STEP = Optimizer(
    key="polyak_step",
    name="Polyak's step",
    make=_polyak,
    parameters=(
        Parameter(
            key="lowest",
            name="Lowest value f*",
            default=0.0,
            low=-1e6,
            high=1e6,
            help="The value at the minimum, which the rule must know. Too low a number makes steps too long.",
        ),
    ),
    rule=r"w_{t+1} = w_t - \min\!\left(\eta,\ \frac{\max(0,\ f(w_t) - f^*)}{\lVert g_t\rVert^2}\right) g_t",
    source="Polyak, Minimization of unsmooth functionals, 1969; Loizou et al., Stochastic Polyak step-size, 2021",
    notes=(
        "Knows how deep the minimum is, and steps to where the tangent would reach that depth. The learning rate is "
        "the largest multiple of the gradient allowed (SPS_max with c = 1). With the right f* it needs no tuning on a "
        "convex surface; on others it is drawn into local minima, where f - f* stays positive and it never comes to "
        "rest. Below f* it stands still, as optax's polyak_sgd does as variant sps+; without that it climbs there."
    ),
    rate_class="curvature",
    rate_factor=20.0,
    cost=(1, 1, 0),
    inside=Inside(
        observes={"value": "number"},
        passing=("value",),
        observe=lambda state, params: {"value": state.value},
        worked=(
            "value: the loss at w",
            "w = w - min(eta, ratio(max(0, value - lowest), norm(g)**2)) * g",
        ),
    ),
)

CONJUGATE_GRADIENT = Optimizer(
    key="conjugate_gradient",
    name="Conjugate gradients (Polak-Ribière+)",
    make=_conjugate,
    rule=(
        r"\begin{aligned} \beta_t &= \max\!\left(0,\ \frac{g_t^\top (g_t - g_{t-1})}{\lVert g_{t-1}\rVert^2}\right),"
        r" \quad \beta_0 = 0 \\"
        r" d'_t &= -g_t + \beta_t d_{t-1}, \quad d_t = \begin{cases} d'_t & g_t^\top d'_t < 0 \\"
        r" -g_t & \text{otherwise} \end{cases} \\"
        r" w_{t+1} &= w_t + \alpha_t d_t, \quad \alpha_t > 0 \text{ the first with}\quad"
        r" d_t^\top \nabla f(w_t + \alpha_t d_t) = 0 \end{aligned}"
    ),
    source="Polak and Ribière, 1969; Nocedal and Wright, Numerical optimization, second edition, 2006, section 5.2",
    notes=(
        "Bends each direction by the last one so that it does not undo what was gained: on a quadratic in two "
        "dimensions it arrives in two steps. Starts again from the gradient where the share is negative or the "
        f"direction does not lead down. {_WHERE} along each line; the search is that of steepest descent with exact "
        "search. SciPy's CG accepts any step that meets Wolfe's conditions."
    ),
    rate_class="curvature",
    rate_factor=0.1,
    search_cost=_searched_cost,
    searched=lambda **_: BISECTIONS + 10,
    inside=Inside(
        observes={"last_gradient": "vector", "direction": "vector", "length": "number"},
        observe=lambda state, params: {
            "last_gradient": state.gradient,
            "direction": state.direction,
            "length": state.searched.length,
        },
        worked=(
            "share = max(0, ratio(dot(g, g - last_gradient), dot(last_gradient, last_gradient)))",
            "last_gradient = g",
            "turned = -g + share * direction",
            "direction = turned if dot(turned, g) < 0",
            "direction = -g if dot(turned, g) >= 0",
            "length: the first level point along d",
            "w = w + length * direction",
        ),
        arrow="after(length) * (after(direction) + after(last_gradient))",
    ),
)
