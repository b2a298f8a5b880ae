"""Figures of whole experiments for notebooks: every point is the run's own, and the legend says what became of it."""

import json

import numpy as np
import pytest

from experiments import Experiment, Run, judge, simulate
from experiments.results.judged_runs import results_of
from experiments.simulation.trajectory import Trajectory
from figures import curves_of, heights_of, map_of, relief_of
from figures.cut_paths import cut_path
from figures.reliefs import LIFT
from figures.run_curves import thinned
from figures.style import PALETTE, THEMES
from figures.windows import APART

CAMEL = Experiment(
    landscape="three_hump_camel",
    start=(-1.9, -1.5),
    steps=150,
    runs=(
        Run(optimizer="gradient_descent", learning_rate=0.05, color=3),
        Run(optimizer="adam", learning_rate=0.3),
    ),
)
TOO_FAST = Experiment(
    landscape="ill_conditioned_quadratic",
    start=(-4.0, 1.5),
    steps=120,
    runs=(
        Run(optimizer="gradient_descent", learning_rate=0.05),
        Run(optimizer="gradient_descent", learning_rate=0.21),
    ),
)
BREAKS = Experiment(
    landscape="formula",
    formula="log(x) + y^2",
    start=(0.5, 0.5),
    view=((-1.0, 2.0), (-1.0, 1.0)),
    steps=40,
    runs=(Run(optimizer="gradient_descent", learning_rate=0.2, name="over <b>the edge"),),
)
SIX = Experiment(
    landscape="himmelblau",
    start=(0.0, 0.0),
    steps=60,
    repeats=20,
    spread=0.5,
    runs=tuple(
        Run(optimizer=key, learning_rate=0.01)
        for key in ("gradient_descent", "momentum", "nesterov", "adam", "rmsprop", "lion")
    ),
)
FIGURES = {"map": map_of, "relief": relief_of, "curves": curves_of}


def paths(figure):
    """Return the traces that stand for runs in the legend."""
    return [trace for trace in figure.data if trace.legendgroup and trace.showlegend]


def named(figure, name):
    return next((trace for trace in figure.data if trace.name == name), None)


def check_path(trace, trajectory, window):
    """Assert that whole steps are the trajectory's iterates, all of those in the window, and the rest on its edge."""
    steps = np.asarray(trace.customdata, float)[:, 0]
    drawn = np.stack([np.asarray(trace.x, float), np.asarray(trace.y, float)], axis=-1)
    whole = steps == np.floor(steps)
    np.testing.assert_array_equal(drawn[whole], trajectory.points[steps[whole].astype(int)])
    told = np.asarray(trace.customdata, float)[whole, 1]
    np.testing.assert_array_equal(told, trajectory.losses[steps[whole].astype(int)])
    low, high = np.array(window).T
    points = trajectory.points[: trajectory.last_finite + 1]
    inside = np.flatnonzero(((points >= low) & (points <= high)).all(axis=1))
    np.testing.assert_array_equal(steps[whole], inside)
    return drawn[~whole & np.isfinite(steps)]


@pytest.mark.parametrize("experiment", [CAMEL, TOO_FAST, BREAKS, SIX], ids=["camel", "too fast", "breaks", "six"])
def test_the_points_on_the_map_are_the_trajectories(experiment):
    figure = map_of(experiment)
    runs = paths(figure)
    assert len(runs) == len(experiment.runs)
    (x0, x1), (y0, y1) = experiment.window
    for trace, trajectory in zip(runs, simulate(experiment), strict=True):
        for x, y in check_path(trace, trajectory, experiment.window):
            assert min(abs(x - x0), abs(x - x1), abs(y - y0), abs(y - y1)) == 0
    start = named(figure, "Start")
    assert (start.x[0], start.y[0]) == experiment.start


def test_the_legend_says_name_rate_and_verdict_in_the_colour_of_the_run():
    for make in FIGURES.values():
        first, second = paths(make(CAMEL))
        assert first.name == "Gradient descent, rate 0.05: local minimum"
        assert second.name == "Adam, rate 0.3: global minimum"
        assert first.line.color == PALETTE["light"][3] and second.line.color == PALETTE["light"][1]


def test_a_diamond_stands_where_a_run_converged():
    results = results_of(CAMEL)
    diamonds = named(map_of(CAMEL), "Converged")
    on_curves = named(curves_of(CAMEL, curve="gradient"), "Converged")
    for place, result in enumerate(results):
        step = result.verdict.step
        assert (diamonds.x[place], diamonds.y[place]) == tuple(result.trajectory.points[step])
        assert diamonds.customdata[place] == on_curves.x[place] == step
        assert on_curves.y[place] == result.curve("gradient")[step]
    assert named(map_of(TOO_FAST), "Global minimum") is not None


