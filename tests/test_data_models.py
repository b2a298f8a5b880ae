"""Losses on data against values that come from elsewhere (facts/data.json) and against forms written a second time."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy_data import on_classes, on_line, on_neuron, on_sigmoid, rows_of
from scipy.optimize import minimize

from experiments import Experiment, Run, critical_points, judge, landscape_of, simulate
from experiments.objective.objective import objective_of
from experiments.setup.points import points_of
from experiments.setup.run import Wrapper
from experiments.verdict.outcome import Outcome
from landscapes import LANDSCAPES
from landscapes.data.sample import packed, unpacked

FACTS: Any = json.loads((Path(__file__).parent / "facts" / "data.json").read_text())
LINE = list(zip(FACTS["line"]["x"], FACTS["line"]["y"], strict=True))
OUTLIERS = list(zip(FACTS["line"]["x"], FACTS["outliers"]["y"], strict=True))
LOGISTIC = [(*x, y) for x, y in zip(FACTS["logistic"]["X"], FACTS["logistic"]["y"], strict=True)]
SEPARABLE = [(*x, y) for x, y in zip(FACTS["separable"]["X"], FACTS["separable"]["y"], strict=True)]
MODELS = [key for key, unit in LANDSCAPES.items() if unit.model is not None]
FORMS = {
    "line_fit": lambda rows, settings: on_line(rows, settings["loss"], settings["delta"]),
    "logistic_1d": lambda rows, settings: on_classes(rows),
    "logistic_2d": lambda rows, settings: on_classes(rows, settings["intercept"]),
    "neuron": lambda rows, settings: on_neuron(rows),
    "sigmoid_squared": lambda rows, settings: on_sigmoid(rows),
}


ADAM = Run(optimizer="adam", learning_rate=0.1)


def descent(rate, **fields):
    return Run(optimizer="gradient_descent", learning_rate=rate, **fields)


def minimum(experiment):
    """The one global minimum."""
    (place,) = critical_points(experiment).global_minima
    return place


def model_of(key):
    found = LANDSCAPES[key].model
    assert found is not None
    return found


def drawn(draw, most=200):
    """An experiment on rows that a seed, sizes and outliers draw."""
    key = draw(st.sampled_from(MODELS))
    values = {
        "data_set": draw(st.sampled_from(model_of(key).sets)),
        "samples": draw(st.integers(8, most)),
        "data_noise": draw(st.floats(0.05, 1)),
        "data_seed": draw(st.integers(0, 9999)),
        "outliers": draw(st.integers(0, 3)),
    }
    if key == "line_fit":
        values["loss"] = draw(st.sampled_from(["squared", "huber", "absolute"]))
        values["delta"] = draw(st.floats(0.1, 10))
    if key == "logistic_2d":
        values["intercept"] = draw(st.floats(-3, 3))
    l2, l1 = (draw(st.sampled_from([0.0, 0.0, 0.02, 0.3])) for _ in range(2))
    return Experiment(landscape=key, landscape_parameters=values, l2=l2, l1=l1)


def height_of(experiment):
    """The loss with its penalties, f(x, y), by the second forms."""
    values, (on_x, on_y) = experiment.landscape_parameters, model_of(experiment.landscape).penalised
    plain = FORMS[experiment.landscape](rows_of(values), values)

    def height(x, y):
        weights = [w for w, acts in ((x, on_x), (y, on_y)) if acts]
        return plain(x, y) + sum(experiment.l2 * w**2 + experiment.l1 * np.abs(w) for w in weights)

    return height


drawn_experiments = st.composite(drawn)()
few_rows = st.composite(drawn)(most=40)


@settings(max_examples=60, deadline=None)
@given(drawn_experiments)
def test_value_equals_the_second_form(experiment):
    (x0, x1), (y0, y1) = experiment.window
    points = np.random.default_rng(1).uniform((x0, y0), (x1, y1), (40, 2))
    expected = height_of(experiment)(*points.T)
    np.testing.assert_allclose(objective_of(experiment).values(points), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("key", MODELS)
def test_a_landscape_by_itself_has_the_rows_of_its_settings(key):
    sets = model_of(key).sets
    values = {"data_set": sets[-1], "samples": 30, "data_noise": 0.2, "data_seed": 5, "outliers": 2}
    experiment = Experiment(landscape=key, landscape_parameters=values)
    points = np.random.default_rng(3).uniform(-2, 2, (7, 2))
    expected = FORMS[key](rows_of(experiment.landscape_parameters), experiment.landscape_parameters)(*points.T)
    for unit, given_ in ((LANDSCAPES[key], values), (landscape_of(experiment), {})):
        np.testing.assert_allclose(unit.value(points, **given_), expected, rtol=1e-12, atol=1e-14)


@settings(max_examples=40, deadline=None)
@given(drawn_experiments)
def test_gradient_and_hessian_equal_finite_differences(experiment):
    objective = objective_of(experiment)
    (x0, x1), (y0, y1) = experiment.window
    points = np.random.default_rng(2).uniform((x0, y0), (x1, y1), (10, 2))
    if experiment.landscape_parameters.get("loss", "squared") != "squared":
        return  # kinks of single rows are anywhere; their values and gradients are compared above and below
    step = 1e-5
    _, slopes, bends = objective.derivatives(points)
    for axis in (0, 1):
        ahead, behind = (objective.derivatives(points + s * step * np.eye(2)[axis]) for s in (1, -1))
        np.testing.assert_allclose(slopes[:, axis], (ahead[0] - behind[0]) / (2 * step), rtol=1e-5, atol=1e-8)
        np.testing.assert_allclose(bends[:, axis], (ahead[1] - behind[1]) / (2 * step), rtol=1e-5, atol=1e-8)


@settings(max_examples=200, deadline=None)
@given(few_rows)
def test_what_is_known_of_a_loss_is_what_a_search_finds(experiment):
    """For 200 random sets: the lowest value is SciPy's, and "global" is said of those minima that have it."""
    landscape = landscape_of(experiment)
    if not landscape.complete:
        hard = experiment.landscape == "sigmoid_squared" or (experiment.landscape == "neuron" and experiment.l1)
        assert hard or experiment.landscape_parameters["loss"] != "squared"
        return  # a search like that of any other surface: tests/test_critical.py
    height = height_of(experiment)
    starts = [(0.3, -0.2), *(np.add(place, 0.01) for place in landscape.minima[:1])]
    found = min(minimize(lambda p: float(height(*p)), start, method="BFGS").fun for start in starts)
    if landscape.lowest is None:
        assert landscape.infimum is None or found >= landscape.infimum - 1e-12
        return
    assert landscape.lowest <= found + 1e-9 * max(1.0, found)
    for place in landscape.minima:
        assert float(height(*place)) == pytest.approx(landscape.lowest, rel=1e-9, abs=1e-12)
    run = descent(1e-3)
    (path,) = simulate(experiment.replace(start=landscape.minima[0], steps=30, runs=(run,)))
    verdict = judge(experiment.replace(start=landscape.minima[0], steps=30, runs=(run,)), path)
    if not landscape.kinks:  # at whose crease descent jumps to and fro
        assert verdict.outcome is Outcome.GLOBAL_MINIMUM


