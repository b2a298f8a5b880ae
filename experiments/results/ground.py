"""The ground that a picture of an experiment shows: its surface, or what a plane has of many weights."""

from functools import lru_cache

import numpy as np

from experiments.objective.heights import Surface, surface_at, surface_with
from experiments.objective.objective import Objective, objective_of, sliced_objective
from experiments.results.judged_runs import result_of
from experiments.setup.experiment import Experiment
from experiments.setup.weights import start_plane
from experiments.simulation.many_weights import plane_of_paths
from landscapes.data.projection import Plane


def shown_plane(experiment: Experiment) -> Plane | None:
    """Return the plane through many weights that the experiment shows; None where it has two."""
    if not experiment.has_many_weights:
        return None
    if experiment.plane != "path":
        return start_plane(experiment)
    return _plane_of_paths(experiment.replace(view=None, scale=""))


@lru_cache(maxsize=64)
def _plane_of_paths(experiment: Experiment) -> Plane:
    runs = [result_of(experiment, place).trajectory for place in range(len(experiment.runs))]
    return plane_of_paths(experiment, runs)


def ground_objective(experiment: Experiment, plane: Plane | None = None) -> Objective:
    """Return what the experiment's picture shows the heights of. plane: in place of the one that it shows."""
    seen = plane or shown_plane(experiment)
    return objective_of(experiment) if seen is None else sliced_objective(experiment, seen)


def ground_of(experiment: Experiment) -> Surface:
    """Return the heights that the experiment's picture shows, cached."""
    return surface_at(ground_objective(experiment), experiment.window)


def ground_with(experiment: Experiment, plane: Plane | None, cells: int) -> Surface:
    """Return the heights that the experiment's picture shows, so many cells a side, on a plane in place of its own."""
    return surface_with(ground_objective(experiment, plane), experiment.window, cells)


def ground_below(experiment: Experiment, plane: Plane, points: np.ndarray) -> np.ndarray:
    """Return how high the plane's ground is at points (T, 2) of it, (T,): a run of many weights stands elsewhere."""
    found = np.full(len(points), np.nan)
    finite = np.isfinite(points).all(axis=1)
    found[finite] = sliced_objective(experiment, plane).values(points[finite])
    return found
