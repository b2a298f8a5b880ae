"""What a person feels: click and slider to the drawn picture, frames while playing, the first picture; in Chromium."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import numpy as np

from benchmarks import report
from benchmarks.server import running
from experiments import Experiment
from experiments.critical.defaults import default_run

_CLICKS, _ARROWS, _PLAYS, _VISITS = 30, 30, 3, 5
_PRESS = 80.0  # ms that a hand holds a mouse's button down to click
_REST = 150.0  # ms without a move, after which the stage takes what is moved to be at rest
_STAGE = "document.querySelector('[data-testid=stage]')"
_DRAWN = "() => benchmark.events.some((event) => event.kind === 'drawn')"
_SIZE = {"width": 1280, "height": 800}
_FIVE = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam")
_DRAG = 4.0  # seconds
_MOVE = """(seconds) => new Promise((resolve) => {
    const ball = document.querySelector('[data-testid=stage-start]');
    const { left, top } = ball.getBoundingClientRect();
    const begin = performance.now();
    benchmark.events.length = 0;
    function step(now) {
        const turn = (now - begin) / 300;
        if (now - begin > 1000 * seconds) return resolve(benchmark.events);
        const at = { clientX: left + 22 + 40 * Math.sin(turn), clientY: top + 22 - 60 * Math.sin(turn / 3) };
        ball.dispatchEvent(new PointerEvent('pointermove', { ...at, bubbles: true, pointerId: 1 }));
        requestAnimationFrame(step);
    }
    requestAnimationFrame(step);
})"""


_CARRY = """(seconds) => new Promise((resolve) => {
    const data = document.querySelector('[data-testid=stage-data]');
    const [left, top] = document.querySelector('[data-testid=stage]').thalweg.projectData(0);
    const begin = performance.now();
    benchmark.events.length = 0;
    function step(now) {
        const turn = (now - begin) / 300;
        if (now - begin > 1000 * seconds) return resolve(benchmark.events);
        const at = { clientX: left - 60 + 60 * Math.cos(turn), clientY: top + 40 * Math.sin(turn / 3) };
        const of = { bubbles: true, pointerId: 1, pointerType: 'mouse' };
        data.dispatchEvent(new PointerEvent('pointermove', { ...at, ...of }));
        requestAnimationFrame(step);
    }
    requestAnimationFrame(step);
})"""


@dataclass(frozen=True, kw_only=True)
class Act:
    """What came of a click or a key: ms of each part of the answer, and KB by where they came from."""

    parts: dict[str, float]
    sizes: dict[str, float]  # "websocket", "all", and the last word of a route


def main() -> None:
    busy = report.load()
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  may be missing
    except ImportError:
        report.write("browser", "Browser", "Playwright is not installed.", ("playwright",), busy)
        return
    with sync_playwright() as playwright, _browser(playwright) as browser:
        with running(precompile=True) as server:
            _visit(browser, server.url)  # the server's own first visitor
            compiling = _answers(browser, server.url)
            meanwhile = ", while the server compiles its catalogue" + (
                "" if server.compiles() else " (it ended before)"
            )
        with running() as server:
            _visit(browser, server.url)
            idle = _answers(browser, server.url)
            parts = [
                _told([("", idle), (meanwhile, compiling)]),
                _drags(browser, server.url),
                _frames(browser, server.url),
                _first_pictures(browser, server.url),
                f"Chromium {browser.version} without a GPU, {_SIZE['width']} x {_SIZE['height']}; browser and server "
                "share the cores. Drawn: the animation frame in which the stage has drawn the answer has begun.",
            ]
    report.write("browser", "Browser", "\n\n".join(parts), ("streamlit", "plotly", "playwright"), busy)


@contextmanager
def _browser(playwright: Any) -> Iterator[Any]:
    from tests.install_browser import ARGS, browser_path  # noqa: PLC0415  needs Playwright, which may be missing

    browser = playwright.chromium.launch(executable_path=browser_path(), args=ARGS)
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def _page(browser: Any, url: str) -> Iterator[Any]:
    """Yield a page that shows the lab at rest."""
    with _context(browser) as context:
        page = context.new_page()
        page.goto(url)
        _rest(page)
        yield page


@contextmanager
def _context(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport=_SIZE)
    try:
        context.add_init_script(path=Path(__file__).parent / "page.js")
        yield context
    finally:
        context.close()


def _rest(page: Any) -> None:
    """Wait until the stage is there and nothing plays."""
    page.wait_for_function(f"() => {_STAGE}?.thalweg?.ready && !{_STAGE}.thalweg.playing", polling=100, timeout=60_000)
    page.wait_for_timeout(300)


def _answers(browser: Any, url: str) -> list[list[Act]]:
    """Return what clicks and arrow keys met, each."""
    with _page(browser, url) as page:
        page.evaluate("() => benchmark.watch()")
        clicks = _measured(page, _CLICKS, "mouseup", lambda place: _click(page, place), 400)
    with _page(browser, url) as page:
        page.evaluate("() => benchmark.watch()")
        slider = page.locator('[data-testid=numbers] input[type=range][aria-label^="Learning rate"]').first
        slider.focus()
        page.wait_for_timeout(300)
        arrows = _measured(page, _ARROWS, "keydown", lambda place: page.keyboard.press("ArrowRight"), 600)
    return [clicks, arrows]


def _told(answers: Sequence[tuple[str, list[list[Act]]]]) -> str:
    """Return what is told of the answers, by what the server did meanwhile."""
    rows = []
    for when, both in answers:
        for name, found in zip(("click on the map", "learning rate, an arrow key"), both, strict=True):
            parts = {key: np.array([act.parts[key] for act in found]) for key in found[0].parts}
            row = [name + when, str(len(found))]
            for part, target in (("first", "40, 80"), ("picture", "100"), ("rest", "250"), ("sketch", "8")):
                row += [report.short(float(np.nanpercentile(parts[part], p))) for p in (50, 95)] + [target]
            rows.append(row + [report.short(float(np.median(parts[part]))) for part in ("ask", "answer", "draw")])
    head = [
        "ms", "times", "to the first frame: median", "p95", "targets", "to the picture: median", "p95",
        "target: median", "rest to curves: median", "p95", "target: at most", "a sketch's answer: median", "p95",
        "target: median", "to ask", "to answer", "to draw",
    ]  # fmt: skip
    clicks = answers[0][1][0]
    kinds = {"websocket": "websocket", "sketch": "sketches", "picture": "picture", "advice": "advice", "all": "all"}
    sizes = [report.short(median(act.sizes.get(kind, 0.0) for act in clicks)) for kind in kinds]
    return (
        "From the mouse button's or key's event, on the page's clock, to the first frame with the new paths, and to "
        f"the drawn picture, for which a key waits {_REST:g} ms whether another follows; from the end of that wait, "
        "or from the click, to picture and curves. To ask: until the picture is asked for; to answer: until the whole "
        "of it is there; to draw: until it is drawn. A sketch's answer: from asking to its last byte, in the page. A "
        f"click comes while the run before it plays; time begins where its button comes up, {_PRESS:g} ms after it "
        "went down.\n\n"
        + report.table(head, rows)
        + "\n\nWhat one click on the opening page brings, until 400 ms after its picture; bodies as they travel.\n\n"
        + report.table(["KB, median", *kinds.values(), "target: at most"], [["click on the map", *sizes, "47"]])
    )


def _measured(page: Any, count: int, trigger: str, act: Callable[[int], None], pause: int) -> list[Act]:
    """Act so many times; return what each met. The first warms up."""
    found = []
    for place in range(count + 1):
        page.evaluate("() => { benchmark.events.length = 0; }")
        act(place)
        page.wait_for_function(_DRAWN, polling=50, timeout=20_000)
        page.wait_for_timeout(pause)
        events = page.evaluate("() => benchmark.events")
        if place:
            found.append(_act(events, trigger))
    return found


def _act(events: list[dict[str, Any]], trigger: str) -> Act:
    begin = next(e["at"] for e in events if e["kind"] == trigger)
    since = [e for e in events if e["at"] >= begin]
    answers = [
        (e["of"].rpartition("/")[2], e) for e in events if e["kind"] == "fetched"
    ]  # a press asks before the click
    drawn = next(e["at"] for e in since if e["kind"] == "drawn")
    picture = [e for of, e in answers if of == "picture" and e["end"] <= drawn][-1]
    ask = picture["at"] - begin
    curves = max((e["at"] for e in since if e["kind"] == "curves"), default=drawn)
    parts = {
        "first": min(e["at"] for e in since if e["kind"] in ("sketched", "drawn")) - begin,
        "picture": drawn - begin,
        "rest": max(drawn, curves) - begin - (_REST if ask >= _REST else 0.0),
        "sketch": next((e["end"] - e["at"] for of, e in answers if of == "sketch"), float("nan")),
        "ask": ask,
        "answer": picture["end"] - picture["at"],
        "draw": drawn - picture["end"],
    }
    sizes = Counter[str]()
    for of, event in [*answers, *(("websocket", e) for e in since if e["kind"] == "received")]:
        sizes.update({of: event["bytes"] / 1e3, "all": event["bytes"] / 1e3})
    return Act(parts=parts, sizes=dict(sizes))


def _click(page: Any, place: int) -> None:
    """Click on the map, each time elsewhere and not on the ball."""
    box = page.locator("[data-testid=stage-map]").bounding_box()
    ball = page.evaluate(f"() => {_STAGE}.thalweg.project(...{_STAGE}.thalweg.start)")
    for turn in range(place * 7 + 1, place * 7 + 100):
        x = box["x"] + box["width"] * (0.2 + 0.6 * (turn * 0.6180339887 % 1))
        y = box["y"] + box["height"] * (0.2 + 0.6 * (turn * 0.7548776662 % 1))
        if abs(x - ball[0]) + abs(y - ball[1]) > 80:
            break
    page.mouse.move(x, y)
    page.mouse.click(x, y, delay=_PRESS)


def _drags(browser: Any, url: str) -> str:
    six = Experiment(landscape="himmelblau", start=(0.5, 1.0), steps=1_000)
    rows = []
    for name, runs, steps, target in (("three", 3, 200, "45"), ("six", 6, 1_000, "30")):
        chosen = (*_FIVE, "adagrad")[:runs]
        experiment = six.replace(steps=steps, runs=tuple(default_run(six, key) for key in chosen))
        rows.append([f"{name} runs of {steps:,} steps", report.short(_dragged(browser, url, experiment)), target])
    net = Experiment(landscape="network_fit", held_out=0.5, steps=200)
    experiment = net.replace(runs=tuple(default_run(net, key) for key in ("gradient_descent", "adam")))
    told = "a plane of a network's 33 weights, two runs of 200 steps"
    rows.append([told, report.short(_dragged(browser, url, experiment)), "20"])
    rows.append(["a point of data, two runs of 200 steps on batches of 4", report.short(_carried(browser, url)), "25"])
    return (
        f"The ball, or a point of data, is dragged for {_DRAG:g} s, moved in every frame; frames that show another "
        "picture.\n\n" + report.table(["Dragging", "pictures a second", "target: at least"], rows)
    )


def _dragged(browser: Any, url: str, experiment: Experiment) -> float:
    """Return how many pictures a second are seen while the ball is dragged."""
    with _page(browser, f"{url}/?{urlencode(experiment.to_query())}") as page:
        ball = page.locator("[data-testid=stage-start]").bounding_box()
        page.mouse.move(ball["x"] + ball["width"] / 2, ball["y"] + ball["height"] / 2)
        page.mouse.down()
        events = page.evaluate(_MOVE, _DRAG)
        page.mouse.up()
    return len({e.get("frame", e["at"]) for e in events if e["kind"] in ("sketched", "drawn")}) / _DRAG


def _carried(browser: Any, url: str) -> float:
    """Return how many pictures a second are seen while a point of data is carried: ground, minimum, paths and fits."""
    line = Experiment(landscape="line_fit", start=(-2.0, 2.0), steps=200, batch=4)
    experiment = line.replace(runs=tuple(default_run(line, key) for key in ("gradient_descent", "adam")))
    with _page(browser, f"{url}/?{urlencode(experiment.to_query())}") as page:
        page.mouse.move(*page.evaluate(f"() => {_STAGE}.thalweg.projectData(0)"))
        page.mouse.down()
        events = page.evaluate(_CARRY, _DRAG)
        page.mouse.up()
    return len({e.get("frame", e["at"]) for e in events if e["kind"] in ("sketched", "drawn")}) / _DRAG


def _frames(browser: Any, url: str) -> str:
    plain = Experiment(landscape="himmelblau", start=(-4.5, 4.5), steps=500)
    experiment = plain.replace(runs=tuple(default_run(plain, key) for key in _FIVE))
    intervals = []
    with _page(browser, f"{url}/?{urlencode(experiment.to_query())}") as page:
        for _ in range(_PLAYS):
            page.evaluate(f"() => {{ {_STAGE}.thalweg.frames.length = 0; }}")
            page.locator("[data-testid=stage-play]").click()
            page.wait_for_timeout(1000)
            _rest(page)
            intervals += page.evaluate(f"() => {_STAGE}.thalweg.frames")[1:]
    fps = 1e3 / np.array(intervals)
    rows = [[report.short(float(np.median(fps))), report.short(float(np.percentile(fps, 5))), f"{len(fps):,}", "55"]]
    head = ["Frames a second: median", "p5", "frames", "target: at least"]
    return (
        f"Playing {experiment.steps} steps of {len(_FIVE)} runs in the map, the relief and the curves at once.\n\n"
        + report.table(head, rows)
    )


def _first_pictures(browser: Any, url: str) -> str:
    visits = [_visit(browser, url) for _ in range(_VISITS)]
    rows = []
    for place, name in enumerate(("cold browser cache", "warm browser cache")):
        begun, drawn = zip(*(visit[place] for visit in visits), strict=True)
        row = [name]
        for ms, target in ((begun, "1,800"), (drawn, "2,800")):
            row += [report.short(median(ms)), report.short(max(ms)), "-" if place else target]
        rows.append(row)
    head = [
        "From the address, ms", "first moving ball: median", "max", "target: at most", "everything drawn: median",
        "max", "target: at most",
    ]  # fmt: skip
    return (
        f"The opening page on a warm server, {_VISITS} visits each. First moving ball: the frame in which it begins "
        f"on the map; everything: map, relief, curves and cards.\n\n{report.table(head, rows)}"
    )


def _visit(browser: Any, url: str) -> list[tuple[float, float]]:
    """Return ms from the start of the navigation to the first moving ball and to the whole first picture, with a fresh
    cache and once more.
    """
    times = []
    with _context(browser) as context:
        page = context.new_page()
        for _ in range(2):
            page.goto("about:blank")
            page.goto(url)
            page.wait_for_function(_DRAWN, polling=100, timeout=60_000)
            page.wait_for_timeout(500)
            events = page.evaluate("() => benchmark.events")
            begun, drawn = (next(e["at"] for e in events if e["kind"] == kind) for kind in ("begun", "drawn"))
            times.append((begun, drawn))
    return times