def test_least_squares_and_the_iterates_of_descent():
    facts = FACTS["line"]
    experiment = Experiment(
        landscape="line_fit", data=LINE, start=facts["gd"]["start"], steps=100, runs=(descent(0.3),)
    )
    np.testing.assert_allclose(minimum(experiment), facts["ols"], rtol=0, atol=1e-12)
    assert critical_points(experiment).lowest == pytest.approx(facts["mse"], abs=1e-14)
    np.testing.assert_allclose(
        objective_of(experiment).derivatives(np.zeros((1, 2)))[2][0], facts["hessian"], atol=1e-13
    )
    (path,) = simulate(experiment)
    for step, place in facts["gd"]["iterates"].items():
        np.testing.assert_allclose(path.points[int(step)], place, rtol=0, atol=1e-12)
    verdict = judge(experiment, path)
    assert verdict.outcome is Outcome.GLOBAL_MINIMUM
    assert verdict.minimum == pytest.approx(facts["ols"], abs=1e-12)


@pytest.mark.parametrize(("l2", "known"), FACTS["ridge_line"]["by_l2"].items())
def test_ridge_leaves_the_intercept_free(l2, known):
    experiment = Experiment(landscape="line_fit", data=LINE, l2=float(l2), steps=2_000, runs=(descent(0.04),))
    np.testing.assert_allclose(minimum(experiment), known["free"], rtol=0, atol=1e-12)
    (path,) = simulate(experiment)
    np.testing.assert_allclose(path.points[-1], known["free"], rtol=0, atol=1e-8)


