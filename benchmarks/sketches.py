"""Dragging and sliding in a class: each session asks for one sketch after the other, ten a second or now and then."""

import asyncio
import gc
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import numpy as np

from benchmarks import report
from benchmarks.client import PATIENCE, Client, opened, route
from benchmarks.line import Answer
from benchmarks.server import Server, running
from figures.packets.packet import stage_packet
from figures.packets.sketch import sketch
from lessons import OPENING

_CROWDS = ((50, 0.1, 20), (100, 0.1, 150), (300, 2.0, 40))  # sessions; seconds between sketches; target for p95, ms
_SECONDS = 20.0  # that a crowd moves
_CALLS = 1_000  # of the function itself
_RATE = "r1.learning_rate"
_CPU = 2  # ms, the target for a sketch
_QUERY = urlencode(OPENING.experiment.to_query())


@dataclass
class Crowd:
    """What a crowd of sessions met."""

    waits: list[float] = field(default_factory=list)  # seconds from asking to the last byte
    late: list[float] = field(default_factory=list)  # seconds that an idle session asked later than planned
    sizes: list[float] = field(default_factory=list)  # KB of an answer
    errors: list[str] = field(default_factory=list)
    missed: int = 0


def main() -> None:
    busy = report.load()
    alone = [_alone(name, kind) for kind, name in (("start", "the ball"), (_RATE, "a learning rate"))]
    head = ["One sketch, ms", "median", "p95", "targets", "KB"]
    body = (
        "The opening experiment's sketch. The function itself, in this process and warm, each time after another edit: "
        "the ball elsewhere, or another learning rate.\n\n" + report.table(head, alone)
    )
    rows = [_row(*crowd) for crowd in _CROWDS]
    head = [
        "Sessions", "a sketch every", "p50 ms", "p95 ms", "max ms", "target: p95 at most", "sketches", "missed",
        "errors", "server CPU, ms a sketch", "target: at most", "KB a sketch", "client late, p95 ms",
    ]  # fmt: skip
    body += (
        f"\n\nSessions with their page open, for {_SECONDS:g} s; every other one drags the ball, the others move a "
        "learning rate. As in a page, one sketch is on its way at a time, over a connection that is kept, and the "
        "newest move is asked for next; those that it replaced are missed. From asking to the last byte. The client "
        "runs on the same cores; how late it asked, where nothing was on its way, says whether it kept up.\n\n"
        + report.table(head, rows)
    )
    report.write("sketches", "Sketches", body, ("streamlit", "jax"), busy)


def _edits(address: str, place: int, count: int) -> list[dict[str, Any]]:
    """Return so many edits of a session, none of which is made twice."""
    draw = np.random.default_rng(place)
    if address == "start":
        return [{address: [round(float(v), 6) for v in point]} for point in draw.uniform(-1.9, 1.9, (count, 2))]
    return [{address: float(f"{10**exponent:.6g}")} for exponent in draw.uniform(-4.0, -2.0, count)]


def _alone(name: str, address: str) -> list[str]:
    """Measure the function itself."""
    stage_packet(OPENING.experiment, frozenset())  # compiled and searched with the picture
    times, sizes = [], []
    for edits in _edits(address, 1_000, _CALLS):
        begin = time.perf_counter()
        sizes.append(len(sketch(_QUERY, edits)))
        times.append(time.perf_counter() - begin)
    ms = np.array(times[_CALLS // 10 :]) * 1e3
    return [
        name,
        report.short(float(np.median(ms))),
        report.short(float(np.percentile(ms, 95))),
        "1, 2",
        report.short(float(np.median(sizes)) / 1e3),
    ]


def _row(count: int, every: float, target: float) -> list[str]:
    with running() as server:
        asyncio.run(visit(server, 1, every, Crowd()))  # the first visitor's imports are not the crowd's
        crowd = Crowd()
        used = asyncio.run(visit(server, count, every, crowd))
    for error in sorted(set(crowd.errors)):
        print(f"{count} sessions: {crowd.errors.count(error)} x {error}")
    ms = np.array(crowd.waits or [np.nan]) * 1e3
    return [
        str(count),
        f"{every:g} s",
        *(report.short(float(np.percentile(ms, p))) for p in (50, 95, 100)),
        str(target),
        f"{len(crowd.waits):,}",
        str(crowd.missed),
        str(len(crowd.errors)),
        report.short(used / max(1, len(crowd.waits)) * 1e3),
        str(_CPU),
        report.short(float(np.median(crowd.sizes or [np.nan]))),
        report.short(float(np.percentile(crowd.late or [np.nan], 95)) * 1e3),
    ]


async def visit(server: Server, count: int, every: float, crowd: Crowd) -> float:
    """Let so many sessions come and move; return the CPU seconds that the server took for the moves."""
    moves = max(1, round(_SECONDS / every))
    plans = [_edits(_RATE if place % 2 else "start", place, moves) for place in range(count)]
    async with AsyncExitStack() as doors:
        clients = [await doors.enter_async_context(opened(server.port, OPENING.experiment)) for _ in range(count)]
        asked = [
            [one.line.post(route("sketch"), {"query": _QUERY, "edits": edits}) for edits in plan]
            for one, plan in zip(clients, plans, strict=True)
        ]
        gc.collect()
        gc.freeze()
        busy, start = server.busy(), time.perf_counter() + 1.0
        ends = await asyncio.gather(
            *(
                _moves(one, asked[place], start + every * place / count, every, crowd)
                for place, one in enumerate(clients)
            )
        )
        used = server.busy() - busy
    for plan, end in zip(plans, ends, strict=True):
        crowd.errors += _wrong(plan[-1], end)
    return used


async def _moves(client: Client, asked: list[bytes], begin: float, every: float, crowd: Crowd) -> Answer | None:
    """Ask for one session's sketches at the planned times, the first at begin; return the last answer."""
    answer = None
    try:
        for place, question in enumerate(asked):
            planned, now = begin + every * place, time.perf_counter()
            if now >= planned + every and place < len(asked) - 1:
                crowd.missed += 1
                continue
            if now < planned:
                await asyncio.sleep(planned - now)
                now = time.perf_counter()
                crowd.late.append(now - planned)
            answer = await asyncio.wait_for(client.line.ask(question), PATIENCE)
            crowd.waits.append(time.perf_counter() - now)
            crowd.sizes.append(len(answer.body) / 1e3)
            if answer.status != 200:
                crowd.errors.append(f"{answer.status} {answer.body[:200]!r}")
    except (TimeoutError, OSError) as error:
        crowd.errors.append(f"{type(error).__name__}: {error}")
        return None
    return answer


def _wrong(edits: dict[str, Any], last: Answer | None) -> list[str]:
    """Return what is wrong where the last answer is not the sketch that was asked for."""
    if last is None or last.status != 200:
        return []  # noted already
    return [] if last.body == sketch(_QUERY, edits) else [f"another sketch than that of {edits}"]


if __name__ == "__main__":
    main()
