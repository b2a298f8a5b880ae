"""Curves of minima are curves, narrow and steep minima are found, and hundreds of them are all found."""

import warnings

import numpy as np
import pytest
from numpy_landscapes import NUMPY_FORMS
from scipy import optimize

from experiments import Experiment, Outcome, Run, critical_points, judge, simulate
from experiments.critical.lens import lens_at
from experiments.objective.heights import surface_of
from experiments.results.judged_runs import results_of
from figures import heights_of, map_figure
from figures.packets import wording
from figures.surface import relief_figure
from landscapes import LANDSCAPES, formula


def typed(text, **fields):
    return Experiment(landscape=formula.KEY, formula=text, **fields)


def minima(text, **fields):
    """The minima that the window's edge does not make."""
    return np.array([p.point for p in critical_points(typed(text, **fields)).all_minima if not p.boundary])


# --- curves --------------------------------------------------------------------------------------------------------

RING = "(x^2 + y^2 - 4)^2"
# text, how far a place is from the set of minima, how many curves, whether they are closed
CURVES = (
    (RING, lambda x, y: abs(np.hypot(x, y) - 2), 1, True),
    ("abs(x^2 + y^2 - 4) + 7", lambda x, y: abs(np.hypot(x, y) - 2), 1, True),
    ("-exp(-(sqrt((x-1)^2 + y^2) - 3)^2)", lambda x, y: abs(np.hypot(x - 1, y) - 3), 1, True),
    ("(x - y)^2", lambda x, y: abs(x - y) / np.sqrt(2), 1, False),
    ("1e6*(x - 2*y + 1)^4 - 3", lambda x, y: abs(x - 2 * y + 1) / np.sqrt(5), 1, False),
    ("abs(x - y)", lambda x, y: abs(x - y) / np.sqrt(2), 1, False),
    ("sqrt(abs(x - y))", lambda x, y: abs(x - y) / np.sqrt(2), 1, False),
    ("(x^2 - 1)^2", lambda x, y: abs(abs(x) - 1), 2, False),
    ("max(0, x - 1)^2 + y^2", lambda x, y: np.hypot(max(x - 1, 0), y), 1, False),
)


@pytest.mark.parametrize(("text", "away", "count", "closed"), CURVES)
def test_a_curve_of_minima_is_one_curve_and_distances_are_to_it(text, away, count, closed):
    found = critical_points(typed(text))
    assert len(found.curves_of_minima) == count and not found.all_minima
    assert all(curve.closed == closed and curve.is_global for curve in found.curves_of_minima)
    for curve in found.curves_of_minima:
        assert max(away(x, y) for x, y in curve.points) < 1e-3
        assert np.abs(np.ptp(curve.places, axis=0)).max() > 3
    places = np.random.default_rng(1).uniform(-3, 3, (40, 2))
    far = np.array([away(x, y) for x, y in places])
    np.testing.assert_allclose(found.distances(places), far, rtol=1e-4, atol=2e-5)
    assert np.isnan(found.distances(np.array([[np.nan, 0.0]]))).all()


def test_a_run_that_rests_on_a_ring_has_no_distance_to_it():
    run = Run(optimizer="gradient_descent", learning_rate=0.02)
    ring = typed(RING, start=(1.0, 3.0), steps=300, runs=(run,))
    (result,) = results_of(ring)
    assert result.verdict.outcome is Outcome.GLOBAL_MINIMUM
    assert result.curve("distance")[-1] < 1e-14
    started = abs(np.hypot(1.0, 3.0) - 2)
    assert result.curve("distance")[0] == pytest.approx(started, rel=1e-6)
    assert result.criteria_steps(ring.criteria)["distance"] is not None
    critical = lens_at(ring, (2.0, 0.0)).critical
    assert critical is not None and critical.on_curve


def test_the_hill_within_a_ring_is_found_and_the_ring_is_drawn_as_a_line():
    found, ring = critical_points(typed(RING)), typed(RING)
    assert [p.kind for p in found.points] == ["maximum"] and found.points[0].point == (0.0, 0.0)
    figure = map_figure(surface_of(ring), heights_of(ring), found)
    edge, line = (trace for trace in figure.data if trace.type == "scatter" and trace.mode == "lines")
    assert line.name == "Curve of global minima" and edge.line.width > line.line.width
    np.testing.assert_allclose(np.hypot(line.x, line.y), 2, atol=1e-12)
    turned = np.unwrap(np.arctan2(line.y, line.x))
    assert abs(turned[-1] - turned[0]) == pytest.approx(2 * np.pi) and np.abs(np.diff(turned)).max() < 0.1
    assert not any(trace.name == "Global minimum" for trace in figure.data)
    assert wording.curves(found) == "One closed curve of minima, at loss 0."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x^2", "One curve of minima, at loss 0; it goes on beyond the view."),
        ("(x^2-1)^2", "2 curves of minima, at loss 0; all go on beyond the view. One curve of maxima, at loss 1; it"),
        ("((x^2+y^2-4)*(x-4))^2", "2 curves of minima, at loss 0; 1 goes on beyond the view."),
    ],
)
def test_a_curve_that_the_view_cuts_is_said_to_go_on(text: str, said: str) -> None:
    assert wording.curves(critical_points(Experiment(landscape="formula", formula=text))).startswith(said)


