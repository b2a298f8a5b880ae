"""Sweeps: what a run comes to for every value of one number of the experiment, or of two; each cell is its own run."""

import math
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from experiments.edits import edited
from experiments.setup.alone import alone_at
from experiments.setup.experiment import Experiment
from experiments.studies.maps.cells import NEVER, cell_of, check_run, final_loss, names_of
from experiments.studies.maps.parts import WAIT, Part, Tell, make, untold
from parameter import Refusal, shown

MOST = 4_194_304  # cells
_PART, _PARTS = 64, 1_024  # cells of a part at least, and about how many parts there are at most
Values = Sequence[Any] | np.ndarray
_OF_A_RUN = ("learning_rate", "optimizer", "parameters", "schedule", "schedule_parameters", "wrappers")


@dataclass(frozen=True, kw_only=True, eq=False)
class Sweep:
    """What one run comes to along one axis or two; arrays (n,) or (n, m), the first axis first.

    axes: the values by their addresses, as experiments.edits knows them. codes: the outcomes' places in Outcome. steps:
    the verdict's step, as the one from which on a minimum is within the tolerance, or -1. loss: the final one.
    """

    axes: Mapping[str, np.ndarray]
    codes: np.ndarray
    steps: np.ndarray
    loss: np.ndarray

    @cached_property
    def outcome(self) -> np.ndarray:
        """The names of the outcomes, text."""
        return names_of(self.codes)


