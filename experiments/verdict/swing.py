"""What a path (n, 2) shows of a swing: how wide it is, whether it goes to and fro, whether it lasts, since when."""

from dataclasses import dataclass

import numpy as np

_WAYS = np.stack([np.cos(np.pi * np.arange(8) / 8), np.sin(np.pi * np.arange(8) / 8)])  # (2, 8): of every half turn
_ALL_WAYS = np.stack([np.cos(np.pi * np.arange(64) / 64), np.sin(np.pi * np.arange(64) / 64)])  # (2, 64)
NARROWED = float(np.cos(np.pi / 16))  # of a distance is seen along one of them at least
_LAST = 1_000  # steps at the end of a path that show what became of it
_BACK = 2.5  # times as long as it gets anywhere is a path that goes to and fro
_DRIFT = 0.25  # of the width: if its middle moves farther than that, the path is on its way
_EXACT = 1e-9  # of the width: what comes back closer than that comes back for ever
_NEARLY = 1e-3  # of the width: what comes back closer than that has a period
_ON = 0.1  # of the width: as near to its lasting orbit a path is on it
_AROUND, _FULL, _ABOUT = 0.3, 0.7, 1.5  # of the width: how far around it, how wide and how long a part of a swing is
_AS_WIDE, _RESTS = 0.95, 0.4  # of the width: what ends so wide has not died down, what is so small between rests
_ALIKE = 0.1  # of the width: what differs by less is as wide
_STILL = 0.3  # of the width: a run that moves less now does not swing now
_EVENLY = 0.8  # of the width: a swing that is so wide in every tenth of its last points never rests
_SHORTEST, _EVERY = 100, 10  # steps from which on, and every how many, it is looked whether a path was in its swing
_LONGEST = 450  # steps of a period that is looked for in the last thousand
_SAMPLES = 8, 64  # points that are looked at before all others
_FADES = 1e-3  # of the width: what loses less over half of a path lasts
_ENDS = 0.6  # of what a fading swing lost in one half of the parts it loses at least in the next


@dataclass(frozen=True, eq=False)
class Swing:
    """A swing that lasts: its last points (n, 2), its width, and its period in steps if it has one.

    exact: whether the period brings it back to the last digit.
    """

    points: np.ndarray
    width: float
    period: int | None
    exact: bool

    @property
    def never_rests(self) -> bool:
        """Whether it goes on without a pause: about as wide in every tenth of its points."""
        tenth = len(self.points) // 10
        parts = self.points[-10 * tenth :].reshape(10, -1, 2) if tenth else self.points[None]
        return min(width(part) for part in parts) >= _EVENLY * self.width


def width(points: np.ndarray) -> float:
    """Return the largest distance between two of the points, to 2 %: no less than NARROWED of it."""
    along = _WAYS.T @ points.T
    return float((along.max(axis=1) - along.min(axis=1)).max())


def diameter(points: np.ndarray) -> float:
    """Return the largest distance between two of the points (n, 2), which both lie outermost along some way."""
    along = points @ _ALL_WAYS
    outer = points[np.unique([along.argmin(axis=0), along.argmax(axis=0)])]
    return float(np.hypot(*(outer[:, None] - outer).T).max())


def length(points: np.ndarray) -> float:
    """Return the length of the path."""
    return float(np.sum(np.hypot(*np.diff(points, axis=0).T)))


def goes_to_and_fro(points: np.ndarray) -> bool:
    """Tell whether the path is much longer than what it gets from its first point to its last."""
    return length(points) > _BACK * float(np.hypot(*(points[-1] - points[0])))


def drifts(parts: np.ndarray) -> bool:
    """Tell whether the middle of the path moves on, from the first of its parts (parts, steps, 2) to the last."""
    middle = parts.mean(axis=1)
    return float(np.hypot(*(middle[-1] - middle[0]))) > _DRIFT * max(width(part) for part in parts)


