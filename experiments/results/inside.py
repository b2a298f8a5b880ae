"""What a run's optimizer carried at every step, and its update as lines with the numbers of every step."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from experiments.results.judged_runs import results_of
from experiments.setup.alone import alone_at
from experiments.setup.experiment import Experiment
from experiments.setup.run import Run
from experiments.simulation.simulate import states_at_start
from experiments.simulation.trajectory import Trajectory
from optimizers import OPTIMIZERS, WRAPPERS
from optimizers.shared.worked import Line, evaluate, parsed

_KEPT = 24  # a run of 20,000 steps of Adam takes about 3 MB


@dataclass(frozen=True, kw_only=True, eq=False)
class State:
    """What is carried from step to step: rows (T+1, ...), the first before any step; kind as in Inside.observes.

    of_next: the row after an update belongs to the iterate after it, not to the one that was updated. way: a point
    whose way is worth drawing. own: of the optimizer, not of what is around it. passing: made anew at every step.
    """

    name: str
    kind: str
    rows: np.ndarray
    of_next: bool = False
    passing: bool = False
    way: bool = False
    own: bool = True

    @cached_property
    def before(self) -> np.ndarray:
        """What was carried into every step, (T, ...); numbers as (T, 1)."""
        return _column(self.rows[:-1])

    @cached_property
    def after(self) -> np.ndarray:
        """What was carried out of every step, (T, ...); numbers as (T, 1)."""
        return _column(self.rows[1:])


@dataclass(frozen=True, kw_only=True, eq=False)
class Worked:
    """One line of a run's update, for all its steps.

    scope: "" for the optimizer, else the key of the wrapper that it belongs to. inputs: {name in the line: its value at
    that place of the step}, a number or an array (T, ...). made: what the arithmetic comes to, None where words say it.
    recorded: the same as the run recorded it, None for what is only made on the way. holds: (T,), the steps in which
    the line applies.
    """

    line: Line
    scope: str
    inputs: Mapping[str, Any]
    made: np.ndarray | None
    recorded: np.ndarray | None
    holds: np.ndarray

    @property
    def result(self) -> np.ndarray:
        """What is shown: what was recorded where it was, else what the arithmetic comes to."""
        shown = self.made if self.recorded is None else self.recorded
        assert shown is not None
        return shown


@dataclass(frozen=True, kw_only=True, eq=False)
class Workings:
    """All steps of one run from inside.

    point: the iterate, as a state. gradients: (T, 2), as the optimizer was given them. rates: (T, 1). lines: the update
    worked out, empty where the optimizer has no lines at these settings. arrow: (T, 2), how far what is carried into
    the step would move the point by itself, None where that cannot be said. spread: (T, 2) or (T, 1), the reach along
    each axis, or None.
    """

    trajectory: Trajectory
    states: tuple[State, ...]
    point: State
    gradients: np.ndarray
    rates: np.ndarray
    lines: tuple[Worked, ...]
    arrow: np.ndarray | None
    spread: np.ndarray | None


def states_of(experiment: Experiment, place: int) -> tuple[State, ...]:
    """Return all that the run at this place lets be watched, the optimizer's first, its wrappers' after."""
    return _states(alone_at(experiment, place))


def inside_of(experiment: Experiment, place: int) -> Workings:
    """Return the run at this place from inside."""
    return _inside(alone_at(experiment, place))


@lru_cache(maxsize=_KEPT)
def _states(experiment: Experiment) -> tuple[State, ...]:
    (run,), (result,) = experiment.runs, results_of(experiment)
    first, later = states_at_start(experiment, 0), result.trajectory.states
    units = [("", OPTIMIZERS[run.optimizer].inside)]
    units += [(f"{w.key}.", WRAPPERS[w.key].inside) for w in run.wrappers]
    return tuple(
        State(
            name=prefix + name,
            kind=kind,
            rows=np.concatenate([first[prefix + name][None], later[prefix + name]]),
            of_next=name in unit.of_next,
            passing=name in unit.passing,
            way=name in unit.ways,
            own=not prefix,
        )
        for prefix, unit in units
        for name, kind in unit.observes.items()
        if prefix + name in later
    )


@lru_cache(maxsize=_KEPT)
def _inside(experiment: Experiment) -> Workings:
    (run,), (result,) = experiment.runs, results_of(experiment)
    trajectory, states, shown = result.trajectory, _states(experiment), OPTIMIZERS[run.optimizer].inside
    desk = _Desk(trajectory, states)
    with np.errstate(all="ignore"):
        arrow = desk.worth(shown.arrow, run.parameters) if shown.arrow else None
        lines = _lines(run, desk)
    spread = [line.result for line in lines if line.line.target == shown.spread and not line.scope]
    spread += [state.after for state in states if state.own and state.name == shown.spread]
    return Workings(
        trajectory=trajectory,
        states=states,
        point=desk.point,
        gradients=trajectory.applied_gradients,
        rates=desk.rates,
        lines=lines,
        arrow=arrow,
        spread=spread[-1] if spread else None,
    )


def _lines(run: Run, desk: "_Desk") -> tuple[Worked, ...]:
    """Return the lines that apply at some step, in the order in which they are worked out."""
    if not desk.steps:  # it stopped where it began
        return ()
    around = [(w.key, WRAPPERS[w.key].inside, w.parameters) for w in run.wrappers]
    before = [(key, text, given) for key, shown, given in reversed(around) for text in shown.before]
    after = [(key, text, given) for key, shown, given in around for text in shown.worked]
    given_gradient = [desk.write(*line) for line in before]
    desk.remember_gradient()
    shown = OPTIMIZERS[run.optimizer].inside
    given = {**run.parameters, **shown.constants(**run.parameters)}
    own = [desk.write("", text, given) for text in shown.worked]
    if not any(own):
        return ()
    found = [*given_gradient, *own, *(desk.write(*line) for line in after)]
    return _with_arrival([line for line in found if line is not None], desk.point)


def _with_arrival(lines: list[Worked], point: State) -> tuple[Worked, ...]:
    """Return the lines; those after which nothing moves the point any more have the point that was recorded."""
    moved_later, found = np.zeros(len(point.after), dtype=bool), []
    for line in reversed(lines):
        if line.line.target == "w":
            arrives = not (line.holds & moved_later).any()
            moved_later |= line.holds
            found.append(replace(line, recorded=point.after) if arrives else line)
        else:
            found.append(line)
    return tuple(found[::-1])


class _UnmadeError(Exception):
    """A line needs what was worked out at no step, and so applies at none itself."""


class _Desk:
    """What every name means while the lines of a step are worked through, for all steps at once."""

    def __init__(self, trajectory: Trajectory, states: tuple[State, ...]) -> None:
        self.trajectory = trajectory
        self.steps = trajectory.steps
        self.point = State(name="w", kind="point", rows=trajectory.points)
        self.rates = trajectory.learning_rates[:, None]
        self.after = {state.name: state.after for state in states}
        self.now: dict[str, Any] = {state.name: state.before for state in states} | {
            "g": trajectory.applied_gradients,
            "eta": self.rates,
            "n": np.arange(1.0, self.steps + 1)[:, None],
            "w": self.point.before,
            "before(w)": self.point.before,
            "w_before": np.concatenate([trajectory.points[:1], trajectory.points[: self.steps - 1]]),
            "w_start": trajectory.points[:1],
            "I": np.eye(2)[None],
        }
        self.now |= {f"after({name})": rows for name, rows in self.after.items()}
        self.unmade: set[str] = set()  # by lines that apply at no step

    def remember_gradient(self) -> None:
        """Keep the gradient of the step before as the optimizer saw it."""
        gradients = self._filled(self.now["g"])
        self.now["g_before"] = np.concatenate([gradients[:1], gradients[:-1]])

    def worth(self, text: str, given: Mapping[str, Any]) -> np.ndarray:
        """Return what an expression over the states before the update comes to."""
        known = {**self.now, **given}
        return np.asarray(evaluate(ast.parse(text, mode="eval").body, known.__getitem__))

    def write(self, scope: str, text: str, given: Mapping[str, Any]) -> Worked | None:
        """Work out one line; None where it applies at no step."""
        line = parsed(text)
        inputs: dict[str, Any] = {}

        def value_of(name: str) -> Any:
            own = f"{scope}.{name}" if scope else name
            for known, key in ((self.now if own in self.after else {}, own), (given, name), (self.now, name)):
                if key in known:
                    inputs[name] = known[key]
                    return known[key]
            if name in self.unmade:
                raise _UnmadeError
            raise ValueError(f"worked: {name!r} in {text!r} is not known")

        def asked(name: str) -> Any:
            """Return a name's value for a condition: of what was worked out at no step, no number."""
            return np.full((self.steps, 1), np.nan) if name in self.unmade - self.now.keys() else value_of(name)

        holds = np.ones(self.steps, dtype=bool)
        if line.condition is not None:
            holds = self._filled(evaluate(line.condition, asked))[:, 0] > 0
            inputs.clear()
        try:
            if not holds.any():
                raise _UnmadeError
            made = None if line.expression is None else self._filled(evaluate(line.expression, value_of))
        except _UnmadeError:
            self.unmade.add(line.target)
            return None
        scoped = f"{scope}.{line.target}"
        target = scoped if scoped in self.after else line.target
        worked = Worked(line=line, scope=scope, inputs=inputs, made=made, recorded=self.after.get(target), holds=holds)
        self.now[target] = self._where(holds, worked.result, self.now.get(target))
        return worked

    def _where(self, holds: np.ndarray, result: np.ndarray, earlier: Any) -> np.ndarray:
        if earlier is None or holds.all():
            return result
        return np.where(holds.reshape(-1, *(1,) * (result.ndim - 1)), result, self._filled(earlier))

    def _filled(self, value: Any) -> np.ndarray:
        """Return a value with one row a step."""
        array = np.asarray(value, dtype=np.float64)
        return np.broadcast_to(array if array.ndim else array[None, None], (self.steps, *(array.shape[1:] or (1,))))


def _column(rows: np.ndarray) -> np.ndarray:
    """Return numbers (T,) as (T, 1), all else as it is."""
    return rows[:, None] if rows.ndim == 1 else rows