def test_a_run_that_diverges_is_cut_at_the_window_and_says_so():
    figure = map_of(TOO_FAST)
    _, wild = paths(figure)
    assert "diverged at step" in wild.name
    end = named(figure, "Rate 0.21: its end")
    _, (y0, y1) = TOO_FAST.window
    assert end.text[1].strip() == "diverged at step 3"
    assert end.marker.symbol[1] == "arrow" and end.marker.angleref == "previous"
    assert min(abs(end.y[1] - y0), abs(end.y[1] - y1)) == 0
    assert np.nanmax(np.abs(np.asarray(wild.y, float))) <= max(abs(y0), abs(y1))


def test_a_run_ends_where_its_numbers_end():
    (trajectory,) = simulate(BREAKS)
    assert trajectory.last_finite < BREAKS.steps
    for make in FIGURES.values():
        figure = make(BREAKS)
        (trace,) = paths(figure)
        assert trace.name.startswith("over &lt;b&gt;the edge, ")  # nothing that was typed is carried out
        assert "not finite" in trace.name
        strict(figure)
    end = named(map_of(BREAKS), "over &lt;b&gt;the edge: its end")
    assert end.text[1].strip() == f"no number after step {trajectory.last_finite}"
    (line,) = paths(curves_of(BREAKS, log=False))
    assert np.isfinite(np.asarray(line.y, float)).sum() == trajectory.last_finite + 1


def test_the_relief_has_the_start_and_the_diamonds_too():
    figure = relief_of(CAMEL)
    (result, *_) = [result for result in results_of(CAMEL) if result.verdict.outcome.at_minimum]
    diamonds, start = named(figure, "Converged"), named(figure, "Start")
    assert (diamonds.x[0], diamonds.y[0]) == tuple(result.trajectory.points[result.verdict.step])
    assert (start.x[0], start.y[0]) == CAMEL.start


def test_both_axes_have_one_scale_but_where_a_window_is_a_strip():
    figure = map_of(CAMEL)
    assert figure.layout.yaxis.scaleanchor == "x" and figure.layout.yaxis.scaleratio == 1
    assert figure.layout.xaxis.constrain == figure.layout.yaxis.constrain == "domain"
    assert tuple(figure.layout.xaxis.range) == tuple(CAMEL.window[0])
    sides = relief_of(CAMEL.replace(view=((-2.0, 2.0), (-1.0, 1.0)))).layout.scene.aspectratio
    assert sides.x == 2 * sides.y
    strip = map_of(CAMEL.replace(view=((-2.0, 2.0), (-0.2, 0.2))))
    assert strip.layout.yaxis.scaleanchor is None
    assert [note.text for note in strip.layout.annotations] == [APART]
    assert not map_of(CAMEL.replace(view=((-2.0, 2.0), (-0.25, 0.25)))).layout.annotations  # eight times, not more


def test_a_path_on_the_relief_is_as_high_as_its_losses_are_drawn():
    heights = heights_of(CAMEL)
    figure = relief_of(CAMEL)
    ground = np.asarray(named(figure, "Surface").z, float)
    lift = LIFT * np.ptp(ground)
    for trace, trajectory in zip(paths(figure), simulate(CAMEL), strict=True):
        check_path(trace, trajectory, CAMEL.window)
        steps = np.asarray(trace.customdata, float)[:, 0]
        whole = steps == np.floor(steps)
        assert not whole.all()  # between far iterates it follows the ground
        raised = np.asarray(trace.z, float)[whole] - heights.of(trajectory.losses[steps[whole].astype(int)])
        np.testing.assert_allclose(raised, lift, rtol=0.1)


def test_a_run_that_is_elsewhere_at_the_end_says_at_which_step_it_left():
    (alone,) = simulate(AWAY := CAMEL.replace(view=((-2.0, -1.6), (-2.0, -1.0)), runs=CAMEL.runs[:1]))
    first = int(np.flatnonzero(alone.points[:, 0] > -1.6)[0])
    end = named(map_of(AWAY), "Gradient descent: its end")
    assert end.text[1].strip() == f"leaves the view at step {first}"


def strict(figure):
    """Return a figure as JSON has it, in which there is no number that JSON does not have."""

    def refuse(constant):
        raise AssertionError(constant)

    return json.loads(figure.to_json(), parse_constant=refuse)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize("runs", [(), SIX.runs], ids=["none", "six"])
def test_any_number_of_runs_is_drawn_in_both_themes(kind, theme, runs):
    figure = FIGURES[kind](SIX.replace(runs=runs), theme=theme)
    assert [trace.line.color for trace in paths(figure)] == list(PALETTE[theme][: len(runs)])
    assert figure.layout.title.text == "Himmelblau"
    strict(figure)


