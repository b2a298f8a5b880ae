"""Streamlit's widgets, kept in step with the experiment."""

from typing import Any

import streamlit as st


def synced(key: str, value: Any) -> None:
    """Make the widget with this key show the value; says nothing to the browser when it already does."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
