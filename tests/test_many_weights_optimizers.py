"""Optimizers on weight vectors of any length: they descend, do what NumPy does, and do not see padding."""

import math
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optimizers import OPTIMIZERS, WEIGHTS, WRAPPERS, draw_shape

MANY, PADDED, STEPS = 33, 40, 200
CURVATURES = np.geomspace(0.3, 3.0, MANY)
START = np.random.default_rng(3).uniform(-2, 2, MANY)
ROWS = 24
PICTURE = 4.0  # the size of the region of START, which a rate in units of it goes by
TWO_ONLY = {"newton", "damped_newton", "saddle_free_newton", "nelder_mead", "cma_es", "particle_swarm"}
COUNTING = {"adafactor"}
ANY_LENGTH = [key for key in OPTIMIZERS if key not in TWO_ONLY]
SIZES = {"vector": (MANY,), "scale": (MANY,), "point": (MANY,), "matrix": (MANY, MANY), "number": ()}


def rate_of(key):
    optimizer = OPTIMIZERS[key]
    by = {"curvature": 1 / CURVATURES[-1], "unit_step": PICTURE, "both": min(PICTURE, 1.0), "rate_free": 1.0}
    return optimizer.rate_factor * by[optimizer.rate_class]


def draws_of(key):
    generator = np.random.default_rng([*key.encode()])
    found = {}
    for name, (kind, shape) in OPTIMIZERS[key].draws.items():
        draw = generator.standard_normal if kind == "normal" else generator.random
        found[name] = draw((STEPS, *draw_shape(shape, MANY)))
    return found


def surface(w, data):
    """Return a parabola of curvatures (n,) and the mean logistic loss of rows (m, n), times a strength."""
    curvatures, rows, strength = data
    return jnp.sum(curvatures * w**2) / 2 + strength * jnp.mean(jax.nn.softplus(-rows @ w))


def bowl():
    return CURVATURES, np.zeros((ROWS, MANY)), 0.0


@cache
def compiled(key, wrappers=(), fixed=()):
    """Return loop(start, data, draws, mask) -> (points (T + 1, n), watched by name (T, ...))."""
    rate = rate_of(key)
    transformation = OPTIMIZERS[key].build(rate, **dict(fixed))
    for name in wrappers:
        transformation = WRAPPERS[name].build(transformation, rate)

    def watch(state, w):
        found: dict[str, jax.Array] = {}
        for name in reversed(wrappers):
            found |= {f"{name}.{of}": each for of, each in WRAPPERS[name].inside.observe(state, w).items()}
            state = state[0]
        return found | OPTIMIZERS[key].inside.observe(state, w)

    def loop(start, data, draws, mask):
        def value_fn(w):
            return surface(w, data)

        def step(carry, drawn):
            w, state = carry
            value, gradient = jax.value_and_grad(value_fn)(w)
            extra = {"value": value, "grad": gradient, "value_fn": value_fn, "gradient_fn": jax.grad(value_fn)}
            extra |= {"hessian_fn": jax.hessian(value_fn), "draws": drawn, "l1": jnp.full(w.shape, 1e-3)}
            update, state = transformation.update(gradient, state, w, **extra)
            return (w + mask * update, state), (w, watch(state, w))

        (last, _), (points, watched) = jax.lax.scan(step, (start, transformation.init(start)), draws, STEPS)
        return jnp.concatenate([points, last[None]]), watched

    return jax.jit(loop)


def run(key, wrappers=(), *, start=START, data=None, draws=None, mask=1.0, **fixed):
    """Return the points (STEPS + 1, n) and what is watched, by default on the bowl from the start with the draws."""
    given = (start, data or bowl(), draws or draws_of(key), np.full(len(start), mask) if np.isscalar(mask) else mask)
    return jax.tree.map(np.asarray, compiled(key, wrappers, tuple(fixed.items()))(*given))


def height(w):
    return CURVATURES @ w**2 / 2


def test_every_optimizer_descends_a_bowl_of_many_weights_and_shows_what_it_carries():
    for key in ANY_LENGTH:
        points, watched = run(key)
        assert np.isfinite(points).all(), key
        assert height(points[-1]) < 0.95 * height(START), (key, height(points[-1]))
        kinds = OPTIMIZERS[key].inside.observes
        for name, array in watched.items():
            assert np.isfinite(array).all(), (key, name)
            assert array.shape[1:] == SIZES[kinds[name]], (key, name)


def test_those_for_two_coordinates_alone_are_named_and_refuse_more():
    assert {key for key, unit in OPTIMIZERS.items() if unit.two_only} == TWO_ONLY
    for key in TWO_ONLY:
        with pytest.raises((TypeError, ValueError), match="shape"):
            run(key)


