"""Very many level valleys and ridges side by side: each of them is found, the short ones in the corners, too."""

import numpy as np
import pytest

from experiments import Experiment, Run, critical_points

RUN = Run(optimizer="gradient_descent", learning_rate=0.1)


@pytest.mark.parametrize(("a", "b"), ((9, 13), (16, 5)))
def test_none_of_very_many_lines_is_left_out(a, b):
    """sin(a x + b y)² is level where 2 (a x + b y) is a multiple of pi."""
    found = critical_points(Experiment(landscape="formula", formula=f"sin({a}*x + {b}*y)^2", runs=(RUN,)))
    half = 5.0
    lines = np.arange(-200, 201)
    beyond = (a + b) * half - np.abs(
        lines
    ) * np.pi / 2  # in a corner a line cuts off a triangle with legs of this by a, b
    long_enough = lines[beyond * np.hypot(1 / a, 1 / b) > 0.01 * np.hypot(2 * half, 2 * half)]
    seen = [round(float(2 * (a * x + b * y) / np.pi)) for x, y in (curve.points[0] for curve in found.curves)]
    assert len(seen) == len(set(seen))
    assert set(long_enough.tolist()) <= set(seen)
    assert len(long_enough) > 125
    assert all(
        curve.kind == ("maximum" if line % 2 else "minimum") for line, curve in zip(seen, found.curves, strict=True)
    )
