"""The commands basins and sweep: an experiment and what was said on the command line -> an NPZ file."""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from experiments.setup.experiment import Experiment
from experiments.studies.maps import files, hosts, told
from experiments.studies.maps.axes import axis
from experiments.studies.maps.basins import BasinsWork
from experiments.studies.maps.hosts import Links, LostError, Together
from experiments.studies.maps.parts import WAIT, make
from experiments.studies.maps.store import Store
from experiments.studies.maps.sweep import SweepWork
from numerals import duration
from parameter import Refusal

EVERY = WAIT  # seconds from one look to the next
_SPEAK, _SURE = 0.5, 3.0  # seconds from one word on how far it is to the next, and before a guess at what is left


class StoppedError(Exception):
    """The map was not made to its end; says why, and what is kept of it."""


def add_map(parser: argparse.ArgumentParser) -> None:
    """Add what both commands take."""
    parser.add_argument("experiment", help="a JSON file as the lab exports it, or - for standard input")
    parser.add_argument("--out", required=True, metavar="FILE.npz", help="where to write the arrays")
    parser.add_argument("--run", type=int, default=0, metavar="R", help="which run, counted from 0 (0)")
    parser.add_argument("--threads", type=int, metavar="N", help="how many work side by side (one a core)")
    several = parser.add_argument_group(
        "several processes",
        "Start the same command on each host, and each makes its share; process 0 writes the file. Under Slurm, "
        "Kubernetes (an indexed job) and MPI they find each other; else say where, how many, and which one this is.",
    )
    several.add_argument("--coordinator", metavar="HOST:PORT", help="of process 0, where all others reach it")
    several.add_argument("--processes", type=int, metavar="N", help="how many there are")
    several.add_argument("--process", type=int, metavar="I", help="which this is, counted from 0")


def make_map(given: argparse.Namespace, read: Callable[[], Experiment]) -> None:
    """Make the map that was asked for, or this process' share of it, and write it.

    Raises Refusal, OSError, and StoppedError where it was stopped or another process was.
    """
    hosts.check(given.coordinator, given.processes, given.process)
    links = Links(place=0, of=1, ways={})
    try:
        with _terminated_as_interrupted():
            if given.coordinator is not None or hosts.are_launched():
                links = hosts.join(given.coordinator, given.processes, given.process)
            files.check(given.out)
            _make(given, _work(given, read()), links)
    except KeyboardInterrupt:
        raise StoppedError("stopped; nothing was written") from None
    except LostError as error:
        raise StoppedError(f"{error}; nothing was written") from None
    except RuntimeError as error:
        if links.of == 1 and given.coordinator is not None:  # jax.distributed's word on who did not come
            raise StoppedError(f"the processes did not come together: {str(error).splitlines()[0]}") from None
        raise


def _work(given: argparse.Namespace, experiment: Experiment) -> BasinsWork | SweepWork:
    if given.command == "basins":
        window = None if given.window is None else (tuple(given.window[:2]), tuple(given.window[2:]))
        return BasinsWork(experiment, given.run, given.size, window)
    axes = [axis(text) for text in given.set]
    if len(dict(axes)) < len(axes):
        raise Refusal(f"--set: {axes[0][0]} is given twice")
    return SweepWork(experiment, dict(axes), given.run)


def _make(given: argparse.Namespace, work: BasinsWork | SweepWork, links: Links) -> None:
    """Make parts until all are there, keep those that are made, and write the map; only process 0 keeps and writes."""
    store = Store(given.out, work.key)
    if links.place == 0:
        for place, part in store.parts():
            work.put(place, part)
        work.tell = store.put
    together = Together(links, work)
    progress = _Progress(work, links)

    def look() -> None:
        together.look()
        progress.show()

    try:
        with progress:
            make(work, given.threads, look=look, every=EVERY, until=together.until)
            together.wait()
        if links.place == 0:
            _write(given.out, work)
            store.remove()
    except (KeyboardInterrupt, LostError) as error:
        stopped = isinstance(error, KeyboardInterrupt)
        together.end("process 0 was stopped" if stopped else str(error))
        why = f"{'stopped' if stopped else error}; nothing was written"
        raise StoppedError(why + _kept(store, work, links)) from None
    together.end()


class _Progress:
    """Tells a person at a terminal how far a map is, and when it will be there; and each of several what it does."""

    def __init__(self, work: BasinsWork | SweepWork, links: Links) -> None:
        self._work, self._begun, self._first = work, time.monotonic(), work.done
        self._shown = links.place == 0 and sys.stderr.isatty()
        self._next = 0.0
        if links.of > 1:
            print(f"Process {links.place} of {links.of} is at work", file=sys.stderr, flush=True)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def show(self) -> None:
        """Say it, if it is time to."""
        now = time.monotonic()
        if not self._shown or now < self._next:
            return
        self._next = now + _SPEAK
        done = self._work.done
        left = ""
        if done > self._first and now > self._begun + _SURE:
            seconds = (now - self._begun) * (self._work.size - done) / (done - self._first)
            left = f", about {duration(seconds)} left"
        print(f"\r\033[K{100 * done // self._work.size} %{left}", end="", file=sys.stderr, flush=True)


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let a request to end, as schedulers send it before they kill, be as Ctrl-C is."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _kept(store: Store, work: BasinsWork | SweepWork, links: Links) -> str:
    if links.place:
        return ""
    if not store.is_there:
        return f", and nothing is kept: none of {work.parts:,} parts was made to its end"
    return (
        f". The {len(work.made):,} of {work.parts:,} parts that are made are kept in {store.folder}: "
        "the same command goes on from there"
    )


def _write(path: str, work: BasinsWork | SweepWork) -> None:
    """Write the map, and say so."""
    if isinstance(work, BasinsWork):
        assert work.basins is not None
        files.write(path, files.arrays_of_basins(work.basins))
        shape, said = work.basins.codes.shape, told.of_basins(work.basins)
    else:
        assert work.sweep is not None
        files.write(path, files.arrays_of_sweep(work.sweep))
        shape, said = work.sweep.codes.shape, told.of_sweep(work.sweep)
    print(f"{path}: {' x '.join(map(str, shape))} cells, {told.size(os.path.getsize(path))}; {said}")
