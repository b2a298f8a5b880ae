"""Newton's method made safe: damped so that the loss falls, or with the curvature's sign taken away; and BFGS."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.rules.curvature import OF_SEARCH, PAIR, SEARCH, Curved, search_calls, searched, watch_search
from optimizers.shared.optimizer import Inside, Optimizer
from optimizers.shared.two_by_two import curvatures, of_eigenvalues, pseudo_inverse_times, without_signs
from parameter import Parameter

LEAST_DAMPING = 1e-20
"""Less than the share of any curvature that another one leaves in the numbers."""


class Damped(NamedTuple):
    """The damping (): a share of the largest curvature that is added to every one. Of the last step: the Hessian
    (2, 2), and the values () before it and where it was to lead.
    """

    damping: jax.Array
    hessian: jax.Array
    value: jax.Array
    tried: jax.Array


def _damped_newton(learning_rate: Any, *, damping: Any) -> optax.GradientTransformationExtraArgs:
    def init(params: Any) -> Damped:
        zero = jnp.zeros((), params.dtype)
        return Damped(jnp.asarray(damping, jnp.float64), jnp.zeros((2, 2), params.dtype), zero, zero)

    def update(
        gradient: Any, state: Any, params: Any = None, *, value: Any, value_fn: Any, hessian_fn: Any, **_: Any
    ) -> tuple[Any, Damped]:
        hessian = hessian_fn(params)
        step = -learning_rate * _damped_inverse_times(hessian, gradient, state.damping)
        # A quotient is worked out once for all that use it; other arithmetic is fused into each use, where its rounding
        # may differ, and then the step and the damping take different sides of one comparison.
        one = state.damping / state.damping
        value, tried = value / one, value_fn(params + step) / one
        lower = tried < value
        changed = jnp.where(lower, state.damping / 3, state.damping * 4)
        return jnp.where(lower, step, 0.0), Damped(jnp.clip(changed, LEAST_DAMPING, 1e12), hessian, value, tried)

    return optax.GradientTransformationExtraArgs(init, update)


def _damped_inverse_times(hessian: jax.Array, vector: jax.Array, damping: jax.Array) -> jax.Array:
    """Return (H + μI)^-1 v (2,), with μ as the rule says."""
    small, large = curvatures(hessian)
    least, most = jnp.minimum(small, large), jnp.abs(large)
    shifted = pseudo_inverse_times(hessian + damping * most * jnp.eye(2), vector)

    def inverse(small: jax.Array, large: jax.Array) -> tuple[jax.Array, jax.Array]:
        # one of the two is least, whose shifted value is damping * most, without the rounding of a difference
        new = [jnp.where(size == least, 0.0, size - least) + damping * most for size in (small, large)]
        return _reciprocal(new[0]), _reciprocal(new[1])

    return jnp.where(least > 0, shifted, of_eigenvalues(hessian, vector, inverse))


def _reciprocal(curvature: jax.Array) -> jax.Array:
    """Return 1 / curvature, 0 where that is not above 0."""
    is_more = curvature > 0
    return jnp.where(is_more, 1 / jnp.where(is_more, curvature, 1.0), 0.0)


def _saddle_free(learning_rate: Any) -> optax.GradientTransformationExtraArgs:
    def update(gradient: Any, state: Any, params: Any = None, *, hessian_fn: Any, **_: Any) -> tuple[Any, Curved]:
        hessian = hessian_fn(params)
        return -learning_rate * pseudo_inverse_times(without_signs(hessian), gradient), Curved(hessian)

    return optax.GradientTransformationExtraArgs(lambda params: Curved(jnp.zeros((2, 2), params.dtype)), update)


class Secant(NamedTuple):
    """BFGS's inverse Hessian (n, n) and the last point and gradient; made is 0 before the first step."""

    inverse: jax.Array
    point: jax.Array
    gradient: jax.Array
    made: jax.Array


