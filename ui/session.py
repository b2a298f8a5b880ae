"""The experiment that a person is looking at. Session state holds it; widgets and the link only show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

import streamlit as st

from experiments import Experiment
from experiments.edits import carried_out, runs
from experiments.edits.data_rows import with_table
from experiments.setup.failures import log_refused
from experiments.setup.link import read_query
from experiments.setup.titles import titles_of
from lessons import EXAMPLES, OPENING
from ui.deeds import deed

_deed = deed(lambda sentence: refuse(sentence))  # noqa: PLW0108  it is defined below
_LONGEST_QUERY = 20_000
STAGE = "stage"  # the component's key
_EXPERIMENT, _MOMENT = "thalweg.experiment", "thalweg.moment"


def _mark() -> str:
    """Return a mark that no other session and no restarted server has, unlike a number that counts."""
    return token_hex(6)


@dataclass
class _Moment:
    """What a session knows beside its experiment. One object: Streamlit copies all keys of the state time and again."""

    play: int = 0  # grows whenever the stage should play from the start
    selected: int = 0  # the run being edited
    notices: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()  # what was done to the table that the rows are from
    remarked: Any = ()  # these rows
    typed: tuple[str, str] | None = None  # a formula that was refused, and why
    elsewhere: bool = True  # something is not drawn yet that is shown outside the stage
    fresh: bool = True  # nobody has done anything yet in this session
    page: str = ""  # the page whose stage settled last, and the number of what it settled on
    count: int = 0
    revision: str = field(default_factory=_mark)  # of the last change that was not made on the stage
    generation: str = field(default_factory=_mark)  # of the last of those that began anew, as an example does
    panel: str = field(default_factory=_mark)  # of the last change that the panel's own widgets do not show already


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
        _notify(ignored)
    made: Experiment = st.session_state[_EXPERIMENT]
    return made


def show(new: Experiment, play: bool = False, anew: bool = False, panel: bool = False) -> None:
    """Make this the session's experiment; play: run it from its start.

    anew: it has nothing to do with the one before, so that what is under way on the stage is not to be done to it.
    panel: the panel's widgets do not show it already.
    """
    _take(new)
    moment = _moment()
    moment.play += play
    moment.elsewhere = True
    moment.revision = _mark()
    if anew:
        moment.generation = _mark()
    if panel:
        moment.panel = _mark()


def _take(new: Experiment) -> None:
    st.session_state[_EXPERIMENT] = new
    moment = _moment()
    moment.notices, moment.typed, moment.fresh = (), None, False


def settle(page: str, count: int, revision: str, query: str, edits: Mapping[str, Any]) -> None:
    """Make what the stage settled on the session's experiment, and say what of it was ignored.

    What was settled before, and what a page settled before it knew of the session's own last change, is passed over:
    the page hears of that change and does what it still has to do on top of it.
    """
    moment, before = _moment(), experiment()
    if page == moment.page and count <= moment.count:
        return
    if not moment.fresh and revision != moment.revision:
        return
    base, ignored = Experiment.repair(read_query(query[:_LONGEST_QUERY]), OPENING.experiment)
    new, refused = carried_out(base, edits)
    if base != before or bool(new.data) != bool(before.data):  # rows of one's own have other settings
        moment.elsewhere, moment.panel = True, _mark()
    elif titles_of(new) != titles_of(before):  # what runs are called may tell their numbers: the widgets stay
        moment.elsewhere = True
    if any(base == example.experiment != before for example in EXAMPLES):
        select(0)
    _take(new)
    moment.page, moment.count = page, count
    for sentence in refused:
        log_refused(sentence)
    _notify((*ignored, *refused))


def panel() -> str:
    """Return a mark of the panel's widgets: another one means that they were made anew."""
    return _moment().panel


def fresh() -> bool:
    """Return whether nobody has done anything yet in this session: a page may have had another one before."""
    return _moment().fresh


def told() -> dict[str, Any]:
    """Return what the stage is told of the session beside its experiment."""
    moment = _moment()
    return {
        "play": str(moment.play),
        "fresh": moment.fresh,
        "revision": moment.revision,
        "generation": moment.generation,
        "page": moment.page,
        "count": moment.count,
    }


def open_json(text: str | bytes) -> None:
    """Show the experiment of a JSON document. Raises ValueError naming what is wrong."""
    show(Experiment.from_json(text), play=True, anew=True, panel=True)


def open_table(text: str) -> None:
    """Show the experiment on the rows of a pasted table. Raises TableError, a Refusal, naming what is wrong."""
    new, notes = with_table(experiment(), text)
    show(new, play=True, anew=True, panel=True)
    _moment().remarks, _moment().remarked = notes, new.data


@_deed
def edit(edits: Mapping[str, Any], panel: bool = False) -> None:
    """Change what stands at addresses (experiments.edits), None for the default that suits it.

    What is not allowed changes nothing and is said; addresses that there are not are refused in one sentence. panel:
    the panel's widgets do not show it already.
    """
    before = experiment()
    new, refused = carried_out(before, edits)
    if new != before:
        show(new, panel=panel)
    for sentence in refused:
        log_refused(sentence)
    _notify(refused)


def refuse_formula(text: str, reason: str) -> None:
    """Keep a formula that cannot be read, so that it can be mended."""
    _moment().typed = (text, reason)


def refused_formula() -> tuple[str, str] | None:
    """Return the formula that was refused last and why, until the surface changes."""
    return _moment().typed


def elsewhere() -> bool:
    """Return whether something changed that is shown outside the stage, and was not drawn there to the end."""
    return _moment().elsewhere


def all_drawn() -> None:
    """Note that the whole page shows what now stands."""
    _moment().elsewhere = False


def notices() -> tuple[str, ...]:
    """Return what was ignored or refused last."""
    return _moment().notices


def remarks() -> tuple[str, ...]:
    """Return what was done to the table that the rows of data are from, in sentences; nothing of other rows."""
    moment, rows = _moment(), experiment().data
    return moment.remarks if rows and rows == moment.remarked else ()


def refuse(sentence: str) -> None:
    """Say what could not be done."""
    _notify((sentence,))


def _notify(sentences: tuple[str, ...]) -> None:
    _moment().notices = tuple(sentences)


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
    show(runs.removed(experiment(), place), panel=True)
    select(place)


@_deed
def move_run(place: int, by: int) -> None:
    """Move a run up or down the list; colours stay with their runs."""
    before = experiment()
    show(runs.moved(before, place, by), panel=True)
    if 0 <= place + by < len(before.runs):
        select(place + by)


@_deed
def reset_run(place: int) -> None:
    """Give a run its optimizer's defaults, numbers that suit the surface, and nothing around it."""
    show(runs.reset(experiment(), place), panel=True)


@_deed
def same_rate_for_all(place: int) -> None:
    """Give every run the learning rate of the one at this place."""
    show(runs.with_one_rate(experiment(), place))


def _show_with_last(new: Experiment) -> None:
    show(new, panel=True)
    select(len(new.runs) - 1)
