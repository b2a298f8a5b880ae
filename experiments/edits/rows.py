"""The experiment's numbers by address (experiments.edits): which there are, what they are now, and what is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from experiments.critical.defaults import default_learning_rate, surface_parameters
from experiments.edits.surfaces import reach
from experiments.setup import limits
from experiments.setup.criteria import CRITERIA, THRESHOLD_OF_THE_LOSS, kinds
from experiments.setup.experiment import Experiment, landscape_of
from experiments.setup.fields import PARAMETERS
from experiments.setup.modifiers import MODIFIERS, modifier_values
from experiments.setup.points import has_held_out, points_of, shown_parameters
from experiments.simulation.stopping import known_lowest
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from parameter import Parameter


@dataclass(frozen=True)
class Row:
    """One number of an experiment: its address ("r1.parameters.beta1"), what may be given, and its value.

    mark: the letter that stands for it on the curves, where one does.
    """

    address: str
    parameter: Parameter
    value: Any
    mark: str = ""


def surface_rows(experiment: Experiment) -> tuple[Row, ...]:
    """Return the surface's own parameters, those that change something."""
    shown = shown_parameters(experiment, landscape_of(experiment))
    return _of("landscape_parameters", shown, experiment.landscape_parameters)


def batch_rows(experiment: Experiment) -> tuple[Row, ...]:
    """Return the size of the batches, up to how many rows of data there are; nothing where there are none."""
    if landscape_of(experiment).learns is None:
        return ()
    most = len(points_of(experiment).kept)
    return (Row("batch", replace(PARAMETERS["batch"], high=most), experiment.batch),)


def held_out_rows(experiment: Experiment) -> tuple[Row, ...]:
    """Return the share of the rows that is held out; nothing where there are none, or where they are given."""
    if landscape_of(experiment).learner is None or experiment.data_held_out:
        return ()
    return (Row("held_out", PARAMETERS["held_out"], experiment.held_out),)


def plane_rows(experiment: Experiment) -> tuple[Row, ...]:
    """Return the seed of the random directions that are shown of many weights; nothing elsewhere."""
    if not experiment.has_many_weights or experiment.plane != "random":
        return ()
    return (Row("plane_seed", PARAMETERS["plane_seed"], experiment.plane_seed),)


_OF_LOSSES = ("l2", "l1", "noise")  # what may be done to a loss on data


def modifier_rows(experiment: Experiment) -> tuple[Row, ...]:
    """Return what is done to the surface, in ranges that suit its view."""
    return _of("", _modifiers(experiment), modifier_values(experiment))


def _modifiers(experiment: Experiment) -> tuple[Parameter, ...]:
    landscape = landscape_of(experiment)
    if landscape.learns is not None:
        return tuple(parameter for parameter in MODIFIERS if parameter.key in _OF_LOSSES)
    (x0, x1), (y0, y1) = landscape.view
    width, height = x1 - x0, y1 - y0
    reach = {"shift_x": (-width, width), "shift_y": (-height, height), "smoothing": (0.0, min(width, height))}
    return tuple(
        replace(parameter, low=reach[parameter.key][0], high=reach[parameter.key][1])
        if parameter.key in reach
        else parameter
        for parameter in MODIFIERS
    )


def run_rows(experiment: Experiment, place: int) -> tuple[Row, ...]:
    """Return a run's learning rate and its optimizer's parameters."""
    run = experiment.runs[place]
    rate = Row(address_of(place, "learning_rate"), rate_parameter(experiment, run.optimizer), run.learning_rate)
    return (rate, *_of(address_of(place, "parameters"), _parameters(experiment, run.optimizer), run.parameters))


def _parameters(experiment: Experiment, optimizer: str) -> tuple[Parameter, ...]:
    """Return an optimizer's parameters; one that is a value of the surface in a range and at a default that suit it."""
    known = surface_parameters(experiment, optimizer)
    return tuple(
        _around(parameter, known[parameter.key]) if parameter.key in known else parameter
        for parameter in OPTIMIZERS[optimizer].parameters
    )


@lru_cache(maxsize=64)
def _around(parameter: Parameter, default: float) -> Parameter:
    reach = min(max(100.0, 2 * abs(default)), parameter.high)
    return replace(parameter, default=default, low=-reach, high=reach)


def schedule_rows(experiment: Experiment, place: int) -> tuple[Row, ...]:
    """Return the parameters of a run's schedule."""
    run = experiment.runs[place]
    return _of(address_of(place, "schedule_parameters"), SCHEDULES[run.schedule].parameters, run.schedule_parameters)


