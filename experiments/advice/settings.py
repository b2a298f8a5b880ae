"""An optimizer's own numbers: far from the usual ones, or what belongs to other surfaces."""

from experiments.advice.case import Case
from experiments.advice.changes import with_run
from experiments.advice.suggestion import Suggestion
from experiments.advice.words import reaches
from numerals import count, number

_TOLD = 2  # settings: enough to make the point


def usual_settings(case: Case) -> Suggestion | None:
    """Hyperparameters that differ from the defaults."""
    usual = case.optimizer.defaults
    changed = [p for p in case.optimizer.parameters if case.run.parameters[p.key] != usual[p.key]]
    if not changed:
        return None
    found = case.trials.first([with_run(case.experiment, parameters={})])
    if found is None:
        return None
    told = [f"{p.name} {_said(case.run.parameters[p.key])}, usually {_said(usual[p.key])}" for p in changed]
    text = f"Not the usual settings: {'; '.join(told[:_TOLD])}."
    return Suggestion(text=text, label="Usual settings", ending=found)


def usual_rate(case: Case) -> Suggestion | None:
    """Usual settings at the rate that a fresh choice gets."""
    found = case.trials.first(
        [
            with_run(
                case.experiment,
                parameters={},
                learning_rate=case.fallback_rate,
                schedule="constant",
                schedule_parameters={},
                wrappers=(),
            )
        ]
    )
    if found is None:
        return None
    rate = number(case.fallback_rate)
    text = f"At its usual settings, with learning rate {rate} for this surface, it {reaches(case.before, found)}."
    return Suggestion(text=text, label="Reset this run", ending=found)


def _said(value: object) -> str:
    return count(value) if isinstance(value, int) else number(value) if isinstance(value, float) else str(value)