@pytest.mark.parametrize("facts", FACTS["anscombe"])
def test_anscombes_four(facts):
    rows = list(zip(facts["x"], facts["y"], strict=True))
    place = FACTS["anscombe"].index(facts) + 1
    for experiment in (
        Experiment(landscape="line_fit", data=rows),
        Experiment(landscape="line_fit", landscape_parameters={"data_set": f"anscombe_{place}"}),
    ):
        np.testing.assert_allclose(minimum(experiment), facts["slope_intercept"], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("settings_", "known", "within"),
    [({}, "ols_dirty", 1e-12), ({"clean": "on"}, "ols_cleaned", 1e-12), ({"loss": "huber"}, "huber_delta_1", 1e-7)],
)
def test_outliers_pull_a_line_away_and_what_holds_it(settings_, known, within):
    experiment = Experiment(landscape="line_fit", data=OUTLIERS, landscape_parameters=settings_)
    np.testing.assert_allclose(minimum(experiment), FACTS["outliers"][known], rtol=0, atol=within)
    assert points_of(experiment).cleaned == (tuple(FACTS["outliers"]["moved"]) if settings_.get("clean") else ())


def test_rows_that_are_flagged_do_not_count():
    experiment = Experiment(landscape="line_fit", data=OUTLIERS, flagged=FACTS["outliers"]["moved"])
    np.testing.assert_allclose(minimum(experiment), FACTS["outliers"]["ols_cleaned"], rtol=0, atol=1e-12)


def test_the_line_of_least_absolute_residuals_is_that_of_linear_programming():
    """It is the optimum of a linear program, whose dual says so: |sum of signs x| balance at the two rows on it."""
    experiment = Experiment(landscape="line_fit", data=OUTLIERS, landscape_parameters={"loss": "absolute"})
    slope, intercept = minimum(experiment)
    x, y = np.array(OUTLIERS).T
    r = slope * x + intercept - y
    on_it = np.flatnonzero(np.abs(r) < 1e-12)
    assert len(on_it) == 2
    others = np.delete(np.arange(len(x)), on_it)
    pull = np.array([np.sign(r[others]) @ x[others], np.sign(r[others]).sum()])
    duals = np.linalg.solve(np.array([x[on_it], np.ones(2)]), -pull)
    assert np.abs(duals).max() <= 1


def test_logistic_regression_with_its_intercept_as_a_setting():
    facts = FACTS["logistic"]
    for l2, known in ((0.0, facts), *((float(l2), known) for l2, known in facts["l2"].items())):
        *weights, intercept = known["w"]
        settings_ = {"intercept": intercept}
        experiment = Experiment(landscape="logistic_2d", data=LOGISTIC, l2=l2, landscape_parameters=settings_)
        np.testing.assert_allclose(minimum(experiment), weights, rtol=0, atol=1e-8)
        loss = objective_of(experiment.replace(l2=0.0)).values(minimum(experiment)[None])[0]
        assert loss == pytest.approx(known["log_loss"], abs=1e-9)


