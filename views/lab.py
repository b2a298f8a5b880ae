"""The lab: choose a surface, click where to start, watch the optimizers."""

import streamlit as st

from ui import session
from ui.attention import heed
from ui.lab.stage import stage
from ui.panel.convergence import convergence_panel
from ui.panel.data import data_panel
from ui.panel.file import file_panel
from ui.panel.length import length_panel
from ui.panel.many import ensemble_panel
from ui.panel.runs import runs_panel
from ui.panel.surface import surface_panel
from ui.panel.surface_changes import about_panel, changes_panel
from ui.parts import part
from ui.style import page_style

heed()
stage()  # first: its answer is on its way while the rest is still being made
page_style()
with st.sidebar:
    part("The choice of surface", surface_panel)
    part("The data", data_panel)
    part("The list of runs", runs_panel)
    part("What changes the surface", changes_panel)
    part("What is known of the surface", about_panel)
    part("The number of steps", length_panel)
    part("The criteria", convergence_panel)
    part("The panel of many runs", ensemble_panel)
    part("The panel of files", file_panel)
session.all_drawn()
