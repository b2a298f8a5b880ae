"""A cap on how many people are served at once: further ones get a page that says so, not a slow server."""

import asyncio
import logging
from dataclasses import dataclass
from math import inf
from typing import Any

from streamlit import net_util
from streamlit.proto.BackMsg_pb2 import BackMsg

import settings
from ui import descriptors

HELLO = 15.0  # seconds for a page's first message, which it sends at once
TAKEN_UP = 600.0  # seconds for one that takes its session up again: it says nothing until somebody does something
_MINUTE = 60.0
_log = logging.getLogger("thalweg")
MOST = settings.whole("THALWEG_MAX_SESSIONS", 500, 100_000)


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


@dataclass
class House:
    """How many places there are, how many were asked for, what the limit of descriptors is, and who is inside."""

    most: int
    wanted: int
    limit: int
    inside: int = 0
    turned_away: int = 0
    said: float = -inf  # when the log was last told of it

    @property
    def full(self) -> bool:
        """Whether every place is taken."""
        return self.inside >= self.most

    @property
    def sentence(self) -> str:
        """Return what the log says of it at the start."""
        if self.most < self.wanted:
            return (
                f"Places for {self.most} visitors, not for the {self.wanted} that were asked for: the limit of "
                f"{self.limit:,} file descriptors allows no more; {descriptors.needed(self.wanted):,} are needed."
            )
        return f"Places for {self.most} visitors; at most {self.limit:,} file descriptors."

    def turn_away(self, now: float) -> None:
        """Count a visitor for whom there is no place; the log is told at most once a minute. now: in seconds."""
        self.turned_away += 1
        if now - self.said >= _MINUTE:
            since = f" ({self.turned_away:,} turned away since this was last said)" if self.turned_away > 1 else ""
            _log.warning("Refused: a visitor, since all places are taken: %s of %s%s", self.inside, self.most, since)
            self.said, self.turned_away = now, 0

    def told(self) -> dict[str, Any]:
        """Return what the health route says of it."""
        return {
            "visitors": {"now": self.inside, "most": self.most, "asked_for": self.wanted},
            "descriptors": {"now": descriptors.open_now(), "most": self.limit},
        }


def house(wanted: int = MOST) -> House:
    """Return the places that this process has, its limit of descriptors raised as far as it may be."""
    limit = descriptors.raise_limit(descriptors.needed(wanted))
    return House(most=min(wanted, descriptors.places(limit)), wanted=wanted, limit=limit)


class Crowd:
    """ASGI middleware that counts open websockets, one a visitor, and turns away those over the cap.

    A websocket on which nobody asks for a page within some seconds is closed: it would keep a place for nobody.
    """

    def __init__(self, app: Any, house: House, hello: float = HELLO, taken_up: float = TAKEN_UP) -> None:
        self.app = app
        self.house = house
        self.hello, self.taken_up = hello, taken_up

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let a visitor in, or turn them away."""
        full = self.house.full
        if scope["type"] == "websocket":
            if full:
                self.house.turn_away(asyncio.get_running_loop().time())
                await send({"type": "websocket.close", "code": 1013, "reason": "full"})
                return
            self.house.inside += 1
            try:
                await self.app(scope, _in_time(receive, send, self._patience(scope)), send)
            finally:
                self.house.inside -= 1
            return
        if full and scope["type"] == "http" and self._is_page(scope):
            headers = [(b"content-type", b"text/html; charset=utf-8"), (b"retry-after", b"15")]
            headers.append((b"cache-control", b"no-store"))
            await send({"type": "http.response.start", "status": 503, "headers": headers})
            await send({"type": "http.response.body", "body": _PAGE})
            return
        await self.app(scope, receive, send)

    def _patience(self, scope: Any) -> float:
        """Return the seconds until a websocket must speak. Its third subprotocol is a session to be taken up again."""
        protocols = dict(scope["headers"]).get(b"sec-websocket-protocol", b"").split(b",")
        return self.taken_up if len(protocols) > 2 and protocols[2].strip() else self.hello

    @staticmethod
    def _is_page(scope: Any) -> bool:
        accepts = dict(scope["headers"]).get(b"accept", b"")
        return scope["method"] == "GET" and b"text/html" in accepts


def _in_time(receive: Any, send: Any, patience: float) -> Any:
    """Return receive, which ends the websocket if no page was asked for after so many seconds."""
    end = asyncio.get_running_loop().time() + patience
    greeted = False

    async def receive_in_time() -> Any:
        nonlocal greeted
        if greeted:
            return await receive()
        try:
            async with asyncio.timeout_at(end):
                message = await receive()
        except TimeoutError:
            await send({"type": "websocket.close", "code": 1008, "reason": "no hello"})
            return {"type": "websocket.disconnect", "code": 1008}
        greeted = _is_hello(message)
        return message

    return receive_in_time


def _is_hello(message: Any) -> bool:
    body = message.get("bytes") if message["type"] == "websocket.receive" else None
    if not body:
        return False
    try:
        return BackMsg.FromString(body).WhichOneof("type") == "rerun_script"
    except Exception:  # what cannot be read is no hello; Streamlit ends such a websocket
        return False
