"""Models with many weights in the data view of a real browser: what they predict at a step, and what is held out."""

from collections.abc import Iterator

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize, expect

from experiments import Experiment, Run, simulate
from experiments.setup.points import points_of
from landscapes import UNITS
from landscapes.data.learner import Learner
from tests.stage_page import Stage, address

VIEW: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
RUNS = (Run(optimizer="gradient_descent", learning_rate=0.1), Run(optimizer="adam", learning_rate=0.05))
CURVE = Experiment(
    landscape="polynomial_fit", landscape_parameters={"degree": 7, "leaked": 2}, held_out=0.3, steps=90, runs=RUNS
)
CLASSES = tuple(
    Experiment(landscape=key, held_out=0.3, steps=60, runs=RUNS)
    for key in ("softmax_fit", "network_fit", "logistic_features")
)


@pytest.fixture(scope="module")
def stage(browser: Browser, server: str) -> Iterator[Stage]:
    context = browser.new_context(viewport=VIEW, reduced_motion="reduce")
    opened = Stage(context.new_page(), address(server, CURVE))
    yield opened
    assert opened.problems == []
    context.close()


def scores_of(experiment: Experiment, weights: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    learner, values = learner_of(experiment), experiment.landscape_parameters
    design = learner.design(inputs, values)
    padded = np.pad(weights, (0, learner.width(values) - len(weights)))
    found: np.ndarray = learner.scores(np, padded, design.T, values)
    return found


def learner_of(experiment: Experiment) -> Learner:
    learner = UNITS[experiment.landscape].learner
    assert learner is not None
    return learner


def at_step(stage: Stage, step: int) -> None:
    stage.ask("seek", step)
    stage.wait_until("s.step === a[0]", step)


def test_curves_are_those_of_all_weights_at_the_step(stage: Stage) -> None:
    stage.go(CURVE)
    (x0, y0), (x1, y1) = stage.ask("projectData", [0, 0]), stage.ask("projectData", [1, 1])
    box = stage.part("stage-data").bounding_box()
    assert box is not None
    for step in (0, 37, 90):
        at_step(stage, step)
        for run, trajectory in enumerate(simulate(CURVE)):
            assert trajectory.weights is not None
            drawn = stage.page.locator(f".thw-data-svg path[data-run='{run}']").get_attribute("d")
            pixels = np.array([part.split() for part in str(drawn)[1:].split("L")], dtype=float)
            x, y = ((pixels + np.array([box["x"], box["y"]]) - [x0, y0]) / np.array([x1 - x0, y1 - y0])).T
            assert len(x) >= 160
            np.testing.assert_allclose(
                y, scores_of(CURVE, trajectory.weights[step], x[:, None]), atol=0.02, rtol=0.01, err_msg=str(step)
            )


def test_held_out_points_are_hollow_and_said(stage: Stage) -> None:
    stage.go(CURVE)
    points = points_of(CURVE)
    fills: dict[bool, set[str | None]] = {True: set(), False: set()}
    for place in range(len(points.rows)):
        marks = stage.page.locator(f".thw-row[data-row='{place}'] path")
        expect(marks).to_have_count(2 if place in points.leaked else 1)
        label = str(stage.page.locator(f".thw-row[data-row='{place}']").get_attribute("aria-label"))
        assert ("held out" in label) == (place in points.held) and ("leaked" in label) == (place in points.leaked)
        fills[place in points.held].add(marks.first.get_attribute("fill"))
    assert [len(found) for found in fills.values()] == [1, 1] and fills[True] != fills[False]
    key = stage.page.locator(".thw-data-key")
    expect(key).to_contain_text("held out")
    expect(key).to_contain_text("leaked")
    expect(stage.part("stage-data-model")).to_have_text("degree 7: 8 weights")
    said = str(stage.part("stage-data").get_attribute("aria-label"))
    assert f"{len(points.kept) - 2} to train on, {len(points.held)} held out, of which 2 leaked" in said


@pytest.mark.parametrize("experiment", CLASSES, ids=lambda experiment: experiment.landscape)
def test_the_table_counts_held_out_points_with_all_weights(stage: Stage, experiment: Experiment) -> None:
    stage.go(experiment)
    stage.part("stage-data-confusion").click()
    held = np.array(points_of(experiment).heldout)
    learner = learner_of(experiment)
    for step in (0, 60):
        at_step(stage, step)
        for run, trajectory in enumerate(simulate(experiment)):
            assert trajectory.weights is not None
            scores = scores_of(experiment, trajectory.weights[step], held[:, :-1])
            table = stage.page.locator(".thw-confusions table").nth(run)
            told = np.array([row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()], dtype=int)
            assert told.shape == (learner.classes, learner.classes) and told.sum() == len(held)
            guesses = learner.predicted(scores)
            for one in range(learner.classes):
                for two in range(learner.classes):
                    assert told[one, two] == np.sum((held[:, -1] == one) & (guesses == two))
    found = Axe().run(stage.page, context="[data-testid=stage-data-panel]")
    assert found.response["violations"] == []
    stage.part("stage-data-fit").click()


def test_on_a_phone_the_choices_stand_beside_nothing_and_the_tables_fit(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce", has_touch=True)
    stage = Stage(context.new_page(), address(server, CLASSES[0]))
    stage.page.locator("[data-show=data]").click()
    expect(stage.part("stage-data-confusion")).to_be_visible()
    switch = stage.page.locator(".thw-switch").bounding_box()
    for mode in ("fit", "residuals", "confusion"):
        button = stage.part(f"stage-data-{mode}").bounding_box()
        assert switch is not None and button is not None and button["y"] >= switch["y"] + switch["height"]
    stage.part("stage-data-confusion").click()
    sizes = stage.page.locator(".thw-confusions").evaluate(
        "e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]"
    )
    assert sizes == [0, 0]
    context.close()
