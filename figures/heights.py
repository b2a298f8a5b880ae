"""How a value becomes a drawn height: as it is, as a logarithm above the lowest point, or by its rank."""

import sys
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Any

import numpy as np

from experiments import Experiment, landscape_of
from experiments.critical.points import critical_points
from experiments.objective.heights import Surface
from experiments.objective.tints import TINTS
from experiments.results.ground import ground_of

NAMES = {
    "linear": "Linear",
    "log": "Logarithmic",
    "rank": "Equal areas",
    "gradient": "Size of the gradient",
    "curvature": "Largest curvature",
}
LEVELS = 22  # bands of colour on a map
KNOTS = 65  # of the rank scale
_TOLD_APART = 1e-3  # of the largest value: over so much a picture's numbers, of four bytes each, still look even
_ROUNDING = 64 * sys.float_info.epsilon  # of the largest value: what differs by less may be one value
_CROWDED = 0.25  # of the picture in one band: then a scale shows too little


@dataclass(frozen=True)
class Heights:
    """kind "linear": the value itself; "log": log10(1 + (value - lowest) / unit); "rank": the share of the area below.

    knots: of the rank scale, values at the heights in levels, strictly increasing; between them it is linear. factor: a
    power of two that the heights of the linear scale are counted in, where a browser could not draw the values. base:
    what these are counted from: the lowest value where all differ by too little beside their size to be told apart in
    a picture's numbers, else 0.
    """

    kind: str
    lowest: float
    unit: float
    knots: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()
    factor: float = 1.0
    base: float = 0.0

    def of(self, values: Any) -> np.ndarray:
        """Return the drawn heights of values, any shape; what is not finite stays so."""
        with np.errstate(all="ignore"):
            array = np.asarray(values, dtype=np.float64) / self.factor
        if self.kind == "linear":
            return array - self.base / self.factor
        if self.kind == "rank":
            return self._ranked(array)
        with np.errstate(all="ignore"):
            above = (array - self.lowest / self.factor) / (self.unit / self.factor)
            # below the lowest known point the scale goes on linearly, so that nothing is hidden
            found: np.ndarray = np.where(above >= 0, np.log10(1 + np.maximum(above, 0)), above / np.log(10))
            return found

    def _ranked(self, array: np.ndarray) -> np.ndarray:
        knots = np.asarray(self.knots) / self.factor
        low, high = knots[0], knots[-1]
        slope = (self.levels[-1] - self.levels[0]) / (high - low)
        with np.errstate(all="ignore"):
            inside = np.interp(array, knots, self.levels)
            below, above = self.levels[0] + (array - low) * slope, self.levels[-1] + (array - high) * slope
            drawn = np.where(array < low, below, np.where(array > high, above, inside))
        return np.where(np.isnan(array), np.nan, drawn)


PLAIN = Heights(kind="linear", lowest=inf, unit=1.0)  # where no scale could be worked out


def heights_of(experiment: Experiment) -> Heights:
    """Return the scale that the experiment's surface is drawn in: the chosen one, its own, or one that suits it.

    Where the map is coloured by something else than heights (tints), these keep the surface's own.
    """
    lowest = critical_points(experiment).lowest  # first: it says at once if it was not looked for yet
    surface = ground_of(experiment)
    chosen = "" if experiment.scale in TINTS else experiment.scale
    kind = chosen or landscape_of(experiment).scale
    return heights_for(surface, kind or suitable(surface, lowest), lowest)


@lru_cache(maxsize=64)
def heights_for(surface: Surface, kind: str, lowest: float | None) -> Heights:
    """Return the scale for a surface, cached; lowest is its lowest known value, or None for the grid's."""
    base = surface.lowest if lowest is None else min(lowest, surface.lowest)
    factor = surface.factor  # with which no difference is too large for a number
    finite = surface.z[np.isfinite(surface.z)] / factor
    unit = min(float(np.percentile(finite - base / factor, 3)), sys.float_info.max / factor) if finite.size else 1.0
    knots, first = np.unique(np.quantile(finite, np.linspace(0, 1, KNOTS)) if finite.size else [], return_index=True)
    if kind == "rank" and len(knots) < 2:
        kind = "linear"  # a plain has no ranks
    levels = first / (KNOTS - 1) if kind == "rank" else np.empty(0)
    reach = float(np.ptp(finite)) if finite.size else 0.0
    largest = float(np.abs(finite).max(initial=0.0))
    is_blurred = _ROUNDING * largest < reach < _TOLD_APART * largest
    return Heights(
        kind=kind,
        lowest=base,
        unit=max(unit * factor, 1e-6 * surface.spread, sys.float_info.min),
        knots=tuple((knots * factor).tolist()) if kind == "rank" else (),
        levels=tuple(levels.tolist()),
        factor=factor,
        base=float(finite.min()) * factor if is_blurred else 0.0,
    )


@lru_cache(maxsize=64)
def suitable(surface: Surface, lowest: float | None) -> str:
    """Return the kind of scale for a surface that nobody chose one for: linear, or log where that tells much more.

    Never by rank: on a plateau that would make hills of differences too small to matter.
    """
    shares = {kind: crowding(surface, heights_for(surface, kind, lowest)) for kind in ("linear", "log")}
    return "log" if shares["linear"] > _CROWDED and shares["log"] < 0.6 * shares["linear"] else "linear"


def crowding(surface: Surface, heights: Heights) -> float:
    """Return the largest share of the picture that lies in one of its bands of colour."""
    drawn = heights.of(surface.z)
    drawn = drawn[np.isfinite(drawn)]
    if not drawn.size or drawn.min() == drawn.max():
        return 1.0
    low, high = drawn.min(), drawn.max()  # quarters: the range itself may be more than float64 holds
    bands = np.minimum((LEVELS * ((drawn / 4 - low / 4) / (high / 4 - low / 4))).astype(int), LEVELS - 1)
    return float(np.bincount(bands).max() / drawn.size)
