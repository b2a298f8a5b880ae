"""The surface while it moves under a hand: coarse heights, and the minima that are known without a search."""

from typing import Any

import numpy as np

from experiments import Experiment, landscape_of
from experiments.objective.many_objective import many_objective_of
from experiments.objective.objective import objective_of
from experiments.results.ground import ground_with, shown_plane
from experiments.setup.weights import start_plane
from figures.heights import Heights, heights_for
from figures.packets.binary import Arrays
from landscapes.data.projection import Plane

CELLS = 80  # a side; between them colours are blended, and at rest the picture's finer grid is drawn


def is_moved(before: Experiment, after: Experiment) -> bool:
    """Tell whether the ground of one experiment is another than that of the other."""
    if before.has_many_weights and after.has_many_weights:
        return before.window != after.window or _shown_there(before) != _shown_there(after)
    return before.window != after.window or objective_of(before) != objective_of(after)


def _shown_there(experiment: Experiment) -> tuple[Any, ...]:
    """Return what the ground of a plane of many weights depends on but for paths along which it lies."""
    return many_objective_of(experiment), start_plane(experiment), experiment.plane


def plane_while_moving(before: Experiment, after: Experiment) -> Plane | None:
    """Return the plane that stays while something moves: that of the paths before, where it is one of paths."""
    same = before.landscape == after.landscape and before.plane == after.plane == "path"
    plane = shown_plane(before) if same and after.has_many_weights else None
    return plane if plane is not None and plane.size == start_plane(after).size else None


def ground_parts(
    experiment: Experiment, kind: str, plane: Plane | None = None
) -> tuple[dict[str, Any], Arrays, Heights]:
    """Return the heights of an experiment's window, drawn by a kind of scale ("linear", "log", "rank").

    plane: of many weights, in place of the experiment's own. The array ground has them row by row, lowest y first.
    minima: the global ones, others: the other ones, as far as they are known in closed form; None where they are not.
    """
    landscape = landscape_of(experiment)
    surface = ground_with(experiment, plane, CELLS)
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
