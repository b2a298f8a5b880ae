"""The straight line that fits rows best: by squares, by Huber's loss, by absolute values, each in closed form."""

import numpy as np

from landscapes.data.convex import Parts, minimised
from landscapes.data.model import Known

_ROBUST = 1.4826  # times the median absolute deviation is the standard deviation of normal residuals
_FAR = (
    3.5  # of these: beyond it a residual is an outlier (Iglewicz and Hoaglin, How to detect and handle outliers, 1993)
)
_ROBUST_MEAN = 1.2533  # times the mean absolute deviation is
_ON_IT = 1e-12  # of the targets: who is so near lies on the line
_TIED = 1e-12  # of the loss: lines that differ by less are equally good


@np.errstate(all="ignore")  # numbers too large are none, and looked at as such
def least_squares(rows: np.ndarray, l2: float = 0.0) -> np.ndarray:
    """Return slope and intercept (2,) of least mean squares plus l2 x slope², for rows (n, 2) of x and y."""
    x, y = rows.T
    across, up = x - x.mean(), y - y.mean()
    slope = (across @ up) / (across @ across + l2 * len(x))
    return np.array([slope, (y - slope * x).mean()])


def _parts(rows: np.ndarray, l2: float, delta: float) -> Parts:
    """Return value, gradient and Hessian of the mean Huber loss plus l2 x slope²; delta infinite: of squares."""
    x, y = rows.T
    design = np.stack([x, np.ones_like(x)], axis=1)
    pull = np.array([l2, 0.0])

    def parts(weights: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        r = design @ weights - y
        size = np.abs(r)
        near = size <= delta
        beyond = 0.0 if near.all() else 2 * delta * size - delta * delta
        value = float(np.where(near, r * r, beyond).mean() + pull @ weights**2)
        slope = 2 * (np.clip(r, -delta, delta) @ design) / len(x) + 2 * pull * weights
        bend = 2 * (design[near].T @ design[near]) / len(x) + 2 * np.diag(pull)
        if np.linalg.matrix_rank(bend) < 2:  # as iterated least squares has it, which always leads down
            bend = 2 * (design.T @ (design * np.minimum(1, delta / np.maximum(size, delta))[:, None])) / len(x)
            bend += 2 * np.diag(pull)
        return value, slope, bend

    return parts


def least_absolute(rows: np.ndarray) -> np.ndarray | None:
    """Return slope and intercept (2,) of least mean absolute residual, for rows (n, 2); None where several lines are.

    Such a line goes through two of the points, so all of these are tried.
    """
    lines = _lines_through_two(rows)
    if not len(lines):
        return None
    x, y = rows.T
    losses = np.concatenate(
        [
            np.abs(part[:, :1] * x + part[:, 1:] - y).mean(axis=1)
            for part in np.array_split(lines, len(lines) // 2048 + 1)
        ]
    )
    best = losses.min()
    tied = lines[losses <= best + _TIED * max(best, _TIED)]
    alone = np.ptp(tied, axis=0) <= 1e-9 * (1 + np.abs(tied).max(axis=0))
    return lines[int(np.argmin(losses))] if alone.all() else None


def middle_slope(rows: np.ndarray) -> np.ndarray:
    """Return slope and intercept (2,) by the medians of all lines through two points (Theil and Sen)."""
    lines = _lines_through_two(rows)
    x, y = rows.T
    slope = float(np.median(lines[:, 0])) if len(lines) else 0.0
    return np.array([slope, float(np.median(y - slope * x))])


def far_out(rows: np.ndarray) -> tuple[int, ...]:
    """Return the numbers of those rows (n, 2) that lie far from the line which most of them lie along.

    More than 3.5 robust standard deviations (1.4826 times the median absolute residual, or 1.2533 times the mean where
    half of the points lie on the line) from the line of least absolute residuals.
    """
    line = least_absolute(rows)
    x, y = rows.T
    slope, intercept = middle_slope(rows) if line is None else line
    away = np.abs(slope * x + intercept - y)
    least = _ON_IT * (1 + float(np.abs(y).max()))
    wide = _ROBUST * float(np.median(away))
    if not wide > least:
        wide = _ROBUST_MEAN * float(away.mean())
    if not wide > least:
        return ()
    return tuple(np.flatnonzero(away > _FAR * wide).tolist())


def _lines_through_two(rows: np.ndarray) -> np.ndarray:
    """Return slope and intercept (m, 2) of the lines through each two points of different x."""
    x, y = rows.T
    first, second = np.triu_indices(len(x), 1)
    apart = x[first] != x[second]
    first, second = first[apart], second[apart]
    slope = (y[second] - y[first]) / (x[second] - x[first])
    return np.stack([slope, y[first] - slope * x[first]], axis=1)


def known_line(rows: np.ndarray, l2: float, l1: float, *, loss: str, delta: float) -> Known | None:
    """Return the critical points of a line's mean loss plus l2 x slope² + l1 |slope| on rows (n, 2).

    It is convex, and has one minimum; None where there may be more, or none is found.
    """
    x, y = rows.T
    if loss == "absolute":
        weights = least_absolute(rows) if not l2 and not l1 else None
    elif loss == "squared" and not l1:
        weights = least_squares(rows, l2)
    else:
        reach = np.inf if loss == "squared" else delta
        pull = 2 * min(reach, float(np.abs(y).max()) or 1.0) * np.array([np.abs(x).mean(), 1.0])
        weights = minimised(_parts(rows, l2, reach), (l1, 0.0), pull)
    if weights is None or not np.isfinite(weights).all() or (loss == "huber" and not _is_alone(rows, weights, delta)):
        return None
    slope, intercept = weights.tolist()
    r = np.abs(slope * x + intercept - y)
    each = {"squared": r * r, "absolute": r, "huber": np.where(r <= delta, r * r, 2 * delta * r - delta * delta)}[loss]
    lowest = float(each.mean() + l2 * slope * slope + l1 * abs(slope))
    place = (slope + 0.0, intercept)
    is_kink = loss == "absolute" or (l1 > 0 and slope == 0)
    return Known(minima=(place,), lowest=lowest, kinks=(place,) if is_kink else ())


def _is_alone(rows: np.ndarray, weights: np.ndarray, delta: float) -> bool:
    """Tell whether enough rows lie within delta of a line, so that no other line is as good."""
    x, y = rows.T
    near = np.abs(weights[0] * x + weights[1] - y) < delta
    return len(set(x[near].tolist())) > 1
