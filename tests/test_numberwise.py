"""A function of small arrays written out number by number does in every lane what it does alone."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from experiments.simulation.numberwise import Apart, each, numberwise, own_numbers, together

LANES = 5


def turned(point, shared):
    return jnp.array([[0.6, -0.8], [0.8, 0.6]]) @ point + shared[:2]


def sorted_out(point, shared):
    wide = jnp.concatenate([point, point[::-1], shared])
    return jnp.sort(wide)[:3], jnp.argmax(wide)


def chosen(point, shared):
    return jax.lax.cond(point[0] > 0, lambda p: p * shared[0], lambda p: p - 1.0, point)


def searched(point, shared):
    return jax.lax.while_loop(lambda p: (p**2).sum() > 0.5, lambda p: p / shared[1], point)


def folded(point, shared):
    table = jnp.outer(point, point) / shared[2]
    return table.sum(axis=0), table.max(), table.T.reshape(4).prod(), jnp.linalg.norm(point), jnp.all(point > 0)


def large(point, shared):
    many = jnp.arange(20.0)[:, None] * point + shared[0]
    return many, many.mean(axis=0), (many @ point)[3:5]


def halved(point, shared):
    return jnp.split(jnp.stack([point, -point, jnp.zeros(2)]), 3)[1], jnp.pad(point, (1, 2)), point / shared[0]


@pytest.mark.parametrize("function", [turned, sorted_out, chosen, searched, folded, large, halved])
def test_lanes_are_what_each_is_alone(function):
    points = np.random.default_rng(3).uniform(-2, 2, (LANES, 2))
    shared = np.array([0.5, 1.5, 3.0])

    def lanes(x, y, shared):
        made = numberwise(function, LANES, points[0], shared)(together([x, y], (2,)), shared)
        alike = jax.tree.leaves(jax.eval_shape(function, points[0], shared))
        return [each(value, LANES, one.shape, one.dtype) for value, one in zip(made, alike, strict=True)]

    found = jax.jit(lanes)(*points.T, shared)
    for lane, point in enumerate(points):
        for arrays, alone in zip(found, jax.tree.leaves(function(point, shared)), strict=True):
            mine = arrays[0][lane] if arrays[0].ndim > 1 else jnp.stack([array[lane] for array in arrays])
            np.testing.assert_allclose(np.ravel(mine), np.ravel(alone), rtol=1e-13)


def test_what_is_the_same_in_all_lanes_is_made_once():
    def function(point, shared):
        return shared[1] ** 3 * point, shared[0] * shared[1]

    own = own_numbers(jnp.array([2.0, 3.0]), {})
    scaled, product = numberwise(function, LANES, jnp.zeros(2), jnp.zeros(2))(
        together([jnp.arange(5.0), jnp.ones(5)], (2,)), own
    )
    assert isinstance(scaled, Apart) and not isinstance(product, Apart) and float(product) == 6.0
    mixed = own_numbers(jnp.array([2.0, 3.0]), {0: jnp.arange(5.0)})
    scaled, product = numberwise(function, LANES, jnp.zeros(2), jnp.zeros(2))(jnp.ones(2), mixed)
    assert np.array_equal(each(product, LANES, (), jnp.float64)[0], 3.0 * np.arange(5))
    assert np.array_equal(scaled, [27.0, 27.0])
