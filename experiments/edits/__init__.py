"""An edit as data: what a person changes of an experiment, each a pure function of it."""

from experiments.edits.addresses import SmoothingError, UnknownAddressError, edited
from experiments.edits.carried_out import carried_out

__all__ = ["SmoothingError", "UnknownAddressError", "carried_out", "edited"]
