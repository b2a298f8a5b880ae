"""No saddle is told where a surface has none: a large curvature across makes every step short, and hides a slope."""

import pytest
import sympy

from experiments import Experiment, Outcome, Run, judge, simulate


def judged(surface, optimizer, rate, start=(1.0, 0.0), steps=300):
    run = Run(optimizer=optimizer, learning_rate=rate)
    experiment = Experiment(landscape="formula", formula=surface, start=start, steps=steps, runs=(run,))
    return judge(experiment, simulate(experiment)[0])


SLOPES = (
    ("x^2-1e10*y^2", "gradient_descent", 1e-11),
    ("x^2-1e13*y^2", "damped_newton", 1.0),
    ("1e-6*x-y^2", "gradient_descent", 0.1),
    ("1e-9*x-y^2", "gradient_descent", 0.1),
    ("1e-4*x-1e4*y^2", "gradient_descent", 0.1),
    ("x-1e12*y^2", "gradient_descent", 1e-14),
    ("x^2+y^2-1e9*x^2*y^2", "gradient_descent", 1e-12),
    ("-x^2-1e9*y^2", "gradient_descent", 1e-11),
    ("exp(x/10000)-y^2", "gradient_descent", 0.1),
    ("cos(x)-1e9*y^2", "gradient_descent", 1e-11),
)


@pytest.mark.parametrize(("surface", "optimizer", "rate"), SLOPES)
def test_a_slope_beside_a_large_curvature_is_no_saddle(surface, optimizer, rate):
    """The slope at the start, from the formula's own derivative, is not 0, and no step goes far from there."""
    x, y = sympy.symbols("x y")
    assert sympy.diff(sympy.sympify(surface.replace("^", "**")), x).subs({x: 1, y: 0}) != 0
    found = judged(surface, optimizer, rate)
    assert found.outcome is Outcome.STILL_DESCENDING, found.detail


def test_a_slope_beside_a_large_curvature_is_none_along_no_axis_either():
    for surface in ("1e-4*(x+y)-1e4*(x-y)^2", "1e-6*(x+2*y)-(2*x-y-1.5)^2", "(x+y)^2-1e10*(x-y)^2"):
        start = (1.0, 0.5) if "1.5" in surface else (1.0, 1.0)
        found = judged(surface, "gradient_descent", 1e-12, start)
        assert found.outcome is Outcome.STILL_DESCENDING, found.detail


@pytest.mark.parametrize(
    ("surface", "optimizer", "rate", "start"),
    (
        ("x^2-1e6*y^2", "gradient_descent", 0.1, (1.0, 0.0)),
        ("x^2-1e10*y^2", "newton", 1.0, (1.0, 0.0)),
        ("1e-8*x^2-1e4*y^2", "newton", 1.0, (1.0, 0.0)),
        ("-(x-y)^2", "gradient_descent", 0.1, (1.2, 1.2)),  # level along x = y: each of its points is critical
        ("-1e6*(x-y)^2", "gradient_descent", 1e-9, (0.3, 0.3)),
        ("-1e6*(x^2-2*x*y+y^2)", "gradient_descent", 1e-12, (1.7, 1.7)),
        ("-(x^2+y^2-4)^2", "newton", 1.0, (1.5, 1.5)),
        ("x^3-y^2", "newton", 1.0, (1.0, 0.0)),
        ("(x-0.3)^2-1e9*(y-0.7)^2", "newton", 1.0, (2.0, 1.0)),
        ("sin(x)-1e8*y^2", "newton", 1.0, (-1.2, 0.0)),
    ),
)
def test_a_saddle_beside_a_large_curvature_is_one(surface, optimizer, rate, start):
    found = judged(surface, optimizer, rate, start)
    assert found.outcome is Outcome.SADDLE_POINT, found.detail
