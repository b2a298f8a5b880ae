"""The lab's controls: the surface, the runs, the start and the steps, and opening an experiment."""

from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from experiments import Experiment, Wrapper, landscape_of, limits
from experiments.defaults import default_learning_rate
from landscapes import LANDSCAPES
from lessons import OPENING
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from parameter import Parameter
from ui import session
from ui.controls import parameter_control, synced

COLOR_NAMES = ("blue", "orange", "green", "violet", "yellow", "gray")

STEPS = Parameter(
    key="steps",
    name="Steps",
    default=300,
    low=1,
    high=limits.MAX_STEPS,
    log=True,
    kind="integer",
    help="How many updates each optimizer makes, 1 to 20,000.",
)


def rate_parameter(experiment: Experiment, optimizer: str) -> Parameter:
    """Return the learning rate as a parameter whose default suits the optimizer and the surface."""
    return Parameter(
        key="learning_rate",
        name="Learning rate",
        default=default_learning_rate(experiment, optimizer),
        low=1e-7,
        high=limits.MAX_RATE,
        log=True,
        help="The size of each step. Too small: it crawls. Too large: it overshoots, swings or blows up.",
    )


def surface_panel() -> None:
    """Draw the choice of surface, its parameters, and what it teaches."""
    current = session.experiment()
    landscape = landscape_of(current)
    synced("surface", current.landscape)
    st.selectbox(
        "Surface",
        list(LANDSCAPES),
        key="surface",
        format_func=lambda key: f"{LANDSCAPES[key].name} · {LANDSCAPES[key].family}",
        on_change=lambda: _choose_surface(st.session_state["surface"]),
    )
    for parameter in landscape.parameters:
        parameter_control(
            parameter,
            current.landscape_parameters[parameter.key],
            f"surface.{landscape.key}.{parameter.key}",
            lambda value, key=parameter.key: _set_surface(key, value),
        )
    with st.expander("About this surface"):
        st.latex(rf"f(x, y) = {landscape.formula}")
        st.write(landscape.story)
        if landscape.note:
            st.write(landscape.note)
        (x0, x1), (y0, y1) = landscape.domain
        st.write(f"Domain: x from {x0:.4g} to {x1:.4g}, y from {y0:.4g} to {y1:.4g}. Source: {landscape.source}.")


def _choose_surface(key: str) -> None:
    """Show another surface: its first start, and the same optimizers at rates that suit it."""
    current = session.experiment()
    fresh = Experiment(landscape=key, steps=current.steps, seed=current.seed)
    runs = tuple(replace(run, learning_rate=default_learning_rate(fresh, run.optimizer)) for run in current.runs)
    session.show(fresh.replace(runs=runs), play=True)


def _set_surface(key: str, value: Any) -> None:
    session.change(landscape_parameters={**session.experiment().landscape_parameters, key: value})


def start_panel() -> None:
    """Draw the start as numbers, a random start, the steps and the seed."""
    current = session.experiment()
    far = float(limits.FARTHEST)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for axis, value in zip("xy", current.start, strict=True):
            synced(f"start.{axis}", value)
            st.number_input(
                f"Start {axis}",
                -far,
                far,
                step=_start_step(current),
                format="%.5g",
                key=f"start.{axis}",
                on_change=_set_start,
                width=112,
            )
        st.button(
            "",
            icon=":material/casino:",
            key="start.random",
            help="A random start in the view, drawn from the next seed",
            on_click=_random_start,
        )
        st.button(
            "",
            icon=":material/restart_alt:",
            key="start.reset",
            type="tertiary",
            help="Back to the surface's first suggested start",
            disabled=current.start == landscape_of(current).starts[0],
            on_click=lambda: session.change(start=landscape_of(current).starts[0]),
        )
    parameter_control(STEPS, current.steps, "steps", lambda value: session.change(steps=value))
    synced("seed", current.seed)
    st.number_input(
        "Seed",
        0,
        limits.MAX_SEED,
        step=1,
        key="seed",
        help="The number that random starts are drawn from: the same seed gives the same start.",
        on_change=lambda: session.change(seed=st.session_state["seed"]),
    )


def _start_step(current: Experiment) -> float:
    (x0, x1), _ = current.window
    return float(10.0 ** np.floor(np.log10((x1 - x0) / 50)))


def _set_start() -> None:
    session.change(start=(st.session_state["start.x"], st.session_state["start.y"]))
    session.play()


def _random_start() -> None:
    current = session.experiment()
    seed = (current.seed + 1) % (limits.MAX_SEED + 1)
    (x0, x1), (y0, y1) = current.window
    x, y = np.random.default_rng((seed, 1)).uniform((x0, y0), (x1, y1))
    session.change(seed=seed, start=(round(float(x), 6), round(float(y), 6)))
    session.play()


def runs_panel() -> None:
    """Draw the list of runs and the editor of the chosen one."""
    current = session.experiment()
    place = session.selected()
    if current.runs:
        synced("run.selected", place)
        st.pills(
            "Optimizers",
            range(len(current.runs)),
            key="run.selected",
            required=True,
            format_func=lambda i: run_label(current, i),
            on_change=lambda: session.select(st.session_state["run.selected"]),
            width="stretch",
        )
    else:
        st.write("No optimizer yet. Add one to see it run.")
    with st.container(horizontal=True, gap="small", key="run-actions"):
        _actions(current, place)
    if current.runs:
        with st.container(border=True, key="run-editor"):
            _editor(current, place)


