"""When a run can be said to have converged: against closed forms, and against a plain count of every recorded step."""

from math import ceil, hypot, isfinite, log
from typing import Any

import numpy as np
import pytest

from experiments import Experiment, Run, Trajectory, judge, simulate
from experiments.critical.defaults import default_learning_rate
from experiments.results.judged_runs import results_of
from experiments.setup.criteria import BY_KEY, CRITERIA, GROUPS, KINDS, SETTINGS, kinds, statement
from experiments.simulation.quantities import Quantities, end_of_row, first_steps
from experiments.simulation.stopping import criteria_steps, known_lowest, known_points, stops_at
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS

ONCE = {parameter.key: 1 for parameter in CRITERIA if parameter.kind == "integer"}
TOLERANCES = [parameter.key for parameter in CRITERIA if parameter.log and parameter.kind == "real"]


def bowl(alpha, x0=5.0, steps=3_000, **fields):
    """Gradient descent on x² + y² from (x0, 0) at half the rate: on ½λx² with λ = 1 in x, at the rate alpha."""
    run = Run(optimizer="gradient_descent", learning_rate=alpha / 2)
    return Experiment(landscape="sphere", start=(x0, 0.0), steps=steps, runs=(run,), **fields)


def steps_of(experiment):
    return criteria_steps(experiment, simulate(experiment)[0])


# --- closed forms: gradient descent on a quadratic is x_t = rho^t x0 ------------------------------------------------

ALPHAS = (0.003, 0.02, 0.1, 0.5, 0.83, 1.1, 1.5, 1.9, 1.99)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("tolerance", (1e-2, 1e-4, 1e-9))
@pytest.mark.parametrize("x0", (5.0, 0.7))
def test_gradient_descent_on_a_quadratic_meets_each_criterion_when_the_formula_says(alpha, tolerance, x0):
    rho = abs(1 - alpha)
    values = ONCE | dict.fromkeys(TOLERANCES, tolerance) | {"threshold": tolerance}
    found = steps_of(bowl(alpha, x0, criteria=values))
    first = lambda size, shrinks: max(0, ceil(log(tolerance / size) / log(shrinks)))  # noqa: E731
    expected = {
        "step": 1 + first(alpha * x0, rho),
        "loss": 1 + first(x0**2 * (1 - rho**2), rho**2),
        "gradient": first(2 * x0, rho),
        "threshold": first(x0**2, rho**2),
        "distance": first(x0, rho),
    }
    assert found == {key: step if step <= 3_000 else None for key, step in expected.items()}


def test_a_bowl_of_curvature_one_at_rate_a_tenth_is_still_after_82_steps():
    assert steps_of(bowl(0.1, steps=300, criteria=ONCE | {"step_tolerance": 1e-4}))["step"] == 82
    assert steps_of(bowl(0.1, steps=82, criteria=ONCE))["step"] == 82
    assert steps_of(bowl(0.1, steps=81, criteria=ONCE))["step"] is None


@pytest.mark.parametrize("patience", (1, 2, 5, 40))
def test_patience_waits_for_as_many_steps_in_a_row(patience):
    values = dict.fromkeys(ONCE, patience)
    once, later = steps_of(bowl(0.1, criteria=ONCE)), steps_of(bowl(0.1, criteria=values))
    assert later == {key: step + patience - 1 for key, step in once.items()}


@pytest.mark.parametrize("alpha", (0.1, 0.5, 1.5))
def test_a_relative_change_on_a_bowl_is_the_same_at_every_step(alpha):
    share = 1 - (1 - alpha) ** 2  # of the loss is lost at each step, until it cannot be told from 0
    relative = ONCE | {"loss_measure": "relative"}
    assert steps_of(bowl(alpha, steps=200, criteria=relative | {"loss_tolerance": share * 1.0001}))["loss"] == 1
    assert steps_of(bowl(alpha, steps=200, criteria=relative | {"loss_tolerance": share * 0.9999}))["loss"] is None


def test_at_the_limit_the_loss_is_stable_at_once_and_nothing_else_ever_holds():
    found = steps_of(bowl(2.0, steps=200))
    assert found == {"loss": 5, "step": None, "gradient": None, "threshold": None, "distance": None}