def test_where_classes_can_be_parted_there_is_no_minimum_and_the_verdict_says_so():
    runs = (descent(1.0), Run(optimizer="adam", learning_rate=0.5), Run(optimizer="newton", learning_rate=1.0))
    experiment = Experiment(landscape="logistic_2d", data=SEPARABLE, start=(-1.0, 1.0), steps=20_000, runs=runs)
    assert critical_points(experiment).lowest is None and not len(critical_points(experiment).points)
    paths = simulate(experiment)
    for path in paths:
        verdict = judge(experiment, path)
        assert "MINIMUM" not in verdict.outcome.name
        assert "no minimum" in verdict.detail and "towards 0" in verdict.detail
    far = np.hypot(*paths[0].points[[10, 1_000, 20_000]].T)
    assert 2.3 < far[0] < 2.4 and 5 < far[1] < 5.2 and 7 < far[2] < 7.2  # like ln t
    angle = np.arctan2(*paths[0].points[-1][::-1]) - np.pi / 4  # of the widest margin's direction
    assert abs(angle) < 0.05 and paths[0].losses[-1] < 1e-3


def test_padding_changes_nothing_to_the_last_bit():
    experiment = Experiment(landscape="line_fit", data=LINE, steps=50, runs=(descent(0.3),))
    model = model_of("line_fit")
    settings_ = {"loss": "squared", "delta": 1.0}
    rows = np.array(LINE)
    for at in ((0.3, -0.7), (1.39, 0.53), (-2.0, 2.0)):
        values = {
            float(model.mean_loss(*at, unpacked(np.array(packed(rows, size)), 1, size), settings_))
            for size in (64, 256)
        }
        assert len(values) == 1
    more = [*LINE, *((0.1 * k, 0.2) for k in range(30))]
    long = Experiment(
        landscape="line_fit", data=more, flagged=tuple(range(40, 70)), start=(-2.0, 2.0), steps=50, runs=(descent(0.3),)
    )
    np.testing.assert_array_equal(simulate(long)[0].points, simulate(experiment)[0].points)


# Mini-batches


def excess(**fields):
    """The mean loss above the minimum's in the stationary part of 20,000 steps."""
    experiment = Experiment(landscape="line_fit", data=LINE, steps=20_000, runs=(descent(0.1),), **fields)
    return float(np.mean(simulate(experiment)[0].losses[2_000:]) - FACTS["line"]["mse"])


@pytest.mark.parametrize("batch", [1, 4, 16])
def test_the_noise_floor_of_batches_is_that_of_exact_moments(batch):
    exact = FACTS["sgd_line"]["cases"][f"rate 0.1, batch {batch}"]["expected_excess_mse"]
    assert excess(batch=batch, batch_kind="replacement") == pytest.approx(exact, rel=0.12)


@pytest.mark.parametrize("case", FACTS["sgd_line"]["cases"])
def test_the_verdict_tells_the_exact_floor(case):
    _, rate, _, batch = case.replace(",", "").split()
    known = FACTS["sgd_line"]["cases"][case]
    experiment = Experiment(
        landscape="line_fit",
        data=LINE,
        start=FACTS["line"]["ols"],
        steps=4_000,
        batch=int(batch),
        batch_kind="replacement",
        runs=(descent(float(rate)),),
    )
    verdict = judge(experiment, simulate(experiment)[0])
    assert verdict.outcome is Outcome.NOISE_FLOOR
    assert verdict.evidence["expected_variance"] == pytest.approx(np.trace(known["covariance"]), rel=1e-10)
    assert verdict.evidence["expected_height"] == pytest.approx(known["expected_excess_mse"], rel=1e-10)
    assert verdict.evidence["mean_height"] == pytest.approx(known["expected_excess_mse"], rel=0.5)
    assert f"batches of {batch}" in verdict.detail


def test_decks_leave_less_than_rows_drawn_with_replacement():
    one, four = excess(batch=1), excess(batch=4)
    assert one == pytest.approx(0.0081, rel=0.1) and four == pytest.approx(0.0010, rel=0.1)


def test_a_falling_rate_removes_the_floor():
    falling = {"schedule": "inverse_time", "schedule_parameters": {"t0": 20}}
    runs = (descent(0.3), descent(0.3, **falling))
    for kind, least, most in (("deck", 0.0, 5e-6), ("replacement", 1e-6, 1e-4)):
        experiment = Experiment(landscape="line_fit", data=LINE, steps=2_000, batch=4, batch_kind=kind, runs=runs)
        constant, fallen = (path.losses - FACTS["line"]["mse"] for path in simulate(experiment))
        assert constant[1_000:].mean() == pytest.approx({"deck": 0.0072, "replacement": 0.0094}[kind], rel=0.1)
        assert least <= fallen[1_800:].mean() < most


