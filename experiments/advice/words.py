"""Numbers as advice says them: at most three significant digits, in words that read aloud."""

from typing import Any

from experiments.advice.improvement import Ending
from experiments.verdict import Verdict


def short(number: float) -> str:
    """Return the number with at most three significant digits: "0.18", "1,900", "1.2e6"."""
    if 1e3 <= abs(number) < 1e5:
        return f"{float(f'{number:.3g}'):,.0f}"
    text = f"{number:.3g}"
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else text


def place(point: Any) -> str:
    """Return a point as "(1.5, -2)"."""
    return f"({short(point[0])}, {short(point[1])})"


def count(number: int) -> str:
    """Return a whole number with separators: "1,900"."""
    return f"{number:,}"


def steps_of(number: int) -> str:
    """Return a number of steps: "1 step", "1,900 steps"."""
    return f"{count(number)} step{'' if number == 1 else 's'}"


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
        return f"ends at a loss of {short(after.final)}"
    steps = after.verdict.step
    return f"reaches {goal(before, after)}" + ("" if steps is None else f" in {steps_of(steps)}")


def height(verdict: Verdict) -> str:
    """Return how high a local minimum lies: " 4.2 above the global one", or nothing where that is not known."""
    above = verdict.evidence.get("above_global")
    return "" if above is None else f" {short(above)} above the global one"
