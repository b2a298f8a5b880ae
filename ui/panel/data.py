"""The rows of data that a surface is learnt from: which they are, how noisy, in what batches; and tables in and out."""

import streamlit as st

from experiments import Experiment, landscape_of
from experiments.edits.data_rows import MOST_ROWS, table_of
from experiments.edits.rows import Row, batch_rows, held_out_rows, plane_rows, surface_rows
from experiments.setup.failures import log_once
from experiments.setup.points import BATCH_KIND, points_of, shown_parameters
from experiments.setup.weights import PLANE, weight_names
from landscapes.data.learned import column_names
from landscapes.data.sets import SETS
from landscapes.data.table import TableError
from numerals import count
from parameter import Refusal
from ui import session
from ui.controls import choices, in_panel, of_now
from ui.deeds import FAILED
from ui.panel.fold import fold, told
from ui.panel.numbers import numbers

_PLANES = {"weights": "Two weights", "random": "Two random directions", "path": "Where the runs moved most"}
_LONGEST = 1_000_000  # characters of a pasted table: more would not come through
_MODEL = ("loss", "delta", "intercept", "degree", "basis", "hidden", "activation", "weights_seed", "weights_scale")
_SPLIT = ("split", "leaked")  # which stand beside the share that is held out


def data_panel() -> None:
    """Draw what says the rows, folded, and below them the batches; nothing where nothing is learnt from data."""
    current = session.experiment()
    if landscape_of(current).learns is None:
        return
    rows = surface_rows(current)
    of_model = tuple(row for row in rows if row.parameter.key in _MODEL)
    of_data = tuple(row for row in rows if row.parameter.key not in (*_MODEL, *_SPLIT))
    with fold("data", "Data", *_said(current), *(told(row) for row in of_data if row.parameter.key != "samples")):
        _choose_set(current)
        numbers(of_data, "numbers.data")
        _choices(current, "clean")
        _tables(current)
        for remark in session.remarks():
            st.caption(_plain(f"{remark}."))
    if current.has_many_weights:
        _held_out(current, tuple(row for row in rows if row.parameter.key in _SPLIT))
        _plane(current)
    loss = current.landscape_parameters.get("loss", "squared")
    batches = batch_rows(current)
    kind = "" if current.batch_kind == BATCH_KIND.default or not current.batch else "drawn with replacement"
    said = [told(row) for row in of_model] + [told(row, "batches of {}") for row in batches]
    name = "Model and batches" if current.has_many_weights else "Loss and batches"
    with fold("learning", name, "" if loss == "squared" else f"{loss} loss", *said, kind):
        for key in ("loss", "basis", "hidden", "activation"):
            _choices(current, key)
        numbers((*of_model, *batches), "numbers.learning")
        choices((BATCH_KIND,), {BATCH_KIND.key: current.batch_kind}, "", "batches")


def _held_out(current: Experiment, split: tuple[Row, ...]) -> None:
    """Draw which rows nothing learns from, folded."""
    points = points_of(current)
    share = held_out_rows(current)
    held = f"{count(len(points.heldout))} of {count(len(points.rows))} rows" if points.held else "no rows"
    leaked = f"{count(len(points.leaked))} leaked" if points.leaked else ""
    with fold("held", "Held out", held, leaked):
        numbers((*share, *split), "numbers.held")
        if not points.held:
            st.caption("Hold rows out to see what is learnt about points that were not seen.")


def _plane(current: Experiment) -> None:
    """Draw the choice of the plane that the map shows, folded."""
    names, values = weight_names(current), current.plane_weights
    said = " and ".join(names[place] for place in values if place < len(names)) if current.plane == "weights" else ""
    with fold("plane", "Plane of the map", said or _PLANES[current.plane].lower()):
        box = in_panel("plane", current.plane)
        st.selectbox(
            PLANE.name,
            list(_PLANES),
            key=box,
            format_func=_PLANES.__getitem__,
            help=PLANE.help,
            on_change=of_now(lambda: session.edit({"plane": st.session_state[box]})),
        )
        if current.plane == "weights" and len(names) > 2:
            with st.container(horizontal=True, gap="small"):
                for side, axis in enumerate(("across", "up")):
                    _weight(current, side, axis, names)
        numbers(plane_rows(current), "numbers.plane")


