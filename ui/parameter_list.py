"""What may be set, as a list to read: each parameter with its range, its default and what it does."""

from collections.abc import Iterable

import streamlit as st

from parameter import Parameter, plain, written


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
    low, high, default = map(_exactly, (parameter.low, parameter.high, parameter.default))
    return f"{low} to {high}{scale}; {default} unless set"


def _exactly(number: float) -> str:
    """Return a bound or a default with all its digits: 0.99999 is not 1."""
    return plain(number) if abs(number) >= 1e3 else written(number, 12)
