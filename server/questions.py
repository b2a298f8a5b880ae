"""What a page asks by POST: who may ask, and how a question is read and refused."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from experiments.setup.attention import LeftError
from experiments.setup.failures import log_once, sentence
from figures.packets.sketch import UnpreparedError
from parameter import Refusal
from server import messages
from server.pool import FullError

LONGEST = 40_000  # bytes of a question
NOT_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True, kw_only=True)
class Question:
    """A link's query, edits of what it says (values by address), and what is wanted beyond the usual answer."""

    query: str
    edits: dict[str, Any]
    wants: list[Any]


def may_ask(request: Request) -> bool:
    """Tell whether a page of this server asks: no other's may post JSON here, nor learn the answer."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return False
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc == request.headers.get("host"):
        return True
    allowed = st.get_option("server.corsAllowedOrigins") or ()
    return origin in allowed


async def question(request: Request) -> Question:
    """Return what is asked. Raises Refusal where it is no question, or too long."""
    told = messages.read((await body(request, LONGEST)).decode("utf-8"))
    found = told if isinstance(told, dict) else {}
    query, edits, wants = found.get("query"), found.get("edits", {}), found.get("wants", [])
    if not isinstance(query, str) or not isinstance(edits, dict) or not isinstance(wants, list):
        raise Refusal('a question that is not {"query": text, "edits": {address: value}, "wants": [names]}')
    return Question(query=query, edits=edits, wants=wants)


async def body(request: Request, longest: int) -> bytes:
    """Return what was posted. Raises Refusal where it is more than so many bytes, at the first that is too many."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > longest:
            raise Refusal(f"a question of more than {longest:,} bytes is not allowed")
    return bytes(found)


def refused(status: int, why: str) -> Response:
    """Return an answer that says why there is none."""
    return PlainTextResponse(why, status_code=status, headers=NOT_KEPT)


def trouble(part: str, error: Exception | LeftError) -> Response:
    """Return what is said of an answer that could not be made: what is not allowed, or one sentence for our own fault.

    part: as a sentence begins with it, "The surface".
    """
    if isinstance(error, ClientDisconnect | LeftError):
        return refused(499, "Who asked has left.")  # as nginx calls it; nobody hears it
    for kind, status in ((UnpreparedError, 425), (FullError, 503), (Refusal | UnicodeDecodeError, 400)):
        if isinstance(error, kind):
            return refused(status, str(error))
    log_once(part, error)
    return refused(500, sentence(part))
