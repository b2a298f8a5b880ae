"""The rows of data that an experiment's model learns from: drawn, given or changed by hand; which of them count."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from landscapes import UNITS, Landscape
from landscapes.data.learned import Rows, checked, rows_of, trouble
from landscapes.data.learner import Learner
from landscapes.data.lines import far_out
from landscapes.data.model import Model
from landscapes.data.parameters import drawn
from landscapes.data.sets import SETS
from landscapes.data.split import held_rows
from parameter import Parameter, Refusal, shown

DRAWING = ("data_set", "samples", "data_noise", "outliers", "outlier_size", "data_seed")  # what says drawn rows
BATCH = Parameter(
    key="batch",
    name="Batch size",
    kind="integer",
    low=0,
    high=1_000,
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
HELD_OUT = Parameter(
    key="held_out",
    name="Held out",
    low=0.0,
    high=0.9,
    default=0.0,
    help="The share of the rows that nothing learns from: the loss on them tells what was learnt about points that "
    "were not seen. 0 for none.",
)


@dataclass(frozen=True)
class Points:
    """Rows of data, inputs first, the target last.

    own: whether they are a data set's. moved: the numbers of those that the set has made outliers. flagged: those
    that were left out by hand; cleaned: those that cleaning leaves out; held: those that are held out, flagged or not.
    leaked: those of the held-out ones that are copied into training all the same.
    """

    rows: Rows
    own: bool = True
    moved: tuple[int, ...] = ()
    flagged: tuple[int, ...] = ()
    cleaned: tuple[int, ...] = ()
    held: tuple[int, ...] = ()
    leaked: tuple[int, ...] = ()

    @cached_property
    def left_out(self) -> tuple[int, ...]:
        """The numbers of the rows that the loss does not see."""
        return tuple(sorted({*self.flagged, *self.cleaned}))

    @cached_property
    def kept_places(self) -> tuple[int, ...]:
        """The numbers of the rows that the loss is a mean over; of copies, what they are copies of, at the end."""
        out = {*self.left_out, *self.held}
        return (*(place for place in range(len(self.rows)) if place not in out), *self.leaked)

    @cached_property
    def kept(self) -> Rows:
        """The rows that the loss is a mean over."""
        return tuple(self.rows[place] for place in self.kept_places)

    @cached_property
    def heldout(self) -> Rows:
        """The rows that are held out, but for flagged ones."""
        flagged = set(self.flagged)
        return tuple(self.rows[place] for place in self.held if place not in flagged)


def model_of(landscape: str) -> Model | Learner | None:
    """Return the model of the landscape of this key, of two weights or many; None where it learns nothing from data."""
    unit = UNITS.get(landscape)
    return None if unit is None else unit.learns


def points_of(experiment: Any) -> Points:
    """Return the rows of an experiment whose landscape has a model. Cached. Raises Refusal where nothing can learn."""
    return _points(
        UNITS[experiment.landscape],
        tuple(experiment.landscape_parameters.items()),
        experiment.data,
        experiment.flagged,
        experiment.held_out,
        experiment.data_held_out,
    )


def has_held_out(experiment: Any) -> bool:
    """Tell whether an experiment holds rows out that its runs are measured on."""
    return bool((experiment.held_out or experiment.data_held_out) and points_of(experiment).heldout)


def given_rows(landscape: str, table: Any, field: str = "data") -> Rows:
    """Return an experiment's rows. Raises Refusal where its landscape has none, or a row is not allowed."""
    model = model_of(landscape)
    if model is None:
        if table is not None and len(table):
            raise Refusal(f"{field}: {landscape} is not learnt from data; only {_learners()} are")
        return ()
    return () if table is None else checked(model, table, field)


def check_held_out(landscape: str, share: float, rows: Rows) -> None:
    """Raise Refusal where rows are held out in two ways, or where there are none."""
    if share and rows:
        raise Refusal(f"held_out: {share:g} is not allowed beside data_held_out; give a share of the rows, or the rows")
    if (share or rows) and not isinstance(model_of(landscape), Learner):
        field = "held_out" if share else "data_held_out"
        many = ", ".join(key for key, unit in UNITS.items() if unit.learner is not None)
        raise Refusal(f"{field}: {landscape} holds no rows out; models with many weights do: {many}")


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
def _points(
    unit: Landscape,
    parameters: tuple[tuple[str, Any], ...],
    data: Rows,
    flagged: tuple[int, ...],
    share: float,
    held_rows_given: Rows,
) -> Points:
    model, values = unit.learns, dict(parameters)
    assert model is not None
    found = Points(data, own=False) if data else _drawn(values)
    field = "data" if data else "landscape_parameters"
    rows = found.rows + held_rows_given
    if len(rows) > model.most_rows:
        raise Refusal(f"data_held_out: {len(rows):,} rows in all are too many; give at most {model.most_rows:,}")
    held = tuple(range(len(found.rows), len(rows)))
    if share:
        held = held_rows(len(rows), share, values.get("data_seed", 0), values.get("split", 0))
    left = [place for place in range(len(rows)) if place not in {*flagged, *held}]
    _refuse_split(model, share, rows, held, flagged, len(left))
    _refuse(trouble(model, tuple(rows[place] for place in left), values), field)
    cleaned = tuple[int, ...]()
    if values.get("clean") == "on":
        cleaned = tuple(left[place] for place in far_out(np.array([rows[place] for place in left])))
    seen = [place for place in held if place not in set(flagged)]
    leaked = tuple(seen[: values.get("leaked", 0)])
    points = Points(rows, found.own, found.moved, flagged, cleaned, held, leaked)
    _refuse(trouble(model, points.kept, values), field)
    return points


def _refuse_split(
    model: Model | Learner, share: float, rows: Rows, held: tuple[int, ...], flagged: tuple[int, ...], left: int
) -> None:
    """Raise Refusal where a share of the rows leaves nobody on one of both sides."""
    if not share:
        return
    if not set(held) - set(flagged):
        least = f"; of {len(rows)} rows a share of {min(0.9, 1.5 / len(rows)):.2g} or more holds some out"
        raise Refusal(f"held_out: {share:g} holds no row out{least if not held else ': all of those are flagged'}")
    if not left:
        raise Refusal(f"held_out: {share:g} leaves no row to learn from; give a smaller share, or more rows")


def _drawn(values: dict[str, Any]) -> Points:
    rows, moved = drawn(values)
    return Points(rows_of(rows), moved=moved)


def _refuse(sentence: str | None, field: str) -> None:
    if sentence is not None:
        raise Refusal(f"{field}: {sentence}")


def _learners() -> str:
    return ", ".join(key for key, unit in UNITS.items() if unit.learns is not None)
