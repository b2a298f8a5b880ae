"""The choice of surface, its parameters, and what it teaches."""

from dataclasses import replace

import streamlit as st

from experiments import MODIFIERS, Experiment, landscape_of, modifier_values
from experiments.defaults import default_learning_rate
from landscapes import LANDSCAPES
from ui import session
from ui.controls import synced
from ui.gallery import gallery
from ui.numbers import numbers
from ui.rows import modifier_rows, surface_rows


def surface_panel() -> None:
    """Draw the choice of surface, its parameters, and what it teaches."""
    current = session.experiment()
    landscape = landscape_of(current)
    synced("surface", current.landscape)
    st.selectbox(
        "Surface",
        list(LANDSCAPES),
        key="surface",
        format_func=lambda key: f"{LANDSCAPES[key].name} · {LANDSCAPES[key].family}",
        on_change=lambda: choose_surface(st.session_state["surface"]),
    )
    if st.button("Browse all surfaces", icon=":material/grid_view:", key="gallery.open", width="stretch"):
        _browse()
    numbers(surface_rows(current), "numbers.surface")
    _changes(current)
    with st.expander("About this surface"):
        st.latex(rf"f(x, y) = {landscape.formula}")
        st.write(landscape.story)
        if landscape.note:
            st.write(landscape.note)
        (x0, x1), (y0, y1) = landscape.domain
        st.write(f"Domain: x from {x0:.4g} to {x1:.4g}, y from {y0:.4g} to {y1:.4g}. Source: {landscape.source}.")


def _changes(current: Experiment) -> None:
    """Draw what can be done to the surface before it is descended."""
    with st.expander("Change this surface"):
        numbers(modifier_rows(current), "numbers.modifiers")
        for parameter in MODIFIERS:
            if parameter.kind == "choice":
                key = f"modifier.{parameter.key}"
                synced(key, modifier_values(current)[parameter.key])
                st.selectbox(
                    parameter.name,
                    parameter.choices,
                    key=key,
                    help=parameter.help,
                    format_func=str.capitalize,
                    on_change=lambda key=key, parameter=parameter: session.modify(parameter.key, st.session_state[key]),
                )


@st.dialog("Choose a surface", width="large")
def _browse() -> None:
    if gallery("gallery", session.experiment().landscape, choose_surface):
        st.rerun()


def choose_surface(key: str) -> None:
    """Show another surface: its first start, and the same optimizers at rates that suit it."""
    current = session.experiment()
    fresh = Experiment(landscape=key, steps=current.steps, seed=current.seed)
    runs = tuple(replace(run, learning_rate=default_learning_rate(fresh, run.optimizer)) for run in current.runs)
    session.show(fresh.replace(runs=runs), play=True)
