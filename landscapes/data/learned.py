"""A landscape on the rows at hand: its view, starts and minima follow the data."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from landscapes.data.learner import Learner
from landscapes.data.lines import far_out
from landscapes.data.model import Known, Model
from landscapes.data.parameters import drawn
from landscapes.data.sample import sample_of
from landscapes.landscape import Landscape
from parameter import Refusal, shown

_LARGEST, _SMALLEST = 1e9, 1e-9  # of a number that is not 0: beyond, a picture's squares would be none
_DOMAIN = 4.0  # times the view: what lies out there is not drawn, but it is ground
_ROOM = 1.5  # times the weights at the farthest minimum: it lies within
_KEPT = 256

Rows = tuple[tuple[float, ...], ...]


@lru_cache(maxsize=_KEPT)
def learned(unit: Landscape, rows: Rows, settings: tuple[tuple[str, Any], ...], l2: float, l1: float) -> Landscape:
    """Return a landscape with a model on these rows, those that are left out taken away, with penalties on the weights.

    Its view and starts are those without penalties. complete: whether its listed points are all there are.
    """
    model, given = _model(unit), dict(settings)
    table = np.array(rows, dtype=np.float64)
    wide, high = model.window(table, **given)
    known = model.known(table, l2, l1, **given)
    found = known or Known()
    places = np.abs(np.array([*found.minima, *found.other_minima, *found.saddles]).reshape(-1, 2)).max(
        axis=0, initial=0
    )
    far_x, far_y = (float(max(_DOMAIN * side, _ROOM * place)) for side, place in zip((wide, high), places, strict=True))
    sample = sample_of(table)

    def function(x: Any, y: Any, **parameters: Any) -> Any:
        return model.mean_loss(x, y, sample, {key: parameters[key] for key in model.settings})

    return replace(
        unit,
        function=function,
        view=((-wide, wide), (-high, high)),
        domain=((-far_x, far_x), (-far_y, far_y)),
        starts=tuple((round(a * wide, 6), round(b * high, 6)) for a, b in model.starts),
        minima=found.minima,
        lowest=found.lowest,
        other_minima=found.other_minima,
        saddle_points=found.saddles,
        kinks=found.kinks,
        complete=known is not None,
        infimum=found.infimum,
    )


def made(**fields: Any) -> Landscape:
    """Return a landscape with a model on the rows of its own data set, as the catalogue lists it."""
    unit = Landscape(function=_unlearned, domain=((-1.0, 1.0),) * 2, view=((-1.0, 1.0),) * 2, starts=(), **fields)
    model = _model(unit)
    settings = tuple((key, unit.defaults[key]) for key in model.settings)

    def function(x: Any, y: Any, **parameters: Any) -> Any:
        sample = sample_of(np.array(own_rows(parameters)))
        return model.mean_loss(x, y, sample, {key: parameters[key] for key in model.settings})

    return replace(learned(unit, own_rows(unit.defaults), settings, 0.0, 0.0), function=function)


def own_rows(values: Mapping[str, Any]) -> Rows:
    """Return the rows that a landscape's own parameters say, but for those that cleaning leaves out."""
    rows = rows_of(drawn(values).rows)
    out = set(far_out(np.array(rows))) if values.get("clean") == "on" else set()
    return tuple(row for place, row in enumerate(rows) if place not in out)


def rows_of(table: Any) -> Rows:
    """Return a table (n, columns) as tuples, without minus zeros."""
    return tuple(tuple(float(value) + 0.0 for value in row) for row in table)


