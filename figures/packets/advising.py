"""Advice on the page: worked out while nothing moves, a little at a time; a button carries it out."""

import hashlib
from time import monotonic
from typing import Any

from experiments import Advice, Experiment
from experiments.advice import within
from experiments.results.judged_runs import Result, results_of
from experiments.setup.failures import sentence, standing

ADVICE = "The advice"
PATIENCE = 0.15  # seconds after which a packet goes out with the advice that is there; the stage asks for the rest


def advice_of(experiment: Experiment, results: tuple[Result, ...]) -> dict[str, Any]:
    """Return what the stage is told: a token of the experiment, and each run's advice, None where it is not there yet.

    At least one run's is worked out at each call, so that asking again comes to an end.
    """
    end, told = monotonic() + PATIENCE, []
    for result in results:
        is_known = "advice" in vars(result.verdict)
        told.append(_told(result) if is_known or monotonic() < end else None)
    return {"token": token_of(experiment), "runs": told}


def _told(result: Result) -> list[dict[str, str]]:
    """Return a run's advice; one sentence without a button where it could not be worked out."""
    return standing(ADVICE, lambda: _plain(result.verdict.advice), lambda: [{"text": sentence(ADVICE), "label": ""}])


def token_of(experiment: Experiment) -> str:
    """Return a mark of the experiment, so that a button of another one's advice does nothing."""
    return hashlib.blake2b(experiment.to_json().encode(), digest_size=8).hexdigest()


def taken(experiment: Experiment, event: Any) -> Experiment | None:
    """Return the experiment that a pressed button leads to; None for advice that was given on another experiment."""
    if not isinstance(event, dict) or event.get("token") != token_of(experiment):
        return None
    place = _place(event.get("run"), len(experiment.runs))
    if place is None:
        return None
    advice = results_of(experiment)[place].verdict.advice
    index = _place(event.get("index"), len(advice))
    return None if index is None else within(experiment, place, advice[index].experiment)


def _place(value: Any, count: int) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and 0 <= value < count else None


def _plain(advice: tuple[Advice, ...]) -> list[dict[str, str]]:
    return [{"text": one.text, "label": one.label} for one in advice]
