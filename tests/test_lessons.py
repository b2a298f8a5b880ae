"""Every example does what its text says: each sentence of the texts is a line here."""

import json
import re

import numpy as np
import pytest

from experiments import Outcome, critical_points, ensembles_of
from experiments.results import results_of
from lessons import EXAMPLES, OPENING
from optimizers import OPTIMIZERS

NAMED = {example.key: example for example in EXAMPLES}


def opened(key):
    """Return the example's text, its runs' outcomes and its runs' trajectories."""
    example = NAMED[key]
    results = results_of(example.experiment)
    return example.observe, [r.verdict.outcome for r in results], [r.trajectory for r in results], results


def test_the_texts_are_in_order():
    assert OPENING is EXAMPLES[0]
    assert len(NAMED) == len(EXAMPLES) == 12
    assert set(NAMED) == {
        "trapped", "too_high", "too_low", "ravine", "many_minima", "saddle", "plateau", "warm_up", "adam_or_plain",
        "schedule", "false_alarm", "luck",
    }  # fmt: skip
    for example in EXAMPLES:
        assert example.title and len(example.title) < 30
        assert re.match(r"\*\*[^*]+\.\*\* [A-Z]", example.observe) and example.observe.endswith(".")
        assert 2 <= len(example.experiment.runs) <= 3
        json.loads(example.experiment.to_json())


@pytest.mark.parametrize("key", NAMED)
def test_a_name_that_states_a_rate_states_the_right_one(key):
    for run in NAMED[key].experiment.runs:
        for stated in re.findall(r"rate ([\d.]+)", run.name):
            assert float(stated) == run.learning_rate
        for optimizer in OPTIMIZERS.values():
            if run.name.startswith(f"{optimizer.name},"):
                assert run.optimizer == optimizer.key


