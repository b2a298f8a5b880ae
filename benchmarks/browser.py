"""What a person feels: click and slider to the drawn picture, frames while playing, the first picture; in Chromium."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
_PACKET = 5_000  # bytes: the message that carries the picture is larger, all others are smaller
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

Steps = dict[str, float]  # ms of each part of an answer


def main() -> None:
    busy = report.load()
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  may be missing
    except ImportError:
        report.write("browser", "Browser", "Playwright is not installed.", ("playwright",), busy)
        return
    with running() as server, sync_playwright() as playwright, _browser(playwright) as browser:
        _visit(browser, server.url)  # the server's own first visitor
        parts = [
            _answers(browser, server.url),
            _drags(browser, server.url),
            _frames(browser, server.url),
            _first_pictures(browser, server.url),
            f"Chromium {browser.version} without a GPU, {_SIZE['width']} x {_SIZE['height']}; browser and server share "
            "the cores. Drawn: the animation frame in which the stage has drawn the answer has begun.",
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


def _answers(browser: Any, url: str) -> str:
    with _page(browser, url) as page:
        clicks, sizes = _measured(page, _CLICKS, "mouseup", lambda place: _click(page, place), 400)
    with _page(browser, url) as page:
        slider = page.locator('[data-testid=numbers] input[type=range][aria-label^="Learning rate"]').first
        slider.focus()
        page.wait_for_timeout(300)
        arrows, more = _measured(page, _ARROWS, "keydown", lambda place: page.keyboard.press("ArrowRight"), 600)
    rows = []
    for name, found, target in (("click on the map", clicks, "100"), ("learning rate, an arrow key", arrows, "100")):
        first = [parts.pop("first") for parts in found]
        whole = [sum(parts.values()) for parts in found]
        row = [name, str(len(found)), report.short(median(first)), report.short(float(np.percentile(first, 95)))]
        row += ["40, 80", report.short(median(whole)), report.short(float(np.percentile(whole, 95))), target]
        row += [report.short(median(parts[part] for parts in found)) for part in ("wait", "server", "draw")]
        rows.append([*row, report.short(median(w - parts["wait"] for w, parts in zip(whole, found, strict=True)))])
    head = [
        "ms", "times", "to the first frame: median", "p95", "target", "to the picture: median", "p95", "target: median",
        "to send", "to answer", "to draw", "median from sending",
    ]  # fmt: skip
    answer = sizes + more
    packet = median(max(one) for one in answer) / 1e3
    all_of_it = median(sum(one) for one in answer) / 1e3
    return (
        "From the mouse button's or key's event, on the page's clock, to the first frame with the new paths, and to "
        "the drawn picture, for which a key waits 150 ms whether another follows. To send: the page's and "
        "Streamlit's own handling; to answer: until the picture's data "
        "are in the page; to draw: until it is drawn. A click comes while the run before it still plays.\n\n"
        + report.table(head, rows)
        + f"\n\nOne answer to the opening page's experiment: {report.short(packet)} KB of picture, "
        f"{report.short(all_of_it)} KB with all other messages."
    )


def _measured(
    page: Any, count: int, trigger: str, act: Callable[[int], None], pause: int
) -> tuple[list[Steps], list[list[int]]]:
    """Act so many times; return the ms of each answer's parts and the bytes of its messages. The first warms up."""
    steps, sizes = [], []
    for place in range(count + 1):
        page.evaluate("() => { benchmark.events.length = 0; }")
        act(place)
        page.wait_for_function(_DRAWN, polling=50, timeout=20_000)
        page.wait_for_timeout(pause)
        events = page.evaluate("() => benchmark.events")
        if place:
            steps.append(_parts(events, trigger))
            sizes.append([e["bytes"] for e in events if e["kind"] == "received"])
    return steps, sizes


def _parts(events: list[dict[str, Any]], trigger: str) -> Steps:
    def first(kind: str, after: float = 0.0, least: int = 0) -> float:
        fits = (e for e in events if e["kind"] == kind and e["at"] >= after and e.get("bytes", 0) >= least)
        return float(next(fits)["at"])

    begin = first(trigger)
    sent = first("sent", begin)
    received = first("received", sent, _PACKET)
    drawn = first("drawn", received)
    seen = min((e["at"] for e in events if e["kind"] in ("sketched", "drawn") and e["at"] >= begin), default=drawn)
    return {"first": float(seen) - begin, "wait": sent - begin, "server": received - sent, "draw": drawn - received}


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
    page.mouse.click(x, y)


def _drags(browser: Any, url: str) -> str:
    six = Experiment(landscape="himmelblau", start=(0.5, 1.0), steps=1_000)
    rows = []
    for name, runs, steps, target in (("three", 3, 200, "45"), ("six", 6, 1_000, "30")):
        chosen = (*_FIVE, "adagrad")[:runs]
        experiment = six.replace(steps=steps, runs=tuple(default_run(six, key) for key in chosen))
        with _page(browser, f"{url}/?{urlencode(experiment.to_query())}") as page:
            ball = page.locator("[data-testid=stage-start]").bounding_box()
            page.mouse.move(ball["x"] + ball["width"] / 2, ball["y"] + ball["height"] / 2)
            page.mouse.down()
            events = page.evaluate(_MOVE, _DRAG)
            page.mouse.up()
        shown = {e.get("frame", e["at"]) for e in events if e["kind"] in ("sketched", "drawn")}
        rows.append([f"{name} runs of {steps:,} steps", report.short(len(shown) / _DRAG), target])
    return (
        f"The ball is dragged for {_DRAG:g} s, moved in every frame; frames that show another picture.\n\n"
        + report.table(["Dragging", "pictures a second", "target: at least"], rows)
    )


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
    cold, warm = [], []
    for _ in range(_VISITS):
        first, again = _visit(browser, url)
        cold.append(first)
        warm.append(again)
    rows = [
        [name, report.short(median(ms)), report.short(max(ms)), "2,000"]
        for name, ms in (("cold browser cache", cold), ("warm browser cache", warm))
    ]
    head = ["From the address to the first picture, ms", "median", "max", "target: under"]
    return f"The opening page on a warm server, {_VISITS} visits each.\n\n{report.table(head, rows)}"


def _visit(browser: Any, url: str) -> tuple[float, float]:
    """Return ms from the start of the navigation to the first drawn picture, with a fresh cache and once more."""
    times = []
    with _context(browser) as context:
        page = context.new_page()
        for _ in range(2):
            page.goto("about:blank")
            page.goto(url)
            page.wait_for_function(_DRAWN, polling=100, timeout=60_000)
            times.append(page.evaluate("() => benchmark.events.find((e) => e.kind === 'drawn').at"))
            page.wait_for_timeout(500)
    return times[0], times[1]
