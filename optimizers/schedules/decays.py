"""Schedules that stay or only fall: constant, by time, by a factor, in stairs, along a power or a cosine."""

from typing import Any

import numpy as np

from optimizers.schedules.parts import FINAL, GAMMA, half_cosine
from optimizers.schedules.schedule import FINITE, INFINITE, Schedule, Series, always
from parameter import Parameter


def _constant(learning_rate: float, t: np.ndarray, steps: int) -> np.ndarray:
    return np.full_like(t, learning_rate)


def _inverse_time(learning_rate: float, t: np.ndarray, steps: int, *, t0: float) -> np.ndarray:
    return learning_rate / (1 + t / t0)


def _inverse_sqrt(learning_rate: float, t: np.ndarray, steps: int) -> np.ndarray:
    found: np.ndarray = learning_rate / np.sqrt(t + 1)
    return found


def _exponential(learning_rate: float, t: np.ndarray, steps: int, *, gamma: float) -> np.ndarray:
    return learning_rate * gamma**t


def _step(learning_rate: float, t: np.ndarray, steps: int, *, every: int, gamma: float) -> np.ndarray:
    return learning_rate * gamma ** np.floor(t / every)


def _multi_step(
    learning_rate: float, t: np.ndarray, steps: int, *, first: float, second: float, third: float, gamma: float
) -> np.ndarray:
    share = t / steps
    passed = np.stack([share >= milestone for milestone in (first, second, third)]).sum(axis=0)
    found: np.ndarray = learning_rate * gamma**passed
    return found


def _polynomial(learning_rate: float, t: np.ndarray, steps: int, *, power: float, final: float) -> np.ndarray:
    return learning_rate * (final + (1 - final) * (1 - t / steps) ** power)


def _linear(learning_rate: float, t: np.ndarray, steps: int, *, final: float) -> np.ndarray:
    return learning_rate * (1 - (1 - final) * (t / steps))


def _cosine(learning_rate: float, t: np.ndarray, steps: int, *, final: float) -> np.ndarray:
    found: np.ndarray = learning_rate * (final + (1 - final) * half_cosine(t / steps))
    return found


def _unless_one(*, gamma: float, **parameters: Any) -> Series:
    """A geometric series: finite sums, unless its factor is 1."""
    return (INFINITE, INFINITE) if gamma == 1 else (FINITE, FINITE)


def _milestone(key: str, name: str, default: float) -> Parameter:
    return Parameter(
        key=key,
        name=name,
        default=default,
        help="After which share of the run the learning rate drops; 1 means never.",
    )


CONSTANT = Schedule(
    key="constant",
    name="Constant",
    rates=_constant,
    series=always(INFINITE, INFINITE),
    formula=r"\eta_t = \eta",
    notes="The same learning rate at every step. With noise it never settles: it keeps hopping about at a floor.",
)

INVERSE_TIME = Schedule(
    key="inverse_time",
    name="Inverse time",
    rates=_inverse_time,
    series=always(INFINITE, FINITE),
    parameters=(
        Parameter(
            key="t0",
            name="Halving step",
            default=100.0,
            low=1.0,
            high=10_000.0,
            log=True,
            help="The step at which the learning rate has fallen to half; at three times this step it is a quarter.",
        ),
    ),
    formula=r"\eta_t = \frac{\eta}{1 + t / t_0}",
    notes="Falls fast enough for noise to average out, slowly enough to reach any minimum: the classical choice.",
    source="Robbins and Monro, A stochastic approximation method, 1951",
)

INVERSE_SQRT = Schedule(
    key="inverse_sqrt",
    name="Inverse square root",
    rates=_inverse_sqrt,
    series=always(INFINITE, INFINITE),
    formula=r"\eta_t = \frac{\eta}{\sqrt{t + 1}}",
    notes="Falls quickly at first and ever more slowly later: a tenth of the learning rate after a hundred steps.",
    source="Zinkevich, Online convex programming and generalized infinitesimal gradient ascent, 2003",
)