def test_as_many_rows_as_there_are_is_the_run_without_batches_to_the_last_bit():
    plain = Experiment(
        landscape="line_fit", data=LINE, steps=300, runs=(descent(0.3), Run(optimizer="adam", learning_rate=0.1))
    )
    for size in (40, 41, 200):
        for path, other in zip(simulate(plain), simulate(plain.replace(batch=size)), strict=True):
            np.testing.assert_array_equal(path.points, other.points)


def test_all_runs_meet_the_same_batches_and_a_decks_mean_gradient_is_the_full_one():
    runs = (descent(1e-9), Run(optimizer="momentum", learning_rate=1e-9))
    experiment = Experiment(landscape="line_fit", data=LINE, start=(0.4, -0.3), steps=80, batch=8, runs=runs)
    first, second = simulate(experiment)
    np.testing.assert_allclose(first.applied_gradients, second.applied_gradients, atol=1e-5)
    assert np.ptp(first.applied_gradients, axis=0).min() > 0.1
    for deck in range(0, 80, 5):  # 5 batches of 8 are the 40 rows
        mean = first.applied_gradients[deck : deck + 5].mean(axis=0)
        np.testing.assert_allclose(mean, first.gradients[0], rtol=1e-6)


def test_advice_on_the_floor_speaks_of_rate_decay_and_batch():
    experiment = Experiment(landscape="line_fit", data=LINE, steps=600, batch=2, start=(1.4, 0.5), runs=(descent(0.2),))
    verdict = judge(experiment, simulate(experiment)[0])
    assert verdict.outcome is Outcome.NOISE_FLOOR
    changes = [advice.experiment for advice in verdict.advice]
    assert any(change.batch != 2 for change in changes)
    assert any(change.runs[0].schedule != "constant" for change in changes)
    assert any(change.runs[0].learning_rate < 0.2 for change in changes)


# Penalties


@pytest.mark.parametrize("l1", [0.1, 0.5, 1.0, 3.0])
def test_proximal_steps_reach_the_lasso_and_stay_at_exact_zeros(l1):
    """With a centred input the lasso's slope is the soft threshold of least squares."""
    x, y = np.array(LINE).T
    x = (x - x.mean()).round(6)
    rows = list(zip(x, y, strict=True))
    slope = (x @ (y - y.mean())) / (x @ x)
    expected = np.sign(slope) * max(abs(slope) - l1 / 2 / (x @ x / len(x)), 0.0)
    around = (Wrapper(key="proximal_l1"),)
    experiment = Experiment(
        landscape="line_fit", data=rows, l1=l1, steps=3_000, runs=(descent(0.3, wrappers=around), descent(0.3))
    )
    proximal, plain = simulate(experiment)
    assert proximal.points[-1, 0] == pytest.approx(expected, abs=1e-12)
    assert proximal.points[-1, 1] == pytest.approx(y.mean(), abs=1e-6)
    np.testing.assert_allclose(minimum(experiment), proximal.points[-1], atol=1e-6)
    if expected == 0:
        assert (proximal.points[-100:, 0] == 0).all() and not (plain.points[-100:, 0] == 0).any()
        assert judge(experiment, proximal).outcome is Outcome.GLOBAL_MINIMUM


def test_without_l1_the_wrapper_changes_nothing_and_on_a_surface_both_weights_are_drawn():
    around = (Wrapper(key="proximal_l1"),)
    plain = Experiment(landscape="himmelblau", steps=50, runs=(descent(0.01), descent(0.01, wrappers=around)))
    first, second = simulate(plain)
    np.testing.assert_array_equal(first.points, second.points)
    bowl = Experiment(landscape="sphere", start=(1.0, -0.5), l1=0.4, steps=200, runs=(descent(0.1, wrappers=around),))
    assert (simulate(bowl)[0].points[-1] == 0).all()
