"""The runs: the list of optimizers in the race, and the editor of the chosen one."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from experiments import Experiment
from experiments.edits.rows import address_of, around_rows, run_rows, schedule_rows
from experiments.edits.runs import color_of
from experiments.setup import limits
from experiments.setup.titles import titles_of
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from parameter import Parameter
from ui import session
from ui.controls import choose, in_panel, of_now
from ui.panel.numbers import numbers
from ui.panel.schedule_picture import schedule_picture

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
    run = current.runs[place]
    key = f"run{place}"
    optimizer = in_panel(f"{key}.optimizer", run.optimizer)
    st.selectbox(
        "Optimizer",
        list(OPTIMIZERS),
        key=optimizer,
        format_func=lambda k: OPTIMIZERS[k].name,
        on_change=of_now(lambda: session.edit({address_of(place, "optimizer"): st.session_state[optimizer]})),
    )
    numbers(run_rows(current, place), "numbers.run")
    _choices(OPTIMIZERS[run.optimizer].parameters, run.parameters, address_of(place, "parameters"), key)
    schedule = in_panel(f"{key}.schedule", run.schedule)
    st.selectbox(
        "Schedule",
        list(SCHEDULES),
        key=schedule,
        format_func=lambda k: SCHEDULES[k].name,
        help="How the learning rate changes over the steps.",
        on_change=of_now(lambda: session.edit({address_of(place, "schedule"): st.session_state[schedule]})),
    )
    numbers(schedule_rows(current, place), "numbers.schedule")
    parameters, chosen = SCHEDULES[run.schedule].parameters, run.schedule_parameters
    _choices(parameters, chosen, address_of(place, "schedule_parameters"), f"{key}.schedule")
    schedule_picture(current, place)
    _around(current, place, key)
    _rest(current, place, key)


def _choices(parameters: tuple[Parameter, ...], values: Mapping[str, Any], address: str, key: str) -> None:
    """Draw what an optimizer or a schedule lets be chosen among a few words."""
    for parameter in parameters:
        if parameter.kind == "choice":
            widget = in_panel(f"{key}.{parameter.key}", values[parameter.key])
            st.selectbox(
                parameter.name,
                parameter.choices,
                key=widget,
                format_func=str.capitalize,
                help=parameter.help,
                on_change=of_now(partial(choose, f"{address}.{parameter.key}", widget)),
            )


def _around(current: Experiment, place: int, key: str) -> None:
    """Draw what is put around the optimizer: clipping, weight decay."""
    run = current.runs[place]
    chosen = [wrapper.key for wrapper in run.wrappers]
    wrappers = in_panel(f"{key}.wrappers", chosen)
    st.multiselect(
        "Around it",
        list(WRAPPERS),
        key=wrappers,
        format_func=lambda k: WRAPPERS[k].name,
        max_selections=limits.MAX_WRAPPERS,
        placeholder="Lookahead, clipping, averages",
        help="Put around the optimizer, the first one innermost.",
        on_change=of_now(lambda: session.edit({address_of(place, "wrappers"): st.session_state[wrappers]})),
    )
    numbers(around_rows(current, place), "numbers.around")


def _rest(current: Experiment, place: int, key: str) -> None:
    run = current.runs[place]
    name = in_panel(f"{key}.name", run.name)
    st.text_input(
        "Name",
        key=name,
        placeholder=titles_of(current)[place] if not run.name else OPTIMIZERS[run.optimizer].name,
        max_chars=limits.MAX_NAME,
        on_change=of_now(lambda: session.edit({address_of(place, "name"): st.session_state[name]})),
        width="stretch",
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            "This rate for all",
            key=f"{key}.same",
            help="Give every run this learning rate",
            disabled=len(current.runs) < 2,
            on_click=session.same_rate_for_all,
            args=(place,),
        )
        st.button(
            "Reset this run",
            key=f"{key}.reset",
            help="This optimizer's defaults and a learning rate that suits the surface",
            on_click=session.reset_run,
            args=(place,),
        )
