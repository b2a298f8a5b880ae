"""Who won: the runs of an experiment ranked by one rule, which is written beside the table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.results.judged_runs import Result
from experiments.simulation.trajectory import Evaluations
from experiments.verdict.outcome import Outcome

RULE = (
    "Runs that reach the global minimum come first, the fewest evaluations to tolerance before the others; then those "
    "in a local minimum, the lowest first and of equals the fewest evaluations; then those that reached none, by their "
    "best loss. Runs that left the domain, diverged or met a number that is not finite share the last place."
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """One run in the race. rank: 1 is first; equal runs share one. to_tolerance: evaluations until it was reached."""

    rank: int
    to_tolerance: Evaluations | None


def rank(results: Sequence[Result]) -> tuple[Place, ...]:
    """Return each run's place, in the runs' order, by RULE. Every call of value, gradient or Hessian counts one."""
    merits = [merit(result) for result in results]
    return tuple(
        Place(rank=1 + sum(other < own for other in merits), to_tolerance=evaluations_to_tolerance(result))
        for own, result in zip(merits, results, strict=True)
    )


def merit(result: Result) -> tuple[float, ...]:
    """Return what runs are ordered by, the best lowest."""
    outcome, counted = result.verdict.outcome, evaluations_to_tolerance(result)
    if outcome.is_lost:
        return (3,)
    if counted is not None and outcome is Outcome.GLOBAL_MINIMUM:
        return 0, sum(counted)
    if counted is not None:
        return 1, _rounded(result.verdict.evidence["value"]), sum(counted)
    best = float(result.trajectory.losses[result.trajectory.best_step])
    return (2, _rounded(best)) if np.isfinite(best) else (3,)


def evaluations_to_tolerance(result: Result) -> Evaluations | None:
    """Return the calls that were made until a minimum was reached; None where none was."""
    verdict = result.verdict
    if not verdict.outcome.at_minimum or verdict.step is None:
        return None
    return Evaluations(*(int(total) for total in result.trajectory.costs[: verdict.step].sum(axis=0)))


def _rounded(height: float) -> float:
    """Return a height without the digits in which two runs at one place differ by rounding."""
    return float(f"{height:.9g}")
