"""Sketches by HTTP: what is drawn while a hand moves something, computed on threads of its own, a few at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from figures.packets.sketch import UnpreparedError, sketch
from server.questions import NOT_KEPT, may_ask, question, refused, trouble

MOST = 64  # questions that wait; who asks for more is asked to come back
_WORKERS = 2
AT_ONCE = {**NOT_KEPT, "Content-Encoding": "identity"}  # numbers hardly pack, and packing takes longer than drawing


class Sketches:
    """The route, and the threads that its answers are computed on."""

    def __init__(self) -> None:
        self.workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="sketch")
        self.underway = 0  # asked for and not answered yet

    def told(self) -> dict[str, Any]:
        """Return what the health route says of it."""
        return {"sketches": {"underway": self.underway, "most": MOST, "threads": _WORKERS}}

    async def serve(self, request: Request) -> Response:
        """Answer {"query": a link's, "edits": {address: value}} with a sketch (figures.packets.sketch)."""
        if not may_ask(request):
            return refused(403, "Only a page of this server may ask for sketches, with JSON.")
        if self.underway >= MOST:
            return refused(503, "Too many sketches are asked for at once.")
        self.underway += 1
        try:
            asked = await question(request)
            made = await asyncio.get_running_loop().run_in_executor(self.workers, sketch, asked.query, asked.edits)
        except UnpreparedError as refusal:
            return refused(425, str(refusal))
        except Exception as error:
            return trouble("The sketch", error)
        finally:
            self.underway -= 1
        return Response(made, media_type="application/octet-stream", headers=AT_ONCE)
