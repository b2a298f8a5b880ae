"""Steps that know how the slope changes: Newton's method and Sophia from the Hessian, L-BFGS from the gradients."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.moments import average, beta1, eps, weight_decay
from optimizers.shared.optimizer import Inside, Optimizer
from optimizers.shared.two_by_two import pseudo_inverse_times
from parameter import Parameter

_SEARCH_STEPS = 20


class Curved(NamedTuple):
    """The Hessian (2, 2) that the last step was made with."""

    hessian: jax.Array


def _newton(learning_rate: Any) -> optax.GradientTransformationExtraArgs:
    def update(gradient: Any, state: Any, params: Any = None, *, hessian_fn: Any, **_: Any) -> tuple[Any, Curved]:
        hessian = hessian_fn(params)
        return -learning_rate * pseudo_inverse_times(hessian, gradient), Curved(hessian)

    return optax.GradientTransformationExtraArgs(lambda params: Curved(jnp.zeros((2, 2), params.dtype)), update)


def _lbfgs(learning_rate: Any, *, memory_size: int) -> optax.GradientTransformationExtraArgs:
    return searched(
        optax.chain(optax.scale_by_lbfgs(memory_size=memory_size), optax.scale_by_learning_rate(learning_rate))
    )


def searched(direction: optax.GradientTransformation) -> optax.GradientTransformationExtraArgs:
    """Return the direction with a strong Wolfe search along it; its state is (direction's, the last one, search's)."""
    search = optax.scale_by_zoom_linesearch(max_linesearch_steps=_SEARCH_STEPS, initial_guess_strategy="one")
    inner = optax.chain(direction, _keep(), search)

    def update(
        gradient: Any, state: Any, params: Any = None, *, value: Any, grad: Any, value_fn: Any, **_: Any
    ) -> tuple[Any, Any]:
        step, found = inner.update(gradient, state, params, value=value, grad=grad, value_fn=value_fn)
        search = found[-1]
        # Where the search finds nothing lower, optax takes its last trial all the same, which can be 1e23 long.
        is_downhill = jnp.vdot(step, grad) <= 0
        accepted = (search.value < value) | (is_downhill & (search.info.decrease_error <= 0))
        forgotten = (inner.init(params)[0], *found[1:])
        kept = jax.tree.map(lambda new, fresh: jnp.where(accepted, new, fresh), found, forgotten)
        return jnp.where(accepted, step, 0.0), kept

    return optax.GradientTransformationExtraArgs(inner.init, update)


def _keep() -> optax.GradientTransformation:
    """Return what changes nothing; its state is the last update that it was given."""
    return optax.GradientTransformation(jnp.zeros_like, lambda updates, state, params=None: (updates, updates))


def watch_search(state: Any, remembered: jax.Array) -> dict[str, jax.Array]:
    """Return what OF_SEARCH names; remembered () are the steps that the direction's memory knows of, 0 if it forgot."""
    _, direction, search = state
    return {
        "search_direction": direction,
        "length": jnp.where(remembered > 0, search.learning_rate, 0.0),
        "remembered": jnp.asarray(remembered, jnp.float64),
    }


OF_SEARCH: Mapping[str, str] = {"search_direction": "vector", "length": "number", "remembered": "number"}

PAIR = (
    "s = w - w_before if remembered > 0",
    "y = g - g_before if remembered > 0",
    "along = dot(s, y) if remembered > 0",
    "rho = 1 / along if remembered > 0 and along > 0",
)

SEARCH = (
    "length: found by the search along d if after(remembered) > 0",
    "length: nothing lower was found along d, so it stays and forgets what it knew if after(remembered) == 0",
    "w = w + length * search_direction",
    "remembered = remembered + 1 if after(remembered) > 0",
    "remembered = 0 if after(remembered) == 0",
)
"""Lines of an optimizer that learns from the last step, and searches along a direction."""


def search_calls(state: Any) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Return the calls of value, gradient and Hessian of the search just made."""
    tried = state[-1].info.num_linesearch_steps
    return tried, tried, jnp.zeros_like(tried)


class SophiaState(NamedTuple):
    """Steps made (), averages of the gradient and of the Hessian's diagonal (n,), and 1 () if that was just read."""

    steps: jax.Array
    first_moment: jax.Array
    curvature: jax.Array
    looked: jax.Array


