"""The gallery of surfaces: a thumbnail each, by family, with search and filters."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import streamlit as st

from figures.style import COLORSCALE
from figures.thumbnails import SIDE
from landscapes import UNITS, Landscape
from landscapes.search import words_of
from server import assets

# What a first course needs, in the order in which it might show them.
ESSENTIALS = (
    "sphere",
    "ill_conditioned_quadratic",
    "rosenbrock",
    "saddle",
    "monkey_saddle",
    "double_well",
    "himmelblau",
    "three_hump_camel",
    "rastrigin",
    "ackley",
    "easom",
    "l1_norm",
)

_HTML = '<section class="thw-gallery" data-testid="gallery" aria-label="Surfaces"></section>'


@lru_cache(maxsize=1)
def _component() -> Any:
    css = (assets.STAGE / "gallery" / "gallery.css").read_text(encoding="utf-8")
    return st.components.v2.component(
        "thalweg_gallery", html=_HTML, css=css, js=assets.loader("gallery"), isolate_styles=False
    )


def gallery(key: str, chosen: str, choose: Callable[[str], None]) -> bool:
    """Draw the gallery; choose is called with the key of the surface that was picked, and True is returned then."""
    done = f"{key}.picked"

    def picked() -> None:
        value = getattr(st.session_state[key], "choose", None)
        if isinstance(value, str) and value in UNITS:
            choose(value)
            st.session_state[done] = True

    data = _catalogue(assets.thumbnails_url()) | {"chosen": chosen}
    _component()(key=key, data=data, on_choose_change=picked, width="stretch")
    return bool(st.session_state.pop(done, False))


@lru_cache(maxsize=1)
def _catalogue(thumbnails: str) -> dict[str, Any]:
    surfaces = [
        {"key": unit.key, "name": unit.name, "family": unit.family, "tags": tags(unit), "words": words_of(unit)}
        for unit in UNITS.values()
    ]
    return {
        "thumbnails": thumbnails,
        "side": SIDE,
        "colorscale": COLORSCALE,
        "essentials": list(ESSENTIALS),
        "surfaces": surfaces,
        "filters": list(_TAGS),
    }


_TAGS: dict[str, Callable[[Landscape], bool]] = {
    "several minima": lambda unit: len(unit.minima) + len(unit.other_minima) > 1,
    "saddle": lambda unit: bool(unit.saddle_points),
    "non-smooth": lambda unit: bool(unit.kinks) or unit.family == "Kinks",
    "plateau": lambda unit: unit.family == "Plateaus and needles",
    "parameters": lambda unit: bool(unit.parameters),
}


def tags(unit: Landscape) -> list[str]:
    """Return the filters that a surface passes, from what is known of it."""
    return [tag for tag, holds in _TAGS.items() if holds(unit)]
