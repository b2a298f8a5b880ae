"""The relief of an experiment for notebooks and slides: the surface in three dimensions with the paths on it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from experiments import Experiment, Trajectory, Verdict, critical_points
from experiments.objective.heights import Surface
from experiments.results.ground import ground_of
from figures.cut_paths import CutPath, cut_path
from figures.heights import Heights, heights_of
from figures.maps import converged, finite_points, parting, told_of
from figures.sheet import axis_style, in_legend, on_sheet, refuse_theme
from figures.style import MARK_EDGE, MARK_FILL, PAGE
from figures.surface import relief_figure
from figures.told_runs import ToldRun, heading, told_runs
from figures.windows import APART, is_apart

LIFT = 0.012  # of all heights: a path lies above the ground, in which its line would sink
_PIECES = 60  # of a line across the window, laid over the ground
_HEIGHT = 520  # px
_CAMERA = {"eye": {"x": 0.9, "y": -1.43, "z": 1.325}, "center": {"x": 0, "y": 0, "z": -0.2}}  # from above, as the lab's


def relief_of(
    experiment: Experiment,
    trajectories: Sequence[Trajectory] | None = None,
    verdicts: Sequence[Verdict] | None = None,
    theme: str = "light",
) -> go.Figure:
    """Return the surface of an experiment in three dimensions, with its minima and the paths of its runs on it.

    x and y have one scale, unless one side of the window is more than eight times the other, which is then said. At an
    iterate a path is as high as its loss is drawn, and LIFT of the whole height above that; between two iterates it
    follows the ground. A path is cut where it leaves the window. The arguments are those of map_of, and so is what the
    legend says. customdata: (step, loss, gradient norm). Raises ValueError naming the argument that is not allowed.
    """
    refuse_theme(theme)
    runs = told_runs(experiment, trajectories, verdicts, theme)
    surface, heights = ground_of(experiment), heights_of(experiment)
    figure = relief_figure(surface, heights, critical_points(experiment), theme)
    for trace in figure.data:
        trace.showlegend = bool(trace.name) and trace.type == "scatter3d"
        trace.legendrank = 2000
    drawn = heights.of(surface.z)
    low, high = np.min(drawn, where=np.isfinite(drawn), initial=np.inf), _highest(drawn)
    lift = LIFT * (high - low) if high > low else 0.0
    for run in runs:
        path = _laid(cut_path(finite_points(run), experiment.window), surface)
        figure.add_traces(_path(run, path, surface, heights, lift))
    start = np.array([experiment.start])
    z = ground(surface, heights, start) + 2 * lift
    figure.add_trace(_marks("Start", start, z, {"color": MARK_EDGE, "line": {"color": MARK_FILL, "width": 2}}))
    there = converged(runs)
    points = np.array([run.result.trajectory.points[step] for run, step in there]).reshape(-1, 2)
    z = heights.of([run.result.trajectory.losses[step] for run, step in there]) + 2 * lift
    colors = {"color": [run.color for run, _ in there], "symbol": "diamond"}
    figure.add_traces([_marks("Converged", points, z, colors)] if there else [])
    return _finished(figure, experiment, theme)


def _marks(name: str, points: np.ndarray, z: np.ndarray, marker: dict[str, Any]) -> go.Scatter3d:
    return go.Scatter3d(
        x=points[:, 0],
        y=points[:, 1],
        z=z,
        mode="markers",
        name=name,
        marker={"size": 5, **marker},
        hoverinfo="name",
        showlegend=True,
        legendrank=2000,
    )


def _highest(drawn: np.ndarray) -> float:
    return float(np.max(drawn, where=np.isfinite(drawn), initial=-np.inf))


def _finished(figure: go.Figure, experiment: Experiment, theme: str) -> go.Figure:
    window, apart = experiment.window, is_apart(experiment.window)
    on_sheet(figure, heading(experiment), theme, _HEIGHT, APART if apart else "", axis=0)
    width, height = (high - low for low, high in window)
    longest = max(width, height)
    sides = (1.0, 1.0) if apart else (width / longest, height / longest)
    style = axis_style(theme) | {"color": PAGE[theme]["ink"]}
    figure.update_scenes(
        aspectratio={"x": sides[0], "y": sides[1], "z": 0.55},
        xaxis=style,
        yaxis=style,
        zaxis=style,
        camera=_CAMERA,
    )
    return figure


def _path(run: ToldRun, path: CutPath, surface: Surface, heights: Heights, lift: float) -> list[go.Scatter3d]:
    """Return a run's path on the ground, and what is said where it goes out of the picture."""
    whole = path.steps == np.floor(path.steps)
    known = np.nan_to_num(np.floor(path.steps)).astype(int)
    z = np.where(whole, heights.of(run.result.trajectory.losses[known]), ground(surface, heights, path.points))
    z = np.where(np.isfinite(z) & np.isfinite(path.steps), z + lift, np.nan)
    line = go.Scatter3d(
        x=path.points[:, 0],
        y=path.points[:, 1],
        z=z,
        customdata=told_of(run, path.steps),
        mode="lines",
        line={"color": run.color, "width": 5},
        connectgaps=False,
        hovertemplate=f"{run.name}<br>step %{{customdata[0]:.4~r}}<br>loss %{{customdata[1]:.4~g}}<extra></extra>",
        **in_legend(run),
    )
    if not len(path.steps):
        return [line]
    at = path.leaves[-1] if path.is_out and path.leaves else -1
    end = go.Scatter3d(
        x=path.points[[at], 0],
        y=path.points[[at], 1],
        z=z[[at]],
        mode="markers+text",
        text=[parting(run, path)],
        textfont={"color": run.color, "size": 12},
        name=f"{run.name}: its end",
        legendgroup=run.name,
        showlegend=False,
        hoverinfo="skip",
        marker={"size": 5, "color": run.color},
    )
    return [line, end]