def run_label(current: Experiment, place: int) -> str:
    """Return a run's name with its colour's dot, in Streamlit's markdown."""
    name = current.runs[place].title
    safe = "".join("\\" + c if c in r"\`*_{}[]()#+-.!|~$:<>" else c for c in name)
    return f":{COLOR_NAMES[session.color_of(current, place)]}[●] {safe}"


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
            "",
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
    optimizer, schedule = OPTIMIZERS[run.optimizer], SCHEDULES[run.schedule]
    key = f"run{place}"
    synced(f"{key}.optimizer", run.optimizer)
    st.selectbox(
        "Optimizer",
        list(OPTIMIZERS),
        key=f"{key}.optimizer",
        format_func=lambda k: OPTIMIZERS[k].name,
        on_change=lambda: session.change_optimizer(place, st.session_state[f"{key}.optimizer"]),
    )
    parameter_control(
        rate_parameter(current, run.optimizer),
        run.learning_rate,
        f"{key}.rate",
        lambda value: session.change_run(place, learning_rate=value),
    )
    for parameter in optimizer.parameters:
        parameter_control(
            parameter,
            run.parameters[parameter.key],
            f"{key}.{run.optimizer}.{parameter.key}",
            lambda value, k=parameter.key: session.change_run(place, parameters={**run.parameters, k: value}),
        )
    synced(f"{key}.schedule", run.schedule)
    st.selectbox(
        "Schedule",
        list(SCHEDULES),
        key=f"{key}.schedule",
        format_func=lambda k: SCHEDULES[k].name,
        help="How the learning rate changes over the steps.",
        on_change=lambda: session.change_run(
            place, schedule=st.session_state[f"{key}.schedule"], schedule_parameters={}
        ),
    )
    for parameter in schedule.parameters:
        parameter_control(
            parameter,
            run.schedule_parameters[parameter.key],
            f"{key}.{run.schedule}.{parameter.key}",
            lambda value, k=parameter.key: session.change_run(
                place, schedule_parameters={**run.schedule_parameters, k: value}
            ),
        )
    _around(current, place, key)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _rest(current, place, key)


def _around(current: Experiment, place: int, key: str) -> None:
    """Draw what is put around the optimizer: clipping, weight decay."""
    run = current.runs[place]
    chosen = [wrapper.key for wrapper in run.wrappers]
    synced(f"{key}.wrappers", chosen)

    def choose() -> None:
        kept = {wrapper.key: wrapper for wrapper in run.wrappers}
        keys = st.session_state[f"{key}.wrappers"]
        session.change_run(place, wrappers=tuple(kept.get(k) or Wrapper(key=k) for k in keys))

    st.multiselect(
        "Around it",
        list(WRAPPERS),
        key=f"{key}.wrappers",
        format_func=lambda k: WRAPPERS[k].name,
        placeholder="Clipping, weight decay",
        help="Put around the optimizer, the first one innermost.",
        on_change=choose,
    )
    for i, wrapper in enumerate(run.wrappers):
        for parameter in WRAPPERS[wrapper.key].parameters:

            def change(value: Any, i: int = i, k: str = parameter.key) -> None:
                wrappers = list(run.wrappers)
                wrappers[i] = Wrapper(key=wrappers[i].key, parameters={**wrappers[i].parameters, k: value})
                session.change_run(place, wrappers=tuple(wrappers))

            parameter_control(
                parameter, wrapper.parameters[parameter.key], f"{key}.{wrapper.key}.{parameter.key}", change
            )


def _rest(current: Experiment, place: int, key: str) -> None:
    run = current.runs[place]
    synced(f"{key}.name", run.name)
    st.text_input(
        "Name",
        key=f"{key}.name",
        placeholder=OPTIMIZERS[run.optimizer].name,
        max_chars=limits.MAX_NAME,
        on_change=lambda: session.change_run(place, name=st.session_state[f"{key}.name"]),
        width=150,
    )
    st.button(
        "Rate for all",
        key=f"{key}.same",
        help="Give every run this learning rate",
        disabled=len(current.runs) < 2,
        on_click=lambda: session.change(runs=tuple(replace(r, learning_rate=run.learning_rate) for r in current.runs)),
    )
    st.button(
        "Reset",
        key=f"{key}.reset",
        help="This optimizer's defaults and a learning rate that suits the surface",
        on_click=lambda: session.change_run(
            place,
            parameters={},
            schedule="constant",
            schedule_parameters={},
            wrappers=(),
            learning_rate=default_learning_rate(current, run.optimizer),
        ),
    )


def file_panel() -> None:
    """Draw opening an experiment from JSON, and starting over."""
    with st.container(horizontal=True, gap="small"):
        with st.popover("Open JSON", icon=":material/upload_file:"):
            text = st.text_area("Experiment as JSON", key="json.text", height=160, placeholder='{"format": 1, ...}')
            upload = st.file_uploader("or a file", type=["json"], key="json.file")
            if st.button("Open", key="json.open", type="primary"):
                _open(upload.getvalue() if upload is not None else text)
        st.button(
            "Start over",
            icon=":material/restart_alt:",
            key="reset.all",
            help="Back to the opening experiment",
            on_click=_start_over,
        )


def _open(text: str | bytes) -> None:
    try:
        session.open_json(text)
    except ValueError as error:
        st.error(f"This is not an experiment: {error}")
    else:
        st.rerun()


def _start_over() -> None:
    session.select(0)
    session.show(OPENING.experiment, play=True, example=OPENING.key)
