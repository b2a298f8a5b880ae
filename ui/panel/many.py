"""How often each run is made, and from how far around the start."""

import streamlit as st

from experiments.edits.rows import many_rows
from ui import session
from ui.panel.fold import fold, told
from ui.panel.numbers import numbers


def ensemble_panel() -> None:
    """Draw the number of repeats and the spread of the starts, folded."""
    repeats, spread = many_rows(session.experiment())
    with fold("many", "Many runs", told(repeats, "{} of each"), told(spread)):
        st.write(
            "Chance or method? Run each optimizer many times: with other random numbers, and from starts around yours. "
            "The curves then show the median and the band in which 8 of 10 runs lie, the map shows every end, and the "
            "cards say how often it worked, with the range that is plausible after so many tries (95\u00a0%)."
        )
        numbers((repeats, spread), "numbers.many")
