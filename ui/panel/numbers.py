"""A table of numbers in the panel, drawn in the browser: a change there goes to the stage, and it alone answers."""

from functools import lru_cache
from typing import Any

import streamlit as st

from experiments.edits.rows import Row
from server import assets

_STYLES = ("numbers.css", "fine_slider.css")
_HTML = '<div class="thw-numbers" data-testid="numbers"></div>'


@lru_cache(maxsize=1)
def _component() -> Any:
    css = "".join((assets.STAGE / "panel" / name).read_text(encoding="utf-8") for name in _STYLES)
    return st.components.v2.component(
        "thalweg_numbers", html=_HTML, css=css, js=assets.loader("numbers"), isolate_styles=False
    )


def numbers(rows: tuple[Row, ...], key: str, color: str = "") -> None:
    """Draw a box and a slider for each row; if there are any. color: of the sliders, by Streamlit's name."""
    if rows:
        _component()(key=key, data={"rows": [_row(row) for row in rows], "color": color}, width="stretch")


def _row(row: Row) -> dict[str, Any]:
    parameter = row.parameter
    return {
        "address": row.address,
        "name": parameter.name,
        "mark": row.mark,
        "help": parameter.help,
        "low": parameter.low,
        "high": parameter.high,
        "log": parameter.log,
        "whole": parameter.kind == "integer",
        "allowed": parameter.allowed,
        "value": row.value,
        "default": parameter.default,
        "needs": None if parameter.needs is None else [_beside(row.address, parameter.needs[0]), parameter.needs[1]],
    }


def _beside(address: str, key: str) -> str:
    group = address.rpartition(".")[0]
    return f"{group}.{key}" if group else key
