"""Optimizers and wrappers: each against its paper, in the compiled loop that the app runs them in."""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizers
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, Optimizer, Schedule, Wrapper
from tests.said_of_quadratics import noise_floor, stability_limit

import jax  # isort: skip
import jax.numpy as jnp  # isort: skip
import numpy_optimizers  # isort: skip

from optimizers.shared.two_by_two import pseudo_inverse_times

KEYS = (
    "gradient_descent",
    "momentum",
    "momentum_ema",
    "nesterov",
    "qhm",
    "normalized_gradient",
    "sign_descent",
    "signum",
    "rprop",
    "adagrad",
    "rmsprop",
    "adadelta",
    "adam",
    "adamw",
    "amsgrad",
    "adamax",
    "nadam",
    "radam",
    "adabelief",
    "adabound",
    "yogi",
    "adan",
    "ademamix",
    "adopt",
    "qhadam",
    "lion",
    "sm3",
    "adafactor",
    "madgrad",
    "novograd",
    "lars",
    "lamb",
    "sophia",
    "prodigy",
    "dadapt",
    "dog",
    "dowg",
    "cocob",
    "momo",
    "schedule_free_sgd",
    "schedule_free_adamw",
    "newton",
    "lbfgs",
)
RANDOM_OR_GRADIENT_FREE = (  # tested in a file of their own
    "langevin",
    "nelder_mead",
    "random_search",
    "evolution_strategy",
    "simulated_annealing",
    "cma_es",
    "particle_swarm",
)
SEARCHING = (  # likewise
    "backtracking",
    "exact_line_search",
    "polyak_step",
    "conjugate_gradient",
    "damped_newton",
    "saddle_free_newton",
    "bfgs",
)
MOMENTA = KEYS[:4]
START = (1.5, -1.0)
VIEW_WIDTH = 4.0
ROWS = 20_000

# A surface is f(w, shape); shape (3,) travels as data, so that one compiled loop serves every quadratic.
SURFACES = {
    "quadratic": lambda w, s: 0.5 * (s[0] * w[0] ** 2 + 2 * s[1] * w[0] * w[1] + s[2] * w[1] ** 2),
    "rosenbrock": lambda w, s: (s[0] - w[0]) ** 2 + s[1] * (w[1] - w[0] ** 2) ** 2,
    "slope": lambda w, s: s[0] * w[0] + s[1] * w[1],
    "roof": lambda w, s: s[0] * jnp.abs(w[0]) + s[1] * jnp.abs(w[1]),
}
BOWL = (3.0, 0.5, 1.0)
BOWL_CURVATURE = 2 + np.sqrt(1.25)  # the larger eigenvalue
VALLEY = (1.0, 100.0, 0.0)
NUMPY_GRADIENTS = {
    "quadratic": lambda w: np.array([3.0 * w[0] + 0.5 * w[1], 0.5 * w[0] + 1.0 * w[1]]),
    "rosenbrock": lambda w: np.array([-2 * (1 - w[0]) - 400 * w[0] * (w[1] - w[0] ** 2), 200 * (w[1] - w[0] ** 2)]),
}
NUMPY_HESSIANS = {
    "quadratic": lambda w: np.array([[3.0, 0.5], [0.5, 1.0]]),
    "rosenbrock": lambda w: np.array([[2 - 400 * (w[1] - 3 * w[0] ** 2), -400 * w[0]], [-400 * w[0], 200.0]]),
}
TRACES: Counter[tuple[Any, ...]] = Counter()


@cache
def compiled(key: str, surface: str, wrappers: tuple[str, ...] = (), fixed: tuple[Any, ...] = ()):
    """Return the loop as simulate builds it: the transformation is made inside, from traced numbers."""
    f = SURFACES[surface]

    def build(rate, numbers):
        transformation = OPTIMIZERS[key].build(rate, **dict(fixed), **numbers[0])
        for name, own in zip(wrappers, numbers[1:], strict=True):
            transformation = WRAPPERS[name].build(transformation, rate, **own)
        return transformation

    @jax.jit
    def loop(start, shape, rates, noise, steps, numbers):
        TRACES[key, surface, wrappers, fixed] += 1

        def value_fn(w):
            return f(w, shape)

        def body(t, carry):
            points, watched, w, state = carry
            value, gradient = jax.value_and_grad(value_fn)(w)
            gradient = gradient + noise[t]
            updates, state = build(rates[t], numbers).update(
                gradient,
                state,
                w,
                value=value,
                grad=gradient,
                value_fn=value_fn,
                gradient_fn=lambda w: jax.grad(value_fn)(w) + noise[t],
                hessian_fn=jax.hessian(value_fn),
                draws={},
            )
            w = w + updates
            return points.at[t + 1].set(w), watched.at[t].set(watch(state)), w, state

        def watch(state):
            for _ in wrappers:
                state = state[0]
            if key != "lbfgs":
                return jnp.zeros(2)
            search_cost = OPTIMIZERS[key].search_cost
            assert search_cost is not None
            return jnp.stack([state[-1].learning_rate, search_cost(state)[0]])

        state = build(rates[0], numbers).init(start)
        points = jnp.full((ROWS + 1, 2), jnp.nan).at[0].set(start)
        return jax.lax.fori_loop(0, steps, body, (points, jnp.zeros((ROWS, 2)), start, state))[:2]

    return loop


