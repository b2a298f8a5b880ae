"""Compiled programs: bounded in memory and on disk."""

import gc
import os
import sys
import tempfile
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest

import numerics
from experiments.objective import compiled


@pytest.fixture
def a_small_store(monkeypatch):
    monkeypatch.setattr(compiled, "MOST", 8 * compiled.A_PROGRAM)
    monkeypatch.setattr(compiled, "_store", compiled._Store())


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def make(number):
    def work(x):
        return jax.lax.fori_loop(0, 50, lambda t, y: y - 0.01 * jnp.sin(y * number + t), x)

    return jax.jit(work)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_an_evening_of_different_programs_does_not_eat_the_memory(a_small_store):
    started = 0.0
    for number in range(260):
        compiled.program(("test", number), partial(make, number))(jnp.ones(3)).block_until_ready()
        if number == 60:
            gc.collect()
            started = resident()
    gc.collect()
    assert resident() - started < 20  # MiB over 200 programs; they take 0.1 to 1 each while they are kept
    kept = [number for number in range(260) if compiled.is_stored(("test", number))]
    assert kept == list(range(260 - len(kept), 260))
    assert 3 < len(kept) < 8  # of eight that weigh nothing but themselves
    assert compiled.weight() <= compiled.MOST


def test_what_was_used_last_stays(a_small_store):
    for number in range(8):
        compiled.program(number, object)
    kept = compiled.program(0, object)
    compiled.program(99, object)
    assert compiled.is_stored(0) and not compiled.is_stored(1)
    assert compiled.program(0, object) is kept


def sums(terms):
    def work(x):
        for number in range(terms):
            x = x + jnp.sin(x * number)
        return jax.lax.fori_loop(0, 3, lambda t, y: jax.lax.cond(y[0] > 0, jnp.sin, jnp.cos, y), x)

    return jax.jit(work)


def test_a_large_program_takes_the_place_of_many(a_small_store):
    for number in range(8):
        compiled.program(number, object)
    large = compiled.program("large", lambda: sums(200))
    assert sum(map(compiled.is_stored, range(8))) == 7  # not run yet: it weighs as little as any
    large(jnp.ones(3))
    weighs = compiled.A_PROGRAM + compiled.AN_EQUATION * 3 * 200
    assert large.weight == pytest.approx(weighs, rel=0.05)
    left = 8 - round(large.weight / compiled.A_PROGRAM + 0.5)
    assert [n for n in range(8) if compiled.is_stored(n)] == list(range(8 - left, 8))
    assert compiled.is_stored("large")


def test_the_last_program_stays_whatever_it_weighs(a_small_store, monkeypatch):
    monkeypatch.setattr(compiled, "MOST", 1)
    heavy = compiled.program("heavy", lambda: sums(10))
    heavy(jnp.ones(3))
    assert compiled.is_stored("heavy")
    compiled.program("next", lambda: sums(11))(jnp.ones(3))
    assert not compiled.is_stored("heavy") and compiled.is_stored("next")


def test_weighing_traces_nothing_again_and_counts_every_shape(a_small_store):
    calls = []

    def work(x, parts):
        calls.append(x.shape)
        return jnp.sin(x) + parts["a"]

    run = compiled.program("shapes", lambda: jax.jit(work, donate_argnums=0))
    seen = [run.weight]
    for size in (3, 3, 5, 5, 3):
        run(jnp.ones(size), {"a": jnp.ones(size)})
        seen.append(run.weight)
    assert calls == [(3,), (5,)]
    assert seen[0] < seen[1] == seen[2] < seen[3] == seen[4] == seen[5]


def test_forgotten_programs_are_made_again(a_small_store):
    first = compiled.program("one", lambda: sums(3))
    first(jnp.ones(3))
    compiled.forget()
    assert compiled.weight() == 0 and not compiled.is_stored("one")
    assert compiled.program("one", lambda: sums(3)) is not first


def test_the_oldest_files_go_first(tmp_path, monkeypatch):
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path))
    for age in range(10):
        path = tmp_path / f"program-{age}-cache"
        path.write_bytes(b"x" * 1000)
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    numerics.prune_cache(3_500)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"program-{age}-cache" for age in (0, 1, 2)]
    numerics.prune_cache(3_500)
    assert len(list(tmp_path.iterdir())) == 3
    (tmp_path / "whole-1").touch()
    numerics.prune_cache(0)
    assert [p.name for p in tmp_path.iterdir()] == ["whole-1"]
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path / "nowhere"))
    numerics.prune_cache(0)
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", "")
    numerics.prune_cache(0)


def test_a_temporary_folder_of_somebody_elses_is_not_used(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.delenv("THALWEG_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    ours = numerics._cache_folder()
    assert os.path.dirname(ours) == str(tmp_path) and os.stat(ours).st_mode & 0o077 == 0
    owner = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert numerics._cache_folder() == ""
