"""The lens, against closed forms: curvature at a point, the limits that follow from it, and sharpness along a path."""

from urllib.parse import urlencode

import numpy as np
import pytest

from experiments import Experiment, Run, Wrapper, landscape_of, simulate, surface_query
from experiments.critical.lens import Shape, lens_at, shape_of
from experiments.results.judged_runs import results_of
from experiments.simulation.stability import unit_limit
from figures.packets.lens import lens_answer
from figures.packets.packet import stage_packet
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from tests.packets import read_packet
from tests.said_of_quadratics import stability_limit

BOWL = Experiment(landscape="ill_conditioned_quadratic", landscape_parameters={"condition": 25.0}, steps=60)


def rosenbrock(x, y, a=1.0, b=100.0):
    """Value, gradient and Hessian by hand."""
    value = (a - x) ** 2 + b * (y - x**2) ** 2
    gradient = [-2 * (a - x) - 4 * b * x * (y - x**2), 2 * b * (y - x**2)]
    hessian = [[2 - 4 * b * y + 12 * b * x**2, -4 * b * x], [-4 * b * x, 2 * b]]
    return value, gradient, hessian


@pytest.mark.parametrize("point", [(1.0, 1.0), (-1.2, 1.0), (0.3, -0.7), (0.0, 0.0)])
def test_rosenbrock_under_the_lens_is_rosenbrock_by_hand(point):
    lens = lens_at(Experiment(landscape="rosenbrock"), point)
    value, gradient, hessian = rosenbrock(*point)
    assert lens.value == pytest.approx(value, rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(lens.gradient, gradient, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(lens.hessian, hessian, rtol=1e-12)
    trace, det = np.trace(hessian), hessian[0][0] * hessian[1][1] - hessian[0][1] ** 2
    roots = [trace / 2 - np.sqrt(trace**2 / 4 - det), trace / 2 + np.sqrt(trace**2 / 4 - det)]
    np.testing.assert_allclose(lens.eigenvalues, roots, rtol=1e-9)
    np.testing.assert_allclose(np.asarray(hessian) @ lens.vectors.T, lens.vectors.T * lens.eigenvalues, atol=1e-9)
    np.testing.assert_allclose(lens.vectors @ lens.vectors.T, np.eye(2), atol=1e-12)


def test_at_rosenbrocks_minimum_the_eigenvalues_are_501_plus_minus_the_root_of_250601():
    lens = lens_at(Experiment(landscape="rosenbrock"), (1.0, 1.0))
    np.testing.assert_allclose(lens.eigenvalues, [501 - np.sqrt(250_601), 501 + np.sqrt(250_601)], rtol=1e-11)
    assert lens.shape is Shape.BOWL and lens.level
    assert lens.critical is not None and lens.critical.kind == "minimum"
    assert lens.condition == pytest.approx((501 + np.sqrt(250_601)) ** 2 / 400, rel=1e-9)


def test_a_quadratic_has_one_curvature_everywhere_and_its_best_rate_contracts_as_said():
    for point in ((0.0, 0.0), (1.7, -0.4), (-3.0, 2.0)):
        lens = lens_at(BOWL, point)
        np.testing.assert_allclose(lens.eigenvalues, [1.0, 25.0], rtol=1e-12)
    assert lens.best_rate is not None and lens.best_rate == pytest.approx(2 / 26)
    assert lens.contraction is not None and lens.contraction == pytest.approx(24 / 26)
    descent = Run(optimizer="gradient_descent", learning_rate=lens.best_rate)
    (run,) = simulate(BOWL.replace(start=(1.0, 1.0), runs=(descent,)))
    distances = np.hypot(*run.points.T)
    np.testing.assert_allclose(distances[1:20] / distances[:19], lens.contraction, rtol=1e-9)


def test_a_penalty_and_a_turn_are_under_the_lens_as_they_are_drawn():
    changed = BOWL.replace(l2=0.5, rotation=30.0)
    lens = lens_at(changed, (0.4, 0.2))
    np.testing.assert_allclose(lens.eigenvalues, [2.0, 26.0], rtol=1e-12)  # + 2 lambda each way
    steep = lens.vectors[1]
    angle = np.degrees(np.arctan2(steep[1], steep[0])) % 180
    bare = lens_at(BOWL, (0.4, 0.2)).vectors[1]
    assert angle == pytest.approx((np.degrees(np.arctan2(bare[1], bare[0])) + 30) % 180)


def test_smoothing_rounds_what_is_under_the_lens():
    sigma, amplitude = 0.3, 10.0  # f = 2A + x^2 + y^2 + 2 s^2 - A exp(-2 pi^2 s^2)(cos 2 pi x + cos 2 pi y)
    lens = lens_at(Experiment(landscape="rastrigin", smoothing=sigma), (0.25, 0.1))
    wave = amplitude * np.exp(-2 * np.pi**2 * sigma**2) * 4 * np.pi**2
    expected = [2 + wave * np.cos(2 * np.pi * 0.25), 2 + wave * np.cos(2 * np.pi * 0.1)]
    np.testing.assert_allclose(lens.eigenvalues, np.sort(expected), rtol=1e-8)


@pytest.mark.parametrize(
    ("eigenvalues", "shape"),
    [
        ((1.0, 2.0), Shape.BOWL),
        ((-2.0, -1.0), Shape.DOME),
        ((-1.0, 2.0), Shape.SADDLE),
        ((1e-12, 2.0), Shape.TROUGH),
        ((-1e-14, 2.0), Shape.TROUGH),
        ((-2.0, 1e-12), Shape.RIDGE),
        ((0.0, 0.0), Shape.STRAIGHT),
        ((1e-6, 2e8), Shape.TROUGH),  # rounding beside the other
        ((1.0, 2e8), Shape.BOWL),
    ],
)
def test_the_shape_is_told_by_the_signs_of_the_eigenvalues(eigenvalues, shape):
    assert shape_of(np.array(eigenvalues), straight=1e-9) is shape


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("abs(x-y) + 0.1*(x^2 + y^2)", (0.0, 0.0)),  # where Newton's steps end, and so it looks like a smooth minimum
        ("abs(x-y) + 0.1*(x^2 + y^2)", (2.0, 2.0)),
        ("abs(x) - y^2", (0.0, 1.5)),
        ("max(x, y) + x^2", (-0.5, -0.5)),
    ],
)
def test_in_a_fold_there_is_no_gradient_and_no_curvature_and_beside_it_there_is(text, point):
    folded = Experiment(landscape="formula", formula=text)
    lens = lens_at(folded, point)
    assert lens.shape is Shape.KINK and np.isnan(lens.eigenvalues).all() and lens.best_rate is None
    beside = lens_at(folded, (point[0] + 0.01, point[1]))
    assert beside.shape not in (Shape.KINK, Shape.UNKNOWN) and np.isfinite(beside.eigenvalues).all()


