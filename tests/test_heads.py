"""What stands around a request's body: no more of it is taken than h11 would, and a long body is no such thing."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.app_server import HOST, ROOT

PROGRAM = """
import uvicorn
from server import heads
heads.refuse_long_heads(2_000)
async def app(scope, receive, send):
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    said = f"<{size}>".encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(said))]})
    await send({"type": "http.response.body", "body": said})
class Told(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)
Told(uvicorn.Config(app, port=0, log_level="critical", lifespan="off")).run()
"""
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("begin", "again"),
    [
        (HEAD + b"A: ", b"a" * 500),
        (HEAD, b"B: b\r\n" * 99),
        (b"GET /", b"c" * 500),
        (b"", b"\r\n" * 250),
        (CHUNKED + b"1\r\nx\r\n0\r\n", b"D: d\r\n" * 99),
        (CHUNKED + b"1;", b"e" * 500),
    ],
)
def test_a_request_that_never_comes_to_its_end_is_refused(port: int, begin: bytes, again: bytes) -> None:
    answer = b""
    with socket.create_connection((HOST, port), timeout=30) as one, suppress(ConnectionError):
        for piece in (begin, *[again] * 20):
            one.sendall(piece)
            time.sleep(0.01)  # so that it comes in pieces
        while part := one.recv(4_096):
            answer += part
    assert not answer or answer.startswith(b"HTTP/1.1 400")


def test_long_bodies_and_many_requests_are_none_of_it(port: int) -> None:
    with socket.create_connection((HOST, port), timeout=30) as one:
        for size in (0, 3, 50_000, 1_000_000):
            one.sendall(HEAD + b"Content-Length: %d\r\nE: %s\r\n\r\n" % (size, b"e" * 900))
            one.sendall(b"x" * size)
            answer = b""
            while not answer.endswith(b">"):
                answer += one.recv(4_096)
            assert answer.endswith(b"<%d>" % size)
