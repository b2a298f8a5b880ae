"""The experiment that a person is looking at. Session state holds it; widgets and the link only show it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from experiments import MODIFIERS, Experiment, Run, Wrapper, landscape_of, limits, smoothing_limit, with_modifier
from experiments.defaults import default_run
from lessons import EXAMPLES, OPENING
from optimizers import OPTIMIZERS
from parameter import Refusal, shown
from ui.deeds import deed

_deed = deed(lambda sentence: refuse(sentence))  # noqa: PLW0108  it is defined below
_EXPERIMENT, _MOMENT = "thalweg.experiment", "thalweg.moment"
COLORS = 6


@dataclass
class _Moment:
    """What a session knows beside its experiment. One object: Streamlit copies all keys of the state time and again."""

    play: int = 0  # grows whenever the stage should play from the start
    selected: int = 0  # the run being edited
    notices: tuple[str, ...] = ()
    sequence: int | None = None
    example: str | None = None
    typed: tuple[str, str] | None = None  # a formula that was refused, and why
    elsewhere: bool = False  # something changed that is shown outside the stage
    wants: frozenset[str] = frozenset()  # what the stage shows beyond its picture
    advised: Experiment | None = None  # the one that advice was asked for: a new one gets none until it is at rest
    at_rest: bool = False  # the stage's last message asks for that alone: there is time to work at it


def _moment() -> _Moment:
    if _MOMENT not in st.session_state:
        st.session_state[_MOMENT] = _Moment()
    return st.session_state[_MOMENT]


def experiment() -> Experiment:
    """Return the session's experiment, read from the link the first time."""
    if _EXPERIMENT not in st.session_state:
        query = st.query_params.to_dict()
        found, ignored = Experiment.repair(query, OPENING.experiment)
        st.session_state[_EXPERIMENT] = found
        _moment().play = 1
        _moment().example = _example_of(found)
        _notify(ignored)
    return st.session_state[_EXPERIMENT]


def show(new: Experiment, play: bool = False, example: str | None = None) -> None:
    """Make this the session's experiment; play: run it from its start."""
    st.session_state[_EXPERIMENT] = new
    moment = _moment()
    moment.example, moment.notices, moment.typed = example, (), None
    moment.play += play


def open_link(query: Mapping[str, Any]) -> None:
    """Show the nearest valid experiment to a link, and say what was ignored."""
    found, ignored = Experiment.repair(query, OPENING.experiment)
    show(found, play=False, example=_example_of(found))
    _notify(ignored)


def _example_of(found: Experiment) -> str | None:
    """Return the key of the example that a link shows, or None."""
    return next((example.key for example in EXAMPLES if example.experiment == found), None)


def open_json(text: str | bytes) -> None:
    """Show the experiment of a JSON document. Raises ValueError naming what is wrong."""
    show(Experiment.from_json(text), play=True)


@_deed
def change(**fields: Any) -> None:
    """Change fields of the experiment; a value that is not allowed changes nothing and is said."""
    show(experiment().replace(**fields), example=_moment().example if set(fields) <= {"start"} else None)


@_deed
def modify(key: str, value: Any) -> None:
    """Set one modifier of the surface, None for its default; what is not allowed changes nothing and is said."""
    known = {parameter.key: parameter for parameter in MODIFIERS}
    if key not in known:
        raise Refusal(f"modifier: {shown(key)} is not a known modifier; known: {', '.join(known)}")
    new = with_modifier(experiment(), key, known[key].default if value is None else value)
    limit = smoothing_limit(new) if key == "smoothing" and new.smoothing else new.smoothing
    if new.smoothing <= limit:
        show(new)
        return
    show(new.replace(smoothing=limit))
    refuse(f"Smoothing: {new.smoothing:.3g} cannot be computed exactly on this surface; {limit:.3g} is the most.")


def refuse_formula(text: str, reason: str) -> None:
    """Keep a formula that cannot be read, so that it can be mended."""
    _moment().typed = (text, reason)


def refused_formula() -> tuple[str, str] | None:
    """Return the formula that was refused last and why, until the surface changes."""
    return _moment().typed


def play_token() -> str:
    """Return a token that differs whenever the stage should play from the start."""
    return str(_moment().play)


def elsewhere(changed: bool) -> bool:
    """Return whether something changed that is shown outside the stage, and note whether it has now."""
    moment = _moment()
    before, moment.elsewhere = moment.elsewhere, changed
    return before


def wants(new: frozenset[str] | None = None) -> frozenset[str]:
    """Return what the stage shows beyond its picture (ui.wants); set it first if it is given."""
    moment = _moment()
    if new is not None:
        moment.wants = new
        moment.advised = experiment() if "advice" in new else None
    return moment.wants if moment.advised is experiment() else moment.wants - {"advice"}


def at_rest(new: bool | None = None) -> bool:
    """Return whether there is time for longer work, once after it was said; set it if it is given."""
    moment = _moment()
    before, moment.at_rest = moment.at_rest, bool(new)
    return before


def example() -> str | None:
    """Return the key of the example that is shown unchanged but for its start, or None."""
    return _moment().example


def notices() -> tuple[str, ...]:
    """Return what was ignored or refused last."""
    return _moment().notices


def refuse(sentence: str) -> None:
    """Say what could not be done."""
    _notify((sentence,))


def _notify(sentences: tuple[str, ...]) -> None:
    _moment().notices = tuple(sentences)


