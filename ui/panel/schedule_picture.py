"""The picture of a run's learning rate over the steps; where points make the schedule, the place to draw it."""

from functools import lru_cache
from typing import Any

import streamlit as st

from experiments import Experiment
from experiments.edits.rows import point_rows
from optimizers import SCHEDULES
from server import assets

_HTML = '<div class="thw-schedule" data-testid="schedule"></div>'


@lru_cache(maxsize=1)
def _component() -> Any:
    css = (assets.STAGE / "panel" / "schedule.css").read_text(encoding="utf-8")
    return st.components.v2.component(
        "thalweg_schedule", html=_HTML, css=css, js=assets.loader("schedule"), isolate_styles=False
    )


def schedule_picture(experiment: Experiment, place: int) -> None:
    """Draw the rate over the steps, as the stage last had it; nothing for a constant one."""
    run = experiment.runs[place]
    if run.schedule != "constant":
        data = {
            "place": place,
            "name": SCHEDULES[run.schedule].name,
            "watches": SCHEDULES[run.schedule].watches_loss,
            "drawing": _drawing(experiment, place),
        }
        _component()(key="picture.schedule", data=data, width="stretch")


def _drawing(experiment: Experiment, place: int) -> dict[str, Any] | None:
    """Return what the browser needs to let points be moved; None where there are none."""
    for row in point_rows(experiment, place):
        return {
            "address": row.address,
            "name": row.parameter.name,
            "points": row.value,
            "default": row.parameter.default,
            "high": row.parameter.high,
            "capacity": row.parameter.capacity,
            "stairs": experiment.runs[place].schedule_parameters["form"] == "step",
        }
    return None
