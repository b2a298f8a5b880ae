"""Simulation: what is recorded is what a plain NumPy loop does, whatever ran before, beside it or after it."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import numpy_optimizers
import pytest

from experiments import Experiment, Run, Wrapper, simulate
from experiments.critical.defaults import default_learning_rate
from experiments.simulation.lane_settings import settings_of
from experiments.simulation.simulate import simulate_numbers, simulate_run, simulate_starts
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from parameter import Refusal
from tests.surface_values import evaluate
from tests.test_optimizers import SEARCHING

import jax  # isort: skip

SURFACES = ("himmelblau", "rosenbrock", "ackley")
CHANGED = {"himmelblau": {}, "rosenbrock": {"a": 0.5, "b": 7.0}, "ackley": {"a": 13.0, "c": 5.0}}


@cache
def derivatives(key):
    unit, given = LANDSCAPES[key], CHANGED[key]
    first, second = jax.jit(lambda p: unit.gradient(p, **given)), jax.jit(lambda p: unit.hessian(p, **given))
    return lambda w: np.asarray(first(w)), lambda w: np.asarray(second(w))


def an_experiment(key, *runs, **fields):
    return Experiment(landscape=key, landscape_parameters=CHANGED.get(key, {}), runs=runs, **fields)


@pytest.mark.parametrize("key", SURFACES)
@pytest.mark.parametrize(
    "optimizer",
    [key for key, o in OPTIMIZERS.items() if o.cost == (0, 1, o.cost[2]) and not o.draws and key not in SEARCHING],
)
def test_fifty_steps_equal_a_numpy_loop(optimizer, key):
    gradient, hessian = derivatives(key)
    empty = an_experiment(key, start=(1.7, -1.3), steps=50)
    schedule = "constant" if optimizer == "nesterov" else "cosine"  # the paper's two sequences hold for one rate only
    run = Run(optimizer=optimizer, learning_rate=default_learning_rate(empty, optimizer), schedule=schedule)
    rates = SCHEDULES[schedule].build(run.learning_rate, 50)
    expected = numpy_optimizers.path(optimizer, (1.7, -1.3), gradient, rates, hessian=hessian, **run.parameters)
    (found,) = simulate(empty.replace(runs=(run,)))
    np.testing.assert_allclose(found.points, expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("key", ("himmelblau", "rosenbrock"))
def test_lbfgs_goes_along_the_direction_of_the_paper_and_never_up(key):
    (run,) = simulate(an_experiment(key, Run(optimizer="lbfgs", learning_rate=1.0), start=(-1.2, 1.0), steps=12))
    assert (np.diff(run.losses) <= 0).all()
    for t in range(8):
        direction = numpy_optimizers.lbfgs_direction(run.points[: t + 1], run.gradients[: t + 1], 10)
        step = run.updates[t]
        sine = abs(direction[0] * step[1] - direction[1] * step[0])
        assert sine <= 1e-5 * np.linalg.norm(direction) * np.linalg.norm(step)
        assert direction @ step >= 0


@pytest.mark.parametrize("key", list(LANDSCAPES)[::2])
def test_the_record_agrees_with_the_surface_and_with_itself(key):
    unit = LANDSCAPES[key]
    rate = 1e-12 if key == "powell_badly_scaled" else 1e-6  # its walls allow no more
    runs = (Run(optimizer="gradient_descent", learning_rate=rate), Run(optimizer="adam", learning_rate=0.01))
    experiment = Experiment(landscape=key, start=unit.starts[1], steps=40, runs=runs)
    for place, run in enumerate(simulate(experiment)):
        assert run.run == place and run.steps == 40
        assert run.points.shape == run.gradients.shape == (41, 2)
        assert (run.losses.shape, run.updates.shape, run.learning_rates.shape) == ((41,), (40, 2), (40,))
        assert tuple(run.points[0]) == unit.starts[1]
        heights, gradients, _ = evaluate(key, run.points)
        np.testing.assert_allclose(run.losses, heights, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(run.gradients, gradients, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(
            run.updates, np.diff(run.points, axis=0), rtol=0, atol=1e-13 * np.abs(run.points).max()
        )
        assert run.best_step == int(np.argmin(run.losses))
        assert run.last_finite == 40
        assert all(array.dtype == np.float64 for array in (run.points, run.losses, run.updates))
    np.testing.assert_allclose(
        simulate(experiment)[0].updates, -rate * simulate(experiment)[0].gradients[:40], rtol=1e-9, atol=1e-300
    )


@pytest.mark.parametrize("schedule", [key for key, schedule in SCHEDULES.items() if not schedule.watches_loss])
@pytest.mark.parametrize("steps", (1, 2, 77))
def test_the_rates_are_the_schedules(schedule, steps):
    run = Run(optimizer="gradient_descent", learning_rate=0.01, schedule=schedule)
    (found,) = simulate(an_experiment("himmelblau", run, steps=steps))
    np.testing.assert_array_equal(found.learning_rates, SCHEDULES[schedule].build(0.01, steps))
    np.testing.assert_allclose(found.updates, -found.learning_rates[:, None] * found.gradients[:-1], rtol=1e-9)


# --- what an optimizer carries -------------------------------------------------------------------------------------


def watched(optimizer, **parameters):
    experiment = an_experiment(
        "himmelblau", Run(optimizer=optimizer, learning_rate=0.01, parameters=parameters), steps=60
    )
    (run,) = simulate(experiment)
    return run, run.gradients[:-1], run.states


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_state_has_one_row_an_update(optimizer):
    run, _, states = watched(optimizer)
    named = list(OPTIMIZERS[optimizer].inside.observes)
    assert list(states) == [name for name in named if (optimizer, name) != ("rmsprop", "first_moment")]  # if centred
    for name, array in states.items():
        shapes = {"simplex": (3, 2), "ellipse": (3, 2), "swarm": array.shape[1:], "matrix": (2, 2), "number": ()}
        shape = shapes.get(OPTIMIZERS[optimizer].inside.observes[name], (2,))
        assert array.shape == (60, *shape) and np.isfinite(array).all()
    assert run.states is states


def average(values, share):
    rows, mean = [], np.zeros(2)
    for value in values:
        mean = share * mean + (1 - share) * value
        rows.append(mean)
    return np.array(rows)


@pytest.mark.parametrize("optimizer", ("adam", "adamw"))
def test_adams_moments_are_averages_of_the_recorded_gradients(optimizer):
    run, gradients, states = watched(optimizer, beta1=0.7, beta2=0.9)
    np.testing.assert_allclose(states["first_moment"], average(gradients, 0.7), rtol=1e-9)
    np.testing.assert_allclose(states["second_moment"], average(gradients**2, 0.9), rtol=1e-9)
    t = np.arange(1, 61)[:, None]
    step = states["first_moment"] / (1 - 0.7**t) / (np.sqrt(states["second_moment"] / (1 - 0.9**t)) + 1e-8)
    pull = 0.01 * run.points[:-1] if optimizer == "adamw" else 0.0
    np.testing.assert_allclose(run.updates, -0.01 * (step + pull), rtol=1e-7)


def test_the_other_states_mean_what_they_are_called():
    run, _, states = watched("momentum", beta=0.8)
    np.testing.assert_allclose(run.updates, -0.01 * states["velocity"], rtol=1e-9)
    _, gradients, states = watched("momentum_ema", beta=0.8)
    np.testing.assert_allclose(states["velocity"], average(gradients, 0.8), rtol=1e-9)
    _, gradients, states = watched("adagrad")
    np.testing.assert_allclose(states["sum_of_squares"], np.cumsum(gradients**2, axis=0), rtol=1e-9)
    _, gradients, states = watched("rmsprop", decay=0.6)
    np.testing.assert_allclose(states["second_moment"], average(gradients**2, 0.6), rtol=1e-9)
    _, gradients, states = watched("lion", beta2=0.6)
    np.testing.assert_allclose(states["first_moment"], average(gradients, 0.6), rtol=1e-9)
    run, _, states = watched("adadelta", rho=0.5)
    np.testing.assert_allclose(states["squared_steps"], average((run.updates / 0.01) ** 2, 0.5), rtol=1e-7)


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_states_are_found_under_a_wrapper(wrapper):
    run = Run(optimizer="momentum", learning_rate=0.001, wrappers=(Wrapper(key=wrapper), *other(wrapper)))
    (found,) = simulate(an_experiment("himmelblau", run, steps=30))
    assert found.states["velocity"].shape == (30, 2) and np.abs(found.states["velocity"]).max() > 0


def other(wrapper):
    return () if wrapper == "weight_decay" else (Wrapper(key="weight_decay"),)


def test_a_clipped_step_is_as_long_as_it_may_be():
    run = Run(
        optimizer="gradient_descent",
        learning_rate=0.1,
        wrappers=(Wrapper(key="clip_norm", parameters={"max_norm": 0.5}),),
    )
    (found,) = simulate(an_experiment("himmelblau", run, steps=20))
    np.testing.assert_allclose(np.hypot(*found.updates.T)[:10], 0.05, rtol=1e-9)
    assert np.hypot(*found.gradients[0]) > 1  # the record shows the surface's gradient, not the clipped one


def test_evaluations_are_counted():
    runs = tuple(Run(optimizer=key, learning_rate=0.001) for key in ("gradient_descent", "newton", "lbfgs"))
    plain, newton, lbfgs = (run.evaluations for run in simulate(an_experiment("himmelblau", *runs, steps=30)))
    assert plain == (0, 30, 0)
    assert newton == (0, 30, 30)
    assert lbfgs.hessian == 0 and lbfgs.value >= 60 and lbfgs.gradient >= 60


# --- the ends of what may be asked for -----------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_one_step_is_the_first_of_many(optimizer):
    run = Run(optimizer=optimizer, learning_rate=0.001)
    (one,) = simulate(an_experiment("himmelblau", run, steps=1))
    (many,) = simulate(an_experiment("himmelblau", run, steps=9))
    assert one.points.shape == (2, 2) and one.steps == 1
    np.testing.assert_array_equal(one.points, many.points[:2])


def test_twenty_thousand_steps_begin_like_fewer_and_arrive():
    run = Run(optimizer="gradient_descent", learning_rate=0.0015)
    (long,) = simulate(Experiment(landscape="rosenbrock", steps=20_000, runs=(run,)))
    (short,) = simulate(Experiment(landscape="rosenbrock", steps=500, runs=(run,)))
    assert long.points.shape == (20_001, 2) and long.learning_rates[-1] == 0.0015
    np.testing.assert_array_equal(long.points[:501], short.points)
    np.testing.assert_allclose(long.points[-1], [1, 1], atol=1e-4)


@pytest.mark.parametrize(
    "given",
    [
        an_experiment("himmelblau", Run(optimizer="momentum", learning_rate=0.003, schedule="cosine"), steps=80),
        an_experiment("himmelblau", Run(optimizer="particle_swarm", learning_rate=0.5), steps=40, noise=0.3, seed=2),
        an_experiment("himmelblau", Run(optimizer="gradient_descent", learning_rate=0.01), stop_at="gradient"),
    ],
)
def test_many_starts_are_the_single_runs_to_the_last_bit(given):
    starts = np.random.default_rng(2).uniform(-4, 4, (6, 2))
    found = simulate_starts(given, 0, starts)
    for start, many in zip(starts.tolist(), found, strict=True):
        alone = simulate_run(given.replace(start=tuple(start)), 0)
        assert many.steps == alone.steps and many.states.keys() == alone.states.keys()
        for field in ("points", "losses", "gradients", "updates", "learning_rates", "costs", "applied_gradients"):
            assert getattr(many, field).tobytes() == getattr(alone, field).tobytes(), field
        assert all(many.states[key].tobytes() == alone.states[key].tobytes() for key in alone.states)
    assert len({many.points.tobytes() for many in found}) == 6
    assert given.stop_at == "none" or len({many.steps for many in found}) > 1


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_a_run_with_many_numbers_is_the_single_runs_to_the_last_bit(schedule):
    runs = [
        Run(optimizer="momentum", learning_rate=rate, parameters={"beta": beta}, schedule=schedule)
        for rate, beta in ((0.01, 0.9), (0.003, 0.5), (0.2, 0.9))
    ]
    there = [an_experiment("himmelblau", run, steps=60) for run in runs]
    settings = settings_of(there)
    assert settings is not None and settings.rates is not None
    found = simulate_numbers(there[0], 0, settings.columns, settings.numbers, settings.rates)
    for many, one in zip(found, there, strict=True):
        alone = simulate_run(one, 0)
        for field in ("points", "losses", "gradients", "updates", "learning_rates"):
            assert getattr(many, field).tobytes() == getattr(alone, field).tobytes(), field
    assert settings.rates.shape[1] == (1 if schedule == "constant" else 60)


def test_a_start_that_no_experiment_may_have_is_refused_among_many():
    given = an_experiment("himmelblau", Run(optimizer="gradient_descent", learning_rate=0.01), steps=5)
    for bad in (2e6, np.nan):
        with pytest.raises(Refusal, match="start"):
            simulate_starts(given, 0, np.array([[1.0, 2.0], [bad, 0.0]]))


def test_no_runs_give_no_trajectories():
    assert simulate(an_experiment("himmelblau")) == ()


def test_what_is_not_finite_stays_as_it_is():
    run = Run(optimizer="gradient_descent", learning_rate=1000.0)
    (found,) = simulate(an_experiment("himmelblau", run, start=(4.0, 4.0), steps=40))
    assert 1 <= found.last_finite < 40
    assert np.isfinite(found.points[: found.last_finite + 1]).all()
    assert not np.isfinite(found.losses[found.last_finite + 1 :]).any()
    assert found.best_step == 0
    (nowhere,) = simulate(Experiment(landscape="goldstein_price", start=(1e6, 1e6), steps=3, runs=(run,)))
    assert nowhere.best_step == 0 and np.isfinite(nowhere.points[0]).all()


# --- nothing leaks from one run into another -----------------------------------------------------------------------


def everything(trajectory):
    arrays = [trajectory.points, trajectory.losses, trajectory.gradients, trajectory.updates, trajectory.learning_rates]
    return [array.copy() for array in [*arrays, trajectory.costs, *trajectory.states.values()]]


def same(one, two):
    return len(one) == len(two) and all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, two, strict=True))


def test_a_result_is_not_touched_by_what_runs_later():
    first = simulate(an_experiment("himmelblau", Run(optimizer="adam", learning_rate=0.1), steps=100))[0]
    before = everything(first)
    for steps in (5, 20_000, 101):
        for rate in (0.5, 1000.0):
            simulate(an_experiment("rosenbrock", Run(optimizer="adam", learning_rate=rate), steps=steps))
    assert same(before, everything(first))
    again = simulate(an_experiment("himmelblau", Run(optimizer="adam", learning_rate=0.1), steps=100))[0]
    assert same(before, everything(again))
    first.points[:] = 7.0
    assert same(
        before,
        everything(simulate(an_experiment("himmelblau", Run(optimizer="adam", learning_rate=0.1), steps=100))[0]),
    )


def test_eight_threads_find_what_one_finds():
    jobs = [
        an_experiment(
            key, Run(optimizer=optimizer, learning_rate=0.003), Run(optimizer="adam", learning_rate=0.1), steps=steps
        )
        for key in ("himmelblau", "rosenbrock")
        for optimizer in ("momentum", "rmsprop", "newton")
        for steps in (3, 150, 2_000)
    ]
    alone = [[everything(run) for run in simulate(job)] for job in jobs]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda job: [everything(run) for run in simulate(job)], jobs * 4))
    for place, found in enumerate(together):
        assert all(same(a, b) for a, b in zip(alone[place % len(jobs)], found, strict=True))


def test_threads_that_meet_a_new_optimizer_at_once_compile_it_once(traces):
    before = traces().get("run", 0)
    wrappers = (Wrapper(key="clip_value"), Wrapper(key="clip_norm"))  # a pair that no other test uses
    jobs = [
        an_experiment("himmelblau", Run(optimizer="adagrad", learning_rate=0.1 + k, wrappers=wrappers), steps=50 + k)
        for k in range(8)
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(simulate, jobs))
    assert traces()["run"] == before + 1


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_no_number_compiles_anything_new(optimizer, traces):
    unit = OPTIMIZERS[optimizer]

    def at(share, units):
        return {k: v for unit in units for k, v in whole(share, unit).items()}

    def whole(share, unit):
        return {
            p.key: ((share, v),) if p.kind == "points" else round(v) if p.kind == "integer" else v
            for p in unit.parameters
            if not p.structural
            for v in (p.low + share * (p.high - p.low),)
        }

    counts = []
    schedules = [schedule for schedule in SCHEDULES.values() if not schedule.watches_loss]
    for place, (share, schedule) in enumerate(zip(np.linspace(0.05, 0.95, len(schedules)), schedules, strict=True)):
        wrappers = (
            Wrapper(key="clip_norm", parameters=at(share, [WRAPPERS["clip_norm"]])),
            Wrapper(key="weight_decay", parameters=at(share, [WRAPPERS["weight_decay"]])),
        )
        run = Run(
            optimizer=optimizer,
            learning_rate=1e-3 * (1 + share),
            parameters=at(share, [unit]),
            schedule=schedule.key,
            schedule_parameters=whole(share, schedule),
            wrappers=wrappers,
            name=f"run {place}",
            color=place % 6,
        )
        simulate(
            Experiment(
                landscape="rosenbrock",
                landscape_parameters={"a": share, "b": 100 * share},
                view=((-share, 1), (-1, share)),
                start=(share, -share),
                steps=1 + 300 * place,
                seed=place,
                runs=(run,),
            )
        )
        counts.append(traces()["run"])
    assert len(set(counts)) == 1
