"""Tables of one run's numbers in the making: each cell is what the run comes to with its two values."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from experiments.setup.alone import alone_at
from experiments.setup.experiment import Experiment
from experiments.simulation.simulate import simulate_numbers, simulate_run
from experiments.simulation.trajectory import Trajectory
from experiments.studies.maps.cells import check_run
from experiments.studies.maps.implied import Decided, Implied, can_be_implied
from experiments.studies.maps.minima import Minima
from experiments.studies.maps.numbers import is_of_a_run, moves_surface
from experiments.studies.maps.patches import Ground
from experiments.studies.maps.pieces import PieceWork, Prepared, Told
from experiments.studies.maps.settable import Change, Table, with_number
from experiments.verdict.judged import verdict_of
from optimizers import OPTIMIZERS


class TableGround(Prepared):
    """What all patches of a table have in common: one run of an experiment, two numbers, and what of its surface.

    Where both are numbers of the run itself, cells are decided in batches, as starts are. addresses: of the number
    along the columns, and of that along the rows, "" for none. ends: values of both. change: as a Table has it.
    """

    def __init__(
        self,
        experiment: Experiment,
        run: int,
        addresses: tuple[str, str],
        ends: tuple[Sequence[Any], Sequence[Any]],
        change: Change = with_number,
    ) -> None:
        check_run(experiment, run)
        self.experiment, self.addresses = alone_at(experiment, run), addresses
        self.minima = Minima(self.experiment)
        self._ends, self._change = ends, change
        given = [address for address in addresses if address]
        self.moves_surface = [moves_surface(address) for address in given]
        own = all(map(is_of_a_run, given)) and not self.experiment.has_many_weights
        self._of_starts = Ground(self.experiment) if own and can_be_implied(self.experiment) else None

    @property
    def implied(self) -> Implied | None:
        """The test that decides in batches; None where there can be none."""
        return None if self._of_starts is None else self._of_starts.implied

    def table(self, xs: Sequence[Any], ys: Sequence[Any]) -> Table:
        """Return the experiments at values of both numbers."""
        return Table(self.experiment, self.addresses, xs, ys, self._change)

    def _compile(self, implied: Implied) -> None:
        table = self.table(*self._ends)
        settings, cells = table.settings(), np.argwhere(table.allowed)
        if settings is not None:
            implied.prepare(settings.of(cells[:1]))


class TableWork(PieceWork):
    """Cells of such a table in the making. A minimum is told where all of them have the same surface.

    rows, columns, code: as a PieceWork has them.
    """

    def __init__(
        self,
        ground: TableGround,
        table: Table,
        rows: np.ndarray,
        columns: np.ndarray,
        *,
        in_batches: bool,
        code: int = 0,
    ) -> None:
        self._ground, self._table = ground, table
        self._settings = table.settings() if in_batches else None
        self._is_searched = OPTIMIZERS[ground.experiment.runs[0].optimizer].searched is not None  # pairs may not be
        batch = table.allowed if self._settings is not None else np.zeros_like(table.allowed)
        super().__init__(ground, ground.minima.fresh(), rows, columns, batch, code)

    def _decided(self, implied: Implied, cells: np.ndarray) -> Decided:
        assert self._settings is not None
        starts = np.tile(np.asarray(self._ground.experiment.start), (len(cells), 1))
        return implied.decide(starts, self._settings.of(cells))

    def _run(self, cells: np.ndarray) -> list[Trajectory | None]:
        if self._settings is not None and not self._is_searched:
            may = self._table.allowed[tuple(cells.T)]
            settings, found = self._settings.of(cells[may]), np.full(len(cells), None, dtype=object)
            runs = simulate_numbers(self._ground.experiment, 0, settings.columns, settings.numbers, settings.rates)
            for place, run in zip(np.flatnonzero(may).tolist(), runs, strict=True):
                found[place] = run
            return found.tolist()
        there = [self._table.at(row, column) for row, column in cells.tolist()]
        return [None if one is None else simulate_run(one, 0) for one in there]

    def _judged(self, cell: tuple[int, int], run: Trajectory) -> Told:
        there = self._table.at(*cell)
        assert there is not None
        verdict = verdict_of(there, run)
        return self._told(verdict, -1 if any(self._ground.moves_surface) else self._minima.index(verdict))

    def _in_order(self, cells: np.ndarray) -> np.ndarray:
        """Return cells row by row; or column by column, where each has a surface of its own."""
        return cells[np.argsort(cells[:, 1], kind="stable")] if self._ground.moves_surface[0] else cells
