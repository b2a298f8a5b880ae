"""The curves of an experiment for notebooks and slides: one quantity over the steps, a line a run."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from experiments import Experiment, Trajectory, Verdict
from experiments.results.curves import CURVES, had_by
from figures.sheet import axis_style, in_legend, on_sheet, refuse_theme
from figures.style import PAGE
from figures.told_runs import ToldRun, heading, told_runs

_COLUMNS = 900  # of a line: the lowest and the highest of each are kept
_HEADROOM = {True: 30.0, False: 3.0}  # how far above the first values a run that diverges may stretch the picture
_DEPTH = 1e-20  # of the top: what is lower is not shown on a logarithmic axis
_HEIGHT = 380  # px


def curves_of(
    experiment: Experiment,
    trajectories: Sequence[Trajectory] | None = None,
    verdicts: Sequence[Verdict] | None = None,
    theme: str = "light",
    curve: str = "loss",
    log: bool | None = None,
) -> go.Figure:
    """Return a curve over the steps for every run, with a diamond where a run converged.

    curve: a key of CURVES (experiments.results.curves). log: whether the axis is logarithmic; None: as the lab has it
    at first. The logarithm of the loss is that of its height above the lowest known value, where one is known. Lines of
    many steps are thinned to the lowest and the highest value of each of 900 stretches; every point that is drawn is
    the run's own. What is not finite, or not positive on a logarithmic axis, is a gap. A run that diverges does not
    flatten the others: the axis ends a little above the first values, and its line goes on beyond it.

    The other arguments, and what the legend says, are those of map_of. Raises ValueError naming the argument that is
    not allowed.
    """
    refuse_theme(theme)
    if curve not in CURVES:
        raise ValueError(f"curve: {curve!r} is not allowed; give one of {', '.join(had_by(()))}")
    runs = told_runs(experiment, trajectories, verdicts, theme)
    known = had_by([run.result.trajectory for run in runs])
    if curve not in known:
        raise ValueError(f"curve: {curve!r} is not allowed; these runs have {', '.join(known)}")
    has_log = not CURVES[curve].log or any(run.result.lowest is not None for run in runs)
    logarithmic = CURVES[curve].logs_first and has_log if log is None else log
    shown = CURVES[(logarithmic and has_log and CURVES[curve].log) or curve]
    values = [_drawable(run.result.curve(shown.key), logarithmic) for run in runs]
    figure = go.Figure([_line(run, series) for run, series in zip(runs, values, strict=True)])
    diamonds = _converged(runs, values, theme)
    figure.add_traces([diamonds] if diamonds is not None else [])
    on_sheet(figure, heading(experiment), theme, _HEIGHT)
    span = _span(values, logarithmic)
    longest = max((len(series) for series in values), default=2) - 1
    figure.update_layout(template="none", hovermode="x unified")
    figure.update_xaxes(**axis_style(theme), title={"text": "step"}, range=[0, max(longest, 1)], ticks="outside")
    figure.update_yaxes(
        **axis_style(theme),
        title={"text": shown.name},
        type="log" if logarithmic else "linear",
        exponentformat="power",
        range=span,
        autorange=span is None or None,
    )
    return figure


def thinned(values: np.ndarray, kept: Sequence[int] = ()) -> np.ndarray:
    """Return the steps at which a line of these values is drawn: the lowest and highest of each stretch, and gaps.

    kept: steps that are drawn in any case, beside the first and the last.
    """
    stride = -(-len(values) // _COLUMNS)
    if stride <= 1:
        return np.arange(len(values))
    steps = {0, len(values) - 1, *kept}
    for begin in range(0, len(values), stride):
        part = values[begin : begin + stride]
        finite = np.flatnonzero(np.isfinite(part))
        if len(finite) < len(part):
            steps.add(begin + int(np.flatnonzero(~np.isfinite(part))[0]))
        if len(finite):
            steps |= {begin + int(finite[np.argmin(part[finite])]), begin + int(finite[np.argmax(part[finite])])}
    return np.array(sorted(steps))


def _drawable(values: np.ndarray, logarithmic: bool) -> np.ndarray:
    drawn = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        drawn &= (values > 0) | (not logarithmic)
    return np.where(drawn, values, np.nan)


def _reached(run: ToldRun) -> list[int]:
    verdict = run.result.verdict
    return [verdict.step] if verdict.outcome.at_minimum and verdict.step is not None else []


def _line(run: ToldRun, values: np.ndarray) -> go.Scatter:
    steps = thinned(values, [step for step in _reached(run) if step < len(values)])
    return go.Scatter(
        x=steps,
        y=values[steps],
        mode="markers" if np.isfinite(values).sum() == 1 else "lines",
        line={"color": run.color, "width": 2},
        marker={"color": run.color, "size": 6},
        connectgaps=False,
        hovertemplate="%{y:.4~g}",
        **in_legend(run),
    )


def _converged(runs: Sequence[ToldRun], values: Sequence[np.ndarray], theme: str) -> go.Scatter | None:
    spots = [
        (run, min(step, len(series) - 1), series)
        for run, series in zip(runs, values, strict=True)
        for step in _reached(run)
        if len(series)
    ]
    if not spots:
        return None
    return go.Scatter(
        x=[step for _, step, _ in spots],
        y=[float(series[step]) for _, step, series in spots],
        mode="markers",
        name="Converged",
        marker={
            "symbol": "diamond",
            "size": 11,
            "color": [run.color for run, _, _ in spots],
            "line": {"color": PAGE[theme]["paper"], "width": 1.5},
        },
        hoverinfo="skip",
        cliponaxis=False,
        showlegend=True,
    )


def _span(values: Sequence[np.ndarray], logarithmic: bool) -> list[float] | None:
    """Return the range of the axis, in its own units; None where there is nothing to fit it to."""
    finite = [series[np.isfinite(series)] for series in values]
    finite = [series for series in finite if len(series)]
    if not finite:
        return None
    low, high = min(series.min() for series in finite), max(series.max() for series in finite)
    first = max(series[0] for series in finite)
    if logarithmic:
        top = min(high, first * _HEADROOM[True])
        ends = np.log10(max(low, top * _DEPTH)), np.log10(top)
    else:
        with np.errstate(over="ignore"):
            top = min(high, low + (first - low) * _HEADROOM[False]) if first > low else high
        ends = low, top
    pad = 0.06 * (ends[1] - ends[0]) or (0.1 if logarithmic else abs(ends[1]) * 0.06 or 1.0)
    return [float(ends[0] - pad), float(ends[1] + pad)]
