"""The app's own server on this machine's loopback, for as long as a benchmark lasts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.app_server import HOST, started


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
    with started(THALWEG_PRECOMPILE="1" if precompile else "0") as (pid, port):
        yield Server(port=port, pid=pid)
