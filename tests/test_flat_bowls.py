"""A minimum about which the ground rises with a high power of the distance is found in the middle of its flat floor."""

import numpy as np
import pytest

from experiments import Experiment, critical_points
from landscapes import formula


@pytest.mark.parametrize(
    ("text", "place"),
    (
        ("x^20+y^20", (0, 0)),
        ("(x-.3)^20+(y-.2)^20", (0.3, 0.2)),
        ("x^16+y^16", (0, 0)),
        ("x^30+y^20", (0, 0)),
        ("(x^2+y^2)^10", (0, 0)),
        ("x^12+y^10", (0, 0)),
    ),
)
def test_a_bowl_that_is_flat_as_far_as_the_view_tells_has_its_minimum(text, place):
    (found,) = critical_points(Experiment(landscape=formula.KEY, formula=text)).points
    assert found.kind == "minimum"
    assert found.is_global
    np.testing.assert_allclose(found.point, place, atol=1e-9)


@pytest.mark.parametrize("text", ("max(0,abs(x)-1)+max(0,abs(y)-1)", "exp(-1/(x^2+y^2))", "0*x+1"))
def test_ground_that_is_flat_for_all_that_float64_tells_has_no_such_point(text):
    assert not critical_points(Experiment(landscape=formula.KEY, formula=text)).points
