"""Page configuration and navigation, nothing else."""

import streamlit as st

st.set_page_config(page_title="Thalweg", page_icon=":material/terrain:", layout="wide")
st.navigation(
    [
        st.Page("lab.py", title="Lab", icon=":material/terrain:", default=True),
        st.Page("reference.py", title="Reference", icon=":material/menu_book:", url_path="reference"),
        st.Page("about.py", title="About", icon=":material/info:", url_path="about"),
    ],
    position="top",
).run()
