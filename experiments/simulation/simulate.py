"""Experiment -> trajectories: one compiled loop for every optimizer, every number passed in as data."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from experiments.objective.compiled import is_compiled, program, traced
from experiments.objective.form import drawn_form_of
from experiments.setup import attention, limits
from experiments.setup.experiment import Experiment
from experiments.simulation.buffers import ROWS, Scratch
from experiments.simulation.draws import draws
from experiments.simulation.many_weights import on_shown_plane, with_weights
from experiments.simulation.plans import Plan, data_of, layout_of, plan_of, weights_at_start
from experiments.simulation.record import Layout
from experiments.simulation.steps import each_step, state_at, step_of, transformation_of, watched_of
from experiments.simulation.stopping import cut, stops_at
from experiments.simulation.structures import Structure
from experiments.simulation.trajectory import Trajectory
from optimizers import SCHEDULES

_TIMES = np.arange(ROWS, dtype=np.float64)
_TIMES.flags.writeable = False


def simulate(experiment: Experiment) -> tuple[Trajectory, ...]:
    """Return every step of every run, in the runs' order."""
    return on_shown_plane(experiment, simulate_all(experiment))


def simulate_all(experiment: Experiment) -> list[Trajectory]:
    """Return every step of every run; of many weights, their points are on the plane of the start."""
    return [simulate_run(experiment, place) for place in range(len(experiment.runs))]


def simulate_run(experiment: Experiment, place: int, draw: Callable[..., jax.Array] = draws) -> Trajectory:
    """Return every step of the run at this place in the experiment, to where it stops if it stops early.

    draw makes its random numbers (draws.py). Of many weights, its points are on the plane of its start.
    """
    attention.go_on()
    plan = plan_of(experiment, experiment.runs[place])
    numbers, data = plan.numbers(experiment, experiment.runs[place]), data_of(experiment, plan.structure, draw)
    with _prepared(experiment, place) as scratch:
        trajectory = _unpack(place, _recorded(plan, scratch, experiment.steps, numbers, data), plan.layout)
    if experiment.has_many_weights:
        trajectory = with_weights(experiment, trajectory)
    return _stopped(experiment, trajectory)


def simulate_starts(experiment: Experiment, place: int, starts: np.ndarray) -> list[Trajectory]:
    """Return the run at this place from each of starts (n, 2), bit for bit as simulate_run has it from there.

    The experiment, of two weights, is looked at once. Raises Refusal where a start is farther away than it may be.
    """
    if experiment.has_many_weights:
        raise ValueError("a model with many weights has no start of two")
    room = limits.FARTHEST - experiment.spread
    far = starts[~(np.abs(starts).max(axis=1, initial=0.0) <= room)]
    if len(far):
        experiment.replace(start=tuple(far[0].tolist()))  # which says what is wrong with it
    head = np.arange(1, plan_of(experiment, experiment.runs[place]).structure.head)
    return simulate_numbers(experiment, place, head, starts)


def simulate_numbers(
    experiment: Experiment, place: int, columns: Sequence[int] | np.ndarray, numbers: np.ndarray, rates: Any = None
) -> list[Trajectory]:
    """Return the run at this place with others of its numbers, bit for bit as simulate_run has it with these.

    columns: (k,), their places among all numbers of the run, which are allowed. numbers: (n, k), of n runs. rates:
    (n, T), or (n, 1) where each has one at all steps; None where they are the run's own. Of two weights.
    """
    plan = plan_of(experiment, experiment.runs[place])
    own, data = plan.numbers(experiment, experiment.runs[place]), data_of(experiment, plan.structure, draws)
    found = []
    with _prepared(experiment, place) as scratch:
        for i, row in enumerate(numbers):
            attention.go_on()
            there = own.copy()
            there[list(columns)] = row
            if rates is not None:
                scratch.rates[: experiment.steps] = rates[i]
            rows = _recorded(plan, scratch, experiment.steps, there, data)
            found.append(_stopped(experiment, _unpack(place, rows, plan.layout)))
    return found


