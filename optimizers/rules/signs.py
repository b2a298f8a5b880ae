"""Steps that ask the gradient only which way: its signs, or its direction without its length."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.length import divided_by_length
from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter


class Strides(NamedTuple):
    """Rprop's state, (n,) each: step lengths in learning rates, the last gradient and the last step."""

    step_sizes: jax.Array
    last_gradient: jax.Array
    last_step: jax.Array


def _sign_descent(learning_rate: Any) -> optax.GradientTransformation:
    return optax.chain(optax.scale_by_sign(), optax.scale_by_learning_rate(learning_rate))


def _signum(learning_rate: Any, *, beta: Any) -> optax.GradientTransformation:
    return optax.chain(
        optax.ema(beta, debias=False), optax.scale_by_sign(), optax.scale_by_learning_rate(learning_rate)
    )


def _normalized(learning_rate: Any) -> optax.GradientTransformation:
    return optax.stateless(lambda gradient, params: -learning_rate * divided_by_length(gradient))


def _rprop(
    learning_rate: Any, *, grow: Any, shrink: Any, smallest: Any, largest: Any, backtracking: str
) -> optax.GradientTransformation:
    def init(params: Any) -> Strides:
        return Strides(jnp.ones_like(params), jnp.zeros_like(params), jnp.zeros_like(params))

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, Strides]:
        turn = jnp.sign(gradient) * jnp.sign(state.last_gradient)
        grown = jnp.minimum(state.step_sizes * grow, largest)
        shrunk = jnp.maximum(state.step_sizes * shrink, smallest)
        sizes = jnp.where(turn > 0, grown, jnp.where(turn < 0, shrunk, state.step_sizes))
        back = -state.last_step if backtracking == "on" else jnp.zeros_like(state.last_step)
        step = jnp.where(turn < 0, back, -learning_rate * sizes * jnp.sign(gradient))
        return step, Strides(sizes, jnp.where(turn < 0, 0.0, gradient), step)

    return optax.GradientTransformation(init, update)


