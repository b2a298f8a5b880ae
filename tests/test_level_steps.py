"""Where a valley's floor is a stair, each step is one curve of minima from end to end."""

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, critical_points, judge, simulate
from landscapes import formula

# text, the left ends of the steps, their length, the value on each, and how high y the floor lies
STAIRS = (
    ("floor(x)^2+y^2", np.arange(-5, 5), 1.0, lambda k: k**2, 0.0),
    ("floor(x)+y^2", np.arange(-5, 5), 1.0, lambda k: k, 0.0),
    ("ceil(x)^2+abs(y)", np.arange(-5, 5), 1.0, lambda k: (k + 1) ** 2, 0.0),
    ("round(x)^2+y^2", np.arange(-4.5, 4), 1.0, lambda k: (k + 0.5) ** 2, 0.0),
    ("floor(x-.3)^2+(y-.2)^2", np.arange(-4.7, 4), 1.0, lambda k: (k - 0.3) ** 2, 0.2),
    ("floor(2*x)^2+y^4", np.arange(-5, 5, 0.5), 0.5, lambda k: (2 * k) ** 2, 0.0),
)


@pytest.mark.parametrize(("text", "left", "length", "height", "y"), STAIRS)
def test_each_step_of_a_floor_is_one_curve_of_minima(text, left, length, height, y):
    critical = critical_points(Experiment(landscape=formula.KEY, formula=text))
    assert not [p for p in critical.points if not p.boundary]
    curves = critical.curves_of_minima
    for start in left:
        (step,) = [c for c in curves if abs(np.mean(c.places[[0, -1], 0]) - start - length / 2) < 0.1]
        ends = sorted((step.places[0].tolist(), step.places[-1].tolist()))
        np.testing.assert_allclose(ends, [(start, y), (start + length, y)], atol=5e-3)
        assert step.value == pytest.approx(height(start), abs=1e-9)
        assert step.is_global is bool(height(start) == min(height(k) for k in left))


@pytest.mark.parametrize(
    ("start", "outcome"), (((0.5, 1.0), Outcome.GLOBAL_MINIMUM), ((2.5, 1.0), Outcome.LOCAL_MINIMUM))
)
def test_a_run_that_ends_on_a_step_is_at_a_minimum(start, outcome):
    run = Run(optimizer="gradient_descent", learning_rate=0.1)
    experiment = Experiment(landscape=formula.KEY, formula="floor(x)^2+y^2", start=start, steps=300, runs=(run,))
    (made,) = simulate(experiment)
    assert judge(experiment, made).outcome is outcome
