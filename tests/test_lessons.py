"""Every example does what its text says: each sentence of the texts is a line here, and so is what must be seen."""

import json
import re
from dataclasses import dataclass, replace

import numpy as np
import pytest

from experiments import Outcome, basins, critical_points, ensembles_of, judge, simulate, sweep
from experiments.edits import edited
from experiments.edits.surfaces import with_surface
from experiments.results.ground import shown_plane
from experiments.results.judged_runs import results_of
from experiments.setup.atlas import read
from experiments.setup.points import points_of
from experiments.setup.titles import titles_of
from experiments.studies.ensemble import members_of
from experiments.studies.maps.lattice import line_of_axis
from experiments.studies.maps.pieces import beside_another
from lessons import EXAMPLES, OPENING
from tests.said_of_quadratics import stability_limit

NAMED = {example.key: example for example in EXAMPLES}
GLOBAL, LOCAL, OPEN = Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM, Outcome.STILL_DESCENDING
FLOOR, SWINGS = Outcome.NOISE_FLOOR, Outcome.OSCILLATING


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What must be seen of an example.

    outcomes: one a run. titles: what its runs are called. share: of the window's width and height that the paths cover,
    at least. leaves: the places of the runs that leave the window.
    """

    outcomes: tuple[Outcome, ...]
    titles: tuple[str, ...]
    share: tuple[float, float]
    leaves: tuple[int, ...] = ()


SEEN = {
    "trapped": Seen(
        outcomes=(LOCAL, GLOBAL, GLOBAL),
        titles=("Gradient descent", "Momentum (heavy ball)", "Adam"),
        share=(0.4, 0.6),
    ),
    "too_high": Seen(
        outcomes=(OPEN, GLOBAL, Outcome.DIVERGED),
        titles=("Rate 0.05", "Rate 0.19", "Rate 0.21"),
        share=(0.35, 0.8),
        leaves=(2,),
    ),
    "too_low": Seen(outcomes=(OPEN, GLOBAL, GLOBAL), titles=("Rate 4e−5", "Rate 0.004", "Rate 0.04"), share=(0.7, 0.7)),
    "ravine": Seen(
        outcomes=(OPEN, GLOBAL, GLOBAL),
        titles=("Gradient descent", "Momentum (heavy ball)", "Nesterov momentum"),
        share=(0.7, 0.6),
    ),
    "many_minima": Seen(
        outcomes=(LOCAL, LOCAL, LOCAL),
        titles=("Gradient descent", "Momentum (heavy ball)", "Adam"),
        share=(0.3, 0.3),
    ),
    "saddle": Seen(
        outcomes=(GLOBAL, Outcome.SADDLE_POINT, GLOBAL),
        titles=("Gradient descent", "Newton's method", "Adam"),
        share=(0.4, 0.5),
    ),
    "plateau": Seen(
        outcomes=(OPEN, OPEN, GLOBAL),
        titles=("Gradient descent", "Momentum (heavy ball)", "Adam"),
        share=(0.4, 0.15),
    ),
    "false_alarm": Seen(outcomes=(OPEN, GLOBAL), titles=("Gradient descent", "Adam"), share=(0.4, 0.15)),
    "luck": Seen(
        outcomes=(LOCAL, GLOBAL, GLOBAL),
        titles=("Gradient descent", "Momentum (heavy ball)", "Adam"),
        share=(0.35, 0.5),
    ),
    "warm_up": Seen(
        outcomes=(Outcome.DIVERGED, OPEN, OPEN),
        titles=("Rate 0.02, constant", "Rate 0.02, warm-up, then cosine", "Rate 0.002, constant"),
        share=(0.5, 0.7),
        leaves=(0,),
    ),
    "adam_or_plain": Seen(
        outcomes=(OPEN, OPEN, GLOBAL), titles=("Gradient descent", "Adam", "L-BFGS"), share=(0.6, 0.5)
    ),
    "schedule": Seen(
        outcomes=(Outcome.OSCILLATING, GLOBAL, GLOBAL),
        titles=("Lion, constant", "Lion, cosine", "Gradient descent"),
        share=(0.6, 0.4),
    ),
    "fit": Seen(outcomes=(GLOBAL, OPEN), titles=("Gradient descent", "Adam"), share=(0.5, 0.2)),
    "batches": Seen(
        outcomes=(FLOOR, FLOOR, FLOOR),
        titles=("Rate 0.3, constant", "Rate 0.05, constant", "Rate 0.3, inverse time"),
        share=(0.5, 0.3),
    ),
    "outliers": Seen(outcomes=(GLOBAL, GLOBAL), titles=("Gradient descent", "Momentum (heavy ball)"), share=(0.3, 0.4)),
    "parted": Seen(outcomes=(OPEN, OPEN), titles=("Gradient descent", "Adam"), share=(0.5, 0.4)),
    "neuron": Seen(
        outcomes=(OPEN, GLOBAL, GLOBAL),
        titles=("Gradient descent", "Momentum (heavy ball)", "Adam"),
        share=(0.3, 0.3),
    ),
    "saturated": Seen(outcomes=(OPEN, OPEN), titles=("Gradient descent", "Adam"), share=(0.6, 0.1)),
    "degree": Seen(outcomes=(OPEN, GLOBAL), titles=("Gradient descent", "Adam"), share=(0.1, 0.2)),
    "early": Seen(
        outcomes=(OPEN,) * 3, titles=("Gradient descent", "Momentum (heavy ball)", "Adam"), share=(0.05, 0.2)
    ),
    "penalty": Seen(outcomes=(GLOBAL, GLOBAL), titles=("Gradient descent", "Adam"), share=(0.02, 0.2)),
    "zeros": Seen(outcomes=(GLOBAL, SWINGS), titles=("Proximal", "Subgradient"), share=(0.1, 0.05)),
    "accuracy": Seen(outcomes=(OPEN, OPEN), titles=("Adam", "Gradient descent"), share=(0.6, 0.2)),
    "borders": Seen(outcomes=(GLOBAL, GLOBAL), titles=("Gradient descent", "Momentum (heavy ball)"), share=(0.35, 0.6)),
    "newton": Seen(
        outcomes=(Outcome.SADDLE_POINT, GLOBAL), titles=("Newton's method", "Polyak's step"), share=(0.3, 0.3)
    ),
    "rate_momentum": Seen(outcomes=(GLOBAL,), titles=("Momentum (heavy ball)",), share=(0.7, 0.7)),
    "fair": Seen(
        outcomes=(GLOBAL, GLOBAL, GLOBAL, SWINGS, GLOBAL, OPEN),
        titles=("Gradient descent", "Momentum (heavy ball)", "Nesterov momentum", "RMSprop", "Adam", "Lion"),
        share=(0.4, 0.3),
    ),
    "trainable": Seen(outcomes=(OPEN,), titles=("Gradient descent",), share=(0.1, 0.1), leaves=(0,)),
    "plane": Seen(outcomes=(OPEN,) * 3, titles=("Gradient descent", "Adam", "Momentum (heavy ball)"), share=(0.5, 0.2)),
}


def opened(key):
    """Return the example's text, its runs' outcomes and its runs' trajectories."""
    example = NAMED[key]
    results = results_of(example.experiment)
    return example.observe, [r.verdict.outcome for r in results], [r.trajectory for r in results], results


