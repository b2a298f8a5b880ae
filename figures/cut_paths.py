"""Paths cut at the edge of a window: no iterate is moved, and where a path leaves and comes back is known."""

from dataclasses import dataclass

import numpy as np

from figures.windows import Window

_FARTHEST = 1e9  # windows that a step may be long and still be drawn through the window


@dataclass(frozen=True, kw_only=True, eq=False)
class CutPath:
    """The part of a path that lies in a window.

    points: (n, 2), NaN where the pen is lifted. steps: (n,), whole at the path's own iterates, and between two of them
    where the edge cuts the line. leaves: the places in points at which it leaves. is_out: whether it ends outside.
    """

    points: np.ndarray
    steps: np.ndarray
    leaves: tuple[int, ...]
    is_out: bool


def cut_path(points: np.ndarray, window: Window) -> CutPath:
    """Return the part of a path of finite points, (T+1, 2), in a window.

    Segments are cut after Liang and Barsky, "A new concept and method for line clipping" (1984).
    """
    if not len(points):
        return CutPath(points=np.empty((0, 2)), steps=np.empty(0), leaves=(), is_out=False)
    low, high = np.array(window).T
    inside = ((points >= low) & (points <= high)).all(axis=1)
    rows: list[tuple[float, float, float]] = []
    leaves = []
    if inside[0]:
        rows.append((*points[0], 0.0))
    for step in range(1, len(points)):
        before, now = points[step - 1], points[step]
        if not (inside[step - 1] and inside[step]):
            start, end = _part(before, now, low, high)
            if inside[step - 1]:
                start, end = 0.0, max(end, 0.0)
            if start > end:
                continue
            anchor = (now, 1.0) if inside[step] else (before, 0.0)  # in view: there rounding is small
            if not inside[step - 1]:
                rows += [(np.nan, np.nan, np.nan)] * bool(rows)
                rows.append((*_on_edge(before, now, start, anchor, (low, high)), step - 1 + start))
            if not inside[step]:
                leaves.append(len(rows))
                rows.append((*_on_edge(before, now, end, anchor, (low, high)), step - 1 + end))
                continue
        rows.append((*now, float(step)))
    found = np.array(rows).reshape(-1, 3)
    return CutPath(points=found[:, :2], steps=found[:, 2], leaves=tuple(leaves), is_out=not inside[-1])


def _part(before: np.ndarray, now: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[float, float]:
    """Return where a segment enters and leaves a box, as shares of it; the first is the larger where it misses it."""
    with np.errstate(all="ignore"):
        way = now / 4 - before / 4  # quarters: the way may be longer than a number can be
        first, second = (low / 4 - before / 4) / way, (high / 4 - before / 4) / way
    if np.abs(way).max() > _FARTHEST * (high - low).max() and not (_is_in(before, low, high) or _is_in(now, low, high)):
        return 1.0, 0.0  # where it would cross the box is lost in rounding
    start, end = 0.0, 1.0
    for axis in (0, 1):
        if way[axis] == 0:
            if not low[axis] <= before[axis] <= high[axis]:
                return 1.0, 0.0
            continue
        start = max(start, float(min(first[axis], second[axis])))
        end = min(end, float(max(first[axis], second[axis])))
    return start, end


def _is_in(point: np.ndarray, low: np.ndarray, high: np.ndarray) -> bool:
    return bool(((point >= low) & (point <= high)).all())


def _on_edge(
    before: np.ndarray, now: np.ndarray, share: float, anchor: tuple[np.ndarray, float], box: tuple[np.ndarray, ...]
) -> tuple[float, float]:
    """Return the point at a share of a segment; it is on the edge of the box, and rounding may not put it beside it."""
    low, high = box
    point = np.clip(anchor[0] + 4 * (share - anchor[1]) * (now / 4 - before / 4), low, high)
    edges = np.stack([low, high])
    away = np.abs(point - edges) / (high - low)
    side, axis = np.unravel_index(np.argmin(away), away.shape)
    point[axis] = edges[side, axis]
    return float(point[0]), float(point[1])
