"""The choice of surface, its parameters, and what it teaches."""

from functools import partial

import streamlit as st

from experiments import MODIFIERS, Experiment, critical_points, landscape_of, modifier_values
from experiments.critical.domain_edge import lower_outside
from experiments.edits.rows import modifier_rows, surface_rows
from experiments.edits.surfaces import with_surface
from figures.heights import NAMES, heights_of
from figures.packets import wording
from landscapes import LANDSCAPES, formula
from ui import session
from ui.controls import choose, in_panel, of_now
from ui.deeds import deed
from ui.panel.formula import formula_panel
from ui.panel.gallery import gallery
from ui.panel.numbers import numbers

_MANY = 8  # numbers of a surface, above which they stand folded


def surface_panel() -> None:
    """Draw the choice of surface, its parameters, and what it teaches."""
    current = session.experiment()
    landscape = landscape_of(current)
    box = in_panel("surface", current.landscape)
    st.selectbox(
        "Surface",
        [*LANDSCAPES, formula.KEY],
        key=box,
        format_func=_title,
        on_change=of_now(lambda: choose_surface(st.session_state[box], panel=False)),
    )
    browse, typed = st.columns([1, 1], gap="small")
    if browse.button("Browse all", icon=":material/grid_view:", key="gallery.open", width="stretch"):
        _browse()
    is_typed = bool(current.formula)
    if typed.button("Type f(x, y)", icon=":material/function:", key="formula.open", width="stretch", disabled=is_typed):
        choose_surface(formula.KEY)
        st.rerun()
    if is_typed:
        formula_panel(current)
    _own_numbers(current)
    _changes(current)
    with st.expander("About this surface"):
        st.latex(rf"f(x, y) = {landscape.formula}")
        st.write(landscape.story)
        if landscape.note:
            st.write(landscape.note)
        st.write(
            f"{wording.about(landscape, critical_points(current), lower_outside(current))} Source: {landscape.source}."
        )
        if not current.formula:
            st.page_link(
                "reference.py",
                label="Its page in the reference",
                icon=":material/menu_book:",
                query_params={"surface": landscape.key},
            )
    _scale(current)


def _own_numbers(current: Experiment) -> None:
    """Draw the surface's own numbers; many of them stand folded, so that the optimizers stay in reach."""
    rows = surface_rows(current)
    if len(rows) <= _MANY:
        numbers(rows, "numbers.surface")
        return
    with st.expander(f"{len(rows)} numbers that shape it"):
        numbers(rows, "numbers.surface")


def _scale(current: Experiment) -> None:
    """Draw the choice of the scale that heights are coloured and drawn in."""
    # Never other words for one choice: a browser sends those that it had.
    names = {"": "Automatic", **NAMES}
    box = in_panel("scale", current.scale)
    st.selectbox(
        "Colour scale" if current.scale else f"Colour scale ({NAMES[heights_of(current).kind].lower()})",
        names,
        key=box,
        format_func=names.__getitem__,
        help="How a height becomes a colour: in proportion, by the logarithm of the height above the minimum, or so "
        "that every colour covers the same area. The relief and the contour lines follow.",
        on_change=of_now(lambda: session.edit({"scale": st.session_state[box]})),
    )


def _changes(current: Experiment) -> None:
    """Draw what can be done to the surface before it is descended."""
    with st.expander("Change this surface"):
        numbers(modifier_rows(current), "numbers.modifiers")
        for parameter in MODIFIERS:
            if parameter.kind == "choice":
                key = in_panel(f"modifier.{parameter.key}", modifier_values(current)[parameter.key])
                st.selectbox(
                    parameter.name,
                    parameter.choices,
                    key=key,
                    help=parameter.help,
                    format_func=str.capitalize,
                    on_change=of_now(partial(choose, parameter.key, key)),
                )


def _title(key: str) -> str:
    if key == formula.KEY:
        return "Your own formula"
    return f"{LANDSCAPES[key].name} · {LANDSCAPES[key].family}"


@st.dialog("Choose a surface", width="large")
def _browse() -> None:
    if gallery("gallery", session.experiment().landscape, choose_surface):
        st.rerun()


@deed(session.refuse)
def choose_surface(key: str, panel: bool = True) -> None:
    """Show another surface: its first start, and the same optimizers at numbers that suit it.

    panel: the box that names the surface does not show it already.
    """
    session.show(with_surface(session.experiment(), key), play=True, anew=True, panel=panel)
