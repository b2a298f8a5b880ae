"""How long a run on data takes with its losses, against a torch loop; and the sketch of a row that is dragged."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from typing import Any
from urllib.parse import urlencode

import numpy as np

from benchmarks import report
from benchmarks.trajectory import medians
from experiments import Experiment, Run, simulate
from experiments.setup.points import points_of
from experiments.simulation.batches import batch_rows
from figures.packets.packet import stage_packet
from figures.packets.sketch import sketch

STEPS = 1_000
_RATE = 0.1
_BATCHES = (0, 4, 16)
_CLOSE = 1e-10
_TARGET = 100
_MODELS = ("line_fit", "logistic_1d", "logistic_2d", "neuron", "sigmoid_squared")
_MOVES = 60


def main() -> None:
    busy = report.load()
    report.write(
        "learning", "Learning from data", "\n\n".join((_against_torch(), _dragging())), ("jax", "numpy", "torch"), busy
    )


def _experiment(landscape: str, batch: int) -> Experiment:
    run = Run(optimizer="gradient_descent", learning_rate=_RATE)
    return Experiment(landscape=landscape, steps=STEPS, batch=batch, batch_kind="replacement", runs=(run,))


def _against_torch() -> str:
    rows = []
    for landscape in ("line_fit", "logistic_2d"):
        for batch in _BATCHES:
            experiment = _experiment(landscape, batch)
            contenders: dict[str, Callable[[], object]] = {"ours": partial(simulate, experiment)}
            try:
                descend = _torch_loop(experiment)
            except ImportError:
                took, told = medians(contenders), "not installed"
            else:
                ends = descend()[0][-1] - simulate(experiment)[0].points[-1]
                if not np.abs(ends).max() <= _CLOSE:
                    raise AssertionError(f"torch on {landscape} ends {ends} away")
                contenders["torch"] = descend
                took = medians(contenders)
                told = report.short(took["torch"] * 1e3)
            times = report.short(took["torch"] / took["ours"]) if "torch" in took else "-"
            name = f"{landscape}, {f'batches of {batch}' if batch else 'all rows'}"
            rows.append([name, report.short(took["ours"] * 1e3), told, times, str(_TARGET)])
    return (
        f"{STEPS:,} steps of gradient descent on 40 rows in float64, warm, with the loss of all rows at every step; "
        "batches are the same in both. In turns, medians; both end within 1e-10 of each other.\n\n"
        + report.table(["ms", "Thalweg, `simulate`", "torch.optim loop", "times", "target: at least"], rows)
    )


def _torch_loop(experiment: Experiment) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
    import torch  # noqa: PLC0415  may be missing

    table = torch.tensor(points_of(experiment).rows, dtype=torch.float64)
    inputs, targets = table[:, :-1], table[:, -1]
    batches = torch.tensor(batch_rows(experiment, STEPS))
    is_line = experiment.landscape == "line_fit"

    def loss(w: Any, x: Any, y: Any) -> Any:
        if is_line:
            return torch.nn.functional.mse_loss(x[:, 0] * w[0] + w[1], y)
        return torch.nn.functional.binary_cross_entropy_with_logits(x @ w, y)

    def descend() -> tuple[np.ndarray, np.ndarray]:
        w: Any = torch.tensor(experiment.start, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=_RATE)
        points, losses = np.empty((STEPS + 1, 2)), np.empty(STEPS + 1)
        for step in range(STEPS):
            with torch.no_grad():
                points[step], losses[step] = w.numpy(), loss(w, inputs, targets).item()
            optimizer.zero_grad()
            drawn = batches[step] if experiment.batched else slice(None)
            loss(w, inputs[drawn], targets[drawn]).backward()
            optimizer.step()
        with torch.no_grad():
            points[-1], losses[-1] = w.numpy(), loss(w, inputs, targets).item()
        return points, losses

    return descend


def _dragging() -> str:
    rows = []
    for landscape in _MODELS:
        experiment = _experiment(landscape, 0).replace(steps=200)
        experiment = experiment.replace(runs=experiment.runs * 3)
        stage_packet(experiment)
        query = urlencode(experiment.to_query())
        row = list(points_of(experiment).rows[3])
        times: Mapping[str, list[float]] = {"sketch": [], "picture": []}
        for move in range(_MOVES):
            row[0] = round(row[0] + 0.003 * (-1) ** (move // 20), 3)
            begin = time.perf_counter()
            sketch(query, {"data.3": tuple(row)})
            times["sketch"].append(time.perf_counter() - begin)
        cells = [
            report.short(1e3 * median(times["sketch"])),
            report.short(1e3 * float(np.percentile(times["sketch"], 95))),
        ]
        rows.append([landscape, *cells])
    return (
        "What the server does while a row is dragged, three runs of 200 steps: parsing, the ground on 81 x 81 places, "
        "minima, paths and curves.\n\n" + report.table(["ms", "a sketch: median", "p95"], rows)
    )
