"""Where a surface jumps: a place that all around it is higher than is a minimum, one beside lower ground is none."""

import numpy as np
import pytest

from experiments import Experiment, critical_points
from landscapes import formula


def found(text):
    return critical_points(Experiment(landscape=formula.KEY, formula=text))


def inner(text):
    """The minima that the domain's edge does not make, (n, 2), sorted."""
    minima = np.array([p.point for p in found(text).all_minima if not p.boundary]).reshape(-1, 2)
    return minima[np.lexsort(minima.round(6).T[::-1])]


EVEN, WHOLE, THIRDS = np.arange(-4.0, 5, 2), np.arange(-5.0, 6), np.arange(-3.0, 4, 3)
ZERO = np.zeros(1)
# text, the minima's coordinates along x and along y: each of the one with each of the other
JUMPS = (
    ("mod(x,2)+mod(y,2)", EVEN, EVEN),
    ("mod(x-.3,2)+mod(y-.3,2)", np.arange(-3.7, 5, 2), np.arange(-3.7, 5, 2)),
    ("mod(x,2)+y^2", EVEN, ZERO),
    ("mod(x,1)+y^2", WHOLE, ZERO),
    ("ceil(x)-x+y^2", WHOLE, ZERO),
    ("mod(x,3)+abs(y)", THIRDS, ZERO),
    ("ceil(x)-x+ceil(y)-y", WHOLE, WHOLE),
    ("where(x<0,x^2+1,x^2)+y^2", ZERO, ZERO),
    ("where(x>=1,-2,0)+(x-1)^2+y^2", ZERO + 1, ZERO),
    ("where(x<0,3,x)+where(y<.5,1,y-.5)", ZERO, ZERO + 0.5),
)


@pytest.mark.parametrize(("text", "along_x", "along_y"), JUMPS)
def test_a_place_from_which_all_ways_lead_up_or_jump_up_is_a_minimum(text, along_x, along_y):
    np.testing.assert_allclose(inner(text), [(x, y) for x in along_x for y in along_y], atol=1e-9)
    assert all(p.kink for p in found(text).all_minima if not p.boundary)


def jump(x, y):
    return np.where(x > 1, -2, 0) + (x - 1) ** 2 + y**2


def spike(x, y):
    return (x == 0) + x**2 + y**2


def step(x, y):
    return np.where(x < 0, x**2, x**2 + 1) + y**2


def tilted(x, y):
    return np.where(x + y > 1, 0, 1) + (x - 0.5) ** 2 + (y - 0.5) ** 2


BESIDE = (
    ("where(x>1,-2,0)+(x-1)^2+y^2", jump),
    ("(x==0)+x^2+y^2", spike),
    ("where(x<0,x^2,x^2+1)+y^2", step),
    ("where(x+y>1,0,1)+(x-.5)^2+(y-.5)^2", tilted),
)


@pytest.mark.parametrize(("text", "height"), BESIDE)
def test_beside_a_minimum_nothing_is_lower(text, height):
    turn = np.linspace(0, 2 * np.pi, 721)
    size = np.hypot(10, 10)
    for point in found(text).all_minima:
        assert point.value == pytest.approx(float(height(*np.array(point.point))), abs=1e-12)
        for radius in size * np.array([1e-3, 1e-5, 1e-7]):
            around = height(point.point[0] + radius * np.cos(turn), point.point[1] + radius * np.sin(turn))
            assert around.min() >= point.value - 1e-12, point
    assert not any(p.value > 0.5 for p in found(text).all_minima)


@pytest.mark.parametrize("text", ("log(x^2+y^2)", "-1/(abs(x)+abs(y))", "-1/sqrt(abs(x)+abs(y-.3))", "-1/(x^2+y^2)"))
def test_a_fall_without_end_is_no_jump(text):
    assert not len(inner(text))


def test_the_slopes_around_a_needle_are_no_saddles():
    needle = found("-exp(-100*abs(x-1.7)-100*abs(y+.3))")
    assert [p.kind for p in needle.points] == ["minimum"]
    np.testing.assert_allclose(needle.minima, [(1.7, -0.3)], atol=1e-9)


EDGES: tuple[tuple[str, list[tuple[float, float]]], ...] = (
    ("x^3+abs(y)", [(-5, 0)]),
    ("x+abs(y)", [(-5, 0)]),
    ("(x^3-3*x)/10+abs(y)", [(-5, 0)]),
    ("abs(x)-abs(y)", [(0, -5), (0, 5)]),
    ("x+sqrt(abs(y-1))", [(-5, 1)]),
    ("x+abs(abs(y)-2)", [(-5, -2), (-5, 2)]),
    ("y+abs(x-y-5.3)", [(0.3, -5)]),
    ("ceil(x)-x-y^2", [(x, y) for x in range(-5, 6) for y in (-5, 5)]),
    ("3*abs(x+1)-max(y,2*y)", [(-1, 5)]),
    ("x+abs(y+5)", [(-5, -5)]),
    ("x+floor(y)", []),
    ("x", []),
)


@pytest.mark.parametrize(("text", "places"), EDGES)
def test_where_a_crease_or_a_jump_meets_the_edge_there_is_a_minimum_of_the_edge(text, places):
    edge = sorted(p.point for p in found(text).all_minima if p.boundary)
    assert len(edge) == len(places), edge
    if places:
        gaps = [np.hypot(*(np.array(edge) - place).T).min() for place in places]
        assert max(gaps) < 1e-8
