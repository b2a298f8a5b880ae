"""Rows rounded to what a link holds: in each column whole multiples of one power of ten that span at most 20 bits."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from numerals import typed
from parameter import Refusal

FEWEST, MOST = -12, 12  # decimals: multiples of 10^12 to those of 10^-12
BITS = 20  # of a number, counted from the lowest one of its column
NEAR = 2**25  # a lowest number below it takes few bits; beyond it there is one bit less for each row
FAR = 10**15  # of so many digits, no two become the same double
LARGEST = 1e9  # a number that is rounded; whatever the others of its column are, it then has its place
Rows = Sequence[Sequence[float]]


class Scaled(NamedTuple):
    """A column as whole numbers: each of its values is one of them divided by ten to the decimals."""

    decimals: int
    lowest: int
    above: tuple[int, ...]  # how much each is above the lowest

    @property
    def bits(self) -> int:
        """How many bits each takes."""
        return max(self.above).bit_length()

    @property
    def values(self) -> list[float]:
        """The values, each the double that is nearest to its decimal fraction."""
        wholes = (self.lowest + more for more in self.above)
        if self.decimals < 0:
            return [float(whole * 10**-self.decimals) for whole in wholes]
        return [whole / 10**self.decimals for whole in wholes]  # of whole numbers, Python's quotient is the nearest


def exact(column: Sequence[float]) -> Scaled | None:
    """Return finite values with the fewest decimals that hold each of them exactly, or None where a link does not."""
    values = np.asarray(column, dtype=np.float64)
    for decimals in range(FEWEST, MOST + 1):
        wholes = _wholes(values, decimals)
        if wholes is None:
            return None  # nor with more decimals
        ten = 10.0 ** abs(decimals)
        if np.array_equal(wholes / ten if decimals >= 0 else wholes * ten, values):
            return _scaled(wholes, decimals)
    return None


def nearest(column: Sequence[float]) -> Scaled:
    """Return finite values exactly, or where a link does not hold them with the most decimals that it has for them."""
    found = exact(column)
    if found is not None:
        return found
    values = np.asarray(column, dtype=np.float64)
    if np.abs(values).max() > LARGEST:
        beyond = typed(values[np.abs(values).argmax()])
        raise Refusal(f"{beyond} is too large; give numbers from {typed(-LARGEST)} to {typed(LARGEST)}")
    decimals = next(decimals for decimals in range(MOST, FEWEST - 1, -1) if _wholes(values, decimals) is not None)
    wholes = _wholes(values, decimals)
    assert wholes is not None
    return _scaled(wholes, decimals)


def rounded(rows: Rows) -> tuple[tuple[float, ...], ...]:
    """Return rows with each column rounded to what a link holds: exactly as they are where it holds them.

    A column takes 20 bits at most, so that three decimals stay exact as long as it spans less than 1,048; where it lies
    far from 0 for its precision (33,554.432 for three decimals), 19 bits. Raises Refusal for a number beyond LARGEST.
    """
    return tuple(zip(*(nearest(column).values for column in zip(*rows, strict=True)), strict=True))


def _wholes(values: np.ndarray, decimals: int) -> np.ndarray | None:
    """Return values as whole multiples of a power of ten, or None where a link does not hold these."""
    wholes: np.ndarray = np.rint(values * 10.0**decimals if decimals >= 0 else values / 10.0**-decimals)
    lowest, highest = wholes.min(), wholes.max()
    near = -NEAR < lowest < NEAR
    fits = lowest >= -FAR and highest <= FAR and highest - lowest < 2 ** (BITS if near else BITS - 1)
    return wholes if fits else None


def _scaled(wholes: np.ndarray, decimals: int) -> Scaled:
    lowest = int(wholes.min())
    return Scaled(decimals, lowest, tuple(int(whole) - lowest for whole in wholes))
