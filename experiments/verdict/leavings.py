"""Whether a run that is at a minimum stayed there: how often it left it before, whether it will, whether it swings."""

from dataclasses import replace

import numpy as np

from experiments.verdict.case import ROUNDING, WINDOW, Case
from experiments.verdict.outcome import Verdict
from experiments.verdict.restless import narrow_swing
from experiments.verdict.swing import diameter
from numerals import count, number


def with_leavings(case: Case, verdict: Verdict) -> Verdict:
    """Return the verdict on a run at a minimum, with how often it had left it, how far and when last; others as is.

    And with how wide it swings about it for ever, where that is too narrow to be seen on the map, yet no rounding.
    """
    if not verdict.outcome.at_minimum or verdict.minimum is None:
        return verdict
    distance = np.hypot(*(case.trajectory.points - verdict.minimum).T)
    told, evidence = _before(distance, case.tolerance)
    again = _leaves_again(case, verdict.minimum, distance)
    if again is not None:
        told = f"{told} It does not stay there: with more steps it leaves at step {count(again)}.".strip()
        evidence["leaves_at"] = float(again)
    swing = narrow_swing(case)
    if swing is not None:
        wide = diameter(swing.points)
        told = f"{told} It keeps swinging by {number(wide)} around it.".strip()
        evidence["amplitude"] = wide
    if not told:
        return verdict
    return replace(verdict, detail=f"{verdict.detail} {told}", evidence={**verdict.evidence, **evidence})


def _before(distance: np.ndarray, tolerance: float) -> tuple[str, dict[str, float]]:
    """Return how often a run left a minimum at which it had come to rest, in words and in numbers.

    It had come to rest where it had been within the tolerance as long as a run that ended there must have been.
    """
    near = distance <= tolerance
    places = np.arange(len(near))
    stay = places - np.maximum.accumulate(np.where(near, -1, places)) - 1  # steps that it has been near
    rested = np.flatnonzero(near & (stay >= np.maximum(WINDOW, places // 10)))
    if not rested.size:
        return "", {}
    left = np.flatnonzero(near[:-1] & ~near[1:]) + 1
    left = left[left > rested[0]]
    if not left.size:
        return "", {}
    farthest, last = float(distance[rested[0] :].max()), int(left[-1])
    if left.size == 1:
        told = f"It had been there before: it left once, at step {count(last)}, up to {number(farthest)} away."
    else:
        often = f"it left {count(left.size)} times, up to {number(farthest)} away, last at step {count(last)}"
        told = f"It had been there before: {often}."
    return told, {"times_left": float(left.size), "farthest_away": farthest, "last_left": float(last)}


def _leaves_again(case: Case, place: tuple[float, float], distance: np.ndarray) -> int | None:
    """Return the step at which the same run with more steps is away again, for one that gets farther as it ends."""
    last = distance[-(case.window + 1) :]
    half = len(last) // 2
    if half < 2 or not last[half:].max() > max(last[:half].max(), ROUNDING * case.size) or case.further is None:
        return None
    with np.errstate(invalid="ignore"):
        away = ~(np.hypot(*(case.further.trajectory.points - place).T) <= case.tolerance)
    away[: case.trajectory.steps + 1] = False
    return int(np.argmax(away)) if away.any() else None
