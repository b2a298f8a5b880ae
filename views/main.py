"""Page configuration and navigation, nothing else."""

from pathlib import Path

import streamlit as st

ICON = Path(__file__).parent.parent / "ui" / "icon.svg"

st.set_page_config(page_title="Thalweg", page_icon=str(ICON), layout="wide", initial_sidebar_state=340)
st.logo(str(ICON.with_name("logo.svg")), icon_image=str(ICON), size="large")
st.navigation(
    [
        st.Page("lab.py", title="Lab", icon=":material/terrain:", default=True),
        st.Page("reference.py", title="Reference", icon=":material/menu_book:", url_path="reference"),
        st.Page("about.py", title="About", icon=":material/info:", url_path="about"),
    ],
    position="top",
).run()
