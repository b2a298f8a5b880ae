"""A class at work: 30 and 100 sessions, each settling the learning rate on another value every two seconds."""

import asyncio
import gc
import gzip
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

import numpy as np
from websockets.exceptions import WebSocketException

from benchmarks import report
from benchmarks.client import PATIENCE, Client, opened, route
from benchmarks.line import Answer
from benchmarks.server import Server, running
from experiments import Experiment
from lessons import OPENING
from tests.packets import read_packet

_CROWDS = ((30, 60, False), (100, 60, False), (30, 60, True))  # sessions; target for p95, ms; while precompiling
_EVERY = 2.0  # seconds between one session's moves
_MOVES = 20  # a session
_ADDRESS = "r1.learning_rate"  # the number that is moved


@dataclass
class _Crowd:
    """What a crowd of sessions met."""

    pictures: list[float] = field(default_factory=list)  # seconds from asking to the last byte
    scripts: list[float] = field(default_factory=list)  # seconds from telling to script_finished
    late: list[float] = field(default_factory=list)  # seconds that this client asked later than planned
    sizes: list[float] = field(default_factory=list)  # KB of a move's answers, websocket and HTTP
    errors: list[str] = field(default_factory=list)
    missed: int = 0


def main() -> None:
    busy = report.load()
    rows = [_row(*crowd) for crowd in _CROWDS]
    head = [
        "Sessions", "picture: p50 ms", "p95 ms", "max ms", "target: p95 under", "script: p50 ms", "p95 ms", "moves",
        "missed", "errors", "server CPU, ms a move", "KB a move", "server MB before", "after", "MB a session",
        "client late, p95 ms",
    ]  # fmt: skip
    body = (
        f"Each session settles the first run's learning rate on another value every {_EVERY:g} s, {_MOVES} times; "
        "their runs are seldom in memory. The stage's state goes over the websocket with all states of the page's "
        "widgets, and the picture is asked for by HTTP at the same moment, as from a browser. Picture: from asking to "
        "its last byte; script: from telling to script_finished. Missed: moves left out since the answers to the one "
        "before were not there yet. The client runs on the same cores; how late it asked says whether it kept up.\n\n"
        + report.table(head, rows)
    )
    report.write("sessions", "Sessions", body, ("streamlit", "jax", "websockets"), busy)


def _row(count: int, target: float, precompile: bool) -> list[str]:
    with running(precompile) as server:
        asyncio.run(_visit(server, 1, 3))  # the first visitor's imports are not the crowd's
        before = server.memory()
        crowd = _Crowd()
        after, used = asyncio.run(_visit(server, count, _MOVES, crowd))
        whole = not precompile or server.compiles()
    for error in sorted(set(crowd.errors)):
        print(f"{count} sessions: {crowd.errors.count(error)} x {error}")
    name = f"{count}, while the server compiles its catalogue" if precompile else str(count)
    pictures, scripts, late = (np.array(s or [np.nan]) * 1e3 for s in (crowd.pictures, crowd.scripts, crowd.late))
    return [
        name if whole else f"{name} (it ended before)",
        *(report.short(float(np.percentile(pictures, p))) for p in (50, 95, 100)),
        str(target),
        *(report.short(float(np.percentile(scripts, p))) for p in (50, 95)),
        f"{len(crowd.pictures):,}",
        str(crowd.missed),
        str(len(crowd.errors)),
        report.short(used / max(1, len(crowd.pictures)) * 1e3),
        report.short(float(np.median(crowd.sizes or [np.nan]))),
        report.short(before),
        report.short(after),
        report.short((after - before) / count),
        report.short(float(np.percentile(late, 95))),
    ]


async def _visit(server: Server, count: int, moves: int, crowd: _Crowd | None = None) -> tuple[float, float]:
    """Let so many sessions come and make their moves; return the memory then, and the CPU seconds of the moves."""
    crowd = _Crowd() if crowd is None else crowd
    plans = [_plan(place, moves) for place in range(count)]
    async with AsyncExitStack() as doors:
        clients = [await doors.enter_async_context(opened(server.port, _opening())) for _ in range(count)]
        gc.collect()
        gc.freeze()
        busy, start = server.busy(), time.perf_counter() + 1.0
        begins = [start + _EVERY * place / count for place in range(count)]
        await asyncio.gather(*(_moves(*one, crowd) for one in zip(clients, plans, begins, strict=True)))
        return server.memory(), server.busy() - busy


def _opening() -> Experiment:
    """Return the first example with another step length: only the move that leaves an unchanged example draws the
    whole page again, and that is one of many.
    """
    return _with_rate(1e-3)


def _with_rate(rate: float) -> Experiment:
    first = OPENING.experiment
    return first.replace(runs=(replace(first.runs[0], learning_rate=rate), *first.runs[1:]))


def _plan(place: int, moves: int) -> list[tuple[float, str]]:
    """Return the values that a session moves to, hundredths of a decade above 0.0001, and the link of each."""
    values = [float(f"{10 ** (-4 + (place * 37 + move * 53) % 250 / 100):.3g}") for move in range(moves)]
    return [(value, urlencode(_with_rate(value).to_query())) for value in values]


async def _moves(client: Client, plan: list[tuple[float, str]], begin: float, crowd: _Crowd) -> None:
    """Make one session's moves at the planned times, the first at begin."""
    query, ended = client.known["query"], None
    try:
        for place, (value, link) in enumerate(plan):
            planned = begin + _EVERY * place
            if time.perf_counter() > planned:
                crowd.missed += 1
                continue
            await asyncio.sleep(planned - time.perf_counter())
            crowd.late.append(time.perf_counter() - planned)
            ended = await _moved(client, query, value, crowd)
            query = link
        if ended is not None:
            crowd.errors += _wrong(client, *ended, query)  # looked at once, so that the client stays light
    except (TimeoutError, WebSocketException, RuntimeError, OSError) as error:
        crowd.errors.append(f"{type(error).__name__}: {error}")


def _wrong(client: Client, answer: Answer, heard: list[bytes], query: str) -> list[str]:
    """Return what is wrong where the last picture, or what the session says, is not of this link."""
    client.take(heard)
    shown, _ = read_packet(gzip.decompress(answer.body))
    wrong = [] if shown["query"] == query else [f"a picture of {shown['query']}, not of {query}"]
    return wrong if client.shows(query) else [*wrong, f"the session says {client.known}, not {query}"]


async def _moved(client: Client, query: str, value: float, crowd: _Crowd) -> tuple[Answer, list[bytes]]:
    """Settle on a value: tell the session and ask for the picture; return what both answered."""
    edits = {_ADDRESS: value}
    told = client.settled(query, edits)
    asked = client.line.post(route("picture"), {"query": query, "edits": edits, "wants": []})
    begin = time.perf_counter()
    await client.socket.send(told)
    script = asyncio.ensure_future(_timed(client, begin, crowd))
    try:
        answer = await asyncio.wait_for(client.line.ask(asked), PATIENCE)
        crowd.pictures.append(time.perf_counter() - begin)
    finally:
        heard = await script
    if answer.status != 200:
        raise RuntimeError(f"the picture: {answer.status} {answer.body[:200]!r}")
    if client.whole:
        client.take(heard)  # or its next move would say what the widgets showed before
    crowd.sizes.append((len(answer.body) + sum(map(len, heard))) / 1e3)
    return answer, heard


async def _timed(client: Client, begin: float, crowd: _Crowd) -> list[bytes]:
    heard = await client.finished()
    crowd.scripts.append(time.perf_counter() - begin)
    return heard


if __name__ == "__main__":
    main()
