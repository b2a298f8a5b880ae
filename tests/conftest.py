"""Fixtures: one server and one browser for all browser tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from landscapes import LANDSCAPES
from tests.install_browser import ARGS, browser_path
from tests.server import running


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one surface together: what is compiled and found for the first serves the others."""
    for item in items:
        key = getattr(getattr(item, "callspec", None), "params", {}).get("key")
        if isinstance(key, str) and key in LANDSCAPES and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(f"surface {key}"))
