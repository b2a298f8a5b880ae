"""Which map is open on an experiment: the one that its atlas says, or where that does not fit the nearest that does."""

from dataclasses import dataclass, replace

from experiments.setup.atlas import Atlas, Axis, read
from experiments.setup.experiment import Experiment
from experiments.studies.maps.numbers import RATE, MapNumber, numbers_of
from parameter import shown


@dataclass(frozen=True)
class Fitted:
    """A map that fits an experiment, and in a sentence what of the asked one did not; "" where it does."""

    atlas: Atlas
    note: str = ""


def fitted(experiment: Experiment) -> Fitted:
    """Return the map that is open on an experiment: basins of the first run where it says none.

    Of a model with many weights, which has no window of starts, the line over the learning rate. One number of a sweep
    that the runs do not have is another one; a run that there is not is the first.
    """
    if not experiment.runs:
        return Fitted(Atlas(kind="basins", runs=(0,), color="basin"), "There is no run yet: add one.")
    numbers = {number.address: number for number in numbers_of(experiment)}
    if not experiment.atlas:
        return Fitted(_line(numbers[RATE]) if experiment.has_many_weights else _basins())
    asked = read(experiment.atlas)
    if asked.kind == "basins" and experiment.has_many_weights:
        said = "A model with many weights has no window of starts; shown is how its runs end over the learning rate."
        return Fitted(_line(numbers[RATE]), said)
    atlas, notes = _with_runs(asked, len(experiment.runs))
    axes: list[Axis] = []
    for axis in atlas.axes:
        known = numbers.get(axis.address)
        if known is None or not _has(atlas, known):
            other = _another(numbers, atlas, [axis.address, *(one.address for one in (*axes, *asked.axes))])
            notes.append(f"No run here has {shown(axis.address)}; in its place is {other.name.lower()}.")
            axes.append(other.axis)
        else:
            axes.append(_on_scale(axis, known))
    return Fitted(replace(atlas, axes=tuple(axes), window=atlas.window if not notes else None), " ".join(notes))


def _basins() -> Atlas:
    return Atlas(kind="basins", runs=(0,), color="basin")


def _line(number: MapNumber) -> Atlas:
    return Atlas(kind="line", axes=(number.axis,), color="loss")


def _with_runs(atlas: Atlas, count: int) -> tuple[Atlas, list[str]]:
    gone = [run for run in atlas.runs if run >= count]
    if not gone:
        return atlas, []
    runs = tuple(run for run in atlas.runs if run < count) or (0,)
    words = " and ".join(str(run + 1) for run in gone)
    return replace(atlas, runs=runs), [
        f"There is no run {words}; shown is run {' and '.join(str(r + 1) for r in runs)}."
    ]


def _has(atlas: Atlas, number: MapNumber) -> bool:
    """Tell whether one of the map's runs has a number; of a line all are."""
    return bool(set(number.places) & set(atlas.runs)) if atlas.runs else True


def _another(numbers: dict[str, MapNumber], atlas: Atlas, taken: list[str]) -> MapNumber:
    """Return a number in place of one that there is not: the rate, else the first one; the steps are always there."""
    return next(number for number in numbers.values() if number.address not in taken and _has(atlas, number))


def _on_scale(axis: Axis, number: MapNumber) -> Axis:
    """Return the axis of a number that is whole as one of whole numbers."""
    return replace(axis, scale="whole") if number.scale == "whole" else axis
