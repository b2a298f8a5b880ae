"""Steps whose size each axis sets for itself from the gradients it has seen: Adagrad to Adam, and Lion."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.optimizer import Optimizer
from parameter import Parameter

_BETA1 = Parameter(
    key="beta1",
    name="Memory of the gradient",
    default=0.9,
    low=0.0,
    high=0.999,
    help="How slowly the average gradient, which sets the direction, changes: 0.9 averages about ten steps.",
)
_BETA2 = Parameter(
    key="beta2",
    name="Memory of the gradient's size",
    default=0.999,
    low=0.0,
    high=0.99999,
    help="How slowly the average squared gradient, which sets the step size, changes: 0.999 averages about a thousand.",
)


def _eps(default: float, low: float = 1e-12, help: str = "") -> Parameter:
    told = "Keeps the division safe where gradients are tiny; a large value makes steps shrink with the gradient again."
    return Parameter(key="eps", name="Epsilon", default=default, low=low, high=1.0, log=True, help=help or told)


def _decay(default: float) -> Parameter:
    return Parameter(
        key="weight_decay",
        name="Weight decay",
        default=default,
        low=0.0,
        high=1.0,
        help="Pulls the point towards the origin at each step, by this share of it times the learning rate.",
    )


class SumOfSquares(NamedTuple):
    """Adagrad's state: the sum of all squared gradients (2,)."""

    sum_of_squares: jax.Array


def _adagrad(learning_rate: Any, *, eps: Any) -> optax.GradientTransformation:
    def init(params: Any) -> SumOfSquares:
        return SumOfSquares(jnp.zeros_like(params))

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, SumOfSquares]:
        total = state.sum_of_squares + gradient**2
        return -learning_rate * gradient / (jnp.sqrt(total) + eps), SumOfSquares(total)

    return optax.GradientTransformation(init, update)


def _rmsprop(learning_rate: Any, *, decay: Any, eps: Any) -> optax.GradientTransformation:
    return optax.chain(
        optax.scale_by_rms(decay=decay, eps=eps, eps_in_sqrt=False), optax.scale_by_learning_rate(learning_rate)
    )


def _adadelta(learning_rate: Any, *, rho: Any, eps: Any) -> optax.GradientTransformation:
    return optax.chain(optax.scale_by_adadelta(rho=rho, eps=eps), optax.scale_by_learning_rate(learning_rate))


def _adam(learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any) -> optax.GradientTransformation:
    return optax.chain(optax.scale_by_adam(b1=beta1, b2=beta2, eps=eps), optax.scale_by_learning_rate(learning_rate))


def _adamw(learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any, weight_decay: Any) -> optax.GradientTransformation:
    return optax.chain(
        optax.scale_by_adam(b1=beta1, b2=beta2, eps=eps),
        optax.add_decayed_weights(weight_decay),
        optax.scale_by_learning_rate(learning_rate),
    )


def _lion(learning_rate: Any, *, beta1: Any, beta2: Any, weight_decay: Any) -> optax.GradientTransformation:
    return optax.chain(
        optax.scale_by_lion(b1=beta1, b2=beta2),
        optax.add_decayed_weights(weight_decay),
        optax.scale_by_learning_rate(learning_rate),
    )


def _moments(state: Any, params: jax.Array) -> dict[str, jax.Array]:
    return {"first_moment": state[0].mu, "second_moment": state[0].nu}


ADAGRAD = Optimizer(
    key="adagrad",
    name="Adagrad",
    make=_adagrad,
    parameters=(_eps(1e-10),),
    rule=(
        r"\begin{aligned} s_{t+1} &= s_t + g_t^2 \\"
        r" w_{t+1} &= w_t - \eta\, \frac{g_t}{\sqrt{s_{t+1}} + \epsilon} \end{aligned}"
    ),
    source="Duchi, Hazan and Singer, Adaptive subgradient methods, 2011",
    notes=(
        "Each axis divides by the root of all its squared gradients so far. Steep axes are tamed, but the sum only "
        "grows, so steps shrink for ever. As in the paper and in PyTorch the sum starts at 0 and epsilon stands "
        "outside the root; optax and Keras start at 0.1, with epsilon inside it."
    ),
    rate_class="unit_step",
    rate_factor=0.1,
    observes={"sum_of_squares": "scale"},
    observe=lambda state, params: {"sum_of_squares": state.sum_of_squares},
)

RMSPROP = Optimizer(
    key="rmsprop",
    name="RMSprop",
    make=_rmsprop,
    parameters=(
        Parameter(
            key="decay",
            name="Memory of the gradient's size",
            default=0.9,
            low=0.0,
            high=0.9999,
            help="How slowly the average squared gradient changes: 0.9 averages about ten steps, 0 keeps only signs.",
        ),
        _eps(1e-8),
    ),
    rule=(
        r"\begin{aligned} s_{t+1} &= \rho s_t + (1-\rho)\, g_t^2 \\"
        r" w_{t+1} &= w_t - \eta\, \frac{g_t}{\sqrt{s_{t+1}} + \epsilon} \end{aligned} \qquad \rho = \text{decay}"
    ),
    source="Tieleman and Hinton, Lecture 6.5 of Neural Networks for Machine Learning, 2012",
    notes=(
        "Adagrad that forgets: it divides by a moving average of squared gradients. The average starts at 0 and is not "
        "corrected, so the first step is 1/sqrt(1 - decay) times the learning rate; near a minimum it hops about at "
        "the size of the learning rate. As in PyTorch epsilon stands outside the root (optax and Keras: inside); the "
        "decay is Hinton's 0.9, as in optax and Keras (PyTorch: 0.99)."
    ),
    rate_class="unit_step",
    rate_factor=0.005,
    observes={"second_moment": "scale"},
    observe=lambda state, params: {"second_moment": state[0].nu},
)

