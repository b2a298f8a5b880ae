"""The same run many times, with other seeds and from starts around the start: bands, ends, how often it succeeds."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np

from experiments.critical.points import critical_points, critical_points_at
from experiments.objective.frame import frame_of
from experiments.setup import limits
from experiments.setup.alone import alone_at
from experiments.setup.experiment import Experiment, landscape_of
from experiments.setup.run import Run
from experiments.simulation.draws import PassingDraws
from experiments.simulation.simulate import simulate_run
from experiments.simulation.trajectory import Trajectory
from experiments.studies.jobs import Jobs, Progress, work_at
from experiments.studies.proportion import Proportion
from experiments.verdict.judged import verdict_of
from experiments.verdict.outcome import Outcome, Verdict
from optimizers import OPTIMIZERS

QUANTILES = (0.1, 0.5, 0.9)
COLUMNS = 1_000  # steps at which the quantiles are taken: every one of a run that is no longer
_BEGUN, _KEPT = 8, 64  # works that were left before their end (10 MB at most, and draws), and finished ones (0.4 MB)
_SETTLED = (Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM, Outcome.NOISE_FLOOR)


@dataclass(frozen=True, kw_only=True, eq=False)
class Ensemble:
    """What came of the K members of one run; K is 1 where nothing could differ between them.

    steps: (n,), those that the bands are of: every step up to 1,000 of them. bands: the 10 %, 50 % and 90 % quantiles
    over the members (3, n) of the curves loss, gap, gradient, distance, and of step and rate, which have none at the
    last step; the sharpness has its own, in ensemble_sharpness.py. A number that is not finite counts as infinite, so
    that the quantiles of the others stay true. A curve that the surface does not have (no minimum is known) is left
    out. ends: (K, 2), the last points, NaN where a member ended in no finite number. verdicts: (K,). at_global: (K,),
    whether it settled at a global minimum, or hovers around one where gradient noise keeps it from settling.
    """

    steps: np.ndarray
    bands: Mapping[str, np.ndarray]
    ends: np.ndarray
    verdicts: tuple[Verdict, ...]
    at_global: np.ndarray

    @property
    def members(self) -> int:
        """K."""
        return len(self.verdicts)

    @property
    def broken(self) -> int:
        """How many members ended in no finite number."""
        return int(np.isnan(self.ends).any(1).sum())

    @property
    def hovering(self) -> int:
        """How many of those at a global minimum only hover around it."""
        ends = zip(self.verdicts, self.at_global, strict=True)
        return sum(bool(at) and verdict.outcome is Outcome.NOISE_FLOOR for verdict, at in ends)

    @cached_property
    def global_minimum(self) -> Proportion:
        """The share of members at a global minimum."""
        return Proportion(count=int(self.at_global.sum()), of=self.members)

    @cached_property
    def any_minimum(self) -> Proportion:
        """The share of members at a minimum, global or not."""
        return Proportion(count=sum(v.outcome in _SETTLED for v in self.verdicts), of=self.members)

    @cached_property
    def median_steps(self) -> float | None:
        """The median of the steps that those at a global minimum took to get there for good; None without any."""
        taken = [v.step for v, at in zip(self.verdicts, self.at_global, strict=True) if at and v.step is not None]
        return float(np.median(taken)) if taken else None


def varies(experiment: Experiment, run: Run) -> bool:
    """Return whether the members of a run can differ: by their starts, or by the random numbers they draw."""
    return experiment.spread > 0 or experiment.is_noisy or bool(OPTIMIZERS[run.optimizer].draws)


def members_of(experiment: Experiment) -> tuple[Experiment, ...]:
    """Return the experiment's members, each an experiment of its own; the first is the experiment itself, made once.

    Member k has its own seed, and its start is drawn evenly from the disc of radius spread around the start. Both come
    from (seed, k) alone: asking for more members changes none of those before.
    """
    alone = experiment.replace(repeats=1, spread=0.0)
    seeds = seeds_of_members(experiment.seed)
    share, turn = np.random.default_rng([experiment.seed, *b"starts"]).random((2, len(seeds)))
    radius, angle = experiment.spread * np.sqrt(share), 2 * np.pi * turn
    starts = np.asarray(experiment.start) + np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    rest = [
        alone.replace(seed=seed, start=tuple(start))
        for seed, start in zip(seeds[1 : experiment.repeats], starts[1:].tolist(), strict=False)
    ]
    return (alone, *rest)


def seeds_of_members(seed: int) -> list[int]:
    """Return the seeds of as many members as there can be; the first is the experiment's own."""
    size = limits.MOST_REPEATS  # always as many are drawn
    drawn = np.random.default_rng([seed, *b"members"]).integers(limits.MAX_SEED + 1, size=size)
    return [seed, *drawn[1:].tolist()]


def of_each_run(experiment: Experiment) -> list[Experiment]:
    """Return what the members of each run depend on: an experiment with that run alone."""
    return [alone_at(experiment, place, keep=("repeats", "spread")) for place in range(len(experiment.runs))]


def kept_steps(steps: int) -> np.ndarray:
    """Return the steps (n,) of a run of so many at which its members are compared."""
    return np.unique(np.linspace(0, steps, min(steps, COLUMNS) + 1).round().astype(int))


