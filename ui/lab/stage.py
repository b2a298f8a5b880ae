"""The stage on the page: mounts the component, gives it the packet, takes back where the ball was dropped."""

from contextlib import nullcontext
from functools import lru_cache
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from experiments import Experiment
from experiments.edits import rows
from experiments.edits.runs import color_of
from experiments.setup import limits
from experiments.setup.failures import sentence, standing
from experiments.simulation.simulate import is_prepared
from figures.packets.advising import taken
from figures.packets.members_work import worked
from figures.packets.packet import MEMBERS, stage_packet
from figures.packets.wants import known
from server import assets
from ui import session
from ui.attention import heed
from ui.deeds import deed
from ui.lab.events import checked
from ui.lab.examples import observation
from ui.notices import notices
from ui.parts import part

_KEY = "stage"
_LONGEST_QUERY = 20_000


@lru_cache(maxsize=1)
def _component(url: str) -> Any:
    html = (assets.STAGE / "stage.html").read_text(encoding="utf-8")
    css = "".join((assets.STAGE / name).read_text(encoding="utf-8") for name in ("stage.css", "inside/inside.css"))
    return st.components.v2.component("thalweg_stage", html=html, css=css, js=assets.loader(url), isolate_styles=False)


@st.fragment
def stage() -> None:
    """Draw the stage for the session's experiment; a new start draws nothing else again."""
    heed()
    if session.elsewhere(False):
        st.rerun()
    current = session.experiment()
    above = st.container()  # its words may ask for what is only being prepared
    waiting = nullcontext() if is_prepared(current) else st.spinner("Preparing this surface and these optimizers")
    with waiting:
        packet = standing("The picture", lambda: _packet(current), lambda: None)
    with above:
        part("What is said above the picture", observation)
        part("What is said of the surface", notices)
    if packet is None:
        st.error(sentence("The picture"))
    else:
        _component(assets.stage_url())(key=_KEY, data=packet, on_change_change=_changed, width="stretch")


def _packet(current: Experiment) -> bytes:
    wants = session.wants()
    wants, progress = standing(MEMBERS, lambda: worked(current, wants, session.at_rest()), lambda: (wants, None))
    return stage_packet(
        current,
        colors=[color_of(current, place) for place in range(len(current.runs))],
        play=session.play_token(),
        plotly=assets.plotly_url(),
        surface=assets.surface_url(current),
        sequence=session.sequence(),
        mark=token_hex(6),
        numbers=standing("The numbers of the panel", lambda: rows.shown_rows(current, session.selected()), lambda: ()),
        wants=wants,
        progress=progress,
    )


@deed(session.refuse)
def _changed() -> None:
    """Take the numbers that were set and the start that was chosen; what no browser would send is refused.

    An event that comes a second time, as when a connection is taken up again, is carried out once.
    """
    event = checked(getattr(st.session_state.get(_KEY), "change", None))
    sequence, last = event.get("seq"), session.sequence()
    if sequence is not None:
        if last is not None and sequence <= last:
            return
        session.sequence(sequence)
    example = session.example()
    if "query" in event:  # an address that Back or Forward led to; what else is there came after it
        session.open_link(dict(parse_qsl(event["query"][:_LONGEST_QUERY], keep_blank_values=True)))
    if "advice" in event:
        _take(event["advice"])
    if "edits" in event:
        session.edit(event["edits"])
    if "wants" in event:
        wants = known(event["wants"])
        session.wants(wants if event.get("kind") == "wants" else wants - {"advice"})  # while a number moves it waits
        session.at_rest(event.get("kind") == "wants")
    if event.get("kind") == "random":
        session.random_start()
    elif event.get("kind") == "home":
        session.suggested_start()
    elif "x" in event:
        session.change(start=(_rounded(event["x"]), _rounded(event["y"])))
    session.elsewhere(bool({"query", "advice"} & event.keys()) or session.example() != example)


def _take(event: Any) -> None:
    """Try a piece of advice; what was given on another experiment than the one that is shown does nothing."""
    changed = taken(session.experiment(), event)
    if changed is not None:
        session.show(changed, play=True)


def _rounded(value: Any) -> Any:
    """Return a coordinate without the digits that no pixel has; what is no such number is left to be refused."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(f"{value:.9g}") if is_number and abs(value) <= limits.FARTHEST else value