def test_the_texts_are_in_order():
    assert OPENING.key == "trapped"
    groups = [example.group for example in EXAMPLES]
    assert [*dict.fromkeys(groups)] == [
        "Rate",
        "Momentum",
        "Traps",
        "Adam and schedules",
        "Converged?",
        "Data",
        "Not seen",
        "Maps",
    ]
    assert groups == sorted(groups, key=groups.index)  # a group stands together
    assert len(NAMED) == len(EXAMPLES) == 29
    assert set(NAMED) == {
        "trapped", "too_high", "too_low", "ravine", "many_minima", "saddle", "plateau", "warm_up", "adam_or_plain",
        "schedule", "false_alarm", "luck", "fit", "batches", "outliers", "parted", "neuron", "saturated",
        "degree", "early", "penalty", "zeros", "accuracy", "plane",
        "borders", "newton", "rate_momentum", "fair", "trainable",
    }  # fmt: skip
    for example in EXAMPLES:
        assert example.title and len(example.title) < 30
        assert re.match(r"\*\*[^*]+\.\*\* [A-Z]", example.observe) and example.observe.endswith(".")
        assert 2 <= len(example.experiment.runs) <= 3 or example.group == "Maps"
        assert bool(example.experiment.atlas) == (example.group == "Maps")
        json.loads(example.experiment.to_json())


