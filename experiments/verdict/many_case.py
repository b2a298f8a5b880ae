"""A run of a model with many weights with all that is measured of it to judge it, each thing once.

Lengths are measured over all weights and beside how far the run went; what a plane shows of it plays no part.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from experiments.objective.many_objective import ManyObjective, many_objective_of
from experiments.setup import criteria
from experiments.setup.experiment import Experiment
from experiments.setup.weights import learner_of, solution
from experiments.simulation.quantities import patience_of
from experiments.simulation.stopping import stops_at
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.outcome import Outcome, Verdict
from landscapes.data.learner import Learner
from landscapes.data.solutions import Solution
from numerals import count, number

NEAR = 1e-3  # of how far the run went, or has to go: within it a place is reached
_WEIGHTS = 1.0  # about as large the weights of a network are: what happens over less of them is none
WINDOW = 20  # steps over which rest is judged, at least


@dataclass(frozen=True, eq=False)
class ManyCase:
    """A run with all that is measured of it, each thing once."""

    experiment: Experiment
    trajectory: Trajectory

    @cached_property
    def learner(self) -> Learner:
        """The model."""
        learner = learner_of(self.experiment.landscape)
        assert learner is not None
        return learner

    @cached_property
    def objective(self) -> ManyObjective:
        """What the run is judged on."""
        return many_objective_of(self.experiment)

    @cached_property
    def solution(self) -> Solution | None:
        """The least loss, where the model is convex and it is known."""
        return solution(self.experiment)

    @property
    def weights(self) -> np.ndarray:
        """The weights at every step, (T+1, n)."""
        found = self.trajectory.weights
        assert found is not None
        return found

    @cached_property
    def end(self) -> np.ndarray:
        """The last weights, (n,)."""
        found: np.ndarray = self.weights[-1]
        return found

    @cached_property
    def size(self) -> float:
        """How far the run went from its start at most, or how far its start is from the least loss if that is more."""
        start = self.weights[0]
        finite = self.weights[: max(self.trajectory.last_finite, 0) + 1]
        far = float(np.linalg.norm(finite - start, axis=1).max())
        if self.solution is not None and self.solution.weights is not None:
            far = max(far, float(np.linalg.norm(self.away(start[None])[0])))
        return far or 1.0 if self.learner.convex else max(far, _WEIGHTS)

    @property
    def tolerance(self) -> float:
        """The distance within which a place is reached."""
        return NEAR * self.size

    def away(self, places: np.ndarray) -> np.ndarray:
        """Return how far places (m, n) are from the least loss, as vectors (m, n): only what the loss depends on."""
        found = self.solution
        assert found is not None and found.weights is not None
        apart: np.ndarray = places - found.weights
        left: np.ndarray = apart - (apart @ found.free) @ found.free.T
        return left

    @cached_property
    def window(self) -> int:
        """How many of the last steps tell whether the run has come to rest."""
        return min(self.trajectory.steps, max(WINDOW, self.trajectory.steps // 10))

    @cached_property
    def reach(self) -> float:
        """How far the last weights lie from the end, at most."""
        tail = self.weights[-(self.window + 1) :]
        return float(np.linalg.norm(tail - self.end, axis=1).max())

    @cached_property
    def stopped(self) -> bool:
        """Whether the run ended because its criterion held."""
        return stops_at(self.experiment, self.trajectory) == self.trajectory.steps

    @property
    def rests(self) -> bool:
        """Whether the run stays where it ended: it moved no more, or it was stopped there."""
        return self.stopped or self.reach <= self.tolerance

    @cached_property
    def local(self) -> tuple[float, np.ndarray, np.ndarray]:
        """Value, gradient (n,) and Hessian (n, n) at the end."""
        return self.objective.derivatives(self.end)

    @cached_property
    def curvatures(self) -> tuple[np.ndarray, np.ndarray]:
        """The eigenvalues of the Hessian at the end, (n,), the smallest first, and their axes (n, n) in columns."""
        hessian = self.local[2]
        if not np.isfinite(hessian).all():
            return np.full(len(hessian), np.nan), np.eye(len(hessian))
        values, axes = np.linalg.eigh(hessian)
        return values, axes

    @cached_property
    def returned(self) -> int:
        """The step of the iterate that the run returns: its last, or where it was stopped the best one."""
        if not self.stopped:
            return self.trajectory.steps
        if self.experiment.stop_at == "heldout":
            values = self.experiment.criteria
            found = patience_of(self.trajectory.heldout, values["heldout_patience"], values["heldout_min_delta"])
            return self.trajectory.steps if found is None else found[1]
        return self.trajectory.best_step

    def numbers(self) -> dict[str, float]:
        """The evidence that every verdict has."""
        trajectory = self.trajectory
        last = max(trajectory.last_finite, 0)
        found = {
            "final_loss": trajectory.final_loss,
            "best_loss": float(trajectory.losses[trajectory.best_step]),
            "best_step": float(trajectory.best_step),
            "gradient_norm": float(trajectory.gradient_norms[last]),
            "weights_norm": float(np.linalg.norm(self.weights[last])),
            "zeros": float((self.weights[last] == 0).sum()),
        }
        if trajectory.steps:
            found["last_step_size"] = float(trajectory.step_sizes[min(last, trajectory.steps - 1)])
        if trajectory.last_finite == trajectory.steps:
            found["smallest_curvature"], found["largest_curvature"] = (float(self.curvatures[0][i]) for i in (0, -1))
        if self.stopped:
            found["stopped_at"], found["returned_step"] = float(trajectory.steps), float(self.returned)
            found |= {"stopped_unseen": 1.0} if self.experiment.stop_at == "heldout" else {}
        return found

    def verdict(self, outcome: Outcome, detail: str = "", **fields: Any) -> Verdict:
        """Return a verdict with its own evidence and that which every verdict has."""
        if self.stopped:
            detail = f"{detail} {self._why_it_stopped()}".strip()
        evidence = self.numbers() | {k: float(v) for k, v in fields.pop("evidence", {}).items()}
        return Verdict(outcome=outcome, evidence=evidence, detail=detail, **fields)

    def _why_it_stopped(self) -> str:
        lowest = None if self.solution is None or self.solution.weights is None else self.solution.lowest
        kind = criteria.kinds(lowest, heldout=True)[self.experiment.stop_at]
        why = f"{kind.claim} ({criteria.statement(kind, self.experiment.criteria)})"
        step, trajectory = self.returned, self.trajectory
        what, losses = "loss", trajectory.losses
        if self.experiment.stop_at == "heldout" and trajectory.heldout is not None:
            what, losses = "held-out loss", trajectory.heldout
        best = f"{what} {number(float(losses[step]))} at step {count(step)}"
        return f"Stopped early at step {count(trajectory.steps)}: {why}. Returned is the best iterate: {best}."
