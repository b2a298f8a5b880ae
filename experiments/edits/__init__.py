"""An edit as data: what a person changes of an experiment, each a pure function of it."""

from experiments.edits.addresses import SmoothingError, UnknownAddressError, edited

__all__ = ["SmoothingError", "UnknownAddressError", "edited"]