@pytest.mark.parametrize("key", NAMED)
def test_what_must_be_seen_is_seen(key):
    seen, experiment = SEEN[key], NAMED[key].experiment
    results = results_of(experiment)
    assert tuple(result.verdict.outcome for result in results) == seen.outcomes
    assert titles_of(experiment) == seen.titles
    (x0, x1), (y0, y1) = experiment.window
    low, high = np.array([x0, y0]), np.array([x1, y1])
    margin = 0.015 * (high - low)
    for member in members_of(experiment):  # every start is in sight, at some distance from the picture's edge
        assert (member.start >= low + margin).all() and (member.start <= high - margin).all()
    drawn, left = [], []
    for place, result in enumerate(results):
        points = result.trajectory.points[np.isfinite(result.trajectory.points).all(1)]
        inside = ((points >= low) & (points <= high)).all(1)
        drawn.append(points[inside])
        left += [] if inside.all() else [place]
    assert tuple(left) == seen.leaves
    share = np.ptp(np.concatenate(drawn), axis=0) / (high - low)
    assert (share >= seen.share).all(), share
    minima = critical_points(experiment).minima  # and where those that arrive end is marked
    for result in results:
        if result.verdict.minimum is not None and result.verdict.outcome in (GLOBAL, LOCAL):
            assert np.hypot(*(minima - result.verdict.minimum).T).min() < 1e-6


def test_the_title_of_a_run_follows_its_values_and_a_typed_name_stays():
    experiment = NAMED["too_low"].experiment
    assert [run.name for run in experiment.runs] == ["", "", ""]
    raised = tuple(replace(run, learning_rate=0.02) if not place else run for place, run in enumerate(experiment.runs))
    assert titles_of(experiment.replace(runs=raised)) == ("Rate 0.02", "Rate 0.004", "Rate 0.04")
    typed = tuple(replace(run, name="rate 0.00004") if not place else run for place, run in enumerate(raised))
    assert titles_of(experiment.replace(runs=typed)) == ("rate 0.00004", "Rate 0.004", "Rate 0.04")


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
    assert stability_limit("gradient_descent", 10.0) == pytest.approx(0.2)
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
    first = NAMED["too_low"].experiment.runs[0]  # raise its rate: the dot moves
    raised = results_of(NAMED["too_low"].experiment.replace(runs=(replace(first, learning_rate=0.001),)))
    assert np.hypot(*(raised[0].trajectory.points[-1] - goal)) < 0.3 * np.hypot(*(runs[0].points[0] - goal))


def test_ravine_momentum_cancels_the_zigzag():
    text, _, (plain, heavy, nesterov), results = opened("ravine")
    x0, x1, y0, y1 = np.ravel(NAMED["ravine"].experiment.window)

    def crossings(run):
        """How often it crosses the axis by so much that it is seen: by 2 % of the picture."""
        sides = run.points[:, 1]
        wide = np.maximum(np.abs(sides[:-1]), np.abs(sides[1:])) > 0.02 * (y1 - y0)
        return int((wide & (sides[:-1] * sides[1:] < 0)).sum())

    assert (plain.updates[:-1, 1] * plain.updates[1:, 1] < 0).all()  # from wall to wall, all the way
    assert crossings(plain) > 50
    assert 3 <= crossings(heavy) < 10 and 3 <= crossings(nesterov) < 10  # they swing too, but soon stop
    for run in (heavy, nesterov):
        assert np.abs(run.points[30:, 1]).max() < 0.02 * (y1 - y0) < np.abs(plain.points[40:45, 1]).max()
    assert "less than half the steps" in text
    assert max(results[1].verdict.step, results[2].verdict.step) < plain.steps / 2
    assert abs(plain.points[-1, 0]) > 0.01 * (x1 - x0)  # plain descent is not there yet
    assert np.abs(heavy.states["velocity"][10:30, 0]).max() > 2 * np.abs(heavy.gradients[10:30, 0]).max()  # adds up


def test_many_minima_nobody_sees_over_the_next_ridge():
    text, _, runs, results = opened("many_minima")
    experiment = NAMED["many_minima"].experiment
    whole = critical_points(experiment.replace(view=None))
    assert "121 minima" in text and len(whole.minima) == 121 and len(whole.global_minima) == 1
    np.testing.assert_allclose(whole.global_minima[0], 0, atol=1e-9)
    own = results[0].verdict.minimum
    near = np.hypot(*(whole.minima - own).T)
    assert np.isclose(near, np.hypot(*own), atol=0.01).any() and np.sort(near)[1] > 0.98 * np.hypot(
        *own
    )  # the next one
    assert np.ptp([run.points[-1] for run in runs], axis=0).max() < 0.01  # the optimizer changes nothing
    assert "a loss of 1 higher" in text
    assert all(run.final_loss == pytest.approx(1, abs=0.01) for run in runs)
    for start in ((-0.46, 0.46), (0.3, 0.8), (-0.3, -0.8), (-1.3, -0.7)):  # the start does
        ends = [result.trajectory.points[-1] for result in results_of(experiment.replace(start=start))]
        assert np.ptp(ends, axis=0).max() < 0.1 and np.hypot(*(ends[0] - own)) > 0.9


