"""A run with all that is measured of it to judge it, each thing once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from experiments.critical.points import CriticalPoints, critical_points_at
from experiments.critical.resolution import rounding
from experiments.objective.derivatives import eigenvalues, valley_steps
from experiments.objective.frame import Frame, frame_of
from experiments.objective.heights import Surface, surface_at
from experiments.objective.objective import Objective, objective_of
from experiments.setup import criteria, limits
from experiments.setup.allowed import Box
from experiments.setup.experiment import Experiment, landscape_of
from experiments.simulation.stopping import stops_at
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.continuation import continued
from experiments.verdict.outcome import Outcome, Verdict
from experiments.verdict.swing import Swing, last_points, lasting_swing, width
from numerals import count, number

NEAR = 1e-3  # of the diagonal of the landscape's own view: within it a point is reached
WINDOW = 20  # steps over which rest and oscillation are judged, at least
FLAT = 1e-3  # gradient x diagonal / height that could still be lost: below it there is next to no slope
LEVEL = 5e-2  # curvature x diagonal^2 / height that could still be lost: below it nor is there a hollow
_AS_GOOD = (Outcome.AT_BOUNDARY, Outcome.NOISE_FLOOR)  # as a minimum
ROUNDING = 1e-9  # of the view's diagonal: a shorter move is none
# How far a run is continued at first, in times its own steps and at least: little work, as every slider's move does it
_PLAIN, _SMOOTHED = (10, 3_000), (3, 0)  # a mean over many nodes takes long
BLOCKS = 4  # parts of a run's second half, to tell a lasting oscillation from one that dies down


@dataclass(frozen=True, eq=False)
class Case:
    """A run with all that is measured of it, each thing once."""

    experiment: Experiment
    trajectory: Trajectory

    @cached_property
    def objective(self) -> Objective:
        """What the run is judged on."""
        return objective_of(self.experiment)

    @cached_property
    def critical(self) -> CriticalPoints:
        """The critical points in the landscape's own view."""
        return critical_points_at(self.experiment, self.home)

    @cached_property
    def surface(self) -> Surface:
        """The heights in the landscape's own view."""
        return surface_at(self.objective, self.home)

    @cached_property
    def frame(self) -> Frame:
        """Where the landscape was turned and moved to."""
        return frame_of(self.experiment, landscape_of(self.experiment))

    @property
    def home(self) -> Box:
        """The landscape's own view, wherever it was turned and moved to."""
        found: Box = self.frame.box(landscape_of(self.experiment).view)
        return found

    @cached_property
    def size(self) -> float:
        """The diagonal of the landscape's own view."""
        (x0, x1), (y0, y1) = landscape_of(self.experiment).view
        return float(np.hypot(x1 - x0, y1 - y0))

    @cached_property
    def at_home(self) -> np.ndarray:
        """The points as they lie on the landscape before it was turned and moved, (T+1, 2)."""
        return self.frame.back(self.trajectory.points)

    @property
    def tolerance(self) -> float:
        """The distance within which a point is reached."""
        return NEAR * self.size

    @cached_property
    def domain(self) -> tuple[np.ndarray, np.ndarray]:
        """The domain's low and high corner, in the landscape's own coordinates."""
        (x0, x1), (y0, y1) = landscape_of(self.experiment).domain
        return np.array([x0, y0]), np.array([x1, y1])

    @cached_property
    def end(self) -> np.ndarray:
        """The last point, (2,)."""
        found: np.ndarray = self.trajectory.points[-1]
        return found

    @cached_property
    def window(self) -> int:
        """How many of the last steps tell whether the run has come to rest."""
        return min(self.trajectory.steps, max(WINDOW, self.trajectory.steps // 10))

    @cached_property
    def tail(self) -> np.ndarray:
        """The last points, (window + 1, 2)."""
        return self.trajectory.points[-(self.window + 1) :]

    @property
    def tail_losses(self) -> np.ndarray:
        """The losses at the last points, (window + 1,)."""
        return self.trajectory.losses[-(self.window + 1) :]

    @cached_property
    def reach(self) -> float:
        """How far the last points lie from the end, at most."""
        return float(np.max(np.hypot(*(self.tail - self.end).T)))

    @cached_property
    def stopped(self) -> bool:
        """Whether the run ended because its criterion held."""
        return stops_at(self.experiment, self.trajectory) == self.trajectory.steps

    @property
    def rests(self) -> bool:
        """Whether the run stays where it ended: it moved no more, or it was stopped there."""
        return self.stopped or self.reach <= self.tolerance

    @property
    def landed(self) -> bool:
        """Whether the last steps moved nothing, at a critical point: a jump onto it needs no more steps to tell."""
        last = self.tail[-3:]
        moved = float(np.hypot(*(last - self.end).T).max())
        if len(last) < 3 or not moved <= ROUNDING * self.size:
            return False
        flat = float(np.hypot(*self.local[0])) * self.size <= ROUNDING * self.surface.spread
        return flat and float(np.hypot(*(self.nearby[0] - self.end))) <= ROUNDING * self.size

    @cached_property
    def further(self) -> "Case | None":
        """The same run with some more steps, None where there are none."""
        return self._continued(further_steps(self.experiment, self.trajectory.steps))

    @cached_property
    def furthest(self) -> "Case | None":
        """The same run with as many steps as a run may have, None where it has them."""
        near = self.further
        if near is None or near.trajectory.steps >= limits.MAX_STEPS:
            return near
        return self._continued(limits.MAX_STEPS)

    def swing(self, least: float) -> Swing | None:
        """Return the swing that the run ends in; None where it has none, or one no wider than least."""
        return self._swing if self._last_width > least else None

    @cached_property
    def _last_width(self) -> float:
        return width(last_points(self.trajectory.points))

    @cached_property
    def _swing(self) -> Swing | None:
        return lasting_swing(self.trajectory.points)

    def _continued(self, steps: int) -> "Case | None":
        found = None if self.stopped else continued(self.experiment, self.trajectory, steps)
        return None if found is None else Case(*found)

    @property
    def steady(self) -> bool:
        """Whether every step followed the same rule: one learning rate, one surface, no noise, nothing around it."""
        run = self.experiment.runs[self.trajectory.run]
        plain = run.schedule == "constant" and not run.wrappers
        return plain and not self.experiment.is_noisy and not self.experiment.fades

    @cached_property
    def local(self) -> tuple[np.ndarray, np.ndarray]:
        """Gradient (2,) and Hessian (2, 2) at the end."""
        objective = self.objective
        _, gradient, hessian = objective.derivatives(self.end[None])
        return gradient[0], hessian[0]

    @cached_property
    def nearby(self) -> tuple[np.ndarray, ...]:
        """The point that Newton's steps lead to from the end, its value, gradient and Hessian."""
        objective = self.objective
        found = objective.newton(self.end[None], self.tolerance, 12)
        return found[0], *(array[0] for array in objective.derivatives(found))

    @cached_property
    def valley_floor(self) -> tuple[np.ndarray, ...]:
        """The same for the nearest point of a valley's floor, which Newton's steps miss where that is level."""
        objective = self.objective
        found = objective.newton(self.end[None], self.tolerance, 12, valley_steps)
        return found[0], *(array[0] for array in objective.derivatives(found))

    @property
    def on_a_level_floor(self) -> bool:
        """Whether the valley's floor is as high, but for rounding, where it leaves the tolerance on either side.

        A floor that falls by next to nothing, as a badly scaled surface's does, is no line of minima.
        """
        objective = self.objective
        at, value, _, hessian = self.valley_floor
        along = np.linalg.eigh(hessian)[1].T[np.argmin(np.abs(np.linalg.eigvalsh(hessian)))]
        ends = np.stack([at - self.tolerance * along, at + self.tolerance * along])
        floor = objective.newton(ends, self.tolerance, 12, valley_steps)
        there = ((floor - at) @ along) * [-1.0, 1.0]  # steps across something steeper may lead back
        if not (there >= 0.5 * self.tolerance).all():
            return False
        rises = np.abs(objective.derivatives(floor)[0] - value)
        beside = float(np.abs(np.linalg.eigvalsh(hessian)).max()) * self.tolerance**2  # what the valley's walls rise
        blur = rounding(objective, (float(at[0]), float(at[1])), float(value))
        return bool((rises <= 1e-20 * beside + 8 * blur).all())

    @cached_property
    def eigenvalues(self) -> tuple[float, float]:
        """Of the Hessian at the end, the smaller first."""
        small, large = eigenvalues(self.local[1])
        return float(small), float(large)

    def numbers(self) -> dict[str, float]:
        """The evidence that every verdict has."""
        trajectory = self.trajectory
        last = max(trajectory.last_finite, 0)
        found = {
            "final_loss": trajectory.final_loss,
            "best_loss": float(trajectory.losses[trajectory.best_step]),
            "best_step": float(trajectory.best_step),
            "gradient_norm": float(np.hypot(*trajectory.gradients[last])),
        }
        if trajectory.steps:
            with np.errstate(over="ignore"):
                found["last_step_size"] = float(np.hypot(*trajectory.updates[min(last, trajectory.steps - 1)]))
        if trajectory.last_finite == trajectory.steps:
            found["smallest_curvature"], found["largest_curvature"] = self.eigenvalues
        if self.stopped:
            found["stopped_at"] = float(trajectory.steps)
        return found

    def verdict(self, outcome: Outcome, detail: str = "", **fields: Any) -> Verdict:
        """Return a verdict with its own evidence and that which every verdict has."""
        if self.stopped:
            detail = f"{detail} {self._why_it_stopped(outcome)}".strip()
        evidence = self.numbers() | {k: float(v) for k, v in fields.pop("evidence", {}).items()}
        return Verdict(outcome=outcome, evidence=evidence, detail=detail, **fields)

    def _why_it_stopped(self, outcome: Outcome) -> str:
        trajectory, kind = self.trajectory, criteria.kinds(self.critical.lowest)[self.experiment.stop_at]
        but = "" if outcome.at_minimum or outcome in _AS_GOOD else ", but this is not a minimum"
        why = f"{kind.claim} ({criteria.statement(kind, self.experiment.criteria)})"
        best = f"loss {number(float(trajectory.losses[trajectory.best_step]))} at step {count(trajectory.best_step)}"
        return f"Stopped early at step {count(trajectory.steps)}: {why}{but}. Returned is the best iterate: {best}."


def further_steps(experiment: Experiment, steps: int) -> int:
    """Return how many steps a run that made so many is given to show what it does next, if it may have as many."""
    times, at_least = _SMOOTHED if experiment.smoothing else _PLAIN
    return max(times * steps, at_least)


def from_then_on(holds: np.ndarray) -> int:
    """Return the first index from which all holds."""
    broken = np.flatnonzero(~holds)
    return int(broken[-1]) + 1 if broken.size else 0
