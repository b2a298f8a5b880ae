"""Maps as a page has them: their tiles by HTTP, the first one and a whole fine map; and sketches beside such a map."""

import asyncio
import gzip
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from urllib.parse import urlencode

import numpy as np

from benchmarks import report
from benchmarks.client import route
from benchmarks.server import Server, running
from benchmarks.sketches import Crowd, visit
from experiments import Experiment, Run
from figures.packets.packet import stage_packet
from lessons import OPENING
from tests.app_server import HOST
from tests.packets import read_tile

_ATONCE = 4  # tiles that are asked for at once, as the page does
_FINE = 5  # the level of 512 x 512 cells, cut into 16 tiles
_TURNS = 3
_MAPS = {  # landscape, optimizer, rates, and what a fine map may take, s
    "Himmelblau, descent": ("himmelblau", "gradient_descent", 0.01, "1.5"),
    "Himmelblau, Adam": ("himmelblau", "adam", 0.05, "3"),
    "Himmelblau, momentum": ("himmelblau", "momentum", 0.005, "-"),
    "Rastrigin, Adam": ("rastrigin", "adam", 0.05, "-"),
    "Six-hump camel, Nesterov": ("six_hump_camel", "nesterov", 0.01, "-"),
}


def main() -> None:
    busy = report.load()
    with running() as server:
        rows = [_row(server, name, *made) for name, made in _MAPS.items()]
    with running() as server:
        beside = _beside(server)
    head = [
        "Map",
        "first, cold, ms",
        "first, warm, ms",
        "target: at most",
        "fine, s",
        "target: at most",
        "in batches, %",
    ]
    text = (
        f"500 steps. First: one tile of 16 x 16 cells; cold, of a surface and a run that nobody asked for before (what "
        "compiling left on the disk is there); warm, of another learning rate, the median. Fine: 512 x 512 cells, "
        f"16 tiles, {_ATONCE} asked for at once, of a learning rate that nobody asked for before; the median of "
        f"{_TURNS}.\n\n"
        + report.table(head, rows)
        + "\n\nA session that drags the ball, ten sketches a second for 20 s; alone, and while somebody else has one "
        "fine map of momentum after the other made.\n\n"
        + report.table(["Sketches", "p50 ms", "p95 ms", "max ms", "sketches", "fine maps meanwhile"], beside)
    )
    report.write("tiles", "Tiles of maps", text, ("streamlit", "jax"), busy)


def _query(landscape: str, optimizer: str, rate: float) -> str:
    runs = (Run(optimizer=optimizer, learning_rate=rate),)
    return urlencode(Experiment(landscape=landscape, steps=500, runs=runs).to_query())


def _tile(server: Server, level: int, column: int, row: int, query: str) -> dict[str, int]:
    """Fetch a tile; return how many of its cells were decided how."""
    connection = HTTPConnection(HOST, server.port, timeout=600)
    connection.request("GET", f"{route('basins')}/{level}/{column}/{row}?{query}", headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {body[:200]!r}")
    decided: dict[str, int] = read_tile(gzip.decompress(body))[0]["decided"]
    return decided


def _fine(server: Server, query: str) -> float:
    """Fetch all tiles of a fine map; return the share of cells that were decided in batches."""
    side = 16 * 2**_FINE // 128
    with ThreadPoolExecutor(_ATONCE) as threads:
        found = list(threads.map(lambda at: _tile(server, _FINE, at % side, at // side, query), range(side**2)))
    return sum(one["batch"] for one in found) / sum(one["batch"] + one["single"] for one in found)


def _row(server: Server, name: str, landscape: str, optimizer: str, rate: float, target: str) -> list[str]:
    begun = time.perf_counter()
    _tile(server, 0, 0, 0, _query(landscape, optimizer, rate))
    cold = time.perf_counter() - begun
    _fine(server, _query(landscape, optimizer, rate))  # by then all is compiled
    first, fine, shares = [], [], []
    for turn in range(1, _TURNS + 1):
        query = _query(landscape, optimizer, rate * (1 + 1e-3 * turn))
        begun = time.perf_counter()
        _tile(server, 0, 0, 0, query)
        first.append(time.perf_counter() - begun)
        shares.append(_fine(server, query))
        fine.append(time.perf_counter() - begun)
    times = [report.short(1e3 * cold), report.short(1e3 * float(np.median(first))), "500"]
    return [name, *times, report.short(float(np.median(fine))), target, report.short(100 * float(np.mean(shares)))]


def _beside(server: Server) -> list[list[str]]:
    stage_packet(OPENING.experiment, frozenset())  # here, too, where the last answer is compared
    asyncio.run(visit(server, 1, 0.1, Crowd()))  # the first visitor's imports
    rows = []
    for name, maps in (("alone", False), ("beside maps", True)):
        crowd, made = Crowd(), [0]
        with _mapping(server, made) if maps else _nothing():
            asyncio.run(visit(server, 1, 0.1, crowd))
        ms = np.array(crowd.waits) * 1e3
        times = [report.short(float(np.percentile(ms, p))) for p in (50, 95, 100)]
        rows.append([name, *times, str(len(ms)), str(made[0])])
    return rows


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _mapping(server: Server, made: list[int]) -> Iterator[None]:
    """Have one fine map after the other made, and count them."""
    done = threading.Event()

    def go_on() -> None:
        for turn in count():
            if done.is_set():
                return
            _fine(server, _query("himmelblau", "momentum", 0.004 * (1 + 1e-4 * turn)))
            made[0] += 1

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


if __name__ == "__main__":
    main()
