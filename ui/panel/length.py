"""For how many steps the runs go, and the seed of random starts."""

from experiments.edits.rows import length_rows
from ui import session
from ui.panel.numbers import numbers


def length_panel() -> None:
    """Draw the steps and the seed."""
    numbers(length_rows(session.experiment()), "numbers.length")