class SweepWork:
    """A sweep made in pieces, each one run: first the final losses of all, then their verdicts.

    loss has the losses as far as they are made, NaN elsewhere (a lost run's is NaN, too: losses_done says how many).
    It may be left and taken up again, by any threads. losses_first: False makes both of a cell at once, in parts
    (maps/parts.py) of neighbouring cells, which may have been made elsewhere.
    """

    def __init__(
        self, experiment: Experiment, axes: Mapping[str, Values], run: int = 0, losses_first: bool = True
    ) -> None:
        check_run(experiment, run)
        if not isinstance(axes, Mapping) or len(axes) not in (1, 2):
            raise Refusal("sweep: give one address with its values, or two")
        given = {address_of(address, run): _values(address, values) for address, values in axes.items()}
        if len(given) < len(axes):
            raise Refusal(f"sweep: {' and '.join(map(shown, axes))} are the same number")
        self.run, self.axes = run, given
        self.shape = tuple(map(len, given.values()))
        cells = math.prod(self.shape)
        if cells > MOST:
            raise Refusal(f"sweep: {cells:,} cells are too many; give at most {MOST:,}")
        self.size = cells * (1 + losses_first)
        self.tell: Tell = untold
        self._experiment = experiment
        self._part = max(_PART, cells // _PARTS)  # cells of a part
        self._changed = threading.Condition()
        passes = (False, True) if losses_first else (True,)
        # of what nobody has begun: whether it is judged, and the cell
        self._left: Iterator[tuple[bool, int]] = ((judged, cell) for judged in passes for cell in range(cells))
        self._again: list[tuple[bool, int]] = []  # begun, and left by who began it
        self._busy = 0  # cells in the making
        self._codes = np.zeros(self.shape, np.uint8)
        self._steps = np.full(self.shape, NEVER, np.int32)
        self.loss = np.full(self.shape, np.nan)
        self._has = {judged: np.zeros(cells, dtype=bool) for judged in (False, True)}
        self._losses_first = losses_first
        self._exhausted = False
        self._check()

    @property
    def key(self) -> str:
        """All that the sweep depends on but the code, as text."""
        return f"sweep {self.run} {self.axes} {self._experiment.to_json()}"

    @property
    def parts(self) -> int:
        """How many parts the cells are in."""
        return -(-math.prod(self.shape) // self._part)

    @property
    def made(self) -> frozenset[int]:
        """The places of the parts that are made."""
        return frozenset(place for place in range(self.parts) if self._has[True][self._at(place)].all())

    @property
    def finished(self) -> bool:
        """Whether all losses and verdicts are there."""
        return self.done == self.size

    @property
    def idle(self) -> bool:
        """Whether there is nothing left to make here."""
        return self._exhausted and not self._again and not self._busy

    @property
    def done(self) -> int:
        """How many losses and verdicts are there; without losses first, how many cells."""
        verdicts = int(np.count_nonzero(self._has[True]))
        return verdicts + int(np.count_nonzero(self._has[False])) if self._losses_first else verdicts

    @property
    def losses_done(self) -> int:
        """How many of the losses are there, in the order of the rows, before the first that is not."""
        return _first_false(self._has[False])

    @property
    def verdicts_done(self) -> int:
        """How many of the verdicts are there, in the order of the rows, before the first that is not."""
        return _first_false(self._has[True])

    @property
    def sweep(self) -> Sweep | None:
        """All that was found, None before it is finished."""
        if not self.finished:
            return None
        axes = {address: np.asarray(values) for address, values in self.axes.items()}
        return Sweep(axes=axes, codes=self._codes, steps=self._steps, loss=self.loss)

    def begin_only(self, places: Collection[int]) -> None:
        """Begin no other cells than those of the parts at these places."""
        with self._changed:
            left = self._left
            self._left = (one for one in left if one[1] // self._part in places)

    def put(self, place: int, part: Part) -> None:
        """Take a part that was made elsewhere or before."""
        with self._changed:
            at = self._at(place)
            for name, array in self._arrays.items():
                array[at] = part[name]
            for has in self._has.values():
                has[at] = True
            self._changed.notify_all()

    def make_one(self) -> None:
        """Make the next run that nobody else is at: its loss, or once all of these are begun its verdict."""
        with self._changed:
            task = self._next()
            if task is None:
                if self._busy:
                    self._changed.wait(WAIT)
                return
            self._busy += 1
        judged, cell = task
        place, whole = cell // self._part, False
        try:
            self._make(judged, cell)
        except BaseException:
            with self._changed:
                self._again.append(task)
            raise
        else:
            with self._changed:
                self._has[judged][cell] = True
                whole = judged and bool(self._has[True][self._at(place)].all())
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()
        if whole:
            self.tell(place, {name: array[self._at(place)] for name, array in self._arrays.items()})

    @property
    def _arrays(self) -> dict[str, np.ndarray]:
        """The arrays of all cells in one row, over the same memory."""
        arrays: dict[str, np.ndarray] = {"codes": self._codes, "steps": self._steps, "loss": self.loss}
        return {name: array.reshape(-1) for name, array in arrays.items()}

    def _next(self) -> tuple[bool, int] | None:
        """Return what is to be made next: whether it is judged, and the cell; None where nothing is left."""
        if self._again:
            return self._again.pop()
        for judged, cell in self._left:
            if not self._has[judged][cell]:
                return judged, cell
        self._exhausted = True
        return None

    def _make(self, judged: bool, cell: int) -> None:
        at = tuple(map(int, np.unravel_index(cell, self.shape)))
        alone = alone_at(self.at(at), self.run)
        if not judged:
            self.loss[at] = final_loss(alone, 0)
            return
        found = cell_of(alone, 0)
        self._codes[at], self._steps[at], self.loss[at] = found.code, found.step, found.loss

    def _at(self, place: int) -> slice:
        return slice(place * self._part, (place + 1) * self._part)

    def at(self, cell: Sequence[int]) -> Experiment:
        """Return the experiment of a cell. Raises Refusal naming an address and its value."""
        experiment = self._experiment
        for (address, values), place in zip(self.axes.items(), cell, strict=True):
            experiment = _edited(experiment, address, values[place])
        return experiment

    def _check(self) -> None:
        """Raise Refusal for a value that is not allowed: of each axis alone, and of pairs along the table's border."""
        for address, values in self.axes.items():
            for value in values:
                _edited(self._experiment, address, value)
        if len(self.shape) == 2:
            rows, columns = (range(n) for n in self.shape)
            for row in rows:
                for column in columns if row in (0, len(rows) - 1) else {0, len(columns) - 1}:
                    self.at((row, column))


def sweep(experiment: Experiment, axes: Mapping[str, Values], run: int = 0, threads: int | None = None) -> Sweep:
    """Return what the run at this place comes to for all values of one number, or for all pairs of two.

    axes: {address: values}, as experiments.edits.edited takes them: "r1.learning_rate", "r1.parameters.beta", "steps",
    "smoothing", "landscape_parameters.a". What belongs to the run itself may be said without it: "learning_rate",
    "parameters.beta", "schedule_parameters.t0", "wrappers.lookahead.sync_period". Every cell is that very experiment,
    simulated and judged; of two addresses the first is changed first. Raises Refusal naming the address and the value,
    before anything runs. threads: how many make cells side by side, one a core if none are given.
    """
    work = SweepWork(experiment, axes, run, losses_first=False)
    make(work, threads)
    assert work.sweep is not None
    return work.sweep


def address_of(address: str, run: int) -> str:
    """Return an address as experiments.edits knows it, of one said of this run. Raises Refusal for another run's."""
    if not isinstance(address, str):
        raise Refusal(f"sweep: {shown(address)} is not allowed; give an address as text")
    first = address.split(".", maxsplit=1)[0]
    if first in _OF_A_RUN:
        return f"r{run + 1}.{address}"
    if first[:1] == "r" and first[1:].isdigit() and first != f"r{run + 1}":
        raise Refusal(f"{shown(address)} changes another run than r{run + 1}, which is looked at")
    return address


def _first_false(flags: np.ndarray) -> int:
    """Return how many flags (n,) stand before the first that is False."""
    return len(flags) if flags.all() else int(np.argmin(flags))


def _values(address: str, given: Any) -> tuple[Any, ...]:
    values = np.asarray(given).tolist() if isinstance(given, np.ndarray) else given
    fine = isinstance(values, Sequence) and not isinstance(values, str) and len(values) > 0
    if not fine or not all(isinstance(value, bool | int | float | str | np.generic) for value in values):
        raise Refusal(f"{shown(address)}: give a list of numbers, or of names")
    return tuple(value.item() if isinstance(value, np.generic) else value for value in values)


def _edited(experiment: Experiment, address: str, value: Any) -> Experiment:
    """Return the experiment with one value changed. Raises Refusal that names the address and the value."""
    try:
        return edited(experiment, address, value)
    except Refusal as error:
        raise Refusal(f"{address} = {shown(value)}: {error}") from None
