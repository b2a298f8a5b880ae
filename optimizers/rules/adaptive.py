"""Steps whose size each axis sets for itself from the gradients it has seen: Adagrad to Adam, and Lion."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.shared.moments import average, beta1, beta2, bias_correction, eps, weight_decay
from optimizers.shared.optimizer import Inside, Optimizer
from parameter import Parameter


class SumOfSquares(NamedTuple):
    """Adagrad's state: the sum of all squared gradients (n,)."""

    sum_of_squares: jax.Array


def _adagrad(learning_rate: Any, *, eps: Any) -> optax.GradientTransformation:
    def init(params: Any) -> SumOfSquares:
        return SumOfSquares(jnp.zeros_like(params))

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, SumOfSquares]:
        total = state.sum_of_squares + gradient**2
        return -learning_rate * gradient / (jnp.sqrt(total) + eps), SumOfSquares(total)

    return optax.GradientTransformation(init, update)


class MeanAndMeanSquare(NamedTuple):
    """Centred RMSprop's state: the averages of the gradient and of its square, (n,) each."""

    mu: jax.Array
    nu: jax.Array


def _scale_by_deviation(decay: Any, eps: Any) -> optax.GradientTransformation:
    """Divide by the standard deviation of recent gradients.

    optax.scale_by_stddev is the same but for rounding, which can take its mean square below the squared mean: NaN.
    """

    def init(params: Any) -> MeanAndMeanSquare:
        return MeanAndMeanSquare(jnp.zeros_like(params), jnp.zeros_like(params))

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, MeanAndMeanSquare]:
        mean, mean_square = average(state.mu, gradient, decay), average(state.nu, gradient**2, decay)
        variance = jnp.maximum(mean_square - mean**2, 0.0)
        return gradient / (jnp.sqrt(variance) + eps), MeanAndMeanSquare(mean, mean_square)

    return optax.GradientTransformation(init, update)


def _rmsprop(learning_rate: Any, *, decay: Any, eps: Any, momentum: Any, centred: str) -> optax.GradientTransformation:
    by_size = optax.scale_by_rms(decay=decay, eps=eps, eps_in_sqrt=False)
    return optax.chain(
        _scale_by_deviation(decay, eps) if centred == "on" else by_size,
        optax.trace(momentum),
        optax.scale_by_learning_rate(learning_rate),
    )


def _watch_rmsprop(state: Any, params: jax.Array) -> dict[str, jax.Array]:
    watched = {"second_moment": state[0].nu, "velocity": state[1].trace}
    return watched | ({"first_moment": state[0].mu} if isinstance(state[0], MeanAndMeanSquare) else {})


def _adadelta(learning_rate: Any, *, rho: Any, eps: Any) -> optax.GradientTransformation:
    return optax.chain(optax.scale_by_adadelta(rho=rho, eps=eps), optax.scale_by_learning_rate(learning_rate))


def _scale_by_raw_moments(beta1: Any, beta2: Any, eps: Any) -> optax.GradientTransformation:
    """optax.scale_by_adam without its bias correction."""

    def update(gradient: Any, state: Any, params: Any = None) -> tuple[Any, Any]:
        m, s = average(state.mu, gradient, beta1), average(state.nu, gradient**2, beta2)
        return m / (jnp.sqrt(s) + eps), state._replace(mu=m, nu=s)

    return optax.GradientTransformation(optax.scale_by_adam().init, update)


