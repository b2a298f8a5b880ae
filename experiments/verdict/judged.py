"""Trajectory -> verdict: judged from gradient, step, the Hessian's eigenvalues and the critical points."""

from dataclasses import replace

import numpy as np

from experiments.critical.defaults import round_to
from experiments.setup.criteria import NEVER
from experiments.setup.experiment import Experiment
from experiments.simulation.stopping import cut, stops_at
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.arrival import STAYS, arrives
from experiments.verdict.case import ROUNDING, Case, from_then_on
from experiments.verdict.convergence import approach
from experiments.verdict.departures import broken, is_lost, outside
from experiments.verdict.endless import with_no_minimum
from experiments.verdict.hovering import hovering
from experiments.verdict.leavings import with_leavings
from experiments.verdict.many import verdict_of_many
from experiments.verdict.outcome import Outcome, Verdict
from experiments.verdict.rest import is_flat, settled, stuck
from experiments.verdict.restless import crossing, orbiting, restless
from experiments.verdict.swing import diameter
from numerals import count, number


def verdict_of(experiment: Experiment, trajectory: Trajectory) -> Verdict:
    """Return what became of this run, with the numbers that show it, and without advice.

    It does not depend on how far the picture is zoomed: lengths and heights are measured on the landscape's own view.
    """
    if trajectory.weights is not None:
        return verdict_of_many(experiment, trajectory)
    return judged(Case(experiment, trajectory))


@np.errstate(all="ignore")  # numbers too large are infinite, and judged as such
def judged(case: Case) -> Verdict:
    """Return what became of a run: the first of the outcomes that holds."""
    for test in (broken, crossing, outside, orbiting, settled, stuck, hovering, restless):
        verdict = test(case)
        if verdict is not None:
            return with_no_minimum(case, with_leavings(case, verdict))
    return with_no_minimum(case, _descending(case))


def _descending(case: Case) -> Verdict:
    """The run is none of the above: it was still on its way."""
    change = float(case.trajectory.losses[-1] - case.tail_losses[0])
    return case.verdict(Outcome.STILL_DESCENDING, detail=_descent(case, change), evidence={"recent_change": change})


def _descent(case: Case, change: float) -> str:
    slope = f"the gradient there is {number(float(np.hypot(*case.trajectory.gradients[-1])))}"
    if case.reach <= ROUNDING * case.size:
        if not _moves_on(case):
            return f"It no longer moves, but it is not at a minimum: {slope}."
        last = "last step" if case.window == 1 else f"last {count(case.window)} steps"
        return f"Its {last} did not move it, but more steps do; {slope}."
    way = "was rising" if change > 0 else "was falling" if change < 0 else "stood still"
    return f"The loss {way} {'then' if case.stopped else 'when the steps ran out'}; {slope}."


def _moves_on(case: Case) -> bool:
    """Tell whether the same run with more steps moves again."""
    later = case.further
    return later is not None and float(
        np.hypot(*(later.trajectory.points - case.end)[case.trajectory.steps :].T).max()
    ) > (ROUNDING * case.size)


def _arrival(case: Case) -> str:
    """Return since when a minimum has been as near as one that is reached, and why that is no rest.

    It is too short a time, or the run jumps across the minimum and so moves farther than a run at rest does.
    """
    near = case.critical.nearest_minimum(case.end)
    if near is None or near.boundary or np.hypot(*(case.end - near.point)) > case.tolerance:
        return ""
    place = near.point
    since = from_then_on(np.hypot(*(case.trajectory.points - place).T) <= case.tolerance)
    at = f"({number(place[0])}, {number(place[1])})"
    why = "too short a time to call that a rest"
    if case.trajectory.steps - since >= case.window:
        why = f"but still moves to and fro there, over {number(diameter(case.tail))}"
    return f"It has been at the minimum {at} since step {count(since)}, {why}."


def with_what_it_lacked(verdict: Verdict, case: Case) -> Verdict:
    """Return the verdict on a run that was on its way, with the steps that it lacked where it would have arrived."""
    later = None if case.stopped else _later(case)
    lacked = 0 if later is None or later.step is None else later.step - case.trajectory.steps
    if later is None or later.minimum is None or lacked <= 0:
        told = "" if case.rests else _arrival(case)
        return replace(verdict, detail=f"{verdict.detail} {told}".strip())
    x, y = later.minimum
    measured = approach(case, later.minimum, lacked)
    steps = f"{'about ' if lacked >= 100 else ''}{count(round_to(float(lacked)))} more step{'' if lacked == 1 else 's'}"
    if "contraction" in measured:
        share = number(100 * (1 - measured["contraction"]))
        told = f"Its distance to the minimum at ({number(x)}, {number(y)}) shrinks by {share} % a step: {steps}."
    else:
        told = f"Continued, it reaches the minimum at ({number(x)}, {number(y)}) in {steps}."
    evidence = {**verdict.evidence, **measured, "projected_steps": float(lacked)}
    return replace(verdict, evidence=evidence, detail=f"{verdict.detail} {told}")


def _later(case: Case) -> Verdict | None:
    """Return the verdict on the same run with more steps, where it settles at a minimum; None where it does not.

    Where it first stays there for long counts, not where it is after a burst that throws it out much later. On flat
    ground, where it hardly moves, it gets all the steps that there are.
    """
    found = _settles(case, case.further)
    first = arrives(case) if case.experiment.stop_at == NEVER else None
    if first is not None and (found is None or (found.step or 0) >= (first.step or 0) + STAYS):
        return first
    if found is None and case.rests and is_flat(case):
        found = _settles(case, case.furthest)
    return found


def _settles(case: Case, there: Case | None) -> Verdict | None:
    if there is None or is_lost(there):
        return None
    if case.experiment.stop_at != NEVER:
        watched = there.experiment.replace(stop_at=case.experiment.stop_at)
        step = stops_at(watched, there.trajectory)
        there = Case(watched, there.trajectory if step is None else cut(there.trajectory, step))
    verdict = settled(there)
    at_minimum = verdict is not None and verdict.outcome.at_minimum
    return verdict if at_minimum else None
