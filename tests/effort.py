"""What a piece of work costs of its own: not what a busy machine, or the memory of other tests, adds to it."""

import gc
import time
from collections.abc import Callable

QUICK = 0.25  # s of the processor: a text that nobody waits for costs some ms, one that is a trap costs seconds


def effort(work: Callable[[], object], tries: int = 5) -> float:
    """Return the least CPU time of the thread, in s, of some tries; one quick try is enough."""
    least = float("inf")
    collects = gc.isenabled()
    gc.disable()  # a collection goes through all that eight thousand tests hold, and has nothing to do with the work
    try:
        for _ in range(tries):
            began = time.thread_time()
            work()
            least = min(least, time.thread_time() - began)
            if least < QUICK:
                break
    finally:
        if collects:
            gc.enable()
    return least
