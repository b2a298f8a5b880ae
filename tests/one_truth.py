"""What a page does between a browser and a server, told as steps: make test takes a few of them, make soak all."""

import numpy as np
from playwright.sync_api import expect

from experiments import Experiment
from figures.packets.packet import stage_packet
from lessons import Example
from numerals import number
from tests.packets import read_packet
from tests.stage_page import Stage

PATIENCE = 180_000.0  # ms: a server that compiles while others burn both cores


def mark_of(experiment: Experiment) -> str:
    """Return the mark of an experiment's picture, made here and not by the server."""
    return str(read_packet(stage_packet(experiment))[0]["hash"])


def choose(stage: Stage, example: Example) -> None:
    """Choose an example as a hand does."""
    stage.part("stage-examples").get_by_role("button", name=f": {example.title}").click()


def shows(stage: Stage, experiment: Experiment) -> None:
    """Wait until the page shows this experiment everywhere: picture, address and panel."""
    stage.page.wait_for_function(
        "mark => document.querySelector('[data-testid=stage]').dataset.hash === mark",
        arg=mark_of(experiment),
        timeout=PATIENCE,
    )
    stage.page.wait_for_function(
        "query => { const now = new URLSearchParams(location.search); const keys = Object.keys(query);"
        " return [...now].length === keys.length && keys.every((key) => now.get(key) === query[key]); }",
        arg=experiment.to_query(),
    )
    assert stage.experiment() == experiment
    rate = stage.page.get_by_role("textbox", name="Learning rate", exact=True)
    expect(rate).to_have_value(number(experiment.runs[0].learning_rate, 5))
    expect(stage.page.locator(".thw-card")).to_have_count(len(experiment.runs))
    expect(stage.part("stage-away")).to_be_hidden()


def click(stage: Stage, x: float, y: float) -> Experiment:
    """Let the ball go at a place and wait for its picture; returns what is shown then."""
    mark = stage.mark()
    stage.page.mouse.click(*stage.pixel(x, y))
    stage.wait_for_new(mark)
    start = tuple(stage.ask("start"))
    assert np.allclose(start, (x, y), atol=0.05)
    stage.page.wait_for_function(
        "start => { const told = new URLSearchParams(location.search).get('start') ?? '';"
        " return told.split('~').map(Number).join() === start.join(); }",
        arg=list(start),
    )
    return stage.experiment()
