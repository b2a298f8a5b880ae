"""Numbers and verdicts in the words that a person reads."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from experiments import CriticalPoints, Experiment, Outcome, Verdict, critical_points, landscape_of
from experiments.critical.curve import CriticalCurve
from experiments.results.judged_runs import Result
from experiments.setup.criteria import kinds
from experiments.setup.run import Run
from experiments.simulation.rate_events import rate_events
from figures.packets.parts import Said, counted, listed, point, real
from figures.packets.weight_facts import returned, weight_facts
from landscapes import Landscape
from numerals import count, number
from optimizers import OPTIMIZERS, SCHEDULES, Optimizer
from optimizers.schedules.schedule import FINITE, INFINITE, LOSSES, Schedule, sums_of

TITLES = {
    Outcome.GLOBAL_MINIMUM: ("Global minimum", "good"),
    Outcome.LOCAL_MINIMUM: ("Local minimum", "fair"),
    Outcome.SADDLE_POINT: ("Saddle point", "bad"),
    Outcome.PLATEAU: ("Stuck on a plateau", "bad"),
    Outcome.AT_BOUNDARY: ("At the boundary", "fair"),
    Outcome.LEFT_DOMAIN: ("Left the domain", "bad"),
    Outcome.OSCILLATING: ("Oscillating", "bad"),
    Outcome.NOISE_FLOOR: ("Noise floor", "fair"),
    Outcome.DIVERGED: ("Diverged", "bad"),
    Outcome.NON_FINITE: ("Not finite", "bad"),
    Outcome.STILL_DESCENDING: ("Still descending", "open"),
}
STOPPED = {  # of runs that their criterion ended
    Outcome.SADDLE_POINT: "Stopped at a saddle point",
    Outcome.PLATEAU: "Stopped on a plateau",
    Outcome.STILL_DESCENDING: "Stopped too early",
}


def title(verdict: Verdict) -> tuple[str, str]:
    """Return the outcome's short title and its tone: good, fair, bad or open."""
    if "unjudged" in verdict.evidence:
        return "Not judged", "open"
    text, tone = TITLES[verdict.outcome]
    if verdict.outcome is Outcome.LEFT_DOMAIN and not verdict.step:
        text = "Outside the domain"  # it started there
    lost = verdict.outcome in (Outcome.DIVERGED, Outcome.LEFT_DOMAIN) and verdict.step
    if lost or (verdict.outcome is Outcome.NON_FINITE and verdict.step is not None):
        text += f" at step {count(verdict.step or 0)}"
    if verdict.outcome is Outcome.STILL_DESCENDING and not verdict.evidence["recent_change"] < 0:
        text = "Not there yet"
    if "stopped_unseen" in verdict.evidence:
        return "Stopped in time", "good"
    if "stopped_at" in verdict.evidence:
        text = STOPPED.get(verdict.outcome, text)
    return text, tone


def domain(landscape: Landscape, critical: CriticalPoints, outside: tuple[float, float, float] | None) -> str:
    """Return where the surface's facts hold, and whether the edge of that box cuts it.

    outside: (x, y, value) of a place beyond the edge that lies lower than all of the inside, or None.
    """
    (x0, x1), (y0, y1) = landscape.domain
    text = f"Domain: x from {number(x0, 4)} to {number(x1, 4)}, y from {number(y0, 4)} to {number(y1, 4)}."
    at_edge = sum(known.boundary for known in critical.all_minima)
    parts = []
    if at_edge:
        found = "one minimum lies" if at_edge == 1 else f"{count(at_edge)} minima lie"
        parts.append(f"{found} on it only because the domain ends there")
    if outside is not None:
        x, y, value = (number(part, 4) for part in outside)
        parts.append(f"the ground outside lies lower than all of the inside, with a loss of {value} at ({x}, {y})")
    return f"{text} Its edge cuts the surface: {'; '.join(parts)}." if parts else text


def story(experiment: Experiment) -> str:
    """Return what the surface is like, in Markdown: its name in bold; of one that was changed, that it was."""
    landscape, critical = landscape_of(experiment), critical_points(experiment)
    if experiment.formula or critical.verified or landscape.learns is not None:
        told = f"**{landscape.name}.** {landscape.story}"
    else:
        told = f"**{landscape.name}**, changed: its minima and saddle points are those found in the window."
    return " ".join(filter(None, (told, curves(critical) if experiment.formula else "", incomplete(critical))))