def _laid(path: CutPath, surface: Surface) -> CutPath:
    """Return the path with points between its own wherever two lie far apart."""
    span = np.array([np.ptp(surface.x), np.ptp(surface.y)])
    points, steps, leaves = [], [], []
    for place, (point, step) in enumerate(zip(path.points, path.steps, strict=True)):
        if place and np.isfinite(step) and np.isfinite(path.steps[place - 1]):
            before, then = path.points[place - 1], path.steps[place - 1]
            pieces = int(np.ceil(_PIECES * np.hypot(*((point - before) / span))))
            for share in np.arange(1, pieces) / pieces:
                points.append(before + share * (point - before))
                steps.append(then + share * (step - then))
        if place in path.leaves:
            leaves.append(len(points))
        points.append(point)
        steps.append(step)
    return CutPath(
        points=np.array(points).reshape(-1, 2), steps=np.array(steps), leaves=tuple(leaves), is_out=path.is_out
    )


def ground(surface: Surface, heights: Heights, points: np.ndarray) -> np.ndarray:
    """Return the drawn height at points, (n,), between the grid's own by two straight lines; NaN outside the grid."""
    drawn = heights.of(surface.z)
    with np.errstate(all="ignore"):
        u = (points[:, 0] - surface.x[0]) / (surface.x[-1] - surface.x[0]) * (len(surface.x) - 1)
        v = (points[:, 1] - surface.y[0]) / (surface.y[-1] - surface.y[0]) * (len(surface.y) - 1)
        i = np.clip(np.nan_to_num(np.floor(u)), 0, len(surface.x) - 2).astype(int)
        j = np.clip(np.nan_to_num(np.floor(v)), 0, len(surface.y) - 2).astype(int)
        s, t = u - i, v - j
        below = drawn[j, i] * (1 - s) + drawn[j, i + 1] * s
        above = drawn[j + 1, i] * (1 - s) + drawn[j + 1, i + 1] * s
        found: np.ndarray = below * (1 - t) + above * t
    return found
