"""Early stopping: a criterion that held where there is no minimum was too loose."""

from experiments.advice.case import Case
from experiments.advice.changes import changed
from experiments.advice.suggestion import Suggestion
from experiments.advice.words import reaches
from experiments.setup.criteria import NEVER, kinds, statement
from experiments.simulation.stopping import known_lowest
from numerals import count


def too_loose(case: Case) -> Suggestion | None:
    """The run was stopped before it arrived anywhere."""
    key = case.experiment.stop_at
    if key == NEVER or "stopped_at" not in case.verdict.evidence:
        return None
    found = case.trials.first([changed(case.experiment, stop_at=NEVER)])
    if found is None:
        return None
    step, kind = case.trajectory.steps, kinds(known_lowest(case.experiment))[key]
    held = statement(kind, case.experiment.criteria)
    text = f"Stopped at step {count(step)} because {kind.claim} ({held}): too loose here. Without it, it "
    return Suggestion(text=f"{text}{reaches(case.before, found)}.", label="Do not stop early", ending=found)
