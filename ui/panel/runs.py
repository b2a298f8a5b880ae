"""The runs: the list of optimizers in the race, and the editor of the chosen one."""

import streamlit as st

from experiments import Experiment
from experiments.edits.rows import address_of, run_rows
from experiments.edits.runs import color_of
from experiments.setup import limits
from experiments.setup.titles import titles_of
from optimizers import OPTIMIZERS
from ui import session
from ui.controls import choices, in_panel, of_now
from ui.panel.more import more
from ui.panel.numbers import numbers

COLOR_NAMES = ("blue", "orange", "green", "violet", "yellow", "gray")


def runs_panel() -> None:
    """Draw the list of runs and the editor of the chosen one."""
    current = session.experiment()
    place = session.selected()
    if current.runs:
        key = in_panel("run.selected", place)
        st.pills(
            "Optimizers",
            range(len(current.runs)),
            key=key,
            required=True,
            format_func=lambda i: run_label(current, i),
            on_change=of_now(lambda: session.select(st.session_state[key])),
        )
    else:
        st.write("No optimizer yet. Add one to see it run.")
    with st.container(horizontal=True, gap="small", key="run-actions"):
        _actions(current, place)
    if current.runs:
        _editor(current, place)


def run_label(current: Experiment, place: int) -> str:
    """Return a run's name with its colour's dot, in Streamlit's markdown."""
    name = titles_of(current)[place]
    safe = "".join("\\" + c if c in r"\`*_{}[]()#+-.!|~$:<>" else c for c in name)
    return f":{COLOR_NAMES[color_of(current, place)]}[●] {safe}"


def _actions(current: Experiment, place: int) -> None:
    count = len(current.runs)
    full = count >= limits.MAX_RUNS
    st.button(
        "Add",
        icon=":material/add:",
        key="run.add",
        disabled=full,
        on_click=session.add_run,
        help=f"At most {limits.MAX_RUNS} runs" if full else "Add an optimizer to the race",
    )
    for name, icon, label, disabled, act, arguments in (
        ("duplicate", "content_copy", "Duplicate this run", full or not count, session.duplicate_run, (place,)),
        ("up", "arrow_upward", "Move this run up", place == 0, session.move_run, (place, -1)),
        ("down", "arrow_downward", "Move this run down", place >= count - 1, session.move_run, (place, 1)),
        ("remove", "delete", "Remove this run", not count, session.remove_run, (place,)),
    ):
        st.button(
            label,  # page.css shows the icon alone
            icon=f":material/{icon}:",
            key=f"run.{name}",
            help=label,
            disabled=disabled,
            on_click=act,
            args=arguments,
            type="tertiary",
        )


def _editor(current: Experiment, place: int) -> None:
    """Draw what is turned most, the rate, then the optimizer and its numbers; the rest is folded (more)."""
    run = current.runs[place]
    key = f"run{place}"
    rate, *others = run_rows(current, place)
    numbers((rate,), "numbers.rate", COLOR_NAMES[color_of(current, place)])
    optimizer = in_panel(f"{key}.optimizer", run.optimizer)
    st.selectbox(
        "Optimizer",
        [key for key, one in OPTIMIZERS.items() if not (one.two_only and current.has_many_weights)],
        key=optimizer,
        format_func=lambda k: OPTIMIZERS[k].name,
        on_change=of_now(lambda: session.edit({address_of(place, "optimizer"): st.session_state[optimizer]})),
    )
    numbers(tuple(others), "numbers.run")
    choices(OPTIMIZERS[run.optimizer].parameters, run.parameters, address_of(place, "parameters"), key)
    more(current, place)
