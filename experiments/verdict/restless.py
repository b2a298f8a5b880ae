"""Runs that swing to and fro and do not settle."""

from dataclasses import dataclass, replace

import numpy as np

from experiments.setup import limits
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.arrival import STAYS, arrives, rests_before
from experiments.verdict.case import BLOCKS, ROUNDING, Case
from experiments.verdict.departures import beyond, is_lost, outdoors
from experiments.verdict.evidence import SAME, period
from experiments.verdict.hovering import noise_alone_moves
from experiments.verdict.outcome import Outcome, Verdict
from experiments.verdict.swing import (
    NARROWED,
    Swing,
    diameter,
    drifts,
    goes_to_and_fro,
    has_been_as_wide,
    keeps_swinging,
    swings_at,
    width,
)
from numerals import count, number
from optimizers import OPTIMIZERS

_LEAST = 4  # steps in which anything can be seen to come back twice
_LONG = 1_600  # steps from which the second half is looked at in finer parts, which do not all shrink by chance
_FALLS = 1e-6  # of the height above the floor a step: a loss that falls on and on faster than that is no swing's
_RECENT, _EXACTLY = 240, 1e-3  # steps in which a return is measured, and the share of the width that is no distance
_AT_WORST = 0.075  # of the width: what comes back as near as SAME in the mean is never farther off than that
# Of the width: an orbit that is back as near as this, in the mean and at worst, goes round in so many steps as a person
# sees it. That many more bring it back closer is how often its turns fit into whole steps, unless they do so for ever.
_NEARLY, _NEARLY_AT_WORST = 0.15, 0.2
_LAST, _AS_WIDE = 20, 0.8  # steps at least, in which an orbit still has so much of the width that is told
_TURNS = 0.1  # of the distance that counts as reached: who moves less in the last steps rests
_LESS = 0.75  # of the first half's mean: less than that in the last half is no chance of the noise
_NARROWEST = 1e-7  # of the view's diagonal: narrower swings are rounding, or a search that no longer tells two losses
_LASTS = 0.8  # of the width of the earlier half of the last steps: less in the later half dies down
_ENOUGH = 100  # steps from which on a swing is told from a run that gets lower to and fro
_MANY = 1_000  # steps; of fewer it cannot be told that a run which rests leaves again and again
_SAME = 1e-9  # relative: inner states that differ by less are one
_GROWS = 1e-6  # of the width from one part to the next: less is rounding


@dataclass(frozen=True, eq=False)
class _Parts:
    """The run's second half in equal parts: points (parts, steps, 2), losses (parts, steps) and widths (parts,)."""

    points: np.ndarray
    losses: np.ndarray
    widths: np.ndarray

    @property
    def growth(self) -> float:
        """The factor a step by which the swing becomes wider; 1 where it does not do so from part to part."""
        if not (np.diff(self.widths) > _GROWS * self.widths[:-1]).all():
            return 1.0
        steps = (len(self.widths) - 1) * self.points.shape[1]
        return float((self.widths[-1] / self.widths[0]) ** (1 / steps))


def restless(case: Case) -> Verdict | None:
    """The run moves to and fro without getting anywhere: neither closer together nor lower.

    What it does with more steps decides, where that can be seen: a run that rests in the end was on its way, and one
    that swings in the end does so as soon as it is in that swing. Elsewhere the parts of its second half decide. One
    that soon rests at a minimum as long as it has run so far was on its way, whatever bursts come much later.
    """
    run = case.experiment.runs[case.trajectory.run]
    cools = OPTIMIZERS[run.optimizer].cools
    if case.trajectory.steps < _LEAST or (cools is not None and cools(**run.parameters)):
        return None
    if _gets_lower(case) or noise_alone_moves(case):
        return None
    verdict = _never_to_rest(case)
    if verdict is not None:
        return verdict
    verdict = _restless(case)
    if verdict is None:
        return _too_narrow_to_be_seen(case)
    is_on_its_way = arrives(case, max(case.trajectory.steps, STAYS)) is not None or rests_before(case, _MANY)
    return None if is_on_its_way else verdict