def test_saddle_a_vanishing_gradient_is_not_a_minimum():
    text, _, (plain, newton, adam), results = opened("saddle")
    assert "in one step and stays" in text
    assert results[1].verdict.step == 1 and np.hypot(*newton.points[1:].T).max() < 1e-3
    assert np.hypot(*newton.gradients[-1]) < 1e-12
    near = np.hypot(*plain.points.T) < 0.5
    assert "some 30 steps" in text and 25 <= near.sum() <= 35
    assert near[np.argmax(near) : np.argmax(near) + near.sum()].all()  # in one piece, and then
    assert results[0].verdict.step > np.flatnonzero(near)[-1]
    assert np.hypot(*adam.points.T).min() > 0.8  # at a distance


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
    assert np.abs(full.points[0]).max() < 4.5 < np.abs(full.points[1]).max()  # the domain ends at 4.5
    assert outcomes[0] is Outcome.DIVERGED
    assert "a tenth of it" in NAMED["warm_up"].observe and rates[2] == rates[0] / 10
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
    assert "after 5 steps" in NAMED["false_alarm"].observe
    assert stopped.steps == 5
    assert 10 < arrived.steps < NAMED["false_alarm"].experiment.steps
    assert np.abs(np.diff(stopped.losses)).max() <= 1e-6  # it never changes there


def test_luck_momentum_succeeds_far_more_often():
    plain, momentum, adam = ensembles_of(NAMED["luck"].experiment)
    assert plain.members == momentum.members == adam.members == 100
    low = momentum.global_minimum.interval[0]
    assert max(plain.global_minimum.interval[1], adam.global_minimum.interval[1]) < low


# Learning from data


def test_fit_descent_is_learning():
    text, _, (plain, _), _ = opened("fit")
    experiment = NAMED["fit"].experiment
    x, y = np.array(experiment.data).T
    assert "forty points" in text and len(x) == 40
    for step in (0, 5, 100):  # the height is how badly the line fits
        slope, intercept = plain.points[step]
        assert plain.losses[step] == pytest.approx(np.mean((slope * x + intercept - y) ** 2), rel=1e-12)
    moved = edited(experiment, "data.3", [experiment.data[3][0], 5.0])
    before, after = (critical_points(one).minima[0] for one in (experiment, moved))
    assert np.hypot(*(after - before)) > 0.1


def test_batches_random_batches_leave_a_floor():
    text, _, runs, _ = opened("batches")
    experiment = NAMED["batches"].experiment
    assert "four points of forty" in text and (experiment.batch, len(experiment.data)) == (4, 40)
    fast, slow, falling = (run.losses[200:].mean() - critical_points(experiment).lowest for run in runs)
    assert fast > 3 * slow > 3 * falling
    assert "six times smaller" in text
    assert experiment.runs[0].learning_rate == pytest.approx(6 * experiment.runs[1].learning_rate)
    assert np.ptp(runs[0].points[-100:], axis=0).min() > 0.1  # it keeps jittering


def test_outliers_squares_listen_to_who_shouts():
    _, _, (plain, _), _ = opened("outliers")
    experiment = NAMED["outliers"].experiment
    wrong = points_of(edited(experiment, "landscape_parameters.clean", "on")).cleaned
    assert len(wrong) == 4 and len(experiment.data) == 40
    assert abs(plain.points[-1, 0]) < 0.1  # nearly flat
    away = experiment
    for place in wrong:
        away = edited(away, f"flagged.{place}", True)
    for other in (away, edited(experiment, "landscape_parameters.loss", "huber")):
        assert results_of(other)[0].trajectory.points[-1, 0] > 0.9


def test_parted_right_everywhere_and_never_done():
    text, _, runs, results = opened("parted")
    experiment = NAMED["parted"].experiment
    *inputs, labels = np.array(experiment.data).T
    margins = (runs[0].points @ np.array(inputs)) * (2 * labels - 1)
    assert "from the second step on" in text and (margins[2:] > 0).all()
    assert critical_points(experiment).lowest is None and "no minimum" in results[0].verdict.detail
    for run in runs:
        assert (np.diff(run.losses[200:]) < 0).all()
        size, turn = np.hypot(*run.points.T), np.arctan2(*run.points.T[::-1])
        assert (np.diff(size[200:]) > 0).all()
        assert size[1000] - size[800] < size[400] - size[200]  # more and more slowly
        assert abs(turn[1000] - turn[800]) < abs(turn[400] - turn[200]) < 0.2


