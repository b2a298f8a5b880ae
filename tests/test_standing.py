"""Where a part fails a sentence stands in its place, it is logged once, and all other parts are as they were."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Browser, Route
from starlette.requests import Request

from experiments import Experiment, Outcome, Run, surface_query
from experiments.advice import causes
from experiments.results import judged_runs
from experiments.setup import failures
from experiments.setup.run import Wrapper
from figures.packets import advising, inside, members, packet, wording
from figures.packets.advising import advice_slice
from figures.packets.members_work import members_slice
from figures.packets.packet import stage_packet
from figures.packets.wants import WANTS
from parameter import Refusal
from server import assets, pictures
from server.crowd import house
from server.pool import Pool
from tests.packets import read_packet
from tests.pages import at, lab
from tests.stage_page import Stage, address
from ui.panel import surface_changes

SHOWN = Experiment(
    landscape="sphere",
    start=(1.0, 1.0),
    steps=20,
    runs=(Run(optimizer="momentum", learning_rate=1e-3), Run(optimizer="adam", learning_rate=0.1)),
    repeats=2,
    spread=0.1,
)
SENTENCE = "could not be computed: an error of this program"


@pytest.fixture(autouse=True)
def _forgetful() -> None:
    failures._logged.clear()


def sent(experiment: Experiment = SHOWN) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    data = stage_packet(experiment, frozenset(WANTS))
    return read_packet(data)


def refuses(*_: Any, **__: Any) -> Any:
    raise Refusal("atlantis is not allowed")


def breaks(*_: Any, **__: Any) -> Any:
    raise ValueError("operands could not be broadcast together")


PARTS: tuple[tuple[Any, str, Callable[[dict[str, Any]], Any], tuple[str, ...]], ...] = (
    # what fails; where its sentence stands; which other fields of the header it may change
    (judged_runs, "result_of", lambda told: told["runs"][1]["sentence"], ("runs", "race", "steps")),
    (packet, "race", lambda told: told["race"]["winner"], ("race",)),
    (inside, "inside_of", lambda told: told["inside"]["runs"][0]["story"], ("inside", "shapes")),
    (inside, "_panel", lambda told: told["inside"]["runs"][0]["story"], ("inside", "shapes")),
)


@pytest.mark.parametrize(("module", "name", "place", "changed"), PARTS, ids=[part[1] for part in PARTS])
def test_a_part_of_the_picture_that_fails_leaves_the_rest_standing(
    module: Any, name: str, place: Any, changed: tuple[str, ...], monkeypatch: Any, caplog: Any
) -> None:
    whole, _ = sent()
    monkeypatch.setattr(module, name, breaks)
    with caplog.at_level(logging.ERROR, "thalweg"):
        (told, _), _ = sent(), sent()
    assert SENTENCE in place(told)
    same = set(whole) - set(changed) - {"hash", "arrays"}
    assert {key: told[key] for key in same} == {key: whole[key] for key in same}
    assert len(caplog.records) == 1 and caplog.records[0].exc_info


def test_work_at_rest_that_fails_says_so_in_its_place(monkeypatch: Any, caplog: Any) -> None:
    monkeypatch.setattr(members, "ensembles_of", breaks)
    monkeypatch.setattr(advising, "_plain", breaks)
    with caplog.at_level(logging.ERROR, "thalweg"):
        while (slice_of_it := read_packet(members_slice(SHOWN))[0])["many"]["failed"] is False:
            assert slice_of_it["many"]["runs"] is None
        while None in (told := advice_slice(SHOWN))["runs"]:
            pass
    assert SENTENCE in slice_of_it["many"]["pending"]
    assert any(SENTENCE in one["text"] and not one["label"] for suggestions in told["runs"] for one in suggestions)
    assert len(caplog.records) == 2 and all(record.exc_info for record in caplog.records)


def test_a_run_that_cannot_be_judged_keeps_its_path_and_is_given_no_outcome(monkeypatch: Any) -> None:
    whole, arrays = sent()
    judged_runs._result.cache_clear()
    monkeypatch.setattr(judged_runs, "judge", breaks)
    told, kept = sent()
    judged_runs._result.cache_clear()
    for run in told["runs"]:
        assert run["title"] == "Not judged" and run["tone"] == "open" and SENTENCE in run["sentence"]
        assert not any(outcome.sentence in run["sentence"] for outcome in Outcome)
    for name in ("x0", "y0", "loss1", "gradient1", "rate0"):
        np.testing.assert_array_equal(kept[name], arrays[name])
    assert [row[2][0][0] for row in told["race"]["rows"]] == ["Not judged", "Not judged"]
    assert told["steps"] == whole["steps"]


def test_a_run_without_a_path_stands_at_its_start(monkeypatch: Any) -> None:
    judged_runs._result.cache_clear()
    monkeypatch.setattr(judged_runs, "simulate_run", breaks)
    told, arrays = sent(SHOWN.replace(repeats=1, spread=0.0))
    judged_runs._result.cache_clear()
    assert (arrays["x0"][0], arrays["y0"][0]) == SHOWN.start and np.isnan(arrays["x0"][1:]).all()
    assert told["runs"][0]["title"] == "Not judged" and told["runs"][0]["last"] == 0


@pytest.mark.parametrize(
    ("module", "name"),
    ((wording, "facts"), (packet, "unit_limit"), (packet, "heights_of"), (packet, "known_lowest")),
)
def test_what_fails_beside_a_verdict_takes_no_verdict_away(module: Any, name: str, monkeypatch: Any) -> None:
    whole, _ = sent()
    monkeypatch.setattr(module, name, breaks)
    told, _ = sent()
    assert [run["sentence"] for run in told["runs"]] == [run["sentence"] for run in whole["runs"]]


def test_a_number_that_json_does_not_know_is_null(monkeypatch: Any) -> None:
    monkeypatch.setattr(packet, "unit_limit", lambda run: float("inf"))
    assert [run["limit"] for run in sent()[0]["runs"]] == [None, None]


def test_a_rule_of_advice_that_fails_loses_its_own_suggestion_alone(monkeypatch: Any, caplog: Any) -> None:
    crawls = Experiment(landscape="sphere", runs=(Run(optimizer="gradient_descent", learning_rate=1e-4),))
    judged_runs._result.cache_clear()
    whole = [one.label for one in judged_runs.results_of(crawls)[0].verdict.advice]
    judged_runs._result.cache_clear()
    broken = lambda case: breaks()  # noqa: E731
    broken.__name__ = "more_steps"
    monkeypatch.setattr(causes, "_SLOW", tuple(broken if c.__name__ == "more_steps" else c for c in causes._SLOW))
    with caplog.at_level(logging.ERROR, "thalweg"):
        left = [one.label for one in judged_runs.results_of(crawls)[0].verdict.advice]
    judged_runs._result.cache_clear()
    assert any(label.startswith("Run ") for label in whole)
    assert left and not any(label.startswith("Run ") for label in left)
    assert "more_steps" in caplog.records[0].getMessage()


@pytest.mark.parametrize("name", ("surface", "lens", "picture"))
def test_a_refusal_is_400_and_a_failure_500_with_one_sentence(name: str, monkeypatch: Any) -> None:
    route = next(route for route in assets.routes(house(), Pool()) if route.path.endswith(f"/{name}"))

    async def silent() -> Any:
        await asyncio.Event().wait()

    def answer(query: str) -> tuple[int, str]:
        told = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": query.encode()}
        request = Request(told | {"path_params": {"stamp": assets.stamp()}}, silent)
        with ThreadPoolExecutor(1) as apart:  # where a browser was opened before, this thread has a loop already
            response = apart.submit(asyncio.run, route.endpoint(request)).result()
        return response.status_code, "" if response.status_code == 200 else bytes(response.body).decode()

    good = urlencode({**surface_query(SHOWN), **({"x": 1, "y": 2} if name == "lens" else {})})
    assert answer(good)[0] == 200
    if name == "picture":
        monkeypatch.setattr(pictures, "stage_packet", refuses)
    status, told = answer("on=atlantis&x=1&y=2" if name == "lens" else "on=atlantis")
    assert status == 400 and "atlantis" in told
    monkeypatch.setattr(assets, "_surface", breaks)
    monkeypatch.setattr(assets, "lens_answer", breaks)
    monkeypatch.setattr(pictures, "stage_packet", breaks)
    status, told = answer(good)
    assert status == 500 and SENTENCE in told and "broadcast" not in told and "\n" not in told


def test_a_panel_that_fails_is_a_sentence_and_the_others_are_drawn(monkeypatch: Any) -> None:
    monkeypatch.setattr(surface_changes, "landscape_of", breaks)
    page = lab(SHOWN)
    assert not page.exception
    assert [box.value for box in page.sidebar.warning if SENTENCE in box.value]
    assert at(page.selectbox, "run0.optimizer").value == "momentum"


def test_what_is_asked_for_and_fails_changes_nothing_and_is_said(monkeypatch: Any) -> None:
    page = lab(SHOWN)
    monkeypatch.setattr("experiments.edits.runs.default_run", breaks)
    page.button(key="run.add").click().run()
    assert not page.exception
    assert len(page.session_state["thalweg.experiment"].runs) == 2
    assert "Nothing was changed" in " ".join(box.value for box in page.warning).replace("\\", "")


def test_every_refusal_is_a_refusal_and_still_a_value_error() -> None:
    for make in (
        lambda: Experiment(landscape="atlantis"),
        lambda: Experiment(landscape="sphere", steps=0),
        lambda: Experiment(landscape="formula", formula="x +"),
        lambda: Run(optimizer="adam", learning_rate=0.1, parameters={"beta1": 2.0}),
        lambda: Wrapper(key="armour"),
        lambda: Experiment.from_json("{}"),
        lambda: Experiment.from_query({"v": "1"}),
    ):
        with pytest.raises(ValueError) as refused:
            make()
        assert isinstance(refused.value, Refusal)


def test_the_stage_shows_the_runs_where_the_surface_cannot_be_had(browser: Browser, server: str) -> None:
    def no_surface(route: Route) -> None:
        route.fulfill(status=500, body="The surface could not be computed: an error of this program.")

    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    page.route("**/surface?*", no_surface)
    stage = Stage(page, address(server, SHOWN))
    assert "could not be computed" in page.locator(".thw-map > .thw-failed").inner_text()
    assert page.locator(".thw-message").is_hidden()
    assert stage.part("stage-card-1").locator(".thw-verdict").first.inner_text()
    assert stage.part("stage-card-1").locator(".thw-sentence").first.inner_text()
    stage.finish()
    page.unroute("**/surface?*")
    mark = stage.mark()
    stage.part("stage-start-x").fill("2")
    stage.part("stage-start-x").press("Enter")
    stage.wait_for_new(mark)
    page.locator(".thw-map > .thw-failed").wait_for(state="hidden")
    assert all("500" in problem for problem in stage.problems), stage.problems
    context.close()
