"""A class at work: 30 and 100 sessions over real websockets, each moving the learning-rate slider every two seconds."""

import asyncio
import gc
import json
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from benchmarks import report, widgets
from benchmarks.server import Server, running
from lessons import EXAMPLES
from tests.app_server import HOST

_CROWDS = ((30, 60, False), (100, 100, False), (30, 60, True))  # sessions; target for p95, ms; while precompiling
_STAGE = "thalweg_stage"
_EVERY = 2.0  # seconds between one session's moves
_MOVES = 20  # a session
_PATIENCE = 20.0  # seconds for an answer, then it is an error
_ADDRESS = "r1.learning_rate"  # the number that is moved
_PACKET = 5_000  # bytes: the message that carries the picture is larger, all others are smaller
_FINISHED, _LENGTH_DELIMITED = 6, 2  # the field script_finished of ForwardMsg; protobuf's wire type


@dataclass
class _Crowd:
    """What a crowd of sessions met."""

    waits: list[float] = field(default_factory=list)  # seconds from sending to script_finished
    late: list[float] = field(default_factory=list)  # seconds that this client sent later than planned
    sizes: list[int] = field(default_factory=list)  # bytes of an answer
    errors: list[str] = field(default_factory=list)
    missed: int = 0


def main() -> None:
    busy = report.load()
    rows = [_row(*crowd) for crowd in _CROWDS]
    head = [
        "Sessions", "p50 ms", "p95 ms", "max ms", "target: p95 under", "moves", "missed", "errors",
        "server CPU, ms a move", "KB a move", "server MB before", "after", "MB a session", "client late, p95 ms",
    ]  # fmt: skip
    body = (
        f"Each session moves the learning-rate slider every {_EVERY:g} s, {_MOVES} times, to values whose runs are "
        "seldom in memory; the move goes to the stage, with all states of the page's widgets, as from a browser. "
        "From sending to "
        "script_finished. Missed: moves left out since the answer to the one before was not there yet. The client runs "
        "on the same cores; how late it sent says whether it kept up.\n\n" + report.table(head, rows)
    )
    report.write("sessions", "Sessions", body, ("streamlit", "jax", "websockets"), busy)


def _row(count: int, target: float, precompile: bool) -> list[str]:
    with running(precompile) as server:
        asyncio.run(_visit(server, 1, 3))  # the first visitor's imports are not the crowd's
        before = server.memory()
        crowd = _Crowd()
        after, used = asyncio.run(_visit(server, count, _MOVES, crowd))
    for error in sorted(set(crowd.errors)):
        print(f"{count} sessions: {crowd.errors.count(error)} x {error}")
    ms = np.array(crowd.waits or [np.nan]) * 1e3
    sizes: list[float] = [*crowd.sizes] or [np.nan]
    return [
        f"{count}, while the server still compiles its catalogue" if precompile else str(count),
        *(report.short(float(np.percentile(ms, p))) for p in (50, 95, 100)),
        str(target),
        f"{len(crowd.waits):,}",
        str(crowd.missed),
        str(len(crowd.errors)),
        report.short(used / max(1, len(crowd.waits)) * 1e3),
        report.short(float(np.median(sizes)) / 1e3),
        report.short(before),
        report.short(after),
        report.short((after - before) / count),
        report.short(float(np.percentile(crowd.late or [np.nan], 95)) * 1e3),
    ]


class _Page:
    """What a browser knows after the first run, so that it can move the slider."""

    def __init__(self, messages: list[ForwardMsg]) -> None:
        self.message = BackMsg()
        self.moves = 0
        rerun = self.message.rerun_script
        rerun.widget_states.CopyFrom(widgets.states(messages))
        for message in messages:
            if message.WhichOneof("type") == "navigation":
                rerun.page_script_hash = message.navigation.page_script_hash
        stage = next(m for m in messages if m.delta.new_element.bidi_component.component_name == _STAGE)
        rerun.fragment_id = stage.delta.fragment_id
        self.event = rerun.widget_states.widgets.add()
        self.event.id = f"$$STREAMLIT_INTERNAL_KEY_{stage.delta.new_element.bidi_component.id}__events"

    def moved(self, place: int) -> bytes:
        """Return the message of a browser whose slider was moved to this hundredth of a decade above 0.0001."""
        self.moves += 1
        wish = {"kind": "slide", "edits": {_ADDRESS: float(f"{10 ** (-4 + place / 100):.3g}")}, "seq": self.moves}
        self.event.json_trigger_value = json.dumps([{"event": "change", "value": wish}])
        return bytes(self.message.SerializeToString())


