"""The map of an experiment for notebooks and slides: surface, paths, start, minima, where runs converged or left."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from experiments import Experiment, Trajectory, Verdict, critical_points
from experiments.results.ground import ground_of
from figures.cut_paths import CutPath, cut_path
from figures.heights import heights_of
from figures.packets import wording
from figures.sheet import axis_style, in_legend, on_sheet, plot_height, refuse_theme
from figures.style import MARK_EDGE, MARK_FILL, PAGE
from figures.surface import drawn_beside, map_figure
from figures.told_runs import ToldRun, heading, told_runs
from figures.windows import APART, Window, is_apart
from numerals import count

_DOTS = 200  # iterates of a run up to which each has a dot
_NEAR = 0.014  # of the window: marks nearer than that lie on each other
_BALL, _RIM = 11, 8  # px across: of an end, and of what one beneath it shows of itself


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
    beside = drawn_beside(experiment)
    figure = map_figure(ground_of(experiment), heights_of(experiment), critical, theme, before=bare, **beside)
    figure.update_traces(line={"color": PAGE[theme]["contour"]}, selector={"type": "contour"})
    for trace in figure.data:
        trace.showlegend = bool(trace.name) and trace.type == "scatter"
    window, apart = experiment.window, is_apart(experiment.window)
    paths = [cut_path(finite_points(run), window) for run in runs]
    ends = [path.points[path.leaves[-1] if path.is_out and path.leaves else -1 :][:1] for path in paths]
    for place, (run, path) in enumerate(zip(runs, paths, strict=True)):
        above = sum(_is_near(end, ends[place], window) for end in ends[place + 1 :])
        figure.add_traces(_path(run, path, theme, window, above))
    figure.add_trace(_start(experiment))
    there = converged(runs)
    figure.add_traces([_diamonds(there, theme)] if there else [])
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


def _is_near(one: np.ndarray, other: np.ndarray, window: Window) -> bool:
    """Return whether marks at two places, (0 or 1, 2), would lie on each other."""
    if not len(one) or not len(other):
        return False
    low, high = np.array(window).T
    return bool((np.abs(one[0] - other[0]) < _NEAR * (high - low)).all())


def _text_at(point: np.ndarray, window: Window) -> str:
    """Return on which side of a point in the window there is room for words."""
    across, up = ((value - low) / (high - low) for value, (low, high) in zip(point, window, strict=True))
    return f"{'bottom' if up > 0.9 else 'top' if up < 0.1 else 'middle'} {'left' if across > 0.5 else 'right'}"


def _path(run: ToldRun, path: CutPath, theme: str, window: Window, above: int) -> list[go.Scatter]:
    """Return a run's path, its last iterate in view, and an arrow where it leaves for good.

    above: how many ends of other runs lie on its own, which shows as a rim around them.
    """
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
    if path.is_out and path.leaves:
        at = path.leaves[-1]
        shape = {"symbol": ["circle", "arrow"], "size": [0, 16], "angleref": "previous"}
        ends = path.points[[max(at - 1, 0), at]]
    else:
        shape = {"symbol": ["circle", "circle-x" if told else "circle"], "size": [0, _BALL + _RIM * above]}
        ends = path.points[[-1, -1]]
    mode = "markers+text" if told else "markers"
    end = go.Scatter(
        x=ends[:, 0], y=ends[:, 1], mode=mode, name=f"{run.name}: its end", marker=marker | shape, **shared
    )
    end.update(text=["", f"\u2002{told}\u2002"], textposition=_text_at(ends[1], window), textfont={"size": 13})
    return [line, end]


def _start(experiment: Experiment) -> go.Scatter:
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


def converged(runs: Sequence[ToldRun]) -> list[tuple[ToldRun, int]]:
    """Return the runs that came to rest at a minimum, and the step from which on they were there."""
    there = [(run, run.result.verdict) for run in runs]
    return [(run, told.step) for run, told in there if told.outcome.at_minimum and told.step is not None]


def _diamonds(there: Sequence[tuple[ToldRun, int]], theme: str) -> go.Scatter:
    """Return the diamonds where runs converged; customdata: the step."""
    points = np.array([run.result.trajectory.points[step] for run, step in there])
    return go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        customdata=[step for _, step in there],
        text=[run.name for run, _ in there],
        mode="markers",
        name="Converged",
        marker={
            "symbol": "diamond",
            "size": 12,
            "color": [run.color for run, _ in there],
            "line": {"color": PAGE[theme]["paper"], "width": 1.5},
        },
        hovertemplate="%{text}<br>converged at step %{customdata}<extra></extra>",
        showlegend=True,
    )
