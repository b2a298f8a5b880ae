"""A surface's own page in the reference: picture, formula, verified points, what it teaches, where it comes from."""

import streamlit as st

from experiments import CriticalPoints, Experiment, critical_points
from experiments.critical.defaults import default_run
from experiments.critical.domain_edge import lower_outside
from experiments.objective.heights import surface_of
from experiments.setup import limits
from figures import heights_of, map_figure
from figures.packets import wording
from landscapes import UNITS, Landscape
from numerals import number
from ui import session
from ui.controls import synced
from ui.reference.parameter_list import parameter_list

_LAB = "lab.py"
_KEY, _FIELD = "reference.surface", "surface"
_OPTIMIZERS = ("gradient_descent", "momentum", "adam")  # of the experiment that is opened in the lab
_MOST_AT_EDGE = 12


def surface_reference() -> None:
    """Draw the choice of surface and its page; the address names the surface, so that it can be linked to."""
    asked = st.query_params.get(_FIELD, "")
    if asked in UNITS:
        synced(_KEY, asked)
    key = st.selectbox(
        "Surface",
        list(UNITS),
        key=_KEY,
        format_func=lambda k: f"{UNITS[k].name} · {UNITS[k].family}",
        on_change=lambda: st.query_params.update({_FIELD: st.session_state[_KEY]}),
    )
    _page(key)


def _page(key: str) -> None:
    landscape, fresh = UNITS[key], Experiment(landscape=key)
    critical = critical_points(fresh)
    head, action = st.columns([3, 1], vertical_alignment="center")
    head.subheader(landscape.name, anchor=f"surface-{key}")
    if action.button("Open in the lab", type="primary", key="reference.open", width="stretch"):
        runs = tuple(default_run(fresh, optimizer) for optimizer in _OPTIMIZERS[: limits.MAX_RUNS])
        session.show(fresh.replace(runs=runs), play=True, anew=True, panel=True)
        st.switch_page(_LAB)
    st.markdown(landscape.story)
    _picture(fresh, critical)
    st.latex(rf"f(x, y) = {landscape.formula}")
    if landscape.note:
        st.markdown(landscape.note)
    st.markdown(f"{wording.about(landscape, critical, lower_outside(fresh))} Source: {landscape.source}.")
    _points(landscape, critical)
    parameter_list(landscape.parameters)


def _picture(fresh: Experiment, critical: CriticalPoints) -> None:
    theme = "dark" if st.context.theme.type == "dark" else "light"
    ink = {"light": "#1B2733", "dark": "#DCE3EC"}[theme]
    figure = map_figure(surface_of(fresh), heights_of(fresh), critical, theme)
    figure.update_layout(
        height=440,
        font={"color": ink},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        margin={"l": 44, "r": 12, "t": 40, "b": 40},
    )
    figure.for_each_trace(lambda trace: trace.update(name=f"{trace.name} ({trace.meta})"), lambda trace: trace.meta)
    figure.update_traces(cliponaxis=False, selector={"type": "scatter"})  # marks on the edge are drawn whole
    st.plotly_chart(figure, theme=None, key="reference.picture", config={"displayModeBar": False, "scrollZoom": False})


def _points(landscape: Landscape, critical: CriticalPoints) -> None:
    if landscape.lowest is None and critical.lowest is None:
        st.markdown("It has no minimum: it falls without end.")
    minima, other_minima = landscape.minima, landscape.other_minima
    if landscape.model is not None and not landscape.complete:
        minima, other_minima = (tuple(map(tuple, p.tolist())) for p in (critical.global_minima, critical.local_minima))
    rows = [("global minimum", *point) for point in minima]
    rows += [("local minimum", *point) for point in other_minima]
    listed = {row[1:] for row in rows}
    at_edge = [p.point for p in critical.all_minima if p.boundary and p.point not in listed]
    rows += [("minimum at the domain's edge", *point) for point in at_edge[:_MOST_AT_EDGE]]
    rows += [("saddle point", *point) for point in landscape.saddle_points]
    if not rows:
        return
    values = [float(landscape.value(row[1:])) for row in rows]
    st.markdown("Verified points (for the default parameters; minima that are not global and saddles are a selection):")
    st.table(
        {
            "kind": [row[0] for row in rows],
            "x": [number(row[1], 10) for row in rows],
            "y": [number(row[2], 10) for row in rows],
            "f(x, y)": [number(value, 10) for value in values],
        }
    )
