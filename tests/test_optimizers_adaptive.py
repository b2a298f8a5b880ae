"""The adaptive, sign-based and layer-wise optimizers: each against its paper and, where one is known, a closed form."""

from itertools import pairwise
from typing import Any

import numpy as np
import numpy_optimizers
import pytest
from test_optimizers import (
    BOWL,
    BOWL_CURVATURE,
    NUMPY_GRADIENTS,
    NUMPY_HESSIANS,
    ROWS,
    START,
    VALLEY,
    run,
    sane_rate,
)

from experiments import Experiment, Run, simulate
from experiments.critical.defaults import default_learning_rate
from optimizers import OPTIMIZERS
from tests.said_of_quadratics import noise_floor, stability_limit

# Beside the defaults: values far from them, so that a swapped, forgotten or misplaced number shows; every choice once.
ODD = {
    "qhm": ({"beta": 0.62, "nu": 0.37},),
    "sign_descent": (),
    "signum": ({"beta": 0.62},),
    "normalized_gradient": (),
    "rprop": (
        {"grow": 1.5, "shrink": 0.3, "smallest": 0.2, "largest": 3.0},
        {"grow": 1.5, "shrink": 0.3, "backtracking": "off"},
    ),
    "rmsprop": (
        {"decay": 0.62, "eps": 0.3, "momentum": 0.4},
        {"decay": 0.62, "eps": 0.03, "momentum": 0.4, "centred": "on"},
    ),
    "adam": ({"beta1": 0.62, "beta2": 0.83, "eps": 0.3}, {"bias_correction": "off"}),
    "amsgrad": ({"beta1": 0.62, "beta2": 0.83, "eps": 0.3}, {"beta2": 0.83, "eps": 0.3, "bias_correction": "on"}),
    "adamax": ({"beta1": 0.62, "beta2": 0.83, "eps": 0.3},),
    "nadam": (
        {"beta1": 0.62, "beta2": 0.83, "eps": 0.3, "momentum_decay": 0.7},
        {"beta1": 0.62, "momentum_decay": 0.1, "rising": "step"},
        {"beta1": 0.62, "rising": "nowhere"},
    ),
    "radam": ({"beta1": 0.62, "beta2": 0.93, "eps": 0.3, "threshold": 7.5},),
    "adabelief": ({"beta1": 0.62, "beta2": 0.83, "eps": 0.03},),
    "adabound": (
        {"beta1": 0.62, "beta2": 0.83, "eps": 0.3},
        {"final": 0.2, "speed": 0.3},
        {"final": 1.0, "speed": 1.0},
    ),
    "yogi": ({"beta1": 0.62, "beta2": 0.83, "eps": 0.3}, {"eps": 0.03, "bias_correction": "on"}),
    "adan": ({"beta1": 0.62, "beta2": 0.53, "beta3": 0.83, "eps": 0.3, "weight_decay": 0.4},),
    "ademamix": (
        {"beta1": 0.62, "beta2": 0.83, "beta3": 0.93, "alpha": 2.0, "eps": 0.3},
        {"beta1": 0.62, "beta3": 0.99, "alpha": 2.0, "warmup": 20},
    ),
    "adopt": ({"beta1": 0.62, "beta2": 0.83, "eps": 0.3}, {"beta2": 0.83, "clipping": "off"}),
    "qhadam": ({"beta1": 0.62, "beta2": 0.83, "nu1": 0.37, "nu2": 0.71, "eps": 0.3},),
    "sm3": ({"momentum": 0.62}, {"momentum": 0.62, "cover": "together"}),
    "adafactor": ({"decay_power": 0.6, "clip": 0.3, "eps1": 0.2, "eps2": 0.9},),
    "madgrad": ({"momentum": 0.62, "eps": 0.3},),
    "novograd": ({"beta1": 0.62, "beta2": 0.83, "eps": 0.3, "weight_decay": 0.4},),
    "lars": ({"momentum": 0.62, "trust": 0.01, "weight_decay": 0.4},),
    "lamb": ({"beta1": 0.62, "beta2": 0.83, "eps": 0.3, "weight_decay": 0.4},),
    "sophia": (
        {"beta1": 0.62, "beta2": 0.83, "gamma": 0.7, "every": 1, "eps": 0.01, "weight_decay": 0.4},
        {"gamma": 5.0, "every": 7},
    ),
}
CASES = [(key, odd) for key, odds in ODD.items() for odd in ({}, *odds)]


