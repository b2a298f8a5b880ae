"""The row of one-click examples, and the line on what to observe."""

import streamlit as st

from experiments import critical_points, landscape_of
from figures.packets import wording
from lessons import EXAMPLES
from parameter import Refusal, shown
from ui import session
from ui.controls import synced
from ui.deeds import deed

_BY_KEY = {example.key: example for example in EXAMPLES}
_PILLS = "example"  # one key for ever: another would begin at the row's start again
_CHANGED = "changed: its minima and saddle points were searched for in the window."


def examples() -> None:
    """Draw the row of examples."""
    chosen = session.example()
    synced(_PILLS, chosen)
    with st.container(key="examples"):
        st.pills(
            "Examples",
            list(_BY_KEY),
            key=_PILLS,
            format_func=lambda key: _BY_KEY[key].title,
            on_change=_open,
            label_visibility="collapsed",
            wrap=False,
        )


def observation() -> None:
    """Draw one line: what the chosen example shows, as long as it is that on the stage; else what the surface does."""
    key, current = session.example(), session.experiment()
    if key is None:
        landscape = landscape_of(current)
        known = bool(current.formula) or critical_points(current).verified
        told = f"**{landscape.name}.** {landscape.story}" if known else f"**{landscape.name}**, {_CHANGED}"
        critical = critical_points(current)
        more = (wording.curves(critical) if current.formula else "", wording.incomplete(critical))
        st.markdown(" ".join(filter(None, (told, *more))))
    elif current == _BY_KEY[key].experiment:
        st.markdown(_BY_KEY[key].observe)
    else:
        st.markdown(f"You moved the start. To see *{_BY_KEY[key].title}* again, choose it again.")


@deed(session.refuse)
def _open() -> None:
    if session.is_stale(st.session_state[_PILLS]):
        return
    key = st.session_state[_PILLS] or session.example()
    if key is not None and key not in _BY_KEY:
        raise Refusal(f"example: {shown(key)} is not a known example")
    if key is not None:
        session.select(0)
        session.show(_BY_KEY[key].experiment, play=True, example=key, anew=True, panel=True)
