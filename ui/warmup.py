"""What the server does before its first visitor, and meanwhile: compile, and put its memory in order."""

import asyncio
import gc
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from experiments import Experiment, critical_points, simulate
from experiments.defaults import default_run
from landscapes import LANDSCAPES
from lessons import OPENING
from optimizers import OPTIMIZERS
from ui import assets
from ui.packet import stage_packet

COMMON = ("gradient_descent", "momentum", "adam")
_PAUSE = 0.3  # seconds between two programs, so that visitors are served in between


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Warm up, then serve; compile the rest of the catalogue while serving (THALWEG_PRECOMPILE=0 leaves that out)."""
    await asyncio.to_thread(warm_up)
    stop = threading.Event()
    rest = threading.Thread(target=precompile, args=(stop,), name="precompile", daemon=True)
    if os.environ.get("THALWEG_PRECOMPILE", "1") != "0":
        rest.start()
    yield {}
    stop.set()
    if rest.is_alive():
        await asyncio.to_thread(rest.join, 1.0)


def warm_up() -> None:
    """Make everything that the first page needs, and exempt what lives for ever from garbage collection."""
    experiment = OPENING.experiment
    stage_packet(experiment, [0] * len(experiment.runs), "", "", "", None)
    assets.warm(experiment)
    gc.collect()
    gc.freeze()


def precompile(stop: threading.Event) -> None:
    """Compile every surface with the common optimizers, and every optimizer on the opening surface, one by one."""
    pairs = [(OPENING.experiment.landscape, optimizer) for optimizer in OPTIMIZERS]
    pairs += [(landscape, optimizer) for landscape in LANDSCAPES for optimizer in COMMON]
    for landscape, optimizer in pairs:
        if stop.wait(_PAUSE):
            return
        fresh = Experiment(landscape=landscape, steps=1)
        critical_points(fresh)
        simulate(fresh.replace(runs=(default_run(fresh, optimizer),)))
