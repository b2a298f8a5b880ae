"""Experiment -> trajectories: one compiled loop for every optimizer, every number passed in as data."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from experiments import limits, objective
from experiments.compiled import is_stored, program, traced
from experiments.experiment import Experiment, Run
from experiments.trajectory import Trajectory
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS

ROWS = limits.LONGEST + 1
_POINT, _LOSS, _GRADIENT, _UPDATE, _RATE, _COST = slice(0, 2), 2, slice(3, 5), slice(5, 7), 7, slice(8, 11)
_STATES = 11  # the first column of the optimizer's inner state


@dataclass(frozen=True)
class _Part:
    """An optimizer or a wrapper without its numbers: its key and its structural parameters."""

    key: str
    fixed: tuple[tuple[str, Any], ...]
    free: tuple[str, ...]

    def parameters(self, numbers: jax.Array, first: int) -> dict[str, Any]:
        return dict(self.fixed) | {key: numbers[first + i] for i, key in enumerate(self.free)}


@dataclass(frozen=True)
class _Structure:
    """What one compiled run depends on."""

    form: objective.Form
    optimizer: _Part
    wrappers: tuple[_Part, ...]


def simulate(experiment: Experiment) -> tuple[Trajectory, ...]:
    """Return every step of every run, in the runs' order."""
    return tuple(simulate_run(experiment, place) for place in range(len(experiment.runs)))


def simulate_run(experiment: Experiment, place: int) -> Trajectory:
    """Return every step of the run at this place in the experiment."""
    run, steps = experiment.runs[place], experiment.steps
    structure = _structure(experiment, run)
    numbers = _numbers(experiment, run, structure)
    rates = SCHEDULES[run.schedule].build(run.learning_rate, steps, **run.schedule_parameters)
    compiled = program(("run", structure), lambda: _compile(structure))
    shapes = _state_shapes(structure)
    width = _STATES + sum(math.prod(shape) for _, shape in shapes)
    with jax.default_device(_host()), _Scratch(width) as scratch:
        scratch.rates[:steps] = rates
        scratch.rates[steps] = 0.0  # the last row is only recorded
        scratch.buffer = compiled(scratch.buffer, numbers, scratch.rates_on_device, np.int32(steps))
        rows = np.asarray(scratch.buffer)[: steps + 1].copy()
    return _unpack(place, rows, shapes)


def is_prepared(experiment: Experiment) -> bool:
    """Return whether every program that the experiment needs is compiled, so that its results come at once."""
    keys = [("run", _structure(experiment, run)) for run in experiment.runs]
    return all(map(is_stored, [("derivatives", objective.form_of(experiment)), *keys]))


def _unpack(place: int, rows: np.ndarray, shapes: tuple[tuple[str, tuple[int, ...]], ...]) -> Trajectory:
    steps = len(rows) - 1
    states, column = {}, _STATES
    for name, shape in shapes:
        size = math.prod(shape)
        states[name] = rows[:steps, column : column + size].reshape(steps, *shape)
        column += size
    return Trajectory(
        run=place,
        points=rows[:, _POINT],
        losses=rows[:, _LOSS],
        gradients=rows[:, _GRADIENT],
        updates=rows[:steps, _UPDATE],
        learning_rates=rows[:steps, _RATE],
        states=states,
        costs=rows[:steps, _COST],
    )


def _structure(experiment: Experiment, run: Run) -> _Structure:
    return _Structure(
        form=objective.form_of(experiment),
        optimizer=_part(run.optimizer, OPTIMIZERS[run.optimizer].parameters, run.parameters),
        wrappers=tuple(_part(w.key, WRAPPERS[w.key].parameters, w.parameters) for w in run.wrappers),
    )


def _part(key: str, parameters: Any, values: Any) -> _Part:
    return _Part(
        key=key,
        fixed=tuple((p.key, values[p.key]) for p in parameters if p.structural),
        free=tuple(p.key for p in parameters if not p.structural),
    )


def _numbers(experiment: Experiment, run: Run, structure: _Structure) -> np.ndarray:
    """Return start, objective, optimizer and wrappers as one vector, in the order that _compile reads."""
    values = [*experiment.start, *objective.numbers_of(experiment)]
    values += [run.parameters[key] for key in structure.optimizer.free]
    for wrapper, part in zip(run.wrappers, structure.wrappers, strict=True):
        values += [wrapper.parameters[key] for key in part.free]
    return np.asarray(values, dtype=np.float64)


def _transformation(structure: _Structure, numbers: jax.Array, learning_rate: jax.Array) -> Any:
    first = 2 + len(structure.form.free)
    transformation = OPTIMIZERS[structure.optimizer.key].build(
        learning_rate, **structure.optimizer.parameters(numbers, first)
    )
    first += len(structure.optimizer.free)
    for part in structure.wrappers:
        transformation = WRAPPERS[part.key].build(transformation, learning_rate, **part.parameters(numbers, first))
        first += len(part.free)
    return transformation


