"""Maps: final points of many starts against plain vmap(scan), NumPy, C and torch; whole maps with verdicts."""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from ctypes import CDLL, POINTER, c_double
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import jax
import numpy as np

from benchmarks import report
from experiments import Experiment, Run
from experiments.edits import edited
from experiments.simulation.lane_settings import SettingsTable, settings_table
from experiments.simulation.lanes import BLOCK, Lanes, Marks
from experiments.simulation.plans import plan_of
from experiments.simulation.steps import state_at, step_of
from experiments.studies.maps.basins import BasinsWork

SIDE, STEPS, _ROUNDS, _LEAST = 256, 500, 3, 0.3  # seconds
_RATES = {"gradient_descent": 0.01, "momentum": 0.005, "adam": 0.05}
_MAPS = {  # landscape, optimizer, rate, and cells a side: fewer where many are judged
    "Himmelblau, descent": ("himmelblau", "gradient_descent", 0.01, 256),
    "Himmelblau, momentum": ("himmelblau", "momentum", 0.005, 128),
    "Himmelblau, Adam": ("himmelblau", "adam", 0.05, 256),
    "Rastrigin, Adam": ("rastrigin", "adam", 0.05, 128),
    "Six-hump camel, Nesterov": ("six_hump_camel", "nesterov", 0.01, 128),
    "Himmelblau, Newton": ("himmelblau", "newton", 1.0, 128),
    "Himmelblau, descent, finely": ("himmelblau", "gradient_descent", 0.01, 512),
    "Himmelblau, Adam, finely": ("himmelblau", "adam", 0.05, 512),
}
_MARKS = Marks(size=1.0, tolerance=1.0, last=1, centre=(0.0, 0.0), far=1.0, highest=1.0, spread=1.0)  # not looked at


_FOUND = ("final points, s", "in batches, %", "run singly", "corrected")
_THREADS = 2
_BETAS = np.linspace(0.0, 0.95, SIDE)
_SWEPT = np.geomspace(1e-4, 0.02, SIDE)
_C = """
void descend(double *X, double *Y, int n, int steps, double rate) {
  for (int c = 0; c < n; c += 512)
    for (int t = 0; t < steps; t++)
      for (int i = c; i < c + 512; i++) {
        double x = X[i], y = Y[i], a = x * x + y - 11, b = x + y * y - 7;
        X[i] = x - rate * (4 * x * a + 2 * b);
        Y[i] = y - rate * (2 * a + 4 * y * b);
      }
}
"""

Way = Callable[[], Any]
_THREADED: list[Way] = []  # those that run in several threads, of which the processor's time says nothing


def main() -> None:
    busy = report.load()
    makers: dict[str, Callable[[str], Way | None]] = {
        "ours": _ours,
        "ours, 2 threads": _ours_in_threads,
        "plain vmap(scan)": _plain,
        "NumPy": _numpy,
        "C": _c,
    }
    if find_spec("torch"):
        makers["torch"] = _torch
    ends = [_row(key, [make(key) for make in makers.values()]) for key in _RATES]
    sweep = _row("rate x momentum", _sweeps())
    maps = [_map_row(name, *made) for name, made in _MAPS.items()]
    text = (
        f"Himmelblau, {STEPS} steps from {SIDE} x {SIDE} starts, float64: the final points, milliseconds, the shortest "
        f"of {_ROUNDS} rounds in turns, warm. Of processor time; for two threads from the first moment to the last. "
        "C is cc -O3 -march=native -ffast-math, descent alone. Ours leaves lanes that no step moves any more, C does "
        "not.\n\n"
        + report.table(["Optimizer", *(f"{way}, ms" for way in makers)], ends)
        + f"\n\nFinal points of one start over {SIDE} learning rates x {SIDE} betas of momentum, likewise.\n\n"
        + report.table(["Sweep", "ours, ms", "ours, 2 threads, ms", "plain vmap(scan), ms"], [sweep])
        + f"\n\nWhole maps with verdicts, {STEPS} steps, made once, in processor time, and by two threads from first "
        "to last: compiling and searching for minima come before. What verdicts add is all beyond the final "
        "points. No GPU was at hand: nothing here ran on one.\n\n"
        + report.table(["Map", "cells", "processor, s", "2 threads, s", *_FOUND], maps)
    )
    report.write("maps", "Maps", text, ("jax", "numpy", "torch"), busy)


def experiment(landscape: str, key: str, rate: float) -> Experiment:
    return Experiment(landscape=landscape, steps=STEPS, runs=(Run(optimizer=key, learning_rate=rate),))


