"""What the server does before its first visitor: compile the opening experiment, then put its memory in order."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from lessons import OPENING
from ui import assets
from ui.packet import stage_packet


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Warm up, then serve."""
    await asyncio.to_thread(warm_up)
    yield {}


def warm_up() -> None:
    """Make everything that the first page needs, and exempt what lives for ever from garbage collection."""
    experiment = OPENING.experiment
    stage_packet(experiment, [0] * len(experiment.runs), "", "", "", None)
    assets.warm(experiment)
    gc.collect()
    gc.freeze()
