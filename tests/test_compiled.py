"""Compiled programs: bounded in number, in memory and on disk."""

import gc
import os
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest

import numerics
from experiments import compiled


@pytest.fixture
def a_small_store(monkeypatch):
    monkeypatch.setattr(compiled, "CAPACITY", 8)
    monkeypatch.setattr(compiled, "_programs", type(compiled._programs)())


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
        compiled.program(("test", number), lambda number=number: make(number))(jnp.ones(3)).block_until_ready()
        if number == 60:
            gc.collect()
            started = resident()
    gc.collect()
    assert resident() - started < 20  # MiB over 200 programs; they take 0.1 to 1 each while they are kept
    assert sum(compiled.is_stored(("test", number)) for number in range(260)) == 8


def test_what_was_used_last_stays(a_small_store):
    for number in range(8):
        compiled.program(number, object)
    kept = compiled.program(0, object)
    compiled.program(99, object)
    assert compiled.is_stored(0) and not compiled.is_stored(1)
    assert compiled.program(0, object) is kept


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
    monkeypatch.setattr(numerics.tempfile, "gettempdir", lambda: str(tmp_path))
    ours = numerics._cache_folder()
    assert os.path.dirname(ours) == str(tmp_path) and os.stat(ours).st_mode & 0o077 == 0
    owner = os.getuid()
    monkeypatch.setattr(numerics.os, "getuid", lambda: owner + 1)
    assert numerics._cache_folder() == ""
