"""The numbers behind a verdict, against closed forms: rates of convergence, projections, periods, ways off a saddle."""

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, judge, simulate
from experiments.verdict.evidence import pace, period, steps_to
from landscapes import LANDSCAPES
from tests.said_of_quadratics import contraction

SMALL, LARGE = 1.0, 10.0  # the bowl's curvatures


def judged(key, optimizer, rate, start, steps=300, parameters=None, **fields):
    run = Run(optimizer=optimizer, learning_rate=rate, parameters=parameters or {})
    experiment = Experiment(landscape=key, start=start, steps=steps, runs=(run,), **fields)
    return judge(experiment, simulate(experiment)[0])


def bowl(optimizer, rate, start=(2.0, 1.5), steps=300, **parameters):
    given = {"condition": LARGE / SMALL}
    return judged("ill_conditioned_quadratic", optimizer, rate, start, steps, parameters, landscape_parameters=given)


def radius(optimizer, rate, beta, curvature):
    """The spectral radius of the method's matrix, written down from its two lines, for one curvature."""
    if optimizer == "gradient_descent":
        matrix = [[1 - rate * curvature]]
    elif optimizer == "momentum":  # v' = beta v + h w; w' = w - a v'
        matrix = [[1 - rate * curvature, -rate * beta], [curvature, beta]]
    elif optimizer == "momentum_ema":  # v' = beta v + (1 - beta) h w
        matrix = [[1 - rate * (1 - beta) * curvature, -rate * beta], [(1 - beta) * curvature, beta]]
    else:  # Nesterov: w' = w - a (h w + beta v')
        matrix = [[1 - rate * (1 + beta) * curvature, -rate * beta**2], [curvature, beta]]
    return float(np.abs(np.linalg.eigvals(np.array(matrix))).max())


CASES = [
    *(("gradient_descent", rate, 0.0) for rate in (0.01, 0.05, 0.1, 2 / 11, 0.19, 0.199)),
    *(("momentum", rate, beta) for rate in (0.02, 0.08, 0.2) for beta in (0.2, 0.5, 0.9)),
    *(("momentum_ema", rate, beta) for rate in (0.05, 0.3) for beta in (0.5, 0.8)),
    *(("nesterov", rate, beta) for rate in (0.01, 0.05, 0.1) for beta in (0.5, 0.9)),
]


@pytest.mark.parametrize(("optimizer", "rate", "beta"), CASES)
def test_a_bowl_shrinks_the_distance_as_the_methods_matrix_says(optimizer, rate, beta):
    given = {} if optimizer == "gradient_descent" else {"beta": beta}
    predicted = max(radius(optimizer, rate, beta, curvature) for curvature in (SMALL, LARGE))
    assert max(contraction(optimizer, rate, c, **given) for c in (SMALL, LARGE)) == pytest.approx(predicted, rel=1e-7)
    found = bowl(optimizer, rate, steps=max(60, min(8_000, int(20 / -np.log(predicted)))), **given)
    assert found.outcome is Outcome.GLOBAL_MINIMUM
    assert found.evidence["predicted_contraction"] == pytest.approx(predicted, rel=1e-7)
    exact = 1e-9 if optimizer == "gradient_descent" and abs(rate - 2 / 11) > 1e-3 else 0.03
    assert np.log(found.evidence["contraction"]) == pytest.approx(np.log(predicted), rel=exact)
    assert "the formula says" in found.detail


def test_the_best_constant_rate_contracts_by_kappa_minus_one_over_kappa_plus_one():
    found = bowl("gradient_descent", 2 / (SMALL + LARGE))
    assert found.evidence["predicted_contraction"] == pytest.approx((LARGE - SMALL) / (LARGE + SMALL), rel=1e-12)


@pytest.mark.parametrize(("start", "curvature"), (((0.0, 1.5), LARGE), ((2.0, 0.0), SMALL)))
def test_on_one_axis_of_the_bowl_the_formula_is_that_of_its_curvature(start, curvature):
    found = bowl("gradient_descent", 0.05, start=start)
    assert found.evidence["predicted_contraction"] == pytest.approx(1 - 0.05 * curvature, rel=1e-12)
    assert found.evidence["contraction"] == pytest.approx(1 - 0.05 * curvature, rel=1e-6)


