"""For how many steps the runs go, and the seed of random starts."""

from experiments.edits.rows import length_rows
from ui import session
from ui.panel.fold import fold, told
from ui.panel.numbers import numbers


def length_panel() -> None:
    """Draw the steps and the seed, folded."""
    steps, seed = length_rows(session.experiment())
    with fold("length", "Steps and seed", told(steps, "{} steps", always=True, one="{} step"), told(seed)):
        numbers((steps, seed), "numbers.length")
