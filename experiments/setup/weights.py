"""Many weights: where a run starts from among them, and the plane through them that an experiment shows."""

from functools import lru_cache
from typing import Any

import numpy as np

from experiments.setup import limits
from experiments.setup.allowed import number, whole
from experiments.setup.points import points_of
from landscapes import UNITS
from landscapes.data.learner import Learner
from landscapes.data.projection import Plane, of_weights, random_plane
from landscapes.data.sliced import Named, first_weights, settings_of, solution_of
from landscapes.data.solutions import Solution
from parameter import Parameter, Refusal, shown

KINDS = ("weights", "random", "path")
PLANE = Parameter(
    key="plane",
    name="Plane",
    kind="choice",
    choices=KINDS,
    default="weights",
    help="What the map shows of many weights: two of them, two random directions, or the plane along which the runs "
    "moved most.",
)
PLANE_SEED = Parameter(
    key="plane_seed",
    name="Seed of the plane",
    kind="integer",
    low=0,
    high=9999,
    default=0,
    help="The number that random directions are drawn from.",
)
FIRST_TWO = (0, 1)
MOST_NUMBERS = 1_000_000  # steps times weights


def learner_of(landscape: str) -> Learner | None:
    """Return the model with many weights of the landscape of this key; None where it has two, or learns nothing."""
    unit = UNITS.get(landscape)
    return None if unit is None else unit.learner


def named_settings(experiment: Any) -> Named:
    """Return what of an experiment's landscape parameters says what its model of many weights is."""
    return settings_of(UNITS[experiment.landscape], experiment.landscape_parameters)


def count_of(experiment: Any) -> int:
    """Return how many weights an experiment's model has."""
    learner = learner_of(experiment.landscape)
    return 2 if learner is None else learner.count(experiment.landscape_parameters)


def weight_names(experiment: Any) -> tuple[str, ...]:
    """Return what each weight of an experiment's model is called."""
    return _learner(experiment).names(experiment.landscape_parameters)


def given_weights(learner: Learner | None, settings: Any, value: Any) -> tuple[float, ...]:
    """Return an experiment's field start_weights: nothing, one number for all, or one each. Raises Refusal."""
    listed = [value] if np.ndim(value) == 0 and isinstance(value, int | float | np.ndarray | np.number) else value
    listed = listed[0].reshape(1) if len(listed) == 1 and isinstance(listed[0], np.ndarray) else listed
    if not isinstance(listed, list | tuple | np.ndarray):
        raise Refusal(f"start_weights: {shown(value)} is not allowed; give one number, or one for each weight")
    if not len(listed):
        return ()
    if learner is None:
        raise Refusal("start_weights: only a model with many weights has them; give start")
    count = learner.count(settings)
    if len(listed) not in (1, count):
        raise Refusal(f"start_weights: {len(listed)} are not allowed; give one number for all, or {count}")
    far = limits.FARTHEST
    return tuple(number(one, f"start_weights[{place}]", -far, far) + 0.0 for place, one in enumerate(listed))


def given_places(learner: Learner | None, settings: Any, value: Any) -> tuple[int, int]:
    """Return an experiment's field plane_weights: the places of two different weights. Raises Refusal."""
    try:
        first, second = value
    except (TypeError, ValueError):
        raise Refusal(f"plane_weights: {shown(value)} is not allowed; give the numbers of two weights") from None
    most = 1 if learner is None else max(1, learner.count(settings) - 1)
    pair = whole(first, "plane_weights", 0, most), whole(second, "plane_weights", 0, most)
    if pair[0] == pair[1]:
        raise Refusal(f"plane_weights: {pair} are one direction twice; give two different weights, from 0 to {most}")
    if learner is None and pair != FIRST_TWO:
        raise Refusal("plane_weights: this surface has two weights, which are its axes")
    return pair


def base_of(experiment: Any) -> np.ndarray:
    """Return the weights (n,) of a run's start before its two coordinates on the plane are set, padded with zeros."""
    learner = _learner(experiment)
    return _base(learner, named_settings(experiment), experiment.start_weights).copy()


@lru_cache(maxsize=64)
def _base(learner: Learner, settings: Named, given: tuple[float, ...]) -> np.ndarray:
    values = dict(settings)
    count = learner.count(values)
    size = max(2, learner.width(values))
    if not given:
        return first_weights(learner, settings, size)
    found = np.zeros(size)
    found[:count] = given
    return found


def start_of(experiment: Any) -> np.ndarray:
    """Return the weights (n,) that the runs start from, padded with zeros."""
    found: np.ndarray = start_plane(experiment).weights(np.array(experiment.start))
    return found


def start_plane(experiment: Any) -> Plane:
    """Return the plane that the start's two coordinates are on: the one shown, but for that of the paths.

    That one follows from the runs; under it a start is two of the weights.
    """
    return _start_plane(
        _learner(experiment),
        named_settings(experiment),
        experiment.start_weights,
        experiment.plane == "random",
        experiment.plane_weights,
        experiment.plane_seed,
        points_of(experiment).kept if experiment.plane == "random" else (),
    )


@lru_cache(maxsize=64)
def _start_plane(
    learner: Learner,
    settings: Named,
    given: tuple[float, ...],
    is_random: bool,
    places: tuple[int, int],
    seed: int,
    rows: Any,
) -> Plane:
    values, base = dict(settings), _base(learner, settings, given)
    count = learner.count(values)
    if not is_random:
        return of_weights(base, places, learner.names(values), count)
    reference = base.copy()
    if learner.convex:
        found = solution_of(learner, rows, settings, 0.0, 0.0)
        if found is not None and found.weights is not None:
            reference[:count] = found.weights
    return random_plane(base, reference, learner.filters(values), seed)


def solution(experiment: Any) -> Solution | None:
    """Return the least loss of an experiment's convex model with its penalties; None where it is not known."""
    rows = points_of(experiment).kept
    return solution_of(_learner(experiment), rows, named_settings(experiment), experiment.l2, experiment.l1)


def known_lowest_of_many(experiment: Any) -> float | None:
    """Return the lowest value of an experiment's loss of many weights, where it has a minimum that is known."""
    found = solution(experiment)
    return None if found is None or found.weights is None else found.lowest


def _learner(experiment: Any) -> Learner:
    learner = learner_of(experiment.landscape)
    if learner is None:
        raise TypeError(f"{experiment.landscape} has two weights")
    return learner
