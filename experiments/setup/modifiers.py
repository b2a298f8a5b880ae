"""What can be done to a surface before it is descended: turn and move it, smooth it, penalise the weights.

The order is fixed: the landscape, turned and moved, then smoothed, then + l2 (x² + y²) + l1 (|x| + |y|). Each modifier
at its default is absent: it changes nothing, to the last bit.
"""

from collections.abc import Mapping
from typing import Any

from experiments.setup import limits
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