def _adam(
    learning_rate: Any, *, beta1: Any, beta2: Any, eps: Any, bias_correction: str
) -> optax.GradientTransformation:
    corrected = optax.scale_by_adam(b1=beta1, b2=beta2, eps=eps)
    return optax.chain(
        corrected if bias_correction == "on" else _scale_by_raw_moments(beta1, beta2, eps),
        optax.scale_by_learning_rate(learning_rate),
    )


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
    parameters=(eps(1e-10),),
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
    inside=Inside(
        observes={"sum_of_squares": "scale"},
        observe=lambda state, params: {"sum_of_squares": state.sum_of_squares},
        worked=(
            "sum_of_squares = sum_of_squares + g**2",
            "axis_rate = eta / (sqrt(sum_of_squares) + eps)",
            "w = w - axis_rate * g",
        ),
    ),
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
        eps(1e-8),
        Parameter(
            key="momentum",
            name="Momentum",
            default=0.0,
            low=0.0,
            high=0.999,
            help="How much of the last divided gradients a velocity keeps: 0 is none, 0.9 adds up about ten of them.",
        ),
        Parameter(
            key="centred",
            name="Centred",
            kind="choice",
            choices=("off", "on"),
            default="off",
            help="On divides by how much gradients vary about their average, and so speeds up where they keep steady.",
        ),
    ),
    rule=(
        r"\begin{aligned} s_{t+1} &= \rho s_t + (1-\rho)\, g_t^2 \qquad \rho = \text{decay},\ \mu = \text{momentum} \\"
        r" v_{t+1} &= \mu v_t + \frac{g_t}{\sqrt{s_{t+1} - c_{t+1}} + \epsilon}, \quad"
        r" w_{t+1} = w_t - \eta\, v_{t+1} \\"
        r" c_{t+1} &= 0 \ (\text{centred on: } a_{t+1}^2), \quad a_{t+1} = \rho a_t + (1-\rho)\, g_t \end{aligned}"
    ),
    source=(
        "Tieleman and Hinton, Lecture 6.5 of Neural Networks for Machine Learning, 2012; Graves, Generating sequences "
        "with recurrent neural networks, 2013 (centred, momentum)"
    ),
    notes=(
        "Adagrad that forgets: it divides by a moving average of squared gradients. The average starts at 0 and is not "
        "corrected, so the first step is 1/sqrt(1 - decay) times the learning rate; near a minimum it hops about at "
        "the size of the learning rate. As in PyTorch epsilon stands outside the root (optax and Keras: inside), and "
        "the learning rate multiplies the velocity (Graves and Keras: the gradient as it enters); the decay is "
        "Hinton's 0.9, as in optax and Keras (PyTorch: 0.99). Centred, a steady slope varies less and less, so steps "
        "grow and grow, until the slope changes or epsilon stops them."
    ),
    rate_class="unit_step",
    rate_factor=0.005,
    inside=Inside(
        observes={"second_moment": "scale", "first_moment": "vector", "velocity": "vector"},
        observe=_watch_rmsprop,
        worked=(
            "second_moment = decay * second_moment + (1 - decay) * g**2",
            "axis_rate = eta / (sqrt(second_moment) + eps) if centred == 'off'",
            "velocity = momentum * velocity + g / (sqrt(second_moment) + eps) if centred == 'off'",
            "first_moment = decay * first_moment + (1 - decay) * g if centred == 'on'",
            "variance = max(0, second_moment - first_moment**2) if centred == 'on'",
            "axis_rate = eta / (sqrt(variance) + eps) if centred == 'on'",
            "velocity = momentum * velocity + g / (sqrt(variance) + eps) if centred == 'on'",
            "w = w - eta * velocity",
        ),
        symbols={"first_moment": "a", "variance": "σ²"},
        arrow="-eta * momentum * velocity",
    ),
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
        eps(1e-6, 1e-10, help="Sets the size of the first steps, a few times its root; a larger value starts faster."),
    ),
    rule=(
        r"\begin{aligned} s_{t+1} &= \rho s_t + (1-\rho)\, g_t^2 \\"
        r" d_t &= \frac{\sqrt{u_t + \epsilon}}{\sqrt{s_{t+1} + \epsilon}}\, g_t \\"
        r" u_{t+1} &= \rho u_t + (1-\rho)\, d_t^2 \\ w_{t+1} &= w_t - \eta\, d_t \end{aligned}"
    ),
    source="Zeiler, Adadelta: an adaptive learning rate method, 2012",
    notes=(
        "The size of recent steps takes the learning rate's place, so leave that at 1. It starts very slowly, because "
        "its first step is the root of epsilon/(1 - rho) on each axis, 0.003, whatever the surface's size. Epsilon "
        "stands inside the roots, as in the paper, PyTorch and optax; rho is 0.9 as in those two (the paper and Keras: "
        "0.95). Keras multiplies by a learning rate of 0.001 unless told otherwise."
    ),
    rate_class="rate_free",
    rate_factor=1.0,
    inside=Inside(
        observes={"second_moment": "scale", "squared_steps": "scale"},
        observe=lambda state, params: {"second_moment": state[0].e_g, "squared_steps": state[0].e_x},
        worked=(
            "second_moment = rho * second_moment + (1 - rho) * g**2",
            "change = sqrt(squared_steps + eps) / sqrt(second_moment + eps) * g",
            "squared_steps = rho * squared_steps + (1 - rho) * change**2",
            "w = w - eta * change",
        ),
    ),
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
    parameters=(beta1(), beta2(), eps(1e-8), bias_correction("on")),
    rule=r"\begin{aligned} "
    + _ADAM_RULE
    + r" w_{t+1} &= w_t - \eta\, \frac{\hat m}{\sqrt{\hat s} + \epsilon} \end{aligned}"
    + r" \\ (\text{correction off: } \hat m = m_{t+1},\ \hat s = s_{t+1})",
    source="Kingma and Ba, Adam: a method for stochastic optimization, 2015",
    notes=(
        "An average gradient for the direction, divided on each axis by the gradient's usual size. Both averages are "
        "corrected for starting at 0, so even the first step is about one learning rate long on each axis, however "
        "steep the surface. Without the correction the first step is (1 - beta1)/sqrt(1 - beta2) learning rates long, "
        "3.2 at the defaults, and the next ones longer still; PyTorch, optax and Keras always correct. Epsilon is "
        "added to the corrected root, as in the paper's algorithm, PyTorch and optax; Keras adds it before the "
        "correction."
    ),
    rate_class="unit_step",
    rate_factor=0.01,
    inside=Inside(
        observes={"first_moment": "vector", "second_moment": "scale"},
        observe=_moments,
        worked=(
            "first_moment = beta1 * first_moment + (1 - beta1) * g",
            "second_moment = beta2 * second_moment + (1 - beta2) * g**2",
            "m_hat = first_moment / (1 - beta1**n) if bias_correction == 'on'",
            "s_hat = second_moment / (1 - beta2**n) if bias_correction == 'on'",
            "axis_rate = eta / (sqrt(s_hat) + eps) if bias_correction == 'on'",
            "w = w - axis_rate * m_hat if bias_correction == 'on'",
            "axis_rate = eta / (sqrt(second_moment) + eps) if bias_correction == 'off'",
            "w = w - axis_rate * first_moment if bias_correction == 'off'",
        ),
    ),
)

