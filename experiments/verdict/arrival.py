"""When a run that is given more steps comes to stay at a minimum, whatever it does much later."""

import numpy as np

from experiments.simulation.stopping import cut
from experiments.verdict.case import ROUNDING, WINDOW, Case
from experiments.verdict.outcome import Verdict
from experiments.verdict.rest import settled

STAYS = 200  # steps at a minimum that are a rest, however soon the run leaves it again
_GRID = 4  # places in each such stretch at which it is looked for
_FEW = np.array([1, 2, 3, 7, 20])  # steps back that show of most swings that they do not rest


def arrives(case: Case, stay: int = STAYS) -> Verdict | None:
    """Return the verdict at the first minimum at which the run, continued for a while, stays so many steps."""
    later = case.further
    if later is None:
        return None
    points, failed = later.trajectory.points, np.empty((0, 2))
    ends = np.arange(max(case.trajectory.steps, stay), len(points), max(1, stay // _GRID))
    for back in (_FEW, np.arange(stay + 1)):  # most are told by a few steps
        ends = ends[_reach(points, ends, back) <= case.tolerance]
    for end in ends:
        if len(failed) and np.hypot(*(failed - points[end]).T).min() <= case.tolerance:
            continue
        steps = int(end)
        verdict = settled(Case(later.experiment.replace(steps=steps), cut(later.trajectory, steps)))
        if verdict is not None and verdict.outcome.at_minimum:
            return verdict
        failed = np.append(failed, points[end : end + 1], axis=0)
    return None


def rests_before(case: Case, step: int) -> bool:
    """Tell whether the run, continued, is told as settled at a minimum at any length up to this step."""
    later = case.further
    if later is None:
        return False
    points = later.trajectory.points[: step + 1]
    failed = np.empty((0, 2))
    ends = np.arange(case.trajectory.steps + 1, len(points))
    landed = _reach(points, ends, _FEW[:2]) <= ROUNDING * case.size
    few = ends[_reach(points, ends, _FEW) <= case.tolerance]
    kept = [
        e
        for e in few.tolist()
        if _reach(points, np.array([e]), np.arange(max(WINDOW, e // 10) + 1))[0] <= case.tolerance
    ]
    for end in sorted({*ends[landed].tolist(), *kept}):
        if len(failed) and np.hypot(*(failed - points[end]).T).min() <= case.tolerance:
            continue
        verdict = settled(Case(later.experiment.replace(steps=end), cut(later.trajectory, end)))
        if verdict is not None and verdict.outcome.at_minimum:
            return True
        failed = np.append(failed, points[end : end + 1], axis=0)
    return False


@np.errstate(all="ignore")  # it may get lost later
def _reach(points: np.ndarray, ends: np.ndarray, back: np.ndarray) -> np.ndarray:
    """Return how far from each end (m,) the points so many steps before (k,) lie at most, (m,)."""
    around = points[ends[:, None] - back] - points[ends, None]
    return np.asarray(np.hypot(around[..., 0], around[..., 1]).max(axis=1))
