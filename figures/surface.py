"""The standing part of the stage: a contour map and a relief of a surface, with its critical points."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from experiments import Experiment, landscape_of
from experiments.critical.curve import CriticalCurve
from experiments.critical.points import CriticalPoints
from experiments.objective import tints
from experiments.objective.heights import Surface
from experiments.objective.penalties import BOTH
from figures.heights import LEVELS, NAMES, Heights
from figures.packets.many_weights import axis_names
from figures.style import COLORSCALE, CONTOUR_LINE, CRITICAL_CURVES, CURVE_EDGE, MARK_EDGE, MARK_FILL, MARKS
from figures.windows import is_apart
from numerals import count, number

MOST_MARKS = 400  # of a kind; more would hide the map
_MOST_LINES = 300  # across a map, on average: more would lie nearer to each other than its grid can tell
_FEW_LINES = 120  # across such a map
PENALTY = "Contour of the penalty"
_PENALTY_CELLS = 61  # a side of the grid that its contours are drawn from
CROWD = 40  # from here on marks are smaller, and maxima are left out


def map_figure(
    surface: Surface,
    heights: Heights,
    critical: CriticalPoints,
    theme: str = "light",
    before: CriticalPoints | None = None,
    tint: str = "",
    penalty: tuple[float, float] = (0.0, 0.0),
    axes: tuple[str, str] = ("x", "y"),
    weighed: tuple[bool, bool] = BOTH,
) -> go.Figure:
    """Return the contour map, with minima, saddle points and curves of them marked.

    before: the critical points without a penalty; the lowest of them are marked as well. tint: what colours it instead
    of the heights, one of experiments.objective.tints. penalty: of L1 and L2, whose own contours are drawn;
    weighed: on which of x and y these act. axes: what the axes are called.
    """
    drawn = heights.of(surface.z)
    low, high = _range(drawn)
    step = (high - low) / lines(drawn)
    contour = go.Contour(
        x=surface.x,
        y=surface.y,
        z=_light(drawn),
        zmin=low,
        zmax=high,
        colorscale=COLORSCALE[theme],
        contours={
            "coloring": "none" if tint else "heatmap",
            "start": low + step / 2,
            "end": high,
            "size": step,
            "showlines": True,
        },
        line={"width": 0.7, "color": CONTOUR_LINE},
        showscale=False,
        hoverinfo="skip",
        name="Surface",
    )
    (x0, x1), (y0, y1) = (surface.x[0], surface.x[-1]), (surface.y[0], surface.y[-1])
    old = [] if before is None else [("before", [p for p in before.all_minima if p.is_global])]
    beside = [_tinted(surface, tint, theme)] if tint else []
    beside += [_penalty(surface, *penalty, weighed)] if any(penalty) else []
    figure = go.Figure([contour, *beside, *_flat_curves(critical), *_flat_marks([*old, *_groups(critical)], theme)])
    figure.update_layout(
        template="none",
        xaxis={"range": [x0, x1], "title": {"text": axes[0]}, "constrain": "domain", "zeroline": False},
        yaxis={
            "range": [y0, y1],
            "title": {"text": axes[1]},
            "constrain": "domain",
            "zeroline": False,
            **({} if is_apart(((x0, x1), (y0, y1))) else {"scaleanchor": "x"}),
        },
        showlegend=False,
        margin={"l": 44, "r": 12, "t": 12, "b": 40},
        hovermode="closest",
    )
    return figure


def drawn_beside(experiment: Experiment) -> dict[str, Any]:
    """Return what of an experiment's map is drawn beside its heights: map_figure's further arguments."""
    tint = experiment.scale if experiment.scale in tints.TINTS else ""
    model, names = landscape_of(experiment).model, axis_names(experiment)
    return {
        "tint": tint,
        "penalty": (0.0, 0.0) if experiment.has_many_weights else (experiment.l1, experiment.l2),
        "axes": names or ("x", "y"),
        "weighed": BOTH if model is None else model.penalised,
    }


def _tinted(surface: Surface, tint: str, theme: str) -> go.Heatmap:
    """Return the map's colours where they are not the heights'."""
    return go.Heatmap(
        x=surface.x,
        y=surface.y,
        z=tints.tint(surface, tint).astype(np.float32),
        zmin=0.0,
        zmax=1.0,
        zsmooth="best",
        colorscale=COLORSCALE[theme],
        showscale=False,
        hoverinfo="skip",
        name="",
        meta=NAMES[tint],
    )


def _penalty(surface: Surface, l1: float, l2: float, weighed: tuple[bool, bool]) -> go.Contour:
    """Return the contours of the penalty itself: diamonds of L1, circles of L2, in between with both."""
    x, y = (np.linspace(side[0], side[-1], _PENALTY_CELLS) for side in (surface.x, surface.y))
    flat, high = np.meshgrid(x, y)
    acted = [side for side, acts in zip((flat, high), weighed, strict=True) if acts]
    z = sum(l1 * np.abs(side) + l2 * side**2 for side in acted)
    top = float(z.max())
    return go.Contour(
        x=x,
        y=y,
        z=z.astype(np.float32),
        contours={"coloring": "none", "start": top / 8, "end": top, "size": top / 8},
        line={"width": 1.2, "color": MARK_EDGE, "dash": "dot"},
        showscale=False,
        hoverinfo="skip",
        name=PENALTY,
    )


def relief_figure(surface: Surface, heights: Heights, critical: CriticalPoints, theme: str = "light") -> go.Figure:
    """Return the surface in three dimensions, with its minima marked."""
    drawn = heights.of(surface.z)[::2, ::2]
    low, high = _range(drawn)
    relief = go.Surface(
        x=surface.x[::2],
        y=surface.y[::2],
        z=_light(drawn),
        cmin=low,
        cmax=high,
        colorscale=COLORSCALE[theme],
        showscale=False,
        hoverinfo="skip",
        lighting={"ambient": 0.72, "diffuse": 0.55, "specular": 0.08, "roughness": 0.85},
        contours={"z": {"show": True, "start": low, "end": high, "size": (high - low) / 12, "color": CONTOUR_LINE}},
        name="Surface",
    )
    quiet = {"title": {"text": ""}, "showspikes": False, "nticks": 5, "showbackground": False}
    (x0, x1), (y0, y1) = (surface.x[0], surface.x[-1]), (surface.y[0], surface.y[-1])
    figure = go.Figure([relief, *_raised_marks(critical, heights, (x0, x1), (y0, y1))])
    figure.update_layout(
        template="none",
        scene={
            "xaxis": {**quiet, "range": [x0, x1], "title": {"text": "x"}},
            "yaxis": {**quiet, "range": [y0, y1], "title": {"text": "y"}},
            "zaxis": {**quiet, "range": [low - 0.02 * (high - low), high], "showticklabels": False},
            "aspectmode": "manual",
            "aspectratio": {"x": 1, "y": 1, "z": 0.55},
            "camera": {"eye": {"x": -1.15, "y": -1.35, "z": 0.95}, "center": {"x": 0, "y": 0, "z": -0.12}},
        },
        showlegend=False,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )
    return figure


def lines(drawn: np.ndarray) -> int:
    """Return at how many levels a map of these heights has lines: at fewer where the surface is too wavy for all."""
    low, high = _range(drawn)
    with np.errstate(all="ignore"):
        level = np.floor(LEVELS * (np.where(np.isfinite(drawn), drawn, np.nan) - low) / (high - low) - 0.5)
        met = max(float(np.nansum(np.abs(np.diff(level, axis=axis)))) / len(drawn) for axis in (0, 1))
    return LEVELS if not met > _MOST_LINES else max(2, round(LEVELS * _FEW_LINES / met))


def _light(drawn: np.ndarray) -> np.ndarray:
    """Return the heights for the browser, NaN where they are not finite: in four bytes each where that holds them."""
    z = np.where(np.isfinite(drawn), drawn, np.nan)
    largest = np.max(np.abs(z), initial=0.0, where=~np.isnan(z))
    return z.astype(np.float32) if largest < np.finfo(np.float32).max else z


def _range(drawn: np.ndarray) -> tuple[float, float]:
    finite = drawn[np.isfinite(drawn)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    around = max(0.5, 1e-6 * abs(low))
    return (low, high) if high > low else (low - around, low + around)


def _groups(critical: CriticalPoints) -> list[tuple[str, list[Any]]]:
    minima, maxima = critical.all_minima, [p for p in critical.points if p.kind == "maximum"]
    at_edge = [p for p in minima if p.boundary and not (p.is_global and critical.verified)]
    groups = (
        ("maximum", maxima if len(maxima) <= CROWD else []),
        ("saddle", [p for p in critical.points if p.kind == "saddle"]),
        ("edge_minimum", at_edge),
        ("local_minimum", [p for p in minima if not p.is_global and p not in at_edge]),
        ("global_minimum", [p for p in minima if p.is_global and p not in at_edge]),
    )
    return [(key, points) for key, points in groups if points]


def curve_groups(critical: CriticalPoints) -> list[tuple[str, list[CriticalCurve]]]:
    """Return the curves by what they are drawn as, what is drawn last at the end."""
    minima, other = critical.curves_of_minima, [c for c in critical.curves if c.kind != "minimum"]
    groups = (
        ("maximum", [c for c in other if c.kind == "maximum"]),
        ("saddle", [c for c in other if c.kind == "saddle"]),
        ("local_minimum", [c for c in minima if not c.is_global]),
        ("global_minimum", [c for c in minima if c.is_global]),
    )
    return [(key, curves) for key, curves in groups if curves]


def _flat_curves(critical: CriticalPoints) -> list[go.Scatter]:
    """Return two lines a group, a broad one for the edge and the curve itself; a gap parts one curve from the next."""
    traces = []
    for key, curves in curve_groups(critical):
        mark = CRITICAL_CURVES[key]
        gap = np.full((1, 2), np.nan)
        x, y = np.concatenate([part for curve in curves for part in (curve.places, gap)])[:-1].T
        for is_edge in (True, False):
            line = {"width": mark["width"] + 2 * CURVE_EDGE * is_edge, "color": MARK_EDGE if is_edge else MARK_FILL}
            dash = {"dash": "solid" if is_edge else mark["dash"]}
            traces.append(
                go.Scatter(
                    x=x,
                    y=y,
                    mode="lines",
                    name="" if is_edge else mark["name"],
                    line=line | dash,
                    connectgaps=False,
                    hoverinfo="skip",
                    showlegend=not is_edge,
                )
            )
    return traces


def _flat_marks(groups: list[tuple[str, list[Any]]], theme: str) -> list[go.Scatter]:
    ink = MARK_EDGE if theme == "light" else MARK_FILL
    traces = []
    for key, points in groups:
        if not points:
            continue
        mark = MARKS[key]
        crowded, shown = len(points) > CROWD, points[:MOST_MARKS]
        line_only = key in ("saddle", "before", "edge_minimum", "maximum")
        traces.append(
            go.Scatter(
                x=[p.point[0] for p in shown],
                y=[p.point[1] for p in shown],
                mode="markers",
                name=mark["name"],
                marker={
                    "symbol": mark["symbol"],
                    "size": mark["size"] * (0.6 if crowded else 1.0),
                    "color": ink if line_only else MARK_FILL,
                    "opacity": 0.55 if line_only and crowded else 0.95,
                    "line": {"color": ink if line_only else MARK_EDGE, "width": 1.6 if line_only else 1.2},
                },
                text=[f"{mark['name']}<br>({number(p.point[0], 4)}, {number(p.point[1], 4)})" for p in shown],
                customdata=[number(p.value, 4) for p in shown],
                hovertemplate="%{text}<br>loss %{customdata}<extra></extra>",
                meta=f"{count(len(shown))} of {count(len(points))} drawn" if len(shown) < len(points) else None,
                cliponaxis=False,  # whole on the border and in a corner
            )
        )
    return traces


def _raised_marks(
    critical: CriticalPoints, heights: Heights, x: tuple[float, float], y: tuple[float, float]
) -> list[go.Scatter3d]:
    traces = []
    for key, group in _groups(critical):
        points = [p for p in group[:MOST_MARKS] if x[0] <= p.point[0] <= x[1] and y[0] <= p.point[1] <= y[1]]
        if key in ("saddle", "maximum") or not points:
            continue
        mark = MARKS[key]
        traces.append(
            go.Scatter3d(
                x=[p.point[0] for p in points],
                y=[p.point[1] for p in points],
                z=heights.of([p.value for p in points]),
                mode="markers",
                name=mark["name"],
                marker={
                    "symbol": mark["symbol3d"],
                    "size": 5 if key == "global_minimum" else 3,
                    "color": MARK_FILL,
                    "line": {"color": MARK_EDGE, "width": 1.5},
                },
                hoverinfo="skip",
            )
        )
    return traces
