"""A map made by several processes, on one host or many: each makes its share, and process 0 gathers all of them.

jax.distributed brings them together: Slurm, Kubernetes and MPI tell it who they are, or a person does. Then each sends
its parts to process 0 by a connection of its own, so that one that ends too early is noticed at once, and by all.
"""

import json
import os
import queue
import secrets
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from typing import Any

import jax
import numpy as np
from jax.experimental import multihost_utils

from experiments.studies.maps.files import packed, unpacked
from experiments.studies.maps.parts import WAIT, Part, Parted
from experiments.studies.maps.store import mark
from numerals import duration
from parameter import Refusal, shown

MOST = 4_096  # processes
PATIENCE = 300  # seconds to wait until all are there
_ROOM = 1_024  # bytes of what process 0 tells all others
_DONE = "done"
_COUNTS = ("SLURM_STEP_NUM_TASKS", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE")  # how many processes a launcher says it started
_KUBERNETES = {"KUBERNETES_SERVICE_HOST", "JOB_COMPLETION_INDEX"}  # an indexed job has both


class LostError(RuntimeError):
    """Another process has ended before the map was made."""


@dataclass(frozen=True, kw_only=True)
class Links:
    """One of several processes: its place, how many there are, and its connections to others by their places.

    Process 0 has one to each, all others one to process 0.
    """

    place: int
    of: int
    ways: dict[int, Connection]


def are_launched() -> bool:
    """Return whether a launcher has started this process as one of several."""
    counts = [os.environ.get(name, "") for name in _COUNTS]
    return any(count.isdigit() and int(count) > 1 for count in counts) or set(os.environ) >= _KUBERNETES


def check(coordinator: str | None, processes: int | None, process: int | None) -> None:
    """Raise Refusal where what was said of several processes does not go together."""
    if coordinator is None and processes is None and process is None:
        return
    if coordinator is None or processes is None or process is None:
        raise Refusal("--coordinator, --processes, --process: give all three, or none of them")
    host, _, port = coordinator.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65_535):
        raise Refusal(f"--coordinator: {shown(coordinator)} is not allowed; give HOST:PORT of process 0")
    if not 1 <= processes <= MOST:
        raise Refusal(f"--processes: {processes} is not allowed; give a whole number from 1 to {MOST:,}")
    if not 0 <= process < processes:
        raise Refusal(f"--process: {process} is not allowed; give a whole number from 0 to {processes - 1}")


def join(coordinator: str | None = None, processes: int | None = None, process: int | None = None) -> Links:
    """Wait until all processes are there, and connect them. To be called before anything computes.

    Without arguments jax.distributed asks the launcher. Raises RuntimeError, OSError or LostError where they do not
    come together.
    """
    _begin(coordinator, processes, process)
    place, of = jax.process_index(), jax.process_count()
    name = coordinator.rpartition(":")[0] if coordinator else socket.gethostname()
    secret = secrets.token_bytes(16)
    listener = Listener((_bound(name), 0), backlog=of, authkey=secret) if place == 0 else None
    told = {"host": name, "port": listener.address[1], "secret": secret.hex()} if listener else {}
    with _aside():
        heard = _from_first(told)
    jax.distributed.shutdown()  # from here on its watch over the others would only end this process without a word
    if listener:
        return Links(place=place, of=of, ways=accepted(listener, of))
    way = Client((heard["host"], heard["port"]), authkey=bytes.fromhex(heard["secret"]))
    way.send_bytes(str(place).encode())
    return Links(place=place, of=of, ways={0: way})


def _begin(coordinator: str | None, processes: int | None, process: int | None) -> None:
    """Wait until jax.distributed has found all processes: on a thread apart, so that a signal is heard meanwhile.

    Raises what it raises, and LostError where they are not all there in time.
    """
    failures: list[BaseException] = []

    def begin() -> None:
        try:
            jax.distributed.initialize(
                coordinator,
                processes,
                process,
                cluster_detection_method="deactivate" if coordinator else _method(),
                initialization_timeout=2 * PATIENCE,  # at its own end it would abort the process
            )
        except BaseException as failure:
            failures.append(failure)

    print(f"Waiting for the other processes, {duration(PATIENCE)} at most", file=sys.stderr, flush=True)
    thread, last = threading.Thread(target=begin, daemon=True), time.monotonic() + PATIENCE
    thread.start()
    while thread.is_alive():
        if time.monotonic() > last:
            raise LostError(f"the processes did not come together in {duration(PATIENCE)}")
        thread.join(WAIT)
    if failures:
        raise failures[0]


def accepted(listener: Listener, of: int, patience: float = PATIENCE) -> dict[int, Connection]:
    """Return the connections of all other processes by their places. Raises LostError where one does not come."""
    came: queue.Queue[tuple[int, Connection]] = queue.Queue()

    def accept() -> None:
        left = of - 1
        while left:
            try:
                way = listener.accept()
                came.put((int(way.recv_bytes(8)), way))
            except (AuthenticationError, EOFError, OSError, ValueError):  # none of ours
                continue
            left -= 1

    threading.Thread(target=accept, daemon=True).start()
    ways: dict[int, Connection] = {}
    while len(ways) < of - 1:
        try:
            place, way = came.get(timeout=patience)
        except queue.Empty:
            missing = sorted(set(range(1, of)) - set(ways))
            raise LostError(f"process {missing[0]} of {of} did not come") from None
        ways[place] = way
    return ways


