"""One step of a run of any structure: the optimizer in its wrappers, and what it is told. Traceable."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from experiments.objective.form import FADING
from experiments.objective.many import unpacked
from experiments.objective.penalties import weighed
from experiments.objective.pointwise import Pointwise, build
from experiments.simulation.layers import last_layer
from experiments.simulation.structures import Structure
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS


def transformation_of(structure: Structure, numbers: Any, learning_rate: Any) -> Any:
    """Return the optimizer in its wrappers, with their numbers among all those of a run."""
    first, *others = structure.firsts
    transformation = OPTIMIZERS[structure.optimizer.key].build(
        learning_rate, **structure.optimizer.parameters(numbers, first)
    )
    for part, first in zip(structure.wrappers, others, strict=False):
        transformation = WRAPPERS[part.key].build(transformation, learning_rate, **part.parameters(numbers, first))
    return transformation


def _scaling(structure: Structure, numbers: jax.Array) -> Any:
    """Return what scales the learning rate by the losses: an optax transformation; the identity for most schedules."""
    part = structure.schedule
    if part is None:
        return optax.with_extra_args_support(optax.identity())
    return SCHEDULES[part.key].scale(**part.parameters(numbers, structure.firsts[-2]))  # type: ignore[misc]


def step_of(structure: Structure, numbers: jax.Array) -> Callable[..., Any]:
    """Return step(point, state, rate, noise (2,) or None, sigma or None, batch or None, draws) -> (made, point, state).

    made: all that is written down of the step, by the names of the layout. The state is the optimizer's and that of
    what scales the rate.
    """
    form = structure.form
    given = numbers[structure.head : structure.head + form.count]
    optimizer = OPTIMIZERS[structure.optimizer.key]
    costs = [optimizer.cost, *(WRAPPERS[part.key].cost for part in structure.wrappers)]
    fixed_cost = np.sum(np.asarray(costs, dtype=np.float64), axis=0)
    final = build(form, given.at[form.place(FADING)].set(0.0) if structure.fades else given)
    table = None if form.learner is None else unpacked(form.learner, dict(form.fixed), form.rows, form.weights, given)
    on = jnp.asarray(weighed(form.landscape), jnp.float64) if table is None else table.on
    strength = on * given[form.place("l1")] if "l1" in form.modifiers else jnp.zeros(structure.weights)
    last = last_layer(form)

    def step(
        point: jax.Array, state: Any, rate: jax.Array, noise: Any, sigma: Any, batch: Any, draws: dict[str, jax.Array]
    ) -> tuple[dict[str, jax.Array], jax.Array, Any]:
        value, gradient = final.value_and_gradient(point)
        target, seen = final, (value, gradient)
        if structure.fades or structure.batch or structure.proximal:
            there = given.at[form.place(FADING)].set(sigma) if structure.fades else given
            there = there.at[form.place("l1")].set(0.0) if structure.proximal else there
            target = build(form, there, batch)
            seen = target.value_and_gradient(point)
        seen_value, applied = seen
        value_fn, gradient_fn = target.value, target.gradient
        if structure.noisy:
            noise = numbers[structure.firsts[-1]] * noise
            noise = noise if table is None else table.alive * noise
            applied = applied + noise
            value_fn, gradient_fn = _tilted(target, noise)
        state, scaled = state
        rate, scaled = _scaling(structure, numbers).update(rate, scaled, value=seen_value)
        update, new_state = transformation_of(structure, numbers, rate).update(
            applied,
            state,
            point,
            value=seen_value,
            grad=applied,
            value_fn=value_fn,
            gradient_fn=gradient_fn,
            hessian_fn=target.hessian,
            draws=draws,
            l1=strength,
            last_layer=last,
        )
        update = update if table is None else table.alive * update
        cost = jnp.asarray(fixed_cost, jnp.float64)
        if optimizer.search_cost is not None:
            inner = _layers(structure, new_state)[0]
            cost = cost + jnp.stack([jnp.asarray(c, jnp.float64) for c in optimizer.search_cost(inner)])
        made = {"point": point, "loss": value, "gradient": gradient, "update": update, "rate": rate, "cost": cost}
        made |= {"applied": applied} if structure.applied else {}
        watched = {} if table is not None else watched_of(structure, new_state, point)
        made |= {f"state.{name}": array for name, array in watched.items()}
        return made, point + update, (new_state, scaled)

    return step


def _layers(structure: Structure, state: Any) -> list[Any]:
    """Return the optimizer's own state and each wrapper's, inner to outer."""
    layers = [state]
    for _ in structure.wrappers:
        layers.append(layers[-1][0])
    return layers[::-1]


def watched_of(structure: Structure, state: Any, point: jax.Array) -> dict[str, jax.Array]:
    """Return what the optimizer and the wrappers let be watched, by the names that a trajectory has them under."""
    optimizer, (innermost, *around) = OPTIMIZERS[structure.optimizer.key], _layers(structure, state)
    found = optimizer.inside.observe(innermost, point)
    watched = {name: found[name] for name in optimizer.inside.observes if name in found}
    for part, layer in zip(structure.wrappers, around, strict=True):
        found = WRAPPERS[part.key].inside.observe(layer, point)
        watched |= {f"{part.key}.{name}": found[name] for name in WRAPPERS[part.key].inside.observes}
    return watched


def _tilted(target: Pointwise, noise: jax.Array) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return value and gradient functions whose gradients carry the noise, while the values are without it."""

    def value(point: jax.Array) -> jax.Array:
        return target.value(point) + noise @ (point - jax.lax.stop_gradient(point))

    return value, lambda point: target.gradient(point) + noise


def state_at(structure: Structure, numbers: jax.Array, rate: jax.Array, point: jax.Array) -> Any:
    """Return the state that a run from this point begins with. Traceable."""
    return transformation_of(structure, numbers, rate).init(point), _scaling(structure, numbers).init(rate)


def each_step(structure: Structure, data: Sequence[jax.Array]) -> Callable[[jax.Array], tuple[Any, ...]]:
    """Return what gives, of data_of, that which goes in with step t: noise, sigma, batch, draws. Traceable."""
    rest = list(data)
    noise = rest.pop(0) if structure.noisy else None
    sigmas = rest.pop(0) if structure.fades else None
    places, shares = (rest.pop(0), rest.pop(0)) if structure.batch else (None, None)
    drawn = dict(zip(OPTIMIZERS[structure.optimizer.key].draws, rest, strict=True))

    def now(t: jax.Array) -> tuple[Any, ...]:
        return (
            None if noise is None else noise[t],
            None if sigmas is None else sigmas[t],
            None if places is None else (places[t].astype(jnp.int32), shares),
            {name: rows[t] for name, rows in drawn.items()},
        )

    return now
