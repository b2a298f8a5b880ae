"""Makes the members of an experiment a little at a time, so that whatever a person does next is answered at once."""

from experiments import Experiment
from experiments.ensemble import Progress, are_ready, go_on

SLICE = 0.2  # seconds; Streamlit lets nothing of the stage interrupt a run of the stage
NAME = "ensemble"  # in ui.wants


def worked(experiment: Experiment, wants: frozenset[str], at_rest: bool) -> tuple[frozenset[str], Progress | None]:
    """Return what can be sent of what is wanted, and how far the members are where work at them was asked for.

    at_rest: nothing is being dragged, so that there is time to work. The stage asks again until all are made.
    """
    if NAME not in wants or experiment.repeats == 1:
        return wants - {NAME}, None
    if are_ready(experiment):
        return wants, None
    progress = go_on(experiment, SLICE) if at_rest else None
    return wants if progress is not None and progress.finished else wants - {NAME}, progress
