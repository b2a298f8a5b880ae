"""Links from the reference into the lab: each opens an entry beside what it is best compared with."""

from functools import cache
from urllib.parse import urlencode

from experiments import Experiment, Run, Wrapper
from experiments.critical.defaults import default_run
from experiments.setup import limits
from lessons import OPENING

_PLAIN = "gradient_descent"
_RAVINE, _STEPS = "ill_conditioned_quadratic", 200


def _link(experiment: Experiment, *runs: Run) -> str:
    """Return the address of the lab as seen from a page beside it; the host may lower the number of runs."""
    return "./?" + urlencode(experiment.replace(runs=runs[: limits.MAX_RUNS]).to_query())


@cache
def to_optimizer(key: str) -> str:
    """Return the link to an optimizer, beside plain descent on the surface that the lab opens with."""
    fresh = OPENING.experiment.replace(runs=())
    plain = () if key == _PLAIN else (default_run(fresh, _PLAIN),)
    return _link(fresh, default_run(fresh, key), *plain)


@cache
def to_schedule(key: str) -> str:
    """Return the link to a schedule, beside the constant rate, under gradient noise: what they are chosen for."""
    fresh = Experiment(landscape=_RAVINE, steps=_STEPS, noise=1.0)
    constant = default_run(fresh, _PLAIN)
    beside = () if key == "constant" else (default_run(fresh, _PLAIN, schedule=key),)
    return _link(fresh, *beside, constant)


@cache
def to_set(key: str, data_set: str) -> str:
    """Return the link to a data set under one of the models that learn from it."""
    fresh = Experiment(landscape=key, landscape_parameters={"data_set": data_set}, steps=_STEPS)
    return _link(fresh, default_run(fresh, _PLAIN), default_run(fresh, "adam"))


@cache
def to_wrapper(key: str) -> str:
    """Return the link to a wrapper around momentum, beside momentum alone."""
    fresh = OPENING.experiment.replace(runs=())
    around = default_run(fresh, "momentum", wrappers=(Wrapper(key=key),))
    return _link(fresh, around, default_run(fresh, "momentum"))