def ensembles_of(experiment: Experiment) -> tuple[Ensemble, ...]:
    """Return the ensemble of every run, in order; those that are there already come from memory."""
    works = _JOBS.at(of_each_run(experiment))
    work_at(works)
    return tuple([work.ensemble for work in works if work.ensemble is not None])


def are_ready(experiment: Experiment) -> bool:
    """Return whether all of the experiment's ensembles are made, so that they come at once."""
    return _JOBS.are_ready(of_each_run(experiment))


def go_on(experiment: Experiment, seconds: float) -> Progress:
    """Work at the experiment's ensembles for so long, from where it was left, and return how far they are."""
    return work_at(_JOBS.at(of_each_run(experiment)), seconds)


def quantiles(table: np.ndarray, levels: Sequence[float] = QUANTILES) -> np.ndarray:
    """Return quantiles over the rows of a table (K, n) as (len(levels), n), linear between the members as in NumPy.

    What is not finite counts as infinite: a quantile that rests on it is infinite too, and never NaN.
    """
    rows = np.sort(np.where(np.isfinite(table), table, inf), axis=0)
    found = []
    for level in levels:
        place = level * (len(rows) - 1)
        low = int(place)
        part = place - low
        if part == 0:
            found.append(rows[low])
            continue
        with np.errstate(invalid="ignore"):
            mixed = rows[low] + part * (rows[low + 1] - rows[low])
        found.append(np.where(np.isfinite(rows[low + 1]), mixed, inf))
    return np.array(found)


class _Work:
    """The members of one run, made one after the other; it may be left and taken up again, by any thread."""

    def __init__(self, experiment: Experiment) -> None:
        self.size = experiment.repeats if varies(experiment, experiment.runs[0]) else 1
        self.done = 0
        self.ensemble: Ensemble | None = None
        self._members = members_of(experiment)[: self.size]
        self._draw = PassingDraws()
        self._lock = threading.Lock()
        self._critical = critical_points(experiment)
        landscape = landscape_of(experiment)
        home = frame_of(experiment, landscape).box(landscape.view)  # where a run is judged
        known = critical_points_at(experiment, home)
        self._lowest = known.lowest
        self._global = {p.point for p in known.all_minima if p.is_global}
        self._steps = kept_steps(experiment.steps)
        self._table: dict[str, np.ndarray] = {}
        self._ends = np.full((self.size, 2), np.nan)
        self._verdicts: list[Verdict] = []

    @property
    def finished(self) -> bool:
        return self.ensemble is not None

    def make_one(self) -> None:
        """Make the next member, if one is left."""
        with self._lock:
            if self.finished:
                return
            member = self._members[self.done]
            trajectory = simulate_run(member, 0, self._draw)
            self._verdicts.append(verdict_of(member, trajectory))  # with advice it would keep the run
            if trajectory.last_finite == trajectory.steps:
                self._ends[self.done] = trajectory.points[-1]
            for key, values in self._curves(trajectory).items():
                if key not in self._table:
                    self._table[key] = np.empty((self.size, len(values)))
                self._table[key][self.done] = values
            self.done += 1
            if self.done == self.size:
                self.ensemble = self._summary()
                self._table, self._members, self._draw = {}, (), PassingDraws()  # what is no longer needed is let go

    def _curves(self, trajectory: Trajectory) -> dict[str, np.ndarray]:
        """Return each curve of a member at the steps that are kept; one that stopped early stays where it is.

        From where a member broke on nothing it says is a number: what comes back later is not its run.
        """
        at, moves = np.minimum(self._steps, trajectory.steps), self._steps[:-1]
        made, whole = moves < trajectory.steps, at <= trajectory.last_finite
        lengths, rates = np.zeros(len(moves)), np.zeros(len(moves))
        rates[made] = trajectory.learning_rates[moves[made]]
        with np.errstate(all="ignore"):
            lengths[made] = np.hypot(*trajectory.updates[moves[made]].T)
            lengths[made & (moves > trajectory.last_finite)] = np.nan
            losses = np.where(whole, trajectory.losses[at], np.nan)
            curves = {
                "loss": losses,
                "gradient": np.where(whole, np.hypot(*trajectory.gradients[at].T), np.nan),
                "step": lengths,
                "rate": rates,
            }
            if self._lowest is not None:
                curves["gap"] = np.maximum(losses - self._lowest, 0.0)  # NaN stays NaN
        if self._critical.has_minima:
            distances = self._critical.distances(np.where(whole[:, None], trajectory.points[at], np.nan))
            curves["distance"] = np.where(np.isnan(distances), inf, distances)
        return curves

    def _summary(self) -> Ensemble:
        return Ensemble(
            steps=self._steps,
            bands={key: quantiles(table) for key, table in self._table.items()},
            ends=self._ends,
            verdicts=tuple(self._verdicts),
            at_global=np.array([self._is_at_global(verdict) for verdict in self._verdicts]),
        )

    def _is_at_global(self, verdict: Verdict) -> bool:
        if verdict.outcome is Outcome.NOISE_FLOOR:
            return verdict.minimum in self._global
        return verdict.outcome is Outcome.GLOBAL_MINIMUM


_JOBS = Jobs(_Work, begun=_BEGUN, kept=_KEPT)
