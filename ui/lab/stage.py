"""The stage on the page: mounts the component, says which experiment it is, takes back what was done on the stage."""

from contextlib import suppress
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from parameter import Refusal
from server import assets
from ui import session
from ui.attention import heed, is_part
from ui.deeds import deed
from ui.lab.settled import checked
from ui.notices import notices
from ui.parts import part

_STATE = "settled"
_HTML = '<div class="thw-place"></div>'  # the served module brings the rest: all this travels with every message


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component("thalweg_stage", html=_HTML, js=assets.loader("stage"), isolate_styles=False)


@st.fragment
def stage() -> None:
    """Draw the stage for the session's experiment; what is done on it draws nothing else again.

    The pictures are fetched by the browser (server.pictures): what is said here is which, and how it came about.
    """
    heed()
    if session.elsewhere() and is_part():  # what it was to be drawn in may have been broken off by this run
        st.rerun()
    above = st.container()
    told = _component()(key=session.STAGE, data=_message(), on_settled_change=_settled, width="stretch")
    _take_over(told.get(_STATE))
    with above:
        part("What is said of the surface", notices)


def _message() -> dict[str, Any]:
    return {"plotly": assets.plotly_url(), "query": urlencode(session.experiment().to_query()), **session.told()}


@deed(session.refuse)
def _settled() -> None:
    """Take over what the stage settled on."""
    found = st.session_state.get(session.STAGE)
    _settle(getattr(found, _STATE, None))


def _take_over(state: Any) -> None:
    """Take over what the stage had settled on with a session before this one, which was lost with its server."""
    if state is not None and session.fresh():
        with suppress(Refusal):  # said where it came
            _settle(state)


def _settle(state: Any) -> None:
    settled = checked(state)
    session.settle(settled.page, settled.count, settled.revision, settled.query, settled.edits)
