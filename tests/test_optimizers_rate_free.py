"""The optimizers that set their own step length and the schedule-free ones: against their papers and closed forms."""

import numpy as np
import numpy_optimizers
import optax
import pytest
from test_optimizers import BOWL, BOWL_CURVATURE, NUMPY_GRADIENTS, START, VALLEY, run, sane_rate

from experiments import Experiment, Run, simulate
from experiments import Wrapper as Around
from optimizers import OPTIMIZERS

import jax  # isort: skip
import jax.numpy as jnp  # isort: skip

VALUES = {
    "quadratic": lambda w: 1.5 * w[0] ** 2 + 0.5 * w[0] * w[1] + 0.5 * w[1] ** 2,
    "rosenbrock": lambda w: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2,
}
ODD = {  # beside the defaults
    "prodigy": ({"beta1": 0.62, "beta2": 0.83, "eps": 0.3, "first_distance": 0.03},),
    "dadapt": ({"beta1": 0.62, "beta2": 0.83, "eps": 0.3, "first_distance": 0.03},),
    "dog": ({"first_distance": 0.03},),
    "dowg": ({"first_distance": 0.03},),
    "cocob": ({"alpha": 3.0},),
    "momo": ({"beta": 0.62, "lowest": -0.7}, {"beta": 0.0}, {"beta": 0.5, "lowest": 1.0}),
    "schedule_free_sgd": ({"beta1": 0.62}, {"beta1": 0.0}),
    "schedule_free_adamw": ({"beta1": 0.62, "beta2": 0.83, "eps": 0.3, "weight_decay": 0.4},),
}


@pytest.mark.parametrize("surface", ("quadratic", "rosenbrock"))
@pytest.mark.parametrize(("key", "odd"), [(key, odd) for key, odds in ODD.items() for odd in ({}, *odds)])
def test_fifty_steps_equal_the_papers(key, odd, surface):
    shape, curvature, start = (BOWL, BOWL_CURVATURE, START) if surface == "quadratic" else (VALLEY, 1600.0, (-1.2, 1.0))
    rates = 0.5 * sane_rate(key, curvature) * 0.97 ** np.arange(50)
    parameters = OPTIMIZERS[key].defaults | odd
    found = run(key, surface, shape, rates, start=start, **parameters)
    expected = numpy_optimizers.path(key, start, NUMPY_GRADIENTS[surface], rates, value=VALUES[surface], **parameters)
    assert np.abs(found - found[0]).max() > (1e-3 if odd else 1e-6), "it moved"
    # MoMo zigzags across Rosenbrock's valley, which makes rounding grow tenfold every few steps
    steps = 10 if (key, surface) == ("momo", "rosenbrock") else 50
    np.testing.assert_allclose(found[: steps + 1], expected[: steps + 1], rtol=1e-9, atol=1e-12)


def test_every_number_is_compared_away_from_its_default():
    for key, odds in ODD.items():
        tried = {name for odd in odds for name, value in odd.items() if value != OPTIMIZERS[key].defaults[name]}
        assert tried == {parameter.key for parameter in OPTIMIZERS[key].parameters}, key


# --- closed forms --------------------------------------------------------------------------------------------------

SLOPE = np.array([3.0, -4.0])
UNIT = SLOPE / 5
ONES = np.ones(40)


def along_the_slope(key, **parameters):
    points = run(key, "slope", (*SLOPE, 0.0), ONES, start=(0.0, 0.0), **parameters)
    return points


def test_the_first_steps_of_dog_by_hand():
    points = along_the_slope("dog", first_distance=0.1)
    first = 0.1
    second = 0.1 / np.sqrt(2)  # the farthest so far is still the first radius
    third = (first + second) / np.sqrt(3)
    expected = -np.cumsum([first, second, third])[:, None] * UNIT
    np.testing.assert_allclose(points[1:4], expected, rtol=1e-12)


