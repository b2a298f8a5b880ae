"""What is drawn while something moves: every run's path and curves, without verdicts and what follows from them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from experiments import Experiment
from experiments.edits import edited
from experiments.results.curves import CURVES
from experiments.results.judged_runs import simulated
from experiments.setup.turns import UnpreparedError, at_once
from experiments.simulation.simulate import is_prepared
from figures.heights import heights_of
from figures.packets.binary import Arrays, packed
from figures.packets.packet import curve_array, leaves, path_arrays
from parameter import Refusal

LONGEST_QUERY = 20_000
MOST_EDITS = 64
_CURVES = [key for key, curve in CURVES.items() if not curve.want and not curve.judged]


__all__ = ["UnpreparedError", "sketch"]


@at_once()
def sketch(query: str, edits: Mapping[str, Any]) -> bytes:
    """Return the sketch of a link's experiment after some edits (experiments.edits), in binary.py's form.

    Each array is what the picture of the same experiment has under the same name. Raises Refusal naming what is not
    allowed.
    """
    experiment = _experiment(query)
    if len(edits) > MOST_EDITS:
        raise Refusal(f"edits: {len(edits)} are not allowed; at most {MOST_EDITS}")
    for address, value in edits.items():
        experiment = edited(experiment, address, tuple(value) if isinstance(value, list) else value)
    if not is_prepared(experiment):
        raise UnpreparedError("This surface and these optimizers are still being prepared.")
    heights = heights_of(experiment)
    arrays: Arrays = []
    runs: list[dict[str, Any]] = []
    for place in range(len(experiment.runs)):
        result = simulated(experiment, place)
        trajectory = result.trajectory
        last = max(trajectory.last_finite, 0)
        arrays += path_arrays(result, place, heights)
        arrays += [(f"{key}{place}", curve_array(result, key)) for key in _CURVES]
        runs.append(
            {
                "last": last,
                "steps": trajectory.steps,
                "best": trajectory.best_step,
                "leaves": leaves(experiment, trajectory.points[: last + 1]),
            }
        )
    header: dict[str, Any] = {
        "start": experiment.start,
        "steps": max((run["steps"] for run in runs), default=experiment.steps),
        "runs": runs,
    }
    return packed(header, arrays, {})


@lru_cache(maxsize=256)
def _experiment(query: str) -> Experiment:
    if len(query) > LONGEST_QUERY:
        raise Refusal(f"query: {len(query):,} characters are not allowed; at most {LONGEST_QUERY:,}")
    return Experiment.from_query(dict(parse_qsl(query, keep_blank_values=True)))
