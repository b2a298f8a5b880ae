"""All runs over one number, in a real browser: the lab's own runs, opened by a click, set to their bests."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Route, ViewportSize, expect

from experiments import Experiment, Run, judge, simulate
from figures.packets.wording import title
from numerals import number
from tests.stage_page import Stage, address, stage_at

VIEW: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
ATLAS = "line~x~learning_rate~0.01~3~log"  # gradient descent is stable below 1
EXPERIMENT = Experiment(
    landscape="sphere",
    start=(3.0, 1.0),
    steps=60,
    runs=(Run(optimizer="gradient_descent", learning_rate=0.02), Run(optimizer="adam", learning_rate=0.03)),
    atlas=ATLAS,
)
MADE = ".thw-line-view[data-made=true]"
PLOT = "document.querySelector('[data-testid=stage-line-plot]')"
TRACES = f"() => {PLOT}._fullData.map(({{ name, x, y }}) => ({{ name, x: [...x], y: [...y] }}))"
AT = f"""([x, y]) => {{
    const {{ left, top }} = {PLOT}.getBoundingClientRect();
    const {{ xaxis, yaxis }} = {PLOT}._fullLayout;
    return [left + xaxis._offset + xaxis.d2p(x), top + yaxis._offset + yaxis.d2p(y)];
}}"""
INK = """([x, y]) => {
    const canvas = document.querySelector('.thw-line-marks');
    const { left, top, width } = canvas.getBoundingClientRect();
    const ratio = canvas.width / width;
    const [across, down] = [x - left, y - top].map((away) => Math.round(away * ratio));
    const [r, g, b] = canvas.getContext('2d').getImageData(across, down, 1, 1).data;
    return `rgb(${r}, ${g}, ${b})`;
}"""


@pytest.fixture(scope="module")
def one(browser: Browser, server: str) -> Iterator[Stage]:
    """Return the lab with a line open."""
    with stage_at(browser, address(server, EXPERIMENT), VIEW) as opened:
        yield opened


@pytest.fixture
def stage(one: Stage) -> Stage:
    """Return the same page for every test, on the same line."""
    one.page.mouse.move(0, 0)
    one.go(EXPERIMENT)
    one.page.wait_for_selector(MADE, timeout=90_000)  # all of it is made once
    return one


def at_rate(place: int, rate: float) -> Experiment:
    """Return the experiment with another learning rate of a run."""
    runs = list(EXPERIMENT.runs)
    runs[place] = Run(optimizer=runs[place].optimizer, learning_rate=rate)
    return EXPERIMENT.replace(runs=tuple(runs))


def seen(stage: Stage, place: int, near: float) -> tuple[float, float]:
    """Return the value nearest to a rate, and how high the run stands there."""
    trace = stage.page.evaluate(TRACES)[place]
    k = int(np.argmin(np.abs(np.log(np.array(trace["x"]) / near))))
    return float(trace["x"][k]), float(trace["y"][k])


def row(stage: Stage, place: int) -> Locator:
    found: Locator = stage.part("stage-line-table").locator("tbody tr").nth(place)
    return found


def test_all_runs_are_drawn_over_the_rates_and_each_is_told_at_its_best(stage: Stage) -> None:
    drawn = stage.page.evaluate(TRACES)
    assert [trace["name"] for trace in drawn] == ["Gradient descent", "Adam"]
    assert drawn[0]["x"] == drawn[1]["x"] and (drawn[0]["x"][0], drawn[0]["x"][-1]) == (0.01, 3.0)
    for place, near in ((0, 0.02), (0, 0.06), (1, 0.1), (1, 2.0)):
        rate, above = seen(stage, place, near)
        experiment = at_rate(place, rate)
        end = simulate(experiment)[place]
        assert above == pytest.approx(float(end.losses[-1]), rel=1e-12)  # the surface's lowest value is 0
    descent = np.array(drawn[0]["y"], dtype=np.float64)
    assert np.isnan(descent[np.array(drawn[0]["x"]) > 1.1]).all()  # lost
    for place, name in enumerate(("Gradient descent", "Adam")):
        cells = row(stage, place).locator("td[data-head]")
        expect(row(stage, place).locator("th")).to_have_text(name)
        rate = next(x for x in drawn[place]["x"] if number(x, 3) == cells.first.text_content())
        experiment = at_rate(place, rate)
        verdict = judge(experiment, simulate(experiment)[place])
        expect(cells.nth(2)).to_have_text(title(verdict)[0])
        expect(cells.nth(3)).to_have_text("–" if verdict.step is None else str(verdict.step))
    expect(row(stage, 0).locator("td[data-head='Good range']")).to_contain_text("decade")
    expect(row(stage, 0).locator("td[data-head='Limit now']")).to_have_text("1")
    expect(stage.part("stage-line-said")).to_contain_text("Each at its best learning rate: Gradient descent ends at")
    found = Axe().run(stage.page, context=".thw-line-view", options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.response["violations"] == []


def test_losses_are_drawn_before_outcomes_which_fill_their_dots_and_it_can_be_stopped(stage: Stage) -> None:
    page = stage.page
    asked: list[Route] = []

    def answer(route: Route) -> None:
        asked.append(route)
        if len(asked) == 2:
            return  # never answered
        told = route.fetch().json()
        if len(asked) == 1:
            told["progress"] = {"done": 512, "all": 1024}
            for run in told["runs"]:
                run.update(code=[None] * 256, steps=[None] * 256, best=None, good=None)
        route.fulfill(json=told)

    page.route("**/job/line", answer)
    stage.go(EXPERIMENT.replace(scale="log"))  # drawn otherwise, and the same runs
    expect(stage.part("stage-line-progress")).to_have_text("512 of 1,024")
    spot = page.evaluate(AT, seen(stage, 0, 0.01))
    paper = page.evaluate("getComputedStyle(document.querySelector('.thw-panel')).backgroundColor")
    assert page.evaluate(INK, spot) == paper
    key = stage.part("stage-line-key").get_by_text("Still descending")
    expect(key).to_have_count(0)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/job/line")):
        stage.part("stage-line-halt").click()  # given up
    expect(stage.part("stage-line-halt")).to_have_text("Go on")
    stage.part("stage-line-halt").click()
    page.wait_for_selector(MADE)
    spot = page.evaluate(AT, seen(stage, 0, 0.01))
    swatch = key.locator("i").evaluate("one => getComputedStyle(one).backgroundColor")
    assert page.evaluate(INK, spot) == swatch != paper
    assert len(asked) == 3
    page.unroute("**/job/line")


def test_a_click_opens_the_run_that_was_pointed_at_and_back_returns(stage: Stage) -> None:
    page = stage.page
    rate, above = seen(stage, 1, 0.2)
    page.mouse.move(*page.evaluate(AT, [rate, above]))
    expect(page.locator(".thw-tip strong")).to_have_text(f"Learning rate {number(rate, 3)}")
    told = page.locator(".thw-tip table tr").nth(2).locator("td")
    expect(told.first).to_have_text("Adam")
    outcome = str(told.nth(2).text_content())
    before = page.url
    page.mouse.click(*page.evaluate(AT, [rate, above]))
    stage.wait_for_address(before)
    expect(stage.part("stage-maps-panel")).to_be_hidden()
    assert stage.experiment().runs[1].learning_rate == rate
    assert stage.experiment().atlas == ""
    expect(page.locator(".thw-card").nth(1).locator(".thw-verdict").first).to_contain_text(outcome)
    page.go_back()
    page.wait_for_selector(MADE)
    assert stage.experiment() == EXPERIMENT


def test_each_is_set_to_its_best_and_the_line_stays(stage: Stage) -> None:
    page = stage.page
    best = row(stage, 1).locator("td[data-head=Best]").text_content()
    before = page.url
    row(stage, 1).get_by_role("button", name=f"Set Adam to {best}").click()
    stage.wait_for_address(before)
    expect(row(stage, 1).get_by_role("button")).to_have_text("Is set")
    page.wait_for_selector(MADE)
    first, second = stage.experiment().runs
    assert (first.learning_rate, number(second.learning_rate, 3)) == (0.02, best)
    assert stage.experiment().atlas == ATLAS
    before = page.url
    stage.part("stage-line-table").get_by_role("button", name="Set all").click()
    stage.wait_for_address(before)
    expect(row(stage, 0).get_by_role("button")).to_have_text("Is set")
    expect(stage.part("stage-line-table").get_by_role("button", name="Set all")).to_be_disabled()
    assert stage.experiment().runs[0].learning_rate != 0.02


def test_three_runs_of_the_table_are_seen_below_the_chart_without_scrolling(stage: Stage) -> None:
    page = stage.page
    stage.go(EXPERIMENT.replace(runs=(*EXPERIMENT.runs, Run(optimizer="rmsprop", learning_rate=0.01))))
    page.wait_for_selector(MADE)
    rows = stage.part("stage-line-table").locator("tbody tr")
    expect(rows).to_have_count(3)
    panel, last = stage.part("stage-maps-panel").bounding_box(), rows.last.bounding_box()
    chart = stage.part("stage-line-plot").bounding_box()
    assert last["y"] + last["height"] <= panel["y"] + panel["height"]
    assert chart["height"] >= 240


def test_keys_go_along_the_values_and_open_one(stage: Stage) -> None:
    page = stage.page
    stage.part("stage-line-plot").focus()
    page.keyboard.press("ArrowRight")
    spoken = stage.part("stage-line-spoken")
    expect(spoken).to_contain_text("Gradient descent at learning rate")
    page.keyboard.press("ArrowDown")
    expect(spoken).to_contain_text("Adam at learning rate")
    page.keyboard.press("End")
    expect(spoken).to_contain_text("Adam at learning rate 3: final loss")
    page.keyboard.press("Enter")
    expect(stage.part("stage-maps-panel")).to_be_hidden()
    page.wait_for_function("!location.search.includes('atlas=')")
    assert stage.experiment().runs[1].learning_rate == 3.0


def test_on_a_phone_a_second_tap_opens_it(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True, reduced_motion="reduce")
    stage = Stage(context.new_page(), address(server, EXPERIMENT))
    page = stage.page
    page.wait_for_selector(MADE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    rate, above = seen(stage, 1, 0.5)
    spot = page.evaluate(AT, [rate, above])
    page.touchscreen.tap(*spot)
    expect(page.locator(".thw-tip")).to_contain_text("Learning rate")
    expect(stage.part("stage-maps-panel")).to_be_visible()
    other = page.evaluate(AT, list(seen(stage, 0, 0.02)))
    page.touchscreen.tap(*other)  # tells this one, alone
    tip = page.locator(".thw-tip")
    expect(tip).to_contain_text("Another tap opens Gradient descent there")
    expect(tip).to_contain_text(re.compile("Learning rate.*Final loss.*Outcome", re.DOTALL))
    expect(tip).not_to_contain_text("Adam")
    box = tip.bounding_box()
    assert box is not None
    beside = not box["x"] < other[0] < box["x"] + box["width"]
    assert beside or not box["y"] < other[1] < box["y"] + box["height"]  # the dot stays in sight
    page.touchscreen.tap(*spot)
    expect(page.locator(".thw-tip")).to_contain_text("Another tap opens Adam there")
    expect(stage.part("stage-maps-panel")).to_be_visible()
    page.touchscreen.tap(*spot)
    expect(stage.part("stage-maps-panel")).to_be_hidden()
    assert stage.problems == []
    context.close()
