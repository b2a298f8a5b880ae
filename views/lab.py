"""The lab: choose a surface, click where to start, watch the optimizers."""

import streamlit as st

from ui import panels
from ui.examples import examples
from ui.notices import notices
from ui.stage_view import stage
from ui.style import page_style

page_style()
with st.sidebar:
    panels.surface_panel()
    panels.runs_panel()
    panels.start_panel()
    panels.file_panel()
examples()
notices()
stage()
