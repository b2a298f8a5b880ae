"""One change of an experiment with one run.

A change that the limits do not allow is None: a rule may ask for any, and Trials pass it over.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from experiments.critical.defaults import default_run, round_to
from experiments.setup import limits
from experiments.setup.experiment import Experiment
from experiments.setup.run import Wrapper
from optimizers import OPTIMIZERS
from parameter import Parameter, Refusal


def changed(experiment: Experiment, **fields: Any) -> Experiment | None:
    """Return the experiment with these fields changed; None where the limits do not allow that."""
    try:
        return experiment.replace(**fields)
    except Refusal:
        return None


def with_run(experiment: Experiment, **fields: Any) -> Experiment | None:
    """Return the experiment with these fields of its run changed; None where the limits do not allow that."""
    try:
        return experiment.replace(runs=(replace(experiment.runs[0], **fields),))
    except Refusal:
        return None


def with_parameters(experiment: Experiment, **values: Any) -> Experiment | None:
    """Return the experiment with these hyperparameters of its optimizer changed; None where they are not allowed."""
    return with_run(experiment, parameters={**experiment.runs[0].parameters, **values})


def with_optimizer(experiment: Experiment, key: str, **parameters: Any) -> Experiment | None:
    """Return the experiment with another optimizer, at its defaults and the numbers that suit the surface."""
    fresh = default_run(experiment, key)
    parameters = {**fresh.parameters, **parameters}
    return with_run(experiment, optimizer=key, learning_rate=fresh.learning_rate, parameters=parameters)


def with_wrapper(experiment: Experiment, key: str, **parameters: Any) -> Experiment | None:
    """Return the experiment with one more wrapper around its run's optimizer; None where there is no room for it."""
    wrappers = experiment.runs[0].wrappers
    if key in [wrapper.key for wrapper in wrappers] or len(wrappers) >= limits.MAX_WRAPPERS:
        return None
    try:
        one_more = Wrapper(key=key, parameters=parameters)
    except Refusal:
        return None
    return with_run(experiment, wrappers=(*wrappers, one_more))


def with_rates(experiment: Experiment, rates: Iterable[float]) -> list[Experiment | None]:
    """Return the experiment at each of these learning rates, rounded to two digits, none twice."""
    allowed = (round_to(rate) for rate in rates if 0 < rate <= limits.MAX_RATE)
    return [with_run(experiment, learning_rate=rate) for rate in dict.fromkeys(allowed) if rate]


def with_momentum(experiment: Experiment, momentum: Parameter, values: Iterable[float]) -> list[Experiment | None]:
    """Return the experiment at each of these values of its optimizer's momentum, as far as they are allowed."""
    return [with_parameters(experiment, **{momentum.key: v}) for v in values if momentum.low <= v <= momentum.high]


def momentum_of(experiment: Experiment) -> Parameter | None:
    """Return the hyperparameter that says how much of the velocity is kept, or None."""
    known = {parameter.key: parameter for parameter in OPTIMIZERS[experiment.runs[0].optimizer].parameters}
    return next((known[key] for key in ("beta", "beta1", "momentum") if key in known), None)
