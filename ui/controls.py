"""A Parameter drawn as Streamlit widgets that always show the experiment's value."""

from collections.abc import Callable
from math import floor, log10
from typing import Any

import streamlit as st

from parameter import Parameter

Change = Callable[[Any], None]


def synced(key: str, value: Any) -> None:
    """Make the widget with this key show the value; says nothing to the browser when it already does."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def parameter_control(parameter: Parameter, value: Any, key: str, change: Change, resettable: bool = True) -> None:
    """Draw a control for one parameter: a choice as a list, a number as a box with a slider beside it."""
    if parameter.kind == "choice":
        synced(key, value)
        st.selectbox(
            parameter.name,
            parameter.choices,
            key=key,
            help=parameter.help,
            on_change=lambda: change(st.session_state[key]),
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"row-{key}"):
        _box(parameter, value, key, change)
        _slider(parameter, value, f"{key}.slider", change)
        if resettable:
            st.button(
                "",
                key=f"{key}.reset",
                icon=":material/restart_alt:",
                type="tertiary",
                help=f"Back to {parameter.default:.4g}",
                disabled=value == parameter.default,
                on_click=change,
                args=(parameter.default,),
            )


def _box(parameter: Parameter, value: Any, key: str, change: Change) -> None:
    synced(key, value)
    whole = parameter.kind == "integer"
    cast: Any = int if whole else float
    st.number_input(
        parameter.name,
        min_value=cast(parameter.low),
        max_value=cast(parameter.high),
        step=1 if whole else _step(parameter),
        format="%d" if whole else "%.5g",
        key=key,
        help=parameter.help or None,
        on_change=lambda: change(st.session_state[key]),
        width=104,
    )


def _step(parameter: Parameter) -> float:
    """Return a round step of about a hundredth of the range, or of the default on a logarithmic range."""
    span = float(parameter.default) if parameter.log else (parameter.high - parameter.low)
    return float(10.0 ** (floor(log10(abs(span) or 1.0)) - 1))


def _slider(parameter: Parameter, value: Any, key: str, change: Change) -> None:
    if parameter.log:
        low, high = log10(parameter.low), log10(parameter.high)
        step = 0.01
        shown = min(max(round((log10(value) - low) / step) * step + low, low), high)
        label = f"{parameter.name}, as a power of ten"
    else:
        low, high, shown = float(parameter.low), float(parameter.high), float(value)
        step = 1.0 if parameter.kind == "integer" else (high - low) / 200
        label = f"{parameter.name}, slider"
    if key not in st.session_state or abs(st.session_state[key] - shown) > step / 2:
        st.session_state[key] = shown

    def moved() -> None:
        change(_from_slider(parameter, st.session_state[key]))

    st.slider(label, low, high, step=step, key=key, label_visibility="collapsed", on_change=moved)


def _from_slider(parameter: Parameter, position: float) -> Any:
    """Return the value at a slider's position: three significant digits, within the range."""
    value = 10.0**position if parameter.log else position
    rounded = round(value, 2 - floor(log10(abs(value)))) if value else 0.0
    rounded = min(max(rounded, parameter.low), parameter.high)
    return round(rounded) if parameter.kind == "integer" else float(rounded)
