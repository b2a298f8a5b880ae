"""Runs of many weights with what was not seen, against a torch loop that does the same; planes and their directions."""

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any
from urllib.parse import urlencode

import numpy as np

from benchmarks import report
from benchmarks.trajectory import medians
from experiments import Experiment, Run, Trajectory, simulate
from experiments.edits import edited
from experiments.edits.data_rows import MOST_ROWS
from experiments.objective.objective import sliced_objective
from experiments.setup.points import points_of
from experiments.setup.weights import learner_of, start_of, start_plane
from figures.packets.packet import stage_packet
from figures.packets.sketch import sketch
from landscapes.data.projection import path_plane

STEPS = 1_000
_SIDE = 128
_CLOSE = 1e-9
_MOVES = 60


def main() -> None:
    busy = report.load()
    text = "\n\n".join((_runs(), _planes(), _directions(), _dragging()))
    report.write("many_weights", "Many weights, and what was not seen", text, ("jax", "numpy", "torch"), busy)


def _cases() -> dict[str, tuple[Experiment, int]]:
    descent = (Run(optimizer="gradient_descent", learning_rate=0.05),)
    adam = (Run(optimizer="adam", learning_rate=0.02),)
    return {
        "polynomial_fit, degree 9, 20 + 20 rows, descent": (
            _on("polynomial_fit", {"degree": 9}, descent),
            100,
        ),
        "polynomial_fit, degree 15, 100 + 100 rows, Adam": (
            _on("polynomial_fit", {"degree": 15, "samples": 200}, adam),
            100,
        ),
        "logistic_features, degree 4, 100 + 100 rows, descent": (
            _on("logistic_features", {"degree": 4, "samples": 200}, descent),
            100,
        ),
        "network_fit, 8 hidden, 100 + 100 rows, Adam": (_on("network_fit", {"samples": 200}, adam), 30),
        "network_fit, 8 hidden, 200 + 200 rows, Adam": (_on("network_fit", {"samples": 400}, adam), 30),
    }


def _on(landscape: str, values: dict[str, Any], runs: tuple[Run, ...]) -> Experiment:
    return Experiment(landscape=landscape, landscape_parameters=values, held_out=0.5, steps=STEPS, runs=runs)


def _ours(experiment: Experiment) -> Trajectory:
    (run,) = simulate(experiment)
    for array in (run.train, run.heldout, run.accuracy):  # which are measured when they are asked for
        assert array is None or len(array) == STEPS + 1
    return run


def _runs() -> str:
    rows = []
    for name, (experiment, target) in _cases().items():
        contenders: dict[str, Callable[[], object]] = {"ours": partial(_ours, experiment)}
        try:
            theirs = _torch_loop(experiment)
        except ImportError:
            took, told, times = medians(contenders), "not installed", "-"
        else:
            ours, (weights, heldout) = _ours(experiment), theirs()
            assert ours.weights is not None and ours.heldout is not None
            apart = np.abs(ours.weights[20] - weights[20]).max(), np.abs(ours.heldout[20] - heldout[20])
            if not max(apart) <= _CLOSE:
                raise AssertionError(f"torch on {name} is {apart} away")
            contenders["torch"] = theirs
            took = medians(contenders)
            told = report.short(took["torch"] * 1e3)
            times = report.short(took["torch"] / took["ours"])
        rows.append([name, report.short(took["ours"] * 1e3), told, times, str(target)])
    return (
        f"{STEPS:,} steps in float64, warm, with training loss, held-out loss and accuracy at every step. In turns, "
        "medians; after 20 steps both have the same weights to 1e-9.\n\n"
        + report.table(["ms", "Thalweg, `simulate` and all losses", "torch.optim loop", "times", "target"], rows)
    )


def _torch_loop(experiment: Experiment) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
    import torch  # noqa: PLC0415  may be missing

    learner, points = learner_of(experiment.landscape), points_of(experiment)
    assert learner is not None
    values, count = experiment.landscape_parameters, learner.count(experiment.landscape_parameters)
    tables = []
    for part in (points.kept, points.heldout):
        table = np.array(part)
        design = learner.design(table[:, :-1], values)
        design = design if experiment.landscape == "network_fit" else design[:, :count]
        tables.append((torch.tensor(design), torch.tensor(table[:, -1])))
    run = experiment.runs[0]
    hidden = int(values.get("hidden", 0))

    def score(w: Any, x: Any) -> Any:
        if experiment.landscape != "network_fit":
            return x @ w
        inner = torch.tanh(x @ w[: 2 * hidden].reshape(2, hidden) + w[2 * hidden : 3 * hidden])
        return inner @ w[3 * hidden : 4 * hidden] + w[-1]

    def loss(w: Any, x: Any, y: Any) -> Any:
        if learner.target == "number":
            return torch.nn.functional.mse_loss(score(w, x), y)
        return torch.nn.functional.binary_cross_entropy_with_logits(score(w, x), y)

    def descend() -> tuple[np.ndarray, np.ndarray]:
        w: Any = torch.tensor(start_of(experiment)[:count], requires_grad=True)
        kind = torch.optim.Adam if run.optimizer == "adam" else torch.optim.SGD
        optimizer = kind([w], lr=run.learning_rate)
        weights, losses = np.empty((STEPS + 1, count)), np.empty((3, STEPS + 1))
        (x, y), (x_held, y_held) = tables
        for step in range(STEPS + 1):
            with torch.no_grad():
                weights[step] = w.numpy()
                losses[0, step] = loss(w, x, y).item()
                losses[1, step] = loss(w, x_held, y_held).item()
                if learner.target == "class":
                    losses[2, step] = ((score(w, x_held) > 0) == (y_held > 0.5)).double().mean().item()
            if step == STEPS:
                break
            optimizer.zero_grad()
            loss(w, x, y).backward()
            optimizer.step()
        return weights, losses[1]

    return descend


