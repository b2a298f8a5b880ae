"""Gradient noise: the same draws for all, seen by the optimizer alone, and as large as theory says."""

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, Wrapper, judge, simulate
from experiments.results.judged_runs import results_of
from optimizers import OPTIMIZERS
from tests.surface_values import evaluate

STEPS = 20_000


def an_experiment(*runs, key="himmelblau", **fields):
    runs = runs or (Run(optimizer="gradient_descent", learning_rate=0.005),)
    return Experiment(**{"landscape": key, "start": (1.7, -1.3), "steps": 60, "noise": 2.0, "runs": runs, **fields})


def draws(run):
    return run.applied_gradients - run.gradients[:-1]


def test_the_noise_is_normal_and_the_same_for_every_run_and_surface():
    runs = tuple(Run(optimizer=key, learning_rate=0.001) for key in ("gradient_descent", "adam", "momentum", "newton"))
    found = simulate(an_experiment(*runs, steps=5_000))
    for run in found:
        np.testing.assert_allclose(draws(run), draws(found[0]), atol=1e-7)
    sample = draws(found[0]) / 2.0
    assert sample.shape == (5_000, 2)
    assert np.abs(sample.mean(0)).max() < 4 / np.sqrt(5_000)
    assert np.abs(sample.std(0) - 1).max() < 4 / np.sqrt(10_000)
    assert abs(np.corrcoef(sample.T)[0, 1]) < 4 / np.sqrt(5_000)
    assert abs(np.corrcoef(sample[1:, 0], sample[:-1, 0])[0, 1]) < 4 / np.sqrt(5_000)
    assert 2.6 < np.mean(sample**4) < 3.4
    (elsewhere,) = simulate(an_experiment(key="sphere", steps=100))
    np.testing.assert_allclose(draws(elsewhere), draws(found[0])[:100], atol=1e-9)


