"""Schedules that start gently: a linear warm-up, then constant, falling, or holding and falling at the end."""

import numpy as np

from optimizers.schedules.parts import FINAL, GAMMA, WARMUP, after_warmup, half_cosine
from optimizers.schedules.schedule import FINITE, INFINITE, Schedule, Series, always
from parameter import Parameter


def _constant(learning_rate: float, t: np.ndarray, steps: int, *, warmup: int) -> np.ndarray:
    rising, _, _ = after_warmup(t, steps, warmup)
    return learning_rate * np.minimum(rising, 1.0) if warmup else np.full_like(t, learning_rate)


def _linear(learning_rate: float, t: np.ndarray, steps: int, *, warmup: int, final: float) -> np.ndarray:
    rising, since, left = after_warmup(t, steps, warmup)
    return learning_rate * np.where(t < warmup, rising, 1 - (1 - final) * since / left)


def _cosine(learning_rate: float, t: np.ndarray, steps: int, *, warmup: int, final: float) -> np.ndarray:
    rising, since, left = after_warmup(t, steps, warmup)
    return learning_rate * np.where(t < warmup, rising, final + (1 - final) * half_cosine(since / left))


def _exponential(learning_rate: float, t: np.ndarray, steps: int, *, warmup: int, gamma: float) -> np.ndarray:
    rising, since, _ = after_warmup(t, steps, warmup)
    return learning_rate * np.where(t < warmup, rising, gamma**since)


def _inverse_sqrt(learning_rate: float, t: np.ndarray, steps: int, *, warmup: int) -> np.ndarray:
    top = max(min(warmup, steps), 1)
    return learning_rate * np.minimum((t + 1) / top, np.sqrt(top / (t + 1)))


def _wsd(learning_rate: float, t: np.ndarray, steps: int, *, warmup: int, decay: float, final: float) -> np.ndarray:
    rising, _, _ = after_warmup(t, steps, warmup)
    first = max((1 - decay) * steps, min(warmup, steps))
    share = np.maximum(t - first, 0) / max(steps - first, 1e-300)
    return learning_rate * np.where(t < warmup, rising, 1 - (1 - final) * share)


def _unless_one(*, gamma: float, warmup: int) -> Series:
    return (INFINITE, INFINITE) if gamma == 1 else (FINITE, FINITE)


_RISE = r"\eta\, \frac{t + 1}{W} & t < W \\"
_TAIL = r" & t \ge W \end{cases} \\ W = \text{warm-up steps}"

WARMUP_CONSTANT = Schedule(
    key="warmup_constant",
    name="Warm-up, then constant",
    rates=_constant,
    series=always(INFINITE, INFINITE),
    parameters=(WARMUP,),
    formula=r"\eta_t = \begin{cases} " + _RISE + r" \eta" + _TAIL,
    notes="Small first steps while averages such as Adam's fill up, then the full learning rate to the end.",
    source="Goyal et al., Accurate, large minibatch SGD, 2017 (gradual warm-up)",
)

WARMUP_LINEAR = Schedule(
    key="warmup_linear",
    name="Warm-up, then linear",
    rates=_linear,
    parameters=(WARMUP, FINAL),
    formula=(
        r"\eta_t = \begin{cases} "
        + _RISE
        + r" \eta \left( 1 - (1 - r)\, \frac{t - W}{T - W} \right)"
        + _TAIL
        + r",\ r = \text{final share}"
    ),
    notes="The triangle that language models are fine-tuned with: up over the warm-up, then a straight line down.",
    source="Devlin et al., BERT, 2019",
)

WARMUP_COSINE = Schedule(
    key="warmup_cosine",
    name="Warm-up, then cosine",
    rates=_cosine,
    parameters=(
        WARMUP,
        FINAL,
    ),
    formula=(
        r"\eta_t = \begin{cases} \eta\, \frac{t + 1}{W} & t < W \\"
        r" \eta \left( r + (1 - r)\, \frac{1 + \cos(\pi \frac{t - W}{T - W})}{2} \right) & t \ge W \end{cases}"
        r" \\ W = \text{warm-up steps},\ r = \text{final share}"
    ),
    notes="Small first steps while averages such as Adam's fill up, then the cosine over the steps that remain.",
    source="Loshchilov and Hutter, SGDR, 2017; Goyal et al., Accurate, large minibatch SGD, 2017 (warm-up)",
)

WARMUP_EXPONENTIAL = Schedule(
    key="warmup_exponential",
    name="Warm-up, then exponential",
    rates=_exponential,
    series=_unless_one,
    parameters=(WARMUP, GAMMA),
    formula=r"\eta_t = \begin{cases} " + _RISE + r" \eta\, \gamma^{t - W}" + _TAIL,
    notes="Up over the warm-up, then the same share is lost at every step: what is left to go is limited.",
)

WARMUP_INVERSE_SQRT = Schedule(
    key="warmup_inverse_sqrt",
    name="Warm-up, then inverse square root",
    rates=_inverse_sqrt,
    series=always(INFINITE, INFINITE),
    parameters=(WARMUP,),
    formula=r"\eta_t = \eta\, \min\!\left( \frac{t + 1}{W},\ \sqrt{\frac{W}{t + 1}} \right)"
    r" \qquad W = \text{warm-up steps}",
    notes=(
        "The transformer's schedule, scaled so that its peak is the learning rate you set: a line up to the end of the "
        "warm-up, then an ever slower fall."
    ),
    source="Vaswani et al., Attention is all you need, 2017",
)

WSD = Schedule(
    key="wsd",
    name="Warm-up, stable, decay",
    rates=_wsd,
    parameters=(
        WARMUP,
        Parameter(
            key="decay",
            name="Share of the decay",
            default=0.2,
            low=0.0,
            high=1.0,
            help="Which last share of the run the learning rate falls over, along a straight line.",
        ),
        FINAL,
    ),
    formula=(
        r"\eta_t = \begin{cases} " + _RISE + r" \eta & W \le t < D \\"
        r" \eta \left( 1 - (1 - r)\, \frac{t - D}{T - D} \right) & t \ge D \end{cases}"
        r" \\ W = \text{warm-up steps},\ D = \max(W,\ (1 - d)\, T)"
        r" \\ d = \text{share of the decay},\ r = \text{final share}"
    ),
    notes=(
        "Holds the full learning rate for most of the run and settles at the end: the plateau can be prolonged without "
        "planning the whole run anew, which a cosine cannot. The decay is a straight line here; MiniCPM's is "
        "exponential."
    ),
    source="Hu et al., MiniCPM, 2024; Zhai et al., Scaling vision transformers, 2022",
)
