"""The rows of data by hand: moved, added, taken away, flagged, pasted as a table."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from experiments.critical.defaults import suited
from experiments.setup.experiment import Experiment, landscape_of
from experiments.setup.points import Points, model_of, points_of
from landscapes.data.decimals import rounded
from landscapes.data.learned import Rows, checked, column_names
from landscapes.data.learner import Learner, Polynomial
from landscapes.data.model import Model
from landscapes.data.sets import SETS
from landscapes.data.table import read_table, table_text
from parameter import Refusal, fill, shown

MOST_ROWS = 100  # that may be changed by hand on the page: so many fit into a link
_DECIMALS = 3
_NEAR_ONE = (0.2, 5.0)  # a column's standard deviation: outside it is standardised on paste
_CENTRED = 3.0  # standard deviations: a mean farther from 0 is moved there


def with_rows(experiment: Experiment, value: Any) -> Experiment:
    """Return the experiment on these rows, or (None) on those that its landscape's settings draw; none flagged."""
    _model(experiment)
    return experiment.replace(data=() if value is None else value, flagged=(), data_held_out=())


def with_row(experiment: Experiment, place: int, value: Any) -> Experiment:
    """Return the experiment with a row changed, added (place: how many there are) or (None) taken away.

    The rows are then its own, no longer drawn. Rows that are held out by a share are told by their numbers, so before
    one is taken away they are parted for good (data_held_out). Raises Refusal for more than fit into a link.
    """
    model, points = _model(experiment), points_of(experiment)
    rows = points.rows
    if not 0 <= place <= len(rows) or (value is None and place == len(rows)):
        raise Refusal(f"data.{place}: there is no such row; give 0 to {len(rows) - 1}")
    if value is None:
        return _without(parted(experiment), points, place)
    if len(rows) + (place == len(rows)) > MOST_ROWS:
        raise Refusal(f"data: {len(rows)} rows are too many to change here; at most {MOST_ROWS} fit into a link")
    row, own = _row(model, value, place), len(rows) - len(experiment.data_held_out)
    if place == len(rows):  # one more, to learn from: it stands before those that are held out
        flagged = tuple(flag + (flag >= own) for flag in experiment.flagged)
        return experiment.replace(data=rounded((*rows[:own], row)), flagged=flagged)
    changed = (*rows[:place], row, *rows[place + 1 :])
    held = rounded(changed[own:]) if own < len(rows) else ()
    return experiment.replace(data=rounded(changed[:own]), data_held_out=held)


def parted(experiment: Experiment) -> Experiment:
    """Return the experiment with the rows that a share holds out as rows of their own, after all others."""
    if not experiment.held_out:
        return experiment
    points = points_of(experiment)
    order = _parted_order(points)
    rows = tuple(points.rows[place] for place in order)
    count = len(rows) - len(points.held)
    flagged = tuple(new for new, old in enumerate(order) if old in set(experiment.flagged))
    return experiment.replace(data=rows[:count], data_held_out=rows[count:], held_out=0.0, flagged=flagged)


def _parted_order(points: Points) -> list[int]:
    """Return the numbers of the rows, those that are held out last."""
    held = set(points.held)
    return [place for place in range(len(points.rows)) if place not in held] + list(points.held)


def _without(experiment: Experiment, before: Points, place: int) -> Experiment:
    """Return a parted experiment without the row that had this number before it was parted."""
    gone = _parted_order(before).index(place) if before.held else place
    rows = points_of(experiment).rows
    own = len(rows) - len(experiment.data_held_out)
    flagged = tuple(flag - (flag > gone) for flag in experiment.flagged if flag != gone)
    kept = rows[:gone] + rows[gone + 1 :]
    own -= gone < own
    return experiment.replace(data=kept[:own], data_held_out=kept[own:], flagged=flagged)


def with_flag(experiment: Experiment, place: int, value: Any) -> Experiment:
    """Return the experiment with a row left out of the loss (True) or not (False, None)."""
    if not isinstance(value, bool | type(None)):
        raise Refusal(f"flagged.{place}: {shown(value)} is not allowed; give true or false")
    others = tuple(flag for flag in experiment.flagged if flag != place)
    return experiment.replace(flagged=(*others, place) if value else others)


def flags_left(experiment: Experiment, parameters: Mapping[str, Any]) -> tuple[int, ...]:
    """Return which rows stay flagged under other parameters of the landscape: none of rows that are others then.

    Rows of one's own stay as they are; of drawn ones the first stay the same for any number of them. Raises Refusal for
    parameters that are not allowed.
    """
    before = experiment.landscape_parameters
    after = fill(landscape_of(experiment).parameters, parameters, "landscape_parameters")
    if experiment.data:
        return tuple(experiment.flagged)
    if any(before[key] != after[key] for key in ("data_set", "data_seed")):
        return ()
    return tuple(flag for flag in experiment.flagged if flag < after["samples"] or SETS[after["data_set"]].fixed)


def with_table(experiment: Experiment, text: str) -> tuple[Experiment, tuple[str, ...]]:
    """Return the experiment on the rows of a pasted table, and what was done to them, in sentences.

    Raises TableError, a Refusal, with a sentence for each row that cannot be read.
    """
    model = _model(experiment)
    table = read_table(text, model.inputs, model.target, MOST_ROWS, max(2, model.classes))
    rows, notes = _standardised(table.rows, model)
    found = with_rows(experiment, rows)
    (x0, x1), (y0, y1) = found.window
    if not (x0 <= found.start[0] <= x1 and y0 <= found.start[1] <= y1):
        found = found.replace(start=None)
    found = found.replace(runs=tuple(suited(run, found) for run in found.runs))
    labels = table.classes or ()
    told = ", ".join(f"class {place} is {label}" for place, label in enumerate(labels))
    named = (told,) if labels != tuple(str(place) for place in range(len(labels))) else ()
    return found, (*table.notes, *named, *notes)


def table_of(experiment: Experiment) -> str:
    """Return the experiment's rows of data as CSV text with a header."""
    return table_text(points_of(experiment).rows, column_names(_model(experiment)))


def _standardised(rows: Rows, model: Model | Learner) -> tuple[Rows, tuple[str, ...]]:
    """Return rows whose columns are near 0 and about 1 wide, and a sentence for each column that had to be changed."""
    table, notes = np.array(rows), []
    columns = model.inputs + (model.target == "number")
    for place, name in list(enumerate(column_names(model)))[:columns]:
        column = table[:, place]
        mean, wide = float(column.mean()), float(column.std())
        if isinstance(model, Polynomial) and place == 0:  # its features are made for [-1, 1]
            mean, wide = float(column.min() + column.max()) / 2, float(np.ptp(column)) / 2
            if np.abs(column).max() <= 1.0:
                continue
        elif _NEAR_ONE[0] <= wide <= _NEAR_ONE[1] and abs(mean) <= _CENTRED * wide:
            continue
        if not wide > 0:
            continue  # a constant, which the model refuses in its own words
        table[:, place] = ((column - mean) / wide).round(_DECIMALS) + 0.0
        notes.append(f"{name} was standardised: ({name} − {mean:.6g}) / {wide:.6g}")
    return tuple(map(tuple, table.tolist())), tuple(notes)


def _row(model: Model | Learner, value: Any, place: int) -> tuple[float, ...]:
    (row,) = checked(model, [value], f"data.{place}")
    return tuple(round(number, _DECIMALS) + 0.0 for number in row)


def _model(experiment: Experiment) -> Model | Learner:
    model = model_of(experiment.landscape)
    if model is None:
        raise Refusal(f"data: {experiment.landscape} is not learnt from data")
    return model
