"""What was learnt about rows that were not seen, over one number, for the stage: made a little at a time."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from experiments import Experiment
from experiments.setup.failures import standing
from experiments.studies.jobs import Progress
from experiments.studies.unseen import Study, numbers_of, studies_of

SLICE = 0.2  # seconds
UNSEEN = "The comparison of what was not seen"


def unseen_numbers(experiment: Experiment) -> list[dict[str, str]]:
    """Return the numbers over which there is a comparison, before any is made."""
    return [{"address": number.address, "name": number.name} for number in numbers_of(experiment)]


def unseen_slice(experiment: Experiment, of: Sequence[Any] = ()) -> dict[str, Any]:
    """Work at the studies for a while; return them as far as they are made, and the progress.

    of: the addresses that are looked at; all where none of them has a study. Whoever asks asks again until all is done.
    Numbers that are not there are null. Nothing where no rows are held out.
    """
    addresses = [one for one in of if isinstance(one, str)]
    studies, progress = standing(
        UNSEEN, lambda: studies_of(experiment, SLICE, least=1, of=addresses), lambda: ((), Progress(done=0, all=0))
    )
    why = "" if studies else "Hold rows out of a model with many weights to see this."
    return {
        "progress": asdict(progress),
        "studies": [_told(study) for study in studies],
        "why": why,
    }


def _told(study: Study) -> dict[str, Any]:
    return {
        "address": study.address,
        "name": study.name,
        "log": study.log,
        "now": study.now,
        "values": study.values.tolist(),
        "runs": [
            {"train": _plain(train), "heldout": _plain(heldout), "best": _plain(best)}
            for train, heldout, best in zip(study.train, study.heldout, study.best, strict=True)
        ],
    }


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
