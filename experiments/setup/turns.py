"""What takes long and cannot be cancelled, compiling and searching: one at a time in this process, each thing once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, cast

from experiments.setup import attention
from parameter import Refusal

LOOKS = 0.25  # seconds from one look at whether anybody still waits to the next
_turn = threading.RLock()  # who searches compiles meanwhile
_hurried: ContextVar[bool] = ContextVar("hurried", default=False)
P = ParamSpec("P")
T = TypeVar("T")


class UnpreparedError(Refusal):
    """Something that is needed at once is neither compiled nor found yet: it would come too late."""


@contextmanager
def at_once() -> Iterator[None]:
    """Let nothing within compile or search: it raises UnpreparedError instead."""
    before = _hurried.set(True)
    try:
        yield
    finally:
        _hurried.reset(before)


@contextmanager
def turn() -> Iterator[None]:
    """Wait for the turn to do what takes long. Raises UnpreparedError within at_once, LeftError if nobody waits."""
    if _hurried.get():
        raise UnpreparedError("This surface and these optimizers are still being prepared.")
    while not _turn.acquire(timeout=LOOKS):
        attention.go_on()
    try:
        yield
    finally:
        _turn.release()


class _Cell:
    """What one call found, once it has."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: tuple[Any, ...] = ()


class Once(Generic[P, T]):
    """A function that takes a turn, and is called once for what is asked for again or meanwhile.

    As with lru_cache, the last results are kept, most of them, and a failure is not.
    """

    def __init__(self, function: Callable[P, T], most: int) -> None:
        self._function = function
        self._cells: Any = lru_cache(maxsize=most)(lambda *asked: _Cell())
        self.cache_clear = self._cells.cache_clear
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the function found for these, or finds."""
        cell = self._cells(*args, *kwargs.items())
        if not cell.found:
            with turn():
                if not cell.found:
                    cell.found = (self._function(*args, **kwargs),)
        return cast(T, cell.found[0])


def once(most: int) -> Callable[[Callable[P, T]], Once[P, T]]:
    """Return what makes a function one that is called Once."""
    return lambda function: Once(function, most)
