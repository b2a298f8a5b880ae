"""An event of the stage that lacks a field is refused in one line that names it; what a page sends passes as it is."""

import json
from typing import Any

import pytest

from experiments import Experiment, Run
from parameter import Refusal
from tests.pages import fire, lab, shown
from ui.stage_events import checked

ALL = "give x and y, edits, wants, query, advice, or the kind random or home"
MALFORMED: tuple[tuple[Any, str], ...] = (
    ({}, f"event: it asks for nothing; {ALL}"),
    ({"seq": 4}, f"event: it asks for nothing; {ALL}"),
    ({"kind": "click"}, f"event: kind: 'click' alone asks for nothing; {ALL}"),
    ({"kind": None, "at": 3}, f"event: kind: None alone asks for nothing; {ALL}"),
    ({"kind": ["random"]}, f"event: kind: ['random'] alone asks for nothing; {ALL}"),
    ({"x": 1.0}, "event: start: y missing; give x and y"),
    ({"kind": "drop", "y": 1.0}, "event: start: x missing; give x and y"),
    ({"x": None, "y": None}, "event: start: x and y missing; give x and y"),
    ({"edits": 3}, "event: edits: 3 is not allowed; give numbers by their address"),
    ({"edits": None}, "event: edits: None is not allowed; give numbers by their address"),
    ({"edits": ["steps", 3]}, "event: edits: ['steps', 3] is not allowed; give numbers by their address"),
    ({"wants": "inside"}, "event: wants: 'inside' is not allowed; give a list of names"),
    ({"query": {"on": "sphere"}}, "event: query: {'on': 'sphere'} is not allowed; give the text of a link"),
    ({"advice": 1}, "event: advice: 1 is not allowed; give run, index and token"),
    ({"advice": {}}, "event: advice: run and index and token missing; give run and index and token"),
    ({"advice": {"run": 0, "token": "a"}}, "event: advice: index missing; give run and index and token"),
    ({"seq": "1", "x": 0.0, "y": 0.0}, "event: seq: '1' is not allowed; give a whole number"),
    ({"seq": True, "kind": "home"}, "event: seq: True is not allowed; give a whole number"),
    ([1, 2], f"event: [1, 2] is not allowed; give an object with {ALL[5:]}"),
    ("x", f"event: 'x' is not allowed; give an object with {ALL[5:]}"),
    (None, f"event: None is not allowed; give an object with {ALL[5:]}"),
)
SENT: tuple[dict[str, Any], ...] = (
    {"kind": "click", "x": 1, "y": -2.5, "seq": 1},
    {"kind": "random"},
    {"kind": "home", "seq": 2},
    {"kind": "wants", "wants": []},
    {"kind": "slide", "edits": {"steps": None}},
    {"kind": "number", "edits": {}},
    {"kind": "navigate", "query": ""},
    {"kind": "advice", "advice": {"run": 0, "index": 0, "token": ""}},
    {"kind": "drag", "x": 0, "y": 0, "edits": {"seed": 1}, "wants": ["inside"]},
)


@pytest.mark.parametrize(("event", "said"), MALFORMED)
def test_malformed_event_is_refused_by_the_name_of_its_field(event: Any, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked(event)
    assert str(refused.value) == said
    assert "\n" not in said and len(said) < 200


def test_what_a_page_sends_passes_as_it_is() -> None:
    for event in SENT:
        assert checked(json.loads(json.dumps(event))) == event


def test_session_logs_it_once_and_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    quiet = Experiment(landscape="sphere", start=(1.0, 1.0), steps=5, runs=(Run(optimizer="adam", learning_rate=0.1),))
    page = lab(quiet)
    for event, said in MALFORMED[:9:4]:
        caplog.clear()
        page = fire(page, "change", event)
        assert [record.getMessage() for record in caplog.records if record.name == "thalweg"] == [f"Refused: {said}"]
        assert shown(page) == quiet
    page = fire(page, "change", {"kind": "number", "x": 0.5, "y": 2.0, "edits": {"steps": 7}})
    assert shown(page) == quiet.replace(start=(0.5, 2.0), steps=7)