def run(key, surface, shape, rates, *, start=START, noise=None, wrappers=(), **parameters):
    """Return the points (T + 1, 2); rates (T,) is one learning rate a step."""
    return watched_run(key, surface, shape, rates, start=start, noise=noise, wrappers=wrappers, **parameters)[0]


def watched_run(key, surface, shape, rates, *, start=START, noise=None, wrappers=(), **parameters):
    rates = np.asarray(rates, float)
    steps = len(rates)
    optimizer = OPTIMIZERS[key]
    filled = optimizer.defaults | parameters
    fixed = tuple((p.key, filled[p.key]) for p in optimizer.parameters if p.structural)
    numbers = [{k: float(v) for k, v in filled.items() if k not in dict(fixed)}]
    numbers += [WRAPPERS[name].defaults | given for name, given in wrappers]
    padded = np.zeros(ROWS)
    padded[:steps] = rates
    all_noise = np.zeros((ROWS, 2))
    if noise is not None:
        all_noise[:steps] = noise
    loop = compiled(key, surface, tuple(name for name, _ in wrappers), fixed)
    points, watched = loop(np.array(start, float), np.array(shape, float), padded, all_noise, steps, numbers)
    return np.asarray(points)[: steps + 1], np.asarray(watched)[:steps]


def sane_rate(key: str, curvature: float) -> float:
    """The default learning rate, as the app derives it from the optimizer's class and the surface."""
    optimizer = OPTIMIZERS[key]
    if optimizer.rate_class == "both":
        return min(optimizer.rate_factor * VIEW_WIDTH, 3 / curvature)
    scale = {"curvature": 1 / curvature, "unit_step": VIEW_WIDTH, "rate_free": 1.0}[optimizer.rate_class]
    return optimizer.rate_factor * scale


def bowl_value(points):
    x, y = points[..., 0], points[..., 1]
    return 0.5 * (3.0 * x**2 + 2 * 0.5 * x * y + y**2)


# --- against the papers --------------------------------------------------------------------------------------------

# far from every default, so that a swapped or forgotten hyperparameter, or a misplaced epsilon, shows
ODD: dict[str, dict[str, Any]] = {
    "gradient_descent": {},
    "momentum": {"beta": 0.62},
    "momentum_ema": {"beta": 0.62},
    "nesterov": {"beta": 0.62},
    "adagrad": {"eps": 0.3},
    "rmsprop": {"decay": 0.62, "eps": 0.3, "momentum": 0.4, "centred": "on"},
    "adadelta": {"rho": 0.62, "eps": 0.03},
    "adam": {"beta1": 0.62, "beta2": 0.83, "eps": 0.3, "bias_correction": "off"},
    "adamw": {"beta1": 0.62, "beta2": 0.83, "eps": 0.3, "weight_decay": 0.4},
    "lion": {"beta1": 0.62, "beta2": 0.83, "weight_decay": 0.4},
    "newton": {},
}


