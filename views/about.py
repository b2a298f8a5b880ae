"""About: what this is, how to cite a surface, licences of what is served."""

import streamlit as st

from server.assets import VERSION, base
from ui.style import READABLE, page_style

page_style()
st.title("Thalweg")
st.container(width=READABLE).markdown(
    f"""
A *thalweg* is the line that joins the lowest points along a valley. This is a lab for optimization on loss
landscapes: put a ball on a surface and watch optimizers and learning-rate schedules find the bottom, or miss it, and
learn why. Version {VERSION}.

**What you see is what was computed.** Every step of every run is recorded in double precision and drawn as it is.
A path that leaves the picture is drawn to where it leaves; a run that blows up is marked at the step where it does.
Verdicts come from the gradient, the Hessian's eigenvalues and the surface's critical points at the end of the run,
never from a small gradient alone.

**What is sent where.** Nothing leaves the server that you opened this page from: no trackers, no fonts or scripts
from elsewhere. The link in the address bar holds the whole experiment.

The colours of the runs can be told apart by colour-blind eyes (after M. Okabe and K. Ito, *Color Universal Design*,
2008).

[Licences of what is served to your browser]({base()}/licences)
"""
)
