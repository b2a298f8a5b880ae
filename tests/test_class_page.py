"""The page as a class sees it: one scale on both axes, runs with their rates, the path of examples, presenting."""

from collections.abc import Iterator

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from experiments import Experiment, Run, simulate
from lessons import EXAMPLES
from tests.stage_page import Stage

BOWL = Experiment(
    landscape="ill_conditioned_quadratic",
    landscape_parameters={"condition": 10.0},
    start=(-4.0, 1.5),
    steps=60,
    runs=(
        Run(optimizer="gradient_descent", learning_rate=0.15),
        Run(optimizer="momentum", learning_rate=0.05),
        Run(optimizer="adam", learning_rate=0.3),
    ),
)
SIZES = ((1280, 720), (1280, 800), (1920, 1080), (390, 844))


@pytest.fixture(scope="module")
def stage(lab: Stage) -> Iterator[Stage]:
    """Return a laptop's page on the bowl, in a browser that wants no motion."""
    lab.page.emulate_media(reduced_motion="reduce")
    lab.go(BOWL)
    yield lab
    lab.page.emulate_media(reduced_motion="no-preference")
    assert lab.problems == []


def pixels_per_unit(stage: Stage) -> tuple[float, float]:
    origin, right, up = (stage.pixel(*place) for place in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
    return right[0] - origin[0], origin[1] - up[1]


def resize(stage: Stage, size: tuple[int, int]) -> None:
    stage.page.set_viewport_size({"width": size[0], "height": size[1]})


def type_rate(stage: Stage, run: int, rate: str) -> None:
    """Type a run's rate beside the map, and wait for the picture with it."""
    box, mark = stage.part(f"stage-run-{run}").get_by_role("textbox"), stage.mark()
    box.fill(rate)
    box.press("Enter")
    stage.wait_for_new(mark)


@pytest.mark.parametrize("view", (None, ((-5.0, 5.0), (-2.0, 2.0)), ((-1.0, 1.0), (-5.0, 5.0))))
def test_a_round_bowl_is_round_at_every_size_also_after_zooming_and_panning(
    stage: Stage, view: tuple[tuple[float, float], tuple[float, float]] | None
) -> None:
    stage.go(BOWL.replace(view=view, start=(-0.5, 1.5)))
    # the picture's sides are whole pixels: no more than half of one over its longer side is between the scales
    places = "[[0, 0], [1, 0], [0, 1]].map((place) => s.project(...place))"
    same = f"(([[x, y], [r], [, u]]) => Math.abs((r - x) / (y - u) - 1) < 0.003)({places})"
    plot = "document.querySelector('[data-testid=stage-map]')"
    seen = f"(([from, to]) => to - from)({plot}._fullLayout.xaxis.range)"
    for size in SIZES:
        resize(stage, size)
        stage.wait_until(f"innerWidth === {size[0]} && {plot}._fullLayout.width === {plot}.clientWidth && {same}")
        if view is None or size == SIZES[-1]:
            before = stage.page.evaluate(seen)
            stage.part("stage-zoom-out").click()
            stage.wait_until(f"{seen} > 1.4 * {before} && {same}")
            stage.part("stage-reset").click()
            stage.wait_until(f"{seen} < 1.01 * {before}")
    resize(stage, SIZES[1])


SMALLEST = """() => {
    const words = document.createTreeWalker(document.querySelector('.thw'), NodeFilter.SHOW_TEXT);
    const sizes = [];
    while (words.nextNode()) {
        const part = words.currentNode.parentElement;
        const seen = words.currentNode.textContent.trim() && part.checkVisibility({ visibilityProperty: true });
        if (seen && !part.closest('.thw-unseen, sup, tspan')) sizes.push(parseFloat(getComputedStyle(part).fontSize));
    }
    return [sizes.length, Math.min(...sizes)];
}"""  # powers apart


def test_on_a_laptop_nothing_is_written_smaller_than_14_px_and_curves_are_chosen_from_a_list(stage: Stage) -> None:
    stage.go(BOWL)
    for name in ("stage-inside", "stage-lens"):
        stage.part(name).click()
        expect(stage.part(f"{name}-panel")).to_be_visible()
    words, smallest = stage.page.evaluate(SMALLEST)
    assert words > 100 and smallest >= 14
    for name in ("stage-inside", "stage-lens"):
        stage.part(name).click()
    choice, tab = stage.part("stage-curve-list"), stage.part("stage-curve-step")
    expect(choice).to_be_visible()
    expect(tab).to_be_hidden()
    choice.select_option("distance")
    expect(stage.page.locator(".thw-caption")).to_contain_text("Distance")
    resize(stage, SIZES[2])
    expect(tab).to_be_visible()
    expect(choice).to_be_hidden()
    expect(stage.part("stage-curve-distance")).to_have_attribute("aria-pressed", "true")
    stage.look_at("loss")
    resize(stage, SIZES[1])
    expect(choice).to_have_value("loss")


def test_names_at_the_curves_ends_are_whole_on_a_laptop(stage: Stage) -> None:
    stage.go(BOWL)
    ends = stage.page.locator(".thw-end")
    expect(ends).to_have_text(["Gradient descent", "Momentum", "Adam"])
    assert ends.evaluate_all("all => all.every((one) => one.scrollWidth <= one.clientWidth)")


def test_only_a_window_much_longer_than_wide_has_two_scales_and_says_so(stage: Stage) -> None:
    note = stage.page.get_by_text("Axes to different scales")
    expect(note).to_be_hidden()
    stage.go(BOWL.replace(view=((-50.0, 50.0), (-6.0, 6.0))))
    expect(note).to_be_visible()
    across, up = pixels_per_unit(stage)
    assert across < up / 2
    stage.go(BOWL)


def test_the_rates_lie_beside_the_map_and_move_the_run_and_the_panel(stage: Stage) -> None:
    stage.go(BOWL)
    line = stage.part("stage-run-0")
    expect(line).to_contain_text("Gradient descent")
    expect(line).to_contain_text("Global minimum")
    limit = line.locator(".thw-fine-tick")
    expect(limit).to_be_visible()
    slider = line.get_by_role("slider")
    expect(slider).to_have_attribute("aria-description", "stable below 0.2")
    box = line.get_by_role("textbox")
    type_rate(stage, 0, "0.25")
    expect(line).to_contain_text("Diverged")
    expect(stage.page.get_by_role("textbox", name="Learning rate", exact=True)).to_have_value("0.25")
    stage.wait_for_link("r1", "gradient_descent~0.25~~constant~~")
    box.fill("many")
    box.press("Enter")
    expect(box).to_have_attribute("aria-invalid", "true")
    box.press("Escape")
    expect(box).to_have_value("0.25")
    mark = stage.mark()
    slider.press("ArrowLeft")
    stage.wait_for_new(mark)
    stage.page.wait_for_function("!location.search.includes('gradient_descent~0.25~')")
    assert stage.experiment().runs[0].learning_rate < 0.25


def test_what_was_changed_is_taken_back_and_done_again_by_buttons_and_keys(stage: Stage) -> None:
    stage.go(BOWL)
    box = stage.part("stage-run-1").get_by_role("textbox")
    for rate in ("0.06", "0.07"):
        type_rate(stage, 1, rate)
        stage.page.wait_for_function(f"location.search.includes('momentum~{rate}')")
    for act, rate in (
        (stage.part("stage-undo").click, "0.06"),
        (lambda: stage.page.keyboard.press("Control+z"), "0.05"),
        (stage.part("stage-redo").click, "0.06"),
        (lambda: stage.page.keyboard.press("Control+Shift+z"), "0.07"),
    ):
        mark = stage.mark()
        act()
        stage.wait_for_new(mark)
        expect(box).to_have_value(rate)
        assert stage.part("stage-redo").is_enabled() is (rate != "0.07")


def test_the_sentence_of_an_example_stays_while_it_is_changed_and_leads_back(stage: Stage) -> None:
    example = next(one for one in EXAMPLES if one.key == "too_high")
    said = example.observe.split("**")[1]
    mark = stage.mark()
    stage.part("stage-examples").get_by_role("button", name=f": {example.title}").click()
    stage.wait_for_new(mark)
    expect(stage.part("stage-observe")).to_contain_text(said)
    back = stage.part("stage-example-back")
    expect(back).to_be_hidden()
    type_rate(stage, 0, "0.123")
    expect(back).to_be_visible()
    expect(stage.part("stage-observe")).to_contain_text(said)
    expect(stage.part("stage-observe")).not_to_contain_text("found in the window")
    mark = stage.mark()
    back.click()
    mark = stage.wait_for_new(mark)
    expect(back).to_be_hidden()
    expect(stage.part("stage-run-0").get_by_role("textbox")).to_have_value("0.05")
    stage.page.get_by_role("button", name="Next example").click()
    mark = stage.wait_for_new(mark)
    expect(stage.part("stage-observe")).to_contain_text("Momentum cancels the zigzag.")
    stage.page.get_by_role("button", name="Previous example").click()
    stage.wait_for_new(mark)
    expect(stage.part("stage-observe")).to_contain_text(said)


def test_a_pinned_picture_stays_under_the_next_ones_and_goes_when_it_is_let_go(stage: Stage) -> None:
    stage.go(BOWL)
    ghost = stage.page.locator("canvas.thw-pinned").first
    drawn = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((v) => v > 0)"
    expect(ghost).to_be_hidden()
    stage.part("stage-pin").click()
    expect(ghost).to_be_hidden()  # it is the picture that is shown
    type_rate(stage, 0, "0.02")
    expect(ghost).to_be_visible()
    assert ghost.evaluate(drawn)
    stage.part("stage-pin").click()
    expect(ghost).to_be_hidden()


def test_presenting_shows_all_that_a_class_needs_without_scrolling_and_goes_along_the_path(stage: Stage) -> None:
    page, said = stage.page, [example.observe.split("**")[1] for example in EXAMPLES]
    stage.go(EXAMPLES[1].experiment)
    expect(stage.part("stage-observe")).to_contain_text(said[1])
    resize(stage, SIZES[0])
    usual = stage.part("stage-map").bounding_box()
    page.keyboard.press("p")
    expect(stage.part("stage-card-0")).to_be_hidden()
    stage.wait_until("document.querySelector('.thw-present .thw-map').offsetHeight >= a[0]", usual["height"])
    for size in SIZES[:3]:
        resize(stage, size)
        stage.wait_until(
            f"innerWidth === {size[0]} && document.querySelector('.thw-present').scrollHeight <= innerHeight"
        )
        for name in ("stage-map", "stage-curves", "stage-runs", "stage-observe", "stage-play", "stage-example-next"):
            expect(stage.part(name)).to_be_in_viewport(ratio=0.99)
        assert Axe().run(page, context=".thw").response["violations"] == []
    resize(stage, SIZES[0])
    turn(stage, "PageDown")
    expect(stage.part("stage-observe")).to_contain_text(said[2])
    page.keyboard.press("b")
    expect(stage.part("stage-blank")).to_be_visible()
    page.keyboard.press("PageUp")
    expect(stage.part("stage-blank")).to_be_hidden()
    expect(stage.part("stage-observe")).to_contain_text(said[2])
    turn(stage, "PageUp")
    expect(stage.part("stage-observe")).to_contain_text(said[1])
    page.keyboard.press("Escape")
    expect(stage.part("stage-card-0")).to_be_visible()
    page.keyboard.press("b")  # elsewhere it does nothing
    expect(stage.part("stage-blank")).to_be_hidden()
    resize(stage, SIZES[1])


def turn(stage: Stage, key: str) -> None:
    """Press a clicker's key, and wait for the next picture."""
    mark = stage.mark()
    stage.page.keyboard.press(key)
    stage.wait_for_new(mark)


def test_letters_that_are_typed_into_a_field_are_no_keys(stage: Stage) -> None:
    box = stage.part("stage-start-x")
    box.fill("")
    box.press("p")
    expect(stage.part("stage-card-0")).to_be_visible()
    box.press("Escape")


def test_the_pictures_are_described_in_words_and_the_keyboard_comes_to_the_stage_at_once(stage: Stage) -> None:
    stage.go(BOWL)
    end = simulate(BOWL)[2].points[-1]
    label = stage.part("stage-map").get_attribute("aria-label")
    assert "Stretched bowl" in label and "Gradient descent goes from (−4, 1.5)" in label
    told = label.split("Adam goes from (−4, 1.5) to (")[1].split(")")[0]
    assert np.allclose([float(part.replace("−", "-")) for part in told.split(", ")], end, atol=5e-3)
    assert "Loss: Gradient descent from" in stage.part("stage-curves").get_attribute("aria-label")
    stage.page.evaluate("() => { document.body.tabIndex = -1; document.body.focus(); }")  # where a page begins
    inside = "document.activeElement.closest('[data-testid=stage]') !== null"
    stage.page.keyboard.press("Tab")
    stage.page.keyboard.press("Enter")  # the skip link
    for _ in range(4):
        stage.page.keyboard.press("Tab")
        if stage.page.evaluate(inside):
            break
    assert stage.page.evaluate(inside)
    for scheme in ("light", "dark"):
        stage.page.emulate_media(color_scheme=scheme)
        for name in ("stage-inside", "stage-lens"):
            stage.part(name).click()
            expect(stage.part(f"{name}-panel")).to_be_visible()
            assert Axe().run(stage.page, context=".thw").response["violations"] == []
            stage.part(name).click()
    stage.page.emulate_media(color_scheme="light")
