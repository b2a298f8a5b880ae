"""A page's HTTP connection to the server, kept alive; hand-written, since the client runs on the server's cores."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from tests.app_server import HOST

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True)
class Answer:
    """An answer's status, and its body as it travelled: packed where the head says so."""

    status: int
    head: bytes
    body: bytes

    @property
    def packed(self) -> bool:
        """Whether the body is packed by gzip."""
        return b"content-encoding: gzip" in self.head


class Line:
    """One connection, opened at the first question and again where the server closed it in a pause."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def get(self, path: str) -> bytes:
        """Return a question that ask() sends."""
        return f"GET {path} HTTP/1.1\r\n{self._head()}\r\n".encode()

    def post(self, path: str, question: dict[str, Any]) -> bytes:
        """Return a question as the page's modules send it."""
        body = json.dumps(question, separators=(",", ":")).encode()
        head = f"Origin: http://{HOST}:{self.port}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return f"POST {path} HTTP/1.1\r\n{self._head()}{head}\r\n".encode() + body

    def _head(self) -> str:
        return f"Host: {HOST}:{self.port}\r\nAccept-Encoding: gzip\r\n"

    async def ask(self, question: bytes) -> Answer:
        """Send a question and return the whole answer. Raises OSError where the connection ends before it."""
        if self.ends is not None:
            try:
                return await self._asked(*self.ends, question)
            except ConnectionAbortedError:
                self.close()  # in the pause before
        self.ends = await asyncio.open_connection(HOST, self.port)
        return await self._asked(*self.ends, question)

    async def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, question: bytes) -> Answer:
        writer.write(question)
        try:
            head = (await reader.readuntil(_END)).lower()
        except (asyncio.IncompleteReadError, ConnectionResetError) as error:
            raise ConnectionAbortedError("the connection ended before an answer") from error
        place = head.find(_LENGTH)
        if place < 0:
            raise OSError(f"an answer without its length: {head!r}")
        length = int(head[place + len(_LENGTH) : head.index(b"\r", place)])
        try:
            body = await reader.readexactly(length)
        except asyncio.IncompleteReadError as error:
            raise OSError("the connection ended within an answer") from error
        return Answer(status=int(head[9:12]), head=head, body=body)

    def close(self) -> None:
        """End the connection."""
        if self.ends is not None:
            self.ends[1].close()
            self.ends = None