def test_neuron_the_smallest_network_has_a_saddle():
    text, _, runs, _ = opened("neuron")
    found = critical_points(NAMED["neuron"].experiment)
    assert found.saddles.tolist() == [[0.0, 0.0]] and len(found.global_minima) == 2 == len(found.minima)
    np.testing.assert_allclose(found.minima[0], -found.minima[1])
    halved = [int(np.argmax(run.losses < run.losses[0] / 2)) for run in runs]
    assert "more than a hundred steps" in text and 100 < halved[0] < 130
    assert "some thirty" in text and 25 <= halved[2] <= 35


def test_saturated_the_loss_decides_whether_a_mistake_can_be_seen():
    _, _, (plain, adam), _ = opened("saturated")
    experiment = NAMED["saturated"].experiment
    x, labels = np.array(points_of(experiment).rows).T
    slope, intercept = experiment.start
    chance = 1 / (1 + np.exp(-(slope * x + intercept)))
    wrong = np.abs(chance - labels) > 0.9  # and sure of it
    assert wrong.mean() > 0.6  # most of them
    assert plain.losses[-1] > 0.95 * plain.losses[0] and adam.losses[-1] < 0.2 * adam.losses[0]
    other = with_surface(experiment, "logistic_1d")
    assert points_of(other).rows == points_of(experiment).rows
    (log, _) = (result.trajectory for result in results_of(other))
    assert log.losses[20] < 0.5 * log.losses[0]


# What was not seen


def fits(key, **changes):
    """The second verdicts of an example's runs, after some edits."""
    experiment = NAMED[key].experiment
    for address, value in changes.items():
        experiment = edited(experiment, address.replace("__", "."), value)
    return [judge(experiment, run).fit for run in simulate(experiment)]


def test_degree_a_better_fit_that_predicts_worse():
    text, _, (plain, _), results = opened("degree")
    points = points_of(NAMED["degree"].experiment)
    assert (len(points.kept), len(points.heldout)) == (20, 20) and "twenty hollow ones" in text
    assert plain.best_heldout_step == 15 and plain.heldout[-1] > 2 * plain.heldout[15]
    assert (np.diff(plain.train) < 0).all()
    assert [result.verdict.fit.kind.name for result in results] == ["OVERFITS", "OVERFITS"]
    three, one = (fits("degree", landscape_parameters__degree=degree)[0] for degree in (3, 1))
    assert three.kind.name == "FITS" and one.kind.name == "TOO_SIMPLE"
    assert abs(three.evidence["gap"]) < 0.02 and min(one.evidence["train"], one.evidence["heldout"]) > 0.2


def test_early_stop_when_the_unseen_loss_comes_no_lower():
    _, _, runs, results = opened("early")
    experiment = NAMED["early"].experiment
    assert experiment.criteria["heldout_patience"] == 20
    for run, result in zip(runs, results, strict=True):
        assert run.steps < experiment.steps and result.verdict.evidence["returned_step"] == run.steps - 20
        assert result.verdict.fit.kind.name == "FITS"
    assert [fit.kind.name for fit in fits("early", stop_at="none")] == ["OVERFITS"] * 3


def test_penalty_small_weights_cannot_follow_the_noise():
    now, without, little, much = (
        fits("penalty", l2=strength)[0].evidence["heldout"] for strength in (0.1, 0.0, 0.001, 1.0)
    )
    assert 2.5 * now < without and little > 0.9 * without and much > 3 * now


def test_zeros_only_one_of_them_forgets():
    _, _, (proximal, plain), _ = opened("zeros")
    zeros = (proximal.weights == 0).sum(axis=1)
    assert zeros[-1] == 7 and (zeros[-100:] == 7).all() and proximal.weights.shape[1] == 10
    assert not (plain.weights == 0).any()


def test_accuracy_hides_what_the_loss_tells():
    _, _, (adam, _), results = opened("accuracy")
    best = adam.best_heldout_step
    assert best == 388 and adam.heldout[-1] > 1.5 * adam.heldout[best]
    assert abs(adam.accuracy[-1] - adam.accuracy[best]) < 0.05
    assert results[0].verdict.fit.kind.name == "OVERFITS"