ADAMW = Optimizer(
    key="adamw",
    name="AdamW",
    make=_adamw,
    parameters=(beta1(), beta2(), eps(1e-8), weight_decay(0.01)),
    rule=(
        r"\begin{aligned} " + _ADAM_RULE + r" w_{t+1} &= w_t - \eta \left( \frac{\hat m}{\sqrt{\hat s} + \epsilon}"
        r" + \lambda w_t \right) \end{aligned} \\ \lambda = \text{weight decay}"
    ),
    source="Loshchilov and Hutter, Decoupled weight decay regularization, 2019",
    notes=(
        "Adam, and beside it a pull towards the origin that the division does not touch. It settles where pull and "
        "slope balance, not at the minimum. As in PyTorch and optax the decay is multiplied by the learning rate (the "
        "paper: by the schedule alone); the default of 0.01 is PyTorch's (optax: 0.0001, Keras: 0.004)."
    ),
    rate_class="unit_step",
    rate_factor=0.01,
    inside=Inside(
        observes={"first_moment": "vector", "second_moment": "scale"},
        observe=_moments,
        worked=(
            "first_moment = beta1 * first_moment + (1 - beta1) * g",
            "second_moment = beta2 * second_moment + (1 - beta2) * g**2",
            "m_hat = first_moment / (1 - beta1**n)",
            "s_hat = second_moment / (1 - beta2**n)",
            "axis_rate = eta / (sqrt(s_hat) + eps)",
            "w = w - axis_rate * m_hat - eta * weight_decay * w",
        ),
    ),
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
        weight_decay(0.0),
    ),
    rule=(
        r"\begin{aligned} w_{t+1} &= w_t - \eta \left( \operatorname{sign}(\beta_1 m_t + (1-\beta_1)\, g_t)"
        r" + \lambda w_t \right) \\"
        r" m_{t+1} &= \beta_2 m_t + (1-\beta_2)\, g_t \end{aligned} \\ \lambda = \text{weight decay}"
    ),
    source="Chen et al., Symbolic discovery of optimization algorithms, 2023",
    notes=(
        "Only the signs count: each axis moves by exactly one learning rate, up or down, so every step is a diagonal "
        "and at a constant learning rate it never settles. Take a learning rate 3 to 10 times smaller than Adam's. "
        "No weight decay here unless set (the paper and optax: with decay); an axis whose mixed gradient is exactly 0 "
        "stays."
    ),
    rate_class="unit_step",
    rate_factor=0.003,
    inside=Inside(
        observes={"first_moment": "vector"},
        observe=lambda state, params: {"first_moment": state[0].mu},
        worked=(
            "mix = beta1 * first_moment + (1 - beta1) * g",
            "w = w - eta * (sign(mix) + weight_decay * w)",
            "first_moment = beta2 * first_moment + (1 - beta2) * g",
        ),
    ),
)
