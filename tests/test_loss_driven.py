"""Schedules that watch the loss: against NumPy and optax, at both ends of every number, and in the compiled loop."""

from functools import cache
from itertools import pairwise

import numpy as np
import optax
import pytest

from experiments import Experiment, Outcome, Run, Wrapper, judge, simulate
from experiments.simulation.rate_events import rate_events
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from parameter import fill
from tests.test_inside import check_lines

import jax  # isort: skip
import jax.numpy as jnp  # isort: skip

ROWS = 420
RULES: tuple[tuple[str, dict[str, str]], ...] = (
    ("reduce_on_plateau", {}),
    ("bold_driver", {"form": "classic"}),
    ("bold_driver", {"form": "opposite"}),
)
ODD = {
    "reduce_on_plateau": {"factor": 0.3, "patience": 2, "tolerance": 0.3, "cooldown": 4, "smallest": 0.01},
    "bold_driver": {"grow": 1.3, "shrink": 0.4, "tolerance": 0.08, "largest": 5.0},
}


def factors(key, losses, *, factor=0, patience=0, tolerance=0, cooldown=0, smallest=0, **rule):
    """The factors again, one loss after the other, in plain Python."""
    scale, found = 1.0, []
    best, waited, resting = None, 0, 0
    for t, loss in enumerate(losses):
        if key == "bold_driver" and t:
            before = losses[t - 1]
            fell, rose = before - loss, loss - before
            share = tolerance * abs(before)
            if rule["form"] == "classic":
                scale *= rule["grow"] if fell > 0 else rule["shrink"] if rose > share else 1.0
            else:
                scale *= rule["shrink"] if fell > share else rule["grow"] if rose <= share else 1.0
            scale = min(max(scale, 1e-6), rule["largest"])
        if key == "reduce_on_plateau":
            better = best is None or loss < best - tolerance * abs(best)
            best = loss if better else best
            if resting:
                resting -= 1
            elif better:
                waited = 0
            else:
                waited += 1
                if waited == patience:
                    scale, waited, resting = max(scale * factor, smallest), 0, cooldown
        found.append(scale)
    return np.array(found)


def run(landscape, schedule, optimizer="gradient_descent", rate=0.01, parameters=None, wrappers=(), **fields):
    chosen = Run(
        optimizer=optimizer,
        learning_rate=rate,
        schedule=schedule,
        schedule_parameters=parameters or {},
        wrappers=wrappers,
    )
    return simulate(Experiment(landscape=landscape, runs=(chosen,), **{"steps": 50, "start": (1.7, -1.3), **fields}))[0]


@cache
def derivatives(landscape):
    return jax.jit(LANDSCAPES[landscape].value), jax.jit(LANDSCAPES[landscape].gradient)


# --- the rules -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("landscape", ("himmelblau", "styblinski_tang"))  # above 0 everywhere; below 0 at its minima
@pytest.mark.parametrize(("schedule", "form"), RULES)
@pytest.mark.parametrize("odd", (False, True))
def test_fifty_steps_are_those_of_a_loop_in_numpy(schedule, form, landscape, odd):
    given = fill(SCHEDULES[schedule].parameters, form | (ODD[schedule] if odd else {}))
    found = run(landscape, schedule, parameters=given, rate=0.001)  # so that none comes down to rounding
    w, losses, rates, points = np.array([1.7, -1.3]), [], [], []
    value, gradient = derivatives(landscape)
    for _ in range(50):
        losses.append(float(value(w)))
        rates.append(0.001 * factors(schedule, losses, **given)[-1])
        points.append(w)
        w = w - rates[-1] * np.asarray(gradient(w))
    np.testing.assert_allclose(found.learning_rates, rates, rtol=1e-9)
    np.testing.assert_allclose(found.points[:-1], points, rtol=1e-7, atol=1e-9)
    assert len(set(rates)) > 1 or (schedule, odd) == ("reduce_on_plateau", False)


