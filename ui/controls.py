"""Streamlit's widgets, kept in step with the experiment."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from parameter import Parameter
from ui import session


def synced(key: str, value: Any) -> None:
    """Make the widget with this key show the value; says nothing to the browser when it already does."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def in_panel(name: str, value: Any) -> str:
    """Make the panel's widget of this name show the value, and return its key.

    The key changes with the panel (session.panel): a browser that has not seen the new one yet says with its next
    message what the old widgets showed, and that is nobody's choice.
    """
    key = f"{name}#{session.panel()}"
    synced(key, value)
    return key


def choose(address: str, widget: str) -> None:
    """Put what the widget with this key shows at an address of the experiment (experiments.edits)."""
    session.edit({address: st.session_state[widget]})


def choices(parameters: tuple[Parameter, ...], values: Mapping[str, Any], address: str, key: str) -> None:
    """Draw what is chosen among a few words: a box for each such parameter. key: what their own begin with."""
    for parameter in parameters:
        if parameter.kind == "choice":
            widget = in_panel(f"{key}.{parameter.key}", values[parameter.key])
            st.selectbox(
                parameter.name,
                parameter.choices,
                key=widget,
                format_func=str.capitalize,
                help=parameter.help,
                on_change=of_now(partial(choose, f"{address}.{parameter.key}" if address else parameter.key, widget)),
            )


def of_now(act: Callable[[], None]) -> Callable[[], None]:
    """Return what does this only while the panel is the one of now: Streamlit also calls for keys that are gone."""
    panel = session.panel()

    def carried_out() -> None:
        if session.panel() == panel:
            act()

    return carried_out
