"""Lanes: what is seen of many starts at once, held against single runs; and the twins, which tell of rounding."""

import numpy as np
import pytest

from experiments import Experiment, Run, Wrapper, simulate
from experiments.simulation.lanes import BLOCK, Lanes, Marks
from tests.seldom import seldom

STEPS = 120
TARGET = (3.0, 2.0)  # a minimum of Himmelblau's
MARKS = Marks(size=14.0, tolerance=0.02, last=20, centre=(0.25, -0.25), far=60.0, highest=2_000.0, spread=500.0)


def experiment(run, landscape="himmelblau", **fields):
    return Experiment(landscape=landscape, steps=STEPS, runs=(run,), **fields)


CASES = {
    "descent": experiment(Run(optimizer="gradient_descent", learning_rate=0.01)),
    "descent that breaks": experiment(Run(optimizer="gradient_descent", learning_rate=0.03)),
    "adam, cosine": experiment(Run(optimizer="adam", learning_rate=0.3, schedule="cosine")),
    "momentum, noise": experiment(Run(optimizer="momentum", learning_rate=0.003), noise=0.5, seed=3),
    "lookahead": experiment(Run(optimizer="nesterov", learning_rate=0.01, wrappers=(Wrapper(key="lookahead"),))),
    "a schedule that watches": experiment(
        Run(optimizer="gradient_descent", learning_rate=0.01, schedule="reduce_on_plateau")
    ),
    "draws": experiment(Run(optimizer="particle_swarm", learning_rate=0.5), seed=4),
    "turned": experiment(Run(optimizer="newton", learning_rate=0.5), rotation=30.0, l2=0.1),
}


def first(holds):
    return int(np.argmax(holds)) if holds.any() else -1


