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
from experiments.smoothing import shares
from experiments.trajectory import Trajectory
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS

ROWS = limits.LONGEST + 1
PLANS = 1024  # kept; they are small
_POINT, _LOSS, _GRADIENT, _UPDATE, _RATE, _COST = slice(0, 2), 2, slice(3, 5), slice(5, 7), 7, slice(8, 11)
_APPLIED = slice(11, 13)  # recorded only where it is not the gradient itself
_STATES = 11
_HEAD = 3  # numbers before the objective's: steps and start
_TIMES = np.arange(ROWS, dtype=np.float64)
_TIMES.flags.writeable = False


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
    """What one compiled run depends on. noisy: noise is added to the gradients that the optimizer sees."""

    form: objective.Form
    optimizer: _Part
    wrappers: tuple[_Part, ...]
    noisy: bool = False

    @property
    def fades(self) -> bool:
        """Whether sigma changes from step to step."""
        return objective.FADING in self.form.modifiers

    @property
    def applied(self) -> bool:
        """Whether the gradient that the optimizer sees is another than that of the final surface."""
        return self.noisy or self.fades


class _Plan:
    """All that runs of one structure share, found once: program, columns, names of the numbers."""

    def __init__(self, structure: _Structure) -> None:
        self.structure = structure
        self.key = ("run", structure)
        self.shapes = _state_shapes(structure)
        self.states = _STATES + 2 * structure.applied  # the first column of the optimizer's inner state
        self.width = self.states + sum(math.prod(shape) for _, shape in self.shapes)

    def numbers(self, experiment: Experiment, run: Run) -> np.ndarray:
        """Return steps, start, objective, optimizer, wrappers and noise as one vector, as _compile reads it."""
        structure = self.structure
        values = [experiment.steps, *experiment.start, *objective.plain_numbers(experiment, structure.form)]
        values += [run.parameters[key] for key in structure.optimizer.free]
        for wrapper, part in zip(run.wrappers, structure.wrappers, strict=True):
            values += [wrapper.parameters[key] for key in part.free]
        if structure.noisy:
            values.append(experiment.noise)
        return np.array(values, dtype=np.float64)


def simulate(experiment: Experiment) -> tuple[Trajectory, ...]:
    """Return every step of every run, in the runs' order."""
    return tuple([simulate_run(experiment, place) for place in range(len(experiment.runs))])


def simulate_run(experiment: Experiment, place: int) -> Trajectory:
    """Return every step of the run at this place in the experiment."""
    run, steps = experiment.runs[place], experiment.steps
    plan = _plan_of(experiment, run)
    compiled = program(plan.key, lambda: _compile(plan.structure))
    numbers = plan.numbers(experiment, run)
    rates = SCHEDULES[run.schedule].rates(run.learning_rate, _TIMES[:steps], steps, **run.schedule_parameters)
    data = _data(experiment, plan.structure)
    with _Scratch(plan.width) as scratch:
        scratch.rates[:steps] = rates
        scratch.rates[steps] = 0.0  # the last row is only recorded
        scratch.buffer = compiled(scratch.buffer, numbers, scratch.rates_on_device, *data)
        rows = np.asarray(scratch.buffer)[: steps + 1].copy()
    return _unpack(place, rows, plan)


def is_prepared(experiment: Experiment) -> bool:
    """Return whether every program that the experiment needs is compiled, so that its results come at once."""
    keys = [_plan_of(experiment, run).key for run in experiment.runs]
    return all(map(is_stored, [("derivatives", objective.form_of(experiment)), *keys]))


def _unpack(place: int, rows: np.ndarray, plan: _Plan) -> Trajectory:
    steps = len(rows) - 1
    states, column = {}, plan.states
    for name, shape in plan.shapes:
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
        applied_gradients=rows[:steps, _APPLIED if plan.structure.applied else _GRADIENT],
    )


def _data(experiment: Experiment, structure: _Structure) -> tuple[Any, ...]:
    """Return what else goes in with every step: draws (ROWS, 2) under noise, sigmas (ROWS,) where they fade."""
    data: tuple[Any, ...] = ()
    if structure.noisy:
        data += (_draws(experiment.seed, "noise"),)
    if structure.fades:
        sigmas = np.zeros(ROWS)
        sigmas[: experiment.steps] = experiment.smoothing * shares(experiment.smoothing_schedule, experiment.steps)
        data += (sigmas,)
    return data


@lru_cache(maxsize=16)
def _draws(seed: int, purpose: str) -> jax.Array:
    """Return standard normal numbers (ROWS, 2) for this seed and purpose; the first are the same for any step count."""
    entropy = [seed, *purpose.encode()]
    return jax.device_put(np.random.default_rng(entropy).standard_normal((ROWS, 2)), _host())


def _plan_of(experiment: Experiment, run: Run) -> _Plan:
    """Return the plan of the run's structure, which is looked up by what little it depends on."""
    form = objective.descended_form_of(experiment)
    key: list[Any] = [form, experiment.noise > 0, run.optimizer]
    key += [run.parameters[name] for name in _structural(OPTIMIZERS, run.optimizer)]
    for wrapper in run.wrappers:
        key += [wrapper.key, *(wrapper.parameters[name] for name in _structural(WRAPPERS, wrapper.key))]
    return _plan(experiment, run, tuple(key))


_plans: dict[tuple[Any, ...], _Plan] = {}


def _plan(experiment: Experiment, run: Run, key: tuple[Any, ...]) -> _Plan:
    plan = _plans.get(key)
    if plan is None:
        if len(_plans) >= PLANS:
            _plans.clear()
        plan = _plans[key] = _Plan(_structure(experiment, run, key[0]))
    return plan


