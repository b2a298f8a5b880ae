"""The lab: choose a surface, click where to start, watch the optimizers."""

import streamlit as st

from ui.examples import examples
from ui.file_panel import file_panel
from ui.notices import notices
from ui.runs_panel import runs_panel
from ui.stage_view import stage
from ui.start_panel import start_panel
from ui.style import page_style
from ui.surface_panel import surface_panel

page_style()
with st.sidebar:
    surface_panel()
    runs_panel()
    start_panel()
    file_panel()
examples()
notices()
stage()
