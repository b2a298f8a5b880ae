"""Schedules: one that freezes the run early, and one that would let it come to rest."""

import numpy as np

from experiments.advice.changes import with_run
from experiments.advice.problem import Problem
from experiments.advice.suggestion import Suggestion
from experiments.advice.words import turning
from experiments.verdict.outcome import Outcome
from numerals import number
from optimizers import SCHEDULES

_FALLING = ("cosine", "linear", "inverse_time", "exponential")


def constant_rate(problem: Problem) -> Suggestion | None:
    """The schedule's rates add up to less than the way that is left."""
    if problem.run.schedule == "constant":
        return None
    found = problem.trials.first([with_run(problem.experiment, schedule="constant", schedule_parameters={})])
    if found is None:
        return None
    rates = problem.trajectory.learning_rates
    total = float(np.sum(rates[np.isfinite(rates)]))
    name = SCHEDULES[problem.run.schedule].name
    left = "" if problem.distance is None else f", and the nearest minimum is still {number(problem.distance)} away"
    falls, little = rates[-1] <= 0.5 * rates.max(), problem.distance is None or total <= problem.distance
    if falls and not little:
        last = f"its last steps are about {number(problem.step_size)} long"
        text = f"{name}: the rate has come down to {number(float(rates[-1]))}, {last}{left}."
    else:
        text = f"{name} {'freezes it' if falls else 'holds it back'}: its rates add up to {number(total)}{left}."
    return Suggestion(text=text, label="Constant rate", ending=found)


def falling_rate(problem: Problem) -> Suggestion | None:
    """At a constant rate the steps never become short enough to come to rest."""
    restless = problem.overshoots or problem.experiment.is_noisy or problem.verdict.outcome is Outcome.OSCILLATING
    if problem.run.schedule != "constant" or not restless:
        return None
    found = problem.trials.nearest([with_run(problem.experiment, schedule=key) for key in _FALLING])
    if found is None:
        return None
    name = SCHEDULES[found.experiment.runs[0].schedule].name
    if problem.verdict.outcome is Outcome.NOISE_FLOOR:
        height = problem.verdict.evidence["mean_height"]
        why = f"Noise keeps it {number(height)} above the minimum on average: a rate that falls late lowers that."
    else:
        turns = problem.overshoots or problem.verdict.outcome is Outcome.OSCILLATING
        reason = turning(problem) if turns else f"Its last steps are still about {number(problem.step_size)} long:"
        why = f"{reason} let the learning rate fall over the run."
    return Suggestion(text=why, label=f"{name} schedule", ending=found)
