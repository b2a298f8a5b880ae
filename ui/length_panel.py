"""For how many steps the runs go, and the seed of random starts."""

import streamlit as st

from experiments import limits
from parameter import Parameter
from ui import session
from ui.controls import parameter_control, synced

STEPS = Parameter(
    key="steps",
    name="Steps",
    default=min(300, limits.MAX_STEPS),
    low=1,
    high=limits.MAX_STEPS,
    log=True,
    kind="integer",
    help=f"How many updates each optimizer makes, 1 to {limits.MAX_STEPS:,}.",
)


def length_panel() -> None:
    """Draw the steps and the seed."""
    current = session.experiment()
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
