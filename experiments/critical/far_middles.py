"""Middles of bowls, domes and passes of a high power: where ever shorter Newton's steps would end, and their kinds.

Where heights grow with the power p of the distance each of Newton's steps leaves 1 - 1/(p - 1) of it, and near the
middle a height is lost beside its offset. The gradient is not: it tells both the place and the kind from afar.
"""

import numpy as np

from experiments.critical.point import CriticalPoint, clean, stacked
from experiments.objective.derivatives import eigenvalues, newton_steps
from experiments.objective.objective import Objective
from experiments.setup.allowed import Box

_DRAWN_IN = 40  # starts: so many must come to one place
_ONE_PLACE = 1e-9  # of the view's diagonal: within which they end
_SLOWEST = 0.97  # of the distance, what a step may leave: powers up to 34
_SLIGHT = 1e-9  # of a step: its part along an axis is rounding
_KNOWN = 1e-2  # of the view's diagonal: nothing is sought so near a known point
_FEW = 16  # places that are looked at
_SHARES = np.array([0.5, 0.8, 1.0])  # of how far the starts came to: there the slopes tell the kind
_ANGLES = np.linspace(0, 2 * np.pi, 64, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], -1)


@np.errstate(all="ignore")
def far_middles(
    objective: Objective, ends: np.ndarray, window: Box, size: float, known: list[CriticalPoint]
) -> list[CriticalPoint]:
    """Return the critical points that Newton's steps from these ends (n, 2) tend to and that are not known."""
    aims = _aims(objective, ends)
    low, high = np.array(window).T
    inside = np.isfinite(aims).all(axis=1) & (aims >= low).all(axis=1) & (aims <= high).all(axis=1)
    aims, ends = aims[inside], ends[inside]
    cells = np.round(aims / (1e3 * _ONE_PLACE * size))
    _, cell, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    cell = cell.reshape(-1)
    found = list[CriticalPoint]()
    for index in np.argsort(-counts, kind="stable")[:_FEW]:
        if counts[index] < _DRAWN_IN:
            break
        here = np.flatnonzero(cell == index)
        middle = np.median(aims[here], axis=0)
        if np.median(np.hypot(*(aims[here] - middle).T)) > _ONE_PLACE * size:
            continue
        gaps = np.hypot(*(stacked([*known, *found]) - middle).T)
        reach = float(np.median(np.hypot(*(ends[here] - middle).T)))
        if (gaps > max(_KNOWN * size, reach)).all():
            found += _seen(objective, middle, reach, size)
    return found


def _aims(objective: Objective, ends: np.ndarray) -> np.ndarray:
    """Return where steps would end (n, 2) of which each leaves the same share of the one before, along either axis."""
    _, slopes, hessians = objective.derivatives(ends)
    first = newton_steps(slopes, hessians)
    second = newton_steps(*objective.derivatives(ends + first)[1:])
    axes = np.linalg.eigh(np.where(np.isfinite(hessians), hessians, 0.0))[1]
    one, two = (np.einsum("nij,ni->nj", axes, step) for step in (first, second))
    slight = np.abs(one) <= _SLIGHT * np.hypot(*first.T)[:, None]
    left = np.where(slight, 0.0, two / one)
    steady = (left >= -_SLIGHT) & (left <= _SLOWEST) & np.isfinite(left)
    way = np.einsum("nij,nj->ni", axes, np.where(steady, one / (1 - left), np.nan))
    aims: np.ndarray = ends + way
    return aims


def _seen(objective: Objective, middle: np.ndarray, reach: float, size: float) -> list[CriticalPoint]:
    """Return the point at a middle (2,), of the kind that the slopes around it tell; none where they tell none."""
    place = clean(middle.round(12) + 0.0, size)
    around = np.array(place) + reach * _SHARES[:, None, None] * _CIRCLE
    slopes = objective.derivatives(around.reshape(-1, 2))[1].reshape(around.shape)
    outwards = (slopes * _CIRCLE).sum(axis=-1)
    (height,), (slope,), hessian = objective.derivatives(np.array([place]))
    if not (np.isfinite(outwards).all() and np.isfinite(slope).all() and np.isfinite(hessian).all()):
        return []
    signs = np.sign(outwards)
    same = (signs == signs[0]).all(axis=0)
    if not same.mean() > 0.9 or np.hypot(*slope) > 1e-3 * np.hypot(*slopes[0].T).min():
        return []
    told = set(signs[:, same].ravel().tolist()) - {0.0}
    kind = "saddle" if len(told) == 2 else "minimum" if 1.0 in told else "maximum"
    if not told or (kind != "saddle" and not (signs == signs[0, 0]).all()):
        return []
    small, large = (float(part[0]) for part in eigenvalues(hessian))
    return [
        CriticalPoint(point=place, value=float(height) + 0.0, kind=kind, eigenvalues=(small, large), degenerate=True)
    ]
