"""What was ignored in a link or refused in a control, said once, plainly; it lies over the page and can be put away."""

import numpy as np
import streamlit as st

from experiments import smoothing_trouble
from experiments.objective.heights import surface_of
from ui import session

_OF_MAPS = "atlas: "  # what begins the words about a link's map
_AWAY = "thalweg.away"  # what was put away, until something else is to be said


def notices() -> None:
    """Draw the last notices, if any, and what is wrong with the surface as it now is.

    Their container is always there, and page.css takes it out of the page's flow: what is said moves nothing.
    """
    sentences = _sentences()
    heard = (session.notices() or session.remarks(), tuple(sentences))
    with st.container(key="notices"):
        if sentences and not _is_away(heard):
            for sentence in sentences:
                st.warning(sentence, icon=":material/info:")
            st.button(
                "Put this notice away",
                icon=":material/close:",
                key="notices.away",
                type="tertiary",
                on_click=_put_away,
                args=(heard,),
            )


def _sentences() -> list[str]:
    """Return what is to be said, in Markdown."""
    said, current = session.notices(), session.experiment()
    sentences = []
    if not np.isfinite(surface_of(current).z).any():
        sentences.append("Nowhere in this window is the function a finite number.")
    trouble = smoothing_trouble(current)
    if trouble is not None:
        sentences.append(_plain(trouble))
    sentences += [_plain(f"{sentence[:1].upper()}{sentence[1:]}.") for sentence in session.remarks()]
    for sentence in said:
        if sentence.startswith(_OF_MAPS):
            why = _plain(sentence.removeprefix(_OF_MAPS))
            sentences.append(f"The link's map could not be read, so the lab is shown without one: {why}.")
    others = [sentence for sentence in said if not sentence.startswith(_OF_MAPS)]
    if others:
        lines = "\n".join(f"- {_plain(sentence)}" for sentence in others)
        sentences.append(f"Some of what was asked for was ignored:\n{lines}")
    return sentences


Heard = tuple[tuple[str, ...], tuple[str, ...]]


def _is_away(heard: Heard) -> bool:
    """Return whether just this was put away: the same sentence said anew is another notice."""
    away: Heard | None = st.session_state.get(_AWAY)
    return away is not None and away[0] is heard[0] and away[1] == heard[1]


def _put_away(heard: Heard) -> None:
    st.session_state[_AWAY] = heard


def _plain(sentence: str) -> str:
    """Return text with Markdown's and HTML's signs made harmless."""
    return "".join("\\" + c if c in r"\`*_{}[]()#+!|~$<>&:" else c for c in sentence)
