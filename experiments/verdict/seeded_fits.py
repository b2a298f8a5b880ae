"""How low the loss of a network comes from several seeds: all that can be said of its lowest value."""

from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from experiments.objective import pointwise
from experiments.objective.compiled import program, traced
from experiments.objective.form import Form, form_of, plain_numbers
from experiments.setup.experiment import Experiment
from experiments.setup.weights import learner_of

SEEDS, STEPS, RATE = 8, 2_000, 0.03  # of Adam, its rate falling to 0 along a cosine


def lowest_of_fits(experiment: Experiment) -> float:
    """Return the lowest loss of an experiment's model that eight fits from seeds of their own come to. Cached."""
    learner = learner_of(experiment.landscape)
    assert learner is not None
    form = form_of(experiment)
    values = {**experiment.landscape_parameters}
    starts = np.zeros((SEEDS, form.weights))
    for seed in range(SEEDS):
        own = learner.start(values, seed, 1.0)
        starts[seed, : len(own)] = own
    return _lowest(form, tuple(plain_numbers(experiment, form)), starts.tobytes())


@lru_cache(maxsize=64)
def _lowest(form: Form, numbers: tuple[float, ...], starts: bytes) -> float:
    compiled = program(("fits", form), lambda: jax.jit(lambda n, s: _fitted(form, n, s)))
    first = np.frombuffer(starts).reshape(SEEDS, form.weights)
    return float(np.nanmin(np.asarray(compiled(np.asarray(numbers), first))))


def _fitted(form: Form, numbers: jax.Array, starts: jax.Array) -> Any:
    traced("fits")
    objective = pointwise.build(form, numbers)
    rule = optax.adam(optax.cosine_decay_schedule(RATE, STEPS))

    def fit(start: jax.Array) -> jax.Array:
        def step(_: jax.Array, carry: Any) -> Any:
            weights, state = carry
            update, state = rule.update(objective.gradient(weights), state)
            return weights + update, state

        weights, _ = jax.lax.fori_loop(0, STEPS, step, (start, rule.init(start)))
        return objective.value(weights)

    return jax.vmap(fit)(jnp.asarray(starts))
