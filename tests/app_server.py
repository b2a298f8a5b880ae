"""The app as a real server on a free port of the loopback, for browser tests, screenshots and benchmarks."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 90.0  # seconds until a server must answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(*options: str, **environment: str) -> Iterator[str]:
    """Start the app; yields its address once it is healthy, and ends it by its pid."""
    with started(*options, kept=None, **environment) as (_, port):
        yield f"http://{HOST}:{port}"


@contextmanager
def started(*options: str, kept: Path | None = None, **environment: str) -> Iterator[tuple[int, int]]:
    """Start the app; yields its pid and its port once it is healthy, and ends it. kept: where its log is to be read."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.address={HOST}"]
    command += [f"--server.port={port}", *options]
    environment = {**os.environ, "THALWEG_PRECOMPILE": "0", **environment}
    with (
        tempfile.TemporaryFile() if kept is None else kept.open("w+b") as log
    ):  # a pipe that nobody reads would hold a talkative server up
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            if not _answers(server, f"http://{HOST}:{port}/_stcore/health"):
                log.seek(0)
                raise RuntimeError(f"The server did not start:\n{log.read().decode(errors='replace')[-2000:]}")
            yield server.pid, port
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _answers(server: "subprocess.Popen[bytes]", health: str) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=2) as answer:
                if answer.status == 200:
                    return True
        except OSError:
            time.sleep(0.05)  # nothing to wait on but the port itself
    return False
