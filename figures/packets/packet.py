"""An experiment and its results as one binary packet for the stage: a JSON header and float32 arrays."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

import numpy as np

from experiments import Experiment, landscape_of, surface_query
from experiments.edits import rows
from experiments.edits.runs import color_of
from experiments.results.curves import CURVES, TABS, had_by
from experiments.results.ground import shown_plane
from experiments.results.judged_runs import Result, Simulated, standing_results
from experiments.results.stable_rates import stable_rates
from experiments.setup.criteria import GROUPS, kinds, statement
from experiments.setup.failures import standing
from experiments.setup.points import has_held_out
from experiments.setup.titles import titles_of
from experiments.simulation.stability import unit_limit
from experiments.simulation.stopping import known_lowest
from figures.heights import PLAIN, Heights, heights_of
from figures.packets import members, wording
from figures.packets.binary import Arrays, packed
from figures.packets.data import data_parts
from figures.packets.inside import inside_parts
from figures.packets.many_weights import fit_parts, ground_arrays, plane_parts, weight_arrays
from figures.packets.parts import Said
from figures.packets.race import no_race, race
from figures.packets.unseen import UNSEEN, unseen_numbers
from figures.style import PALETTE
from optimizers import SCHEDULES

_NO_NUMBERS: dict[str, Any] = {"values": {}, "defaults": {}, "limits": {}, "range": rows.RATES}
HINT = "Click anywhere to drop the ball there"
NO_START = "No start is set here: this plane follows from the runs."
_NO_LOG = "The lowest value of this surface is not known, so there is no height above it to take the logarithm of."


def stage_packet(experiment: Experiment, wants: frozenset[str] = frozenset()) -> bytes:
    """Return the packet (binary.py): all that is drawn and said of an experiment, but for work at rest (studies).

    wants: what is shown beyond the picture (packets.wants); the rest is neither computed nor sent.
    """
    results = standing_results(experiment)
    lowest = standing("The critical points", lambda: known_lowest(experiment), lambda: None)
    heights = standing("The scale of heights", lambda: heights_of(experiment), lambda: PLAIN)
    arrays: Arrays = []
    plane = shown_plane(experiment)
    frames = []
    for place, result in enumerate(results):
        arrays += path_arrays(result, place, heights)
        arrays += [(f"{key}{place}", curve_array(result, key)) for key in _sent(result, wants)]
        steps, weights = weight_arrays(result.trajectory, place)
        frames.append(steps)
        arrays += weights
        if plane is not None and steps is not None:
            arrays += ground_arrays(experiment, result, place, heights, plane)
    inside, inside_arrays = inside_parts(experiment, "inside" in wants and plane is None)
    arrays += inside_arrays
    rows_told, batches = standing("The data", lambda: data_parts(experiment), lambda: (None, []))
    arrays += batches
    header: dict[str, Any] = {
        "title": landscape_of(experiment).name,
        "surface": urlencode(surface_query(experiment)),
        "view": experiment.window,
        "start": experiment.start,
        "steps": max((result.trajectory.steps for result in results), default=experiment.steps),
        "hint": NO_START if plane is not None and plane.kind == "path" else HINT,
        "about": standing("The story of the surface", lambda: wording.story(experiment), lambda: ""),
        "height": asdict(heights) | {"lowest": heights.lowest if math.isfinite(heights.lowest) else None},
        "palette": PALETTE,
        "runs": [
            _run(experiment, place, result, title, color_of(experiment, place)) | {"frames": frames[place]}
            for place, (result, title) in enumerate(zip(results, titles_of(experiment), strict=True))
        ],
        "race": standing("The race", lambda: race(experiment, results), no_race),
        "wants": sorted(wants),
        "data": rows_told,
        "plane": standing(
            "The plane", lambda: plane_parts(experiment, [result.trajectory for result in results]), lambda: None
        ),
        "studies": standing(UNSEEN, lambda: unseen_numbers(experiment), list),
        "criteria": _criteria(experiment, lowest, has_held_out(experiment)),
        "curves": _curves(lowest is not None, landscape_of(experiment).infimum == 0, _had(results)),
        "numbers": standing("The numbers of the panel", lambda: _numbers(experiment, results), lambda: _NO_NUMBERS),
        "atlas": experiment.atlas,
        "query": urlencode(experiment.to_query()),
        "json": experiment.to_json(),
        **inside,
    }
    if experiment.repeats > 1:
        header["many"] = members.told(experiment)
    return packed(header, arrays)


def _sent(result: Result, wants: frozenset[str]) -> list[str]:
    """Return the keys of the curves of a run that are sent."""
    return [key for key, curve in CURVES.items() if curve.want in ("", *wants) and curve.has(result.trajectory)]


def _had(results: Sequence[Result]) -> frozenset[str]:
    """Return the keys of the curves that there are: where there is no run yet, those that two weights have."""
    if not results:
        return frozenset(had_by(()))
    return frozenset(key for key, curve in CURVES.items() if any(curve.has(one.trajectory) for one in results))


def _numbers(experiment: Experiment, results: Sequence[Result]) -> dict[str, Any]:
    """Return what stands at every address that a panel may show, what suits it, and up to where rates are stable."""
    found, stable = rows.all_rows(experiment), stable_rates(experiment, results)
    return {
        "values": {row.address: row.value for row in found},
        "defaults": {row.address: row.parameter.default for row in found},
        "limits": {
            rows.address_of(place, "learning_rate"): limit for place, limit in enumerate(stable) if limit is not None
        },
        "range": rows.RATES,
    }


def path_arrays(result: Simulated, place: int, heights: Heights) -> Arrays:
    """Return where a run goes: x, y and the drawn height, (T+1,) each."""
    points = result.trajectory.points
    return [
        (f"x{place}", points[:, 0]),
        (f"y{place}", points[:, 1]),
        (f"z{place}", heights.of(result.trajectory.losses)),
    ]


def curve_array(result: Simulated, key: str) -> np.ndarray:
    """Return a curve of a run; no numbers where it could not be computed."""
    size = result.trajectory.steps + (not CURVES[key].update)
    return standing(f"The curve {key}", lambda: result.curve(key), lambda: np.full(size, np.nan))


def _run(experiment: Experiment, place: int, result: Result, name: str, color: int) -> dict[str, Any]:
    run, verdict = experiment.runs[place], result.verdict
    title, tone = wording.title(verdict)
    trajectory = result.trajectory
    last = max(trajectory.last_finite, 0)
    settled = verdict.outcome.at_minimum
    broken = verdict.outcome.is_lost
    return {
        "id": run.title,  # unlike the name it does not follow the values
        "name": name,
        "detail": wording.detail(run, name),
        "color": color,
        "outcome": verdict.outcome.name,
        "tone": tone,
        "title": title,
        "sentence": wording.sentence(verdict),
        "fit": fit_parts(verdict),
        "facts": standing("A run's numbers", lambda: wording.facts(result, run), _no_facts),
        "reached": verdict.step if settled else None,
        "limit": standing("The stability limit", lambda: unit_limit(run), lambda: None),
        "best": trajectory.best_step,
        "last": last,
        "steps": trajectory.steps,
        "marks": standing(
            "The criteria",
            lambda: wording.criteria_marks(result, experiment.criteria),
            lambda: [None] * len(kinds(result.lowest, result.trajectory.heldout is not None)),
        ),
        "leaves": leaves(experiment, trajectory.points[: last + 1]),
        "flag": title.lower() if broken else None,
        "watches": SCHEDULES[run.schedule].watches_loss,
    }


def _no_facts() -> list[tuple[str, Said]]:
    return [("Numbers", ["not computed"])]


def _criteria(experiment: Experiment, lowest: float | None, heldout: bool) -> list[dict[str, str]]:
    """Return the criteria in the order of every run's marks."""
    return [
        {
            "key": kind.key,
            "name": kind.name,
            "letter": kind.letter,
            "group": GROUPS[kind.group],
            "curve": kind.curve,
            "text": statement(kind, experiment.criteria),
        }
        for kind in kinds(lowest, heldout).values()
    ]


