"""The band of the sharpness over the members of a run, made only for those who look at it.

Members keep no points, which would take megabytes a run for a curve that is seldom looked at: they are simulated again,
which costs a fraction of judging them.
"""

import threading

import numpy as np

from experiments.objective.objective import objective_of
from experiments.setup.experiment import Experiment
from experiments.simulation.draws import PassingDraws
from experiments.simulation.simulate import simulate_run
from experiments.simulation.trajectory import Trajectory
from experiments.studies.ensemble import kept_steps, members_of, of_each_run, quantiles, varies
from experiments.studies.jobs import Jobs, Progress, work_at

_KEPT = 32  # works: 1.6 MB at most while they are under way, 24 kB afterwards


class _Work:
    """The members of one run, made one after the other; it may be left and taken up again, by any thread."""

    def __init__(self, experiment: Experiment) -> None:
        self.size = experiment.repeats if varies(experiment, experiment.runs[0]) else 0
        self.done = 0
        self.band: np.ndarray | None = None
        self._members = members_of(experiment)[: self.size]
        self._objective = objective_of(experiment)
        self._steps = kept_steps(experiment.steps)
        self._table = np.empty((self.size, len(self._steps)))
        self._draw = PassingDraws()
        self._lock = threading.Lock()

    @property
    def finished(self) -> bool:
        return self.done == self.size

    def make_one(self) -> None:
        """Make the next member, if one is left."""
        with self._lock:
            if self.finished:
                return
            self._table[self.done] = self._along(simulate_run(self._members[self.done], 0, self._draw))
            if self.done + 1 == self.size:
                self.band = quantiles(self._table)
                self._table, self._members, self._draw = np.empty((0, 0)), (), PassingDraws()  # no longer needed
            self.done += 1

    def _along(self, trajectory: Trajectory) -> np.ndarray:
        """Return the sharpness of a member at the steps that are kept, NaN from where it broke on.

        One that stopped early stays where it is.
        """
        at = np.minimum(self._steps, trajectory.steps)
        found = self._objective.sharpness(trajectory.points[at])
        return np.where(at <= trajectory.last_finite, found, np.nan)


_JOBS = Jobs(_Work, begun=_KEPT, kept=_KEPT)


def sharpness_bands(experiment: Experiment) -> tuple[np.ndarray | None, ...]:
    """Return for each run the quantiles of its members' sharpness (3, n), as Ensemble.bands has those of other curves.

    None for a run whose members would all be the same.
    """
    works = _JOBS.at(of_each_run(experiment))
    work_at(works)
    return tuple(work.band for work in works)


def are_ready(experiment: Experiment) -> bool:
    """Return whether all of the experiment's bands are made, so that they come at once."""
    return all(work.finished for work in _JOBS.at(of_each_run(experiment)))


def go_on(experiment: Experiment, seconds: float) -> Progress:
    """Work at the experiment's bands for so long, from where it was left, and return how far they are."""
    return work_at(_JOBS.at(of_each_run(experiment)), seconds)
