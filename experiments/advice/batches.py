"""Batches of rows: the fewer rows a gradient is the mean of, the more it scatters."""

from experiments.advice.changes import changed
from experiments.advice.problem import Problem
from experiments.advice.suggestion import Suggestion
from experiments.setup.points import points_of
from experiments.verdict.outcome import Outcome
from numerals import count, number

_TIMES = (4, 16)


def larger_batch(problem: Problem) -> Suggestion | None:
    """Gradients of few rows scatter: the mean of more of them scatters less."""
    experiment = problem.experiment
    if not experiment.batched:
        return None
    rows = len(points_of(experiment).kept)
    sizes = [times * experiment.batch for times in _TIMES if times * experiment.batch < rows]
    found = problem.trials.first([changed(experiment, batch=size) for size in [*sizes, 0]])
    if found is None:
        return None
    few = f"batches of {count(experiment.batch)} row{'' if experiment.batch == 1 else 's'}"
    more, all_rows = found.experiment.batch, f"all {count(rows)} rows"
    if problem.verdict.outcome is Outcome.NOISE_FLOOR:
        height = problem.verdict.evidence["mean_height"]
        why = f"Gradients from {few} scatter, which keeps it {number(height)} above the minimum on average."
    else:
        why = f"Gradients from {few} scatter."
    instead = f"Take the mean of {count(more) if more else all_rows}."
    return Suggestion(text=f"{why} {instead}", label=f"Batch of {count(more) if more else 'all rows'}", ending=found)
