"""Runs of models with many weights: their losses on all rows, seen or held out, and the plane that shows them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from experiments.objective.compiled import program, traced
from experiments.objective.many import size_of
from experiments.setup.experiment import Experiment
from experiments.setup.points import points_of
from experiments.setup.weights import learner_of, named_settings, start_plane
from experiments.simulation.trajectory import Measured, Trajectory
from landscapes.data.learned import Rows
from landscapes.data.learner import Learner
from landscapes.data.projection import Plane, path_plane

_CURVED = ("network", "features")  # models whose rows cost exponentials, which a compiled program has many of at once
_BLOCK = 256  # sets of weights that a compiled program takes at once
_AT_ONCE = 1 << 20  # numbers of rows times steps: more would take much memory
MOST_WORK = 200_000_000  # steps x rows x numbers of a row: more are measured at some of the steps


def with_weights(experiment: Experiment, made: Trajectory) -> Trajectory:
    """Return a run as it was recorded, its points (T+1, n) padded, with weights, losses on all rows and its points."""
    learner, settings = _learner(experiment), named_settings(experiment)
    count, plane = learner.count(dict(settings)), start_plane(experiment)
    weights = np.ascontiguousarray(made.points[:, :count])
    first = replace(
        made,
        weights=weights,
        weight_gradients=np.ascontiguousarray(made.gradients[:, :count]),
        weight_updates=np.ascontiguousarray(made.updates[:, :count]),
        measured=Measured(lambda: _measured(learner, settings, weights, experiment)),
    )
    shown = first.on(plane)
    applied = made.applied_gradients  # of rules that count weights without those that pad
    return replace(shown, applied_gradients=plane.slopes(np.pad(applied, ((0, 0), (0, plane.size - applied.shape[1])))))


def on_shown_plane(experiment: Experiment, runs: Sequence[Trajectory]) -> tuple[Trajectory, ...]:
    """Return the experiment's runs as the plane that it shows has them: that of their paths, where it shows that."""
    if not experiment.has_many_weights or experiment.plane != "path":
        return tuple(runs)
    plane = plane_of_paths(experiment, runs)
    return tuple([run.on(plane) for run in runs])


def plane_of_paths(experiment: Experiment, runs: Sequence[Trajectory]) -> Plane:
    """Return the plane along which the runs moved most; that of their start where none moved."""
    paths = [run.weights[: run.last_finite + 1] for run in runs if run.weights is not None and run.last_finite > 0]
    start = start_plane(experiment)
    if not paths or not any(np.ptp(path, axis=0).any() for path in paths):
        return start
    size = start.size - paths[0].shape[1]
    return path_plane([np.pad(path, ((0, 0), (0, size))) if size else path for path in paths])


def _measured(learner: Learner, settings: Any, weights: np.ndarray, experiment: Experiment) -> dict[str, Any]:
    """Return the losses on the rows that are learnt from and held out, and the accuracy, of weights (T+1, n)."""
    points = points_of(experiment)
    train, _, right = losses_of(learner, settings, points.kept, weights)
    found: dict[str, Any] = {"train": train}
    if points.heldout:
        heldout, _, right = losses_of(learner, settings, points.heldout, weights)
        found["heldout"] = heldout
    if learner.target == "class":
        found["accuracy"] = right
    return found


def losses_of(
    learner: Learner, settings: Any, rows: Rows, weights: np.ndarray, each: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the mean losses (T,) of weights (T, n) on rows, what each row costs (T, rows), and the accuracies (T,).

    Of so much work that it would take long, every k-th set of weights is measured and the last; the others are NaN.
    What each row costs is left empty unless it is asked for.
    """
    features, targets, columns = _features(learner, settings, rows)
    given = dict(settings)
    if not each and learner.kind in _CURVED and len(weights) * len(rows) * columns <= MOST_WORK:
        return _compiled_losses(learner, given, features, targets, weights)
    work = len(targets) * columns
    stride = max(1, -(-len(weights) * work // MOST_WORK))
    places = np.unique(np.append(np.arange(0, len(weights), stride), len(weights) - 1))
    means, right = np.full((2, len(weights)), np.nan)
    kept = np.empty((len(weights) if each else 0, len(targets)))
    chunk = max(1, _AT_ONCE // work)
    with np.errstate(all="ignore"):
        for first in range(0, len(places), chunk):
            part = places[first : first + chunk]
            scores = learner.scores(np, weights[part], features, given)
            costs = learner.row_losses(np, scores, targets)
            means[part] = costs.mean(axis=1)
            if each:
                kept[part] = costs
            if learner.target == "class":
                right[part] = (learner.predicted(scores) == targets).mean(axis=1)
    right[~np.isfinite(means)] = np.nan
    return means, kept, right


def _compiled_losses(
    learner: Learner, given: dict[str, Any], features: np.ndarray, targets: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what losses_of does, by a compiled program: it has many hyperbolic tangents at once."""
    shape = tuple((key, given[key]) for key in learner.shaping)
    compiled = program(("losses", learner.kind, shape), lambda: _compile(learner, shape))
    size, count, width = size_of(len(targets)), len(weights), learner.width(given)
    rows = np.zeros((learner.columns(given) + 2, size))
    rows[: len(features), : len(targets)] = features
    rows[-2:, : len(targets)] = targets, np.full(len(targets), 1 / len(targets))
    padded = np.zeros((-(-count // _BLOCK) * _BLOCK, width))
    padded[:count, : weights.shape[1]] = weights
    found = np.concatenate([np.asarray(compiled(part, rows)) for part in padded.reshape(-1, _BLOCK, width)])
    means, right = found[:count].T
    return means, np.empty((0, len(targets))), np.where(np.isfinite(means), right, np.nan)


def _compile(learner: Learner, shape: tuple[tuple[str, Any], ...]) -> Any:
    def at(weights: jax.Array, rows: jax.Array) -> jax.Array:
        traced("losses")
        features, targets, shares = rows[:-2], rows[-2], rows[-1]
        scores = learner.scores(jnp, weights, features, dict(shape))
        each = jnp.where(shares > 0, learner.row_losses(jnp, scores, targets), 0.0)
        right = (scores > 0) == (targets > 0.5)
        return jnp.stack([each @ shares, right @ shares], axis=1)

    return jax.jit(at)


@lru_cache(maxsize=64)
def _features(learner: Learner, settings: Any, rows: Rows) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the features of rows for unpadded weights, their targets, and how many numbers a row is worth."""
    given, table = dict(settings), np.array(rows, dtype=np.float64)
    design = learner.design(table[:, :-1], given)
    if learner.columns(given) == learner.width(given):
        design = design[:, : learner.count(given)]
    return (
        np.ascontiguousarray(design.T),
        table[:, -1],
        max(design.shape[1], learner.count(given) // max(1, learner.inputs)),
    )


def _learner(experiment: Experiment) -> Learner:
    learner = learner_of(experiment.landscape)
    if learner is None:
        raise TypeError(f"{experiment.landscape} has two weights")
    return learner
