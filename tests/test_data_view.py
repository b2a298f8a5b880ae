"""The data view in a real browser: rows under the hand, fits and batch of a step, what follows from moved rows."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize, expect

from experiments import Experiment, Run, simulate
from experiments.setup.points import points_of
from experiments.simulation.batches import batch_rows
from landscapes.data.lines import least_squares
from tests.stage_page import Stage, address, stage_at

VIEW: ViewportSize = {"width": 1280, "height": 800}
LINE = Experiment(
    landscape="line_fit",
    start=(-2.0, 2.0),
    steps=60,
    batch=4,
    runs=(Run(optimizer="gradient_descent", learning_rate=0.1), Run(optimizer="adam", learning_rate=0.1)),
)
PLAIN = LINE.replace(landscape="sphere", landscape_parameters={}, batch=0, start=(1.0, 1.0))
CLASSES = LINE.replace(landscape="logistic_2d", landscape_parameters={}, batch=0, start=(-2.0, 2.0))
ROWS = np.array(points_of(LINE).rows)
MINIMUM = """(() => {
    const traces = document.querySelector('[data-testid=stage-map]')._fullData;
    const { x, y } = traces.find(({ name }) => name === 'Global minimum');
    return [x[0], y[0]];
})()"""


@pytest.fixture(scope="module")
def one(browser: Browser, server: str) -> Iterator[Stage]:
    """Return the lab on a line that learns from batches of four."""
    with stage_at(browser, address(server, LINE), VIEW) as opened:
        yield opened


@pytest.fixture
def stage(one: Stage) -> Stage:
    """Return the same page for every test, on the line as it was drawn, at the last step."""
    one.page.mouse.move(0, 0)
    one.go(LINE)
    one.finish()
    one.wait_until("String(s.rows) === String(a[0])", ROWS.tolist())
    return one


def spot(stage: Stage, what: Any) -> tuple[float, float]:
    left, top = stage.ask("projectData", what)
    return left, top


def row(stage: Stage, place: int) -> Any:
    return stage.page.locator(f".thw-row[data-row='{place}']")


def changed(stage: Stage, act: Any) -> Experiment:
    """Do something, and return what the address bar says once it says something else."""
    before = stage.page.url
    act()
    stage.wait_for_address(before)
    stage.wait_until("s.ground === null")
    return stage.experiment()


def test_a_dragged_row_moves_ground_minimum_and_link_and_undo_brings_it_back(stage: Stage) -> None:
    page = stage.page
    before = page.evaluate(MINIMUM)
    np.testing.assert_allclose(before, least_squares(ROWS), atol=1e-6)
    left, top = spot(stage, 4)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left - 20, top + 30, steps=3)
    page.mouse.move(left - 40, top + 60, steps=3)
    stage.wait_until(
        "s.ground && s.rows[4][1] < a[0] - 0.5 && s.ground.minima[0][0] < a[1] - 0.005", ROWS[4, 1], before[0]
    )
    moved = ROWS.copy()
    moved[4] = stage.ask("rows")[4]
    stage.wait_until("Math.abs(s.ground.minima[0][0] - a[0]) < 1e-9", float(least_squares(moved)[0]))  # the newest wins
    experiment = changed(stage, page.mouse.up)
    assert experiment.data == tuple(map(tuple, moved.tolist())) == tuple(map(tuple, stage.ask("rows")))
    page.wait_for_function(f"x => Math.abs({MINIMUM}[0] - x) < 1e-6", arg=float(least_squares(moved)[0]))
    assert changed(stage, stage.part("stage-undo").click) == LINE  # one gesture, one step
    stage.wait_until("String(s.rows[4]) === String(a[0])", ROWS[4].tolist())
    page.wait_for_function(f"x => Math.abs({MINIMUM}[0] - x) < 1e-6", arg=before[0])


def test_a_click_leaves_a_row_out_and_another_lets_it_count_again(stage: Stage) -> None:
    click = stage.page.mouse.click
    experiment = changed(stage, lambda: click(*spot(stage, 4)))
    assert experiment.flagged == (4,) and experiment.data == ()
    expect(row(stage, 4)).to_have_attribute("aria-pressed", "true")
    expect(stage.page.locator(".thw-data-key")).to_contain_text("left out")
    assert changed(stage, stage.part("stage-data-flag").click) == LINE
    expect(row(stage, 4)).to_have_attribute("aria-pressed", "false")


def test_rows_are_added_moved_by_keys_and_taken_away(stage: Stage) -> None:
    page, count = stage.page, len(ROWS)
    stage.part("stage-data-add").click()
    added = changed(stage, lambda: page.mouse.click(*spot(stage, [0.5, -0.5])))
    np.testing.assert_allclose(added.data[count], (0.5, -0.5), atol=0.02)
    expect(row(stage, count)).to_be_focused()
    expect(row(stage, count)).to_have_attribute("aria-label", f"Point {count + 1} of {count + 1}: x 0.5, y −0.5")
    nudged = changed(stage, lambda: page.keyboard.press("ArrowUp"))
    assert 0.02 < nudged.data[count][1] - added.data[count][1] < 0.12 and nudged.data[:count] == added.data[:count]
    page.keyboard.press("PageUp")
    expect(row(stage, count - 1)).to_be_focused()
    removed = changed(stage, lambda: page.keyboard.press("Delete"))
    assert removed.data == (*nudged.data[: count - 1], nudged.data[count])
    expect(row(stage, count - 1)).to_be_focused()
    doubled = changed(stage, lambda: page.mouse.dblclick(*spot(stage, [-0.5, 1.5])))
    assert len(doubled.data) == count + 1
    assert changed(stage, stage.part("stage-data-reset").click) == LINE


def test_what_cannot_be_learnt_from_is_said_and_not_asked_for(stage: Stage) -> None:
    few = LINE.replace(data=((0.0, 0.0), (1.0, 1.0), (2.0, 1.0)), batch=0)
    stage.go(few)
    stage.page.mouse.click(*spot(stage, 1))
    expect(stage.page.locator(".thw-data-note")).to_have_text("At least 3 points must count.")
    row(stage, 1).press("Delete")
    expect(stage.part("stage")).not_to_have_attribute("data-waiting", "true")
    assert stage.experiment() == few and len(stage.ask("rows")) == 3


def test_fits_and_the_ringed_batch_are_those_of_the_step(stage: Stage) -> None:
    batches = batch_rows(LINE, LINE.steps)
    trajectories = simulate(LINE)
    rings = stage.page.locator(".thw-data-rings")
    for step in (0, 7, 60):
        stage.ask("seek", step)
        stage.wait_until("s.step === a[0]", step)
        numbers = set(map(int, str(rings.get_attribute("data-rows")).split()))
        assert numbers == set(batches[min(step, LINE.steps - 1)].tolist())
        expect(stage.part("stage-step")).to_have_text(f"step {step} / 60\nepoch {step / 10:.1f}", use_inner_text=True)
        for run, trajectory in enumerate(trajectories):
            slope, intercept = trajectory.points[step]
            drawn = stage.page.locator(f".thw-data-svg path[data-run='{run}']").get_attribute("d")
            ends = np.array([part.split() for part in str(drawn)[1:].split("L")], dtype=float)
            box = stage.part("stage-data").bounding_box()
            for pixel in ends + np.array([box["x"], box["y"]]):
                x, y = _data(stage, *pixel)
                assert abs(slope * x + intercept - y) < 0.03


def _data(stage: Stage, left: float, top: float) -> tuple[float, float]:
    """Return the place of the axes that a pixel shows."""
    (x0, y0), (x1, y1) = spot(stage, [0, 0]), spot(stage, [1, 1])
    return (left - x0) / (x1 - x0), (top - y0) / (y1 - y0)


def test_under_the_pointer_is_every_runs_prediction(stage: Stage) -> None:
    slope, intercept = simulate(LINE)[0].points[-1]
    stage.page.mouse.move(*spot(stage, [0.3, -0.8]))
    tip = stage.page.locator(".thw-tip")
    expect(tip).to_contain_text("x 0.3")
    said = float(tip.locator("tr", has_text="Gradient descent").locator("td").nth(1).inner_text().replace("−", "-"))
    assert said == pytest.approx(slope * 0.3 + intercept, abs=0.02)


def test_residuals_are_drawn_over_the_input_and_nothing_is_wrong_for_ears(stage: Stage) -> None:
    stage.part("stage-data-residuals").click()
    slope, intercept = simulate(LINE)[0].points[-1]
    (x0, y0), (x1, y1) = spot(stage, 0), spot(stage, 1)
    residuals = ROWS[:2, 1] - slope * ROWS[:2, 0] - intercept
    (_, zero), (_, unit) = spot(stage, [0, 0]), spot(stage, [0, 1])
    np.testing.assert_allclose((np.array([y0, y1]) - zero) / (unit - zero), residuals, atol=1e-4)
    assert x0 < x1 if ROWS[0, 0] < ROWS[1, 0] else x0 > x1
    found = Axe().run(stage.page, context="[data-testid=stage-data-panel]")
    assert found.response["violations"] == []
    stage.part("stage-data-fit").click()


def test_a_table_tells_how_often_each_class_is_taken_for_which_at_the_step(stage: Stage) -> None:
    choice = stage.part("stage-data-confusion")
    expect(choice).to_be_hidden()  # numbers have no classes
    stage.go(CLASSES)
    choice.click()
    rows = np.array(points_of(CLASSES).rows)
    intercept = CLASSES.landscape_parameters["intercept"]
    for step in (0, 60):
        stage.ask("seek", step)
        stage.wait_until("s.step === a[0]", step)
        tables = stage.page.locator(".thw-confusions table")
        expect(tables).to_have_count(2)
        for run, trajectory in enumerate(simulate(CLASSES)):
            guesses = rows[:, :2] @ trajectory.points[step] + intercept > 0
            right = [[int(np.sum((rows[:, 2] == one) & (guesses == two))) for two in (0, 1)] for one in (0, 1)]
            cells = tables.nth(run).locator("tbody tr").all()
            assert [[int(told) for told in cell.locator("td").all_inner_texts()] for cell in cells] == right
            expect(tables.nth(run)).to_contain_text(f"{right[0][0] + right[1][1]} of {len(rows)} right")
        expect(stage.page.locator(".thw-confusions p")).to_contain_text(
            "Points to train on at the end" if step else "Points to train on at step 0"
        )
    found = Axe().run(stage.page, context="[data-testid=stage-data-panel]")
    assert found.response["violations"] == []
    stage.go(LINE)
    expect(stage.part("stage-data-fit")).to_have_attribute("aria-pressed", "true")
    expect(stage.part("stage-data")).to_be_visible()


def test_the_relief_is_behind_the_map_and_drawn_once_it_is_looked_at(stage: Stage) -> None:
    assert stage.ask("camera") is None
    stage.page.locator("[data-show=relief]").click()
    stage.wait_until("s.camera !== null")
    expect(stage.part("stage-data-panel")).to_be_visible()
    stage.page.locator("[data-show=map]").click()
    expect(stage.part("stage-map")).to_be_visible()


def test_where_nothing_learns_there_is_no_data_view(stage: Stage) -> None:
    panel = stage.part("stage-data-panel")
    expect(panel).to_be_visible()
    expect(stage.page.locator("[data-show=data]")).to_be_hidden()
    stage.go(PLAIN)
    expect(panel).to_be_hidden()
    assert stage.page.locator(".thw-grid").get_attribute("data-rows") is None
    expect(stage.part("stage-relief")).to_be_visible()
    expect(stage.part("stage-step")).to_have_text("step 60 / 60")
