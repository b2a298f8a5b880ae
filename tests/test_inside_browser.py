"""Inside the step, in a real browser: the panel's numbers, the arrows and shapes on the map."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize, expect

from experiments import Experiment, Run, Wrapper, simulate
from tests.stage_page import Stage, address, module

VIEW: ViewportSize = {"width": 1280, "height": 800}
EXPERIMENT = Experiment(
    landscape="rosenbrock",
    start=(-1.2, 1.0),
    steps=60,
    runs=(
        Run(optimizer="momentum", learning_rate=0.0006, wrappers=(Wrapper(key="lookahead"),)),
        Run(optimizer="nelder_mead", learning_rate=0.5),
    ),
)
NUMBER = re.compile(r"−?\d+(?:\.\d+)?(?:e−?\d+)?")


@pytest.fixture(scope="module")
def stage(browser: Browser, server: str) -> Iterator[Stage]:
    """Return the lab on momentum under lookahead and Nelder-Mead's triangle, at its last step."""
    context = browser.new_context(viewport=VIEW, reduced_motion="reduce")
    opened = Stage(context.new_page(), address(server, EXPERIMENT))
    opened.finish()
    yield opened
    assert opened.problems == []
    context.close()


def seek(stage: Stage, step: int) -> None:
    stage.part("stage-scrub").fill(str(step))
    stage.wait_until("s.step === a[0]", step)


def numbers(text: str) -> list[float]:
    return [float(found.replace("−", "-")) for found in NUMBER.findall(text)]


def marks(stage: Stage, run: int) -> dict[str, dict[str, Any]]:
    return {mark["kind"]: mark for mark in stage.ask("marks") if mark["run"] == run}


def open_panel(stage: Stage) -> None:
    if stage.part("stage-inside").get_attribute("aria-expanded") == "false":
        stage.part("stage-inside").click()
    stage.part("stage-inside-panel").locator("table").first.wait_for()


def test_shapes_are_on_the_map_without_asking(stage: Stage) -> None:
    momentum, simplex = simulate(EXPERIMENT)
    seek(stage, 12)
    expect(stage.part("stage-inside-panel")).to_be_hidden()
    assert set(marks(stage, 0)) == {"way", "point"} and set(marks(stage, 1)) == {"simplex"}
    corners = marks(stage, 1)["simplex"]["points"]
    np.testing.assert_allclose(corners, simplex.states["simplex"][11], rtol=1e-5)
    np.testing.assert_allclose(corners[0], simplex.points[12], rtol=1e-5)
    slow = marks(stage, 0)["point"]["points"][0]
    np.testing.assert_allclose(slow, momentum.states["lookahead.slow"][11], rtol=1e-5)
    seek(stage, 0)
    np.testing.assert_allclose(marks(stage, 1)["simplex"]["points"], [[-1.2, 1], [-0.7, 1], [-1.2, 1.5]], rtol=1e-5)
    expect(stage.page.get_by_text("Triangle", exact=True)).to_be_visible()


def test_the_panel_follows_the_scrub_line_with_the_numbers_of_the_run(stage: Stage) -> None:
    momentum, _ = simulate(EXPERIMENT)
    before_opening = stage.mark()
    open_panel(stage)
    mark = stage.wait_for_new(before_opening)
    panel = stage.part("stage-inside-panel")
    for step in (0, 7, 33):
        seek(stage, step)
        expect(panel.get_by_role("heading", level=2)).to_have_text(
            f"Step {step + 1} of 60: from point {step} to point {step + 1}"
        )
        velocity = panel.get_by_role("row", name="velocity")
        before = momentum.states["velocity"][step - 1] if step else np.zeros(2)
        shown = numbers(" ".join(velocity.locator("td").all_inner_texts()))
        np.testing.assert_allclose(shown, [*before, *momentum.states["velocity"][step]], rtol=6e-4)
        line = panel.locator("article").first.locator("li").first
        expect(line.locator(".thw-inside-letters")).to_have_text(re.compile(r"v ← β.v \+ g"))
        put_in = numbers(line.locator(".thw-inside-numbers").inner_text())
        expected = [0.9, *before, *momentum.gradients[step], *momentum.states["velocity"][step]]
        np.testing.assert_allclose(put_in, expected, rtol=6e-4)
    assert stage.mark() == mark, "scrubbing asked the server"