def _starts(size: int = SIDE) -> np.ndarray:
    side = np.linspace(-5, 5, size, endpoint=False)
    return np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)


def _row(name: str, ways: Sequence[Way | None]) -> list[str]:
    """Return the shortest times of these ways, in turns, in milliseconds; - for one that is not there."""
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(_ROUNDS):
        for way, seconds in zip(ways, times, strict=True):
            if way is not None:
                seconds.append(_seconds(way, time.perf_counter if way in _THREADED else time.process_time))
    return [name, *(report.short(1e3 * min(seconds)) if seconds else "-" for seconds in times)]


def _seconds(way: Way, clock: Callable[[], float]) -> float:
    """Return how long it takes, as often as it takes to tell: a processor's time may be counted in ticks of 4 ms."""
    way()  # which compiles
    times, begun = 0, clock()
    while clock() - begun < _LEAST:
        way()
        times += 1
    return (clock() - begun) / times


def _in_threads(work: Callable[[], bool]) -> None:
    """Let two threads call work until it says that none is left."""

    def go_on() -> None:
        while work():
            pass

    threads = [threading.Thread(target=go_on) for _ in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _map_row(name: str, landscape: str, key: str, rate: float, side: int) -> list[str]:
    given = experiment(landscape, key, rate)
    _make(BasinsWork(given, 0, 8), threads=False)  # which compiles, and finds the minima
    work = BasinsWork(given, 0, side)
    begun = time.process_time()
    _make(work, threads=False)
    seconds = time.process_time() - begun
    begun = time.perf_counter()
    _make(BasinsWork(given, 0, side), threads=True)
    with_two = time.perf_counter() - begun
    lanes, starts = Lanes(given, 0, _MARKS), _starts(side)
    begun = time.process_time()
    for i in range(0, len(starts), BLOCK):
        lanes.ends(starts[i : i + BLOCK])
    ends = time.process_time() - begun
    assert work.basins is not None
    decided = work.basins.decided
    share = 100 * decided["batch"] / side**2
    times = [report.short(one) for one in (seconds, with_two, ends)]
    return [name, f"{side} x {side}", *times, report.short(share), f"{decided['single']:,}", str(work.corrected)]


def _make(work: BasinsWork, *, threads: bool) -> None:
    def piece() -> bool:
        work.make_one()
        return not work.finished

    if threads:
        _in_threads(piece)
    while not work.finished:
        work.make_one()


def _ours(key: str) -> Way:
    lanes, starts = Lanes(experiment("himmelblau", key, _RATES[key]), 0, _MARKS), _starts()
    return lambda: [lanes.ends(starts[i : i + BLOCK]) for i in range(0, len(starts), BLOCK)]


def _ours_in_threads(key: str) -> Way:
    lanes, starts = Lanes(experiment("himmelblau", key, _RATES[key]), 0, _MARKS), _starts()
    return _pieces(lambda piece: lanes.ends(starts[piece]), len(starts))


def _pieces(make: Callable[[slice], Any], count: int) -> Way:
    """Return what lets two threads make all pieces."""

    def run() -> None:
        left = [slice(i, i + BLOCK) for i in range(0, count, BLOCK)]

        def one() -> bool:
            try:
                make(left.pop())
            except IndexError:
                return False
            return True

        _in_threads(one)

    _THREADED.append(run)
    return run


def _swept() -> tuple[SettingsTable, Lanes, np.ndarray]:
    """Return the settings of rate x momentum, lanes for them, and the start."""
    given = experiment("himmelblau", "momentum", float(_SWEPT[0]))
    rates, betas = _SWEPT.tolist(), _BETAS.tolist()

    def at(cell: tuple[int, int]) -> Experiment:
        return edited(edited(given, "r1.learning_rate", rates[cell[0]]), "r1.parameters.beta", betas[cell[1]])

    table = settings_table(at, (SIDE, SIDE))
    assert table is not None
    return table, Lanes(at((0, 0)), 0, _MARKS), np.asarray(given.start)


def _sweeps() -> list[Way]:
    """Return ours, ours in two threads, and a plain vmap(scan) over all rates and betas."""
    table, lanes, start = _swept()
    cells = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="ij"), axis=-1).reshape(-1, 2)
    starts = np.broadcast_to(start, cells.shape)

    def piece(at: slice) -> Any:
        return lanes.ends(starts[at], table.settings(cells[at]))

    given = experiment("himmelblau", "momentum", float(_SWEPT[0]))
    plan = plan_of(given, given.runs[0])
    numbers = np.repeat(plan.numbers(given, given.runs[0])[None], len(cells), axis=0)
    numbers[:, plan.structure.firsts[0]] = _BETAS[cells[:, 1]]

    def one(numbers: jax.Array, rate: jax.Array, start: jax.Array) -> jax.Array:
        step = step_of(plan.structure, numbers)

        def body(carry: Any, _: None) -> Any:
            return step(*carry, rate, None, None, None, {})[1:], None

        end: jax.Array = jax.lax.scan(body, (start, state_at(plan.structure, numbers, rate, start)), length=STEPS)[0][0]
        return end

    compiled, rates = jax.jit(jax.vmap(one)), _SWEPT[cells[:, 0]]
    return [
        lambda: [piece(slice(i, i + BLOCK)) for i in range(0, len(cells), BLOCK)],
        _pieces(piece, len(cells)),
        lambda: compiled(numbers, rates, starts).block_until_ready(),
    ]


