"""The race in words: the table under the cards, and the winner as a screen reader says it."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from experiments import Experiment, Outcome
from experiments.results.judged_runs import Result
from experiments.results.race import RULE, Place, rank
from experiments.setup.failures import sentence
from experiments.setup.titles import titles_of
from experiments.simulation.trajectory import Evaluations
from figures.packets import wording
from figures.packets.many_weights import FITS
from figures.packets.parts import Said, counted, listed, point, real, written
from numerals import count

COLUMNS = (
    ("rank", "Rank"),
    ("run", "Run"),
    ("outcome", "Outcome"),
    ("minimum", "Minimum"),
    ("best", "Best loss"),
    ("best_step", "at step"),
    ("final", "Final loss"),
    ("steps", "Steps to tolerance"),
    ("evaluations", "Evaluations to tolerance"),
)
HELD_OUT = (  # after the final loss, where rows are held out
    ("heldout_best", "Best held\u00a0out"),
    ("heldout_step", "at step"),
    ("heldout", "Held\u00a0out at\u00a0the\u00a0end"),
)
_KEYS = [key for key, _ in COLUMNS]
_AFTER, _MINIMUM = 1 + _KEYS.index("final"), _KEYS.index("minimum")
_NOUNS = ("value", "gradient", "Hessian")
_ORDER = {outcome: place for place, outcome in enumerate(Outcome)}


def race(experiment: Experiment, results: Sequence[Result]) -> dict[str, Any]:
    """Return the table as [text in parts, number to sort by or null] a cell, its rule, and the summary to be spoken."""
    names, places = titles_of(experiment), rank(results)
    rows = [_row(*one) for one in zip(names, places, results, strict=True)]
    columns: Sequence[tuple[str, str]] = COLUMNS
    if any(result.trajectory.heldout is not None for result in results):
        columns = _widened(columns, HELD_OUT)
        rows = [_widened(row, _held_out(one)) for row, one in zip(rows, results, strict=True)]
    if any(result.trajectory.weights is not None for result in results):  # no place among many weights is told
        columns, rows = _without_minimum(columns), [_without_minimum(row) for row in rows]
    return {
        "rule": RULE,
        "columns": columns,
        "rows": rows,
        "winner": winner(names, places),
        "spoken": spoken(names, places, results),
    }


def no_race() -> dict[str, Any]:
    """Return what stands where the race could not be told."""
    said = sentence("The race")
    return {"rule": "", "columns": COLUMNS, "rows": [], "winner": said, "spoken": said}


def winner(names: Sequence[str], places: Sequence[Place]) -> str:
    """Return who is first; nothing where nobody was beaten."""
    first = [name for name, place in zip(names, places, strict=True) if place.rank == 1]
    if len(first) == len(names):
        return ""
    return f"{' and '.join(first)} {'is' if len(first) == 1 else 'share'} first of {len(names)}."


def spoken(names: Sequence[str], places: Sequence[Place], results: Sequence[Result]) -> str:
    """Return who won and what became of every run, the first first."""
    order = sorted(range(len(names)), key=lambda i: places[i].rank)
    told = [
        f"{names[i]}: {wording.title(results[i].verdict)[0].lower()}{_after(results[i], places[i])}"
        f"{_learnt(results[i])}."
        for i in order
    ]
    return " ".join([winner(names, places), *told]).strip()


def _after(result: Result, place: Place) -> str:
    if place.to_tolerance is None:
        return ""
    steps = result.verdict.step
    return f" after {count(steps or 0)} step{'' if steps == 1 else 's'}, {written(evaluations(place.to_tolerance))}"


def _learnt(result: Result) -> str:
    """Return what the held-out rows say of a run, where they say something."""
    fit = result.verdict.fit
    return "" if fit is None else f"; on held-out rows: {FITS[fit.kind][0].lower()}"


def evaluations(made: Evaluations) -> Said:
    """Return counts in words: "41 gradients, 12 Hessians"; only what was used."""
    used = [(of, noun) for of, noun in zip(made, _NOUNS, strict=True) if of]
    return listed([counted(of), f" {noun}{'' if of == 1 else 's'}"] for of, noun in used) or ["no evaluations"]


def _row(name: str, place: Place, result: Result) -> list[list[Any]]:
    trajectory, verdict = result.trajectory, result.verdict
    settled = place.to_tolerance is not None
    best, final = float(trajectory.losses[trajectory.best_step]), trajectory.final_loss
    minimum: Said = point(*verdict.minimum) if settled and verdict.minimum is not None else ["–"]
    made, step = place.to_tolerance, verdict.step if settled else None
    return [
        [[counted(place.rank)], place.rank],
        [[name], None],
        [[wording.title(verdict)[0]], _ORDER[verdict.outcome]],
        [minimum, float(verdict.evidence["value"]) if settled and "value" in verdict.evidence else None],
        [[real(best)], _sortable(best)],
        [[counted(trajectory.best_step)], trajectory.best_step],
        [[real(final)], _sortable(final)],
        [["not reached"] if step is None else [counted(step)], step],
        [evaluations(made) if made else ["not reached"], sum(made) if made else None],
    ]


def _widened(row: Sequence[Any], more: Sequence[Any]) -> list[Any]:
    return [*row[:_AFTER], *more, *row[_AFTER:]]


def _without_minimum(row: Sequence[Any]) -> list[Any]:
    return [*row[:_MINIMUM], *row[_MINIMUM + 1 :]]


def _held_out(result: Result) -> list[list[Any]]:
    """Return a run's cells of HELD_OUT."""
    heldout, best = result.trajectory.heldout, result.trajectory.best_heldout_step
    if heldout is None or best is None:
        return [[["\u2013"], None]] * len(HELD_OUT)
    lowest, last = float(heldout[best]), float(heldout[-1])
    return [[[real(lowest)], _sortable(lowest)], [[counted(best)], best], [[real(last)], _sortable(last)]]


def _sortable(number: float) -> float | None:
    return number if isfinite(number) else None
