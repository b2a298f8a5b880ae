"""The reference page: surfaces, optimizers and schedules, each with its formula and source."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from figures.packets import wording
from optimizers import FAMILIES, OPTIMIZERS, SCHEDULES, WRAPPERS, Optimizer, Schedule
from ui.reference import lab_links
from ui.reference.data_page import data_reference
from ui.reference.parameter_list import parameter_list
from ui.reference.schedule_sketch import schedule_sketch
from ui.reference.surface_page import surface_reference

_LETTERS = (
    "In the formulas w is the point, f the loss, g its gradient and η the learning rate; t counts the steps from 0. "
    "Squares, roots, quotients and signs are taken on each axis, ‖ ‖ is a length; what is carried from step to step "
    "starts at 0 unless something else is said."
)
_OF_STEPS = (
    "In the formulas η is the learning rate that is set; t counts the steps from 0, and T is how many there are."
)


def reference() -> None:
    """Draw the whole reference, one kind of thing a tab."""
    st.title("Reference")
    names = ["Surfaces", "Data", "Optimizers", "Schedules", "Around an optimizer"]
    surfaces, data, optimizers, schedules, around = st.tabs(names)
    with surfaces:
        surface_reference()
    with data:
        data_reference()
    with optimizers:
        st.markdown(_LETTERS)
        for family, keys in FAMILIES.items():
            st.markdown(f"**{family}:** {_index('optimizer', [OPTIMIZERS[key] for key in keys])}")
        for family, keys in FAMILIES.items():
            st.header(family, divider="gray")
            for key in keys:
                _optimizer(OPTIMIZERS[key])
    with schedules:
        st.markdown(_OF_STEPS)
        st.markdown(_index("schedule", SCHEDULES.values()))
        for schedule in SCHEDULES.values():
            _schedule(schedule)
    with around:
        for wrapper in WRAPPERS.values():
            st.subheader(wrapper.name, anchor=f"wrapper-{wrapper.key}")
            st.latex(wrapper.rule)
            st.markdown(f"{wrapper.notes} Source: {wrapper.source}. {_open(lab_links.to_wrapper(wrapper.key))}")
            parameter_list(wrapper.parameters)


def _index(kind: str, units: Iterable[Any]) -> str:
    """Return a line of links to the entries below."""
    return " · ".join(f"[{unit.name}](#{kind}-{unit.key})" for unit in units)


def _open(link: str) -> str:
    return f"[Open in the lab]({link})"


def _optimizer(optimizer: Optimizer) -> None:
    st.subheader(optimizer.name, anchor=f"optimizer-{optimizer.key}")
    st.latex(optimizer.rule)
    told = f"{optimizer.notes} {wording.cost(optimizer)} Source: {optimizer.source}."
    st.markdown(f"{told} {_open(lab_links.to_optimizer(optimizer.key))}")
    parameter_list(optimizer.parameters)


def _schedule(schedule: Schedule) -> None:
    st.subheader(schedule.name, anchor=f"schedule-{schedule.key}")
    sketch = schedule_sketch(schedule.key)
    if sketch is None:
        st.latex(schedule.formula)
    else:
        picture, formula = st.columns([2, 3], vertical_alignment="center")
        picture.markdown(sketch)
        formula.latex(schedule.formula)
    st.markdown(f"{wording.about_schedule(schedule)} {_open(lab_links.to_schedule(schedule.key))}")
    parameter_list(schedule.parameters)