def _planes() -> str:
    experiment = _on("network_fit", {"samples": 400}, ())
    plane = start_plane(experiment)
    side = np.linspace(-2, 2, _SIDE)
    points = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    objective = sliced_objective(experiment, plane)
    contenders: dict[str, Callable[[], object]] = {"ours": lambda: objective.values(points)}
    told, times = "not installed", "-"
    try:
        import torch  # noqa: PLC0415  may be missing
    except ImportError:
        took = medians(contenders)
    else:
        table = torch.tensor(np.array(points_of(experiment).kept))
        weights = torch.tensor(plane.weights(points)[:, :33])

        def theirs() -> np.ndarray:
            found = []
            with torch.no_grad():
                for part in weights.split(1024):
                    inner = torch.tanh(table[:, :2] @ part[:, :16].reshape(-1, 2, 8) + part[:, None, 16:24])
                    z = (inner @ part[:, 24:32, None])[..., 0] + part[:, 32:]
                    y = table[:, 2].expand_as(z)
                    each = torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="none")
                    found.append(each.mean(dim=1))
            return np.asarray(torch.cat(found))

        if not np.abs(theirs() - objective.values(points)).max() <= _CLOSE:
            raise AssertionError("the planes differ")
        contenders["torch"] = theirs
        took = medians(contenders)
        told, times = report.short(took["torch"] * 1e3), report.short(took["torch"] / took["ours"])
    return f"A plane of {_SIDE} x {_SIDE} losses of a network of 33 weights on 200 rows.\n\n" + report.table(
        ["ms", "Thalweg", "torch, 1,024 places at once", "times", "target"],
        [["plane", report.short(took["ours"] * 1e3), told, times, "2"]],
    )


def _directions() -> str:
    paths = np.cumsum(np.random.default_rng(0).normal(size=(1_001, 129)), axis=0)

    def by_svd() -> object:
        return np.linalg.svd(paths - paths.mean(axis=0), full_matrices=True)

    took = medians({"gram": lambda: path_plane([paths]), "svd": by_svd})
    return "Two principal directions of 1,001 places of 129 weights.\n\n" + report.table(
        ["ms", "by the Gram matrix", "`np.linalg.svd`", "times", "target"],
        [
            [
                "directions",
                report.short(took["gram"] * 1e3),
                report.short(took["svd"] * 1e3),
                report.short(took["svd"] / took["gram"]),
                "20",
            ]
        ],
    )


def _dragging() -> str:
    rows = []
    for landscape in ("polynomial_fit", "logistic_features", "softmax_fit", "network_fit"):
        runs = tuple(Run(optimizer=key, learning_rate=0.02) for key in ("gradient_descent", "momentum", "adam"))
        experiment = _on(landscape, {}, runs).replace(steps=300)
        stage_packet(experiment)
        query = urlencode(experiment.to_query())
        x, y = experiment.start
        movable = len(points_of(experiment).rows) <= MOST_ROWS
        for what, moves in (
            ("start", [{"start": [x + 0.002 * move, y]} for move in range(_MOVES)]),
            ("a row", [{"data.3": _moved(experiment, move)} for move in range(_MOVES if movable else 0)]),
        ):
            took: list[float] = []
            for move in moves:
                edited(experiment, *next(iter(move.items())))
                begin = time.perf_counter()
                sketch(query, move)
                took.append(time.perf_counter() - begin)
            if took:
                rows.append(
                    [f"{landscape}, {what}", report.short(1e3 * median(took)), report.short(1e3 * max(took[5:]))]
                )
    return "What the server does while something is dragged, three runs of 300 steps.\n\n" + report.table(
        ["ms", "a sketch: median", "longest"], rows
    )


def _moved(experiment: Experiment, move: int) -> list[float]:
    row = list(points_of(experiment).rows[3])
    return [round(row[0] + 0.003 * move, 3), *row[1:]]
