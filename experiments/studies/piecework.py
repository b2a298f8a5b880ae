"""Work that is made of many equal pieces, so that it can be left at any time and taken up again."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Protocol


class Work(Protocol):
    """Something made piece by piece: how many there are, how many are made, and what makes the next if one is left."""

    size: int
    done: int

    @property
    def finished(self) -> bool:
        """Whether all were made, and what they come to."""

    def make_one(self) -> None:
        """Make the next piece, if one is left; may be called by several threads."""


@dataclass(frozen=True)
class Progress:
    """How many pieces of all works there are, and how many were made."""

    done: int
    all: int

    @property
    def finished(self) -> bool:
        """Whether all were made."""
        return self.done == self.all


def work_at(works: Sequence[Work], seconds: float = inf) -> Progress:
    """Work at these for so long, one after the other, to the end if no time is given; return how far they are."""
    end = time.monotonic() + seconds
    for work in works:
        while not work.finished and time.monotonic() < end:
            work.make_one()
    return Progress(sum(work.done for work in works), sum(work.size for work in works))
