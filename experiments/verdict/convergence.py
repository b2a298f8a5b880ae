"""How fast a run converges, measured near its end, beside what the optimizer's own formula says of it."""

from typing import Any

import numpy as np

from experiments.critical.point import CriticalPoint
from experiments.verdict.case import Case
from experiments.verdict.evidence import Pace, pace, steps_to
from numerals import number
from optimizers import OPTIMIZERS

_EXACT = 1e-12  # of the lengths involved: rounding hides how fast a smaller distance shrinks
_EVEN = 0.3  # how much the pace may change where it is to last, as a share
_ALIKE = 0.4  # how far the rates of the distance and of the gradient may differ near a minimum, as a share
_BESIDE = 1e-6 * np.exp(2j * np.pi * (np.arange(7) + 0.1) / 7)  # of the view's diagonal: places around a minimum
_ONE_BEND = 0.1  # of the largest second derivative: how far those beside a minimum may be from those at it
_TOLD = 1.5  # times: how far the steps that a rate tells may be from those that are needed


def convergence_to(case: Case, target: CriticalPoint, distance: np.ndarray) -> tuple[str, dict[str, Any]]:
    """Return how the distance (T+1,) to the minimum that a run reached shrank, in words and in numbers."""
    found = pace(distance, _EXACT * (case.size + float(np.hypot(*target.point))), case.size)
    if found is None or not case.steady:
        return "", {}
    if found.superlinear:
        return "The distance shrank faster and faster (superlinear).", {"superlinear": 1.0}
    return _told(case, target, found)


def _told(case: Case, target: CriticalPoint, found: Pace) -> tuple[str, dict[str, Any]]:
    factor = found.factor or 0.0
    numbers = {"contraction": factor}
    words = f"Near the end the distance shrank by {number(100 * (1 - factor))} % a step"
    predicted = predicted_contraction(case, target)
    if predicted is None or predicted >= 1:
        return f"{words}.", numbers
    numbers["predicted_contraction"] = predicted
    return f"{words}; the formula says {number(100 * (1 - predicted))} %.", numbers


def predicted_contraction(case: Case, target: CriticalPoint) -> float | None:
    """Return the factor a step that the optimizer's formula gives at a minimum, None where it has none.

    The slower of its two axes, but for one that the run never leaves, as where it starts on the other. None, too, where
    the surface bends otherwise on one side of the minimum than on another, as at a crease: no one rate holds there.
    """
    run = case.experiment.runs[case.trajectory.run]
    formula = OPTIMIZERS[run.optimizer].contraction
    if formula is None or not case.steady or not min(target.eigenvalues) > 0:
        return None
    objective = case.objective
    around = np.stack([_BESIDE.real, _BESIDE.imag], -1) * case.size
    hessian, *beside = objective.derivatives(np.asarray(target.point) + np.concatenate([np.zeros((1, 2)), around]))[2]
    with np.errstate(invalid="ignore"):
        bends_alike = np.abs(beside - hessian).max() <= _ONE_BEND * np.abs(hessian).max()
    if not bends_alike:
        return None
    curvatures, axes = np.linalg.eigh(hessian)
    offsets = np.abs((case.trajectory.points - target.point) @ axes).max(axis=0)
    met = curvatures[offsets > _EXACT * case.size]
    return max((formula(run.learning_rate, float(c), **run.parameters) for c in met), default=None)


def approach(case: Case, place: tuple[float, float], needed: int) -> dict[str, float]:
    """Return the contraction, measured and predicted, of a run that needs so many more steps to the minimum there.

    Nothing where the distance and the gradient do not shrink alike and evenly, or where the rate so measured tells
    another number of steps: then it is not the rate of what is left of the way.
    """
    target = case.critical.nearest_minimum(np.asarray(place))
    if target is None or np.hypot(*np.subtract(target.point, place)) > _EXACT * case.size or not case.steady:
        return {}
    distance = np.hypot(*(case.trajectory.points - place).T)
    slopes = np.hypot(*case.trajectory.gradients.T)
    found, other = (pace(sizes, _EXACT * case.size, case.size, _EVEN) for sizes in (distance, slopes))
    if found is None or other is None or found.factor is None or other.factor is None:
        return {}
    rate, beside = np.log(found.factor), np.log(other.factor)
    steps = steps_to(float(distance[-1]), case.tolerance, found.factor)
    if abs(beside - rate) > _ALIKE * -rate or not needed / _TOLD <= steps <= needed * _TOLD:
        return {}
    predicted = predicted_contraction(case, target)
    return {"contraction": found.factor} | ({} if predicted is None else {"predicted_contraction": predicted})
