"""Up to which learning rate each run is stable where it went: its own limit over the largest curvature there."""

from collections.abc import Sequence

import numpy as np

from experiments.critical.points import critical_points
from experiments.results.judged_runs import Result
from experiments.setup.experiment import Experiment
from experiments.simulation.stability import unit_limit


def stable_rates(experiment: Experiment, results: Sequence[Result]) -> tuple[float | None, ...]:
    """Return the largest stable learning rate of each run at the minimum that it reached, else at the nearest one.

    Gradient descent's is 2 / lambda_max there. None where no closed form holds for the optimizer, where there is no
    minimum, and where the minimum has no curvature (a kink, an edge, a flat one).
    """
    return tuple(_stable_rate(experiment, result) for result in results)


def _stable_rate(experiment: Experiment, result: Result) -> float | None:
    limit = unit_limit(experiment.runs[result.trajectory.run])
    curvature = None if limit is None else largest_curvature(experiment, result)
    return None if limit is None or curvature is None else limit / curvature


def largest_curvature(experiment: Experiment, result: Result) -> float | None:
    """Return the largest curvature at the minimum that a run reached, else at the nearest one; None where it has none.

    Of many weights, that where the run ended.
    """
    verdict, trajectory = result.verdict, result.trajectory
    if trajectory.weights is not None:
        largest = verdict.evidence.get("largest_curvature", 0.0)
        return largest if largest > 0 else None
    if verdict.outcome.is_lost:
        place = np.asarray(experiment.start)
    elif verdict.outcome.at_minimum and verdict.minimum is not None:
        place = np.asarray(verdict.minimum)
    else:
        place = trajectory.points[max(trajectory.last_finite, 0)]
    target = critical_points(experiment).nearest_minimum(place)
    if target is None or target.kink or target.boundary or not target.eigenvalues[1] > 0:
        return None
    return target.eigenvalues[1]
