"""Lookahead, SAM and the averages: by hand, in closed form, and what a trajectory has of them."""

from itertools import pairwise

import numpy as np
import pytest

from experiments import Experiment, Run, Wrapper, simulate
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, WRAPPERS

import jax.numpy as jnp  # isort: skip

START = (1.7, -1.3)
Around = tuple[str, dict[str, float]]  # a wrapper and its settings
CURVATURES = np.array([1.0, 5.0])


def run(landscape, optimizer, rate, *wrappers, parameters=None, steps=60, **fields):
    around = tuple(Wrapper(key=key, parameters=given) for key, given in wrappers)
    chosen = Run(optimizer=optimizer, learning_rate=rate, parameters=parameters or {}, wrappers=around)
    given = {"landscape_parameters": {"condition": 5.0}} if landscape == "ill_conditioned_quadratic" else {}
    experiment = Experiment(landscape=landscape, runs=(chosen,), **{"start": START, "steps": steps, **given, **fields})
    return simulate(experiment)[0]


def gradient(landscape, point):
    return np.asarray(LANDSCAPES[landscape].gradient(np.asarray(point)))


# --- Lookahead -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("period", "alpha"), ((5, 0.5), (3, 0.8), (1, 0.3), (7, 0.0)))
def test_lookahead_on_a_quadratic_shrinks_by_its_closed_factor(period, alpha):
    """The slow point shrinks by 1 - alpha + alpha (1 - a)^k at every k-th step, along each axis."""
    rate = 0.3
    found = run(
        "ill_conditioned_quadratic",
        "gradient_descent",
        rate,
        ("lookahead", {"sync_period": period, "slow_step": alpha}),
    )
    a = rate * CURVATURES
    cycle = 1 - alpha + alpha * (1 - a) ** period
    t = np.arange(61)[:, None]
    expected = np.array(START) * cycle ** (t // period) * (1 - a) ** (t % period)
    np.testing.assert_allclose(found.points, expected, rtol=1e-9, atol=1e-14)
    slow = np.array(START) * cycle ** ((t[:-1] + 1) // period)
    np.testing.assert_allclose(found.states["lookahead.slow"], slow, rtol=1e-9, atol=1e-14)


def test_lookahead_around_momentum_keeps_the_velocity():
    found = run("himmelblau", "momentum", 0.002, ("lookahead", {"sync_period": 4, "slow_step": 0.6}), steps=50)
    fast = slow = np.array(START)
    velocity = np.zeros(2)
    for t in range(50):
        np.testing.assert_allclose(found.points[t], fast, rtol=1e-9)
        velocity = 0.9 * velocity + gradient("himmelblau", fast)
        fast = fast - 0.002 * velocity
        if (t + 1) % 4 == 0:
            slow = slow + 0.6 * (fast - slow)
            fast = slow
        np.testing.assert_allclose(found.states["lookahead.slow"][t], slow, rtol=1e-9)
        np.testing.assert_allclose(found.states["velocity"][t], velocity, rtol=1e-8, atol=1e-10)
    assert list(found.states) == ["velocity", "lookahead.slow"]


def test_lookahead_that_goes_all_the_way_changes_nothing():
    plain = run("himmelblau", "adam", 0.1)
    np.testing.assert_allclose(
        run("himmelblau", "adam", 0.1, ("lookahead", {"slow_step": 1.0})).points, plain.points, rtol=1e-9
    )


# --- SAM -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rho", (0.05, 0.7))
def test_sam_reads_the_gradient_uphill(rho):
    found = run("himmelblau", "gradient_descent", 0.004, ("sam", {"rho": rho}), steps=50)
    w = np.array(START)
    for t in range(10):  # later, at the minimum, the direction uphill magnifies every rounding
        np.testing.assert_allclose(found.points[t], w, rtol=1e-9)
        g = gradient("himmelblau", w)
        up = w + rho * g / np.hypot(*g)
        np.testing.assert_allclose(found.states["sam.ascent"][t], up, rtol=1e-9)
        w = w - 0.004 * gradient("himmelblau", up)
    assert found.evaluations == (0, 100, 0)
    assert np.abs(found.points - run("himmelblau", "gradient_descent", 0.004, steps=50).points).max() > 0.01 * rho


def test_sam_across_a_bowl_ends_where_its_formula_says():
    """On c x²/2 the step is lr c (x + rho sign x): it ends hopping over the minimum at x = lr c rho / (2 - lr c)."""
    found = run(
        "ill_conditioned_quadratic", "gradient_descent", 0.5, ("sam", {"rho": 0.2}), start=(1.0, 0.0), steps=200
    )
    np.testing.assert_allclose(np.abs(found.points[-5:, 0]), 0.5 * 0.2 / 1.5, rtol=1e-9)


def test_both_of_sams_gradients_carry_the_same_noise():
    found = run("himmelblau", "gradient_descent", 0.004, ("sam", {"rho": 0.5}), noise=3.0, steps=40)
    noise = found.applied_gradients - found.gradients[:-1]
    uphill = found.points[:-1] + 0.5 * found.applied_gradients / np.hypot(*found.applied_gradients.T)[:, None]
    np.testing.assert_allclose(found.states["sam.ascent"], uphill, rtol=1e-9)
    expected = -0.004 * (np.array([gradient("himmelblau", w) for w in uphill]) + noise)
    np.testing.assert_allclose(found.updates, expected, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("size", (0.0, 1e-200, 1e200))
def test_sam_climbs_by_its_radius_however_large_the_gradient_and_not_at_all_on_the_level(size):
    transformation = WRAPPERS["sam"].build(OPTIMIZERS["gradient_descent"].build(0.1), 0.1, rho=0.5)
    w, slope = jnp.array(START), size * jnp.array([3.0, -4.0])
    _, state = transformation.update(slope, transformation.init(w), w, gradient_fn=lambda w: slope)
    moved = np.array(START) + (np.array([0.3, -0.4]) if size else 0.0)
    np.testing.assert_allclose(state.ascent, moved, rtol=1e-12)


def test_sam_prefers_the_wide_minimum():
    """Where a narrow dent lies in a wide bowl, a radius wider than the dent walks out of it."""

    def value_fn(w):
        return 0.5 * (w @ w) - 0.3 * jnp.exp(-((w[0] - 1.0) ** 2 + w[1] ** 2) / 0.02)

    def gradient_fn(w):
        dent = 0.3 * jnp.exp(-((w[0] - 1.0) ** 2 + w[1] ** 2) / 0.02) / 0.01
        return w + dent * (w - jnp.array([1.0, 0.0]))

    ends = []
    for rho in (1e-4, 0.6):
        transformation = WRAPPERS["sam"].build(OPTIMIZERS["gradient_descent"].build(0.02), 0.02, rho=rho)
        w = jnp.array([1.03, 0.02])
        state = transformation.init(w)
        for _ in range(150):
            step, state = transformation.update(gradient_fn(w), state, w, gradient_fn=gradient_fn)
            w = w + step
        ends.append(np.asarray(w))
    assert np.hypot(*(ends[0] - [0.97, 0.0])) < 0.05
    assert np.hypot(*ends[1]) < 0.4 and value_fn(jnp.asarray(ends[1])) < 0.1


# --- averages ------------------------------------------------------------------------------------------------------


def test_polyaks_average_is_the_mean_of_the_points_so_far():
    for skip in (0, 1, 17):
        found = run("himmelblau", "adam", 0.1, ("polyak_average", {"skip": skip}), noise=1.0)
        expected = [found.points[t] if t < skip else found.points[skip : t + 1].mean(axis=0) for t in range(60)]
        np.testing.assert_allclose(found.states["polyak_average.average"], expected, rtol=1e-10)


def test_the_moving_average_forgets():
    found = run("himmelblau", "adam", 0.1, ("ema_weights", {"decay": 0.8}))
    mean = found.states["ema_weights.average"]
    np.testing.assert_allclose(mean[0], START)
    for (before, after), point in zip(pairwise(mean), found.points[1:-1], strict=True):
        np.testing.assert_allclose(after, 0.8 * before + 0.2 * point, rtol=1e-10)


def test_averages_change_no_step_and_see_the_points_as_they_are_shown():
    plain = run("himmelblau", "adam", 0.1, ("weight_decay", {"decay": 0.5}))
    decay: Around = ("weight_decay", {"decay": 0.5})
    averages: tuple[Around, ...] = (("polyak_average", {}), ("ema_weights", {}))
    for outer in averages:
        for pair in ((outer, decay), (decay, outer)):
            found = run("himmelblau", "adam", 0.1, *pair)
            np.testing.assert_allclose(found.points, plain.points, rtol=1e-9)
            if outer[0] == "polyak_average":
                means = np.cumsum(found.points, axis=0)[:-1] / np.arange(1, 61)[:, None]
                np.testing.assert_allclose(found.states["polyak_average.average"], means, rtol=1e-9)


def test_under_noise_the_average_comes_closer_than_the_points():
    found = run("sphere", "gradient_descent", 0.1, ("polyak_average", {"skip": 200}), noise=2.0, steps=4_000)
    mean = np.hypot(*found.states["polyak_average.average"][-1])
    assert mean < 0.2 * np.hypot(*found.points[-2_000:].T).mean()


# --- the record ----------------------------------------------------------------------------------------------------


def test_all_watched_wrappers_at_once_leave_every_state_in_its_place():
    watched = {key: unit for key, unit in WRAPPERS.items() if unit.inside.observes and not unit.inside.passing}
    around: list[Around] = [(key, {}) for key in watched]
    found = run("himmelblau", "adam", 0.05, *around, steps=40)
    names = [f"{key}.{name}" for key, unit in watched.items() for name in unit.inside.observes]
    assert list(found.states) == [*OPTIMIZERS["adam"].inside.observes, *names]
    kinds = {f"{key}.{name}": kind for key, unit in watched.items() for name, kind in unit.inside.observes.items()}
    assert kinds.pop("sam.gradient") == "vector" and set(kinds.values()) == {"point"}
    assert all(found.states[name].shape == (40, 2) for name in names)
    for name in kinds:
        np.testing.assert_allclose(found.states[name][0], START, atol=0.2)


def test_wrappers_numbers_compile_nothing(traces):
    counts = []
    for period, alpha, rho in ((3, 0.2, 0.01), (11, 0.9, 1.5)):
        run(
            "himmelblau",
            "adam",
            0.05,
            ("lookahead", {"sync_period": period, "slow_step": alpha}),
            ("sam", {"rho": rho}),
        )
        counts.append(traces()["run"])
    assert counts[0] == counts[1]


# --- L2 in the gradient --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ("adam", "newton", "lbfgs", "backtracking", "schedule_free_sgd", "nelder_mead"))
def test_with_l2_in_the_gradient_it_descends_the_surface_with_the_penalty(optimizer):
    rate = {"adam": 0.05, "schedule_free_sgd": 0.005}.get(optimizer, 1.0)
    inside = run("himmelblau", optimizer, rate, ("coupled_decay", {"decay": 0.8}), steps=25)
    outside = run("himmelblau", optimizer, rate, l2=0.4, steps=25)
    np.testing.assert_allclose(inside.points, outside.points, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(inside.losses, LANDSCAPES["himmelblau"].value(inside.points), rtol=1e-9, atol=1e-12)


def test_sam_reads_the_penalty_uphill_where_it_is_put_around_it():
    found = run(
        "himmelblau", "gradient_descent", 0.004, ("sam", {"rho": 0.5}), ("coupled_decay", {"decay": 0.7}), steps=5
    )
    w = np.array(START)
    g = gradient("himmelblau", w) + 0.7 * w
    up = w + 0.5 * g / np.hypot(*g)
    np.testing.assert_allclose(found.updates[0], -0.004 * (gradient("himmelblau", up) + 0.7 * up), rtol=1e-9)
