"""The reference page: surfaces, optimizers and schedules, each with its formula and source."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, Optimizer
from ui import wording
from ui.parameter_list import parameter_list
from ui.surface_page import surface_reference


def reference() -> None:
    """Draw the whole reference, one kind of thing a tab."""
    st.title("Reference")
    surfaces, optimizers, schedules, around = st.tabs(["Surfaces", "Optimizers", "Schedules", "Around an optimizer"])
    with surfaces:
        surface_reference()
    with optimizers:
        _index("optimizer", OPTIMIZERS)
        for optimizer in OPTIMIZERS.values():
            _optimizer(optimizer)
    with schedules:
        _index("schedule", SCHEDULES)
        for schedule in SCHEDULES.values():
            st.subheader(schedule.name, anchor=f"schedule-{schedule.key}")
            st.latex(schedule.formula)
            st.markdown(wording.about_schedule(schedule))
            parameter_list(schedule.parameters)
    with around:
        for wrapper in WRAPPERS.values():
            st.subheader(wrapper.name, anchor=f"wrapper-{wrapper.key}")
            st.latex(wrapper.rule)
            st.markdown(f"{wrapper.notes} Source: {wrapper.source}.")
            parameter_list(wrapper.parameters)


def _index(kind: str, units: Mapping[str, Any]) -> None:
    """Draw a line of links to the entries below."""
    st.markdown(" · ".join(f"[{unit.name}](#{kind}-{key})" for key, unit in units.items()))


def _optimizer(optimizer: Optimizer) -> None:
    st.subheader(optimizer.name, anchor=f"optimizer-{optimizer.key}")
    st.latex(optimizer.rule)
    st.markdown(f"{optimizer.notes} {wording.cost(optimizer)} Source: {optimizer.source}.")
    parameter_list(optimizer.parameters)
