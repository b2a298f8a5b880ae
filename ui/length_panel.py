"""For how many steps the runs go, and the seed of random starts."""

from ui import session
from ui.numbers import numbers
from ui.rows import length_rows


def length_panel() -> None:
    """Draw the steps and the seed."""
    numbers(length_rows(session.experiment()), "numbers.length")
