"""Where a formula's values end in an infinite slope: its derivatives are finite there, and a minimum there is one."""

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, critical_points, judge, simulate
from experiments.setup.experiment import landscape_of

ENDS = (  # a formula, where its values end or its slope is infinite, and whether that is its lowest point
    ("acos(x) + y^2", 1.0),
    ("-asin(x) + y^2", 1.0),
    ("acosh(x) + y^2", 1.0),
    ("sqrt(x - 2) + y^2", 2.0),
    ("cbrt(x)^2 + y^2", 0.0),
    ("cbrt(x^2) + y^2", 0.0),
)


@pytest.mark.parametrize(("formula", "end"), ENDS)
def test_the_lowest_point_may_be_where_the_values_end(formula: str, end: float) -> None:
    run = Run(optimizer="nelder_mead", learning_rate=1.0)
    experiment = Experiment(landscape="formula", formula=formula, start=(end + 0.4, 0.8), steps=400, runs=(run,))
    if not np.isfinite(landscape_of(experiment).value(np.array([end + 0.4, 0.0]))):
        experiment = experiment.replace(start=(end - 0.4, 0.8))
    (point,) = [p for p in critical_points(experiment).points if p.kind == "minimum"]
    np.testing.assert_allclose(point.point, (end, 0.0), atol=1e-9)
    verdict = judge(experiment, simulate(experiment)[0])
    assert verdict.outcome is Outcome.GLOBAL_MINIMUM and verdict.minimum is not None
    np.testing.assert_allclose(verdict.minimum, (end, 0.0), atol=1e-9)


def test_beside_an_end_the_slopes_are_those_of_the_closed_form() -> None:
    for formula, slope in (
        ("acos(x)", lambda x: -1 / np.sqrt(1 - x**2)),
        ("asin(x)", lambda x: 1 / np.sqrt(1 - x**2)),
        ("acosh(x + 2)", lambda x: 1 / np.sqrt((x + 2) ** 2 - 1)),
        ("cbrt(x)", lambda x: np.cbrt(x) / (3 * x)),
    ):
        surface = landscape_of(Experiment(landscape="formula", formula=formula))
        for x in (-0.999, -0.3, 0.5, 1 - 1e-12):
            np.testing.assert_allclose(surface.gradient(np.array([x, 0.0]))[0], slope(x), rtol=1e-9)
    surface = landscape_of(Experiment(landscape="formula", formula="acos(x) + cbrt(y)"))
    for point in ((1.0, 0.0), (-1.0, 0.5), (0.5, 0.0)):
        assert np.isfinite(surface.gradient(np.array(point))).all()
        assert np.isfinite(surface.hessian(np.array(point))).all()
    assert np.isnan(surface.value(np.array([1.0 + 1e-12, 0.0])))
