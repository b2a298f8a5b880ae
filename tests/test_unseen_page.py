"""All runs' ends over one number, in a real browser: drawn, told, made in slices, and set by a click."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Route, ViewportSize, expect

from experiments import Experiment, Run
from experiments.studies.unseen import Study, studies_of
from figures.packets.unseen import unseen_slice
from numerals import number
from tests.stage_page import Stage, address, stage_at

VIEW: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
POLYNOMIAL = Experiment(
    landscape="polynomial_fit",
    landscape_parameters={"degree": 9},
    start=(0.0, 0.0),
    steps=120,
    held_out=0.5,
    runs=(
        Run(optimizer="gradient_descent", learning_rate=0.15),
        Run(optimizer="adam", learning_rate=0.02),
    ),
)
PLAIN = Experiment(landscape="sphere", start=(1.0, 1.0), steps=20, runs=POLYNOMIAL.runs[1:])
DEGREE = "landscape_parameters.degree"
MADE = ".thw-curves[data-made=true]"
TRACES = """() => document.querySelector('[data-testid=stage-curves]')._fullData
    .map(({ name, x, y, opacity }) => ({ name, x: [...x], y: [...y], opacity }))"""
NOW = "document.querySelector('[data-testid=stage-curves]')._fullLayout.shapes.map(({ x0 }) => x0)"
AT = """(value) => {
    const plot = document.querySelector('[data-testid=stage-curves]');
    const { left, top } = plot.getBoundingClientRect();
    const { xaxis, yaxis } = plot._fullLayout;
    return [left + xaxis._offset + xaxis.d2p(value), top + yaxis._offset + yaxis._length / 2];
}"""


@pytest.fixture(scope="module")
def one(browser: Browser, server: str) -> Iterator[Stage]:
    """Return the lab on a polynomial with half of the rows held out."""
    with stage_at(browser, address(server, POLYNOMIAL), VIEW) as opened:
        yield opened


@pytest.fixture
def stage(one: Stage) -> Stage:
    """Return the same page for every test, on the polynomial and its loss."""
    one.page.mouse.move(0, 0)
    one.go(POLYNOMIAL)
    one.finish()
    one.look_at("loss")
    return one


def study_of(experiment: Experiment, number_address: str) -> Study:
    (study,) = studies_of(experiment, of=[number_address])[0]
    return study


def test_the_ends_are_drawn_and_a_click_on_a_degree_sets_it(stage: Stage) -> None:
    page, study = stage.page, study_of(POLYNOMIAL, DEGREE)
    stage.look_at("against-degree")
    page.wait_for_selector(MADE)
    expect(page.locator(".thw-caption")).to_have_text("Loss at the end against degree")
    expect(stage.part("stage-against")).to_have_text("solid: training, dashed: held out, at the end")
    expect(page.locator(".thw-cursor")).to_be_hidden()
    drawn = page.evaluate(TRACES)
    assert [one["name"].split(", ")[1:] for one in drawn[:2]] == [["held out"], ["held out"]]
    for trace, losses in zip(drawn[:4], (*study.heldout, *study.train), strict=True):
        np.testing.assert_array_equal(trace["x"], study.values)
        np.testing.assert_allclose(trace["y"], losses, rtol=1e-12)
    np.testing.assert_array_equal(drawn[4]["x"], study.values[np.nanargmin(study.heldout, axis=1)])
    assert page.evaluate(NOW) == [9]

    best = int(study.values[np.nanargmin(study.heldout[0])])
    page.mouse.click(*page.evaluate(AT, best + 0.3))
    page.wait_for_function(f"String({NOW}) === '{best}'")
    page.wait_for_function("degree => location.search.includes(`degree~${degree}~`)", arg=best)
    assert stage.experiment().landscape_parameters["degree"] == best
    expect(page.locator(".thw-data-model")).to_contain_text(f"degree {best}")
    expect(stage.part("stage-curve-against-degree")).to_have_attribute("aria-pressed", "true")  # it is remembered
    page.wait_for_selector(MADE)
    np.testing.assert_allclose(page.evaluate(TRACES)[0]["y"], study.heldout[0], rtol=1e-12)


def test_both_losses_are_told_under_the_pointer_and_where_they_are_lowest_to_ears(stage: Stage) -> None:
    page, study = stage.page, study_of(POLYNOMIAL, "l2")
    stage.look_at("against-l2")
    page.wait_for_selector(MADE)
    where = [number(float(study.values[np.nanargmin(losses)])) for losses in study.heldout]
    names = ["Gradient descent", "Adam"]
    told = [f"at a penalty of {value} for {name}" for value, name in zip(where, names, strict=True)]
    if where[0] == where[1]:
        told = [f"{told[0]} and Adam"]
    sentence = f"Held-out loss is lowest {', '.join(told)}."
    expect(stage.part("stage-against-said")).to_have_text(sentence)
    expect(stage.part("stage-curves")).to_have_attribute(
        "aria-label", f"Loss at the end against L2 penalty. {sentence}"
    )
    page.mouse.move(*page.evaluate(AT, 0.01))
    place = int(np.flatnonzero(study.values == 0.01)[0])
    expect(page.locator(".thw-tip strong")).to_have_text("L2 penalty 0.01")
    rows = page.locator(".thw-tip table tr")
    expect(rows.first.locator("th")).to_have_text(["", "Training", "Held out"])
    for run, name in enumerate(names):
        losses = (study.train[run, place], study.heldout[run, place])
        expect(rows.nth(run + 1).locator("td")).to_have_text([name, *(number(float(loss), 4) for loss in losses)])
    found = Axe().run(page, context=".thw-curves", options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.response["violations"] == []
    page.mouse.move(0, 0)
    stage.look_at("loss")
    assert str(stage.part("stage-curves").get_attribute("aria-label")).startswith("Curves over 120 steps.")
    expect(stage.part("stage-against-said")).to_have_text("")


def test_while_it_is_made_what_is_there_is_drawn_with_how_far_it_is(stage: Stage) -> None:
    page = stage.page
    experiment = POLYNOMIAL.replace(steps=90)
    told: dict[str, Any] = unseen_slice(experiment, ["l2"])
    while told["progress"]["done"] < told["progress"]["all"]:
        told = unseen_slice(experiment, ["l2"])
    half = json.loads(json.dumps(told))
    half["progress"] = {"done": 12, "all": 33}
    for run in half["studies"][0]["runs"]:
        run["heldout"][5:] = run["train"][5:] = [None] * (len(run["train"]) - 5)
    waiting: list[Route] = []

    def answer(route: Route) -> None:
        if waiting:
            waiting.append(route)
            return
        waiting.append(route)
        route.fulfill(json=half)

    page.route("**/job/unseen", answer)
    stage.go(experiment)
    stage.look_at("against-l2")
    expect(stage.part("stage-against-progress")).to_have_text("12 of 33")
    page.wait_for_function(f"({TRACES})().some(({{ y }}) => y.filter((loss) => loss !== null).length === 5)")
    while len(waiting) < 2:  # it is asked for again
        page.wait_for_event("request")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/job/unseen")):
        stage.look_at("loss")  # given up
    expect(stage.part("stage-against")).to_be_hidden()
    expect(page.locator(".thw-cursor")).to_be_visible()
    page.unroute("**/job/unseen")


def test_it_is_found_where_rows_are_held_out_alone_and_falls_back_to_the_loss(stage: Stage) -> None:
    names = [text for text in stage.part("stage-curve-list").locator("option").all_text_contents() if "Against" in text]
    assert names == ["Against L2 penalty", "Against degree", "Against points"]
    stage.look_at("against-samples")
    stage.page.wait_for_selector(MADE)
    stage.go(POLYNOMIAL.replace(held_out=0.0))
    expect(stage.part("stage-curve-loss")).to_have_attribute("aria-pressed", "true")
    expect(stage.part("stage-against")).to_be_hidden()
    expect(stage.part("stage-curve-against-samples")).to_have_count(0)
    stage.go(PLAIN)
    expect(stage.part("stage-curve-against-l2")).to_have_count(0)


def test_on_a_phone_it_is_in_the_list_and_a_finger_sets_the_number(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True, reduced_motion="reduce")
    stage = Stage(context.new_page(), address(server, POLYNOMIAL))
    stage.look_at("against-degree")
    stage.page.wait_for_selector(MADE)
    assert stage.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    stage.page.touchscreen.tap(*stage.page.evaluate(AT, 4))
    stage.page.wait_for_function(f"String({NOW}) === '4'")
    stage.page.wait_for_function("location.search.includes('degree~4~')")
    assert stage.experiment().landscape_parameters["degree"] == 4
    assert stage.problems == []
    context.close()
