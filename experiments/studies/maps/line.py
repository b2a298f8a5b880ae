"""The line of one number: how every run of an experiment ends over it, its best value, and how wide its good range is.

First the final losses of all runs, then their verdicts: these take most of the time.
"""

import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from experiments.setup.atlas import Axis
from experiments.setup.experiment import Experiment
from experiments.simulation.simulate import simulate_run
from experiments.studies.jobs import Jobs, Progress, work_at
from experiments.studies.maps.canonical import of_sweep
from experiments.studies.maps.cells import CODES, LOST, NEVER, final_loss, step_of
from experiments.studies.maps.lattice import line_of_axis
from experiments.studies.maps.minima import Minima
from experiments.studies.maps.numbers import moves_surface, numbers_of
from experiments.studies.maps.settable import with_number
from experiments.verdict.judged import verdict_of
from experiments.verdict.outcome import Outcome
from parameter import Refusal

VALUES = 256
UNKNOWN = -1  # the code of what was not judged, or may not be
_ARRIVED = np.array([outcome.at_minimum or outcome is Outcome.NOISE_FLOOR for outcome in CODES])
_SAME = 1e-6  # of how far the best loss is below the worst: losses as near as that are of one minimum of many weights


@dataclass(frozen=True, kw_only=True, eq=False)
class RunLine:
    """How one run ends at each value, arrays (k,).

    place: the run's. has: whether it has the number. losses: the final ones, NaN where lost or not allowed. allowed:
    whether a value is, as far as it was tried. codes: the outcomes' places in Outcome, UNKNOWN where not judged (yet).
    steps: the verdicts', -1 for none. minima: which minimum is reached, -1 for none that is known by its number.
    moves: whether the number changes the surface. judged: whether all verdicts are there.
    """

    place: int
    has: bool
    losses: np.ndarray
    allowed: np.ndarray
    codes: np.ndarray
    steps: np.ndarray
    minima: np.ndarray
    moves: bool
    judged: bool

    @property
    def best(self) -> int | None:
        """The index of the best value, None where there is none, or not all is judged.

        It is the one with the lowest final loss among those that are not lost. Where that run is at a minimum, losses
        differ from others at the same one by what hardly matters: the best of these is the one with the fewest steps,
        and of equally many the one with the lowest loss.
        """
        may = self.allowed & np.isfinite(self.losses) & (self.codes != UNKNOWN)
        may &= ~LOST[self.codes]
        if not self.judged or not may.any():
            return None
        lowest = int(np.argmin(np.where(may, self.losses, np.inf)))
        equals = may & self._like(lowest) & (self.steps != NEVER)
        if not equals.any():
            return lowest
        at = np.flatnonzero(equals)
        return int(at[np.lexsort((self.losses[at], self.steps[at]))[0]])

    @property
    def good(self) -> tuple[int, int] | None:
        """The first and the last index around the best value at which the run ends at the same minimum; None for none.

        Hovering around it where noise allows no more is ending there, too.
        """
        best = self.best
        if best is None or not _ARRIVED[self.codes[best]]:
            return None
        others = np.flatnonzero(~self._like(best))
        before, after = others[others < best], others[others > best]
        first = int(before[-1]) + 1 if before.size else 0
        return first, int(after[0]) - 1 if after.size else len(self.codes) - 1

    def _like(self, place: int) -> np.ndarray:
        """Return which values lead to the minimum that this one leads to, (k,).

        Minima are told by their numbers; where they have none (on level ground, of many weights) by outcome and loss,
        and where each value has a surface of its own by the outcome alone.
        """
        there: np.ndarray = (self.codes != UNKNOWN) & _ARRIVED[self.codes]
        if self.moves:
            there &= self.codes == self.codes[place]
            return there
        if self.minima[place] >= 0:
            there &= self.minima == self.minima[place]
            return there
        finite = self.losses[np.isfinite(self.losses) & there]
        room = _SAME * float(np.ptp(finite)) if finite.size else 0.0
        near = np.abs(self.losses - self.losses[place]) <= max(room, _SAME * abs(float(self.losses[place])))
        there &= (self.codes == self.codes[place]) & near
        return there


@dataclass(frozen=True, kw_only=True, eq=False)
class LineOf:
    """All runs of an experiment over one number: its values (k,), the runs, and how far the work is."""

    values: np.ndarray
    runs: tuple[RunLine, ...]
    progress: Progress


