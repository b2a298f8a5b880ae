"""A wire between browser and server that can be cut, slowed, and led to another server."""

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType

from tests.app_server import HOST


class Wire:
    """Listens on a port of its own and passes everything on to the server's."""

    def __init__(self, target: int, delay: float = 0.0) -> None:
        self.target, self.delay = target, delay  # a port; seconds one way
        self.whole = threading.Event()  # cleared: nothing comes through, and nobody is told
        self.whole.set()
        self.ends: set[socket.socket] = set()
        self.lock = threading.Lock()
        self.door = socket.create_server((HOST, 0))
        self.port = int(self.door.getsockname()[1])
        self.open = True
        threading.Thread(target=self._welcome, daemon=True).start()

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.open = False
        self.door.close()
        self.whole.set()
        self.drop()

    @property
    def url(self) -> str:
        """The address of the lab at this end."""
        return f"http://{HOST}:{self.port}"

    def drop(self) -> None:
        """End all connections that there are."""
        with self.lock:
            ends, self.ends = self.ends, set()
        for end in ends:
            _close(end)

    def _welcome(self) -> None:
        while self.open:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        self.whole.wait()
        try:
            far = socket.create_connection((HOST, self.target))
        except OSError:
            _close(near)
            return
        with self.lock:
            self.ends |= {near, far}
        for source, sink in ((near, far), (far, near)):
            with suppress(OSError):  # given up meanwhile
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while part := source.recv(1 << 16):
                if self.delay:
                    time.sleep(self.delay)
                self.whole.wait()
                sink.sendall(part)
        _close(source)
        _close(sink)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
