"""Everything measured of one run, computed once: its trajectory, its verdict and the curves over the steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np

from experiments.advice.judge import judge
from experiments.critical.points import CriticalPoints, critical_points
from experiments.objective.objective import objective_of
from experiments.results.curves import CURVES
from experiments.setup.alone import alone_at
from experiments.setup.experiment import Experiment
from experiments.setup.failures import sentence, standing
from experiments.simulation.many_weights import on_shown_plane
from experiments.simulation.quantities import Quantities, first_steps, while_finite
from experiments.simulation.simulate import simulate, simulate_all, simulate_run
from experiments.simulation.stopping import known_lowest, known_points
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.outcome import Outcome, Verdict
from landscapes.data.projection import Plane

_KEPT = 64  # a run of 20,000 steps takes about 2 MB
_NOTHING = CriticalPoints(points=(), lowest=None, verified=False, complete=False)


@dataclass(frozen=True, eq=False)
class Simulated:
    """A run's trajectory, with what most of its curves are measured against.

    lowest: the lowest value that is known. experiment: the one that the run descended, whole or with this run alone;
    for what is computed only when somebody asks.
    """

    experiment: Experiment
    trajectory: Trajectory
    lowest: float | None

    def curve(self, key: str) -> np.ndarray:
        """Return a curve by its key in CURVES; what comes after the last finite iterate is no number."""
        return self.trajectory.until_it_broke(CURVES[key].of(self))

    @cached_property
    @np.errstate(all="ignore")
    def gap(self) -> np.ndarray:
        """The loss above the lowest known minimum, (T+1,); NaN where it is not above it or none is known."""
        if self.lowest is None:
            return np.full(len(self.trajectory.losses), np.nan)
        above = self.trajectory.losses - self.lowest
        return np.where(above > 0, above, np.nan)

    @cached_property
    @np.errstate(all="ignore")
    def gradient_norms(self) -> np.ndarray:
        """The noise-free gradient's norm, (T+1,)."""
        return self.trajectory.gradient_norms

    @cached_property
    @np.errstate(all="ignore")
    def step_sizes(self) -> np.ndarray:
        """The length of each update, (T,)."""
        return self.trajectory.step_sizes

    @cached_property
    def sharpness(self) -> np.ndarray:
        """The Hessian's larger eigenvalue at each point, (T+1,), of the objective as drawn; NaN where not finite."""
        objective = objective_of(self.experiment)
        return np.where(np.isfinite(self.trajectory.losses), objective.sharpness(self.trajectory.points), np.nan)


@dataclass(frozen=True, eq=False)
class Result(Simulated):
    """A run's trajectory and verdict, with what all of its curves are measured against.

    critical: the critical points in view. known: those that are known whatever part of the surface the picture shows,
    for the criteria.
    """

    verdict: Verdict
    critical: CriticalPoints
    known: CriticalPoints

    @cached_property
    def distances(self) -> np.ndarray:
        """The distance to the nearest known minimum, (T+1,); NaN where there is none or the point is not finite.

        Known are those in view, and the one at which the run ended, wherever that is.
        """
        found, points = self.critical.distances(self.trajectory.points), self.trajectory.points
        at_rest = self.verdict.outcome.at_minimum
        if self.verdict.minimum is None or not at_rest or not self.critical.has_minima:
            return found
        own = np.hypot(*(points - self.verdict.minimum).T)
        in_view = all(
            low <= c <= high for c, (low, high) in zip(self.verdict.minimum, self.experiment.window, strict=True)
        )
        return found if in_view else np.where(np.isnan(found), found, np.minimum(found, own))

    @cached_property
    def quantities(self) -> Quantities:
        """What the criteria look at."""
        seen = self.known is self.critical or self.trajectory.weights is not None
        return while_finite(
            self.trajectory,
            self.lowest,
            steps=self.step_sizes,
            gradients=self.gradient_norms,
            distances=self.distances if seen else self.known.distances(self.trajectory.points),
        )

    def criteria_steps(self, values: Mapping[str, Any]) -> dict[str, int | None]:
        """Return, for each criterion, the first step at which it holds while the run lasts, or None.

        values: an experiment's criteria.
        """
        return dict(_criteria_steps(self, values))


@lru_cache(maxsize=_KEPT)
def _criteria_steps(result: Result, values: Mapping[str, Any]) -> dict[str, int | None]:
    return first_steps(result.quantities, values)


def results_of(experiment: Experiment) -> tuple[Result, ...]:
    """Return the result of every run, in order; the runs that did not change come from memory."""
    return _on_shown_plane(experiment, [result_of(experiment, place) for place in range(len(experiment.runs))])