@pytest.mark.parametrize("surface", ("quadratic", "rosenbrock"))
@pytest.mark.parametrize(("key", "odd"), CASES)
def test_fifty_steps_equal_the_papers(key, odd, surface):
    shape, curvature, start = (BOWL, BOWL_CURVATURE, START) if surface == "quadratic" else (VALLEY, 1600.0, (-1.2, 1.0))
    rates = 0.5 * sane_rate(key, curvature) * 0.97 ** np.arange(50)
    parameters = OPTIMIZERS[key].defaults | odd
    found = run(key, surface, shape, rates, start=start, **parameters)
    expected = numpy_optimizers.path(
        key, start, NUMPY_GRADIENTS[surface], rates, hessian=NUMPY_HESSIANS[surface], **parameters
    )
    assert np.abs(found - found[0]).max() > 1e-3, "it moved"
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_every_number_and_every_choice_is_compared_away_from_its_default():
    for key, odds in ODD.items():
        for parameter in OPTIMIZERS[key].parameters:
            tried = {odd[parameter.key] for odd in odds if parameter.key in odd} - {parameter.default}
            assert tried, (key, parameter.key)
            if parameter.kind == "choice":
                assert tried | {parameter.default} == set(parameter.choices), (key, parameter.key)


# --- a constant slope, where the steps are known ---------------------------------------------------------------------

SLOPE = np.array([3.0, -1e-2])
LR = 0.05


def steps_on_a_slope(key, count=200, slope=SLOPE, **parameters):
    return np.diff(run(key, "slope", (*slope, 0.0), np.full(count, LR), **parameters), axis=0)


T = np.arange(1, 201)[:, None]
RHO_INFINITE = 2 / (1 - 0.999) - 1
RHO = RHO_INFINITE - 2 * T * 0.999**T / (1 - 0.999**T)
with np.errstate(invalid="ignore"):
    RECTIFIED = np.sqrt((RHO - 4) * (RHO - 2) * RHO_INFINITE / ((RHO_INFINITE - 4) * (RHO_INFINITE - 2) * RHO))
SIGNS = np.sign(SLOPE)
UNIT = SLOPE / np.linalg.norm(SLOPE)
ON_A_SLOPE: dict[str, tuple[dict[str, Any], np.ndarray]] = {  # steps in learning rates
    "sign_descent": ({}, SIGNS + 0 * T),
    "signum": ({}, SIGNS + 0 * T),
    "normalized_gradient": ({}, UNIT + 0 * T),
    "rprop": ({"largest": 40.0}, SIGNS * np.minimum(1.2 ** (T - 1), 40.0)),
    "qhm": ({"beta": 0.9, "nu": 0.7}, SLOPE * (0.3 + 0.7 * (1 - 0.9**T))),
    "amsgrad": ({"eps": 1e-12}, SIGNS * (1 - 0.9**T) / np.sqrt(1 - 0.999**T)),
    "adamax": ({"eps": 1e-12}, SIGNS + 0 * T),
    "nadam": (
        {"eps": 1e-12, "rising": "nowhere"},
        SIGNS * (0.9 * (1 - 0.9**T) / (1 - 0.9 ** (T + 1)) + 0.1 / (1 - 0.9**T)),
    ),
    "radam": ({"eps": 1e-12}, np.where(RHO > 4, SIGNS * RECTIFIED, SLOPE)),
    "adan": ({"eps": 1e-12}, SIGNS + 0 * T),
    "ademamix": ({"eps": 1e-12}, SIGNS * (1 + 5 * (1 - 0.9999**T))),
    "adopt": ({}, SIGNS * (1 - 0.9 ** (T - 1))),
    "qhadam": ({"eps": 1e-12}, SIGNS + 0 * T),
    "sm3": ({"momentum": 0.0}, SIGNS / np.sqrt(T)),
    "novograd": ({"eps": 1e-12}, UNIT * (1 - 0.95**T) / 0.05),
    "yogi": ({"eps": 1e-12, "beta2": 0.9999}, SIGNS * (1 - 0.9**T) / np.sqrt(1e-4 * T)),
    "sophia": ({}, SIGNS + 0 * T),
}


@pytest.mark.parametrize("key", ON_A_SLOPE)
def test_on_a_steady_slope_the_steps_are_known(key):
    parameters, expected = ON_A_SLOPE[key]
    np.testing.assert_allclose(steps_on_a_slope(key, **parameters) / -LR, expected, rtol=1e-6, atol=1e-9)


