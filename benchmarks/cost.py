"""What computing is estimated to cost beside what it does: compiling typed formulas, and runs of a spread of kinds."""

import time
from typing import Any

import jax
import numpy as np

from benchmarks import report
from experiments import Experiment, Run
from experiments.objective.objective import objective_of
from experiments.setup.cost import cost_of
from experiments.simulation.simulate import simulate_run
from landscapes import formula
from landscapes.formula.effort import compile_seconds

LONG = "+".join(f"sin({n}*x)*exp(-(y-{n})^2)" for n in range(1, 17))
FORMULAS = (
    "x^2+3*y^2",
    LONG,
    "+".join(["x^y"] * 33),
    "+".join(["sqrt(x)"] * 50),
    "+".join(["asinh(x)"] * 40),
    "*".join(["x"] * 200),
    "sin(" * 39 + "x" + ")" * 39,
    "sqrt(" * 24 + "x" + ")" * 24,
    "atanh(" * 8 + "x" + ")" * 8,
    "sinc(" * 3 + "x" + ")" * 3,
)
SURFACES: tuple[dict[str, Any], ...] = (
    {"landscape": "sphere"},
    {"landscape": "ackley"},
    {"landscape": "himmelblau"},
    {"landscape": "de_jong_5"},
    {"landscape": "formula", "formula": "sin(x)*cos(y)+x*y"},
    {"landscape": "formula", "formula": LONG},
)
OPTIMIZERS = ("gradient_descent", "adam", "exact_line_search", "bfgs", "newton", "particle_swarm")
_AIM = 0.2  # seconds that a run should be estimated to take


def main() -> None:
    busy = report.load()
    jax.config.update("jax_enable_compilation_cache", False)
    compiled = [_compiled(text) for text in FORMULAS]
    jax.config.update("jax_enable_compilation_cache", True)
    head = ["formula", "estimated s", "measured s", "estimated / measured"]
    body = "Compiling value, gradient and Hessian at 1,024 points, CPU time.\n\n" + report.table(head, compiled)
    rows = [
        _run(surface, optimizer, smoothing)
        for surface in SURFACES
        for smoothing in (0.0, 0.3)
        for optimizer in OPTIMIZERS
    ]
    head = ["run", "steps", "estimated ms", "measured ms", "estimated / measured"]
    body += "\n\nOne run, compiled before, CPU time; the steps are such as to take about "
    body += f"{1e3 * _AIM:g} ms by the estimate.\n\n" + report.table(head, rows)
    report.write("cost", "Estimates of cost", body, ("jax",), busy)


def _compiled(text: str) -> list[str]:
    objective = objective_of(Experiment(landscape="formula", formula=text))
    began = time.process_time()
    objective.derivatives(np.full((100, 2), 0.3))
    taken, told = time.process_time() - began, compile_seconds(formula.parse(text).tree)
    short = text if len(text) < 30 else f"{text[:24]}… ({len(text)})"
    return [f"`{short}`", report.short(told), report.short(taken), report.short(told / taken)]


def _run(surface: dict[str, Any], optimizer: str, smoothing: float) -> list[str]:
    run = Run(optimizer=optimizer, learning_rate=1e-3)
    one = Experiment(**surface, smoothing=smoothing, steps=1, runs=(run,))
    one = one.replace(steps=int(np.clip(_AIM / cost_of(one).longest, 2, 20_000)))
    simulate_run(one, 0)
    began = time.process_time()
    simulate_run(one, 0)
    taken, told = time.process_time() - began, cost_of(one).longest
    name = surface.get("formula", surface["landscape"])[:20] + (f", σ {smoothing:g}" if smoothing else "")
    shown = (report.short(1e3 * seconds) for seconds in (told, taken))
    return [f"{optimizer} on {name}", f"{one.steps:,}", *shown, report.short(told / taken)]


if __name__ == "__main__":
    main()