@pytest.mark.parametrize(("key", "rings"), (("drop_wave", 7), ("salomon", 9), ("schaffer_6", 3)))
def test_the_rings_of_a_surface_are_rings(key, rings):
    """By the heights along a ray: as many hollows as rings that the view does not cut."""
    found = critical_points(Experiment(landscape=key))
    assert found.complete
    x1 = LANDSCAPES[key].view[0][1]
    r = np.linspace(0.02 * x1, x1, 20_001)
    z = NUMPY_FORMS[key](r, 0 * r, **LANDSCAPES[key].defaults)
    hollows = r[1:-1][(z[1:-1] < z[:-2]) & (z[1:-1] < z[2:])]
    closed = sorted(np.hypot(*curve.places.T).mean() for curve in found.curves_of_minima if curve.closed)
    np.testing.assert_allclose(closed, hollows, atol=2e-3 * x1)


@pytest.mark.parametrize(
    "text", ("x^2 + 1e-9*y", "x^4 + y^2", "x^2 + 1e-13*y^2", "x^3 - 3*x*y^2", "x^2 + y^2", "y - x^2")
)
def test_what_is_no_curve_is_not_said_to_be_one(text):
    assert critical_points(typed(text)).curves == ()


def test_a_crease_is_a_curve_of_minima_only_where_the_ground_rises_on_both_sides():
    floor, ridge = sorted(critical_points(typed("x*abs(y)")).curves, key=lambda c: c.kind, reverse=True)
    assert (floor.kind, ridge.kind) == ("minimum", "maximum") and not floor.is_global
    assert floor.places[:, 0].min() > -0.2 and ridge.places[:, 0].max() < 0.2


# --- hundreds ------------------------------------------------------------------------------------------------------


def test_all_minima_of_shubert_are_found():
    """A product g(x) g(y): it is lowest where one factor has a hollow above 0, or a peak below it, and so the other."""
    x = np.linspace(*LANDSCAPES["shubert"].view[0], 400_001)
    g = sum((i * np.cos((i + 1) * x + i) for i in range(1, 6)), np.zeros_like(x))
    here = np.flatnonzero((g[1:-1] < g[:-2]) == (g[1:-1] < g[2:])) + 1
    hollow = g[here] < g[here - 1]
    pairs = [
        (x[here[i]], x[here[j]])
        for i in range(len(here))
        for j in range(len(here))
        if (g[here[j]] > 0) == hollow[i] and (g[here[i]] > 0) == hollow[j]
    ]
    found = critical_points(Experiment(landscape="shubert"))
    inner = np.array([p.point for p in found.all_minima if not p.boundary])
    assert found.complete and len(inner) == len(pairs)
    gaps = np.abs(inner[:, None] - np.array(pairs)[None]).max(axis=-1).min(axis=1)
    assert gaps.max() < 1e-4


def test_every_hollow_of_a_fine_grid_over_trefethens_surface_has_its_minimum():
    unit, side = LANDSCAPES["trefethen"], 2001
    (x0, x1), (y0, y1) = unit.view
    x, y = np.linspace(x0, x1, side), np.linspace(y0, y1, side)
    z = NUMPY_FORMS["trefethen"](*np.meshgrid(x, y), **unit.defaults)
    low = np.ones((side - 2, side - 2), dtype=bool)
    for i, j in ((0, 1), (1, 0), (1, 1), (1, -1)):
        for way in (1, -1):
            low &= z[1:-1, 1:-1] < z[1 + way * i : side - 1 + way * i, 1 + way * j : side - 1 + way * j]
    rows, columns = np.nonzero(low)
    hollows = np.stack([x[columns + 1], y[rows + 1]], -1)
    found = critical_points(Experiment(landscape="trefethen"))
    inner = np.array([p.point for p in found.all_minima if not p.boundary])
    assert found.complete and len(inner) == len(hollows) == 693
    assert max(np.abs(inner - hollow).max(axis=1).min() for hollow in hollows) < 2e-3
    assert wording.incomplete(found) == ""


def test_where_the_starts_are_too_few_the_page_says_so():
    found = critical_points(Experiment(landscape="langermann"))
    assert len(found.all_minima) >= 761 and not found.complete
    assert f"{len(found.all_minima)} minima were found, there may be more" in wording.incomplete(found)


def test_the_distance_of_a_run_on_shubert_is_to_the_minimum_that_its_verdict_names():
    run = Run(optimizer="lbfgs", learning_rate=1.0)
    (result,) = results_of(Experiment(landscape="shubert", start=(-9.181, -9.669), steps=100, runs=(run,)))
    assert result.curve("distance")[-1] < 1e-8 and result.verdict.evidence["distance"] < 1e-8


