"""Criteria in a real browser: flags stand where the table says, hover tells which, runs end where they stopped."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from experiments import Experiment, Run
from tests.stage_page import Stage, address

EXPERIMENT = Experiment(
    landscape="sphere",
    start=(5.0, 0.0),
    steps=200,
    stop_at="step",
    runs=(
        Run(optimizer="gradient_descent", learning_rate=0.05),
        Run(optimizer="momentum", learning_rate=0.02),
    ),
)


@pytest.fixture(scope="module")
def stage(browser: Browser, server: str) -> Iterator[Stage]:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    opened = Stage(page, address(server, EXPERIMENT))
    opened.finish()
    yield opened
    assert opened.problems == []
    page.context.close()


def test_a_flag_stands_over_the_step_that_the_card_names(stage: Stage) -> None:
    stage.look_at("step")
    flag = stage.part("stage-flag-0-step")
    expect(stage.page.locator(".thw-key")).to_contain_text("Steps small")
    box = flag.bounding_box()
    frame = stage.part("stage-curves").locator(".nsewdrag").first.bounding_box()
    share = (box["x"] + box["width"] / 2 - frame["x"]) / frame["width"]
    longest = int(stage.part("stage").get_attribute("data-steps"))
    assert abs(share * longest - 86) < 1
    card = stage.part("stage-card-0")
    card.locator("summary").click()
    expect(card.locator(".thw-criteria dl div").nth(1)).to_contain_text("step size ≤ 1e−4 for 5 steps")
    expect(card.locator(".thw-criteria dl div").nth(1)).to_contain_text("step 86")
    assert Axe().run(stage.page, context=".thw").response["violations"] == []


def test_hover_tells_which_criterion_and_when(stage: Stage) -> None:
    stage.look_at("step")
    box = stage.part("stage-flag-0-step").bounding_box()
    stage.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tip = stage.page.locator(".thw-tip")
    expect(tip).to_contain_text("Gradient descent")
    expect(tip).to_contain_text("step size ≤ 1e−4 for 5 steps")
    expect(tip).to_contain_text("step 86")
    stage.page.mouse.move(0, 0)


def test_each_curve_has_its_own_flags_and_a_hidden_run_has_none(stage: Stage) -> None:
    stage.look_at("loss")
    expect(stage.part("stage-flag-0-threshold")).to_be_visible()
    expect(stage.part("stage-flag-0-step")).to_have_count(0)
    eye = stage.part("stage-card-0").locator(".thw-eye")
    eye.click()
    expect(stage.part("stage-flag-0-threshold")).to_have_count(0)
    eye.click()
    expect(stage.part("stage-flag-0-threshold")).to_be_visible()


def test_a_run_that_stopped_stays_there_and_is_not_called_broken(stage: Stage) -> None:
    stage.finish()
    longest = stage.ask("step")
    assert longest > 86
    at_end = stage.ask("iterate", 0)
    stage.ask("seek", 86)
    assert stage.ask("iterate", 0) == at_end
    stage.ask("seek", 85)
    assert stage.ask("iterate", 0) != at_end
    expect(stage.page.get_by_role("list", name="Markers")).not_to_contain_text("no number")
