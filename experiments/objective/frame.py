"""Where a landscape lies once it is turned and moved."""

from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

import numpy as np


def rotor(degrees: float) -> tuple[float, float]:
    """Return cosine and sine of an angle in degrees, exact at multiples of 90."""
    exact = {0.0: (1.0, 0.0), 90.0: (0.0, 1.0), 180.0: (-1.0, 0.0), -90.0: (0.0, -1.0), -180.0: (-1.0, 0.0)}
    return exact.get(degrees) or (cos(radians(degrees)), sin(radians(degrees)))


@dataclass(frozen=True)
class Frame:
    """Where a landscape lies once it is turned by rotation degrees about its centre and moved by shift."""

    rotation: float
    shift: tuple[float, float]
    centre: tuple[float, float]

    @property
    def still(self) -> bool:
        """Whether nothing is turned or moved."""
        return self.rotation == 0 and self.shift == (0.0, 0.0)

    def back(self, points: Any) -> np.ndarray:
        """Return where points (..., 2) lie on the landscape itself: R^T (w - centre - shift) + centre."""
        points = np.asarray(points, dtype=np.float64)
        if self.still:
            found: np.ndarray = points
            return found
        turn = rotor(self.rotation) if self.rotation else None
        return np.stack(_back(points[..., 0], points[..., 1], turn, self.shift, self.centre), axis=-1)

    def out(self, points: Any) -> np.ndarray:
        """Return where points (..., 2) of the landscape lie once it is turned and moved."""
        points = np.asarray(points, dtype=np.float64)
        if not self.rotation:
            found: np.ndarray = points if self.still else points + self.shift
            return found
        c, s = rotor(self.rotation)
        x, y = points[..., 0] - self.centre[0], points[..., 1] - self.centre[1]
        return np.stack([c * x - s * y, s * x + c * y], axis=-1) + np.add(self.centre, self.shift)

    def box(self, box: Any) -> Any:
        """Return the smallest box around a box ((x0, x1), (y0, y1)) of the landscape, turned and moved."""
        if self.still:
            return box
        (x0, x1), (y0, y1) = box
        corners = self.out([(x0, y0), (x0, y1), (x1, y0), (x1, y1)])
        (left, low), (right, high) = corners.min(0).tolist(), corners.max(0).tolist()
        return (left, right), (low, high)


def centre_of(landscape: Any) -> tuple[float, float]:
    """Return what the landscape is turned about: the middle of its own view, unless it says otherwise."""
    if landscape.pivot is not None:
        x, y = landscape.pivot
        return x, y
    (x0, x1), (y0, y1) = landscape.view
    return (x0 + x1) / 2, (y0 + y1) / 2


def frame_of(experiment: Any, landscape: Any) -> Frame:
    """Return where the experiment has put its landscape."""
    return Frame(experiment.rotation, experiment.shift, centre_of(landscape))


def _back(x: Any, y: Any, turn: Any, shift: Any, centre: tuple[float, float]) -> tuple[Any, Any]:
    if shift is not None:
        x, y = x - shift[0], y - shift[1]
    if turn is None:
        return x, y
    c, s = turn
    x, y = x - centre[0], y - centre[1]
    return c * x + s * y + centre[0], c * y - s * x + centre[1]


def moved(function: Any, turn: Any, shift: Any, centre: tuple[float, float]) -> Any:
    """Return f(x, y) turned by (cosine, sine) and moved by (dx, dy), each None where it is off. Traceable."""
    if turn is None and shift is None:
        return function
    return lambda x, y: function(*_back(x, y, turn, shift, centre))
