"""Figures, judged by their data: what is drawn is where it is, and what is no number is not drawn."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from experiments import Experiment, Run, critical_points
from experiments.objective.heights import surface_of
from experiments.results.curves import CURVES, had_by
from experiments.results.judged_runs import results_of
from figures import Heights, add_paths, curve_figure, heights_for, map_figure, relief_figure
from figures.heights import crowding, heights_of, suitable
from figures.style import MARKS, PALETTE, THEMES
from landscapes import LANDSCAPES

ROOT = Path(__file__).parent.parent
BROKEN = Experiment(
    landscape="himmelblau",
    start=(4.0, 4.0),
    steps=30,
    runs=(
        Run(optimizer="adam", learning_rate=0.3),
        Run(optimizer="gradient_descent", learning_rate=1000.0),
        Run(optimizer="newton", learning_rate=1.0),
    ),
)


def drawn(key, kind=None, view=None):
    experiment = Experiment(landscape=key, view=view)
    surface, critical = surface_of(experiment), critical_points(experiment)
    return surface, critical, heights_for(surface, kind or LANDSCAPES[key].scale, critical.lowest)


def trace(figure, name):
    found = [t for t in figure.data if t.name == name]
    return found[0] if found else None


def numbers(figure):
    """Every number of every trace."""
    for t in figure.data:
        for axis in ("x", "y", "z"):
            if getattr(t, axis, None) is not None:
                yield np.asarray(getattr(t, axis), dtype=float)


@pytest.mark.parametrize("key", LANDSCAPES)
def test_the_map_has_the_minima_where_they_are(key):
    surface, critical, heights = drawn(key)
    figure = map_figure(surface, heights, critical)
    for name, points in (
        ("Global minimum", critical.global_minima),
        ("Local minimum", [p.point for p in critical.all_minima if not (p.is_global or p.boundary)]),
        ("Minimum at the domain's edge", [p.point for p in critical.all_minima if p.boundary and not p.is_global]),
        ("Saddle point", critical.saddles),
    ):
        mark = trace(figure, name)
        assert (mark is None) == (len(points) == 0)
        if mark is not None:
            shown = np.stack([np.asarray(mark.x, float), np.asarray(mark.y, float)], -1)
            np.testing.assert_array_equal(shown, points[: len(shown)])
            assert len(shown) == min(len(points), 400)
            assert len(mark.text) == len(mark.customdata) == len(shown)
    if len(critical.global_minima):
        lowest = float(trace(figure, "Global minimum").customdata[0].replace("−", "-"))
        assert lowest == pytest.approx(critical.lowest, rel=1e-3, abs=1e-12)


@pytest.mark.parametrize("key", LANDSCAPES)
def test_the_map_and_the_relief_hold_the_surface(key):
    surface, critical, heights = drawn(key)
    flat, raised = map_figure(surface, heights, critical), relief_figure(surface, heights, critical)
    (x0, x1), (y0, y1) = LANDSCAPES[key].view
    assert tuple(flat.layout.xaxis.range) == tuple(raised.layout.scene.xaxis.range) == (x0, x1)
    assert tuple(flat.layout.yaxis.range) == tuple(raised.layout.scene.yaxis.range) == (y0, y1)
    contour, relief = trace(flat, "Surface"), trace(raised, "Surface")
    z = np.asarray(contour.z, float)
    assert z.shape == (len(contour.y), len(contour.x)) == surface.z.shape
    row, column = 17, 140
    value = float(LANDSCAPES[key].value((contour.x[column], contour.y[row])))
    assert z[row, column] == pytest.approx(float(heights.of(value)), rel=1e-5, abs=1e-5)
    np.testing.assert_array_equal(np.asarray(relief.z, float), z[::2, ::2])
    rounding = 1e-6 * np.nanmax(np.abs(z))
    assert contour.zmin <= np.nanmin(z) + rounding and contour.zmax >= np.nanmax(z) - rounding
    assert contour.zmin < contour.zmax and contour.contours.size > 0
    for values in (*numbers(flat), *numbers(raised)):
        assert not np.isinf(values).any()
    peaks = trace(raised, "Global minimum")
    if peaks is not None:
        np.testing.assert_allclose(np.asarray(peaks.z, float), heights.of([critical.lowest] * len(peaks.z)), atol=1e-9)


def test_marks_out_of_view_are_not_raised_beside_the_relief():
    surface, critical, heights = drawn("rosenbrock", view=((-2.0, 0.0), (0.0, 2.0)))
    assert trace(relief_figure(surface, heights, critical), "Global minimum") is None


@pytest.mark.parametrize("key", LANDSCAPES)
def test_drawn_heights_rise_with_the_value(key):
    for kind in ("linear", "log", "rank"):
        check_that_heights_rise(key, kind)


def check_that_heights_rise(key, kind):
    surface, critical, heights = drawn(key, kind)
    values = np.unique(surface.z[np.isfinite(surface.z)])
    below = values[0] - np.array([1.0, 1e-3]) * surface.spread
    found = heights.of(np.concatenate([below, values, [np.inf, -np.inf, np.nan]]))
    assert (np.diff(found[: len(values) + 2]) >= 0).all()
    apart = found[2 : len(values) + 2][np.unique(np.round(values / surface.spread, 4), return_index=True)[1]]
    assert (np.diff(apart) > 0).all()
    assert np.isfinite(found[:-3]).all() and not np.isfinite(found[-3:]).any()
    if kind == "log" and critical.lowest is not None:
        assert heights.of(critical.lowest) == pytest.approx(0, abs=1e-6)
    if kind == "linear":
        np.testing.assert_array_equal(heights.of(values), values)


@pytest.mark.parametrize("offset", (1e5, 1e9, -1e12, 1e14))
def test_a_bowl_far_above_or_below_0_has_the_picture_of_one_at_0(offset):
    """In the four bytes that a browser gets for each height."""
    window = ((-5.0, 5.0), (-5.0, 5.0))
    plain, far = (
        Experiment(landscape="formula", formula=f"x^2+3*y^2+{height}", view=window) for height in (0, f"{offset:.0f}")
    )
    pictures = [
        np.asarray(trace(map_figure(surface_of(e), heights_of(e), critical_points(e)), "Surface").z, float)
        for e in (plain, far)
    ]
    assert np.abs(pictures[1] - pictures[1].min() - pictures[0]).max() < 0.1


def test_the_logarithm_goes_on_below_the_lowest_without_a_step():
    heights = Heights(kind="log", lowest=2.0, unit=0.5)
    assert heights.of(2.0) == 0 and heights.of(2.5) == pytest.approx(np.log10(2))
    slopes = np.diff(heights.of(2.0 + np.array([-1e-6, 0, 1e-6]))) / 1e-6
    assert slopes[0] == pytest.approx(slopes[1], rel=1e-5)


def test_paths_end_where_numbers_end():
    results = results_of(BROKEN)
    surface, critical, heights = drawn("himmelblau")
    figure = add_paths(map_figure(surface, heights, critical), results, ["one", "two", "three"])
    for place, (name, result) in enumerate(zip(("one", "two", "three"), results, strict=True)):
        path, run = trace(figure, name), result.trajectory
        assert len(path.x) == len(path.y) == len(path.text) == run.last_finite + 1
        np.testing.assert_array_equal(path.x, run.points[: run.last_finite + 1, 0])
        np.testing.assert_array_equal(path.y, run.points[: run.last_finite + 1, 1])
        assert path.text[0].startswith("step 0<br>loss ") and "not finite" not in "".join(path.text)
        assert path.line.color == PALETTE["light"][place]
    assert len(trace(figure, "two").x) < 31
    for values in numbers(figure):
        assert not np.isinf(values).any()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("curve", had_by(()))
@pytest.mark.parametrize("log", (False, True))
def test_every_curve_is_the_runs_own(curve, log, theme):
    results = results_of(BROKEN)
    figure = curve_figure(results, ["a", "b", "c"], curve, log=log, theme=theme)
    assert [t.name for t in figure.data] == ["a", "b", "c"]
    assert figure.layout.yaxis.type == ("log" if log else "linear")
    assert figure.layout.yaxis.title.text == CURVES[curve].name and figure.layout.xaxis.title.text == "step"
    for place, (line, result) in enumerate(zip(figure.data, results, strict=True)):
        expected = result.curve(curve)
        assert len(line.x) == len(line.y) == len(expected) == (30 if curve in ("step", "rate") else 31)
        shown = np.asarray(line.y, float)
        finite = np.isfinite(expected)
        np.testing.assert_array_equal(shown[finite], expected[finite])
        assert np.isnan(shown[~finite]).all() and not line.connectgaps
        assert line.line.color == PALETTE[theme][place]
    assert '"NaN"' not in figure.to_json() and "Infinity" not in figure.to_json()


def test_curves_mean_what_they_say():
    first, _, _ = results_of(BROKEN)
    run = first.trajectory
    np.testing.assert_array_equal(first.curve("loss"), run.losses)
    np.testing.assert_allclose(first.curve("gap"), run.losses)  # Himmelblau's lowest is 0
    np.testing.assert_allclose(first.curve("gradient"), np.linalg.norm(run.gradients, axis=1))
    np.testing.assert_allclose(first.curve("step"), np.linalg.norm(np.diff(run.points, axis=0), axis=1), atol=1e-12)
    minima = LANDSCAPES["himmelblau"].global_minima
    nearest = np.linalg.norm(run.points[:, None] - minima[None], axis=-1).min(axis=1)
    np.testing.assert_allclose(first.curve("distance"), nearest, atol=1e-8)
    np.testing.assert_array_equal(first.curve("rate"), np.full(30, 0.3))


def test_a_surface_without_a_minimum_has_no_gap():
    (result,) = results_of(Experiment(landscape="saddle", steps=5, runs=(Run(optimizer="adam", learning_rate=0.1),)))
    assert np.isnan(result.curve("gap")).all() and np.isnan(result.curve("distance")).all()


def test_an_unknown_curve_is_refused():
    with pytest.raises(ValueError, match="curve: 'speed' is not allowed; give one of loss, gap"):
        curve_figure((), (), "speed")


def test_six_colours_and_six_marks_can_be_told_apart():
    for theme in THEMES:
        assert len(set(PALETTE[theme])) == 6
    assert len({mark["symbol"] for mark in MARKS.values()}) == len(MARKS)


def test_a_notebook_needs_no_server():
    program = """
