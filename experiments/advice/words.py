"""Points, steps and ends as advice says them, in words that read aloud."""

from typing import Any

from experiments.advice.improvement import Ending
from experiments.advice.problem import Problem
from experiments.verdict.outcome import Verdict
from numerals import count, number


def place(point: Any) -> str:
    """Return a point as "(1.5, −2)"."""
    return f"({number(point[0])}, {number(point[1])})"


def steps_of(steps: int) -> str:
    """Return a number of steps: "1 step", "1,900 steps"."""
    return f"{count(steps)} step{'' if steps == 1 else 's'}"


def goal(before: Ending, after: Ending) -> str:
    """Return where a better run ended: "the global minimum", "a local minimum", "lower ground"."""
    if not after.rank:
        return "lower ground"
    if after.rank > 1:
        return "the global minimum"
    return "a lower local minimum" if before.rank else "a local minimum"


def reaches(before: Ending, after: Ending) -> str:
    """Return how a better run ended: "reaches the global minimum in 118 steps", "ends at a loss of 0.3"."""
    if not after.rank:
        return f"ends at a loss of {number(after.final)}"
    steps = after.verdict.step
    if steps == 0:
        return f"stays at {goal(before, after)}"
    return f"reaches {goal(before, after)}" + ("" if steps is None else f" in {steps_of(steps)}")


def stuck(verdict: Verdict) -> str:
    """Return the reason that all advice on a local minimum begins with, so that a card says it once."""
    return f"Stuck in a local minimum{height(verdict)}:"


def flat(verdict: Verdict) -> str:
    """Return the reason that advice on a plateau begins with."""
    return f"Stopped on a plateau where the gradient is {number(verdict.evidence['gradient_norm'])}:"


def turning(problem: Problem) -> str:
    """Return the reason that advice begins with where the last steps turn back."""
    steady = problem.run.schedule == "constant"
    when = f"At learning rate {number(problem.run.learning_rate)}" if steady else "Towards the end"
    return f"{when} its steps are about {number(problem.step_size)} long, and they turn back:"


def height(verdict: Verdict) -> str:
    """Return how high a local minimum lies: " 4.2 above the global one", or nothing where that is not known."""
    above = verdict.evidence.get("above_global")
    return "" if above is None else f" {number(above)} above the global one"
