"""What the cells of a map depend on, and nothing else: equal maps of different visitors have equal addresses."""

from functools import lru_cache
from urllib.parse import urlencode

from experiments.edits import edited
from experiments.setup.alone import alone_at
from experiments.setup.atlas import Axis
from experiments.setup.experiment import Experiment, landscape_of
from experiments.setup.link_text import text_of
from experiments.studies.maps.numbers import edit_of
from optimizers import OPTIMIZERS
from parameter import Refusal

_SHAKE = ("noise", "batch")  # numbers under which the seed makes a difference


def of_basins(experiment: Experiment, place: int) -> Experiment:
    """Return the run at this place alone, from the landscape's first start: every cell has one of its own."""
    alone = _plainly(alone_at(experiment, place))
    alone = alone.replace(start=landscape_of(alone).starts[0])
    return alone if has_chance(alone) else alone.replace(seed=0)


@lru_cache(maxsize=256)
def of_sweep(experiment: Experiment, place: int, axes: tuple[Axis, ...]) -> Experiment:
    """Return the run at this place alone, with the lowest values of the axes: what stands there now changes no cell.

    Where the values that the axes' numbers have now decide on something else as well they stay. The part of the plane
    that is shown changes nothing but for a typed formula, whose domain it is.
    """
    alone = alone_at(experiment, place)
    alone = _plainly(alone) if alone.formula or alone.has_many_weights else alone.replace(view=None)
    found = _at_lowest(alone, axes)
    return found if has_chance(alone, axes) else found.replace(seed=0)


def has_chance(alone: Experiment, axes: tuple[Axis, ...] = ()) -> bool:
    """Tell whether another seed makes a difference to any cell of a map of an experiment's first run."""
    shaken = alone.noise > 0 or alone.batch > 0 or bool(OPTIMIZERS[alone.runs[0].optimizer].draws)
    return shaken or any(axis.address in _SHAKE for axis in axes)


def query_of_basins(experiment: Experiment, place: int, seeds: int = 1) -> str:
    """Return what stands after "?" in the address of a tile of basins."""
    return _query(of_basins(experiment, place), {}, seeds)


def query_of_sweep(experiment: Experiment, place: int, axes: tuple[Axis, ...], seeds: int = 1) -> str:
    """Return what stands after "?" in the address of a tile of a sweep."""
    words = {name: "~".join(map(text_of, axis.words)) for name, axis in zip(("x", "y"), axes, strict=True)}
    return _query(of_sweep(experiment, place, axes), words, seeds)


def _query(experiment: Experiment, axes: dict[str, str], seeds: int) -> str:
    return urlencode(experiment.to_query() | axes | ({"seeds": str(seeds)} if seeds > 1 else {}))


def _at_lowest(alone: Experiment, axes: tuple[Axis, ...]) -> Experiment:
    """Return the experiment at the axes' lowest values, if from there the same ones follow; else as it is.

    Another number of a model with many weights may draw them anew: but not where it is the one that stands there.
    """
    if alone.has_many_weights and any(axis.address.startswith("landscape_parameters.") for axis in axes):
        return alone
    lows = [axis.low for axis in axes]
    try:
        low = _at(alone, axes, lows)
    except Refusal:
        return alone
    for i, axis in enumerate(axes):
        values = [*lows[:i], axis.high, *lows[i + 1 :]]
        try:
            same = _at(alone, axes, values) == _at(low, axes, values)
        except Refusal:
            continue
        if not same:
            return alone
    return low


def _at(alone: Experiment, axes: tuple[Axis, ...], values: list[float]) -> Experiment:
    for axis, value in zip(axes, values, strict=True):
        alone = edited(alone, edit_of(axis.address, 0), value)
    return alone


def _plainly(alone: Experiment) -> Experiment:
    """Return the experiment without a view where that is the landscape's own."""
    plain = alone.replace(view=None)
    return plain if plain.window == alone.window else alone
