"""The few rules of style that Streamlit's theme has no option for."""

from pathlib import Path

import streamlit as st

READABLE = 860  # pixels: as wide as a column of text should be

_RULES = Path(__file__).parent / "page.css"


def page_style() -> None:
    """Put the rules on the page."""
    st.html(_RULES)
