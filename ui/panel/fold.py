"""A fold of the panel, whose line says what is set within; it stays open or closed whatever the line comes to say."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import streamlit as st

from experiments.edits.rows import Row
from server import assets

_HTML = '<div class="thw-fold"></div>'


@lru_cache(maxsize=1)
def _component() -> Any:
    css = (assets.STAGE / "panel" / "fold.css").read_text(encoding="utf-8")
    return st.components.v2.component(
        "thalweg_fold", html=_HTML, css=css, js=assets.loader("fold"), isolate_styles=False
    )


@contextmanager
def fold(name: str, title: str, *said: str | dict[str, Any]) -> Iterator[None]:
    """Draw what is drawn within as folded under a title, followed by what is set there.

    name: in letters, the same for ever. said: choices in words, empty ones for what is as usual, and numbers (told).
    """
    with st.container(key=f"fold-{name}"):
        data = {"name": name, "title": title, "said": [piece for piece in said if piece]}
        _component()(key=f"foldline.{name}", data=data, width="stretch")  # not "fold.": that would be the class above
        yield


def told(row: Row, text: str = "", always: bool = False, one: str = "") -> dict[str, Any]:
    """Return what a fold says of a number where it is not the default.

    text: with {} where the number stands; one: that for a single one. always: at any value.
    """
    parameter = row.parameter
    return {
        "address": row.address,
        "text": text or f"{small(parameter.name)} {{}}",
        "one": one or text or f"{small(parameter.name)} {{}}",
        "whole": parameter.kind == "integer",
        "value": row.value,
        "default": None if always else parameter.default,
    }


def small(name: str) -> str:
    """Return a name as it stands within a line: "cosine", and "L2 penalty" as it is."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
