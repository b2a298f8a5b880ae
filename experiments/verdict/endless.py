"""Losses on data that have no minimum: what a run on them is on its way to."""

from dataclasses import replace

from experiments.setup.experiment import landscape_of
from experiments.verdict.case import Case
from experiments.verdict.outcome import Verdict
from numerals import number


def with_no_minimum(case: Case, verdict: Verdict) -> Verdict:
    """Return the verdict with a sentence more where the loss is known to have no minimum for a run to come to."""
    landscape = landscape_of(case.experiment)
    if landscape.model is None or not landscape.complete or landscape.lowest is not None:
        return verdict
    if landscape.model.target == "class":
        lowest = "towards 0" if landscape.infimum == 0 else "for ever"
        why = f"the classes can be parted without a mistake, so it falls {lowest} while the weights grow for ever"
    else:
        lowest = "for ever" if landscape.infimum is None else f"towards {number(landscape.infimum)}"
        why = f"it falls {lowest} while the weights grow for ever"
    return replace(verdict, detail=f"{verdict.detail} This loss has no minimum: {why}.".strip())
