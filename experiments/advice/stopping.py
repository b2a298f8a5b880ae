"""Early stopping: a criterion that held where there is no minimum was too loose."""

from experiments.advice.changes import changed
from experiments.advice.problem import Problem
from experiments.advice.suggestion import Suggestion
from experiments.advice.words import reaches
from experiments.setup.criteria import NEVER, kinds, statement
from experiments.simulation.stopping import known_lowest
from numerals import count


def too_loose(problem: Problem) -> Suggestion | None:
    """The run was stopped before it arrived anywhere."""
    key = problem.experiment.stop_at
    if key == NEVER or "stopped_at" not in problem.verdict.evidence:
        return None
    found = problem.trials.first([changed(problem.experiment, stop_at=NEVER)])
    if found is None:
        return None
    step, kind = problem.trajectory.steps, kinds(known_lowest(problem.experiment))[key]
    held = statement(kind, problem.experiment.criteria)
    text = f"Stopped at step {count(step)} because {kind.claim} ({held}): too loose here. Without it, it "
    return Suggestion(text=f"{text}{reaches(problem.before, found)}.", label="Do not stop early", ending=found)