def test_trapped_one_ball_is_fooled():
    _, outcomes, (plain, _, _), _ = opened("trapped")
    assert outcomes == [Outcome.LOCAL_MINIMUM, Outcome.GLOBAL_MINIMUM, Outcome.GLOBAL_MINIMUM]
    minima = critical_points(NAMED["trapped"].experiment).minima
    passed = [int(np.argmin(np.hypot(*(minima - point).T))) for point in plain.points]
    assert passed[-1] == passed[len(passed) // 2]  # it stays there
    assert (np.diff(plain.losses) < 0).all()  # rolling


def test_too_high_the_steep_direction_sets_the_limit():
    _, outcomes, (low, under, over), _ = opened("too_high")
    assert NAMED["too_high"].experiment.landscape_parameters["condition"] == 10
    assert OPTIMIZERS["gradient_descent"].stability_limit(10.0) == pytest.approx(0.2)
    assert outcomes[1:] == [Outcome.GLOBAL_MINIMUM, Outcome.DIVERGED]
    assert (under.points[:-1, 1] * under.points[1:, 1] < 0).all()  # it swings
    assert (np.diff(np.abs(over.points[:, 1])) > 0).all()  # every swing is wider than the last
    assert (np.diff(low.losses) < 0).all() and outcomes[0] is Outcome.STILL_DESCENDING


def test_too_low_right_direction_no_progress():
    _, outcomes, runs, _ = opened("too_low")
    assert outcomes[0] is Outcome.STILL_DESCENDING and outcomes[2] is Outcome.GLOBAL_MINIMUM
    goal = np.array([1.0, 3.0])
    for run in runs:
        way = (run.points[1:] - run.points[0]) @ (goal - run.points[0])
        across = np.hypot(*(run.points[1:] - run.points[0]).T) * np.hypot(*(goal - run.points[0]))
        np.testing.assert_allclose(way, across)  # all three go the same way
    left = [np.hypot(*(run.points[-1] - goal)) / np.hypot(*(run.points[0] - goal)) for run in runs]
    assert left[0] > 0.9 and left[1] < 0.01 and left[2] < 1e-9


def test_ravine_momentum_cancels_the_zigzag():
    _, outcomes, (plain, heavy, nesterov), results = opened("ravine")
    assert outcomes == [Outcome.STILL_DESCENDING, Outcome.GLOBAL_MINIMUM, Outcome.GLOBAL_MINIMUM]
    assert results[1].verdict.step < 100 and results[2].verdict.step < 100
    assert (plain.updates[:-1, 1] * plain.updates[1:, 1] < 0).all()  # plain descent zigzags all the way

    def turns(run):
        return int((run.updates[:40, 1][:-1] * run.updates[:40, 1][1:] < 0).sum())

    assert turns(heavy) < turns(plain) and turns(nesterov) < turns(plain)
    assert np.abs(heavy.states["velocity"][10:30, 0]).max() > 2 * np.abs(heavy.gradients[10:30, 0]).max()  # adds up


def test_many_minima_nobody_sees_over_the_next_ridge():
    text, outcomes, runs, _ = opened("many_minima")
    critical = critical_points(NAMED["many_minima"].experiment)
    assert "121 minima" in text and len(critical.minima) == 121 and len(critical.global_minima) == 1
    assert outcomes == [Outcome.LOCAL_MINIMUM] * 3
    assert np.ptp([run.points[-1] for run in runs], axis=0).max() < 0.01  # the optimizer changes nothing
    elsewhere = NAMED["many_minima"].experiment.replace(start=(3.3, -2.7))
    moved = [result.trajectory.points[-1] for result in results_of(elsewhere)]
    assert min(np.hypot(*(a - run.points[-1])) for a, run in zip(moved, runs, strict=True)) > 2  # the start does


def test_saddle_a_vanishing_gradient_is_not_a_minimum():
    text, outcomes, (plain, newton, adam), results = opened("saddle")
    assert outcomes == [Outcome.GLOBAL_MINIMUM, Outcome.SADDLE_POINT, Outcome.GLOBAL_MINIMUM]
    assert results[1].verdict.step <= 2 and np.hypot(*newton.points[-1]) < 1e-6
    assert "40 steps" in text
    assert np.abs(plain.points[:41, 0]).max() < 0.45 and np.abs(plain.points[55:, 0]).min() > 0.9
    slow = np.hypot(*plain.gradients[:56].T)
    assert slow[20:35].max() < 0.25 < slow[35:].max() and slow[0] > 1
    assert adam.points[12, 0] > 0.4 > plain.points[12, 0] * 10  # Adam hardly notices


def test_plateau_no_slope_no_news():
    _, outcomes, (plain, momentum, adam), _ = opened("plateau")
    assert np.hypot(*plain.gradients[0]) < 1e-3
    start = plain.points[0]
    assert np.hypot(*(plain.points[-1] - start)) < 0.01
    assert np.hypot(*(momentum.points[-1] - start)) < 0.05
    assert outcomes[2] is Outcome.GLOBAL_MINIMUM and np.hypot(*(adam.points[-1] - start)) > 2
    assert not {Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM} & set(outcomes[:2])


def test_warm_up_small_steps_first():
    _, outcomes, (full, warmed, small), _ = opened("warm_up")
    rates = [run.learning_rate for run in NAMED["warm_up"].experiment.runs]
    assert rates[0] == rates[1] > rates[2]
    domain = np.array([[-4.5, 4.5], [-4.5, 4.5]])
    out = ((full.points < domain[:, 0]) | (full.points > domain[:, 1])).any(1)
    assert out[:3].any() and outcomes[0] is Outcome.DIVERGED
    inside = (np.abs(warmed.points) <= 4.5).all()
    assert inside and NAMED["warm_up"].experiment.runs[1].schedule_parameters["warmup"] == 100
    assert warmed.losses[-1] < 0.1 * small.losses[-1] < small.losses[0]


def test_adam_or_plain_along_a_curved_valley():
    _, outcomes, (plain, adam, lbfgs), _ = opened("adam_or_plain")
    assert outcomes[2] is Outcome.GLOBAL_MINIMUM
    assert lbfgs.losses[-1] < 1e-12 < adam.losses[-1] < 0.01 and plain.losses[-1] > 1
    rate = NAMED["adam_or_plain"].experiment.runs[0].learning_rate
    steepest = max(p.eigenvalues[1] for p in critical_points(NAMED["adam_or_plain"].experiment).points)
    assert rate < 2 / steepest < 3 * rate  # its rate is held down by the steep walls


def test_schedule_a_constant_step_cannot_land_on_a_tip():
    _, outcomes, (constant, decaying, _), _ = opened("schedule")
    assert outcomes == [Outcome.OSCILLATING, Outcome.GLOBAL_MINIMUM, Outcome.GLOBAL_MINIMUM]
    np.testing.assert_allclose(np.abs(constant.updates), 0.07)  # steps of one size
    assert (constant.points[-100:-1, 0] * constant.points[-99:, 0] < 0).mean() > 0.9  # over the tip, every time
    assert np.hypot(*decaying.points[-1]) < 1e-4


def test_false_alarm_the_loss_is_stable_on_a_plateau():
    _, (plain, adam), (stopped, arrived), _ = opened("false_alarm")
    assert (plain, adam) == (Outcome.STILL_DESCENDING, Outcome.GLOBAL_MINIMUM)
    assert stopped.steps < 10 < arrived.steps < NAMED["false_alarm"].experiment.steps
    assert np.abs(np.diff(stopped.losses)).max() <= 1e-6  # it never changes there


def test_luck_momentum_succeeds_far_more_often():
    plain, momentum, adam = ensembles_of(NAMED["luck"].experiment)
    assert plain.members == momentum.members == adam.members == 100
    low = momentum.global_minimum.interval[0]
    assert max(plain.global_minimum.interval[1], adam.global_minimum.interval[1]) < low
