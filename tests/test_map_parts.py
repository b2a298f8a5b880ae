"""Maps in parts: by several threads, or stopped and taken up again, they come to the same; and they say how far."""

import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from experiments import Experiment, Run, basins, sweep
from experiments.__main__ import main
from experiments.setup.attention import LeftError
from experiments.studies.maps import told
from experiments.studies.maps.basins import BasinsWork
from experiments.studies.maps.files import packed, unpacked
from experiments.studies.maps.parts import make
from experiments.studies.maps.patches import PatchWork
from experiments.studies.maps.store import Store
from experiments.studies.maps.sweep import SweepWork
from numerals import duration
from parameter import Refusal

GIVEN = Experiment(
    landscape="three_hump_camel", steps=60, runs=(Run(optimizer="gradient_descent", learning_rate=0.05),)
)
RATES = {"learning_rate": np.geomspace(1e-3, 1.0, 150)}
NAMES = ("outcome", "steps", "loss")


@pytest.fixture
def few(monkeypatch):
    """Parts so small that a small map has many."""
    monkeypatch.setattr("experiments.studies.maps.patched._SIDES", (6,))


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "experiment.json"
    path.write_text(GIVEN.to_json(), encoding="utf-8")
    return str(path)


def same(one, other, names=NAMES):
    for name in names:
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name == "loss"), name


def test_any_number_of_threads_makes_the_same_sweep():
    found = sweep(GIVEN, RATES, threads=3)
    same(found, sweep(GIVEN, RATES, threads=1))
    work = SweepWork(GIVEN, RATES)
    make(work, 3)
    assert work.sweep is not None and (work.done, work.size, work.idle) == (150, 150, True)
    same(work.sweep, found)


KINDS: list[Callable[[], BasinsWork | SweepWork]] = [
    lambda: BasinsWork(GIVEN, 0, 20),
    lambda: SweepWork(GIVEN, RATES),
]


@pytest.mark.parametrize("begin", KINDS, ids=["basins", "sweep"])
def test_parts_made_elsewhere_are_put_together(few, begin):
    whole, first, second = begin(), begin(), begin()
    make(whole, 1)
    assert first.parts == second.parts > 2 and whole.made == frozenset(range(whole.parts))
    second.tell = first.put
    for work, places in ((second, range(1, first.parts, 2)), (first, range(0, first.parts, 2))):
        work.begin_only(places)
        make(work, 2, until=partial(getattr, work, "idle"))
    assert first.finished and not second.finished and len(second.made) == first.parts // 2
    if isinstance(whole, BasinsWork):
        same(whole.basins, first.basins, (*NAMES, "minimum", "minima", "implied"))
    else:
        same(whole.sweep, first.sweep)


def test_what_a_thread_raises_ends_all():
    work, made = SweepWork(GIVEN, RATES), []

    def tell(place, part):
        made.append(place)
        raise ZeroDivisionError

    work.tell = tell
    with pytest.raises(ZeroDivisionError):
        make(work, 2)
    assert made and not work.finished
    for threads in (0, 5_000, True):
        with pytest.raises(Refusal, match="threads: "):
            basins(GIVEN, size=4, threads=threads)


