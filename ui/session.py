"""The experiment that a person is looking at. Session state holds it; widgets and the link only show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from experiments import Experiment, landscape_of
from experiments.edits import SmoothingError, UnknownAddressError, edited, runs
from experiments.setup import limits
from lessons import EXAMPLES, OPENING
from parameter import Refusal
from ui.deeds import deed

_deed = deed(lambda sentence: refuse(sentence))  # noqa: PLW0108  it is defined below
_MOST = 64  # edits in one message
_EXPERIMENT, _MOMENT = "thalweg.experiment", "thalweg.moment"


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
    found: _Moment = st.session_state[_MOMENT]
    return found


def experiment() -> Experiment:
    """Return the session's experiment, read from the link the first time."""
    if _EXPERIMENT not in st.session_state:
        query = st.query_params.to_dict()
        found, ignored = Experiment.repair(query, OPENING.experiment)
        st.session_state[_EXPERIMENT] = found
        _moment().play = 1
        _moment().example = _example_of(found)
        _notify(ignored)
    made: Experiment = st.session_state[_EXPERIMENT]
    return made


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


def edit(edits: Mapping[str, Any]) -> None:
    """Change what stands at addresses (experiments.edits), None for the default that suits it.

    What is not allowed changes nothing and is said; addresses that there are not are refused in one sentence.
    """
    unknown: list[UnknownAddressError] = []
    for address, value in list(edits.items())[:_MOST]:
        _edit(str(address), value, unknown)
    if unknown:
        _refuse(unknown)


@_deed
def _edit(address: str, value: Any, unknown: list[UnknownAddressError]) -> None:
    try:
        show(edited(experiment(), address, value))
    except SmoothingError as refusal:  # the most that is allowed is taken
        show(edited(experiment(), address, refusal.most))
        refuse(str(refusal))
    except UnknownAddressError as refusal:
        unknown.append(refusal)


@_deed
def _refuse(unknown: list[UnknownAddressError]) -> None:
    more = f" (nor for {len(unknown) - 1} more)" if len(unknown) > 1 else ""
    raise Refusal(f"{unknown[0]}{more}")


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
    """Return what the stage shows beyond its picture (figures.packets.wants); set it first if it is given."""
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


@_deed
def add_run() -> None:
    """Add a run of the first usual optimizer that is not there yet, in a colour not taken."""
    _show_with_last(runs.added(experiment()))


@_deed
def duplicate_run(place: int) -> None:
    """Add a copy of a run, in a colour not taken."""
    _show_with_last(runs.duplicated(experiment(), place))


@_deed
def remove_run(place: int) -> None:
    """Take a run away; the others keep their colours."""
    show(runs.removed(experiment(), place))
    select(place)


@_deed
def move_run(place: int, by: int) -> None:
    """Move a run up or down the list; colours stay with their runs."""
    before = experiment()
    show(runs.moved(before, place, by))
    if 0 <= place + by < len(before.runs):
        select(place + by)


@_deed
def reset_run(place: int) -> None:
    """Give a run its optimizer's defaults, numbers that suit the surface, and nothing around it."""
    show(runs.reset(experiment(), place))


@_deed
def same_rate_for_all(place: int) -> None:
    """Give every run the learning rate of the one at this place."""
    show(runs.with_one_rate(experiment(), place))


def _show_with_last(new: Experiment) -> None:
    show(new)
    select(len(new.runs) - 1)