def _weight(current: Experiment, side: int, axis: str, names: tuple[str, ...]) -> None:
    box = in_panel(f"plane.{axis}", current.plane_weights[side])

    def choose() -> None:
        chosen, other = st.session_state[box], current.plane_weights[1 - side]
        if chosen == other:  # the two change places
            other = current.plane_weights[side]
        session.edit({"plane_weights": (chosen, other) if side == 0 else (other, chosen)})

    st.selectbox(
        f"Weight {axis}",
        range(len(names)),
        key=box,
        format_func=names.__getitem__,
        on_change=of_now(choose),
    )


def _said(current: Experiment) -> list[str]:
    points = points_of(current)
    name = SETS[current.landscape_parameters["data_set"]].name if points.own else "your points"
    out = f"{count(len(points.left_out))} left out" if points.left_out else ""
    return [name, f"{count(len(points.rows))} rows", out]


def _choose_set(current: Experiment) -> None:
    values = current.landscape_parameters
    shown = {parameter.key: parameter for parameter in shown_parameters(current, landscape_of(current))}
    if "data_set" not in shown:
        return
    box = in_panel("data.set", values["data_set"])
    st.selectbox(
        "Data set",
        shown["data_set"].choices,
        key=box,
        format_func=lambda key: SETS[key].name,
        help=SETS[values["data_set"]].story,
        on_change=of_now(lambda: session.edit({"landscape_parameters.data_set": st.session_state[box]})),
    )


def _choices(current: Experiment, key: str) -> None:
    parameters = tuple(p for p in landscape_of(current).parameters if p.key == key)
    choices(parameters, current.landscape_parameters, "landscape_parameters", "data")


def _tables(current: Experiment) -> None:
    """Draw the ways in and out: a pasted table, a file to keep, and back to the rows that are drawn."""
    with st.container(horizontal=True, gap="small"):
        if st.button("Paste a table", icon=":material/content_paste:", key="data.paste"):
            _form()
        st.download_button(
            "Download",
            table_of(current),
            file_name=f"{current.landscape}.csv",
            mime="text/csv",
            icon=":material/download:",
            key="data.download",
            help="The rows as CSV",
        )
        if current.data:
            st.button(
                "Draw points",
                icon=":material/casino:",
                key="data.drawn",
                help="Other points: those that the settings draw",
                on_click=lambda: session.edit({"data": None}, panel=True),
            )


@st.dialog("Learn from your own data")
def _form() -> None:
    model = landscape_of(session.experiment()).learns
    if model is None:
        return
    names = column_names(model)
    classes = {2: "0 and 1, or any two words", 3: "0, 1 and 2, or any three words"}
    what = classes.get(model.classes, "a number")
    st.write(
        f"One row a line, its columns {', '.join(names)} parted by commas, semicolons, tabs or blanks, as a "
        f"spreadsheet copies them; {names[-1]} is {what}. A first line of names is read as such. Up to {MOST_ROWS} "
        "rows, which travel in the link; larger sets are for Python and the command line."
    )
    lines = [
        [*(f"{0.4 * row + 0.1 * place:.1f}" for place in range(model.inputs)), f"{row % max(2, model.classes)}"]
        for row in (1, 2, 3)
    ]
    example = "\n".join([",".join(names), *map(",".join, lines)])
    text = st.text_area("Table", key="data.table", height=220, placeholder=example, max_chars=_LONGEST)
    if st.button("Use this table", key="data.use", type="primary"):
        try:
            session.open_table(text)
        except TableError as error:
            for problem in error.problems:
                st.error(_plain(problem))
            if not text:
                st.error(
                    f"A text of more than {count(_LONGEST)} characters stays out of the box: at most {MOST_ROWS} rows."
                )
        except Refusal as error:
            st.error(_plain(str(error)))
        except Exception as error:
            log_once("Reading a table", error)
            st.error(FAILED)
        else:
            st.rerun()


def _plain(sentence: str) -> str:
    """Return a sentence with the signs made harmless that Markdown takes for its own, its first letter large."""
    safe = "".join("\\" + c if c in r"\`*_[]#|~$<>" else c for c in sentence)
    return safe[:1].upper() + safe[1:]
