"""What the server does before its first visitor, and meanwhile: compile, and put its memory in order."""

import asyncio
import gc
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lessons import OPENING
from ui import assets
from ui.packet import stage_packet


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Warm up, then serve; another process fills the compilation cache meanwhile (THALWEG_PRECOMPILE=0: not)."""
    await asyncio.to_thread(warm_up)
    rest = precompile() if os.environ.get("THALWEG_PRECOMPILE", "1") != "0" else None
    gallery = asyncio.create_task(asyncio.to_thread(assets.warm_gallery))  # a second or two: not before the doors open
    yield {}
    gallery.cancel()
    if rest is not None:
        rest.kill()
        rest.wait()


def warm_up() -> None:
    """Make everything that the first page needs, and exempt what lives for ever from garbage collection."""
    experiment = OPENING.experiment
    stage_packet(experiment, [0] * len(experiment.runs), "", "", "", None)
    assets.warm(experiment)
    gc.collect()
    gc.freeze()


def precompile() -> "subprocess.Popen[bytes]":
    """Start filling the compilation cache with the catalogue; the process ends by itself."""
    return subprocess.Popen(
        [sys.executable, "-m", "experiments.precompile"],
        cwd=Path(__file__).resolve().parent.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
