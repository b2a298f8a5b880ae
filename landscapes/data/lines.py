"""The straight line that fits rows best: by squares, by Huber's loss, by absolute values, each in closed form."""

import numpy as np

from landscapes.data.model import Known

_ROBUST = 1.4826  # times the median absolute deviation is the standard deviation of normal residuals
_FAR = (
    3.5  # of these: beyond it a residual is an outlier (Iglewicz and Hoaglin, How to detect and handle outliers, 1993)
)
_ITERATIONS = 200
_REST = 1e-15
_ROUNDING = 1e-14  # of a loss: a rise by less is none
_TIED = 1e-12  # of the loss: lines that differ by less are equally good


def least_squares(rows: np.ndarray, l2: float = 0.0) -> np.ndarray:
    """Return slope and intercept (2,) of least mean squares plus l2 x slope², for rows (n, 2) of x and y."""
    x, y = rows.T
    across, up = x - x.mean(), y - y.mean()
    slope = (across @ up) / (across @ across + l2 * len(x))
    return np.array([slope, (y - slope * x).mean()])


def huber(rows: np.ndarray, delta: float, l2: float = 0.0) -> np.ndarray | None:
    """Return slope and intercept (2,) of least mean Huber loss, r² up to delta and 2 delta |r| - delta² beyond.

    Plus l2 x slope². Newton's steps from a line between those of squares and of absolute values, halved until they
    descend; a few end at the last digit, as the loss is quadratic in pieces. None where they do not.
    """
    x, y = rows.T
    design = np.stack([x, np.ones_like(x)], axis=1)
    pull = np.array([l2, 0.0])

    def loss(weights: np.ndarray) -> float:
        r = np.abs(design @ weights - y)
        return float(np.where(r <= delta, r * r, 2 * delta * r - delta * delta).mean() + pull @ weights**2)

    weights = least_squares(rows, l2)
    for _ in range(_ITERATIONS):
        r = design @ weights - y
        near = np.abs(r) <= delta
        slope = 2 * (np.clip(r, -delta, delta) @ design) / len(x) + 2 * pull * weights
        bend = 2 * (design[near].T @ design[near]) / len(x) + 2 * np.diag(pull)
        if np.linalg.matrix_rank(bend) < 2:
            bend = 2 * (design.T @ (design * np.minimum(1, delta / np.maximum(np.abs(r), delta))[:, None])) / len(x)
            bend += 2 * np.diag(pull)  # the weights of iterated least squares, which always lead down
        step = -np.linalg.solve(bend, slope)
        before, share = loss(weights), 1.0
        while share > 1e-10 and not loss(weights + share * step) <= before + _ROUNDING * (1 + before):
            share /= 2
        weights = weights + share * step
        if np.abs(step).max() <= _REST * (1 + np.abs(weights).max()):
            break
    r = design @ weights - y
    slope = 2 * (np.clip(r, -delta, delta) @ design) / len(x) + 2 * pull * weights
    near = np.abs(r) < delta
    bend = 2 * (design[near].T @ design[near]) / len(x) + 2 * np.diag(pull)
    scale = 2 * delta * np.abs(design).mean(axis=0)
    at_rest = bool((np.abs(slope) <= 1e-10 * scale).all())
    return weights if at_rest and np.linalg.matrix_rank(bend) == 2 else None


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

    More than 3.5 robust standard deviations (1.4826 times the median absolute residual) from the line of least
    absolute residuals; none where half of the points or more lie on it.
    """
    line = least_absolute(rows)
    x, y = rows.T
    slope, intercept = middle_slope(rows) if line is None else line
    away = np.abs(slope * x + intercept - y)
    wide = _ROBUST * float(np.median(away))
    if not wide > 1e-12 * (1 + np.abs(y).max()):
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


def known_line(rows: np.ndarray, l2: float, *, loss: str, delta: float) -> Known | None:
    """Return the critical points of a line's mean loss plus l2 x slope² on rows (n, 2): it is convex, and has one."""
    x, y = rows.T
    if loss == "absolute":
        weights = least_absolute(rows) if not l2 else None
    else:
        weights = least_squares(rows, l2) if loss == "squared" else huber(rows, delta, l2)
    if weights is None or not np.isfinite(weights).all():
        return None
    slope, intercept = weights.tolist()
    r = np.abs(slope * x + intercept - y)
    each = {"squared": r * r, "absolute": r, "huber": np.where(r <= delta, r * r, 2 * delta * r - delta * delta)}[loss]
    lowest = float(each.mean() + l2 * slope * slope)
    place = (slope, intercept)
    return Known(minima=(place,), lowest=lowest, kinks=(place,) if loss == "absolute" else ())