def last_points(points: np.ndarray) -> np.ndarray:
    """Return those of a long path's points (n, 2) that show what became of it."""
    found: np.ndarray = points[-min(_LAST, len(points) // 2 // 2) :]
    return found


def lasting_swing(points: np.ndarray) -> Swing | None:
    """Return the swing that a long path (n, 2) ends in, however wide; None where it comes to rest, gets on, or fades.

    Whoever asks for one of a least width need not ask where the last points are not as wide.
    """
    half = len(points) // 2
    last = last_points(points)
    wide = width(last)
    if not wide > 0 or not goes_to_and_fro(last):
        return None
    period, off = _period(last, wide)
    exact = off <= _EXACT * wide
    parts = points[-(half // 8) * 8 :].reshape(8, -1, 2)
    if not exact and (drifts(parts[::2]) or _fades(np.array([width(part) for part in parts]))):
        return None
    return Swing(last, wide, period, exact)


def swings_at(points: np.ndarray, step: int, swing: Swing) -> bool:
    """Tell whether a path is already in the swing that it ends in, at this step; if so it is at every later one.

    In a swing with a period, once two of them lie behind it on the lasting orbit. In any, once half of its steps lay
    where it swings in the end and were about as wide, or all steps from when on it never leaves that place again. But
    not before it has been next to still for the last time: a way that is as wide for a moment is no part of the swing.
    """
    still = _last_still(points, step, swing)
    if step <= still:
        return False
    if swing.period is not None:
        places = np.arange(len(points))
        again = points[len(points) - 1 - (len(points) - 1 - places) % swing.period]
        if step >= _since(np.hypot(*(points - again).T) <= _ON * swing.width) + 2 * swing.period:
            return True
    along = points @ _WAYS
    last = along[len(points) // 2 :]
    slack = _AROUND * swing.width
    there = ((along >= last.min(axis=0) - slack) & (along <= last.max(axis=0) + slack)).all(axis=1)
    if _is_swing(points[_since(there) : step + 1], swing):
        return True
    grid = [at for at in range(_SHORTEST, step + 1, _EVERY) if at > still]
    if swing.period is not None and any(_is_as_wide(points[at // 2 : at + 1], swing) for at in grid):
        return True
    return any(there[at // 2 : at + 1].all() and _is_swing(points[at // 2 : at + 1], swing) for at in (step, *grid))


def has_been_as_wide(points: np.ndarray, step: int, swing: Swing) -> bool:
    """Tell whether half of a path's steps were as wide as the swing that it ends in, now or since it was still.

    Once so it is at every later step.
    """
    still = _last_still(points, step, swing)
    grid = (at for at in range(_SHORTEST, step + 1, _EVERY) if at > still)
    ends = (step, *grid) if step > still else ()
    return any(abs(width(points[at // 2 : at + 1]) - swing.width) <= _ALIKE * swing.width for at in ends)


def _last_still(points: np.ndarray, step: int, swing: Swing) -> int:
    """Return the last of some steps at which half of a path's steps so far moved by little beside the swing; or -1."""
    at, found, low = _SHORTEST, -1, _STILL * swing.width
    while at <= len(points) // 2:
        if width(points[at // 2 : at + 1]) < low:
            found = at
        at += max(_EVERY, at // 10)
    beyond = step < _SHORTEST or step > len(points) // 2
    return step if beyond and width(points[step // 2 : step + 1]) < low else found


def _is_as_wide(part: np.ndarray, swing: Swing) -> bool:
    """Tell whether a part of a path is as wide as the swing and comes back as it does, wherever it creeps meanwhile."""
    back = 2 * (swing.period or 0)
    if len(part) <= back or not abs(width(part) - swing.width) <= _ALIKE * swing.width:
        return False
    last = part[-back - 1 :]
    off = np.hypot(*(last[back // 2 :] - last[: -(back // 2)]).T).max()
    return bool(off <= _ALIKE / 2 * swing.width) and width(last) >= (1 - _ALIKE) * swing.width


def keeps_swinging(points: np.ndarray, step: int, swing: Swing, least: float) -> bool:
    """Tell whether a path goes to and fro from this step on until it is in the swing that it ends in, and never rests.

    As one whose swing grows: it is not yet where it ends, but it does not settle.
    """
    if not _goes_on(points, step, swing, least):
        return False
    grid = [at for at in range(_SHORTEST, min(_LAST, len(points) - 1) + 1, _EVERY) if at > step]
    first, last = 0, len(grid)
    while first < last:  # where it is in the swing it stays so
        middle = (first + last) // 2
        first, last = (first, middle) if swings_at(points, grid[middle], swing) else (middle + 1, last)
    return all(_goes_on(points, at, swing, least) for at in grid[:first])


def _goes_on(points: np.ndarray, step: int, swing: Swing, least: float) -> bool:
    """Tell whether a path goes to and fro at this step, never rests from there on, and ends in no smaller swing."""
    before, later = points[step // 2 : step + 1], points[step:]
    count, size = len(before) // 4, max(len(before), len(later) // 16)
    wide = width(before)
    if count < 2 or not least < wide <= swing.width / _AS_WIDE or not goes_to_and_fro(before):
        return False
    if drifts(before[-4 * count :].reshape(4, count, 2)):
        return False
    parts = later[: len(later) // size * size].reshape(-1, size, 2)
    return min((width(part) for part in parts), default=wide) >= _RESTS * wide


def _is_swing(part: np.ndarray, swing: Swing) -> bool:
    """Tell whether a part of a path is about as wide as the swing, and has gone to and fro."""
    return len(part) > 2 and width(part) >= _FULL * swing.width and length(part) >= _ABOUT * swing.width


def _since(holds: np.ndarray) -> int:
    """Return the first index from which all holds."""
    broken = np.flatnonzero(~holds)
    return int(broken[-1]) + 1 if broken.size else 0


def _period(last: np.ndarray, wide: float) -> tuple[int | None, float]:
    """Return after how many steps all of the points come back, and how far off they are at most."""
    near = _NEARLY * wide
    lags = np.arange(1, min(_LONGEST, len(last) // 2))
    lags = lags[np.hypot(*(last[-1] - last[-1 - lags]).T) <= near]
    for count in _SAMPLES:  # most are told by a few points not to come back
        places = len(last) - 1 - np.arange(count) * (len(last) // 2) // count  # each has one so many steps before
        apart = last[places] - last[places - lags[:, None]]
        lags = lags[(np.hypot(apart[..., 0], apart[..., 1]) <= near).all(axis=1)]
    for lag in lags.tolist():
        off = float(np.hypot(*(last[lag:] - last[:-lag]).T).max())
        if off <= near:
            return lag, off
    return None, np.inf


def _fades(widths: np.ndarray) -> bool:
    """Tell whether widths (8,) shrink from one to the next, and no slower in the end."""
    with np.errstate(divide="ignore"):
        sizes = np.log(widths)
    before, after = sizes[0] - sizes[3], sizes[4] - sizes[7]
    return bool((np.diff(widths) <= 0).all() and after > _FADES / 2 and after >= _ENDS * before)