_names: dict[str, tuple[str, ...]] = {}


def _structural(registry: Any, key: str) -> tuple[str, ...]:
    """Return the names of the structural parameters of an optimizer or a wrapper (their keys never coincide)."""
    if key not in _names:
        _names[key] = tuple(p.key for p in registry[key].parameters if p.structural)
    return _names[key]


def _structure(experiment: Experiment, run: Run, form: objective.Form) -> _Structure:
    return _Structure(
        form=form,
        optimizer=_part(run.optimizer, OPTIMIZERS[run.optimizer].parameters, run.parameters),
        wrappers=tuple(_part(w.key, WRAPPERS[w.key].parameters, w.parameters) for w in run.wrappers),
        noisy=experiment.noise > 0,
    )


def _part(key: str, parameters: Any, values: Any) -> _Part:
    return _Part(
        key=key,
        fixed=tuple((p.key, values[p.key]) for p in parameters if p.structural),
        free=tuple(p.key for p in parameters if not p.structural),
    )


def _transformation(structure: _Structure, numbers: jax.Array, learning_rate: jax.Array) -> Any:
    first = _HEAD + structure.form.count
    transformation = OPTIMIZERS[structure.optimizer.key].build(
        learning_rate, **structure.optimizer.parameters(numbers, first)
    )
    first += len(structure.optimizer.free)
    for part in structure.wrappers:
        transformation = WRAPPERS[part.key].build(transformation, learning_rate, **part.parameters(numbers, first))
        first += len(part.free)
    return transformation


def _step(structure: _Structure, numbers: jax.Array) -> Callable[..., Any]:
    """Return step(point, state, rate, noise (2,) or None, sigma or None) -> (row, new point, new state)."""
    form = structure.form
    given = numbers[_HEAD : _HEAD + form.count]
    optimizer = OPTIMIZERS[structure.optimizer.key]
    costs = [optimizer.cost, *(WRAPPERS[part.key].cost for part in structure.wrappers)]
    fixed_cost = np.sum(np.asarray(costs, dtype=np.float64), axis=0)
    final = objective.build(form, given.at[form.place(objective.FADING)].set(0.0) if structure.fades else given)

    def step(point: jax.Array, state: Any, rate: jax.Array, noise: Any, sigma: Any) -> tuple[jax.Array, jax.Array, Any]:
        value, gradient = final.value_and_gradient(point)
        target, seen = final, (value, gradient)
        if structure.fades:
            target = objective.build(form, given.at[form.place(objective.FADING)].set(sigma))
            seen = target.value_and_gradient(point)
        seen_value, applied = seen
        value_fn, gradient_fn = target.value, target.gradient
        if structure.noisy:
            noise = numbers[-1] * noise
            applied = applied + noise
            value_fn, gradient_fn = _tilted(target, noise)
        update, new_state = _transformation(structure, numbers, rate).update(
            applied,
            state,
            point,
            value=seen_value,
            grad=applied,
            value_fn=value_fn,
            gradient_fn=gradient_fn,
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
        columns = [point, value[None], gradient, update, rate[None], cost, *([applied] if structure.applied else [])]
        columns += [jnp.ravel(watched[name]).astype(jnp.float64) for name in optimizer.observes]
        return jnp.concatenate(columns), point + update, new_state

    return step


def _tilted(target: objective.Objective, noise: jax.Array) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return value and gradient functions whose gradients carry the noise, while the values are without it."""

    def value(point: jax.Array) -> jax.Array:
        return target.value(point) + noise @ (point - jax.lax.stop_gradient(point))

    return value, lambda point: target.gradient(point) + noise


def _compile(structure: _Structure) -> Callable[..., jax.Array]:
    def record(buffer: jax.Array, numbers: jax.Array, rates: jax.Array, *data: jax.Array) -> jax.Array:
        traced("run")
        step = _step(structure, numbers)
        point = numbers[1:_HEAD]
        state = _transformation(structure, numbers, rates[0]).init(point)
        noise, sigmas = data[0] if structure.noisy else None, data[-1] if structure.fades else None

        def body(t: jax.Array, carry: Any) -> Any:
            buffer, point, state = carry
            now = None if noise is None else noise[t], None if sigmas is None else sigmas[t]
            row, point, state = step(point, state, rates[t], *now)
            return jax.lax.dynamic_update_slice(buffer, row[None], (t, jnp.zeros_like(t))), point, state

        return jax.lax.fori_loop(jnp.int32(0), numbers[0].astype(jnp.int32) + 1, body, (buffer, point, state))[0]

    return jax.jit(record, donate_argnums=0)


@lru_cache(maxsize=256)
def _state_shapes(structure: _Structure) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return (name, shape) of what the optimizer lets be watched, in its own order."""
    optimizer = OPTIMIZERS[structure.optimizer.key]
    if not optimizer.observes:
        return ()
    part = _Structure(form=structure.form, optimizer=structure.optimizer, wrappers=())

    def watch(numbers: jax.Array) -> dict[str, jax.Array]:
        state = _transformation(part, numbers, numbers[0]).init(numbers[1:_HEAD])
        return optimizer.observe(state, numbers[1:_HEAD])

    size = _HEAD + structure.form.count + len(structure.optimizer.free)
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
            # placed on the CPU for good, so that a run goes there whatever else there is
            buffer = jax.device_put(np.zeros((ROWS, self.width)), _host())
            taken = buffer, rates, jax.dlpack.from_dlpack(rates, copy=False)
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
