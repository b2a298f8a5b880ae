"""The cells of a map, evenly spaced along each axis, and tiles of them, whose levels share cells as street maps' do."""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from experiments.setup import limits
from experiments.setup.allowed import Box
from experiments.setup.atlas import Axis
from numerals import count, typed
from parameter import Refusal

COARSEST = 16  # cells along the whole map on level 0
TILE = 128  # cells along a tile, at most
LEVELS = (-24, 48)  # the lowest and the highest that may be asked for
FARTHEST = 2**52  # cells from the map's corner


@dataclass(frozen=True, kw_only=True)
class Line:
    """The cells along an axis: cell i has the value that lies i / cells of the way from low to high.

    scale: "linear", "log" (by equal factors) or "whole" (rounded). cells: along the map; of the levels below 0 a part
    of the coarsest, so that one reaches over more than the map.
    """

    low: float
    high: float
    cells: float
    scale: str = "linear"

    def values(self, first: int, count: int) -> np.ndarray:
        """Return the values (count,) of the cells from the first one on, which may be left of the map."""
        places = range(first, first + count)
        if self.scale == "log":
            return np.array([self.low * (self.high / self.low) ** (i / self.cells) for i in places])
        found = np.array([self.low + i * (self.high - self.low) / self.cells for i in places])
        return np.rint(found) if self.scale == "whole" else found


@dataclass(frozen=True, kw_only=True)
class Patch:
    """A rectangle of cells: those along x from column on, width of them, and along y from row on."""

    x: Line
    y: Line
    column: int
    row: int
    width: int
    height: int

    def xs(self, rim: int = 0) -> np.ndarray:
        """Return the x of its columns, (width,), with so many more on both sides."""
        return self.x.values(self.column - rim, self.width + 2 * rim)

    def ys(self, rim: int = 0) -> np.ndarray:
        """Return the y of its rows, (height,), the lowest first, with so many more on both sides."""
        return self.y.values(self.row - rim, self.height + 2 * rim)

    def points(self, rim: int = 0) -> np.ndarray:
        """Return the lower left corners of all cells, (height, width, 2)."""
        return np.stack(np.meshgrid(self.xs(rim), self.ys(rim)), axis=-1)


@dataclass(frozen=True, kw_only=True)
class Rectangle:
    """Some cells of a table: of rows from row on so many, and of columns."""

    row: int
    column: int
    height: int
    width: int

    @property
    def size(self) -> int:
        """How many cells there are."""
        return self.height * self.width

    @property
    def at(self) -> tuple[slice, slice]:
        """Where they are in an array (rows, columns)."""
        return slice(self.row, self.row + self.height), slice(self.column, self.column + self.width)


def rectangles(rows: int, columns: int, side: int) -> list[Rectangle]:
    """Return a table cut into rectangles of so many cells a side, at most; row by row."""
    return [
        Rectangle(row=row, column=column, height=min(side, rows - row), width=min(side, columns - column))
        for row in range(0, rows, side)
        for column in range(0, columns, side)
    ]


def lines_of_window(window: Box, cells: float) -> tuple[Line, Line]:
    """Return the lines of a window of starts with so many cells a side."""
    (x0, x1), (y0, y1) = window
    return Line(low=x0, high=x1, cells=cells), Line(low=y0, high=y1, cells=cells)


def line_of_axis(axis: Axis, cells: float) -> Line:
    """Return the line of a number's axis."""
    return Line(low=axis.low, high=axis.high, cells=cells, scale=axis.scale)


def cells_at(level: int) -> float:
    """Return how many cells a level has along the map: 16 x 2^level."""
    return COARSEST * 2.0**level


def side_at(level: int) -> int:
    """Return how many cells a tile of a level has a side: the whole map's on the coarse ones, and at most 128."""
    return COARSEST if level < 0 else min(COARSEST * 2**level, TILE)


def tile(lines: tuple[Line, Line], level: int, column: int, row: int) -> Patch:
    """Return the patch that a tile is. Raises Refusal for one that cannot be told in numbers.

    lines: of cells_at(level). Tile (0, 0) begins at the map's lower left corner; those left of it and below have
    negative numbers.
    """
    low, high = LEVELS
    if not low <= level <= high:
        raise Refusal(f"level: {level} is not allowed; give a whole number in [{low}, {high}]")
    side = side_at(level)
    if max(abs(column), abs(row)) * side > FARTHEST:
        raise Refusal(f"column, row: {column}, {row} are not allowed; they are too far from the map")
    found = Patch(x=lines[0], y=lines[1], column=column * side, row=row * side, width=side, height=side)
    for values, line in ((found.xs(1), lines[0]), (found.ys(1), lines[1])):
        _check(values, line)
    return found


def _check(values: np.ndarray, line: Line) -> None:
    """Raise Refusal where neighbours are hardly different numbers, or too large."""
    if not all(map(isfinite, (values[0], values[-1]))) or np.abs(values).max() > limits.FARTHEST:
        raise Refusal(
            f"A cell at {typed(float(values[0]), 3)} is too far away; at most {count(limits.FARTHEST)} is allowed"
        )
    if line.scale == "whole":
        return
    gaps, finest = np.diff(values), 8 * np.spacing(np.abs(values).max())
    if not gaps.min() >= finest:
        raise Refusal("Here neighbouring cells would be the same numbers: nothing is finer than this")
