"""An evening of typing: two thousand different formulas, each drawn, searched and descended, and their memory."""

import gc
import os
import random
import statistics
import time
from pathlib import Path

from benchmarks.report import load, short, table, write
from experiments import Experiment, critical_points, simulate
from experiments.critical.defaults import default_run
from experiments.objective.compiled import MOST, is_stored
from experiments.objective.form import form_of

COUNT = 2_000
TOLD = (1, 250, 500, 1_000, 1_500, 2_000)
_PARTS = ("x^2", "y^2", "sin(x)", "cos(y)", "x*y", "exp(-x^2)", "|y|", "tanh(x)", "x^4", "y^3", "(x-y)^2", "log(1+x^2)")


def main() -> None:
    busy = load()
    rows, times, seen = [], [], []
    for number, text in enumerate(texts(COUNT), start=1):
        began = time.perf_counter()
        fresh = Experiment(landscape="formula", formula=text, steps=100)
        critical_points(fresh)
        simulate(fresh.replace(runs=(default_run(fresh, "adam"),)))
        times.append(time.perf_counter() - began)
        seen.append(form_of(fresh))
        if number in TOLD:
            gc.collect()
            kept = sum(is_stored(("derivatives", form)) for form in seen)
            rows.append([f"{number:,}", short(_resident()), str(kept)])
            print(rows[-1], flush=True)
    body = table(["formulas", "resident memory, MB", "of their surfaces' programs still kept"], rows)
    body += f"\n\nPrograms of at most {MOST / 1e6:g} MB are kept; the one unused longest goes first. "
    body += f"A new formula takes {short(1e3 * statistics.median(times))} ms (median) to be compiled, searched and run."
    write("formulas", "Memory over 2,000 typed formulas", body, ("jax",), busy)


def texts(count: int) -> list[str]:
    """Return formulas that differ in more than their numbers, the same at every call."""
    draw = random.Random(1)
    found: dict[str, None] = {}
    while len(found) < count:
        found["+".join(draw.sample(_PARTS, draw.randint(3, 7)))] = None
    return list(found)


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
