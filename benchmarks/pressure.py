"""Pressure: the dearest links that are allowed and surfaces of long formulas, asked for at once; what others notice."""

import asyncio
import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from benchmarks import report
from benchmarks.server import Server
from experiments import Experiment, Run, surface_query
from experiments.setup.cost import CostError
from lessons import OPENING
from server import assets
from tests.app_server import HOST, started

VISITORS, SURFACES = 4, 60
SKETCH, PAGE, STOP, IDLE = 0.150, 0.300, 2.0, 0.2  # seconds: p95, p95, the end, CPU of one second
SECONDS = 15.0  # that the pressure lasts
LEFT = 5.0  # seconds after which nothing is computed any more
_PACE, _PATIENCE = 0.1, 60.0
_HERE = {"Accept-Encoding": "identity"}


@dataclass
class Noticed:
    """What another visitor noticed: waits in seconds by what was asked for, and what went wrong."""

    waits: dict[str, list[float]] = field(default_factory=lambda: {"sketch": [], "page": [], "file": [], "health": []})
    answers: Counter[str] = field(default_factory=Counter)
    busiest: int = 0  # threads that computed pictures, as health told
    idle: float = float("nan")  # seconds of CPU in one second, once all had left
    stopped: float = float("nan")  # seconds from SIGTERM to the end, under pressure

    def late(self, kind: str) -> float:
        """Return the 95th percentile of the waits in seconds."""
        return float(np.percentile(self.waits[kind], 95))


def main() -> None:
    busy = report.load()
    noticed = measure()
    rows = [
        [kind, str(len(waits)), *(report.short(1e3 * v) for v in (np.median(waits), noticed.late(kind), max(waits)))]
        for kind, waits in noticed.waits.items()
    ]
    body = (
        f"{VISITORS} visitors open the dearest links that are allowed (a smoothed formula of 384 characters, six "
        f"exact line searches) and {SURFACES} surfaces of other such formulas are asked for, for {SECONDS:g} s. "
        f"Meanwhile one other visitor draws sketches and opens pages. The client runs on the same cores.\n\n"
        + report.table(["asked for", "times", "p50 ms", "p95 ms", "max ms"], rows)
        + f"\n\nTargets, p95: a sketch {1e3 * SKETCH:g} ms, page and files {1e3 * PAGE:g} ms. Answers: "
        + ", ".join(f"{name} {count}" for name, count in sorted(noticed.answers.items()))
        + f". CPU {LEFT:g} s after all had left: {report.short(100 * noticed.idle)} % of a core. From SIGTERM under "
        f"the same pressure to the end: {report.short(noticed.stopped)} s (target {STOP:g})."
    )
    report.write("pressure", "Pressure", body, ("streamlit", "jax"), busy)


def measure(seconds: float = SECONDS) -> Noticed:
    """Put a server under pressure for so long, and return what another visitor noticed."""
    noticed = Noticed()
    with started() as (pid, port):
        server = Server(port=port, pid=pid)
        _ask(server, "sketch", noticed)  # what is prepared; it is not counted
        noticed = Noticed()
        end = threading.Event()
        with ThreadPoolExecutor(VISITORS + SURFACES) as pushers:
            _push(server, pushers, end, noticed, 0)
            _notice(server, noticed, seconds)
            end.set()
        time.sleep(LEFT)
        before = server.busy()
        time.sleep(1.0)
        noticed.idle = server.busy() - before
        end.clear()
        with ThreadPoolExecutor(VISITORS + SURFACES) as pushers:
            _push(server, pushers, end, noticed, 100)
            time.sleep(3.0)
            noticed.stopped = _stop(pid)
            end.set()
    return noticed