@pytest.mark.parametrize("name", ["SweepWork.begun", "_Cells.make_one"])
def test_cells_that_were_left_are_made_by_the_next(monkeypatch, name):
    work = SweepWork(GIVEN, {"learning_rate": [0.01, 0.1]})
    with monkeypatch.context() as patched:
        patched.setattr(f"experiments.studies.maps.sweep.{name}", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work.make_one()
    make(work, 1)
    assert work.sweep is not None
    same(work.sweep, sweep(GIVEN, {"learning_rate": [0.01, 0.1]}))


def test_a_border_cell_whose_judging_was_left_is_judged_all_the_same(monkeypatch):
    breaks = Run(optimizer="gradient_descent", learning_rate=0.002)  # where it does is told in batches, and then judged
    given = Experiment(landscape="rosenbrock", steps=100, runs=(breaks,))
    whole, work, judge = BasinsWork(given, 0, 32), BasinsWork(given, 0, 32), PatchWork._judged
    make(whole, 1)
    left = set()

    def leaves_once(patch, cell, run):
        if cell not in left:
            left.add(cell)
            raise LeftError("left")
        return judge(patch, cell, run)

    monkeypatch.setattr(PatchWork, "_judged", leaves_once)
    while not work.finished:
        with suppress(LeftError):
            work.make_one()
    assert left and whole.basins is not None and work.basins is not None
    assert whole.basins.decided == work.basins.decided
    same(whole.basins, work.basins, (*NAMES, "minimum", "implied"))


def parts_of(folder: Path):
    return [path for path in folder.iterdir() if path.suffix == ".parts"]


def test_who_is_stopped_goes_on_where_it_was(few, document, tmp_path, capsys, monkeypatch):
    whole, out = tmp_path / "whole.npz", tmp_path / "map.npz"
    command = ["basins", document, "--threads", "1", "--size", "20", "--out"]
    assert main([*command, str(whole)]) == 0
    put = Store.put

    def stopped(store, place, part):
        put(store, place, part)
        if place == 2:
            assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler  # so schedulers end what takes long
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Store, "put", stopped)
        assert main([*command, str(out)]) == 2
    assert not out.exists() and len(parts_of(tmp_path)) == 1
    kept = sorted(path.name for path in parts_of(tmp_path)[0].iterdir())
    assert kept == ["0.npz", "1.npz", "2.npz"]
    assert f"stopped; nothing was written. The {len(kept)} of 16 parts" in capsys.readouterr().err
    (parts_of(tmp_path)[0] / "1.npz").write_bytes(b"half of")
    (parts_of(tmp_path)[0] / "mine.npz").write_bytes(packed({"a": np.arange(3)}))

    assert main([*command, str(out), "--run", "0", "--window", "0", "1", "0", "1"]) == 0  # another map begins anew
    assert len(parts_of(tmp_path)) == 1 and out.read_bytes() != whole.read_bytes()

    begun = []

    def begins(*given):
        begun.append(given)
        return PatchWork(*given)

    monkeypatch.setattr("experiments.studies.maps.basins.PatchWork", begins)
    assert main([*command, str(out)]) == 0
    assert len(begun) == 16 - (len(kept) - 1)
    assert out.read_bytes() == whole.read_bytes() and not parts_of(tmp_path)


def test_a_sweep_that_is_stopped_goes_on(document, tmp_path, monkeypatch, capsys):
    whole, out = tmp_path / "whole.npz", tmp_path / "map.npz"
    command = ["sweep", document, "--set", "learning_rate=1e-3:1:150:log", "--threads", "1", "--out"]
    assert main([*command, str(whole)]) == 0
    begun, begin = [], SweepWork.begun

    def counted(work, patch):
        begun.append(patch)
        if len(begun) == 3:
            raise KeyboardInterrupt
        return begin(work, patch)

    monkeypatch.setattr(SweepWork, "begun", counted)
    assert main([*command, str(out)]) == 2 and not out.exists()
    assert main([*command, str(out)]) == 0
    assert len(begun) == 3 + 3 and out.read_bytes() == whole.read_bytes() and not parts_of(tmp_path)


def test_a_person_at_a_terminal_sees_how_far_it_is(document, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("experiments.studies.maps.command._SPEAK", 0.0)
    monkeypatch.setattr("experiments.studies.maps.command._SURE", 0.0)
    monkeypatch.setattr("experiments.studies.maps.command.EVERY", 1e-3)
    assert main(["sweep", document, "--set", "learning_rate=1e-3:1:200:log", "--out", str(tmp_path / "a.npz")]) == 0
    err = capsys.readouterr().err
    assert " %" in err and " s left" in err and err.endswith("\r\x1b[K")  # which leaves the line empty


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 s"), (59.4, "59 s"), (61, "1 min"), (7_100, "118 min"), (9_000, "2 h")]
)
def test_times_as_they_are_told(seconds, said):
    assert duration(seconds) == said
    assert (told.size(2_340), told.size(5_432_100)) == ("2.34 kB", "5.43 MB")


def test_many_minima_are_told_in_short():
    minimum = np.repeat(np.arange(-1, 9), 10).reshape(10, 10)
    found = basins(GIVEN, size=10)
    many = replace(found, minimum=minimum, minima=np.stack([np.arange(9.0), -np.arange(9.0)], axis=1))
    said = told.of_basins(many)
    assert "reached: (0, 0) 10 %, (1, -1) 10 %, " in said and ", (5, -5) 10 %, 3 more 30 %\n" in said
    assert "reached: no minimum\n" in told.of_basins(replace(found, minimum=np.full((10, 10), -1)))


def test_bytes_that_are_no_part_are_none():
    part = {"codes": np.arange(4, dtype=np.uint8), "loss": np.array([np.nan, np.inf])}
    content = packed(part)
    for name, array in unpacked(content).items():
        assert np.array_equal(array, part[name], equal_nan=name == "loss")
    for broken in (b"", b"nothing", content[:-30], content.replace(b"codes", b"c0des", 1)):
        with pytest.raises(ValueError, match="no packed arrays"):
            unpacked(broken)