def _sophia(
    learning_rate: Any, *, beta1: Any, beta2: Any, gamma: Any, every: Any, eps: Any, weight_decay: Any
) -> optax.GradientTransformationExtraArgs:
    def init(params: Any) -> SophiaState:
        nothing = jnp.zeros((), params.dtype)
        return SophiaState(nothing, jnp.zeros_like(params), jnp.zeros_like(params), nothing)

    def update(gradient: Any, state: Any, params: Any = None, *, hessian_fn: Any, **_: Any) -> tuple[Any, SophiaState]:
        looks = jnp.mod(state.steps, every) == 0
        m = average(state.first_moment, gradient, beta1)
        h = jnp.where(looks, average(state.curvature, jnp.diagonal(hessian_fn(params)), beta2), state.curvature)
        step = jnp.clip(m / jnp.maximum(gamma * h, eps), -1.0, 1.0) + weight_decay * params
        return -learning_rate * step, SophiaState(state.steps + 1, m, h, looks.astype(params.dtype))

    return optax.GradientTransformationExtraArgs(init, update)


def _hessian_calls(state: Any) -> tuple[jax.Array, jax.Array, jax.Array]:
    return jnp.zeros_like(state.looked), jnp.zeros_like(state.looked), state.looked


NEWTON = Optimizer(
    key="newton",
    name="Newton's method",
    make=_newton,
    rule=(
        r"w_{t+1} = w_t - \eta\, H_t^{+} g_t, \qquad H_t = \nabla^2 f(w_t) \quad"
        r" (H^{+} = H^{-1} \text{ unless rounding alone keeps } \det H \text{ from } 0)"
    ),
    source="Nocedal and Wright, Numerical optimization, second edition, 2006, section 3.3",
    notes=(
        "Jumps to where the local parabola is level: one step on a quadratic, however narrow. Level does not mean "
        "lowest: it walks to saddle points and maxima just as gladly, and uphill where the surface curves down. No "
        "damping and no line search; the learning rate scales the full step, and 1 is the method. A direction in "
        "which the surface is flat is not moved along (pseudo-inverse), so where the Hessian is 0 it stands still. "
        "PyTorch, optax and Keras have no counterpart."
    ),
    rate_class="rate_free",
    rate_factor=1.0,
    cost=(0, 1, 1),
    two_only=True,
    inside=Inside(
        observes={"hessian": "matrix"},
        observe=lambda state, params: {"hessian": state.hessian},
        worked=("hessian: the matrix of second derivatives at w", "w = w - eta * solve(hessian, g)"),
    ),
)

LBFGS = Optimizer(
    key="lbfgs",
    name="L-BFGS",
    make=_lbfgs,
    parameters=(
        Parameter(
            key="memory_size",
            name="Steps remembered",
            default=10,
            low=1,
            high=20,
            kind="integer",
            structural=True,
            help="How many of the last steps are used to guess the curvature; in two dimensions a few are enough.",
        ),
    ),
    rule=(
        r"\begin{aligned} & d_t = -\eta\, P_t\, g_t, \quad w_{t+1} = w_t + \alpha_t d_t"
        r" \quad (\alpha_t: \text{strong Wolfe search}, c_1 = 10^{-4}, c_2 = 0.9) \\"
        r" & 1 \le k \le t: \ s = w_k - w_{k-1}, \quad y = g_k - g_{k-1}, \quad \rho = \frac{1}{s^\top y}, \quad"
        r" P \leftarrow (I - \rho\, s y^\top)\, P\, (I - \rho\, y s^\top) + \rho\, s s^\top \\"
        r" & P_t \text{: from the last } m \text{ of these, beginning with} \quad"
        r" P_0 = \frac{s^\top y}{y^\top y} I \ (\text{of the newest}) \\"
        r" & \text{first: } d_0 = -\eta \min\!\left(1, \frac{1}{\lVert g_0 \rVert}\right) g_0 \end{aligned}"
    ),
    source="Liu and Nocedal, On the limited memory BFGS method for large scale optimization, 1989",
    notes=(
        "Learns the curvature from how the gradient changed over its last steps, then searches along the line for a "
        "step that lowers the loss enough. One step costs several evaluations, shown in the count. optax's L-BFGS with "
        "its zoom search, first guess 1; the first direction is the gradient, no longer than 1. The learning rate "
        "scales the direction before the search, so 1 is right. Where the search finds nothing lower in 20 tries "
        "(at a kink, or at the limit of the numbers) it stays and forgets its memory; optax alone would take the last "
        "try. PyTorch's takes fixed steps unless given line_search_fn. The search reads noise-free values."
    ),
    rate_class="rate_free",
    rate_factor=1.0,
    cost=(1, 1, 0),
    search_cost=search_calls,
    searched=lambda **_: 40,
    inside=Inside(
        observes=OF_SEARCH,
        passing=("search_direction",),
        observe=lambda state, params: watch_search(state, state[0][0].count),
        worked=(
            *(line.replace(" and along > 0", " and along != 0") for line in PAIR),
            "guess = along / dot(y, y) * I if remembered > 0",
            "search_direction = -(eta * min(1, 1 / norm(g)) * g) if remembered == 0",
            "search_direction: −ηPg, with P from P⁽⁰⁾ by the last pairs of s and y if remembered > 0",
            *SEARCH,
        ),
    ),
)

