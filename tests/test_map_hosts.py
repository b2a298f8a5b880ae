"""Maps made by several processes: the same as by one, bit for bit; and one that is killed ends all, with a sentence."""

import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from multiprocessing.connection import Client, Listener
from pathlib import Path

import numpy as np
import pytest

from experiments import Experiment, Run, sweep
from experiments.__main__ import main
from experiments.studies.maps import hosts
from experiments.studies.maps.hosts import Links, LostError, Together
from experiments.studies.maps.parts import Part, make
from experiments.studies.maps.sweep import SweepWork
from parameter import Refusal

ROOT = Path(__file__).parent.parent
GIVEN = Experiment(landscape="sphere", steps=40, runs=(Run(optimizer="gradient_descent", learning_rate=0.05),))
RATES = {"learning_rate": np.geomspace(1e-3, 1.0, 200)}


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "experiment.json"
    path.write_text(GIVEN.to_json(), encoding="utf-8")
    return str(path)


def started(document, out, size, places="01"):
    """Start two processes that make one map, or only one of them; return them, the one that gathers first."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "experiments", "basins", document, "--size", str(size), "--out", str(out)]
    command += ["--threads", "1", "--coordinator", address, "--processes", "2", "--process"]
    pipe = subprocess.PIPE
    return [
        subprocess.Popen([*command, place], cwd=ROOT, env=os.environ, stdout=pipe, stderr=pipe, text=True)
        for place in places
    ]


def test_two_processes_make_the_map_of_one(document, tmp_path, capsys):
    one, two = tmp_path / "one.npz", tmp_path / "two.npz"
    assert main(["basins", document, "--size", "130", "--out", str(one)]) == 0
    first, second = started(document, two, 130)
    out, err = first.communicate()
    assert (first.returncode, second.wait()) == (0, 0), err + second.stderr.read()
    assert out.replace("two.npz", "one.npz") == capsys.readouterr().out and second.stdout.read() == ""
    assert two.read_bytes() == one.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"experiment.json", "one.npz", "two.npz"}


@pytest.mark.parametrize("killed", [pytest.param(0, marks=pytest.mark.soak), 1])
def test_one_that_is_killed_ends_the_run(document, tmp_path, killed):
    processes = started(document, tmp_path / "map.npz", 3_000)
    for place, process in enumerate(processes):
        assert any(line == f"Process {place} of 2 is at work\n" for line in process.stderr)
    processes[killed].kill()
    processes[killed].communicate()
    other = processes[1 - killed]
    out, err = other.communicate()
    told = f"map.npz: process {killed} of 2 has ended before the map was made; nothing was written"
    assert other.returncode == 2 and out == "" and told in err.splitlines()[-1]
    left = {path.name for path in tmp_path.iterdir() if path.suffix != ".parts"}
    assert left == {"experiment.json"}


def linked(count):
    """Return the links of so many processes, all within this one."""
    ways = [Pipe() for _ in range(count - 1)]
    links = [Links(place=0, of=count, ways={i + 1: way for i, (way, _) in enumerate(ways)})]
    return links + [Links(place=i + 1, of=count, ways={0: way}) for i, (_, way) in enumerate(ways)]


def made(links, work):
    together = Together(links, work)
    make(work, 1, look=together.look, until=together.until)
    if links.place == 0:
        together.end()
    together.wait()
    return work


def works(count):
    return [SweepWork(GIVEN, RATES) for _ in range(count)]


def test_each_makes_its_share_of_what_is_left():
    *given, made_before = works(4)
    before: dict[int, Part] = {}
    made_before.tell = before.setdefault
    make(made_before, 1)
    given[0].put(1, before[1])
    with ThreadPoolExecutor(3) as threads:
        done = list(threads.map(made, linked(3), given))
    shares = [work.made for work in done[1:]]
    assert done[0].finished and [len(share) for share in shares] == [2, 2] and not shares[0] & shares[1]
    assert not any(1 in share for share in shares)
    found = sweep(GIVEN, RATES)
    assert done[0].sweep is not None and np.array_equal(done[0].sweep.codes, found.codes)
    assert np.array_equal(done[0].sweep.steps, found.steps)
    assert np.array_equal(done[0].sweep.loss, found.loss, equal_nan=True)


def test_processes_that_were_started_differently_say_so():
    other = SweepWork(GIVEN.replace(steps=41), RATES)
    with ThreadPoolExecutor(2) as threads:
        results = [threads.submit(made, *pair) for pair in zip(linked(2), [*works(1), other], strict=True)]
        for result in results:
            with pytest.raises(LostError, match="process 1 of 2 was started with something else than process 0"):
                result.result()


def test_all_hear_why_it_ended():
    first, second = linked(2)
    leading, following = works(2)
    with ThreadPoolExecutor(2) as threads:
        follows = threads.submit(made, second, following)
        together = Together(first, leading)
        together.end("process 0 was stopped")
        with pytest.raises(LostError, match="process 0 was stopped"):
            follows.result()


def test_strangers_are_not_let_in_and_the_missing_are_named():
    with Listener(("127.0.0.1", 0), authkey=b"secret") as listener:

        def knock():
            with pytest.raises(Exception, match="digest"):
                Client(listener.address, authkey=b"guessed")
            Client(listener.address, authkey=b"secret").send_bytes(b"2")

        threading.Thread(target=knock).start()
        with pytest.raises(LostError, match="process 1 of 3 did not come"):
            hosts.accepted(listener, 3, patience=0.5)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("a:1", 2, None), "give all three"),
        ((None, None, 0), "give all three"),
        (("nowhere", 2, 0), "--coordinator: 'nowhere' is not allowed"),
        (("a:99999", 2, 0), "--coordinator"),
        ((":80", 2, 0), "--coordinator"),
        (("a:1", 0, 0), "--processes: 0 is not allowed"),
        (("a:1", 2, 2), "--process: 2 is not allowed; give a whole number from 0 to 1"),
    ],
)
def test_what_does_not_go_together_is_refused(given, told):
    with pytest.raises(Refusal, match=told):
        hosts.check(*given)


def test_launchers_are_known(monkeypatch):
    for name in (*hosts._COUNTS, *hosts._KUBERNETES):
        monkeypatch.delenv(name, raising=False)
    assert not hosts.are_launched()
    for setting in (
        {"SLURM_STEP_NUM_TASKS": "4"},
        {"OMPI_COMM_WORLD_SIZE": "2"},
        dict.fromkeys(hosts._KUBERNETES, "1"),
    ):
        with monkeypatch.context() as set_:
            for name, value in setting.items():
                set_.setenv(name, value)
            assert hosts.are_launched()
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "1")
    assert not hosts.are_launched()


def test_who_waits_for_one_that_does_not_come_can_be_stopped(document, tmp_path):
    (waiting,) = started(document, tmp_path / "map.npz", 20, "0")
    assert waiting.stderr.readline() == "Waiting for the other processes, 5 min at most\n"
    waiting.terminate()
    out, err = waiting.communicate()
    assert waiting.returncode == 2 and out == ""
    assert err.endswith("map.npz: stopped; nothing was written\n") and "Traceback" not in err
