"""One hidden neuron, y = w2 tanh(w1 x): all critical points of its mean squared loss."""

import numpy as np
from scipy.optimize import brentq

from landscapes.data.model import Known

_A_DECADE, _DECADES = 400, 7  # places of w1 at which the slope is looked at; no turn is narrower than a tanh's bend
_GENTLEST = 1e-4  # times the largest |x|: so small a w1 makes straight lines of all
_LEVEL = 1e-12  # of the mean square of the targets: a smaller fall is none


def known_neuron(rows: np.ndarray, l2: float, l1: float) -> Known | None:
    """Return the critical points of the mean squared loss of w2 tanh(w1 x) plus l2 (w1² + w2²), on rows (n, 2).

    For each w1 the best w2 is known, so all but the one at 0 lie on a curve over w1, and mirrored through 0. On it the
    loss is a function of w1 alone, the slope of which is followed over seven decades. None where the curve is
    level, and with L1.
    """
    x, y = rows.T
    across, power, size = float((x * y).mean()), float((y * y).mean()), float(np.abs(x).max())
    if l1 or not size > 0 or not power > 0 or abs(across) <= 1e-12 * size * power**0.5:
        return None

    def parts(w1: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        t = np.tanh(w1[:, None] * x)
        w2 = (t * y).mean(axis=1) / ((t * t).mean(axis=1) + l2)
        slope = (2 * (w2[:, None] * t - y) * w2[:, None] * x * (1 - t * t)).mean(axis=1) + 2 * l2 * w1
        return w2, slope

    def best(w1: float) -> float:
        return float(parts(np.array([w1]))[0][0])

    def height(w1: float, w2: float) -> float:
        return float(((w2 * np.tanh(w1 * x) - y) ** 2).mean() + l2 * (w1 * w1 + w2 * w2))

    ladder = np.geomspace(_GENTLEST / size, _GENTLEST / size * 10.0**_DECADES, _A_DECADE * _DECADES + 1)
    slopes = parts(ladder)[1]
    level = _LEVEL * power / ladder
    slopes = np.where(np.abs(slopes) <= level, 0.0, slopes)
    minima, saddles = list[tuple[float, float]](), [(0.0, 0.0)] if abs(across) > l2 else []
    others = [] if abs(across) > l2 else [(0.0, 0.0)]
    for i in np.flatnonzero(slopes[:-1] * slopes[1:] < 0):
        w1 = float(brentq(lambda w: parts(np.array([w]))[1][0], ladder[i], ladder[i + 1], xtol=1e-300, rtol=1e-15))
        (minima if slopes[i] < 0 else saddles).append((w1, best(w1)))
    if others:
        minima += others
    far = float(ladder[-1])
    straight = power - across * across / float((x * x).mean())  # as w1 falls to 0 while w1 w2 stays: a straight line
    beyond = min(height(far, best(far)), straight) if not l2 else np.inf  # or as w1 grows: a step
    heights = [height(*place) for place in minima]
    lowest = min(heights, default=np.inf)
    reached = lowest < beyond - _LEVEL * power

    def mirrored(places: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
        both = [*places, *((-a, -b) for a, b in places if (a, b) != (0.0, 0.0))]
        return tuple((a + 0.0, b + 0.0) for a, b in both)

    is_best = [reached and z <= lowest + _LEVEL * power for z in heights]
    lowest_ones = [place for place, good in zip(minima, is_best, strict=True) if good]
    rest = [place for place, good in zip(minima, is_best, strict=True) if not good]
    return Known(
        minima=mirrored(lowest_ones),
        lowest=lowest if reached else None,
        other_minima=mirrored(rest),
        saddles=mirrored(saddles),
        infimum=None if reached else beyond,
    )
