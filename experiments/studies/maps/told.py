"""What a map comes to, in a line or two for who waited for it."""

import numpy as np

from experiments.studies.maps.basins import Basins
from experiments.studies.maps.cells import LOST, names_of
from experiments.studies.maps.sweep import Sweep
from experiments.studies.proportion import Proportion
from numerals import count, typed

_NAMED = 6  # minima, or outcomes, at most


def of_basins(found: Basins) -> str:
    """Return which share of the window leads where, and how the cells were decided."""
    by = found.decided
    named = sorted(range(len(found.minima)), key=lambda i: -found.shares[i].count)
    reached = [i for i in named if found.shares[i].count]
    places = [f"{_place(found.minima[i])} {_share(found.shares[i])}" for i in reached[:_NAMED]]
    if len(reached) > _NAMED:
        rest = sum(found.shares[i].count for i in reached[_NAMED:])
        share = _share(Proportion(count=rest, of=found.codes.size))
        places.append(f"{count(len(reached) - _NAMED)} more {share}")
    low, high = (_percent(share) for share in found.success.interval)
    return (
        f"{count(by['batch'])} cells decided in batches, {count(by['single'])} run singly; "
        f"reached: {', '.join(places) or 'no minimum'}\n"
        f"A random start leads to a global minimum with {_share(found.success)} (95 % interval: {low} to {high})"
    )


def of_sweep(found: Sweep) -> str:
    """Return how often each outcome is there, and where the final loss of a run that is not lost is lowest."""
    codes, counts = np.unique(found.codes, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    outcomes = [f"{names_of(codes[i])} {count(int(counts[i]))}" for i in order]
    told = f"outcomes: {', '.join(outcomes)}"
    losses = np.where(LOST[found.codes], np.nan, found.loss)
    if not np.isfinite(losses).any():
        return told
    at = np.unravel_index(int(np.nanargmin(losses)), losses.shape)
    where = [f"{name} = {_value(values[i])}" for (name, values), i in zip(found.axes.items(), at, strict=True)]
    return f"{told}\nLowest final loss: {typed(float(found.loss[at]), 4)} at {', '.join(where)}"


def size(number: int) -> str:
    """Return how large a file is."""
    return f"{typed(number / 1e6, 3)} MB" if number >= 1e5 else f"{typed(number / 1e3, 3)} kB"


def _place(point: np.ndarray) -> str:
    return f"({', '.join(typed(float(value), 3) for value in point)})"


def _share(share: Proportion) -> str:
    return _percent(share.share)


def _percent(share: float) -> str:
    return f"{typed(100 * share, 3)} %"


def _value(value: np.generic) -> str:
    return str(value) if isinstance(value, np.str_) else typed(float(value), 6)
