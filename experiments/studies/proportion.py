"""A share of so many, and how far it can be trusted: the binomial 95 % interval of Wilson (1927)."""

from dataclasses import dataclass
from math import sqrt

_Z = 1.959963984540054  # 97.5 % of a standard normal lie below it


@dataclass(frozen=True, kw_only=True)
class Proportion:
    """count of them out of `of`, at least 1."""

    count: int
    of: int

    @property
    def share(self) -> float:
        """The share, in [0, 1]."""
        return self.count / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval: the shares that 95 % of such samples would not speak against."""
        n, p = self.of, self.share
        shrink = 1 + _Z**2 / n
        middle = (p + _Z**2 / (2 * n)) / shrink
        half = _Z / shrink * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        low = 0.0 if self.count == 0 else max(0.0, middle - half)  # exactly, whatever the rounding
        return low, 1.0 if self.count == n else min(1.0, middle + half)