def test_plane_no_picture_shows_a_networks_loss():
    shares = {}
    for kind in ("path", "random"):
        shown = edited(NAMED["plane"].experiment, "plane", kind)
        plane, paths = shown_plane(shown), [result.trajectory.weights for result in results_of(shown)]
        assert plane is not None
        shares[kind] = [plane.share(path) for path in paths if path is not None]
        assert [path.shape for path in paths if path is not None] == [(401, 33)] * 3
    assert min(shares["path"]) > 0.5 and max(shares["random"]) < 0.15


def test_borders_momentum_frays_them():
    experiment = NAMED["borders"].experiment
    plain, rolling = (basins(experiment, run=run, size=32) for run in (0, 1))
    assert (plain.outcome == "GLOBAL_MINIMUM").all() and (rolling.outcome == "GLOBAL_MINIMUM").all()
    broken = [beside_another(found.minimum).mean() for found in (plain, rolling)]
    assert broken[0] < 0.2 and broken[1] > 2 * broken[0]  # how much of the map lies at a border
    first, second = judged_alone(experiment, 0), judged_alone(experiment, 1)
    assert np.hypot(*np.subtract(first.minimum, second.minimum)) > 1  # and the start that is set is such a one


def judged_alone(experiment, run):
    return judge(experiment, simulate(experiment)[run])


def test_newton_three_minima_and_a_heart():
    experiment = NAMED["newton"].experiment
    newton = basins(experiment, run=0, size=8)
    middle = np.hypot(*(np.indices((8, 8)) - 4)) < 1
    assert (newton.outcome[middle] == "SADDLE_POINT").all() and len(newton.minima) == 3
    away = experiment.replace(start=(0.1, 0.05))
    assert [judged_alone(away, run).outcome for run in (0, 1)] == [Outcome.SADDLE_POINT, GLOBAL]
    start = np.array([0.7, 0.9])
    z, stepped = complex(*start), simulate(experiment.replace(start=tuple(start), steps=1))[1].points[1]
    half = z - 0.5 * (z**3 - 1) / (3 * z**2)
    np.testing.assert_allclose(stepped, [half.real, half.imag], rtol=1e-12)  # half a step for z^3 = 1


def test_rate_momentum_more_momentum_allows_a_larger_rate():
    experiment = NAMED["rate_momentum"].experiment
    rates, betas = np.geomspace(0.01, 1, 9), np.linspace(0, 0.9, 4)
    found = sweep(experiment, {"learning_rate": rates, "parameters.beta": betas})
    assert np.array_equal(found.outcome == "DIVERGED", rates[:, None] > 2 * (1 + betas) / 18)
    there = np.where(found.steps >= 0, found.steps, 9_999)
    rate, beta = np.unravel_index(there.argmin(), there.shape)
    assert betas[beta] < 0.7 and rates[rate] > 0.3 * 2 * (1 + betas[beta]) / 18


def test_fair_a_comparison_at_one_rate_is_none():
    experiment = NAMED["fair"].experiment
    rates = read(experiment.atlas).axes[0]
    values = line_of_axis(rates, 255).values(0, 256)

    def at(run, rate):
        near = values[np.abs(np.log(values / rate)).argmin()]
        changed = edited(experiment, f"r{run + 1}.learning_rate", float(near))
        return judged_alone(changed, run)

    nesterov, adam, plain = at(2, 0.00338), at(4, 0.464), at(0, 0.0338)
    assert (nesterov.step, adam.step, plain.step) == (79, 84, 333)
    assert {one.outcome for one in (nesterov, adam, plain)} == {GLOBAL}
    ends = [(2, 0.00206), (2, 0.00637), (4, 0.0874), (4, 2.36)]  # of the good ranges
    assert [at(*end).outcome for end in ends] == [GLOBAL] * 4
    assert [at(2, 0.0072).outcome, at(4, 2.7).outcome] != [GLOBAL] * 2
    assert np.log(2.36 / 0.0874) > 2 * np.log(0.00637 / 0.00206)


def test_trainable_there_is_no_smooth_border():
    experiment = NAMED["trainable"].experiment
    factors = np.geomspace(60, 64, 12)
    losses = [
        simulate(edited(experiment, "r1.wrappers.layer_rate.factor", float(f)).replace(steps=100))[0].final_loss
        for f in factors
    ]
    learnt = np.array(losses) < 0.1
    assert np.count_nonzero(learnt[1:] != learnt[:-1]) >= 3, losses