def test_the_first_steps_of_dowg_by_hand():
    points = along_the_slope("dowg", first_distance=0.1)
    first, second = 0.1, 0.01 / np.sqrt(0.02)
    far = first + second
    third = far**2 / np.sqrt(0.02 + far**2)
    expected = -np.cumsum([first, second, third])[:, None] * UNIT
    np.testing.assert_allclose(points[1:4], expected, rtol=1e-12)


def test_cocob_bets_one_over_alpha_first_and_more_as_it_wins():
    points = along_the_slope("cocob", alpha=50.0)
    np.testing.assert_allclose(points[1], -np.sign(SLOPE) / 50, rtol=1e-12)
    np.testing.assert_allclose(points[2], -np.sign(SLOPE) * 2 / 50 * (1 + 1 / 50), rtol=1e-12)
    scaled = run("cocob", "slope", (*(1e6 * SLOPE), 0.0), ONES, start=(0.0, 0.0), alpha=50.0)
    np.testing.assert_allclose(scaled, points, rtol=1e-12)


def test_momo_without_memory_halves_a_round_bowl_and_never_steps_longer_than_its_learning_rate():
    halved = run("momo", "quadratic", (4.0, 0.0, 4.0), np.ones(20), beta=0.0)
    np.testing.assert_allclose(halved, np.array(START) * 0.5 ** np.arange(21)[:, None], rtol=1e-12)
    capped = run("momo", "quadratic", (4.0, 0.0, 4.0), np.full(20, 0.05), beta=0.0)
    np.testing.assert_allclose(capped, np.array(START) * 0.8 ** np.arange(21)[:, None], rtol=1e-12)
    low = run("momo", "quadratic", (4.0, 0.0, 4.0), np.ones(5), beta=0.0, lowest=1e3)
    np.testing.assert_array_equal(low, np.tile(START, (6, 1)))


def test_momo_is_optaxs():
    rates, w = np.full(30, 0.002), jnp.array([-1.2, 1.0])
    found = run("momo", "rosenbrock", VALLEY, rates, start=(-1.2, 1.0), beta=0.7, lowest=-1.0)
    theirs = optax.contrib.momo(0.002, beta=0.7, lower_bound=-1.0)
    step = jax.jit(lambda w, state: theirs.update(*_seen(w, state), value=VALUES["rosenbrock"](w)))
    state, points = theirs.init(w), [w]
    for _ in rates:
        update, state = step(w, state)
        w = w + update
        points.append(w)
    np.testing.assert_allclose(found, np.array(points), rtol=1e-9)


def _seen(w, state):
    return jax.grad(VALUES["rosenbrock"])(w), state, w


@pytest.mark.parametrize("key", ("dadapt", "prodigy"))
def test_the_estimated_distance_grows_from_the_first_guess_to_about_the_distance(key):
    given = Run(optimizer=key, learning_rate=1.0)
    (found,) = simulate(Experiment(landscape="sphere", start=(3.0, 2.0), steps=400, runs=(given,)))
    distance = found.states["distance"]
    assert distance[0] < 1e-5 and (np.diff(distance) >= 0).all()
    assert 1.0 < distance[-1] < 3 * 3.0
    assert found.losses[-1] < 1e-10


# --- schedule-free -------------------------------------------------------------------------------------------------


def test_what_is_shown_is_the_mean_of_the_fast_points():
    for key in ("schedule_free_sgd", "schedule_free_adamw"):
        given = Run(optimizer=key, learning_rate=0.01)
        (found,) = simulate(Experiment(landscape="himmelblau", steps=80, runs=(given,)))
        means = np.cumsum(found.states["fast"], axis=0) / np.arange(1, 81)[:, None]
        np.testing.assert_allclose(found.points[1:], means, rtol=1e-9)
        before = np.vstack([found.points[:1], found.states["fast"][:-1]])
        np.testing.assert_allclose(found.states["read"], 0.1 * before + 0.9 * found.points[:-1], rtol=1e-9)
        assert (found.evaluations.value, found.evaluations.gradient) == (0, 80)


