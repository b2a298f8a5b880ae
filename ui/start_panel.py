"""Where the ball starts, for how many steps, and the seed of random starts."""

import numpy as np
import streamlit as st

from experiments import Experiment, landscape_of, limits
from parameter import Parameter
from ui import session
from ui.controls import parameter_control, synced

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
                width=88,
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
