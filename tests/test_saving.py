"""Saving and opening in a real browser: what is downloaded is looked into, and what is opened is shown."""

import io
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from experiments import Experiment, Run
from lessons import OPENING
from server.assets import picture_url
from tests.stage_page import Stage, address

CAMEL = Experiment(
    landscape="three_hump_camel",
    start=(-1.9, -1.5),
    steps=150,
    runs=(
        Run(optimizer="gradient_descent", learning_rate=0.05),
        Run(optimizer="adam", learning_rate=0.3),
        Run(optimizer="momentum", learning_rate=0.9, name="wild & <b>free"),
    ),
)
OTHER = Experiment(
    landscape="sphere", start=(2.0, 1.0), steps=30, runs=(Run(optimizer="gradient_descent", learning_rate=0.1),)
)
PHONE = {"width": 390, "height": 844}
BLUE, VERMILION, GREEN = (0, 99, 166), (209, 73, 12), (0, 122, 94)  # of the first three runs, in the light theme
NAME = "three-hump-camel-gradient-descent-adam-wild-b-free"


@pytest.fixture
def stage(lab: Stage) -> Iterator[Stage]:
    """Return the lab on the camel, at its last step, with all runs shown; nothing may go wrong."""
    lab.go(CAMEL)
    if lab.ask("playing") or lab.ask("step") < CAMEL.steps:
        lab.finish()
    yield lab
    lab.page.keyboard.press("Escape")
    assert lab.problems == []


