"""A cap on how many people are served at once: further ones get a page that says so, not a slow server."""

import os
from typing import Any

from streamlit import net_util

_MANY = 100_000


def _most() -> int:
    text = os.environ.get("THALWEG_MAX_SESSIONS", "").strip()
    if not text:
        return 500
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MANY:
        raise ValueError(f"THALWEG_MAX_SESSIONS: {text[:40]!r} is not allowed; give a whole number in [1, {_MANY}]")
    return int(text)


MOST = _most()


def _unknown() -> str | None:
    return None


# When a page of another origin opens a websocket, Streamlit asks a web service for this machine's address, and serves
# nobody while it waits. Nothing is to leave the machine: an origin is allowed by server.corsAllowedOrigins alone.
net_util.get_external_ip = _unknown

_PAGE = b"""<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="15">
<meta name="viewport" content="width=device-width"><title>Thalweg is full</title>
<body style="font:18px/1.5 system-ui;margin:15vh auto;max-width:32em;padding:0 1em">
<h1>Every place is taken</h1><p>This server serves as many people as it was set to. This page tries again every
15 seconds.</p></body></html>"""


class Crowd:
    """ASGI middleware that counts open websockets, one a visitor, and turns away those over the cap."""

    def __init__(self, app: Any, most: int = MOST) -> None:
        self.app = app
        self.most = most
        self.inside = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let a visitor in, or turn them away."""
        full = self.inside >= self.most
        if scope["type"] == "websocket":
            if full:
                await send({"type": "websocket.close", "code": 1013, "reason": "full"})
                return
            self.inside += 1
            try:
                await self.app(scope, receive, send)
            finally:
                self.inside -= 1
            return
        if full and scope["type"] == "http" and self._is_page(scope):
            headers = [(b"content-type", b"text/html; charset=utf-8"), (b"retry-after", b"15")]
            await send({"type": "http.response.start", "status": 503, "headers": headers})
            await send({"type": "http.response.body", "body": _PAGE})
            return
        await self.app(scope, receive, send)

    @staticmethod
    def _is_page(scope: Any) -> bool:
        accepts = dict(scope["headers"]).get(b"accept", b"")
        return scope["method"] == "GET" and b"text/html" in accepts
