"""Gaussian smoothing: against closed forms, its error measured, its gradients those of what is drawn."""

from math import erf, sqrt

import numpy as np
import pytest

from experiments import Experiment, Run, critical_points, simulate, smoothing_limit, smoothing_trouble
from experiments.objective.heights import surface_of
from experiments.objective.objective import objective_of
from experiments.objective.smoothing import shares
from landscapes import LANDSCAPES

POINTS = np.random.default_rng(0).uniform(-4, 4, (60, 2))


def at(experiment, points=POINTS):
    return objective_of(experiment).derivatives(np.asarray(points, dtype=float))


def smooth(key, sigma, **fields):
    return Experiment(landscape=key, smoothing=sigma, **fields)


def cosines(points, sigma, A):
    w = 2 * np.pi
    return A * np.exp(-(w**2) * sigma**2 / 2) * np.stack([np.cos(w * points), w * np.sin(w * points)])


@pytest.mark.parametrize("sigma", (0.003, 0.05, 0.1, 0.3, 0.517447, 1.0, 1.7, 2.0))
@pytest.mark.parametrize("A", (10.0, 3.0))
def test_rastrigin_has_a_closed_form(sigma, A):
    z, slopes, hessians = at(smooth("rastrigin", sigma, landscape_parameters={"A": A}))
    waves, tilts = cosines(POINTS, sigma, A)
    np.testing.assert_allclose(z, 2 * A + (POINTS**2).sum(1) + 2 * sigma**2 - waves.sum(1), atol=1e-6, rtol=1e-9)
    np.testing.assert_allclose(slopes, 2 * POINTS + tilts, rtol=1e-6, atol=1e-4)
    curvature = 2 + (2 * np.pi) ** 2 * waves
    np.testing.assert_allclose(hessians[:, [0, 1], [0, 1]], curvature, rtol=1e-6, atol=1e-3)
    np.testing.assert_allclose(hessians[:, 0, 1], 0, atol=1e-4)


@pytest.mark.parametrize(("sigma", "convex"), ((0.5174, False), (0.5175, True)))
def test_rastrigin_becomes_convex(sigma, convex):
    """From sigma = 0.517447 on at A = 10, where (2 pi)² A exp(-2 pi² sigma²) falls below 2."""
    rises = at(smooth("rastrigin", sigma), [(0.5, 0.5)])[2][0]
    assert (np.linalg.eigvalsh(rises)[0] > 0) == convex
    below, above = (at(smooth("rastrigin", s), [(0.5, 0.5)])[2][0, 0, 0] for s in (0.517446, 0.517448))
    assert below < 0 < above
    assert len(critical_points(smooth("rastrigin", 0.6)).points) == 1
    assert len(critical_points(smooth("rastrigin", 0.1)).minima) == 121


def test_polynomials_are_exact():
    """E f(w + sigma z) of a polynomial, from the moments of the normal distribution."""
    for sigma in (0.01, 0.7, 3.0):
        s = sigma**2
        x, y = POINTS.T
        np.testing.assert_allclose(at(smooth("sphere", sigma))[0], x**2 + y**2 + 2 * s, rtol=1e-9)
        np.testing.assert_allclose(at(smooth("saddle", sigma))[0], x**2 - y**2, rtol=1e-8, atol=1e-8 * (1 + s))
        fourth = x**4 + y**4 + 6 * s * (x**2 + y**2) + 6 * s**2
        tang = (fourth - 16 * (x**2 + y**2 + 2 * s) + 5 * (x + y)) / 2
        np.testing.assert_allclose(at(smooth("styblinski_tang", sigma))[0], tang, rtol=1e-8, atol=1e-7 * (1 + s**2))
        # Rosenbrock: E (a - x)² = (a - x)² + s; E (y - x²)² = (y - x² - s)² + s + 4 x² s + 2 s²
        z = (1 - x) ** 2 + s + 100 * ((y - x**2 - s) ** 2 + s + 4 * x**2 * s + 2 * s**2)
        np.testing.assert_allclose(at(smooth("rosenbrock", sigma))[0], z, rtol=1e-7, atol=1e-6 * (1 + s**2))


def test_the_kink_of_the_absolute_value_becomes_round():
    """E |x + sigma z| = x erf(x / (sigma sqrt 2)) + sigma sqrt(2 / pi) exp(-x² / (2 sigma²))."""
    for sigma in (0.05, 0.5, 1.5):

        def one(t, sigma=sigma):
            return t * erf(t / (sigma * sqrt(2))) + sigma * sqrt(2 / np.pi) * np.exp(-(t**2) / (2 * sigma**2))

        z, slopes, _ = at(smooth("l1_norm", sigma))
        expected = np.array([one(x) + one(y) for x, y in POINTS])
        np.testing.assert_allclose(z, expected, atol=0.02 * sigma)
        slope = np.array([[erf(t / (sigma * sqrt(2))) for t in point] for point in POINTS])
        np.testing.assert_allclose(slopes, slope, atol=0.06)


