"""The few rules of style that Streamlit's theme has no option for."""

import streamlit as st

_CSS = """
<style>
[data-testid="stSidebarUserContent"] { padding-top: 0.25rem; }
[data-testid="stSidebarHeader"] { height: 2.5rem; margin-bottom: 0; }
[data-testid="stMainBlockContainer"] { padding-left: 1.25rem; padding-right: 1.25rem; max-width: none; }
[class*="st-key-row-"] [data-testid="stSliderThumbValue"],
[class*="st-key-row-"] [data-testid="stSliderTickBar"] { display: none; }
[class*="st-key-row-"] [data-testid="stSlider"] { padding-bottom: 0.35rem; }
</style>
"""


def page_style() -> None:
    """Put the rules on the page."""
    st.html(_CSS)
