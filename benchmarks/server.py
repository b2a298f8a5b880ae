"""The app's own server on this machine's loopback, for as long as a benchmark lasts."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

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

    def compiles(self) -> bool:
        """Tell whether the process that compiles the catalogue still runs; true where /proc is missing."""
        tasks = Path(f"/proc/{self.pid}/task")
        if not tasks.is_dir():
            return True
        children = " ".join(path.read_text(encoding="ascii") for path in tasks.glob("*/children")).split()
        return any("precompile" in _command(child) for child in children)


def _command(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


@contextmanager
def running(precompile: bool = False) -> Iterator[Server]:
    """Start the server as `make run` does, wait until it answers, and stop it at the end.

    precompile: let it compile its catalogue in its first minutes, as it does by default, and with nothing compiled
    before; without, its times do not depend on how long ago it started.
    """
    with ExitStack() as stack:
        cache = os.environ.get("JAX_COMPILATION_CACHE_DIR", "")  # numerics set it here, and its child takes it over
        if precompile:
            cache = stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))
        ahead = "1" if precompile else "0"
        pid, port = stack.enter_context(started(THALWEG_PRECOMPILE=ahead, JAX_COMPILATION_CACHE_DIR=cache))
        yield Server(port=port, pid=pid)