def _scale_by_bfgs() -> optax.GradientTransformation:
    def init(params: Any) -> Secant:
        return Secant(jnp.eye(params.size), jnp.zeros(params.size), jnp.zeros(params.size), jnp.zeros(()))

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, Secant]:
        s, y = params - state.point, gradient - state.gradient
        identity = jnp.eye(params.size)
        along = jnp.vdot(s, y)
        usable = (state.made > 0) & (along > 0)
        rho = 1 / jnp.where(usable, along, 1.0)
        square = jnp.vdot(y, y)
        first = jnp.where(state.made == 1, along / jnp.where(square > 0, square, 1.0), 1.0)
        before = jnp.where(state.made == 1, first * identity, state.inverse)
        side = identity - rho * jnp.outer(s, y)
        updated = side @ before @ side.T + rho * jnp.outer(s, s)
        inverse = jnp.where(usable, updated, state.inverse)
        norm = jnp.sqrt(jnp.maximum(jnp.vdot(gradient, gradient), 1e-300))
        direction = jnp.where(state.made == 0, gradient * jnp.minimum(1.0, 1 / norm), inverse @ gradient)
        return direction, Secant(inverse, params, gradient, state.made + 1)

    return optax.GradientTransformation(init, update)


def _bfgs(learning_rate: Any) -> optax.GradientTransformationExtraArgs:
    return searched(optax.chain(_scale_by_bfgs(), optax.scale_by_learning_rate(learning_rate)))


def _watch_bfgs(state: Any, params: jax.Array) -> dict[str, jax.Array]:
    secant = state[0][0]
    return {"inverse": secant.inverse, **watch_search(state, secant.made)}


DAMPED_NEWTON = Optimizer(
    key="damped_newton",
    name="Newton, damped",
    make=_damped_newton,
    parameters=(
        Parameter(
            key="damping",
            name="Damping at the start",
            default=0.1,
            low=1e-6,
            high=100.0,
            log=True,
            help="What is added to every curvature, as a share of the largest. Falls after good steps and grows "
            "after bad ones.",
        ),
    ),
    rule=(
        r"\begin{aligned} & p_t = -\eta\,(H_t + \mu_t I)^{-1} g_t, \quad \mu_t = \max(0, -\lambda_{\min}) +"
        r" \delta_t \max(\lvert \lambda_{\min} \rvert, \lvert \lambda_{\max} \rvert) \\"
        r" & (w_{t+1}, \delta_{t+1}) = \begin{cases} (w_t + p_t,\ \delta_t/3) & f(w_t + p_t) < f(w_t) \\"
        r" (w_t,\ 4\,\delta_t) & \text{otherwise} \end{cases} \qquad (10^{-20} \le \delta \le 10^{12}"
        r" \text{ always}) \end{aligned}"
    ),
    source="Levenberg, 1944; Marquardt, 1963; Nocedal and Wright, Numerical optimization, second edition, 2006, 3.4",
    notes=(
        "Adds enough to the curvatures that every direction leads down, and takes a step only if the loss falls: it "
        "does not climb, nor is it drawn to a saddle as Newton's method is. With good steps the damping fades and it "
        "becomes Newton's method. SciPy's trust-exact asks the same question with a radius; PyTorch, optax and Keras "
        "have no counterpart."
    ),
    rate_class="rate_free",
    cost=(2, 1, 1),  # the value here and at the end of the step
    two_only=True,
    inside=Inside(
        observes={"damping": "number", "hessian": "matrix", "value": "number", "tried_value": "number"},
        passing=("value", "tried_value"),
        observe=lambda state, params: {
            "damping": state.damping,
            "hessian": state.hessian,
            "value": state.value,
            "tried_value": state.tried,
        },
        worked=(
            "hessian: the matrix of second derivatives at w",
            "shift = max(0, -lowest_curvature(hessian)) + damping * largest_curvature(hessian)",
            "change = -(eta * solve(hessian + shift * I, g, 0))",
            "value: the loss at w",
            "tried_value: the loss at w + p",
            "change_of_damping = where(tried_value < value, 1 / 3, 4)",
            "damping = min(max(change_of_damping * damping, 1e-20), 1e12)",
            "w = where(tried_value < value, w + change, w)",
        ),
        symbols={"shift": "μ", "change": "p", "tried_value": "f(w + p)", "change_of_damping": "c"},
    ),
)