SIGN_DESCENT = Optimizer(
    key="sign_descent",
    name="Sign descent",
    make=_sign_descent,
    rule=r"w_{t+1} = w_t - \eta\, \operatorname{sign}(g_t)",
    source="Bernstein, Wang, Azizzadenesheli and Anandkumar, signSGD: compressed optimisation for non-convex "
    "problems, 2018",
    notes=(
        "Each axis moves by exactly one learning rate, downhill, however steep or flat it is: the first steps are "
        "diagonals, and near a minimum it hops to and fro across it, always one step far. An axis whose slope is "
        "exactly 0 stays. Adam without memory (beta1 = beta2 = 0, epsilon 0) makes the same steps. The same in optax; "
        "PyTorch and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.005,
    inside=Inside(
        worked=("w = w - eta * sign(g)",),
    ),
)

SIGNUM = Optimizer(
    key="signum",
    name="Signum",
    make=_signum,
    parameters=(
        Parameter(
            key="beta",
            name="Momentum",
            default=0.9,
            low=0.0,
            high=0.999,
            help="How slowly the average gradient, whose signs are followed, changes: 0 is sign descent.",
        ),
    ),
    rule=(
        r"\begin{aligned} v_{t+1} &= \beta v_t + (1-\beta)\, g_t \\"
        r" w_{t+1} &= w_t - \eta\, \operatorname{sign}(v_{t+1}) \end{aligned}"
    ),
    source="Bernstein, Wang, Azizzadenesheli and Anandkumar, signSGD: compressed optimisation for non-convex "
    "problems, 2018, algorithm 2",
    notes=(
        "Sign descent that follows the average gradient, so noise has to outlast the memory to turn it. It overshoots "
        "by as many steps as the average needs to change its sign, which a small learning rate does not shorten. Lion "
        "at beta1 = beta2 takes the same signs. The same in optax; PyTorch and Keras have no counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.003,
    inside=Inside(
        observes={"velocity": "vector"},
        observe=lambda state, params: {"velocity": state[0].ema},
        worked=(
            "velocity = beta * velocity + (1 - beta) * g",
            "w = w - eta * sign(velocity)",
        ),
    ),
)

NORMALIZED_GRADIENT = Optimizer(
    key="normalized_gradient",
    name="Normalized gradient",
    make=_normalized,
    rule=r"w_{t+1} = w_t - \eta\, \frac{g_t}{\lVert g_t \rVert} \quad (g_t = 0: \text{it stays})",
    source="Nesterov, Minimization methods for nonsmooth convex and quasiconvex functions, 1984; Hazan, Levy and "
    "Shalev-Shwartz, Beyond convexity: stochastic quasi-convex optimization, 2015",
    notes=(
        "Straight downhill, always one learning rate far: it crosses plateaus as fast as cliffs, and at a constant "
        "learning rate it ends in hops across the minimum. Both axes are divided by the same length, so it goes where "
        "gradient descent points. optax's normalize_by_update_norm adds 1e−6 to the length; PyTorch and Keras have no "
        "counterpart."
    ),
    rate_class="unit_step",
    rate_factor=0.005,
    inside=Inside(
        worked=("w = w - eta * unit(g)",),
    ),
)

RPROP = Optimizer(
    key="rprop",
    name="Rprop",
    make=_rprop,
    parameters=(
        Parameter(
            key="grow",
            name="Growth",
            default=1.2,
            low=1.0,
            high=2.0,
            help="What an axis's step is multiplied by while the slope along it keeps its sign.",
        ),
        Parameter(
            key="shrink",
            name="Shrinkage",
            default=0.5,
            low=0.01,
            high=1.0,
            help="What an axis's step is multiplied by when the slope along it changes its sign: a minimum was passed.",
        ),
        Parameter(
            key="smallest",
            name="Smallest step",
            default=1e-5,
            low=1e-12,
            high=1.0,
            log=True,
            help="No step shrinks below this many learning rates: about how close to a minimum a run can settle.",
        ),
        Parameter(
            key="largest",
            name="Largest step",
            default=500.0,
            low=1.0,
            high=1e4,
            log=True,
            help="No step grows beyond this many learning rates.",
        ),
        Parameter(
            key="backtracking",
            name="Step back",
            kind="choice",
            choices=("on", "off"),
            default="on",
            help="What an axis does when its slope has changed sign: on takes the last step back, off waits a step.",
        ),
    ),
    rule=(
        r"\begin{aligned} & \text{on each axis: } \Delta_{-1} = 1,\ g'_{-1} = 0, \quad w_{t+1} = w_t + d_t \\"
        r" & g_t g'_{t-1} > 0: \ \Delta_t = \min(\eta^{+} \Delta_{t-1}, \Delta_{\max}), \quad"
        r" d_t = -\eta \Delta_t \operatorname{sign}(g_t), \quad g'_t = g_t \\"
        r" & g_t g'_{t-1} < 0: \ \Delta_t = \max(\eta^{-} \Delta_{t-1}, \Delta_{\min}), \quad"
        r" d_t = -d_{t-1} \ (\text{off: } 0), \quad g'_t = 0 \\"
        r" & g_t g'_{t-1} = 0: \ \Delta_t = \Delta_{t-1}, \quad"
        r" d_t = -\eta \Delta_t \operatorname{sign}(g_t), \quad g'_t = g_t \end{aligned}"
    ),
    source="Riedmiller and Braun, A direct adaptive method for faster backpropagation learning: the RPROP algorithm, "
    "1993",
    notes=(
        "Each axis has a step of its own, which grows while the slope keeps its sign and halves when it has changed; "
        "how steep it is never counts. Fast and exact without noise, lost with it, because noise flips signs. Steps "
        "are counted in learning rates, so a schedule scales them: at a constant learning rate this is the paper's "
        "method, whose first step is the learning rate, and at its first step of 0.1 the bounds are its 1e−6 and 50. "
        "In PyTorch and optax the learning rate only sets the first step. With step back the last step is undone "
        "after a change of sign, as in the paper; PyTorch and optax wait instead (off), and optax's first step does "
        "not move."
    ),
    rate_class="unit_step",
    rate_factor=0.005,
    inside=Inside(
        observes={"step_sizes": "scale", "last_gradient": "vector", "last_step": "vector"},
        spread="step_sizes",
        observe=lambda state, params: {
            "step_sizes": state.step_sizes,
            "last_gradient": state.last_gradient,
            "last_step": state.last_step,
        },
        worked=(
            "turn = sign(g) * sign(last_gradient)",
            "factor = where(turn > 0, grow, where(turn < 0, shrink, 1))",
            "step_sizes = min(max(factor * step_sizes, smallest), largest)",
            "last_gradient = where(turn < 0, 0, g)",
            "last_step = where(turn < 0, -last_step, -(eta * step_sizes * sign(g))) if backtracking == 'on'",
            "last_step = where(turn < 0, 0, -(eta * step_sizes * sign(g))) if backtracking == 'off'",
            "w = w + last_step",
        ),
        symbols={"factor": "η±", "grow": "η⁺", "shrink": "η⁻", "smallest": "Δₘᵢₙ", "largest": "Δₘₐₓ", "last_step": "d"},
    ),
)
