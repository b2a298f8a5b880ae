"""Points that only slopes tell of, needles between passes, and what looks critical from afar and is not."""

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, critical_points
from experiments.results.judged_runs import results_of
from landscapes import formula


def found(text):
    """The critical points of a typed surface that the window's edge does not make, and its curves."""
    critical = critical_points(Experiment(landscape=formula.KEY, formula=text))
    return [p for p in critical.points if not p.boundary], critical.curves


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    (
        ("(x^2+y^2)^6+1", "minimum", (0, 0)),
        ("((x-1)^2+(y-2)^2)^6-7", "minimum", (1, 2)),
        ("(x-.3)^12+(y+.7)^14+5", "minimum", (0.3, -0.7)),
        ("(x+y)^12+(x-y)^10+1", "minimum", (0, 0)),
        ("1-(x^2+y^2)^6", "maximum", (0, 0)),
        ("x^12-y^12+1", "saddle", (0, 0)),
        ("(x-1)^12-(y-2)^10-3", "saddle", (1, 2)),
        ("(x+y)^20+(x-y)^2", "minimum", (0, 0)),
    ),
)
def test_the_middle_of_a_high_power_is_found_though_its_heights_are_lost_beside_an_offset(text, kind, place):
    (point,), curves = found(text)
    assert point.kind == kind and not curves
    np.testing.assert_allclose(point.point, place, atol=1e-9)


@pytest.mark.parametrize("steep", (1e3, 1e6, 1e9))
def test_a_needle_between_four_passes_is_found(steep):
    # 2 x = 2 steep x y^2 and 2 y = 2 steep x^2 y: (0, 0), and |x| = |y| = 1 / sqrt(steep), a saddle each
    points, curves = found(f"x^2+y^2-{steep:.0f}*x^2*y^2")
    (minimum,) = (p for p in points if p.kind == "minimum")
    assert minimum.point == (0.0, 0.0) and minimum.eigenvalues == (2.0, 2.0) and not curves
    passes = np.array([p.point for p in points if p.kind == "saddle"])
    assert len(passes) == len(points) - 1 == 4
    np.testing.assert_allclose(np.abs(passes), 1 / np.sqrt(steep), rtol=1e-9)
    assert len({tuple(signs) for signs in np.sign(passes)}) == 4


@pytest.mark.parametrize(
    "text",
    (
        "1e-6*(x+2*y)-(2*x-y-1.5)^2",  # the slope along the ridge is (1, 2) / 1e6 everywhere
        "1e-7*x-(y-x^2)^2",  # the ridge y = x^2 rises with x
        "1e-8*y-x^2",
        "1e-6*(x+2*y)+(2*x-y-1.5)^2",
    ),
)
def test_a_ridge_that_slopes_has_no_critical_point(text):
    assert found(text) == ([], ())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("x^2+y^2+1e14", (0, 0)),
        ("x^2+3*y^2-3e13", (0, 0)),
        ("x^2+y^2+1e16", (0, 0)),
        ("((x-1)^2+(y-2)^2)^8+100", (1, 2)),
        ("(x-1)^14+(y+1)^14+1e6", (1, -1)),
        ("x^20+y^20+1", (0, 0)),
    ],
)
def test_a_minimum_whose_rises_are_lost_beside_its_height_is_no_level_ground(text: str, place: tuple[int, int]) -> None:
    """Its gradient is not lost: it leads outwards all around, and a run that comes there is at a minimum."""
    run = Run(optimizer="newton", learning_rate=1.0)
    experiment = Experiment(landscape="formula", formula=text, start=(1.5, 1.2), steps=400, runs=(run,))
    found = critical_points(experiment)
    assert [p.kind for p in found.points] == ["minimum"] and not found.areas
    assert np.hypot(*np.subtract(found.points[0].point, place)) < 1e-6
    (verdict,) = [result.verdict for result in results_of(experiment)]
    assert verdict.outcome is Outcome.GLOBAL_MINIMUM
