"""Line searches, Polyak's step, conjugate gradients, safe Newton steps and BFGS, as the app runs them."""

import numpy as np
import numpy_search_optimizers as by_hand
import pytest

from experiments import Experiment, Run, judge, simulate

QUADRATIC = np.array([[3.0, 0.5], [0.5, 1.0]])
START = np.array([1.5, -1.0])
BOWL = "1.5x^2 + 0.5x*y + 0.5y^2"
VALLEY = "(1-x)^2 + 100(y-x^2)^2"


def run(formula, optimizer, rate, steps=50, start=START, **parameters):
    only = Run(optimizer=optimizer, learning_rate=rate, parameters=parameters)
    experiment = Experiment(landscape="formula", formula=formula, start=tuple(start), steps=steps, runs=(only,))
    (found,) = simulate(experiment)
    return found


def value(formula):
    if formula == BOWL:
        return lambda w: 0.5 * w @ QUADRATIC @ w
    return lambda w: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2


def gradient(formula):
    if formula == BOWL:
        return lambda w: QUADRATIC @ w
    return lambda w: np.array([-2 * (1 - w[0]) - 400 * w[0] * (w[1] - w[0] ** 2), 200 * (w[1] - w[0] ** 2)])


def hessian(formula):
    if formula == BOWL:
        return lambda w: QUADRATIC
    return lambda w: np.array([[2 - 400 * (w[1] - 3 * w[0] ** 2), -400 * w[0]], [-400 * w[0], 200.0]])


