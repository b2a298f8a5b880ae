"""What of an experiment's link the picture of its surface depends on."""

from collections.abc import Mapping
from typing import Any

from experiments.setup import document, link
from experiments.setup.experiment import Experiment
from experiments.setup.link_text import single
from parameter import Refusal

_WORDS = ("on", "formula", "view", "scale", "with", "data", "flag", "held", "rest", "from", "plane")
_SURFACE = {word.key: word for word in link.WORDS if word.key in _WORDS}


def surface_query(experiment: Experiment) -> dict[str, str]:
    """Return the fields of the experiment's link that the picture of its surface depends on.

    That of a plane along the runs' paths depends on all that the runs do.
    """
    if experiment.has_many_weights and experiment.plane == "path":
        return experiment.replace(repeats=1, spread=0.0).to_query()
    shown = experiment.replace(
        runs=(), noise=0.0, smoothing_schedule="constant", smoothing=0.0 if experiment.fades else experiment.smoothing
    )
    plain = document.plain(shown)
    said = {key: word.write(plain) for key, word in _SURFACE.items()}
    return {key: text for key, text in said.items() if text}


def surface_experiment(mapping: Mapping[str, Any]) -> Experiment:
    """Return an experiment without runs from what surface_query gave. Raises ValueError naming the field."""
    fields = single(mapping)
    if "v" in fields:
        return Experiment.from_query(fields)
    for key in fields:
        if key not in _SURFACE:
            raise Refusal(f"{key[:40]!r}: unknown field of a surface; known: {', '.join(_SURFACE)}")
    plain: dict[str, Any] = {}
    for key, word in _SURFACE.items():
        plain |= word.read(fields.get(key, word.absent or ""))
    return Experiment(**plain)
