"""Optimizers without a gradient or with randomness: each against its paper, in the loop that the app runs them in."""

from typing import Any

import numpy as np
import numpy_gradient_free
import pytest
from numpy_landscapes import NUMPY_FORMS
from scipy.optimize import minimize

from experiments import Experiment, Run, Wrapper, simulate
from experiments.critical.defaults import default_learning_rate
from experiments.simulation.draws import draws
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from tests.said_of_quadratics import noise_floor, stability_limit

import jax.numpy as jnp  # isort: skip

from optimizers.rules.populations import roots
from optimizers.shared.candidates import ranks

DRAWN = [key for key, unit in OPTIMIZERS.items() if unit.draws]
KEYS = ["nelder_mead", *DRAWN]
MONOTONE = ("nelder_mead", "random_search", "evolution_strategy", "particle_swarm")
START = (1.7, -1.3)
ODD: dict[str, dict[str, Any]] = {
    "langevin": {"temperature": 7.0},
    "random_search": {},
    "evolution_strategy": {"factor": 1.9, "success_share": 0.33},
    "simulated_annealing": {"temperature": 40.0, "cooling": 0.93},
    "cma_es": {"population": 9},
    "particle_swarm": {"particles": 7, "inertia": 0.6, "own": 1.1, "shared": 1.9},
}


def form(key):
    return lambda x, y: NUMPY_FORMS[key](x, y, **LANDSCAPES[key].defaults)


def run(landscape, optimizer, rate=None, *, parameters=None, steps=50, **fields):
    wrappers, schedule = fields.pop("wrappers", ()), fields.pop("schedule", "constant")
    empty = Experiment(landscape=landscape, steps=steps, **{"start": START, **fields})
    rate = default_learning_rate(empty, optimizer) if rate is None else rate
    chosen = Run(
        optimizer=optimizer, learning_rate=rate, parameters=parameters or {}, schedule=schedule, wrappers=wrappers
    )
    return simulate(empty.replace(runs=(chosen,)))[0]


