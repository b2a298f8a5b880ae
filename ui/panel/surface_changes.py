"""What changes the surface: its own numbers, what is done to it, its colours; and what is known of it."""

import streamlit as st

from experiments import MODIFIERS, Experiment, critical_points, landscape_of, modifier_values
from experiments.critical.domain_edge import lower_outside
from experiments.edits.rows import modifier_rows, surface_rows
from experiments.objective.tints import TINTS
from experiments.setup.modifiers import OFF
from figures.heights import NAMES, heights_of
from figures.packets import wording
from ui import session
from ui.controls import choices, in_panel, of_now
from ui.panel.fold import fold, small, told
from ui.panel.numbers import numbers

_FEW = 3  # numbers of a surface, up to which a fold says them all
_TEXTS = {"rotation": "turned by {}\u00b0"}


def changes_panel() -> None:
    """Draw what shapes the surface before it is descended, folded."""
    current = session.experiment()
    is_learnt = landscape_of(current).learns is not None
    own = () if current.formula or is_learnt else surface_rows(current)  # a formula's stand below it, a model's beside
    modifiers = modifier_rows(current)
    said = [told(row, always=len(own) <= _FEW) for row in own]
    done = [told(row, _TEXTS.get(row.address, "")) for row in modifiers]
    over = current.smoothing_schedule
    graduated = "" if over == OFF["smoothing_schedule"] else f"{over} smoothing"
    name = small(NAMES[current.scale]) if current.scale else ""
    colours = f"coloured by {name}" if current.scale in TINTS else f"{name} colour scale" if name else ""
    with fold("surface", "Change this surface", *said, *done, graduated, colours):
        numbers(own, "numbers.surface")
        numbers(modifiers, "numbers.modifiers")
        if not is_learnt:
            choices(MODIFIERS, modifier_values(current), "", "modifier")
        _scale(current)


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
        "that every colour covers the same area; the relief and the contour lines follow. Or the map's colours tell "
        "how steep the ground is, so that plateaus show, or how strongly it curves.",
        on_change=of_now(lambda: session.edit({"scale": st.session_state[box]})),
    )


def about_panel() -> None:
    """Draw what is known of the surface and what it teaches, folded."""
    current = session.experiment()
    landscape = landscape_of(current)
    many = current.has_many_weights
    with fold("about", "About this surface"):
        st.latex(landscape.formula if many else rf"f(x, y) = {landscape.formula}")
        st.write(landscape.story)
        if landscape.note:
            st.write(landscape.note)
        known = "" if many else wording.about(landscape, critical_points(current), lower_outside(current))
        st.write(f"{known} Source: {landscape.source}.".strip())
        if not current.formula:
            st.page_link(
                "reference.py",
                label="Its page in the reference",
                icon=":material/menu_book:",
                query_params={"surface": landscape.key},
            )
