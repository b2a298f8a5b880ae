"""Runs that do not come to rest: held up by gradient noise around a minimum, or swinging to and fro."""

from dataclasses import replace

import numpy as np

from experiments import limits
from experiments.case import BLOCKS, Case, from_then_on, short
from experiments.criteria import NEVER
from experiments.critical import CriticalPoint
from experiments.evidence import period
from experiments.simulate import simulate_run
from experiments.verdict import Outcome, Verdict
from optimizers import OPTIMIZERS


def hovering(case: Case) -> Verdict | None:
    """The run stays around a minimum and only gradient noise keeps it from coming to rest there."""
    count = case.run.steps // 2 // BLOCKS
    if not case.experiment.noise or count < 4 * BLOCKS:
        return None
    cloud = case.run.points[-count * BLOCKS :]
    mean, spread = cloud.mean(axis=0), cloud.std(axis=0)
    minima = [p for p in case.critical.all_minima if not p.boundary]
    if not minima:
        return None
    target = min(minima, key=lambda p: float(np.hypot(*(mean - p.point))))
    distances = np.hypot(*(case.run.points - target.point).T)
    radius = float(distances[-count * BLOCKS :].max())
    others = [float(np.hypot(*np.subtract(p.point, target.point))) for p in case.critical.points if p is not target]
    heights = case.run.losses[-count * BLOCKS :].reshape(BLOCKS, count).mean(axis=1) - target.value
    centred = (np.abs(mean - target.point) <= 0.5 * spread).all()
    alone = radius <= 0.9 * min(others, default=np.inf)
    steady = heights.min() > 0 and heights.max() <= 3 * heights.min()
    if not (centred and alone and steady and _rests_without_noise(case, cloud[-1], target, radius)):
        return None
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
        step=from_then_on(distances <= radius),
        minimum=target.point,
        evidence=evidence,
        detail=f"{where} The variance is {short(variance)}{formula}.",
    )


def _rests_without_noise(case: Case, start: np.ndarray, target: CriticalPoint, radius: float) -> bool:
    """Tell whether the same run, continued without noise at the rate it had, comes to rest at the minimum."""
    run = case.experiment.runs[case.run.run]
    rate = float(case.run.learning_rates[-(case.run.steps // 2) :].mean())
    if not 0 < rate <= limits.MAX_RATE:
        return False
    calm = case.experiment.replace(
        start=(float(start[0]), float(start[1])),
        steps=min(case.run.steps, 2_000),
        noise=0.0,
        smoothing=0.0 if case.experiment.fades else case.experiment.smoothing,
        stop_at=NEVER,
        runs=(replace(run, learning_rate=rate, schedule="constant", schedule_parameters={}),),
    )
    points = simulate_run(calm, 0).points
    tail = np.hypot(*(points[-(len(points) // 10) :] - target.point).T)
    return bool(tail.max() <= max(0.2 * radius, case.tolerance))


def _expected_variance(case: Case, target: CriticalPoint) -> float | None:
    """Return the variance around the minimum by the optimizer's own formula, summed over both axes, or None."""
    run = case.experiment.runs[case.run.run]
    floor = OPTIMIZERS[run.optimizer].noise_floor
    if floor is None or run.schedule != "constant" or run.wrappers or not min(target.eigenvalues) > 0:
        return None
    noise = case.experiment.noise
    total = sum(floor(run.learning_rate, curvature, noise, **run.parameters) for curvature in target.eigenvalues)
    return float(total) if np.isfinite(total) else None


def restless(case: Case) -> Verdict | None:
    """The run moves to and fro without getting anywhere: neither closer together nor lower."""
    count = case.run.steps // 2 // BLOCKS
    run = case.experiment.runs[case.run.run]
    cools = OPTIMIZERS[run.optimizer].cools
    if count < 4 or (cools is not None and cools(**run.parameters)):
        return None
    points = case.run.points[-count * BLOCKS :].reshape(BLOCKS, count, 2)
    losses = case.run.losses[-count * BLOCKS :].reshape(BLOCKS, count)
    widths = np.array([_width(block) for block in points])
    paths = np.array([_length(block) for block in points])
    net = np.hypot(*(points[:, -1] - points[:, 0]).T)
    middle = points.mean(axis=1)
    to_and_fro = (paths > 2.5 * net).all() and widths.min() > case.tolerance
    drifting = float(np.hypot(*(middle[-1] - middle[0]))) > 0.25 * float(widths.max())
    if not to_and_fro or drifting or _dies_down(paths) or _dies_down(losses.mean(axis=1) - _floor(case)):
        return None
    evidence = {"amplitude": float(widths[-1]), "mean_loss": float(losses[-1].mean())}
    every = period(case.run.points[-count * BLOCKS :])
    if every is not None:
        evidence["period"] = every
    return case.verdict(Outcome.OSCILLATING, evidence=evidence, detail=_swing(every, float(widths[-1])))


def _swing(every: int | None, width: float) -> str:
    if every is None:
        return f"It swings over a width of {short(width)}, without a period."
    if every == 2:
        return f"It jumps between two places {short(width)} apart: every second step brings it back (period 2)."
    return f"It goes round an orbit {short(width)} wide: every {every} steps bring it back."


def _dies_down(sizes: np.ndarray) -> bool:
    """Tell whether the sizes (BLOCKS,) are becoming smaller: at last by a tenth, or bit by bit over all blocks."""
    first, before, last = sizes[0], sizes[-2], sizes[-1]
    by_and_by = bool((np.diff(sizes) <= 0).all()) or last < 0.97 * first
    return bool(last < 0.9 * before or (by_and_by and last < (1 - 1e-6) * before))


def _floor(case: Case) -> float:
    """Return the height that the run's loss is measured above."""
    least = float(case.run.losses.min())
    return least if case.critical.lowest is None else min(least, case.critical.lowest)


def _length(points: np.ndarray) -> float:
    """Return the length of the path through the points."""
    return float(np.sum(np.hypot(*np.diff(points, axis=0).T)))


def _width(points: np.ndarray) -> float:
    """Return the diagonal of the smallest box around the points."""
    return float(np.hypot(*(points.max(0) - points.min(0))))
