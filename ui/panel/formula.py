"""A surface typed as a formula: the text, the formula as it was understood, and the window."""

import streamlit as st

from experiments import Experiment, landscape_of
from experiments.edits.rows import surface_rows
from experiments.edits.surfaces import with_formula, with_view
from experiments.setup import limits
from landscapes import formula
from numerals import number
from ui import session
from ui.controls import in_panel, of_now
from ui.deeds import deed
from ui.panel.fold import fold
from ui.panel.numbers import numbers

_HELP = (
    "Write it as on paper or as in a program: 2x^2, x**2, sin 2x, sin(x*y), exp(-(x^2 + y^2)), |x|, √x, x mod 2. "
    "Known: pi, e, sin, cos, tan, sec, csc, cot, asin, acos, atan, atan2, sinh, cosh, tanh, asinh, acosh, atanh, exp, "
    "log (natural, as ln), log2, log10, sqrt, cbrt, abs, sign, min, max, floor, ceil, round (halves to even), mod, "
    "erf, sinc (sin x over x). In pieces: where(x < 0, -x, x^2), or (x < 0)\\*y + (x >= 0)\\*x^2, with <, <=, >, >=, "
    "==, !=, and, or, not. A point may be written x[0], x[1] or x1, x2. Any other letter (a, b, k1, alpha) becomes a "
    "number with a slider."
)
_SIDES = (("x from", 0, 0), ("x to", 0, 1), ("y from", 1, 0), ("y to", 1, 1))


def formula_panel(current: Experiment) -> None:
    """Draw the text of the formula, what is wrong with it, and the window that is shown."""
    refused = session.refused_formula()
    key = in_panel("formula.text", refused[0] if refused else current.formula)
    typed = of_now(lambda: _typed(str(st.session_state[key])))
    st.text_input("f(x, y) =", key=key, help=_HELP, on_change=typed)  # what is too long is refused in words
    if refused:
        _trouble(*refused)
    st.latex(rf"f(x, y) = {landscape_of(current).formula}")
    for note in formula.parse(current.formula).notes:
        st.markdown(f":small[:material/info: {_within(note)}]")
    numbers(surface_rows(current), "numbers.formula")
    _window(current)


def _within(text: str) -> str:
    """Return text with the signs made harmless that would end what it stands in, or be taken for emphasis."""
    return "".join("\\" + c if c in "*[]" else c for c in text)


def _window(current: Experiment) -> None:
    """Draw the window that is shown, folded."""
    keys: list[str] = []
    (x0, x1), (y0, y1) = current.window
    at = f"x from {number(x0, 3)} to {number(x1, 3)}, y from {number(y0, 3)} to {number(y1, 3)}"
    with fold("window", "Window", at):
        columns = [*st.columns(2, gap="small"), *st.columns(2, gap="small")]
        for column, (name, axis, end) in zip(columns, _SIDES, strict=True):
            keys.append(in_panel(f"formula.{name}", float(current.window[axis][end])))
            column.number_input(
                name,
                key=keys[-1],
                min_value=-limits.FARTHEST,
                max_value=limits.FARTHEST,
                format="%g",
                step=1.0,
                on_change=of_now(lambda: _resized([float(st.session_state[key]) for key in keys])),
            )


def _trouble(text: str, reason: str) -> None:
    """Say what is wrong, and point at it."""
    column = int(reason.partition(":")[0].removeprefix("column ") or 1)
    first = max(column - 30, 1)
    pointed = " ".join(text[first - 1 : column + 20].split("\n"))
    st.code(f"{pointed}\n{' ' * (column - first)}^", language=None)
    st.error(reason[0].upper() + reason[1:].replace("*", "\\*"), icon=":material/error:")


@deed(session.refuse)
def _typed(text: str) -> None:
    """Take the formula if it can be read; its numbers keep their values where the names stay."""
    current = session.experiment()
    try:
        changed = with_formula(current, text)
    except formula.FormulaError as error:
        session.refuse_formula(text[: 2 * formula.LONGEST], str(error))
        return
    session.show(changed, play=True, anew=True)


@deed(session.refuse)
def _resized(ends: list[float]) -> None:
    """Take the window if it is one."""
    current = session.experiment()
    view = ((ends[0], ends[1]), (ends[2], ends[3]))
    session.show(with_view(current, view), play=True)
