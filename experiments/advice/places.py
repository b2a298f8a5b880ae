"""Where it begins: a nudge off a saddle, a start in another basin."""

from collections.abc import Iterator

import numpy as np

from experiments.advice.changes import changed
from experiments.advice.problem import Problem
from experiments.advice.suggestion import Suggestion
from experiments.advice.words import flat, goal, place, stuck
from experiments.objective.frame import frame_of
from experiments.setup.experiment import Experiment, landscape_of
from experiments.verdict.outcome import Outcome
from numerals import number

_NUDGES = (0.005, 0.02, 0.05)  # of the view's diagonal
_ON_THE_WAY = (0.3, 0.5, 0.7, 0.85)  # shares of the way to a minimum
_SPREAD = 3  # points a side of a coarse grid over the view
_TRIED = 14
_APART = 0.01  # of the diagonal, from the given start
_BESIDE = 0.025  # from a global minimum: a start that near would be the answer, not a start


def nudge(problem: Problem) -> Suggestion | None:
    """It came to a saddle or a maximum exactly along a direction in which the surface does not fall away."""
    escape = _escape(problem)
    if escape is None:
        return None
    way, curvature = escape
    found = problem.trials.first(nudged(problem, problem.experiment))
    if found is None:
        return None
    moved = number(float(np.hypot(*np.subtract(found.experiment.start, problem.experiment.start))))
    bends = f"the surface curves down ({number(curvature)})" if curvature < 0 else "the surface does not hold it"
    text = f"It stands where the slope is 0, but along {place(way)} {bends}: a start moved by {moved} rolls off."
    return Suggestion(text=text, label="Nudge the start", ending=found)


def nudged(problem: Problem, experiment: Experiment | None) -> Iterator[Experiment]:
    """Return the experiment with its start moved a little, along the way on which the surface falls off most."""
    escape, start = _escape(problem), np.asarray(problem.experiment.start)
    if escape is None or experiment is None:
        return iter(())
    lengths = [sign * share * problem.judged.size for share in _NUDGES for sign in (1, -1)]
    return _from(experiment, [start + length * escape[0] for length in lengths])


def _escape(problem: Problem) -> tuple[np.ndarray, float] | None:
    """Return the Hessian's eigenvector of the smallest eigenvalue, and that, at the point where the run stands."""
    if problem.verdict.minimum is None:
        return None
    objective = problem.judged.objective
    _, _, hessians = objective.derivatives(np.asarray(problem.verdict.minimum)[None])
    if not np.isfinite(hessians).all():
        return None
    curvatures, axes = np.linalg.eigh(hessians[0])
    way = axes[:, 0]
    return way * (1 if way[np.argmax(np.abs(way))] >= 0 else -1), float(curvatures[0])


def other_start(problem: Problem) -> Suggestion | None:
    """Where it begins decides where it ends: another start ends better."""
    if "projected_steps" in problem.verdict.evidence:
        return None  # it leads to a minimum, as the verdict says
    tried = _from(problem.experiment, _starts(problem))
    found = problem.trials.first((start for start in tried if not _is_answer(problem, start)), 2)
    if found is None:
        return None
    spot = place(found.experiment.start)
    text = f"{_why(problem)} {spot} leads to {goal(problem.before, found)}."
    return Suggestion(text=text, label=f"Start at {spot}", ending=found)


def _is_answer(problem: Problem, changed: Experiment) -> bool:
    """Tell whether the changed start is a global minimum that no list names: that would be the answer, not a start."""
    ending = problem.trials.ending(changed)
    if ending is None or ending.verdict.minimum is None:
        return False
    way = float(np.hypot(*np.subtract(changed.start, ending.verdict.minimum)))
    return ending.rank > 1 and way <= _BESIDE * problem.judged.size


def _why(problem: Problem) -> str:
    outcome = problem.verdict.outcome
    if outcome is Outcome.LOCAL_MINIMUM:
        return f"{stuck(problem.verdict)} a start at"
    if outcome is Outcome.PLATEAU:
        return f"{flat(problem.verdict)} a start at"
    return "This start does not lead to a minimum: one at"


def _starts(problem: Problem) -> list[np.ndarray]:
    """Return other starts, the nearest to the given one first."""
    start, landscape = np.asarray(problem.experiment.start), landscape_of(problem.experiment)
    frame = frame_of(problem.experiment, landscape)
    starts = [frame.out(np.asarray(point)) for point in landscape.starts]
    critical, size = problem.judged.critical, problem.judged.size
    nearest = critical.nearest_minimum(start, only_global=True) or critical.nearest_minimum(start)
    if nearest is not None:
        goal = np.asarray(nearest.point)
        starts += [start + share * (goal - start) for share in _ON_THE_WAY]
    (x0, x1), (y0, y1) = problem.judged.home
    shares = (np.arange(_SPREAD) + 0.5) / _SPREAD
    starts += [np.array([x0 + a * (x1 - x0), y0 + b * (y1 - y0)]) for a in shares for b in shares]
    apart = [
        spot
        for spot in starts
        if np.hypot(*(spot - start)) > _APART * size
        and (np.hypot(*(critical.global_minima - spot).T) > _BESIDE * size).all()
    ]
    return sorted(apart, key=lambda spot: float(np.hypot(*(spot - start))))[:_TRIED]


def _from(experiment: Experiment, starts: list[np.ndarray]) -> Iterator[Experiment]:
    """Return the experiment from each of these starts, without those that it may not have."""
    for x, y in starts:
        moved = changed(experiment, start=(float(f"{x:.3g}"), float(f"{y:.3g}")))
        if moved is not None:
            yield moved
