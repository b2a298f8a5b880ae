"""Where the edge of a surface's values is level and the lowest ground, it is one curve of minima."""

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, critical_points, judge, simulate
from landscapes import formula


def found(text):
    return critical_points(Experiment(landscape=formula.KEY, formula=text))


def ring(radius):
    turn = np.linspace(0, 2 * np.pi, 73)
    return radius * np.stack([np.cos(turn), np.sin(turn)], -1)


def straight(start, end):
    return np.linspace(start, end, 73)


# text, the value along the edge, and places on it, a line of them for each curve
EDGES = (
    ("sqrt(4-x^2-y^2)", 0.0, [ring(2.0)]),
    ("sqrt(2.9-x^2-y^2)+3.7", 3.7, [ring(np.sqrt(2.9))]),
    ("sqrt(x^2+y^2-4)", 0.0, [ring(2 + 1e-12)]),
    ("acos(x^2+y^2)", 0.0, [ring(1.0)]),
    ("sqrt(x)", 0.0, [straight((0, -5), (0, 5))]),
    ("x+0*sqrt(x)", 0.0, [straight((0, -5), (0, 5))]),
    ("sqrt(x+.3*y-.1)", 0.0, [straight((1.6, -5), (-1.4, 5))]),
    ("sqrt(9-x^2)+0*y", 0.0, [straight((-3, -5), (-3, 5)), straight((3, -5), (3, 5))]),
    ("acos(x)+0*y", 0.0, [straight((1, -5), (1, 5))]),
    ("asin(y)", -np.pi / 2, [straight((-5, -1), (5, -1))]),
    ("sqrt(1-abs(x)-abs(y))", 0.0, [[(1, 0), (0.6, 0.4), (0, 1), (-0.3, 0.7), (-1, 0), (-0.5, -0.5), (0, -1)]]),
    ("sqrt(x*y)", 0.0, [[(-5, 0), (-2, 0), (0, 3), (0, 5)], [(0, -5), (0, -1), (2, 0), (5, 0)]]),
    ("sqrt((x-.31)*(y+.17))", 0.0, [[(0.31, -5), (0.31, -1), (-4, -0.17)], [(0.31, 5), (0.31, 1), (4, -0.17)]]),
)


@pytest.mark.parametrize(("text", "value", "lines"), EDGES)
def test_a_level_edge_is_a_curve_of_minima(text, value, lines):
    critical = found(text)
    assert critical.complete
    assert not critical.all_minima
    curves = critical.curves_of_minima
    assert len(curves) == len(lines)
    assert all(curve.kink and curve.is_global and len(curve.points) < 300 for curve in curves)
    assert [curve.value for curve in curves] == pytest.approx([value] * len(curves), abs=1e-7)
    for line in lines:
        places = np.asarray(line, dtype=np.float64)
        gaps = [np.hypot(*(curve.nearest(places) - places).T).max() for curve in curves]
        assert min(gaps) < 1e-6
        near = curves[int(np.argmin(gaps))].point_near(places[1])
        assert near.value == pytest.approx(value, abs=1e-7)
        assert near.kind == "minimum"


@pytest.mark.parametrize("text", ("sqrt(4-x^2-y^2)", "acos(x^2+y^2)", "sqrt(1-abs(x)-abs(y))"))
def test_an_edge_that_comes_back_to_itself_is_closed(text):
    (curve,) = found(text).curves_of_minima
    assert curve.closed
    assert curve.points[0] == curve.points[-1]


# text, and the minima at the edge, each by itself
ALONE: tuple[tuple[str, list[tuple[float, float]]], ...] = (
    ("sqrt(x)+y^2", [(0, 0)]),
    ("sqrt(x)+y^8", [(0, 0)]),
    ("sqrt(x)+sqrt(y)", [(0, 0)]),
    ("asin(x)+asin(y)", [(-1, -1)]),
    ("sqrt(1-x^2-y^2)+x", [(-1, 0)]),
    ("sqrt(x)+1e-6*y", []),
    ("log(x)", []),
    ("0*sqrt(x)", []),
    ("-sqrt(4-x^2-y^2)", [(0, 0)]),
)


@pytest.mark.parametrize(("text", "minima"), ALONE)
def test_an_edge_that_slopes_or_falls_without_end_is_no_curve(text, minima):
    critical = found(text)
    assert not critical.curves_of_minima
    inner = [p.point for p in critical.all_minima if not p.boundary]
    np.testing.assert_allclose(np.array(inner).reshape(-1, 2), np.array(minima).reshape(-1, 2), atol=1e-6)


@pytest.mark.parametrize(
    ("text", "start"),
    (("sqrt(4-x^2-y^2)", (1.0, 0.5)), ("sqrt(2.9-x^2-y^2)+3.7", (0.3, 0.9)), ("acos(x)+0*y", (0.2, 1.0))),
)
def test_a_run_that_ends_on_a_level_edge_is_at_a_minimum(text, start):
    run = Run(optimizer="nelder_mead", learning_rate=1.0)
    experiment = Experiment(landscape=formula.KEY, formula=text, start=start, steps=400, runs=(run,))
    (made,) = simulate(experiment)
    assert judge(experiment, made).outcome is Outcome.GLOBAL_MINIMUM


@pytest.mark.parametrize("formula", ("1e308*x*y", "-exp(500*x^2*y^2)", "1e308*(x+y)"))
def test_where_numbers_end_there_is_no_edge_of_minima(formula):
    critical = critical_points(Experiment(landscape="formula", formula=formula, runs=()))
    assert not critical.curves_of_minima