WALK = np.cumsum(np.random.default_rng(3).normal(-0.1, 1.0, 400))
LOSSES = {
    "falling": 5 * 0.97 ** np.arange(400),
    "level": np.full(400, 2.0),
    "rising": 1.1 ** np.arange(400),
    "a walk above 0": WALK - WALK.min() + 0.5,
    "a walk on both sides": WALK - WALK.mean(),
    "not a number": np.where(np.arange(400) % 7 == 3, np.nan, 3.0),
    "endless": np.where(np.arange(400) > 5, np.inf, 3.0),
}


def follow(transformation, losses):
    def step(state, loss):
        rate, state = transformation.update(jnp.asarray(1.0), state, value=loss)
        return state, rate

    return jax.lax.scan(step, transformation.init(jnp.asarray(1.0)), losses)[1]


@cache
def compiled(schedule, form):
    fixed = {"form": form} if form else {}
    scale = SCHEDULES[schedule].scale
    assert scale is not None, schedule
    return jax.jit(lambda numbers, losses: follow(scale(**fixed, **numbers), losses))


def fed(schedule, losses, **parameters):
    """Return the factors that the schedule gives after each of the losses."""
    given = fill(SCHEDULES[schedule].parameters, parameters)
    form = given.pop("form", None)
    padded = np.full(ROWS, losses[-1], float)
    padded[: len(losses)] = losses
    return np.asarray(compiled(schedule, form)(given, padded))[: len(losses)]


ENDS = [
    (key, form | {p.key: end})
    for key, form in RULES
    for p in SCHEDULES[key].parameters
    if p.kind != "choice"
    for end in (p.low, p.high)
]


@pytest.mark.parametrize(("schedule", "parameters"), ENDS, ids=str)
def test_at_both_ends_of_every_number_the_factors_are_those_of_the_loop_and_can_be_used(schedule, parameters):
    given = fill(SCHEDULES[schedule].parameters, parameters)
    losses = np.concatenate([one[:60] for one in LOSSES.values()])
    found = fed(schedule, losses, **given)
    assert np.isfinite(found).all() and (found >= 0).all() and found.max() <= given.get("largest", 1.0)
    finite = np.concatenate([one[:60] for name, one in LOSSES.items() if name not in ("not a number", "endless")])
    np.testing.assert_allclose(found[: len(finite)], factors(schedule, finite, **given), rtol=1e-12)


@pytest.mark.parametrize("given", ({}, ODD["reduce_on_plateau"], {"patience": 1, "cooldown": 2}))
def test_reduce_on_plateau_counts_as_optax_does_where_losses_are_above_0(given):
    filled = fill(SCHEDULES["reduce_on_plateau"].parameters, given)
    theirs = optax.contrib.reduce_on_plateau(
        factor=filled["factor"],
        patience=filled["patience"],
        rtol=filled["tolerance"],
        cooldown=filled["cooldown"],
        min_scale=filled["smallest"],
    )
    losses = LOSSES["a walk above 0"][:150]
    expected = np.asarray(follow(theirs, losses))
    np.testing.assert_allclose(fed("reduce_on_plateau", losses, **given), expected, rtol=1e-12)
    assert len(set(expected)) > 2


def test_for_a_loss_below_0_a_rise_is_no_progress():
    """In optax and PyTorch it is: their mark, the best loss times 1 - tolerance, lies above a best that is negative."""
    rising = -10 * 0.999 ** np.arange(30)
    assert fed("reduce_on_plateau", rising, tolerance=0.01, patience=5)[-1] < 0.1


def test_on_a_plateau_the_two_rules_go_opposite_ways():
    level = LOSSES["level"][:100]
    assert fed("reduce_on_plateau", level)[-1] < 0.01
    assert fed("bold_driver", level, form="opposite")[-1] > 10
    assert set(fed("bold_driver", level)) == {1.0}, "the classic rule needs a fall, if only a slight one"
    assert fed("bold_driver", level - 1e-9 * np.arange(100))[-1] > 10


def test_what_each_rule_does_on_a_slope_and_on_a_climb():
    falling, rising = LOSSES["falling"][:40], LOSSES["rising"][:40]
    assert fed("bold_driver", falling)[-1] == pytest.approx(1.05**39)
    assert fed("bold_driver", falling, form="opposite")[-1] == pytest.approx(1e-6, rel=1)
    assert fed("bold_driver", rising)[-1] == pytest.approx(1e-6, rel=1)
    assert set(fed("bold_driver", rising, form="opposite")) == {1.0}
    assert set(fed("reduce_on_plateau", falling)) == {1.0}


