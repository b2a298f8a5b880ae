"""The few rules of style that Streamlit's theme has no option for."""

import streamlit as st

_CSS = """
<style>
[data-testid="stSidebarUserContent"] { padding-top: 0; }
[data-testid="stSidebarUserContent"] [data-testid="stVerticalBlock"] { gap: 0.6rem; }
[data-testid="stSidebarHeader"] { margin-bottom: 0; }
[data-testid="stMainBlockContainer"] { padding-left: 1.25rem; padding-right: 1.25rem; max-width: none; }
[class*="st-key-row-"] [data-testid="stSliderThumbValue"],
[class*="st-key-row-"] [data-testid="stSliderTickBar"] { display: none; }
[class*="st-key-row-"] [data-testid="stSlider"] { padding-bottom: 0.35rem; }
@media (max-width: 767px) {
  [data-testid="stExpandSidebarButton"] { width: auto; padding: 0 0.6rem 0 0.3rem; border: 1px solid currentColor; border-radius: 0.5rem; }
  [data-testid="stExpandSidebarButton"]::after { content: "Controls"; font-size: 0.9rem; }
}
</style>
"""


def page_style() -> None:
    """Put the rules on the page."""
    st.html(_CSS)
