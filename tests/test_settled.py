"""What a stage says it settled on: refused in one line that names the field, or taken over as it is."""

from typing import Any

import pytest

from experiments import Experiment, Run
from parameter import Refusal
from tests.pages import lab, message, settle, shown
from ui.lab.settled import checked

ALL = "page, count, revision, query, edits"
GOOD = {"page": "p", "count": 1, "revision": "r", "query": "v=1", "edits": {"start": [1, -2.5]}}
MALFORMED: tuple[tuple[Any, str], ...] = (
    ({}, f"settled: page and count and revision and query and edits missing; give {ALL}"),
    ({k: v for k, v in GOOD.items() if k != "query"}, f"settled: query missing; give {ALL}"),
    (GOOD | {"count": "1"}, "settled: count: '1' is not allowed; give a whole number"),
    (GOOD | {"count": True}, "settled: count: True is not allowed; give a whole number"),
    (GOOD | {"count": 1.5}, "settled: count: 1.5 is not allowed; give a whole number"),
    (GOOD | {"page": 3}, "settled: page: 3 is not allowed; give a text"),
    (GOOD | {"revision": None}, "settled: revision: None is not allowed; give a text"),
    (GOOD | {"query": {"on": "sphere"}}, "settled: query: {'on': 'sphere'} is not allowed; give the text of a link"),
    (GOOD | {"edits": 3}, "settled: edits: 3 is not allowed; give values by their address"),
    (GOOD | {"edits": ["steps", 3]}, "settled: edits: ['steps', 3] is not allowed; give values by their address"),
    ([1, 2], f"settled: [1, 2] is not allowed; give an object with {ALL}"),
    ("x", f"settled: 'x' is not allowed; give an object with {ALL}"),
    (None, f"settled: None is not allowed; give an object with {ALL}"),
)


@pytest.mark.parametrize(("told", "said"), MALFORMED)
def test_what_is_malformed_is_refused_by_the_name_of_its_field(told: Any, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked(told)
    assert str(refused.value) == said
    assert "\n" not in said and len(said) < 200


def test_what_a_stage_says_passes_as_it_is() -> None:
    assert vars(checked(GOOD)) == GOOD


def test_session_logs_it_once_and_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    quiet = Experiment(landscape="sphere", start=(1.0, 1.0), steps=5, runs=(Run(optimizer="adam", learning_rate=0.1),))
    page = lab(quiet)
    for told, said in MALFORMED[:9:4]:
        caplog.clear()
        page = settle(page, told)
        assert [record.getMessage() for record in caplog.records if record.name == "thalweg"] == [f"Refused: {said}"]
        assert shown(page) == quiet and not page.exception
    known = message(page)
    good = GOOD | {"revision": known["revision"], "query": known["query"], "edits": {"start": [0.5, 2.0], "steps": 7}}
    assert shown(settle(page, good)) == quiet.replace(start=(0.5, 2.0), steps=7)


def test_a_rate_that_runs_are_called_by_renames_them_and_every_widget_of_the_panel_stays() -> None:
    alike = tuple(Run(optimizer="gradient_descent", learning_rate=rate) for rate in (0.1, 0.2))
    page = lab(Experiment(landscape="sphere", start=(1.0, 1.0), steps=5, runs=alike))

    def widgets() -> list[str]:
        return sorted(str(widget.key) for kind in ("button_group", "selectbox", "button") for widget in page.get(kind))

    known, before = message(page), widgets()
    assert [label.partition("] ")[2] for label in page.button_group[0].options] == [r"Rate 0\.1", r"Rate 0\.2"]
    told = GOOD | {"revision": known["revision"], "query": known["query"], "edits": {"r1.learning_rate": 0.3}}
    page = settle(page, told)
    assert [label.partition("] ")[2] for label in page.button_group[0].options] == [r"Rate 0\.3", r"Rate 0\.2"]
    assert widgets() == before
