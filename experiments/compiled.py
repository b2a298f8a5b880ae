"""A bounded store of compiled programs, and a count of how often anything was traced."""

import itertools
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import numerics

CAPACITY = 256
PRUNED_EVERY = 64  # programs made, after which those on disk are counted

_programs: OrderedDict[Hashable, Any] = OrderedDict()
_lock = threading.Lock()
_made = itertools.count(1)
_traces: Counter[str] = Counter()


def program(key: Hashable, make: Callable[[], Any]) -> Any:
    """Return the program stored under the key, making it once; the one unused longest goes when it is full."""
    with _lock:
        if key in _programs:
            _programs.move_to_end(key)
            return _programs[key]
        made = _programs[key] = make()
        while len(_programs) > CAPACITY:
            _programs.popitem(last=False)  # its machine code goes with it, once no run uses it any more
        count = next(_made)
    if count % PRUNED_EVERY == 0:
        numerics.prune_cache()
    return made


def is_stored(key: Hashable) -> bool:
    """Return whether a program is stored under the key."""
    with _lock:
        return key in _programs


def traced(kind: str) -> None:
    """Count a trace of this kind of program; called from inside the traced function."""
    _traces[kind] += 1


def traces() -> dict[str, int]:
    """Return how often each kind of program was traced since the start."""
    return dict(_traces)
