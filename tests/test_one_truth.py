"""One truth: what was done on a page is there whatever happens between it and the server, and so is its address."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import permutations

import pytest
from playwright.sync_api import Browser, Error, ViewportSize, expect

from experiments import Experiment, Run
from lessons import EXAMPLES, Example
from tests import one_truth
from tests.app_server import started
from tests.stage_page import Stage, address
from tests.wire import Wire

DESK: ViewportSize = {"width": 1280, "height": 800}
NOBODY = 1  # a port
PAIRS = [*permutations(EXAMPLES, 2)]
QUIET = Experiment(
    landscape="himmelblau", start=(1.0, 1.0), steps=60, runs=(Run(optimizer="gradient_descent", learning_rate=0.01),)
)


@contextmanager
def page_at(browser: Browser, url: str) -> Iterator[Stage]:
    context = browser.new_context(viewport=DESK, reduced_motion="reduce")
    stage = Stage(context.new_page(), url)
    try:
        yield stage
    finally:
        context.close()


@contextmanager
def burning(cores: int) -> Iterator[None]:
    """Have so many other processes do nothing, as fast as they can."""
    with ExitStack() as burners:
        for _ in range(cores):
            burner = burners.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            burners.callback(burner.kill)
        yield


def tried(browser: Browser, server: str, pairs: list[tuple[Example, Example]]) -> None:
    """Change from example to example at once, and with the last step in between where there is a player."""
    with page_at(browser, server) as stage:
        for place, (first, second) in enumerate(pairs):
            one_truth.choose(stage, first)
            if place % 2 and not first.experiment.atlas:  # a map has no steps to go along
                stage.page.get_by_role("button", name="Last step").click()
            one_truth.choose(stage, second)
            try:
                one_truth.shows(stage, second.experiment)
            except (AssertionError, Error) as error:
                error.add_note(f"{place}: {first.title}, then {second.title}: {stage.page.url}")
                raise
        assert stage.problems == []


def test_a_quick_change_of_example_ends_in_the_second(browser: Browser, server: str) -> None:
    tried(browser, server, PAIRS[5 :: len(PAIRS) // 6][:6])


@pytest.mark.soak
@pytest.mark.parametrize(("burners", "delay"), ((0, 0.0), (2, 0.0), (0, 0.05), (0, 0.15)))
def test_every_change_of_example_ends_in_the_second(browser: Browser, burners: int, delay: float) -> None:
    with burning(burners), started() as (_, port), Wire(port, delay) as wire:
        tried(browser, wire.url, PAIRS)


def test_the_path_of_examples_stays_under_the_hand_that_presses_one(browser: Browser, server: str) -> None:
    with page_at(browser, server) as stage:
        for example in (EXAMPLES[0], EXAMPLES[-1], EXAMPLES[1]):  # at the path's two ends
            stop = stage.part("stage-examples").get_by_role("button", name=f": {example.title}")
            stop.click(delay=80)  # the path had the focus before, and the stage has it now
            one_truth.shows(stage, example.experiment)
            expect(stage.part("stage")).to_be_focused()


def test_after_an_example_was_chosen_the_keys_are_the_players(browser: Browser, server: str) -> None:
    with page_at(browser, server) as stage:
        one_truth.choose(stage, EXAMPLES[2])
        one_truth.shows(stage, EXAMPLES[2].experiment)
        stage.page.keyboard.press("Home")
        stage.wait_until("s.step === 0")
        stage.page.keyboard.press("End")
        stage.wait_until("s.step > 0 && !s.playing")
        one_truth.shows(stage, EXAMPLES[2].experiment)


HARDER = (pytest.param(*way, marks=pytest.mark.soak) for way in ((2, 0.0), (0, 0.05), (0, 0.15), (2, 0.15)))


@pytest.mark.parametrize(("burners", "delay"), ((0, 0.0), *HARDER))  # delay: seconds one way
def test_edits_outlive_the_server_and_what_is_done_meanwhile_is_carried_out(
    browser: Browser, burners: int, delay: float
) -> None:
    with (
        burning(burners),
        started() as (_, first),
        Wire(first, delay) as wire,
        page_at(browser, address(wire.url, QUIET)) as stage,
        started() as (_, second),  # restarted, or another one of several
    ):
        edited = one_truth.click(stage, 2.0, 1.0)
        wire.target = NOBODY
        wire.drop()
        stage.page.mouse.click(*stage.pixel(-1.0, 2.0))
        expect(stage.part("stage-away")).to_contain_text("The server")
        wire.target = second
        stage.wait_until("Math.abs(s.start[0] + 1) < 0.05 && Math.abs(s.start[1] - 2) < 0.05")
        meanwhile = edited.replace(start=tuple(stage.ask("start")))
        one_truth.shows(stage, meanwhile)
        stage.page.get_by_role("button", name="Duplicate this run").click()  # the panel knows of it, too
        stage.page.wait_for_function("new URLSearchParams(location.search).has('r2')")
        assert stage.experiment().start == meanwhile.start and len(stage.experiment().runs) == 2
        one_truth.shows(stage, stage.experiment())


SHORT = "--server.disconnectedSessionTTL=1"  # s; by default two minutes, after which a session is lost


@pytest.mark.parametrize(
    ("options", "cut"), (((SHORT,), 0.0), pytest.param((), 160.0, marks=pytest.mark.soak))
)  # cut: s
def test_a_lid_that_was_closed_loses_nothing(browser: Browser, options: tuple[str, ...], cut: float) -> None:
    with started(*options) as (_, port), Wire(port) as wire, page_at(browser, address(wire.url, QUIET)) as stage:
        edited = one_truth.click(stage, 2.0, 1.0)
        one_truth.shows(stage, edited)
        wire.whole.clear()
        stage.page.mouse.click(*stage.pixel(-1.0, 2.0))
        expect(stage.part("stage-away")).to_contain_text("The server")
        wire.drop()
        stage.page.wait_for_timeout(1000 * cut)
        wire.whole.set()
        stage.wait_until("Math.abs(s.start[0] + 1) < 0.05")
        last = one_truth.click(stage, 0.5, -2.0)
        one_truth.shows(stage, last)
        assert last == edited.replace(start=last.start)


def test_the_reference_and_back_two_tabs_and_the_browsers_buttons(browser: Browser, server: str) -> None:
    with page_at(browser, address(server, QUIET)) as stage, page_at(browser, address(server, QUIET)) as other:
        edited = one_truth.click(stage, 2.0, 1.0)
        elsewhere = one_truth.click(other, -2.0, 1.0)
        page = stage.page
        page.get_by_role("link", name="Reference").first.click()
        expect(page.get_by_text("Open in the lab").first).to_be_visible()
        page.get_by_role("link", name="Lab").first.click()
        page.wait_for_selector("[data-testid=stage][data-ready=true]")
        one_truth.shows(stage, edited)
        again = one_truth.click(stage, 0.5, 2.0)
        page.go_back()
        one_truth.shows(stage, edited)
        page.go_forward()
        one_truth.shows(stage, again)
        one_truth.shows(other, elsewhere)