def test_long_curves_keep_their_extremes_and_their_gaps():
    rng = np.random.default_rng(0)
    values = rng.normal(size=20_001)
    values[[7, 19_990]] = [50.0, -50.0]
    values[5_000:5_100] = np.nan
    steps = thinned(values, [123])
    assert len(steps) < 4_000 and {0, 7, 123, 19_990, 20_000} <= set(steps.tolist())
    assert np.isnan(values[steps]).any()
    for begin in range(0, 20_001, 23):
        part = values[begin : begin + 23]
        if np.isfinite(part).any():
            drawn = values[steps[(steps >= begin) & (steps < begin + 23)]]
            assert np.nanmax(drawn) == np.nanmax(part) and np.nanmin(drawn) == np.nanmin(part)


def test_twenty_thousand_steps_are_drawn():
    long = CAMEL.replace(steps=20_000, noise=0.3, runs=CAMEL.runs[:1])
    (trajectory,) = simulate(long)
    (trace,) = paths(map_of(long))
    check_path(trace, trajectory, long.window)
    (line,) = paths(curves_of(long, curve="gradient"))
    assert len(line.x) < 4_000
    norms = np.hypot(*trajectory.gradients.T)
    np.testing.assert_allclose(line.y, norms[np.asarray(line.x)])
    assert max(line.y) == pytest.approx(norms.max())


def test_what_was_made_before_is_drawn_as_it_was_made():
    trajectories = simulate(CAMEL)
    verdicts = [judge(CAMEL, trajectory) for trajectory in trajectories]
    swapped = map_of(CAMEL, trajectories, verdicts[::-1])
    assert [trace.name.split(": ")[1] for trace in paths(swapped)] == ["global minimum", "local minimum"]
    (alone,) = paths(map_of(CAMEL, trajectories[1:]))
    assert alone.name.startswith("Adam")
    stranger = Trajectory(
        **{
            name: getattr(trajectories[0], name)
            for name in vars(trajectories[0])
            if name in {"points", "losses", "gradients", "updates", "learning_rates", "states", "costs"}
        },
        run=7,
    )
    for given, why in (
        (((), verdicts), "verdicts: 2 are not allowed; give one for each of 0 trajectories"),
        ((None, verdicts), "verdicts: give the trajectories that they are of, too"),
        (((stranger,), verdicts[:1]), "trajectories: one of run 7 is not allowed; there are 2 runs"),
    ):
        with pytest.raises(ValueError, match=why):
            map_of(CAMEL, *given)
    with pytest.raises(ValueError, match="theme: 'sepia' is not allowed; give one of light, dark"):
        relief_of(CAMEL, theme="sepia")
    with pytest.raises(ValueError, match="curve: 'speed' is not allowed; give one of loss, gap"):
        curves_of(CAMEL, curve="speed")


def test_the_loss_is_drawn_above_the_lowest_known_value_on_a_logarithmic_axis():
    figure = curves_of(CAMEL)
    assert figure.layout.yaxis.type == "log" and figure.layout.yaxis.title.text == "Loss above the minimum"
    plain = curves_of(CAMEL, log=False)
    assert plain.layout.yaxis.type == "linear" and plain.layout.yaxis.title.text == "Loss"
    np.testing.assert_array_equal(paths(plain)[0].y, simulate(CAMEL)[0].losses)


def test_a_run_that_diverges_does_not_flatten_the_others():
    figure = curves_of(TOO_FAST, log=False)
    slow, wild = simulate(TOO_FAST)
    assert figure.layout.yaxis.range[1] < 4 * slow.losses[0] < np.nanmax(wild.losses)


def test_a_path_that_leaves_and_comes_back_has_a_gap():
    path = cut_path(np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 5.0], [0.0, 0.5]]), ((-1.0, 1.0), (-1.0, 1.0)))
    np.testing.assert_allclose(path.points, np.array([[0, 0], [1, 0], [np.nan, np.nan], [2 / 9, 1], [0, 0.5]]))
    np.testing.assert_allclose(path.steps, [0, 0.5, np.nan, 2 + 8 / 9, 3])
    assert path.leaves == (1,) and not path.is_out
    through = cut_path(np.array([[-3.0, 0.0], [3.0, 0.0]]), ((-1.0, 1.0), (-1.0, 1.0)))
    np.testing.assert_allclose(through.points, [[-1, 0], [1, 0]])
    far = cut_path(np.array([[0.0, 0.0], [1e308, -1e308], [-1e308, 1e308]]), ((-1.0, 1.0), (-1.0, 1.0)))
    assert np.nanmax(np.abs(far.points)) <= 1 and far.is_out
