"""Which rows are held out: by their numbers alone, so that a change of one row moves no other to the other part."""

from functools import lru_cache

import numpy as np

_BLOCK = 10  # rows of which about the same share is held out


@lru_cache(maxsize=256)
def held_rows(count: int, share: float, seed: int, split: int) -> tuple[int, ...]:
    """Return the numbers of those of the rows 0 to count - 1 that are held out, about share of them.

    Each row has a number in [0, 1) that follows from seed, split and its own place alone, spread evenly within every
    ten rows; it is held out where that is below the share. A larger share holds out the same rows and some more.
    """
    if not share:
        return ()
    marks: list[float] = []
    for block in range(-(-count // _BLOCK)):
        draws = np.random.default_rng([seed, split, block, *b"held out"])
        marks += ((draws.permutation(_BLOCK) + draws.random(_BLOCK)) / _BLOCK).tolist()
    return tuple(place for place, mark in enumerate(marks[:count]) if mark < share)
