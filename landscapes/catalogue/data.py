"""Losses of models with two weights on points of data: what an optimizer really descends when something learns."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from landscapes.data.learned import made
from landscapes.data.lines import known_line, least_squares, middle_slope
from landscapes.data.logistic import known_logistic
from landscapes.data.losses import log_loss, logistic, residual_loss, score
from landscapes.data.model import Known, Model
from landscapes.data.neuron import known_neuron
from landscapes.data.parameters import set_parameters
from landscapes.data.windows import half_sides
from parameter import Parameter

_FAMILY = "Learning from data"
_ROBUST = 1.4826
_ENDLESS = 2.5  # times as wide a view where weights grow for ever


def _line(x: Any, y: Any, inputs: Any, **settings: Any) -> Any:
    return x * inputs[0] + y


def _line_loss(x: Any, y: Any, inputs: Any, target: Any, *, loss: str, delta: Any) -> jax.Array:
    return jnp.asarray(residual_loss(_line(x, y, inputs) - target, loss, delta))


def _line_window(rows: np.ndarray, **settings: Any) -> tuple[float, float]:
    across, up = rows.T
    wide = _ROBUST * float(np.median(np.abs(up - np.median(up)))) or float(up.std()) or 1.0
    return half_sides(np.stack([least_squares(rows), middle_slope(rows)]), (wide / float(across.std()), wide))


def _known_line(rows: np.ndarray, l2: float, l1: float, *, loss: str, delta: float) -> Known | None:
    return known_line(rows, l2, l1, loss=loss, delta=delta)


LINE_FIT = made(
    key="line_fit",
    name="Straight line",
    family=_FAMILY,
    formula=(
        r"\frac{1}{N}\sum_{i=1}^{N} \ell(x\,u_i + y - v_i), \qquad \ell(r) = r^2"
        r"\text{ (or Huber's, or } |r|\text{)}"
    ),
    source="Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, 1805; Huber, Robust estimation "
    "of a location parameter, 1964",
    story="A straight line is fitted to points: the axes are its slope and its intercept, and the height is the mean "
    "loss. With squares it is a bowl, as round as the inputs are spread; a few outliers pull its bottom away, which "
    "Huber's loss and absolute values resist.",
    parameters=(
        *set_parameters(("line", "wave", "anscombe_1", "anscombe_2", "anscombe_3", "anscombe_4")),
        Parameter(
            key="clean",
            name="Leave out what lies far out",
            kind="choice",
            choices=("off", "on"),
            default="off",
            help="Leaves out points farther than 3.5 robust standard deviations from the line that most lie along.",
        ),
        Parameter(
            key="loss",
            name="Loss",
            kind="choice",
            choices=("squared", "huber", "absolute"),
            default="squared",
            help="What a residual costs: its square, its square up to delta and then its size, or its size.",
        ),
        Parameter(
            key="delta",
            name="Huber's delta",
            low=0.01,
            high=100.0,
            log=True,
            default=1.0,
            help="Residuals up to this size count as squares, larger ones by their size. Only for Huber's loss.",
        ),
    ),
    model=Model(
        weights=("slope", "intercept"),
        intercepts=(False, True),
        inputs=1,
        target="number",
        sets=("line", "wave", "anscombe_1", "anscombe_2", "anscombe_3", "anscombe_4"),
        settings=("loss", "delta"),
        predict=_line,
        loss=_line_loss,
        known=_known_line,
        window=_line_window,
    ),
)


def _one_input(x: Any, y: Any, inputs: Any, **settings: Any) -> Any:
    return x * inputs[0] + y


def _known_one_input(rows: np.ndarray, l2: float, l1: float) -> Known | None:
    across, labels = rows.T
    design = np.stack([across, np.ones_like(across)], axis=1)
    return known_logistic(design, 0.0, labels, np.array([l2, 0.0]), np.array([l1, 0.0]))


def _class_window(design: np.ndarray, known: Known | None, least: float) -> tuple[float, float]:
    spread = np.maximum(design.std(axis=0), 1e-12)
    if known is not None and not known.minima:
        least *= _ENDLESS
    wide = least / float(spread[0]), least / float(spread[-1] if spread[-1] > 1e-9 else spread[0])
    return half_sides(np.array(known.minima if known else ()).reshape(-1, 2), wide)


LOGISTIC_1D = made(
    key="logistic_1d",
    name="Logistic regression, one input",
    family=_FAMILY,
    formula=(
        r"\frac{1}{N}\sum_{i=1}^{N} \log\bigl(1 + e^{-s_i (x\,u_i + y)}\bigr), \qquad s_i = \pm 1"
        r"\text{ the class of } u_i"
    ),
    source="Cox, The regression analysis of binary sequences, 1958",
    story="Two classes are told apart by one input: the probability of class 1 is a logistic curve, and the axes are "
    "its weight and its intercept. The loss is convex; where a threshold parts the classes without a mistake it has no "
    "minimum, and the weights grow for ever.",
    parameters=set_parameters(("groups", "apart")),
    model=Model(
        weights=("weight", "intercept"),
        intercepts=(False, True),
        inputs=1,
        target="class",
        sets=("groups", "apart"),
        predict=lambda x, y, inputs: score(_one_input(x, y, inputs)),
        loss=lambda x, y, inputs, target: log_loss(_one_input(x, y, inputs), target),
        known=_known_one_input,
        window=lambda rows: _class_window(rows[:, :1], _known_one_input(rows, 0.0, 0.0), 3.0),
    ),
)


def _two_inputs(x: Any, y: Any, inputs: Any, intercept: Any) -> Any:
    return x * inputs[0] + y * inputs[1] + intercept


def _known_two_inputs(rows: np.ndarray, l2: float, l1: float, *, intercept: float) -> Known | None:
    return known_logistic(rows[:, :2], intercept, rows[:, 2], np.array([l2, l2]), np.array([l1, l1]))


LOGISTIC_2D = made(
    key="logistic_2d",
    name="Logistic regression, two inputs",
    family=_FAMILY,
    formula=r"\frac{1}{N}\sum_{i=1}^{N} \log\bigl(1 + e^{-s_i (x\,u_i + y\,v_i + c)}\bigr), \qquad s_i = \pm 1",
    source="Cox, The regression analysis of binary sequences, 1958; Soudry and others, The implicit bias of gradient "
    "descent on separable data, 2018",
    story="Two classes of points are parted by a straight line; the axes are the weights of both inputs, and the "
    "intercept is set. Where a line parts them without a mistake, the loss falls towards 0 for ever, while the "
    "direction of the weights settles on the widest margin.",
    parameters=(
        *set_parameters(("blobs", "moons", "rings", "xor")),
        Parameter(
            key="intercept",
            name="Intercept c",
            low=-10.0,
            high=10.0,
            default=0.0,
            help="Moves the line that parts the classes; it is not learnt here.",
        ),
    ),
    model=Model(
        weights=("weight 1", "weight 2"),
        intercepts=(False, False),
        inputs=2,
        target="class",
        sets=("blobs", "moons", "rings", "xor"),
        settings=("intercept",),
        predict=lambda x, y, inputs, intercept: score(_two_inputs(x, y, inputs, intercept)),
        loss=lambda x, y, inputs, target, intercept: log_loss(_two_inputs(x, y, inputs, intercept), target),
        known=_known_two_inputs,
        window=lambda rows, intercept: _class_window(
            rows[:, :2], _known_two_inputs(rows, 0.0, 0.0, intercept=intercept), 2.5
        ),
    ),
)


def _neuron(x: Any, y: Any, inputs: Any) -> Any:
    return y * (np.tanh(x * inputs[0]) if isinstance(x, float) else jnp.tanh(x * inputs[0]))


def _neuron_window(rows: np.ndarray) -> tuple[float, float]:
    across, up = rows.T
    known = known_neuron(rows, 0.0, 0.0)
    places = np.array((*known.minima, *known.other_minima) if known else ()).reshape(-1, 2)
    spread = float(across.std())
    near = places[np.abs(places[:, 0]) * spread <= 20.0]  # a step so steep is none that a view should be wide for
    return half_sides(near, (1.5 / spread, 1.5 * float(np.sqrt((up * up).mean())) or 1.0))


NEURON = made(
    key="neuron",
    name="One neuron",
    family=_FAMILY,
    formula=r"\frac{1}{N}\sum_{i=1}^{N} \bigl(y \tanh(x\,u_i) - v_i\bigr)^2",
    source="Sussmann, Uniqueness of the weights for minimal feedforward nets with a given input-output map, 1992 (its "
    "symmetries)",
    story="The smallest network: one hidden neuron; the axes are the weight into it and the one out of it. Turning "
    "the signs of both changes nothing, so there are two equal minima, with a saddle at 0 between them; far out the "
    "neuron is saturated and the ground is flat.",
    parameters=set_parameters(("bend", "line", "wave")),
    model=Model(
        weights=("weight in", "weight out"),
        intercepts=(False, False),
        inputs=1,
        target="number",
        sets=("bend", "line", "wave"),
        predict=_neuron,
        loss=lambda x, y, inputs, target: (y * jnp.tanh(x * inputs[0]) - target) ** 2,
        known=known_neuron,
        window=_neuron_window,
        starts=((0.02, -0.02), (-0.6, 0.6), (0.8, -0.2)),
    ),
)


def _sigmoid_loss(x: Any, y: Any, inputs: Any, target: Any) -> jax.Array:
    z = _one_input(x, y, inputs)
    wrong = logistic(jnp.where(target > 0.5, -z, z))  # 1 - p for class 1, p for class 0, to the last digit
    return wrong * wrong


SIGMOID_SQUARED = made(
    key="sigmoid_squared",
    name="Sigmoid with squared loss",
    family=_FAMILY,
    formula=(
        r"\frac{1}{N}\sum_{i=1}^{N} \bigl(\sigma(x\,u_i + y) - v_i\bigr)^2, \qquad"
        r"\sigma(z) = \frac{1}{1 + e^{-z}}"
    ),
    source="Brady, Raghavan and Slawny, Back propagation fails to separate where perceptrons succeed, 1989 (the loss)",
    story="The same model and points as logistic regression, but with the squared error of the probability as loss. "
    "Where the model is surely wrong the ground is flat: a plateau on which descent crawls, and which the logarithmic "
    "loss does not have.",
    parameters=set_parameters(("groups", "apart")),
    model=Model(
        weights=("weight", "intercept"),
        intercepts=(False, True),
        inputs=1,
        target="class",
        sets=("groups", "apart"),
        predict=lambda x, y, inputs: score(_one_input(x, y, inputs)),
        loss=_sigmoid_loss,
        known=lambda rows, l2, l1: None,
        window=lambda rows: _class_window(rows[:, :1], None, 8.0),
        starts=((-0.75, 0.0), (-0.5, 0.6), (0.6, 0.7)),
    ),
)
