"""The app's own server on this machine's loopback, for as long as a benchmark lasts."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
_ROOT = Path(__file__).resolve().parent.parent
_PATIENCE = 60.0  # seconds that a start may take


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def memory(self) -> float:
        """Return the resident memory in MB; NaN where /proc is missing."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        except OSError:
            return float("nan")
        return next(float(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    def busy(self) -> float:
        """Return the processor time used so far in seconds; NaN where /proc is missing."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        except OSError:
            return float("nan")
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(precompile: bool = False) -> Iterator[Server]:
    """Start the server as `make run` does, wait until it answers, and stop it at the end.

    precompile: let it compile its catalogue in its first minutes, as it does by default; without, its times do not
    depend on how long ago it started.
    """
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += [f"--server.address={HOST}", f"--server.port={port}"]
    with tempfile.TemporaryFile() as log:
        environment = os.environ | {"THALWEG_PRECOMPILE": "1" if precompile else "0"}
        process = subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            server = Server(port=port, pid=process.pid)
            if not _answers(server, process):
                log.seek(0)
                raise RuntimeError("The server did not start:\n" + log.read().decode(errors="replace"))
            yield server
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _answers(server: Server, process: subprocess.Popen) -> bool:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return True
        except (OSError, urllib.error.URLError):
            pass
        time.sleep(0.2)
    return False
