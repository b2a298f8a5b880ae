"""What may be set, as a list to read: each parameter with its range, its default and what it does."""

from collections.abc import Iterable

import streamlit as st

from numerals import count, number
from parameter import Parameter


def parameter_list(parameters: Iterable[Parameter]) -> None:
    """Draw the parameters, if there are any."""
    lines = [f"- **{p.name}** ({_allowed(p)}): {p.help}" for p in parameters]
    if lines:
        st.markdown("\n".join(lines))


def _allowed(parameter: Parameter) -> str:
    if parameter.kind == "choice":
        return f"{', '.join(parameter.choices)}; {parameter.default} unless set"
    if parameter.kind == "points":
        return parameter.allowed
    scale = ", logarithmic" if parameter.log else ""
    low, high, default = (_written(value, parameter) for value in (parameter.low, parameter.high, parameter.default))
    return f"{low} to {high}{scale}; {default} unless set"


def _written(value: float, parameter: Parameter) -> str:
    return count(value) if parameter.kind == "integer" else number(value, 12)
