"""python -m benchmarks.first_use: in a fresh process, ms of the first run of each pair below, as JSON.

A server has compiled something before its first visitor comes, so one pair goes first and is not counted.
"""

import json
import time

from experiments import Experiment, Run, simulate

PAIRS = (
    ("rosenbrock", "adam"),
    ("himmelblau", "gradient_descent"),
    ("beale", "momentum"),
    ("ackley", "rmsprop"),
    ("rastrigin", "nesterov"),
    ("branin", "adagrad"),
    ("levy", "adamw"),
    ("peaks", "lion"),
    ("booth", "newton"),
    ("styblinski_tang", "lbfgs"),
)
_BEFORE = ("sphere", "momentum_ema")


def main() -> None:
    _milliseconds(*_BEFORE)
    print(json.dumps({" + ".join(pair): _milliseconds(*pair) for pair in PAIRS}))


def _milliseconds(landscape: str, optimizer: str) -> float:
    experiment = Experiment(landscape=landscape, steps=300, runs=(Run(optimizer=optimizer, learning_rate=0.001),))
    begin = time.perf_counter()
    simulate(experiment)
    return (time.perf_counter() - begin) * 1e3


if __name__ == "__main__":
    main()