def crossing(case: Case) -> Verdict | None:
    """The run is outside the domain at its last step, but swings to and fro across the domain's edge."""
    if not outdoors(case)[-1] or case.trajectory.steps < _LEAST:
        return None
    _, swing = _seen_later(case, case.tolerance) or (None, None)
    if swing is None or beyond(case, case.frame.back(swing.points)).all():
        return None
    verdict = restless(case)
    return verdict and replace(verdict, detail=f"{verdict.detail} At its last step it is outside the domain.")


def _restless(case: Case) -> Verdict | None:
    """Return the verdict by what the run does in the end, or else by the parts of its second half."""
    parts = _parts(case)
    seen = _seen_later(case, case.tolerance)
    if seen is None:
        swings = parts is not None and not _falls_on(case) and _swings(case, parts)
        return _told(case, parts, None) if swings else None
    points, swing = seen
    if swing is None:
        return None
    if swings_at(points, case.trajectory.steps, swing):
        return _told(case, parts, swing)
    goes_on = not _falls_on(case) and keeps_swinging(points, case.trajectory.steps, swing, case.tolerance)
    return _told(case, parts, None) if goes_on else None


def orbiting(case: Case) -> Verdict | None:
    """The run goes round a lasting orbit with a period or without a pause, though its last steps look like a rest."""
    if case.stopped or not _TURNS * case.tolerance < case.reach <= case.tolerance or _gets_lower(case):
        return None
    return _never_to_rest(case)


def _never_to_rest(case: Case) -> Verdict | None:
    """The run is in a lasting swing, wider than one at a minimum may be, with a period or without a pause."""
    points, swing = _seen_later(case, NARROWED * case.tolerance) or (None, None)
    if points is None or swing is None or not swings_at(points, case.trajectory.steps, swing):
        return None
    return _told(case, _parts(case), swing) if swing.period is not None or _has_come_to(case, points, swing) else None


def _has_come_to(case: Case, points: np.ndarray, swing: Swing) -> bool:
    """Tell whether half of the run's steps were as wide as the swing that it ends in, in which it never pauses."""
    return swing.never_rests and has_been_as_wide(points, case.trajectory.steps, swing)


def _too_narrow_to_be_seen(case: Case) -> Verdict | None:
    """The run keeps swinging by less than what could be seen, though not at a minimum."""
    swing = None if case.experiment.is_noisy else narrow_swing(case)
    return None if swing is None or not swing.never_rests else _told(case, _parts(case), swing)


def narrow_swing(case: Case) -> Swing | None:
    """Return the lasting swing of a run that rests, but for a swing narrower than the tolerance; None without one."""
    if case.stopped or not _NARROWEST * case.size < case.reach <= case.tolerance or not _turns(case.tail):
        return None
    least = _NARROWEST * case.size
    if case.steady:
        own = case.swing(least)
        if own is not None and _is_exact(case.trajectory, own):
            return own
    points, swing = _seen_later(case, least) or (None, None)
    if points is None or swing is None or swing.width > case.tolerance:
        return None
    return swing if swings_at(points, case.trajectory.steps, swing) else None


def _turns(tail: np.ndarray) -> bool:
    """Tell whether the last points (n, 2) go to and fro, and over no less in the later half of them."""
    half = len(tail) // 2
    return goes_to_and_fro(tail) and width(tail[half:]) >= _LASTS * width(tail[: half + 1])


