"""Momentum: too little to cross a ridge or to follow a narrow valley, or so much that the run swings on and on."""

import numpy as np

from experiments.advice.changes import momentum_of, with_momentum, with_optimizer
from experiments.advice.problem import Problem
from experiments.advice.suggestion import Suggestion
from experiments.advice.words import stuck
from experiments.verdict.outcome import Outcome
from numerals import number

_MORE = (0.9, 0.95, 0.98)
_LESS = (0.9, 0.8, 0.5, 0.0)
_RESTLESS = (Outcome.OSCILLATING, Outcome.DIVERGED, Outcome.NON_FINITE, Outcome.LEFT_DOMAIN)
NARROW = 20.0  # condition number from which a valley is called narrow


def more_momentum(problem: Problem) -> Suggestion | None:
    """More velocity kept carries a run over a ridge, and along a valley in which it goes to and fro."""
    why = _why_more(problem)
    if why is None:
        return None
    momentum = momentum_of(problem.experiment)
    if momentum is not None:
        now = float(problem.run.parameters[momentum.key])
        more = [value for value in _MORE if value > now + 0.01]
        found = problem.trials.first(with_momentum(problem.experiment, momentum, more), 2)
        if found is None:
            return None
        label = f"Try {momentum.key} {number(found.experiment.runs[0].parameters[momentum.key])}"
        return Suggestion(text=f"{why} now it is {number(now)}.", label=label, ending=found)
    if problem.run.optimizer != "gradient_descent":
        return None
    found = problem.trials.first([with_optimizer(problem.experiment, "momentum", beta=beta) for beta in _MORE], 2)
    if found is None:
        return None
    label = f"Add momentum {number(found.experiment.runs[0].parameters['beta'])}"
    return Suggestion(text=f"{why} gradient descent has none.", label=label, ending=found)


def _why_more(problem: Problem) -> str | None:
    if problem.verdict.outcome is Outcome.LOCAL_MINIMUM:
        return f"{stuck(problem.verdict)} more momentum carries it over the ridge;"
    valley = narrowness(problem)
    return None if valley is None else f"{valley}: momentum adds up the steps along the valley;"


def less_momentum(problem: Problem) -> Suggestion | None:
    """So much velocity is kept that the run shoots past the minimum again and again."""
    momentum = momentum_of(problem.experiment)
    restless = problem.overshoots or problem.verdict.outcome in _RESTLESS
    now = 0.0 if momentum is None else float(problem.run.parameters[momentum.key])
    if momentum is None or not restless or now < 0.5:
        return None
    less = [value for value in _LESS if value < now - 0.01]
    found = problem.trials.nearest(with_momentum(problem.experiment, momentum, less))
    if found is None:
        return None
    new = number(found.experiment.runs[0].parameters[momentum.key])
    text = f"{momentum.name} {number(now)} keeps about {number(1 / (1 - now))} past steps in motion, so it swings wide."
    return Suggestion(text=f"{text} Try {new}.", label=f"Try {momentum.key} {new}", ending=found)


def narrowness(problem: Problem) -> str | None:
    """Return the condition number of the Hessian at the nearest minimum, in words, where the valley there is narrow."""
    small, large = (np.nan, np.nan) if problem.nearest is None else problem.nearest.eigenvalues
    if not small > 0 or large < NARROW * small:
        return None
    return f"Condition number {number(large / small)} at the nearest minimum"