@pytest.mark.parametrize("optimizer", ("newton", "bfgs"))
@pytest.mark.parametrize("key", ("himmelblau", "rosenbrock", "three_hump_camel", "beale"))
def test_newton_and_bfgs_converge_superlinearly(key, optimizer):
    place = LANDSCAPES[key].global_minima[0]
    found = judged(key, optimizer, 1.0, (place[0] + 0.05, place[1] + 0.03), 60)
    assert found.outcome is Outcome.GLOBAL_MINIMUM
    assert found.evidence["superlinear"] == 1 and "contraction" not in found.evidence
    assert "superlinear" in found.detail


def test_a_method_that_gains_a_digit_a_step_is_not_called_superlinear():
    for rate in (0.09, 0.099, 0.101, 0.0999):  # on the steep axis of the bowl alone: factors of 0.1 to 0.001
        found = bowl("gradient_descent", rate, start=(0.0, 1.5), steps=60)
        assert "superlinear" not in found.evidence
    for optimizer, rate, beta in CASES:
        given = {} if optimizer == "gradient_descent" else {"beta": beta}
        assert "superlinear" not in bowl(optimizer, rate, steps=400, **given).evidence


def test_no_rate_is_told_where_the_rule_changes_or_where_there_is_none():
    run = Run(optimizer="gradient_descent", learning_rate=0.1, schedule="cosine")
    experiment = Experiment(landscape="sphere", start=(3.0, 2.0), steps=200, runs=(run,))
    found = judge(experiment, simulate(experiment)[0])
    assert found.outcome is Outcome.GLOBAL_MINIMUM and "contraction" not in found.evidence
    assert "predicted_contraction" not in judged("himmelblau", "rmsprop", 0.01, (2.5, 1.5), 2_000).evidence
    ever_slower = judged("formula", "gradient_descent", 0.01, (0.5, 0.5), 9_000, formula="x^4 + y^4")
    assert "contraction" not in ever_slower.evidence


@pytest.mark.parametrize("share", (0.3, 0.9, 0.97, 0.999))
def test_the_pace_of_an_even_series_is_its_factor(share):
    series = 3 * share ** np.arange(400.0)
    even = pace(series, 1e-13, 3.0)
    assert even is not None and even.factor == pytest.approx(share, rel=1e-9)
    swings = series * np.abs(np.cos(0.4 * np.arange(400.0) + 0.3))
    swinging = pace(swings, 1e-13, 3.0)
    assert swinging is not None and swinging.factor is not None
    assert np.log(swinging.factor) == pytest.approx(np.log(share), rel=0.05, abs=2e-4)
    assert pace(1 / np.arange(1.0, 400), 1e-13, 3.0) is None
    assert pace(np.full(400, 2.0), 1e-13, 3.0) is None
    assert pace(np.full(400, np.nan), 1e-13, 3.0) is None
    assert pace(series[::-1], 1e-13, 3.0) is None
    assert pace(series[:9], 1e-13, 3.0) is None


# --- how much longer --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", (0.001, 0.003, 0.01))
def test_a_run_that_ran_out_of_steps_says_how_many_more_it_needs(rate):
    steps = int(2.0 / rate)
    found = bowl("gradient_descent", rate, start=(4.0, 1.0), steps=steps)
    assert found.outcome is Outcome.STILL_DESCENDING
    near = 1e-3 * np.hypot(10, 10)
    needed = np.ceil(np.log(near / 4) / np.log(1 - rate)) - steps
    assert found.evidence["projected_steps"] == pytest.approx(needed, rel=0.02)
    assert found.evidence["predicted_contraction"] == pytest.approx(1 - rate, rel=1e-12)
    share = float(f"{100 * rate:.3g}")
    assert f"Its distance to the minimum at (0, 0) shrinks by {share:g} % a step: " in found.detail
    there = bowl("gradient_descent", rate, start=(4.0, 1.0), steps=steps + int(1.05 * needed) + 25)
    assert there.step == steps + needed


