"""Which optimizers a surface meets where not all of them can: the same in every test, so that each is compiled once."""

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS

SHARE = 24  # an optimizer meets one surface in so many, of every family some


def optimizers_for(key: str, share: int = SHARE) -> list[str]:
    """Return every share-th optimizer, beginning with another one on each surface."""
    return list(OPTIMIZERS)[list(LANDSCAPES).index(key) % share :: share]
