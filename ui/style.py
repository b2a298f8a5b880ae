"""The few rules of style that Streamlit's theme has no option for."""

import streamlit as st

from server.assets import PAGE_STYLE

READABLE = 860  # pixels: as wide as a column of text should be


def page_style() -> None:
    """Put the rules on the page; the lab's own has them from the beginning (server.streamlit_files)."""
    st.html(PAGE_STYLE)