def test_the_counter_of_the_threshold_starts_anew_when_it_is_exceeded():
    losses = np.array([9.0, 1, 1, 9, 1, 1, 1, 9, 1, 1, 1, 1])
    run = made(losses=losses)
    experiment = bowl(0.1, criteria={"threshold": 1.0, "threshold_patience": 3})
    assert criteria_steps(experiment, run)["threshold"] == 6
    assert (
        criteria_steps(experiment.replace(criteria={"threshold": 1.0, "threshold_patience": 4}), run)["threshold"] == 11
    )
    assert criteria_steps(experiment.replace(criteria={"threshold": 0.9}), run)["threshold"] is None


def test_a_plateau_looks_stable_although_no_minimum_is_near():
    run = Run(optimizer="gradient_descent", learning_rate=0.1)
    found = steps_of(Experiment(landscape="easom", start=(-30.0, 40.0), steps=50, runs=(run,)))
    assert (found["loss"], found["step"], found["gradient"], found["distance"]) == (5, 5, 4, None)


# --- a second count, in plain Python --------------------------------------------------------------------------------


def made(points=None, losses=None, gradients=None):
    """A trajectory put together by hand; what is not given is far from any tolerance."""
    count = next(len(array) for array in (points, losses, gradients) if array is not None)
    away = 1e5 + 7.0 * np.arange(count)
    points = np.stack([away, away], -1) if points is None else np.asarray(points, float)
    with np.errstate(invalid="ignore"):
        updates = np.diff(points, axis=0)
    return Trajectory(
        run=0,
        points=points,
        losses=away if losses is None else np.asarray(losses, float),
        gradients=np.stack([away, away], -1) if gradients is None else np.asarray(gradients, float),
        updates=updates,
        learning_rates=np.full(count - 1, 0.1),
        states={},
        costs=np.tile([0, 1, 0], (count - 1, 1)),
    )


def counted(run, values, minima, lowest):
    """Each criterion's first step, found by walking along the run and counting."""
    losses, points, moves, slopes = (a.tolist() for a in (run.losses, run.points, run.updates, run.gradients))

    def change(t):
        size = abs(losses[t] - losses[t - 1])
        allowed = values["loss_tolerance"]
        return size <= (allowed * abs(losses[t - 1]) if values["loss_measure"] == "relative" else allowed)

    def near(t):
        x, y = points[t]
        if not (isfinite(x) and isfinite(y)):
            return False
        return any(hypot(x - a, y - b) <= values["distance_tolerance"] for a, b in minima.tolist())

    tests = {
        "loss": (1, change),
        "step": (1, lambda t: hypot(*moves[t - 1]) <= values["step_tolerance"]),
        "gradient": (0, lambda t: hypot(*slopes[t]) <= values["gradient_tolerance"]),
        "threshold": (0, lambda t: losses[t] - (lowest or 0.0) <= values["threshold"]),
        "distance": (0, near),
    }
    found = dict.fromkeys(tests)
    whole = [
        all(map(isfinite, (loss, *point, *slope))) for loss, point, slope in zip(losses, points, slopes, strict=True)
    ]
    for key, (begin, holds) in tests.items():
        row = 0
        for t in range(begin, len(losses)):
            if not all(whole[: t + 1]):
                break
            row = row + 1 if holds(t) else 0
            if row == values[f"{key}_patience"]:
                found[key] = t
                break
    return found


def drawn(chance):
    values: dict[str, Any] = {key: int(chance.integers(1, 12)) for key in ONCE}
    values |= {key: float(10 ** chance.uniform(-9, 1)) for key in TOLERANCES}
    return values | {
        "threshold": float(chance.normal(0, 20)),
        "loss_measure": chance.choice(["absolute", "relative"]).item(),
    }


SURFACES = (
    "himmelblau",
    "rosenbrock",
    "easom",
    "michalewicz",
    "rastrigin",
    "step_plateau",
    "saddle",
    "l1_norm",
    "beale",
)


@pytest.mark.parametrize("key", SURFACES)
def test_every_criterion_is_where_a_plain_count_finds_it(key):
    chance = np.random.default_rng(list(key.encode()))
    fresh = Experiment(landscape=key, steps=150)
    met = dict.fromkeys(KINDS, 0)
    for optimizer in list(OPTIMIZERS)[len(key) % 6 :: 6]:
        rate = default_learning_rate(fresh, optimizer)
        runs = tuple(Run(optimizer=optimizer, learning_rate=min(rate * share, 1e3)) for share in (0.1, 1.0, 30.0))
        for run in simulate(fresh.replace(runs=runs)):
            for _ in range(4):
                experiment = fresh.replace(runs=runs, criteria=drawn(chance))
                found = criteria_steps(experiment, run)
                known = known_points(experiment)
                assert found == counted(run, experiment.criteria, known.minima, known.lowest)
                for name, step in found.items():
                    met[name] += step is not None
    assert all(met[name] for name in ("loss", "step"))


