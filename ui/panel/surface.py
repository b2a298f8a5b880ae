"""The choice of surface: by name, from the gallery, or as a formula."""

import streamlit as st

from experiments.edits.surfaces import with_surface
from landscapes import UNITS, formula
from numerals import count
from ui import session
from ui.controls import in_panel, of_now
from ui.deeds import deed
from ui.panel.formula import formula_panel
from ui.panel.gallery import gallery


def surface_panel() -> None:
    """Draw the choice of surface in one row, and below it the formula where one is typed."""
    current = session.experiment()
    box = in_panel("surface", current.landscape)
    is_typed = bool(current.formula)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom", key="surface-row"):
        st.selectbox(
            "Surface",
            [*UNITS, formula.KEY],
            key=box,
            format_func=_title,
            on_change=of_now(lambda: choose_surface(st.session_state[box], panel=False)),
        )
        if _icon_button("Browse all", "grid_view", "gallery.open", "See all surfaces"):
            _browse()
        if _icon_button("Type f(x, y)", "function", "formula.open", "Type a formula of your own", is_typed):
            choose_surface(formula.KEY)
            st.rerun()
    if is_typed:
        formula_panel(current)


def _icon_button(label: str, icon: str, key: str, help: str, disabled: bool = False) -> bool:
    """Draw a button whose label is for those who hear it (page.css); returns whether it was pressed."""
    return st.button(label, icon=f":material/{icon}:", key=key, help=help, disabled=disabled, type="tertiary")


def _title(key: str) -> str:
    if key == formula.KEY:
        return "Your own formula"
    return f"{UNITS[key].name} · {UNITS[key].family}"


@st.dialog("Choose a surface", width="large")
def _browse() -> None:
    if gallery("gallery", session.experiment().landscape, choose_surface):
        st.rerun()


@deed(session.refuse)
def choose_surface(key: str, panel: bool = True) -> None:
    """Show another surface: its first start, and the same optimizers at numbers that suit it.

    panel: the box that names the surface does not show it already.
    """
    before = session.experiment()
    after = with_surface(before, key)
    session.show(after, play=True, anew=True, panel=panel)
    if before.data and not after.data:
        session.refuse(f"The {count(len(before.data))} points that were there do not fit this surface; undo has them.")
