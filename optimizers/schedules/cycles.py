"""Schedules that rise again: one cycle, triangles, and cosines with warm restarts."""

import numpy as np

from optimizers.schedules.parts import FINAL, half_cosine
from optimizers.schedules.schedule import FINITE, INFINITE, Schedule, Series, always
from parameter import Parameter


def _one_cycle(
    learning_rate: float, t: np.ndarray, steps: int, *, peak_at: float, div: float, final_div: float
) -> np.ndarray:
    first = 1 / div
    last = first / final_div
    progress = t / steps
    rising = first + (1 - first) * (1 - half_cosine(progress / peak_at))
    falling = last + (1 - last) * half_cosine((progress - peak_at) / (1 - peak_at))
    found: np.ndarray = learning_rate * np.where(progress < peak_at, rising, falling)
    return found


def _cosine_restarts(
    learning_rate: float, t: np.ndarray, steps: int, *, period: int, growth: int, final: float
) -> np.ndarray:
    if growth == 1:
        since, length = np.mod(t, period), np.full_like(t, period)
    else:
        lengths = [period]
        while sum(lengths) < steps:
            lengths.append(lengths[-1] * growth)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        place = np.searchsorted(starts, t, side="right") - 1
        since, length = t - starts[place], np.asarray(lengths, dtype=np.float64)[place]
    found: np.ndarray = learning_rate * (final + (1 - final) * half_cosine(since / length))
    return found


def _cyclic(
    learning_rate: float, t: np.ndarray, steps: int, *, half: int, low: float, gamma: float, form: str
) -> np.ndarray:
    cycle = np.floor(1 + t / (2 * half))
    height = np.maximum(0.0, 1 - np.abs(t / half - 2 * cycle + 1))
    if form == "halving":
        height = height / 2 ** np.minimum(cycle - 1, 1000)
    elif form == "decaying":
        height = height * gamma**t
    found: np.ndarray = learning_rate * (low + (1 - low) * height)
    return found


def _unless_it_dies(*, half: int, low: float, gamma: float, form: str) -> Series:
    """The sums are finite only where the triangles shrink and nothing lies under them."""
    dies = low == 0 and (form == "halving" or (form == "decaying" and gamma < 1))
    return (FINITE, FINITE) if dies else (INFINITE, INFINITE)


COSINE_RESTARTS = Schedule(
    key="cosine_restarts",
    name="Cosine with warm restarts",
    rates=_cosine_restarts,
    series=always(INFINITE, INFINITE),
    parameters=(
        Parameter(
            key="period",
            name="First period",
            default=50,
            low=1,
            high=10_000,
            log=True,
            kind="integer",
            help="How many steps the first cosine takes, until the learning rate jumps back up.",
        ),
        Parameter(
            key="growth",
            name="Growth of the period",
            default=2,
            low=1,
            high=10,
            kind="integer",
            help="How many times longer each period is than the one before; 1 keeps them equal.",
        ),
        FINAL,
    ),
    formula=(
        r"\eta_t = \eta \left( r + (1 - r)\, \frac{1 + \cos(\pi\, t_i / T_i)}{2} \right), \quad T_{i+1} = k\, T_i"
        r" \qquad t_i = \text{steps since the restart},\ r = \text{final share}"
    ),
    notes=(
        "Falls to the end of a period, then starts over at the full learning rate: a way out of a narrow minimum. The "
        "same as PyTorch's CosineAnnealingWarmRestarts stepped once an update; optax's sgdr_schedule lists each period."
    ),
    source="Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017",
)

CYCLIC = Schedule(
    key="cyclic",
    name="Cyclic (triangles)",
    rates=_cyclic,
    series=_unless_it_dies,
    parameters=(
        Parameter(
            key="half",
            name="Steps up",
            default=25,
            low=1,
            high=10_000,
            log=True,
            kind="integer",
            help="How many steps the learning rate climbs; it falls over as many.",
        ),
        Parameter(
            key="low",
            name="Lowest share",
            default=0.1,
            low=0.0,
            high=1.0,
            help="The share of the learning rate at which each triangle starts and ends.",
        ),
        Parameter(
            key="gamma",
            name="Factor a step",
            default=0.995,
            low=0.5,
            high=1.0,
            help="How the decaying form's triangles shrink, step by step; the other two forms do not read it.",
        ),
        Parameter(
            key="form",
            name="Form of the triangles",
            kind="choice",
            choices=("equal", "halving", "decaying"),
            default="equal",
            help="Equal triangles, each half as high as the last, or shrinking at every step.",
        ),
    ),
    formula=(
        r"\eta_t = \eta \left( \ell + (1 - \ell)\, \max(0,\, 1 - |\tfrac{t}{h} - 2c + 1|)\, s_t \right),"
        r" \quad c = \lfloor 1 + \tfrac{t}{2h} \rfloor, \quad s_t = 1,\ 2^{1 - c} \text{ or } \gamma^t"
    ),
    notes=(
        "Climbs and falls along straight lines: large steps to look around, small ones to settle. Smith's triangular, "
        "triangular2 and exp_range, as in PyTorch's CyclicLR; the learning rate you set is the peak. It starts at the "
        "lowest share."
    ),
    source="Smith, Cyclical learning rates for training neural networks, 2017",
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
            help="How many times smaller than the first learning rate the one is that would follow the run's last.",
        ),
    ),
    formula=(
        r"\eta_t = \begin{cases} a + (\eta - a)\, \frac{1 - \cos(\pi u / p)}{2} & u < p \\"
        r" b + (\eta - b)\, \frac{1 + \cos(\pi \frac{u - p}{1 - p})}{2} & u \ge p \end{cases}"
        r" \\ u = \tfrac{t}{T},\ p = \text{place of the peak}"
        r" \\ a = \tfrac{\eta}{\text{peak over start}},\ b = \tfrac{a}{\text{start over end}}"
    ),
    notes=(
        "The learning rate you set is the peak: the run starts gently, rises past what would be stable for long, then "
        "falls far below. Both halves are cosines, as in PyTorch and optax; momentum stays as it is. As in optax the "
        "end lies one step after the last; PyTorch's OneCycleLR reaches its peak and its end a step earlier."
    ),
    source="Smith and Topin, Super-convergence: very fast training using large learning rates, 2018",
)
