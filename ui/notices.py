"""What was ignored in a link or refused in a control, said once, plainly."""

import streamlit as st

from ui import session


def notices() -> None:
    """Draw the last notices, if any."""
    said = session.notices()
    if said:
        lines = "\n".join(f"- {_plain(sentence)}" for sentence in said)
        st.warning(f"Some of what was asked for was ignored:\n{lines}", icon=":material/info:")


def _plain(sentence: str) -> str:
    """Return text with Markdown's and HTML's signs made harmless."""
    return "".join("\\" + c if c in r"\`*_{}[]()#+!|~$<>&:" else c for c in sentence)
