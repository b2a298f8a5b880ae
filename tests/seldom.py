"""Cases that make soak tries and make test leaves out: others of their kind stand for them there."""

from collections.abc import Iterable
from typing import Any

import pytest


def seldom(cases: Iterable[Any], *names: str) -> list[Any]:
    """Return cases for pytest.mark.parametrize, of which these are left to make soak; each has to be a case."""
    cases = list(cases)
    missing = set(names) - set(cases)
    if missing:
        raise ValueError(f"{sorted(missing)} are no cases")
    return [pytest.param(case, marks=pytest.mark.soak) if case in names else case for case in cases]
