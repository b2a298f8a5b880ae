"""What the runs of an experiment are called: as somebody named them, else by their optimizer and what tells them apart.

A name that is typed stays. One that is not follows the run's values: two runs of gradient descent are "Rate 0.05" and
"Rate 0.19" until a rate is moved, and then they say the new one.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from experiments.setup.experiment import Experiment
from experiments.setup.run import Run
from numerals import count, number
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from parameter import Parameter

_MOST = 3  # differences in a title: more would not fit


def titles_of(experiment: Experiment) -> tuple[str, ...]:
    """Return the title of every run, in order."""
    unnamed = [run for run in experiment.runs if not run.name]
    one = len({run.optimizer for run in experiment.runs}) == 1
    return tuple(
        run.name or _title(run, [r for r in unnamed if r.optimizer == run.optimizer], one) for run in experiment.runs
    )


def _title(run: Run, alike: list[Run], only: bool) -> str:
    """Return the title of a run among those with its optimizer. only: there is no other optimizer to tell it from."""
    name, apart = OPTIMIZERS[run.optimizer].name, ", ".join(_differences(run, alike)[:_MOST])
    if not apart:
        return name
    return apart[0].upper() + apart[1:] if only else f"{name}, {apart}"


def _differences(run: Run, alike: list[Run]) -> list[str]:
    """Return in words those of a run's values that not all of these have."""
    words = []
    if _differ(other.learning_rate for other in alike):
        words.append(f"rate {number(run.learning_rate)}")
    schedule = SCHEDULES[run.schedule]
    if _differ(other.schedule for other in alike):
        words.append(schedule.name.lower())
    scheduled = [other for other in alike if other.schedule == run.schedule]
    words += _values(schedule.parameters, run.schedule_parameters, [r.schedule_parameters for r in scheduled])
    words += _values(OPTIMIZERS[run.optimizer].parameters, run.parameters, [other.parameters for other in alike])
    if _differ(tuple(wrapper.key for wrapper in other.wrappers) for other in alike):
        words += [WRAPPERS[wrapper.key].name for wrapper in run.wrappers] or ["nothing around it"]
    else:
        for place, wrapper in enumerate(run.wrappers):
            around = [other.wrappers[place].parameters for other in alike]
            words += _values(WRAPPERS[wrapper.key].parameters, wrapper.parameters, around)
    return words


def _values(parameters: tuple[Parameter, ...], own: Mapping[str, Any], all_of: list[Mapping[str, Any]]) -> list[str]:
    return [
        f"{parameter.name.lower()} {_said(own[parameter.key])}"
        for parameter in parameters
        if _differ(values[parameter.key] for values in all_of)
    ]


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return "drawn"
    if isinstance(value, str):
        return value
    return count(value) if isinstance(value, int) else number(value)


def _differ(values: Iterable[Any]) -> bool:
    return len(set(values)) > 1