def line_of(experiment: Experiment, axis: Axis, seconds: float = np.inf, least: int = 0) -> LineOf:
    """Work at the line of a number for so many seconds; return it as far as it is made.

    It is kept, run by run: which value stands there now, other runs, names and colours change nothing of it.
    """
    values = values_of(axis)
    has = next((number.places for number in numbers_of(experiment) if number.address == axis.address), ())
    asked = {place: _Asked(of_sweep(experiment, place, (axis,)), axis) for place in has}
    losses, verdicts = _LOSSES.at(asked.values()), _VERDICTS.at(asked.values())
    progress = work_at([*losses, *verdicts], seconds, least)
    works = dict(zip(asked, zip(losses, verdicts, strict=True), strict=True))
    runs = tuple(
        _told(place, *works[place]) if place in works else _lacking(place, len(values))
        for place in range(len(experiment.runs))
    )
    return LineOf(values=values, runs=runs, progress=progress)


def values_of(axis: Axis) -> np.ndarray:
    """Return the values of a line, both ends among them; whole ones each once."""
    found = line_of_axis(axis, VALUES - 1).values(0, VALUES)
    return np.unique(found) if axis.scale == "whole" else found


@dataclass(frozen=True)
class _Asked:
    """What a run's line depends on: the run alone, at the lowest of the values, and the axis."""

    alone: Experiment
    axis: Axis


class _Values(ABC):
    """What is made of one run, value after value."""

    def __init__(self, asked: _Asked) -> None:
        self._asked, self._lock = asked, threading.Lock()
        self._values = values_of(asked.axis)
        self.done = 0

    @property
    def size(self) -> int:
        return len(self._values)

    @property
    def finished(self) -> bool:
        return self.done == self.size

    def make_one(self) -> None:
        """Make what is told of the next value."""
        with self._lock:
            if not self.finished:
                self._put(self.done, _at(self._asked, self._values[self.done]))
                self.done += 1

    @abstractmethod
    def _put(self, place: int, there: Experiment | None) -> None:
        """Put what is told of the value at this place; there is no experiment where it may not be."""


class _Losses(_Values):
    """The final losses of one run, value after value."""

    def __init__(self, asked: _Asked) -> None:
        super().__init__(asked)
        self.losses = np.full(self.size, np.nan)
        self.allowed = np.ones(self.size, dtype=bool)

    def _put(self, place: int, there: Experiment | None) -> None:
        self.allowed[place] = there is not None
        if there is not None:
            self.losses[place] = final_loss(there, 0)


class _Verdicts(_Values):
    """The verdicts on one run, value after value."""

    def __init__(self, asked: _Asked) -> None:
        super().__init__(asked)
        self._minima = Minima(asked.alone)
        self.moves = moves_surface(asked.axis.address)
        self.codes = np.full(self.size, UNKNOWN)
        self.steps = np.full(self.size, NEVER)
        self.minima = np.full(self.size, -1)

    def _put(self, place: int, there: Experiment | None) -> None:
        if there is None:
            return
        verdict = verdict_of(there, simulate_run(there, 0))
        self.codes[place], self.steps[place] = CODES[verdict.outcome], step_of(verdict)
        self.minima[place] = -1 if self.moves else self._minima.index(verdict)


def _at(asked: _Asked, value: float) -> Experiment | None:
    """Return the run's experiment at a value, None where it may not be."""
    try:
        return with_number(asked.alone, asked.axis.address, float(value))
    except Refusal:
        return None


def _told(place: int, losses: _Losses, verdicts: _Verdicts) -> RunLine:
    return RunLine(
        place=place,
        has=True,
        losses=losses.losses.copy(),
        allowed=losses.allowed & (np.arange(losses.size) < losses.done),
        codes=verdicts.codes.copy(),
        steps=verdicts.steps.copy(),
        minima=verdicts.minima.copy(),
        moves=verdicts.moves,
        judged=verdicts.finished,
    )


def _lacking(place: int, count: int) -> RunLine:
    nothing = np.full(count, -1)
    return RunLine(
        place=place,
        has=False,
        losses=np.full(count, np.nan),
        allowed=np.zeros(count, dtype=bool),
        codes=nothing,
        steps=nothing,
        minima=nothing,
        moves=False,
        judged=True,
    )


_LOSSES: Jobs[_Asked, _Losses] = Jobs(_Losses, begun=48, kept=192)
_VERDICTS: Jobs[_Asked, _Verdicts] = Jobs(_Verdicts, begun=48, kept=192)