@pytest.mark.parametrize("optimizer", ("adam", "sign_descent", "rmsprop", "adagrad", "momentum", "damped_newton"))
@pytest.mark.parametrize("key", ("himmelblau", "styblinski_tang", "booth"))
def test_the_steps_that_a_run_is_said_to_lack_bring_it_there(key, optimizer):
    given = {"key": key, "optimizer": optimizer, "start": LANDSCAPES[key].starts[0]}
    (x0, x1), (y0, y1) = LANDSCAPES[key].view
    rate = {"momentum": 2e-4, "damped_newton": 0.05, "adagrad": 0.2}.get(optimizer, 0.006)
    found = judged(rate=rate, steps=60, **given)
    assert found.outcome is Outcome.STILL_DESCENDING
    lacked = int(found.evidence["projected_steps"])
    assert f" {float(f'{lacked:.2g}'):,.0f} more steps." in found.detail
    for steps, arrived in ((60 + lacked - 1, False), (60 + lacked, True)):
        run = Run(optimizer=optimizer, learning_rate=rate)
        experiment = Experiment(landscape=key, start=given["start"], steps=steps, runs=(run,))
        away = np.hypot(*(simulate(experiment)[0].points[-1] - LANDSCAPES[key].minima).T).min()
        assert (away <= 1e-3 * np.hypot(x1 - x0, y1 - y0)) == arrived
    if "contraction" in found.evidence:  # the rate that is told is the one of what is left of the way
        start = np.hypot(*(np.array(given["start"]) - LANDSCAPES[key].minima).T).min()
        assert lacked < 1.5 * np.log(1e3 * start / np.hypot(x1 - x0, y1 - y0)) / -np.log(found.evidence["contraction"])


def test_steps_of_their_own_size_are_not_said_to_shrink_the_distance_by_a_share():
    found = judged("sphere", "sign_descent", 0.005, (3.0, 3.0), 100)  # both coordinates fall by 0.005 a step
    near = 1e-3 * np.hypot(*np.ptp(LANDSCAPES["sphere"].view, axis=1))
    assert found.evidence["projected_steps"] == np.ceil((3.0 - near / np.sqrt(2)) / 0.005 - 1e-9) - 100
    assert "contraction" not in found.evidence
    assert "Continued, it reaches the minimum at (0, 0) in about 500 more steps." in found.detail


def test_a_schedule_that_goes_on_is_followed_and_one_that_would_be_stretched_is_not():
    def scheduled(key, rate, **parameters):
        run = Run(optimizer="gradient_descent", learning_rate=rate, schedule=key, schedule_parameters=parameters)
        experiment = Experiment(landscape="sphere", start=(4.0, 0.0), steps=60, runs=(run,))
        return judge(experiment, simulate(experiment)[0])

    found = scheduled("exponential", 0.02, gamma=0.998)
    away = 4.0 * np.cumprod(1 - 2 * 0.02 * 0.998 ** np.arange(20_000.0))
    near = 1e-3 * np.hypot(*np.ptp(LANDSCAPES["sphere"].view, axis=1))
    assert found.evidence["projected_steps"] == int(np.argmax(away <= near)) + 1 - 60
    assert "projected_steps" not in scheduled("exponential", 0.005, gamma=0.99).evidence  # it freezes on the way
    later = judged("sphere", "gradient_descent", 0.01, (4.0, 0.0), 60, stop_at="gradient")  # stops where it arrived
    assert later.evidence["projected_steps"] == int(np.argmax(4.0 * 0.98 ** np.arange(999.0) <= near)) - 60
    assert "projected_steps" not in scheduled("cosine", 0.005).evidence


def test_steps_to_a_target_are_counted_exactly():
    assert steps_to(8.0, 1.0, 0.5) == 3
    assert steps_to(8.0, 1.1, 0.5) == 3
    assert steps_to(1.0, 2.0, 0.5) == 0


