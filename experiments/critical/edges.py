"""Critical points that no gradient tells of: on the creases that an L1 penalty makes, and on the domain's edge."""

import numpy as np

from experiments.critical.point import CriticalPoint
from experiments.objective.objective import Objective
from experiments.objective.penalties import weighed
from experiments.setup.allowed import Box

ALONG = 512  # places a line; between two of them the slope along the line is taken to vanish once at most
_TURNS = 60
_NARROWED = 60  # times that the surroundings of a hollow along an edge become half as wide
_SHARES = np.linspace(0, 1, 9)
_INWARDS = np.linspace(0, np.pi, 17)  # angles, from along the edge to along it the other way


def creases(objective: Objective, window: Box) -> list[CriticalPoint]:
    """Return the critical points on the axes under an L1 penalty.

    On x = 0 the surface has no slope across; a point is critical where the slope along vanishes and the rest of the
    objective slopes across by no more than l1. It is a minimum if the surface curves upwards along the axis. A model's
    intercept is not penalised, and so has no such axis.
    """
    l1 = objective.number("l1")
    on = weighed(objective.form.landscape)
    rest = objective.without("l1")
    (x0, x1), (y0, y1) = window
    size = float(np.hypot(x1 - x0, y1 - y0))
    found = []
    for axis in (0, 1):
        if not on[axis] or not window[axis][0] <= 0 <= window[axis][1]:
            continue

        def slope(t: np.ndarray, axis: int = axis) -> np.ndarray:
            found: np.ndarray = rest.derivatives(_on(axis, t))[1][:, 1 - axis]
            return found + l1 * np.sign(t) if on[1 - axis] else found

        ends = _zeros(slope, *window[1 - axis])
        ends = ends[np.abs(ends) > 1e-9 * size] if on[1 - axis] else ends
        _, slopes, hessians = rest.derivatives(_on(axis, ends))
        for t, across, curvature in zip(ends, slopes[:, axis], hessians[:, 1 - axis, 1 - axis], strict=True):
            if abs(across) <= l1 * (1 + 1e-9):
                point = _on(axis, np.array([t]))[0]
                sure = abs(across) < l1 * (1 - 1e-9)
                kind = "minimum" if curvature > 0 and (sure or _is_low(objective, point, size)) else "saddle"
                found.append(_kink(objective, point, kind))
    if all(on) and all(low <= 0 <= high for low, high in window):
        origin = np.zeros(2)
        steepest = float(np.abs(rest.derivatives(origin[None])[1]).max())
        sure = steepest < l1 * (1 - 1e-9)
        if sure or (steepest <= l1 * (1 + 1e-9) and _is_low(objective, origin, size)):
            found.append(_kink(objective, origin, "minimum"))
    return found


@np.errstate(all="ignore")
def edge_minima(objective: Objective, window: Box, least: float) -> list[CriticalPoint]:
    """Return the minima within the window that only the domain's edge makes: the surface falls on outwards there.

    least: the slope outwards below which it is taken as level.
    """
    frame, ((x0, x1), (y0, y1)) = objective.frame, objective.domain
    places = []
    for axis, low, high in ((0, x0, x1), (1, y0, y1)):
        for edge, inward in ((low, 1.0), (high, -1.0)):
            forward = frame.out(np.eye(2)) - frame.out(np.zeros((1, 2)))  # rows: the landscape's axes, turned

            def line(t: np.ndarray, axis: int = axis, edge: float = edge) -> np.ndarray:
                points = np.empty((len(t), 2))
                points[:, axis], points[:, 1 - axis] = edge, t
                return points

            def slope(t: np.ndarray, axis: int = axis, line=line, forward=forward) -> np.ndarray:  # type: ignore[no-untyped-def]
                with np.errstate(invalid="ignore", over="ignore"):
                    found: np.ndarray = objective.derivatives(frame.out(line(t)))[1] @ forward[1 - axis]
                    return found

            (a, b) = (y0, y1) if axis == 0 else (x0, x1)
            ends = _zeros(slope, a, b, rising=True)
            first, last = slope(np.array([a, b]))
            corners = [t for t, into in ((a, first), (b, -last)) if into > least]
            ends = np.concatenate([ends[(ends > a) & (ends < b)], corners])
            if len(ends):
                with np.errstate(invalid="ignore", over="ignore"):
                    rise = objective.derivatives(frame.out(line(ends)))[1] @ forward[axis] * inward
                places += line(ends[rise > least]).tolist()
            reach = float(np.hypot(x1 - x0, y1 - y0))
            into = np.eye(2)[axis] * inward

            def height(t: np.ndarray, line=line, ends=(a, b), out: np.ndarray | float = 0.0) -> np.ndarray:  # type: ignore[no-untyped-def]
                found = objective.values(frame.out(line(t) + out))
                return np.where((t < ends[0]) | (t > ends[1]), np.inf, found)  # beyond a corner nothing counts

            folds = _hollows(height, a, b)
            if len(ends):
                folds = folds[np.abs(folds[:, None] - ends).min(axis=1) > 1e-4 * reach]
            places += line(folds[_walled(height, folds, into, reach, least)]).tolist()
    if not places:
        return []
    points = frame.out(np.unique(np.asarray(places), axis=0))
    (left, right), (bottom, top) = window
    points = points[((points >= [left, bottom]) & (points <= [right, top])).all(axis=1)]
    heights = objective.values(points)
    return [
        CriticalPoint(point=(float(x), float(y)), value=float(z), kind="minimum", boundary=True)
        for (x, y), z in zip(points, heights, strict=True)
        if np.isfinite(z)
    ]


