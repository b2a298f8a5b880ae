"""When a run can be said to have converged: criteria, each with its tolerance and its patience.

Step t is the iterate w_t, and what a criterion looks at is known there: the change of the loss |L_t - L_(t-1)| and the
length of the step |w_t - w_(t-1)| from t = 1 on, the gradient's norm, the loss and the distance from t = 0 on. A
criterion first holds at the step where this has been within its tolerance for N steps in a row, that step included,
N being its patience. What is not a finite number is not within any tolerance, and breaks the row; once a run broke,
none holds. How low the loss is can only be told from the lowest value that is known: where one is, the threshold is a
height above it, else the loss itself.

One looks at rows that are held out: it holds at the step up to which their loss has not come below its best by more
than a difference for N steps in a row. What is best then is the step before that row, and it is what a run that stops
there returns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from experiments.setup.frozen import FrozenMap
from numerals import count, number
from parameter import Parameter, fill

MEASURES = ("absolute", "relative")
NEVER = "none"  # stop at no criterion: all steps are made


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One way to say that a run has converged.

    letter: what marks it on the curves. group: who can know it, a key of GROUPS. curve: the curve that it watches, and
    quantity what it looks at in words. limit: the key of its tolerance, and patience that of its patience, both in
    CRITERIA. claim: what can be said where it holds.
    """

    key: str
    name: str
    letter: str
    group: str
    curve: str
    quantity: str
    limit: str
    patience: str
    claim: str


GROUPS: Mapping[str, str] = {"training": "Known while training", "lab": "Known only in a lab"}
KINDS: Mapping[str, Criterion] = {
    kind.key: kind
    for kind in (
        Criterion(
            key="loss",
            name="Loss stable",
            letter="L",
            group="training",
            curve="loss",
            quantity="loss change",
            limit="loss_tolerance",
            patience="loss_patience",
            claim="the loss was stable",
        ),
        Criterion(
            key="step",
            name="Steps small",
            letter="S",
            group="training",
            curve="step",
            quantity="step size",
            limit="step_tolerance",
            patience="step_patience",
            claim="the steps were small",
        ),
        Criterion(
            key="gradient",
            name="Gradient small",
            letter="G",
            group="training",
            curve="gradient",
            quantity="gradient norm",
            limit="gradient_tolerance",
            patience="gradient_patience",
            claim="the gradient was small",
        ),
        Criterion(
            key="threshold",
            name="Near the lowest loss",
            letter="T",
            group="lab",
            curve="loss",
            quantity="height above the lowest known",
            limit="threshold",
            patience="threshold_patience",
            claim="the loss was near the lowest known",
        ),
        Criterion(
            key="distance",
            name="Close to a minimum",
            letter="D",
            group="lab",
            curve="distance",
            quantity="distance",
            limit="distance_tolerance",
            patience="distance_patience",
            claim="a known minimum was near",
        ),
        Criterion(
            key="heldout",
            name="Held-out loss no lower",
            letter="H",
            group="training",
            curve="loss",
            quantity="held-out loss",
            limit="heldout_min_delta",
            patience="heldout_patience",
            claim="the held-out loss had not come lower",
        ),
    )
}
_OF_THE_LOSS = replace(  # the threshold where no lowest value is known
    KINDS["threshold"],
    name="Loss low enough",
    group="training",
    quantity="loss",
    claim="the loss was below the threshold",
)


def kinds(lowest: float | None, heldout: bool = False) -> Mapping[str, Criterion]:
    """Return the criteria of a surface, by key.

    lowest: the lowest value that is known on it, or None. heldout: whether rows are held out, which one criterion
    looks at.
    """
    known = KINDS if lowest is not None else {**KINDS, "threshold": _OF_THE_LOSS}
    return known if heldout else {key: kind for key, kind in known.items() if key != "heldout"}


def _tolerance(key: str, name: str, default: float, help: str) -> Parameter:
    return Parameter(key=key, name=name, default=default, low=1e-15, high=1e3, log=True, help=help)


def _patience(key: str, what: str) -> Parameter:
    help = f"For how many steps in a row {what}. One step more or less tells little; ten in a row tell more."
    return Parameter(key=key, name="for N steps", default=5, low=1, high=1_000, log=True, kind="integer", help=help)