def test_every_wrapper_takes_many_weights():
    for name, wrapper in WRAPPERS.items():
        for key in ("adam", "schedule_free_sgd"):
            points, watched = run(key, (name,))
            assert np.isfinite(points).all() and height(points[-1]) < 0.95 * height(START), (name, key)
            for of, kind in wrapper.inside.observes.items():
                assert watched[f"{name}.{of}"].shape[1:] == SIZES[kind], (name, key, of)


def test_the_length_of_a_draw_follows_the_weights_and_is_two_as_it_ever_was():
    assert draw_shape((WEIGHTS,), 33) == (33,) and draw_shape((2, 16, WEIGHTS), 5) == (2, 16, 5)
    assert draw_shape((), 33) == () and draw_shape((3, 2), 33) == (3, 2)
    told = {
        f"{key}.{name}": draw_shape(shape, 2)
        for key, unit in OPTIMIZERS.items()
        for name, (_, shape) in unit.draws.items()
    }
    assert told == {
        "langevin.heat": (2,),
        "random_search.direction": (2,),
        "evolution_strategy.direction": (2,),
        "simulated_annealing.direction": (2,),
        "simulated_annealing.luck": (),
        "cma_es.samples": (16, 2),
        "particle_swarm.pulls": (2, 16, 2),
    }


# Weights that are none: a vector is filled up with zeros, whose gradient is 0 and whose update is left out.


def padded(array):
    return np.concatenate([array, np.zeros((*array.shape[:-1], PADDED - MANY))], axis=-1)


def logistic():
    """Return the logistic loss of rows, with a slight parabola."""
    return np.full(MANY, 0.05), np.random.default_rng(8).standard_normal((ROWS, MANY)), 2.0


TWINS = START, START * (1 + np.where(np.arange(MANY) % 3, 2e-16, -2e-16))


def choices_of(key):
    """Return the defaults, and with each other choice of a parameter that has some."""
    yield {}
    for parameter in OPTIMIZERS[key].parameters:
        yield from [{parameter.key: other} for other in parameter.choices if other != parameter.default]


def difference(key, wrappers=(), **fixed):
    """Return how far the weights get in 60 steps from what they are without padding, as a share of what is allowed.

    Only for as long as a start that is moved by rounding alone ends at the same place: some rules are chaotic.
    """
    worst, draws = 0.0, draws_of(key)
    wide = {name: padded(each) if WEIGHTS in OPTIMIZERS[key].draws[name][1] else each for name, each in draws.items()}
    for curvatures, rows, strength in (bowl(), logistic()):
        data = (padded(curvatures), padded(rows), strength)
        bare = (curvatures, rows, strength)
        alone, twin = (run(key, wrappers, start=start, data=bare, **fixed)[0] for start in TWINS)
        parted = np.abs(twin - alone).max(axis=1) > 1e-12
        told = min(61, int(np.argmax(parted)) if parted.any() else 61)
        assert told > 12, (key, told)
        filled = run(key, wrappers, start=padded(START), data=data, draws=wide, mask=padded(np.ones(MANY)), **fixed)[0]
        assert not np.any(filled[:, MANY:]), key
        apart = np.abs(filled[:, :MANY] - alone) / (1e-9 * np.abs(alone) + 1e-10)
        worst = max(worst, apart[:told].max())
    return worst


def test_weights_that_are_none_change_no_other_unless_the_rule_counts_them():
    counting = set()
    for key in ANY_LENGTH:
        if max(difference(key, **fixed) for fixed in choices_of(key)) > 1:
            counting.add(key)
    assert counting == COUNTING == {key for key, unit in OPTIMIZERS.items() if unit.counts_weights}


def test_weights_that_are_none_change_no_other_in_a_wrapper():
    for name in WRAPPERS:
        assert difference("adam", (name,)) < 1, name


# Again in NumPy, from the formulas.


def gradient_at(w):
    return CURVATURES * w


def descent(w, eta):
    while True:
        yield w
        w = w - eta * gradient_at(w)


def momentum(w, eta, *, beta):
    v = np.zeros(MANY)
    while True:
        yield w
        v = beta * v + gradient_at(w)
        w = w - eta * v


def nesterov(w, eta, *, beta):
    x = w  # two sequences, as in the paper
    while True:
        yield w
        x, before = w - eta * gradient_at(w), x
        w = x + beta * (x - before)


def adam(w, eta, *, beta1, beta2, eps, **_):
    m, s, t = np.zeros(MANY), np.zeros(MANY), 0
    while True:
        yield w
        g, t = gradient_at(w), t + 1
        m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g * g
        w = w - eta * (m / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + eps)


def rmsprop(w, eta, *, decay, eps, momentum, **_):
    s, v = np.zeros(MANY), np.zeros(MANY)
    while True:
        yield w
        g = gradient_at(w)
        s = decay * s + (1 - decay) * g * g
        v = momentum * v + g / (np.sqrt(s) + eps)
        w = w - eta * v