def point_rows(experiment: Experiment, place: int) -> tuple[Row, ...]:
    """Return what is drawn by hand of a run's schedule."""
    run = experiment.runs[place]
    address = address_of(place, "schedule_parameters")
    return _of(address, SCHEDULES[run.schedule].parameters, run.schedule_parameters, ("points",))


def around_rows(experiment: Experiment, place: int) -> tuple[Row, ...]:
    """Return the parameters of what is put around a run's optimizer."""
    return tuple(
        row
        for wrapper in experiment.runs[place].wrappers
        for row in _of(
            address_of(place, f"wrappers.{wrapper.key}"), WRAPPERS[wrapper.key].parameters, wrapper.parameters
        )
    )


def criteria_rows(experiment: Experiment, group: str = "") -> tuple[Row, ...]:
    """Return the tolerances and patiences of the criteria, or of one group of them, marked as on the curves."""
    lowest, parameters = known_lowest(experiment), {parameter.key: parameter for parameter in CRITERIA}
    parameters["threshold"] = _threshold(lowest, experiment.criteria["threshold"])
    known = kinds(lowest, has_held_out(experiment))
    of_group = [kind for kind in known.values() if group in ("", kind.group)]
    return tuple(
        Row(f"criteria.{key}", parameters[key], experiment.criteria[key], kind.letter if key == kind.limit else "")
        for kind in of_group
        for key in (kind.limit, kind.patience)
    )


def _threshold(lowest: float | None, value: float) -> Parameter:
    """Return the threshold as what it is on a surface: a height above the lowest known value, or a loss."""
    if lowest is None:
        return _RAW_THRESHOLD
    return _HEIGHT if value > 0 else _ANY_HEIGHT


_ANY_HEIGHT = next(parameter for parameter in CRITERIA if parameter.key == "threshold")
_HEIGHT = replace(_ANY_HEIGHT, low=1e-15, high=1e3, log=True)  # as the other tolerances
_RAW_THRESHOLD = replace(THRESHOLD_OF_THE_LOSS, low=-100.0, high=100.0)


def length_rows(experiment: Experiment) -> tuple[Row, ...]:
    """Return the steps and the seed."""
    return tuple(Row(key, PARAMETERS[key], getattr(experiment, key)) for key in ("steps", "seed"))


def many_rows(experiment: Experiment) -> tuple[Row, ...]:
    """Return how often each run is made, and the spread of the starts, in a range that suits the view."""
    spread = replace(PARAMETERS["spread"], high=reach(experiment))
    return (Row("repeats", PARAMETERS["repeats"], experiment.repeats), Row("spread", spread, experiment.spread))


def all_rows(experiment: Experiment) -> tuple[Row, ...]:
    """Return every number that a panel may show, those of all runs."""
    of_run = (run_rows, schedule_rows, point_rows, around_rows)
    return (
        *surface_rows(experiment),
        *batch_rows(experiment),
        *held_out_rows(experiment),
        *plane_rows(experiment),
        *modifier_rows(experiment),
        *(row for place in range(len(experiment.runs)) for rows in of_run for row in rows(experiment, place)),
        *length_rows(experiment),
        *criteria_rows(experiment),
        *many_rows(experiment),
    )


def address_of(place: int, field: str) -> str:
    """Return the address of a run's field."""
    return f"r{place + 1}.{field}"


def _of(
    address: str,
    parameters: tuple[Parameter, ...],
    values: Mapping[str, Any],
    kinds: tuple[str, ...] = ("real", "integer"),
) -> tuple[Row, ...]:
    return tuple(
        Row(f"{address}.{p.key}" if address else p.key, p, values[p.key]) for p in parameters if p.kind in kinds
    )


RATES = (1e-9, limits.MAX_RATE)  # that may be set


def rate_parameter(experiment: Experiment, optimizer: str) -> Parameter:
    """Return the learning rate as a parameter whose default suits the optimizer and the surface."""
    return _rate(default_learning_rate(experiment, optimizer))


@lru_cache(maxsize=64)
def _rate(default: float) -> Parameter:
    return Parameter(
        key="learning_rate",
        name="Learning rate",
        default=default,
        low=RATES[0],
        high=RATES[1],
        log=True,
        help="The size of each step. Too small: it crawls. Too large: it overshoots, swings or blows up.",
    )