def test_madgrad_goes_by_a_cube_root_of_the_weights_so_far():
    points = run("madgrad", "slope", (*SLOPE, 0.0), np.full(200, LR), momentum=0.0, eps=1e-12)
    weights = np.cumsum(LR * np.sqrt(T), axis=0)
    expected = np.array(START) - weights ** (2 / 3) * SIGNS * np.abs(SLOPE) ** (1 / 3)
    np.testing.assert_allclose(points[1:], expected, rtol=1e-8)


def test_adafactors_steps_are_a_share_of_the_points_size():
    points = run("adafactor", "slope", (*SLOPE, 0.0), np.full(50, 0.01))
    sizes = np.maximum(1e-3, np.linalg.norm(points[:-1], axis=1) / np.sqrt(2))
    np.testing.assert_allclose(np.diff(points, axis=0), -0.01 * sizes[:, None] * SIGNS, rtol=1e-9)


def test_the_layerwise_steps_are_a_share_of_the_distance_from_the_origin():
    lamb = run("lamb", "rosenbrock", VALLEY, np.full(60, 0.02))
    np.testing.assert_allclose(
        np.linalg.norm(np.diff(lamb, axis=0), axis=1), 0.02 * np.linalg.norm(lamb[:-1], axis=1), rtol=1e-9
    )
    lars = run("lars", "rosenbrock", VALLEY, np.full(60, 2.0), momentum=0.0, trust=0.01)
    np.testing.assert_allclose(
        np.linalg.norm(np.diff(lars, axis=0), axis=1), 0.02 * np.linalg.norm(lars[:-1], axis=1), rtol=1e-9
    )


def test_at_the_origin_lars_stays_and_lamb_steps_as_adam():
    at_origin = {"start": (0.0, 0.0)}
    still = run("lars", "slope", (1.0, 2.0, 0.0), np.ones(5), **at_origin)
    np.testing.assert_array_equal(still, np.zeros((6, 2)))
    lamb = run("lamb", "slope", (1.0, 2.0, 0.0), [0.1, 0.1], **at_origin)
    np.testing.assert_allclose(lamb[1], run("adam", "slope", (1.0, 2.0, 0.0), [0.1], eps=1e-6, **at_origin)[1])
    np.testing.assert_allclose(np.linalg.norm(lamb[2] - lamb[1]), 0.1 * np.linalg.norm(lamb[1]), rtol=1e-9)


# --- one optimizer as another --------------------------------------------------------------------------------------


SAME = [
    ("signum", {"beta": 0.0}, "sign_descent", {}),
    ("qhm", {"beta": 0.9, "nu": 0.0}, "gradient_descent", {}),
    ("qhm", {"beta": 0.9, "nu": 1.0}, "momentum_ema", {"beta": 0.9}),
    ("qhadam", {"nu1": 1.0, "nu2": 1.0, "beta1": 0.9}, "adam", {}),
    ("ademamix", {"alpha": 0.0}, "adam", {}),
    ("lion", {"beta1": 0.8, "beta2": 0.8}, "signum", {"beta": 0.8}),
    ("adam", {"bias_correction": "off", "beta1": 0.0, "beta2": 0.9}, "rmsprop", {"decay": 0.9}),
    ("sophia", {"gamma": 0.001, "eps": 1e-15, "beta1": 0.9, "every": 100, "beta2": 0.9999}, "signum", {"beta": 0.9}),
]


@pytest.mark.parametrize(("key", "parameters", "other", "others"), SAME)
def test_it_contains_a_simpler_one(key, parameters, other, others):
    rates = np.full(50, 1e-3)
    one = run(key, "rosenbrock", VALLEY, rates, start=(-1.2, 1.0), **parameters)
    two = run(other, "rosenbrock", VALLEY, rates, start=(-1.2, 1.0), **others)
    assert np.abs(one - one[0]).max() > 1e-3
    np.testing.assert_allclose(one, two, rtol=1e-9)


def test_quasi_hyperbolic_momentum_is_nesterov_where_share_and_memory_agree():
    mixed = run("qhm", "quadratic", BOWL, np.full(80, 0.5), beta=0.8, nu=0.8)
    nesterov = run("nesterov", "quadratic", BOWL, np.full(80, 0.5 * (1 - 0.8)), beta=0.8)
    np.testing.assert_allclose(mixed, nesterov, rtol=1e-9, atol=1e-12)


