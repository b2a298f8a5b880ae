"""Around the optimizer: clipped gradients where a cliff throws the run out, averages where noise shakes it."""

import numpy as np

from experiments.advice.changes import with_wrapper
from experiments.advice.problem import Problem
from experiments.advice.suggestion import Suggestion
from experiments.critical.defaults import round_to
from numerals import number

_SHARES = (0.02, 0.005)  # of the view's diagonal that a step at the clipped gradient moves


def clipped(problem: Problem) -> Suggestion | None:
    """One steep place throws the run away: the gradient there is cut."""
    if problem.optimizer.rate_class != "curvature":
        return None  # only there is a step as long as the gradient makes it
    steepest = float(np.max(problem.slopes, initial=0.0))
    bounds = [
        min(max(round_to(share * problem.judged.size / problem.run.learning_rate, 1), 1e-3), 1e3) for share in _SHARES
    ]
    changes = [with_wrapper(problem.experiment, "clip_norm", max_norm=bound) for bound in bounds if bound < steepest]
    found = problem.trials.first([change for change in changes if change is not None])
    if found is None:
        return None
    bound = found.experiment.runs[0].wrappers[-1].parameters["max_norm"]
    text = f"The gradient was up to {number(steepest)} long before it was lost: clip it at {number(bound)}."
    return Suggestion(text=text, label=f"Clip at {number(bound)}", ending=found)


def averaged(problem: Problem) -> Suggestion | None:
    """Noise shakes the weights: their running mean is calmer."""
    change = with_wrapper(problem.experiment, "ema_weights", decay=0.95)
    found = None if change is None else problem.trials.first([change])
    if found is None:
        return None
    spread = float(np.sqrt(problem.verdict.evidence.get("variance", np.nan)))
    text = f"The weights scatter by {number(spread)} around the minimum: their moving average scatters less."
    return Suggestion(text=text, label="Average the weights", ending=found)
