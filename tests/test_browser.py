"""The lab in a real browser: click, drag, keys, play, scrub, share, undo; on a desk and on a phone."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from urllib.parse import urlparse

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, ViewportSize, expect

from experiments import Experiment, Run, landscape_of, simulate
from experiments.objective.heights import surface_of
from figures import heights_for
from lessons import EXAMPLES
from tests.stage_page import READY, Stage, address, module

QUIET = Experiment(
    landscape="rosenbrock",
    start=(-1.2, 1.0),
    steps=200,
    runs=(
        Run(optimizer="gradient_descent", learning_rate=0.0005),
        Run(optimizer="adam", learning_rate=0.05),
    ),
)
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[BrowserContext]:
    """Return a laptop's browser; what it has fetched once stays in its cache."""
    context = browser.new_context(viewport=DESK)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture(scope="module")
def one(desk: BrowserContext, server: str) -> Stage:
    """Return the lab on a quiet experiment."""
    return Stage(desk.new_page(), address(server, QUIET))


@pytest.fixture
def stage(one: Stage, server: str) -> Iterator[Stage]:
    """Return the same page for every test, loaded anew on the quiet experiment, at its last step; nothing may go wrong.

    Loaded anew, because an answer to the test before may still be on its way; what it has fetched comes from its cache.
    """
    one.page.mouse.move(0, 0)
    one.open(address(server, QUIET))
    one.problems.clear()
    one.hosts.clear()
    one.hosts.add(server.removeprefix("http://"))
    one.finish()
    yield one
    assert one.problems == []
    assert one.hosts == {server.removeprefix("http://")}


