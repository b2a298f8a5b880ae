"""Opening an experiment from JSON, and starting over."""

import streamlit as st

from experiments.setup.failures import log_once
from lessons import OPENING
from parameter import Refusal
from ui import session
from ui.deeds import FAILED


def file_panel() -> None:
    """Draw the buttons; the form for JSON comes up when it is asked for."""
    with st.container(horizontal=True, gap="small"):
        if st.button("Open JSON", icon=":material/upload_file:", key="json"):
            _form()
        st.button(
            "Start over",
            icon=":material/restart_alt:",
            key="reset.all",
            help="Back to the opening experiment",
            on_click=_start_over,
        )


@st.dialog("Open an experiment")
def _form() -> None:
    text = st.text_area("Experiment as JSON", key="json.text", height=200, placeholder='{"format": 1, ...}')
    st.write("A file is opened from **Save and share** under the map, or dropped on the page.")
    if st.button("Open", key="json.open", type="primary"):
        try:
            session.open_json(text)
        except Refusal as error:
            st.error(f"This is not an experiment: {error}")
        except Exception as error:
            log_once("Opening a document", error)
            st.error(FAILED)
        else:
            st.rerun()


def _start_over() -> None:
    session.select(0)
    session.show(OPENING.experiment, play=True, anew=True, panel=True)