def test_a_kind_of_which_not_all_are_drawn_says_how_many_are():
    shubert = Experiment(landscape="shubert")
    figure = map_figure(surface_of(shubert), heights_of(shubert), critical_points(shubert))
    (local,) = (trace for trace in figure.data if trace.name == "Local minimum")
    assert local.meta == "400 of 704 drawn" and len(local.x) == 400


# --- narrow and steep ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("p", (1.1, *(pytest.param(p, marks=pytest.mark.soak) for p in (1.5, 1.55)), 1.75))
@pytest.mark.parametrize(
    ("text", "place"),
    (
        ("abs(x)^{p} + abs(y)^{p}", (0, 0)),
        ("abs(x)^{p} + y^2", (0, 0)),
        ("abs(x - 0.314)^{p} + 2*abs(y + 1.23)^1.3 + 3", (0.314, -1.23)),
        ("abs(0.6*x + 0.8*y - 1)^{p} + abs(0.8*x - 0.6*y)^1.5", (0.6, 0.8)),
        ("abs(x - 1)^{p} + 500*(y - x)^2 - 7", (1, 1)),
    ),
)
def test_a_minimum_at_which_the_curvature_has_no_bound_is_found(text, place, p):
    (found,) = minima(text.format(p=p))
    assert np.hypot(*(found - place)) < 1e-7


def test_many_such_minima_are_all_found():
    found = minima("abs(sin(3*x))^1.5 + abs(sin(3*y))^1.4")
    k = np.pi / 3 * np.arange(-4, 5)
    grid = np.stack(np.meshgrid(k, k), -1).reshape(-1, 2)
    assert len(found) == 81
    assert max(np.hypot(*(found - place).T).min() for place in grid) < 1e-7


def test_a_run_that_stands_on_such_a_minimum_is_at_the_minimum():
    run = Run(optimizer="gradient_descent", learning_rate=0.1)
    there = typed("abs(x)^1.5 + y^2", start=(0.0, 0.0), steps=100, runs=(run,))
    assert judge(there, simulate(there)[0]).outcome is Outcome.GLOBAL_MINIMUM


NEEDLES = (
    ("-exp(-100*(x^2 + y^2))", "minimum", (0, 0)),
    ("-exp(-1000*((x - 2)^2 + (y - 1.5)^2))", "minimum", (2, 1.5)),
    ("exp(-300*((x - 1.21)^2 + (y + 0.33)^2))", "maximum", (1.21, -0.33)),
    ("-exp(-1000*(x - y)^2 - 20*(x + y - 0.2)^2)", "minimum", (0.1, 0.1)),
    ("-1/(1 + 1000*(x - 1)^2 + 1000*y^2)", "minimum", (1, 0)),
    ("tanh(50*(x^2 + y^2))", "minimum", (0, 0)),
)


@pytest.mark.parametrize(("text", "kind", "place"), NEEDLES)
def test_a_needle_that_the_picture_shows_is_found(text, kind, place):
    (found,) = (p for p in critical_points(typed(text)).points if not p.boundary)
    assert found.kind == kind and found.point == pytest.approx(place, abs=1e-7)


def test_a_needle_on_a_slope_has_its_pass_too():
    """0.1 x - exp(-100 x²) on y = 0: its slope vanishes twice, by bisection."""
    found = critical_points(typed("0.1*x - exp(-100*(x^2 + y^2))")).points
    ends = []
    for falls, rises in ((-0.01, 0.0), (-0.1, -0.5)):
        ends.append(optimize.brentq(lambda x: 0.1 + 200 * x * np.exp(-100 * x**2), falls, rises, xtol=1e-14))
    inner = [p for p in found if not p.boundary]
    assert [p.kind for p in inner] == ["minimum", "saddle"]
    np.testing.assert_allclose([p.point for p in inner], [(end, 0) for end in ends], atol=1e-9)


# --- extremes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    (
        "1e308*x*y",
        "1e307*(x + y)",
        "exp(1000*x)",
        "exp(exp(x^2 + y^2))",
        "1e300*(x^2 + y^2 - 4)^2",
        "1/x + 1/y",
        "x^50",
    ),
)
def test_numbers_beyond_float64_pass_without_a_warning(text):
    run = Run(optimizer="gradient_descent", learning_rate=0.1)
    extreme = typed(text, start=(0.5, 0.3), steps=20, runs=(run,))
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        found, surface, heights = critical_points(extreme), surface_of(extreme), heights_of(extreme)
        lens_at(extreme, (1.0, 0.5))
        (result,) = results_of(extreme)
        for key in ("distance", "sharpness", "gap"):
            result.curve(key)
        figures = map_figure(surface, heights, found), relief_figure(surface, heights, found)
    assert all(np.isfinite(figure.data[0].z).any() for figure in figures)
