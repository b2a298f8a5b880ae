"""Maps made in parts: by several threads, by several hosts, or at several times; what they come to is the same."""

import contextvars
import os
import threading
from collections.abc import Callable, Collection, Mapping
from typing import Protocol, TypeAlias

import numpy as np

from experiments.studies.jobs import Work
from parameter import Refusal, shown

WAIT = 0.25  # seconds that a thread with nothing left to begin waits for the others, at a time
MOST_THREADS = 1_024
Part: TypeAlias = Mapping[str, np.ndarray]  # the arrays of one part, by their names
Tell: TypeAlias = Callable[[int, Part], None]


class Parted(Work, Protocol):
    """A work whose parts may be made elsewhere: each has a place, from 0 on, and is the same whoever made it."""

    tell: Tell  # called with each part that is made here, by the thread that made it

    @property
    def key(self) -> str:
        """All that the parts depend on but the code, as text."""

    @property
    def parts(self) -> int:
        """How many there are."""

    @property
    def made(self) -> frozenset[int]:
        """The places of those that are made."""

    @property
    def idle(self) -> bool:
        """Whether there is nothing left to make here, though some may be in the making elsewhere."""

    def begin_only(self, places: Collection[int]) -> None:
        """Begin no other parts than those at these places."""

    def put(self, place: int, part: Part) -> None:
        """Take a part that was made elsewhere or before."""


def untold(place: int, part: Part) -> None:
    """Tell nobody that a part is made."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def make(
    work: Parted,
    threads: int | None = None,
    *,
    look: Callable[[], None] = lambda: None,
    every: float = WAIT,
    until: Callable[[], bool] | None = None,
) -> None:
    """Make a work to its end by so many threads, one a core if none are given.

    look: called about so often (seconds) meanwhile; what it raises ends the work. until: tells the end, if that is
    another than that all is finished. Raises what a thread raised, and Refusal.
    """
    if threads is not None and (isinstance(threads, bool) or not 1 <= threads <= MOST_THREADS):
        raise Refusal(f"threads: {shown(threads)} is not allowed; give a whole number from 1 to {MOST_THREADS}")
    stopped, failures = threading.Event(), list[BaseException]()

    def go_on() -> bool:
        return not (stopped.is_set() or (until() if until else work.finished))

    def run() -> None:
        try:
            while go_on():
                work.make_one()
        except BaseException as failure:  # whatever it is, who asked hears of it
            failures.append(failure)
            stopped.set()

    # each thread in a context of its own, so that who has left is not waited for by any of them
    made = [threading.Thread(target=contextvars.copy_context().run, args=(run,)) for _ in range(threads or cores())]
    for one in made:
        one.start()
    try:
        for one in made:
            while one.is_alive():
                one.join(every)
                look()
    finally:
        stopped.set()
        for one in made:
            one.join()
    if failures:
        raise failures[0]
