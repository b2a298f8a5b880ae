"""Makes the members of an experiment a little at a time, so that whatever a person does next is answered at once."""

from experiments import Experiment
from experiments.studies import ensemble_sharpness
from experiments.studies.ensemble import are_ready, go_on
from experiments.studies.jobs import Progress

SLICE = 0.2  # seconds; Streamlit lets nothing of the stage interrupt a run of the stage
NAME, CURVATURE = "ensemble", "curvature"  # in wants.WANTS


def worked(experiment: Experiment, wants: frozenset[str], at_rest: bool) -> tuple[frozenset[str], Progress | None]:
    """Return what can be sent of what is wanted, and how far the members are where work at them was asked for.

    at_rest: nothing is being dragged, so that there is time to work. The stage asks again until all are made. The
    members' sharpness comes after all else, where it is wanted.
    """
    if NAME not in wants or experiment.repeats == 1:
        return wants - {NAME}, None
    if are_ready(experiment):
        wait = at_rest and left_to_do(experiment, wants)
        return wants, ensemble_sharpness.go_on(experiment, SLICE) if wait else None
    progress = go_on(experiment, SLICE) if at_rest else None
    return wants if progress is not None and progress.finished else wants - {NAME}, progress


def left_to_do(experiment: Experiment, wants: frozenset[str]) -> bool:
    """Return whether the members' sharpness is wanted beside what is sent of them, and not made yet."""
    return {NAME, CURVATURE} <= wants and not ensemble_sharpness.are_ready(experiment)
