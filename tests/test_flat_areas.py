"""Level ground is no heap of minima that stand alone; thin rings, flat bowls and level lines are what they are."""

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, critical_points
from experiments.results.judged_runs import results_of
from figures.packets import wording
from landscapes import formula


def typed(text, **fields):
    return Experiment(landscape=formula.KEY, formula=text, **fields)


# --- areas ---------------------------------------------------------------------------------------------------------

# text, and the value of the lowest ground, which fills an area
AREAS = (
    ("max(0,x)^2", 0),
    ("max(0,x-y)^2", 0),
    ("max(0,abs(x)-1)^2", 0),
    ("max(0,x)^2+max(0,y)^2+3", 3),
    ("max(0,sqrt(x^2+y^2)-1)^2", 0),
    ("max(0,sqrt(x^2+y^2)-.03)^2", 0),
    ("max(0,1-x*y)^2", 0),
    ("max(1,x^2+y^2)", 1),
    ("max(-2,x+y)", -2),
    ("floor(x)^2+floor(y)^2", 0),
    ("max(0,abs(x)-1)^4+max(0,abs(y-.3)-2)^3", 0),
)


@pytest.mark.parametrize(("text", "value"), AREAS)
def test_ground_that_is_level_both_ways_has_no_minimum_that_stands_alone(text, value):
    found = critical_points(typed(text))
    assert not found.all_minima
    assert not found.curves_of_minima
    assert found.lowest == value == found.areas[0]
    assert np.isnan(found.distances(np.array([[3.0, 2.0]]))).all()
    assert "Minima fill level ground, at loss" in wording.curves(found)


def test_beside_level_lines_only_the_point_that_stands_alone_is_one():
    found = critical_points(typed("ceil(abs(x))+ceil(abs(y))"))
    assert [p.point for p in found.points] == [(0.0, 0.0)]
    assert found.lowest == 0


@pytest.mark.parametrize("text", ("x^2+y^2", "abs(x)+abs(y)", "(x^2+y^2)^8", "x^6+y^6+1", "abs(x)+y^4-3"))
def test_a_minimum_that_stands_alone_is_on_no_level_ground(text):
    found = critical_points(typed(text))
    assert [p.point for p in found.points] == [(0.0, 0.0)]
    assert not found.areas
    assert found.distances(np.array([[3.0, 4.0]])) == pytest.approx([5.0])


def test_a_run_onto_an_area_of_minima_is_at_one_and_has_no_distance():
    run = Run(optimizer="gradient_descent", learning_rate=0.5)
    (result,) = results_of(typed("max(0,x)^2+2", start=(3.0, 1.0), steps=100, runs=(run,)))
    assert result.verdict.outcome is Outcome.GLOBAL_MINIMUM
    assert np.isnan(result.distances).all()
    assert result.lowest == 2