def test_steps_get_a_slope():
    """Each step at s of height 1 becomes the normal distribution's Phi((x - s) / sigma), by its erf."""
    sigma = 0.25
    x = np.linspace(-3.7, 3.7, 38)
    unit = LANDSCAPES["step_plateau"]
    fine = np.linspace(-9, 9, 36_001) + 1e-7
    along = np.asarray(unit.value(np.stack([fine, np.full_like(fine, 0.3)], -1)))
    jumps = np.flatnonzero(np.diff(along) != 0)
    heights = np.diff(along)[jumps]
    places = np.round(fine[jumps] * 2) / 2  # the steps lie at multiples of a half
    rising = np.array([[0.5 * (1 + erf((t - s) / (sigma * sqrt(2)))) for s in places] for t in x])
    expected = along[0] + rising @ heights
    points = np.stack([x, np.full_like(x, 0.3)], -1)
    z, slopes, _ = at(smooth("step_plateau", sigma), points)
    across = z - z[len(z) // 2] - (expected - expected[len(z) // 2])
    assert np.abs(across).max() < 0.15  # a seventh of a step
    density = np.array([[np.exp(-(((t - s) / sigma) ** 2) / 2) / (sigma * sqrt(2 * np.pi)) for s in places] for t in x])
    np.testing.assert_allclose(slopes[:, 0], density @ heights, atol=0.5)
    assert np.corrcoef(slopes[:, 0], density @ heights)[0, 1] > 0.97
    assert np.abs(slopes[:, 0]).min() > 1e-3 or np.abs(slopes[:, 0]).max() > 1
    assert (at(Experiment(landscape="step_plateau"), points)[1] == 0).all()


@pytest.mark.parametrize("key", ("himmelblau", "ackley", "goldstein_price", "l1_norm", "easom", "michalewicz"))
def test_next_to_no_smoothing_changes_next_to_nothing(key):
    plain, rounded = at(Experiment(landscape=key)), at(smooth(key, 1e-5))
    for a, b in zip(plain[:2], rounded[:2], strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("key", [key for key, unit in LANDSCAPES.items() if unit.model is None][::2])
@pytest.mark.parametrize("share", (0.01, 0.1))
def test_the_gradient_is_that_of_the_value(key, share):
    (x0, x1), (y0, y1) = LANDSCAPES[key].view
    sigma = share * min(x1 - x0, y1 - y0)
    rng = np.random.default_rng(2)
    points = np.stack([rng.uniform(x0, x1, 20), rng.uniform(y0, y1, 20)], -1)
    h = 1e-4 * sigma
    experiment = smooth(key, sigma)
    z, slopes, hessians = at(experiment, points)
    scale = np.ptp(surface_of(Experiment(landscape=key)).z) / sigma
    for i in (0, 1):
        step = h * np.eye(2)[i]
        (up, su, _), (down, sd, _) = at(experiment, points + step), at(experiment, points - step)
        np.testing.assert_allclose((up - down) / (2 * h), slopes[:, i], rtol=1e-4, atol=1e-6 * scale)
        np.testing.assert_allclose((su - sd) / (2 * h), hessians[:, i], rtol=1e-4, atol=1e-6 * scale / sigma)
    assert np.isfinite(z).all()


@pytest.mark.parametrize("key", ("himmelblau", "rastrigin", "step_plateau", "branin"))
@pytest.mark.parametrize("fields", ({}, {"l2": 0.5, "l1": 0.3, "rotation": 20.0, "shift": (0.3, -0.2)}))
def test_the_picture_is_made_of_the_same_numbers(key, fields):
    experiment = smooth(key, 0.7, **fields)
    surface = surface_of(experiment)
    rows, columns = np.arange(0, 161, 13), np.arange(3, 161, 11)
    points = np.stack(np.meshgrid(surface.x[columns], surface.y[rows]), -1).reshape(-1, 2)
    z = at(experiment, points)[0].reshape(len(rows), len(columns))
    np.testing.assert_allclose(surface.z[np.ix_(rows, columns)], z, rtol=1e-9, atol=1e-9 * surface.spread)


@pytest.mark.parametrize("key", ("himmelblau", "six_hump_camel", "styblinski_tang"))
@pytest.mark.parametrize("sigma", (1e-4, 0.02, 0.3))
def test_critical_points_of_a_smoothed_surface(key, sigma):
    experiment = smooth(key, sigma)
    found = critical_points(experiment)
    assert len(found.minima) and not found.verified
    points = np.array([p.point for p in found.points if not p.boundary])
    _, slopes, hessians = at(experiment, points)
    surface = surface_of(experiment)
    assert np.hypot(*slopes.T).max() * surface.size < 1e-6 * surface.spread
    for p, hessian in zip((p for p in found.points if not p.boundary), hessians, strict=True):
        small, large = np.linalg.eigvalsh(hessian)
        assert p.kind == ("minimum" if small > 0 else "maximum" if large < 0 else "saddle")
    plain = critical_points(Experiment(landscape=key))
    if sigma <= 0.02:
        assert len(points) == len(plain.points)


# --- how far it may go ---------------------------------------------------------------------------------------------


def test_the_limit_is_where_the_error_would_be_seen():
    assert smoothing_limit(Experiment(landscape="rastrigin")) >= 2.0
    assert smoothing_limit(Experiment(landscape="himmelblau")) >= 5.0
    waves = smoothing_limit(Experiment(landscape="michalewicz"))
    assert 0.2 < waves < 1.0
    assert smoothing_limit(Experiment(landscape="step_plateau")) < 1.0
    assert smoothing_trouble(Experiment(landscape="michalewicz")) is None
    assert smoothing_trouble(smooth("michalewicz", waves)) is None
    told = smoothing_trouble(smooth("michalewicz", 2.0))
    assert told is not None and f"{waves:.3g}" in told
    assert smoothing_limit(smooth("michalewicz", 2.0, l1=1.0)) == waves


def test_the_limits_error_is_the_true_one():
    unit = LANDSCAPES["rastrigin"]
    sigma = min(smoothing_limit(Experiment(landscape="rastrigin")), 3.5)
    z = at(smooth("rastrigin", sigma))[0]
    waves, _ = cosines(POINTS, sigma, 10.0)
    true = 20 + (POINTS**2).sum(1) + 2 * sigma**2 - waves.sum(1)
    assert np.abs(z - true).max() < 0.01 * surface_of(Experiment(landscape=unit.key)).spread


@pytest.mark.parametrize("value", (-0.1, 1000.1, float("nan"), float("inf"), "1", None, True))
def test_the_constructor_has_bounds(value):
    with pytest.raises(ValueError, match="smoothing"):
        smooth("sphere", value)
    with pytest.raises(ValueError, match="smoothing_schedule"):
        smooth("sphere", 1.0, smoothing_schedule=value)


# --- a sigma that falls over the run -------------------------------------------------------------------------------


@pytest.mark.parametrize("schedule", ("linear", "exponential"))
def test_sigma_falls_from_its_value_to_nothing(schedule):
    found = shares(schedule, 1000)
    assert found[0] == 1 and (np.diff(found) < 0).all() and 0 < found[-1] < 0.01
    assert (shares("constant", 5) == 1).all()
    assert shares(schedule, 1).tolist() == [1.0]


@pytest.mark.parametrize("schedule", ("linear", "exponential"))
def test_under_a_schedule_each_step_follows_the_surface_as_smooth_as_it_is_then(schedule):
    run = Run(optimizer="gradient_descent", learning_rate=0.002)
    fading = Experiment(
        landscape="rastrigin",
        start=(3.3, -2.4),
        steps=50,
        runs=(run,),
        smoothing=0.8,
        smoothing_schedule=schedule,
        l2=0.1,
    )
    (found,) = simulate(fading)
    for t in range(50):
        sigma = 0.8 * shares(schedule, 50)[t]
        slope = at(fading.replace(smoothing=sigma, smoothing_schedule="constant"), found.points[t : t + 1])[1][0]
        np.testing.assert_allclose(found.applied_gradients[t], slope, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(found.updates, -0.002 * found.applied_gradients, rtol=1e-9)
    true = at(fading.replace(smoothing=0.0), found.points)
    np.testing.assert_allclose(found.losses, true[0], rtol=1e-12)
    np.testing.assert_allclose(found.gradients, true[1], rtol=1e-9, atol=1e-9)
    assert critical_points(fading) == critical_points(fading.replace(smoothing=0.0))


def test_graduated_optimization_finds_what_descent_alone_does_not():
    run = Run(optimizer="gradient_descent", learning_rate=0.004)
    plain = Experiment(landscape="rastrigin", start=(3.3, -2.4), steps=2_000, runs=(run,))
    assert simulate(plain)[0].losses[-1] > 5
    (found,) = simulate(plain.replace(smoothing=0.8, smoothing_schedule="linear"))
    assert found.losses[-1] < 1e-3


def test_another_sigma_compiles_nothing(traces):
    run = Run(optimizer="adam", learning_rate=0.01)
    counts = []
    for sigma, schedule, steps in ((0.1, "linear", 10), (0.7, "exponential", 99), (1.3, "linear", 20_000)):
        simulate(Experiment(landscape="sphere", runs=(run,), steps=steps, smoothing=sigma, smoothing_schedule=schedule))
        counts.append(traces()["run"])
    assert len(set(counts)) == 1
