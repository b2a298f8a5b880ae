"""The numbers of an experiment that belong to no surface, run or criterion: how long, drawn from what, how often."""

from experiments.setup import limits
from parameter import Parameter

STEPS = Parameter(
    key="steps",
    name="Steps",
    default=limits.STEPS,
    low=1,
    high=limits.MAX_STEPS,
    log=True,
    kind="integer",
    help="How many updates each optimizer makes.",
)
SEED = Parameter(
    key="seed",
    name="Seed",
    default=0,
    low=0,
    high=limits.MAX_SEED,
    kind="integer",
    help="The number that random starts are drawn from: the same seed gives the same start.",
)
REPEATS = Parameter(
    key="repeats",
    name="Times each is run",
    default=1,
    low=1,
    high=limits.MAX_REPEATS,
    kind="integer",
    help="1 is the single run. Each further one has random numbers of its own, drawn from the seed.",
)
SPREAD = Parameter(  # what is allowed depends on the start too: every one drawn must be one that may be given
    key="spread",
    name="Spread of the starts",
    default=0.0,
    low=0.0,
    high=limits.FARTHEST,
    help="The further starts are drawn evenly from the disc of this radius around yours. At 0 all start where you "
    "do, and differ only by gradient noise or by what an optimizer draws.",
    needs=("repeats", 2),
)
