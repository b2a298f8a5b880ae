"""What was ignored in a link or refused in a control, said once, plainly."""

import streamlit as st

from experiments import smoothing_trouble
from ui import session


def notices() -> None:
    """Draw the last notices, if any, and what is wrong with the surface as it now is."""
    said = session.notices()
    trouble = smoothing_trouble(session.experiment())
    if trouble is not None:
        st.warning(_plain(trouble), icon=":material/info:")
    if said:
        lines = "\n".join(f"- {_plain(sentence)}" for sentence in said)
        st.warning(f"Some of what was asked for was ignored:\n{lines}", icon=":material/info:")


def _plain(sentence: str) -> str:
    """Return text with Markdown's and HTML's signs made harmless."""
    return "".join("\\" + c if c in r"\`*_{}[]()#+!|~$<>&:" else c for c in sentence)
