"""Steps: the run was on its way when they ran out."""

from math import ceil

import numpy as np

from experiments.advice.changes import changed
from experiments.advice.problem import Problem
from experiments.advice.suggestion import Suggestion
from experiments.critical.defaults import round_to
from experiments.setup import limits
from numerals import count, number

_FAR = 60  # times the given steps: the longest run that is looked at
_REST = 1.15  # times the steps to a minimum, so that the run is also seen to rest there
_FEW = 0.05  # of the steps
_TIMES = (2, 4, 10)


def more_steps(problem: Problem) -> Suggestion | None:
    """The loss was still falling: so many steps more reach a minimum, or at least lower ground."""
    now, losses = problem.trajectory.steps, problem.trajectory.losses
    window = max(1, now // 10)
    if not now or not np.isfinite(losses[-1]) or not losses[-1] < losses[-1 - window] or now >= limits.MAX_STEPS:
        return None
    fits = [times * now for times in _TIMES if times * now <= limits.MAX_STEPS] or [limits.MAX_STEPS]
    longest = changed(problem.experiment, steps=min(limits.MAX_STEPS, _FAR * now))
    far = None if longest is None else problem.trials.ending(longest)
    reached = far.verdict.step if far is not None and far.rank else None
    if reached is not None:
        fits.insert(0, min(limits.MAX_STEPS, max(_with_rest(reached), now + 1)))
    projected = problem.verdict.evidence.get("projected_steps")
    if projected is not None:  # as the verdict says; of a longer run a burst much later would be the last arrival
        fits.insert(0, min(limits.MAX_STEPS, _with_rest(now + int(projected))))
    found = problem.trials.first([changed(problem.experiment, steps=steps) for steps in fits])
    if found is None:
        return None
    steps = found.experiment.steps
    label = f"Run {count(steps)} steps"
    if found.rank and found.verdict.step is not None:
        more = found.verdict.step - now
        if more > _FEW * now and _with_rest(found.verdict.step) < steps:  # the schedule fills the longer run
            text = f"Still descending: a run of {count(steps)} steps is at the minimum after about "
            text += f"{count(_round(found.verdict.step))}."
        elif more > _FEW * now:
            text = f"Still descending: about {count(_round(more))} more steps to the minimum."
        else:
            text = "It was just arriving when the steps ran out: a few more show whether it comes to rest."
    else:
        text = f"Still descending: {count(steps)} steps bring the loss from {number(problem.before.final)} down to "
        text += f"{number(found.final)}."
    return Suggestion(text=text, label=label, ending=found)


def _with_rest(reached: int) -> int:
    """Return the steps of a run that is at a minimum after so many and is seen to rest there."""
    return _tidy(_REST * reached + 20)


def _tidy(steps: float) -> int:
    """Return the number of steps rounded up to two digits."""
    size = 10 ** max(0, len(str(int(steps))) - 2)
    found: int = ceil(steps / size) * size
    return found


def _round(steps: int) -> int:
    return int(round_to(float(steps)))