ADADELTA = Optimizer(
    key="adadelta",
    name="Adadelta",
    make=_adadelta,
    parameters=(
        Parameter(
            key="rho",
            name="Memory",
            default=0.9,
            low=0.0,
            high=0.9999,
            help="How slowly the averages of squared gradients and squared steps change: 0.9 averages about ten steps.",
        ),
        _eps(1e-6, 1e-10, "Sets the size of the first steps, about its square root; a larger value starts faster."),
    ),
    rule=(
        r"\begin{aligned} s_{t+1} &= \rho s_t + (1-\rho)\, g_t^2 \\"
        r" d_t &= \frac{\sqrt{u_t + \epsilon}}{\sqrt{s_{t+1} + \epsilon}}\, g_t \\"
        r" u_{t+1} &= \rho u_t + (1-\rho)\, d_t^2 \\ w_{t+1} &= w_t - \eta\, d_t \end{aligned}"
    ),
    source="Zeiler, Adadelta: an adaptive learning rate method, 2012",
    notes=(
        "The size of recent steps takes the learning rate's place, so leave that at 1. It starts very slowly, because "
        "its first steps are about as long as the root of epsilon, whatever the surface's size. Epsilon stands inside "
        "the roots, as in the paper, PyTorch and optax; rho is 0.9 as in those two (the paper and Keras: 0.95). Keras "
        "multiplies by a learning rate of 0.001 unless told otherwise."
    ),
    rate_class="rate_free",
    rate_factor=1.0,
    observes={"second_moment": "scale", "squared_steps": "scale"},
    observe=lambda state, params: {"second_moment": state[0].e_g, "squared_steps": state[0].e_x},
)

_ADAM_RULE = (
    r"m_{t+1} &= \beta_1 m_t + (1-\beta_1)\, g_t \\"
    r" s_{t+1} &= \beta_2 s_t + (1-\beta_2)\, g_t^2 \\"
    r" \hat m &= \frac{m_{t+1}}{1-\beta_1^{t+1}}, \quad \hat s = \frac{s_{t+1}}{1-\beta_2^{t+1}} \\"
)

ADAM = Optimizer(
    key="adam",
    name="Adam",
    make=_adam,
    parameters=(_BETA1, _BETA2, _eps(1e-8)),
    rule=r"\begin{aligned} "
    + _ADAM_RULE
    + r" w_{t+1} &= w_t - \eta\, \frac{\hat m}{\sqrt{\hat s} + \epsilon} \end{aligned}",
    source="Kingma and Ba, Adam: a method for stochastic optimization, 2015",
    notes=(
        "An average gradient for the direction, divided on each axis by the gradient's usual size. Both averages are "
        "corrected for starting at 0, so even the first step is about one learning rate long on each axis, however "
        "steep the surface. Epsilon is added to the corrected root, as in the paper's algorithm, PyTorch and optax; "
        "Keras adds it before the correction."
    ),
    rate_class="unit_step",
    rate_factor=0.01,
    observes={"first_moment": "vector", "second_moment": "scale"},
    observe=_moments,
)

ADAMW = Optimizer(
    key="adamw",
    name="AdamW",
    make=_adamw,
    parameters=(_BETA1, _BETA2, _eps(1e-8), _decay(0.01)),
    rule=(
        r"\begin{aligned} " + _ADAM_RULE + r" w_{t+1} &= w_t - \eta \left( \frac{\hat m}{\sqrt{\hat s} + \epsilon}"
        r" + \lambda w_t \right) \end{aligned} \qquad \lambda = \text{weight decay}"
    ),
    source="Loshchilov and Hutter, Decoupled weight decay regularization, 2019",
    notes=(
        "Adam, and beside it a pull towards the origin that the division does not touch. It settles where pull and "
        "slope balance, not at the minimum. As in PyTorch and optax the decay is multiplied by the learning rate (the "
        "paper: by the schedule alone); the default of 0.01 is PyTorch's (optax: 0.0001, Keras: 0.004)."
    ),
    rate_class="unit_step",
    rate_factor=0.01,
    observes={"first_moment": "vector", "second_moment": "scale"},
    observe=_moments,
)

LION = Optimizer(
    key="lion",
    name="Lion",
    make=_lion,
    parameters=(
        Parameter(
            key="beta1",
            name="Share of the past in a step",
            default=0.9,
            low=0.0,
            high=0.999,
            help="How much the average counts against the newest gradient when the signs of a step are chosen.",
        ),
        Parameter(
            key="beta2",
            name="Memory of the gradient",
            default=0.99,
            low=0.0,
            high=0.9999,
            help="How slowly the average gradient changes: 0.99 averages about a hundred steps.",
        ),
        _decay(0.0),
    ),
    rule=(
        r"\begin{aligned} w_{t+1} &= w_t - \eta \left( \operatorname{sign}(\beta_1 m_t + (1-\beta_1)\, g_t)"
        r" + \lambda w_t \right) \\"
        r" m_{t+1} &= \beta_2 m_t + (1-\beta_2)\, g_t \end{aligned} \qquad \lambda = \text{weight decay}"
    ),
    source="Chen et al., Symbolic discovery of optimization algorithms, 2023",
    notes=(
        "Only the signs count: each axis moves by exactly one learning rate, up or down, so every step is a diagonal "
        "and it cannot come closer to a minimum than its step. Take a learning rate 3 to 10 times smaller than Adam's. "
        "No weight decay here unless set (the paper and optax: with decay); an axis whose mixed gradient is exactly 0 "
        "stays."
    ),
    rate_class="unit_step",
    rate_factor=0.003,
    observes={"first_moment": "vector"},
    observe=lambda state, params: {"first_moment": state[0].mu},
)