def long_formula(number: int) -> str:
    """Return a formula of some 384 characters, another surface for each number."""
    parts = [("sin", "cos", "tanh")[number // 3**n % 3] for n in range(16)]
    return "+".join(f"{part}({n}*x)*exp(-(y-{n})^2)" for n, part in enumerate(parts, start=1))[:400]


def dearest(number: int) -> Experiment:
    """Return an experiment that may just be asked for: a smoothed formula, six exact line searches."""
    runs = tuple(Run(optimizer="exact_line_search", learning_rate=1e-3) for _ in range(6))
    fields: dict[str, Any] = {"landscape": "formula", "formula": long_formula(number), "smoothing": 0.3}
    try:
        return Experiment(**fields, steps=20_000, runs=runs)
    except CostError as error:
        return Experiment(**fields, **error.fields, runs=runs)


def _push(server: Server, pushers: ThreadPoolExecutor, end: threading.Event, noticed: Noticed, first: int) -> None:
    for number in range(first, first + VISITORS):
        pushers.submit(asyncio.run, _visit(server, number, end))
    for number in range(first + VISITORS, first + VISITORS + SURFACES):
        pushers.submit(_surface, server, number, end, noticed)


async def _visit(server: Server, number: int, end: threading.Event) -> None:
    """Open a link over a websocket, stay until the end, and leave without a word."""
    hello = BackMsg()
    hello.rerun_script.query_string = urlencode(dearest(number).to_query())
    stream = f"ws://{HOST}:{server.port}/_stcore/stream"
    try:
        async with connect(stream, subprotocols=[Subprotocol("streamlit")], compression=None, max_size=None) as socket:
            await socket.send(hello.SerializeToString())
            while not end.is_set():
                try:
                    await asyncio.wait_for(socket.recv(), 0.1)
                except TimeoutError:
                    continue
            socket.transport.abort()
    except (OSError, WebSocketException):
        return


def _surface(server: Server, number: int, end: threading.Event, noticed: Noticed) -> None:
    query = urlencode(surface_query(Experiment(landscape="formula", formula=long_formula(number))))
    connection = HTTPConnection(HOST, server.port, timeout=0.2)
    try:
        connection.request("GET", f"{assets.base()}/{assets.stamp()}/surface?{query}", headers=_HERE)
        while not end.is_set():
            try:
                status = connection.getresponse().status
            except TimeoutError:
                continue
            noticed.answers[f"surface {status}"] += 1
            return
    except (OSError, HTTPException):
        return
    finally:
        connection.close()


def _notice(server: Server, noticed: Noticed, seconds: float) -> None:
    """Ask for what another visitor needs, each on a connection of its own, at an even pace."""
    end = time.monotonic() + seconds

    def go_on(kind: str) -> None:
        while time.monotonic() < end:
            began = time.monotonic()
            _ask(server, kind, noticed)
            time.sleep(max(0.0, began + _PACE - time.monotonic()))

    with ThreadPoolExecutor(len(noticed.waits)) as visitor:
        for done in [visitor.submit(go_on, kind) for kind in noticed.waits]:
            done.result()


def _ask(server: Server, kind: str, noticed: Noticed) -> None:
    """Ask once, and note how long the whole answer took."""
    paths: dict[str, Callable[[], str]] = {
        "sketch": lambda: f"{assets.base()}/{assets.stamp()}/sketch",
        "page": lambda: "/",
        "file": assets.bundle_url,
        "health": lambda: f"{assets.base()}/health",
    }
    began = time.monotonic()
    connection = HTTPConnection(HOST, server.port, timeout=_PATIENCE)
    if kind == "sketch":
        start = [round(float(v), 6) for v in np.random.default_rng(len(noticed.waits[kind])).uniform(-1, 1, 2)]
        said = {"query": urlencode(OPENING.experiment.to_query()), "edits": {"start": start}}
        headers = {"Content-Type": "application/json", **_HERE}
        connection.request("POST", paths[kind](), json.dumps(said), headers)
    else:
        connection.request("GET", paths[kind](), headers=_HERE)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    noticed.waits[kind].append(time.monotonic() - began)
    noticed.answers[f"{kind} {answer.status}"] += 1
    if kind == "health":
        noticed.busiest = max(noticed.busiest, json.loads(body)["pool"]["picture"]["busy"])


def _stop(pid: int) -> float:
    """Send SIGTERM to a process of ours and return how long it takes to end."""
    began = time.monotonic()
    os.kill(pid, signal.SIGTERM)
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        if time.monotonic() - began > _PATIENCE:
            break
        time.sleep(0.01)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
