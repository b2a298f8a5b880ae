"""The reference: every surface, optimizer and schedule with its formula, its source and what it teaches."""

import streamlit as st

from ui.reference import page
from ui.style import READABLE, page_style

page_style()
with st.container(width=READABLE):
    page.reference()
