"""What is drawn while something moves: every run's path and curves, without verdicts and what follows from them."""

from collections.abc import Mapping
from typing import Any

from experiments import Experiment, landscape_of
from experiments.results.curves import CURVES
from experiments.results.judged_runs import simulated
from experiments.setup.points import points_of
from experiments.setup.titles import titles_of
from experiments.setup.turns import UnpreparedError, at_once
from experiments.setup.weights import named_settings
from experiments.simulation.simulate import is_prepared
from figures.heights import heights_of
from figures.packets.asked import exactly
from figures.packets.binary import Arrays, packed
from figures.packets.data import told_rows
from figures.packets.ground import ground_parts, is_moved, plane_while_moving
from figures.packets.many_weights import MOVING, weight_arrays
from figures.packets.packet import curve_array, leaves, path_arrays

_CURVES = [key for key, curve in CURVES.items() if not curve.want and not curve.judged]


__all__ = ["UnpreparedError", "sketch"]


def _model(experiment: Experiment) -> Any:
    """Return what says how a model of many weights predicts; None where there are two."""
    return named_settings(experiment) if experiment.has_many_weights else None


@at_once()
def sketch(query: str, edits: Mapping[str, Any]) -> bytes:
    """Return the sketch of a link's experiment after some edits (experiments.edits), in binary.py's form.

    Each array is what the picture of the same experiment has under the same name, but for the drawn heights where the
    edits move the ground: that comes with it then, coarser (ground.py). Raises Refusal naming what is not allowed.
    """
    experiment = exactly(query, edits)
    if not is_prepared(experiment):
        raise UnpreparedError("This surface and these optimizers are still being prepared.")
    moved: dict[str, Any] = {}
    searched = True
    arrays: Arrays = []
    before = exactly(query, {})
    plane = plane_while_moving(before, experiment)
    if is_moved(before, experiment):
        moved["ground"], arrays, heights = ground_parts(experiment, heights_of(before).kind, plane)
        searched = landscape_of(experiment).complete  # else it would take longer than a hand waits
    else:
        heights = heights_of(before if plane is not None else experiment)
    landscape = landscape_of(experiment)
    if landscape.learns is not None and (
        points_of(before) != points_of(experiment) or _model(before) != _model(experiment)
    ):
        moved["data"] = told_rows(experiment, landscape, points_of(experiment))
    runs: list[dict[str, Any]] = []
    names = titles_of(experiment)
    for place, result in enumerate(simulated(experiment, searched, plane)):
        trajectory = result.trajectory
        frames, weights = weight_arrays(trajectory, place, MOVING)
        arrays += weights
        last = max(trajectory.last_finite, 0)
        arrays += path_arrays(result, place, heights)
        arrays += [(f"{key}{place}", curve_array(result, key)) for key in _CURVES if CURVES[key].has(trajectory)]
        runs.append(
            {
                "name": names[place],
                "last": last,
                "steps": trajectory.steps,
                "best": trajectory.best_step,
                "frames": frames,
                "leaves": leaves(experiment, trajectory.points[: last + 1]),
            }
        )
    header: dict[str, Any] = {
        "start": experiment.start,
        "steps": max((run["steps"] for run in runs), default=experiment.steps),
        "runs": runs,
        **moved,
    }
    return packed(header, arrays, named=False)