async def _visit(server: Server, count: int, moves: int, crowd: _Crowd | None = None) -> tuple[float, float]:
    """Let so many sessions come and make their moves; return the memory then, and the CPU seconds of the moves."""
    crowd = _Crowd() if crowd is None else crowd
    async with AsyncExitStack() as doors:
        sessions = []
        for _ in range(count):
            stream = f"ws://{HOST}:{server.port}/_stcore/stream"
            door = connect(stream, subprotocols=[Subprotocol("streamlit")], compression=None, max_size=None)
            socket = await doors.enter_async_context(door)
            sessions.append((socket, await _open(socket)))
        gc.collect()
        gc.freeze()
        busy, start = server.busy(), time.perf_counter() + 1.0
        plans = [[start + _EVERY * (move + place / count) for move in range(moves)] for place in range(count)]
        await asyncio.gather(*(_moves(*session, place, plans[place], crowd) for place, session in enumerate(sessions)))
        return server.memory(), server.busy() - busy


async def _moves(socket: ClientConnection, page: _Page, place: int, plan: list[float], crowd: _Crowd) -> None:
    """Move one session's slider at the planned times."""
    try:
        for move, planned in enumerate(plan):
            if time.perf_counter() > planned:
                crowd.missed += 1
                continue
            await asyncio.sleep(planned - time.perf_counter())
            message = page.moved((place * 37 + move * 53) % 250)
            begin = time.perf_counter()
            await socket.send(message)
            sizes = await asyncio.wait_for(_finished(socket), _PATIENCE)
            crowd.waits.append(time.perf_counter() - begin)
            crowd.late.append(begin - planned)
            crowd.sizes.append(sum(sizes))
            if max(sizes) < _PACKET:
                crowd.errors.append("an answer without a picture")
    except (TimeoutError, WebSocketException, RuntimeError) as error:
        crowd.errors.append(f"{type(error).__name__}: {error}")


async def _open(socket: ClientConnection) -> _Page:
    """Open the page by a link to the first example with another step length: only the move that leaves an unchanged
    example draws the whole page again, and that is one of many.
    """
    first = EXAMPLES[0].experiment
    link = first.replace(runs=(replace(first.runs[0], learning_rate=1e-3), *first.runs[1:]))
    hello = BackMsg()
    hello.rerun_script.query_string = urlencode(link.to_query())
    await socket.send(hello.SerializeToString())
    messages = []
    while True:
        message = ForwardMsg()
        message.ParseFromString(await asyncio.wait_for(socket.recv(), _PATIENCE))
        messages.append(message)
        if message.WhichOneof("type") == "script_finished":
            return _Page(messages)


async def _finished(socket: ClientConnection) -> list[int]:
    """Read up to script_finished; return the messages' sizes. Raises RuntimeError where the script failed."""
    sizes = []
    while True:
        message = await socket.recv(decode=False)
        sizes.append(len(message))
        if len(message) > 100:  # script_finished is a few dozen bytes
            continue
        status = dict(_fields(message)).get(_FINISHED)
        if status in (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY):
            return sizes
        if status is not None and status != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            raise RuntimeError(f"the script finished with {ForwardMsg.ScriptFinishedStatus.Name(status)}")


def _fields(message: bytes) -> Iterator[tuple[int, int]]:
    """Yield (number, value or length) of a message's outermost fields: varints and length-delimited ones."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        value, place = _varint(message, place)
        if tag & 7 == _LENGTH_DELIMITED:
            place += value
        yield tag >> 3, value


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
        shift += 7
