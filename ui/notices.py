"""What was ignored in a link or refused in a control, said once, plainly."""

import numpy as np
import streamlit as st

from experiments import smoothing_trouble
from experiments.objective.heights import surface_of
from ui import session


def notices() -> None:
    """Draw the last notices, if any, and what is wrong with the surface as it now is."""
    said, current = session.notices(), session.experiment()
    if not np.isfinite(surface_of(current).z).any():
        st.warning("Nowhere in this window is the function a finite number.", icon=":material/info:")
    trouble = smoothing_trouble(current)
    if trouble is not None:
        st.warning(_plain(trouble), icon=":material/info:")
    if said:
        lines = "\n".join(f"- {_plain(sentence)}" for sentence in said)
        st.warning(f"Some of what was asked for was ignored:\n{lines}", icon=":material/info:")


def _plain(sentence: str) -> str:
    """Return text with Markdown's and HTML's signs made harmless."""
    return "".join("\\" + c if c in r"\`*_{}[]()#+!|~$<>&:" else c for c in sentence)
