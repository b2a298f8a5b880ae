"""Sketches are answered before all else looks at them: a hand that drags asks for ten a second."""

from typing import Any

from starlette.requests import Request

from server.assets import base, stamp
from server.pictures import Pictures
from server.pool import Pool


class Straight:
    """ASGI middleware that answers what the sketches' route would, of this build; all else it passes on.

    The way through Streamlit's middleware and past the other routes takes a fifth as long as a sketch, and changes
    nothing of it.
    """

    def __init__(self, app: Any, pool: Pool) -> None:
        self.app = app
        self.path = f"{base()}/{stamp()}/sketch"
        self.pictures = Pictures(pool)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request."""
        if scope["type"] != "http" or scope["path"] != self.path or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        answer = await self.pictures.serve_sketch(Request(scope, receive))
        await answer(scope, receive, send)