def checked(model: Model | Learner, table: Any, field: str = "data") -> Rows:
    """Return rows that somebody gave as tuples of floats. Raises Refusal naming the row and what is allowed."""
    columns = model.inputs + 1
    names = column_names(model)
    if isinstance(table, np.ndarray):
        table = table.tolist()
    if not isinstance(table, tuple | list):
        raise Refusal(f"{field}: {shown(table)} is not allowed; give rows of {', '.join(names)}")
    if len(table) > model.most_rows:
        raise Refusal(f"{field}: {len(table):,} rows are not allowed; give at most {model.most_rows:,}")
    rows = []
    for place, row in enumerate(table):
        if isinstance(row, str) or not isinstance(row, tuple | list) or len(row) != columns:
            raise Refusal(
                f"{field}: row {place + 1}, {shown(row)}, is not allowed; give {columns} numbers: {', '.join(names)}"
            )
        if model.target == "class" and (isinstance(row[-1], bool) or row[-1] not in range(model.classes)):
            allowed = "0 or 1" if model.classes == 2 else f"0 to {model.classes - 1}"
            raise Refusal(f"{field}: row {place + 1}, class {shown(row[-1])} is not allowed; give {allowed}")
        rows.append(
            tuple(_number(value, f"{field}: row {place + 1}, {name}") for value, name in zip(row, names, strict=True))
        )
    return tuple(rows)


def trouble(model: Model | Learner, rows: Rows, settings: Mapping[str, Any] | None = None) -> str | None:
    """Return what keeps a model from learning from those rows that are not left out, in a sentence, or None.

    settings: of a model with many weights.
    """
    if isinstance(model, Learner):
        return _trouble_with_many(model, rows, settings or {})
    least = 3 if model.target == "number" else 2
    if len(rows) < least:
        why = "a line goes exactly through any two" if least > 2 else "one of each class"
        return f"{len(rows)} row{'' if len(rows) == 1 else 's'} left; keep at least {least}: {why}"
    table = np.array(rows)
    for place, name in enumerate(column_names(model)[:-1]):
        if np.ptp(table[:, place]) <= 1e-12 * np.abs(table[:, place]).max():
            return (
                f"{name} is the same in every row; nothing can be learnt from it: give at least two different numbers"
            )
    if model.target == "class" and np.ptp(table[:, -1]) == 0:
        return f"every row is of class {table[0, -1]:g}; keep rows of both classes, 0 and 1"
    return None


def _trouble_with_many(learner: Learner, rows: Rows, settings: Mapping[str, Any]) -> str | None:
    if not rows:
        return "no row is left to learn from; keep some that are neither held out nor left out"
    if learner.target == "class":
        seen = {row[-1] for row in rows}
        if len(seen) < learner.classes:
            named = " and ".join(f"{label:g}" for label in sorted(seen))
            every = "both classes, 0 and 1" if learner.classes == 2 else f"every class, 0 to {learner.classes - 1}"
            return f"the rows to learn from are of class {named} alone; keep rows of {every}"
        return None
    weights = learner.count(settings)
    if weights > len(rows):
        most = len(rows) - 1
        row = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
        return (
            f"degree {weights - 1} is too many for {row} to learn from; give a degree of at most {most}, or more rows"
        )
    return None


def column_names(model: Model | Learner) -> tuple[str, ...]:
    """Return what the columns of a table are called: inputs, then the target."""
    inputs = ("x",) if model.inputs == 1 else tuple(f"x{place + 1}" for place in range(model.inputs))
    return (*inputs, "y" if model.target == "number" else "class")


def _number(value: Any, where: str) -> float:
    allowed = "give a number of at most 1e9, and of at least 1e-9 unless it is 0"
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise Refusal(f"{where}: {shown(value)} is not a number; {allowed}")
    try:
        number = float(value)
    except OverflowError:
        number = np.inf
    if not abs(number) <= _LARGEST or 0 < abs(number) < _SMALLEST:
        raise Refusal(f"{where}: {shown(value)} is not allowed; {allowed}")
    return number + 0.0


def _model(unit: Landscape) -> Model:
    if unit.model is None:
        raise TypeError(f"{unit.key} learns nothing from data")
    return unit.model


def _unlearned(x: Any, y: Any, **parameters: Any) -> Any:
    raise RuntimeError("a model without rows has no loss")
