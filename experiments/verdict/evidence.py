"""What a run's last steps show in numbers: how fast a distance shrinks, the period of a swing."""

from dataclasses import dataclass

import numpy as np

from experiments.verdict.swing import width

SHORTEST = 16  # steps from which a lasting rate can be told
EVEN = 0.15  # how much the rates of two parts of a run may differ where it shrinks evenly, as a share
CLOSE = 1e-2  # of the lengths around: from here on it counts how fast a distance shrinks
QUICK = 16  # steps that a method which converges superlinearly takes from there to the last digit, at most
FASTER = 1.4  # times as many digits a step in the later half of them
SAME = 0.05  # of the width of a swing: what comes back closer than this has come back
_LAGS, _SPAN = 80, 240  # the longest period that is looked for, and the steps in which it is


@dataclass(frozen=True)
class Pace:
    """How a distance shrinks near the end: by one factor a step, or (factor None) by ever smaller ones."""

    factor: float | None

    @property
    def superlinear(self) -> bool:
        """Whether each step shrinks it more than the one before."""
        return self.factor is None


def pace(sizes: np.ndarray, floor: float, around: float, even: float = EVEN) -> Pace | None:
    """Return how sizes (T+1,) shrink, as far as they lie above the floor; None where they do so in no even way.

    around: how large a size can be in the picture. even: how much the rates of two parts may differ, as a share.
    """
    with np.errstate(invalid="ignore"):
        low = np.flatnonzero(~(sizes > floor))
    end = int(low[0]) if low.size else len(sizes)
    if _keeps_speeding_up(sizes[: end + 1], floor, around):
        return Pace(None)
    if end < SHORTEST:
        return None
    rest = sizes[min(end // 2, end - SHORTEST) : end]
    ahead = np.log(np.maximum.accumulate(rest[::-1])[::-1])[: -(len(rest) // 8)]  # what is still to come, so that
    rate, half = _slope(ahead), len(ahead) // 2  # swings do not count
    if not rate < -1e-12 or abs(_slope(ahead[:half]) - _slope(ahead[half:])) > even * -rate:
        return None
    return Pace(float(np.exp(rate)))


def _slope(values: np.ndarray) -> float:
    """Return the slope of the straight line that fits the values (n,) best."""
    places = np.arange(len(values)) - (len(values) - 1) / 2
    return float(places @ values / (places @ places))


def _keeps_speeding_up(sizes: np.ndarray, floor: float, around: float) -> bool:
    """Tell whether sizes shrink to the floor in few steps, of which the later ones gain clearly more digits."""
    if not 0 <= sizes[-1] <= floor:
        return False
    far = np.flatnonzero(sizes > CLOSE * around)
    last = sizes[far[-1] :] if far.size else sizes
    gains = -np.diff(np.log(np.maximum(last, floor / 10)))
    half = len(gains) // 2
    if not 1 <= half <= QUICK // 2 or not (last > floor).sum() >= 2:
        return False
    later = max(gains[half:].mean(), gains[half:-1].mean() if len(gains) > half + 1 else 0.0)  # the floor cuts the last
    return bool(later > max(FASTER * gains[:half].mean(), 1.0))


def steps_to(size: float, target: float, factor: float) -> int:
    """Return in how many steps a size that shrinks by a factor a step comes down to the target."""
    return max(0, int(np.ceil(np.log(target / size) / np.log(factor))))


def period(points: np.ndarray) -> int | None:
    """Return after how many steps the last points (n, 2) come back to where they were, None where they do not.

    The smallest number of steps after which they lie, in root mean square, closer than SAME of the swing's width.
    """
    last = points[-_SPAN:]
    lags = min(_LAGS, len(last) // 3)
    if lags < 2:
        return None
    apart = _apart(last - last.mean(axis=0), lags)
    near = apart <= SAME * width(last)
    left = np.flatnonzero(apart > 0.25 * apart.max())
    back = np.flatnonzero(near[left[0] :]) if left.size else left
    if not back.size:
        return None
    first = int(left[0] + back[0])
    while first + 1 < len(apart) and apart[first + 1] < apart[first]:
        first += 1
    return first


def _apart(points: np.ndarray, lags: int) -> np.ndarray:
    """Return how far points (n, 2) lie, in root mean square, from where they are 0 to lags steps later, (lags + 1,)."""
    count = len(points) - lags
    lengths = np.concatenate([[0.0], np.cumsum((points**2).sum(axis=1))])
    products = sum(np.correlate(axis, axis[:count], "valid") for axis in points.T)
    squares = lengths[count] + (lengths[count:] - lengths[: lags + 1]) - 2 * products
    found: np.ndarray = np.sqrt(np.maximum(squares, 0.0) / count)
    return found
