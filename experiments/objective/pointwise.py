"""The objective within a compiled program: value, gradient and Hessian at one point, its numbers traced."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from experiments.objective import frame, many, penalties
from experiments.objective.form import FADING, WIDTHS, Form, free_of
from experiments.objective.smoothing import Smoothed
from landscapes import UNITS, formula
from landscapes.data.sample import drawn, unpacked

Batch = tuple[jax.Array, jax.Array]


@dataclass(frozen=True)
class Pointwise:
    """The objective at one point (2,): value () , gradient (2,), hessian (2, 2). Traceable.

    height(x, y) is the surface alone, before smoothing and penalties, at arrays of any one shape. smoothed gives value,
    gradient and Hessian of all but the penalties at less cost than their derivation.
    """

    value: Callable[[jax.Array], jax.Array]
    height: Callable[[Any, Any], jax.Array]
    smoothed: Smoothed | None = None
    penalty: Callable[[jax.Array], jax.Array] | None = None

    def value_and_gradient(self, point: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the value () and the gradient (2,), sharing the work."""
        if self.smoothed is None or self.penalty is None:
            return jax.value_and_grad(self.value)(point)
        value, gradient = self.smoothed.value_and_gradient(point)
        more, slope = jax.value_and_grad(self.penalty)(point)
        return value + more, gradient + slope

    def gradient(self, point: jax.Array) -> jax.Array:
        """Return the gradient (2,)."""
        return jax.grad(self.value)(point) if self.smoothed is None else self.value_and_gradient(point)[1]

    def hessian(self, point: jax.Array) -> jax.Array:
        """Return the Hessian (2, 2)."""
        return jax.hessian(self.value)(point) if self.smoothed is None else self.all(point)[2]

    def all(self, point: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
        """Return value (), gradient (2,) and Hessian (2, 2), sharing the work; of a point (2,) alone."""
        if self.smoothed is not None and self.penalty is not None:
            value, gradient, hessian = self.smoothed.all(point)
            more, slope = jax.value_and_grad(self.penalty)(point)
            return value + more, gradient + slope, hessian + jax.hessian(self.penalty)(point)
        across, up = jnp.array([1.0, 0.0]), jnp.array([0.0, 1.0])
        (value, gradient), (_, column) = jax.jvp(self.value_and_gradient, (point,), (across,))
        _, (_, other) = jax.jvp(self.value_and_gradient, (point,), (up,))
        return value, gradient, jnp.stack([column, other], axis=-1)


def build(form: Form, numbers: jax.Array, batch: Batch | None = None) -> Pointwise:
    """Return the objective of this form with these numbers (n,), which may be traced.

    batch: (places (b,), shares (b,)), the rows of data whose loss is meant, and how much each counts; None for all.
    """
    if form.learner is not None:
        return _many(form, numbers, batch)
    unmoved, centre = _unmoved(form, numbers, batch)
    on = penalties.weighed(form.landscape)
    given = {name: numbers[form.place(name) :][: WIDTHS[name]] for name in form.modifiers}
    one = {name: given[name][0] for name in ("l2", "l1", "smoothing", FADING) if name in given}
    surface = frame.moved(unmoved, given.get("rotation"), given.get("shift"), centre)

    def height(point: jax.Array) -> jax.Array:
        return jnp.asarray(surface(point[0], point[1]), dtype=jnp.float64)

    def penalty(point: jax.Array) -> jax.Array:
        return penalties.penalised(jnp.zeros((), jnp.float64), point, one.get("l2"), one.get("l1"), on)

    if "smoothing" in one:
        smoothed = Smoothed(surface, one["smoothing"])
        return Pointwise(
            value=lambda p: smoothed.value(p) + penalty(p), height=surface, smoothed=smoothed, penalty=penalty
        )
    if FADING in one:
        sigma = one[FADING]
        fading = Smoothed(surface, jnp.where(sigma > 0, sigma, 1.0))
        return Pointwise(
            value=lambda p: jax.lax.cond(sigma > 0, fading.value, height, p) + penalty(p),
            height=surface,
        )
    return Pointwise(
        value=lambda p: penalties.penalised(height(p), p, one.get("l2"), one.get("l1"), on), height=surface
    )


def _many(form: Form, numbers: jax.Array, batch: Batch | None) -> Pointwise:
    """Return the loss of a model with many weights at a point (n,), or at a point (2,) of the plane in the numbers."""
    learner = form.learner
    assert learner is not None
    shape = dict(form.fixed)
    size = learner.width(shape) if form.sliced else form.weights
    table = many.unpacked(learner, shape, form.rows, size, numbers)
    loss = many.mean_loss(learner, shape, table, batch)
    l2, l1 = (numbers[form.place(name)] if name in form.modifiers else None for name in ("l2", "l1"))

    def value(weights: jax.Array) -> jax.Array:
        return penalties.penalised_many(loss(weights), weights, l2, l1, table.on)

    if not form.sliced:
        return Pointwise(value=value, height=lambda x, y: _no_height())
    plane = numbers[form.free - 3 * size : form.free].reshape(3, size)

    def seen(point: jax.Array) -> jax.Array:
        return value(plane[0] + point[0] * plane[1] + point[1] * plane[2])

    return Pointwise(value=seen, height=lambda x, y: _no_height())


def many_values(form: Form, numbers: jax.Array, points: jax.Array) -> jax.Array:
    """Return the values (m,) of a sliced form at points (m, 2) of its plane, as matrix products. Traceable."""
    learner = form.learner
    assert learner is not None
    shape = dict(form.fixed)
    size = learner.width(shape)
    table = many.unpacked(learner, shape, form.rows, size, numbers)
    plane = numbers[form.free - 3 * size : form.free].reshape(3, size)
    weights = plane[0] + points @ plane[1:]
    each = learner.row_losses(jnp, learner.scores(jnp, weights, table.features, shape), table.targets)
    found: jax.Array = jnp.where(table.shares > 0, each, 0.0) @ table.shares
    l2, l1 = (numbers[form.place(name)] if name in form.modifiers else None for name in ("l2", "l1"))
    if l2 is not None:
        found = found + l2 * weights**2 @ table.on
    if l1 is not None:
        found = found + l1 * jnp.abs(weights) @ table.on
    return found


def _no_height() -> jax.Array:
    raise TypeError("a loss of many weights is neither smoothed nor turned")


def _unmoved(
    form: Form, numbers: jax.Array, batch: Batch | None
) -> tuple[Callable[[Any, Any], Any], tuple[float, float]]:
    """Return the surface itself, f(x, y), and what it is turned about."""
    if form.tree:
        named = {name: numbers[form.constants + i] for i, name in enumerate(form.names)}
        return lambda x, y: formula.evaluate(form.tree, x, y, numbers, named), formula.PIVOT
    unit = UNITS[form.landscape]
    parameters = dict(form.fixed) | {key: numbers[i] for i, key in enumerate(free_of(form.landscape))}
    model = unit.model
    if model is None:
        return lambda x, y: unit.at(x, y, parameters), frame.centre_of(unit)
    sample = unpacked(numbers[len(parameters) - len(form.fixed) :], model.inputs, form.rows)
    seen = sample if batch is None else drawn(sample, *batch)
    return lambda x, y: model.mean_loss(x, y, seen, parameters), frame.centre_of(unit)
