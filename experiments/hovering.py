"""Runs that gradient noise alone keeps from coming to rest: they hover around a minimum at the noise floor."""

from dataclasses import replace

import numpy as np

from experiments import limits, objective
from experiments.case import BLOCKS, Case, from_then_on
from experiments.criteria import NEVER
from experiments.critical_point import CriticalPoint
from experiments.derivatives import derivatives
from experiments.simulate import simulate_run
from experiments.spoken import short
from experiments.verdict import Outcome, Verdict
from optimizers import OPTIMIZERS

_LEAST = 5  # steps in each of the second half's blocks, so that four of them can tell anything
_LEFT = 0.2  # of the cloud's size: what is left of a distance that the run has forgotten, at most
_ALIKE = 4.0  # times: how far the mean heights of the two halves of a cloud may differ by chance
_RETURNS = 3  # of the blocks in which the run must pass the minimum, on either axis
_CALM = 1e-300  # noise that changes no gradient, but asks for no other program, as none at all would


def hovering(case: Case) -> Verdict | None:
    """The run stays around a minimum and only gradient noise keeps it from coming to rest there."""
    count = case.run.steps // 2 // BLOCKS
    if not case.experiment.noise or count < _LEAST:
        return None
    cloud = case.run.points[-count * BLOCKS :]
    minima = [p for p in case.critical.all_minima if not p.boundary]
    if not minima:
        return None
    target = min(minima, key=lambda p: float(np.hypot(*(cloud.mean(axis=0) - p.point))))
    distances = np.hypot(*(case.run.points - target.point).T)
    radius = float(distances[-count * BLOCKS :].max())
    others = [float(np.hypot(*np.subtract(p.point, target.point))) for p in case.critical.points if p is not target]
    heights = case.run.losses[-count * BLOCKS :].reshape(BLOCKS, count).mean(axis=1) - target.value
    alone = radius <= 0.9 * min(others, default=np.inf)
    if not alone or not (_is_even(case, cloud, heights, target, radius) or _comes_back(case, cloud, heights, target)):
        return None
    return _floor(case, cloud, heights, target, from_then_on(distances <= radius))


def _is_even(case: Case, cloud: np.ndarray, heights: np.ndarray, target: CriticalPoint, radius: float) -> bool:
    """Tell whether a long cloud lies evenly around the minimum, at which the run would rest without noise."""
    if len(cloud) < 4 * BLOCKS**2:
        return False
    centred = (np.abs(cloud.mean(axis=0) - target.point) <= 0.5 * cloud.std(axis=0)).all()
    steady = heights.min() > 0 and heights.max() <= 3 * heights.min()
    return bool(centred and steady) and _comes_to_rest(case, cloud, len(cloud), target, _LEFT * radius)


def _comes_back(case: Case, cloud: np.ndarray, heights: np.ndarray, target: CriticalPoint) -> bool:
    """Tell whether the run passes the minimum again and again, and has forgotten how it came there.

    A few hundred steps around a minimum are seldom centred on it: noise that is remembered for twenty steps leaves ten
    independent places in two hundred. But a run on its way passes the minimum on neither axis, or on one of them but
    once; and one that swings or dies down of itself, without any noise, does not both forget within half of the cloud
    where it began and stay as high.
    """
    before, after = heights[: BLOCKS // 2].mean(), heights[BLOCKS // 2 :].mean()
    if not before > 0 or not 1 / _ALIKE <= after / before <= _ALIKE:
        return False
    form, numbers = objective.form_of(case.experiment), objective.numbers_of(case.experiment)
    hessian = derivatives(form, numbers, np.asarray(target.point)[None])[2][0]
    axes = np.linalg.eigh(hessian)[1] if np.isfinite(hessian).all() else np.eye(2)
    above = ((cloud - target.point) @ axes > 0).reshape(BLOCKS, -1, 2)
    passes = (above.any(axis=1) & ~above.all(axis=1)).sum(axis=0)
    width = float(np.sqrt(((cloud - target.point) ** 2).sum(axis=1).mean()))
    return bool((passes >= _RETURNS).all()) and _comes_to_rest(case, cloud, len(cloud) // 2, target, _LEFT * width)


def _floor(case: Case, cloud: np.ndarray, heights: np.ndarray, target: CriticalPoint, step: int) -> Verdict:
    variance = float(((cloud - target.point) ** 2).mean(axis=0).sum())
    evidence = {"variance": variance, "mean_height": float(heights.mean()), "value": target.value}
    expected = _expected_variance(case, target)
    if expected is not None:
        evidence["expected_variance"] = expected
    at = f"({short(target.point[0])}, {short(target.point[1])})"
    where = f"Around {at}, on average {short(float(heights.mean()))} above it and {short(variance**0.5)} away."
    formula = "" if expected is None else f"; the optimizer's formula gives {short(expected)}"
    return case.verdict(
        Outcome.NOISE_FLOOR,
        step=step,
        minimum=target.point,
        evidence=evidence,
        detail=f"{where} The variance is {short(variance)}{formula}.",
    )


def _comes_to_rest(case: Case, cloud: np.ndarray, steps: int, target: CriticalPoint, near: float) -> bool:
    """Tell whether the same run, continued without noise at the rate it had, comes to rest at the minimum so soon.

    From the farthest point of the cloud's first half: there a swing has all its height and no speed that would be lost.
    """
    start = cloud[int(np.argmax(np.hypot(*(cloud[: len(cloud) // 2] - target.point).T)))]
    run = case.experiment.runs[case.run.run]
    rate = float(case.run.learning_rates[-(case.run.steps // 2) :].mean())
    if not 0 < rate <= limits.MAX_RATE:
        return False
    calm = case.experiment.replace(
        start=(float(start[0]), float(start[1])),
        steps=min(steps, 2_000),
        noise=_CALM,
        seed=0,  # of many seeds, each would have its draws kept for one use
        smoothing=0.0 if case.experiment.fades else case.experiment.smoothing,
        stop_at=NEVER,
        runs=(replace(run, learning_rate=rate, schedule="constant", schedule_parameters={}),),
    )
    points = simulate_run(calm, 0).points
    tail = np.hypot(*(points[-(len(points) // 2) :] - target.point).T)  # half: a swing passes the minimum, too
    return bool(tail.max() <= max(near, case.tolerance))


def _expected_variance(case: Case, target: CriticalPoint) -> float | None:
    """Return the variance around the minimum by the optimizer's own formula, summed over both axes, or None."""
    run = case.experiment.runs[case.run.run]
    floor = OPTIMIZERS[run.optimizer].noise_floor
    if floor is None or run.schedule != "constant" or run.wrappers or not min(target.eigenvalues) > 0:
        return None
    noise = case.experiment.noise
    total = sum(floor(run.learning_rate, curvature, noise, **run.parameters) for curvature in target.eigenvalues)
    return float(total) if np.isfinite(total) else None
