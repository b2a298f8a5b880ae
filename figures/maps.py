"""The map of an experiment for notebooks and slides: surface, paths, start, minima, where runs converged or left."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from experiments import Experiment, Trajectory, Verdict, critical_points
from experiments.objective.heights import surface_of
from figures.cut_paths import CutPath, cut_path
from figures.heights import heights_of
from figures.packets import wording
from figures.sheet import APART, axis_style, in_legend, is_apart, on_sheet, plot_height, refuse_theme
from figures.style import MARK_EDGE, MARK_FILL, PAGE
from figures.surface import map_figure
from figures.told_runs import ToldRun, heading, told_runs
from numerals import count

_DOTS = 200  # iterates of a run up to which each has a dot


def map_of(
    experiment: Experiment,
    trajectories: Sequence[Trajectory] | None = None,
    verdicts: Sequence[Verdict] | None = None,
    theme: str = "light",
) -> go.Figure:
    """Return the contour map of an experiment's surface with the paths of its runs.

    Both axes have one scale, unless one side of the window is more than eight times the other, which is then said. A
    path is cut where it leaves the window, with an arrow and the step; it ends with its last finite iterate. The
    legend says each run's name, rate and verdict. Of each point of a path, customdata holds (step, loss, gradient
    norm); a step that is not whole lies on the window's edge.

    trajectories: of the experiment, as simulate(experiment) gives them; made here where they are not given. verdicts:
    one for each of them. theme: "light" or "dark". Raises ValueError naming the argument that is not allowed.

    >>> from experiments import Experiment, Run
    >>> bowl = Experiment(landscape="sphere", steps=3, runs=(Run(optimizer="adam", learning_rate=0.1),))
    >>> [trace.name for trace in map_of(bowl).data if trace.legendgroup == "Adam" and trace.showlegend]
    ['Adam, rate 0.1: still descending']
    """
    refuse_theme(theme)
    runs = told_runs(experiment, trajectories, verdicts, theme)
    critical = critical_points(experiment)
    bare = critical_points(experiment.replace(l1=0.0, l2=0.0)) if experiment.l1 or experiment.l2 else None
    figure = map_figure(surface_of(experiment), heights_of(experiment), critical, theme, before=bare)
    for trace in figure.data:
        trace.showlegend = bool(trace.name) and trace.type == "scatter"
    window, apart = experiment.window, is_apart(experiment.window)
    paths = [cut_path(finite_points(run), window) for run in runs]
    for run, path in zip(runs, paths, strict=True):
        figure.add_traces(_path(run, path, theme))
    figure.add_trace(_start(experiment, theme))
    converged = _converged(runs, theme)
    figure.add_traces([converged] if converged is not None else [])
    for trace in figure.data:
        trace.legendrank = 1000 if trace.legendgroup else 2000  # the runs first, though they are drawn over the marks
    on_sheet(figure, heading(experiment), theme, plot_height(window), APART if apart else "")
    scale = {} if apart else {"scaleanchor": "x", "scaleratio": 1}
    figure.update_xaxes(**axis_style(theme), constrain="domain", showgrid=False, ticks="outside")
    figure.update_yaxes(**axis_style(theme), **scale, constrain="domain", showgrid=False, ticks="outside")
    return figure


def finite_points(run: ToldRun) -> np.ndarray:
    """Return a run's iterates up to its last finite one, (n, 2)."""
    trajectory = run.result.trajectory
    points: np.ndarray = trajectory.points[: trajectory.last_finite + 1]
    return points


def told_of(run: ToldRun, steps: np.ndarray) -> np.ndarray:
    """Return (step, loss, gradient norm) at steps, (n, 3), those of the last iterate at a step that is not whole."""
    trajectory = run.result.trajectory
    known = np.nan_to_num(np.floor(steps)).astype(int)
    told: np.ndarray = np.stack([steps, trajectory.losses[known], run.result.gradient_norms[known]], axis=-1)
    return told


def parting(run: ToldRun, path: CutPath) -> str:
    """Return how a run goes out of the picture, "" where it does not: "leaves the view at step 41"."""
    trajectory, verdict = run.result.trajectory, run.result.verdict
    if path.is_out and verdict.outcome.is_lost:
        return wording.title(verdict)[0].lower()
    if path.is_out and path.leaves:
        return f"leaves the view at step {count(int(np.ceil(path.steps[path.leaves[-1]])))}"
    if 0 <= trajectory.last_finite < trajectory.steps:
        return f"no number after step {count(trajectory.last_finite)}"
    return ""


def _path(run: ToldRun, path: CutPath, theme: str) -> list[go.Scatter]:
    """Return a run's path, its last iterate in view, and an arrow where it leaves for good."""
    x, y = path.points.T
    dotted = len(path.steps) <= _DOTS
    line = go.Scatter(
        x=x,
        y=y,
        customdata=told_of(run, path.steps),
        mode="lines+markers" if dotted else "lines",
        line={"color": run.color, "width": 2.25},
        marker={"size": 4.5, "color": run.color},
        connectgaps=False,
        hovertemplate=f"{run.name}<br>step %{{customdata[0]:.4~r}}<br>loss %{{customdata[1]:.4~g}}"
        "<br>gradient %{customdata[2]:.4~g}<extra></extra>",
        **in_legend(run),
    )
    if not len(path.steps):
        return [line]
    told, paper = parting(run, path), PAGE[theme]["paper"]
    shared = {"legendgroup": run.name, "showlegend": False, "hoverinfo": "skip", "cliponaxis": False}
    marker = {"color": run.color, "line": {"color": paper, "width": 1.5}}
    text = {"text": ["", told], "textposition": "bottom center", "textfont": {"color": run.color, "size": 12}}
    if path.is_out and path.leaves:
        at = path.leaves[-1]
        shape = {"symbol": ["circle", "arrow"], "size": [0, 16], "angleref": "previous"}
        ends = path.points[[max(at - 1, 0), at]]
    else:
        shape = {"symbol": ["circle", "circle-x" if told else "circle"], "size": [0, 11]}
        ends = path.points[[-1, -1]]
    mode = "markers+text" if told else "markers"
    end = go.Scatter(
        x=ends[:, 0], y=ends[:, 1], mode=mode, name=f"{run.name}: its end", marker=marker | shape, **shared
    )
    return [line, end.update(**text)]


def _start(experiment: Experiment, theme: str) -> go.Scatter:
    x, y = experiment.start
    return go.Scatter(
        x=[x],
        y=[y],
        mode="markers",
        name="Start",
        marker={"size": 12, "color": MARK_EDGE, "line": {"color": MARK_FILL, "width": 3}},
        hoverinfo="name",
        showlegend=True,
    )


def _converged(runs: Sequence[ToldRun], theme: str) -> go.Scatter | None:
    """Return the diamonds where runs came to rest at a minimum; customdata: the step."""
    there = [run for run in runs if run.result.verdict.outcome.at_minimum and run.result.verdict.step is not None]
    if not there:
        return None
    steps = [int(run.result.verdict.step or 0) for run in there]
    points = np.array([run.result.trajectory.points[step] for run, step in zip(there, steps, strict=True)])
    return go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        customdata=steps,
        text=[run.name for run in there],
        mode="markers",
        name="Converged",
        marker={
            "symbol": "diamond",
            "size": 12,
            "color": [run.color for run in there],
            "line": {"color": PAGE[theme]["paper"], "width": 1.5},
        },
        hovertemplate="%{text}<br>converged at step %{customdata}<extra></extra>",
        showlegend=True,
    )
