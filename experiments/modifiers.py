"""What can be done to a surface before it is descended: turn and move it, smooth it, penalise the weights.

The order is fixed: the landscape, turned and moved, then smoothed, then + l2 (x² + y²) + l1 (|x| + |y|). Each modifier
at its default is absent: it changes nothing, to the last bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

import jax
import numpy as np

from experiments import limits
from landscapes.kinks import absolute
from parameter import Parameter

SMOOTHING_SCHEDULES = ("constant", "linear", "exponential")

MODIFIERS = (
    Parameter(
        key="rotation",
        name="Rotation (degrees)",
        low=-180.0,
        high=180.0,
        default=0.0,
        help="Turns the surface counter-clockwise about the middle of its own view. Methods that scale each coordinate "
        "on its own notice; gradient descent and momentum do not.",
    ),
    Parameter(
        key="shift_x",
        name="Shift in x",
        low=-limits.FARTHEST,
        high=limits.FARTHEST,
        default=0.0,
        help="Moves the surface to the right. The axes, and what L1 and L2 pull towards, stay where they are.",
    ),
    Parameter(
        key="shift_y",
        name="Shift in y",
        low=-limits.FARTHEST,
        high=limits.FARTHEST,
        default=0.0,
        help="Moves the surface up. The axes, and what L1 and L2 pull towards, stay where they are.",
    ),
    Parameter(
        key="smoothing",
        name="Smoothing σ",
        low=0.0,
        high=1000.0,
        default=0.0,
        help="Replaces the height at each point by the mean over a normal cloud of this width around it. Narrow pits "
        "and ripples fade, wide valleys stay.",
    ),
    Parameter(
        key="smoothing_schedule",
        name="Smoothing over the run",
        kind="choice",
        choices=SMOOTHING_SCHEDULES,
        default="constant",
        help="Constant keeps the surface smooth. Linear and exponential start smooth and end at the true surface, "
        "which is then the one that is drawn and judged: graduated optimization.",
        needs=("smoothing", 1e-12),
    ),
    Parameter(
        key="l2",
        name="L2 penalty",
        low=0.0,
        high=1000.0,
        default=0.0,
        help="Adds this number times x² + y² (its gradient is twice the number times the weights): pulls towards the "
        "origin in proportion to the distance.",
    ),
    Parameter(
        key="l1",
        name="L1 penalty",
        low=0.0,
        high=1000.0,
        default=0.0,
        help="Adds this number times |x| + |y|: pulls towards the axes with the same force everywhere, so that small "
        "weights become exactly 0.",
    ),
    Parameter(
        key="noise",
        name="Gradient noise σ",
        low=0.0,
        high=limits.FARTHEST,
        default=0.0,
        help="Adds a normal random number of this size to each coordinate of every gradient that an optimizer sees, as "
        "mini-batches do. All runs meet the same noise; losses are shown without it.",
    ),
)
BY_KEY: Mapping[str, Parameter] = {p.key: p for p in MODIFIERS}
FIELDS = ("rotation", "shift", "smoothing", "smoothing_schedule", "l2", "l1", "noise")  # of an Experiment
OFF: Mapping[str, Any] = {p.key: p.default for p in MODIFIERS}


def modifier_values(experiment: Any) -> dict[str, Any]:
    """Return the experiment's modifiers by the keys of MODIFIERS (shift as shift_x and shift_y)."""
    values = {key: getattr(experiment, key) for key in FIELDS if key != "shift"}
    values["shift_x"], values["shift_y"] = experiment.shift
    return {key: values[key] for key in BY_KEY}


def with_modifier(experiment: Any, key: str, value: Any) -> Any:
    """Return the experiment with the modifier of this key (of MODIFIERS) set. Raises ValueError for a bad value."""
    return experiment.replace(**fields_of({**modifier_values(experiment), key: value}))


def fields_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return an Experiment's modifier fields from values by the keys of MODIFIERS; those left out are off."""
    all_values = {**OFF, **values}
    fields = {key: all_values[key] for key in FIELDS if key != "shift"}
    return fields | {"shift": (all_values["shift_x"], all_values["shift_y"])}


def changed(experiment: Any) -> dict[str, Any]:
    """Return the modifiers that are not at their defaults, by the keys of MODIFIERS."""
    return {key: value for key, value in modifier_values(experiment).items() if value != OFF[key]}


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
            return points
        turn = rotor(self.rotation) if self.rotation else None
        return np.stack(_back(points[..., 0], points[..., 1], turn, self.shift, self.centre), axis=-1)

    def out(self, points: Any) -> np.ndarray:
        """Return where points (..., 2) of the landscape lie once it is turned and moved."""
        points = np.asarray(points, dtype=np.float64)
        if not self.rotation:
            return points if self.still else points + self.shift
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


def penalised(value: Any, point: jax.Array, l2: Any, l1: Any) -> jax.Array:
    """Return value + l2 (x² + y²) + l1 (|x| + |y|), each None where it is off. Traceable; the slope of |0| is 0."""
    if l2 is not None:
        value = value + l2 * (point[0] ** 2 + point[1] ** 2)
    if l1 is not None:
        value = value + l1 * (absolute(point[0]) + absolute(point[1]))
    return value