def test_sm3_apart_is_adagrad_and_together_the_flat_axis_waits():
    apart = run("sm3", "quadratic", BOWL, np.full(50, 0.3), momentum=0.0)
    adagrad = run("adagrad", "quadratic", BOWL, np.full(50, 0.3), eps=1e-12)
    np.testing.assert_allclose(apart, adagrad, rtol=1e-9, atol=1e-11)
    together = steps_on_a_slope("sm3", momentum=0.0, cover="together")
    np.testing.assert_allclose(together[:, 1] / -LR, SLOPE[1] / np.sqrt((T[:, 0] - 1) * SLOPE[0] ** 2 + SLOPE[1] ** 2))


# --- quasi-hyperbolic momentum on a quadratic ----------------------------------------------------------------------

MIXES = [(0.0, 0.5), (0.5, 0.3), (0.9, 0.7), (0.9, 1.0), (0.99, 0.95)]


def qhm_matrix(lr, c, beta, nu):
    """One step of (w, v) without noise, and how noise enters it."""
    fresh = 1 - nu * beta
    matrix = np.array([[1 - lr * c * fresh, -lr * nu * beta], [(1 - beta) * c, beta]])
    return matrix, np.array([-lr * fresh, 1 - beta])


@pytest.mark.parametrize(("beta", "nu"), MIXES)
def test_the_limit_of_quasi_hyperbolic_momentum_is_where_its_largest_root_reaches_one(beta, nu):
    limit = stability_limit("qhm", 7.0, beta=beta, nu=nu)
    for share, wanted in ((0.999, True), (1.001, False)):
        roots = np.linalg.eigvals(qhm_matrix(share * limit, 7.0, beta, nu)[0])
        assert (np.abs(roots).max() < 1) == wanted
    assert stability_limit("qhm", -1.0, beta=beta, nu=nu) == np.inf
    below = run("qhm", "quadratic", (7.0, 0.0, 7.0), np.full(ROWS, 0.98 * limit), beta=beta, nu=nu)
    above = run("qhm", "quadratic", (7.0, 0.0, 7.0), np.full(4000, 1.02 * limit), beta=beta, nu=nu)
    assert np.abs(below[-1]).max() < 1e-6 and not np.abs(above[-1]).max() < 1e6


@pytest.mark.parametrize("share", (0.05, 0.5, 0.9))
@pytest.mark.parametrize(("beta", "nu"), MIXES)
def test_the_floor_of_quasi_hyperbolic_momentum_is_its_stationary_variance(beta, nu, share):
    c, sigma = 2.5, 0.7
    lr = share * stability_limit("qhm", c, beta=beta, nu=nu)
    matrix, entry = qhm_matrix(lr, c, beta, nu)
    noise = sigma**2 * np.outer(entry, entry)
    expected = np.linalg.solve(np.eye(4) - np.kron(matrix, matrix), noise.ravel())[0]
    assert noise_floor("qhm", lr, c, sigma, beta=beta, nu=nu) == pytest.approx(expected, rel=1e-9)
    assert noise_floor("qhm", 1.01 * lr / share, c, sigma, beta=beta, nu=nu) == np.inf


def test_noisy_quasi_hyperbolic_momentum_hovers_at_its_floor():
    given, c, sigma = {"beta": 0.9, "nu": 0.7}, 2.5, 0.7
    lr = 0.4 * stability_limit("qhm", c, **given)
    noise = sigma * np.random.default_rng(5).standard_normal((ROWS, 2))
    points = run("qhm", "quadratic", (c, 0.0, c), np.full(ROWS, lr), noise=noise, **given)
    assert points[500:].var() == pytest.approx(noise_floor("qhm", lr, c, sigma, **given), rel=0.1)


# --- what a person would notice ------------------------------------------------------------------------------------


def test_adam_without_correction_starts_with_longer_steps():
    steps = steps_on_a_slope("adam", count=1, eps=1e-12, bias_correction="off")
    np.testing.assert_allclose(np.abs(steps[0]), LR * 0.1 / np.sqrt(0.001), rtol=1e-6)


