"""The curvatures that a verdict and the lens tell at a critical point: 0 where what is left of one is rounding."""

import re

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, judge, simulate
from experiments.critical.lens import lens_at


def typed(text, start=(0.0, 0.0), rotation=0.0, rate=0.1, steps=300, optimizer="gradient_descent"):
    run = Run(optimizer=optimizer, learning_rate=rate)
    return Experiment(landscape="formula", formula=text, start=start, steps=steps, runs=(run,), rotation=rotation)


def told(*args, **fields):
    """Return the two curvatures in the verdict's words."""
    experiment = typed(*args, **fields)
    verdict = judge(experiment, simulate(experiment)[0])
    assert verdict.outcome is Outcome.SADDLE_POINT
    (found,) = re.findall(r"the curvatures are (\S+) and (\S+?)[.]? ?$", verdict.detail)
    return found


@pytest.mark.parametrize(
    ("text", "start", "fields", "large"),
    [
        ("x^3 + y^2", (1.0, 1.0), {"optimizer": "newton", "rate": 1.0, "steps": 60}, "2"),
        ("x^3 + y^2", (-7.8e-16, 0.0), {}, "2"),
        ("x^3 + y^2", (2e-13, 0.0), {"rotation": 30.0}, "2"),
        ("(x - 1)^3 + 3*y^2", (1.0 + 4e-15, 0.0), {}, "6"),
        ("(y - x^2)^2 - 1e-5*x^4", (-2.84e-12, 0.0), {}, "2"),
        ("(x - 2)^5 + (x + y - 2)^2", (2.0, 0.0), {"optimizer": "newton", "rate": 1.0}, "4"),
        ("sin(x) - x + y^2", (1e-12, 0.0), {}, "2"),
    ],
)
def test_curvature_that_vanishes_is_told_as_0(text, start, fields, large):
    assert told(text, start, **fields) == ("0", large)


@pytest.mark.parametrize(
    ("text", "small", "large"),
    [
        ("y^2 - 1e-6*x^2", "−2e−6", "2"),
        ("y^2 - 1e-9*x^2 - x^4", "−2e−9", "2"),
        ("1e-12*(y^2 - x^2)", "−2e−12", "2e−12"),
        ("(y - sin(x))^2 - 1e-5*x^2", "−1e−5", "4"),  # det = 2·(-2e-5), trace 4: -4e-5/4
    ],
)
def test_curvature_that_is_small_and_there_stays(text, small, large):
    assert told(text) == (small, large)


def test_the_lens_tells_none_where_it_says_that_there_is_none():
    found = lens_at(typed("x^3 + y^2"), (-7.8e-16, 0.0))
    np.testing.assert_array_equal(found.eigenvalues, [0, 2])
    found = lens_at(typed("1e-6*x^2 + y^2"), (0.0, 0.0))
    np.testing.assert_allclose(found.eigenvalues, [2e-6, 2])
