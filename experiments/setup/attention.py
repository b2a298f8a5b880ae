"""Whether anybody still waits for what is being computed: a long computation asks now and then, and ends if not."""

from collections.abc import Callable
from contextvars import ContextVar

_LEFT: ContextVar[Callable[[], bool] | None] = ContextVar("left", default=None)
watch = _LEFT.set  # tells a computation how to find out; who computes for nobody in particular sets nothing


class LeftError(BaseException):
    """Who asked has left: nobody will read the answer, nor what would stand in its place."""


def left() -> bool:
    """Return whether who asked for the present computation has left."""
    ask = _LEFT.get()
    return ask is not None and ask()


def go_on() -> None:
    """Return while somebody waits for the present computation. Raises LeftError."""
    if left():
        raise LeftError("Who asked for this has left.")