def test_the_seed_and_nothing_else_decides():
    one, again, other = (simulate(an_experiment(seed=seed))[0] for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.points, again.points)
    assert np.abs(one.points - other.points).max() > 1e-3
    (longer,) = simulate(an_experiment(seed=3, steps=200))
    np.testing.assert_array_equal(longer.points[:61], one.points)
    (weaker,) = simulate(an_experiment(seed=3, noise=1e-3, key="sphere"))
    np.testing.assert_allclose(draws(weaker) * 2e3, draws(one), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_losses_and_gradients_stay_free_of_it(optimizer):
    rate = 0.1 if OPTIMIZERS[optimizer].rate_class == "rate_free" else 0.01
    (found,) = simulate(an_experiment(Run(optimizer=optimizer, learning_rate=rate)))
    heights, gradients, _ = evaluate("himmelblau", found.points)
    np.testing.assert_allclose(found.losses, heights, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(found.gradients, gradients, rtol=1e-9, atol=1e-9)
    assert found.applied_gradients.shape == (60, 2) and np.abs(draws(found)).max() > 1
    (calm,) = simulate(an_experiment(Run(optimizer=optimizer, learning_rate=rate), noise=0.0))
    np.testing.assert_array_equal(calm.applied_gradients, calm.gradients[:-1])
    if OPTIMIZERS[optimizer].cost[1]:
        assert np.abs(calm.points - found.points).max() > 1e-4 * np.abs(calm.points - calm.points[0]).max()
    else:  # it reads no gradient
        np.testing.assert_allclose(calm.points, found.points, rtol=1e-12)


def test_what_the_optimizer_does_follows_the_noisy_gradient():
    runs = (
        Run(optimizer="gradient_descent", learning_rate=0.005),
        Run(optimizer="momentum", learning_rate=0.002, parameters={"beta": 0.8}),
        Run(
            optimizer="gradient_descent",
            learning_rate=0.01,
            wrappers=(Wrapper(key="clip_value", parameters={"max_value": 0.5}),),
        ),
    )
    plain, heavy, clipped = simulate(an_experiment(*runs))
    np.testing.assert_allclose(plain.updates, -0.005 * plain.applied_gradients, rtol=1e-9)
    velocity = np.zeros(2)
    for t in range(60):
        velocity = 0.8 * velocity + heavy.applied_gradients[t]
        np.testing.assert_allclose(heavy.updates[t], -0.002 * velocity, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(clipped.updates, -0.01 * np.clip(clipped.applied_gradients, -0.5, 0.5), rtol=1e-9)


def test_neither_the_noise_nor_the_seed_compiles_anything(traces):
    counts = []
    for noise, seed, steps in ((0.1, 0, 10), (3.0, 5, 999), (1e6, 2**32 - 1, 20_000)):
        simulate(an_experiment(noise=noise, seed=seed, steps=steps))
        counts.append(traces()["run"])
    assert len(set(counts)) == 1


# --- as large as theory says ---------------------------------------------------------------------------------------

SEEDS = range(8)


def settled(optimizer, rate, parameters, curvatures, sigma=0.5):
    """The second moments about the minimum of many runs on curvatures (1, kappa), and their standard errors."""
    run = Run(optimizer=optimizer, learning_rate=rate, parameters=parameters)
    squares: list[list[float]] = [[], []]
    for seed in SEEDS:
        experiment = Experiment(
            landscape="ill_conditioned_quadratic",
            landscape_parameters={"condition": curvatures[1]},
            start=(0.0, 0.0),
            steps=STEPS,
            noise=sigma,
            seed=seed,
            runs=(run,),
        )
        points = simulate(experiment)[0].points[4_000:]
        for axis in (0, 1):
            blocks = (points[: len(points) // 16 * 16, axis] ** 2).reshape(16, -1).mean(axis=1)
            squares[axis].extend(blocks)
    return [(float(np.mean(s)), float(np.std(s) / np.sqrt(len(s)))) for s in squares]


@pytest.mark.parametrize("rate", (0.02, 0.1, 0.3))
def test_the_variance_of_gradient_descent_settles_where_it_should(rate):
    """At alpha sigma² / (lambda (2 - alpha lambda)); blocks of 1,000 steps are independent of each other here."""
    for (found, error), curvature in zip(settled("gradient_descent", rate, {}, (1.0, 5.0)), (1.0, 5.0), strict=True):
        expected = rate * 0.25 / (curvature * (2 - rate * curvature))
        assert abs(found - expected) < 4 * error and error < 0.1 * expected


@pytest.mark.parametrize(("rate", "beta"), ((0.02, 0.9), (0.1, 0.9), (0.1, 0.5), (0.5, 0.8)))
def test_the_variance_of_the_heavy_ball_settles_where_it_should(rate, beta):
    """At alpha sigma² (1 + beta) / (lambda (1 - beta) (2 (1 + beta) - alpha lambda))."""
    pairs = zip(settled("momentum", rate, {"beta": beta}, (1.0, 5.0)), (1.0, 5.0), strict=True)
    for (found, error), curvature in pairs:
        expected = rate * 0.25 * (1 + beta) / (curvature * (1 - beta) * (2 * (1 + beta) - rate * curvature))
        assert abs(found - expected) < 4 * error and error < 0.1 * expected


# --- the verdict ---------------------------------------------------------------------------------------------------


def verdict(optimizer, rate, noise, key="sphere", steps=2_000, seed=0, start=(3.0, 2.0), **fields):
    given = {k: fields.pop(k) for k in ("parameters", "schedule", "wrappers") if k in fields}
    run = Run(optimizer=optimizer, learning_rate=rate, **given)
    experiment = Experiment(landscape=key, start=start, steps=steps, noise=noise, seed=seed, runs=(run,), **fields)
    return results_of(experiment)[0].verdict


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("optimizer", "rate"), (("gradient_descent", 0.1), ("momentum", 0.02), ("adam", 0.05)))
def test_a_run_that_only_noise_keeps_from_rest_is_at_the_noise_floor(optimizer, rate, seed):
    found = verdict(optimizer, rate, 2.0, seed=seed)
    assert found.outcome is Outcome.NOISE_FLOOR
    assert found.minimum == (0.0, 0.0) and 0 < found.step < 1_500
    if optimizer == "gradient_descent":
        expected = 2 * 0.1 * 4.0 / (2 * (2 - 0.2))
        assert found.evidence["expected_variance"] == pytest.approx(expected)
        assert found.evidence["variance"] == pytest.approx(expected, rel=0.4)


def test_what_is_not_the_noises_doing_is_not_put_down_to_it():
    assert verdict("gradient_descent", 0.1, 1e-4).outcome is Outcome.GLOBAL_MINIMUM
    assert verdict("gradient_descent", 1.0, 0.01).outcome is Outcome.OSCILLATING  # at the limit it never rests
    assert verdict("gradient_descent", 1e-4, 0.5, steps=300).outcome is Outcome.STILL_DESCENDING
    assert verdict("gradient_descent", 1.1, 0.5).outcome in (Outcome.DIVERGED, Outcome.NON_FINITE)
    assert verdict("lion", 0.3, 0.5, start=(3.05, 2.05)).outcome is Outcome.OSCILLATING
    decayed = verdict("gradient_descent", 0.1, 2.0, schedule="cosine", steps=20_000)
    assert decayed.outcome in (Outcome.GLOBAL_MINIMUM, Outcome.STILL_DESCENDING)
    assert verdict("gradient_descent", 0.1, 1.0, key="saddle", start=(1.0, 0.1)).outcome is not Outcome.NOISE_FLOOR
    assert verdict("gradient_descent", 0.1, 1.0, key="easom", start=(60.0, 60.0)).outcome is not Outcome.NOISE_FLOOR


@pytest.mark.parametrize("formula", ("x^4+y^4", "x^6+y^4", "x^4+y^2", "(x-1)^4+(y+1)^4"))
def test_a_run_that_begins_on_a_flat_minimum_is_only_shaken_there(formula):
    """Without noise it would stay where it began; a limit of stability that is passed is no floor."""
    on = {"landscape": "formula", "formula": formula, "start": (1.0, -1.0) if "-1" in formula else (0.0, 0.0)}
    for seed in range(3):
        for steps in (100, 300, 1_000):
            plain = Run(optimizer="gradient_descent", learning_rate=0.1)
            experiment = Experiment(**on, noise=0.5, steps=steps, seed=seed, runs=(plain,))
            assert judge(experiment, simulate(experiment)[0]).outcome is Outcome.NOISE_FLOOR, (seed, steps)
    assert verdict("gradient_descent", 1.0, 0.01, start=(0.0, 0.0)).outcome is not Outcome.NOISE_FLOOR


@pytest.mark.parametrize("seed", range(12))
def test_hopping_between_minima_is_no_floor_of_one(seed):
    found = verdict("gradient_descent", 0.1, 25.0, key="double_well", seed=seed, start=(1.0, 0.0), steps=3_000)
    assert found.outcome is not Outcome.NOISE_FLOOR or found.evidence["variance"] < 0.8


def test_round_a_local_minimum_it_says_so():
    found = verdict("gradient_descent", 0.002, 3.0, key="rastrigin", start=(2.0, 1.0), steps=2_000)
    assert found.outcome in (Outcome.NOISE_FLOOR, Outcome.LOCAL_MINIMUM)
    np.testing.assert_allclose(found.minimum, (1.98991, 0.99496), atol=1e-3)


def test_each_run_of_many_is_judged_as_itself():
    runs = (
        Run(optimizer="gradient_descent", learning_rate=1e-5),
        Run(optimizer="gradient_descent", learning_rate=0.1),
        Run(optimizer="momentum", learning_rate=0.02),
    )
    experiment = Experiment(landscape="sphere", start=(3.0, 2.0), steps=2_000, noise=2.0, runs=runs)
    floor = Outcome.NOISE_FLOOR
    assert [r.verdict.outcome for r in results_of(experiment)] == [Outcome.STILL_DESCENDING, floor, floor]
    assert [judge(experiment, t).outcome for t in simulate(experiment)] == [Outcome.STILL_DESCENDING, floor, floor]


@pytest.mark.parametrize(("rate", "noise", "steps"), [(0.0095, 0.1, 200), (0.0095, 1.0, 400)])
def test_a_swing_that_would_die_down_without_noise_is_not_at_its_noise_floor(rate, noise, steps):
    heavy = Run(optimizer="momentum", learning_rate=rate, parameters={"beta": 0.99})
    bowl = {"key": "ill_conditioned_quadratic", "landscape_parameters": {"condition": 10.0}, "start": (-4.5, 0.0)}
    for seed in range(8):
        experiment = an_experiment(heavy, **bowl, steps=steps, noise=noise, seed=seed)
        assert judge(experiment, simulate(experiment)[0]).outcome is not Outcome.NOISE_FLOOR


@pytest.mark.parametrize(("text", "told"), [("x^4+y^2", False), ("x^4+0.001*x^2+y^2", False), ("x^2+3*y^2", True)])
def test_the_formula_of_a_quadratic_is_told_only_where_the_ground_is_one(text: str, told: bool) -> None:
    """At next to no curvature it would tell of ground far off: 4.98e28 at x^4."""
    run = Run(optimizer="gradient_descent", learning_rate=0.05)
    experiment = Experiment(landscape="formula", formula=text, start=(0.0, 0.0), steps=1_000, noise=1.0, runs=(run,))
    (result,) = results_of(experiment)
    assert result.verdict.outcome is Outcome.NOISE_FLOOR
    assert ("expected_variance" in result.verdict.evidence) is told


@pytest.mark.parametrize("surface", ("(x^2+y^2-4)^2", "(x^2+y^2-1)^2", "(x-y)^2", "(x+2*y-1)^2"))
def test_round_a_curve_of_minima_noise_is_told_as_the_noise_floor(surface):
    """The height, and the distance from the curve by its closed form, are those of the run's last half."""
    for steps, seed in ((200, 0), (400, 1), (1_000, 2)):
        experiment = Experiment(
            landscape="formula",
            formula=surface,
            start=(1.5, 1.0),
            steps=steps,
            noise=1.0,
            seed=seed,
            runs=(Run(optimizer="gradient_descent", learning_rate=0.03),),
        )
        (result,) = results_of(experiment)
        found, last = result.verdict, result.trajectory.points[-(steps // 8 * 4) :]
        assert found.outcome is Outcome.NOISE_FLOOR and "a curve of minima" in found.detail
        x, y = last.T
        off = {
            "(x^2+y^2-4)^2": np.hypot(x, y) - 2,
            "(x^2+y^2-1)^2": np.hypot(x, y) - 1,
            "(x-y)^2": (x - y) / np.sqrt(2),
            "(x+2*y-1)^2": (x + 2 * y - 1) / np.sqrt(5),
        }[surface]
        assert found.evidence["variance"] == pytest.approx((off**2).mean(), rel=1e-2)


@pytest.mark.parametrize("surface", ("x^4+y^2", "x^6+y^2", "x^4+y^4", "(x^2+y^2)^2"))
def test_noise_at_a_flat_minimum_is_never_a_swing_and_at_last_its_floor(surface):
    """Without noise it creeps down, and swings nowhere; after some hundred steps noise alone keeps it up."""
    for steps in (200, 300, 1_000):
        for seed in range(3):
            experiment = Experiment(
                landscape="formula",
                formula=surface,
                start=(1.0, 1.0),
                steps=steps,
                noise=1.0,
                seed=seed,
                runs=(Run(optimizer="gradient_descent", learning_rate=0.05),),
            )
            outcome = results_of(experiment)[0].verdict.outcome
            assert outcome is not Outcome.OSCILLATING
            assert outcome is Outcome.NOISE_FLOOR or steps < 1_000


@pytest.mark.parametrize(
    ("surface", "optimizer", "rate", "noise", "steps"),
    (
        ("x^8+y^2", "adagrad", 0.3, 1e-3, 2_000),
        ("x^4+y^2", "adam", 0.05, 1e-3, 200),
        ("|x|^3+y^2", "adam", 0.05, 1e-3, 200),
        ("|x*y|", "adam", 0.02, 1e-300, 1_000),
    ),
)
def test_who_is_as_high_without_noise_is_not_kept_up_by_it(surface, optimizer, rate, noise, steps):
    experiment = Experiment(
        landscape="formula",
        formula=surface,
        start=(1.5, 1.4),
        steps=steps,
        noise=noise,
        runs=(Run(optimizer=optimizer, learning_rate=rate),),
    )
    noisy, calm = (simulate(e)[0].losses[steps // 2 :].mean() for e in (experiment, experiment.replace(noise=0.0)))
    assert noisy == pytest.approx(calm, rel=0.02)
    assert results_of(experiment)[0].verdict.outcome is not Outcome.NOISE_FLOOR