def test_a_line_that_does_not_apply_at_a_step_is_not_there(stage: Stage) -> None:
    open_panel(stage)
    follows = stage.part("stage-inside-panel").get_by_text("φ ← φ")
    seek(stage, 3)
    expect(follows).to_be_hidden()
    seek(stage, 4)  # the fifth step
    expect(follows).to_be_visible()


def test_arrows_add_up_to_the_step(stage: Stage) -> None:
    momentum, _ = simulate(EXPERIMENT)
    open_panel(stage)
    seek(stage, 12)
    drawn = marks(stage, 0)
    for kind in ("gradient", "velocity", "step"):
        np.testing.assert_allclose(drawn[kind]["from"], momentum.points[12], rtol=1e-5)
    ways = {
        kind: np.subtract(drawn[kind]["points"][0], drawn[kind]["from"]) for kind in ("gradient", "velocity", "step")
    }
    np.testing.assert_allclose(ways["step"], momentum.updates[12], rtol=1e-4)
    np.testing.assert_allclose(ways["gradient"], -0.0006 * momentum.gradients[12], rtol=1e-4)
    np.testing.assert_allclose(ways["velocity"] + ways["gradient"], ways["step"], rtol=1e-3)
    assert set(marks(stage, 1)) == {"simplex", "step"}  # it sees no gradient


def test_what_lies_behind_a_hill_is_drawn_fainter(stage: Stage) -> None:
    seen, behind = stage.page.evaluate(
        """async (url) => {
            const { paintMark } = (await import(url)).part;
            const ink = (veiled) => {
                const pen = Object.assign(document.createElement("canvas"), { width: 80, height: 80 }).getContext("2d");
                const theme = { paper: "#fff", ink: "#000" };
                const art = { pen, theme, labels: false, size: [80, 80], to: (point) => point, veiled: () => veiled };
                paintMark(art, { run: 0, kind: "step", from: [10, 40], points: [[70, 40]], exact: true }, "#000");
                return pen.getImageData(40, 40, 1, 1).data[3];
            };
            return [ink(false), ink(true)];
        }""",
        module("inside/inside_ink.js"),
    )
    assert seen == 255
    assert 50 < behind < 200


def test_closing_the_panel_takes_the_arrows_away_and_a_reload_in_the_session_keeps_it(stage: Stage) -> None:
    open_panel(stage)
    stage.wait_until("s.marks().some(mark => mark.kind === 'step')")
    raised = stage.ask("relief")["marks"]
    assert 2 <= raised < len(stage.ask("marks"))  # all but what could not be read on a slope
    stage.part("stage-inside").focus()
    stage.page.keyboard.press("Enter")
    expect(stage.part("stage-inside-panel")).to_be_hidden()
    stage.wait_until("!s.marks().some(mark => ['gradient', 'velocity', 'step'].includes(mark.kind))")
    stage.wait_until("s.relief.marks < a[0]", raised)
    open_panel(stage)
    stage.wait_until("s.marks().some(mark => mark.kind === 'step')")
    stage.page.get_by_role("link", name="About").click()
    stage.page.get_by_role("link", name="Lab").click()
    expect(stage.part("stage-inside-panel").locator("table").first).to_be_visible()


def test_the_panel_is_accessible(stage: Stage) -> None:
    open_panel(stage)
    found = Axe().run(stage.page, context={"include": [["[data-testid=stage-inside-panel]"], [".thw-inside-legend"]]})
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found.response["violations"]] == []


def test_it_fits_on_a_phone(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    opened = Stage(context.new_page(), address(server, EXPERIMENT))
    opened.finish()
    opened.part("stage-inside").tap()
    opened.part("stage-inside-panel").locator("table").first.wait_for()
    width = "document.querySelector('[data-testid=stage-inside-panel]')"
    assert opened.page.evaluate(f"{width}.scrollWidth <= {width}.clientWidth")
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert opened.problems == []
    context.close()
