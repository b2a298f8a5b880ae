"""Fixtures: one server and one browser for all browser tests. Order and memory of the rest."""

import ctypes
import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import jax
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from experiments.objective import compiled
from landscapes import LANDSCAPES
from tests.app_server import running
from tests.install_browser import ARGS, browser_path

expect.set_options(timeout=20_000)  # ms; a busy machine may take its time, a state that never comes fails all the same
_MOST_MEMORY = 3_500  # MB of one process of tests; eight thousand tests would leave 5,000 MB of machine code


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser_path(), args=ARGS)
        yield opened
        opened.close()


@pytest.fixture
def traces() -> Callable[[], dict[str, int]]:
    """What counts compilations, where no result of an earlier test spares this one the first of them."""
    for name, module in tuple(sys.modules.items()):
        if name.startswith("experiments."):
            for cached in tuple(vars(module).values()):
                if hasattr(cached, "cache_clear"):
                    cached.cache_clear()
    return compiled.traces


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put together, and to one worker, what shares most: the tests of one surface, those in a browser, those of a file.

    What is compiled and found for the first test of a surface serves the others, and one server and one browser serve
    all. What lasts longest comes first, so that no worker is left alone with it at the end.
    """
    groups = {item: _group(item) for item in items}
    items.sort(key=lambda item: groups[item])
    for item, (_, name) in groups.items():
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(name))


def _group(item: pytest.Item) -> tuple[int, str]:
    """Return a test's group, by rank and name."""
    key = getattr(getattr(item, "callspec", None), "params", {}).get("key")
    if {"browser", "server"} & set(getattr(item, "fixturenames", ())):
        return 0, "browser"
    if isinstance(key, str) and key in LANDSCAPES:
        return 1, f"surface {key}"
    return 2, item.path.stem


def pytest_runtest_teardown() -> None:
    """Let go of what earlier tests have compiled once it is too much for a small machine."""
    if sys.platform == "linux" and _resident() > _MOST_MEMORY:
        jax.clear_caches()
        gc.collect()
        getattr(ctypes.CDLL(None), "malloc_trim", lambda kept: None)(0)  # not every C library has it


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6
