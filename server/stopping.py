"""Stopping: within two seconds of SIGTERM the process has ended, whatever it was doing.

Uvicorn waits for open requests, Python for its threads, and neither can end one that compiles or computes in native
code. What is computed is told that nobody waits for it; a thread of its own ends the process if that does not help.
"""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

GRACE = 1.2  # seconds to end in order
SIGNALS = (signal.SIGTERM, signal.SIGINT)
_log = logging.getLogger("thalweg")


def in_time(leave: Callable[[], str], grace: float = GRACE) -> None:
    """From now on end the process so many seconds after a signal to stop; call it in the main thread, else it does
    nothing.

    leave: lets go of everything at once and says what was under way, in words; it is called when the signal comes,
    and again at the end.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    ear, mouth = os.pipe()
    for number in SIGNALS:
        _also(number, mouth)
    threading.Thread(target=_end, args=(ear, leave, grace), name="stopping", daemon=True).start()


def _also(number: signal.Signals, mouth: int) -> None:
    """Write to a pipe at this signal, and do what was done before: a handler may take no lock."""
    before: Any = signal.getsignal(number)

    def handle(received: int, frame: Any) -> None:
        os.write(mouth, b".")
        if callable(before):
            before(received, frame)

    signal.signal(number, handle)


def _end(ear: int, leave: Callable[[], str], grace: float) -> None:
    os.read(ear, 1)
    end = time.monotonic() + grace
    leave()
    time.sleep(max(0.0, end - time.monotonic()))
    _log.warning("Stopped with work under way: %s", leave() or "the start, a request or a script")
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)