@pytest.fixture(scope="module")
def phone(browser: Browser, server: str) -> Iterator[Stage]:
    """Return a phone with the lab on the quiet experiment."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    opened = Stage(context.new_page(), address(server, QUIET))
    yield opened
    assert opened.problems == []
    context.close()


def test_the_first_page_opens_alive(browser: Browser, server: str) -> None:
    page = browser.new_context(viewport=DESK).new_page()
    opened = Stage(page, server)
    opened.wait_until("s.playing && s.step > 2")
    expect(page.get_by_text("Click anywhere to drop the ball there").first).to_be_visible()
    expect(opened.part("stage-card-0")).to_contain_text("Local minimum")
    expect(opened.part("stage-card-1")).to_contain_text("Global minimum")
    opened.wait_until("!s.playing && s.step === 200")
    numbers = opened.part("stage-card-2").locator("dl")
    facts = dict(zip(numbers.locator("dt").all_inner_texts(), numbers.locator("dd").all_inner_texts(), strict=True))
    assert facts["Loss now"] == facts["Final loss"]  # to the last digit
    page.context.close()


def test_a_click_sets_the_start_within_a_pixel(stage: Stage) -> None:
    for x, y in ((0.7, 2.1), (-1.5, -0.4), (1.61, 0.02)):
        left, top = stage.pixel(x, y)
        left, top = round(left), round(top)
        wanted = stage.ask("unproject", left, top)
        pixel = np.subtract(stage.ask("unproject", left + 1, top + 1), wanted)
        mark = stage.mark()
        stage.page.mouse.click(left, top)
        stage.wait_for_new(mark)
        assert np.all(np.abs(np.subtract(stage.ask("start"), wanted)) <= np.abs(pixel))


def test_a_click_on_the_wall_and_on_a_minimum_counts_too(stage: Stage) -> None:
    mark = stage.mark()
    stage.page.mouse.click(*stage.pixel(1.0, 1.0))
    stage.wait_for_new(mark)
    assert np.allclose(stage.ask("start"), (1.0, 1.0), atol=0.02)


def test_dragging_the_ball_moves_the_path_along_and_ends_where_it_is_dropped(stage: Stage) -> None:
    stage.part("stage-start").hover()
    mark = stage.mark()
    stage.page.mouse.down()
    stage.page.mouse.move(*stage.pixel(-0.5, 2.0), steps=4)
    mark = stage.wait_for_new(mark)  # while the button is still down
    stage.page.mouse.move(*stage.pixel(0.5, 2.5), steps=4)
    stage.page.mouse.up()
    stage.wait_until("Math.abs(s.start[0] - 0.5) < 0.02 && Math.abs(s.start[1] - 2.5) < 0.02")


def test_a_start_beyond_the_edge_is_told_by_an_arrow_that_brings_it_in(stage: Stage) -> None:
    ball = stage.part("stage-start")
    stage.part("stage-start-x").fill("9")
    stage.part("stage-start-y").fill("60")
    stage.part("stage-start-y").press("Enter")
    stage.wait_until("s.start[0] === 9 && s.start[1] === 60")
    expect(ball).to_have_attribute("aria-valuetext", "x 9.00, y 60.00, beyond the edge")
    ball.hover(force=True)
    expect(stage.page.locator(".thw-panel-tip")).to_contain_text(re.compile("beyond the edge, at .9.000, 60.000."))
    arrow, tools = ball.bounding_box(), stage.page.locator(".thw-map .thw-tools").bounding_box()
    assert arrow is not None and tools is not None
    assert arrow["y"] + arrow["height"] / 2 > tools["y"] + tools["height"]  # beside the buttons in that corner
    stage.page.mouse.move(arrow["x"] + arrow["width"] / 2, arrow["y"] + arrow["height"] / 2)
    stage.page.mouse.down()
    stage.page.mouse.move(*stage.pixel(0.5, 2.5), steps=3)
    stage.page.mouse.up()
    stage.wait_until("Math.abs(s.start[0] - 0.5) < 0.1 && Math.abs(s.start[1] - 2.5) < 0.1")


def test_arrow_keys_move_the_ball(stage: Stage) -> None:
    before = stage.ask("start")
    mark = stage.mark()
    stage.part("stage-start").focus()
    stage.page.keyboard.press("ArrowRight")
    stage.wait_for_new(mark)
    after = stage.ask("start")
    assert after[0] > before[0]
    assert after[1] == pytest.approx(before[1])


def test_the_start_can_be_typed_drawn_and_taken_back(stage: Stage) -> None:
    stage.part("stage-start-x").fill("0,25")
    stage.part("stage-start-x").press("Enter")
    stage.wait_until("s.start[0] === 0.25 && s.start[1] === 1")
    stage.part("stage-start-y").fill("abc")
    stage.part("stage-start-y").press("Enter")
    expect(stage.part("stage-start-y")).to_have_attribute("aria-invalid", "true")
    stage.part("stage-start-y").press("Escape")
    expect(stage.part("stage-start-y")).to_have_value("1")
    stage.part("stage-random").click()
    stage.wait_until("s.start[0] !== 0.25")
    stage.unfold("Steps and seed")
    expect(stage.page.get_by_role("textbox", name="Seed", exact=True)).to_have_value("1")
    stage.part("stage-suggested").click()
    stage.wait_until("s.start[0] === -1.2 && s.start[1] === 1")


def test_play_reaches_the_end_and_space_pauses(stage: Stage) -> None:
    usual = stage.part("stage-speed").input_value()
    stage.part("stage-speed").select_option("8")
    stage.part("stage-play").click()
    stage.wait_until("s.playing && s.step > 0 && s.step < 200")
    stage.page.keyboard.press("Space")
    stage.wait_until("!s.playing")
    paused = stage.ask("step")
    assert 0 < paused < 200
    stage.page.keyboard.press("ArrowRight")
    stage.wait_until("s.step === a[0]", paused + 1)
    stage.page.keyboard.press("Home")
    stage.wait_until("s.step === 0")
    stage.part("stage-play").click()
    stage.wait_until("!s.playing && s.step === 200")
    stage.part("stage-speed").select_option(usual)


def test_scrubbing_shows_the_iterate_of_the_step(stage: Stage) -> None:
    trajectories = simulate(QUIET)
    for step in (0, 1, 37, 200):
        stage.part("stage-scrub").fill(str(step))
        stage.wait_until("s.step === a[0]", step)
        for place, trajectory in enumerate(trajectories):
            drawn = stage.pixel(*stage.ask("iterate", place))
            assert np.hypot(*np.subtract(drawn, stage.pixel(*trajectory.points[step]))) < 0.3  # of a pixel
    expect(stage.part("stage-step")).to_contain_text("200")


def test_a_learning_rate_slider_changes_the_path_and_the_box(stage: Stage) -> None:
    before, mark = stage.ask("iterate", 0), stage.mark()
    slider = stage.page.get_by_role("slider", name="Learning rate, as a power of ten")
    slider.focus()
    stage.page.keyboard.press("ArrowRight")
    stage.wait_for_new(mark)
    assert stage.ask("iterate", 0) != before
    box = stage.page.get_by_role("textbox", name="Learning rate", exact=True)
    rate = float(box.input_value().replace("\u2212", "-"))
    assert rate > 0.0005
    stage.wait_for_link("seed", "0")
    stage.page.wait_for_function("r => location.search.includes('gradient_descent~' + r)", arg=f"{rate:g}")


def test_a_link_opened_again_gives_the_identical_experiment(stage: Stage, desk: BrowserContext) -> None:
    stage.page.mouse.click(*stage.pixel(0.3, 1.7))
    stage.page.wait_for_function("old => !location.search.includes(old)", arg="start=-1.2")
    stage.part("stage-copy-link").click()
    expect(stage.page.get_by_text("Link copied")).to_be_visible()
    link = stage.page.evaluate("navigator.clipboard.readText()")
    assert len(link) < 1500
    again = Stage(desk.new_page(), link)
    assert again.experiment() == stage.experiment()
    assert again.mark() == stage.mark()
    again.page.close()


def test_json_is_copied_as_it_can_be_opened(stage: Stage) -> None:
    stage.part("stage-save").click()
    stage.part("stage-copy-json").click()
    expect(stage.page.get_by_text("JSON copied")).to_be_visible()
    assert Experiment.from_json(stage.page.evaluate("navigator.clipboard.readText()")) == QUIET


def test_json_is_opened_and_what_is_wrong_with_it_is_said(stage: Stage) -> None:
    stage.page.get_by_role("button", name="Open JSON").click()
    box = stage.page.get_by_role("textbox", name="Experiment as JSON")
    box.fill('{"format": 1, "landscape": "moon", "start": [0, 0], "steps": 5}')
    box.press("Control+Enter")
    stage.page.get_by_role("dialog").get_by_role("button", name="Open", exact=True).click()
    expect(stage.page.get_by_text("'moon' is not a known landscape")).to_be_visible()
    wanted = next(one.experiment for one in EXAMPLES if one.key == "many_minima")
    box.fill(wanted.to_json())
    box.press("Control+Enter")
    stage.page.get_by_role("dialog").get_by_role("button", name="Open", exact=True).click()
    stage.page.wait_for_function("location.search.includes('rastrigin')")
    assert stage.experiment() == wanted


def test_back_is_undo_and_forward_is_redo(stage: Stage, server: str) -> None:
    stage.open(address(server, QUIET))
    stage.unfold("Steps and seed")
    stage.page.get_by_role("textbox", name="Steps", exact=True).fill("50")
    stage.page.keyboard.press("Enter")
    stage.wait_for_link("steps", "50")
    stage.page.get_by_role("textbox", name="Steps", exact=True).fill("70")
    stage.page.keyboard.press("Enter")
    stage.wait_for_link("steps", "70")
    for go, steps in ((stage.page.go_back, 50), (stage.page.go_back, 200), (stage.page.go_forward, 50)):
        go()
        expect(stage.page.get_by_role("textbox", name="Steps", exact=True)).to_have_value(str(steps))
        expect(stage.part("stage")).to_have_attribute("data-steps", str(steps))
    assert stage.experiment() == QUIET.replace(steps=50)


def test_a_broken_and_a_hostile_link_open_something_and_say_what_was_ignored(stage: Stage, server: str) -> None:
    query = "?v=1&on=rosenbrock~a~nan&start=1e999~2&steps=-5&r1=adam~0.1&r2=<img src=x onerror=alert(1)>&zzz=%00%ff"
    stage.open(server + "/" + query)
    warning = stage.page.get_by_test_id("stAlert")
    expect(warning).to_contain_text("ignored")
    expect(warning).to_contain_text("zzz")
    assert stage.page.locator("img[src=x]").count() == 0
    expect(stage.part("stage-card-0")).to_contain_text("Adam")


def test_an_example_plays_at_one_click(stage: Stage) -> None:
    example = next(one for one in EXAMPLES if one.key == "too_high")
    mark = stage.mark()
    stage.part("stage-examples").get_by_role("button", name=example.title).click()
    stage.wait_for_new(mark)
    stage.wait_until("s.playing || s.step > 0")
    expect(stage.part("stage-card-2")).to_contain_text("Diverged at step")


def test_a_path_tells_its_numbers_under_the_mouse(stage: Stage) -> None:
    point = simulate(QUIET)[1].points[60]
    stage.page.mouse.move(*stage.pixel(*point))
    tip = stage.page.locator(".thw-tip")
    expect(tip).to_be_visible()
    for label in ("Adam", "Step", "Loss", "Gradient norm", "Learning rate"):
        expect(tip).to_contain_text(label)
    expect(stage.part("stage-readout")).to_contain_text("f ≈")


@pytest.mark.parametrize("scale", ["linear", "log", "rank"])
def test_the_height_under_the_mouse_is_the_surfaces_in_every_scale(stage: Stage, scale: str) -> None:
    experiment = QUIET.replace(scale=scale)
    stage.go(experiment)
    for point in ((-1.5, 0.25), (1.2, 2.5)):
        stage.page.mouse.move(*stage.pixel(*point))
        shown = stage.part("stage-readout")
        expect(shown).to_contain_text(f"x {point[0]:.3f}".replace("-", "−"))
        told = float(shown.inner_text().split("f ≈")[1].split()[0].replace("−", "-").replace(",", ""))
        assert told == pytest.approx(float(landscape_of(experiment).value(point)), rel=0.08)


def test_a_typed_formula_is_drawn_and_a_wrong_one_is_pointed_at(stage: Stage) -> None:
    page = stage.page
    mark = stage.mark()
    page.get_by_role("button", name="Type f(x, y)").click()
    mark = stage.wait_for_new(mark)
    box = page.get_by_role("textbox", name="f(x, y) =")
    box.fill("(x^2+y-11)^2 + (x+y^2-7)^2")
    box.press("Enter")
    mark = stage.wait_for_new(mark)
    stage.wait_for_link("formula", "(x^2+y-11)^2 + (x+y^2-7)^2")
    expect(page.get_by_role("list", name="Markers")).to_contain_text("Global minimum")
    box.fill("x^2 + foo")
    box.press("Enter")
    expect(page.get_by_text("Column 7: unknown name 'foo'")).to_be_visible()
    expect(box).to_have_value("x^2 + foo")
    assert stage.mark() == mark


def test_a_formula_without_any_height_is_drawn_empty_and_the_next_one_whole(stage: Stage) -> None:
    run = Run(optimizer="gradient_descent", learning_rate=0.1)
    stage.go(Experiment(landscape="formula", formula="1/0", runs=(run,)))
    expect(stage.part("stage-card-0")).to_contain_text("Not finite")
    assert stage.ask("camera")  # the relief is there
    mark = stage.mark()
    box = stage.page.get_by_role("textbox", name="f(x, y) =")
    box.fill("x^2 + y^2")
    box.press("Enter")
    stage.wait_for_new(mark)
    stage.wait_until("s.relief.landmarks > 0")
    expect(stage.page.get_by_text("Nowhere in this window")).to_be_hidden()


def test_a_click_that_the_session_does_not_hear_is_drawn_and_told_until_it_is_heard(stage: Stage) -> None:
    page, away = stage.page, stage.part("stage-away")
    page.evaluate("() => { window.sent = WebSocket.prototype.send; WebSocket.prototype.send = () => {}; }")
    mark = stage.mark()
    page.mouse.click(*stage.pixel(0.7, 2.1))
    stage.wait_for_new(mark)
    expect(away).to_contain_text("The server does not answer for the panel")
    page.evaluate("() => { WebSocket.prototype.send = window.sent; }")
    expect(away).to_be_hidden()
    assert np.allclose(stage.ask("start"), (0.7, 2.1), atol=0.02)
    start, runs = stage.ask("start"), page.locator(".thw-card").count()
    page.get_by_role("button", name="Duplicate this run").click()  # what the panel does is done to that
    expect(page.locator(".thw-card")).to_have_count(runs + 1)
    assert stage.ask("start") == start


def test_without_pictures_the_page_says_so_and_gets_them_as_soon_as_it_can(stage: Stage) -> None:
    page, away = stage.page, stage.part("stage-away")
    page.route(re.compile("/(picture|sketch)"), lambda route: route.abort())
    mark = stage.mark()
    page.mouse.click(*stage.pixel(0.7, 2.1))
    expect(away).to_contain_text("The server sends no pictures")
    assert stage.mark() == mark
    page.unroute_all()
    stage.wait_for_new(mark)
    expect(away).to_be_hidden()
    assert np.allclose(stage.ask("start"), (0.7, 2.1), atol=0.02)
    stage.problems[:] = [problem for problem in stage.problems if "ERR_FAILED" not in problem]


def test_curves_scrub_and_their_axes_can_be_held(stage: Stage) -> None:
    box = stage.part("stage-curves").bounding_box()
    stage.page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    stage.wait_until("s.step > 60 && s.step < 140")
    ranges = "() => document.querySelector('[data-testid=stage-curves]')._fullLayout.yaxis.range.join()"
    before = stage.page.evaluate(ranges)
    stage.part("stage-hold").click()
    mark = stage.mark()
    rate = stage.page.get_by_role("textbox", name="Learning rate", exact=True)
    rate.fill("0.00001")
    rate.press("Enter")
    stage.wait_for_new(mark)
    assert stage.page.evaluate(ranges) == before
    stage.part("stage-hold").click()
    stage.look_at("rate")
    expect(stage.part("stage-curve-rate")).to_have_attribute("aria-pressed", "true")
    stage.look_at("loss")


def test_a_hidden_run_is_hidden_everywhere(stage: Stage) -> None:
    eye = stage.part("stage-card-1").get_by_role("button", name="Show Adam")
    expect(eye).to_have_attribute("aria-pressed", "true")
    eye.click()
    expect(eye).to_have_attribute("aria-pressed", "false")
    eye.click()


def test_the_step_and_the_zoom_stay_when_a_number_changes(stage: Stage) -> None:
    stage.part("stage-scrub").fill("40")
    stage.page.get_by_role("button", name="Zoom in").click()
    corner = stage.ask("unproject", *stage.pixel(0, 1))
    scale = stage.pixel(1, 1)[0] - stage.pixel(0, 1)[0]
    mark = stage.mark()
    box = stage.page.get_by_role("textbox", name="Learning rate", exact=True)
    box.fill("0.0008")
    box.press("Enter")
    stage.wait_for_new(mark)
    assert stage.ask("step") == 40
    assert stage.pixel(1, 1)[0] - stage.pixel(0, 1)[0] == pytest.approx(scale)
    assert np.allclose(stage.ask("unproject", *stage.pixel(0, 1)), corner)
    stage.part("stage-reset").click()
    stage.wait_until("s.project(1, 1)[0] - s.project(0, 1)[0] < a[0] - 1", scale)


def test_many_steps_and_six_runs_stay_usable(stage: Stage) -> None:
    keys = ("gradient_descent", "momentum", "nesterov", "adam", "rmsprop", "lion")
    big = QUIET.replace(steps=20_000, runs=tuple(Run(optimizer=key, learning_rate=0.0004) for key in keys))
    stage.go(big)
    stage.finish()
    assert stage.ask("step") == 20_000
    stage.part("stage-scrub").fill("12345")
    stage.wait_until("s.step === 12345")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_what_is_ours(stage: Stage, scheme: str) -> None:
    stage.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    expect(stage.part("stage")).to_have_attribute("data-theme", scheme)
    found = Axe().run(stage.page, context={"include": [["[data-testid=stage]"]]})
    stage.page.emulate_media(color_scheme="light")
    expect(stage.part("stage")).to_have_attribute("data-theme", "light")
    serious = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in serious] == []


def test_a_phone_has_everything_within_its_width_and_scrolls(phone: Stage) -> None:
    opened, page = phone, phone.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    opened.go(QUIET.replace(runs=(Run(optimizer="adam", learning_rate=0.05),) * 4))
    for run in range(3):
        expect(opened.part(f"stage-run-{run}")).to_be_in_viewport(ratio=1)  # nobody has scrolled yet
    expect(opened.part("stage-run-3")).to_be_hidden()
    opened.go(QUIET)
    for name in ("stage-map", "stage-play", "stage-curves", "stage-card-0", "stage-copy-link"):
        box = opened.part(name).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    opened.part("stage-play").scroll_into_view_if_needed()
    small = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stage] :is(button, summary, input)')]
            .filter((part) => part.offsetParent && Math.min(part.offsetWidth, part.offsetHeight) < 40)
            .map((part) => part.getAttribute('aria-label') ?? part.textContent)"""
    )
    assert small == []  # every control is large enough for a finger
    assert page.get_by_test_id("stSidebar").get_by_role("button").count() == 0  # folded: no key and no voice goes there
    mark = opened.mark()
    opened.part("stage-map").scroll_into_view_if_needed()
    page.touchscreen.tap(*opened.pixel(0.4, 0.6))
    opened.wait_for_new(mark)
    assert np.allclose(opened.ask("start"), (0.4, 0.6), atol=0.03)