def test_what_is_not_a_number_is_within_no_tolerance_and_breaks_the_row():
    chance = np.random.default_rng(4)
    experiment = bowl(0.1)
    for _ in range(300):
        count = int(chance.integers(2, 30))
        arrays = [chance.normal(0, 1e-3, shape) for shape in ((count, 2), (count,), (count, 2))]
        for array in arrays:
            array[chance.random(array.shape) < 0.15] = chance.choice([np.nan, np.inf, -np.inf])
        run = made(*arrays)
        experiment = experiment.replace(criteria=drawn(chance) | {"threshold": float(chance.normal(0, 1e-3))})
        known = known_points(experiment)
        assert criteria_steps(experiment, run) == counted(run, experiment.criteria, known.minima, known.lowest)


def test_a_run_shorter_than_the_patience_never_holds():
    experiment = bowl(0.1, x0=0.0, steps=1)
    assert set(steps_of(experiment).values()) == {None}
    at_once = steps_of(experiment.replace(criteria=ONCE))
    assert at_once == {"loss": 1, "step": 1, "gradient": 0, "threshold": 0, "distance": 0}


@pytest.mark.parametrize("count", (1, 2, 3, 7))
def test_the_end_of_a_row_is_found_for_every_pattern(count):
    for number in range(2**9):
        pattern = [bool(number >> bit & 1) for bit in range(9)]
        expected = next((k for k in range(count - 1, 9) if all(pattern[k - count + 1 : k + 1])), None)
        assert end_of_row(np.array(pattern), count) == expected
    assert end_of_row(np.zeros(0, bool), count) is None


# --- early stopping --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key in KINDS if key != "heldout"])
def test_a_run_stops_where_its_criterion_first_holds_and_is_the_same_until_then(key):
    whole = bowl(0.1, steps=400, noise=1e-9)
    (full,) = simulate(whole)
    (short,) = simulate(whole.replace(stop_at=key))
    step = criteria_steps(whole, full)[key]
    stop = stops_at(whole.replace(stop_at=key), full)
    assert stop is not None and short.steps == step == stop < full.steps
    for name in ("points", "losses", "gradients"):
        np.testing.assert_array_equal(getattr(short, name), getattr(full, name)[: step + 1])
    for name in ("updates", "learning_rates", "costs", "applied_gradients"):
        np.testing.assert_array_equal(getattr(short, name), getattr(full, name)[:step])
    assert criteria_steps(whole, short)[key] == step
    assert short.evaluations.gradient == step


def test_a_run_whose_criterion_never_holds_makes_all_its_steps():
    assert simulate(bowl(0.1, steps=30, stop_at="step"))[0].steps == 30
    (flown,) = simulate(bowl(2.5, steps=900, stop_at="step"))
    assert flown.steps == 900 and not np.isfinite(flown.losses[-1])


def test_each_run_stops_on_its_own():
    runs = tuple(Run(optimizer="gradient_descent", learning_rate=rate) for rate in (0.05, 0.2, 0.001))
    found = simulate(bowl(0.1, steps=300, stop_at="step").replace(runs=runs))
    assert [run.steps for run in found] == [86, 25, 300]


def test_what_is_returned_is_the_best_iterate():
    run = Run(optimizer="momentum", learning_rate=0.05, parameters={"beta": 0.95})
    (found,) = simulate(bowl(0.1, steps=900, stop_at="threshold").replace(runs=(run,)))
    assert found.best_step < found.steps and found.losses[found.best_step] < found.losses[-1]


def test_a_stop_at_the_minimum_does_not_depend_on_the_picture():
    near = bowl(0.1, stop_at="distance")
    far = near.replace(view=((50.0, 60.0), (50.0, 60.0)))
    assert simulate(near)[0].steps == simulate(far)[0].steps == 85


# --- settings ---------------------------------------------------------------------------------------------------------