SADDLE_FREE_NEWTON = Optimizer(
    key="saddle_free_newton",
    name="Newton, saddle-free",
    make=_saddle_free,
    rule=(
        r"w_{t+1} = w_t - \eta\, \lvert H_t \rvert^{+} g_t, \qquad"
        r" \lvert H \rvert = Q\,\mathrm{diag}(\lvert \lambda_i \rvert)\,Q^\top \quad"
        r" (\lvert H \rvert^{+} = \lvert H \rvert^{-1} \text{ unless rounding alone keeps } \det H \text{ from } 0)"
    ),
    source="Dauphin et al., Identifying and attacking the saddle point problem, 2014",
    notes=(
        "Newton's method with the signs of the curvatures taken away: where the surface curves down it walks down and "
        "away, as far as Newton's method would walk up. On a bowl the two are the same. No line search: far from a "
        "minimum steps can be too long. The paper works in a small subspace; here it is the whole plane."
    ),
    rate_class="rate_free",
    cost=(0, 1, 1),
    two_only=True,
    inside=Inside(
        observes={"hessian": "matrix"},
        observe=lambda state, params: {"hessian": state.hessian},
        worked=(
            "hessian: the matrix of second derivatives at w",
            "w = w - eta * solve_size(hessian, g)",
        ),
    ),
)

BFGS = Optimizer(
    key="bfgs",
    name="BFGS",
    make=_bfgs,
    rule=(
        r"\begin{aligned} & d_t = -\eta\, P_t\, g_t, \quad w_{t+1} = w_t + \alpha_t d_t"
        r" \quad (\alpha_t: \text{strong Wolfe search}, c_1 = 10^{-4}, c_2 = 0.9) \\"
        r" & t \ge 1: \ s = w_t - w_{t-1}, \quad y = g_t - g_{t-1}, \quad \rho = \frac{1}{s^\top y}, \quad"
        r" P'_t = \begin{cases} \dfrac{s^\top y}{y^\top y} I & t = 1 \\ P_{t-1} & \text{otherwise} \end{cases} \\"
        r" & t \ge 1: \ P_t = (I - \rho\, s y^\top)\, P'_t\, (I - \rho\, y s^\top) + \rho\, s s^\top \quad"
        r" (s^\top y \le 0: \ P_t = P_{t-1}) \\"
        r" & \text{first: } d_0 = -\eta \min\!\left(1, \frac{1}{\lVert g_0 \rVert}\right) g_0 \end{aligned}"
    ),
    source="Broyden, Fletcher, Goldfarb and Shanno, 1970; Nocedal and Wright, Numerical optimization, 2006, chapter 6",
    notes=(
        "Builds the whole inverse curvature, two by two, from how the gradient changed, and searches along the line. "
        "The first direction is the gradient, no longer than 1; before the first update P is scaled by s·y / y·y "
        "(6.20 in the book). A pair with s·y ≤ 0 is left out. The search is that of L-BFGS here, and so is what "
        "happens where it finds nothing lower. SciPy's BFGS starts from P = I unscaled."
    ),
    rate_class="rate_free",
    cost=(1, 1, 0),
    search_cost=search_calls,
    searched=lambda **_: 40,
    inside=Inside(
        observes={"inverse": "matrix", **OF_SEARCH},
        passing=("search_direction",),
        observe=_watch_bfgs,
        worked=(
            *PAIR,
            "side = I - rho * outer(y, s) if remembered > 0 and along > 0",
            "guess = along / dot(y, y) * I if remembered == 1 and along > 0",
            "inverse = product(transpose(side), guess, side) + rho * outer(s, s)"
            " if remembered == 1 and along > 0 and after(remembered) > 0",
            "inverse = product(transpose(side), inverse, side) + rho * outer(s, s)"
            " if remembered > 1 and along > 0 and after(remembered) > 0",
            "search_direction = -(eta * min(1, 1 / norm(g)) * g) if remembered == 0",
            "search_direction = -(eta * product(inverse, g)) if remembered > 0 and after(remembered) > 0",
            "search_direction: −ηPg, as always if remembered > 0 and after(remembered) == 0",
            *SEARCH,
            "inverse = I if after(remembered) == 0",
        ),
    ),
)
