"""What of an experiment's link the picture of its surface depends on."""

from collections.abc import Mapping
from typing import Any

from experiments.setup import document, link, modifiers
from experiments.setup.experiment import Experiment
from parameter import Refusal

_SURFACE = ("on", "formula", "view", "scale", "with")


def surface_query(experiment: Experiment) -> dict[str, str]:
    """Return the fields of the experiment's link that the picture of its surface depends on."""
    shown = experiment.replace(
        runs=(), noise=0.0, smoothing_schedule="constant", smoothing=0.0 if experiment.fades else experiment.smoothing
    )
    plain = document.plain(shown)
    query = link.write({**plain, "runs": []})
    fields: dict[str, str] = {key: query[key] for key in query if key in ("on", "formula", "view", "scale")}
    if not shown.unmodified:
        fields["with"] = link.modifiers_text(plain)
    return fields


def surface_experiment(mapping: Mapping[str, Any]) -> Experiment:
    """Return an experiment without runs from what surface_query gave. Raises ValueError naming the field."""
    fields = link.single(mapping)
    for key in fields:
        if key not in _SURFACE:
            raise Refusal(f"{key[:40]!r}: unknown field of a surface; known: {', '.join(_SURFACE)}")
    key, parameters = link.read_landscape(fields.get("on", ""))
    view: Any = link.read_view(fields["view"]) if fields.get("view") else None
    given = modifiers.fields_of(link.read_modifiers(fields.get("with", "")))
    return Experiment(
        landscape=key,
        landscape_parameters=parameters,
        formula=fields.get("formula", ""),
        view=view,
        scale=fields.get("scale", ""),
        **given,
    )