def sequence(number: int | None = None) -> int | None:
    """Return the number of the last event answered; set it first if one is given."""
    if number is not None:
        _moment().sequence = number
    return _moment().sequence


@_deed
def random_start() -> None:
    """Take the next seed, and from it a start within the view."""
    current = experiment()
    seed = (current.seed + 1) % (limits.MAX_SEED + 1)
    (x0, x1), (y0, y1) = current.window
    x, y = np.random.default_rng((seed, 1)).uniform((x0, y0), (x1, y1))
    change(seed=seed, start=(float(f"{x:.6g}"), float(f"{y:.6g}")))


@_deed
def suggested_start() -> None:
    """Go back to the first start that the surface suggests."""
    change(start=landscape_of(experiment()).starts[0])


# Runs


def selected() -> int:
    """Return the place of the run being edited."""
    return max(0, min(_moment().selected, len(experiment().runs) - 1))


def select(place: Any) -> None:
    """Edit the run at this place; what is none, as no page of ours would send it, changes nothing."""
    if isinstance(place, int):
        _moment().selected = place


def color_of(current: Experiment, place: int) -> int:
    """Return the palette's slot of a run: its own, or that of its place."""
    color = current.runs[place].color
    return place if color is None else color


def colored(current: Experiment) -> tuple[Run, ...]:
    """Return the runs with their colours written down, so that they keep them when they move."""
    return tuple(replace(run, color=color_of(current, place)) for place, run in enumerate(current.runs))


@_deed
def change_run(place: int, **fields: Any) -> None:
    """Change fields of one run; a value that is not allowed changes nothing and is said."""
    runs, place = list(experiment().runs), _checked(place)
    runs[place] = replace(runs[place], **fields)
    change(runs=tuple(runs))


def _checked(place: Any) -> int:
    """Return the place of a run. Raises Refusal where there is none at it."""
    count = len(experiment().runs)
    if not isinstance(place, int) or not 0 <= place < count:
        raise Refusal(f"run: there is none at place {shown(place)}; there are {count}")
    return place


@_deed
def change_optimizer(place: int, optimizer: str) -> None:
    """Give a run another optimizer, with its defaults and numbers that suit the surface."""
    if optimizer not in OPTIMIZERS:
        raise Refusal(f"optimizer: {shown(optimizer)} is not a known optimizer")
    fresh = default_run(experiment(), optimizer)
    change_run(place, optimizer=optimizer, parameters=fresh.parameters, learning_rate=fresh.learning_rate)


@_deed
def change_in_wrapper(place: int, key: str, changed: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
    """Change the numbers of one of a run's wrappers."""
    wrappers = experiment().runs[_checked(place)].wrappers
    if key not in [wrapper.key for wrapper in wrappers]:
        raise Refusal(f"wrapper: {shown(key)} is not around this run")
    new = tuple(Wrapper(key=w.key, parameters=changed(w.parameters)) if w.key == key else w for w in wrappers)
    change_run(place, wrappers=new)


@_deed
def choose_wrappers(place: int, keys: list[str]) -> None:
    """Put these wrappers around a run's optimizer, keeping the numbers of those that stay."""
    kept = {wrapper.key: wrapper for wrapper in experiment().runs[_checked(place)].wrappers}
    change_run(place, wrappers=tuple(kept.get(key) or Wrapper(key=key) for key in keys))


@_deed
def same_rate_for_all(place: int) -> None:
    """Give every run the learning rate of the one at this place."""
    current = experiment()
    rate = current.runs[_checked(place)].learning_rate
    change(runs=tuple(replace(run, learning_rate=rate) for run in current.runs))


@_deed
def reset_run(place: int) -> None:
    """Give a run its optimizer's defaults, numbers that suit the surface, and nothing around it."""
    current = experiment()
    fresh = default_run(current, current.runs[_checked(place)].optimizer)
    given = {"parameters": fresh.parameters, "learning_rate": fresh.learning_rate}
    change_run(place, schedule="constant", schedule_parameters={}, wrappers=(), **given)


@_deed
def add_run() -> None:
    """Add a run of the first common optimizer that is not there yet, in a colour not taken."""
    current = experiment()
    taken = {run.optimizer for run in current.runs}
    order = ("gradient_descent", "momentum", "adam", "rmsprop", "nesterov", "adagrad", *OPTIMIZERS)
    optimizer = next((key for key in order if key not in taken), "gradient_descent")
    _append(default_run(current, optimizer, color=_free_color(current)))


@_deed
def duplicate_run(place: int) -> None:
    """Add a copy of a run, in a colour not taken."""
    current = experiment()
    _append(replace(current.runs[_checked(place)], color=_free_color(current)))


@_deed
def remove_run(place: int) -> None:
    """Take a run away; the others keep their colours."""
    runs = list(colored(experiment()))
    del runs[_checked(place)]
    select(min(place, len(runs) - 1))
    change(runs=tuple(runs))


@_deed
def move_run(place: int, by: int) -> None:
    """Move a run up or down the list; colours stay with their runs."""
    runs, place = list(colored(experiment())), _checked(place)
    other = place + by
    if 0 <= other < len(runs):
        runs[place], runs[other] = runs[other], runs[place]
        select(other)
        change(runs=tuple(runs))


def _append(run: Run) -> None:
    runs = (*colored(experiment()), run)
    change(runs=runs)
    select(len(experiment().runs) - 1)


def _free_color(current: Experiment) -> int:
    taken = {color_of(current, place) for place in range(len(current.runs))}
    return next((slot for slot in range(COLORS) if slot not in taken), 0)