def test_the_relief_is_turned_to_and_shows_the_surface_that_came_meanwhile(phone: Stage) -> None:
    phone.go(QUIET)
    phone.part("stage-map").scroll_into_view_if_needed()
    phone.page.locator("[data-show=relief]").click()
    phone.wait_until("s.relief.landmarks === 1")
    phone.page.locator("[data-show=map]").click()
    phone.go(Experiment(landscape="himmelblau"))
    phone.page.locator("[data-show=relief]").click()
    phone.wait_until("s.relief.landmarks === 4")  # the minima of the new one
    phone.page.locator("[data-show=map]").click()


def test_a_finger_drags_the_ball(phone: Stage) -> None:
    phone.go(QUIET)
    phone.part("stage-map").scroll_into_view_if_needed()
    ball = phone.part("stage-start").bounding_box()
    touch = phone.page.context.new_cdp_session(phone.page)
    x, y = ball["x"] + ball["width"] / 2, ball["y"] + ball["height"] / 2
    goal = phone.pixel(0.5, 2.0)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for part in (0.3, 0.6, 1.0):
        at = {"x": x + (goal[0] - x) * part, "y": y + (goal[1] - y) * part}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    phone.wait_until("Math.abs(s.start[0] - 0.5) < 0.03 && Math.abs(s.start[1] - 2.0) < 0.03")


