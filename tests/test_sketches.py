"""Sketches: what is drawn while something moves agrees with the picture at rest, and only our pages may ask for it."""

import http.client
import json
import re
from typing import Any
from urllib.parse import urlencode, urlparse

import numpy as np
import pytest
from playwright.sync_api import Browser, Route, expect

from experiments import Experiment, Run, Wrapper
from experiments.edits import edited
from experiments.edits.carried_out import MOST
from figures.packets.packet import stage_packet
from figures.packets.sketch import UnpreparedError, sketch
from lessons import EXAMPLES
from parameter import Refusal
from server.assets import base, stamp
from tests.packets import read_packet
from tests.stage_page import Stage, address

ADAM = Run(optimizer="adam", learning_rate=0.1)
VARIED = (
    Experiment(landscape="formula", formula="x^4+|y|-x*y", steps=150, start=(1.5, 1.0), runs=(ADAM,)),
    Experiment(landscape="rastrigin", noise=1.0, seed=3, rotation=30.0, steps=120, start=(2.0, 1.0), runs=(ADAM, ADAM)),
    Experiment(
        landscape="rosenbrock",
        steps=300,
        start=(-1.0, 1.0),
        stop_at="gradient",
        runs=(Run(optimizer="gradient_descent", learning_rate=5.0), Run(optimizer="nelder_mead", learning_rate=0.5)),
    ),
    Experiment(
        landscape="himmelblau",
        repeats=4,
        spread=0.1,
        steps=80,
        runs=(
            Run(
                optimizer="momentum",
                learning_rate=0.01,
                schedule="cosine",
                wrappers=(Wrapper(key="lookahead"),),
            ),
        ),
    ),
)
EDITS: tuple[dict[str, Any], ...] = (
    {},
    {"start": [0.25, -0.5]},
    {"r1.learning_rate": 0.03, "start": [1.25, 0.75]},
)


def link(experiment: Experiment) -> str:
    return urlencode(experiment.to_query())


@pytest.mark.parametrize(
    "experiment", (*(example.experiment for example in EXAMPLES), *VARIED), ids=lambda e: e.landscape
)
def test_a_sketch_and_the_picture_agree_to_the_last_bit(experiment: Experiment) -> None:
    stage_packet(experiment)  # prepares what it needs
    for edits in EDITS:
        changed = experiment
        for key, value in edits.items():
            changed = edited(changed, key, tuple(value) if isinstance(value, list) else value)
        picture, whole = read_packet(stage_packet(changed))
        header, arrays = read_packet(sketch(link(experiment), edits))
        assert {f"{name}0" for name in ("x", "y", "z", "loss", "gap", "gradient", "step", "rate")} <= arrays.keys()
        stays = experiment.plane == "path"  # the plane is that of the last rest while something moves
        others = ("all_weights", "x", "y", "z") if stays else ("all_weights",)  # weights come at fewer steps
        for name, values in arrays.items():
            if name[:-1] in others:
                continue
            assert values.dtype == whole[name].dtype and values.tobytes() == whole[name].tobytes(), name
        assert all(header[key] == picture[key] for key in ("start", "steps"))
        for drawn, run in zip(header["runs"], picture["runs"], strict=True):
            same = [key for key in drawn if key != "frames" and not (stays and key == "leaves")]
            assert {key: drawn[key] for key in same} == {key: run[key] for key in same}


def test_what_is_not_compiled_is_not_sketched() -> None:
    fresh = Experiment(landscape="formula", formula="x^2+3.14159*y^2-cos(x*y)", runs=(ADAM,))
    with pytest.raises(UnpreparedError):
        sketch(link(fresh), {})


@pytest.mark.parametrize(
    ("query", "edits", "named"),
    (
        (link(VARIED[2]).replace("rosenbrock", "nowhere"), {}, "nowhere"),
        ("x" * 30_000, {}, "query: 30,000 characters"),
        (link(VARIED[0]), {"r1.learning_rate": "fast"}, "fast"),
        (link(VARIED[0]), {"r3.learning_rate": 0.1}, "r3.learning_rate"),
        (link(VARIED[0]), {"start": [float("nan"), 0.0]}, "start x"),
        (link(VARIED[0]), {f"r1.{place}": 1 for place in range(MOST + 1)}, f"at most {MOST}"),
    ),
)
def test_what_is_not_allowed_is_named(query: str, edits: dict[str, Any], named: str) -> None:
    with pytest.raises(Refusal, match=named):
        sketch(query, edits)


def asked(server: str, body: str | bytes, build: str = "", **headers: str) -> tuple[int, bytes]:
    """Return the status and the body of the answer to a question."""
    answer = answered(server, body, build, **headers)
    return answer.status, answer.read()


def answered(
    server: str, body: str | bytes, build: str = "", method: str = "POST", **headers: str
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlparse(server).netloc, timeout=60)
    connection.request(method, f"{base()}/{build or stamp()}/sketch", body, headers | {"Connection": "close"})
    return connection.getresponse()


