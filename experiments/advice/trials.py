"""Trying changes out: each is simulated and judged before a word is said about it, within a fixed budget."""

from collections.abc import Iterable

from experiments.advice.improvement import Ending, improves
from experiments.setup.experiment import Experiment
from experiments.setup.run import Run
from experiments.simulation.simulate import simulate_run
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.case import Case
from experiments.verdict.judged import verdict_of
from experiments.verdict.outcome import Verdict

MOST = 60  # runs made for one piece of advice, at most
MOST_STEPS = 500_000  # in all of them together
MOST_KINDS = 2  # of run beside the given one: each may have to be compiled first, a tenth of a second or more


def ending_of(experiment: Experiment, trajectory: Trajectory, verdict: Verdict) -> Ending:
    """Return the run with its verdict and the lowest known value of its surface."""
    lowest = Case(experiment, trajectory).critical.lowest
    return Ending(experiment=experiment, trajectory=trajectory, verdict=verdict, lowest=lowest)


class Trials:
    """The changes tried for one run. The budget counts runs, not time, so that the same run gets the same advice."""

    def __init__(self, before: Ending) -> None:
        self.before = before
        self._runs, self._steps = MOST, MOST_STEPS
        self._kinds = {_kind(before.experiment)}
        self._most_kinds = 1 if before.experiment.smoothing else 1 + MOST_KINDS  # means over many nodes compile slowly
        self._endings: dict[Experiment, Ending | None] = {before.experiment: None}

    def ending(self, experiment: Experiment) -> Ending | None:
        """Return how the experiment's one run ends, or None where the budget is spent."""
        if experiment in self._endings:
            return self._endings[experiment]
        kind = _kind(experiment)
        is_new = kind not in self._kinds
        if not self._runs or self._steps < experiment.steps or (is_new and len(self._kinds) >= self._most_kinds):
            return None
        self._kinds.add(kind)
        self._runs -= 1
        self._steps -= experiment.steps
        trajectory = simulate_run(experiment, 0)
        ending = ending_of(experiment, trajectory, verdict_of(experiment, trajectory))
        self._endings[experiment] = ending
        return ending

    def better(self, experiments: Iterable[Experiment | None]) -> list[Ending]:
        """Return the endings of those experiments that end better than the given one, in order; None is passed over."""
        endings = [self.ending(experiment) for experiment in experiments if experiment is not None]
        return [ending for ending in endings if ending is not None and improves(self.before, ending)]

    def first(self, experiments: Iterable[Experiment | None], rank: int = 1) -> Ending | None:
        """Return the first better ending of at least this rank; where there is none, the lowest of the better ones."""
        kept = []
        for experiment in experiments:
            for ending in self.better([experiment]):
                if ending.rank >= max(rank, self.before.rank):
                    return ending
                kept.append(ending)
        return min(kept, key=lambda ending: (-ending.rank, ending.level), default=None)

    def nearest(self, experiments: Iterable[Experiment | None]) -> Ending | None:
        """Return the first better ending of the best rank reached that comes there in the first half of its steps.

        Give the experiments in the order of how much they change. Where none is that quick it is the quickest, where no
        minimum is reached the lowest.
        """
        found = self.better(experiments)
        best = max((ending.rank for ending in found), default=0)
        if not best:
            return min(found, key=lambda ending: ending.level, default=None)
        reached = [ending for ending in found if ending.rank == best]
        quick = (ending for ending in reached if _steps_of(ending) <= ending.trajectory.steps / 2)
        return next(quick, min(reached, key=_steps_of))


def _steps_of(ending: Ending) -> int:
    return ending.trajectory.steps if ending.verdict.step is None else ending.verdict.step


def _kind(experiment: Experiment) -> tuple[object, ...]:
    """Return what another compiled program comes with, but for structural parameters."""
    run: Run = experiment.runs[0]
    modifiers = (
        experiment.noise > 0,
        experiment.batch,
        experiment.smoothing > 0,
        experiment.smoothing_schedule == "constant",
    )
    return run.optimizer, tuple(wrapper.key for wrapper in run.wrappers), modifiers
