"""The reference of what is learnt: the models, and the data sets that they are shown on, each with its points."""

from base64 import b64encode
from functools import cache

import numpy as np
import streamlit as st

from landscapes import UNITS
from landscapes.data.sets import SETS, DataSet
from ui.reference import lab_links

_ABOUT = (
    "A loss on data is a mean over rows, and its axes are the model's weights. Rows are drawn from a seed, changed by "
    "hand, or pasted as a table. Squared losses are without a factor 1/2, the logarithm is the natural one; L2 adds "
    "its number times the sum of squared weights, L1 times the sum of their sizes, and both leave an intercept out. "
    "With batches each step's gradient is the mean of a few rows, the same for all runs; losses are those of all rows."
)
_SAMPLES, _NOISE = 60, 0.3
_WIDTH, _HEIGHT, _MARGIN = 200, 130, 8
_INKS, _AXIS = ("#1A8FA8", "#D9480F", "#7048E8"), "#8894A0"  # an image knows no theme


def data_reference() -> None:
    """Draw the models with links to their surfaces' pages, and every data set."""
    st.markdown(_ABOUT)
    st.header("Models", divider="gray")
    for key, unit in UNITS.items():
        learns = unit.learns
        if learns is not None:
            st.subheader(unit.name, anchor=f"model-{key}")
            st.latex(unit.formula)
            sets = ", ".join(f"[{SETS[name].name}](#set-{name})" for name in learns.sets)
            weights = "" if unit.model is None else " x is the {}, y the {}.".format(*unit.model.weights)
            st.markdown(
                f"{unit.story}{weights} Shown on: {sets}. Source: {unit.source}. [Its page](./reference?surface={key})"
            )
    st.header("Data sets", divider="gray")
    for key, one in SETS.items():
        st.subheader(one.name, anchor=f"set-{key}")
        picture, words = st.columns([2, 5], vertical_alignment="center")
        picture.markdown(_sketch(key))
        source = f" Source: {one.source}" if one.source else ""
        links = " · ".join(
            f"[{unit.name}]({lab_links.to_set(unit.key, key)})"
            for unit in UNITS.values()
            if unit.learns is not None and key in unit.learns.sets
        )
        words.markdown(f"{one.story}{source} Open in the lab: {links}")


@cache
def _sketch(key: str) -> str:
    """Return a data set's points as an image in Markdown; classes by colour and by shape."""
    one = SETS[key]
    rows = one.draw(_SAMPLES, _NOISE, 0, 0, 0.0).rows
    labels = rows[:, -1] if one.target == "class" else np.zeros(len(rows))
    across, up = rows[:, 0], rows[:, 1]  # of one input's classes the second column is the class
    (left, right), (low, high) = _ends(across), _ends(up)
    x = _MARGIN + (across - left) / (right - left) * (_WIDTH - 2 * _MARGIN)
    y = _HEIGHT - _MARGIN - (up - low) / (high - low) * (_HEIGHT - 2 * _MARGIN)
    marks = "".join(_mark(float(px), float(py), int(label)) for px, py, label in zip(x, y, labels, strict=True))
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}">'
        f'<rect x=".5" y=".5" width="{_WIDTH - 1}" height="{_HEIGHT - 1}" fill="none" stroke="{_AXIS}"/>{marks}</svg>'
    )
    return f"![{_told(one)}](data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()})"


def _ends(values: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    margin = 0.06 * (high - low) or 1.0
    return low - margin, high + margin


def _mark(x: float, y: float, label: int) -> str:
    if label > 1:
        return f'<path d="M{x:.1f} {y - 4:.1f}l4 7h-8z" fill="{_INKS[2]}"/>'
    if label:
        return f'<path d="M{x - 3:.1f} {y - 3:.1f}h6v6h-6z" fill="{_INKS[1]}"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_INKS[0]}"/>'


def _told(one: DataSet) -> str:
    return f"{one.name}: its points" if one.target == "number" else f"{one.name}: points of {one.classes} classes"
