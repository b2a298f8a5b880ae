"""Trajectory -> verdict of a model with many weights, by its loss, gradient and Hessian over all of them."""

from dataclasses import replace

import numpy as np

from experiments.setup.experiment import Experiment
from experiments.simulation.trajectory import Trajectory
from experiments.verdict.case import from_then_on
from experiments.verdict.continuation import continued
from experiments.verdict.many_case import ManyCase
from experiments.verdict.outcome import Outcome, Verdict
from experiments.verdict.seeded_fits import lowest_of_fits
from experiments.verdict.swing import drifts, goes_to_and_fro, width
from numerals import count, number
from optimizers import WRAPPERS

_HIGH = 10.0  # times the loss at the start or of weights 0: a run above it that does not come back has diverged
_BLOCKS = 4  # parts of a run's second half
_LEAST = 5  # steps of such a part, of which four can tell anything
_FLAT = 1e-3  # gradient x size / loss: below it there is next to no slope
_LEVEL = 1e-2  # curvature x size² / loss: below it nor is there a hollow
_DOWN = 1e-4  # of the largest curvature: a smaller one below 0 is none that shows
_STILL = 0.25  # of the losses' scatter: if their mean falls by less over half a run, it is on its floor
_STEADY = 0.5  # of the width of earlier parts: a swing that is less wide later dies down
_TO_AND_FRO = 5.0  # times what a loss comes down by: what rises by so much on the way goes up and down
_TIMES = 10  # of its steps: how far a run is continued to tell what it lacked


def verdict_of_many(experiment: Experiment, trajectory: Trajectory) -> Verdict:
    """Return what became of this run, with the numbers that show it, and without advice.

    It does not depend on the plane that is shown: only a convex loss has a global minimum that is known for sure.
    """
    case = ManyCase(experiment, trajectory)
    with np.errstate(all="ignore"):  # numbers too large are infinite, and judged as such
        for test in (_broken, _settled, _hovering, _swinging):
            verdict = test(case)
            if verdict is not None:
                return _with_no_minimum(case, verdict)
        return _with_no_minimum(case, _descending(case))


def with_what_many_lacked(experiment: Experiment, trajectory: Trajectory, verdict: Verdict) -> Verdict:
    """Return the verdict on a run that was on its way, with the steps that it lacked where more bring it there.

    Only convex losses are followed so: elsewhere it would take long.
    """
    case = ManyCase(experiment, trajectory)
    found = case.solution
    if verdict.outcome is not Outcome.STILL_DESCENDING or case.stopped or found is None or found.weights is None:
        return verdict
    longer = continued(experiment, trajectory, _TIMES * trajectory.steps)
    if longer is None:
        return verdict
    later = verdict_of_many(*longer)
    lacked = (later.step or 0) - trajectory.steps
    if later.outcome is not Outcome.GLOBAL_MINIMUM or lacked <= 0:
        return verdict
    told = f"Continued, it reaches the global minimum in {count(lacked)} more step{'' if lacked == 1 else 's'}."
    evidence = {**verdict.evidence, "projected_steps": float(lacked)}
    return replace(verdict, evidence=evidence, detail=f"{verdict.detail} {told}")


def lost(experiment: Experiment, trajectory: Trajectory) -> tuple[Outcome, int] | None:
    """Return the outcome and the step of a run that is lost, None of any other: by its losses, without a Hessian.

    It met a number that is not finite, or climbed far above where it began and did not come back.
    """
    with np.errstate(all="ignore"):
        return _lost(ManyCase(experiment, trajectory))


def _lost(case: ManyCase) -> tuple[Outcome, int] | None:
    losses, last = case.trajectory.losses, case.trajectory.last_finite
    if last == 0 and case.trajectory.steps:
        return Outcome.NON_FINITE, 1
    if last >= 1 and not losses[last] <= _HIGH * losses[0]:  # else it is below the ceiling, which takes its time
        above = ~(losses[: last + 1] <= _ceiling(case))
        if above[last] and not _comes_down(losses[: last + 1]):
            return Outcome.DIVERGED, int(from_then_on(above))
    return None if last == case.trajectory.steps else (Outcome.NON_FINITE, last + 1)


def _ceiling(case: ManyCase) -> float:
    """Return the loss above which a run has climbed: far above its start's, and that of weights 0."""
    nothing = case.objective.derivatives(np.zeros(case.objective.count))[0]
    return _HIGH * max(float(case.trajectory.losses[0]), nothing)