def test_every_criterion_has_a_tolerance_and_a_patience_and_a_letter_of_its_own():
    assert list(KINDS) == ["loss", "step", "gradient", "threshold", "distance", "heldout"]
    assert {kind.limit for kind in KINDS.values()} | {kind.patience for kind in KINDS.values()} < set(BY_KEY)
    assert len({kind.letter for kind in KINDS.values()}) == 6
    assert SETTINGS[0].key == "stop_at"


def test_defaults_are_fixed_since_links_leave_them_out():
    assert {parameter.key: parameter.default for parameter in SETTINGS} == {
        "stop_at": "none",
        "loss_tolerance": 1e-6,
        "loss_patience": 5,
        "loss_measure": "absolute",
        "step_tolerance": 1e-4,
        "step_patience": 5,
        "gradient_tolerance": 1e-4,
        "gradient_patience": 5,
        "threshold": 1e-3,
        "threshold_patience": 5,
        "distance_tolerance": 1e-3,
        "distance_patience": 5,
        "heldout_min_delta": 0.0,
        "heldout_patience": 20,
    }


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"criteria": {"step_tolerance": 0}}, r"criteria\.step_tolerance: 0 is not allowed; give a number in"),
        ({"criteria": {"step_patience": True}}, r"criteria\.step_patience: True is not allowed; give a whole number"),
        ({"criteria": {"step_patience": [1]}}, r"criteria\.step_patience: \[1\] is not allowed"),
        (
            {"criteria": {"loss_measure": "rough"}},
            r"criteria\.loss_measure: 'rough' is not allowed; give one of",
        ),
        ({"criteria": {"moon": 1}}, r"criteria\.moon: unknown parameter; known: loss_tolerance"),
        ({"criteria": 3}, r"criteria: 3 is not allowed; give a mapping"),
        ({"stop_at": "moon"}, r"stop_at: 'moon' is not allowed; give one of none, loss, step"),
    ],
)
def test_what_is_not_allowed_is_named(fields, told):
    with pytest.raises(ValueError, match=told):
        Experiment(landscape="sphere", criteria={"step_patience": 1})
        Experiment(landscape="sphere", **fields)


def test_a_criterion_can_be_said_in_words():
    values = Experiment(landscape="sphere", criteria={"loss_measure": "relative", "gradient_patience": 1}).criteria
    told = {key: statement(kind, values) for key, kind in KINDS.items()}
    assert told == {
        "loss": "relative loss change ≤ 1e−6 for 5 steps",
        "step": "step size ≤ 1e−4 for 5 steps",
        "gradient": "gradient norm ≤ 1e−4",
        "threshold": "height above the lowest known ≤ 0.001 for 5 steps",
        "distance": "distance ≤ 0.001 for 5 steps",
        "heldout": "held-out loss no lower for 20 steps",
    }
    assert statement(kinds(None)["threshold"], values) == "loss ≤ 0.001 for 5 steps"
    assert set(LANDSCAPES) >= set(SURFACES)


# --- how low is low enough: a height where the lowest is known ------------------------------------------------------


@pytest.mark.parametrize(
    ("surface", "lowest"),
    [("peaks", -6.5511333), ("branin", 0.39788736), ("mccormick", -1.9132230), ("six_hump_camel", -1.0316285)],
)
def test_the_threshold_is_a_height_above_the_lowest_value_whatever_that_is(surface, lowest):
    fresh = Experiment(landscape=surface, steps=400)
    run = Run(optimizer="gradient_descent", learning_rate=default_learning_rate(fresh, "gradient_descent"))
    low, high = np.transpose(fresh.window)
    starts = [fresh.start, *np.random.default_rng(3).uniform(low, high, (5, 2))]
    for start in starts:
        experiment = fresh.replace(start=tuple(start), runs=(run,), criteria={"threshold": 0.01})
        (made_run,) = simulate(experiment)
        heights = made_run.losses - lowest
        rows = [t for t in range(4, len(heights)) if (heights[t - 4 : t + 1] <= 0.01).all()]
        assert criteria_steps(experiment, made_run)["threshold"] == (rows[0] if rows else None)
        assert simulate(experiment.replace(stop_at="threshold"))[0].steps == (rows[0] if rows else 400)


def test_on_a_plateau_far_above_the_minimum_the_loss_is_not_low_enough():
    plain = Run(optimizer="gradient_descent", learning_rate=0.02)
    plateau = Experiment(landscape="peaks", start=(2.9, -2.6), steps=200, runs=(plain,))
    (result,) = results_of(plateau)
    assert result.curve("gap")[-1] == pytest.approx(6.55, abs=0.01)  # though the loss itself is about 0
    assert abs(result.trajectory.final_loss) < 1e-3
    assert result.criteria_steps(plateau.criteria)["threshold"] is None
    assert simulate(plateau.replace(stop_at="threshold"))[0].steps == 200


