"""Which experiment a page asks for: a link's query, and edits of what it says."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from experiments import Experiment
from experiments.edits import carried_out, edited
from experiments.edits.carried_out import MOST
from experiments.setup.link import read_query
from parameter import Refusal

LONGEST_QUERY = 20_000  # characters


def exactly(query: str, edits: Mapping[str, Any]) -> Experiment:
    """Return a link's experiment after the edits. Raises Refusal naming what is not allowed."""
    experiment = _linked(query)
    if len(edits) > MOST:
        raise Refusal(f"edits: {len(edits)} are not allowed; at most {MOST}")
    for address, value in edits.items():
        experiment = edited(experiment, address, tuple(value) if isinstance(value, list) else value)
    return experiment


def nearest(query: str, edits: Mapping[str, Any], opening: Experiment) -> Experiment:
    """Return the nearest valid experiment to a link, after those of the edits that are allowed.

    opening: what a link without an experiment shows. The session, which does the same, says what was ignored.
    """
    return carried_out(_repaired(query[:LONGEST_QUERY], opening), edits)[0]


@lru_cache(maxsize=256)
def _linked(query: str) -> Experiment:
    if len(query) > LONGEST_QUERY:
        raise Refusal(f"query: {len(query):,} characters are not allowed; at most {LONGEST_QUERY:,}")
    return Experiment.from_query(read_query(query))


@lru_cache(maxsize=256)
def _repaired(query: str, opening: Experiment) -> Experiment:
    return Experiment.repair(read_query(query), opening)[0]
