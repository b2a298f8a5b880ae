"""The reference page: surfaces, optimizers and schedules, each with its formula and source."""

from collections.abc import Iterable

import streamlit as st

from experiments import Experiment, limits
from experiments.defaults import default_run
from landscapes import LANDSCAPES, Landscape
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, Optimizer
from parameter import Parameter
from ui import session

_LAB = "lab.py"


def reference() -> None:
    """Draw the whole reference, one kind of thing a tab."""
    st.title("Reference")
    surfaces, optimizers, schedules, around = st.tabs(["Surfaces", "Optimizers", "Schedules", "Around an optimizer"])
    with surfaces:
        _surfaces()
    with optimizers:
        for optimizer in OPTIMIZERS.values():
            _optimizer(optimizer)
    with schedules:
        for schedule in SCHEDULES.values():
            st.subheader(schedule.name, anchor=f"schedule-{schedule.key}")
            st.latex(schedule.formula)
            st.markdown(schedule.notes)
            _parameters(schedule.parameters)
    with around:
        for wrapper in WRAPPERS.values():
            st.subheader(wrapper.name, anchor=f"wrapper-{wrapper.key}")
            st.latex(wrapper.rule)
            st.markdown(f"{wrapper.notes} Source: {wrapper.source}.")
            _parameters(wrapper.parameters)


def _surfaces() -> None:
    key = st.selectbox(
        "Surface",
        list(LANDSCAPES),
        key="reference.surface",
        format_func=lambda k: f"{LANDSCAPES[k].name} · {LANDSCAPES[k].family}",
    )
    landscape = LANDSCAPES[key]
    st.subheader(landscape.name, anchor=f"surface-{key}")
    st.latex(rf"f(x, y) = {landscape.formula}")
    st.markdown(landscape.story)
    if landscape.note:
        st.markdown(landscape.note)
    (x0, x1), (y0, y1) = landscape.domain
    st.markdown(f"Domain: x from {x0:.4g} to {x1:.4g}, y from {y0:.4g} to {y1:.4g}. Source: {landscape.source}.")
    _minima(landscape)
    _parameters(landscape.parameters)
    if st.button("Open in the lab", type="primary", key="reference.open"):
        session.show(_sample(key), play=True)
        st.switch_page(_LAB)


def _minima(landscape: Landscape) -> None:
    if landscape.lowest is None:
        st.markdown("It has no minimum: it falls without end.")
    rows = [("global minimum", *point) for point in landscape.minima]
    rows += [("local minimum", *point) for point in landscape.other_minima]
    rows += [("saddle point", *point) for point in landscape.saddle_points]
    if not rows:
        return
    values = [float(landscape.value(row[1:])) for row in rows]
    st.markdown("Verified points (for the default parameters; minima that are not global and saddles are a selection):")
    st.table(
        {
            "kind": [row[0] for row in rows],
            "x": [f"{row[1]:.10g}" for row in rows],
            "y": [f"{row[2]:.10g}" for row in rows],
            "f(x, y)": [f"{value:.10g}" for value in values],
        }
    )


def _sample(key: str) -> Experiment:
    fresh = Experiment(landscape=key)
    optimizers = ("gradient_descent", "momentum", "adam")[: limits.MAX_RUNS]
    return fresh.replace(runs=tuple(default_run(fresh, optimizer) for optimizer in optimizers))


def _optimizer(optimizer: Optimizer) -> None:
    st.subheader(optimizer.name, anchor=f"optimizer-{optimizer.key}")
    st.latex(optimizer.rule)
    st.markdown(f"{optimizer.notes} Source: {optimizer.source}.")
    _parameters(optimizer.parameters)


def _parameters(parameters: Iterable[Parameter]) -> None:
    lines = [f"- **{p.name}** ({_allowed(p)}): {p.help}" for p in parameters]
    if lines:
        st.markdown("\n".join(lines))


def _allowed(parameter: Parameter) -> str:
    if parameter.kind == "choice":
        return f"{', '.join(parameter.choices)}; {parameter.default} unless set"
    return f"{parameter.low:.4g} to {parameter.high:.4g}; {parameter.default:.4g} unless set"
