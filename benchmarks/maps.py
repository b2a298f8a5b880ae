"""Maps of basins: final points of many starts against plain vmap(scan), NumPy and torch; whole maps with verdicts."""

import time
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from typing import Any

import jax
import numpy as np

from benchmarks import report
from experiments import Experiment, Run
from experiments.simulation.lanes import BLOCK, Lanes, Marks
from experiments.simulation.simulate import plan_of, state_at, step_of
from experiments.studies.jobs import work_at
from experiments.studies.maps.basins import BasinsWork

SIDE, STEPS, _ROUNDS = 256, 500, 5
_RATES = {"gradient_descent": 0.01, "momentum": 0.005, "adam": 0.05}
_MAPS = {
    "Himmelblau, descent": ("himmelblau", "gradient_descent", 0.01),
    "Himmelblau, momentum": ("himmelblau", "momentum", 0.005),
    "Himmelblau, Adam": ("himmelblau", "adam", 0.05),
    "Rastrigin, Adam": ("rastrigin", "adam", 0.05),
    "Six-hump camel, Nesterov": ("six_hump_camel", "nesterov", 0.01),
    "Himmelblau, Newton": ("himmelblau", "newton", 1.0),
}
_MARKS = Marks(size=1.0, tolerance=1.0, last=1, centre=(0.0, 0.0), far=1.0, highest=1.0, spread=1.0)  # not looked at


def main() -> None:
    busy = report.load()
    ways: dict[str, Callable[[str], Callable[[], Any]]] = {"ours": _ours, "plain vmap(scan)": _plain, "NumPy": _numpy}
    if find_spec("torch"):
        ways["torch"] = _torch
    ends = [_ends_row(key, ways) for key in _RATES]
    maps = [_map_row(name, *made) for name, made in _MAPS.items()]
    text = (
        f"Himmelblau, {STEPS} steps from {SIDE} x {SIDE} starts, float64: the final points, milliseconds of processor "
        f"time, medians of {_ROUNDS} rounds in turns, warm.\n\n"
        + report.table(["Optimizer", *(f"{way}, ms" for way in ways)], ends)
        + f"\n\nWhole maps of {SIDE} x {SIDE} cells with verdicts, {STEPS} steps, made once, in processor time: "
        "compiling and searching for minima come before.\n\n"
        + report.table(["Map", "s", "decided in batches, %", "run singly", "batches corrected"], maps)
    )
    report.write("maps", "Maps", text, ("jax", "numpy", "torch"), busy)


def experiment(landscape: str, key: str, rate: float) -> Experiment:
    return Experiment(landscape=landscape, steps=STEPS, runs=(Run(optimizer=key, learning_rate=rate),))


def _starts() -> np.ndarray:
    side = np.linspace(-5, 5, SIDE, endpoint=False)
    return np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)


def _ends_row(key: str, ways: dict[str, Callable[[str], Callable[[], Any]]]) -> list[str]:
    made = {way: make(key) for way, make in ways.items()}
    times: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(_ROUNDS + 1):
        for way, run in made.items():
            begun = time.process_time()
            run()
            if turn:  # the first one compiles
                times[way].append(time.process_time() - begun)
    return [key, *(report.short(1e3 * median(seconds)) for seconds in times.values())]


def _map_row(name: str, landscape: str, key: str, rate: float) -> list[str]:
    given = experiment(landscape, key, rate)
    work_at([BasinsWork(given, 0, 8)])  # which compiles, and finds the minima
    work = BasinsWork(given, 0, SIDE)
    begun = time.process_time()
    work_at([work])
    seconds = time.process_time() - begun
    assert work.basins is not None
    decided = work.basins.decided
    share = 100 * decided["batch"] / SIDE**2
    return [name, report.short(seconds), report.short(share), f"{decided['single']:,}", str(work.corrected)]


def _ours(key: str) -> Callable[[], Any]:
    lanes, starts = Lanes(experiment("himmelblau", key, _RATES[key]), 0, _MARKS), _starts()
    return lambda: [lanes.ends(starts[i : i + BLOCK]) for i in range(0, len(starts), BLOCK)]


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
