"""Advice on the page: worked out while nothing moves, a little at a time; a button carries it out."""

import hashlib
from typing import Any

from experiments import Advice, Experiment
from experiments.results.judged_runs import Result, results_of
from experiments.setup.alone import among_others
from experiments.setup.failures import sentence, standing
from experiments.studies.jobs import work_at

ADVICE = "The advice"
PATIENCE = 0.15  # seconds after which a packet goes out with the advice that is there; the stage asks for the rest


def advice_of(experiment: Experiment, results: tuple[Result, ...]) -> dict[str, Any]:
    """Return what the stage is told: a token of the experiment, and each run's advice, None where it is not there yet.

    At least one run's is worked out at each call, so that asking again comes to an end.
    """
    work = _Work(results)
    work_at([work], PATIENCE, least=1)
    return {"token": token_of(experiment), "runs": work.told}


class _Work:
    """The advice of every run; a verdict keeps its own, so that this may be left and begun anew."""

    def __init__(self, results: tuple[Result, ...]) -> None:
        self._results = results
        self.told = [_told(result) if "advice" in vars(result.verdict) else None for result in results]

    @property
    def size(self) -> int:
        return len(self.told)

    @property
    def done(self) -> int:
        return self.size - self.told.count(None)

    @property
    def finished(self) -> bool:
        return None not in self.told

    def make_one(self) -> None:
        """Work out the advice of the first run that has none."""
        if not self.finished:
            place = self.told.index(None)
            self.told[place] = _told(self._results[place])


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
    return None if index is None else among_others(experiment, place, advice[index].experiment)


def _place(value: Any, count: int) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and 0 <= value < count else None


def _plain(advice: tuple[Advice, ...]) -> list[dict[str, str]]:
    return [{"text": one.text, "label": one.label} for one in advice]