def about(landscape: Landscape, critical: CriticalPoints, outside: tuple[float, float, float] | None) -> str:
    """Return where the surface's facts hold, which critical points form curves, and what is not known of them."""
    return " ".join(
        filter(None, (weights(landscape), domain(landscape, critical, outside), curves(critical), incomplete(critical)))
    )


def weights(landscape: Landscape) -> str:
    """Return what x and y are where the surface is a loss on data."""
    if landscape.model is None:
        return ""
    first, second = landscape.model.weights
    return f"In the formula x is the {first}, y the {second}; u and v are the columns of the data."


def curves(critical: CriticalPoints) -> str:
    """Return which critical points of the view are not alone: "One closed curve of minima, at loss 0."."""
    told = []
    for kind, name in (("minimum", "minima"), ("maximum", "maxima"), ("saddle", "saddle points")):
        group = [curve for curve in critical.curves if curve.kind == kind]
        if not group:
            continue
        closed = "closed " if all(curve.closed for curve in group) else ""
        found = f"One {closed}curve" if len(group) == 1 else f"{count(len(group))} {closed}curves"
        told.append(f"{found} of {name}, {_at_losses(curve.value for curve in group)}{_beyond(group)}.")
    if critical.areas:
        at = _at_losses(critical.areas)
        told.append(f"Minima fill level ground, {at}: no distance to the nearest is known.")
    return " ".join(told)


def _beyond(group: list[CriticalCurve]) -> str:
    """Return how many curves of a group may go on beyond the view; "" for none."""
    cut = sum(curve.cut for curve in group)
    who = "it goes" if len(group) == 1 else "all go" if cut == len(group) else f"{cut} go{'es' * (cut == 1)}"
    return f"; {who} on beyond the view" if cut else ""


def _at_losses(values: Iterable[float]) -> str:
    """Return "at loss 0" or "at losses from 0 to 1.5"; one loss where they read alike."""
    lowest, highest = number(min(found := [*values]), 4), number(max(found), 4)
    return f"at loss {lowest}" if lowest == highest else f"at losses from {lowest} to {highest}"


def incomplete(critical: CriticalPoints) -> str:
    """Return that there may be more critical points than are known; nothing where all that were found are."""
    if critical.complete:
        return ""
    found = f"{count(len(critical.all_minima))} minima were found, there may be more"
    return f"Not all of its critical points are known: {found}."


def sentence(verdict: Verdict) -> str:
    """Return what happened, with its numbers."""
    if "unjudged" in verdict.evidence:
        return verdict.detail
    return f"{verdict.outcome.sentence} {verdict.detail}".strip()


def facts(result: Result, setting: Run) -> list[tuple[str, Said]]:
    """Return the card's numbers as (label, value in parts)."""
    trajectory, verdict = result.trajectory, result.verdict
    best = trajectory.best_step
    kept: tuple[str, Said] = ("Best loss", [real(trajectory.losses[best]), " at step ", counted(best)])
    rows = [
        ("Final loss", [real(trajectory.final_loss)]),
        returned(result) if "stopped_at" in verdict.evidence else kept,
    ]
    settled = verdict.outcome.at_minimum
    reached = verdict.step if settled else None
    rows.append(("Steps to tolerance", ["not reached"] if reached is None else [counted(reached)]))
    if verdict.minimum is not None:
        noun = "Minimum" if settled else "Point"
        rows.append((noun, point(*verdict.minimum)))
    learnt, falling = _weights(result), _sums(trajectory.learning_rates, setting)
    return [*rows, *weight_facts(result), *filter(None, (learnt, falling, _changes(result, setting)))]


def _weights(result: Result) -> tuple[str, Said] | None:
    """Return the weights that a model ended with, those that are 0 to the last bit as such; None without a model."""
    model = landscape_of(result.experiment).model
    if model is None:
        return None
    last = result.trajectory.points[max(result.trajectory.last_finite, 0)].tolist()
    told: list[Said] = [
        [f"{name} exactly 0"] if weight == 0 else [f"{name} ", real(weight)]
        for name, weight in zip(model.weights, last, strict=True)
    ]
    return "Weights", listed(told)