SOPHIA = Optimizer(
    key="sophia",
    name="Sophia",
    make=_sophia,
    parameters=(
        beta1(0.96),
        Parameter(
            key="beta2",
            name="Memory of the curvature",
            default=0.99,
            low=0.0,
            high=0.9999,
            help="How slowly the average curvature changes, counted in readings of it: 0 keeps the newest alone.",
        ),
        Parameter(
            key="gamma",
            name="Room for curvature",
            default=0.01,
            low=0.001,
            high=10.0,
            log=True,
            help="What the curvature is multiplied by before it divides: small values leave more steps at full length.",
        ),
        Parameter(
            key="every",
            name="Steps between readings",
            default=10,
            low=1,
            high=100,
            kind="integer",
            help="The curvature is read at the first step and then each time after so many.",
        ),
        eps(1e-12, 1e-15),
        weight_decay(0.0),
    ),
    rule=(
        r"\begin{aligned} m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, g_t \\"
        r" h_{t+1} &= \begin{cases} \beta_2 h_t + (1-\beta_2) \operatorname{diag} \nabla^2 f(w_t) & t \bmod k = 0 \\"
        r" h_t & \text{otherwise} \end{cases} \\"
        r" w_{t+1} &= w_t - \eta \left( \operatorname{clip}\!\left("
        r" \frac{m_{t+1}}{\max(\gamma h_{t+1}, \epsilon)},\ 1 \right) + \lambda w_t \right) \end{aligned}"
        r" \\ k = \text{steps between},\ \lambda = \text{weight decay}"
    ),
    source="Liu, Li, Hall, Liang and Ma, Sophia: a scalable stochastic second-order optimizer for language model "
    "pre-training, 2023",
    notes=(
        "An average gradient divided by an average curvature on each axis, cut at one learning rate: Newton-like where "
        "the surface curves up and the slope is small, the sign of the momentum everywhere else, so it does not run to "
        "saddle points. The paper guesses the Hessian's diagonal from random vectors (Sophia-H); in two dimensions it "
        "is read exactly, every 10 steps as in the paper, which is what the guess is on average. Neither average is "
        "corrected for starting at 0. optax estimates it, also every 10 steps, and corrects the first average; the "
        "authors' code is Sophia-G, with another guess. No weight decay unless set (the paper: 0.2). PyTorch and Keras "
        "have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.003,
    search_cost=_hessian_calls,
    searched=lambda **_: 2,  # a Hessian is compiled in, whether it is asked for or not
    inside=Inside(
        observes={"first_moment": "vector", "curvature": "scale"},
        observe=lambda state, params: {"first_moment": state.first_moment, "curvature": state.curvature},
        worked=(
            "first_moment = beta1 * first_moment + (1 - beta1) * g",
            "curvature: the average of the Hessian's diagonal, read every k steps",
            "w = w - eta * (clip(first_moment / max(gamma * curvature, eps), 1) + weight_decay * w)",
        ),
    ),
)
