"""Patches of a map of basins: a rectangle of cells, each a run of its own, decided in batches where that is certain."""

import threading

import numpy as np

from experiments.setup.alone import alone_at
from experiments.setup.experiment import Experiment
from experiments.simulation.simulate import simulate_starts
from experiments.simulation.trajectory import Trajectory
from experiments.studies.maps.cells import check_run
from experiments.studies.maps.implied import Decided, Implied, can_be_implied
from experiments.studies.maps.lattice import Patch
from experiments.studies.maps.minima import Minima
from experiments.studies.maps.pieces import PieceWork, Prepared, Told
from experiments.verdict.judged import verdict_of
from parameter import Refusal


class Ground(Prepared):
    """What all patches of a map have in common: one run of an experiment, and what is known of its surface."""

    def __init__(self, experiment: Experiment, run: int = 0) -> None:
        check_run(experiment, run)
        if experiment.has_many_weights:
            raise Refusal("basins: a model with many weights has no window of starts; choose a surface of two")
        self.experiment = alone_at(experiment, run)
        self.minima = Minima(self.experiment)
        self._implied: Implied | None = None
        self._lock = threading.Lock()
        self.in_batches = can_be_implied(self.experiment)

    @property
    def implied(self) -> Implied | None:
        """The test that decides in batches; None where there can be none."""
        if not self.in_batches:
            return None
        with self._lock:
            if self._implied is None:
                self._implied = Implied(self.experiment)
            return self._implied

    def _compile(self, implied: Implied) -> None:
        implied.prepare()


class PatchWork(PieceWork):
    """A patch of starts in the making.

    singly: all cells are run singly, which compiles nothing and comes to the same: for a few that are wanted at once.
    """

    def __init__(self, ground: Ground, patch: Patch, singly: bool = False) -> None:
        self.patch, self._ground = patch, ground
        in_batches = ground.in_batches and not singly
        rim = int(in_batches)
        self._starts = patch.points(rim)
        shape = self._starts.shape[:2]
        rows, columns = (np.arange(rim, side - rim) for side in shape)
        super().__init__(ground, ground.minima.fresh(), rows, columns, np.full(shape, in_batches))

    def _decided(self, implied: Implied, cells: np.ndarray) -> Decided:
        return implied.decide(self._starts[tuple(cells.T)])

    def _run(self, cells: np.ndarray) -> list[Trajectory | None]:
        return [*simulate_starts(self._ground.experiment, 0, self._starts[tuple(cells.T)])]

    def _judged(self, cell: tuple[int, int], run: Trajectory) -> Told:
        x, y = self._starts[cell].tolist()
        verdict = verdict_of(self._ground.experiment.replace(start=(x, y)), run)
        return self._told(verdict, self._minima.index(verdict))