import sys
from experiments import Experiment, Run, critical_points
from experiments.results.judged_runs import results_of
from experiments.objective.heights import surface_of
from figures import add_paths, curve_figure, heights_for, map_figure, relief_figure
e = Experiment(landscape="sphere", steps=5, runs=(Run(optimizer="gradient_descent", learning_rate=0.1),))
s, c = surface_of(e), critical_points(e)
h = heights_for(s, "linear", c.lowest)
add_paths(map_figure(s, h, c), results_of(e), ["one"]).to_json()
relief_figure(s, h, c).to_json()
curve_figure(results_of(e), ["one"]).to_json()
assert "streamlit" not in sys.modules and "ui" not in sys.modules
print("drawn")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout == "drawn\n", done.stderr


def test_figures_are_plotlys_own():
    surface, critical, heights = drawn("sphere")
    assert all(
        isinstance(figure, go.Figure)
        for figure in (
            map_figure(surface, heights, critical, "dark"),
            relief_figure(surface, heights, critical, "dark"),
        )
    )


PLAINS = {"easom", "de_jong_5", "michalewicz"}  # flat nearly everywhere: a colour scale that hid that would mislead


@pytest.mark.parametrize("key", LANDSCAPES)
def test_no_surface_is_one_flat_colour(key):
    surface, _, heights = drawn(key)
    assert crowding(surface, heights) < (0.95 if key in PLAINS else 0.5)


def test_every_colour_of_the_rank_scale_covers_the_same_area():
    surface, _, heights = drawn("goldstein_price", "rank")
    counts, _ = np.histogram(heights.of(surface.z), bins=10, range=(0, 1))
    np.testing.assert_allclose(counts / surface.z.size, 0.1, atol=0.01)


def test_a_plain_is_drawn_in_any_scale():
    surface = surface_of(Experiment(landscape="formula", formula="5"))
    for kind in ("linear", "log", "rank", suitable(surface, None)):
        drawn_heights = heights_for(surface, kind, None).of(surface.z)
        assert np.ptp(drawn_heights) == 0
        assert np.isfinite(drawn_heights).all()


def test_a_typed_surface_gets_a_scale_that_shows_it():
    def kind(text):
        return heights_of(Experiment(landscape="formula", formula=text)).kind

    assert kind("(1-x)^2 + 100(y-x^2)^2") == "log"
    assert kind("x^2 + y^2") == kind("sin(x)*cos(y)") == kind("-exp(-(x^2+y^2))") == "linear"
    assert heights_of(Experiment(landscape="rosenbrock", scale="rank")).kind == "rank"
