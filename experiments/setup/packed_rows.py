"""Rows to learn from as a word of a link, and back: as few bits as their decimals need, else their doubles.

Packed are 2 bits columns - 1, 10 bits rows, and for each column 5 bits decimals, 5 bits how many bits a number takes,
26 bits the lowest number (51 more where it lies far from 0) and its numbers counted from that one, in base64. Rows that
this does not hold exactly are "_", the base64 of the same 12 bits and that of the doubles' bytes. Flags are 10 bits how
many rows and a bit a row. Links that were sent depend on all of this: never change it.
"""

import base64
from collections.abc import Iterable, Sequence
from math import isfinite

import numpy as np

from experiments.setup.link_text import cut, padded
from landscapes.data.decimals import FAR, FEWEST, NEAR, Rows, Scaled, exact, rounded
from parameter import Refusal

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "flags_text", "read", "read_flags", "rounded", "text"]

MOST_ROWS, MOST_COLUMNS = 1_000, 3
_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUES = {sign: value for value, sign in enumerate(_SIGNS)}
_LONGEST = 3 + 4 * (8 * MOST_ROWS * MOST_COLUMNS // 3)
_ESCAPE = 2 * NEAR - 1  # instead of the lowest number where it lies far from 0
_FAR_BITS = (2 * FAR).bit_length()


def text(rows: Rows) -> str:
    """Return finite rows, all of one length, as a word of a link."""
    columns = [[float(value) + 0.0 for value in column] for column in zip(*rows, strict=True)]
    if not (1 <= len(rows) <= MOST_ROWS and 1 <= len(columns) <= MOST_COLUMNS):
        raise Refusal(f"{len(rows)} x {len(columns)} numbers are not allowed; give 1 to 1,000 rows of 1 to 3 columns")
    if not all(isfinite(value) for column in columns for value in column):
        raise Refusal("rows must hold finite numbers alone")
    head = [(len(columns) - 1, 2), (len(rows), 10)]
    scaled = [exact(column) for column in columns]
    packed = [column for column in scaled if column is not None]
    if len(packed) < len(columns):
        doubles = np.array(columns, dtype="<f8").T.tobytes()
        return "_" + _written(head) + base64.urlsafe_b64encode(doubles).decode().rstrip("=")
    return _written([*head, *(field for column in packed for field in _fields(column))])


def read(word: str, field: str = "data") -> tuple[tuple[float, ...], ...]:
    """Return the rows that text made a word of. Raises Refusal for anything else, naming the field."""
    if len(word) <= _LONGEST and set(word) <= _VALUES.keys():
        rows = _doubles(word[1:]) if word.startswith("_") else _unpacked(word)
        if rows and text(rows) == word:  # there is one way to write them, so that nothing else passes for it
            return rows
    raise Refusal(f"{field}: {cut(word)} cannot be read: give what a link of this page has; it may be cut off")


def flags_text(numbers: Iterable[int], count: int) -> str:
    """Return which of so many rows are flagged as a word of a link."""
    flagged = set(numbers)
    if not (0 <= count <= MOST_ROWS and all(0 <= number < count for number in flagged)):
        raise Refusal(f"flags of rows {cut(sorted(flagged))} among {count} are not allowed")
    return _written([(count, 10), *((int(number in flagged), 1) for number in range(count))])


def read_flags(word: str, field: str = "flags") -> tuple[int, ...]:
    """Return the numbers of the rows that flags_text made a word of. Raises Refusal for anything else."""
    if len(word) <= _LONGEST and set(word) <= _VALUES.keys():
        bits = _Bits(word)
        count = bits.take(10)
        if count <= MOST_ROWS:
            numbers = tuple(number for number in range(count) if bits.take(1))
            if flags_text(numbers, count) == word:
                return numbers
    raise Refusal(f"{field}: {cut(word)} cannot be read: give what a link of this page has; it may be cut off")


def _fields(column: Scaled) -> list[tuple[int, int]]:
    """Return a column as numbers, each with the bits that it takes."""
    head = [(column.decimals - FEWEST, 5), (column.bits, 5)]
    if -NEAR < column.lowest < NEAR:
        head.append((column.lowest + NEAR - 1, 26))
    else:
        head += [(_ESCAPE, 26), (column.lowest + FAR, _FAR_BITS)]
    return head + [(above, column.bits) for above in column.above]


def _unpacked(word: str) -> tuple[tuple[float, ...], ...]:
    """Return the rows of a packed word; of a wrong one none, or rows that are written otherwise."""
    bits = _Bits(word)
    width, count = bits.take(2) + 1, bits.take(10)
    if width > MOST_COLUMNS or not 1 <= count <= MOST_ROWS:
        return ()
    columns = []
    for _ in range(width):
        decimals, each, lowest = bits.take(5) + FEWEST, bits.take(5), bits.take(26) - NEAR + 1
        if lowest == _ESCAPE - NEAR + 1:
            lowest = bits.take(_FAR_BITS) - FAR
        columns.append(Scaled(decimals, lowest, tuple(bits.take(each) for _ in range(count))).values)
    return tuple(zip(*columns, strict=True))


def _doubles(word: str) -> tuple[tuple[float, ...], ...]:
    """Return the rows of a word of doubles, without its mark; of a wrong one none."""
    head = _Bits(word[:2])
    width, count = head.take(2) + 1, head.take(10)
    if len(word) != 2 + -(-32 * width * count // 3):
        return ()
    numbers = np.frombuffer(base64.urlsafe_b64decode(padded(word[2:])), dtype="<f8")
    if width > MOST_COLUMNS or not 1 <= count <= MOST_ROWS or not np.isfinite(numbers).all():
        return ()
    return tuple(tuple(row) for row in numbers.reshape(count, width).tolist())


def _written(fields: Sequence[tuple[int, int]]) -> str:
    """Return numbers, each with the bits that it takes, in base64; the last sign is filled up with zeros."""
    bits = "".join(f"{value:0{width}b}" for value, width in fields if width)
    bits += "0" * (-len(bits) % 6)
    return "".join(_SIGNS[int(bits[i : i + 6], 2)] for i in range(0, len(bits), 6))


class _Bits:
    """The bits of a word, taken from its start; beyond its end are zeros."""

    def __init__(self, word: str) -> None:
        self._bits = "".join(f"{_VALUES[sign]:06b}" for sign in word)
        self._at = 0

    def take(self, width: int) -> int:
        """Return the number that the next bits are."""
        start, self._at = self._at, self._at + width
        return int(self._bits[start : self._at].ljust(width, "0") or "0", 2)
