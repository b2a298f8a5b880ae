"""A websocket that is refused is answered to the end, and the log has one line of it that says why."""

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from server.crowd import House
from tests.app_server import HOST, started

HELLO = BackMsg()
HELLO.rerun_script.query_string = ""


def refused(address: str, origin: str) -> InvalidStatus:
    with pytest.raises(InvalidStatus) as error, connect(address, origin=Origin(origin)):
        pass
    return error.value


def test_each_refusal_has_one_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with started(kept=log, THALWEG_MAX_SESSIONS="2") as (_, port), ExitStack() as house:
        own, stream = f"http://{HOST}:{port}", f"ws://{HOST}:{port}/_stcore/stream"
        handshake = f"GET /_stcore/stream HTTP/1.1\r\nHost: {HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        for version in ("12", "13"):  # no key, and a version that there is not
            with socket.create_connection((HOST, port), timeout=30) as one:
                one.sendall(f"{handshake}Sec-WebSocket-Version: {version}\r\n\r\n".encode())
                assert one.recv(99).startswith(b"HTTP/1.1 400")
        answers = [refused(stream, "http://elsewhere.example"), refused(f"{stream}s", own)]
        for door in [house.enter_context(connect(stream, origin=Origin(own), max_size=None)) for _ in range(2)]:
            door.send(b"")
            door.send("text")
            door.send(HELLO.SerializeToString())
            door.recv(60)
        answers += [refused(stream, own), refused(stream, own)]
        for error in answers:
            assert error.response.status_code == 403
            assert error.response.headers["x-content-type-options"] == "nosniff"
    said = [line.split(" ", 2)[2] for line in log.read_text().splitlines() if line.startswith("20")][1:]
    assert said == [
        "Rejecting WebSocket connection with disallowed Origin or Host header: "
        f"origin=http://elsewhere.example, host={HOST}:{port}",
        *[
            "Refused: a message: 0 bytes that ask for nothing",
            "Refused: a message: a text frame; this server reads binary ones",
        ]
        * 2,
        "Refused: a visitor, since all places are taken: 2 of 2",
    ]
    others = [line for line in log.read_text().splitlines() if line and not line.startswith(("20", "  "))]
    assert others == []


def test_log_is_told_once_a_minute_how_many_found_no_place(caplog: pytest.LogCaptureFixture) -> None:
    full = House(most=3, wanted=3, limit=1_024, inside=3)
    for now in (10.0, 11.0, 69.9, 70.0, 75.0, 200.0):
        full.turn_away(now)
    line = "Refused: a visitor, since all places are taken: 3 of 3"
    since = " turned away since this was last said)"
    assert [record.getMessage() for record in caplog.records] == [line, f"{line} (3{since}", f"{line} (2{since}"]