def _seen_later(case: Case, least: float) -> tuple[np.ndarray, Swing | None] | None:
    """Return the run's points with more steps and the swing that they end in, if any; None where nothing is seen.

    As where there is no more of this run, or where it gets lost later: it may have swung until then. least: how wide a
    swing must be to be one.
    """
    near = case.further
    if near is None and _is_whole(case):
        return case.trajectory.points, case.swing(least)
    if near is None or is_lost(near):
        return None
    points = near.trajectory.points
    swing = near.swing(least)
    rests = width(points[len(points) // 2 :]) <= ROUNDING * case.size
    if rests or (swing is not None and _is_exact(near.trajectory, swing)) or case.experiment.smoothing:
        return points, swing
    far = case.furthest
    if far is None:
        return points, swing
    if is_lost(far):
        return None
    return far.trajectory.points, far.swing(least)


def _is_exact(trajectory: Trajectory, swing: Swing) -> bool:
    """Tell whether a period brings back the optimizer's inner state with the point, so that it does so for ever."""
    if not swing.exact or swing.period is None:
        return False
    for state in trajectory.states.values():
        last = state[-len(swing.points) :]
        if np.abs(last[swing.period :] - last[: -swing.period]).max(initial=0.0) > _SAME * np.abs(last).max(
            initial=0.0
        ):
            return False
    return True


def _is_whole(case: Case) -> bool:
    """Tell whether the run has all the steps that a run may have, and went on at one rate: it shows its own end."""
    even = np.ptp(case.trajectory.learning_rates[case.trajectory.steps // 2 :]) == 0
    return case.trajectory.steps >= limits.LONGEST and bool(even) and not case.experiment.is_noisy and not case.stopped


def _falls_on(case: Case) -> bool:
    """Tell whether the loss falls at every step of the second half: then the run comes back to nowhere."""
    losses = case.trajectory.losses[case.trajectory.steps // 2 :]
    above = float(losses[0]) - _floor(case)
    return bool((np.diff(losses) < 0).all()) and float(losses[0] - losses[-1]) > _FALLS * (len(losses) - 1) * above


def _gets_lower(case: Case) -> bool:
    """Tell whether the run only gets lower, and does not swing as wide as before while it creeps down a flat valley."""
    return _falls_on(case) and (case.trajectory.steps < _ENOUGH or not _turns(case.tail))


def _parts(case: Case) -> _Parts | None:
    """Return the second half in parts, None where they would be too short to tell anything."""
    parts = 2 * BLOCKS if case.trajectory.steps >= _LONG else BLOCKS
    count = case.trajectory.steps // 2 // parts
    if count < _LEAST:
        return None
    points = case.trajectory.points[-count * parts :].reshape(parts, count, 2)
    losses = case.trajectory.losses[-count * parts :].reshape(parts, count)
    return _Parts(points, losses, np.array([width(part) for part in points]))


def _swings(case: Case, parts: _Parts) -> bool:
    """Tell whether the run goes to and fro in every part of its second half, and neither gets on nor dies down."""
    to_and_fro = all(goes_to_and_fro(part) for part in parts.points) and parts.widths.min() > case.tolerance
    if not to_and_fro or drifts(parts.points):
        return False
    strides = np.hypot(*np.moveaxis(np.diff(parts.points, axis=1), -1, 0))
    heights = parts.losses - _floor(case)
    if case.experiment.is_noisy:  # the largest of many draws is a matter of chance, and so are the means of a few
        half = len(strides) // 2
        return all(sizes[half:].mean() > _LESS * sizes[:half].mean() for sizes in (strides, heights))
    return not any(_dies_down(sizes) for sizes in (parts.widths, strides.max(axis=1), heights.max(axis=1)))


def _dies_down(sizes: np.ndarray) -> bool:
    """Tell whether the sizes (parts,) are becoming smaller: at last by a tenth, or bit by bit over all parts.

    Without chance the sizes are the largest of each part: a mean changes with how many periods fit into a part.
    """
    first, before, last = sizes[0], sizes[-2], sizes[-1]
    by_and_by = bool((np.diff(sizes) <= 0).all()) or last < 0.97 * first
    return bool(last < 0.9 * before or (by_and_by and last < (1 - 1e-6) * before))


def _told(case: Case, parts: _Parts | None, swing: Swing | None) -> Verdict:
    """Return the verdict with how wide the swing is, after how many steps it comes back, and how it grows."""
    steps = case.trajectory.steps // 2 + 1 if parts is None else parts.points.shape[1]
    if swing is not None and swing.period is not None:
        steps = max(steps, swing.period + 1)
    growth = 1.0 if parts is None or swing is not None else parts.growth
    last = case.trajectory.points[-steps if growth > 1 else case.trajectory.steps // 2 :]
    wide = diameter(last)
    if swing is not None:
        wide = min(wide, diameter(swing.points))  # the way there is not part of it
    evidence = {"amplitude": wide, "mean_loss": float(case.trajectory.losses[-steps:].mean())}
    orbit = case.trajectory.points[-(case.trajectory.steps // 2 + 1) :] if swing is None else swing.points
    lags = (period(orbit), None if swing is None else swing.period)
    every = next((lag for lag in lags if lag is not None and _comes_back(orbit, lag, wide)), None)
    about = None if every is None else _much_shorter(orbit, every, wide)
    for_ever = swing is not None and swing.exact and every == swing.period
    if about is not None and not for_ever:
        every = None
    if every is not None:
        evidence["period"] = every
    if growth > 1:
        evidence["growth"] = growth
        grows = number(100 * (growth - 1))
        detail = f"It swings wider and wider: over {number(wide)} now, and by {grows} % more with every step."
    else:
        detail = _swing(orbit, every, about, wide)
    return case.verdict(Outcome.OSCILLATING, evidence=evidence, detail=detail)


def _swing(orbit: np.ndarray, every: int | None, about: int | None, wide: float) -> str:
    nearly = (
        "" if about is None else f"about every {count(about)} steps it is back to within {number(_off(orbit, about))}"
    )
    if every is None and about is not None:
        return f"It goes round an orbit {number(wide)} wide: {nearly}."
    if every is None:
        return f"It swings over a width of {number(wide)}, without a period."
    off = _off(orbit, every)
    near = f" to within {number(off)}" if off > _EXACTLY * wide else ""
    if every == 2:
        return f"It jumps between two places {number(wide)} apart: every second step brings it back{near} (period 2)."
    also = f"; {nearly}" if nearly else ""
    return f"It goes round an orbit {number(wide)} wide: every {count(every)} steps bring it back{near}{also}."


def _much_shorter(orbit: np.ndarray, every: int, wide: float) -> int | None:
    """Return the smallest number of steps, half as many as the period at most, after which an orbit is nearly back."""
    off = np.array([np.sqrt((_apart(orbit, lag) ** 2).mean()) for lag in range(1, every // 2 + 2)])
    back = np.flatnonzero((off[1:-1] < off[:-2]) & (off[1:-1] <= off[2:]) & (off[1:-1] <= _NEARLY * wide)) + 2
    return next((lag for lag in back.tolist() if _off(orbit, lag) <= _NEARLY_AT_WORST * wide), None)


def _comes_back(orbit: np.ndarray, every: int, wide: float) -> bool:
    """Tell whether an orbit (n, 2) as wide as is told comes back after so many steps, and still is as wide at its end.

    A burst that dies down is back where it was soon enough when measured by how wide it was.
    """
    size = float(np.sqrt((_apart(orbit, every) ** 2).mean()))
    near = size <= SAME * wide and _off(orbit, every) <= _AT_WORST * wide
    return near and width(orbit[-(max(2 * every, _LAST) + 1) :]) >= _AS_WIDE * wide


def _off(orbit: np.ndarray, every: int) -> float:
    """Return how far the last points of an orbit (n, 2) are from where they were so many steps before, at most."""
    return float(_apart(orbit, every).max())


def _apart(orbit: np.ndarray, every: int) -> np.ndarray:
    """Return how far the last points of an orbit (n, 2) are from where they were so many steps before, each."""
    found: np.ndarray = np.hypot(*(orbit[every:] - orbit[:-every])[-_RECENT:].T)
    return found


def _floor(case: Case) -> float:
    """Return the height that the run's loss is measured above."""
    least = float(case.trajectory.losses.min())
    return least if case.critical.lowest is None else min(least, case.critical.lowest)