def test_what_is_said_about_the_first_steps_is_so():
    (pace,) = [p for p in OPTIMIZERS["nadam"].parameters if p.key == "momentum_decay"]
    assert "nine tenths of the way take about 14,000 steps at 0.004, and 56 at 1" in pace.help
    for speed, steps in ((0.004, 14_000), (1.0, 56)):
        assert 1 - 0.96 ** (speed * steps) == pytest.approx(0.9, abs=0.01)
    first = steps_on_a_slope("adadelta", 1)[0] / LR
    np.testing.assert_allclose(np.abs(first), np.sqrt(1e-6 / (1 - 0.9)), rtol=0.1)
    assert "0.003" in OPTIMIZERS["adadelta"].notes


def test_rmsprop_with_momentum_adds_up_and_centred_speeds_up_on_a_steady_slope():
    plain = steps_on_a_slope("rmsprop")
    fast = steps_on_a_slope("rmsprop", momentum=0.9)
    np.testing.assert_allclose(fast[-1], 10 * plain[-1], rtol=1e-6)
    centred = np.abs(steps_on_a_slope("rmsprop", count=30, centred="on"))
    share = 0.9 ** np.arange(1, 31)[:, None]
    np.testing.assert_allclose(centred / LR, 1 / np.sqrt(share * (1 - share)) + 0 * SLOPE, rtol=1e-4)


def test_rprop_takes_the_step_back_that_crossed_the_valley():
    given = {"start": (0.25, 0.0), "grow": 2.0}
    back = run("rprop", "roof", (1.0, 1.0, 0.0), np.full(4, 0.1), **given)
    np.testing.assert_allclose(back[:, 0], [0.25, 0.15, -0.05, 0.15, 0.05], atol=1e-12)
    waits = run("rprop", "roof", (1.0, 1.0, 0.0), np.full(4, 0.1), backtracking="off", **given)
    np.testing.assert_allclose(waits[:, 0], [0.25, 0.15, -0.05, -0.05, 0.05], atol=1e-12)


def test_amsgrad_never_speeds_up_again():
    states = simulate(
        Experiment(landscape="himmelblau", steps=300, runs=(Run(optimizer="amsgrad", learning_rate=0.05),))
    )[0].states
    largest = states["largest_second_moment"]
    assert (np.diff(largest, axis=0) >= 0).all() and (np.diff(states["second_moment"], axis=0) < 0).any()
    np.testing.assert_array_equal(largest, np.maximum.accumulate(states["second_moment"]))


@pytest.mark.parametrize("every", (1, 10, 100))
def test_sophia_is_charged_for_the_hessians_that_it_reads(every):
    given = Run(optimizer="sophia", learning_rate=0.01, parameters={"every": every})
    (found,) = simulate(Experiment(landscape="himmelblau", steps=60, runs=(given,)))
    assert (found.evaluations.gradient, found.evaluations.hessian) == (60, -(-60 // every))
    changed = [not np.array_equal(a, b) for a, b in pairwise(found.states["curvature"])]
    assert sum(changed) == -(-60 // every) - 1


def test_sophia_steps_by_signs_where_the_surface_curves_down_and_like_newton_near_a_minimum():
    saddle = np.diff(run("sophia", "quadratic", (-3.0, 0.0, -1.0), np.full(20, 0.1)), axis=0)
    np.testing.assert_allclose(np.abs(saddle), 0.1, rtol=1e-12)
    near = {"start": (1e-3, -2e-3), "beta1": 0.0, "beta2": 0.0, "gamma": 1.0, "every": 1}
    points = run("sophia", "quadratic", (4.0, 0.0, 0.5), np.full(20, 0.5), **near)
    np.testing.assert_allclose(points, np.array(near["start"]) * 0.5 ** np.arange(21)[:, None], rtol=1e-9)


@pytest.mark.parametrize("landscape", ("himmelblau", "booth", "beale", "rosenbrock"))
def test_radams_plain_first_steps_stay_in_the_picture_at_its_default_rate(landscape):
    fresh = Experiment(landscape=landscape, steps=100)
    chosen = default_learning_rate(fresh, "radam")
    assert chosen < default_learning_rate(fresh, "adam")
    (found,) = simulate(fresh.replace(runs=(Run(optimizer="radam", learning_rate=chosen),)))
    (x0, x1), (y0, y1) = fresh.window
    x, y = found.points.T
    assert ((x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)).all()
    assert found.losses[-1] < 0.9 * found.losses[0]


def test_adopt_only_measures_at_first():
    points = run("adopt", "quadratic", BOWL, np.full(5, 0.1))
    np.testing.assert_array_equal(points[1], points[0])
    assert (points[2] != points[1]).all()