@pytest.mark.parametrize("formula", (BOWL, VALLEY))
def test_backtracking_follows_armijos_rule_and_counts_its_tries(formula):
    found = run(formula, "backtracking", 4.0, shrink=0.7, slope=0.01)
    points, asked = by_hand.backtracking(START, value(formula), gradient(formula), 4.0, 50, shrink=0.7, slope=0.01)
    np.testing.assert_allclose(found.points, points, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(found.costs[:, 0], asked)
    assert (np.diff(found.losses) < 0).all()


def test_backtracking_stays_where_nothing_is_lower():
    found = run("|x| + |y|", "backtracking", 1.0, steps=5, start=(0.0, 0.0))
    np.testing.assert_array_equal(found.points, 0.0)


def test_an_exact_search_takes_the_step_of_the_closed_form():
    """On a quadratic the exact step is g·g / g·Ag (Cauchy), and each gradient is at a right angle to the last."""
    found = run(BOWL, "exact_line_search", 0.1, steps=20)
    w = START
    for point in found.points[1:]:
        g = QUADRATIC @ w
        w = w - (g @ g) / (g @ QUADRATIC @ g) * g
        np.testing.assert_allclose(point, w, rtol=1e-9, atol=1e-15)
    g = found.gradients[:10]
    along = np.einsum("ti,ti->t", g[1:], g[:-1])
    assert (np.abs(along) < 1e-9 * np.hypot(*g[1:].T) * np.hypot(*g[:-1].T)).all()


def test_an_exact_search_agrees_with_brents_method_on_a_valley():
    found = run(VALLEY, "exact_line_search", 1e-4, steps=10)
    points = by_hand.exact_line_search(START, gradient(VALLEY), 1e-4, 10)
    np.testing.assert_allclose(found.points, points, rtol=1e-8)
    assert (found.costs[:, 1] >= 61).all()


def test_a_line_that_falls_for_ever_is_not_followed():
    assert (run("x + y", "exact_line_search", 1.0, steps=3).updates == 0).all()


@pytest.mark.parametrize("formula", (BOWL, VALLEY))
@pytest.mark.parametrize("rate", (1e3, 0.01))
def test_polyaks_step_is_the_gap_over_the_squared_slope(formula, rate):
    found = run(formula, "polyak_step", rate, steps=10)
    points = by_hand.polyak_step(START, value(formula), gradient(formula), rate, 10, 0.0)
    np.testing.assert_allclose(found.points, points, rtol=1e-9)


def test_polyaks_step_halves_the_way_on_a_round_bowl():
    """For f = |w|²/2 the step is 1/2: w halves each time; with the wrong f* it does not."""
    found = run("(x^2+y^2)/2", "polyak_step", 10.0, steps=10)
    np.testing.assert_allclose(found.points, START * 0.5 ** np.arange(11)[:, None])
    wrong = run("(x^2+y^2)/2", "polyak_step", 10.0, steps=10, lowest=-1.0)
    assert np.hypot(*wrong.points[-1]) > 0.1


def test_conjugate_gradients_end_on_a_quadratic_in_two_steps():
    found = run(BOWL, "conjugate_gradient", 0.1, steps=2)
    np.testing.assert_allclose(found.points[2], 0.0, atol=1e-12)
    assert np.hypot(*found.points[1]) > 0.1


def test_conjugate_gradients_agree_with_the_books_on_a_valley():
    found = run(VALLEY, "conjugate_gradient", 1e-4, steps=10)
    points = by_hand.conjugate_gradient(START, gradient(VALLEY), 1e-4, 10)
    np.testing.assert_allclose(found.points, points, rtol=1e-7)
    assert found.states["direction"].shape == (10, 2)


@pytest.mark.parametrize("formula", (BOWL, VALLEY, "(x^2-1)^2 + y^2 + 0.3x*y"))
def test_saddle_free_newton_takes_the_signs_away(formula):
    if formula in (BOWL, VALLEY):
        found = run(formula, "saddle_free_newton", 0.5, steps=20)
        points = by_hand.saddle_free_newton(START, gradient(formula), hessian(formula), 0.5, 20)
    else:

        def slope(w):
            return np.array([4 * w[0] * (w[0] ** 2 - 1) + 0.3 * w[1], 2 * w[1] + 0.3 * w[0]])

        def bend(w):
            return np.array([[12 * w[0] ** 2 - 4, 0.3], [0.3, 2.0]])

        found = run(formula, "saddle_free_newton", 0.5, steps=20, start=(0.1, 0.5))
        points = by_hand.saddle_free_newton(np.array([0.1, 0.5]), slope, bend, 0.5, 20)
    np.testing.assert_allclose(found.points, points, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("formula", (BOWL, VALLEY))
def test_damped_newton_agrees_with_levenbergs_rule(formula):
    found = run(formula, "damped_newton", 1.0, steps=20, damping=0.3)
    points = by_hand.damped_newton(START, value(formula), gradient(formula), hessian(formula), 1.0, 20, 0.3)
    np.testing.assert_allclose(found.points, points, rtol=1e-7, atol=1e-12)
    assert (np.diff(found.losses) <= 0).all()


@pytest.mark.parametrize("optimizer", ("damped_newton", "backtracking"))
def test_who_compares_two_heights_has_asked_for_both(optimizer):
    found = run(BOWL, optimizer, 0.01, steps=5)  # so low a rate that the first trial is taken
    assert (np.diff(found.losses) < 0).all() and found.evaluations.value == 2 * 5


@pytest.mark.parametrize("optimizer", ("damped_newton", "saddle_free_newton"))
def test_safe_newton_steps_leave_the_saddle_that_newton_walks_to(optimizer):
    start = (0.9, 0.05)
    newton = run("x^2 - y^2 + y^4/4", "newton", 1.0, steps=60, start=start)
    np.testing.assert_allclose(newton.points[-1], 0.0, atol=1e-9)
    safe = run("x^2 - y^2 + y^4/4", optimizer, 1.0, steps=60, start=start)
    np.testing.assert_allclose(safe.points[-1], (0.0, np.sqrt(2)), atol=1e-6)


def test_bfgs_directions_are_those_of_its_updates_and_it_ends_on_a_quadratic():
    found = run(VALLEY, "bfgs", 1.0, steps=12)
    for t in range(1, 12):
        told = by_hand.bfgs_direction(found.points[: t + 1], found.gradients[: t + 1])
        made = found.updates[t]
        assert made @ told > 0
        cross = made[0] * told[1] - made[1] * told[0]
        assert abs(cross) < 1e-6 * np.hypot(*made) * np.hypot(*told)
    assert np.hypot(*run(BOWL, "bfgs", 1.0, steps=15).points[-1]) < 1e-7
    assert run(VALLEY, "bfgs", 1.0, steps=60).losses[-1] < 1e-12


def test_searches_reach_the_minimum_that_the_verdict_names():
    for optimizer in ("backtracking", "conjugate_gradient", "damped_newton", "bfgs"):
        only = Run(optimizer=optimizer, learning_rate=1.0)
        experiment = Experiment(landscape="himmelblau", start=(0.5, 0.5), steps=200, runs=(only,))
        (found,) = simulate(experiment)
        assert judge(experiment, found).outcome.name == "GLOBAL_MINIMUM", optimizer


def test_their_numbers_compile_nothing(traces):
    for optimizer, first, second in (
        ("backtracking", {"shrink": 0.5}, {"shrink": 0.8}),
        ("polyak_step", {"lowest": 0.0}, {"lowest": -1.0}),
        ("damped_newton", {"damping": 0.1}, {"damping": 5.0}),
    ):
        run(BOWL, optimizer, 0.1, **first)
        before = traces()["run"]
        run(BOWL, optimizer, 0.9, **second)
        assert traces()["run"] == before


@pytest.mark.parametrize(
    "optimizer", ("backtracking", "exact_line_search", "polyak_step", "conjugate_gradient", "bfgs")
)
def test_a_surface_with_holes_gives_no_false_number(optimizer):
    found = run("sqrt(x) + y^2", optimizer, 5.0, steps=30, start=(1.0, 1.0))
    there = np.isfinite(found.losses)
    assert np.isfinite(found.points[there]).all()
