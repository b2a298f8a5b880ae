"""The sheet of a figure that stands alone: its size, its colours, its title, and the legend below."""

from typing import Any

import plotly.graph_objects as go

from figures.style import PAGE, THEMES
from figures.told_runs import ToldRun
from figures.windows import Window, is_apart

WIDTH = 760  # px
_LEFT, _RIGHT, _TOP = 72, 24, 52
_LOWEST, _HIGHEST = 240, 600  # px, of a plot
_LINE = 22  # px of the legend


def refuse_theme(theme: str) -> None:
    """Raise ValueError for a theme that there is not."""
    if theme not in THEMES:
        raise ValueError(f"theme: {theme!r} is not allowed; give one of {', '.join(THEMES)}")


def plot_height(window: Window) -> float:
    """Return how high a plot of a window is, in px, where both axes have one scale."""
    width, height = (high - low for low, high in window)
    square = is_apart(window)
    return min(_HIGHEST, max(_LOWEST, (WIDTH - _LEFT - _RIGHT) * (0.75 if square else height / width)))


def on_sheet(figure: go.Figure, title: str, theme: str, height: float, note: str = "", axis: int = 54) -> go.Figure:
    """Give a figure its sheet. height: of the plot, in px; axis: px below it before the legend; returns the figure."""
    page = PAGE[theme]
    named = sum(bool(trace.showlegend) for trace in figure.data)
    below = axis + 10 + _LINE * named
    figure.update_layout(
        width=WIDTH,
        height=height + _TOP + below,
        margin={"l": _LEFT, "r": _RIGHT, "t": _TOP, "b": below},
        title={"text": title, "x": 0, "xanchor": "left", "xref": "paper", "font": {"size": 18}},
        paper_bgcolor=page["paper"],
        plot_bgcolor=page["paper"],
        font={"color": page["ink"], "size": 13},
        showlegend=True,
        legend={
            "orientation": "v",
            "x": 0,
            "xanchor": "left",
            "y": -axis / height,
            "yanchor": "top",
            "traceorder": "normal",
            "bgcolor": "rgba(0,0,0,0)",
        },
    )
    if note:
        figure.add_annotation(
            text=note, x=1, y=1, xref="paper", yref="paper", xanchor="right", yanchor="bottom", showarrow=False
        )
    return figure


def axis_style(theme: str) -> dict[str, Any]:
    """Return an axis' own colours."""
    page = PAGE[theme]
    return {"gridcolor": page["grid"], "linecolor": page["grid"], "tickcolor": page["grid"], "zeroline": False}


def in_legend(run: ToldRun) -> dict[str, Any]:
    """Return what makes a run's trace the one that stands for it in the legend."""
    return {"name": run.label, "legendgroup": run.name, "showlegend": True}
