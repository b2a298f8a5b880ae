"""The panel in a real browser: its first screen, its folds, its sliders under mouse and fingers, its words."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from experiments import Experiment, Run
from experiments.critical.defaults import default_learning_rate
from tests.stage_page import Stage, address, module

QUIET = Experiment(
    landscape="rosenbrock",
    start=(-1.2, 1.0),
    steps=200,
    runs=(Run(optimizer="gradient_descent", learning_rate=0.0005), Run(optimizer="adam", learning_rate=0.05)),
)
DESK: ViewportSize = {"width": 1280, "height": 800}
TABLET: ViewportSize = {"width": 820, "height": 1180}
PHONE: ViewportSize = {"width": 390, "height": 844}
DECADE = 1000  # positions of the rate's slider
THUMB = 22  # pixels, under a finger


@pytest.fixture(scope="module")
def stage(browser: Browser, server: str) -> Iterator[Stage]:
    """Return a laptop's page on the quiet experiment."""
    context = browser.new_context(viewport=DESK)
    opened = Stage(context.new_page(), address(server, QUIET))
    opened.finish()
    yield opened
    assert opened.problems == []
    context.close()


def rate(page: Page) -> Locator:
    return page.get_by_role("slider", name="Learning rate, as a power of ten")


def position(slider: Locator) -> float:
    return float(slider.input_value())


def middle(slider: Locator) -> tuple[float, float]:
    box = slider.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_first_screen_has_surface_runs_rate_and_optimizer_in_this_order(stage: Stage) -> None:
    page = stage.page
    panel = page.get_by_test_id("stSidebar")
    parts = (
        panel.get_by_role("combobox", name="Surface"),
        panel.get_by_role("button", name="Browse all"),
        panel.get_by_test_id("stButtonGroup"),
        panel.get_by_role("button", name="Duplicate this run"),
        rate(page),
        panel.get_by_role("combobox", name="Optimizer", exact=True),
    )
    bottoms = []
    for part in parts:
        box = part.bounding_box()
        assert box
        bottoms.append(box["y"] + box["height"])
    assert bottoms[0] == pytest.approx(bottoms[1], abs=8)  # one row
    assert bottoms[1:] == sorted(bottoms[1:])
    assert bottoms[-1] < DESK["height"]


def test_a_fold_stays_open_while_what_is_set_in_it_changes_its_line(stage: Stage) -> None:
    page = stage.page
    fold = page.get_by_role("button", name=re.compile("^More"))
    expect(fold).to_have_text("More")
    schedule = page.get_by_role("combobox", name="Schedule")
    expect(schedule).to_be_hidden()
    fold.click()
    name = page.get_by_role("textbox", name="Name")
    name.fill("slow")
    name.press("Enter")
    expect(fold).to_have_text("More: named \u2018slow\u2019")
    expect(schedule).to_be_visible()
    name.fill("")
    name.press("Enter")
    expect(fold).to_have_text("More")
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.click()
    expect(schedule).to_be_hidden()


def test_a_folds_line_follows_a_number_at_once(stage: Stage) -> None:
    page = stage.page
    fold = page.get_by_role("button", name=re.compile("^Steps and seed"))
    expect(fold).to_have_text("Steps and seed: 200 steps")
    fold.click()
    for text, line in (("150", "Steps and seed: 150 steps"), ("200", "Steps and seed: 200 steps")):
        steps = page.get_by_role("textbox", name="Steps", exact=True)
        steps.fill(text)
        steps.press("Enter")
        expect(fold).to_have_text(line)
    fold.click()


def test_the_rates_slider_shows_three_decades_and_is_as_wide_as_what_is_typed(stage: Stage) -> None:
    page = stage.page
    slider, box = rate(page), page.get_by_role("textbox", name="Learning rate", exact=True)
    suits = default_learning_rate(QUIET, "gradient_descent")

    def ends() -> tuple[float, float]:
        low, high = (float(slider.get_attribute(end) or "nan") / DECADE for end in ("min", "max"))
        return 10**low / suits, 10**high / suits

    assert ends() == pytest.approx((10**-1.5, 10**1.5), rel=0.01)
    box.fill("5")  # far beyond
    box.press("Enter")
    expect(slider).to_have_attribute("aria-valuetext", "5")
    assert ends()[1] * suits >= 5
    box.fill("0.0005")
    box.press("Enter")
    expect(slider).to_have_attribute("aria-valuetext", "5e\u22124")
    assert ends() == pytest.approx((10**-1.5, 10**1.5), rel=0.01)


