"""Verdicts on runs whose end is known in closed form, and on both sides of every line between two outcomes."""

from itertools import product

import numpy as np
import pytest
from numpy_landscapes import NUMPY_FORMS

from experiments import Experiment, Outcome, Run, Wrapper, judge, simulate
from experiments.results.judged_runs import results_of
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS

MINIMA = (Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM)
CIRCLE = np.stack([f(np.linspace(0, 2 * np.pi, 64, endpoint=False)) for f in (np.cos, np.sin)], -1)


def verdict(key, optimizer, rate, start, steps=200, *, view=None, given=None, **fields):
    experiment = Experiment(
        landscape=key,
        landscape_parameters=given or {},
        view=view,
        start=start,
        steps=steps,
        runs=(Run(optimizer=optimizer, learning_rate=rate, **fields),),
    )
    return judge(experiment, simulate(experiment)[0])


def descend(key, rate, start, steps=200, **fields):
    return verdict(key, "gradient_descent", rate, start, steps, **fields)


def test_no_outcome_but_the_two_has_the_word_in_its_name():
    assert [o.name for o in Outcome if "MINIMUM" in o.name] == ["GLOBAL_MINIMUM", "LOCAL_MINIMUM"]
    assert [o.name for o in Outcome] == [
        "GLOBAL_MINIMUM",
        "LOCAL_MINIMUM",
        "SADDLE_POINT",
        "PLATEAU",
        "AT_BOUNDARY",
        "LEFT_DOMAIN",
        "OSCILLATING",
        "NOISE_FLOOR",
        "DIVERGED",
        "NON_FINITE",
        "STILL_DESCENDING",
    ]
    for outcome in Outcome:
        assert outcome.sentence.endswith(".") and "  " not in outcome.sentence


# --- plain descent on a quadratic: the factor a step is 1 - rate x curvature ---------------------------------------

BOWL = {"given": {"condition": 10.0}, "steps": 60}  # curvatures 1 and 10: the limit is 0.2


def test_exactly_at_the_limit_it_jumps_to_and_fro_for_ever():
    found = descend("ill_conditioned_quadratic", 0.2, (0.0, 1.5), **BOWL)
    assert found.outcome is Outcome.OSCILLATING
    assert found.evidence["amplitude"] == pytest.approx(3.0)
    assert descend("sphere", 1.0, (3.0, 2.0)).outcome is Outcome.OSCILLATING


@pytest.mark.parametrize("excess", (1e-6, 1e-3, 0.01, 0.02, 0.05, 0.2, 3.0))
@pytest.mark.parametrize("steps", (5, 40, 60, 400))
def test_just_above_the_limit_it_is_never_at_rest(excess, steps):
    found = descend("ill_conditioned_quadratic", 0.2 * (1 + excess), (0.0, 1.5), steps=steps, given={"condition": 10.0})
    size = 1.5 * (1 + 2 * excess) ** min(steps, 99)  # how far out the last swing goes, at least
    if size > 5:
        assert found.outcome in (Outcome.DIVERGED, Outcome.NON_FINITE)
    elif steps >= 40:
        assert found.outcome is Outcome.OSCILLATING
    else:
        assert found.outcome in (Outcome.OSCILLATING, Outcome.STILL_DESCENDING)


