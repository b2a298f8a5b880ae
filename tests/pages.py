"""Running pages without a browser: Streamlit's AppTest, and how to fire one of the stage's events in it."""

import json
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from experiments import Experiment
from tests.packets import read_packet

MAIN = str(Path(__file__).parent.parent / "views" / "main.py")
EXPERIMENT = "thalweg.experiment"


def lab(experiment: Experiment | None = None, query: dict[str, str] | None = None) -> AppTest:
    """Return the lab after its first run, on an experiment or a link if one is given."""
    page = AppTest.from_file(MAIN, default_timeout=60)
    if experiment is not None:
        page.session_state[EXPERIMENT] = experiment
    for key, value in (query or {}).items():
        page.query_params[key] = value
    return page.run()


def shown(page: AppTest) -> Experiment:
    """Return the experiment that the page shows."""
    experiment: Experiment = page.session_state[EXPERIMENT]
    return experiment


def packet(page: AppTest) -> tuple[dict[str, Any], Any]:
    """Return the header and the arrays that the stage was given."""
    return read_packet(page.get("bidi_component")[0].proto.bytes)


def fire(page: AppTest, event: str, value: Any) -> AppTest:
    """Send one of the stage's events, as the browser does. Uses AppTest's inside: it has no public way."""
    states = page._tree.get_widget_states()
    proto = page.get("bidi_component")[0].proto
    state = states.widgets.add()
    state.id = f"$$STREAMLIT_INTERNAL_KEY_{proto.id}__events"
    state.json_trigger_value = json.dumps([{"event": event, "value": value}])
    return page._run(states)


def edit(page: AppTest, **numbers: Any) -> AppTest:
    """Set numbers by address, "/" written as "__", as the panel's boxes and sliders do."""
    return fire(page, "change", {"kind": "number", "edits": {k.replace("__", "."): v for k, v in numbers.items()}})


def rows(page: AppTest) -> dict[str, dict[str, Any]]:
    """Return the panel's numbers by address, as the browser was told to draw them."""
    tables = [json.loads(part.proto.json) for part in page.get("bidi_component")[1:]]
    return {row["address"]: row for table in tables for row in table.get("rows", [])}
