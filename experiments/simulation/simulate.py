"""Experiment -> trajectories: one compiled loop for every optimizer, every number passed in as data."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from experiments.objective.compiled import is_compiled, program, traced
from experiments.objective.form import FADING, Form, descended_form_of, drawn_form_of, plain_numbers
from experiments.objective.many import unpacked
from experiments.objective.penalties import weighed
from experiments.objective.pointwise import Pointwise, build
from experiments.objective.smoothing import shares
from experiments.setup import attention, limits
from experiments.setup.experiment import Experiment
from experiments.setup.run import Run
from experiments.setup.weights import start_of
from experiments.simulation.batches import batch_data, batch_size
from experiments.simulation.buffers import ROWS, Scratch
from experiments.simulation.draws import draws
from experiments.simulation.layers import last_layer
from experiments.simulation.many_weights import on_shown_plane, with_weights
from experiments.simulation.record import Layout, Shapes
from experiments.simulation.stopping import cut, stops_at
from experiments.simulation.trajectory import Trajectory
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, draw_shape

PLANS = 1024  # kept; they are small
_NUMBERS = 2_000_000  # that the record of a step's weights may take: with many of them fewer steps are made
_TIMES = np.arange(ROWS, dtype=np.float64)
_TIMES.flags.writeable = False


@dataclass(frozen=True)
class _Part:
    """An optimizer, a wrapper or a schedule without its numbers: its key and its structural parameters."""

    key: str
    fixed: tuple[tuple[str, Any], ...]
    free: tuple[str, ...]

    def parameters(self, numbers: Any, first: int) -> dict[str, Any]:
        return dict(self.fixed) | {key: numbers[first + i] for i, key in enumerate(self.free)}


@dataclass(frozen=True)
class Structure:
    """What one compiled run depends on. noisy: noise is added to the gradients that the optimizer sees.

    batch: how many rows of data, padded, each step sees; 0 for all. schedule: one that watches the loss, and so is part
    of the loop; all others are data.
    """

    form: Form
    optimizer: _Part
    wrappers: tuple[_Part, ...]
    noisy: bool = False
    batch: int = 0
    schedule: _Part | None = None

    @property
    def weights(self) -> int:
        """How many weights a point has."""
        return self.form.weights

    @property
    def head(self) -> int:
        """How many numbers stand before the objective's: steps and start."""
        return 1 + self.weights

    @property
    def rows(self) -> int:
        """How many rows the record has: one a step and one for the last point."""
        return min(ROWS, _NUMBERS // self.weights)

    @property
    def firsts(self) -> tuple[int, ...]:
        """Where in a run's numbers those of each part begin: optimizer, each wrapper, schedule if it is one, noise."""
        parts = [self.optimizer, *self.wrappers, *([] if self.schedule is None else [self.schedule])]
        return tuple(accumulate((len(part.free) for part in parts), initial=self.head + self.form.count))

    @property
    def fades(self) -> bool:
        """Whether sigma changes from step to step."""
        return FADING in self.form.modifiers

    @property
    def applied(self) -> bool:
        """Whether the gradient that the optimizer sees is another than that of the final surface."""
        return self.noisy or self.fades or self.batch > 0 or self.proximal

    @property
    def proximal(self) -> bool:
        """Whether a wrapper takes care of the L1 penalty, which the gradient is then without."""
        return "l1" in self.form.modifiers and any(WRAPPERS[part.key].proximal for part in self.wrappers)


class _Plan:
    """All that runs of one structure share, found once: program, columns, names of the numbers."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.key = ("run", structure)
        self.layout = _layout(structure)

    def numbers(self, experiment: Experiment, run: Run) -> np.ndarray:
        """Return steps, start, objective, optimizer, wrappers, schedule and noise as one vector for _compile."""
        structure = self.structure
        values = [
            experiment.steps,
            *_start(experiment)[: structure.weights],
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


def _recorded(plan: _Plan, scratch: Scratch, steps: int, numbers: np.ndarray, data: Sequence[Any]) -> np.ndarray:
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
    numbers, start = plan.numbers(experiment, run), jnp.asarray(_start(experiment))
    state = _transformation(plan.structure, numbers, float(rate)).init(start)
    return {name: np.asarray(array) for name, array in _watched(plan.structure, state, start).items()}


def _start(experiment: Experiment) -> Sequence[float]:
    """Return the weights that the runs start from."""
    return list(start_of(experiment)) if experiment.has_many_weights else experiment.start


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


def plan_of(experiment: Experiment, run: Run) -> _Plan:
    """Return the plan of the run's structure, which is looked up by what little it depends on."""
    form = descended_form_of(experiment, OPTIMIZERS[run.optimizer].counts_weights)
    batch = batch_size(experiment) if form.rows else 0
    key: list[Any] = [form, experiment.noise > 0, batch, run.optimizer]
    key += [run.parameters[name] for name in _structural(OPTIMIZERS, run.optimizer)]
    for wrapper in run.wrappers:
        key += [wrapper.key, *(wrapper.parameters[name] for name in _structural(WRAPPERS, wrapper.key))]
    if SCHEDULES[run.schedule].watches_loss:
        key += [run.schedule, *(run.schedule_parameters[name] for name in _structural(SCHEDULES, run.schedule))]
    return _plan(experiment, run, tuple(key))


_plans: dict[tuple[Any, ...], _Plan] = {}


def _plan(experiment: Experiment, run: Run, key: tuple[Any, ...]) -> _Plan:
    plan = _plans.get(key)
    if plan is None:
        if len(_plans) >= PLANS:
            _plans.clear()
        plan = _plans[key] = _Plan(_structure(experiment, run, key[0], key[2]))
    return plan


_names: dict[str, tuple[str, ...]] = {}


def _structural(registry: Any, key: str) -> tuple[str, ...]:
    """Return the names of the structural parameters of an optimizer, a wrapper or a schedule (no key is in two)."""
    if key not in _names:
        _names[key] = tuple(p.key for p in registry[key].parameters if p.structural)
    return _names[key]


def _structure(experiment: Experiment, run: Run, form: Form, batch: int) -> Structure:
    watching = SCHEDULES[run.schedule]
    return Structure(
        form=form,
        optimizer=_part(run.optimizer, OPTIMIZERS[run.optimizer].parameters, run.parameters),
        wrappers=tuple(_part(w.key, WRAPPERS[w.key].parameters, w.parameters) for w in run.wrappers),
        noisy=experiment.noise > 0,
        batch=batch,
        schedule=_part(run.schedule, watching.parameters, run.schedule_parameters) if watching.watches_loss else None,
    )


def _part(key: str, parameters: Any, values: Any) -> _Part:
    return _Part(
        key=key,
        fixed=tuple((p.key, values[p.key]) for p in parameters if p.structural),
        free=tuple(p.key for p in parameters if not p.structural),
    )


def _transformation(structure: Structure, numbers: Any, learning_rate: Any) -> Any:
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
        update, new_state = _transformation(structure, numbers, rate).update(
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
        watched = {} if table is not None else _watched(structure, new_state, point)
        made |= {f"state.{name}": array for name, array in watched.items()}
        return made, point + update, (new_state, scaled)

    return step


def _layers(structure: Structure, state: Any) -> list[Any]:
    """Return the optimizer's own state and each wrapper's, inner to outer."""
    layers = [state]
    for _ in structure.wrappers:
        layers.append(layers[-1][0])
    return layers[::-1]


def _watched(structure: Structure, state: Any, point: jax.Array) -> dict[str, jax.Array]:
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
    return _transformation(structure, numbers, rate).init(point), _scaling(structure, numbers).init(rate)


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


def _compile(structure: Structure) -> Callable[..., jax.Array]:
    layout = _layout(structure)

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


@lru_cache(maxsize=256)
def _layout(structure: Structure) -> Layout:
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
        state = _transformation(plain, numbers, numbers[0]).init(numbers[1 : plain.head])
        return _watched(plain, state, numbers[1 : plain.head])

    size = plain.head + plain.form.count + sum(len(part.free) for part in (plain.optimizer, *plain.wrappers))
    found = jax.eval_shape(watch, jax.ShapeDtypeStruct((size,), jnp.float64))  # which comes back sorted by name
    return tuple((name, tuple(found[name].shape)) for name in names if name in found)