def _on(axis: int, t: np.ndarray) -> np.ndarray:
    points = np.zeros((len(t), 2))
    points[:, 1 - axis] = t
    return points


def _zeros(slope, low: float, high: float, rising: bool = False) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Return where slope(t (n,)) changes its sign continuously between low and high; rising: from below 0 only."""
    t = np.linspace(low, high, ALONG)
    s = slope(t)
    with np.errstate(invalid="ignore"):
        crosses = (s[:-1] < 0) & (s[1:] >= 0) if rising else (s[:-1] < 0) != (s[1:] < 0)
    crosses &= np.isfinite(s[:-1]) & np.isfinite(s[1:])
    left, right, low_s, high_s = t[:-1][crosses], t[1:][crosses], s[:-1][crosses], s[1:][crosses]
    bounds = np.maximum(np.abs(low_s), np.abs(high_s))
    ends, rests = np.where(np.abs(low_s) < np.abs(high_s), left, right), np.minimum(np.abs(low_s), np.abs(high_s))
    for turn in range(_TURNS if len(left) else 0):
        with np.errstate(all="ignore"):
            guess = left - low_s * (right - left) / (high_s - low_s)
        wild = ~((guess > left) & (guess < right)) | (turn % 4 == 3)  # now and then the middle, for steps and kinks
        guess = np.where(wild, (left + right) / 2, guess)
        found = slope(guess)
        better = np.abs(found) < rests
        ends, rests = np.where(better, guess, ends), np.where(better, np.abs(found), rests)
        same = (found < 0) == (low_s < 0)
        # the end that stays counts half, so that the other does not stand still (the Illinois rule)
        low_s, high_s = np.where(same, found, low_s / 2), np.where(same, high_s / 2, found)
        left, right = np.where(same, guess, left), np.where(same, right, guess)
        if ((rests <= 1e-12 * bounds) | (right - left <= 1e-13 * (high - low))).all():
            break
    made: np.ndarray = ends[rests <= 1e-6 * np.maximum(bounds, 1e-300)]
    return made


def _hollows(height, low: float, high: float) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Return where between low and high height(t (n,)) is lower than beside it, also in a crease or at a jump, (n,)."""
    t = np.linspace(low, high, ALONG)
    z = np.nan_to_num(height(t), nan=np.inf)
    wall = np.full(1, np.inf)
    before, after = np.concatenate([wall, z[:-1]]), np.concatenate([z[1:], wall])
    at = np.flatnonzero(np.isfinite(z) & (z <= before) & (z <= after) & (z < np.maximum(before, after)))
    start, end = t[np.maximum(at - 1, 0)], t[np.minimum(at + 1, ALONG - 1)]
    best, least = t[at], z[at]
    for _ in range(
        _NARROWED if len(at) else 0
    ):  # a share of nine places a turn, so that a jump is met from its low side
        tried = start[:, None] + (end - start)[:, None] * _SHARES
        found = np.nan_to_num(height(tried.ravel()), nan=np.inf).reshape(tried.shape)
        lowest, rows = np.argmin(found, axis=1), np.arange(len(at))
        lower = found[rows, lowest] < least
        best, least = np.where(lower, tried[rows, lowest], best), np.where(lower, found[rows, lowest], least)
        width = (end - start) / 4
        start, end = np.maximum(best - width, low), np.minimum(best + width, high)
    for digits in (12, 9, 6):  # as few decimals as it has without being higher
        fewer = best.round(digits) + 0.0
        best = np.where(np.nan_to_num(height(fewer), nan=np.inf) <= least, fewer, best)
    best = np.unique(best)
    best = best[np.diff(best, prepend=-np.inf) > 1e-9 * (high - low)]
    return np.asarray(best)


def _walled(height, folds: np.ndarray, into: np.ndarray, reach: float, least: float) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Tell at which places along an edge the ground rises along it both ways, rises inwards and falls outwards, (n,).

    height(t (n,), out=an offset from the edge). into: the unit vector inwards. reach: the domain's diagonal.
    """
    here = height(folds)
    slack = 1e-12 * np.abs(here)
    low = np.isfinite(here)
    for step in reach * np.array([1e-3, 1e-5, 1e-7]):
        for turn in _INWARDS:
            along, inwards = step * np.cos(turn), step * np.sin(turn)
            low &= ~(height(folds + along, out=inwards * into) < here - slack)
    step = 1e-5 * reach
    low &= (height(folds - step) > here + slack) & (height(folds + step) > here + slack)
    low &= height(folds, out=step * into) - here > least * step
    outside = [height(folds + step * np.cos(turn), out=-step * np.sin(turn) * into) for turn in _INWARDS[1:-1]]
    falls = (np.array(outside) < here - slack).any(axis=0) | np.isnan(outside).any(axis=0)
    return np.asarray(low & falls)


def _is_low(objective: Objective, point: np.ndarray, size: float) -> bool:
    """Tell whether nothing on a small circle around the point is lower."""
    angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    circle = point + 1e-4 * size * np.stack([np.cos(angles), np.sin(angles)], -1)
    height = objective.values(point[None])[0]
    return bool((objective.values(circle) >= height - 1e-14 * max(1.0, abs(height))).all())


def _kink(objective: Objective, point: np.ndarray, kind: str) -> CriticalPoint:
    height = float(objective.values(point[None])[0])
    return CriticalPoint(point=(float(point[0]), float(point[1])), value=height, kind=kind, kink=True)