def saved(stage: Stage, what: str, form: str) -> tuple[str, bytes]:
    """Return the name and the content of the file that an item of the menu saves."""
    stage.part("stage-save").click()
    with stage.page.expect_download() as waiting:
        stage.part(f"stage-save-{what}-{form}").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def colors_of(content: bytes) -> tuple[tuple[int, int], dict[tuple[int, ...], int]]:
    """Return a PNG's size, and how many pixels have each colour."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return image.size, {color: count for count, color in image.getcolors(maxcolors=10_000_000)}  # type: ignore[misc, union-attr]


def words_of(content: bytes) -> str:
    """Return the words of an SVG; that it can be read is part of it."""
    return " | ".join(
        text for element in ElementTree.fromstring(content).iter() if (text := element.text or "").strip()
    )


@pytest.mark.parametrize("what", ["map", "relief", "curves", "stage"])
def test_a_png_has_two_pixels_for_one_and_the_runs_in_their_colours(stage: Stage, what: str) -> None:
    name, content = saved(stage, what, "png")
    assert name == f"{NAME}-{what}.png"
    (width, height), colors = colors_of(content)
    assert width == (3200 if what == "stage" else 1920) and height % 2 == 0 and height > 1000
    assert len(colors) > 500  # not blank
    for color in (BLUE, VERMILION, GREEN):
        assert colors.get(color, 0) > 60, color


@pytest.mark.parametrize("what", ["map", "curves", "stage"])
def test_an_svg_says_surface_runs_rates_and_verdicts(stage: Stage, what: str) -> None:
    name, content = saved(stage, what, "svg")
    assert name == f"{NAME}-{what}.svg"
    words = words_of(content)
    for run in ("Gradient descent", "Adam", "wild & <b>free"):
        assert run in words
    for text in ("Three-hump camel", "rate 0.05", "rate 0.3", "Local minimum", "Global minimum"):
        assert text in words
    assert ("step 1" in words) is False
    assert b"<script" not in content


def test_a_picture_shows_what_is_on_the_screen(stage: Stage) -> None:
    stage.part("stage-card-1").get_by_role("button", name="Show Adam").click()
    stage.part("stage-zoom-in").click()
    stage.ask("seek", 7)
    name, content = saved(stage, "map", "svg")
    assert name == "three-hump-camel-gradient-descent-wild-b-free-map.svg"
    words = words_of(content)
    assert "Adam" not in words and "step 7 of 150" in words
    _, colors = colors_of(saved(stage, "map", "png")[1])
    assert colors.get(VERMILION, 0) == 0 and colors.get(BLUE, 0) > 60
    shown = stage.page.evaluate("document.querySelector('[data-testid=stage-map]')._fullLayout.xaxis.range")
    numbers = re.findall(r"(?:^|\| )(−?[0-9.]+)(?= \||$)", words)
    assert len(numbers) > 8
    assert all(abs(float(text.replace("−", "-"))) <= shown[1] + 0.01 for text in numbers)
    stage.part("stage-reset").click()
    stage.part("stage-card-1").get_by_role("button", name="Show Adam").click()


def test_a_picture_has_the_theme_of_the_page(stage: Stage) -> None:
    stage.page.emulate_media(color_scheme="dark")
    expect(stage.part("stage")).to_have_attribute("data-theme", "dark")
    _, colors = colors_of(saved(stage, "map", "png")[1])
    stage.page.emulate_media(color_scheme="light")
    expect(stage.part("stage")).to_have_attribute("data-theme", "light")
    assert max(colors, key=lambda color: colors[color])[0] < 60
    assert colors.get(BLUE, 0) == 0


def test_the_relief_is_saved_from_where_the_person_looks_at_it(stage: Stage) -> None:
    stage.page.evaluate(
        "() => Plotly.relayout(document.querySelector('[data-testid=stage-relief]'), 'scene.camera.eye.x', -1.75)"
    )
    stage.wait_until("Math.abs(s.camera.eye.x + 1.75) < 1e-6")
    stage.page.evaluate(
        """() => {
            window.kept = Plotly.toImage;
            Plotly.toImage = (figure, how) => {
                window.drawn = figure.layout.scene.camera;
                return window.kept({ data: [], layout: {} }, how); // the relief itself is drawn by another test
            };
        }"""
    )
    saved(stage, "relief", "png")
    assert stage.page.evaluate("window.drawn.eye") == stage.ask("camera")["eye"]
    assert stage.page.evaluate("window.drawn.eye.x") == pytest.approx(-1.75)
    stage.page.evaluate("() => { Plotly.toImage = window.kept; }")


def test_a_picture_is_copied_as_a_png(stage: Stage) -> None:
    stage.part("stage-save").click()
    stage.part("stage-save-map-copy").click()
    expect(stage.page.get_by_text("Picture copied")).to_be_visible()
    size = stage.page.evaluate(
        """async () => {
            const [item] = await navigator.clipboard.read();
            const image = await createImageBitmap(await item.getType('image/png'));
            return [image.width, image.height];
        }"""
    )
    assert size[0] == 1920


def test_what_cannot_be_drawn_is_said_and_the_menu_goes_on_working(stage: Stage) -> None:
    stage.page.evaluate(
        """() => {
            window.kept = Plotly.toImage;
            Plotly.toImage = () => Promise.reject(new Error('no memory'));
        }"""
    )
    stage.part("stage-save").click()
    stage.part("stage-save-map-png").click()
    expect(stage.page.get_by_text("The picture could not be saved: no memory")).to_be_visible()
    stage.page.evaluate("() => { Plotly.toImage = window.kept; }")
    assert saved(stage, "map", "svg")[0].endswith("-map.svg")


def test_what_takes_long_is_seen_to_be_under_way(stage: Stage) -> None:
    stage.page.evaluate(
        """() => {
            window.kept = Plotly.toImage;
            Plotly.toImage = (...all) => new Promise((go) => { window.go = go; }).then(() => window.kept(...all));
        }"""
    )
    stage.part("stage-save").click()
    stage.part("stage-save-map-svg").click()
    expect(stage.part("stage-save")).to_have_attribute("aria-busy", "true")
    expect(stage.page.get_by_text("Drawing the picture")).to_be_visible()
    with stage.page.expect_download():
        stage.page.evaluate("() => { Plotly.toImage = window.kept; window.go(); }")
    expect(stage.part("stage-save")).not_to_have_attribute("aria-busy", "true")


def test_the_menu_works_by_keys_alone(stage: Stage) -> None:
    page, button, menu = stage.page, stage.part("stage-save"), stage.part("stage-save-menu")
    stage.ask("seek", 40)
    step = stage.ask("step")
    button.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(stage.part("stage-save-map-png")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(stage.part("stage-save-map-svg")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(stage.part("stage-copy-json")).to_be_focused()
    page.keyboard.press("Home")
    expect(stage.part("stage-save-map-png")).to_be_focused()
    page.keyboard.press("p")  # which presents, elsewhere
    expect(stage.part("stage-present")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(stage.part("stage-copy-json")).to_be_focused()
    page.mouse.click(640, 4)
    expect(menu).to_be_hidden()
    assert stage.ask("step") == step  # the arrows were the menu's


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_menu(stage: Stage, scheme: str) -> None:
    stage.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    expect(stage.part("stage")).to_have_attribute("data-theme", scheme)
    stage.part("stage-save").click()
    found = Axe().run(stage.page, context={"include": [["[data-testid=stage-save-menu]"]]})
    stage.page.keyboard.press("Escape")
    stage.page.emulate_media(color_scheme="light")
    expect(stage.part("stage")).to_have_attribute("data-theme", "light")
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found.response["violations"]] == []


def test_print_puts_the_whole_stage_on_paper_and_nothing_else(stage: Stage) -> None:
    stage.page.evaluate(
        """() => { window.print = () => {
            const image = document.querySelector('.thw-paper');
            window.printed = [image.alt, image.naturalWidth, document.documentElement.dataset.thwPaper];
        }; }"""
    )
    stage.part("stage-save").click()
    stage.part("stage-print").click()
    stage.page.wait_for_function("window.printed")
    words, width, alone = stage.page.evaluate("window.printed")
    assert words.startswith("Three-hump camel. Gradient descent: Local minimum. Adam: Global minimum")
    assert width == 1600 and alone == "true"
    expect(stage.page.locator(".thw-paper")).to_have_count(0)
    stage.page.emulate_media(media="print")
    for part in ("stSidebar", "stHeader"):
        expect(stage.page.get_by_test_id(part)).to_be_hidden()
    expect(stage.part("stage-play")).to_be_hidden()
    expect(stage.part("stage-map")).to_be_visible()
    stage.page.emulate_media(media="screen")


def test_an_experiment_is_saved_as_it_can_be_opened_again(stage: Stage) -> None:
    stage.part("stage-save").click()
    with stage.page.expect_download() as waiting:
        stage.part("stage-download").click()
    assert waiting.value.suggested_filename == f"{NAME}.json"
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert Experiment.from_json(text) == CAMEL
    stage.go(OTHER)
    choose(stage, "mine.json", text.encode())
    stage.wait_for_link("steps", "150")
    assert stage.experiment() == CAMEL


def choose(stage: Stage, name: str, content: bytes) -> None:
    """Choose a file by the menu."""
    stage.part("stage-save").click()
    with stage.page.expect_file_chooser() as waiting:
        stage.part("stage-open").click()
    waiting.value.set_files({"name": name, "mimeType": "", "buffer": content})


def drag(stage: Stage, kind: str, name: str, text: str, over: str = "[data-testid=stage-map]") -> bool:
    """Let a file that is dragged do this over a part of the page; returns whether the page takes it."""
    return bool(
        stage.page.evaluate(
            """([kind, name, text, over]) => {
                const dataTransfer = new DataTransfer();
                dataTransfer.items.add(new File([text], name));
                const event = new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true });
                document.querySelector(over).dispatchEvent(event);
                return event.defaultPrevented;
            }""",
            [kind, name, text, over],
        )
    )


def test_a_dropped_experiment_is_shown_and_back_undoes_it(stage: Stage) -> None:
    zone, entries = stage.part("stage-drop"), stage.page.evaluate("history.length")
    assert drag(stage, "dragover", "other.json", OTHER.to_json())
    expect(zone).to_be_visible()
    drag(stage, "dragleave", "other.json", "")
    expect(zone).to_be_hidden()
    mark = stage.mark()
    drag(stage, "dragover", "other.json", OTHER.to_json())
    assert drag(stage, "drop", "other.json", OTHER.to_json())
    expect(zone).to_be_hidden()
    stage.wait_for_new(mark)
    stage.wait_for_link("steps", "30")
    assert stage.experiment() == OTHER
    stage.unfold("Steps and seed")
    expect(stage.page.get_by_role("textbox", name="Steps", exact=True)).to_have_value("30")  # the panel knows, too
    assert stage.page.evaluate("history.length") == entries + 1
    stage.page.go_back()
    stage.wait_for_link("steps", "150")
    expect(stage.part("stage")).to_have_attribute("data-steps", "150")
    assert stage.experiment() == CAMEL


def test_what_is_opened_is_not_called_a_change_of_the_example_before(stage: Stage) -> None:
    stage.go(OPENING.experiment)
    said = stage.part("stage-observe")
    expect(said).to_contain_text("One ball is fooled")
    mark = stage.mark()
    drag(stage, "drop", "camel.json", CAMEL.to_json())
    stage.wait_for_new(mark)
    expect(said).to_contain_text("Three-hump camel")
    expect(stage.part("stage-example-back")).to_be_hidden()
    stage.wait_for_link("steps", "150")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("notes.txt", "hello", "notes.txt was not opened: an experiment is a .json file of at most 100 kB"),
        ("big.json", "x" * 200_000, "big.json was not opened: it has 200 kB, and an experiment is"),
        ("half.json", '{"format": 1, ', "half.json is not an experiment: document: "),
        ("list.json", "[1, 2]", "list.json is not an experiment: "),
        (
            "moon.json",
            json.dumps(json.loads(OTHER.to_json()) | {"landscape": "moon"}),
            "'moon' is not a known landscape",
        ),
        ("deep.json", "[" * 90_000, "deep.json is not an experiment: "),
    ],
)
def test_what_is_no_experiment_is_said_and_nothing_is_lost(stage: Stage, name: str, text: str, said: str) -> None:
    mark, link = stage.mark(), stage.page.url
    assert drag(stage, "drop", name, text)
    expect(stage.page.locator(".thw-toast")).to_contain_text(said)
    stage.problems[:] = [problem for problem in stage.problems if "400 (Bad Request)" not in problem]
    assert (stage.mark(), stage.page.url) == (mark, link)


def test_text_that_is_dragged_is_left_alone(stage: Stage) -> None:
    taken = stage.page.evaluate(
        """() => {
            const dataTransfer = new DataTransfer();
            dataTransfer.setData('text/plain', 'words');
            const event = new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true });
            document.querySelector('[data-testid=stage-map]').dispatchEvent(event);
            return event.defaultPrevented;
        }"""
    )
    assert not taken
    expect(stage.part("stage-drop")).to_be_hidden()


def test_on_a_phone_the_menu_has_room_and_says_where_nothing_can_be_copied(lab: Stage, server: str) -> None:
    page = lab.page.context.new_page()  # in a browser that has fetched all before
    hand = page.context.new_cdp_session(page)
    hand.send("Emulation.setDeviceMetricsOverride", {**PHONE, "deviceScaleFactor": 2, "mobile": True})
    hand.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    page.add_init_script("delete window.ClipboardItem")  # as where the page comes over plain http
    opened = Stage(page, address(server, CAMEL))
    assert page.evaluate("matchMedia('(pointer: coarse)').matches && innerWidth") == PHONE["width"]
    opened.part("stage-save").click()
    menu = opened.part("stage-save-menu")
    expect(opened.part("stage-save-map-copy")).to_be_hidden()
    expect(opened.part("stage-no-copy")).to_be_visible()
    box = menu.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert box["y"] >= 0 and box["y"] + box["height"] <= 844
    for item in menu.get_by_role("menuitem").all():
        size = item.bounding_box()
        assert min(size["width"], size["height"]) >= 40
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    with opened.page.expect_download() as waiting:
        opened.part("stage-save-stage-png").click()  # its relief was never drawn on this page
    _, colors = colors_of(Path(waiting.value.path()).read_bytes())
    assert colors.get(BLUE, 0) > 60
    assert opened.problems == []
    page.close()


def posted(url: str, body: bytes, kind: str = "application/json", **headers: str) -> tuple[int, Any]:
    request = urllib.request.Request(url, body, {"Content-Type": kind, **headers})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_server_turns_a_document_into_a_link(server: str) -> None:
    url = server + picture_url(OTHER).partition("?")[0].replace("/picture", "/document")
    status, told = posted(url, CAMEL.to_json().encode())
    assert status == 200
    assert Experiment.from_query(dict(part.split("=", 1) for part in told["query"].split("&"))).steps == CAMEL.steps
    assert posted(url, b"\xff\xfe")[0] == 400
    status, told = posted(url, b"x" * 100_001)
    assert (status, "more than 100,000 bytes" in told) == (400, True)
    assert posted(url, CAMEL.to_json().encode(), kind="text/plain")[0] == 403
    assert posted(url, CAMEL.to_json().encode(), Origin="https://elsewhere.example")[0] == 403
    assert posted(url.replace("/document", "x/document"), b"{}")[0] == 409