class Together:
    """A work that several processes make: which parts are this one's, and what it hears of the others meanwhile."""

    def __init__(self, links: Links, work: Parted) -> None:
        self.links, self._work = links, work
        self._lost: list[str] = []
        self._told = threading.Event()  # of all others: that the map is made
        self._sending = threading.Lock()
        if links.of > 1:
            (self._lead if links.place == 0 else self._follow)(mark(work.key))
        for place, way in links.ways.items():
            threading.Thread(target=self._hear, args=(place, way), daemon=True).start()

    def until(self) -> bool:
        """Return whether nothing is left to do here: all parts are gathered, or all of one's own are made."""
        return self._work.finished if self.links.place == 0 else self._work.idle

    def look(self) -> None:
        """Raise LostError where another process has ended too early."""
        if self._lost and not self._is_made:
            raise LostError(self._lost[0])

    def wait(self) -> None:
        """Wait until the map is made by all. Raises LostError."""
        while not self._is_made:
            self.look()
            self._told.wait(WAIT)

    @property
    def _is_made(self) -> bool:
        return self._work.finished if self.links.place == 0 else self._told.is_set()

    def end(self, why: str = _DONE) -> None:
        """Tell all others that the map is made, or why it will not be."""
        for way in self.links.ways.values():
            try:
                if self.links.place == 0:
                    way.send_bytes(why.encode())
                way.close()
            except OSError:  # it has gone itself
                continue

    def _lead(self, key: str) -> None:
        """Hear from all what they make, tell them what is made already, and begin one's own share of the rest."""
        for place, way in self.links.ways.items():
            if self._received(place, way) != key:
                self.end(f"process {place} of {self.links.of} was started with something else than process 0")
                raise LostError(f"process {place} of {self.links.of} was started with something else than process 0")
        made = sorted(self._work.made)
        for way in self.links.ways.values():
            way.send_bytes(json.dumps(made).encode())
        self._work.begin_only(self._share(made))

    def _follow(self, key: str) -> None:
        (way,) = self.links.ways.values()
        way.send_bytes(key.encode())
        told = self._received(0, way)
        if not told.startswith("["):
            raise LostError(told)
        self._work.begin_only(self._share(json.loads(told)))
        self._work.tell = self._send

    def _share(self, made: list[int]) -> frozenset[int]:
        """Return every n-th of the parts that are to be made, so that all have easy and hard ones."""
        left = sorted(set(range(self._work.parts)) - set(made))
        return frozenset(left[self.links.place :: self.links.of])

    def _received(self, place: int, way: Connection) -> str:
        try:
            return way.recv_bytes().decode()
        except (EOFError, OSError):
            raise LostError(self._ended(place)) from None

    def _send(self, place: int, part: Part) -> None:
        (way,) = self.links.ways.values()
        try:
            with self._sending:
                way.send_bytes(packed({**part, "place": np.array(place)}))
        except OSError:
            raise LostError(self._ended(0)) from None

    def _hear(self, place: int, way: Connection) -> None:
        """Take what another process sends, until it says that it is done, or ends."""
        try:
            while not self._is_made:
                content = way.recv_bytes()
                if self.links.place == 0:
                    part = unpacked(content)
                    self._gathered(int(part.pop("place")), part)
                elif content.decode() == _DONE:
                    self._told.set()
                else:
                    self._lost.append(content.decode())
                    return
        except (EOFError, OSError, ValueError):
            self._lost.append(self._ended(place))

    def _gathered(self, place: int, part: Part) -> None:
        self._work.tell(place, part)
        self._work.put(place, part)

    def _ended(self, place: int) -> str:
        return f"process {place} of {self.links.of} has ended before the map was made"


def _method() -> str | None:
    """Return how jax.distributed finds the others; None where it finds out itself, which it does not of every MPI."""
    own = ("SLURM_STEP_NUM_TASKS", "OMPI_MCA_orte_hnp_uri", "JOB_COMPLETION_INDEX")
    return None if any(name in os.environ for name in own) or not find_spec("mpi4py") else "mpi4py"


def _bound(name: str) -> str:
    """Return where to listen: this machine alone where its name says so, else wherever the others come from."""
    return name if name == "localhost" or name.startswith("127.") else ""


@contextmanager
def _aside() -> Iterator[None]:
    """Let what a library prints on standard output meanwhile go where messages go."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _from_first(told: dict[str, Any]) -> dict[str, Any]:
    """Return what process 0 tells."""
    text = np.zeros(_ROOM, np.uint8)
    encoded = np.frombuffer(json.dumps(told).encode(), np.uint8)
    text[: len(encoded)] = encoded
    heard: dict[str, Any] = json.loads(np.asarray(multihost_utils.broadcast_one_to_all(text)).tobytes().rstrip(b"\0"))
    return heard
