"""Tiles of maps: a query and a place in, cells as bytes out; what is computed between comes in pieces."""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Protocol
from urllib.parse import parse_qsl

import numpy as np

from experiments.setup.alone import alone_at
from experiments.setup.atlas import MOST_SEEDS, axis_of
from experiments.setup.cost import check_many
from experiments.setup.experiment import Experiment, landscape_of
from experiments.setup.link_text import cut, value_of
from experiments.setup.turns import UnpreparedError, at_once
from experiments.studies.maps.cells import NAMES
from experiments.studies.maps.chances import ChanceGround, ChanceWork
from experiments.studies.maps.lattice import Line, Patch, cells_at, line_of_axis, lines_of_window, tile
from experiments.studies.maps.numbers import numbers_of
from experiments.studies.maps.patches import Ground, PatchWork
from experiments.studies.maps.pieces import Cells
from experiments.studies.maps.sweep_patches import SweepGround, SweepPatchWork
from figures.packets.asked import LONGEST_QUERY
from parameter import Refusal

VERSION = 1  # of this form; the stage refuses another
FEW = 256  # cells: so many are run one by one rather than wait for a program
_EDGE = 8  # bytes: where an array begins
_DROPPED = 11  # bits of the mantissa of a loss: 12 are left, one part in 8,000, and the rest packs
_NOT_ALLOWED = 255  # the code of a cell that no experiment may be
_GROUNDS = 16  # kept: what the tiles of one map have in common


class Work(Protocol):
    """A patch in the making."""

    @property
    def finished(self) -> bool:
        """Whether all cells are decided."""

    @property
    def cells(self) -> Cells | None:
        """What was found, None before it is finished."""

    def make_one(self) -> None:
        """Make the next piece."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of map in tiles.

    read: fields of a query -> an experiment of one run, which every cell costs as much as, how often a cell is made,
    and what else says which map it is. ground: (experiment, times, *rest) -> what all tiles have in common, with
    .minima, and where it decides in batches .is_prepared and .prepare(). lines: (cells, experiment, *rest) -> the
    axes. work: (ground, patch) -> Work; singly: the same for a few cells, where nothing is prepared.
    """

    read: Callable[[dict[str, str]], tuple[Experiment, int, tuple[Any, ...]]]
    ground: Callable[..., Any]
    lines: Callable[..., tuple[Line, Line]]
    work: Callable[[Any, Patch], Work]
    singly: Callable[[Any, Patch], Work]


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A tile that is asked for: its kind, which map it is of, and its place there."""

    kind: str
    experiment: Experiment
    times: int
    rest: tuple[Any, ...]
    patch: Patch

    @property
    def cells(self) -> int:
        """How many there are."""
        return self.patch.width * self.patch.height

    @property
    def ground(self) -> Any:
        """What it has in common with the map's other tiles; searched for, and kept."""
        return _ground(self.kind, self.experiment, self.times, self.rest)

    def cost(self, most: float) -> float:
        """Return the seconds that its runs' steps take at most. Raises CostError where these are more than allowed."""
        what = f"a tile of {self.patch.width} x {self.patch.height} cells"
        return check_many(self.experiment, self.cells * self.times, most, what)

    def prepare(self) -> None:
        """Search and compile what is needed; of few cells only what they are run singly with."""
        ground = self.ground
        if self.cells > FEW:
            ground.prepare()

    def begun(self) -> tuple[Work, bool]:
        """Return the work, and whether all is prepared. Raises UnpreparedError where prepare would take its time."""
        with at_once():
            ground = self.ground
            is_prepared = ground.is_prepared
        kind = KINDS[self.kind]
        if not is_prepared and self.cells > FEW:
            raise UnpreparedError("The batches of this map are still being compiled.")
        return (kind.work if is_prepared else kind.singly)(ground, self.patch), is_prepared

    def body(self, cells: Cells) -> bytes:
        """Return the cells as the stage reads them."""
        return encoded(cells, len(self.ground.minima.known), self.patch.xs(), self.patch.ys())


def asked(kind: str, level: int, column: int, row: int, query: str) -> Tile:
    """Return the tile that an address asks for. Raises Refusal naming what is not allowed."""
    experiment, times, rest = _read(kind, query)
    lines = KINDS[kind].lines(cells_at_level(level), experiment, *rest)
    return Tile(kind=kind, experiment=experiment, times=times, rest=rest, patch=tile(lines, level, column, row))


def encoded(cells: Cells, known: int, x: np.ndarray, y: np.ndarray) -> bytes:
    """Return [u32 version][u32 length of the header][JSON header][padding to 8] and arrays, each padded to 8.

    Little-endian. known: how many minima are known without the tile; x (width,), y (height,): the cells' values. A
    number of a minimum takes two bytes where there are more than one can tell, and then none is 65535.
    """
    wide = known + len(cells.more) >= _NOT_ALLOWED
    numbers, none = ("<u2", 0xFFFF) if wide else ("u1", 0xFF)
    arrays = {
        "x": x.astype("<f8"),
        "y": y.astype("<f8"),
        "code": cells.codes.astype("u1"),
        "minimum": np.where(cells.minimum < 0, none, cells.minimum).astype(numbers),
        "steps": cells.steps.astype("<i2"),
        "loss": rounded(cells.loss),
    }
    if cells.share is not None and cells.success is not None:
        arrays |= {"share": _of_255(cells.share), "success": _of_255(cells.success)}
    places, offset = [], 0
    for name, array in arrays.items():
        places.append([name, array.dtype.str.lstrip("|"), offset, array.size])
        offset += array.nbytes + -array.nbytes % _EDGE
    height, width = cells.codes.shape
    made, batch = int(np.count_nonzero(cells.codes != _NOT_ALLOWED)), int(np.count_nonzero(cells.implied))
    header = {
        "width": width,
        "height": height,
        "known": known,
        "more": cells.more.tolist(),
        "outcomes": NAMES.tolist(),
        "decided": {"batch": batch, "single": made - batch},
        "arrays": places,
    }
    head = json.dumps(header, allow_nan=False, separators=(",", ":")).encode()
    parts = (head, *(array.tobytes() for array in arrays.values()))
    return struct.pack("<II", VERSION, len(head)) + b"".join(part + b"\0" * (-len(part) % _EDGE) for part in parts)


