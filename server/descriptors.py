"""File descriptors: how many a visitor takes, the limit raised as far as it goes, and how many places that makes."""

import logging
import os
from errno import EMFILE, ENFILE
from time import monotonic

try:
    import resource
except ImportError:  # Windows has no such limit
    resource = None  # type: ignore[assignment]

A_VISITOR, A_SESSION = 4, 3  # a websocket, and the event loop that Streamlit gives a session
SESSIONS_KEPT = 128  # of visitors who left, for two minutes (Streamlit's MemorySessionStorage)
REST = 192  # the process itself (some 30), files being read, and connections of pages that are being fetched
ENOUGH = 65_536
_NO_MORE_THAN = 1 << 30


def needed(visitors: int) -> int:
    """Return how many descriptors so many visitors may take, with those who left a moment ago."""
    return REST + A_VISITOR * visitors + A_SESSION * min(visitors, SESSIONS_KEPT)


def places(limit: int) -> int:
    """Return how many visitors there is room for below a limit; never less than one."""
    many = (limit - REST - A_SESSION * SESSIONS_KEPT) // A_VISITOR
    return max(1, many if many >= SESSIONS_KEPT else (limit - REST) // (A_VISITOR + A_SESSION))


def raise_limit(wanted: int) -> int:
    """Raise this process's limit to what is wanted or to ENOUGH, as far as it may; returns the limit then."""
    if resource is None:
        return _NO_MORE_THAN
    soft, hard = (_NO_MORE_THAN if value == resource.RLIM_INFINITY else value for value in _limits())
    goal = min(hard, max(soft, wanted, ENOUGH))
    if goal > soft:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (goal, _limits()[1]))
        except (OSError, ValueError):  # some systems allow less than they say
            return soft
    return goal


def _limits() -> tuple[int, int]:
    return resource.getrlimit(resource.RLIMIT_NOFILE)


def open_now() -> int | None:
    """Return how many descriptors are open; None where the system does not tell."""
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        return None


class OneLine(logging.Filter):
    """Makes one line, at most one in so many seconds, of the tracebacks of failures for want of a descriptor."""

    def __init__(self, every: float = 60.0) -> None:
        super().__init__()
        self.every, self.last, self.passed_over = every, -float("inf"), 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record pass: shortened if it is of that kind, and not if there was one a moment ago."""
        failure = _failure(record.exc_info[1]) if isinstance(record.exc_info, tuple) else None
        if failure is None:
            return True
        now = monotonic()
        if now - self.last < self.every:
            self.passed_over += 1
            return False
        before = f" ({self.passed_over:,} more times since this was last said)" if self.passed_over else ""
        record.msg = (
            f"No file descriptor was left: {failure.strerror}{before}. deploy/README.md says how many it takes."
        )
        record.args, record.exc_info, record.exc_text, record.stack_info = (), None, None, None
        self.last, self.passed_over = now, 0
        return True


def _failure(error: BaseException | None, depth: int = 8) -> OSError | None:
    """Return what in an exception, its causes or its group was a want of descriptors."""
    if error is None or not depth:
        return None
    if isinstance(error, OSError) and error.errno in (EMFILE, ENFILE):
        return error
    inner = [error.__cause__, error.__context__, *getattr(error, "exceptions", ())]
    return next((found for one in inner if (found := _failure(one, depth - 1)) is not None), None)


def in_one_line() -> None:
    """Watch every logger that there is now: a server at its limit fails a thousand times a second, in all of them."""
    one = OneLine()
    for logger in [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]:
        logger.addFilter(one)
