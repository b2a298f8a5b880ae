"""Running pages without a browser: Streamlit's AppTest, and what a stage does in it: it settles on links and edits."""

import json
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from experiments import Experiment
from figures.packets.asked import exactly
from figures.packets.packet import stage_packet
from tests.packets import read_packet

MAIN = str(Path(__file__).parent.parent / "views" / "main.py")
EXPERIMENT = "thalweg.experiment"
PAGE = "a-page-of-the-tests"


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


def at(widgets: Any, name: str) -> Any:
    """Return the widget of this name among those of a kind (page.selectbox): keys change with the panel."""
    return next(one for one in widgets if (one.key or "").partition("#")[0] == name)


def message(page: AppTest) -> dict[str, Any]:
    """Return what the stage was told."""
    told: dict[str, Any] = json.loads(page.get("bidi_component")[0].proto.json)
    return told


def packet(page: AppTest, *wants: str) -> tuple[dict[str, Any], Any]:
    """Return the header and the arrays of the picture that the stage fetches."""
    return read_packet(stage_packet(exactly(message(page)["query"], {}), frozenset(wants)))


def settle(page: AppTest, value: Any) -> AppTest:
    """Send what a stage settled on, as the browser does. Uses AppTest's inside: it has no public way."""
    states = page._tree.get_widget_states()
    state = states.widgets.add()
    state.id = page.get("bidi_component")[0].proto.id
    state.json_value = json.dumps({"settled": value})
    return page._run(states)


def act(at: AppTest, edits: dict[str, Any], query: str | None = None, **other: Any) -> AppTest:
    """Do something on the stage: edits by address, on its own link or another; other: what it says otherwise."""
    told = message(at)
    count = 1 + (told["count"] if told["page"] == PAGE else 0)
    settled = {"page": PAGE, "count": count, "revision": told["revision"], "query": told["query"], "edits": edits}
    return settle(at, settled | ({} if query is None else {"query": query}) | other)


def edit(page: AppTest, **numbers: Any) -> AppTest:
    """Set numbers by address, "." written as "__", as the panel's boxes and sliders do."""
    return act(page, {address.replace("__", "."): value for address, value in numbers.items()})


def rows(page: AppTest) -> dict[str, dict[str, Any]]:
    """Return the panel's numbers by address, as the browser was told to draw them."""
    tables = [json.loads(part.proto.json) for part in page.get("bidi_component")[1:]]
    return {row["address"]: row for table in tables for row in table.get("rows", [])}
