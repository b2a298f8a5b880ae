"""Experiments with settings that a beginner might choose, drawn at random: rates far off, odd schedules, noise."""

from collections.abc import Iterator

import numpy as np

from experiments import Experiment, Run
from experiments.critical.defaults import default_learning_rate
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES

STEPS = (40, 80, 150, 300, 600)


def bad_settings(
    seed: int, count: int, landscapes: tuple[str, ...], optimizers: tuple[str, ...]
) -> Iterator[Experiment]:
    """Yield so many experiments with one run each; rates are up to 300 times too small or too large."""
    draw = np.random.default_rng(seed)
    for _ in range(count):
        key, optimizer = str(draw.choice(landscapes)), str(draw.choice(optimizers))
        (x0, x1), (y0, y1) = LANDSCAPES[key].view
        x, y = draw.uniform((x0, y0), (x1, y1))
        fresh = Experiment(landscape=key, start=(round(x, 3), round(y, 3)), steps=int(draw.choice(STEPS)))
        rate = default_learning_rate(fresh, optimizer) * 10 ** draw.uniform(-2.5, 2.5)
        schedule = str(draw.choice(list(SCHEDULES))) if draw.random() < 0.3 else "constant"
        run = Run(
            optimizer=optimizer,
            learning_rate=float(f"{min(rate, 999):.3g}"),
            parameters=_odd(optimizer, draw),
            schedule=schedule,
        )
        noise = float(f"{10 ** draw.uniform(-1, 1):.2g}") if draw.random() < 0.1 else 0.0
        yield fresh.replace(runs=(run,), noise=noise)


def _odd(optimizer: str, draw: np.random.Generator) -> dict[str, float]:
    """Return unusual values for some of the betas."""
    betas = [p for p in OPTIMIZERS[optimizer].parameters if p.key.startswith("beta")]
    return {p.key: float(draw.choice([max(p.low, 0.1), 0.5, 0.99, 0.999])) for p in betas if draw.random() < 0.3}
