"""More of the chosen run, folded: its schedule, what is put around its optimizer, its name, and two ways back."""

import streamlit as st

from experiments import Experiment
from experiments.edits.rows import address_of, around_rows, schedule_rows
from experiments.setup import limits
from experiments.setup.titles import titles_of
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from ui import session
from ui.controls import choices, in_panel, of_now
from ui.panel.fold import fold, small
from ui.panel.numbers import numbers
from ui.panel.schedule_picture import schedule_picture


def more(current: Experiment, place: int) -> None:
    """Draw what of a run is not turned all the time."""
    run = current.runs[place]
    key = f"run{place}"
    schedule = "" if run.schedule == "constant" else small(SCHEDULES[run.schedule].name)
    around = [small(WRAPPERS[wrapper.key].name) for wrapper in run.wrappers]
    name = f"named \u2018{run.name}\u2019" if run.name else ""
    with fold("more", "More", schedule, *around, name):
        _schedule(current, place, key)
        _around(current, place, key)
        _name(current, place, key)
        _ways_back(current, place, key)


def _schedule(current: Experiment, place: int, key: str) -> None:
    run = current.runs[place]
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
    choices(parameters, chosen, address_of(place, "schedule_parameters"), f"{key}.schedule")
    schedule_picture(current, place)


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


def _name(current: Experiment, place: int, key: str) -> None:
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


def _ways_back(current: Experiment, place: int, key: str) -> None:
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
