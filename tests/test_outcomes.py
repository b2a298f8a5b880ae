"""Every outcome has a title and what advice looks for, and every run that is cut keeps all its parts."""

from dataclasses import fields

import numpy as np

from experiments import Experiment, Outcome, Run, simulate
from experiments.advice.causes import _CAUSES, _SLOW
from experiments.simulation.stopping import cut
from figures.packets.wording import TITLES


def test_every_outcome_has_a_title_and_something_that_advice_looks_for() -> None:
    assert set(TITLES) == set(Outcome)
    assert _SLOW and {*_CAUSES, Outcome.GLOBAL_MINIMUM, Outcome.STILL_DESCENDING} == set(Outcome)
    assert all(_CAUSES.values())


def test_a_run_at_a_minimum_is_not_lost() -> None:
    assert {o for o in Outcome if o.at_minimum} == {Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM}
    assert {o for o in Outcome if o.is_lost} == {Outcome.DIVERGED, Outcome.NON_FINITE, Outcome.LEFT_DOMAIN}


def test_a_cut_run_is_the_first_steps_of_the_whole_in_all_its_parts() -> None:
    run = Run(optimizer="adam", learning_rate=0.1)
    (whole,) = simulate(Experiment(landscape="himmelblau", steps=30, noise=0.5, runs=(run,)))
    part = cut(whole, 12)
    assert part.steps == 12
    for field in fields(whole):
        before, after = getattr(whole, field.name), getattr(part, field.name)
        if isinstance(before, np.ndarray):
            assert len(before) - whole.steps == len(after) - 12, field.name
            np.testing.assert_array_equal(after, before[: len(after)])
    assert part.states and all(len(array) == 12 for array in part.states.values())
