"""Runs that got lost: numbers that are no longer finite, divergence, and ends outside the domain."""

import numpy as np

from experiments.verdict.case import Case
from experiments.verdict.outcome import Outcome, Verdict
from numerals import count, number

FAR = 10.0  # times the domain's half diagonal from its centre: beyond it a run that climbs has diverged
_AS_HIGH = 1.2  # times the height reached before: a run that climbs gets higher
_ENOUGH = 20  # losses, of which two halves can tell whether a run climbs
_RETURNS = 2  # times that a run came back into the domain, from which on it is not lost when it is outside again


def outdoors(case: Case) -> np.ndarray:
    """Return, for each point, whether it lies outside the domain, (T+1,)."""
    return beyond(case, case.at_home)


def beyond(case: Case, at_home: np.ndarray) -> np.ndarray:
    """Return whether points (n, 2), as they lie on the landscape itself, are outside the domain, (n,)."""
    low, high = case.domain
    slack = 1e-6 * (high - low)
    with np.errstate(invalid="ignore"):
        x, y = ((row >= a) & (row <= b) for row, a, b in zip(at_home.T, low - slack, high + slack, strict=True))
        found: np.ndarray = ~(x & y)
        return found


def _limit(case: Case) -> tuple[np.ndarray, float]:
    """Return the domain's centre and the distance from it beyond which a run is far away."""
    low, high = case.domain
    return (low + high) / 2, FAR * float(np.hypot(*(high - low))) / 2


def _ceiling(case: Case) -> float:
    """Return the loss above which a run outside has climbed: clearly above the start's and any in the picture."""
    finite = case.surface.z[np.isfinite(case.surface.z)]
    return max(float(case.trajectory.losses[0]), float(finite.max()) if finite.size else -np.inf) + case.surface.spread


def _climbed(case: Case) -> int | None:
    """Return the first step far outside the domain and higher than anything in view, or None."""
    centre, limit = _limit(case)
    with np.errstate(invalid="ignore", over="ignore"):
        far = np.hypot(*(case.at_home - centre).T) > limit
        high = case.trajectory.losses > _ceiling(case)
    both = far & high
    return int(np.argmax(both)) if both.any() else None


def _left_at(outside: np.ndarray) -> int:
    """Return the step from which on the run was outside, 0 where it never was inside."""
    inside = np.flatnonzero(~outside)
    return int(inside[-1]) + 1 if inside.size else 0


def broken(case: Case) -> Verdict | None:
    """The run met a number that is not finite, or climbed away."""
    trajectory = case.trajectory
    step = _climbed(case)
    still_outside = step is not None and outdoors(case)[max(trajectory.last_finite, step)]  # it did not come back since
    if step is not None and still_outside and not _stays_as_high(case):
        loss = float(trajectory.losses[step])
        if not np.isfinite(loss):
            detail = f"At step {count(step)} it was far outside the domain, and its loss larger than any number."
            return case.verdict(Outcome.DIVERGED, step=step, detail=detail)
        detail = f"At step {count(step)} it was far outside the domain with a loss of {number(loss)}."
        return case.verdict(Outcome.DIVERGED, step=step, detail=detail, evidence={"loss_at_step": loss})
    if trajectory.last_finite == trajectory.steps:
        return None
    step = trajectory.last_finite + 1
    named = (
        ("position", trajectory.points[step]),
        ("loss", trajectory.losses[step]),
        ("gradient", trajectory.gradients[step]),
    )
    quantity = next(name for name, value in named if not np.isfinite(value).all())
    falling = step >= 2 and trajectory.losses[step - 1] < trajectory.losses[0] and outdoors(case)[step - 1]
    if falling and np.hypot(*(case.at_home[step - 1] - _limit(case)[0])) > _limit(case)[1]:
        first = _left_at(outdoors(case)[:step])
        detail = f"It fell without end beyond the domain; from step {count(step)} the {quantity} is no longer finite."
        return case.verdict(Outcome.LEFT_DOMAIN, step=first, detail=detail)
    return case.verdict(
        Outcome.NON_FINITE, step=step, detail=f"At step {count(step)} the {quantity} is no longer a finite number."
    )


def outside(case: Case) -> Verdict | None:
    """The run ended outside the domain: it climbed out (diverged) or fell out."""
    outside = outdoors(case)
    if not outside[-1]:
        return None
    step = _left_at(outside)
    losses = case.trajectory.losses
    if losses[-1] > _ceiling(case) and losses[-1] > losses[step] and not _stays_as_high(case):
        how = f"It has been outside the domain since step {count(step)}" if step else "It started outside the domain"
        detail = f"{how} and climbs: the loss is {number(float(losses[-1]))} now."
        return case.verdict(Outcome.DIVERGED, step=step, detail=detail)
    how = f"It left at step {count(step)}" if step else "It started outside"
    if _falls_on(case):
        fall = f"{how} and falls on: the loss is {number(float(losses[-1]))} now, below all of the inside"
        return case.verdict(Outcome.LEFT_DOMAIN, step=step, detail=f"{fall}. Out there the surface may have no bottom.")
    return case.verdict(Outcome.LEFT_DOMAIN, step=step, detail=f"{how}; what lies out there is not part of the lesson.")


def _stays_as_high(case: Case) -> bool:
    """Tell whether a run outside climbs no more: it wanders out there.

    By what it does with more steps, or, where there are none, by whether the second half of its own goes any higher.
    """
    if case.trajectory.last_finite < case.trajectory.steps:
        return False
    later = case.further
    losses = case.trajectory.losses if later is None else later.trajectory.losses[case.trajectory.steps :]
    if not np.isfinite(losses).all() or len(losses) < _ENOUGH:
        return False
    first, last = np.array_split(losses, 2)
    base = case.surface.lowest
    return bool(last.max() - base <= _AS_HIGH * (first.max() - base))


def _falls_on(case: Case) -> bool:
    """Tell whether a run outside is lower than anything inside, and still getting lower."""
    return bool(case.trajectory.losses[-1] < min(case.surface.lowest, float(case.tail_losses[0])))


def is_lost(case: Case) -> bool:
    """Tell whether the run met numbers that are not finite, or left the domain for good.

    One that went out and came back at least twice in its second half, and is outside at its end, may come back again.
    """
    if case.trajectory.last_finite < case.trajectory.steps:
        return True
    outside = outdoors(case)
    late = outside[case.trajectory.steps // 2 :]
    return bool(outside[-1] and np.count_nonzero(late[:-1] & ~late[1:]) < _RETURNS)