def leaves(experiment: Experiment, points: np.ndarray) -> int | None:
    """Return the first step that lies outside the view, or None."""
    (x0, x1), (y0, y1) = experiment.window
    x, y = points.T
    inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    return None if inside.all() else int(np.argmin(inside))


def _curves(log_of_loss: bool, towards_0: bool, had: frozenset[str]) -> list[dict[str, Any]]:
    """Return the curves that have a tab; log_of_loss: whether there is a lowest value, to be above of.

    towards_0: whether the loss has no lowest value, but is positive and falls towards 0: then it is what is above it.
    had: the keys of those that there are. Beside losses on other rows the one on those that are learnt from is drawn,
    both without penalties.
    """
    curves = []
    for curve in TABS:
        if curve.key not in had:
            continue
        beside = curve.beside if curve.beside in had else ""
        by_itself = not curve.log or bool(beside) or (towards_0 and not log_of_loss)
        shown = CURVES[curve.instead] if beside and curve.instead else curve
        log, has_log = shown if by_itself else CURVES[curve.log], by_itself or log_of_loss
        curves.append(
            {
                "key": curve.key,
                "name": shown.name,
                "short": shown.short,
                "column": shown.column,
                "array": shown.key,
                "beside": beside or None,
                "beside_column": CURVES[beside].column if beside else None,
                "want": curve.want or None,
                "log_array": log.key if has_log else None,
                "log_name": log.name,
                "log_column": log.column,
                "log_default": curve.logs_first and has_log,
                "log_why": None if has_log else _NO_LOG,
            }
        )
    return curves
