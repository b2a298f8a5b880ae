"""Maps in a real browser when something is in the way: a server that fails, a note that comes late, a narrow page."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, ViewportSize, expect

from experiments import Experiment, Run
from tests.stage_page import Stage, address, stage_at

LOW: ViewportSize = {"width": 1280, "height": 600}  # where a map has few cells, and is soon made
HIMMELBLAU = Experiment(
    landscape="himmelblau",
    start=(-3.0, -1.0),
    steps=300,
    runs=(Run(optimizer="gradient_descent", learning_rate=0.01),),
)
OPEN = HIMMELBLAU.replace(atlas="basins~1")
DONE = "[data-testid=stage-maps-panel][data-state=done] table tbody tr"
MARKED = """() => {
    const bottom = (one) => one.getBoundingClientRect().bottom;
    const [end, map] = ['.thw-maps-faces', '.thw-maps-hand'].map((name) => bottom(document.querySelector(name)));
    const marks = [...document.querySelectorAll('.thw-maps-axes .xtick text')].map(bottom);
    return marks.length > 1 && marks.every((mark) => mark > map && mark <= end) && end - Math.max(...marks) < 25;
}"""  # the numbers across stand below the map, and end where its room ends
TILES = re.compile(r"/(?:basins|sweep)/(-?\d+)/-?\d+/-?\d+\?")


@pytest.fixture
def stage(browser: Browser, server: str) -> Iterator[Stage]:
    """Return a page with the lab open, and nothing of a map in it yet."""
    with stage_at(browser, address(server, HIMMELBLAU), LOW) as opened:
        yield opened


def test_a_server_that_fails_for_a_while_is_waited_for_and_the_map_is_as_fine_as_ever(stage: Stage) -> None:
    page = stage.page
    failed: list[str] = []
    held: list[Route] = []

    def answer(route: Route) -> None:
        if "/basins/0/" in route.request.url:
            route.continue_()
            return
        if len(failed) == 4:
            held.append(route)
            return
        failed.extend(TILES.findall(route.request.url))
        route.fulfill(status=500, body="Internal Server Error")

    page.route(TILES, answer)
    stage.go(OPEN)
    away = page.get_by_text("The server does not answer for the maps")
    expect(away).to_be_visible()
    expect(page.get_by_text("Internal Server Error")).to_have_count(0)
    page.unroute(TILES)
    for route in held:
        route.continue_()
    page.wait_for_selector(DONE)
    expect(away).to_have_count(0)
    assert str(stage.ask("maps")["levels"][-1]) in failed
    stage.problems[:] = [text for text in stage.problems if "500" not in text]


def test_back_at_once_after_a_click_on_a_cell_leads_to_the_map_and_forward_to_its_run(stage: Stage) -> None:
    page = stage.page
    stage.go(OPEN)
    page.wait_for_selector(DONE)
    stage.wait_for_link("atlas", "basins~1")
    hand = page.locator(".thw-maps-hand")
    hand.click(position={"x": 80, "y": 80})
    page.go_back()
    page.wait_for_selector(DONE)
    stage.wait_for_link("atlas", "basins~1")
    expect(stage.part("stage-maps-panel")).to_be_visible()
    expect(stage.part("stage")).not_to_have_attribute("data-waiting", "true")
    assert stage.experiment() == OPEN
    hand.click(position={"x": 120, "y": 80})
    page.wait_for_function("!location.search.includes('atlas')")
    opened = page.url
    page.go_back()
    expect(stage.part("stage-maps-panel")).to_be_visible()
    page.go_forward()
    expect(stage.part("stage-maps-panel")).to_be_hidden()
    page.wait_for_function("link => location.href === link", arg=opened)


def test_a_note_that_comes_late_leaves_the_marks_of_the_axes_in_sight(stage: Stage) -> None:
    page = stage.page
    held: list[Route] = []
    page.route(TILES, lambda route: route.continue_() if "/basins/0/" in route.request.url else held.append(route))
    with page.expect_request(lambda request: bool(TILES.search(request.url)) and "/basins/0/" not in request.url):
        stage.go(OPEN)
        stage.wait_for_link("atlas", "basins~1")
        expect(stage.part("maps-progress")).to_contain_text("256 of ")
    page.wait_for_function(MARKED)
    held[0].fulfill(status=400, body="Here nothing is finer.")
    expect(stage.part("maps-note")).to_have_text("Here nothing is finer.")
    page.wait_for_function(MARKED)
    page.unroute(TILES)
    stage.part("maps-reset").click()
    expect(stage.part("maps-note")).to_be_hidden()
    page.wait_for_function(MARKED)
    stage.problems[:] = [text for text in stage.problems if "400" not in text]


def test_ends_of_an_axis_that_are_not_allowed_are_told_what_is(stage: Stage) -> None:
    stage.go(HIMMELBLAU.replace(atlas="line~x~learning_rate~0.001~0.1~log"))
    low, note = stage.part("maps-x-low"), stage.part("maps-note")
    allowed = "Learning rate: type two finite numbers above 0, the lower one first, since the scale is logarithmic."
    for text in ("-5", "", "abc", "0.5"):
        low.fill(text)
        low.press("Enter")
        expect(note).to_have_text(allowed)
        expect(low).to_have_attribute("aria-invalid", "true")
        low.fill("0.002")
        low.press("Enter")
        expect(note).to_be_hidden()
        expect(low).to_have_attribute("aria-invalid", "false")
