"""Many weights and held-out rows in a real browser: dashed curves, second verdicts, the plane's words, what rests."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize, expect

from experiments import Experiment, Run
from experiments.results.judged_runs import results_of
from figures.packets.many_weights import FITS
from figures.packets.packet import NO_START
from numerals import number
from tests.stage_page import Stage, address

VIEW: ViewportSize = {"width": 1280, "height": 800}
ADAM = Run(optimizer="adam", learning_rate=0.02)
POLYNOMIAL = Experiment(
    landscape="polynomial_fit",
    landscape_parameters={"degree": 9},
    start=(0.0, 0.0),
    steps=300,
    held_out=0.5,
    runs=(Run(optimizer="gradient_descent", learning_rate=0.15), ADAM),
)
PATHS = POLYNOMIAL.replace(plane="path")
CLASSES = Experiment(landscape="logistic_features", steps=60, held_out=0.5, runs=(ADAM,))
NETWORK = Experiment(landscape="network_fit", steps=300, held_out=0.5, plane="random", runs=(ADAM,))
PLAIN = Experiment(landscape="sphere", start=(1.0, 1.0), steps=20, runs=(ADAM,))
TRACES = """(part) => document.querySelector('[data-testid=stage-curves]')._fullData
    .filter(({ name }) => String(name).includes(part))
    .map(({ x, y, line, marker }) => ({ x: [...x], y: [...y], dash: line?.dash ?? '', color: line?.color }))"""
RUNS_OF_INK = """() => {
    const canvas = document.querySelector('.thw-curves-body .thw-sketch');
    const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const inked = (x, y) => data[4 * (y * width + x) + 3] > 60;
    return Array.from({ length: height }, (_, y) =>
        Array.from({ length: width - 1 }, (_, x) => !inked(x, y) && inked(x + 1, y)).filter(Boolean).length);
}"""
AXIS = "document.querySelector('[data-testid=stage-curves]')._fullLayout.yaxis.range"


@pytest.fixture(scope="module")
def one(browser: Browser, server: str) -> Iterator[Stage]:
    """Return the lab on a polynomial with half of the rows held out."""
    context = browser.new_context(viewport=VIEW, reduced_motion="reduce")
    opened = Stage(context.new_page(), address(server, POLYNOMIAL))
    yield opened
    assert opened.problems == []
    context.close()


@pytest.fixture
def stage(one: Stage) -> Stage:
    """Return the same page for every test, on the polynomial, at the last step."""
    shown(one, POLYNOMIAL)
    return one


def shown(stage: Stage, experiment: Experiment) -> None:
    stage.page.mouse.move(0, 0)
    stage.go(experiment)
    stage.finish()
    stage.look_at("loss")


def hover(stage: Stage, share: float) -> Any:
    """Point at the curves, so far from their left, and return the table that is shown."""
    box = stage.part("stage-curves").bounding_box()
    stage.page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
    return stage.page.locator(".thw-tip table")


def test_the_held_out_loss_is_dashed_beside_the_loss_with_a_ring_where_it_is_lowest(stage: Stage) -> None:
    drawn = stage.page.evaluate(TRACES, "held out")
    *dashed, ring = drawn
    low, high = stage.page.evaluate(AXIS)
    for trace, at, value, result in zip(dashed, ring["x"], ring["y"], results_of(POLYNOMIAL), strict=True):
        heldout = result.trajectory.heldout
        assert heldout is not None and trace["dash"] == "5px,3px" and len(trace["y"]) == POLYNOMIAL.steps + 1
        np.testing.assert_allclose(trace["y"], heldout, rtol=1e-6)
        assert at == heldout.argmin() and value == pytest.approx(heldout.min(), rel=1e-6)
        for seen in (heldout, result.trajectory.losses):
            assert low < np.log10(seen.min()) and np.log10(seen.max()) < high  # both on the logarithmic axis
    expect(stage.page.locator(".thw-caption")).to_have_text("Training loss; dashed: held out, ○ lowest")
    expect(stage.page.locator(".thw-dot:not(.thw-hollow)")).to_have_count(2)
    expect(stage.page.locator(".thw-dot.thw-hollow")).to_have_count(2)


def known(values: np.ndarray | None) -> np.ndarray:
    assert values is not None
    return values


def test_under_the_pointer_both_losses_are_told(stage: Stage) -> None:
    table = hover(stage, 0.4)
    expect(table.locator("th")).to_have_text(["", "Training loss", "Held-out loss", "Gradient norm"])
    step = int(stage.page.locator(".thw-tip strong").inner_text().removeprefix("Step "))
    for row, result in zip(table.locator("tr").all()[1:], results_of(POLYNOMIAL), strict=True):
        heldout = result.trajectory.heldout
        assert heldout is not None
        told = [float(np.float32(values[step])) for values in (known(result.trajectory.train), heldout)]
        assert row.locator("td").all_inner_texts()[1:3] == [number(value, 4) for value in told]


def test_accuracy_is_a_curve_from_0_to_1_and_told_in_percent_and_lengths_are_a_curve(stage: Stage) -> None:
    shown(stage, CLASSES)
    stage.look_at("accuracy")
    stage.page.wait_for_function(f"{AXIS}[0] <= 0 && {AXIS}[0] > -0.1 && {AXIS}[1] >= 1 && {AXIS}[1] < 1.1")
    expect(stage.page.locator(".thw-caption")).to_have_text("Accuracy on held-out rows")
    expect(hover(stage, 0.4).locator("td").last).to_contain_text(" %")
    stage.look_at("weights")
    (result,) = results_of(CLASSES)
    lengths = result.curve("weights")
    drawn = stage.page.evaluate(TRACES, "Adam")[0]["y"]
    np.testing.assert_allclose(drawn, lengths, rtol=1e-6)
    low, high = stage.page.evaluate(AXIS)
    assert low <= lengths.min() and lengths.max() <= high


def test_the_second_verdict_stands_on_the_card_and_its_losses_in_the_race(stage: Stage) -> None:
    for place, result in enumerate(results_of(POLYNOMIAL)):
        fit = result.verdict.fit
        assert fit is not None
        title, tone = FITS[fit.kind]
        told = stage.part(f"stage-card-{place}").locator(".thw-fit")
        expect(told.locator(".thw-verdict")).to_have_text(title)
        expect(told.locator(".thw-verdict")).to_have_attribute("data-tone", tone)
        expect(told.locator(".thw-sentence")).to_have_text(f"{fit.sentence} {fit.detail}")
    heads = stage.part("stage-race").locator("thead th")
    expect(heads).to_have_count(11)
    expect(heads.nth(6)).to_have_text("Best held out")
    heads.nth(8).locator("button").click()  # sorted by a column that other surfaces do not have
    expect(heads.nth(8)).to_have_attribute("aria-sort", "ascending")
    expect(stage.page.locator(".thw-summary")).to_contain_text("on held-out rows:")
    shown(stage, PLAIN)
    expect(heads).to_have_count(9)
    expect(heads.nth(6)).to_have_text("Final loss")
    expect(heads.nth(0)).to_have_attribute("aria-sort", "ascending")
    expect(stage.part("stage-card-0").locator(".thw-fit")).to_be_hidden()


def test_the_map_says_what_it_shows_of_the_weights_and_unfolds_the_rest(stage: Stage) -> None:
    note = stage.part("stage-plane")
    expect(note.locator("summary")).to_contain_text("2 of 10 weights")
    expect(note.locator("summary")).to_contain_text("% of the movement")
    note.locator("summary").click()
    expect(note.locator("p")).to_contain_text("the others as they are at the start")
    assert stage.experiment() == POLYNOMIAL  # no ball was dropped beneath it
    found = Axe().run(stage.page, context=".thw-map", options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.response["violations"] == []
    note.locator("summary").click()
    expect(note.locator("p")).to_be_hidden()
    shown(stage, PLAIN)
    expect(note).to_be_hidden()


def test_no_start_is_set_on_the_plane_of_the_paths_and_a_click_says_why(stage: Stage) -> None:
    before = stage.pixel(0.5, -0.5)
    stage.page.mouse.click(*before)
    stage.wait_until("s.start[0] === a[0]", 0.5)  # on two weights a click sets it, as ever
    shown(stage, PATHS)
    expect(stage.part("stage-start")).to_be_hidden()
    expect(stage.page.locator(".thw-fields")).to_be_hidden()
    stage.page.mouse.click(*stage.pixel(0.5, -0.5))
    expect(stage.page.locator(".thw-toast")).to_have_text(NO_START)
    expect(stage.part("stage")).not_to_have_attribute("data-waiting", "true")
    assert stage.experiment() == PATHS
    shown(stage, POLYNOMIAL)
    expect(stage.part("stage-start")).to_be_visible()
    expect(stage.page.locator(".thw-fields")).to_be_visible()


def test_while_the_ball_is_dragged_both_losses_move(stage: Stage) -> None:
    page = stage.page
    left, top = stage.pixel(0.0, 0.0)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + 30, top + 20, steps=4)
    page.wait_for_selector(".thw-sketched")
    assert max(page.evaluate(RUNS_OF_INK)) > 8  # along a dashed line ink begins again and again
    page.mouse.up()
    stage.wait_until("s.start[0] !== 0")
    expect(stage.part("stage")).to_have_attribute("data-moving", "false")


def test_a_ball_on_the_relief_stands_on_a_stem_where_the_ground_is_another(stage: Stage) -> None:
    shown(stage, NETWORK)
    stage.page.locator("[data-show=relief]").click()
    stage.wait_until("s.relief.stems === 1")
    stage.ask("seek", 0)
    stage.wait_until("s.relief.stems === 0")  # the start is on the plane
    stage.page.locator("[data-show=map]").click()


def test_lens_and_inside_are_barred_with_a_reason(stage: Stage) -> None:
    root = stage.part("stage")
    for name in ("stage-lens", "stage-inside"):
        button = stage.part(name)
        expect(button).to_have_attribute("aria-disabled", "true")
        assert "two weights" in str(button.get_attribute("aria-description"))
        button.click(force=True)  # it is not disabled, and so can say why
        expect(button).to_have_attribute("aria-pressed", "false")
    stage.page.keyboard.press("c")
    expect(root).not_to_have_attribute("data-lens", "true")
    expect(stage.part("stage-inside-panel")).to_be_hidden()
    shown(stage, PLAIN)
    stage.part("stage-inside").click()
    expect(stage.part("stage-inside-panel")).to_be_visible()
    shown(stage, POLYNOMIAL)
    expect(stage.part("stage-inside-panel")).to_be_hidden()
    shown(stage, PLAIN)
    expect(stage.part("stage-inside-panel")).to_be_visible()  # the wish has stayed
    stage.part("stage-inside").click()