def test_schedule_free_with_the_gradient_at_the_fast_point_averages_gradient_descent():
    plain = run("gradient_descent", "quadratic", BOWL, np.full(60, 0.2))
    free = run("schedule_free_sgd", "quadratic", BOWL, np.full(60, 0.2), beta1=0.0)
    means = np.cumsum(plain[1:], axis=0) / np.arange(1, 61)[:, None]
    np.testing.assert_allclose(free[1:], means, rtol=1e-10, atol=1e-13)


def test_schedule_free_is_optaxs_at_a_constant_rate():
    """Optax carries y, and gives x from it."""
    w = jnp.array([-1.2, 1.0])
    for key, theirs in (
        ("schedule_free_sgd", optax.contrib.schedule_free_sgd(0.0005, b1=0.8)),
        ("schedule_free_adamw", optax.contrib.schedule_free_adamw(0.02, b1=0.8, weight_decay=0.1)),
    ):
        rate = 0.0005 if key.endswith("sgd") else 0.02
        given = {"beta1": 0.8} if key.endswith("sgd") else {"beta1": 0.8, "weight_decay": 0.1}
        found = run(key, "rosenbrock", VALLEY, np.full(30, rate), start=(-1.2, 1.0), **given)
        step = jax.jit(lambda y, state, theirs=theirs: theirs.update(*_seen(y, state)))
        y, state, points = w, theirs.init(w), [w]
        for _ in range(30):
            update, state = step(y, state)
            y = y + update
            points.append(optax.contrib.schedule_free_eval_params(state, y))
        np.testing.assert_allclose(found, np.array(points), rtol=1e-9)


def test_clipping_and_sam_act_where_schedule_free_reads():
    def states(*wrappers):
        given = Run(optimizer="schedule_free_sgd", learning_rate=0.5, wrappers=wrappers)
        (found,) = simulate(Experiment(landscape="himmelblau", steps=30, runs=(given,)))
        fast = np.vstack([found.points[:1], found.states["fast"]])
        return found, np.diff(fast, axis=0)

    _, short = states(Around(key="clip_norm", parameters={"max_norm": 0.1}))
    np.testing.assert_allclose(np.linalg.norm(short, axis=1), 0.05, rtol=1e-9)
    _, cut = states(Around(key="clip_value", parameters={"max_value": 0.1}))
    np.testing.assert_allclose(np.abs(cut), 0.05, rtol=1e-9)
    _, both = states(
        Around(key="clip_norm", parameters={"max_norm": 10.0}), Around(key="clip_value", parameters={"max_value": 0.1})
    )
    np.testing.assert_allclose(both, cut, rtol=1e-9)
    given = Run(
        optimizer="schedule_free_sgd", learning_rate=0.001, wrappers=(Around(key="sam", parameters={"rho": 0.3}),)
    )
    (found,) = simulate(Experiment(landscape="sphere", start=(3.0, 4.0), steps=1, runs=(given,)))
    gradient = found.gradients[0]
    away = gradient * (1 + 0.3 / 5)  # a round bowl's slope grows with the distance from its middle
    np.testing.assert_allclose(found.states["fast"][0], np.array([3.0, 4.0]) - 0.001 * away, rtol=1e-9)


# --- the limits of the numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", (1e-170, 1e-30, 1e30, 1e170))
@pytest.mark.parametrize("key", ("dog", "dowg", "cocob"))
def test_the_gradients_size_does_not_matter(key, size):
    points = run(key, "slope", (*(size * SLOPE), 0.0), ONES, start=(0.0, 0.0))
    np.testing.assert_allclose(points, along_the_slope(key), rtol=1e-9)


@pytest.mark.parametrize("key", ("prodigy", "dadapt", "dog", "dowg", "cocob", "momo"))
def test_a_slope_along_one_axis_leaves_the_other_alone(key):
    points = run(key, "slope", (2.0, 0.0, 0.0), ONES)
    assert np.isfinite(points).all() and (points[:, 1] == START[1]).all() and points[-1, 0] < points[0, 0]