JSON = {"Content-Type": "application/json"}


def test_only_a_page_of_this_server_may_ask_and_in_json_of_a_certain_size(server: str) -> None:
    question = json.dumps({"query": link(VARIED[0])})
    assert asked(server, question)[0] == 403
    assert asked(server, question, **JSON, Origin="http://elsewhere.example")[0] == 403
    assert asked(server, question, build="0123456789ab", **JSON)[0] == 409
    for body in (b"", b"{", b"[]", b'{"query": 3}', b'{"query": "v=1", "edits": []}', b"\xff\xfe", b"[" * 9_000):
        status, said = asked(server, body, **JSON)
        assert status == 400 and said and b"Traceback" not in said, body
    status, said = asked(server, b" " * 50_000, **JSON)
    assert status == 400 and b"40,000 bytes" in said


def test_a_sketch_says_what_every_answer_says(server: str) -> None:
    for body, status in ((json.dumps({"query": link(VARIED[0]), "edits": {"steps": -1}}), 400), ("{", 400)):
        answer = answered(server, body, **JSON)
        assert answer.status == status and answer.read()
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("frame-ancestors")
        assert answer.headers["Cache-Control"] == "no-store"
    other = answered(server, "", method="GET")
    assert other.status == 404 and other.headers["X-Content-Type-Options"] == "nosniff"


def test_dragging_draws_sketches_and_what_rests_is_the_picture(browser: Browser, server: str) -> None:
    stage = Stage(browser.new_page(viewport={"width": 1280, "height": 800}), address(server, quiet()))
    stage.finish()
    watch(stage)
    grab(stage)
    move_until_sketched(stage)
    stage.page.mouse.move(*stage.pixel(0.5, 2.5), steps=4)
    stage.page.mouse.up()
    stage.wait_until("Math.abs(s.start[0] - 0.5) < 0.02 && Math.abs(s.start[1] - 2.5) < 0.02")
    expect(stage.part("stage")).to_have_attribute("data-moving", "false")
    expect(stage.page.locator(".thw-sketched")).to_have_count(0)  # Plotly's own curves are to be seen again
    x, y = stage.ask("start")
    stage.wait_for_link("start", f"{x:g}~{y:g}")
    assert stage.problems == []
    stage.page.close()


def test_a_ball_that_is_held_still_has_its_whole_picture_and_goes_on(browser: Browser, server: str) -> None:
    stage = Stage(browser.new_page(viewport={"width": 1280, "height": 800}), address(server, quiet()))
    stage.finish()
    mark = stage.mark()
    grab(stage)
    stage.page.mouse.move(*stage.pixel(-0.5, 2.0), steps=3)
    stage.wait_for_new(mark)  # while the button is still down
    watch(stage)
    move_until_sketched(stage)
    stage.page.mouse.move(*stage.pixel(0.5, 2.0), steps=3)
    stage.page.mouse.up()
    stage.wait_until("Math.abs(s.start[0] - 0.5) < 0.02 && Math.abs(s.start[1] - 2.0) < 0.02")
    assert stage.problems == []
    stage.page.close()


def test_where_no_sketch_can_be_had_the_pictures_come_as_before(browser: Browser, server: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.abort()

    page.route("**/sketch", refuse)
    stage = Stage(page, address(server, quiet()))
    stage.finish()
    grab(stage)
    mark = stage.mark()
    page.mouse.move(*stage.pixel(-0.5, 2.0), steps=3)
    stage.wait_for_new(mark)  # while the button is still down
    page.mouse.move(*stage.pixel(0.5, 2.5), steps=3)
    page.mouse.up()
    stage.wait_until("Math.abs(s.start[0] - 0.5) < 0.02 && Math.abs(s.start[1] - 2.5) < 0.02")
    assert refused and all("ERR_FAILED" in problem for problem in stage.problems)
    page.close()


def quiet() -> Experiment:
    runs = (Run(optimizer="gradient_descent", learning_rate=0.0005), Run(optimizer="adam", learning_rate=0.05))
    return Experiment(landscape="rosenbrock", start=(-1.2, 1.0), steps=200, runs=runs)


def watch(stage: Stage) -> None:
    """Count the sketches that are drawn."""
    stage.page.evaluate("() => { window.sketches = 0; addEventListener('thalweg:sketched', () => sketches++); }")


def move_until_sketched(stage: Stage) -> None:
    """Move what is held to and fro until a sketch was drawn: on a busy machine the picture may overtake the first."""
    for turn in range(2_000):
        stage.page.mouse.move(*stage.pixel(-0.5 + 0.3 * np.sin(turn), 2.0))
        if stage.page.evaluate("sketches") > 0:
            return
    pytest.fail("nothing was sketched")


def grab(stage: Stage) -> None:
    """Take up the ball."""
    stage.part("stage-start").hover()  # which waits until it stands still
    stage.page.mouse.down()
    expect(stage.part("stage-start")).to_have_class(re.compile("thw-held"))
    assert np.isfinite(stage.ask("start")).all()
