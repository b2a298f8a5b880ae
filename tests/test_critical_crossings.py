"""Where level valleys cross, Newton's steps come to the crossings alone: all the valleys are found nevertheless."""

import numpy as np
import pytest

from experiments import Experiment, critical_points
from experiments.critical.curve import on_polyline
from landscapes import LANDSCAPES, formula

PI = np.pi
T = np.linspace(-4.97, 4.97, 498)


def found(text):
    return critical_points(Experiment(landscape=formula.KEY, formula=text, runs=()))


def grid(along_x, along_y):
    """The lines x = each of the one and y = each of the other, a list of (n, 2)."""
    across = [np.column_stack([np.full_like(T, x), T]) for x in along_x]
    return across + [np.column_stack([T, np.full_like(T, y)]) for y in along_y]


def whole(step, start=0.0):
    """The multiples of step, from start, within the view."""
    k = start + step * np.arange(-60, 61)
    return k[np.abs(k) < 5]


def diagonals(ends, slope):
    lines = [np.column_stack([T, slope * T + end]) for end in ends]
    return [line[np.abs(line[:, 1]) < 4.97] for line in lines]


def circle(radius):
    turn = np.linspace(0, 2 * PI, 300)
    return [radius * np.column_stack([np.cos(turn), np.sin(turn)])]


# text, the lines of minima by its closed form
CROSSINGS = (
    ("(x*sin(y))^2", grid([0], whole(PI))),
    ("(sin(x)*sin(y))^2", grid(whole(PI), whole(PI))),
    ("sin(5x)^2*sin(5y)^2", grid(whole(PI / 5), whole(PI / 5))),
    ("sin(8x)^2*sin(8y)^2", grid(whole(PI / 8), whole(PI / 8))),
    ("cos(2x)^2*cos(3y)^2", grid(whole(PI / 2, PI / 4), whole(PI / 3, PI / 6))),
    ("(1-cos(4x))*(1-cos(4y))-2", grid(whole(PI / 2), whole(PI / 2))),
    (
        "sin(x+y)^2*sin(x-y)^2",
        diagonals(PI * np.arange(-3, 4), 1) + diagonals(PI * np.arange(-3, 4), -1),
    ),
    ("|sin(3x)*sin(3y)|", grid(whole(PI / 3), whole(PI / 3))),
    ("sqrt(|x*y|)", grid([0], [0])),
    ("(x*y*(x-y))^2", grid([0], [0]) + diagonals([0], 1)),
    ("|x*(x^2+y^2-4)|", grid([0], []) + circle(2)),
)


LIKE_OTHERS = {"(sin(x)*sin(y))^2", "sin(8x)^2*sin(8y)^2", "cos(2x)^2*cos(3y)^2", "|sin(3x)*sin(3y)|"}


@pytest.mark.parametrize(
    ("text", "lines"),
    [pytest.param(*one, id=one[0], marks=[pytest.mark.soak] * (one[0] in LIKE_OTHERS)) for one in CROSSINGS],
)
def test_every_one_of_crossing_lines_of_minima_is_found(text, lines):
    critical = found(text)
    floors = critical.curves_of_minima
    assert critical.complete and len(floors) == len(lines)
    for line in lines:
        gaps = np.min([np.hypot(*(on_polyline(floor.places, line)[0] - line).T) for floor in floors], axis=0)
        assert gaps.max() < 2e-3
    assert all(point.boundary for point in critical.all_minima)  # a crossing is no minimum of its own


def test_the_ridges_at_the_top_of_a_surface_of_wells_are_found():
    """|sin x cos y ...| is nowhere above 0, and 0 where sin x or cos y is."""
    ridges = [c for c in critical_points(Experiment(landscape="holder_table", runs=())).curves if c.kind == "maximum"]
    assert len(ridges) == 13 and all(abs(ridge.value) < 1e-12 for ridge in ridges)
    for ridge in ridges:
        x, y = ridge.places.T
        assert np.minimum(np.abs(np.sin(x)), np.abs(np.cos(y))).max() < 1e-9
    assert LANDSCAPES["holder_table"].view == ((-10, 10), (-10, 10))  # 7 lines of the one kind, 6 of the other


@pytest.mark.parametrize(
    "text", ("x^2 + 1e-9*y", "100*(y-x^2)^2+(1-x)^2", "(x-2*y)^2+1e-6*x", "x^4+y^2", "floor(x)+floor(y)", "x^3+1e4*y^2")
)
def test_a_valley_that_slopes_is_no_level_one(text):
    critical = found(text)
    assert critical.complete and not critical.curves


# --- on the view's border -------------------------------------------------------------------------------------------

BORDER = (
    ("|x-5|+|y|", (5, 0)),
    ("|x+5|+|y-1.03|", (-5, 1.03)),
    ("|x-5|+|y-5|", (5, 5)),
    ("|x-5|^1.5+y^2", (5, 0)),
    ("|x|+sqrt(|y+5|)", (0, -5)),
    ("(x-5)^2+y^2", (5, 0)),
    ("(x-5)^2+(y-5)^2", (5, 5)),
)


@pytest.mark.parametrize(("text", "place"), BORDER)
def test_a_minimum_on_the_very_border_of_the_view_is_one(text, place):
    (minimum,) = found(text).all_minima
    assert minimum.point == pytest.approx(place, abs=1e-9) and not minimum.boundary and minimum.is_global
