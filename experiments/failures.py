"""When a part fails, the rest stands: the failure is logged once, and something else takes the part's place."""

import logging
import threading
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

STRICT: ContextVar[bool] = ContextVar("strict", default=False)  # a failure is raised, as who looks for them needs it
_MOST = 500  # kinds that are remembered

_log = logging.getLogger("thalweg")
_lock = threading.Lock()
_logged: set[tuple[str, ...]] = set()

T = TypeVar("T")
S = TypeVar("S")


def standing(part: str, make: Callable[[], T], instead: Callable[[], S]) -> T | S:
    """Return what is made, or what stands instead of it where making it fails.

    part: names it in the log, where each kind of failure (its part, its type, the line that raised it) is written once,
    with its traceback. A refusal is a failure too: who refuses what a person gave does so before.
    """
    try:
        return make()
    except Exception as error:
        if STRICT.get():
            raise
        log_once(part, error)
        return instead()


def sentence(part: str) -> str:
    """Return what is said in the place of a part that failed."""
    return f"{part} could not be computed: an error of this program, which its log tells. The rest stands."


def log_once(part: str, error: BaseException) -> None:
    """Write a failure with its traceback to the log, unless one of its kind stands there already."""
    frames = traceback.extract_tb(error.__traceback__)
    last = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    kind = part, type(error).__name__, last
    with _lock:
        if kind in _logged or len(_logged) >= _MOST:
            return
        _logged.add(kind)
    _log.error("%s failed: %s: %s", part, type(error).__name__, error, exc_info=error)


def log_refused(what: str) -> None:
    """Write one line to the log of what was refused."""
    _log.warning("Refused: %s", " ".join(what.split())[:300])
