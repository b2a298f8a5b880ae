"""The threads that answers are computed on: few, with a bounded queue, and for nobody who has left."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import Any, ParamSpec, Protocol, TypeVar

import settings
from experiments.setup import attention

QUEUE = settings.whole("THALWEG_QUEUE", 512, 10_000)  # questions of a lane that wait or are being computed: a class
# sits behind one address, each page has one sketch on its way, and a sketch takes a millisecond
LANES: Mapping[str, int] = {"sketch": 2, "picture": 2}  # threads; what may compile or search keeps off the sketches'
LOOKS = 0.25  # seconds from one look at whether who asked is still there to the next
P = ParamSpec("P")
T = TypeVar("T")


class FullError(Exception):
    """A question that is not taken: too many wait, or the server is being stopped."""

    status = 503


class Asker(Protocol):
    """Who asks for something, as a request of Starlette's: from which address, and whether they have left."""

    @property
    def client(self) -> Any:
        """The address, with its host; None where nobody knows it."""

    async def is_disconnected(self) -> bool:
        """Tell whether nobody waits any more."""


class Lane:
    """Threads, and the questions that were taken and are not answered yet: how many, and of which address.

    first: whether others wait until nothing of this lane is computed (Pool.quiet).
    """

    def __init__(self, name: str, threads: int, most: int, first: bool = True) -> None:
        self.first = first
        self.workers = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self.threads, self.most = threads, most
        self.of_address: Counter[str] = Counter()
        self.busy = self.dropped = self.refused = 0
        self.turn = asyncio.Semaphore(threads)  # held while a thread computes

    def enter(self, address: str) -> None:
        """Take a question of an address. Raises FullError."""
        if self.of_address.total() >= self.most:
            self.refused += 1
            raise FullError("Too much is asked of this server at once; please try again in a moment.")
        if self.of_address[address] >= max(1, self.most // 2):
            self.refused += 1
            raise FullError("Too much is asked at once from this network; please try again in a moment.")
        self.of_address[address] += 1

    def leave(self, address: str) -> None:
        """Let go of a question."""
        self.of_address[address] -= 1
        if not self.of_address[address]:
            del self.of_address[address]

    def told(self) -> dict[str, int]:
        """Return what the health route says of it."""
        return {
            "busy": self.busy,
            "threads": self.threads,
            "queue": max(0, self.of_address.total() - self.busy),
            "most": self.most,
            "refused": self.refused,
            "dropped": self.dropped,
        }


class Pool:
    """All lanes of a server."""

    def __init__(self, lanes: Mapping[str, int] = LANES, most: int = QUEUE) -> None:
        self.lanes = {name: Lane(name, threads, most) for name, threads in lanes.items()}
        self.closed = False
        self.quiet = asyncio.Event()  # set while nobody waits for a sketch or a picture: work that can wait goes on
        self.quiet.set()
        self._at_rest = 0  # of the questions in those lanes: work at rest, which makes nobody else wait

    async def run(
        self, name: str, work: Callable[P, T], request: Asker | None = None, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return what work(*args, **kwargs) returns, computed on a thread of the lane.

        Raises FullError where too many wait or all is stopped, LeftError where who asked left meanwhile, and what work
        raises. Before its turn nothing is computed for who left; afterwards the work is told
        (experiments.setup.attention).
        """
        lane, address = self.lanes[name], _address(request)
        lane.enter(address)
        self._look()
        try:
            await self._turn_of(lane, request)
            return await self._computed(lane, request, partial(work, *args, **kwargs))
        except attention.LeftError:
            lane.dropped += 1
            raise
        finally:
            lane.leave(address)
            self._look()

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Let a question that is asked within be one of work at rest."""
        self._at_rest += 1
        try:
            yield
        finally:
            self._at_rest -= 1
            self._look()

    def _look(self) -> None:
        """Tell whether it is quiet."""
        waiting = sum(lane.of_address.total() for lane in self.lanes.values() if lane.first)
        if waiting > self._at_rest:
            self.quiet.clear()
        else:
            self.quiet.set()

    async def _turn_of(self, lane: Lane, request: Asker | None) -> None:
        if not lane.turn.locked():
            await lane.turn.acquire()
            return
        turn = asyncio.ensure_future(lane.turn.acquire())
        try:
            while not (await asyncio.wait({turn}, timeout=LOOKS))[0]:
                if await _has_left(request):
                    raise attention.LeftError("Who asked for this has left.")
        except BaseException:
            if not turn.cancel():  # it was given meanwhile
                lane.turn.release()
            raise

    async def _computed(self, lane: Lane, request: Asker | None, work: Callable[[], T]) -> T:
        """Compute on a thread; its turn ends with the work, whatever becomes of who waits for it."""
        gone = False

        def watched() -> T:
            attention.watch(lambda: gone or self.closed)
            return work()

        def done(_: Any) -> None:
            lane.busy -= 1
            lane.turn.release()

        if self.closed:
            raise attention.LeftError("The server is being stopped.")
        lane.busy += 1
        future = asyncio.get_running_loop().run_in_executor(lane.workers, copy_context().run, watched)
        future.add_done_callback(done)
        while not (await asyncio.wait({future}, timeout=LOOKS))[0]:
            gone = gone or await _has_left(request)
        if future.cancelled():
            raise FullError("The server is being stopped.")
        return future.result()

    def told(self) -> dict[str, Any]:
        """Return what the health route says of it."""
        return {"pool": {name: lane.told() for name, lane in self.lanes.items()}}

    def close(self) -> list[str]:
        """Take no more work, and tell what is under way that nobody waits; returns the lanes that still compute."""
        self.closed = True
        for lane in self.lanes.values():
            lane.workers.shutdown(wait=False, cancel_futures=True)
        return [name for name, lane in self.lanes.items() if lane.busy]


def _address(request: Asker | None) -> str:
    return request.client.host if request is not None and request.client is not None else ""


async def _has_left(request: Asker | None) -> bool:
    return request is not None and await request.is_disconnected()
