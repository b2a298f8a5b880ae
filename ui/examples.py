"""The row of one-click examples, with one line on what to observe."""

import streamlit as st

from lessons import EXAMPLES
from ui import session
from ui.controls import synced

_BY_KEY = {example.key: example for example in EXAMPLES}


def examples() -> None:
    """Draw the examples and, under them, what the chosen one shows."""
    chosen = session.example()
    synced("example", chosen)
    with st.container(key="examples"):
        st.pills(
            "Examples",
            list(_BY_KEY),
            key="example",
            format_func=lambda key: _BY_KEY[key].title,
            on_change=_open,
            label_visibility="collapsed",
            wrap=False,
        )
    if chosen is not None:
        st.markdown(_BY_KEY[chosen].observe)
    else:
        st.markdown("Click anywhere on the map to drop the ball there, or drag it.")


def _open() -> None:
    key = st.session_state["example"] or session.example()
    if key is not None:
        session.select(0)
        session.show(_BY_KEY[key].experiment, play=True, example=key)
