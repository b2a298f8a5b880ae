"""What runs of one structure share: where their numbers stand, and what is recorded of a step; and their data."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from experiments.objective.form import descended_form_of, plain_numbers
from experiments.objective.smoothing import shares
from experiments.setup.experiment import Experiment
from experiments.setup.run import Run
from experiments.setup.weights import start_of
from experiments.simulation.batches import batch_data, batch_size
from experiments.simulation.buffers import ROWS
from experiments.simulation.record import Layout, Shapes
from experiments.simulation.steps import transformation_of, watched_of
from experiments.simulation.structures import Structure, structural, structure_of
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, draw_shape

PLANS = 1024  # kept; they are small


class Plan:
    """All that runs of one structure share, found once: program, columns, names of the numbers."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.key = ("run", structure)
        self.layout = layout_of(structure)

    def numbers(self, experiment: Experiment, run: Run) -> np.ndarray:
        """Return steps, start, objective, optimizer, wrappers, schedule and noise as one vector for _compile."""
        structure = self.structure
        values = [
            experiment.steps,
            *weights_at_start(experiment)[: structure.weights],
            *plain_numbers(experiment, structure.form),
        ]
        values += [run.parameters[key] for key in structure.optimizer.free]
        for wrapper, part in zip(run.wrappers, structure.wrappers, strict=True):
            values += [wrapper.parameters[key] for key in part.free]
        if structure.schedule is not None:
            values += [run.schedule_parameters[key] for key in structure.schedule.free]
        if structure.noisy:
            values.append(experiment.noise)
        return np.array(values, dtype=np.float64)


def data_of(experiment: Experiment, structure: Structure, draw: Callable[..., jax.Array]) -> tuple[Any, ...]:
    """Return what else goes in with every step: noise (ROWS, 2), sigmas (ROWS,), the optimizer's draws."""
    data: tuple[Any, ...] = ()
    if structure.noisy:
        data += (draw(experiment.seed, "noise", "normal", (structure.weights,), experiment.steps),)
    if structure.fades:
        sigmas = np.zeros(ROWS)
        sigmas[: experiment.steps] = experiment.smoothing * shares(experiment.smoothing_schedule, experiment.steps)
        data += (sigmas,)
    if structure.batch:
        data += batch_data(experiment)
    key = structure.optimizer.key
    for name, (kind, shape) in OPTIMIZERS[key].draws.items():
        data += (draw(experiment.seed, f"{key}.{name}", kind, draw_shape(shape, structure.weights), experiment.steps),)
    return data


def plan_of(experiment: Experiment, run: Run) -> Plan:
    """Return the plan of the run's structure, which is looked up by what little it depends on."""
    form = descended_form_of(experiment, OPTIMIZERS[run.optimizer].counts_weights)
    batch = batch_size(experiment) if form.rows else 0
    key: list[Any] = [form, experiment.noise > 0, batch, run.optimizer]
    key += [run.parameters[name] for name in structural(OPTIMIZERS, run.optimizer)]
    for wrapper in run.wrappers:
        key += [wrapper.key, *(wrapper.parameters[name] for name in structural(WRAPPERS, wrapper.key))]
    if SCHEDULES[run.schedule].watches_loss:
        key += [run.schedule, *(run.schedule_parameters[name] for name in structural(SCHEDULES, run.schedule))]
    return _plan(experiment, run, tuple(key))


_plans: dict[tuple[Any, ...], Plan] = {}


def _plan(experiment: Experiment, run: Run, key: tuple[Any, ...]) -> Plan:
    plan = _plans.get(key)
    if plan is None:
        if len(_plans) >= PLANS:
            _plans.clear()
        plan = _plans[key] = Plan(structure_of(experiment, run, key[0], key[2]))
    return plan


def weights_at_start(experiment: Experiment) -> Sequence[float]:
    """Return the weights that the runs start from."""
    return list(start_of(experiment)) if experiment.has_many_weights else experiment.start


@lru_cache(maxsize=256)
def layout_of(structure: Structure) -> Layout:
    """Return what is recorded of each step, and where."""
    return Layout(size=structure.weights, applied=structure.applied, states=_state_shapes(structure))


def _state_shapes(structure: Structure) -> Shapes:
    """Return (name, shape) of what the optimizer and its wrappers let be watched, in the order of their columns."""
    if structure.form.learner is not None:
        return ()  # a matrix a step of many weights would take more than the run itself, and is not drawn
    names = list(OPTIMIZERS[structure.optimizer.key].inside.observes)
    names += [f"{part.key}.{name}" for part in structure.wrappers for name in WRAPPERS[part.key].inside.observes]
    if not names:
        return ()
    plain = replace(structure, form=replace(structure.form, modifiers=()))

    def watch(numbers: jax.Array) -> dict[str, jax.Array]:
        state = transformation_of(plain, numbers, numbers[0]).init(numbers[1 : plain.head])
        return watched_of(plain, state, numbers[1 : plain.head])

    size = plain.head + plain.form.count + sum(len(part.free) for part in (plain.optimizer, *plain.wrappers))
    found = jax.eval_shape(watch, jax.ShapeDtypeStruct((size,), jnp.float64))  # which comes back sorted by name
    return tuple((name, tuple(found[name].shape)) for name in names if name in found)
