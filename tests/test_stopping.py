"""A server that is told to stop ends, whatever it was doing, and its log says what it left."""

import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest

from experiments import Experiment, surface_query
from server import assets
from tests.test_deploy import BASE, ROOT, Server, answers, start, stop

SOON = 20.0  # seconds: far less than what is under way takes, far more than the two that are meant
LONG = "+".join(f"sin({n}*x)*exp(-(y-{n})^2)" for n in range(1, 17))


def test_a_request_that_compiles_does_not_hold_the_server(tmp_path: Path) -> None:
    started = start(tmp_path, THALWEG_PRECOMPILE="0")
    try:
        started.until(lambda: answers(started))
        query = urlencode(surface_query(Experiment(landscape="formula", formula=LONG)))
        path = f"{BASE}{assets.base()}/{assets.stamp()}/surface?{query}"
        asked = threading.Thread(target=_ask, args=(started, path), daemon=True)
        asked.start()
        started.until(lambda: b'"busy":1' in started.get(f"{BASE}{assets.base()}/health").body)
        assert stop(started) < SOON
        asked.join(SOON)
    finally:
        stop(started)
    assert "Traceback" not in started.log.read_text()


def _ask(server: Server, path: str) -> None:
    with suppress(OSError):  # it is cut off
        server.get(path)


@pytest.mark.parametrize("way", ["endless", "native"])
def test_a_thread_that_never_ends_is_left_and_said(way: str) -> None:
    work = {"endless": "while True: pass", "native": "time.sleep(600)"}[way]
    program = f"""
import signal, threading, time
from server import stopping
def work():
    {work}
threading.Thread(target=work).start()
stopping.in_time(lambda: "the making of a picture", 0.3)
print("ready", flush=True)
time.sleep(600)
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None and process.stderr is not None
            assert process.stdout.readline() == b"ready\n"
            process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            assert process.wait(SOON) == 0
            assert time.monotonic() - began >= 0.3  # what ends in order has its time
            assert b"work under way: the making of a picture" in process.stderr.read()
        finally:
            process.kill()