def test_the_opposite_rule_settles_where_the_loss_falls_by_its_tolerance():
    found = run("sphere", "bold_driver", parameters={"form": "opposite", "tolerance": 0.02}, steps=400)
    drops = 1 - found.losses[201:] / found.losses[200:-1]
    assert 0.01 < drops.mean() < 0.03


# --- in the loop ---------------------------------------------------------------------------------------------------


def test_what_is_recorded_is_the_rate_that_was_used():
    found = run("himmelblau", "bold_driver", rate=0.004, steps=300)
    np.testing.assert_allclose(found.updates, -found.learning_rates[:, None] * found.gradients[:-1], rtol=1e-9)
    assert found.learning_rates[0] == 0.004 and len(set(found.learning_rates)) > 50


def test_all_that_depends_on_the_rate_sees_the_scaled_one():
    """Decoupled decay shrinks with the rate, and so do the steps of rules that only divide by the gradient's size."""
    wrappers = (Wrapper(key="weight_decay", parameters={"decay": 0.5}),)
    found = run("himmelblau", "bold_driver", "sign_descent", 0.05, wrappers=wrappers, steps=80)
    step = found.learning_rates[:, None] * (np.sign(found.gradients[:-1]) + 0.5 * found.points[:-1])
    np.testing.assert_allclose(found.updates, -step, rtol=1e-9, atol=1e-14)
    sizes = run("himmelblau", "bold_driver", "rprop", 0.01, steps=30)
    assert np.isfinite(sizes.points).all() and len(set(sizes.learning_rates)) > 3


@pytest.mark.parametrize("optimizer", ("lbfgs", "cma_es", "schedule_free_adamw"))
@pytest.mark.parametrize(("schedule", "form"), RULES)
def test_every_kind_of_optimizer_runs_under_them(optimizer, schedule, form):
    found = run("himmelblau", schedule, optimizer, 0.1, form | ODD[schedule], steps=60)
    np.testing.assert_allclose(
        found.learning_rates,
        0.1 * factors(schedule, found.losses[:-1], **fill(SCHEDULES[schedule].parameters, form | ODD[schedule])),
        rtol=1e-9,
    )
    assert list(found.states) == list(OPTIMIZERS[optimizer].inside.observes)


def test_the_loss_that_is_watched_is_without_the_noise_and_as_smooth_as_it_was_then():
    given = fill(SCHEDULES["bold_driver"].parameters, {"tolerance": 0.05})
    noisy = run("himmelblau", "bold_driver", "adam", 0.1, given, noise=5.0, steps=100)
    np.testing.assert_allclose(
        noisy.learning_rates, 0.1 * factors("bold_driver", noisy.losses[:-1], **given), rtol=1e-9
    )
    fading = run("rastrigin", "bold_driver", "adam", 0.1, given, smoothing=0.5, smoothing_schedule="linear", steps=100)
    truly = 0.1 * factors("bold_driver", fading.losses[:-1], **given)
    assert np.abs(fading.learning_rates / truly - 1).max() > 0.1


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_under_any_wrapper_every_state_is_found_in_its_place(wrapper):
    wrappers = (Wrapper(key="clip_norm"), Wrapper(key=wrapper))[wrapper == "clip_norm" :]
    driven = run("himmelblau", "bold_driver", "adam", 0.05, wrappers=wrappers)
    names = [f"{wrapper}.{name}" for name in WRAPPERS[wrapper].inside.observes]
    assert list(driven.states) == [*OPTIMIZERS["adam"].inside.observes, *names]
    averages = np.zeros(2)
    if wrapper not in ("sam", "coupled_decay"):
        for moment, gradient in zip(driven.states["first_moment"], driven.gradients, strict=False):
            averages = 0.9 * averages + 0.1 * gradient / max(1.0, np.hypot(*gradient))
            if wrapper != "clip_value":
                np.testing.assert_allclose(moment, averages, rtol=1e-8, atol=1e-12)
    plain = run("himmelblau", "constant", "adam", 0.05, wrappers=wrappers)
    np.testing.assert_allclose(plain.points[:2], driven.points[:2], rtol=1e-12)
    assert np.abs(plain.points - driven.points).max() > 1e-3


