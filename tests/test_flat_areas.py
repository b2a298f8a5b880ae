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


# --- rings, level lines, flat bowls --------------------------------------------------------------------------------


@pytest.mark.parametrize("steep", (100, 150, 600))
def test_a_ring_with_a_narrow_floor_is_one_closed_curve(steep):
    found = critical_points(typed(f"-exp(-{steep}*(x^2+y^2-4)^2)"))
    (ring,) = found.curves_of_minima
    assert ring.closed
    assert not found.all_minima
    np.testing.assert_allclose(np.hypot(*ring.places.T), 2, atol=1e-6)


def test_a_level_floor_that_ends_at_a_bend_is_a_curve_whether_it_falls_or_rises_there():
    found = critical_points(typed("max(-1,min(1,x))+y^2"))
    assert not found.points
    low, high = found.curves_of_minima
    assert (low.value, high.value) == (-1, 1)
    np.testing.assert_allclose(sorted(low.places[[0, -1]].tolist()), [(-5, 0), (-1, 0)], atol=1e-5)
    np.testing.assert_allclose(sorted(high.places[[0, -1]].tolist()), [(1, 0), (5, 0)], atol=1e-5)
    assert low.is_global
    assert not high.is_global


@pytest.mark.parametrize(
    ("text", "place"),
    (
        ("(x^2+y^2)^6", (0, 0)),
        ("(x^2+2*y^2)^6", (0, 0)),
        ("((x-1)^2+(y-2)^2)^6", (1, 2)),
        ("(x-1)^12+(y+1)^12", (1, -1)),
        ("x^16+y^2", (0, 0)),
        ("x^20+y^2", (0, 0)),
        ("x^40+y^2", (0, 0)),
        ("(x+y)^20+(x-y)^2", (0, 0)),
        ("(x-.3)^18+(y-1)^2+2", (0.3, 1)),
    ),
)
def test_a_floor_that_is_level_but_for_a_high_power_is_one_minimum_at_its_middle(text, place):
    found = critical_points(typed(text))
    assert not found.curves
    (point,) = found.points
    assert point.kind == "minimum"
    assert point.is_global
    np.testing.assert_allclose(point.point, place, atol=1e-6)


def test_a_floor_that_is_level_for_a_while_stays_a_curve():
    found = critical_points(typed("max(0,abs(x)-1)^2+y^2"))
    (curve,) = found.curves_of_minima
    np.testing.assert_allclose(sorted(curve.places[[0, -1]].tolist()), [(-1, 0), (1, 0)], atol=1e-5)
    assert not found.points


def test_a_run_that_ends_at_a_minimum_out_of_view_has_no_distance_to_it():
    run = Run(optimizer="lbfgs", learning_rate=1.0)
    (result,) = results_of(Experiment(landscape="schaffer_6", start=(30.0, 20.0), steps=100, runs=(run,)))
    assert result.verdict.outcome is Outcome.LOCAL_MINIMUM
    end = result.trajectory.points[-1]
    (x0, x1), (y0, y1) = result.experiment.window
    assert not (x0 <= end[0] <= x1 and y0 <= end[1] <= y1)
    assert result.distances[-1] < 1e-3
