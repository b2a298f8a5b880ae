"""What every answer says to the browser: take the type as told, and who may show the page in a frame."""

import re
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from uvicorn.protocols.utils import ClientDisconnected

import settings

_HOST = r"(?:https?://)?(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::(?:[0-9]{1,5}|\*))?"
_SOURCE = re.compile(rf"'self'|\*|https?:|{_HOST}", re.IGNORECASE)
_KEYWORDS = {"self": "'self'", "none": "'none'"}  # quotes get lost on the way through shells and files


def _frames() -> str:
    """Return who may show the page in a frame, as Content-Security-Policy writes it: THALWEG_FRAME_ANCESTORS."""
    name = "THALWEG_FRAME_ANCESTORS"
    sources = [_KEYWORDS.get(word, word) for word in settings.text_of(name).split()] or ["'self'"]
    if sources == ["'none'"] or all(map(_SOURCE.fullmatch, sources)):
        return " ".join(sources)
    allowed = "'self', 'none' or addresses such as https://moodle.example.org, with blanks between them"
    raise settings.refuse(name, allowed)


_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": f"frame-ancestors {_frames()}"}


class Answers:
    """ASGI middleware that adds these headers to all that the server answers, Streamlit's answers too."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request, with the headers."""
        accepted = refused = False

        async def send_with_headers(message: Any) -> None:
            nonlocal accepted, refused
            kind = message["type"]
            accepted = accepted or kind == "websocket.accept"
            if kind in ("http.response.start", "websocket.http.response.start"):
                message = _with_headers(message)
            elif kind == "websocket.close" and not accepted and "websocket.http.response" in scope["extensions"]:
                await send(_with_headers({"type": "websocket.http.response.start", "status": 403}))
                message, refused = {"type": "websocket.http.response.body", "body": b""}, True
            await send(message)

        await self.app(scope, receive, send_with_headers)
        if refused:
            # uvicorn takes a websocket that is answered, and not opened, for one that was forgotten, and logs an error
            raise ClientDisconnected


def _with_headers(message: Any) -> Any:
    headers = MutableHeaders(raw=list(message.get("headers", [])))
    headers.update(_HEADERS)
    return {**message, "headers": headers.raw}


def failed(request: Request, error: Exception) -> Response:
    """Answer a request whose answer failed: that is said outside all middleware."""
    return PlainTextResponse("Internal Server Error", status_code=500, headers=_HEADERS)
