"""Numbers of a run that are others in each lane."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True, eq=False)
class Settings:
    """Of n lanes which of the run's numbers are others than those of the experiment at hand.

    columns: the places of these among the numbers that simulate has of a run. numbers: (n, k), one column each. rates:
    (n, T), or (n, 1) where each lane has one at all steps; None where they are the experiment's own in all lanes.
    """

    columns: tuple[int, ...]
    numbers: np.ndarray
    rates: np.ndarray | None

    def __len__(self) -> int:
        return len(self.numbers)

    def at(self, places: np.ndarray | slice) -> "Settings":
        """Return those of some lanes."""
        rates = None if self.rates is None else self.rates[places]
        return Settings(columns=self.columns, numbers=self.numbers[places], rates=rates)
