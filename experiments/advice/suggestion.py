"""What one cause comes to: why, what the button says, and how the run ends with the change."""

from collections.abc import Callable
from dataclasses import dataclass

from experiments.advice.improvement import Ending
from experiments.advice.problem import Problem


@dataclass(frozen=True, kw_only=True, eq=False)
class Suggestion:
    """A change that was tried and ended better. text: the cause, with the number that shows it."""

    text: str
    label: str
    ending: Ending


Cause = Callable[[Problem], Suggestion | None]
