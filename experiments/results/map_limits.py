"""What theory says of a sweep: up to which learning rate a run is stable where it went, over its other number."""

import numpy as np

from experiments.edits import edited
from experiments.results.judged_runs import result_of
from experiments.results.stable_rates import largest_curvature
from experiments.setup.alone import alone_at
from experiments.setup.atlas import Axis
from experiments.setup.experiment import Experiment
from experiments.simulation.stability import unit_limit
from experiments.studies.maps.lattice import line_of_axis
from experiments.studies.maps.numbers import RATE, edit_of, moves_surface
from parameter import Refusal

_PLACES = 128  # along a limit


def limits_of(experiment: Experiment, place: int, x: Axis, y: Axis) -> np.ndarray | None:
    """Return the limit of a run's learning rate in the plane of two numbers, (n, 2), along the other one.

    It is unit_limit of the run at each value over the largest curvature at the minimum that the run reaches now. None
    where neither number is the learning rate, where no closed form holds (also under a schedule, which moves the rate),
    and where the other number moves the minimum itself.
    """
    if RATE not in (x.address, y.address) or experiment.runs[place].schedule != "constant":
        return None
    other = y if x.address == RATE else x
    if moves_surface(other.address):
        return None
    alone = alone_at(experiment, place)
    curvature = None if unit_limit(alone.runs[0]) is None else largest_curvature(alone, result_of(alone, 0))
    if curvature is None:
        return None
    values = line_of_axis(other, _PLACES).values(0, _PLACES + 1).tolist()
    rates = [limit / curvature if (limit := _limit(alone, other, value)) is not None else np.nan for value in values]
    pairs = np.array([values, rates] if other is x else [rates, values]).T
    found: np.ndarray = pairs[np.isfinite(pairs).all(axis=1)]
    return found


def _limit(alone: Experiment, axis: Axis, value: float) -> float | None:
    """Return the limit of the run with one number changed, at a curvature of 1; None for a value that may not be."""
    try:
        return unit_limit(edited(alone, edit_of(axis.address, 0), value).runs[0])
    except Refusal:
        return None
