"""Sketches by HTTP: what is drawn while a hand moves something, computed on threads of its own, a few at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from experiments.setup.failures import log_once, sentence
from figures.packets.sketch import UnpreparedError, sketch
from parameter import Refusal
from server import messages

LONGEST = 40_000  # bytes of a question
MOST = 64  # questions that wait; who asks for more is asked to come back
_WORKERS = 2
_HEADERS = {"Cache-Control": "no-store"}
_AT_ONCE = {**_HEADERS, "Content-Encoding": "identity"}  # numbers hardly pack, and packing takes longer than drawing


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
        if not _may_ask(request):
            return _refused(403, "Only a page of this server may ask for sketches, with JSON.")
        if self.underway >= MOST:
            return _refused(503, "Too many sketches are asked for at once.")
        self.underway += 1
        try:
            query, edits = _question(await _body(request))
            made = await asyncio.get_running_loop().run_in_executor(self.workers, sketch, query, edits)
        except UnpreparedError as refusal:
            return _refused(425, str(refusal))
        except (Refusal, ValueError) as refusal:
            return _refused(400, str(refusal))
        except ClientDisconnect:
            return _refused(400, "The question was cut off.")
        except Exception as error:
            log_once("The sketch", error)
            return _refused(500, sentence("The sketch"))
        finally:
            self.underway -= 1
        return Response(made, media_type="application/octet-stream", headers=_AT_ONCE)


def _refused(status: int, why: str) -> Response:
    return PlainTextResponse(why, status_code=status, headers=_HEADERS)


def _may_ask(request: Request) -> bool:
    """Tell whether a page of this server asks: no other's may post JSON here, nor learn the answer."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return False
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc == request.headers.get("host"):
        return True
    allowed = st.get_option("server.corsAllowedOrigins") or ()
    return origin in allowed


async def _body(request: Request) -> bytes:
    """Return a question's bytes. Raises Refusal where there are too many, at the first that is too many."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            raise Refusal(f"a question of more than {LONGEST:,} bytes is not allowed")
    return bytes(body)


def _question(body: bytes) -> tuple[str, dict[str, Any]]:
    told = messages.read(body.decode("utf-8"))
    query, edits = (told.get("query"), told.get("edits", {})) if isinstance(told, dict) else (None, None)
    if not isinstance(query, str) or not isinstance(edits, dict):
        raise Refusal('a question that is not {"query": text, "edits": {address: value}}')
    return query, edits
