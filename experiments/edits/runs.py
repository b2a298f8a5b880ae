"""Changes of the list of runs: each returns the experiment as it is afterwards."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from experiments.critical.defaults import default_run
from experiments.setup.experiment import Experiment
from experiments.setup.run import Run, Wrapper
from optimizers import OPTIMIZERS
from parameter import Refusal, shown

COLORS = 6  # slots of the palette
_USUAL = ("gradient_descent", "momentum", "adam", "rmsprop", "nesterov", "adagrad")  # what is added first


def color_of(experiment: Experiment, place: int) -> int:
    """Return the palette's slot of a run: its own, or that of its place."""
    color = experiment.runs[place].color
    return place if color is None else color


def run_at(experiment: Experiment, place: Any) -> Run:
    """Return the run at a place, counted from 0. Raises Refusal where there is none at it."""
    count = len(experiment.runs)
    if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < count:
        raise Refusal(f"run: there is none at place {shown(place)}; there are {count}")
    return experiment.runs[place]


def with_run(experiment: Experiment, place: int, **fields: Any) -> Experiment:
    """Return the experiment with fields of one run changed. Raises Refusal naming the field."""
    new = replace(run_at(experiment, place), **fields)
    return experiment.replace(runs=(*experiment.runs[:place], new, *experiment.runs[place + 1 :]))


def with_optimizer(experiment: Experiment, place: int, optimizer: str) -> Experiment:
    """Return the experiment with another optimizer in a run, at its defaults and numbers that suit the surface."""
    if not isinstance(optimizer, str) or optimizer not in OPTIMIZERS:  # the run says which are known
        return with_run(experiment, place, optimizer=optimizer)
    fresh = default_run(experiment, optimizer)
    return with_run(
        experiment, place, optimizer=optimizer, parameters=fresh.parameters, learning_rate=fresh.learning_rate
    )


def with_wrappers(experiment: Experiment, place: int, keys: Iterable[str]) -> Experiment:
    """Return the experiment with these wrappers around a run's optimizer, keeping the numbers of those that stay."""
    kept = {wrapper.key: wrapper for wrapper in run_at(experiment, place).wrappers}
    return with_run(experiment, place, wrappers=tuple(kept.get(key) or Wrapper(key=key) for key in keys))


def with_one_rate(experiment: Experiment, place: int) -> Experiment:
    """Return the experiment with the learning rate of the run at this place for every run."""
    rate = run_at(experiment, place).learning_rate
    return experiment.replace(runs=tuple(replace(run, learning_rate=rate) for run in experiment.runs))


def reset(experiment: Experiment, place: int) -> Experiment:
    """Return the experiment with a run at its optimizer's defaults and numbers that suit, and nothing around it."""
    fresh = default_run(experiment, run_at(experiment, place).optimizer)
    return with_run(
        experiment,
        place,
        parameters=fresh.parameters,
        learning_rate=fresh.learning_rate,
        schedule="constant",
        schedule_parameters={},
        wrappers=(),
    )


def added(experiment: Experiment) -> Experiment:
    """Return the experiment with a run of the first usual optimizer that is not there yet, in a colour not taken."""
    taken = {run.optimizer for run in experiment.runs}
    optimizer = next((key for key in (*_USUAL, *OPTIMIZERS) if key not in taken), _USUAL[0])
    return _appended(experiment, default_run(experiment, optimizer, color=_free_color(experiment)))


def duplicated(experiment: Experiment, place: int) -> Experiment:
    """Return the experiment with a copy of a run at the end, in a colour not taken."""
    return _appended(experiment, replace(run_at(experiment, place), color=_free_color(experiment)))


def removed(experiment: Experiment, place: int) -> Experiment:
    """Return the experiment without a run; the others keep their colours."""
    run_at(experiment, place)
    colored = _colored(experiment)
    return experiment.replace(runs=(*colored[:place], *colored[place + 1 :]))


def moved(experiment: Experiment, place: int, by: int) -> Experiment:
    """Return the experiment with a run moved up or down the list, unless it would leave it; colours stay with runs."""
    run_at(experiment, place)
    runs, other = list(_colored(experiment)), place + by
    if not 0 <= other < len(runs):
        return experiment
    runs[place], runs[other] = runs[other], runs[place]
    return experiment.replace(runs=tuple(runs))


def _appended(experiment: Experiment, run: Run) -> Experiment:
    return experiment.replace(runs=(*_colored(experiment), run))


def _colored(experiment: Experiment) -> tuple[Run, ...]:
    """Return the runs with their colours written down, so that they keep them when they move."""
    return tuple(replace(run, color=color_of(experiment, place)) for place, run in enumerate(experiment.runs))


def _free_color(experiment: Experiment) -> int:
    taken = {color_of(experiment, place) for place in range(len(experiment.runs))}
    return next((slot for slot in range(COLORS) if slot not in taken), 0)
