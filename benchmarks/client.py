"""A browser's end of one session, without a browser: the websocket that tells the session, and the HTTP connection."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks import widgets
from benchmarks.line import Answer, Line
from experiments import Experiment
from server import assets
from tests.app_server import HOST

PATIENCE = 20.0  # seconds for an answer, then it is an error
_FULL, _AGAIN = 503, 0.5  # a status; seconds until it is asked again
_STAGE = "thalweg_stage"
_FINISHED, _LENGTH_DELIMITED = 6, 2  # the field script_finished of ForwardMsg; protobuf's wire type
_WELL = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


def route(name: str) -> str:
    """Return the path of one of this build's routes, "picture"."""
    return f"{assets.base()}/{assets.stamp()}/{name}"


class Client:
    """What a browser knows of its page, so that it can tell the session what the stage shows."""

    def __init__(self, socket: ClientConnection, port: int) -> None:
        self.socket, self.line = socket, Line(port)
        self.known: dict[str, Any] = {}  # what the stage was told last
        self.count = 0
        self.whole = False  # whether the last answer drew the whole page, which is to be taken over then
        self._message = BackMsg()  # with all widgets' states
        self._stage = ""  # its id

    def take(self, answer: list[bytes]) -> None:
        """Take over what the server sent: what the stage is told, and the page where it was drawn as a whole."""
        messages = [ForwardMsg.FromString(message) for message in answer]
        rerun = self._message.rerun_script
        for message in messages:
            if message.delta.new_element.bidi_component.component_name == _STAGE:
                self.known = json.loads(message.delta.new_element.bidi_component.json)
                self._stage, rerun.fragment_id = message.delta.new_element.bidi_component.id, message.delta.fragment_id
        pages = [m.navigation.page_script_hash for m in messages if m.WhichOneof("type") == "navigation"]
        if pages:
            rerun.widget_states.CopyFrom(widgets.states(messages, rerun.widget_states))
            rerun.page_script_hash = pages[-1]

    def settled(self, query: str, edits: Mapping[str, Any]) -> bytes:
        """Return the message that the stage settled on a link's query with edits of it."""
        self.count += 1
        value = {"page": "p", "count": self.count, "revision": self.known["revision"], "query": query}
        made = BackMsg()
        made.CopyFrom(self._message)
        state = made.rerun_script.widget_states.widgets.add(id=self._stage)
        state.json_value = json.dumps({"settled": value | {"edits": dict(edits)}})
        return bytes(made.SerializeToString())

    def shows(self, query: str) -> bool:
        """Tell whether the stage was told this link after all that it settled on."""
        return bool(self.known["query"] == query and self.known["count"] == self.count)

    async def finished(self, patience: float = PATIENCE) -> list[bytes]:
        """Return the messages up to script_finished. Raises RuntimeError where the script failed, TimeoutError."""
        return await asyncio.wait_for(self._finished(), patience)

    async def _finished(self) -> list[bytes]:
        answer = []
        while True:
            message = await self.socket.recv(decode=False)
            answer.append(message)
            if len(message) > 100:  # script_finished is a few dozen bytes
                continue
            status = dict(_fields(message)).get(_FINISHED)
            if status in _WELL:
                self.whole = status == ForwardMsg.FINISHED_SUCCESSFULLY
                return answer
            if status is not None and status != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                raise RuntimeError(f"the script finished with {ForwardMsg.ScriptFinishedStatus.Name(status)}")


async def answered(line: Line, question: bytes, patience: float) -> Answer:
    """Ask until it is answered, as a page does where the server has too much to do. Raises RuntimeError otherwise."""
    while True:
        answer = await asyncio.wait_for(line.ask(question), patience)
        if answer.status == 200:
            return answer
        if answer.status != _FULL:
            raise RuntimeError(f"{answer.status} {answer.body[:200]!r}: {question[:200]!r}")
        await asyncio.sleep(_AGAIN)


@asynccontextmanager
async def opened(port: int, experiment: Experiment, patience: float = PATIENCE) -> AsyncIterator[Client]:
    """Open a link to an experiment as a browser does: the page over the websocket, and the picture by HTTP."""
    stream = f"ws://{HOST}:{port}/_stcore/stream"
    async with connect(stream, subprotocols=[Subprotocol("streamlit")], compression=None, max_size=None) as socket:
        client = Client(socket, port)
        try:
            query = urlencode(experiment.to_query())
            hello = BackMsg()
            hello.rerun_script.query_string = query
            await socket.send(hello.SerializeToString())
            client.take(await client.finished(patience))
            await answered(client.line, client.line.get(f"{route('picture')}?{query}"), patience)
            yield client
        finally:
            client.line.close()


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
