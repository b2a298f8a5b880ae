"""How long a recorded run takes: against the loops that others write, for every optimizer, and the first time."""

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks import loops, report
from experiments import Experiment, simulate
from experiments.critical.defaults import default_run
from optimizers import OPTIMIZERS

STEPS = 1000
_ROUNDS = 7
_SLICE = 0.05  # seconds that a contender may use in a round, one call at least
_CLOSE = 1e-8
_OURS = "Thalweg, `simulate`"
_RIVALS: Mapping[str, loops.Maker] = {
    "numba, njit loop": loops.numba_loop,
    "NumPy loop": loops.numpy_loop,
    "torch.optim loop": loops.torch_loop,
    "optax, eager loop, value_and_grad jitted": loops.optax_loop,
}
_COMPARED = ("gradient_descent", "momentum", "adam")
_FRESH = 3  # fresh processes of each kind


def main() -> None:
    busy = report.load()
    report.write(
        "trajectory",
        "Trajectories",
        "\n\n".join((_against_others(), _every_optimizer(), _first_use())),
        ("jax", "optax", "numpy", "torch", "numba"),
        busy,
    )


def _experiment(optimizer: str) -> Experiment:
    plain = Experiment(landscape="rosenbrock", steps=STEPS)
    return plain.replace(runs=(default_run(plain, optimizer),))


def medians(contenders: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Return each contender's median time in seconds, measured in turns so that noise hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for work in contenders.values():
        work()
    gc.collect()
    gc.disable()
    try:
        for _ in range(_ROUNDS):
            for name, work in contenders.items():
                end = time.perf_counter() + _SLICE
                while (begin := time.perf_counter()) < end:
                    work()
                    times[name].append(time.perf_counter() - begin)
            gc.collect()
    finally:
        gc.enable()
    return {name: median(found) for name, found in times.items()}


def _against_others() -> str:
    measured, agreement, missing = {}, 0.0, set()
    for optimizer in _COMPARED:
        experiment = _experiment(optimizer)
        run = experiment.runs[0]
        contenders: dict[str, Callable[[], object]] = {_OURS: partial(simulate, experiment)}
        end = simulate(experiment)[0].points[-1]
        for name, maker in _RIVALS.items():
            try:
                descend = maker(optimizer, run.learning_rate, experiment.start, STEPS)
            except ImportError:
                missing.add(name)
                continue
            contenders[name] = descend
            distance = float(np.max(np.abs(descend()[0][-1] - end)))
            if not distance <= _CLOSE:
                raise AssertionError(f"{name} with {optimizer} ends {distance} away")
            agreement = max(agreement, distance)
        measured[optimizer] = medians(contenders)
    rows = []
    for name in (_OURS, *_RIVALS):
        row = [name]
        for optimizer in _COMPARED:
            if name in missing:
                row += ["not installed", "-"]
            else:
                seconds = measured[optimizer][name]
                row += [report.short(seconds * 1e3), report.short(seconds / measured[optimizer][_OURS])]
        rows.append(row)
    head = ["ms, and times Thalweg's"] + [cell for key in _COMPARED for cell in (OPTIMIZERS[key].name, "×")]
    return (
        f"A run of {STEPS:,} steps on Rosenbrock in float64, warm, every point, loss, gradient and update recorded (by "
        f"Thalweg also the learning rates, the optimizer's inner state and the cost). One process, in turns, medians. "
        f"All end within {agreement:.0e} of each other. Targets: torch at least 1,000 times as long, numba at least a "
        f"fifth.\n\n" + report.table(head, rows)
    )


def _every_optimizer() -> str:
    seconds = medians({key: partial(simulate, _experiment(key)) for key in OPTIMIZERS})
    rows = [[OPTIMIZERS[key].name, report.short(s / STEPS * 1e9)] for key, s in seconds.items()]
    return f"The same run, warm, of every optimizer.\n\n{report.table(['Optimizer', 'ns a step'], rows)}"


def _first_use() -> str:
    with tempfile.TemporaryDirectory() as folder:
        kept = {"JAX_COMPILATION_CACHE_DIR": folder}
        _fresh(kept)
        kinds = {"compiled": {"JAX_ENABLE_COMPILATION_CACHE": "false"}, "from the persistent cache": kept}
        found: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(_FRESH):
            for kind, environment in kinds.items():
                found[kind] += _fresh(environment).values()
    targets = {"compiled": "150", "from the persistent cache": "50"}
    rows = [
        [kind, *(report.short(float(np.percentile(ms, p))) for p in (50, 90, 100)), targets[kind]]
        for kind, ms in found.items()
    ]
    return (
        f"The first run of a landscape and an optimizer, ms: {len(found['compiled'])} of them in {_FRESH} fresh "
        f"processes that have compiled another pair before.\n\n"
        + report.table(["First run", "median", "p90", "max", "target: under"], rows)
    )


def _fresh(environment: Mapping[str, str]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.first_use"],
        cwd=Path(__file__).resolve().parent.parent,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found
