"""A schedule that is drawn by hand: points over the run, joined by lines or by stairs."""

import numpy as np

from optimizers.schedules.schedule import Schedule
from parameter import Parameter

Points = tuple[tuple[float, float], ...]


def _custom(learning_rate: float, t: np.ndarray, steps: int, *, points: Points, form: str) -> np.ndarray:
    places, factors = np.array(points).T
    share = t / steps
    left = np.searchsorted(places, share, side="right") - 1  # the last point that has been reached, -1 before the first
    here = factors[np.maximum(left, 0)]
    if form == "step":
        stepped: np.ndarray = learning_rate * here
        return stepped
    right = np.clip(left + 1, 0, len(places) - 1)
    width = places[right] - places[left]
    between = (left >= 0) & (width > 0)
    risen = np.where(between, (share - places[left]) / np.where(between, width, 1.0), 0.0)
    linear: np.ndarray = learning_rate * ((1 - risen) * here + risen * factors[right])
    return linear


CUSTOM = Schedule(
    key="custom",
    name="Drawn by hand",
    rates=_custom,
    parameters=(
        Parameter(
            key="points",
            name="Points",
            kind="points",
            default=((0.0, 0.2), (0.15, 1.0), (0.6, 0.4), (1.0, 0.05)),
            low=0.0,
            high=2.0,
            help="Where the schedule goes through: a share of the run, and a multiple of the learning rate.",
        ),
        Parameter(
            key="form",
            name="Between the points",
            default="linear",
            kind="choice",
            choices=("linear", "step"),
            help="Straight lines from point to point, or stairs that keep a point's rate until the next one.",
        ),
    ),
    formula=(
        r"\begin{gathered} \eta_t = \eta \left( f_i + (f_{i+1} - f_i)\, \frac{t / T - s_i}{s_{i+1} - s_i} \right) \\"
        r" \text{or, in stairs, } \eta_t = \eta\, f_i, \qquad s_i \le t / T < s_{i+1} \end{gathered}"
    ),
    notes=(
        "Drag the points where you want them. Before the first point and after the last one the rate stays at theirs; "
        "two points at the same place make a jump. Places are shares of the run, so a drawing keeps its shape when "
        "the number of steps changes."
    ),
)
