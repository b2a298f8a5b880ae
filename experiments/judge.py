"""Trajectory -> verdict: judged from gradient, step, the Hessian's eigenvalues and the critical points."""

from dataclasses import replace
from functools import partial

import numpy as np

from experiments.case import ROUNDING, Case, from_then_on
from experiments.convergence import projection
from experiments.departures import broken, outside
from experiments.experiment import Experiment
from experiments.hovering import hovering
from experiments.rest import settled, stuck
from experiments.restless import restless
from experiments.spoken import short
from experiments.trajectory import Trajectory
from experiments.verdict import Advice, Outcome, Verdict


def judge(experiment: Experiment, trajectory: Trajectory) -> Verdict:
    """Return what became of this run, with the numbers that show it; advice is worked out when it is looked at."""
    return replace(verdict_of(experiment, trajectory), advisor=partial(_advice, experiment, trajectory))


def _advice(experiment: Experiment, trajectory: Trajectory, verdict: Verdict) -> tuple[Advice, ...]:
    from experiments.advice import advise  # noqa: PLC0415  advice judges what it tries, so it stands above this file

    return advise(experiment, trajectory, verdict)


def verdict_of(experiment: Experiment, trajectory: Trajectory) -> Verdict:
    """Return what became of this run, with the numbers that show it, and without advice.

    It does not depend on how far the picture is zoomed: lengths and heights are measured on the landscape's own view.
    """
    case = Case(experiment, trajectory)
    for test in (broken, outside, settled, stuck, hovering, restless):
        verdict = test(case)
        if verdict is not None:
            return verdict
    return _descending(case)


def _descending(case: Case) -> Verdict:
    """The run is none of the above: it was still on its way."""
    evidence = {"recent_change": float(case.run.losses[-1] - case.tail_losses[0])} | projection(case)
    return case.verdict(Outcome.STILL_DESCENDING, detail=_descent(case, evidence), evidence=evidence)


def _descent(case: Case, evidence: dict[str, float]) -> str:
    slope = f"the gradient there is {short(float(np.hypot(*case.run.gradients[-1])))}"
    if case.reach <= ROUNDING * case.size:
        return f"It no longer moves, but it is not at a minimum: {slope}."
    change = evidence["recent_change"]
    way = "was rising" if change > 0 else "was falling" if change < 0 else "stood still"
    told = f"The loss {way} {'then' if case.stopped else 'when the steps ran out'}; {slope}."
    if not case.rests:
        told = f"{told} {_arrival(case)}".strip()
    if "projected_steps" not in evidence:
        return told
    return f"{told} At this pace the nearest minimum is about {approximately(evidence['projected_steps'])} steps away."


def _arrival(case: Case) -> str:
    """Return since when a minimum has been as near as one that is reached, where that is too short to be a rest."""
    minima = [point for point in case.critical.all_minima if not point.boundary]
    place = min((p.point for p in minima), key=lambda p: float(np.hypot(*(case.end - p))), default=None)
    if place is None or np.hypot(*(case.end - place)) > case.tolerance:
        return ""
    since = from_then_on(np.hypot(*(case.run.points - place).T) <= case.tolerance)
    at = f"({short(place[0])}, {short(place[1])})"
    return f"It has been at the minimum {at} since step {since}, too short a time to call that a rest."


def approximately(steps: float) -> str:
    """Return a number of steps with two digits: 1,900."""
    return f"{float(f'{steps:.2g}'):,.0f}"
