"""A card's numbers of many weights: the weights, what they cost on which rows, and what of their way is seen."""

import numpy as np

from experiments.results.judged_runs import Result
from experiments.setup.weights import count_of
from figures.packets.parts import Said, counted, listed, real

_FEW = 16  # weights that are listed


def returned(result: Result) -> tuple[str, Said]:
    """Return what a run that its criterion stopped gives back: the iterate that was best by what it watched."""
    trajectory, heldout = result.trajectory, result.trajectory.heldout
    if result.experiment.stop_at == "heldout" and heldout is not None:
        step = int(result.verdict.evidence["returned_step"])
        return "Returned", ["held-out loss ", real(heldout[step]), " at step ", counted(step)]
    step = trajectory.best_step
    return "Returned", [real(trajectory.losses[step]), " at step ", counted(step)]


def weight_facts(result: Result) -> list[tuple[str, Said]]:
    """Return the numbers that only a run of many weights has; none for two weights."""
    trajectory = result.trajectory
    if trajectory.weights is None:
        return []
    last = max(trajectory.last_finite, 0)
    own = trajectory.weights[last, : count_of(result.experiment)]
    zeros = int((own == 0).sum())
    none: Said = ["none"]
    length: Said = [counted(len(own)), " of length ", real(float(np.linalg.norm(own))), ", "]
    found: list[tuple[str, Said]] = [("Weights", [*length, *([counted(zeros)] if zeros else none), " exactly 0"])]
    if len(own) <= _FEW:
        found.append(("Values", listed([real(weight)] for weight in own.tolist())))
    return [*found, *_losses(result, last), *_seen(result)]


def _losses(result: Result, last: int) -> list[tuple[str, Said]]:
    """Return the mean losses on rows at a step, without the penalties, where these are not the loss itself."""
    trajectory, experiment, best = result.trajectory, result.experiment, result.trajectory.best_heldout_step
    found: list[tuple[str, Said]] = []
    if trajectory.train is not None and (experiment.l1 or experiment.l2):
        found.append(("Without penalties", [real(trajectory.train[last])]))
    if trajectory.heldout is not None and best is not None:
        told: Said = [real(trajectory.heldout[last])]
        if best != last:
            told += [", lowest ", real(trajectory.heldout[best]), " at step ", counted(best)]
        found.append(("Held-out loss", told))
    return found


def _seen(result: Result) -> list[tuple[str, Said]]:
    """Return how much of a run's movement the plane on which it is shown has, in squares."""
    trajectory = result.trajectory
    if trajectory.plane is None or trajectory.weights is None:
        return []
    weights = trajectory.weights[: max(trajectory.last_finite, 0) + 1]
    share = trajectory.plane.share(np.pad(weights, ((0, 0), (0, trajectory.plane.size - weights.shape[1]))))
    return [("Seen on the map", [real(100 * share), " % of its movement"])] if np.isfinite(share) else []
