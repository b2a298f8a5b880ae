"""The lab: choose a surface, click where to start, watch the optimizers."""

import streamlit as st

from ui.convergence_panel import convergence_panel
from ui.ensemble_panel import ensemble_panel
from ui.examples import examples
from ui.file_panel import file_panel
from ui.length_panel import length_panel
from ui.parts import part
from ui.runs_panel import runs_panel
from ui.stage_view import stage
from ui.style import page_style
from ui.surface_panel import surface_panel

head = st.container()
stage()  # first: its answer is on its way while the rest is still being made
with head:
    page_style()
    part("The row of examples", examples)
with st.sidebar:
    part("The choice of surface", surface_panel)
    part("The list of runs", runs_panel)
    part("The number of steps", length_panel)
    part("The criteria", convergence_panel)
    part("The panel of many runs", ensemble_panel)
    part("The panel of files", file_panel)