def _broken(case: ManyCase) -> Verdict | None:
    """The run met a number that is not finite, or climbed far above where it began and did not come back."""
    found, trajectory = _lost(case), case.trajectory
    if found is None:
        return None
    outcome, step = found
    if outcome is Outcome.DIVERGED:
        loss = float(trajectory.losses[step])
        detail = (
            f"From step {count(step)} on its loss is above {number(_ceiling(case))}, {_HIGH:g} times what no model at "
            "all has"
        )
        return case.verdict(outcome, step=step, detail=f"{detail}.", evidence={"loss_at_step": loss})
    if trajectory.last_finite == 0:
        return case.verdict(outcome, step=step, detail="At step 1 a number is no longer finite.")
    named = (
        ("weights are", case.weights[step]),
        ("loss is", trajectory.losses[step]),
        ("gradient is", np.asarray(trajectory.gradient_norms[step])),
    )
    what = next((name for name, value in named if not np.isfinite(value).all()), "gradient is")
    detail = f"At step {count(step)} the {what} no longer finite."
    return case.verdict(outcome, step=step, detail=detail)


def _comes_down(losses: np.ndarray) -> bool:
    """Tell whether losses that are high fall over the last half of a run."""
    half = losses[len(losses) // 2 :]
    return len(half) > 2 * _LEAST and bool(half[-1] < 0.5 * half[0]) and bool((np.diff(half) < 0).mean() > 0.9)


def _settled(case: ManyCase) -> Verdict | None:
    """The run came to rest: at the least loss of a convex model, or where a network's loss has no slope."""
    if not case.rests:
        return None
    found = case.solution
    if found is not None:
        return None if found.weights is None else _at_solution(case)
    return _at_critical(case)


def _at_solution(case: ManyCase) -> Verdict | None:
    solution = case.solution
    assert solution is not None and solution.lowest is not None
    distances = np.linalg.norm(case.away(case.weights), axis=1)
    if not distances[-1] <= case.tolerance:
        return None
    above = float(case.trajectory.losses[-1]) - solution.lowest
    zeros = int((case.end == 0).sum())
    said = f" {count(zeros)} of its {count(len(case.end))} weights are exactly 0." if zeros else ""
    level = " The loss is level along some directions: other weights are as good." if solution.free.size else ""
    near = f"{number(above)} above" if above > 1e-12 * max(1.0, abs(solution.lowest)) else "at"
    return case.verdict(
        Outcome.GLOBAL_MINIMUM,
        step=from_then_on(distances <= case.tolerance),
        evidence={"value": solution.lowest, "distance": float(distances[-1])},
        detail=f"Its loss is {near} the lowest there is, {number(solution.lowest)}, which was found by other means."
        f"{said}{level}",
    )


def _at_critical(case: ManyCase) -> Verdict | None:
    """Return what a network rests at; None where the slope would still lead it away."""
    value, gradient, _ = case.local
    values, axes = case.curvatures
    if not np.isfinite(values).all():
        return None
    largest = float(np.abs(values).max())
    slope = float(np.linalg.norm(gradient))
    falls = bool(values[0] < -_DOWN * largest)
    if not falls and slope * case.size <= _FLAT * value and largest * case.size**2 <= _LEVEL * value:
        detail = f"The gradient is {number(slope)} and no curvature is larger than {number(largest)}."
        return case.verdict(Outcome.PLATEAU, detail=detail)
    bends = np.abs(values) > _DOWN * largest
    step = np.where(bends, (axes.T @ gradient) / np.where(bends, np.abs(values), 1.0), 0.0)
    if np.linalg.norm(step) > case.tolerance or slope * case.size > 100 * _FLAT * value:
        return None
    step_reached = from_then_on(np.linalg.norm(case.weights - case.end, axis=1) <= case.tolerance)
    down = int((values < -_DOWN * largest).sum())
    if down:
        ways = "one direction" if down == 1 else f"{count(down)} directions"
        detail = f"The loss falls away along {ways}; the strongest downward curvature is {number(float(values[0]))}."
        return case.verdict(Outcome.SADDLE_POINT, step=step_reached, detail=detail)
    return _local_minimum(case, value, step_reached)


def _local_minimum(case: ManyCase, value: float, step: int) -> Verdict:
    lowest = lowest_of_fits(case.experiment)
    evidence = {"value": value, "lowest_fit": lowest}
    beside = f"the lowest of 8 seeded fits is {number(lowest)}"
    if value <= lowest + 1e-6 * max(abs(lowest), 1e-6):
        detail = f"Its loss of {number(value)} is the lowest of 8 seeded fits and this one; nobody knows a lower one."
    else:
        detail = f"Its loss is {number(value)}; {beside}."
    return case.verdict(Outcome.LOCAL_MINIMUM, step=step, evidence=evidence, detail=detail)


def _hovering(case: ManyCase) -> Verdict | None:
    """The run is shaken by noise or batches, and its loss falls no more."""
    count_ = case.trajectory.steps // 2 // _BLOCKS
    if not case.experiment.is_noisy or count_ < _LEAST:
        return None
    losses = case.trajectory.losses[-count_ * _BLOCKS :].reshape(_BLOCKS, count_)
    means = losses.mean(axis=1)
    scatter = float(losses.std(axis=1).mean())
    first, last = float(means[:2].mean()), float(means[2:].mean())
    if not scatter > 0 or first - last > _STILL * scatter or last - first > 2 * scatter:
        return None
    level = float(losses.mean())
    evidence = {"mean_loss": level}
    if level >= float(case.trajectory.losses[0]):
        detail = (
            f"Noise throws it about: its mean loss over the second half is {number(level)}, as high as at its start."
        )
        return case.verdict(Outcome.OSCILLATING, detail=detail, evidence=evidence | {"amplitude": scatter})
    lowest = None if case.solution is None or case.solution.weights is None else case.solution.lowest
    if lowest is not None:
        evidence |= {"value": lowest, "height": level - lowest}
        detail = f"Its mean loss over the second half is {number(level - lowest)} above the lowest, {number(lowest)}."
    elif case.solution is not None:
        return None  # it falls for ever, however slowly
    else:
        detail = f"Its mean loss over the second half is {number(level)} and falls no more."
    return case.verdict(Outcome.NOISE_FLOOR, detail=detail, evidence=evidence)


def _swinging(case: ManyCase) -> Verdict | None:
    """The run moves to and fro and gets no lower, with nothing but its own steps to blame.

    Told from the second half of its path, seen along the two directions in which that moved most.
    """
    size = case.trajectory.steps // 2 // _BLOCKS
    if size < _LEAST or case.experiment.is_noisy or case.stopped:
        return None
    last = case.weights[-size * _BLOCKS :]
    apart = last - last.mean(axis=0)
    _, axes = np.linalg.eigh(apart.T @ apart)
    seen = apart @ axes[:, -2:] if apart.shape[1] > 1 else np.column_stack([apart[:, 0], np.zeros(len(apart))])
    parts = seen.reshape(_BLOCKS, size, 2)
    widths = np.array([width(part) for part in parts])
    means = case.trajectory.losses[-size * _BLOCKS :].reshape(_BLOCKS, size).mean(axis=1)
    scatter = float(np.ptp(case.trajectory.losses[-size * _BLOCKS :]))
    falls = means[0] - means[-1] > _STILL * scatter
    if widths.max() <= case.tolerance or falls or widths[-1] < _STEADY * float(np.median(widths[:-1])):
        return None
    rises = np.maximum(np.diff(case.trajectory.losses[-size * _BLOCKS :]), 0.0).sum()
    up_and_down = rises > _TO_AND_FRO * abs(means[0] - means[-1]) and rises > scatter
    if not up_and_down and (not goes_to_and_fro(seen) or drifts(parts)):
        return None
    detail = f"It swings over a width of {number(float(widths[-1]))}, and its loss falls no more."
    return case.verdict(
        Outcome.OSCILLATING,
        detail=detail,
        evidence={"amplitude": float(widths[-1]), "mean_loss": float(means[-1])},
    )


def _descending(case: ManyCase) -> Verdict:
    """The run is none of the above: it was still on its way."""
    losses = case.trajectory.losses
    change = float(losses[-1] - losses[-(case.window + 1)])
    slope = f"the gradient there is {number(float(case.trajectory.gradient_norms[-1]))}"
    way = "was rising" if change > 0 else "was falling" if change < 0 else "stood still"
    detail = f"The loss {way} {'then' if case.stopped else 'when the steps ran out'}; {slope}."
    run = case.experiment.runs[case.trajectory.run]
    proximal = case.experiment.l1 and any(WRAPPERS[wrapper.key].proximal for wrapper in run.wrappers)
    if case.rests and proximal and run.optimizer != "gradient_descent":
        detail = "It has come to rest where the loss is not least: proximal steps lead there around plain descent "
        detail += f"alone, since this rule draws weights to 0 by other lengths than the penalty's; {slope}."
    evidence = {"recent_change": change}
    found = case.solution
    if found is not None and found.weights is not None and found.lowest is not None:
        evidence["above_global"] = float(losses[-1]) - found.lowest
        detail = f"{detail} It is {number(evidence['above_global'])} above the lowest there is, {number(found.lowest)}."
    return case.verdict(Outcome.STILL_DESCENDING, detail=detail, evidence=evidence)


def _with_no_minimum(case: ManyCase, verdict: Verdict) -> Verdict:
    found = case.solution
    if found is None or found.weights is not None or verdict.outcome.is_lost:
        return verdict
    lowest = "towards 0" if found.lowest == 0 else "for ever"
    why = f"the classes can be parted without a mistake, so it falls {lowest} while the weights grow for ever"
    return replace(verdict, detail=f"{verdict.detail} This loss has no minimum: {why}.".strip())