def criteria_marks(result: Result, values: Mapping[str, Any]) -> list[list[Any] | None]:
    """Return, for each criterion, [its first step, what must be added where it is no sign of a minimum] or None.

    values: an experiment's criteria.
    """
    steps = result.criteria_steps(values)
    known = kinds(result.lowest, result.trajectory.heldout is not None)
    return [
        None if steps[key] is None else [steps[key], _warning(key, steps[key] or 0, result, values)] for key in known
    ]


def _warning(key: str, step: int, result: Result, values: Mapping[str, Any]) -> str:
    """Return what a criterion that held does not mean; "" where there is nothing to add."""
    verdict, claim = result.verdict, kinds(result.lowest, heldout=True)[key].claim
    minimum = verdict.outcome.at_minimum
    if key in ("distance", "heldout") or verdict.outcome in (Outcome.NOISE_FLOOR, Outcome.AT_BOUNDARY):
        return ""
    if key == "threshold" and result.lowest is not None:
        stays = result.trajectory.final_loss - result.lowest <= values["threshold"]
        rests = verdict.outcome in (Outcome.SADDLE_POINT, Outcome.PLATEAU)
        told = "but this is not a minimum" if rests else "" if stays else "but did not stay there"
    elif minimum:
        early = verdict.step is not None and step < verdict.step and key != "threshold"
        return f"too early: the minimum was reached at step {count(verdict.step or 0)}" if early else ""
    else:
        told = "but this is not a minimum"
    return f"{claim}, {told}" if told else ""


def _sums(rates: np.ndarray, run: Run) -> tuple[str, Said] | None:
    """Return how far a falling learning rate reaches in all (Robbins and Monro); None for a constant one."""
    if run.schedule == "constant":
        return None
    total, squares = sums_of(rates)
    endless, _ = SCHEDULES[run.schedule].sums(**run.schedule_parameters)
    limited = {FINITE: ", bounded for ever", LOSSES: " so far"}.get(endless, "")
    return "Sum of rates, of squares", [real(total), f"{limited}, ", real(squares)]


def _changes(result: Result, run: Run) -> tuple[str, Said] | None:
    """Return how often the losses changed the rate; None for a schedule that does not watch them."""
    if not SCHEDULES[run.schedule].watches_loss:
        return None
    events = rate_events(run, result.trajectory)
    kinds = ((events.cuts, "cut"), (events.rises, "rise"))
    told = listed([counted(of), f" {noun}{'s' * (of > 1)}"] for of, noun in kinds if of)
    return "Rate changes", [*told, ", to ×", real(events.factors[-1])] if told else ["none so far"]


def about_schedule(schedule: Schedule) -> str:
    """Return what a schedule is good for, how far its rates reach in all, and where it comes from."""
    told = {
        (INFINITE, INFINITE): "Over endless steps its rates sum to infinity, and so do their squares.",
        (INFINITE, FINITE): "Over endless steps its rates sum to infinity, while their squares stay finite.",
        (FINITE, FINITE): "Over endless steps its rates have a finite sum: steps in proportion go a limited way.",
        (LOSSES, LOSSES): "How far its rates reach in all depends on the losses.",
    }.get(schedule.sums())
    source = f"Source: {schedule.source}." if schedule.source else ""
    return " ".join(filter(None, (schedule.notes, told, source)))


def cost(optimizer: Optimizer) -> str:
    """Return what one step of an optimizer asks of the surface."""
    asked = [
        f"{count(of)} {noun}{'s' if of > 1 else ''}"
        for of, noun in zip(optimizer.cost, ("value", "gradient", "Hessian"), strict=True)
        if of
    ]
    if not asked:
        return "A step takes as many values as it needs; they are counted."
    more = ", and what it looks at besides, which is counted too" if optimizer.search_cost is not None else ""
    return f"A step takes {', '.join(asked)}{more}."


def detail(run: Run, title: str) -> str:
    """Return a run's settings in a few words, without those that its title says: "rate 0.05, cosine"."""
    words = [OPTIMIZERS[run.optimizer].name, f"rate {number(run.learning_rate, 4)}"]
    if run.schedule != "constant":
        words.append(SCHEDULES[run.schedule].name.lower())
    words += [wrapper.key.replace("_", " ") for wrapper in run.wrappers]
    return ", ".join(word for word in words if word.lower() not in title.lower())