def adagrad(w, eta, *, eps):
    total = np.zeros(MANY)
    while True:
        yield w
        g = gradient_at(w)
        total = total + g * g
        w = w - eta * g / (np.sqrt(total) + eps)


def lion(w, eta, *, beta1, beta2, weight_decay):
    m = np.zeros(MANY)
    while True:
        yield w
        g = gradient_at(w)
        w = w - eta * (np.sign(beta1 * m + (1 - beta1) * g) + weight_decay * w)
        m = beta2 * m + (1 - beta2) * g


AGAIN: dict[str, Any] = {
    "gradient_descent": descent,
    "momentum": momentum,
    "nesterov": nesterov,
    "adam": adam,
    "rmsprop": rmsprop,
    "adagrad": adagrad,
    "lion": lion,
}


def test_rules_from_the_gradient_are_those_of_numpy():
    for key, again in AGAIN.items():
        found = run(key)[0][:41]
        expected = again(START, rate_of(key), **OPTIMIZERS[key].defaults)
        np.testing.assert_allclose(found, [next(expected) for _ in found], rtol=1e-10, atol=1e-12, err_msg=key)


def test_langevin_is_that_of_numpy():
    eta, drawn, temperature = rate_of("langevin"), draws_of("langevin")["heat"], 1.0
    found, watched = run("langevin")
    w = START
    for t, xi in enumerate(drawn):
        np.testing.assert_allclose(found[t], w, rtol=1e-10, atol=1e-12)
        w = w - eta * gradient_at(w) + math.sqrt(2 * eta * temperature) * xi
    np.testing.assert_allclose(watched["heat"], math.sqrt(2 * eta * temperature) * drawn, rtol=1e-13)


def judged(key, t, old, new, luck, size):
    """Return whether a walk takes a try, and the size of the next, as a share of the first."""
    given = OPTIMIZERS[key].defaults
    if key == "evolution_strategy":
        takes, share = new <= old, given["success_share"]
        return takes, size * given["factor"] ** (1.0 if takes else -share / (1 - share))
    if key == "simulated_annealing":
        return new <= old or luck < math.exp(-(new - old) / (given["temperature"] * given["cooling"] ** t)), size
    return new < old, size


def test_random_walks_are_those_of_numpy():
    for key in ("random_search", "evolution_strategy", "simulated_annealing"):
        drawn, taken = draws_of(key), 0
        found = run(key)[0]
        w, size = START, 1.0
        for t, xi in enumerate(drawn["direction"]):
            np.testing.assert_allclose(found[t], w, rtol=1e-12, atol=1e-14, err_msg=key)
            tried = w + rate_of(key) * size * xi
            old, new = height(w), height(tried)
            takes, size = judged(key, t, old, new, drawn.get("luck", np.zeros(STEPS))[t], size)
            w, taken = (tried, taken + 1) if takes else (w, taken)
        assert 5 < taken < STEPS - 5, (key, taken)


def updated(inverse, pair):
    s, y = pair
    side = np.eye(MANY) - np.outer(s, y) / (s @ y)
    return side @ inverse @ side.T + np.outer(s, s) / (s @ y)


def directions(key, points):
    """Return the first five directions, from the points: BFGS begins with its first pair, L-BFGS with its newest."""
    gradients = [gradient_at(w) for w in points]
    yield -gradients[0] * min(1.0, 1 / np.linalg.norm(gradients[0])), np.eye(MANY)
    pairs = [(points[k + 1] - points[k], gradients[k + 1] - gradients[k]) for k in range(4)]
    for t in range(1, 5):
        s, y = pairs[0] if key == "bfgs" else pairs[t - 1]
        inverse = (s @ y) / (y @ y) * np.eye(MANY)
        for pair in pairs[:t]:
            inverse = updated(inverse, pair)
        yield -inverse @ gradients[t], inverse


def test_quasi_newton_steps_are_those_of_numpy():
    for key in ("bfgs", "lbfgs"):
        points, watched = run(key)
        for t, (direction, inverse) in enumerate(directions(key, points[:5])):
            np.testing.assert_allclose(watched["search_direction"][t], direction, rtol=1e-9, atol=1e-11)
            if key == "bfgs":
                np.testing.assert_allclose(watched["inverse"][t], inverse, rtol=1e-9, atol=1e-11)
            step, slope = watched["length"][t] * direction, gradient_at(points[t]) @ direction
            np.testing.assert_allclose(points[t + 1] - points[t], step, rtol=1e-9, atol=1e-11)
            assert height(points[t + 1]) <= height(points[t]) + 1e-4 * watched["length"][t] * slope
            assert abs(gradient_at(points[t + 1]) @ direction) <= 0.9 * abs(slope)
