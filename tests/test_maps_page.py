"""Maps in a real browser: opened, made coarse and fine, told, pointed at, zoomed, shared, linked, opened in the lab."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from experiments import Experiment, Run
from experiments.results.judged_runs import standing_results
from lessons import EXAMPLES
from tests.stage_page import Stage, address, stage_at

VIEW: ViewportSize = {"width": 1280, "height": 800}
LOW: ViewportSize = {"width": 1280, "height": 600}  # where a map has few cells, and is soon made
PHONE: ViewportSize = {"width": 390, "height": 844}
HIMMELBLAU = Experiment(
    landscape="himmelblau",
    start=(-3.0, -1.0),
    steps=300,
    runs=(  # both settle from almost everywhere, and the borders are smooth: cheap maps
        Run(optimizer="momentum", learning_rate=0.003, parameters={"beta": 0.5}),
        Run(optimizer="gradient_descent", learning_rate=0.01),
    ),
)
OPEN = HIMMELBLAU.replace(atlas="basins~1")
PAIR = HIMMELBLAU.replace(atlas="basins~1~2")
DONE = "[data-testid=stage-maps-panel][data-state=done] table tbody tr"
TILES = re.compile(r"/(basins|sweep)/(-?\d+)/-?\d+/-?\d+\?")
COVERED = """(nth) => {
    const canvas = document.querySelectorAll('.thw-maps-cells')[nth];
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let [there, sum] = [0, 0];
    for (let i = 0; i < data.length; i += 4) { there += data[i + 3] === 255; sum = (sum + data[i] * (i % 9973)) % 1e9; }
    return [there / (data.length / 4), sum];
}"""
INKED = """(nth) => document.querySelectorAll('.thw-maps-top')[nth].getContext('2d')
    .getImageData(0, 0, 2000, 2000).data.some(Boolean)"""  # what is pointed at
RANGES = """() => [...document.querySelectorAll('.thw-maps-axes')].filter((one) => one._fullLayout)
    .map(({ _fullLayout: { xaxis, yaxis } }) => [xaxis.range, yaxis.range])"""


@pytest.fixture(scope="module")
def one(browser: Browser, server: str) -> Iterator[Stage]:
    """Return a page with the lab open."""
    with stage_at(browser, address(server, HIMMELBLAU), LOW) as opened:
        yield opened


@pytest.fixture
def stage(one: Stage) -> Stage:
    """Return the same page for every test, with no map open."""
    one.page.mouse.move(0, 0)
    one.go(HIMMELBLAU)
    expect(one.part("stage-maps-panel")).to_be_hidden()
    return one


@pytest.fixture
def asked(stage: Stage) -> Iterator[list[str]]:
    """Return the addresses of tiles that are asked for, as they are."""
    found: list[str] = []

    def listen(request: Any) -> None:
        if TILES.search(request.url):
            found.append(request.url)

    stage.page.on("request", listen)
    yield found
    stage.page.remove_listener("request", listen)


def show(stage: Stage, experiment: Experiment) -> None:
    """Open a map and wait until it is made and told."""
    stage.go(experiment)
    stage.page.wait_for_selector(DONE)


def spot(page: Page, x: float, y: float, nth: int = 0) -> tuple[float, float]:
    """Return the pixel at shares of a map, from its lower left corner."""
    box = page.locator(".thw-maps-hand").nth(nth).bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + (1 - y) * box["height"]


def test_the_button_opens_the_map_in_place_of_the_pictures_and_it_is_told(stage: Stage) -> None:
    page = stage.page
    button = stage.part("stage-maps")
    button.click()
    page.wait_for_selector(DONE)
    expect(button).to_have_attribute("aria-pressed", "true")
    stage.wait_for_link("atlas", "basins~1")
    assert page.evaluate("document.querySelector('.thw-map').inert && document.querySelector('.thw-curves').inert")
    assert page.evaluate(COVERED, 0)[0] == 1
    rows = page.locator(".thw-maps-facts tbody tr")
    assert sum("★" in text for text in rows.all_text_contents()) == 4  # all minima of this surface
    expect(stage.part("maps-said")).to_contain_text("A random start succeeds:")
    page.set_viewport_size(VIEW)
    page.wait_for_function(
        "[...document.querySelectorAll('.thw-maps, .thw-maps-hand, .thw-bar')]"
        ".every((one) => one.getBoundingClientRect().bottom < innerHeight && one.getBoundingClientRect().width > 350)"
    )  # all on the first screen
    page.set_viewport_size(LOW)
    found = Axe().run(page, context=".thw-maps", options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.response["violations"] == []
    page.keyboard.press("m")
    expect(stage.part("stage-maps-panel")).to_be_hidden()
    assert not page.evaluate("document.querySelector('.thw-map').inert")
    page.wait_for_function("!location.search.includes('atlas')")


def test_a_cell_tells_its_run_opens_it_in_the_lab_and_back_leads_to_the_map(stage: Stage, asked: list[str]) -> None:
    page = stage.page
    show(stage, OPEN)
    with page.expect_response(lambda response: response.url.endswith("/sketch")):
        page.mouse.move(*spot(page, 0.7, 0.8))
    tip = page.locator(".thw-tip")
    expect(tip.locator("strong")).to_contain_text("Start (")
    said = dict(row.inner_text().split("\n") for row in tip.locator("div").all())
    page.wait_for_function(f"({INKED})(0)")
    asked.clear()
    page.mouse.click(*spot(page, 0.7, 0.8))
    expect(stage.part("stage-maps-panel")).to_be_hidden()
    page.wait_for_function("!location.search.includes('atlas')")
    opened = stage.experiment()
    assert opened.start == pytest.approx((2, 3), abs=0.1)
    result = standing_results(opened)[0]
    assert said["Outcome"].upper().replace(" ", "_") == result.verdict.outcome.name
    steps = "not reached" if result.verdict.step is None else str(result.verdict.step)
    assert said["Steps"] == steps
    page.go_back()
    page.wait_for_selector(DONE)
    assert stage.experiment() == OPEN
    assert page.evaluate(COVERED, 0)[0] == 1
    assert asked == []  # it was all here still


def test_coarse_cells_come_first_and_stand_until_finer_ones_are_there_and_stopping_is_not_asking(stage: Stage) -> None:
    page = stage.page
    held: list[Route] = []

    def answer(route: Route) -> None:
        match = TILES.search(route.request.url)
        assert match is not None
        if match[2] == "0":
            route.continue_()
        else:
            held.append(route)

    page.route(TILES, answer)
    stage.go(HIMMELBLAU.replace(atlas="basins~2"))
    page.wait_for_function(f"({COVERED})(0)[0] === 1")  # by the coarse ones alone
    expect(stage.part("maps-progress")).to_contain_text("256 of ")
    assert 0 < len(held) <= 4
    with page.expect_event("requestfailed"):
        stage.part("maps-stop").click()
    expect(stage.part("maps-progress")).to_contain_text("stopped")
    page.unroute(TILES)
    stage.part("maps-stop").click()
    page.wait_for_selector(DONE)
    expect(stage.part("maps-stop")).to_be_hidden()


def test_the_window_travels_in_the_link_and_each_zoom_can_be_taken_back(stage: Stage, server: str) -> None:
    page = stage.page
    show(stage, OPEN)
    windows = []
    for _ in range(2):
        page.mouse.move(*spot(page, 0.25, 0.25))
        page.mouse.wheel(0, -600)
        before = page.url
        page.wait_for_function("url => location.href !== url && location.search.includes('window')", arg=before)
        page.wait_for_selector(DONE)
        windows.append(stage.ask("maps")["seen"])
    assert np.ptp(windows[1][0]) < 0.6 * np.ptp(windows[0][0]) < 0.36 * 10
    link = page.url
    page.go_back()
    stage.wait_until("Math.abs(s.maps.seen[0][0] - a[0]) < 0.01", windows[0][0][0])
    other = Stage(page.context.new_page(), link)
    other.page.wait_for_selector(DONE)
    np.testing.assert_allclose(other.ask("maps")["seen"], windows[1], atol=1e-3 * np.ptp(windows[1][0]))
    other.page.close()


def test_two_runs_beside_each_other_are_pointed_at_and_zoomed_together(stage: Stage) -> None:
    page = stage.page
    show(stage, OPEN)
    stage.part("maps-beside").select_option("1")
    stage.wait_for_link("atlas", "basins~1~2")
    expect(page.locator(".thw-maps-hand")).to_have_count(2)
    page.wait_for_selector(DONE)
    page.mouse.move(*spot(page, 0.3, 0.6))
    expect(page.locator(".thw-tip tr").first.locator("th")).to_have_text(
        ["", "Momentum (heavy ball)", "Gradient descent"]
    )
    page.wait_for_function(f"[0, 1].every({INKED})")
    page.mouse.move(*spot(page, 0.5, 0.5, 1))
    page.mouse.wheel(0, -500)
    page.wait_for_function(
        f"JSON.stringify(({RANGES})()[0]) === JSON.stringify(({RANGES})()[1]) && ({RANGES})()[1][0][0] > -4"
    )
    page.wait_for_selector(DONE)
    assert [page.evaluate(COVERED, nth)[0] for nth in (0, 1)] == [1, 1]
    page.set_viewport_size(VIEW)
    page.wait_for_function(
        "[...document.querySelectorAll('.thw-maps[data-slim] .thw-maps-side')]"
        ".some((one) => one.scrollHeight <= one.clientHeight && one.scrollWidth <= one.clientWidth)"
    )
    page.set_viewport_size(LOW)


def test_a_sweep_has_its_theory_its_run_and_the_way_into_the_lab_and_back(stage: Stage) -> None:
    page = stage.page
    experiment = next(example.experiment for example in EXAMPLES if example.key == "rate_momentum")
    held: list[Route] = []
    page.route(TILES, lambda route: route.continue_() if "/sweep/0/" in route.request.url else held.append(route))
    stage.go(experiment)
    page.wait_for_function(f"({COVERED})(0)[0] === 1")  # by the coarse cells, which are enough
    expect(page.locator(".thw-maps-axes .annotation-text")).to_have_text("2 (1 + β) / λ")
    marks = page.locator(".thw-maps-axes .xtick text").all_text_contents()
    assert {"0.001", "0.01", "0.1", "1"} == set(marks)
    empty = page.locator(".thw-maps-small p")
    expect(empty).to_be_visible()
    page.mouse.move(*spot(page, 0.55, 0.7))
    expect(page.locator(".thw-tip strong")).to_contain_text("Learning rate 0.0316, ")
    expect(empty).to_be_hidden()  # the run is drawn there
    page.mouse.click(*spot(page, 0.55, 0.7))
    expect(stage.part("stage-maps-panel")).to_be_hidden()
    page.wait_for_function("!location.search.includes('atlas')")
    run = stage.experiment().runs[0]
    assert run.learning_rate == pytest.approx(10**-1.5)  # the ninth of sixteen columns, the twelfth row
    assert run.parameters["beta"] == pytest.approx(0.99 * 11 / 16)
    page.go_back()
    expect(stage.part("stage-maps-panel")).to_be_visible()
    stage.wait_for_link("atlas", experiment.atlas)
    assert stage.experiment() == experiment
    page.unroute(TILES)


def test_other_colours_and_a_class_that_stands_out_fetch_nothing(stage: Stage, asked: list[str]) -> None:
    page = stage.page
    show(stage, OPEN)
    asked.clear()
    plain = page.evaluate(COVERED, 0)[1]
    page.locator(".thw-maps-facts tbody button").first.hover()
    page.wait_for_function(f"sum => ({COVERED})(0)[1] !== sum", arg=plain)
    page.mouse.move(0, 0)
    page.wait_for_function(f"sum => ({COVERED})(0)[1] === sum", arg=plain)
    stage.part("maps-color").select_option("loss")
    page.wait_for_function(f"sum => ({COVERED})(0)[1] !== sum", arg=plain)
    expect(page.locator(".thw-maps-scale")).to_contain_text("Loss above the lowest")
    stage.wait_for_link("atlas", "basins~1~color~loss")
    assert asked == []
    axes = page.locator(".thw-maps-face .thw-maps-axes")
    stage.part("maps-sweep").click()
    expect(stage.part("maps-x")).to_be_visible()
    stage.part("maps-basins").click()
    expect(stage.part("maps-x")).to_be_hidden()
    expect(axes).to_be_visible()  # the numbers' controls alone go


def test_with_several_seeds_the_legend_says_that_cells_are_as_full_as_they_agree(stage: Stage) -> None:
    page = stage.page
    page.route(TILES, lambda route: route.continue_() if "/basins/0/" in route.request.url else None)
    stage.go(OPEN.replace(runs=HIMMELBLAU.runs[1:], noise=4.0, steps=20, atlas="basins~1~seeds~4"))
    scale = page.locator(".thw-maps-scale")
    expect(scale).to_contain_text("Seeds that agree, faint to full")
    expect(scale.locator("b")).to_have_text(["1", "3", "4"])
    page.unroute(TILES)


def test_a_saved_pair_has_no_empty_room_around_its_maps(stage: Stage) -> None:
    show(stage, PAIR)
    box = stage.page.locator(".thw-maps-hand").first.bounding_box()
    assert box is not None
    with stage.page.expect_download() as saved:
        stage.part("maps-save").click()
    assert saved.value.suggested_filename == "himmelblau-momentum-gradient-descent-basins.png"
    head = Path(saved.value.path()).read_bytes()[:24]
    assert head[1:4] == b"PNG"
    height = int.from_bytes(head[20:24]) / 2
    assert 0 < height - box["height"] < 350  # two lines above; the scale of both and the legend below


def test_the_tip_keeps_to_the_map_and_off_its_controls(stage: Stage) -> None:
    page = stage.page
    show(stage, PAIR)
    for nth, (x, y) in enumerate([(0.02, 0.98), (0.98, 0.8), (0.98, 0.02), (0.8, 0.8)]):
        page.mouse.move(*spot(page, x, y, nth % 2))
        expect(page.locator(".thw-tip strong")).to_contain_text("Start (")
        tip, faces, tools = (
            page.locator(name).first.bounding_box()
            for name in (".thw-tip", ".thw-maps-faces", ".thw-maps-faces > .thw-tools")
        )
        assert tip is not None
        assert faces is not None
        assert tools is not None
        assert faces["x"] <= tip["x"]
        assert tip["x"] + tip["width"] <= faces["x"] + faces["width"]
        assert tip["y"] >= tools["y"] + tools["height"]
        assert tip["y"] + tip["height"] <= faces["y"] + faces["height"]
    page.mouse.move(0, 0)


def test_without_a_run_the_panel_says_what_is_missing_and_nothing_else_until_there_is_one(stage: Stage) -> None:
    stage.go(OPEN.replace(runs=()))
    panel = stage.part("stage-maps-panel")
    expect(stage.part("maps-note")).to_have_text("A map needs an optimizer: add one in the panel.")
    idle = panel.locator("button, select, input, progress")
    assert idle.evaluate_all("all => all.filter((one) => one.checkVisibility()).map((one) => one.ariaLabel)") == [
        "Close the maps"
    ]
    expect(stage.part("maps-hint")).to_be_hidden()
    show(stage, OPEN)
    expect(stage.part("maps-note")).to_be_hidden()
    stage.go(OPEN.replace(runs=()))
    expect(panel.locator(".thw-maps-body")).to_be_hidden()
    stage.part("stage-maps").click()
    expect(panel).to_be_hidden()
    expect(stage.part("stage-maps")).to_have_attribute("aria-disabled", "true")


def test_a_map_that_cannot_be_read_is_said_in_a_sentence_and_the_lab_is_shown(browser: Browser, server: str) -> None:
    with stage_at(browser, f"{address(server, HIMMELBLAU)}&atlas=nonsense~9", LOW) as stage:
        said = stage.page.get_by_role("alert").filter(has_text="map")
        expect(said).to_have_text(
            re.compile(
                "The link's map could not be read, so the lab is shown without one: "
                "'nonsense' is not a known kind of map; known: basins, line, sweep.$"
            )
        )
        expect(stage.part("stage-maps-panel")).to_be_hidden()
        assert stage.experiment() == HIMMELBLAU


def test_a_busy_server_is_waited_for_and_what_is_not_allowed_is_said(stage: Stage) -> None:
    page = stage.page
    busy: list[Route] = []

    def answer(route: Route) -> None:
        busy.append(route)
        if len(busy) == 1:
            route.fulfill(status=503, body="Too much is asked of the maps at once.", headers={"Retry-After": "1"})
        elif len(busy) == 2:
            route.fulfill(status=400, body="Here neighbouring cells would be the same numbers.")
        else:
            route.continue_()

    page.route(TILES, answer)
    stage.go(HIMMELBLAU.replace(atlas="basins~1~window~-1~1~-1~1"))
    expect(stage.part("maps-note")).to_have_text("Here neighbouring cells would be the same numbers.")
    page.wait_for_selector(DONE)
    page.unroute(TILES)
    assert len(busy) > 2
    stage.problems[:] = [text for text in stage.problems if "503" not in text and "400" not in text]


def test_the_keys_move_a_cursor_zoom_and_open(stage: Stage) -> None:
    page = stage.page
    show(stage, OPEN)
    page.locator(".thw-maps-hand").focus()
    page.keyboard.press("ArrowRight")
    expect(stage.part("maps-said")).to_contain_text("Start (0, 0)")
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    expect(stage.part("maps-said")).to_contain_text(re.compile(r"Start \(0, (1|0\.9\d*)\).*Outcome"))
    page.keyboard.press("+")
    stage.wait_until("s.maps.seen[0][1] - s.maps.seen[0][0] < 7")
    page.keyboard.press("Enter")
    expect(stage.part("stage-maps-panel")).to_be_hidden()
    page.wait_for_function("!location.search.includes('atlas')")
    assert stage.experiment().start == pytest.approx((0, 1), abs=0.1)


def test_on_a_phone_maps_are_below_each_other_and_a_second_tap_opens(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True, reduced_motion="reduce")
    stage = Stage(context.new_page(), address(server, PAIR))
    page = stage.page
    page.wait_for_selector(DONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    boxes = [page.locator(".thw-maps-hand").nth(nth).bounding_box() for nth in (0, 1)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[1]["y"] > boxes[0]["y"] + boxes[0]["height"]
    assert boxes[0]["width"] == pytest.approx(boxes[0]["height"], abs=2)
    told = page.locator(".thw-tip strong")
    page.touchscreen.tap(*spot(page, 0.3, 0.3))
    expect(told).to_contain_text("Start (−2")
    x, y = spot(page, 0.7, 0.8)
    page.touchscreen.tap(x - 13, y)  # another cell is told, however near
    expect(told).to_contain_text(re.compile(r"Start \(1\.[4-7]"))
    page.touchscreen.tap(x, y)
    expect(told).to_contain_text(re.compile(r"Start \((1\.9|2)"))
    expect(stage.part("stage-maps-panel")).to_be_visible()
    expect(stage.part("maps-open")).to_be_visible()
    page.touchscreen.tap(x + 2, y)
    expect(stage.part("stage-maps-panel")).to_be_hidden()
    page.wait_for_function("!location.search.includes('atlas')")
    assert stage.experiment().start == pytest.approx((2, 3), abs=0.1)
    assert stage.problems == []
    context.close()


def test_no_window_is_larger_than_can_be_drawn(stage: Stage) -> None:
    far = HIMMELBLAU.replace(atlas="basins~1~window~-1000000000~1000000000~-1000000000~1000000000")
    show(stage, far)
    note = stage.part("maps-note")
    expect(note).to_have_text(
        "The window in the link cannot be drawn, so the whole map is shown. No map goes farther out than this."
    )
    assert stage.page.evaluate(RANGES) == [[[-5, 5], [-5, 5]]]
    less = stage.part("stage-maps-panel").get_by_role("button", name="Zoom out")
    for _ in range(40):
        less.click()
    expect(note).to_have_text("No map goes farther out than this.")
    ((across, _),) = stage.page.evaluate(RANGES)
    assert 1e4 < across[1] - across[0] < 4096 * 10
    stage.part("stage-maps-panel").get_by_role("button", name="Zoom in").click()
    expect(note).to_be_hidden()