def test_a_tick_stands_where_a_rate_stops_being_stable(stage: Stage) -> None:
    share, said, hidden = stage.page.evaluate(
        """async ([url]) => {
            const { part } = await import(url);
            const rate = { address: 'r1.learning_rate', name: 'Learning rate', help: '', low: 1e-9, high: 1e3,
                log: true, whole: false, allowed: 'a number', value: 0.1, default: 0.1, needs: null };
            const row = part.createRow(rate, () => {});
            document.querySelector('[data-testid=numbers]').append(row.root);
            row.tell(0.1, 0.1, 0.2);
            const [slider, tick] = [row.root.querySelector('[type=range]'), row.root.querySelector('.thw-fine-tick')];
            const [box, mark] = [slider.getBoundingClientRect(), tick.getBoundingClientRect()];
            const share = ((mark.left + mark.right) / 2 - box.left - 8) / (box.width - 16);
            const said = slider.getAttribute('aria-description');
            row.tell(0.1, 0.1, undefined);
            const hidden = tick.checkVisibility();
            row.root.remove();
            return [share, said, !hidden];
        }""",
        [module("panel/number_row.js")],
    )
    assert share == pytest.approx((np.log10(0.2) + 2.5) / 3, abs=0.005)
    assert said == "stable below 0.2"
    assert hidden


def test_with_shift_a_drag_is_ten_times_finer_and_never_jumps(stage: Stage) -> None:
    page = stage.page
    slider = rate(page)
    x, y = middle(slider)
    page.mouse.move(x, y)
    page.mouse.down()
    began = position(slider)
    page.mouse.move(x + 40, y)
    coarse = position(slider)
    pixel = (coarse - began) / 40
    assert pixel > 5
    page.keyboard.down("Shift")
    page.mouse.move(x + 41, y)
    assert abs(position(slider) - coarse) <= 0.2 * pixel + 3  # rounded to three digits before
    page.mouse.move(x + 81, y)
    fine = position(slider)
    assert fine - coarse == pytest.approx(4.1 * pixel, abs=4)
    page.keyboard.up("Shift")
    page.mouse.move(x + 82, y)
    assert position(slider) - fine == pytest.approx(pixel, abs=4)
    page.mouse.up()
    slider.fill(str(int(began)))


def test_keys_move_the_slider_with_shift_a_tenth_as_far(stage: Stage) -> None:
    slider = rate(stage.page)
    slider.fill("-3301")
    at = position(slider)
    slider.press("ArrowRight")
    assert position(slider) - at == pytest.approx(10, abs=2)  # three digits are shown
    at = position(slider)
    slider.press("Shift+ArrowRight")
    assert position(slider) - at == pytest.approx(1, abs=1)


def test_one_tooltip_shows_at_a_time_and_no_browsers_own_beside_it(stage: Stage) -> None:
    page = stage.page
    ask = page.get_by_role("button", name="What is Learning rate?")
    ask.hover()
    tip = page.get_by_role("tooltip")
    expect(tip).to_have_text(re.compile("^The size of each step"))
    page.get_by_role("button", name="Duplicate this run").hover()
    expect(tip).to_have_text("Duplicate this run")
    expect(tip).to_have_count(1)
    page.mouse.move(0, 0)
    expect(tip).to_have_count(0)
    assert page.locator("[data-testid=stSidebar] .thw-numbers [title]").count() == 0


def test_a_notice_moves_nothing_and_can_be_put_away(stage: Stage, server: str) -> None:
    page, before = stage.page, stage.part("stage").bounding_box()
    stage.open(f"{address(server, QUIET)}&nonsense=1")
    said = page.get_by_role("alert").filter(has_text="Some of what was asked for was ignored")
    expect(said).to_be_visible()
    assert stage.part("stage").bounding_box() == before
    assert _found(page, ".st-key-notices") == []
    page.get_by_role("button", name="Put this notice away").click()
    expect(said).to_be_hidden()
    assert stage.part("stage").bounding_box() == before
    stage.finish()


def test_under_a_finger_no_label_of_the_panel_is_cut_or_covered(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport=TABLET, has_touch=True, is_mobile=True)
    page = context.new_page()
    Stage(page, address(server, QUIET))
    for fold in page.locator(".thw-fold button").all():
        fold.tap()
    cut = """() => {
        const panel = document.querySelector('[data-testid=stSidebar]');
        const within = panel.getBoundingClientRect();
        const shown = [...panel.querySelectorAll('button, label, summary')].filter((part) => part.offsetParent);
        const boxes = shown.map((part) => ({ part, box: part.getBoundingClientRect(), text: part.innerText }));
        const outside = ({ box }) => box.left < within.left || box.right > within.right;
        const covers = (a, b) => !a.part.contains(b.part) && !b.part.contains(a.part)
            && Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 2
            && Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 2;
        const texts = boxes.filter(({ text }) => text.trim().length > 1);
        return [
            ...texts.filter(outside).map(({ text }) => `outside: ${text}`),
            ...texts.flatMap((a) => texts.filter((b) => covers(a, b)).map((b) => `${a.text} over ${b.text}`)),
        ];
    }"""
    assert page.evaluate(cut) == []
    page.set_viewport_size(DESK)
    assert page.evaluate(cut) == []
    context.close()


