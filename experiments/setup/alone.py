"""One run of an experiment by itself, without what changes no result: what results are stored under. And back."""

from collections.abc import Collection
from dataclasses import replace

from experiments.setup import limits
from experiments.setup.experiment import Experiment
from experiments.setup.fields import WITHOUT_RESULT


def alone_at(experiment: Experiment, place: int, keep: Collection[str] = ()) -> Experiment:
    """Return the experiment with the run at this place only, and what changes no result at its default.

    keep: fields of that kind which stay all the same.
    """
    given = experiment.runs[place]
    run = replace(given, name="", color=None) if given.name or given.color is not None else given
    left_out = {key: default for key, default in WITHOUT_RESULT.items() if key not in keep}
    return experiment.replace(runs=(run,), criteria=experiment.stopping_criteria, **left_out)


def among_others(experiment: Experiment, place: int, changed: Experiment) -> Experiment:
    """Return the experiment as a change of alone_at(experiment, place) makes it: all else is kept.

    The spread only as far as the changed start has room for it.
    """
    old, runs = experiment.runs[place], list(experiment.runs)
    runs[place] = replace(changed.runs[0], name=old.name, color=old.color)
    kept = {key: getattr(experiment, key) for key in WITHOUT_RESULT}
    kept["spread"] = min(experiment.spread, limits.FARTHEST - max(map(abs, changed.start)))
    return changed.replace(runs=tuple(runs), criteria=experiment.criteria, **kept)