def rounded(losses: np.ndarray) -> np.ndarray:
    """Return losses in four bytes with 12 bits of mantissa; what is not finite stays as it is, and the rest finite."""
    largest = np.uint32(0x7F7FFFFF >> _DROPPED << _DROPPED).view(np.float32)
    with np.errstate(over="ignore"):
        narrow = np.where(np.isfinite(losses), np.clip(losses, -largest, largest), losses).astype("<f4")
    half, mask = np.uint32(1 << (_DROPPED - 1)), np.uint32(0xFFFFFFFF >> _DROPPED << _DROPPED)
    bits = (np.where(np.isfinite(narrow), narrow, 0).view("<u4") + half) & mask
    found: np.ndarray = np.where(np.isfinite(narrow), np.clip(bits.view("<f4"), -largest, largest), narrow)
    return found.astype("<f4")


def _of_255(shares: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.rint(255 * shares).astype("u1")
    return found


def cells_at_level(level: int) -> float:
    """Return how many cells a level has along the map; of one that is not allowed, those of the coarsest that is."""
    return cells_at(level) if abs(level) <= 64 else cells_at(0)  # which lattice.tile refuses


@lru_cache(maxsize=64)
def _read(kind: str, query: str) -> tuple[Experiment, int, tuple[Any, ...]]:
    if len(query) > LONGEST_QUERY:
        raise Refusal(f"query: {len(query):,} characters are not allowed; at most {LONGEST_QUERY:,}")
    pairs = parse_qsl(query, keep_blank_values=True)
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise Refusal("query: a field is given twice")
    return KINDS[kind].read(fields)


def run_alone(fields: Mapping[str, str]) -> Experiment:
    """Return the one run of a link without what changes no result. Raises Refusal where there is not just one."""
    experiment = Experiment.from_query(fields)
    if len(experiment.runs) != 1:
        raise Refusal(f"runs: {len(experiment.runs)} are not allowed in a tile's address; give one")
    return alone_at(experiment, 0)


def _basins(fields: dict[str, str]) -> tuple[Experiment, int, tuple[Any, ...]]:
    """Return the experiment from its landscape's first start, as cells have their own, and the seeds of a cell."""
    given = fields.pop("seeds", "1")
    seeds = value_of(given)
    if isinstance(seeds, bool) or not isinstance(seeds, int) or not 1 <= seeds <= MOST_SEEDS:
        raise Refusal(f"seeds: {cut(given)} is not allowed; give a whole number from 1 to {MOST_SEEDS}")
    experiment = run_alone(fields)
    return experiment.replace(start=landscape_of(experiment).starts[0]), seeds, ()


def _of_basins(experiment: Experiment, seeds: int) -> Ground | ChanceGround:
    return Ground(experiment) if seeds == 1 else ChanceGround(experiment, seeds)


def _patch_of_basins(ground: Ground | ChanceGround, patch: Patch, singly: bool = False) -> Work:
    if isinstance(ground, ChanceGround):
        return ChanceWork(ground, patch, singly)
    return PatchWork(ground, patch, singly)


def _sweep(fields: dict[str, str]) -> tuple[Experiment, int, tuple[Any, ...]]:
    """Return the experiment, and the axes of its two numbers."""
    axes = [axis_of(fields.pop(name, "").split("~"), name) for name in ("x", "y")]
    if axes[0].address == axes[1].address:
        raise Refusal(f"y: {axes[1].address} is given twice; give two numbers")
    fields.pop("seeds", "")
    experiment = run_alone(fields)
    known = {number.address for number in numbers_of(experiment)}
    for name, axis in zip(("x", "y"), axes, strict=True):
        if axis.address not in known:
            raise Refusal(f"{name}: {cut(axis.address)} is no number of this run")
    return experiment, 1, tuple(axes)


KINDS: Mapping[str, Kind] = {
    "basins": Kind(
        read=_basins,
        ground=_of_basins,
        lines=lambda cells, experiment: lines_of_window(experiment.window, cells),
        work=_patch_of_basins,
        singly=partial(_patch_of_basins, singly=True),
    ),
    "sweep": Kind(
        read=_sweep,
        ground=lambda experiment, times, x, y: SweepGround(experiment, 0, x, y),
        lines=lambda cells, experiment, x, y: (line_of_axis(x, cells), line_of_axis(y, cells)),
        work=SweepPatchWork,
        singly=partial(SweepPatchWork, singly=True),
    ),
}


@lru_cache(maxsize=_GROUNDS)
def _ground(kind: str, experiment: Experiment, times: int, rest: tuple[Any, ...]) -> Any:
    return KINDS[kind].ground(experiment, times, *rest)