def test_nothing_is_projected_where_no_minimum_would_be_reached():
    assert "projected_steps" not in judged("saddle", "gradient_descent", 0.001, (2.0, 0.1), 100).evidence
    assert "projected_steps" not in judged("ackley", "gradient_descent", 1e-7, (-3.5, 4.2), 100).evidence


# --- swings -----------------------------------------------------------------------------------------------------------


def test_at_the_limit_every_second_step_comes_back():
    found = bowl("gradient_descent", 0.2, start=(0.0, 1.5))
    assert found.outcome is Outcome.OSCILLATING
    assert (found.evidence["period"], found.evidence["amplitude"]) == (2, pytest.approx(3))
    assert "between two places 3 apart" in found.detail


@pytest.mark.parametrize("length", (2, 3, 4, 7, 12, 40, 75))
def test_the_period_of_an_orbit_is_found(length):
    turn = 2 * np.pi * np.arange(600) / length
    for points in (
        np.stack([np.cos(turn), np.sin(turn)], -1),
        np.stack([np.cos(turn), 5 + 0 * turn], -1),
        np.stack([np.cos(turn) + 0.4 * np.cos(2 * turn), np.sin(turn)], -1) * (1.0005 ** np.arange(600))[:, None],
    ):
        assert period(points) == length


def test_what_never_comes_back_has_no_period():
    chance = np.random.default_rng(0)
    assert period(chance.normal(size=(400, 2))) is None
    assert period(np.stack([np.arange(400.0), np.arange(400.0)], -1)) is None
    assert period(np.zeros((400, 2))) is None
    assert period(np.zeros((3, 2))) is None


# --- saddles, floors, ends outside ----------------------------------------------------------------------------------


@pytest.mark.parametrize("degrees", (0.0, 30.0, 90.0, -75.0))
def test_the_way_off_a_turned_saddle_is_the_turned_axis(degrees):
    angle = np.radians(degrees)
    start = (2 * np.cos(angle), 2 * np.sin(angle))  # along the stable axis of x² - y²
    found = judged("saddle", "newton", 0.5, start, 60, rotation=degrees)
    assert found.outcome is Outcome.SADDLE_POINT
    way = np.array([found.evidence["escape_x"], found.evidence["escape_y"]])
    assert abs(way @ [-np.sin(angle), np.cos(angle)]) == pytest.approx(1, abs=1e-9)
    assert found.evidence["smallest_curvature"] == pytest.approx(-2)
    assert found.evidence["largest_curvature"] == pytest.approx(2)


def test_from_a_saddle_without_curvature_the_way_is_where_the_ground_is_lowest():
    found = judged("monkey_saddle", "gradient_descent", 0.05, (0.0, 0.0))
    x, y = found.evidence["escape_x"], found.evidence["escape_y"]
    assert np.hypot(x, y) == pytest.approx(1)
    assert x**3 - 3 * x * y**2 == pytest.approx(-1, abs=0.02)  # the lowest there is on the circle


def test_a_noise_floor_names_both_variances():
    found = judged("sphere", "gradient_descent", 0.05, (3.0, 2.0), 4_000, noise=1.0)
    assert found.outcome is Outcome.NOISE_FLOOR
    expected = 2 * 0.05 / (2 * (2 - 0.05 * 2))  # alpha sigma² / (lambda (2 - alpha lambda)) on each axis
    assert found.evidence["expected_variance"] == pytest.approx(expected)
    assert found.evidence["variance"] == pytest.approx(expected, rel=0.15)
    assert f"{expected:.3g}" in found.detail and f"{found.evidence['variance']:.3g}" in found.detail


def test_an_end_outside_says_whether_it_still_falls():
    assert "falls on" in judged("saddle", "gradient_descent", 0.1, (2.0, 0.5)).detail
    beyond = judged("sphere", "gradient_descent", 1e-6, (90.0, -90.0))
    assert beyond.outcome is Outcome.LEFT_DOMAIN and "falls on" not in beyond.detail