@pytest.mark.parametrize("lift", ("", "+1000", "-7"))
def test_lifting_a_surface_changes_nothing_and_the_curve_and_the_criterion_are_one(lift):
    run = Run(optimizer="gradient_descent", learning_rate=0.1)
    fields: dict[str, Any] = {"landscape": "formula", "formula": f"x^2+y^2{lift}", "start": (4.0, 0.0), "steps": 60}
    experiment = Experiment(**fields, criteria=ONCE, runs=(run,))
    (result,) = results_of(experiment)
    found = result.criteria_steps(experiment.criteria)["threshold"]
    assert found == ceil(log(1e-3 / 16) / log(0.64)) == int(np.argmax(result.curve("gap") <= 1e-3))


def test_where_no_lowest_value_is_known_the_loss_itself_is_compared():
    run = Run(optimizer="gradient_descent", learning_rate=0.1)
    saddle = Experiment(landscape="saddle", start=(1.0, 0.1), steps=40, criteria=ONCE, runs=(run,))
    (made_run,) = simulate(saddle)
    assert known_lowest(saddle) is None
    assert criteria_steps(saddle, made_run)["threshold"] == int(np.argmax(made_run.losses <= 1e-3)) > 0


def test_each_criterion_is_in_the_group_of_those_who_can_know_it():
    training = [kind.key for kind in KINDS.values() if kind.group == "training"]
    assert training == ["loss", "step", "gradient", "heldout"]
    assert {kind.group for kind in KINDS.values()} == set(GROUPS)
    assert kinds(None)["threshold"].group == "training"  # the loss itself is known


def test_a_run_that_broke_is_stopped_by_no_criterion_that_would_hold_later():
    run = Run(optimizer="gradient_descent", learning_rate=0.3)  # out of the root's domain and back into it
    plain = Experiment(landscape="formula", formula="sqrt(x) + (x-1)^2", start=(0.01, 0.0), steps=300, runs=(run,))
    (whole,) = simulate(plain)
    assert whole.last_finite == 0 and np.isfinite(whole.losses[2:]).all()
    assert set(criteria_steps(plain, whole).values()) == {None}
    for key in KINDS:
        (found,) = simulate(plain.replace(stop_at=key))
        assert found.steps == 300 and "stopped_at" not in judge(plain.replace(stop_at=key), found).evidence


@pytest.mark.parametrize("measure", ("absolute", "relative"))
def test_a_loss_without_bounds_is_neither_stable_nor_low_enough(measure):
    losses = np.array([np.inf, 1.0, -np.inf, -np.inf, 2.0])
    measured = Quantities(losses=losses, steps=np.full(4, np.inf), gradients=losses, distances=losses, lowest=None)
    values = Experiment(landscape="sphere", criteria=ONCE | {"threshold": -1.0, "loss_measure": measure}).criteria
    assert set(first_steps(measured, values).values()) == {None}


def test_numbers_that_come_back_after_a_run_broke_say_nothing():
    """Adam goes on below 0, where log(x) is no number, and comes back: the run had ended before."""
    back = Experiment(
        landscape="formula",
        formula="log(x)+y^2",
        view=((0.0, 4.0), (-2.0, 2.0)),
        start=(1.0, 1.0),
        steps=60,
        criteria={"threshold": -4.5, "threshold_patience": 1},
        runs=(Run(optimizer="adam", learning_rate=0.05),),
    )
    (result,) = results_of(back)
    end = result.trajectory.last_finite
    assert end < 59 and np.isfinite(result.trajectory.losses[end + 1 :]).any()
    assert not np.isfinite(result.curve("loss")[end + 1 :]).any()
    assert np.isfinite(result.curve("loss")[: end + 1]).all() and np.isnan(result.trajectory.final_loss)
    told = result.criteria_steps(back.criteria)["threshold"]
    assert told == next((k for k in range(end + 1) if result.trajectory.losses[k] <= -4.5), None)
    verdict = judge(back, result.trajectory)
    assert np.isnan(verdict.evidence["final_loss"]) and np.isfinite(verdict.evidence["best_loss"])
