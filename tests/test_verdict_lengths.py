"""What a run is told to do must not depend on how many steps it has: its own 20,000 steps are the second opinion."""

from functools import cache

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, judge, simulate
from experiments.setup.experiment import landscape_of
from experiments.simulation.simulate import simulate_run
from experiments.simulation.stopping import cut
from figures.packets.wording import title

LONGEST = 20_000
WAYS = np.stack([np.cos(np.pi * np.arange(64) / 64), np.sin(np.pi * np.arange(64) / 64)])
SETTLED = (Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM)


def run_of(surface, optimizer, rate, start, steps=LONGEST, schedule="constant", **parameters):
    """The experiment with one run; a surface that is no key is a formula."""
    typed = not surface.isidentifier()
    run = Run(optimizer=optimizer, learning_rate=rate, schedule=schedule, parameters=parameters)
    given = {"landscape": "formula", "formula": surface} if typed else {"landscape": surface}
    return Experiment(**given, start=start, steps=steps, runs=(run,))


def judged(*setting, **fields):
    experiment = run_of(*setting, **fields)
    return judge(experiment, simulate(experiment)[0])


@cache
def whole(setting):
    experiment = run_of(*setting[:4], **dict(setting[4:]))
    return experiment, simulate_run(experiment, 0)


def outcome_at(setting, steps):
    experiment, run = whole(setting)
    return judge(experiment.replace(steps=steps), cut(run, steps))


def diameter(points):
    along = points @ WAYS
    return float((along.max(axis=0) - along.min(axis=0)).max())


def period(points, wide):
    """The smallest number of steps after which all of the last 1,000 points come back, None without one."""
    last = points[-1001:]
    return next((p for p in range(1, 500) if np.hypot(*(last[p:] - last[:-p]).T).max() <= 1e-6 * wide), None)


def transient(points, wide, every):
    """The first step from which on the run is within a fiftieth of the orbit that it ends in."""
    ends = points[len(points) - 1 - (len(points) - 1 - np.arange(len(points))) % every]
    off = np.flatnonzero(np.hypot(*(points - ends).T) > 0.02 * wide)
    return int(off[-1]) + 1 if off.size else 0


SWINGS = (  # of period 2, 3, 4, of long ones, without one, at creases, of signs, of rates that a method makes itself
    ("|x|+y^2", "gradient_descent", 0.1, (1.0, 1.0)),
    ("max(x,-2*x)+y^2", "gradient_descent", 0.1, (1.0, 1.0)),
    ("x^4-x^2+y^2", "gradient_descent", 0.63, (0.6, 0.3)),
    ("x^4-x^2+y^2", "gradient_descent", 0.8, (0.6, 0.0)),
    ("|x|^1.5+y^2", "gradient_descent", 0.3, (1.0, 0.7)),
    ("|x|+|y|", "momentum", 0.05, (1.0, 0.7), ("beta", 0.9)),
    ("l1_norm", "momentum_ema", 0.0597, (-1.962, 0.153)),  # of period 66: twenty steps of it look like a rest
    ("|x|+|y|", "ademamix", 0.209, (-0.228, -1.142)),
    ("max(x,-2*x)+y^2", "adabound", 0.203, (3.616, 4.217)),
    ("sphere", "sign_descent", 0.1, (2.0, 3.0)),
    ("sphere", "rmsprop", 0.06, (1.0, 1.0), ("momentum", 0.9)),
    ("double_well", "gradient_descent", 1.4, (0.3, 0.2)),
    ("rosenbrock", "lion", 0.02, (-1.2, 1.0)),
    ("himmelblau", "polyak_step", 1.0, (0.0, 0.0), ("lowest", -3.0)),
    ("booth", "normalized_gradient", 0.1, (-4.0, -2.0)),
    ("sqrt(x^2+y^2)^1.4+0.1*x", "gradient_descent", 0.1, (1.0, 1.0)),
)


