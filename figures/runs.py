"""Runs in pictures without a server: paths on the map, and curves over the steps."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from experiments.results.curves import CURVES, had_by
from experiments.results.judged_runs import Result
from figures.style import PALETTE
from numerals import count, number


def add_paths(figure: go.Figure, results: Sequence[Result], names: Sequence[str], theme: str = "light") -> go.Figure:
    """Draw each run's finite iterates on a map figure, with the numbers of every step on hover; returns the figure."""
    for result, name, color in zip(results, names, _colors(results, theme), strict=True):
        trajectory = result.trajectory
        shown = slice(0, trajectory.last_finite + 1)
        norms = np.hypot(*trajectory.gradients[shown].T)
        hover = [
            f"step {count(k)}<br>loss {number(loss, 4)}<br>gradient {number(norm, 4)}"
            for k, (loss, norm) in enumerate(zip(trajectory.losses[shown], norms, strict=True))
        ]
        figure.add_trace(
            go.Scatter(
                x=trajectory.points[shown, 0],
                y=trajectory.points[shown, 1],
                mode="lines+markers",
                name=name,
                line={"color": color, "width": 2},
                marker={"size": 4, "color": color},
                text=hover,
                hovertemplate="%{text}<extra>%{fullData.name}</extra>",
            )
        )
    return figure


def curve_figure(
    results: Sequence[Result], names: Sequence[str], curve: str = "loss", log: bool = False, theme: str = "light"
) -> go.Figure:
    """Return one curve of CURVES over the steps for every run; what is not finite is left out, never drawn."""
    if curve not in CURVES:
        raise ValueError(f"curve: {curve!r} is not allowed; give one of {', '.join(had_by(()))}")
    figure = go.Figure()
    for result, name, color in zip(results, names, _colors(results, theme), strict=True):
        values = result.curve(curve)
        figure.add_trace(
            go.Scatter(
                x=np.arange(len(values)),
                y=np.where(np.isfinite(values), values, np.nan),
                mode="lines",
                name=name,
                line={"color": color, "width": 2},
                connectgaps=False,
            )
        )
    figure.update_layout(
        template="none",
        xaxis={"title": {"text": "step"}},
        yaxis={"title": {"text": CURVES[curve].name}, "type": "log" if log else "linear"},
        hovermode="x unified",
    )
    return figure


def _colors(results: Sequence[Result], theme: str) -> list[str]:
    return [PALETTE[theme][result.trajectory.run % 6] for result in results]
