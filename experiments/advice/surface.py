"""The surface: noise that shakes a run off, smoothing that hides small hollows at first."""

import numpy as np

from experiments.advice.changes import changed
from experiments.advice.problem import Problem
from experiments.advice.suggestion import Suggestion
from experiments.advice.words import reaches
from experiments.critical.defaults import round_to
from experiments.objective.smoothing_limit import smoothing_limit
from experiments.verdict.outcome import Outcome
from numerals import number

_SIZE = 0.1  # sigma as a share of the view's shorter side
_SHAKES = (1.0, 5.0)  # noise in multiples of the usual gradient on the way


def smoothed(problem: Problem) -> Suggestion | None:
    """Small hollows catch the run: start on a smoothed surface that becomes the true one."""
    experiment = problem.experiment
    if experiment.smoothing:
        return None
    (x0, x1), (y0, y1) = problem.judged.home
    side = min(x1 - x0, y1 - y0)
    change = changed(experiment, smoothing=round_to(_SIZE * side, 1), smoothing_schedule="linear")
    if change is None or change.smoothing > smoothing_limit(change):
        return None
    found = problem.trials.first([change])
    if found is None:
        return None
    sigma, end = number(found.experiment.smoothing), reaches(problem.before, found)
    text = f"Smoothing by {sigma} that fades over the run hides small hollows at first: it {end}."
    return Suggestion(text=text, label=f"Smooth by {sigma}", ending=found)


def shaken(problem: Problem) -> Suggestion | None:
    """A little noise in the gradient shakes a run off a saddle or out of a shallow minimum."""
    experiment = problem.experiment
    usual = float(np.median(problem.slopes)) if problem.slopes.size else 0.0
    if experiment.is_noisy or not usual > 0:
        return None
    sizes = _SHAKES if problem.verdict.outcome is Outcome.LOCAL_MINIMUM else (0.01, 0.1)
    changes = [changed(experiment, noise=round_to(share * usual, 1)) for share in sizes]
    found = problem.trials.first(changes)
    if found is None:
        return None
    noise = number(found.experiment.noise)
    text = f"Noise of {noise} in every gradient shakes it loose: it {reaches(problem.before, found)}."
    return Suggestion(text=text, label=f"Noise {noise}", ending=found)