CRITERIA = (
    _tolerance(
        "loss_tolerance",
        "Loss change at most",
        1e-6,
        "The loss is stable where it changes by no more than this from one step to the next. Flat ground far from any "
        "minimum looks just the same.",
    ),
    _patience("loss_patience", "the loss must be stable"),
    Parameter(
        key="loss_measure",
        name="Change of the loss",
        kind="choice",
        choices=MEASURES,
        default="absolute",
        help="Absolute compares the change itself with the tolerance; relative first divides it by the loss before the "
        "step, so that the same number suits large and small losses.",
    ),
    _tolerance(
        "step_tolerance",
        "Step at most",
        1e-4,
        "The steps are small where the iterate moves by no more than this. A low learning rate makes them small too.",
    ),
    _patience("step_patience", "the steps must be small"),
    _tolerance(
        "gradient_tolerance",
        "Gradient at most",
        1e-4,
        "The gradient's norm. It vanishes at saddle points and maxima too, and nearly so on plateaus.",
    ),
    _patience("gradient_patience", "the gradient must be small"),
    Parameter(
        key="threshold",
        name="Height at most",
        default=1e-3,
        low=-1e6,
        high=1e6,
        help="Good enough: the loss lies no higher than this above the lowest that is known, as on the logarithmic "
        "curve. Counting starts anew whenever it is exceeded. Nobody knows the lowest loss while training a network.",
    ),
    _patience("threshold_patience", "the loss must be that low"),
    _tolerance(
        "distance_tolerance",
        "Distance at most",
        1e-3,
        "The distance to the nearest minimum that is known. Nobody knows it while training a network; here it can be "
        "seen what the other criteria are worth.",
    ),
    _patience("distance_patience", "a minimum must be near"),
    Parameter(
        key="heldout_min_delta",
        name="Lower by more than",
        default=0.0,
        low=0.0,
        high=1e3,
        help="The held-out loss counts as lower where it is below its best so far by more than this.",
    ),
    Parameter(
        key="heldout_patience",
        name="for N steps",
        default=20,
        low=1,
        high=1_000,
        log=True,
        kind="integer",
        help="For how many steps in a row the held-out loss must not have come lower. With few a bump ends the run; "
        "with many it goes on learning noise for a while, but what it returns is the best iterate before them.",
    ),
)
STOP_AT = Parameter(
    key="stop_at",
    name="Stop early when",
    kind="choice",
    choices=(NEVER, *KINDS),
    default=NEVER,
    help="Ends a run at the step where this criterion first holds, and returns the best iterate so far.",
)
THRESHOLD_OF_THE_LOSS = Parameter(  # the threshold where no lowest value is known
    key="threshold",
    name="Loss at most",
    default=1e-3,
    low=-1e6,
    high=1e6,
    help="Good enough: the loss is no higher than this. No lowest value is known on this surface, so there is no "
    "height above it. Counting starts anew whenever it is exceeded.",
)
SETTINGS = (STOP_AT, *CRITERIA)  # as a link has them
BY_KEY: Mapping[str, Parameter] = {parameter.key: parameter for parameter in SETTINGS}


def settings_of(experiment: Any) -> dict[str, Any]:
    """Return the experiment's criteria and where it stops, by the keys of SETTINGS."""
    return {STOP_AT.key: experiment.stop_at, **experiment.criteria}


def fields_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return an Experiment's fields from values by the keys of SETTINGS; those left out are at their defaults."""
    given = dict(values)
    return {"stop_at": given.pop(STOP_AT.key, NEVER), "criteria": given}


def changed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the settings that are not at their defaults."""
    given = {key: settings.get(key, parameter.default) for key, parameter in BY_KEY.items()}
    return {key: value for key, value in given.items() if value != BY_KEY[key].default}


def checked(given: Mapping[str, Any]) -> FrozenMap:
    """Return all criteria, those left out at their defaults. Raises ValueError naming what is not allowed."""
    try:
        return _checked(tuple((key, type(value), value) for key, value in given.items()))
    except TypeError:  # a value that no cache can hold is no number either
        return FrozenMap(fill(CRITERIA, given, "criteria"))


@lru_cache(maxsize=64)
def _checked(given: tuple[tuple[str, type, Any], ...]) -> FrozenMap:
    """Remembered, since an experiment is made anew at every move of a slider; 1 and True are told apart."""
    return FrozenMap(fill(CRITERIA, {key: value for key, _, value in given}, "criteria"))


def statement(kind: Criterion, values: Mapping[str, Any]) -> str:
    """Return a criterion in words, with its numbers: "step size ≤ 1e−4 for 5 steps"."""
    if kind.key == "heldout":
        patience, least = values[kind.patience], values[kind.limit]
        lower = f"no lower by more than {number(least, 4)}" if least else "no lower"
        return f"{kind.quantity} {lower} for {count(patience)} step{'' if patience == 1 else 's'}"
    relative = "relative " if kind.key == "loss" and values["loss_measure"] == "relative" else ""
    patience = values[kind.patience]
    row = f" for {count(patience)} steps" if patience > 1 else ""
    return f"{relative}{kind.quantity} ≤ {number(values[kind.limit], 4)}{row}"