@pytest.mark.parametrize("name", CASES)
@np.errstate(all="ignore")
def test_lanes_are_the_single_runs(name):
    given = CASES[name]
    lanes = Lanes(given, 0, MARKS)
    starts = np.random.default_rng(7).uniform(-5, 5, (40, 2))
    starts[0] = 2.9, 2.1
    targets = np.broadcast_to(TARGET, starts.shape)
    ends = lanes.ends(starts)
    seen = lanes.watched(starts, targets, ends)
    broke = 0
    for i, start in enumerate(starts.tolist()):
        (run,) = simulate(given.replace(start=tuple(start)))
        finite = run.last_finite
        assert seen.finite[0, i] == finite
        away = np.hypot(*(run.points - MARKS.centre).T)
        climbed = (away > MARKS.far) & (run.losses > max(run.losses[0], MARKS.highest) + MARKS.spread)
        assert seen.climbed[0, i] in (first(climbed), -2)
        broke += finite < STEPS
        if finite < STEPS:
            assert seen.out[0, i] == (away[finite] > 2 * MARKS.far)
            continue
        if seen.apart[i] > 1e-6:
            continue  # it is chaos, as the twin tells
        np.testing.assert_allclose(ends[i], run.points[-1], atol=1e-6)
        np.testing.assert_allclose(seen.ends[0, i], run.points[-1], atol=1e-6)
        np.testing.assert_allclose(seen.losses[0, i], run.losses[-1], rtol=1e-5, atol=1e-5)
        near = np.hypot(*(run.points - TARGET).T) <= MARKS.tolerance
        since = int(np.flatnonzero(~near)[-1]) + 1 if not near.all() else 0
        assert seen.since[0, i] in (since, -1)
        reach = np.hypot(*(run.points[-MARKS.last - 1 :] - run.points[-1]).T).max()
        np.testing.assert_allclose(seen.reach[0, i], reach, atol=1e-6)
        tail, late = run.points[-MARKS.last - 1 :], run.losses[STEPS // 2 :]
        strides = np.hypot(*np.diff(tail, axis=0).T)
        np.testing.assert_allclose(seen.length[0, i], strides.sum(), atol=1e-6)
        np.testing.assert_allclose(seen.stride[0, i], strides[-1], atol=1e-6)
        np.testing.assert_allclose(seen.moved[0, i], np.hypot(*(tail[-1] - tail[0])), atol=1e-6)
        found = [getattr(seen, name)[0, i] for name in ("least", "halfway", "fell")]
        np.testing.assert_allclose(found, [run.losses.min(), late[0], -np.diff(late).max()], rtol=1e-4, atol=1e-4)
    assert broke > 5 if "breaks" in name else broke == 0
    clear = (seen.since >= 0).all(axis=0)
    assert "breaks" in name or (clear.mean() > 0.6 and (seen.apart < 1e-6).mean() > 0.5)


OF_ALL_KINDS = "adam bfgs cma_es dog momentum nelder_mead newton particle_swarm polyak_step rprop schedule_free_sgd"


@pytest.mark.parametrize("key", seldom(OF_ALL_KINDS.split(), "cma_es", "bfgs", "particle_swarm"))
def test_every_optimizer_feels_the_push(key):
    given = experiment(Run(optimizer=key, learning_rate=0.01)).replace(steps=25)
    starts = np.array([[1.0, 2.0], [-2.0, 0.5], [4.0, -3.0]])
    seen = Lanes(given, 0, MARKS).watched(starts, np.zeros((3, 2)), starts)
    assert (seen.apart > 1e-13).all() and (seen.ends[0] != seen.ends[1]).any(axis=-1).all()


def test_a_start_on_a_ridge_is_told_by_its_twin():
    given = experiment(Run(optimizer="gradient_descent", learning_rate=0.3), landscape="double_well").replace(steps=300)
    starts = np.array([[0.0, 1.0], [0.3, 1.0], [-0.3, 1.0]])
    lanes = Lanes(given, 0, MARKS)
    ends = lanes.ends(starts)
    assert ends[0, 0] == 0.0 and ends[1, 0] == pytest.approx(1.0) and ends[2, 0] == pytest.approx(-1.0)
    seen = lanes.watched(starts, ends, ends)
    assert seen.apart[0] > 0.5 and seen.apart[1:].max() < 1e-11


@pytest.mark.parametrize("name", ["descent", "descent that breaks", "adam, cosine", "momentum, noise", "lookahead"])
def test_the_short_look_sees_what_the_long_one_does(name):
    given = CASES[name]
    lanes = Lanes(given, 0, MARKS)
    starts = np.random.default_rng(8).uniform(-5, 5, (60, 2))
    ends = lanes.ends(starts)
    targets = np.where(np.isfinite(ends), TARGET, 0.0)
    seen, short = lanes.watched(starts, targets, ends), lanes.settling(starts, targets, ends)
    whole = (seen.finite == STEPS).all(axis=0)
    assert (short.apart[~whole] <= 1.0).sum() == 0  # of numbers that broke it tells nothing
    close = whole & (short.apart < 1e-5 * MARKS.tolerance)
    assert close.mean() > 0.2 and (close == (whole & (seen.apart < 1e-5 * MARKS.tolerance))).mean() > 0.9
    told = close & (short.since >= 0)
    assert told.sum() >= 0.9 * close.sum() and np.array_equal(short.since[told], seen.since[0, told])
    np.testing.assert_allclose(short.reach[close], seen.reach[0, close], atol=1e-6)
    np.testing.assert_allclose(short.ends[close], seen.ends[0, close], atol=1e-6)
    np.testing.assert_allclose(short.losses[close], seen.losses[0, close], rtol=1e-5, atol=1e-5)


def test_lanes_that_came_to_a_stop_end_where_all_steps_lead():
    for run in (
        Run(optimizer="gradient_descent", learning_rate=0.01),
        Run(optimizer="gradient_descent", learning_rate=0.03, schedule="step"),
        Run(optimizer="momentum", learning_rate=0.01, parameters={"beta": 0.3}),
    ):
        given = experiment(run).replace(steps=700)
        starts = np.array([[3.1, 1.9], [2.5, 2.5], [-2.5, 3.0]])
        for start, end in zip(starts, Lanes(given, 0, MARKS).ends(starts), strict=True):
            (trajectory,) = simulate(given.replace(start=tuple(start)))
            np.testing.assert_allclose(end, trajectory.points[-1], atol=1e-13)


def test_any_number_of_starts_is_the_same_program():
    given = CASES["descent"]
    lanes = Lanes(given, 0, MARKS)
    starts = np.random.default_rng(1).uniform(-4, 4, (BLOCK, 2))
    whole = lanes.ends(starts)
    assert np.array_equal(lanes.ends(starts[:3]), whole[:3])
    half = lanes.watched(starts[: BLOCK // 2], whole[: BLOCK // 2], whole[: BLOCK // 2])
    few = lanes.watched(starts[:5], whole[:5], whole[:5])
    for name, array in vars(few).items():
        assert np.array_equal(array, getattr(half, name)[:, :5] if array.ndim > 1 else getattr(half, name)[:5]), name