EXPONENTIAL = Schedule(
    key="exponential",
    name="Exponential",
    rates=_exponential,
    series=_unless_one,
    parameters=(GAMMA,),
    formula=r"\eta_t = \eta\, \gamma^{t}",
    notes=(
        "The same share is lost at every step, so all steps together go only a limited way: too small a factor stops "
        "the run before it arrives. gamma is per step, not per epoch."
    ),
)

STEP = Schedule(
    key="step",
    name="Step decay",
    rates=_step,
    series=_unless_one,
    parameters=(
        Parameter(
            key="every",
            name="Steps between drops",
            default=100,
            low=1,
            high=10_000,
            log=True,
            kind="integer",
            help="How many steps the learning rate stays the same before it drops again.",
        ),
        Parameter(
            key="gamma",
            name="Factor at a drop",
            default=0.5,
            low=0.01,
            high=1.0,
            help="What the learning rate is multiplied by at each drop: 0.5 halves it.",
        ),
    ),
    formula=r"\eta_t = \eta\, \gamma^{\lfloor t / n \rfloor}, \qquad n = \text{steps between drops}",
    notes="A staircase: under noise, each drop lets the run settle one level deeper.",
)

MULTI_STEP = Schedule(
    key="multi_step",
    name="Milestones",
    rates=_multi_step,
    parameters=(
        _milestone("first", "First milestone", 0.5),
        _milestone("second", "Second milestone", 0.75),
        _milestone("third", "Third milestone", 0.9),
        Parameter(
            key="gamma",
            name="Factor at a milestone",
            default=0.1,
            low=0.01,
            high=1.0,
            help="What the learning rate is multiplied by at each milestone: 0.1 leaves a tenth.",
        ),
    ),
    formula=r"\eta_t = \eta\, \gamma^{\#\{i \,:\, t / T \ge m_i\}}, \qquad m_1, m_2, m_3 = \text{milestones}",
    notes=(
        "A staircase whose drops you place. Milestones are shares of the run here, in any order; PyTorch's MultiStepLR "
        "and optax's piecewise_constant_schedule count them in steps."
    ),
    source="He et al., Deep residual learning for image recognition, 2016 (drops after a half and three quarters)",
)

POLYNOMIAL = Schedule(
    key="polynomial",
    name="Polynomial",
    rates=_polynomial,
    parameters=(
        Parameter(
            key="power",
            name="Power",
            default=2.0,
            low=0.1,
            high=10.0,
            log=True,
            help="How the fall is spread: 1 is a straight line, more falls early and ends softly, less falls late.",
        ),
        FINAL,
    ),
    formula=r"\eta_t = \eta \left( r + (1 - r) \left(1 - \frac{t}{T}\right)^{p} \right), \qquad r = \text{final share}",
    notes=(
        "The falling power of what is left of the run. The same as PyTorch's PolynomialLR and, with an end value, "
        "optax's polynomial_schedule over the whole run."
    ),
    source="Chen et al., DeepLab, 2018 (there with the power 0.9)",
)

LINEAR = Schedule(
    key="linear",
    name="Linear",
    rates=_linear,
    parameters=(FINAL,),
    formula=r"\eta_t = \eta \left( 1 - (1 - r)\, \frac{t}{T} \right), \qquad r = \text{final share}",
    notes="A straight line down to the end of the run: with a final share of 0 the last steps hardly move.",
    source="Defazio et al., Optimal linear decay learning rate schedules and further refinements, 2023",
)

COSINE = Schedule(
    key="cosine",
    name="Cosine",
    rates=_cosine,
    parameters=(FINAL,),
    formula=r"\eta_t = \eta \left( r + (1 - r)\, \frac{1 + \cos(\pi t / T)}{2} \right), \qquad r = \text{final share}",
    notes="Stays high for long, falls through the middle and lands softly; the end comes with the last step.",
    source="Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017",
)
