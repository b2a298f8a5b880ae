"""For each outcome, what may lie behind it, the likeliest cause first."""

from experiments.advice.batches import larger_batch
from experiments.advice.brakes import averaged, clipped
from experiments.advice.momentum import less_momentum, more_momentum, narrowness
from experiments.advice.patience import more_steps
from experiments.advice.places import nudge, other_start
from experiments.advice.problem import Problem
from experiments.advice.rates import higher_rate, lower_rate
from experiments.advice.rules import adam, cma_es, lbfgs, newton, saddle_free
from experiments.advice.schedules import constant_rate, falling_rate
from experiments.advice.settings import usual_rate, usual_settings
from experiments.advice.stopping import too_loose
from experiments.advice.suggestion import Cause
from experiments.advice.surface import shaken, smoothed
from experiments.verdict.outcome import Outcome

FAR_BELOW = 0.2  # of a fresh choice: a rate under it is the first thing to look at
LATE = 0.6  # of the steps: a global minimum reached later than that could be reached sooner

_THROWN = (lower_rate, clipped, less_momentum, usual_settings, adam, other_start, lbfgs, usual_rate)
_CAUSES: dict[Outcome, tuple[Cause, ...]] = {
    Outcome.LOCAL_MINIMUM: (
        constant_rate,
        more_momentum,
        higher_rate,
        other_start,
        usual_settings,
        smoothed,
        cma_es,
        shaken,
        lower_rate,
    ),
    Outcome.SADDLE_POINT: (saddle_free, nudge, shaken, higher_rate, adam, other_start, usual_rate),
    Outcome.PLATEAU: (constant_rate, higher_rate, other_start, adam, usual_settings, lower_rate, lbfgs, usual_rate),
    Outcome.AT_BOUNDARY: (other_start, more_momentum, higher_rate, lower_rate, adam, usual_rate),
    Outcome.LEFT_DOMAIN: _THROWN,
    Outcome.OSCILLATING: (
        lower_rate,
        falling_rate,
        less_momentum,
        usual_settings,
        adam,
        lbfgs,
        other_start,
        usual_rate,
        larger_batch,
        more_steps,
    ),
    Outcome.NOISE_FLOOR: (falling_rate, lower_rate, larger_batch, averaged, more_steps, usual_rate),
    Outcome.DIVERGED: _THROWN,
    Outcome.NON_FINITE: _THROWN,
}
_SLOW = (more_steps, higher_rate, usual_settings, lower_rate, adam, newton, falling_rate, less_momentum, other_start)


def causes_of(problem: Problem) -> tuple[Cause, ...]:
    """Return the causes to look for, in the order in which a teacher would name them."""
    outcome = problem.verdict.outcome
    if outcome is Outcome.GLOBAL_MINIMUM:
        step = problem.verdict.step
        return (higher_rate,) if step is not None and step > LATE * problem.trajectory.steps else ()
    return (too_loose, *(_slow(problem) if outcome is Outcome.STILL_DESCENDING else _CAUSES[outcome]))


def _slow(problem: Problem) -> tuple[Cause, ...]:
    """A schedule that freezes comes first, then a rate far off, a narrow valley, and plain impatience."""
    first: tuple[Cause, ...] = (constant_rate,)
    if problem.excess is not None or problem.is_thrown:
        first += (lower_rate,)
    elif problem.run.learning_rate < FAR_BELOW * problem.fallback_rate:
        first += (higher_rate,)
    if narrowness(problem) is not None:
        first += (more_momentum,)
    if problem.experiment.batched:
        first += (larger_batch,)
    return first + tuple(cause for cause in _SLOW if cause not in first) + (usual_rate,)
