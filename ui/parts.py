"""The parts of the page: where one fails, a sentence stands in its place and the others are drawn all the same."""

from collections.abc import Callable

import streamlit as st

from experiments.setup.failures import sentence, standing


def part(name: str, draw: Callable[[], None]) -> None:
    """Draw a part of the page. name: as a sentence begins with it, "The choice of surface"."""
    standing(name, draw, lambda: _in_its_place(name))


def _in_its_place(name: str) -> None:
    st.warning(sentence(name), icon=":material/error:")
