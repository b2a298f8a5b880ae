"""Verdicts that do not change with the number of steps, and what they tell of swings: width, period, noise, rates."""

import numpy as np
import pytest

from experiments import Outcome, judge, simulate
from tests.test_verdict_lengths import diameter, judged, outcome_at, run_of, whole

ONCE_TOLD = (  # each was told as oscillating at some length and otherwise at a longer one
    ("|x|+y^2", "amsgrad", 0.02, (1.0, 1.0)),
    ("rosenbrock", "lion", 0.273, (0.707, -1.757)),
    ("|x|^1.5+|y|^1.5", "adam", 0.156, (-1.297, -2.0)),
    ("cube", "adan", 0.798, (0.423, 1.241)),
    ("|x|+|y|", "momentum", 0.004, (-1.134, -0.341)),
    ("|x|+|y|", "adabound", 0.021, (1.498, -0.325)),
)
ACROSS_AN_EDGE = (
    ("himmelblau", "polyak_step", 1.0, (0.0, 0.0), ("lowest", -10.0)),
    ("(x-3)^2+y^2", "gradient_descent", 1.0, (0.0, 0.0)),  # between x = 0 and x = 6, one beyond the window
    ("|x-4.9|+y^2", "gradient_descent", 0.3, (0.0, 1.0)),
)


@pytest.mark.parametrize("setting", ONCE_TOLD, ids=lambda setting: f"{setting[0]} {setting[1]}")
def test_what_is_told_as_a_swing_is_told_so_at_every_greater_length(setting):
    told = [outcome_at(setting, steps).outcome is Outcome.OSCILLATING for steps in range(100, 1_001, 20)]
    assert told == sorted(told)


@pytest.mark.parametrize("setting", ACROSS_AN_EDGE, ids=lambda setting: setting[0])
def test_a_swing_across_the_domains_edge_is_a_swing_on_either_side_of_it(setting):
    outside = 0
    for steps in (*range(200, 420, 10), 341, 352, 367, 400):
        found = outcome_at(setting, steps)
        beyond = bool((np.abs(whole(setting)[1].points[steps]) > 5).any())
        outside += beyond
        assert found.outcome is Outcome.OSCILLATING, steps
        assert ("At its last step it is outside the domain" in found.detail) is beyond
    assert outside


def test_what_leaves_for_good_has_left():
    for setting in (("x^2-y^2", "gradient_descent", 0.1, (1.0, 0.1)), ("sphere", "gradient_descent", 1.01, (4.0, 1.0))):
        assert outcome_at(setting, 300).outcome in (Outcome.LEFT_DOMAIN, Outcome.DIVERGED)


def test_the_width_told_is_the_largest_distance_of_the_last_half():
    """A chaotic run of two bands: a quarter of its last half is in one of them."""
    setting = ("x^4/4-x^2/2+y^2/2", "gradient_descent", 1.6, (0.3, 1.0))
    for steps in (100, 200, 300, 500, 1_000):
        last = whole(setting)[1].points[steps // 2 : steps + 1]
        apart = np.hypot(*(last[:, None] - last).T).max()
        assert outcome_at(setting, steps).evidence["amplitude"] == pytest.approx(apart, rel=1e-3)
    two = judged("|x|+y^2", "gradient_descent", 0.1, (1.03, 1.0), 300)
    assert two.evidence["amplitude"] == pytest.approx(0.1, rel=1e-6)


@pytest.mark.parametrize(
    ("setting", "about"),
    (
        (("sphere", "rmsprop", 0.197, (1.0, 0.5), ("momentum", 0.9)), 5),  # in 48 steps within 0.4 % of the width
        (("sphere", "rmsprop", 0.141, (2.0, -1.3), ("momentum", 0.87)), 5),  # in 27 within 6 %
        (("x^2+10*y^2", "rmsprop", 0.175, (1.0, 0.5), ("momentum", 0.92)), 13),  # in 57 within 0.1 %
        (("booth", "rmsprop", 0.141, (1.0, 1.0), ("momentum", 0.81)), 12),  # in 50 within 5 %
    ),
    ids=lambda one: str(one)[:30],
)
def test_no_long_period_is_told_where_far_fewer_steps_nearly_close(setting, about):
    found = outcome_at(setting, 400)
    last = whole(setting)[1].points[-1_001:]
    off = [np.hypot(*(last[lag:] - last[:-lag]).T).max() for lag in range(1, about + 2)]
    assert off[about - 1] < 0.2 * diameter(last) and off[about - 1] < min(off[about - 2], off[about])
    assert "period" not in found.evidence and f"about every {about} steps it is back to within" in found.detail


def test_an_orbit_that_closes_for_ever_keeps_its_long_period():
    found = outcome_at(("l1_norm", "momentum_ema", 0.0597, (-1.962, 0.153)), 500)
    assert found.evidence["period"] == 66


@pytest.mark.parametrize("surface", ("|x|+y^2", "|x|+|y|"))
def test_noise_at_a_crease_is_the_noise_floor_whatever_the_length(surface):
    """Without noise it would jump by its rate; noise as large as the slope throws it several times as far."""
    for rate in (0.05, 0.1):
        for steps in (200, 250, 300, 400, 1_000):
            for seed in range(3):
                one = run_of(surface, "gradient_descent", rate, (1.0, 1.0), steps).replace(noise=1.0, seed=seed)
                assert judge(one, simulate(one)[0]).outcome is Outcome.NOISE_FLOOR, (rate, steps, seed)
    little = run_of(surface, "gradient_descent", 0.1, (1.0, 1.0), 300).replace(noise=0.05)
    assert judge(little, simulate(little)[0]).outcome is Outcome.OSCILLATING  # it is its own swing


@pytest.mark.parametrize(("power", "share"), ((20, 1 / 19), (12, 1 / 11), (40, 1 / 39)))
def test_the_rate_at_a_flat_minimum_is_that_of_the_closed_form(power, share):
    """Newton's step on x^p shrinks x by 1 / (p - 1), at every length at which it is told as settled."""
    for steps in (100, 120, 150, 180, 250):
        found = outcome_at((f"x^{power}+y^2", "newton", 1.0, (0.6, 1.0)), steps)
        if found.outcome is Outcome.GLOBAL_MINIMUM:
            assert found.minimum == pytest.approx((0, 0), abs=1e-9)
        if "contraction" in found.evidence:
            assert 1 - found.evidence["contraction"] == pytest.approx(share, rel=1e-3)


def test_no_minimum_on_an_edge_along_which_the_surface_falls():
    falls = judged("sqrt(x)+1e-6*y", "nelder_mead", 0.1, (1.0, 1.0), 300)
    assert falls.outcome is Outcome.STILL_DESCENDING and "not at a minimum" in falls.detail
    assert judged("sqrt(x)+y^2", "nelder_mead", 0.5, (2.0, 1.0), 300).outcome is Outcome.GLOBAL_MINIMUM