def test_no_smooth_point_is_called_a_fold():
    draw = np.random.default_rng(2)
    for key in ("himmelblau", "easom", "michalewicz", "rastrigin", "monkey_saddle", "powell_badly_scaled"):
        (x0, x1), (y0, y1) = LANDSCAPES[key].view
        smooth = Experiment(landscape=key)
        points = [*draw.uniform((x0, y0), (x1, y1), (20, 2)), *landscape_of(smooth).global_minima, (0.0, 0.0)]
        assert all(lens_at(smooth, (float(x), float(y))).shape is not Shape.KINK for x, y in points)


def test_a_saddle_has_no_condition_number_and_no_best_rate():
    point = landscape_of(Experiment(landscape="himmelblau")).saddles[0]
    lens = lens_at(Experiment(landscape="himmelblau"), tuple(point))
    assert lens.shape is Shape.SADDLE
    assert (lens.condition, lens.best_rate, lens.contraction) == (None, None, None)


def titles(key, *points, **fields):
    query = surface_query(Experiment(landscape=key, **fields))
    return [lens_answer(urlencode({**query, "x": repr(float(x)), "y": repr(float(y))}))["title"] for x, y in points]


def test_the_title_says_what_a_point_is():
    assert titles("rosenbrock", (1.0, 1.0), (0.0, 1.0)) == [
        "Critical point: minimum",
        "Curves up one way, down the other",
    ]
    assert titles("monkey_saddle", (0.0, 0.0)) == ["Critical point: saddle point"]  # where the Hessian is zero
    assert titles("easom", (-60.0, 70.0)) == ["Level ground: no slope, no curvature"]
    (kink,) = titles("l1_norm", LANDSCAPES["l1_norm"].minima[0])
    assert kink == "At a kink: minimum"