@pytest.mark.parametrize("path", ["reference", "about"])
def test_the_other_pages_open_and_lead_back(desk: BrowserContext, server: str, path: str) -> None:
    page = desk.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda e: problems.append(str(e)))
    page.goto(f"{server}/{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="Lab").first.click()
    page.wait_for_selector(READY)
    assert problems == []
    page.close()


def test_an_entry_of_the_reference_opens_in_the_lab(desk: BrowserContext, server: str) -> None:
    page = desk.new_page()
    page.goto(f"{server}/reference")
    page.get_by_role("tab", name="Optimizers").click()
    entry = page.get_by_text("Polyak, Minimization of unsmooth functionals").first
    with page.context.expect_page() as opened:
        entry.get_by_role("link", name="Open in the lab").click()
    opened.value.wait_for_selector(READY)
    expect(opened.value.get_by_role("rowheader", name="Polyak's step")).to_be_visible()
    opened.value.close()
    page.close()


def test_a_slider_that_is_dragged_draws_on_the_way_and_its_box_takes_a_comma(stage: Stage) -> None:
    slider = stage.page.get_by_role("slider", name="Learning rate, as a power of ten")
    box, mark = slider.bounding_box(), stage.mark()
    assert box
    middle = box["y"] + box["height"] / 2
    stage.page.mouse.move(box["x"] + box["width"] * 0.37, middle)
    stage.page.mouse.down()
    stage.page.mouse.move(box["x"] + box["width"] * 0.2, middle)
    mark = stage.wait_for_new(mark)  # while the button is still down
    stage.page.mouse.move(box["x"] + box["width"] * 0.1, middle)
    stage.wait_for_new(mark)
    stage.page.mouse.up()
    text = stage.page.get_by_role("textbox", name="Learning rate", exact=True)
    text.fill("2")
    text.press("Enter")
    stage.wait_for_link("r1", "gradient_descent~2~~constant~~")
    text.fill("0,0004")
    text.press("Enter")
    stage.wait_for_link("r1", "gradient_descent~0.0004~~constant~~")


def test_a_schedule_is_drawn_with_the_mouse_and_with_keys(stage: Stage) -> None:
    drawn = QUIET.replace(runs=(Run(optimizer="adam", learning_rate=0.1, schedule="custom"),))
    stage.go(drawn)
    stage.unfold("More")
    page, plot = stage.page, stage.page.get_by_role("group", name="Points")

    def spot(share: float, factor: float) -> tuple[float, float]:
        box = plot.bounding_box()
        assert box
        return box["x"] + box["width"] * share, box["y"] + box["height"] * (1 - factor)

    def settled(place: int, near: tuple[float, float], count: int, within: float = 0.03) -> None:
        """Wait until the link has so many points and one of them there; the handles must say the same."""
        page.wait_for_function(
            """([place, t, factor, count, within]) => {
                const text = new URLSearchParams(location.search).get("r1").split("points~")[1].split("~")[0];
                const points = text.split("_").map((pair) => pair.split("-").map(Number));
                const off = Math.max(Math.abs(points[place]?.[0] - t), Math.abs(points[place]?.[1] - factor));
                return points.length === count && off < within;
            }""",
            arg=[place, *near, count, within],
        )
        points = stage.experiment().runs[0].schedule_parameters["points"]
        expect(handle(place, count, *points[place])).to_be_visible()

    def handle(place: int, count: int, share: float, factor: float) -> Locator:
        name = (
            f"Point {place + 1} of {count}: at {100 * share:g} percent of the run, {factor:g} times the learning rate"
        )
        return plot.get_by_role("button", name=name)

    first = handle(1, 4, 0.15, 1.0)
    first.hover()  # waits until what loads above it moves it no more
    page.mouse.down()
    expect(first).to_be_focused()
    page.mouse.move(*spot(0.32, 0.75))
    settled(1, (0.32, 0.75), 4)  # while the button is still down
    page.mouse.move(*spot(0.9, 0.5))
    page.mouse.up()
    settled(1, (0.6, 0.5), 4)  # no further than the next point
    page.mouse.click(*spot(0.83, 0.9))
    settled(3, (0.83, 0.9), 5)
    expect(plot.get_by_role("button", name="Point 4 of 5")).to_be_focused()
    page.keyboard.press("Delete")
    page.keyboard.press("ArrowRight")  # the point before it is the chosen one now
    settled(2, (0.62, 0.4), 4, within=0.01)  # it came from 0.6
    rate = page.get_by_role("textbox", name="Point 3 of 4: multiple of the learning rate")
    rate.fill("1,5")
    rate.press("Enter")
    settled(2, (0.62, 1.5), 4)
    rate.fill("3")
    mark = stage.mark()
    stage.part("stage-inside").evaluate("button => button.click()")  # what arrives meanwhile leaves alone what is typed
    stage.wait_for_new(mark)
    expect(rate).to_have_value("3")
    rate.press("Enter")
    expect(page.get_by_text("Give a number in [0, 2].")).to_be_visible()
    page.get_by_role("button", name="Back to the drawing it began with").click()
    settled(1, (0.15, 1.0), 4)
    assert stage.experiment() == drawn
    stage.part("stage-inside").evaluate("button => button.click()")


def test_where_the_loss_changes_the_rate_is_marked_and_told(stage: Stage) -> None:
    run = Run(optimizer="gradient_descent", learning_rate=0.004, schedule="bold_driver")
    driving = QUIET.replace(steps=100, runs=(run,))
    stage.go(driving)
    stage.finish()
    (driven,) = simulate(driving)
    cuts = set(np.flatnonzero(np.diff(driven.learning_rates) < 0) + 1)
    read = """() => document.querySelector('[data-testid=stage-curves]').data.filter((t) => t.mode === 'markers')
        .map((t) => [...t.x].map((x, i) => [x, t.y[i], [t.marker.symbol].flat()[i]]))[0]"""
    for tab in ("loss", "rate"):
        stage.look_at(tab)
        stage.page.wait_for_function(
            "name => document.querySelector('.thw-caption').textContent.startsWith(name)",
            arg=tab.title().replace("Rate", "Learning rate"),
        )
        marks = stage.page.evaluate(read)
        downs = [step for step, _, symbol in marks if symbol == "arrow-down"]
        assert downs
        assert set(downs) <= cuts
    for step, value, _ in marks:
        assert value == pytest.approx(driven.learning_rates[step], rel=1e-5)
    expect(stage.page.get_by_role("list", name="Markers")).to_contain_text("Rate cut")
    box = stage.part("stage-curves").bounding_box()
    frame = stage.page.evaluate(
        "() => (({ _offset, _length }) => [_offset, _length])"
        "(document.querySelector('[data-testid=stage-curves]')._fullLayout.xaxis)"
    )
    stage.page.mouse.move(box["x"] + frame[0] + frame[1] * downs[0] / 100, box["y"] + box["height"] / 2)
    expect(stage.page.locator(".thw-tip")).to_contain_text("rate cut at step")
    stage.look_at("loss")


def test_a_number_out_of_range_is_refused_where_it_was_typed(stage: Stage) -> None:
    stage.unfold("Steps and seed")
    steps = stage.page.get_by_role("textbox", name="Steps", exact=True)
    for wrong in ("0", "20001", "1.5", "abc", ""):
        steps.fill(wrong)
        steps.press("Enter")
        expect(steps).to_have_attribute("aria-invalid", "true")
        expect(stage.page.get_by_text("Give a whole number in [1, 20,000].")).to_be_visible()
    steps.press("Escape")
    expect(steps).to_have_value("200")
    expect(steps).to_have_attribute("aria-invalid", "false")
    stage.page.get_by_role("button", name="Steps: back to 300").click()
    expect(stage.part("stage")).to_have_attribute("data-steps", "300")
    expect(steps).to_have_value("300")


def test_a_double_click_goes_back_to_the_whole_view_and_sets_one_start(stage: Stage) -> None:
    whole = stage.pixel(0.5, 1.5)
    stage.part("stage-zoom-in").click()
    stage.wait_until("Math.abs(s.project(0.5, 1.5)[0] - a[0]) > 5", whole[0])
    stage.page.mouse.dblclick(*stage.pixel(0.2, 1.2))
    stage.wait_until("Math.abs(s.project(0.5, 1.5)[0] - a[0]) < 0.5", whole[0])
    stage.wait_until("Math.abs(s.start[0] - 0.2) < 0.02")


def test_the_gallery_finds_a_surface_by_name_by_filter_and_by_key(stage: Stage) -> None:
    page = stage.page
    page.get_by_role("button", name="Browse all").click()
    gallery = page.get_by_test_id("gallery")
    expect(gallery).to_have_attribute("data-ready", "true")
    expect(gallery.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("ros")  # "r" anywhere else would have Streamlit run the page again, without the dialog
    expect(gallery.get_by_role("status")).to_have_text("3 surfaces")
    page.keyboard.press("Escape")
    expect(gallery.get_by_role("searchbox")).to_have_value("")
    page.keyboard.press("Escape")
    expect(gallery).to_be_hidden()
    page.get_by_role("button", name="Browse all").click()
    expect(gallery).to_have_attribute("data-ready", "true")
    blank = page.evaluate(
        """() => [...document.querySelectorAll('.thw-gallery canvas')].filter((canvas) => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return new Set(new Uint32Array(data.buffer)).size < 3;
        }).length"""
    )
    assert blank == 0
    card = gallery.get_by_role("button", name="Rastrigin", exact=True)
    expect(card).to_have_count(2)  # among the essentials and in its family
    gallery.get_by_role("button", name="saddle", exact=True).click()
    gallery.get_by_role("searchbox").fill("HUMP camel")
    expect(gallery.get_by_role("status")).to_have_text("2 surfaces")
    gallery.get_by_role("button", name="saddle", exact=True).click()
    gallery.get_by_role("searchbox").fill("banana")  # which is no surface's name
    expect(gallery.locator("[data-key=rosenbrock]").last).to_be_visible()
    expect(gallery.locator("[data-key=rastrigin]").last).to_be_hidden()
    gallery.get_by_role("button", name="saddle", exact=True).click()
    gallery.get_by_role("searchbox").fill("zzz")
    expect(gallery.get_by_role("status")).to_contain_text("No surface fits")
    gallery.get_by_role("button", name="saddle", exact=True).click()
    gallery.get_by_role("searchbox").fill("eggh")
    page.keyboard.press("ArrowDown")
    expect(gallery.locator("[data-key=eggholder]").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(gallery).to_be_hidden()
    page.wait_for_function("location.search.includes('on=eggholder')")
    assert stage.experiment().landscape == "eggholder"
    assert not stage.problems


def test_in_every_scale_drawn_heights_read_back_as_their_values(stage: Stage) -> None:
    surface = surface_of(QUIET)
    values = np.concatenate([np.quantile(surface.z, np.linspace(0, 1, 50)), [-5.0, 1e5]])
    read = "async ([url, rule, all]) => (await import(url).then(({ part }) => all.map((h) => part.valueOf(rule, h))))"
    for scale in ("linear", "log", "rank"):
        heights = heights_for(surface, scale, 0.0)
        back = stage.page.evaluate(read, [module("flow/surface.js"), asdict(heights), heights.of(values).tolist()])
        np.testing.assert_allclose(back, values, rtol=1e-9, atol=1e-9)


FOOLED = Experiment(
    landscape="three_hump_camel",
    start=(-2.0, -2.1),
    steps=200,
    runs=(Run(optimizer="momentum", learning_rate=0.006), Run(optimizer="gradient_descent", learning_rate=0.02)),
)


def test_advice_comes_at_rest_is_tried_by_the_keyboard_and_taken_back(stage: Stage, server: str) -> None:
    stage.open(address(server, FOOLED))
    stage.finish()
    page, card = stage.page, stage.part("stage-card-1")
    button = card.get_by_role("button", name="Add momentum 0.9")
    expect(button).to_be_visible()
    expect(card.get_by_role("region", name="Advice for Gradient descent")).to_contain_text("0.299 above the global one")
    expect(button).to_have_accessible_description(re.compile("more momentum carries it over the ridge"))
    expect(stage.part("stage-card-0").locator(".thw-advice")).to_be_hidden()
    mark = stage.mark()
    button.focus()
    page.keyboard.press("Enter")
    stage.wait_for_new(mark)
    expect(card).to_contain_text("Global minimum")
    stage.wait_until("!s.playing && s.step === 200")
    page.wait_for_function("old => location.search !== old", arg="?" + urlparse(address(server, FOOLED)).query)
    assert stage.experiment().runs[1].optimizer == "momentum"
    page.go_back()
    expect(card).to_contain_text("Local minimum")
    expect(button).to_be_visible()
    assert stage.experiment() == FOOLED


def test_old_advice_is_gone_and_keeps_its_room_while_the_ball_moves(stage: Stage) -> None:
    stage.go(FOOLED)
    stage.finish()
    page, advice = stage.page, stage.part("stage-card-1").locator(".thw-advice")
    expect(advice.get_by_role("button").first).to_be_visible()
    room = advice.bounding_box()["height"]
    mark = stage.mark()
    page.mouse.move(*stage.pixel(-2.0, -2.1))
    page.mouse.down()
    page.mouse.move(*stage.pixel(-1.9, -2.0), steps=4)
    expect(advice).to_have_css("visibility", "hidden")
    stage.wait_for_new(mark)
    assert advice.bounding_box()["height"] == room
    page.mouse.up()
    expect(advice.get_by_role("button").first).to_be_visible()
