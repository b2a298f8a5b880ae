"""Where a run's criteria hold, and early stopping: a run is cut at the step where the chosen one first holds."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from experiments.critical.points import CriticalPoints, critical_points_at
from experiments.objective.frame import frame_of
from experiments.setup import criteria
from experiments.setup.experiment import Experiment, landscape_of
from experiments.simulation import quantities
from experiments.simulation.trajectory import Trajectory


def known_points(experiment: Experiment) -> CriticalPoints:
    """Return the critical points that are known on the surface, whatever part of it the picture shows."""
    landscape = landscape_of(experiment)
    return critical_points_at(experiment, frame_of(experiment, landscape).box(landscape.view))


def known_lowest(experiment: Experiment) -> float | None:
    """Return the lowest value that is known on the surface, whatever part of it the picture shows, or None."""
    return known_points(experiment).lowest


def stops_at(experiment: Experiment, trajectory: Trajectory) -> int | None:
    """Return the step at which the experiment stops this run, None where it makes all its steps."""
    key = experiment.stop_at
    if key == criteria.NEVER:
        return None
    known = known_points(experiment) if key in ("distance", "threshold") else None
    distances = (
        known.distances(trajectory.points) if known and key == "distance" else np.full(len(trajectory.points), np.nan)
    )
    lowest = known.lowest if known else None
    return quantities.first_step(key, quantities.quantities_of(trajectory, distances, lowest), experiment.criteria)


def criteria_steps(experiment: Experiment, trajectory: Trajectory) -> dict[str, int | None]:
    """Return, for each criterion, the first step of the run at which it holds, or None."""
    known = known_points(experiment)
    measured = quantities.quantities_of(trajectory, known.distances(trajectory.points), known.lowest)
    return quantities.first_steps(measured, experiment.criteria)


def cut(trajectory: Trajectory, steps: int) -> Trajectory:
    """Return the first steps of a run: of every array as many rows as it has steps, and one more of the iterates'."""
    held = {field.name: getattr(trajectory, field.name) for field in fields(trajectory)}
    shorter: dict[str, Any] = {
        name: array[: steps + len(array) - trajectory.steps]
        for name, array in held.items()
        if isinstance(array, np.ndarray)
    }
    if trajectory.measured is not None:
        shorter["measured"] = trajectory.measured.until(steps)
    return replace(trajectory, states={key: array[:steps] for key, array in trajectory.states.items()}, **shorter)
