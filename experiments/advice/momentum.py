"""Momentum: too little to cross a ridge or to follow a narrow valley, or so much that the run swings on and on."""

import numpy as np

from experiments.advice.case import Case
from experiments.advice.changes import momentum_key, with_optimizer, with_parameters
from experiments.advice.suggestion import Suggestion
from experiments.advice.words import height, short
from experiments.verdict import Outcome
from optimizers import OPTIMIZERS

_MORE = (0.9, 0.95, 0.98)
_LESS = (0.9, 0.8, 0.5, 0.0)
_RESTLESS = (Outcome.OSCILLATING, Outcome.DIVERGED, Outcome.NON_FINITE, Outcome.LEFT_DOMAIN)
NARROW = 20.0  # condition number from which a valley is called narrow


def more_momentum(case: Case) -> Suggestion | None:
    """More velocity kept carries a run over a ridge, and along a valley in which it goes to and fro."""
    why = _why_more(case)
    if why is None:
        return None
    key = momentum_key(case.experiment)
    if key is not None:
        now = float(case.run.parameters[key])
        found = case.trials.first([with_parameters(case.experiment, **{key: b}) for b in _MORE if b > now + 0.01], 2)
        if found is None:
            return None
        label = f"Try {key} {short(found.experiment.runs[0].parameters[key])}"
        return Suggestion(text=f"{why} now it is {short(now)}.", label=label, ending=found)
    if case.run.optimizer != "gradient_descent":
        return None
    found = case.trials.first([with_optimizer(case.experiment, "momentum", beta=beta) for beta in _MORE], 2)
    if found is None:
        return None
    label = f"Add momentum {short(found.experiment.runs[0].parameters['beta'])}"
    return Suggestion(text=f"{why} gradient descent has none.", label=label, ending=found)


def _why_more(case: Case) -> str | None:
    if case.verdict.outcome is Outcome.LOCAL_MINIMUM:
        return f"Stuck in a local minimum{height(case.verdict)}: more momentum carries it over the ridge;"
    valley = narrowness(case)
    return None if valley is None else f"{valley}: momentum adds up the steps along the valley;"


def less_momentum(case: Case) -> Suggestion | None:
    """So much velocity is kept that the run shoots past the minimum again and again."""
    key = momentum_key(case.experiment)
    restless = case.overshoots or case.verdict.outcome in _RESTLESS
    if key is None or not restless or not float(case.run.parameters[key]) >= 0.5:
        return None
    now = float(case.run.parameters[key])
    found = case.trials.nearest([with_parameters(case.experiment, **{key: b}) for b in _LESS if b < now - 0.01])
    if found is None:
        return None
    new = float(found.experiment.runs[0].parameters[key])
    text = (
        f"{_name(case, key)} {short(now)} keeps about {short(1 / (1 - now))} past steps in motion, so it swings wide."
    )
    return Suggestion(text=f"{text} Try {short(new)}.", label=f"Try {key} {short(new)}", ending=found)


def narrowness(case: Case) -> str | None:
    """Return the condition number of the Hessian at the nearest minimum, in words, where the valley there is narrow."""
    small, large = (np.nan, np.nan) if case.nearest is None else case.nearest.eigenvalues
    if not small > 0 or large < NARROW * small:
        return None
    return f"Condition number {short(large / small)} at the nearest minimum"


def _name(case: Case, key: str) -> str:
    return next(p.name for p in OPTIMIZERS[case.run.optimizer].parameters if p.key == key)
