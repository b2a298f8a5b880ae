"""When a run is said to have converged: the criteria's tolerances, and whether the runs stop at one of them."""

from typing import Any

import streamlit as st

from experiments import Experiment
from experiments.edits.rows import criteria_rows
from experiments.setup.criteria import BY_KEY, GROUPS, NEVER, kinds
from experiments.setup.points import has_held_out
from experiments.simulation.stopping import known_lowest
from ui import session
from ui.controls import in_panel, of_now
from ui.panel.fold import fold, told
from ui.panel.numbers import numbers


def convergence_panel() -> None:
    """Draw the criteria, folded."""
    current = session.experiment()
    with fold("criteria", "When to say converged", *_set(current)):
        _stop(current)
        for key, name in GROUPS.items():
            st.markdown(f"**{name}**")
            if key == "training":
                _measure(current)
            numbers(criteria_rows(current, key), f"numbers.criteria.{key}")


def _set(current: Experiment) -> list[str | dict[str, Any]]:
    """Return what a fold says of the criteria: where the runs stop, and what else was changed."""
    known = kinds(known_lowest(current), has_held_out(current))
    stops = f"stops once {known[current.stop_at].claim}" if current.stop_at in known else ""
    patience = {f"criteria.{kind.patience}": f"{kind.quantity} for {{}} steps" for kind in known.values()}
    single = {address: text.removesuffix("s") for address, text in patience.items()}
    measure = "relative loss change" if current.criteria["loss_measure"] != BY_KEY["loss_measure"].default else ""
    return [
        stops,
        measure,
        *(told(row, patience.get(row.address, ""), one=single.get(row.address, "")) for row in criteria_rows(current)),
    ]


def _stop(current: Experiment) -> None:
    names = {NEVER: "Never: make all steps"} | {
        key: kind.name for key, kind in kinds(known_lowest(current), has_held_out(current)).items()
    }
    key = in_panel("criteria.stop_at", current.stop_at)
    st.selectbox(
        BY_KEY["stop_at"].name,
        names,
        key=key,
        format_func=names.__getitem__,
        help=BY_KEY["stop_at"].help,
        on_change=of_now(lambda: session.edit({"stop_at": st.session_state[key]})),
    )


def _measure(current: Experiment) -> None:
    parameter = BY_KEY["loss_measure"]
    key = in_panel("criteria.loss_measure", current.criteria["loss_measure"])
    st.selectbox(
        parameter.name,
        parameter.choices,
        key=key,
        format_func=str.capitalize,
        help=parameter.help,
        on_change=of_now(lambda: session.edit({"criteria.loss_measure": st.session_state[key]})),
    )