def test_what_is_not_finite_is_null_and_never_a_number():
    formula = {"on": "formula", "formula": "log(x) + y^2", "x": "-1", "y": "2"}
    answer = lens_answer(urlencode(formula))
    assert answer["value"] is None
    assert answer["eigenvalues"] == [None, None] and answer["condition"] is None
    assert answer["title"] == "Not a finite number"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"x": "nan"}, "x"),
        ({"x": ""}, "x"),
        ({"y": "1e999"}, "y"),
        ({"y": "2e6"}, "y"),
        ({"x": "1;drop"}, "x"),
        ({"on": "moon"}, "landscape"),
        ({"z": "1"}, "'z'"),
    ],
)
def test_a_lens_that_cannot_be_is_refused_by_its_field(changed, field):
    with pytest.raises(ValueError, match=f"^{field}: .+"):
        lens_answer(urlencode({"on": "rosenbrock", "x": "0", "y": "0", **changed}))


def test_moving_the_lens_compiles_nothing(traces):
    lens_at(BOWL, (0.1, 0.2))
    before = traces()
    lens_at(BOWL, (0.7, -0.2))
    lens_at(BOWL.replace(landscape_parameters={"condition": 31.0}), (0.7, -0.2))
    assert traces() == before


@pytest.mark.parametrize("key", [key for key, optimizer in OPTIMIZERS.items() if optimizer.stability_limit])
def test_every_known_limit_is_its_number_at_curvature_1_over_the_curvature(key):
    run = Run(optimizer=key, learning_rate=0.1)
    for curvature in (1e-3, 0.7, 1.0, 13.0, 4e5):
        limit, unit = stability_limit(key, curvature, **run.parameters), unit_limit(run)
        assert unit is not None and limit == pytest.approx(unit / curvature, rel=1e-12)


def test_the_limits_are_the_textbooks_and_others_have_none():
    def limit(key, **parameters):
        return unit_limit(Run(optimizer=key, learning_rate=0.1, parameters=parameters))

    assert limit("gradient_descent") == 2
    assert limit("momentum", beta=0.8) == pytest.approx(2 * 1.8)
    assert limit("momentum_ema", beta=0.8) == pytest.approx(2 * 1.8 / 0.2)
    assert limit("nesterov", beta=0.8) == pytest.approx(2 * 1.8 / 2.6)
    assert limit("adam") is None and limit("newton") is None


def test_what_changes_the_steps_has_no_limit_and_what_only_watches_keeps_it():
    def wrapped(*keys):
        wrappers = tuple(Wrapper(key=key) for key in keys)
        return Run(optimizer="gradient_descent", learning_rate=0.01, wrappers=wrappers)

    bare, watched = simulate(BOWL.replace(start=(1.0, 1.0), runs=(wrapped(), wrapped("polyak_average", "ema_weights"))))
    np.testing.assert_array_equal(bare.points, watched.points)
    assert unit_limit(wrapped("polyak_average", "ema_weights")) == 2
    for key in ("clip_norm", "clip_value", "weight_decay", "lookahead", "sam"):
        assert unit_limit(wrapped("ema_weights", key)) is None


def test_sharpness_is_the_larger_eigenvalue_at_every_iterate():
    experiment = Experiment(
        landscape="rosenbrock", start=(-1.2, 1.0), steps=40, runs=(Run(optimizer="adam", learning_rate=0.05),)
    )
    (result,) = results_of(experiment)
    expected = [np.linalg.eigvalsh(rosenbrock(*point)[2])[1] for point in result.trajectory.points]
    np.testing.assert_allclose(result.curve("sharpness"), expected, rtol=1e-10)


def test_sharpness_of_a_run_that_leaves_all_numbers_stops_with_it():
    run = Run(optimizer="gradient_descent", learning_rate=1000.0)
    (result,) = results_of(Experiment(landscape="himmelblau", start=(4.0, 4.0), steps=30, runs=(run,)))
    finite = np.isfinite(result.trajectory.points).all(1)
    assert not finite.all()
    assert np.isnan(result.curve("sharpness")[~finite]).all()
    assert np.isfinite(result.curve("sharpness")[0])


def test_sharpness_is_sent_only_while_it_is_looked_at():
    experiment = BOWL.replace(start=(1.0, 1.0), runs=(Run(optimizer="nesterov", learning_rate=0.01),))
    quiet, curious = (read_packet(stage_packet(experiment, frozenset(wants))) for wants in ((), ("curvature",)))
    assert "sharpness0" not in quiet[1]
    np.testing.assert_allclose(curious[1]["sharpness0"], np.full(61, 25.0), rtol=1e-6)
    assert quiet[0]["runs"][0]["limit"] == pytest.approx(2 * 1.9 / 2.8)
    (curve,) = [one for one in quiet[0]["curves"] if one["key"] == "sharpness"]
    assert curve["want"] == "curvature"
