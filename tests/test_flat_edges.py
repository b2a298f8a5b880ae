"""A run at rest at the edge of flat ground which nothing lies below is at a minimum, on either side of the edge."""

import pytest

from experiments import Experiment, Outcome, Run, judge, simulate


def judged(surface, start, rate, steps):
    run = Run(optimizer="gradient_descent", learning_rate=rate)
    experiment = Experiment(landscape="formula", formula=surface, start=start, steps=steps, runs=(run,))
    trajectory = simulate(experiment)[0]
    return judge(experiment, trajectory), trajectory


@pytest.mark.parametrize(
    ("surface", "start", "rate"),
    (
        ("max(0,1-x*y)^2", (1.0, 0.4), 0.05),  # never quite over the edge: the loss ends at 1e-31
        ("max(0,1-x^2-y^2)^2", (0.3, 0.2), 0.05),
        ("max(0,1-x*y)^2+max(0,x-3)^2", (1.0, 0.4), 0.05),
        ("max(0,x^2-y)", (2.0, 1.0), 0.02),  # just over it
        ("max(0,y-sin(x))", (2.0, 4.0), 0.02),
    ),
)
def test_the_edge_of_the_lowest_flat_ground_is_a_minimum(surface, start, rate):
    """Nothing is below 0, as the formula is a sum of squares or a maximum with 0."""
    for steps in (300, 2_000):
        found, run = judged(surface, start, rate, steps)
        assert 0 <= run.losses[-1] < 1e-29
        assert found.outcome is Outcome.GLOBAL_MINIMUM, found.detail


@pytest.mark.parametrize(
    ("surface", "start", "rate"),
    (
        ("min(0,x)+max(0,x-1)", (2.0, 1.0), 0.09),  # flat between 0 and 1, and lower left of it
        ("max(0,y-0.1*x^2)-5*max(0,-y-3)", (2.0, 1.0), 0.02),
        ("floor(x)", (2.5, 1.0), 0.1),
    ),
)
def test_flat_ground_beside_which_it_falls_is_none(surface, start, rate):
    found, _ = judged(surface, start, rate, 300)
    assert found.outcome is Outcome.PLATEAU, found.detail
