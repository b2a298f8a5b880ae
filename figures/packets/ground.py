"""The surface while it moves under a hand: coarse heights, and the minima that are known without a search."""

from typing import Any

import numpy as np

from experiments import Experiment, landscape_of
from experiments.objective.heights import surface_with
from experiments.objective.objective import objective_of
from figures.heights import Heights, heights_for
from figures.packets.binary import Arrays

CELLS = 80  # a side; between them colours are blended, and at rest the picture's finer grid is drawn


def is_moved(before: Experiment, after: Experiment) -> bool:
    """Tell whether the ground of one experiment is another than that of the other."""
    return before.window != after.window or objective_of(before) != objective_of(after)


def ground_parts(experiment: Experiment, kind: str) -> tuple[dict[str, Any], Arrays, Heights]:
    """Return the heights of an experiment's window, drawn by a kind of scale ("linear", "log", "rank").

    The array ground has them row by row, lowest y first. minima: the global ones, others: the other ones, as far as
    they are known in closed form; None where they are not.
    """
    landscape = landscape_of(experiment)
    surface = surface_with(objective_of(experiment), experiment.window, CELLS)
    heights = heights_for(surface, kind, landscape.lowest if landscape.complete else None)
    drawn = heights.of(surface.z)
    finite = drawn[np.isfinite(drawn)]
    header = {
        "view": experiment.window,
        "side": CELLS + 1,
        "low": float(finite.min(initial=np.inf)) if finite.size else 0.0,
        "high": float(finite.max(initial=-np.inf)) if finite.size else 1.0,
        "minima": [list(place) for place in landscape.minima] if landscape.complete else None,
        "others": [list(place) for place in landscape.other_minima] if landscape.complete else None,
    }
    return header, [("ground", drawn.ravel())], heights
