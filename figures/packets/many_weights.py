"""What the stage is told of models with many weights: the weights at some steps, the plane, what was not seen."""

from typing import Any

import numpy as np

from experiments import Experiment, landscape_of
from experiments.results.ground import ground_below, shown_plane
from experiments.results.judged_runs import Simulated
from experiments.setup.weights import learner_of
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.fit import FitKind
from figures.heights import Heights
from figures.packets.binary import Arrays
from landscapes.data.learner import Learner
from landscapes.data.projection import Plane
from numerals import count, number

FRAMES, MOVING = 400, 60  # steps at which weights are sent: of a picture, and while something moves
_MOST_GROUND = 4_001  # points below which the ground is told
FITS = {
    FitKind.FITS: ("Fits", "good"),
    FitKind.TOO_SIMPLE: ("Too simple", "fair"),
    FitKind.OVERFITS: ("Overfits", "bad"),
    FitKind.STILL_IMPROVING: ("Still improving", "open"),
}


def model_parts(learner: Learner, values: Any) -> dict[str, Any]:
    """Return how a model with many weights predicts, as ui/stage/data knows it."""
    return {
        "count": learner.count(values),
        "kind": learner.kind,
        "degree": values.get("degree", 0),
        "basis": values.get("basis", ""),
        "hidden": int(values.get("hidden", 0)),
        "activation": values.get("activation", ""),
        "classes": learner.classes,
        "inputs": learner.inputs,
    }


def frames_of(trajectory: Trajectory, most: int = FRAMES) -> np.ndarray:
    """Return the steps at which a run's weights are sent: evenly, the first and the last finite one among them."""
    last = max(trajectory.last_finite, 0)
    return np.unique(np.linspace(0, last, min(most, last + 1)).round().astype(np.int64))


def weight_arrays(trajectory: Trajectory, place: int, most: int = FRAMES) -> tuple[list[int] | None, Arrays]:
    """Return the steps at which a run's weights are sent, and these, row by row; nothing for two weights."""
    if trajectory.weights is None:
        return None, []
    steps = frames_of(trajectory, most)
    return steps.tolist(), [(f"all_weights{place}", trajectory.weights[steps].ravel())]


def ground_arrays(experiment: Experiment, result: Simulated, place: int, heights: Heights, plane: Plane) -> Arrays:
    """Return how high the plane's ground is drawn under each point of a run, (T+1,), NaN where nobody asks."""
    points = result.trajectory.points
    found = np.full(len(points), np.nan)
    found[:_MOST_GROUND] = ground_below(experiment, plane, points[:_MOST_GROUND])
    return [(f"under{place}", heights.of(found))]


def plane_parts(experiment: Experiment, runs: list[Trajectory]) -> dict[str, Any] | None:
    """Return what the plane is that the map shows, and what it leaves out; None for two weights."""
    plane = shown_plane(experiment)
    if plane is None:
        return None
    shares = [
        None if run.weights is None else plane.share(_padded(run.weights[: run.last_finite + 1], plane)) for run in runs
    ]
    return {
        "kind": plane.kind,
        "names": list(plane.names),
        "count": learner_count(experiment),
        "shares": [None if share is None or not np.isfinite(share) else share for share in shares],
        "told": _told(experiment, plane, runs, shares),
    }


def learner_count(experiment: Experiment) -> int:
    """Return how many weights the experiment's model has."""
    learner = learner_of(experiment.landscape)
    return 2 if learner is None else learner.count(experiment.landscape_parameters)


def _padded(weights: np.ndarray, plane: Plane) -> np.ndarray:
    return np.pad(weights, ((0, 0), (0, plane.size - weights.shape[1])))


def _told(experiment: Experiment, plane: Plane, runs: list[Trajectory], shares: list[float | None]) -> str:
    """Return in sentences what the plane shows, how much of the movement, and how far off the picture's heights are."""
    weights = learner_count(experiment)
    what = {
        "weights": f"The map shows 2 of {count(weights)} weights, the others as they are at the start.",
        "random": f"The map is a plane of two random directions through the start, in {count(weights)} weights.",
        "path": f"The map is the plane along which the runs moved most, in {count(weights)} weights. Two such "
        "directions of a random walk in 500 weights hold 76 % of it by themselves.",
    }[plane.kind]
    known = [share for share in shares if share is not None and np.isfinite(share)]
    parts = [what]
    if known and weights > 2:
        held = f"{number(100 * min(known), 3)} %"
        held = held if max(known) - min(known) < 5e-3 else f"{held} to {number(100 * max(known), 3)} %"
        parts.append(f"It holds {held} of how far they moved.")
    if runs and runs[0].weights is not None and runs[0].last_finite >= 0:
        step = runs[0].last_finite
        seen = float(ground_below(experiment, plane, runs[0].points[step : step + 1])[0])
        true = float(runs[0].losses[step])
        if abs(seen - true) > 1e-3 * max(abs(true), 1e-12):
            end = (
                f"At the end of the first run the loss is {number(true)}; the ground that is drawn there {number(seen)}"
            )
            parts.append(f"{end}: a ball stands at its own loss.")
    return " ".join(parts)


def fit_parts(verdict: Any) -> dict[str, Any] | None:
    """Return the second verdict of a run for its card; None where there is none."""
    fit = verdict.fit
    if fit is None:
        return None
    title, tone = FITS[fit.kind]
    sentence = f"{fit.sentence} {fit.detail}"
    return {"kind": fit.kind.name, "title": title, "tone": tone, "sentence": sentence, "best": fit.best_step}


def axis_names(experiment: Experiment) -> tuple[str, str] | None:
    """Return what the map's axes are called, None where they are x and y."""
    plane = shown_plane(experiment)
    if plane is not None:
        return plane.names
    model = landscape_of(experiment).model
    return None if model is None else model.weights
