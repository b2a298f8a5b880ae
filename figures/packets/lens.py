"""The lens as the stage fetches it: from an address's query to one point's numbers and words."""

from functools import lru_cache
from math import isfinite
from typing import Any

from experiments import Experiment, surface_experiment
from experiments.critical.lens import Lens, Shape, lens_at
from experiments.setup import limits
from experiments.setup.link import read_query
from numerals import typed
from parameter import Refusal

_LONGEST_QUERY = 4_000
_KINDS = {"minimum": "minimum", "maximum": "maximum", "saddle": "saddle point"}
_MANY = {"minimum": "minima", "maximum": "maxima", "saddle": "saddle points"}
_BY_SHAPE = {Shape.BOWL: "minimum", Shape.DOME: "maximum", Shape.SADDLE: "saddle point"}


@lru_cache(maxsize=512)
def lens_answer(query: str) -> dict[str, Any]:
    """Return a point's numbers, null for what is not finite. Raises ValueError naming what is not allowed."""
    fields = read_query(query[:_LONGEST_QUERY])
    point = _coordinate(fields.pop("x", ""), "x"), _coordinate(fields.pop("y", ""), "y")
    lens = lens_at(_experiment(tuple(fields.items())), point)
    return {
        "point": list(point),
        "value": _finite(lens.value),
        "gradient": [_finite(part) for part in lens.gradient],
        "hessian": [[_finite(part) for part in row] for row in lens.hessian],
        "eigenvalues": [_finite(part) for part in lens.eigenvalues],
        "vectors": [[_finite(part) for part in row] for row in lens.vectors],
        "shape": lens.shape.name,
        "level": lens.level,
        "title": _title(lens),
        "curves": lens.shape.sentence,
        "condition": _finite(lens.condition),
        "best_rate": _finite(lens.best_rate),
        "contraction": _finite(lens.contraction),
    }


@lru_cache(maxsize=64)
def _experiment(fields: tuple[tuple[str, str], ...]) -> Experiment:
    return surface_experiment(dict(fields))


def _coordinate(text: str, name: str) -> float:
    try:
        number = float(text[:40])
    except ValueError:
        number = float("nan")
    if not abs(number) <= limits.FARTHEST:
        most = typed(limits.FARTHEST)
        raise Refusal(f"{name}: {text[:40]!r} is not allowed; give a number in [-{most}, {most}]")
    return number


def _finite(number: float | None) -> float | None:
    return float(number) if number is not None and isfinite(number) else None


def _title(lens: Lens) -> str:
    """Return what a point is: a critical point and of what kind, or how the surface curves there."""
    known = lens.critical
    if known is not None:
        kind = _KINDS[known.kind]
        if known.on_curve:
            return f"On a curve of {_MANY[known.kind]}"
        if known.boundary:
            return f"At the domain's edge: {kind} only because it ends there"
        if lens.shape is Shape.KINK:
            return f"At a kink: {kind}"
        return f"Critical point: {kind}"
    if not lens.level:
        return lens.shape.sentence
    if lens.shape is Shape.STRAIGHT:
        return "Level ground: no slope, no curvature"
    return f"Critical point: {_BY_SHAPE.get(lens.shape, 'the curvature alone cannot tell its kind')}"
