"""Numbers of a run that are others in each lane, as those of a sweep are: of experiments alike, or of a whole table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from experiments.setup.experiment import Experiment
from experiments.setup.run import Run
from experiments.simulation.plans import plan_of
from optimizers import SCHEDULES


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


def settings_of(experiments: Sequence[Experiment], place: int = 0) -> Settings | None:
    """Return how the runs at this place differ from the first experiment's; None where anything but numbers does.

    As the learning rate, or a parameter of optimizer, wrapper or schedule: each is then a lane of the first one.
    """
    first = experiments[0]
    if first.has_many_weights or not all(_is_alike(first, one, place) for one in experiments[1:]):
        return None
    numbers = np.stack([plan_of(one, one.runs[place]).numbers(one, one.runs[place]) for one in experiments])
    columns = _columns(numbers)
    runs = [one.runs[place] for one in experiments]
    rates = None if len({_rated(run) for run in runs}) == 1 else _rates(runs, first.steps)
    return Settings(columns=columns, numbers=numbers[:, list(columns)], rates=rates)


class SettingsTable:
    """The settings of all cells of a table whose rows change some numbers of a run, and whose columns change others."""

    def __init__(self, rows: Sequence[Run], columns: Sequence[Run], of: tuple[Settings, Settings], steps: int) -> None:
        self._runs, self._of, self._steps = (rows, columns), of, steps
        self.columns = (*of[0].columns, *of[1].columns)

    def settings(self, cells: np.ndarray) -> Settings:
        """Return those of cells (n, 2), which are rows and columns."""
        down, across = (of.at(places) for of, places in zip(self._of, cells.T, strict=True))
        rates = down.rates if across.rates is None else across.rates
        if down.rates is not None and across.rates is not None:
            rates = _rates([self._both(*cell) for cell in cells.tolist()], self._steps)
        return Settings(columns=self.columns, numbers=np.hstack([down.numbers, across.numbers]), rates=rates)

    def _both(self, row: int, column: int) -> "_Rated":
        """Return a run with the rate and the schedule that a row and a column say."""
        first, down, across = self._runs[0][0], self._runs[0][row], self._runs[1][column]
        rate = across.learning_rate if across.learning_rate != first.learning_rate else down.learning_rate
        before, after = first.schedule_parameters, across.schedule_parameters
        changed = {key: value for key, value in after.items() if before[key] != value}
        return _Rated(down.schedule, rate, {**down.schedule_parameters, **changed})


@dataclass(frozen=True)
class _Rated:
    """Of a run what its rates depend on."""

    schedule: str
    learning_rate: float
    schedule_parameters: Mapping[str, Any]


def settings_table(
    at: Callable[[tuple[int, int]], Experiment], shape: tuple[int, int], place: int = 0
) -> SettingsTable | None:
    """Return the settings of a table, at((row, column)) being a cell's experiment, without making one of each cell.

    Made are those of the first row and the first column, and some others, which must be what these say of them. None
    where they are not, or where more than numbers of the run changes: each cell is then an experiment of its own.
    """
    rows, columns = [at((i, 0)) for i in range(shape[0])], [at((0, j)) for j in range(shape[1])]
    of = settings_of(rows, place), settings_of(columns, place)
    if of[0] is None or of[1] is None or set(of[0].columns) & set(of[1].columns):
        return None
    runs = [one.runs[place] for one in rows], [one.runs[place] for one in columns]
    if len({run.schedule for run in (*runs[0], *runs[1])}) > 1:
        return None
    table = SettingsTable(*runs, (of[0], of[1]), rows[0].steps)
    some = {(shape[0] - 1, shape[1] - 1), (shape[0] // 2, shape[1] // 3), (shape[0] // 3, shape[1] // 2)}
    cells = np.array(sorted(some))
    made = settings_of([rows[0], *(at((i, j)) for i, j in cells.tolist())], place)
    return table if made is not None and _says(table, rows[0], place, cells, made) else None


def _says(table: SettingsTable, first: Experiment, place: int, cells: np.ndarray, made: Settings) -> bool:
    """Tell whether a table says of cells what was made of them; made: the first one's settings, and then theirs."""
    told, run = table.settings(cells), first.runs[place]
    whole = np.tile(plan_of(first, run).numbers(first, run), (2, len(cells), 1))
    whole[0][:, list(told.columns)] = told.numbers
    whole[1][:, list(made.columns)] = made.numbers[1:]
    own = _rates([run], first.steps)
    rates = [own if given is None else given for given in (told.rates, None if made.rates is None else made.rates[1:])]
    wide = [np.broadcast_to(row, (len(cells), first.steps)) for row in rates]
    return np.array_equal(whole[0], whole[1]) and np.array_equal(wide[0], wide[1])


def _is_alike(first: Experiment, other: Experiment, place: int) -> bool:
    """Tell whether two experiments have the same run at this place but for its numbers, and all else in common."""
    if any(getattr(first, field.name) != getattr(other, field.name) for field in fields(first) if field.name != "runs"):
        return False
    return plan_of(first, first.runs[place]).structure == plan_of(other, other.runs[place]).structure


def _columns(numbers: np.ndarray) -> tuple[int, ...]:
    return tuple(np.flatnonzero((numbers != numbers[0]).any(axis=0)).tolist())


def _rated(run: Run | _Rated) -> tuple[Any, ...]:
    return run.schedule, run.learning_rate, tuple(sorted(run.schedule_parameters.items()))


def _rates(runs: Sequence[Run | _Rated], steps: int) -> np.ndarray:
    """Return the rates of runs (n, T), or (n, 1) where each has one at all steps."""
    times = np.arange(steps, dtype=np.float64)
    found = np.empty((len(runs), steps))
    for row, run in zip(found, runs, strict=True):
        row[:] = SCHEDULES[run.schedule].rates(run.learning_rate, times, steps, **run.schedule_parameters)
    return found[:, :1] if (found == found[:, :1]).all() else found
