"""The run that asks for advice, with what the causes read of it, each thing measured once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from experiments.advice.improvement import Ending
from experiments.advice.trials import Trials
from experiments.critical.defaults import default_learning_rate
from experiments.critical.point import CriticalPoint
from experiments.objective.derivatives import eigenvalues
from experiments.setup.experiment import Experiment
from experiments.setup.run import Run
from experiments.simulation.stability import unit_limit
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.case import Case
from experiments.verdict.outcome import Verdict
from optimizers import OPTIMIZERS, Optimizer

_SEEN = 64  # points of a path at which curvature is measured
_LONG = 0.25  # of the view's diagonal: a step longer than that throws the run
_SAME = 1e-9  # relative: rates that near are one
_OFTEN = 0.2  # of the steps


@dataclass(frozen=True, eq=False)
class Excess:
    """A learning rate above the optimizer's stability limit: where, at which step (None: at a minimum)."""

    rate: float
    limit: float
    curvature: float
    point: tuple[float, float]
    step: int | None


@dataclass(frozen=True, eq=False)
class Problem:
    """A run that ended, and the trials of what would have been better. Its experiment has that run only."""

    before: Ending
    trials: Trials

    @property
    def experiment(self) -> Experiment:
        """The experiment, with this run only."""
        return self.before.experiment

    @property
    def run(self) -> Run:
        """The run's settings."""
        return self.experiment.runs[0]

    @property
    def optimizer(self) -> Optimizer:
        """Its optimizer."""
        return OPTIMIZERS[self.run.optimizer]

    @property
    def trajectory(self) -> Trajectory:
        """Its steps."""
        return self.before.trajectory

    @property
    def verdict(self) -> Verdict:
        """What became of it."""
        return self.before.verdict

    @cached_property
    def judged(self) -> Case:
        """The run as it was judged, with all that is measured of it."""
        return Case(self.experiment, self.trajectory)

    @cached_property
    def turn(self) -> int:
        """The step with the lowest loss, before it was lost if it was."""
        trajectory, step = self.trajectory, self.verdict.step
        if not self.verdict.outcome.is_lost or not step:
            return trajectory.best_step
        losses = trajectory.losses[:step]
        return int(np.argmin(np.where(np.isfinite(losses), losses, np.inf)))

    @property
    def stand(self) -> np.ndarray:
        """Where it ended, or, if that is nowhere, where its loss was lowest, (2,)."""
        found: np.ndarray = self.trajectory.points[self.turn if self.verdict.outcome.is_lost else -1]
        return found

    @cached_property
    def nearest(self) -> CriticalPoint | None:
        """The minimum that is nearest to where it stands."""
        return self.judged.critical.nearest_minimum(self.stand)

    @cached_property
    def distance(self) -> float | None:
        """How far away that minimum is."""
        return None if self.nearest is None else float(np.hypot(*(self.stand - self.nearest.point)))

    @cached_property
    def fallback_rate(self) -> float:
        """The learning rate that a fresh choice of this optimizer gets here."""
        return default_learning_rate(self.experiment, self.run.optimizer)

    @cached_property
    def last_rate(self) -> float:
        """The learning rate of the last step that was made with numbers."""
        trajectory = self.trajectory
        return float(trajectory.learning_rates[max(0, min(trajectory.last_finite, trajectory.steps - 1))])

    @cached_property
    def step_size(self) -> float:
        """The usual length of the last steps that had one: their median over a tenth of the run."""
        trajectory = self.trajectory
        end = max(1, min(trajectory.last_finite, trajectory.steps))
        updates = trajectory.updates[max(0, end - max(5, trajectory.steps // 10)) : end]
        with np.errstate(over="ignore"):
            lengths = np.hypot(*updates.T)
        lengths = lengths[np.isfinite(lengths)]
        return float(np.median(lengths)) if lengths.size else np.inf

    @cached_property
    def throw(self) -> float:
        """The length of the first step that was long beside the view; if none was, of the longest."""
        with np.errstate(over="ignore"):
            lengths = np.hypot(*self.trajectory.updates.T)
        lengths = lengths[np.isfinite(lengths)]
        long = lengths[lengths > _LONG * self.judged.size]
        return float(long[0] if long.size else np.max(lengths, initial=0.0))

    @property
    def is_thrown(self) -> bool:
        """Whether one step was long beside the view."""
        return self.throw > _LONG * self.judged.size

    @cached_property
    def overshoots(self) -> bool:
        """Whether many of its steps turned back on the one before."""
        updates = self.trajectory.updates[: max(0, self.trajectory.last_finite)]
        with np.errstate(over="ignore", invalid="ignore"):
            back = (updates[1:] * updates[:-1]).sum(axis=1) < 0
        return bool(back.size and back.mean() >= _OFTEN)

    @cached_property
    def slopes(self) -> np.ndarray:
        """The lengths of the gradients on the way as far as it was lowest, and one step on."""
        trajectory = self.trajectory
        slopes = np.hypot(*trajectory.gradients[: self.turn + 2].T)
        found: np.ndarray = slopes[np.isfinite(slopes)]
        return found

    def limit_for(self, curvature: float) -> float | None:
        """Return the rate at which the run's optimizer stops converging at this curvature, if that is known."""
        limit = unit_limit(self.run)
        if limit is None or not np.isfinite(limit) or not curvature > 0:
            return None
        return limit / curvature

    @cached_property
    def limit(self) -> float | None:
        """The stability limit at the nearest minimum, if it is known."""
        return None if self.nearest is None else self.limit_for(self.nearest.eigenvalues[1])

    @cached_property
    def excess(self) -> Excess | None:
        """Where the rate was above the limit: on the way where it was lost, else at the nearest minimum."""
        if self.verdict.outcome.is_lost:
            return self._excess_on_the_way()
        if self.nearest is None or self.limit is None:
            return None
        rate = self.last_rate
        if rate < self.limit * (1 - _SAME):
            return None
        return Excess(rate, self.limit, self.nearest.eigenvalues[1], self.nearest.point, None)

    def _excess_on_the_way(self) -> Excess | None:
        """Return the first step from the lowest loss on at which the rate was above the limit for the curvature."""
        trajectory = self.trajectory
        last = min(trajectory.last_finite, trajectory.steps - 1, self.verdict.step or trajectory.steps)
        steps = np.arange(self.turn, max(self.turn, last) + 1)[:_SEEN]
        if self.optimizer.stability_limit is None or trajectory.last_finite < 0 or not trajectory.steps:
            return None
        objective = self.judged.objective
        with np.errstate(over="ignore", invalid="ignore"):
            _, large = eigenvalues(objective.derivatives(trajectory.points[steps])[2])
        for step, curvature in zip(steps.tolist(), large.tolist(), strict=True):
            limit, rate = self.limit_for(curvature), float(trajectory.learning_rates[min(step, trajectory.steps - 1)])
            if limit is not None and rate >= limit * (1 - _SAME):
                x, y = trajectory.points[step].tolist()
                return Excess(rate, limit, curvature, (x, y), step)
        return None