def _c(key: str) -> Way | None:
    """Return descent in C, None for other rules, and where there is no compiler."""
    compiler = which("cc")
    if key != "gradient_descent" or compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source, made, library = (os.path.join(folder, f"descend.{ending}") for ending in ("c", "o", "so"))
        Path(source).write_text(_C, encoding="utf-8")
        flags = ["-O3", "-march=native", "-ffast-math", "-fPIC"]
        subprocess.run([compiler, *flags, "-c", source, "-o", made], check=True)
        # linked without -ffast-math, which would have the whole process take the smallest numbers for 0
        subprocess.run([compiler, "-shared", made, "-o", library], check=True)
        descend = CDLL(library).descend
    pointer = POINTER(c_double)

    def run() -> None:
        x, y = _starts().T.copy()
        descend(x.ctypes.data_as(pointer), y.ctypes.data_as(pointer), len(x), STEPS, c_double(_RATES[key]))

    return run


def _plain(key: str) -> Callable[[], Any]:
    """Return what somebody would write first: the same step, scanned, and mapped over the starts."""
    given = experiment("himmelblau", key, _RATES[key])
    plan = plan_of(given, given.runs[0])
    numbers, rates, starts = plan.numbers(given, given.runs[0]), np.full(STEPS, _RATES[key]), _starts()

    def ends(numbers: jax.Array, rates: jax.Array, starts: jax.Array) -> jax.Array:
        step = step_of(plan.structure, numbers)

        def one(start: jax.Array) -> jax.Array:
            def body(carry: Any, rate: jax.Array) -> Any:
                return step(*carry, rate, None, None, None, {})[1:], None

            end: jax.Array = jax.lax.scan(body, (start, state_at(plan.structure, numbers, rates[0], start)), rates)[0][
                0
            ]
            return end

        found: jax.Array = jax.vmap(one)(starts)
        return found

    compiled = jax.jit(ends)
    return lambda: compiled(numbers, rates, starts).block_until_ready()


def _slope(x: Any, y: Any) -> tuple[Any, Any]:
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


def _numpy(key: str) -> Callable[[], Any]:
    rate = _RATES[key]

    def run() -> Any:
        x, y = _starts().T.copy()
        mx, my, vx, vy = (np.zeros_like(x) for _ in range(4))
        for t in range(1, STEPS + 1):
            gx, gy = _slope(x, y)
            if key == "gradient_descent":
                x, y = x - rate * gx, y - rate * gy
            elif key == "momentum":
                mx, my = 0.9 * mx + gx, 0.9 * my + gy
                x, y = x - rate * mx, y - rate * my
            else:
                mx, my = 0.9 * mx + 0.1 * gx, 0.9 * my + 0.1 * gy
                vx, vy = 0.999 * vx + 0.001 * gx * gx, 0.999 * vy + 0.001 * gy * gy
                one, two = 1 - 0.9**t, 1 - 0.999**t
                x = x - rate * (mx / one) / (np.sqrt(vx / two) + 1e-8)
                y = y - rate * (my / one) / (np.sqrt(vy / two) + 1e-8)
        return x, y

    return run


def _torch(key: str) -> Callable[[], Any]:
    import torch  # noqa: PLC0415

    rate = _RATES[key]

    def run() -> Any:
        points = torch.tensor(_starts(), requires_grad=True)
        if key == "adam":
            optimizer: Any = torch.optim.Adam([points], lr=rate)
        else:
            optimizer = torch.optim.SGD([points], lr=rate, momentum=0.9 if key == "momentum" else 0.0)
        for _ in range(STEPS):
            optimizer.zero_grad()
            x, y = points[:, 0], points[:, 1]
            ((x * x + y - 11) ** 2 + (x + y * y - 7) ** 2).sum().backward()
            optimizer.step()
        return points

    return run


if __name__ == "__main__":
    main()
