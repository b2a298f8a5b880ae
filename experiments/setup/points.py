"""The rows of data that an experiment's model learns from: drawn, given or changed by hand; which of them count."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from landscapes import LANDSCAPES, Landscape
from landscapes.data.learned import Rows, checked, rows_of, trouble
from landscapes.data.lines import far_out
from landscapes.data.model import Model
from landscapes.data.parameters import drawn
from landscapes.data.sets import SETS
from parameter import Parameter, Refusal, shown

DRAWING = ("data_set", "samples", "data_noise", "outliers", "outlier_size", "data_seed")  # what says drawn rows
BATCH = Parameter(
    key="batch",
    name="Batch size",
    kind="integer",
    low=0,
    high=200,
    default=0,
    help="How many rows each step's gradient is the mean of; 0, or as many as there are, for all. All runs meet the "
    "same batches; losses are those of all rows.",
)
BATCH_KIND = Parameter(
    key="batch_kind",
    name="Batches",
    kind="choice",
    choices=("deck", "replacement"),
    default="deck",
    help="Deck: the rows are shuffled and dealt, so that each comes once before any comes again. Replacement: each is "
    "drawn from all rows anew, as the theory of the noise floor has it.",
    needs=("batch", 1),
)


@dataclass(frozen=True)
class Points:
    """Rows of data, inputs first, the target last.

    own: whether they are a data set's. moved: the numbers of those that the set has made outliers. flagged: those
    that were left out by hand; cleaned: those that cleaning leaves out.
    """

    rows: Rows
    own: bool = True
    moved: tuple[int, ...] = ()
    flagged: tuple[int, ...] = ()
    cleaned: tuple[int, ...] = ()

    @cached_property
    def left_out(self) -> tuple[int, ...]:
        """The numbers of the rows that the loss does not see."""
        return tuple(sorted({*self.flagged, *self.cleaned}))

    @cached_property
    def kept_places(self) -> tuple[int, ...]:
        """The numbers of the rows that the loss is a mean over."""
        out = set(self.left_out)
        return tuple(place for place in range(len(self.rows)) if place not in out)

    @cached_property
    def kept(self) -> Rows:
        """The rows that the loss is a mean over."""
        return tuple(self.rows[place] for place in self.kept_places)


def model_of(landscape: str) -> Model | None:
    """Return the model of the landscape of this key; None where it learns nothing from data."""
    unit = LANDSCAPES.get(landscape)
    return None if unit is None else unit.model


def points_of(experiment: Any) -> Points:
    """Return the rows of an experiment whose landscape has a model. Cached. Raises Refusal where nothing can learn."""
    return _points(
        LANDSCAPES[experiment.landscape],
        tuple(experiment.landscape_parameters.items()),
        experiment.data,
        experiment.flagged,
    )


def given_rows(landscape: str, table: Any) -> Rows:
    """Return an experiment's field data. Raises Refusal where its landscape has none, or a row is not allowed."""
    model = model_of(landscape)
    if model is None:
        if table is not None and len(table):
            raise Refusal(f"data: {landscape} is not learnt from data; only {_learners()} are")
        return ()
    return () if table is None else checked(model, table)


def given_flags(landscape: str, flags: Any, rows: int) -> tuple[int, ...]:
    """Return an experiment's field flagged, in order. Raises Refusal for what is no row's number."""
    if not isinstance(flags, Sequence) or isinstance(flags, str):
        raise Refusal(f"flagged: {shown(flags)} is not allowed; give the numbers of rows, from 0")
    if flags and model_of(landscape) is None:
        raise Refusal(f"flagged: {landscape} has no data; only {_learners()} have")
    for flag in flags:
        if isinstance(flag, bool) or not isinstance(flag, int | np.integer) or not 0 <= flag < rows:
            raise Refusal(f"flagged: {shown(flag)} is not the number of a row; give 0 to {rows - 1}")
    return tuple(sorted({int(flag) for flag in flags}))


def row_count(landscape: str, parameters: Any, data: Rows) -> int:
    """Return how many rows there are, left out or not."""
    if data or model_of(landscape) is None:
        return len(data)
    given = SETS[parameters["data_set"]].given
    return len(given) or int(parameters["samples"])


def shown_parameters(experiment: Any, unit: Landscape) -> tuple[Parameter, ...]:
    """Return those parameters of the landscape that change something: none that draws rows where these are given."""
    if unit.model is None:
        return unit.parameters
    idle = set[str]()
    if experiment.data:
        idle |= set(DRAWING)
    elif SETS[experiment.landscape_parameters["data_set"]].fixed:
        idle |= set(DRAWING) - {"data_set"}
    if experiment.landscape_parameters.get("loss", "huber") != "huber":
        idle.add("delta")
    return tuple(parameter for parameter in unit.parameters if parameter.key not in idle)


@lru_cache(maxsize=256)
def _points(unit: Landscape, parameters: tuple[tuple[str, Any], ...], data: Rows, flagged: tuple[int, ...]) -> Points:
    model, values = unit.model, dict(parameters)
    assert model is not None
    found = Points(data, own=False) if data else _drawn(values)
    kept = [place for place in range(len(found.rows)) if place not in set(flagged)]
    _refuse(trouble(model, tuple(found.rows[place] for place in kept)), data)
    cleaned = tuple[int, ...]()
    if values.get("clean") == "on":
        cleaned = tuple(kept[place] for place in far_out(np.array([found.rows[place] for place in kept])))
    points = Points(found.rows, found.own, found.moved, flagged, cleaned)
    _refuse(trouble(model, points.kept), data)
    return points


def _drawn(values: dict[str, Any]) -> Points:
    rows, moved = drawn(values)
    return Points(rows_of(rows), moved=moved)


def _refuse(sentence: str | None, data: Rows) -> None:
    if sentence is not None:
        raise Refusal(f"{'data' if data else 'landscape_parameters'}: {sentence}")


def _learners() -> str:
    return ", ".join(key for key, unit in LANDSCAPES.items() if unit.model is not None)
