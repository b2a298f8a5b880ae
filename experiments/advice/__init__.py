"""What to change about a run that ended badly: every piece of advice is tried before it is given."""

from functools import partial

import numpy as np

from experiments.advice.causes import causes_of
from experiments.advice.improvement import Ending, improves, is_strong
from experiments.advice.problem import Problem
from experiments.advice.suggestion import Suggestion
from experiments.advice.trials import Trials, ending_of
from experiments.setup.alone import alone_at, among_others
from experiments.setup.experiment import Experiment
from experiments.setup.failures import standing
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.outcome import Advice, Verdict

MOST = 3  # pieces of advice for one run

__all__ = ["Ending", "advise", "ending_of", "improves"]


@np.errstate(all="ignore")
def advise(experiment: Experiment, trajectory: Trajectory, verdict: Verdict) -> tuple[Advice, ...]:
    """Return up to three changes after which this run ends better (improves), the likeliest cause first.

    Every one was simulated and judged. The order is that of experiments.advice.causes, but that what only gets a little
    lower comes last. One that fails is left out. A pure function.
    """
    place = trajectory.run
    before = ending_of(alone_at(experiment, place), trajectory, verdict)
    problem = Problem(before, Trials(before))
    found: list[Suggestion] = []
    for cause in causes_of(problem):
        suggestion = standing(f"The advice {cause.__name__}", partial(cause, problem), lambda: None)
        if suggestion is not None and all(suggestion.ending.experiment != s.ending.experiment for s in found):
            found.append(suggestion)
        if sum(is_strong(before, s.ending) for s in found) >= MOST:
            break
    found.sort(key=lambda suggestion: not is_strong(before, suggestion.ending))
    return tuple(
        Advice(text=s.text, label=s.label, experiment=among_others(experiment, place, s.ending.experiment))
        for s in found[:MOST]
    )
