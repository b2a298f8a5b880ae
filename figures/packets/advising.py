"""Advice on the page: worked out while nothing moves, a little at a time; each piece with the link that it leads to."""

from typing import Any
from urllib.parse import urlencode

from experiments import Advice, Experiment
from experiments.results.judged_runs import standing_results
from experiments.setup.alone import among_others
from experiments.setup.failures import sentence, standing
from experiments.studies.jobs import work_at

ADVICE = "The advice"
PATIENCE = 0.15  # seconds after which the advice that is there goes out; the stage asks for the rest


def advice_slice(experiment: Experiment) -> dict[str, Any]:
    """Work at the advice for a while; return each run's, None where it is not there yet.

    At least one run's is worked out at each call, so that asking again comes to an end.
    """
    work = _Work(experiment)
    work_at([work], PATIENCE, least=1)
    return {"runs": work.told}


class _Work:
    """The advice of every run; a verdict keeps its own, so that this may be left and begun anew."""

    def __init__(self, experiment: Experiment) -> None:
        self._experiment, self._results = experiment, standing_results(experiment)
        known = ["advice" in vars(result.verdict) for result in self._results]
        self.told = [self._one(place) if there else None for place, there in enumerate(known)]

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
            self.told[place] = self._one(place)

    def _one(self, place: int) -> list[dict[str, str]]:
        """Return a run's advice; one sentence without a button where it could not be worked out."""
        advice = self._results[place].verdict
        return standing(
            ADVICE,
            lambda: [_plain(self._experiment, place, one) for one in advice.advice],
            lambda: [{"text": sentence(ADVICE), "label": "", "query": ""}],
        )


def _plain(experiment: Experiment, place: int, advice: Advice) -> dict[str, str]:
    """Return a piece of advice on the run at this place; query: the link of what it leads to."""
    changed = among_others(experiment, place, advice.experiment)
    return {"text": advice.text, "label": advice.label, "query": urlencode(changed.to_query())}
