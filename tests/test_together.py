"""The run of the tests itself: what shares most is done by one worker, one after the other."""

import os

import pytest

from tests.conftest import _group

DONE: list[int] = []


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="there is but one process")
@pytest.mark.parametrize("place", range(6))
def test_the_tests_of_a_file_come_to_one_worker_in_their_order(place: int) -> None:
    DONE.append(place)
    assert list(range(place + 1)) == DONE


@pytest.mark.parametrize(
    ("test", "group"),
    [
        ("tests/test_browser.py::test_arrow_keys_move_the_ball", (0, "browser")),
        ("tests/test_standing.py::test_whatever[booth]", (0, "second browser")),
        ("tests/test_pages.py::test_a_page", (1, "tests/test_pages.py")),
        ("tests/test_figures.py::test_whatever[booth]", (2, "booth")),
        ("tests/test_simulate.py::test_whatever[adam-booth]", (2, "booth")),
        ("tests/test_simulate.py::test_whatever[adam]", (3, "tests/test_simulate.py")),
    ],
)
def test_a_group_is_told_by_the_name(test: str, group: tuple[int, str]) -> None:
    assert _group(test) == group
