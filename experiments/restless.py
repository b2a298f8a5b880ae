"""Runs that swing to and fro and do not settle."""

import numpy as np

from experiments.case import BLOCKS, Case
from experiments.evidence import period
from experiments.spoken import short
from experiments.verdict import Outcome, Verdict
from optimizers import OPTIMIZERS


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