def _step(structure: _Structure, numbers: jax.Array) -> Callable[..., Any]:
    """Return step(point, state, rate) -> (row, new point, new state)."""
    target = objective.build(structure.form, numbers[2:])
    optimizer = OPTIMIZERS[structure.optimizer.key]
    costs = [optimizer.cost, *(WRAPPERS[part.key].cost for part in structure.wrappers)]
    fixed_cost = np.sum(np.asarray(costs, dtype=np.float64), axis=0)

    def step(point: jax.Array, state: Any, rate: jax.Array) -> tuple[jax.Array, jax.Array, Any]:
        value, gradient = target.value_and_gradient(point)
        update, new_state = _transformation(structure, numbers, rate).update(
            gradient,
            state,
            point,
            value=value,
            grad=gradient,
            value_fn=target.value,
            gradient_fn=target.gradient,
            hessian_fn=target.hessian,
            draws={},
        )
        cost = jnp.asarray(fixed_cost, jnp.float64)
        inner = new_state
        for _ in structure.wrappers:
            inner = inner.inner
        if optimizer.search_cost is not None:
            cost = cost + jnp.stack([jnp.asarray(c, jnp.float64) for c in optimizer.search_cost(inner)])
        watched = optimizer.observe(inner, point)
        columns = [point, value[None], gradient, update, rate[None], cost]
        columns += [jnp.ravel(watched[name]).astype(jnp.float64) for name in optimizer.observes]
        return jnp.concatenate(columns), point + update, new_state

    return step


def _compile(structure: _Structure) -> Callable[..., jax.Array]:
    def record(buffer: jax.Array, numbers: jax.Array, rates: jax.Array, steps: jax.Array) -> jax.Array:
        traced("run")
        step = _step(structure, numbers)
        point = numbers[:2]
        state = _transformation(structure, numbers, rates[0]).init(point)

        def body(t: jax.Array, carry: Any) -> Any:
            buffer, point, state = carry
            row, point, state = step(point, state, rates[t])
            return jax.lax.dynamic_update_slice(buffer, row[None], (t, jnp.zeros_like(t))), point, state

        return jax.lax.fori_loop(jnp.int32(0), steps + 1, body, (buffer, point, state))[0]

    return jax.jit(record, donate_argnums=0)


@lru_cache(maxsize=256)
def _state_shapes(structure: _Structure) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return (name, shape) of what the optimizer lets be watched, in its own order."""
    optimizer = OPTIMIZERS[structure.optimizer.key]
    if not optimizer.observes:
        return ()
    part = _Structure(form=structure.form, optimizer=structure.optimizer, wrappers=())
    first = 2 + len(structure.form.free)

    def watch(numbers: jax.Array) -> dict[str, jax.Array]:
        state = _transformation(part, numbers, numbers[0]).init(numbers[:2])
        return optimizer.observe(state, numbers[:2])

    size = first + len(structure.optimizer.free)
    found = jax.eval_shape(watch, jax.ShapeDtypeStruct((size,), jnp.float64))
    return tuple((name, tuple(found[name].shape)) for name in optimizer.observes)


@lru_cache(maxsize=1)
def _host() -> Any:
    """The CPU: a single trajectory is a long chain of tiny steps, which a GPU would only slow down."""
    return jax.devices("cpu")[0]


class _Scratch:
    """What a run writes to and reads from, used again: fresh memory would cost ten times the run.

    buffer: the record, of the largest size, donated to each run. rates: the learning rates, a NumPy array over the same
    memory as rates_on_device, so that nothing is copied; it may be written only while no program runs on it.
    """

    _idle: ClassVar[dict[int, list[tuple[jax.Array, np.ndarray, jax.Array]]]] = {}
    _lock = threading.Lock()
    _KEPT = 8  # a width; 20,001 rows take 2 to 4 MB

    def __init__(self, width: int) -> None:
        self.width = width
        self.buffer: Any = None

    def __enter__(self) -> "_Scratch":
        with self._lock:
            idle = self._idle.setdefault(self.width, [])
            taken = idle.pop() if idle else None
        if taken is None:
            rates = _aligned(ROWS)
            taken = jnp.zeros((ROWS, self.width)), rates, jax.dlpack.from_dlpack(rates, copy=False)
        self.buffer, self.rates, self.rates_on_device = taken
        return self

    def __exit__(self, failed: Any, *_: Any) -> None:
        if failed is None:
            with self._lock:
                idle = self._idle[self.width]
                if len(idle) < self._KEPT:
                    idle.append((self.buffer, self.rates, self.rates_on_device))


def _aligned(count: int) -> np.ndarray:
    """Return zeros (count,) that start at a multiple of 64 bytes, as XLA needs to use them in place."""
    raw = np.zeros(count * 8 + 64, dtype=np.uint8)
    first = -raw.ctypes.data % 64
    return raw[first : first + count * 8].view(np.float64)
