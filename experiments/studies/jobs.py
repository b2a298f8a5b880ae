"""Work at rest: made of equal pieces, so that it can be left at any time and taken up again. Knows no server."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Generic, Protocol, TypeVar


class Work(Protocol):
    """Something made piece by piece: how many there are, how many are made, and what makes the next if one is left."""

    @property
    def size(self) -> int:
        """How many pieces there are."""

    @property
    def done(self) -> int:
        """How many were made."""

    @property
    def finished(self) -> bool:
        """Whether all were made, and what they come to."""

    def make_one(self) -> None:
        """Make the next piece, if one is left; may be called by several threads."""


@dataclass(frozen=True)
class Progress:
    """How many pieces of all works there are, and how many were made."""

    done: int
    all: int

    @property
    def finished(self) -> bool:
        """Whether all were made."""
        return self.done == self.all


def work_at(works: Sequence[Work], seconds: float = inf, least: int = 0) -> Progress:
    """Make pieces of these for so long, one work after the other, to the end if no time is given; return the progress.

    least: how many pieces are made though there is no time, so that asking again and again comes to an end.
    """
    end, made = time.monotonic() + seconds, 0
    for work in works:
        while not work.finished and (made < least or time.monotonic() < end):
            work.make_one()
            made += 1
    return Progress(sum(work.done for work in works), sum(work.size for work in works))


K = TypeVar("K", bound=Hashable)
W = TypeVar("W", bound=Work)


class Jobs(Generic[K, W]):
    """The works of one kind by what each depends on; any thread may ask.

    make: begins a work. begun: how many are kept that were left before their end; kept: how many in all. Those that
    were not looked at for longest go first, the ones that were left before their end before the others.
    """

    def __init__(self, make: Callable[[K], W], *, begun: int, kept: int) -> None:
        self._make, self._begun, self._kept = make, begun, kept
        self._works: OrderedDict[K, W] = OrderedDict()
        self._lock = threading.Lock()

    def at(self, keys: Iterable[K]) -> list[W]:
        """Return the work at each of these, begun where there is none yet."""
        return [self._one(key) for key in keys]

    def are_ready(self, keys: Iterable[K]) -> bool:
        """Return whether all of these are finished, so that what they come to is there at once; begins none."""
        with self._lock:
            works = [self._works.get(key) for key in keys]
        return all(work is not None and work.finished for work in works)

    def cancel(self, keys: Iterable[K]) -> None:
        """Let go of these where they are not finished."""
        with self._lock:
            for key in keys:
                if key in self._works and not self._works[key].finished:
                    del self._works[key]

    def clear(self) -> None:
        """Let go of all."""
        with self._lock:
            self._works.clear()

    def __len__(self) -> int:
        return len(self._works)

    def _one(self, key: K) -> W:
        with self._lock:
            found = self._works.get(key)
            if found is not None:
                self._works.move_to_end(key)
                return found
        made = self._make(key)  # without the lock: it may take its time
        with self._lock:
            found = self._works.setdefault(key, made)
            self._forget(found)
        return found

    def _forget(self, newest: W) -> None:
        begun = [key for key, work in self._works.items() if not work.finished and work is not newest]
        for key in begun[: max(0, len(begun) + 1 - self._begun)]:
            del self._works[key]
        while len(self._works) > self._kept:
            self._works.popitem(last=False)
