"""A store of compiled programs, bounded by what they weigh, and a count of how often anything was traced."""

import ctypes
import sys
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import jax

import numerics
from experiments.setup.turns import turn

# A program keeps 2 to 30 MB, which JAX does not tell. It grows with the equations that were traced: over 60 programs
# (nine surfaces, seven optimizers) these two numbers are right within a factor of two, and right in the sum.
A_PROGRAM, AN_EQUATION = 1_500_000, 12_000  # bytes
MOST = 400_000_000  # bytes
CAPACITY = MOST // A_PROGRAM  # programs: more cannot be kept
PRUNED_EVERY = 32  # programs made, after which those on disk are counted and freed memory is given back

_lock = threading.Lock()
_traces: Counter[str] = Counter()


class _Program:
    """A compiled function that is weighed whenever a call has traced it anew; it is compiled in turn."""

    def __init__(self, run: Any, weighed: Callable[[], None]) -> None:
        self.run, self.weighed = run, weighed
        self.weight = A_PROGRAM
        self.shapes: set[tuple[tuple[int, ...], ...]] = set()  # of arguments that it was compiled for

    def __call__(self, *given: Any) -> Any:
        shapes = tuple([one.shape for one in jax.tree.leaves(given)])
        if shapes in self.shapes:
            return self.run(*given)
        with turn():
            result = self.run(*given)
            if shapes not in self.shapes:
                alike = jax.tree.map(lambda one: jax.ShapeDtypeStruct(one.shape, one.dtype), given)
                self.weight += AN_EQUATION * _equations(self.run.trace(*alike).jaxpr.jaxpr)  # known: no new trace
                self.shapes.add(shapes)
                self.weighed()
        return result


class _Store:
    """Programs by their key, the one unused longest first."""

    def __init__(self) -> None:
        self.programs: OrderedDict[Hashable, Any] = OrderedDict()
        self.made = 0

    @property
    def weight(self) -> int:
        """Return what all of them keep, in bytes."""
        return sum(one.weight for one in self.programs.values())

    def shrink(self) -> None:
        """Let go of those unused longest until the rest weighs no more than it may; the last one stays."""
        with _lock:
            weight = self.weight
            while weight > MOST and len(self.programs) > 1:
                weight -= self.programs.popitem(last=False)[1].weight  # it ends once no run uses it any more


_store = _Store()


def program(key: Hashable, make: Callable[[], Any]) -> Any:
    """Return the program stored under the key, making it once: make returns a jitted function of arrays."""
    with _lock:
        programs = _store.programs
        if key in programs:
            programs.move_to_end(key)
            return programs[key]
        made = programs[key] = _Program(make(), _store.shrink)
        _store.made += 1
        prune = _store.made % PRUNED_EVERY == 0
    _store.shrink()
    if prune:
        numerics.prune_cache()
        _give_back()
    return made


def is_stored(key: Hashable) -> bool:
    """Return whether a program is stored under the key."""
    with _lock:
        return key in _store.programs


def is_compiled(key: Hashable) -> bool:
    """Return whether the program stored under the key has been compiled."""
    with _lock:
        return key in _store.programs and bool(_store.programs[key].shapes)


def forget() -> None:
    """Let go of all programs, and of what JAX keeps of them."""
    with _lock:
        _store.programs.clear()
    jax.clear_caches()


def weight() -> int:
    """Return what the stored programs keep, in bytes, about."""
    with _lock:
        return _store.weight


def traced(kind: str) -> None:
    """Count a trace of this kind of program; called from inside the traced function."""
    _traces[kind] += 1


def traces() -> dict[str, int]:
    """Return how often each kind of program was traced since the start."""
    return dict(_traces)


def _equations(jaxpr: Any) -> int:
    """Return how many equations a traced function has, with those inside its loops and branches."""
    count = len(jaxpr.eqns)
    for equation in jaxpr.eqns:
        for value in equation.params.values():
            for part in value if isinstance(value, tuple | list) else (value,):
                inner = getattr(part, "jaxpr", part)
                count += _equations(inner) if hasattr(inner, "eqns") else 0
    return count


def _give_back() -> None:
    """Let the C library give freed memory back to the system: of what compiling in threads leaves it keeps a fifth."""
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
        if trim is not None:
            trim(0)
