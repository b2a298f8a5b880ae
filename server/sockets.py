"""The server's sockets: answers leave at once, and a connection that asks for nothing is closed."""

import os
import socket
import stat
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SILENCE = 15.0  # seconds for a connection's next request to be complete


def answer_at_once() -> int:
    """Set TCP_NODELAY on this process's listening sockets, whose connections take it over; returns on how many.

    Streamlit binds its socket with protocol 0, for which asyncio leaves Nagle's algorithm on: every answer on a kept
    connection then waits 40 ms for the browser's delayed acknowledgement. Linux only; elsewhere nothing changes.
    """
    done = 0
    try:
        numbers = [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        return done
    for number in numbers:
        try:
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue  # a copy of a pipe's end would hold it open for whoever waits for the other's end
            with socket.socket(fileno=os.dup(number)) as one:
                inet = one.family in (socket.AF_INET, socket.AF_INET6) and one.type == socket.SOCK_STREAM
                if inet and one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    done += 1
        except OSError:  # closed meanwhile
            continue
    return done


def close_silent(seconds: float = SILENCE) -> None:
    """Have every new connection closed on which no request is complete within so many seconds.

    Uvicorn's own limit begins with a connection's first answer, so one that never asks stays, and takes a descriptor.
    """
    made = HttpToolsProtocol.connection_made

    def connection_made(self: HttpToolsProtocol, transport: Any) -> None:
        made(self, transport)
        self.loop.call_later(seconds, _look, self, None, seconds)

    HttpToolsProtocol.connection_made = connection_made  # type: ignore[method-assign]


def _look(protocol: HttpToolsProtocol, before: Any, seconds: float) -> None:
    """Close a connection that has waited since the last look for the request after the one before."""
    transport = protocol.transport
    if transport.is_closing() or transport.get_protocol() is not protocol:  # a websocket has taken it over
        return
    waits = protocol.cycle is None or protocol.cycle.response_complete
    if waits and protocol.cycle is before:
        transport.close()
        return
    protocol.loop.call_later(seconds, _look, protocol, protocol.cycle, seconds)
