"""What can be said of a run: the outcomes, each with its sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any


class Outcome(Enum):
    """What happened, as a sentence that a reader can act on."""

    GLOBAL_MINIMUM = "It settled at the global minimum."
    LOCAL_MINIMUM = "It settled in a local minimum: lower ground exists elsewhere."
    SADDLE_POINT = "It stands where the gradient vanishes, but the surface still falls away: not a minimum."
    PLATEAU = "It is stuck on flat ground: hardly any gradient, hardly any curvature, and no minimum."
    AT_BOUNDARY = "It rests on the edge of the domain, where the surface still falls outwards."
    LEFT_DOMAIN = "It was outside the surface's domain at the end."
    OSCILLATING = "It keeps jumping to and fro and does not settle."
    NOISE_FLOOR = "It hovers around a minimum at the height that the noise allows."
    DIVERGED = "It diverged: the steps grew until the loss was far above where it began."
    NON_FINITE = "A number stopped being finite, and the run ended there."
    STILL_DESCENDING = "It ended before it came to rest at a minimum."

    @property
    def sentence(self) -> str:
        """The member's sentence."""
        return self.value

    @property
    def at_minimum(self) -> bool:
        """Whether the run came to rest at a minimum."""
        return self in (Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM)

    @property
    def is_lost(self) -> bool:
        """Whether the run ended where no minimum of the surface is any more."""
        return self in (Outcome.DIVERGED, Outcome.NON_FINITE, Outcome.LEFT_DOMAIN)


@dataclass(frozen=True, kw_only=True)
class Advice:
    """A change that was tried and helps: why, what a button for it says, and the experiment that it leads to."""

    text: str
    label: str
    experiment: Any


def _no_advice(verdict: "Verdict") -> tuple[Advice, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The outcome of one run.

    step: when it was reached (from there on within tolerance; for a divergence the first step over the limit), or
    None. minimum: the critical point in question (x, y), or None. evidence: the numbers behind it. detail: one more
    sentence with those numbers, for people. advisor: gives the advice, which is worked out when it is first looked at.
    fit: what was learnt about rows that were held out (fit.Fit), None where none were or training failed.
    """

    outcome: Outcome
    step: int | None = None
    minimum: tuple[float, float] | None = None
    evidence: Mapping[str, float]
    detail: str = ""
    fit: Any = None
    advisor: Callable[["Verdict"], tuple[Advice, ...]] = field(default=_no_advice, compare=False, repr=False)

    @cached_property
    def advice(self) -> tuple[Advice, ...]:
        """Up to three changes that were tried and end better, the likeliest cause first."""
        return self.advisor(self)
