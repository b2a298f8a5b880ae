"""Fixtures: one server and one browser for all browser tests. Order and memory of the rest."""

import ctypes
import gc
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from experiments.objective import compiled
from landscapes import LANDSCAPES
from tests.app_server import running
from tests.install_browser import ARGS, browser_path
from tests.stage_page import Stage

expect.set_options(timeout=20_000)  # ms; a busy machine may take its time, a state that never comes fails all the same
BROWSING = {path.name for path in Path(__file__).parent.glob("test_*.py") if "playwright" in path.read_text("utf-8")}
_LONG = ("test_pages.py", "test_kinds_of_points.py", "test_advice.py")  # begun last, one of them would end alone
_MOST_MEMORY = 2_500  # MB of one process of tests; eight thousand tests would leave 5,000 MB of machine code
_ROOM = 500  # MB that may come on top of what letting go of it leaves


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


@pytest.fixture(scope="session")
def lab(browser: Browser, server: str) -> Iterator[Stage]:
    """Return a laptop's page with the lab open: files go on with it, each from its own experiment."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield Stage(context.new_page(), server)
    context.close()


@pytest.fixture
def traces() -> Callable[[], dict[str, int]]:
    """What counts compilations, where no result of an earlier test spares this one the first of them."""
    for name, module in tuple(sys.modules.items()):
        if name.startswith("experiments."):
            for cached in tuple(vars(module).values()):
                if hasattr(cached, "cache_clear"):
                    cached.cache_clear()
    return compiled.traces


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring together what shares most, in the order in which the groups are handed out."""
    items.sort(key=lambda item: _group(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return a worker for each core, and for the whole suite one more: that of the browser's tests mostly waits."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + (list(config.args) == ["tests"])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "_Together":
    """Return what hands the tests to the workers."""
    config.option.loadscopereorder = False  # the groups' order is that of the tests
    return _Together(config, log)


class _Together(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Hands a whole group to one worker: what is compiled and found for its first test serves the others.

    The groups are told by the tests' names. The marks that pytest-xdist has for them are lost since pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid)[1]


def _group(nodeid: str) -> tuple[int, str]:
    """Return a test's group, by rank and name: those of a browser, else those of a surface, else those of a file.

    By rank what lasts longest is first. Tests of a browser mostly wait: there are two, one for the lab alone.
    """
    file, _, rest = nodeid.partition("::")
    if Path(file).name in BROWSING:
        return 0, "browser" if Path(file).name == "test_browser.py" else "second browser"
    given = set(rest.partition("[")[2].removesuffix("]").split("-"))
    for key in LANDSCAPES:
        if key in given:
            return 2, key
    return 1 if Path(file).name in _LONG else 3, file


def pytest_runtest_teardown() -> None:
    """Let go of what earlier tests have compiled once it is too much for a small machine."""
    if sys.platform == "linux" and _resident() > max(_MOST_MEMORY, _left[-1] + _ROOM):
        jax.clear_caches()
        gc.collect()
        getattr(ctypes.CDLL(None), "malloc_trim", lambda kept: None)(0)  # not every C library has it
        _left.append(_resident())


_left = [0.0]  # MB that were left each time


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6