@pytest.mark.parametrize("share", (0.999, 0.99, 0.9, 0.5, 0.1, 0.01))
@pytest.mark.parametrize("steps", (10, 60, 500, 5_000))
def test_just_below_the_limit_the_distance_decides(share, steps):
    found = descend("ill_conditioned_quadratic", 0.2 * share, (0.0, 1.5), steps=steps, given={"condition": 10.0})
    left = 1.5 * abs(1 - 2 * share) ** steps
    near = 1e-3 * np.hypot(10, 10)
    window = min(steps, max(20, steps // 10))
    before = 1.5 * abs(1 - 2 * share) ** (steps - window)
    if before < near / 2:
        assert found.outcome is Outcome.GLOBAL_MINIMUM
        first = np.flatnonzero(1.5 * abs(1 - 2 * share) ** np.arange(steps + 1) <= near)[0]
        assert found.step == first and found.evidence["distance"] == pytest.approx(left, abs=1e-12)
    elif left > near:
        assert found.outcome is Outcome.STILL_DESCENDING


@pytest.mark.parametrize("beta", (0.5, 0.9, 0.99, 0.999))
@pytest.mark.parametrize("steps", (100, 200, 1_000, 5_000))
def test_swings_of_momentum_that_die_down_are_no_oscillation(beta, steps):
    for rate in (0.01, 0.1, 0.3):
        found = verdict("sphere", "momentum", rate, (4.0, 3.0), steps, parameters={"beta": beta})
        left = 5 * beta ** (steps / 2)  # the amplitude shrinks by sqrt(beta) a step
        assert found.outcome is not Outcome.OSCILLATING or beta == 0.999
        swings = (1 + beta - 2 * rate) ** 2 < 4 * beta
        if left < 1e-4 and swings:
            assert found.outcome is Outcome.GLOBAL_MINIMUM
        if left > 0.5 and swings:
            assert found.outcome is not Outcome.GLOBAL_MINIMUM


@pytest.mark.parametrize("steps", (200, 2_000))
def test_lions_hops_are_an_oscillation_only_where_they_can_be_seen(steps):
    start = (1.05, 0.55)  # odd multiples of half a step from the minimum
    assert verdict("l1_norm", "lion", 0.1, start, steps).outcome is Outcome.OSCILLATING
    assert verdict("l1_norm", "lion", 0.001, start, 5_000).outcome is Outcome.GLOBAL_MINIMUM
    assert verdict("l1_norm", "lion", 0.1, start, steps, schedule="cosine").outcome is Outcome.GLOBAL_MINIMUM


# --- saddle points -------------------------------------------------------------------------------------------------


def test_along_the_stable_axis_it_ends_on_the_saddle():
    found = descend("saddle", 0.1, (2.0, 0.0))
    assert (found.outcome, found.minimum) == (Outcome.SADDLE_POINT, (0.0, 0.0))
    assert found.evidence["smallest_curvature"] < 0 < found.evidence["largest_curvature"]
    assert "saddle" in found.detail
    found = descend("double_well", 0.1, (0.0, 1.5))
    assert (found.outcome, found.minimum) == (Outcome.SADDLE_POINT, (0.0, 0.0))
    assert descend("monkey_saddle", 0.05, (0.0, 0.0)).outcome is Outcome.SADDLE_POINT


def test_beside_the_stable_axis_it_leaves():
    assert descend("saddle", 0.1, (2.0, 0.001)).outcome is Outcome.LEFT_DOMAIN
    assert descend("saddle", 0.1, (2.0, 1e-12), 400).outcome is Outcome.LEFT_DOMAIN
    assert descend("double_well", 0.1, (1e-6, 1.5), 400).outcome is Outcome.GLOBAL_MINIMUM
    assert descend("monkey_saddle", 0.05, (1.5, 0.01), 2_000).outcome is Outcome.LEFT_DOMAIN


@pytest.mark.parametrize(
    "key", ("himmelblau", "double_well", "beale", "three_hump_camel", "rastrigin", "easom", "peaks")
)
@pytest.mark.parametrize("steps", (1, 2, 30))
def test_a_start_on_a_saddle_stays_there(key, steps):
    for place in LANDSCAPES[key].saddles:
        found = descend(key, 1e-4, tuple(place), steps)
        assert found.outcome is Outcome.SADDLE_POINT and found.step == 0


def test_newton_climbs_to_a_maximum_and_that_is_no_minimum():
    found = verdict("himmelblau", "newton", 1.0, (-0.27, -0.92), 30)
    assert found.outcome is Outcome.SADDLE_POINT
    np.testing.assert_allclose(found.minimum, (-0.270845, -0.923039), atol=1e-5)
    assert "a maximum" in found.detail and found.evidence["largest_curvature"] < 0


# --- flat land -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_easoms_plain_is_a_plateau_and_never_a_minimum(optimizer):
    rate = 1.0 if optimizer in ("newton", "lbfgs", "adadelta") else 1e-4
    for start in ((60.0, -70.0), (-30.0, 40.0), (12.0, 3.0), (-4.0, -4.0)):
        run = Run(optimizer=optimizer, learning_rate=rate)
        experiment = Experiment(landscape="easom", start=start, steps=100, runs=(run,))
        (made,) = simulate(experiment)
        found = judge(experiment, made)
        if not OPTIMIZERS[optimizer].cost[1] and found.outcome in MINIMA:  # a wide cloud of tries can strike the needle
            assert found.minimum is not None
            np.testing.assert_allclose(found.minimum, (np.pi, np.pi), atol=1e-9)
            continue
        assert found.outcome not in MINIMA
        if np.hypot(*(made.points - start).T).max() <= 1e-6:  # it has not moved, and there is nothing to follow
            assert found.outcome is Outcome.PLATEAU and found.step == 0
        if optimizer == "gradient_descent":
            assert found.outcome is Outcome.PLATEAU and found.step == 0


def test_a_rest_on_the_steps_is_a_plateau_but_for_the_lowest():
    assert descend("step_plateau", 0.1, (3.5, 2.5)).outcome is Outcome.PLATEAU
    assert descend("step_plateau", 0.1, (0.5, -2.5)).outcome is Outcome.PLATEAU
    lowest = descend("step_plateau", 0.1, (0.5, -0.5))
    assert (lowest.outcome, lowest.minimum, lowest.step) == (Outcome.GLOBAL_MINIMUM, (0.5, -0.5), 0)


@pytest.mark.parametrize("key", ("sphere", "booth", "rosenbrock", "beale", "goldstein_price", "levy", "branin"))
def test_a_rate_that_is_far_too_low_is_no_plateau(key):
    for start in LANDSCAPES[key].starts:
        assert descend(key, 1e-9, start).outcome is Outcome.STILL_DESCENDING


# --- minima --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key, unit in LANDSCAPES.items() if unit.lowest is not None])
def test_a_start_at_a_global_minimum_is_there_at_once(key):
    for place, steps in product(LANDSCAPES[key].global_minima, (1, 3, 10, 40)):
        # two lie on an edge, where nothing holds them; beside the third the walls' curvature is 2e10
        rate = 1e-12 if key in ("eggholder", "adjiman", "powell_badly_scaled") else 1e-6
        found = descend(key, rate, tuple(place), steps)
        assert (found.outcome, found.step) == (Outcome.GLOBAL_MINIMUM, 0)
        np.testing.assert_allclose(found.minimum, place, atol=1e-9)


@pytest.mark.parametrize("key", [key for key, unit in LANDSCAPES.items() if len(unit.local_minima)])
def test_a_start_at_a_local_minimum_says_how_much_lower_the_lowest_is(key):
    unit = LANDSCAPES[key]
    assert unit.lowest is not None
    for place in unit.local_minima:
        found = descend(key, 1e-6, tuple(place), 30)
        assert found.outcome is Outcome.LOCAL_MINIMUM
        gap = float(unit.value(place)) - unit.lowest
        assert found.evidence["above_global"] == pytest.approx(gap, rel=1e-6)


def test_near_the_tips_of_cones():
    assert verdict("ackley", "lion", 0.07, (-0.6, 0.45), schedule="cosine").outcome is Outcome.GLOBAL_MINIMUM
    assert verdict("ackley", "lion", 0.07, (-0.6, 0.45)).outcome not in MINIMA
    assert descend("l1_norm", 0.3, (4.05, 2.3), 400).outcome is Outcome.OSCILLATING
    assert descend("l1_norm", 0.3, (4.05, 2.3), 400, schedule="cosine").outcome is Outcome.GLOBAL_MINIMUM
    assert descend("l1_norm", 0.001, (0.0, -4.25)).outcome is Outcome.STILL_DESCENDING  # in the crease, on its way


def test_eggholder_and_its_edge():
    assert descend("eggholder", 0.5, (512.0, 404.23)).outcome in (Outcome.LEFT_DOMAIN, Outcome.DIVERGED)
    assert descend("eggholder", 0.02, (439.0, 454.3), 500).outcome is Outcome.LOCAL_MINIMUM
    assert descend("eggholder", 0.5, (505.0, 400.0), 500).outcome not in MINIMA


def test_schwefel_beyond_the_box_does_not_count():
    found = verdict("schwefel", "momentum", 30.0, (450.0, 450.0), 400)
    assert found.outcome in (Outcome.LEFT_DOMAIN, Outcome.DIVERGED)
    start_outside = descend("schwefel", 0.1, (800.0, 800.0), 300)
    assert start_outside.outcome is Outcome.LEFT_DOMAIN and "started outside" in start_outside.detail


def test_a_start_outside_that_comes_home_has_arrived():
    assert descend("sphere", 0.3, (90.0, -90.0)).outcome is Outcome.GLOBAL_MINIMUM
    assert descend("sphere", 1e-6, (90.0, -90.0)).outcome is Outcome.LEFT_DOMAIN


# --- changed surfaces and other views ------------------------------------------------------------------------------


def test_a_changed_surface_has_its_own_minimum():
    found = verdict("rosenbrock", "newton", 1.0, (1.5, 1.0), 40, given={"a": 2.0})
    assert found.outcome is Outcome.GLOBAL_MINIMUM and "lowest found" in found.detail
    np.testing.assert_allclose(found.minimum, (2, 4), atol=1e-6)
    old = verdict("rosenbrock", "newton", 1.0, (1.0, 1.0), 1, given={"a": 2.0})
    assert old.outcome not in MINIMA
    assert descend("rosenbrock", 1e-5, (1.0, 1.0), 100, given={"a": 2.0}).outcome is Outcome.STILL_DESCENDING


@pytest.mark.parametrize(
    "view", (None, ((2.5, 5.0), (2.5, 5.0)), ((-0.4, 0.4), (-0.4, 0.4)), ((-1e6, 1e6), (-1e6, 1e6)))
)
def test_the_picture_does_not_decide_what_is_global(view):
    for given in ({}, {"A": 8.0}):
        far = descend("rastrigin", 0.001, (3.1, 2.9), 400, given=given, view=view)
        assert far.outcome is Outcome.LOCAL_MINIMUM and far.evidence["above_global"] > 10
        assert descend("rastrigin", 0.001, (0.1, 0.1), 400, given=given, view=view).outcome is Outcome.GLOBAL_MINIMUM
        assert descend("rastrigin", 1e-9, (3.3, 2.7), 400, given=given, view=view).outcome is Outcome.STILL_DESCENDING


def test_a_minimum_that_no_list_names_is_judged_by_its_curvature():
    found = descend("rastrigin", 0.0005, (4.05, -3.05), 2_000, given={"A": 12.5})
    assert found.outcome is Outcome.LOCAL_MINIMUM and found.evidence["smallest_curvature"] > 0
    found = descend("griewank", 0.5, (100.0, 200.0), 3_000)  # in the domain, far outside the view
    assert found.outcome is Outcome.LOCAL_MINIMUM


def test_the_troughs_of_drop_wave_are_minima():
    for start in ((1.5, 1.2), (-2.5, 0.7), (0.5, -0.4), (0.0, 1.0), (0.7, 0.7)):
        found = descend("drop_wave", 0.005, start, 600)
        assert found.outcome is Outcome.LOCAL_MINIMUM, start


# --- numbers that end ----------------------------------------------------------------------------------------------


def test_what_flies_away_diverged_and_nothing_else():
    for key in ("sphere", "rosenbrock", "himmelblau", "goldstein_price", "beale", "styblinski_tang"):
        found = descend(key, 50.0, LANDSCAPES[key].starts[0], 300)
        assert found.outcome is Outcome.DIVERGED and found.step >= 1
        assert np.isfinite(found.evidence["gradient_norm"])


def test_a_start_where_the_surface_is_not_finite():
    found = descend("michalewicz", 0.1, (1e6, 1e6), 3)
    assert found.outcome in (Outcome.LEFT_DOMAIN, Outcome.NON_FINITE, Outcome.DIVERGED)
    run = Run(optimizer="gradient_descent", learning_rate=1e-3)
    experiment = Experiment(landscape="sphere", start=(1.0, 1.0), steps=5, runs=(run,))
    (trajectory,) = simulate(experiment)
    trajectory.losses[3:] = np.nan
    trajectory.gradients[3:] = np.nan
    assert (judge(experiment, trajectory).outcome, judge(experiment, trajectory).step) == (Outcome.NON_FINITE, 3)
    (trajectory,) = simulate(experiment)
    trajectory.points[0] = np.inf
    assert judge(experiment, trajectory).outcome is Outcome.NON_FINITE


@pytest.mark.parametrize(
    ("key", "part"),
    [
        pytest.param(key, part, marks=[pytest.mark.soak] * ((place + part) % 4 > 0))
        for place, key in enumerate(LANDSCAPES)
        for part in range(4)
    ],
)  # make test tries each number of steps on every fourth surface, soak on all
def test_a_few_steps_are_judged_too(key, part):
    unit = LANDSCAPES[key]
    (x0, x1), (y0, y1) = unit.view
    size, height = np.hypot(x1 - x0, y1 - y0), NUMPY_FORMS[key]
    for steps, rate in product(range(1 + part, 11, 4), (1e-6, 0.1)):
        found = descend(key, rate, unit.starts[0], steps)
        broken = found.outcome in (Outcome.NON_FINITE, Outcome.DIVERGED, Outcome.LEFT_DOMAIN)
        assert broken or np.isfinite(found.evidence["final_loss"])
        if found.outcome in MINIMA:  # nothing around it may be lower, by a form that shares no code
            around = np.clip(np.asarray(found.minimum) + 1e-3 * size * CIRCLE, *np.transpose(unit.domain))
            at, rises = height(*found.minimum), height(*around.T)
            assert (np.asarray(rises) >= at - 1e-9 * (1 + abs(at))).all()


def test_a_rate_that_dies_on_a_slope_is_no_minimum():
    for schedule, parameters in (("cosine", {}), ("exponential", {"gamma": 0.5}), ("one_cycle", {})):
        found = descend("booth", 1e-4, (-4.0, -2.0), 2_000 if schedule == "exponential" else 60, schedule=schedule,
                        schedule_parameters=parameters)  # fmt: skip
        assert found.outcome is Outcome.STILL_DESCENDING
    assert "no longer moves" in descend("booth", 1e-4, (-4.0, -2.0), 2_000, schedule="exponential",
                                        schedule_parameters={"gamma": 0.5}).detail  # fmt: skip


def test_a_rest_where_weight_decay_holds_it_is_no_minimum():
    decay = (Wrapper(key="weight_decay", parameters={"decay": 1.0}),)
    found = descend("booth", 0.02, (-4.0, -2.0), 2_000, wrappers=decay)
    assert found.outcome is Outcome.STILL_DESCENDING and "no longer moves" in found.detail


def test_climbing_is_not_called_falling():
    found = verdict("himmelblau", "newton", 0.01, (-0.6, -0.5), 20)
    assert found.outcome not in MINIMA
    assert "falling" not in found.detail


def test_a_verdict_does_not_depend_on_the_other_runs_or_on_names():
    run, other = Run(optimizer="adam", learning_rate=0.1), Run(optimizer="newton", learning_rate=1.0)
    alone = Experiment(landscape="himmelblau", runs=(run,))
    among = alone.replace(runs=(other, Run(optimizer="adam", learning_rate=0.1, name="x", color=3), other))
    one, many = results_of(alone)[0].verdict, results_of(among)[1].verdict
    assert (one.outcome, one.step, one.minimum, one.evidence) == (many.outcome, many.step, many.minimum, many.evidence)


def test_a_run_that_is_at_a_minimum_for_a_short_while_is_not_said_to_have_missed_it():
    near = 1e-3 * np.hypot(10.24, 10.24)
    since = next(t for t in range(99) if 4.0 * 0.8**t <= near)
    for steps in range(since, since + 9):
        found = descend("sphere", 0.1, (4.0, 0.0), steps=steps)
        assert found.outcome is Outcome.STILL_DESCENDING and "came to rest" in found.outcome.sentence
        assert f"at the minimum (0, 0) since step {since}," in found.detail
    assert "at the minimum" not in descend("sphere", 0.1, (4.0, 0.0), steps=since - 1).detail
    assert descend("sphere", 0.1, (4.0, 0.0), steps=since + 20).outcome is Outcome.GLOBAL_MINIMUM


def test_a_loss_beyond_all_numbers_is_said_in_words():
    found = verdict("schaffer_4", "cocob", 100.0, (0.0, 1.5), 500, schedule="step")
    assert found.outcome is Outcome.DIVERGED and "loss_at_step" not in found.evidence
    assert "larger than any number" in found.detail
