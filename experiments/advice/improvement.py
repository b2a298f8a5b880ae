"""Whether one run ended better than another: the rule that advice is checked by, in one function."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from experiments.setup.experiment import Experiment
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.case import Case
from experiments.verdict.judged import verdict_of
from experiments.verdict.outcome import Outcome, Verdict

CLEAR, CLEAR_IN_NOISE = 0.02, 0.3  # of the height that could still be lost: a smaller gain is none
FASTER = 0.6  # of the steps to the same minimum: more than that is no faster
_RANKS = {Outcome.GLOBAL_MINIMUM: 2, Outcome.LOCAL_MINIMUM: 1}
_ON_THE_WAY = (Outcome.STILL_DESCENDING, Outcome.NOISE_FLOOR)
_AT_REST = (Outcome.SADDLE_POINT, Outcome.PLATEAU, Outcome.AT_BOUNDARY)


@dataclass(frozen=True, kw_only=True, eq=False)
class Ending:
    """A run with what became of it. lowest: the surface's lowest known value, or None."""

    experiment: Experiment
    trajectory: Trajectory
    verdict: Verdict
    lowest: float | None

    @property
    def rank(self) -> int:
        """2 at the global minimum, 1 in a local one, else 0."""
        return _RANKS.get(self.verdict.outcome, 0)

    @property
    def is_lost(self) -> bool:
        """Whether it ended outside the domain or without numbers."""
        return self.verdict.outcome.is_lost

    @property
    def final(self) -> float:
        """The last loss; infinite where it is no number, or the run had ended before."""
        return _number(self.trajectory.final_loss)

    @cached_property
    def has_a_goal(self) -> bool:
        """Whether the surface has a minimum inside its domain: one on the edge is none of the surface."""
        critical = Case(self.experiment, self.trajectory).critical
        return bool(critical.curves_of_minima) or any(not point.boundary for point in critical.all_minima)

    @cached_property
    def becomes(self) -> Outcome:
        """What it comes to when it is continued, where it was on its way."""
        if self.verdict.outcome is not Outcome.STILL_DESCENDING:
            return self.verdict.outcome
        later = Case(self.experiment, self.trajectory).further
        return self.verdict.outcome if later is None else verdict_of(later.experiment, later.trajectory).outcome

    @cached_property
    def level(self) -> float:
        """The mean loss over the last tenth of the steps, which one lucky step does not change."""
        trajectory = self.trajectory
        with np.errstate(over="ignore"):
            return _number(np.mean(trajectory.until_it_broke(trajectory.losses)[-(1 + trajectory.steps // 10) :]))


def improves(before: Ending, after: Ending) -> bool:
    """Tell whether the run after the change ended better than the one before.

    Ends are ranked: the global minimum, a local one, anything else. Better is a higher rank, if it is not bought with
    a higher loss; or the same rank with a final loss and a mean loss over the last tenth both clearly lower (a run on
    its way may be so compared with one in a local minimum); or the global minimum again, no higher and in clearly fewer
    steps. What is lower without a minimum is better only where there is one to come to, and where it is not on its way
    to something else: a saddle is no help, however low it is, nor is a slower way out of the domain. A run that
    diverges, leaves the domain or stops being finite is never better, but for one thing: to leave a point of rest on a
    surface that falls without end.
    """
    if after.is_lost:
        endless = after.lowest is None and before.verdict.outcome in _AT_REST
        return endless and after.final < before.final and after.verdict.outcome is Outcome.LEFT_DOMAIN
    if after.rank > before.rank:
        return after.rank > 1 or after.final <= before.final
    if after.rank < before.rank and (before.rank > 1 or after.verdict.outcome not in _ON_THE_WAY):
        return False
    if before.rank > 1:
        steps, needed = before.verdict.step, after.verdict.step
        return steps is not None and needed is not None and needed <= FASTER * steps and after.final <= before.final
    clear = CLEAR_IN_NOISE if before.experiment.is_noisy else CLEAR
    if not (after.final < before.final and before.level - after.level > clear * _to_lose(before, after)):
        return False
    return bool(after.rank) or (after.has_a_goal and not after.becomes.is_lost and after.becomes not in _AT_REST)


def is_strong(before: Ending, after: Ending) -> bool:
    """Tell whether a better ending shows that its change met the cause: a minimum where there was none, or half way."""
    if after.rank > before.rank:
        return True
    floor = min(after.level, np.inf if before.lowest is None else before.lowest)
    return after.level - floor <= 0.5 * (before.level - floor)


def _to_lose(before: Ending, after: Ending) -> float:
    """Return how much lower the run before could have ended, as far as is known."""
    if not np.isfinite(before.level):
        return 0.0
    floor = after.level if before.lowest is None else min(after.level, before.lowest)
    return before.level - floor


def _number(value: float) -> float:
    return float(value) if np.isfinite(value) else float("inf")
