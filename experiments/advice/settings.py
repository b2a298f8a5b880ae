"""An optimizer's own numbers: far from the usual ones, or what belongs to other surfaces."""

from experiments.advice.changes import with_run
from experiments.advice.problem import Problem
from experiments.advice.suggestion import Suggestion
from experiments.advice.words import reaches
from numerals import count, number

_TOLD = 2  # settings: enough to make the point


def usual_settings(problem: Problem) -> Suggestion | None:
    """Hyperparameters that differ from the defaults."""
    usual = problem.optimizer.defaults
    changed = [p for p in problem.optimizer.parameters if problem.run.parameters[p.key] != usual[p.key]]
    if not changed:
        return None
    found = problem.trials.first([with_run(problem.experiment, parameters={})])
    if found is None:
        return None
    told = [f"{p.name} {_said(problem.run.parameters[p.key])}, usually {_said(usual[p.key])}" for p in changed]
    text = f"Not the usual settings: {'; '.join(told[:_TOLD])}."
    return Suggestion(text=text, label="Usual settings", ending=found)


def usual_rate(problem: Problem) -> Suggestion | None:
    """Usual settings at the rate that a fresh choice gets."""
    found = problem.trials.first(
        [
            with_run(
                problem.experiment,
                parameters={},
                learning_rate=problem.fallback_rate,
                schedule="constant",
                schedule_parameters={},
                wrappers=(),
            )
        ]
    )
    if found is None:
        return None
    rate = number(problem.fallback_rate)
    text = f"At its usual settings, with learning rate {rate} for this surface, it {reaches(problem.before, found)}."
    return Suggestion(text=text, label="Reset this run", ending=found)


def _said(value: object) -> str:
    return count(value) if isinstance(value, int) else number(value) if isinstance(value, float) else str(value)
