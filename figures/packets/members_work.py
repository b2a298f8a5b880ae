"""Makes the members of an experiment a little at a time, each time one answer: how far they are, and what is there."""

from dataclasses import asdict
from typing import Any

from experiments import Experiment
from experiments.setup.failures import sentence, standing
from experiments.studies import ensemble_sharpness
from experiments.studies.ensemble import are_ready, go_on
from experiments.studies.jobs import Progress
from figures.packets import members
from figures.packets.binary import Arrays, packed
from parameter import Refusal

SLICE = 0.2  # seconds
MEMBERS = "The many runs"


def members_slice(experiment: Experiment, sharpness: bool = False, has: bool = False) -> bytes:
    """Work at the members for a while; return the progress and what was made, in binary.py's form.

    Whoever asks asks again until neither they nor, where it is wanted, their sharpness are still to be made (more).
    has: all but that is there already, and not sent again meanwhile. Raises Refusal where each is run once.
    """
    if experiment.repeats == 1:
        raise Refusal("repeats: 1; there are members only of runs that are repeated")
    told, arrays, progress = standing(MEMBERS, lambda: _slice(experiment, sharpness, has), lambda: _failed(experiment))
    return packed({"many": told, "progress": None if progress is None else asdict(progress)}, arrays, named=False)


def _slice(experiment: Experiment, sharpness: bool, has: bool) -> tuple[dict[str, Any], Arrays, Progress | None]:
    told = members.told(experiment)
    progress, work_at_sharpness = None, are_ready(experiment)
    if not work_at_sharpness:
        progress = go_on(experiment, SLICE)
        if not progress.finished:
            return told, [], progress
    if sharpness and not ensemble_sharpness.are_ready(experiment):
        if work_at_sharpness:
            progress = ensemble_sharpness.go_on(experiment, SLICE)
        told["more"] = progress is None or not work_at_sharpness or not progress.finished
        if has and told["more"]:
            return told, [], progress
    runs, arrays = members.drawn(experiment, sharpness=sharpness and not told["more"])
    return told | {"runs": runs}, arrays, progress


def _failed(experiment: Experiment) -> tuple[dict[str, Any], Arrays, Progress | None]:
    return members.told(experiment) | {"pending": sentence(MEMBERS), "failed": True}, [], None