@pytest.mark.parametrize("odd", (False, True), ids=("defaults", "odd"))
@pytest.mark.parametrize("surface", ("quadratic", "rosenbrock"))
@pytest.mark.parametrize("key", ODD)
def test_fifty_steps_equal_the_papers(key, surface, odd):
    shape, curvature, start = (BOWL, BOWL_CURVATURE, START) if surface == "quadratic" else (VALLEY, 1600.0, (-1.2, 1.0))
    rates = np.full(50, 0.5 * sane_rate(key, curvature))
    if key != "nesterov":  # its two sequences equal the one of PyTorch and optax at a constant learning rate only
        rates *= 0.97 ** np.arange(50)
    parameters = OPTIMIZERS[key].defaults | (ODD[key] if odd else {})
    found = run(key, surface, shape, rates, start=start, **parameters)
    expected = numpy_optimizers.path(
        key, start, NUMPY_GRADIENTS[surface], rates, hessian=NUMPY_HESSIANS[surface], **parameters
    )
    assert np.abs(found[-1] - found[0]).max() > 1e-3, "it moved"
    steps = 10 if (key, surface) == ("newton", "rosenbrock") else 50
    np.testing.assert_allclose(found[: steps + 1], expected[: steps + 1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("memory_size", (1, 3, 10))
def test_lbfgs_goes_along_the_papers_direction(memory_size):
    """Given the points it has been to, each step is the full-matrix BFGS direction times the length it searched."""
    gradient = NUMPY_GRADIENTS["rosenbrock"]
    points, watched = watched_run(
        "lbfgs", "rosenbrock", VALLEY, np.ones(25), start=(-1.2, 1.0), memory_size=memory_size
    )
    gradients = [gradient(w) for w in points]
    for t in range(25):
        direction = numpy_optimizers.lbfgs_direction(points[: t + 1], gradients[: t + 1], memory_size)
        step = watched[t, 0] * direction
        np.testing.assert_allclose(points[t + 1], points[t] + step, rtol=1e-9, atol=1e-9 * float(np.linalg.norm(step)))


def test_lbfgs_steps_satisfy_the_strong_wolfe_conditions():
    f, gradient = lambda w: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2, NUMPY_GRADIENTS["rosenbrock"]
    points = run("lbfgs", "rosenbrock", VALLEY, np.ones(25), start=(-1.2, 1.0))
    for before, after in pairwise(points):
        slope = gradient(before) @ (after - before)
        assert slope < 0
        assert f(after) <= f(before) + 1e-4 * slope
        assert abs(gradient(after) @ (after - before)) <= 0.9 * abs(slope)


def test_lbfgs_tries_the_full_step_first():
    _, watched = watched_run("lbfgs", "rosenbrock", VALLEY, np.ones(25), start=(-1.2, 1.0))
    lengths, tries = watched[:, 0], watched[:, 1]
    assert np.all(lengths[tries == 1] == 1.0) and np.sum(tries == 1) > 10


def test_lbfgs_ends_on_a_quadratic_and_stays():
    points = run("lbfgs", "quadratic", (30.0, 1.0, 1.0), np.ones(300))
    assert np.linalg.norm(points[12]) < 1e-8
    assert np.all(np.isfinite(points)) and np.linalg.norm(points[-1]) < 1e-12


def test_lbfgs_never_leaps_from_a_kink():
    """The search of optax takes its last try if it finds nothing lower; on |x| + |y| that was once a step of 1e23."""
    starts = np.random.default_rng(0).uniform(-4, 4, (60, 2))
    starts = np.vstack([starts, [[4.0, 2.0], [0.3, -0.3], [1e-8, 3.0]]])
    for start in starts:
        points = run("lbfgs", "roof", (1.0, 1.0, 0.0), np.ones(200), start=start)
        heights = np.abs(points).sum(axis=1)
        assert np.all(np.isfinite(points))
        assert np.all(heights[1:] <= heights[:-1] * (1 + 1e-6))


def test_lbfgs_counts_the_calls_that_its_search_makes():
    calls: Counter[str] = Counter()
    searched = []

    def value_fn(w):
        jax.debug.callback(lambda: calls.update(["value"]))
        return (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2

    lbfgs = OPTIMIZERS["lbfgs"]
    assert lbfgs.search_cost is not None
    transformation = lbfgs.build(1.0)
    w = jnp.array([-1.2, 1.0])
    state = transformation.init(w)
    for _ in range(4):
        value, gradient = jax.value_and_grad(SURFACES["rosenbrock"])(w, np.array(VALLEY))
        calls.clear()
        step, state = transformation.update(gradient, state, w, value=value, grad=gradient, value_fn=value_fn, draws={})
        jax.block_until_ready(step)
        jax.effects_barrier()
        counted = [int(c) for c in lbfgs.search_cost(state)]
        assert counted == [calls["value"], calls["value"], 0] and counted[0] >= 1
        w = w + step
        searched.append(counted[0])
    assert len(set(searched)) > 1, "some searches are longer than others"
    assert lbfgs.cost == (1, 1, 0)


# --- closed forms --------------------------------------------------------------------------------------------------


def test_gradient_descent_on_a_quadratic_shrinks_by_the_same_factor():
    points = run("gradient_descent", "quadratic", (4.0, 0.0, 1.0), np.full(60, 0.3))
    t = np.arange(61)[:, None]
    np.testing.assert_allclose(points, np.array(START) * np.array([1 - 1.2, 1 - 0.3]) ** t, rtol=1e-12)


def test_adam_steps_are_one_learning_rate_long_under_a_steady_slope():
    slope, lr, eps = np.array([3.0, -1e-6]), 0.05, 1e-8
    points = run("adam", "slope", (*slope, 0.0), np.full(200, lr))
    steps = np.diff(points, axis=0)
    np.testing.assert_allclose(steps, np.tile(-lr * slope / (np.abs(slope) + eps), (200, 1)), rtol=1e-9)


def test_adamw_without_a_slope_decays_towards_the_origin():
    points = run("adamw", "slope", (0.0, 0.0, 0.0), np.full(100, 0.1), weight_decay=0.5)
    np.testing.assert_allclose(points, np.array(START) * (1 - 0.1 * 0.5) ** np.arange(101)[:, None], rtol=1e-12)


def test_averaged_momentum_is_the_heavy_ball_at_a_smaller_learning_rate():
    averaged = run("momentum_ema", "rosenbrock", VALLEY, np.full(100, 1e-3), start=(-1.2, 1.0), beta=0.9)
    heavy = run("momentum", "rosenbrock", VALLEY, np.full(100, 1e-3 * (1 - 0.9)), start=(-1.2, 1.0), beta=0.9)
    np.testing.assert_allclose(averaged, heavy, rtol=1e-9)


@pytest.mark.parametrize("key", ("momentum", "momentum_ema", "nesterov"))
def test_without_memory_momentum_is_gradient_descent(key):
    plain = run("gradient_descent", "quadratic", BOWL, np.full(30, 0.2))
    np.testing.assert_allclose(run(key, "quadratic", BOWL, np.full(30, 0.2), beta=0.0), plain, rtol=1e-12)


@pytest.mark.parametrize("shape", (BOWL, (1e6, 3.0, 1e-3), (1.0, 0.0, 1e-10), (-3.0, 0.2, 1.0), (0.0, 2.0, 0.0)))
def test_newton_lands_on_a_quadratics_level_point_in_one_step(shape):
    """A minimum, but a saddle or a maximum just as well."""
    points = run("newton", "quadratic", shape, [1.0])
    condition = np.linalg.cond([[shape[0], shape[1]], [shape[1], shape[2]]])
    np.testing.assert_allclose(points[1], 0, atol=1e-15 * max(condition, 10))


def test_newton_stands_still_where_nothing_curves_and_ignores_flat_directions():
    np.testing.assert_array_equal(run("newton", "slope", (3.0, -2.0, 0.0), np.ones(5)), np.tile(START, (6, 1)))
    trough = run("newton", "quadratic", (4.0, 4.0, 4.0), [1.0])  # 2 (x + y)^2: level along (1, -1)
    np.testing.assert_allclose(trough[1], [1.25, -1.25], rtol=1e-12)
    for curvature in (1.5e-12, 1e-15, 1e-18):  # slight, but all there is along y
        points = run("newton", "quadratic", (1e6, 0.0, 1e6 * curvature), [1.0])
        np.testing.assert_allclose(points[1], [0.0, 0.0], atol=1e-12)


@settings(max_examples=300, deadline=None)
@given(
    st.floats(-3.2, 3.2),
    st.floats(0.1, 10),
    st.sampled_from((0.0, 1e-9, 1e-3, 0.5, 1.0)),  # those between: tests/test_second_order_conditions.py
    st.sampled_from((-1, 1)),
    st.sampled_from((1e-150, 1e-8, 1.0, 1e8, 1e150)),
)
def test_the_pseudo_inverse_is_numpys(angle, large, ratio, sign, size):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    hessian = size * turn @ np.diag([large, sign * ratio * large]) @ turn.T
    hessian = (hessian + hessian.T) / 2
    vector = np.array([1.0, -2.0])
    expected = np.linalg.pinv(hessian / size, rcond=1e-12, hermitian=True) @ vector
    found = size * np.asarray(pseudo_inverse_times(jnp.asarray(hessian), jnp.asarray(vector)))
    accuracy = max(1e-14 / ratio if ratio else 0.0, 1e-12)
    np.testing.assert_allclose(found, expected, rtol=0, atol=accuracy * float(np.linalg.norm(expected)))


# --- what is said about quadratics ---------------------------------------------------------------------------------


@pytest.mark.parametrize("beta", (0.0, 0.5, 0.9))
@pytest.mark.parametrize("key", MOMENTA)
def test_just_below_the_stability_limit_it_converges_and_just_above_it_diverges(key, beta):
    parameters = {"beta": beta} if OPTIMIZERS[key].parameters else {}
    curvature = 7.0
    limit = stability_limit(key, curvature, **parameters)
    shape = (curvature, 0.0, curvature)
    below = run(key, "quadratic", shape, np.full(4000, 0.99 * limit), **parameters)
    above = run(key, "quadratic", shape, np.full(4000, 1.01 * limit), **parameters)
    assert np.linalg.norm(below[-1]) < 1e-4
    assert not np.abs(above[-1]).max() < 1e4


def test_stability_limits_are_the_textbooks():
    assert stability_limit("gradient_descent", 4.0) == 0.5
    assert stability_limit("momentum", 4.0, beta=0.9) == pytest.approx(0.95)
    assert stability_limit("momentum_ema", 4.0, beta=0.9) == pytest.approx(9.5)
    assert stability_limit("nesterov", 4.0, beta=0.9) == pytest.approx(3.8 / 11.2)
    for key in MOMENTA:
        given = OPTIMIZERS[key].defaults
        assert stability_limit(key, 0.0, **given) == np.inf
        assert stability_limit(key, -1.0, **given) == np.inf
    assert all(OPTIMIZERS[key].stability_limit is None for key in KEYS if key not in (*MOMENTA, "qhm"))


def stationary_variance(key, lr, c, sigma, **parameters):
    """Solve S = M S M' + N N' for (w, v), whose step is M (w, v) + N noise."""
    b = parameters.get("beta", 0.0)
    if key == "nesterov":
        matrix = np.array([[1 - lr * c * (1 + b), -lr * b * b], [c, b]])
        entry = np.array([-lr * (1 + b), 1.0])
    else:
        share = 1 - b if key == "momentum_ema" else 1.0
        matrix = np.array([[1 - lr * share * c, -lr * b], [share * c, b]])
        entry = np.array([-lr * share, share])
    noise = sigma**2 * np.outer(entry, entry)
    return np.linalg.solve(np.eye(4) - np.kron(matrix, matrix), noise.ravel())[0]


@pytest.mark.parametrize("share", (0.05, 0.5, 0.9))
@pytest.mark.parametrize("beta", (0.0, 0.5, 0.9))
@pytest.mark.parametrize("key", MOMENTA)
def test_the_noise_floor_is_the_stationary_variance(key, beta, share):
    optimizer = OPTIMIZERS[key]
    parameters = {"beta": beta} if optimizer.parameters else {}
    curvature, sigma = 2.5, 0.7
    lr = share * stability_limit(key, curvature, **parameters)
    floor = noise_floor(key, lr, curvature, sigma, **parameters)
    assert floor == pytest.approx(stationary_variance(key, lr, curvature, sigma, **parameters), rel=1e-9)


@pytest.mark.parametrize("key", MOMENTA)
def test_noisy_runs_hover_at_the_noise_floor(key):
    optimizer = OPTIMIZERS[key]
    curvature, sigma = 2.5, 0.7
    lr = 0.5 * stability_limit(key, curvature, **optimizer.defaults)
    noise = sigma * np.random.default_rng(3).standard_normal((ROWS, 2))
    points = run(key, "quadratic", (curvature, 0.0, curvature), np.full(ROWS, lr), noise=noise)
    floor = noise_floor(key, lr, curvature, sigma, **optimizer.defaults)
    assert points[500:].var() == pytest.approx(floor, rel=0.1)
    assert noise_floor(key, 2.01 * lr, curvature, sigma, **optimizer.defaults) == np.inf
    assert noise_floor(key, 0.0, curvature, sigma, **optimizer.defaults) == 0.0


# --- what a person would notice ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_it_descends_a_bowl_at_its_defaults(key):
    points = run(key, "quadratic", BOWL, np.full(1000, sane_rate(key, BOWL_CURVATURE)))
    values = bowl_value(points)
    assert np.all(np.isfinite(points))
    assert values[-1] < (0.5 if key == "adadelta" else 1e-2) * values[0]
    if key in (*MOMENTA, "newton", "lbfgs"):
        assert values[-1] < 1e-20


ENDS = [
    (key, p.key, end)
    for key in KEYS
    for p in OPTIMIZERS[key].parameters
    for end in (p.choices or ((int(p.low), int(p.high)) if p.kind == "integer" else (p.low, p.high)))
]


@pytest.mark.parametrize("key", dict.fromkeys(key for key, _, _ in ENDS))
def test_both_ends_of_every_slider_give_finite_numbers(key):
    for _, name, end in (found for found in ENDS if found[0] == key):
        check_the_end(key, name, end)


def check_the_end(key, name, end):
    for surface, shape, curvature in (("quadratic", BOWL, BOWL_CURVATURE), ("rosenbrock", VALLEY, 2000.0)):
        rates = np.full(300, 0.3 * sane_rate(key, curvature))
        points = run(key, surface, shape, rates, start=(-1.2, 1.0), **{name: end})
        assert np.all(np.isfinite(points)), surface


@pytest.mark.parametrize("key", KEYS)
def test_a_learning_rate_of_zero_and_a_level_start_stand_still(key):
    still = run(key, "rosenbrock", VALLEY, np.zeros(5))
    np.testing.assert_array_equal(still, np.tile(START, (6, 1)))
    given = {"weight_decay": 0.0} if key == "adamw" else {}
    level = run(key, "rosenbrock", VALLEY, np.full(20, 0.1), start=(1.0, 1.0), **given)
    np.testing.assert_array_equal(level, np.ones((21, 2)))


@pytest.mark.parametrize("key", KEYS)
def test_numbers_never_recompile(key):
    optimizer = OPTIMIZERS[key]
    fixed = tuple((p.key, p.default) for p in optimizer.parameters if p.structural)
    counts = []
    for share in (0.2, 0.7):
        numbers = {p.key: p.low + share * (p.high - p.low) for p in optimizer.parameters if not p.structural}
        run(key, "quadratic", BOWL, np.full(int(40 * share), 0.01 * share), start=(share, 1.0), **numbers)
        counts.append(TRACES[key, "quadratic", (), fixed])
    assert counts[0] >= 1, "the program is counted"
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("key", "wrapper"),
    [
        pytest.param(key, wrapper, marks=[pytest.mark.soak] * (column > 0 and (row + column) % len(WRAPPERS) > 0))
        for row, key in enumerate(KEYS)
        for column, wrapper in enumerate((None, *WRAPPERS))
    ],
)  # make test tries each alone and within one wrapper, soak within all
def test_the_state_keeps_its_shape_and_stays_in_double_precision(key, wrapper):
    check_the_state(key, wrapper)


def check_the_state(key, wrapper):
    optimizer = OPTIMIZERS[key]
    w = jnp.array(START)
    free = {p.key: jnp.asarray(p.default) for p in optimizer.parameters if not p.structural}

    def value_fn(w):
        return SURFACES["rosenbrock"](w, np.array(VALLEY))

    def update(rate, free, w, state):
        value, gradient = jax.value_and_grad(value_fn)(w)
        transformation = optimizer.build(rate, **free)
        if wrapper:
            transformation = WRAPPERS[wrapper].build(transformation, rate)
        if state is None:
            return transformation.init(w)
        return transformation.update(
            gradient,
            state,
            w,
            value=value,
            grad=gradient,
            value_fn=value_fn,
            gradient_fn=jax.grad(value_fn),
            hessian_fn=jax.hessian(value_fn),
            draws={},
        )

    def kinds(tree):
        return [(leaf.shape, leaf.dtype) for leaf in jax.tree.leaves(tree)]

    before = update(0.1, free, w, None)
    traced, (step, after) = jax.make_jaxpr(update, return_shape=True)(jnp.asarray(0.1), free, w, before)
    structures: list[Any] = [jax.tree.structure(tree) for tree in (before, after)]
    assert structures[0] == structures[1]
    assert kinds(before) == kinds(after)
    assert (step.shape, step.dtype) == ((2,), jnp.float64)
    assert not any(dtype == jnp.float32 for _, dtype in kinds(after))
    program = str(traced)
    assert "f32[" not in program
    library = r"= (eigh?|sort|lu|triangular_solve|cholesky|qr|svd|custom_linear_solve)\["
    assert not re.search(library, program), "a library call would put the loop out of one kernel"

    inner = before[0] if wrapper else before
    watched = optimizer.inside.observe(inner, w)
    assert list(watched) == [name for name in optimizer.inside.observes if name in watched]
    assert set(optimizer.inside.observes) - set(watched) <= ({"first_moment"} if optimizer.key == "rmsprop" else set())
    shapes = {"vector": (2,), "scale": (2,), "point": (2,), "matrix": (2, 2), "number": ()}
    for name, array in watched.items():
        assert array.shape == shapes[optimizer.inside.observes[name]] and array.dtype == jnp.float64


def test_what_it_carries_can_be_watched():
    adam = OPTIMIZERS["adam"]
    transformation = WRAPPERS["clip_value"].build(adam.build(0.1, beta1=0.5, beta2=0.75), 0.1, max_value=2.0)
    state = transformation.init(jnp.zeros(2))
    _, state = transformation.update(jnp.array([1.0, -8.0]), state, jnp.zeros(2))
    watched = adam.inside.observe(state[0], jnp.zeros(2))
    np.testing.assert_allclose(watched["first_moment"], [0.5, -1.0])
    np.testing.assert_allclose(watched["second_moment"], [0.25, 1.0])


# --- wrappers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", (1.0, 1e-150, 1e200))
def test_clipping_the_length_keeps_the_direction(size):
    slope = (3.0 * size, 4.0 * size, 0.0)
    limit = 1.0 if size == 1.0 else 1e-3
    wrappers = (("clip_norm", {"max_norm": limit}),)
    points = run("gradient_descent", "slope", slope, [1.0], start=(0, 0), wrappers=wrappers)
    expected = np.array([-3.0 * size, -4.0 * size]) if size < 1e-3 else np.array([-0.6, -0.8]) * limit
    np.testing.assert_allclose(points[1], expected, rtol=1e-12)


def test_clipping_each_axis_cuts_the_large_one_alone():
    wrappers = (("clip_value", {"max_value": 0.5}),)
    points = run("gradient_descent", "slope", (3.0, -0.25, 0.0), [1.0], start=(0, 0), wrappers=wrappers)
    np.testing.assert_allclose(points[1], [-0.5, 0.25])


def test_weight_decay_around_adam_is_adamw():
    wrapped = run("adam", "rosenbrock", VALLEY, np.full(50, 0.05), wrappers=(("weight_decay", {"decay": 0.3}),))
    np.testing.assert_allclose(wrapped, run("adamw", "rosenbrock", VALLEY, np.full(50, 0.05), weight_decay=0.3))


def test_weight_decay_without_a_slope_is_geometric():
    wrappers = (("weight_decay", {"decay": 0.5}),)
    points = run("gradient_descent", "slope", (0.0, 0.0, 0.0), np.full(40, 0.1), wrappers=wrappers)
    np.testing.assert_allclose(points, np.array(START) * 0.95 ** np.arange(41)[:, None], rtol=1e-12)


DECAY = {"decay": 0.3}
BOTH_DECAYS = (("weight_decay", DECAY), ("coupled_decay", DECAY))


def test_around_gradient_descent_both_decays_are_the_same():
    rates = np.linspace(0.3, 0.1, 50)
    one, other = (run("gradient_descent", "quadratic", BOWL, rates, wrappers=(w,)) for w in BOTH_DECAYS)
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-14)
    assert np.abs(one - run("gradient_descent", "quadratic", BOWL, rates)).max() > 1e-2


@pytest.mark.parametrize("surface", ("quadratic", "rosenbrock"))
def test_around_adam_the_coupled_decay_is_adam_with_l2_and_not_adamw(surface):
    rates, shape = np.linspace(0.1, 0.02, 50), BOWL if surface == "quadratic" else VALLEY
    decoupled, coupled = (run("adam", surface, shape, rates, wrappers=(wrapper,)) for wrapper in BOTH_DECAYS)
    w, m, v, expected = np.array(START), np.zeros(2), np.zeros(2), [START]
    for t, rate in enumerate(rates, start=1):
        g = NUMPY_GRADIENTS[surface](w) + 0.3 * w
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        w = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        expected.append(w)
    np.testing.assert_allclose(coupled, expected, rtol=1e-9)
    assert np.abs(coupled - decoupled).max() > 1e-2


def test_wrappers_nest_from_inner_to_outer():
    """The outer one sees the gradient first: (30, 40) cut to (30, 30) and then shortened, or the other way round."""
    slope = (30.0, 40.0, 0.0)
    norm, value = ("clip_norm", {"max_norm": 10.0}), ("clip_value", {"max_value": 30.0})
    inner_norm = run("gradient_descent", "slope", slope, [1.0], start=(0, 0), wrappers=(norm, value))
    inner_value = run("gradient_descent", "slope", slope, [1.0], start=(0, 0), wrappers=(value, norm))
    np.testing.assert_allclose(inner_norm[1], -10 * np.sqrt([0.5, 0.5]))
    np.testing.assert_allclose(inner_value[1], [-6.0, -8.0])


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("key", ("momentum", "newton", "lbfgs"))
def test_both_ends_of_every_wrapper_give_finite_numbers(key, wrapper):
    for parameter in WRAPPERS[wrapper].parameters:
        for end in (parameter.low, parameter.high):
            wrappers = ((wrapper, {parameter.key: end}),)
            points = run(key, "rosenbrock", VALLEY, np.full(100, sane_rate(key, 2000.0)), wrappers=wrappers)
            if (wrapper, end) == ("sam", 10.0) and key == "momentum":
                assert np.abs(points[1:6]).max() > 1e3, (
                    "read so far uphill the slope throws it out: an honest divergence"
                )
            else:
                assert np.all(np.isfinite(points))


# --- the registry --------------------------------------------------------------------------------------------------


def test_the_menu_is_in_order_and_nothing_is_left_out():
    menu = [*KEYS, *RANDOM_OR_GRADIENT_FREE]
    menu[menu.index("newton") : menu.index("newton")] = SEARCHING[:4]
    menu[menu.index("lbfgs") : menu.index("lbfgs")] = SEARCHING[4:]
    assert list(OPTIMIZERS) == menu
    around = ["clip_norm", "clip_value", "weight_decay", "coupled_decay", "proximal_l1", "layer_rate"]
    around += ["lookahead", "sam", "polyak_average", "ema_weights"]
    assert list(WRAPPERS) == around
    registries: tuple[tuple[type, Mapping[str, Any]], ...] = (
        (Optimizer, OPTIMIZERS),
        (Wrapper, WRAPPERS),
        (Schedule, SCHEDULES),
    )
    for kind, registry in registries:
        defined: dict[int, Any] = {}
        for module in pkgutil.walk_packages(optimizers.__path__, "optimizers."):
            members = vars(importlib.import_module(module.name)).values()
            defined |= {id(unit): unit for unit in members if isinstance(unit, kind)}
        assert {unit.key for unit in defined.values()} == set(registry)
        assert len(defined) == len(registry)
        assert all(key == unit.key for key, unit in registry.items())
        with pytest.raises(TypeError):
            registry["another"] = None  # type: ignore[index]  # it can only be read
    assert len({*OPTIMIZERS, *WRAPPERS, *SCHEDULES}) == len(OPTIMIZERS) + len(WRAPPERS) + len(SCHEDULES)


def torn_apart(rule: str) -> bool:
    """Whether what the letters mean stands beside a block of lines: on a phone it would be broken at its first =."""
    *_, told = re.split(r"\\end\{(?:aligned|cases|gathered)\}", rule)
    return told != rule and bool(told.strip()) and not told.strip().startswith(r"\\")


def test_every_unit_explains_itself():
    units: tuple[Optimizer | Wrapper, ...] = (*OPTIMIZERS.values(), *WRAPPERS.values())
    for unit in units:
        assert unit.name and unit.source and unit.notes.endswith("."), unit.key
        for left, right in ((r"\\begin\b", r"\\end\b"), (r"\\left\b", r"\\right\b"), ("{", "}")):
            assert len(re.findall(left, unit.rule)) == len(re.findall(right, unit.rule)), unit.key
        assert not torn_apart(unit.rule), unit.key
        for parameter in unit.parameters:
            assert parameter.name and len(parameter.help) > 20, (unit.key, parameter.key)
            assert parameter.help.endswith("."), (unit.key, parameter.key)
            assert parameter.low < parameter.high
    for optimizer in OPTIMIZERS.values():
        assert optimizer.rate_class in ("curvature", "unit_step", "both", "rate_free"), optimizer.key
        assert optimizer.rate_factor > 0
        assert {kind for kind, _ in optimizer.draws.values()} <= {"normal", "uniform"}


@pytest.mark.parametrize(
    ("key", "learning_rate", "parameters", "told"),
    [
        ("momentum", 0.1, {"beta": 1.0}, r"momentum.beta: 1.0 is not allowed; give a number in \[0, 0.999\]"),
        ("momentum", 0.1, {"decay": 0.5}, "momentum.decay: unknown parameter; known: beta"),
        ("newton", 0.1, {"beta": 0.5}, "newton.beta: unknown parameter; known: nothing"),
        ("adam", -0.1, {}, "learning_rate: -0.1 is not allowed; give a finite number of at least 0"),
        ("adam", float("inf"), {}, "learning_rate: inf is not allowed"),
        ("adam", "fast", {}, "learning_rate: 'fast' is not allowed"),
        (
            "lbfgs",
            1.0,
            {"memory_size": 2.5},
            r"lbfgs.memory_size: 2.5 is not allowed; give a whole number in \[1, 20\]",
        ),
    ],
)
def test_errors_name_the_field_the_value_and_what_is_allowed(key, learning_rate, parameters, told):
    with pytest.raises(ValueError, match=told):
        OPTIMIZERS[key].build(learning_rate, **parameters)


def test_errors_speak_up_inside_a_compiled_function_too():
    with pytest.raises(ValueError, match=r"adam\.beta: unknown parameter; known: beta1, beta2, eps, bias_correction"):
        jax.jit(lambda beta: OPTIMIZERS["adam"].build(0.1, beta=beta).init(jnp.zeros(2)))(0.5)
    with pytest.raises(ValueError, match=r"lbfgs\.memory_size: a JAX array is not allowed; give a whole number"):
        OPTIMIZERS["lbfgs"].build(1.0, memory_size=jnp.asarray(3))
    with pytest.raises(ValueError, match=r"clip_norm\.max_norm: 0 is not allowed; give a number in"):
        WRAPPERS["clip_norm"].build(OPTIMIZERS["adam"].build(0.1), 0.1, max_norm=0)
