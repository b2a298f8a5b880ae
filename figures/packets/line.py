"""The line of one number for the stage: how all runs end over it, made a little at a time; losses before verdicts."""

from dataclasses import asdict
from typing import Any

import numpy as np

from experiments import Experiment
from experiments.results.judged_runs import result_of
from experiments.results.stable_rates import stable_rates
from experiments.setup.failures import standing
from experiments.setup.titles import titles_of
from experiments.studies.jobs import Progress
from experiments.studies.maps.cells import NAMES, NEVER
from experiments.studies.maps.fitting import fitted
from experiments.studies.maps.line import UNKNOWN, LineOf, RunLine, line_of
from experiments.studies.maps.numbers import RATE, MapNumber, numbers_of
from figures.packets.atlas import titles_by_name

SLICE = 0.2  # seconds
LINE = "The line of this number"


def line_slice(experiment: Experiment) -> dict[str, Any]:
    """Work at the line that is open on an experiment for a while; return it as far as it is made, and the progress.

    Whoever asks asks again until all is done. Where a run has no such value there is null, and no best before all
    verdicts are there. Where no line is open, or it fails, why says so.
    """
    return standing(LINE, lambda: _slice(experiment), lambda: _none("The line of this number could not be made."))


def _slice(experiment: Experiment) -> dict[str, Any]:
    atlas = fitted(experiment).atlas
    if atlas.kind != "line":
        return _none("No line of a number is open.")
    (axis,) = atlas.axes
    number = next(number for number in numbers_of(experiment) if number.address == axis.address)
    found = line_of(experiment, axis, SLICE, least=1)
    return {
        "progress": asdict(found.progress),
        "address": axis.address,
        "name": number.name,
        "scale": axis.scale,
        "values": found.values.tolist(),
        "runs": _runs(experiment, number, found),
        "outcomes": NAMES.tolist(),
        "titles": titles_by_name(),
        "why": "",
    }


def _none(why: str) -> dict[str, Any]:
    nothing = {"address": "", "name": "", "scale": "linear", "values": [], "runs": [], "outcomes": NAMES.tolist()}
    return {"progress": asdict(Progress(done=0, all=0)), **nothing, "titles": titles_by_name(), "why": why}


def _runs(experiment: Experiment, number: MapNumber, found: LineOf) -> list[dict[str, Any]]:
    titles = titles_of(experiment)
    return [
        {
            "place": run.place,
            "name": titles[run.place],
            "loss": [float(value) if np.isfinite(value) else None for value in run.losses],
            "code": [int(code) if code != UNKNOWN else None for code in run.codes],
            "steps": [int(step) if step != NEVER else None for step in run.steps],
            "best": run.best,
            "good": None if run.good is None else list(run.good),
            "limit": _limit(experiment, number, run),
            "now": number.values[run.place],
            "why": "" if run.has else f"{titles[run.place]} has no number that is called {number.name.lower()}.",
        }
        for run in found.runs
    ]


def _limit(experiment: Experiment, number: MapNumber, run: RunLine) -> float | None:
    """Return the largest stable rate where a run went, on the line of the learning rate; None where none is known."""
    if number.address != RATE:
        return None
    (limit,) = stable_rates(experiment, [result_of(experiment, run.place)])
    return limit
