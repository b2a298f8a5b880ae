"""Opening an experiment from JSON, and starting over."""

import streamlit as st

from lessons import OPENING
from ui import session


def file_panel() -> None:
    """Draw opening an experiment from JSON, and starting over."""
    with st.container(horizontal=True, gap="small"):
        with st.popover("Open JSON", icon=":material/upload_file:"):
            text = st.text_area("Experiment as JSON", key="json.text", height=160, placeholder='{"format": 1, ...}')
            upload = st.file_uploader("or a file", type=["json"], key="json.file")
            if st.button("Open", key="json.open", type="primary"):
                _open(upload.getvalue() if upload is not None else text)
        st.button(
            "Start over",
            icon=":material/restart_alt:",
            key="reset.all",
            help="Back to the opening experiment",
            on_click=_start_over,
        )


def _open(text: str | bytes) -> None:
    try:
        session.open_json(text)
    except ValueError as error:
        st.error(f"This is not an experiment: {error}")
    else:
        st.rerun()


def _start_over() -> None:
    session.select(0)
    session.show(OPENING.experiment, play=True, example=OPENING.key)
