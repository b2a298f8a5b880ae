"""A valley whose floor slopes by what its walls' rounding nearly hides is no place to rest."""

import pytest

from experiments import Experiment, Outcome, Run, critical_points, judge, simulate
from landscapes import formula

WALLS = ("x-2*y", "x+y", "3*x-y", "0.6*x+0.8*y")


@pytest.mark.parametrize("walls", WALLS)
@pytest.mark.parametrize("steepness", (1e8, 1e12, 1e15))
def test_a_run_on_a_sloping_floor_is_on_its_way(walls: str, steepness: float) -> None:
    text = f"0.1*x+{steepness:g}*({walls})^2"
    for optimizer, rate in (("gradient_descent", 0.01 / steepness), ("adam", 0.01)):
        run = Run(optimizer=optimizer, learning_rate=rate)
        experiment = Experiment(landscape=formula.KEY, formula=text, start=(1.0, 1.0), steps=500, runs=(run,))
        (made,) = simulate(experiment)
        assert judge(experiment, made).outcome is Outcome.STILL_DESCENDING
    critical = critical_points(Experiment(landscape=formula.KEY, formula=text))
    assert not [p for p in critical.points if not p.boundary]
