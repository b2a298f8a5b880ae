"""Many weights: another plane through them, another start among them, and what must follow when the model changes."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from experiments.setup.experiment import Experiment
from experiments.setup.weights import FIRST_TWO, count_of, learner_of, start_of, start_plane
from parameter import Refusal, shown

_FRESH = ("hidden", "activation", "weights_seed", "weights_scale")  # numbers of a model whose change draws new weights


def with_plane(experiment: Experiment, field: str, value: Any) -> Experiment:
    """Return the experiment on another plane, its runs from the same weights as before.

    field: "plane", "plane_weights" or "plane_seed". What the start's two coordinates were of goes into start_weights
    where they mean something else on the other plane.
    """
    if learner_of(experiment.landscape) is None:
        raise Refusal(f"{field}: {shown(value)} is not allowed; {experiment.landscape} has two weights, its axes")
    weights, count = start_of(experiment)[: count_of(experiment)], count_of(experiment)
    fresh = experiment.replace(**{field: value}, view=None, start=(0.0, 0.0))
    plane = start_plane(fresh.replace(start_weights=tuple(weights.tolist())))
    start = plane.coordinates(_padded(weights, plane.size))
    moved = fresh.replace(start=_pair(start))
    if np.array_equal(start_of(moved)[:count], weights):
        return moved
    return fresh.replace(start_weights=tuple(weights.tolist()), start=_pair(start))


def with_start_weights(experiment: Experiment, value: Any) -> Experiment:
    """Return the experiment from other weights: one number for all, or one each; nothing (None) for the model's own."""
    return experiment.replace(start_weights=() if value is None else value, start=None)


def following(experiment: Experiment, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that must change with other parameters of a landscape with many weights."""
    learner = learner_of(experiment.landscape)
    if learner is None:
        return {}
    before = experiment.landscape_parameters
    after = {**before, **parameters}
    found: dict[str, Any] = {}
    try:
        count = learner.count(after)
    except (KeyError, TypeError, ValueError):
        return {}  # the experiment says what is not allowed
    if count != learner.count(before) and len(experiment.start_weights) > 1:  # type: ignore[arg-type]
        found["start_weights"] = ()
    if max(experiment.plane_weights) >= max(2, count):
        found["plane_weights"] = FIRST_TWO
    if found or any(before.get(key) != after.get(key) for key in _FRESH):
        found["start"] = None
    return found


def _padded(weights: np.ndarray, size: int) -> np.ndarray:
    return np.pad(weights, (0, size - len(weights)))


def _pair(start: np.ndarray) -> tuple[float, float]:
    x, y = (start + 0.0).tolist()
    return x, y
