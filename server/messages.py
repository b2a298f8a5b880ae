"""What comes over a websocket is looked at before Streamlit reads it: what no page would send is refused in one line.

A page's components send events and state as JSON. Of several events in one message the last alone is passed on: who
chose twice in the gallery wants the second.
"""

import json
from collections.abc import Sequence
from typing import Any

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

from experiments.setup.failures import log_refused
from parameter import Refusal

LONGEST = 5_000_000  # bytes of a message: a document to open is looked at up to there
LONGEST_EVENT = 100_000  # characters of a component's events or state
LONGEST_NUMBER = 30  # characters of a whole number: a seed has ten
DEEPEST = 12  # brackets in one another; the points of a schedule are six deep
_MOST_LINES = 5  # on one connection; who goes on is refused without a word


class Messages:
    """ASGI middleware that refuses what a websocket brings and no page of ours would send."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request; a websocket's messages are passed on only where they can be read."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        refused = 0

        async def receive_readable() -> Any:
            nonlocal refused
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                try:
                    return {**message, "bytes": readable(message.get("bytes")), "text": None}
                except Refusal as refusal:
                    refused += 1
                    if refused <= _MOST_LINES:
                        log_refused(f"a message: {refusal}")

        await self.app(scope, receive_readable, send)


def readable(frame: bytes | None) -> bytes:
    """Return a frame as it is passed on: with the last of a component's events alone. Raises Refusal."""
    if frame is None:
        raise Refusal("a text frame; this server reads binary ones")
    if len(frame) > LONGEST:
        raise Refusal(f"{len(frame):,} bytes are not allowed; at most {LONGEST:,}")
    message = BackMsg()
    try:
        message.ParseFromString(frame)
    except (DecodeError, ValueError):
        raise Refusal(f"{len(frame):,} bytes that are no message of Streamlit") from None
    if message.WhichOneof("type") is None:
        raise Refusal(f"{len(frame):,} bytes that ask for nothing")
    changed = False
    for widget in message.rerun_script.widget_states.widgets:
        field = widget.WhichOneof("value")
        if field not in ("json_value", "json_trigger_value") or not getattr(widget, field):
            continue
        told = read(getattr(widget, field))
        if field == "json_trigger_value" and isinstance(told, list) and len(told) > 1:
            widget.json_trigger_value = json.dumps(told[-1:])
            changed = True
    return message.SerializeToString() if changed else frame


def read(text: str) -> Any:
    """Return what an event's JSON says. Raises Refusal where it is none, or too long or too deep."""
    if len(text) > LONGEST_EVENT:
        raise Refusal(f"an event of {len(text):,} characters; at most {LONGEST_EVENT:,} are allowed")
    try:
        told = json.loads(text, parse_int=_whole, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal("an event that is not JSON") from None
    _measure([told])
    return told


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise Refusal(f"a number of {len(digits):,} digits; at most {LONGEST_NUMBER} are allowed")
    return int(digits)


def _constant(name: str) -> Any:
    raise Refusal(f"an event with {name}, which is no number")


def _measure(layer: Sequence[Any]) -> None:
    """Raise Refusal where brackets stand too deep in one another; layer by layer, so that depth costs no stack."""
    for _ in range(DEEPEST + 1):
        layer = [
            part
            for whole in layer
            if isinstance(whole, list | dict)
            for part in (whole.values() if isinstance(whole, dict) else whole)
        ]
        if not layer:
            return
    raise Refusal(f"an event with more than {DEEPEST} brackets in one another")
