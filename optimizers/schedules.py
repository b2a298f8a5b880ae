"""How the learning rate changes over a run: one formula a schedule, evaluated on the host in float64."""

from typing import Any

import numpy as np

from optimizers.schedule import Schedule
from parameter import Parameter


def _half_cosine(progress: Any) -> Any:
    """Return 1 at progress 0, falling to 0 at progress 1."""
    return (1 + np.cos(np.pi * progress)) / 2


def _constant(learning_rate: float, t: np.ndarray, steps: int) -> np.ndarray:
    return np.full_like(t, learning_rate)


def _inverse_time(learning_rate: float, t: np.ndarray, steps: int, *, t0: float) -> np.ndarray:
    return learning_rate / (1 + t / t0)


def _inverse_sqrt(learning_rate: float, t: np.ndarray, steps: int) -> np.ndarray:
    return learning_rate / np.sqrt(t + 1)


def _exponential(learning_rate: float, t: np.ndarray, steps: int, *, gamma: float) -> np.ndarray:
    return learning_rate * gamma**t


def _step(learning_rate: float, t: np.ndarray, steps: int, *, every: int, gamma: float) -> np.ndarray:
    return learning_rate * gamma ** np.floor(t / every)


def _cosine(learning_rate: float, t: np.ndarray, steps: int, *, final: float) -> np.ndarray:
    return learning_rate * (final + (1 - final) * _half_cosine(t / steps))


def _warmup_cosine(learning_rate: float, t: np.ndarray, steps: int, *, warmup: int, final: float) -> np.ndarray:
    warmup = min(warmup, steps)
    rising = (t + 1) / max(warmup, 1)
    progress = np.maximum(t - warmup, 0) / max(steps - warmup, 1)
    return learning_rate * np.where(t < warmup, rising, final + (1 - final) * _half_cosine(progress))


def _one_cycle(
    learning_rate: float, t: np.ndarray, steps: int, *, peak_at: float, div: float, final_div: float
) -> np.ndarray:
    first = 1 / div
    last = first / final_div
    progress = t / steps
    rising = first + (1 - first) * (1 - _half_cosine(progress / peak_at))
    falling = last + (1 - last) * _half_cosine((progress - peak_at) / (1 - peak_at))
    return learning_rate * np.where(progress < peak_at, rising, falling)


_FINAL = Parameter(
    key="final",
    name="Final share",
    default=0.0,
    low=0.0,
    high=1.0,
    help="The share of the learning rate that the schedule ends at: 0 lets the steps die out, 1 keeps it constant.",
)

CONSTANT = Schedule(
    key="constant",
    name="Constant",
    rates=_constant,
    formula=r"\eta_t = \eta",
    notes="The same learning rate at every step. With noise it never settles: it keeps hopping about at a floor.",
)

INVERSE_TIME = Schedule(
    key="inverse_time",
    name="Inverse time",
    rates=_inverse_time,
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
    formula=r"\eta_t = \frac{\eta}{\sqrt{t + 1}}",
    notes="Falls quickly at first and ever more slowly later: a tenth of the learning rate after a hundred steps.",
    source="Zinkevich, Online convex programming and generalized infinitesimal gradient ascent, 2003",
)

EXPONENTIAL = Schedule(
    key="exponential",
    name="Exponential",
    rates=_exponential,
    parameters=(
        Parameter(
            key="gamma",
            name="Factor a step",
            default=0.99,
            low=0.5,
            high=1.0,
            help="The learning rate is multiplied by this at every step: 0.99 halves it about every 69 steps.",
        ),
    ),
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

COSINE = Schedule(
    key="cosine",
    name="Cosine",
    rates=_cosine,
    parameters=(_FINAL,),
    formula=r"\eta_t = \eta \left( r + (1 - r)\, \frac{1 + \cos(\pi t / T)}{2} \right), \qquad r = \text{final share}",
    notes="Stays high for long, falls through the middle and lands softly; the end comes with the last step.",
    source="Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017",
)

WARMUP_COSINE = Schedule(
    key="warmup_cosine",
    name="Warm-up, then cosine",
    rates=_warmup_cosine,
    parameters=(
        Parameter(
            key="warmup",
            name="Warm-up steps",
            default=50,
            low=0,
            high=10_000,
            kind="integer",
            help="Over how many first steps the learning rate climbs to its full value; no more than the run has.",
        ),
        _FINAL,
    ),
    formula=(
        r"\eta_t = \begin{cases} \eta\, \frac{t + 1}{W} & t < W \\"
        r" \eta \left( r + (1 - r)\, \frac{1 + \cos(\pi \frac{t - W}{T - W})}{2} \right) & t \ge W \end{cases}"
        r" \qquad W = \text{warm-up steps},\ r = \text{final share}"
    ),
    notes="Small first steps while averages such as Adam's fill up, then the cosine over the steps that remain.",
    source="Loshchilov and Hutter, SGDR, 2017; Goyal et al., Accurate, large minibatch SGD, 2017 (warm-up)",
)

ONE_CYCLE = Schedule(
    key="one_cycle",
    name="One cycle",
    rates=_one_cycle,
    parameters=(
        Parameter(
            key="peak_at",
            name="Place of the peak",
            default=0.3,
            low=0.01,
            high=0.99,
            help="After which share of the run the learning rate reaches its peak.",
        ),
        Parameter(
            key="div",
            name="Peak over start",
            default=25.0,
            low=1.0,
            high=1_000.0,
            log=True,
            help="How many times smaller than the peak the first learning rate is.",
        ),
        Parameter(
            key="final_div",
            name="Start over end",
            default=1e4,
            low=1.0,
            high=1e6,
            log=True,
            help="How many times smaller than the first learning rate the last one is.",
        ),
    ),
    formula=(
        r"\eta_t = \begin{cases} a + (\eta - a)\, \frac{1 - \cos(\pi u / p)}{2} & u < p \\"
        r" b + (\eta - b)\, \frac{1 + \cos(\pi \frac{u - p}{1 - p})}{2} & u \ge p \end{cases}"
        r" \qquad u = \tfrac{t}{T},\ p = \text{place of the peak},\ a = \tfrac{\eta}{\text{div}},"
        r"\ b = \tfrac{a}{\text{final\_div}}"
    ),
    notes=(
        "The learning rate you set is the peak: the run starts gently, rises past what would be stable for long, then "
        "falls far below. Both halves are cosines, as in PyTorch and optax; momentum stays as it is."
    ),
    source="Smith and Topin, Super-convergence: very fast training using large learning rates, 2018",
)