def standing_results(experiment: Experiment) -> tuple[Result, ...]:
    """Return the result of every run, and where one failed what stands for it, so that the others can be shown."""
    found = [
        standing("A verdict", partial(result_of, experiment, place), partial(unjudged, experiment, place))
        for place in range(len(experiment.runs))
    ]
    return _on_shown_plane(experiment, found)


def _on_shown_plane(experiment: Experiment, results: Sequence[Result]) -> tuple[Result, ...]:
    """Return results as the plane that the experiment shows has their paths, where it is one of many weights."""
    if not experiment.has_many_weights or any(result.trajectory.weights is None for result in results):
        return tuple(results)
    runs = on_shown_plane(experiment, [result.trajectory for result in results])
    return tuple(replace(result, trajectory=run) for result, run in zip(results, runs, strict=True))


def results_with(
    experiment: Experiment, trajectories: Sequence[Trajectory], verdicts: Sequence[Verdict] | None = None
) -> tuple[Result, ...]:
    """Return the results of trajectories that were made before, judged here where no verdicts are given.

    Raises ValueError where there are not as many verdicts as trajectories, or a trajectory of a run that there is not.
    """
    made = [judge(experiment, path) for path in trajectories] if verdicts is None else list(verdicts)
    if len(made) != len(trajectories):
        raise ValueError(
            f"verdicts: {len(made)} are not allowed; give one for each of {len(trajectories)} trajectories"
        )
    for path in trajectories:
        if not 0 <= path.run < len(experiment.runs):
            raise ValueError(
                f"trajectories: one of run {path.run} is not allowed; there are {len(experiment.runs)} runs"
            )
    return tuple(
        Result(
            experiment=alone_at(experiment, path.run),
            trajectory=path,
            verdict=verdict,
            lowest=known_points(experiment).lowest,
            critical=critical_points(experiment),
            known=known_points(experiment),
        )
        for path, verdict in zip(trajectories, made, strict=True)
    )


def result_of(experiment: Experiment, place: int) -> Result:
    """Return the result of the run at this place; of many weights, its points are on the plane of its start."""
    return _result(alone_at(experiment, place), place)


def simulated(experiment: Experiment, searched: bool = True, plane: Plane | None = None) -> tuple[Simulated, ...]:
    """Return every run without a verdict, in order, for what is drawn while something moves: nothing is kept.

    searched: whether the lowest value is searched for where it is not known; without it there is no height above it.
    plane: of many weights, on which they are shown in place of the experiment's own.
    """
    lowest = known_lowest(experiment) if searched else None
    runs = simulate(experiment) if plane is None else [run.on(plane) for run in simulate_all(experiment)]
    return tuple([Simulated(experiment=experiment, trajectory=run, lowest=lowest) for run in runs])


def unjudged(experiment: Experiment, place: int) -> Result:
    """Return what stands for the run at this place where it could not be judged: its path, as far as there is one."""
    alone = alone_at(experiment, place)
    trajectory = standing("A run's path", lambda: simulate_run(alone, 0), lambda: _nowhere(alone))
    return Result(
        experiment=alone,
        trajectory=replace(trajectory, run=place),
        verdict=Verdict(
            outcome=Outcome.STILL_DESCENDING,
            evidence={"unjudged": 1.0},
            detail=sentence("What became of this run"),
        ),
        lowest=None,
        critical=_NOTHING,
        known=_NOTHING,
    )


def _nowhere(experiment: Experiment) -> Trajectory:
    """Return a path that is its start and no number afterwards."""
    steps = experiment.steps
    points = np.full((steps + 1, 2), np.nan)
    points[0] = experiment.start
    return Trajectory(
        run=0,
        points=points,
        losses=np.full(steps + 1, np.nan),
        gradients=np.full((steps + 1, 2), np.nan),
        updates=np.full((steps, 2), np.nan),
        learning_rates=np.full(steps, experiment.runs[0].learning_rate),
        states={},
        costs=np.zeros((steps, 3)),
    )


@lru_cache(maxsize=_KEPT)
@np.errstate(all="ignore")
def _result(experiment: Experiment, place: int) -> Result:
    """Return the result of an experiment with one run, as that of the run at this place."""
    trajectory = simulate_run(experiment, 0)
    return Result(
        experiment=experiment,
        trajectory=replace(trajectory, run=place),
        verdict=judge(experiment, trajectory),
        lowest=known_points(experiment).lowest,
        critical=critical_points(experiment),
        known=known_points(experiment),
    )
