"""The plan of the map that is open on an experiment, for the stage: its kind, runs and axes, and what tiles depend on.

Tiles themselves are asked for by the queries that stand in it (figures/packets/tiles.py).
"""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from experiments import Experiment, Outcome, landscape_of
from experiments.edits.runs import color_of
from experiments.results.map_limits import limits_of
from experiments.setup.alone import alone_at
from experiments.setup.atlas import Atlas, Axis
from experiments.setup.titles import titles_of
from experiments.simulation.stopping import known_points
from experiments.studies.maps.canonical import has_chance, query_of_basins, query_of_sweep
from experiments.studies.maps.fitting import fitted
from experiments.studies.maps.numbers import MapNumber, edit_of, numbers_of
from figures.packets.wording import TITLES

LIMITS = {  # of the learning rate at a curvature λ, by the optimizers that have one
    "gradient_descent": "2 / λ",
    "langevin": "2 / λ",
    "momentum": "2 (1 + β) / λ",
    "momentum_ema": "2 (1 + β) / ((1 − β) λ)",
    "nesterov": "2 (1 + β) / ((1 + 2β) λ)",
    "qhm": "2 (1 + β) / ((1 + β − 2νβ) λ)",
}


def plan_of(experiment: Experiment) -> dict[str, Any]:
    """Return the plan of the experiment's map, of the nearest that fits where its own does not (note says so)."""
    found = fitted(experiment)
    atlas = _with_seeds(experiment, found.atlas)
    numbers = {number.address: number for number in numbers_of(experiment)}
    places = [] if not experiment.runs else list(atlas.runs or range(len(experiment.runs)))
    x, y = _axes(experiment, atlas, numbers, places)
    titles = titles_of(experiment)
    return {
        "atlas": atlas.text,
        "kind": atlas.kind,
        "color": atlas.color,
        "window": None if atlas.window is None else [list(side) for side in atlas.window],
        "note": found.note,
        "runs": [_run(experiment, atlas, numbers, titles[place], place) for place in places],
        "all_runs": [{"place": place, "name": title} for place, title in enumerate(titles)],
        "x": x,
        "y": y,
        "minima": _minima(experiment),
        "titles": titles_by_name(),
        "now": _now(experiment, atlas, numbers, places[0]) if places else [None, None],
        "limits": [limit for place in places for limit in _limits(experiment, atlas, place)],
        "numbers": [_number(number, places) for number in numbers.values()],
        "steps": experiment.steps,
        "noisy": _takes_seeds(experiment, atlas, places),
        "seeds": atlas.seeds,
        "judged": atlas.kind != "sweep" or not experiment.has_many_weights,
    }


def titles_by_name() -> dict[str, str]:
    """Return the outcomes' short titles by their names."""
    return {outcome.name: TITLES[outcome][0] for outcome in Outcome}


def _with_seeds(experiment: Experiment, atlas: Atlas) -> Atlas:
    """Return the atlas with one seed where others make no difference, or none are made."""
    places = [place for place in atlas.runs if place < len(experiment.runs)]
    return atlas if _takes_seeds(experiment, atlas, places) else replace(atlas, seeds=1)


def _takes_seeds(experiment: Experiment, atlas: Atlas, places: list[int]) -> bool:
    """Tell whether the cells may be made with several seeds: those of basins, where chance makes a difference."""
    chance = any(has_chance(alone_at(experiment, place), atlas.axes) for place in places)
    return chance and atlas.kind == "basins"


def _axes(
    experiment: Experiment, atlas: Atlas, numbers: dict[str, MapNumber], places: list[int]
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    if atlas.kind == "basins":
        model, window = landscape_of(experiment).model, experiment.window
        names = ("x", "y") if model is None else tuple(model.weights)
        x, y = (
            {"address": address, "edit": "start", "lab": "start", "name": name, **_ends(*side, "linear")}
            for address, name, side in zip(("x", "y"), names, window, strict=True)
        )
        return x, y
    found = [_axis(axis, numbers[axis.address], places) for axis in atlas.axes]
    return found[0], found[1] if len(found) > 1 else None


def _axis(axis: Axis, number: MapNumber, places: list[int]) -> dict[str, Any]:
    lab = edit_of(axis.address, places[0])
    said = {"address": axis.address, "edit": edit_of(axis.address, 0), "lab": lab, "name": number.name}
    return said | _ends(axis.low, axis.high, axis.scale)


def _ends(low: float, high: float, scale: str) -> dict[str, Any]:
    return {"low": low, "high": high, "scale": scale}


def _run(experiment: Experiment, atlas: Atlas, numbers: dict[str, MapNumber], title: str, place: int) -> dict[str, Any]:
    alone = alone_at(experiment, place, keep=("scale",))
    lacking = [numbers[axis.address] for axis in atlas.axes if place not in numbers[axis.address].places]
    why = f"{title} has no number that is called {lacking[0].name.lower()}." if lacking else ""
    query = ""
    if atlas.kind == "basins":
        query = query_of_basins(experiment, place, atlas.seeds)
    elif atlas.kind == "sweep" and not why:
        query = query_of_sweep(experiment, place, atlas.axes, atlas.seeds)
    return {
        "place": place,
        "name": title,
        "color": color_of(experiment, place),
        "query": query,
        "link": urlencode(alone.to_query()),
        "labs": [edit_of(axis.address, place) for axis in atlas.axes] or ["start", "start"],
        "now": _now(experiment, atlas, numbers, place),
        "why": why,
    }


def _now(experiment: Experiment, atlas: Atlas, numbers: dict[str, MapNumber], place: int) -> list[Any]:
    """Return what stands now along x and y: the start, or the run's values, None for what it has not."""
    if atlas.kind == "basins":
        return list(experiment.start)
    values = [numbers[axis.address].values[place] for axis in atlas.axes]
    return [*values, None][:2]


def _number(number: MapNumber, places: list[int]) -> dict[str, Any]:
    own = [number.values[place] for place in places if number.values[place] is not None]
    others = [value for value in number.values if value is not None]
    now = [*own, *others, None][0]
    said = {"address": number.address, "name": number.name, "now": now, "places": list(number.places)}
    return said | _ends(number.low, number.high, number.scale)


def _minima(experiment: Experiment) -> list[dict[str, Any]]:
    """Return the known minima in the order in which tiles number them (studies/maps/minima.py)."""
    if experiment.has_many_weights:
        return []
    known = known_points(experiment)
    alone = [(p.point, p.value, p.is_global, False) for p in known.all_minima]
    curves = [(c.points[len(c.points) // 2], c.value, c.is_global, True) for c in known.curves_of_minima]
    return [
        {"x": float(x), "y": float(y), "loss": float(loss), "global": bool(is_global), "curve": curve}
        for (x, y), loss, is_global, curve in (*alone, *curves)
    ]


def _limits(experiment: Experiment, atlas: Atlas, place: int) -> list[dict[str, Any]]:
    if atlas.kind != "sweep":
        return []
    points = limits_of(experiment, place, *atlas.axes)
    if points is None or not len(points):
        return []
    return [{"run": place, "label": LIMITS[experiment.runs[place].optimizer], "points": points.tolist()}]
