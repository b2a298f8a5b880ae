"""Flat pieces of a surface, as steps have: whether all that adjoins one lies higher."""

from typing import Any

import numpy as np

from experiments.objective.heights import Surface
from experiments.objective.objective import Objective

_SIDE = 22  # cells from the middle of a look to its border
_FIRST, _WIDER = 1e-4, 5.0  # of the domain's diagonal: half of the first look's width; times, from look to look
_EPS = 4 * float(np.finfo(np.float64).eps)


def is_hollow(objective: Objective, point: np.ndarray, height: float, surface: Surface) -> bool:
    """Tell whether nothing beside the flat piece around a point, of this height, lies lower within the domain.

    Looks at it on grids, each wider than the one before, until one holds all of the piece; the last is the domain's.
    What has no value, as beyond the edge of log x, is not lower. surface: the heights over the domain.
    """
    half = _FIRST * surface.size
    low, high = (np.array([surface.x[end], surface.y[end]]) for end in (0, -1))
    while half < surface.size / 4:
        steps = half * np.arange(-_SIDE, _SIDE + 1) / _SIDE
        places = point + np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
        inside = ((places >= low) & (places <= high)).all(axis=1)
        z = np.where(inside, objective.values(places), np.nan).reshape(len(steps), -1)
        piece, beside = _piece(z, (_SIDE, _SIDE), height)
        if not piece.any() or (z[beside] < height).any():
            return False
        if not (piece[[0, -1]].any() or piece[:, [0, -1]].any()):
            return True
        half *= _WIDER
    piece, beside = _piece(surface.z, _on(piece, point, half / _WIDER, surface), height)
    return bool(piece.any() and not (surface.z[beside] < height).any())


def _on(piece: np.ndarray, point: np.ndarray, half: float, surface: Surface) -> tuple[np.ndarray, np.ndarray]:
    """Return which of the domain's nodes lie on a piece of a look (n, n) so wide about the point: rows and columns.

    The node nearest to a point beside the piece's edge may lie beyond that edge.
    """
    places = [
        np.rint((axis - p) / half * _SIDE).astype(int) for axis, p in zip((surface.x, surface.y), point, strict=True)
    ]
    columns, rows = (np.flatnonzero(np.abs(place) <= _SIDE) for place in places)
    on = piece[np.ix_(places[1][rows] + _SIDE, places[0][columns] + _SIDE)]
    row, column = np.nonzero(on)
    return rows[row], columns[column]


def _piece(z: np.ndarray, start: tuple[Any, Any], height: float) -> tuple[np.ndarray, np.ndarray]:
    """Return which nodes of a grid (n, n) hang together with those at this height, and which adjoin these."""
    with np.errstate(invalid="ignore"):
        level = np.abs(z - height) <= _EPS * abs(height)
    piece = np.zeros(z.shape, dtype=bool)
    piece[start] = level[start]
    while True:
        wider = _grown(piece)
        grown = wider & level
        if (grown == piece).all():
            return piece, wider & ~piece & np.isfinite(z)
        piece = grown


def _grown(nodes: np.ndarray) -> np.ndarray:
    """Return the nodes of a grid (n, m) and those beside them, along the axes and across."""
    padded = np.pad(nodes, 1)
    rows = padded[:-2] | padded[1:-1] | padded[2:]
    found: np.ndarray = rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:]
    return found
