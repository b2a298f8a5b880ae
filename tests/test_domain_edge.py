"""Where the domain ends: the minima that only its edge makes, all of them, and lower ground beyond it."""

import numpy as np
import pytest
from numpy_landscapes import NUMPY_FORMS

from experiments import Experiment, critical_points
from experiments.critical.domain_edge import lower_outside
from figures.packets import wording
from landscapes import LANDSCAPES

CUT = ("egg_crate", "parsopoulos", "holder_table", "branin_2", "giunta", "adjiman")


def height(key, points):
    points = np.asarray(points)
    return NUMPY_FORMS[key](points[..., 0], points[..., 1], **LANDSCAPES[key].defaults)


@pytest.mark.parametrize("key", CUT)
def test_no_minimum_of_the_edge_is_missed(key):
    """On a fine grid along the edges: lower than both neighbours and than the point inwards, higher than outwards."""
    (x0, x1), (y0, y1) = LANDSCAPES[key].domain
    minima = critical_points(Experiment(landscape=key, view=LANDSCAPES[key].domain)).all_minima
    found = np.array([p.point for p in minima if p.boundary])
    step, seen = 1e-5, 0
    for axis, ends, (low, high) in ((0, (x0, x1), (y0, y1)), (1, (y0, y1), (x0, x1))):
        t = np.linspace(low, high, 20_001)
        for edge, inward in zip(ends, (step, -step), strict=True):
            lines = [np.stack([np.full_like(t, edge + k * inward), t][:: 1 - 2 * axis], -1) for k in (-1, 0, 1)]
            outside, on, inside = (height(key, line) for line in lines)
            walled = np.concatenate([[np.inf], on, [np.inf]])
            least = (on < walled[:-2]) & (on < walled[2:]) & (on < inside) & (outside < on)
            seen += least.sum()
            for place in lines[1][least]:
                assert np.hypot(*(found - place).T).min() < 2 * (t[1] - t[0]), place
    assert seen >= len(found)  # a corner is seen from both of its edges


def test_the_page_says_where_the_domain_cuts_the_surface():
    def told(key, **fields):
        experiment = Experiment(landscape=key, **fields)
        return wording.domain(LANDSCAPES[key], critical_points(experiment), lower_outside(experiment))

    for key in ("rosenbrock", "sphere", "himmelblau", "styblinski_tang", "matyas", "easom"):
        assert "cuts" not in told(key)
    assert told("egg_crate").endswith(
        "Its edge cuts the surface: 16 minima lie on it only because the domain ends there."
    )
    for key in ("mccormick", "saddle", "monkey_saddle"):
        assert "Its edge cuts the surface: the ground outside lies lower than all of the inside" in told(key)
    assert "3 minima lie on it" in told("adjiman") and "the ground outside lies lower" in told("adjiman")
    assert lower_outside(Experiment(landscape="adjiman", smoothing=0.5)) is None


@pytest.mark.parametrize("key", ("mccormick", "adjiman", "schwefel", "saddle"))
def test_the_lower_ground_is_outside_and_lower(key):
    unit = LANDSCAPES[key]
    found = lower_outside(Experiment(landscape=key))
    assert found is not None
    x, y, value = found
    (x0, x1), (y0, y1) = unit.domain
    assert not (x0 <= x <= x1 and y0 <= y <= y1)
    assert value == pytest.approx(float(height(key, (x, y))), rel=1e-9)
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, 301), np.linspace(y0, y1, 301)), -1)
    assert value < height(key, grid).min()


def test_the_lower_ground_turns_and_moves_with_the_surface():
    found = lower_outside(Experiment(landscape="adjiman", rotation=90.0, shift=(1.0, 2.0)))
    lowest = LANDSCAPES["adjiman"].lowest
    assert found is not None and lowest is not None
    x, y, value = found
    # about (0.5, 0), the middle of the view
    assert value == pytest.approx(float(height("adjiman", (y - 2.0 + 0.5, 1.5 - x))), rel=1e-9)
    assert value < lowest - 1