@pytest.fixture(scope="module")
def phone(browser: Browser, server: str) -> Iterator[Stage]:
    """Return a phone with its drawer open."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    opened = Stage(context.new_page(), address(server, QUIET))
    opened.finish()
    opened.page.get_by_role("button", name="Controls", exact=True).tap()
    opened.page.wait_for_function(
        """() => document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().bottom === innerHeight"""
    )
    yield opened
    assert opened.problems == []
    context.close()


def touches(page: Page) -> Any:
    """Return what puts fingers on a page: kind, and the places of those that lie on it."""
    session = page.context.new_cdp_session(page)

    def put(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return put


def halfway(slider: Locator) -> float:
    return sum(float(slider.get_attribute(end) or "nan") for end in ("min", "max")) / 2


def pixels(slider: Locator) -> float:
    """Return the positions that a finger passes in a pixel."""
    box = slider.bounding_box()
    assert box
    return 3 * DECADE / (box["width"] - THUMB)


def arrived(slider: Locator, began: float, way: float, within: float) -> float:
    """Wait until a slider is so far from where it began; a finger moves with the frames. Returns where it is."""
    slider.page.wait_for_function(
        "([slider, from, way, within]) => Math.abs(Number(slider.value) - from - way) <= within",
        arg=[slider.element_handle(), began, way, within],
    )
    return position(slider)


def test_a_second_finger_makes_a_drag_fine_and_does_nothing_else(phone: Stage) -> None:
    page, slider, put = phone.page, rate(phone.page), touches(phone.page)
    slider.scroll_into_view_if_needed()
    start, began = phone.ask("start"), position(slider)
    (left, y), pixel = middle(slider), pixels(slider)
    x = left + (began - halfway(slider)) / pixel  # on the thumb
    put("touchStart", (x, y))
    put("touchMove", (x + 10, y))
    put("touchMove", (x + 40, y))
    coarse = arrived(slider, began, 40 * pixel, 2 * pixel)
    other = (200.0, 300.0)  # on the map, behind
    put("touchStart", (x + 40, y), other)
    put("touchMove", (x + 80, y), other)
    arrived(slider, coarse, 4 * pixel, pixel)
    put("touchEnd")
    expect(page.locator("[data-held]")).to_have_count(0)
    assert phone.ask("start") == start


def test_a_finger_that_scrolls_over_a_slider_leaves_it_alone(phone: Stage) -> None:
    page, slider, put = phone.page, rate(phone.page), touches(phone.page)
    slider.scroll_into_view_if_needed()
    x, y = middle(slider)
    before = position(slider)
    put("touchStart", (x + 60, y))
    for way in (5, 20, 60):
        put("touchMove", (x + 60, y - way))
    put("touchEnd")
    assert position(slider) == before
    page.wait_for_function("() => !document.querySelector('[data-held]')")


def test_while_a_slider_is_held_the_map_behind_the_drawer_is_seen(phone: Stage) -> None:
    page, slider, put = phone.page, rate(phone.page), touches(phone.page)
    slider.scroll_into_view_if_needed()
    seen = """() => {
        const box = document.querySelector('[data-testid=stage-map]').getBoundingClientRect();
        const drawer = document.querySelector('[data-testid=stSidebar]');
        const top = drawer.getBoundingClientRect().top;
        const clear = getComputedStyle(drawer).backgroundColor.endsWith(', 0)') ? box.bottom : top;
        return (Math.min(box.bottom, clear) - Math.max(box.top, 0)) / box.height;
    }"""
    x, y = middle(slider)
    put("touchStart", (x, y))
    put("touchMove", (x + 12, y))
    page.wait_for_function(f"() => ({seen})() > 0.95")
    put("touchEnd")
    expect(page.locator("[data-held]")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_panel_gallery_and_dialogs(stage: Stage, scheme: str) -> None:
    page = stage.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    expect(stage.part("stage")).to_have_attribute("data-theme", scheme)
    folds = page.locator(".thw-fold button").all()
    for fold in folds:
        fold.click()
    found = _found(page, "[data-testid=stSidebar]")
    for fold in folds:
        fold.click()
    page.get_by_role("button", name="Browse all").click()
    expect(page.get_by_test_id("gallery")).to_have_attribute("data-theme", scheme)
    expect(page.get_by_test_id("gallery")).to_have_attribute("data-ready", "true")
    found += _found(page, "[role=dialog]")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.emulate_media(color_scheme="light")
    expect(stage.part("stage")).to_have_attribute("data-theme", "light")
    assert found == []


def _found(page: Page, where: str) -> list[Any]:
    """Return what axe finds within an element, as rule and piece of page."""
    violations = Axe().run(page, context={"include": [[where]]}).response["violations"]
    return [(one["id"], node["html"][:160]) for one in violations for node in one["nodes"]]