@pytest.mark.parametrize("setting", SWINGS, ids=lambda setting: f"{setting[0]} {setting[1]}")
def test_a_swing_that_lasts_is_told_at_every_length(setting):
    """Where the last half is as wide as the swing in the end, and the last two periods lie after the transient."""
    _, run = whole(setting)
    wide = diameter(run.points[-1001:])
    every = period(run.points, wide)
    since = transient(run.points, wide, every) + 2 * every if every else 0
    told = False
    for steps in (*range(100, 1_001, 30), 101, 303, 999, 3_000, 19_990, LONGEST):
        half = diameter(run.points[steps // 2 : steps + 1])
        must = abs(half / wide - 1) <= 0.1 and steps >= since
        is_told = outcome_at(setting, steps).outcome is Outcome.OSCILLATING
        if steps > LONGEST // 2:
            assert is_told, steps
        assert is_told or not must, steps
        assert is_told or not told or steps in (101, 303, 999), steps  # these come after longer ones
        told = is_told


ABOUT_AS_WIDE_AS_WHAT_IS_REACHED = (  # a thousandth of the diagonal is 0.0141
    ("sphere", "rmsprop", 0.02, (1.0, 1.3), ("momentum", 0.9)),
    ("|x|^1.5+|y|^1.5", "amsgrad", 0.156, (-1.297, -2.0)),
    ("|x|^1.5-y^2", "gradient_descent", 0.1, (1.0, 0.0)),  # over the crest of a saddle: no minimum to rest at
    ("|x|-y^2", "gradient_descent", 0.013, (1.0, 0.0)),
)


@pytest.mark.parametrize("setting", ABOUT_AS_WIDE_AS_WHAT_IS_REACHED, ids=lambda setting: f"{setting[0]} {setting[1]}")
def test_a_lasting_swing_about_as_wide_as_what_counts_as_reached_is_told_at_every_length(setting):
    _, run = whole(setting)
    wide = diameter(run.points[-1001:])
    for steps in (*range(100, 1_001, 60), 101, 310, 5_000, LONGEST):
        if abs(diameter(run.points[steps // 2 : steps + 1]) / wide - 1) <= 0.1:
            assert outcome_at(setting, steps).outcome is Outcome.OSCILLATING, steps
        else:
            assert steps < 300


def test_a_swing_is_told_though_the_loss_falls_at_every_step_along_a_flat_valley():
    """Along x it jumps between two places from its first steps on; y creeps down y^4, ever more slowly."""
    for setting in (
        ("(x^2)^0.55+y^4", "gradient_descent", 0.1, (1.0, 1.0)),
        ("(x^2)^0.55+y^4", "gradient_descent", 0.2, (1.0, 1.0)),
        ("|x|+y^4", "sign_descent", 0.05, (1.0, 1.0)),
    ):
        _, run = whole(setting)
        wide = diameter(run.points[-1001:])
        for steps in (200, 300, 400, 600, 1_000, 5_000):
            assert abs(diameter(run.points[steps // 2 : steps + 1]) / wide - 1) <= 0.1
            assert outcome_at(setting, steps).outcome is Outcome.OSCILLATING, (setting, steps)


NARROW = (  # each swings for ever by less than a thousandth of the window's diagonal: width in closed form or measured
    (("sphere", "sign_descent", 0.002, (1.0, 1.0)), 0.002 * 2**0.5, 700),
    (("|x|+|y|", "gradient_descent", 0.003, (1.0, 1.0)), 0.003 * 2**0.5, 500),
    (("sphere", "lion", 0.003, (1.0, 1.0)), None, 1_000),
    (("x^2+y^2", "rmsprop", 0.002, (0.1, 0.1)), 0.002 * 2**0.5, 600),
    (("|x|+|y|", "adam", 0.01, (1.0, 1.0)), None, 500),
)


@pytest.mark.parametrize(("setting", "wide", "since"), NARROW, ids=lambda one: str(one)[:30])
def test_a_run_that_keeps_swinging_too_narrowly_to_be_seen_says_so_at_every_length(setting, wide, since):
    _, run = whole(setting)
    wide = wide or diameter(run.points[-1001:])
    for steps in (since, since + 1, since + 110, 2_000, LONGEST):
        found = outcome_at(setting, steps)
        assert found.outcome in SETTLED and "keeps swinging by" in found.detail, steps
        assert found.evidence["amplitude"] == pytest.approx(wide, rel=0.03)


def test_rounding_is_no_swing():
    for setting in (
        ("x^2+y^2", "adam", 1.0, (1.0, 1.0)),
        ("booth", "momentum", 0.02, (-4.0, 8.0)),
        ("rosenbrock", "newton", 1.0, (-1.2, 1.0)),
        ("|x|^1.9+y^2", "gradient_descent", 0.05, (1.0, 1.0)),
    ):
        found = judged(*setting, 1_000)
        assert found.outcome in SETTLED and "swinging" not in found.detail and "amplitude" not in found.evidence


@pytest.mark.parametrize(
    "setting", (("booth", "nadam", 1.0, (0.0, 0.0)), ("x^2+y^2", "nadam", 1.0, (1.0, 1.0))), ids=str
)
def test_a_run_that_rests_and_bursts_is_not_told_as_swinging_before_it_rests_again(setting):
    """Its bursts come every few hundred steps: from the first length at which it is told as a swing it stays one."""
    told = [outcome_at(setting, steps).outcome is Outcome.OSCILLATING for steps in range(100, 1_001, 20)]
    assert told == sorted(told)


FADING = (
    ("x^2+y^2", "gradient_descent", 0.9999, (1.0, 1.0)),
    ("x^2+y^2", "gradient_descent", 0.99999, (1.0, 1.0)),
    ("x^2+y^2", "momentum", 0.01, (1.0, 1.0), ("beta", 0.99)),
    ("x^2+10*y^2", "nesterov", 0.06, (2.0, 1.0), ("beta", 0.98)),
    ("x^2-0.1*x^4+0.5*y^2", "gradient_descent", 1.0, (1.0, 0.2)),  # as one over the root of the steps
    ("|x|+|y|", "sign_descent", 0.3, (1.0, 0.7), ("schedule", "inverse_sqrt")),
    ("|x|+y^2", "gradient_descent", 0.3, (1.0, 0.7), ("schedule", "inverse_time")),
)


@pytest.mark.parametrize("setting", FADING, ids=lambda setting: f"{setting[0]} {setting[1]} {setting[2]}")
def test_a_swing_that_dies_down_however_slowly_is_none(setting):
    _, run = whole(setting)
    early, late = diameter(run.points[50:101]), diameter(run.points[-1001:])
    assert late < 0.95 * early
    for steps in (100, 101, 150, 300, 500, 1_000, 4_000):
        assert outcome_at(setting, steps).outcome in (Outcome.STILL_DESCENDING, *SETTLED), steps


BURSTS = (  # each swing dies down, and a second moment that has shrunk to next to nothing throws the run out much later
    ("x^2+y^2", "adam", 1.0, (1.0, 1.0)),
    ("x^2+y^2", "adam", 0.8, (2.0, 1.0)),
    ("sphere", "adam", 2.0, (3.0, 1.0)),
    ("himmelblau", "adam", 2.0, (0.0, 0.0)),
    ("x^2+y^2", "adam", 3.0, (-2.0, 4.0)),
)


@pytest.mark.parametrize("setting", BURSTS, ids=lambda setting: f"{setting[0]} {setting[1]} {setting[2]}")
def test_a_swing_that_dies_down_is_none_whatever_bursts_come_much_later(setting):
    """And the steps that it lacks, or since when it is there, are those of the first arrival that lasts."""
    experiment, run = whole(setting)
    (x0, x1), (y0, y1) = landscape_of(experiment).view
    place = run.points[600]
    away = np.hypot(*(run.points - place).T) > 1e-3 * np.hypot(x1 - x0, y1 - y0)
    arrived = int(np.flatnonzero(away[:600])[-1]) + 1
    assert arrived < 120 and away[600:].any()
    for steps in range(30, arrived + 20, 10):
        found = outcome_at(setting, steps)
        assert found.outcome is Outcome.STILL_DESCENDING, steps
        if steps < arrived:
            assert found.evidence["projected_steps"] == arrived - steps
            assert "It has been" not in found.detail
        else:
            assert f"since step {arrived}, too short" in found.detail and "more step" not in found.detail
    assert outcome_at(setting, 300).outcome in SETTLED


def test_one_minimum_alone_is_told_where_a_run_creeps_along_a_flat_one():
    """Each of Newton's steps shrinks x by 1/39: x^40 has next to no slope where it is already at rest by its height."""
    for steps in (80, 100, 110):
        found = outcome_at(("x^40+y^2", "newton", 1.0, (0.5, 0.4)), steps)
        far = 0.5 * (38 / 39) ** np.arange(300.0)
        assert "It has been" not in found.detail and found.detail.count("minimum") == 1
        assert found.evidence["projected_steps"] == np.argmax(far <= 1e-3 * np.hypot(10, 10)) - steps


def test_a_period_is_told_only_for_what_comes_back_by_the_width_that_is_told():
    for setting, lengths in (
        (
            ("himmelblau", "adam", 2.0, (0.0, 0.0)),
            (2_000, 5_000),
        ),  # a burst of 0.38, that leaves two places 0.075 apart
        (("x^2+y^2", "adam", 0.05, (1.0, 1.0)), (LONGEST,)),
        (("sphere", "adam", 2.0, (3.0, 1.0)), (5_000,)),
    ):
        _, run = whole(setting)
        for steps in lengths:
            found = outcome_at(setting, steps)
            assert found.outcome is Outcome.OSCILLATING
            last = run.points[steps - 1_000 : steps + 1]
            off = min(np.hypot(*(last[lag:] - last[:-lag]).T).max() for lag in range(1, 450))
            assert off > 0.1 * found.evidence["amplitude"]  # after no number of steps does it come back
            assert "period" not in found.evidence and "without a period" in found.detail


def test_a_schedule_that_fills_its_steps_is_not_continued():
    for schedule in ("cosine", "linear", "one_cycle"):
        found = judged("|x|+y^2", "gradient_descent", 0.3, (1.0, 0.7), 300, schedule=schedule)
        assert found.outcome is not Outcome.OSCILLATING


@pytest.mark.parametrize("excess", (1e-5, 1e-4, 1e-3))
def test_a_swing_that_grows_is_told_as_growing(excess):
    """By a factor of 2 rate - 1 = 1 + 2 excess a step."""
    for steps in (100, 301, 500):
        found = judged("x^2+y^2", "gradient_descent", 1 + excess, (0.5, 0.5), steps)
        assert found.outcome is Outcome.OSCILLATING and "wider and wider" in found.detail
        assert found.evidence["growth"] - 1 == pytest.approx(2 * excess, rel=1e-3)
    assert "growth" not in judged("x^2+y^2", "gradient_descent", 1.0, (0.5, 0.5), 300).evidence


def test_the_smallest_return_is_told():
    found = judged("sphere", "rmsprop", 0.06, (1.0, 1.0), 300, momentum=0.9)
    assert found.evidence["period"] == 5 and "every 5 steps bring it back to within 0.004" in found.detail
    for surface, rate, every in (("|x|+y^2", 0.1, 2), ("max(x,-2*x)+y^2", 0.1, 3), ("x^4-x^2+y^2", 0.63, 4)):
        found = judged(surface, "gradient_descent", rate, (0.6, 0.3), 400)
        assert found.evidence["period"] == every


def test_a_run_that_left_its_minimum_again_and_again_says_how_often():
    experiment, run = whole(("x^2+y^2", "adam", 0.1, (1.0, 1.0)))
    found = judge(experiment, run)
    away = np.hypot(*run.points.T) > 1e-3 * np.hypot(10, 10)
    came = next(t for t in range(LONGEST) if not away[t : t + 21].any())  # twenty steps on it had come to rest
    left = np.flatnonzero(away[1:] & ~away[:-1]) + 1
    left = left[left > came]
    assert found.outcome is Outcome.GLOBAL_MINIMUM and found.evidence["times_left"] == len(left) > 50
    assert found.evidence["last_left"] == left[-1] < found.step
    assert found.evidence["farthest_away"] == pytest.approx(np.hypot(*run.points[came:].T).max())
    assert f"it left {len(left)} times, up to 0.126 away, last at step {left[-1]:,}" in found.detail
    assert (
        "left" not in judged("sphere", "momentum", 0.05, (1.0, 1.0), 1_000, beta=0.9).detail
    )  # passing is not leaving


def test_a_run_that_will_leave_its_minimum_says_so():
    setting = ("levy_5", "adadelta", 1.0, (-1.2916, -1.3632))
    found = outcome_at(setting, 300)
    assert found.outcome in SETTLED and "does not stay" in found.detail
    off = np.hypot(*(whole(setting)[1].points - found.minimum).T)
    assert found.evidence["leaves_at"] == 301 + np.argmax(off[301:] > 1e-3 * np.hypot(20, 20))
    assert outcome_at(setting, 1_000).outcome is Outcome.OSCILLATING


def test_flat_ground_that_a_run_gets_over_is_no_plateau():
    surface = "-exp(-(x-2)^2-y^2)-2*exp(-4*(x+2)^2-4*y^2)"
    experiment = run_of(surface, "momentum_ema", 4.3, (1.8991, 3.5431), 300)
    experiment = experiment.replace(view=((-3.0, 4.0), (-2.0, 5.0)))
    found = judge(experiment, simulate(experiment)[0])
    far = simulate(experiment.replace(steps=3_000))[0].points
    arrived = int(np.flatnonzero(np.hypot(*(far - (2, 0)).T) > 1e-3 * np.hypot(10, 10))[-1]) + 1
    assert found.outcome is Outcome.STILL_DESCENDING
    assert found.evidence["projected_steps"] == pytest.approx(
        arrived - 300, rel=0.02
    )  # the minimum is not quite at (2, 0)
    assert any(one.experiment.steps > arrived and one.label.startswith("Run ") for one in found.advice)
    assert judged("easom", "gradient_descent", 0.5, (60.0, 40.0), 80).outcome is Outcome.PLATEAU


def test_a_step_that_did_not_move_it_is_not_its_end():
    found = judged("sphere", "nelder_mead", 0.1, (1.0, 1.0), 1)
    assert np.ptp(simulate(run_of("sphere", "nelder_mead", 0.1, (1.0, 1.0), 1))[0].points) == 0
    assert "no longer moves" not in found.detail and "more steps do" in found.detail


@pytest.mark.parametrize(("surface", "rate", "curvatures"), (("sphere", 0.05, (2, 2)), ("booth", 0.02, (2, 18))))
def test_heat_alone_keeps_langevin_at_its_floor(surface, rate, curvatures):
    """Its stationary variance, 2 T / (c (2 - rate c)) along each axis, is told beside what was measured."""
    expected = sum(2 * 0.1 / (c * (2 - rate * c)) for c in curvatures)
    for seed in range(4):
        experiment = run_of(surface, "langevin", rate, (2.0, 1.0), 400, temperature=0.1).replace(seed=seed)
        found = judge(experiment, simulate(experiment)[0])
        assert found.outcome is Outcome.NOISE_FLOOR
        assert found.evidence["expected_variance"] == pytest.approx(expected, rel=1e-6)


def test_noise_around_one_minimum_is_never_told_as_a_swing():
    for seed in range(12):
        for steps in (100, 200, 300):
            one = run_of("booth", "gradient_descent", 0.04, (-4.0, 8.0), steps).replace(noise=2.0, seed=seed)
            found = judge(one, simulate(one)[0])
            assert found.outcome is (Outcome.NOISE_FLOOR if steps > 100 else found.outcome)
            assert found.outcome in (Outcome.NOISE_FLOOR, Outcome.STILL_DESCENDING)


def test_a_run_that_starts_outside_is_titled_as_what_it_is():
    outside = judged("sphere", "gradient_descent", 1e-6, (90.0, -90.0), 100)
    assert outside.outcome is Outcome.LEFT_DOMAIN and "started outside" in outside.detail
    assert title(outside)[0] == "Outside the domain"
    climbs = judged("sphere", "gradient_descent", 1.001, (9.0, 1.0), 400)
    assert climbs.outcome is Outcome.DIVERGED and "at step 0" not in title(climbs)[0]
    assert judged("sphere", "gradient_descent", 0.1, (90.0, -90.0), 200).outcome is Outcome.GLOBAL_MINIMUM
    assert judged("x^2-y^2", "gradient_descent", 0.1, (8.0, 1e-9), 300).outcome is Outcome.LEFT_DOMAIN
    through = judged("x^2-y^2", "gradient_descent", 0.1, (8.0, 1e-4), 80)
    path = simulate(run_of("x^2-y^2", "gradient_descent", 0.1, (8.0, 1e-4), 80))[0].points
    left = int(np.flatnonzero((np.abs(path) <= 5).all(axis=1))[-1]) + 1
    assert through.step == left > 0 and title(through)[0] == f"Left the domain at step {left}"


def test_no_formula_is_told_at_a_crease():
    """Along x the curvature is 0 left of x = 1 and 2 right of it: no one rate follows from it."""
    found = judged("max(0,x-1)^2+y^2", "gradient_descent", 0.05, (3.0, 2.0), 400)
    assert found.outcome is Outcome.GLOBAL_MINIMUM and "predicted_contraction" not in found.evidence
    assert "formula" not in found.detail
    assert "predicted_contraction" in judged("sphere", "gradient_descent", 0.05, (3.0, 2.0), 400).evidence


def test_a_run_that_wanders_beyond_the_domain_and_climbs_no_higher_has_not_diverged():
    setting = ("rastrigin", "gradient_descent", 0.02, (2.1, 1.3))
    losses = whole(setting)[1].losses
    assert losses.max() < 500  # in 20,000 steps, where a run that climbs is soon beyond all numbers
    outcomes = {outcome_at(setting, steps).outcome for steps in range(100, 1_001, 50)}
    assert Outcome.LEFT_DOMAIN in outcomes and Outcome.DIVERGED not in outcomes
    waves = ("sin(3*x)+cos(2*y)+0.05*x^2", "gradient_descent", 7.9826, (1.79, -3.03))  # far out, and high, at once
    assert whole(waves)[1].losses.max() < 100
    assert outcome_at(waves, 1_000).outcome is Outcome.LEFT_DOMAIN
    assert outcome_at(("sphere", "gradient_descent", 1.001, (3.0, 2.0)), 1_000).outcome is Outcome.DIVERGED


def test_one_that_jumps_across_its_minimum_is_not_said_to_be_there_too_short_a_time():
    experiment = run_of("|x|+y^2", "gradient_descent", 0.3, (1.0, 1.0), 1_000, schedule="inverse_sqrt")
    (trajectory,) = simulate(experiment)
    off = np.hypot(*trajectory.points.T)
    since = int(np.flatnonzero(off > 1e-3 * np.hypot(10, 10))[-1]) + 1
    assert 400 < since < 500
    detail = judge(experiment, trajectory).detail
    assert f"since step {since}, but still moves to and fro" in detail and "too short" not in detail
