"""What the server does before its first visitor, and meanwhile: compile, and put its memory in order."""

import asyncio
import gc
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from streamlit.logger import get_logger

import settings
from figures.packets.packet import stage_packet
from lessons import OPENING
from server import assets, descriptors, sockets, stopping
from server.crowd import House
from server.pool import Pool


def lifespan(house: House, pool: Pool) -> Callable[[Any], AbstractAsyncContextManager[dict[str, Any]]]:
    """Return what runs around the server's life. Raises settings.NotAllowed."""
    ahead = settings.switch("THALWEG_PRECOMPILE", True)

    @asynccontextmanager
    async def alive(app: Any) -> AsyncIterator[dict[str, Any]]:
        """Warm up, then serve; another process fills the compilation cache meanwhile (THALWEG_PRECOMPILE=0: not)."""
        rest = None

        def leave() -> str:
            if rest is not None:
                rest.kill()
            return " and ".join(f"the making of a {name}" for name in pool.close())

        stopping.in_time(leave)
        get_logger("thalweg").info(house.sentence)
        sockets.answer_at_once()
        descriptors.in_one_line()
        await asyncio.to_thread(warm_up)
        rest = precompile() if ahead else None
        gallery = asyncio.create_task(assets.warm_gallery())  # not before the doors open
        yield {}
        gallery.cancel()
        leave()
        if rest is not None:
            rest.wait()

    return alive


def warm_up() -> None:
    """Make everything that the first page needs, and exempt what lives for ever from garbage collection."""
    # Streamlit imports it in a first session's thread; Plotly, in another, would meet it half made, and fail
    import_module("pandas")
    experiment = OPENING.experiment
    stage_packet(experiment)
    assets.warm(experiment)
    gc.collect()
    gc.freeze()


def precompile() -> "subprocess.Popen[bytes]":
    """Start filling the compilation cache with the catalogue; the process ends by itself, and is taken leave of."""
    rest = subprocess.Popen(
        [sys.executable, "-m", "experiments.precompile"],
        cwd=Path(__file__).resolve().parent.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    threading.Thread(target=rest.wait, daemon=True).start()  # or it stays in the list of processes
    return rest