@contextmanager
def _prepared(experiment: Experiment, place: int) -> Iterator[Scratch]:
    """Give memory in which the run's learning rates stand, and a record may be written again and again."""
    run, steps = experiment.runs[place], experiment.steps
    plan = plan_of(experiment, run)
    with Scratch(plan.layout.width, plan.structure.rows) as scratch:
        scratch.rates[:steps] = SCHEDULES[run.schedule].rates(
            run.learning_rate, _TIMES[:steps], steps, **run.schedule_parameters
        )
        scratch.rates[steps] = 0.0  # the last row is only recorded
        yield scratch


def _recorded(plan: Plan, scratch: Scratch, steps: int, numbers: np.ndarray, data: Sequence[Any]) -> np.ndarray:
    """Return the rows (T + 1, width) that a run writes."""
    compiled = program(plan.key, lambda: _compile(plan.structure))
    scratch.buffer = compiled(scratch.buffer, numbers, scratch.rates_on_device, *data)
    found: np.ndarray = np.asarray(scratch.buffer)[: steps + 1].copy()
    return found


def _stopped(experiment: Experiment, trajectory: Trajectory) -> Trajectory:
    """Return a run to where the experiment stops it."""
    step = stops_at(experiment, trajectory)
    return trajectory if step is None else cut(trajectory, step)


def states_at_start(experiment: Experiment, place: int) -> dict[str, np.ndarray]:
    """Return what the run's optimizer and wrappers carry before the first step, by the names of a trajectory."""
    run = experiment.runs[place]
    plan = plan_of(experiment, run)
    rate = SCHEDULES[run.schedule].build(run.learning_rate, experiment.steps, **run.schedule_parameters)[0]
    numbers, start = plan.numbers(experiment, run), jnp.asarray(weights_at_start(experiment))
    state = transformation_of(plan.structure, numbers, float(rate)).init(start)
    return {name: np.asarray(array) for name, array in watched_of(plan.structure, state, start).items()}


def is_prepared(experiment: Experiment) -> bool:
    """Return whether every program that the experiment needs is compiled, so that its results come at once."""
    keys = [plan_of(experiment, run).key for run in experiment.runs]
    form = drawn_form_of(experiment)
    return all(map(is_compiled, [("values" if form.sliced else "derivatives", form), *keys]))


def _unpack(place: int, rows: np.ndarray, layout: Layout) -> Trajectory:
    """Return what the rows (T + 1, width) hold; the last is of the last point, from which no update was made."""
    made = rows[:-1]
    return Trajectory(
        run=place,
        points=layout.read(rows, "point"),
        losses=layout.read(rows, "loss"),
        gradients=layout.read(rows, "gradient"),
        updates=layout.read(made, "update"),
        learning_rates=layout.read(made, "rate"),
        states={name: layout.read(made, f"state.{name}") for name in layout.states},
        costs=layout.read(made, "cost"),
        applied_gradients=layout.read(made, "applied" if "applied" in layout.places else "gradient"),
    )


def _compile(structure: Structure) -> Callable[..., jax.Array]:
    layout = layout_of(structure)

    def record(buffer: jax.Array, numbers: jax.Array, rates: jax.Array, *data: jax.Array) -> jax.Array:
        traced("run")
        step, now = step_of(structure, numbers), each_step(structure, data)
        first = numbers[1 : structure.head]

        def body(t: jax.Array, carry: Any) -> Any:
            buffer, point, state = carry
            made, point, state = step(point, state, rates[t], *now(t))
            row = layout.row(made)
            return jax.lax.dynamic_update_slice(buffer, row[None], (t, jnp.zeros_like(t))), point, state

        found: jax.Array = jax.lax.fori_loop(
            jnp.int32(0),
            numbers[0].astype(jnp.int32) + 1,
            body,
            (buffer, first, state_at(structure, numbers, rates[0], first)),
        )[0]
        return found

    return jax.jit(record, donate_argnums=0)
