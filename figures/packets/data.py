"""The rows of data that a model learns from, for the stage: what they are, which of them count, what a batch sees."""

from typing import Any

import numpy as np

from experiments import Experiment, landscape_of
from experiments.edits.data_rows import MOST_ROWS
from experiments.setup.points import Points, points_of
from experiments.simulation.batches import batch_rows
from figures.packets.binary import Arrays
from figures.packets.many_weights import axis_names, model_parts
from landscapes.data.learned import column_names
from landscapes.data.learner import Learner
from landscapes.data.lines import least_squares
from landscapes.data.sets import SETS
from landscapes.landscape import Landscape

MOST_BATCHED = 60_000  # numbers of rows that are sent: longer runs' batches are not drawn
_CURVE = 65  # places of a data set's own curve


def data_parts(experiment: Experiment) -> tuple[dict[str, Any] | None, Arrays]:
    """Return what the stage is told of an experiment's rows of data, and the batches' rows; nothing without a model."""
    landscape = landscape_of(experiment)
    if landscape.learns is None:
        return None, []
    points = points_of(experiment)
    told = told_rows(experiment, landscape, points)
    batched = experiment.batched
    drawn = batched and experiment.batch * experiment.steps <= MOST_BATCHED
    told |= {
        "batch": experiment.batch if batched else 0,
        "batch_kind": experiment.batch_kind,
        "batches_drawn": drawn,
    }
    arrays: Arrays = []
    if drawn:
        arrays.append(("batches", batch_rows(experiment, experiment.steps).ravel().astype(np.float64)))
    return told, arrays


def told_rows(experiment: Experiment, landscape: Landscape, points: Points) -> dict[str, Any]:
    """Return the rows with what a data view draws beside them. A sketch has it, too.

    model: the landscape's key, by which the stage knows how to predict; settings: the numbers that it predicts with.
    many: how a model with many weights predicts. held: the numbers of rows that are held out; leaked: those of them
    that are learnt from all the same. rows: each (inputs, target). window: what of inputs and targets is drawn. truth:
    x and y of a data set's own curve, without noise. plain: where rows are left out of a line, the slope and intercept
    that fit all of them by squares.
    """
    model = landscape.learns
    assert model is not None
    values = experiment.landscape_parameters
    own = SETS[values["data_set"]] if points.own else None
    window = _window(points, model.inputs, model.target)
    truth = None
    if own is not None and own.truth is not None:
        low, high = window[0]
        x = np.linspace(low, high, _CURVE)
        truth = [x.tolist(), own.truth(x).tolist()]
    names = axis_names(experiment)
    is_line = model.target == "number" and experiment.landscape == "line_fit"
    return {
        "model": experiment.landscape,
        "settings": {key: values[key] for key in model.settings if isinstance(values[key], int | float)},
        "weights": list(names or ()),
        "many": model_parts(model, values) if isinstance(model, Learner) else None,
        "held": list(points.held),
        "leaked": list(points.leaked),
        "columns": list(column_names(model)),
        "target": model.target,
        "rows": [list(row) for row in points.rows],
        "own": points.own,
        "set": own.name if own is not None else "",
        "flagged": list(points.flagged),
        "cleaned": list(points.cleaned),
        "moved": list(points.moved),
        "most": MOST_ROWS,
        "window": window,
        "truth": truth,
        "plain": least_squares(np.array(points.rows)).tolist() if is_line and points.left_out else None,
    }


def _window(points: Points, inputs: int, target: str) -> list[list[float]]:
    """Return what is drawn of x and of y: all rows, with a margin; of one input's classes y from below 0 to above 1."""
    table = np.array(points.rows)
    sides = [_around(table[:, place]) for place in range(inputs)]
    if inputs == 1:
        sides.append([-0.12, 1.12] if target == "class" else _around(table[:, -1]))
    return sides


def _around(column: np.ndarray) -> list[float]:
    low, high = float(column.min()), float(column.max())
    margin = 0.08 * (high - low) or 1.0
    step = 10.0 ** np.floor(np.log10(high - low + 2 * margin)) / 10  # so that it stands while a point is dragged within
    return [float(np.floor((low - margin) / step) * step), float(np.ceil((high + margin) / step) * step)]
