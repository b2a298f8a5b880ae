"""How much the members of an experiment take: processor time against the single run's, in one process, in turns."""

import gc
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from statistics import median

from benchmarks import report
from experiments import Experiment, Run, ensembles_of
from experiments.results.judged_runs import results_of

MEMBERS = 100
_ROUNDS = 9
_RUNS = tuple(Run(optimizer=key, learning_rate=0.01) for key in ("gradient_descent", "momentum", "adam"))
_CASES: Mapping[str, Experiment] = {
    "Three-hump camel, starts": Experiment(landscape="three_hump_camel", runs=_RUNS, spread=1.0),
    "Rastrigin, starts": Experiment(landscape="rastrigin", runs=_RUNS, spread=1.0),
    "Himmelblau, gradient noise": Experiment(landscape="himmelblau", runs=_RUNS, noise=1.0),
    "Rosenbrock, starts and noise": Experiment(landscape="rosenbrock", runs=_RUNS, spread=0.5, noise=0.1),
}


def main() -> None:
    busy = report.load()
    seeds = itertools.count(1)  # another one each time, so that nothing comes from memory
    rows = [_row(name, case, seeds) for name, case in _CASES.items()]
    steps = next(iter(_CASES.values())).steps
    text = (
        f"{len(_RUNS)} runs of {steps} steps, warm, once and {MEMBERS} times each: simulated, judged, and their "
        f"quantiles taken. Processor time, medians of {_ROUNDS} rounds in turns. Target: {MEMBERS} members in under a "
        f"second.\n\n"
    )
    head = ["Experiment", "once, ms", f"{MEMBERS} times, ms", "ms a member", "times a single run"]
    report.write("ensemble", "Many runs", text + report.table(head, rows), ("jax", "numpy"), busy)


def _row(name: str, case: Experiment, seeds: Iterator[int]) -> list[str]:
    once: list[float] = []
    many: list[float] = []
    for turn in range(_ROUNDS + 1):
        gc.collect()
        single = _seconds(results_of, _fresh(case, next(seeds)))
        whole = _seconds(ensembles_of, _fresh(case, next(seeds)).replace(repeats=MEMBERS))
        if turn:  # the first one compiles
            once.append(single)
            many.append(whole)
    one, all_ = median(once), median(many)
    each = all_ / MEMBERS / len(_RUNS)
    cells = (one * 1e3, all_ * 1e3, each * 1e3, each / (one / len(_RUNS)))
    return [name, *(report.short(cell) for cell in cells)]


def _fresh(case: Experiment, seed: int) -> Experiment:
    """Return the case as nobody has asked for it before."""
    x, y = case.start
    return case.replace(seed=seed, start=(x + 1e-6 * seed, y))


def _seconds(work: Callable[[Experiment], object], experiment: Experiment) -> float:
    begin = time.process_time()  # one thread does it all; waiting for other programs is none of its work
    work(experiment)
    return time.process_time() - begin


if __name__ == "__main__":
    main()