# --- against the papers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", (False, True), ids=("defaults", "odd"))
@pytest.mark.parametrize("landscape", ("himmelblau", "rosenbrock"))
@pytest.mark.parametrize("key", DRAWN)
def test_fifty_steps_equal_the_papers(key, landscape, odd):
    parameters = OPTIMIZERS[key].defaults | (ODD[key] if odd else {})
    found = run(landscape, key, parameters=parameters, schedule="cosine", seed=11)
    unit, f = LANDSCAPES[landscape], form(landscape)
    if key == "langevin":

        def f(w):
            return np.asarray(unit.gradient(w))

    drawn = numpy_gradient_free.draws_of(11, OPTIMIZERS[key], 50)
    expected = getattr(numpy_gradient_free, key)(np.array(START), f, found.learning_rates, drawn, **parameters)
    assert len(np.unique(found.points[:, 0])) > 4, "it moved"
    np.testing.assert_allclose(found.points, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("landscape", ("himmelblau", "rosenbrock", "ackley", "bukin_6"))
def test_the_simplex_turns_as_scipys_and_counts_its_calls(landscape):
    rate, f = 0.8, form(landscape)
    found = run(landscape, "nelder_mead", rate, steps=60)
    first = np.array(START) + rate * np.array([[0, 0], [1, 0], [0, 1]])
    calls = np.cumsum(found.costs, axis=0)
    for t in range(1, 61):
        result = minimize(
            lambda w: float(f(*w)),
            START,
            method="Nelder-Mead",
            options={"initial_simplex": first, "maxiter": t + 1, "xatol": -1, "fatol": -1},
        )
        np.testing.assert_allclose(found.states["simplex"][t - 1], result.final_simplex[0], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found.points[t], result.x, rtol=1e-9, atol=1e-12)
        assert tuple(calls[t - 1]) == (result.nfev, 0, 0)


def test_the_simplex_makes_every_kind_of_move_as_scipy_does():
    """On a surface of steps values tie, and nothing helps but to shrink."""
    found = run("step_plateau", "nelder_mead", 3.0, steps=25)
    first = np.array(START) + 3.0 * np.array([[0, 0], [1, 0], [0, 1]])
    options = {"initial_simplex": first, "maxiter": 26, "xatol": -1, "fatol": -1}
    result = minimize(lambda w: float(form("step_plateau")(*w)), START, method="Nelder-Mead", options=options)
    np.testing.assert_allclose(found.states["simplex"][-1], result.final_simplex[0], rtol=1e-9)
    assert found.evaluations == (result.nfev, 0, 0)
    made = set(found.costs[1:, 0].tolist())
    smooth = set(run("himmelblau", "nelder_mead", 0.8).costs[1:, 0].tolist())
    assert made | smooth >= {1.0, 2.0, 4.0}, "reflections; expansions and contractions; shrinking"


def test_the_odd_coefficients_of_the_simplex_mean_what_they_say():
    given = {"reflection": 1.2, "expansion": 1.7, "contraction": 0.3, "shrink": 0.6}
    found = run("rosenbrock", "nelder_mead", 0.5, parameters=given, steps=40)
    f, corners = form("rosenbrock"), [np.array(START) + 0.5 * np.array(d) for d in ((0, 0), (1, 0), (0, 1))]
    corners.sort(key=lambda w: f(*w))
    for t in range(40):
        (best, second, worst), middle = corners, (corners[0] + corners[1]) / 2
        away, low, high = middle - worst, f(*best), f(*worst)
        reflected = middle + 1.2 * away
        new = None
        if f(*reflected) < low:
            new = min(middle + 1.2 * 1.7 * away, reflected, key=lambda w: f(*w))
        elif f(*reflected) < f(*second):
            new = reflected
        elif f(*reflected) < high:
            outside = middle + 1.2 * 0.3 * away
            new = outside if f(*outside) <= f(*reflected) else None
        else:
            inside = middle - 0.3 * away
            new = inside if f(*inside) < high else None
        corners = (
            [best, second, new] if new is not None else [best] + [best + 0.6 * (c - best) for c in (second, worst)]
        )
        corners.sort(key=lambda w: f(*w))
        np.testing.assert_allclose(found.states["simplex"][t], corners, rtol=1e-9, atol=1e-12)


# --- closed forms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "temperature"), ((0.05, 0.3), (0.3, 2.0)))
def test_langevins_variance_is_the_one_of_its_formula(rate, temperature):
    """T / (c (1 - lr c / 2)) about a minimum of curvature c; with gradient noise lr sigma² more in 2 T."""
    for noise in (0.0, 3.0):
        squares = []
        for seed in range(6):
            found = run(
                "ill_conditioned_quadratic", "langevin", rate, parameters={"temperature": temperature},
                landscape_parameters={"condition": 5.0}, start=(0.0, 0.0), steps=20_000, seed=seed, noise=noise,
            )  # fmt: skip
            squares.append((found.points[1_000:] ** 2).mean(axis=0))
        for axis, curvature in enumerate((1.0, 5.0)):
            expected = (2 * temperature + rate * noise**2) / (curvature * (2 - rate * curvature))
            assert np.mean(squares, axis=0)[axis] == pytest.approx(expected, rel=0.08)
            assert noise_floor("langevin", rate, curvature, noise, temperature=temperature) == pytest.approx(expected)
    assert stability_limit("langevin", 4.0) == 0.5 and noise_floor("langevin", 0.6, 4.0, 1.0, temperature=1.0) == np.inf


def test_annealing_accepts_a_climb_as_often_as_it_says():
    """On a slope, at a steady temperature: of climbs by d it takes the share exp(-d / T)."""
    given = {"temperature": 2.0, "cooling": 1.0}
    found = run("himmelblau", "simulated_annealing", 1e-5, parameters=given, steps=20_000, start=(40.0, 0.0))
    f = form("himmelblau")
    tried = f(*found.states["tried"].T) - found.losses[:-1]
    taken = np.abs(found.updates).max(axis=1) > 0
    assert taken[tried <= 0].all()
    climbs = tried > 0
    expected = np.exp(-tried[climbs] / 2.0)
    spread = np.sqrt((expected * (1 - expected)).sum())
    assert abs(taken[climbs].sum() - expected.sum()) < 4 * spread and 0.01 < expected.mean() < 0.5


def test_the_strategys_step_follows_the_fifth_rule():
    found = run("sphere", "evolution_strategy", 0.5, steps=400)
    success = np.abs(found.updates).max(axis=1) > 0
    sizes = found.states["step_size"]
    np.testing.assert_allclose(sizes[1:] / sizes[:-1], np.where(success, 1.5, 1.5**-0.25)[:-1], rtol=1e-9)
    assert 0.05 < success[50:].mean() < 0.2, "the steps must shrink, so a little less than a fifth"
    assert found.states["step_size"][0] == 0.5


def test_the_closed_root_is_the_one_of_the_eigenvalues():
    generator = np.random.default_rng(2)
    for condition in (1.0, 10.0, 1e6, 1e10):
        for size in (1e-200, 1.0, 1e150):
            turn, _ = np.linalg.qr(generator.standard_normal((2, 2)))
            matrix = turn @ np.diag([1.0, 1 / condition]) @ turn.T
            squares, B = np.linalg.eigh(matrix)
            root, inverse = (np.asarray(m) for m in roots(jnp.asarray(size * (matrix + matrix.T) / 2)))
            accuracy = 1e-15 * condition
            np.testing.assert_allclose(root / np.sqrt(size), B @ np.diag(np.sqrt(squares)) @ B.T, atol=10 * accuracy)
            np.testing.assert_allclose(root @ inverse, np.eye(2), atol=100 * accuracy)


def test_ranks_are_those_of_a_stable_sort():
    for values in ([3.0, 1.0, 2.0], [1.0, np.inf, 1.0, 0.0, np.inf], [5.0] * 6):
        expected = np.argsort(np.argsort(values, kind="stable"))
        np.testing.assert_array_equal(ranks(jnp.array(values)), expected)


# --- what a person would notice ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_it_descends_a_bowl_at_its_defaults(key):
    found = run("sphere", key, steps=400, seed=5)
    assert np.isfinite(found.points).all()
    tight = {"cma_es": 1e-18, "nelder_mead": 1e-18, "particle_swarm": 1e-12, "evolution_strategy": 1e-12}
    limit = 8.0 if key == "langevin" else tight.get(key, 2e-2)  # Langevin stays warm: the mean height is 2 T / 2
    assert found.losses[-50:].mean() < limit


@pytest.mark.parametrize("seed", range(8))
def test_cma_es_finds_the_spheres_and_the_valleys_bottom_whatever_the_seed(seed):
    for landscape in ("sphere", "rosenbrock"):
        found = run(landscape, "cma_es", 0.5, steps=300, seed=seed)
        assert found.losses[-1] < 1e-16
        assert found.evaluations.value <= 6 * 300


@pytest.mark.parametrize("key", MONOTONE)
def test_what_takes_only_lower_points_never_climbs(key):
    found = run("rastrigin", key, steps=300)
    assert (np.diff(found.losses) <= 1e-12).all()


ENDS = [(key, p.key, end) for key in KEYS for p in OPTIMIZERS[key].parameters for end in (p.low, p.high)]


@pytest.mark.parametrize(("key", "name", "end"), ENDS)
def test_both_ends_of_every_slider_give_finite_numbers(key, name, end):
    found = run("himmelblau", key, parameters={name: end}, steps=300)
    if (key, name, end) == ("langevin", "temperature", 1e3):
        assert np.abs(found.points).max() > 5, "a thousand times the loss's unit throws it about"
    else:
        assert np.isfinite(found.points).all()


@pytest.mark.parametrize("key", KEYS)
def test_twenty_thousand_steps_at_the_limit_of_the_numbers_stay_finite(key):
    for landscape in ("sphere", "rosenbrock", "step_plateau"):
        found = run(landscape, key, steps=20_000)
        assert np.isfinite(found.points).all(), landscape


@pytest.mark.parametrize("key", [key for key in KEYS if key != "langevin"])
def test_values_that_are_not_finite_count_as_worst(key):
    """Far out the surface overflows: the points there are tried, but never kept."""
    found = run("goldstein_price", key, 1e3, start=(0.5, 0.5), steps=40)
    assert np.isfinite(found.points).all() and np.isfinite(found.losses).all()
    unit = OPTIMIZERS[key]
    transformation = unit.build(1.0)
    w = jnp.array([1.4, -1.3])

    def value_fn(w):  # NaN to the right, and a bowl to the left
        return jnp.where(w[0] > 1.5, jnp.nan, w @ w)

    state = transformation.init(w)
    drawn = numpy_gradient_free.draws_of(0, unit, 60)
    for t in range(60):
        step, state = transformation.update(
            jnp.zeros(2), state, w, value=value_fn(w), value_fn=value_fn, draws={n: d[t] for n, d in drawn.items()}
        )
        w = w + step
    assert w[0] <= 1.5 and float(value_fn(w)) < 10


def test_calls_are_counted_as_they_are_made():
    expected = {"langevin": (0, 40, 0), "cma_es": (240, 0, 0), "particle_swarm": (400, 0, 0)}
    walks = dict.fromkeys(("random_search", "evolution_strategy", "simulated_annealing"), (41, 0, 0))
    for key, calls in (expected | walks).items():
        assert run("himmelblau", key, steps=40).evaluations == calls, key
    done = run("sphere", "cma_es", steps=2_000)
    assert done.evaluations.value < 6 * 1_000, "once its cloud is a point it stands still and asks for nothing"
    np.testing.assert_array_equal(done.points[-1], done.points[-500])


# --- what can be watched -------------------------------------------------------------------------------------------


def test_the_cloud_the_swarm_and_the_tries_are_where_they_are_said_to_be():
    cloud = run("himmelblau", "cma_es", 0.5, steps=30)
    ellipse, samples = cloud.states["ellipse"], cloud.states["samples"]
    assert ellipse.shape == (30, 3, 2) and samples.shape == (30, 6, 2)
    np.testing.assert_allclose(ellipse[:, 0], cloud.points[:-1], rtol=1e-12)
    np.testing.assert_allclose(ellipse[0, 1:], 0.25 * np.eye(2))
    z = numpy_gradient_free.draws_of(0, OPTIMIZERS["cma_es"], 30)["samples"][:, :6]
    lengths = [
        np.einsum("ni,ij,nj->n", d, np.linalg.inv(e[1:]), d)
        for e, d in zip(ellipse, samples - ellipse[:, :1], strict=True)
    ]
    np.testing.assert_allclose(np.sort(lengths), np.sort((z**2).sum(-1)), rtol=1e-8)
    assert (np.diff(form("himmelblau")(*np.moveaxis(samples, -1, 0)), axis=1) >= 0).all()  # the best first
    swarm = run("himmelblau", "particle_swarm", 2.0, steps=30)
    flown = swarm.states["swarm"]
    assert flown.shape == (30, 10, 2) and np.abs(flown[0] - START).max() <= 2.0
    np.testing.assert_array_equal(flown[0, 0], START)
    best = np.minimum.accumulate(form("himmelblau")(*np.moveaxis(flown, -1, 0)).min(axis=1))
    np.testing.assert_allclose(swarm.losses[1:], best, rtol=1e-10)
    walk = run("himmelblau", "random_search", steps=30)
    moved = np.abs(walk.updates).max(axis=1) > 0
    np.testing.assert_allclose(walk.states["tried"][moved], walk.points[1:][moved], rtol=1e-12)


# --- randomness is data --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", DRAWN)
def test_the_seed_alone_decides_and_no_number_compiles_anything(key, traces):
    one = run("himmelblau", key, seed=3, steps=40)
    before = traces()["run"]
    again, other, longer = (run("himmelblau", key, seed=s, steps=n) for s, n in ((3, 40), (4, 40), (3, 700)))
    twice = Experiment(landscape="himmelblau", seed=3, start=START, steps=40)
    chosen = Run(optimizer=key, learning_rate=default_learning_rate(twice, key))
    pair = simulate(twice.replace(runs=(chosen, Run(optimizer="adam", learning_rate=0.1), chosen)))
    assert traces()["run"] - before <= 1, "Adam's at most"
    for same in (again.points, longer.points[:41], pair[0].points, pair[2].points):
        np.testing.assert_array_equal(same, one.points)
    assert np.abs(other.points - one.points).max() > 1e-3


def test_draws_are_the_same_however_they_were_asked_for():
    short = np.asarray(draws(77, "a purpose", "normal", (3, 2), 10))[:10].copy()
    long = np.asarray(draws(77, "a purpose", "normal", (3, 2), 5_000))
    np.testing.assert_array_equal(long[:10], short)
    whole = np.random.default_rng([77, *b"a purpose"]).standard_normal((5_000, 3, 2))
    np.testing.assert_array_equal(long[:5_000], whole)
    even = np.asarray(draws(77, "another", "uniform", (), 4_000))[:4_000]
    assert even.min() >= 0 and even.max() < 1 and abs(even.mean() - 0.5) < 0.02
    assert abs(np.corrcoef(whole[:4_000, 0, 0], even)[0, 1]) < 0.06


def test_draws_do_not_mix_with_noise_or_with_fading():
    given = {"noise": 0.5, "smoothing": 0.3, "smoothing_schedule": "linear"}
    found = run("himmelblau", "langevin", 0.002, steps=60, **given)
    heat = numpy_gradient_free.draws_of(0, OPTIMIZERS["langevin"], 60)["heat"]
    expected = -0.002 * found.applied_gradients + np.sqrt(0.004) * heat
    np.testing.assert_allclose(found.updates, expected, rtol=1e-7, atol=1e-12)
    assert np.abs(found.applied_gradients - found.gradients[:-1]).max() > 0.5


def test_a_wrapper_leaves_the_draws_as_they_are():
    plain = run("himmelblau", "cma_es", steps=40)
    watched = run(
        "himmelblau", "cma_es", steps=40, wrappers=(Wrapper(key="ema_weights"), Wrapper(key="polyak_average"))
    )
    np.testing.assert_allclose(watched.points, plain.points, rtol=1e-10)
    names = [*OPTIMIZERS["cma_es"].inside.observes, "ema_weights.average", "polyak_average.average"]
    assert list(watched.states) == names