@pytest.mark.parametrize(("schedule", "form"), RULES)
def test_moving_their_numbers_compiles_nothing(schedule, form, traces):
    counts = []
    for share in (0.1, 0.4, 0.8):
        numbers = {
            p.key: round(v) if p.kind == "integer" else v
            for p in SCHEDULES[schedule].parameters
            if p.kind != "choice"
            for v in (p.low + share * (p.high - p.low),)
        }
        run("rosenbrock", schedule, "momentum", 1e-4 * (1 + share), form | numbers, steps=round(200 * share))
        counts.append(traces()["run"])
    assert len(set(counts)) == 1


def test_a_schedule_that_only_follows_the_steps_shares_one_program_with_all_others(traces):
    first = run("rosenbrock", "cosine", "momentum", 1e-4)
    before = traces()["run"]
    run("rosenbrock", "custom", "momentum", 1e-4, {"points": ((0, 1), (1, 0))})
    assert traces()["run"] == before
    assert first.learning_rates[0] == 1e-4


def test_every_change_of_the_rate_is_found_and_nothing_else():
    found = run("himmelblau", "bold_driver", rate=0.004, steps=80)
    chosen = Run(optimizer="gradient_descent", learning_rate=0.004, schedule="bold_driver")
    events = rate_events(chosen, found)
    expected = factors("bold_driver", found.losses[:-1], **SCHEDULES["bold_driver"].defaults)
    steps = [t for t in range(1, 80) if expected[t] != expected[t - 1]]
    assert list(events.steps) == steps and events.cuts + events.rises == len(steps) > events.cuts > 0
    np.testing.assert_allclose(events.factors, expected[steps], rtol=1e-12)
    assert events.cuts == sum(expected[t] < expected[t - 1] for t in steps)
    falling = Run(optimizer="gradient_descent", learning_rate=0.004, schedule="cosine")
    assert len(rate_events(falling, run("himmelblau", "cosine", rate=0.004)).steps) == 0


@pytest.mark.parametrize(("schedule", "form"), RULES)
def test_the_lines_of_an_update_hold_with_the_rate_that_was_used(schedule, form):
    chosen = Run(
        optimizer="adam",
        learning_rate=0.1,
        schedule=schedule,
        schedule_parameters=form | ODD[schedule],
        wrappers=(Wrapper(key="weight_decay"), Wrapper(key="coupled_decay")),
    )
    inside, _ = check_lines(Experiment(landscape="himmelblau", steps=50, runs=(chosen,)))
    assert len(set(inside.rates[:, 0])) > 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"schedule": "reduce_on_plateau", "schedule_parameters": {"factor": 1.0}}, False),
        ({"wrappers": (Wrapper(key="coupled_decay", parameters={"decay": 0.0}),)}, False),
        ({}, True),
    ],
    ids=("a schedule that watches", "L2 in the gradient", "neither"),
)
def test_a_noise_floor_has_a_formula_only_where_the_rate_is_data_and_nothing_is_around(given, told):
    chosen = Run(optimizer="gradient_descent", learning_rate=0.1, **given)
    experiment = Experiment(landscape="sphere", steps=3_000, noise=0.5, runs=(chosen,))
    verdict = judge(experiment, simulate(experiment)[0])
    assert verdict.outcome is Outcome.NOISE_FLOOR
    assert ("expected_variance" in verdict.evidence) == told


def test_the_scales_are_of_the_run_alone():
    """Runs side by side do not share what they remember."""
    rates = (0.001, 0.004, 0.012)
    runs = tuple(Run(optimizer="gradient_descent", learning_rate=rate, schedule="bold_driver") for rate in rates)
    together = simulate(Experiment(landscape="himmelblau", runs=runs, steps=80))
    for place, found in enumerate(together):
        (alone,) = simulate(Experiment(landscape="himmelblau", runs=(runs[place],), steps=80))
        np.testing.assert_array_equal(found.points, alone.points)
    assert all(np.abs(a.points - b.points).max() > 1e-6 for a, b in pairwise(together))
