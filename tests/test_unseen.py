"""The comparison of what was not seen, over penalty, degree and points: against single runs, and as it is told."""

from typing import Any

import numpy as np
import pytest

from experiments import Experiment, Run, simulate
from experiments.edits import edited
from experiments.studies.unseen import studies_of
from figures.packets.unseen import unseen_numbers, unseen_slice

RUNS = (
    Run(optimizer="gradient_descent", learning_rate=0.1),
    Run(optimizer="adam", learning_rate=0.02),
)
NINE = Experiment(
    landscape="polynomial_fit", landscape_parameters={"degree": 9}, held_out=0.5, steps=300, l2=0.02, runs=RUNS
)


def test_every_number_is_that_of_a_single_run():
    studies, progress = studies_of(NINE)
    assert progress.finished and [study.address.split(".")[-1] for study in studies] == ["l2", "degree", "samples"]
    for study in studies:
        assert study.heldout.shape == (2, len(study.values))
        for column in (0, len(study.values) // 2, len(study.values) - 1):
            value = float(study.values[column])
            changed = edited(NINE, study.address, value if study.address == "l2" else int(value))
            for place, run in enumerate(simulate(changed)):
                assert run.train is not None and run.heldout is not None
                expected = (run.train[-1], run.heldout[-1], run.heldout.min())
                made = (study.train[place, column], study.heldout[place, column], study.best[place, column])
                np.testing.assert_array_equal(made, expected)


def test_the_held_out_loss_draws_a_u_and_training_only_falls_with_the_degree():
    penalty, degree, points = studies_of(NINE)[0]
    best = int(np.argmin(penalty.heldout[0]))
    assert 0 < best < len(penalty.values) - 1 and 0.01 < penalty.values[best] < 1
    assert penalty.heldout[0, 0] > 2 * penalty.heldout[0, best] < penalty.heldout[0, -1]
    exact, _ = studies_of(NINE.replace(l2=0.0, steps=5_000, runs=RUNS[:1]))
    train, heldout = exact[1].train[0], exact[1].heldout[0]
    assert (np.diff(train[:10]) <= 1e-9).all() and 2 < int(np.argmin(heldout)) < 9
    assert degree.now == 9 and points.now == 40 and points.heldout[0, -1] < 1.5 * points.train[0, -1]


def test_it_is_made_in_slices_and_told_without_numbers_that_are_none():
    wild = NINE.replace(seed=5, runs=(Run(optimizer="gradient_descent", learning_rate=0.35),))
    seen: list[dict[str, Any]] = []
    while not seen or seen[-1]["progress"]["done"] < seen[-1]["progress"]["all"]:
        seen.append(unseen_slice(wild))
        assert len(seen) < 200
    degree = seen[-1]["studies"][1]["runs"][0]
    assert degree["train"][0] is not None and None in degree["train"]  # too high a rate for a high degree
    assert all(value is None or np.isfinite(value) for one in seen[-1]["studies"] for value in one["runs"][0]["best"])


@pytest.mark.parametrize("experiment", [NINE.replace(held_out=0.0), Experiment(landscape="sphere", runs=RUNS)])
def test_without_rows_that_are_held_out_there_is_nothing_and_it_is_said(experiment):
    told = unseen_slice(experiment)
    assert told["studies"] == [] and "Hold rows out" in told["why"]


def test_classes_have_degrees_of_their_own_and_iris_no_more_points():
    moons = Experiment(landscape="logistic_features", held_out=0.5, steps=20, runs=RUNS[:1])
    assert [len(study.values) for study in studies_of(moons)[0]] == [10, 4, 6]
    iris = Experiment(landscape="softmax_fit", held_out=0.5, steps=20, runs=RUNS[:1])
    assert [study.address for study in studies_of(iris)[0]] == ["l2"]


def test_one_study_alone_is_made_where_its_number_is_looked_at_and_kept_while_that_number_changes():
    address = "landscape_parameters.degree"
    alone, progress = studies_of(NINE.replace(seed=7), of=[address, "steps"])
    assert [study.address for study in alone] == [address] and progress.all == len(alone[0].values) == 16
    other = edited(NINE.replace(seed=7), address, 3)
    (again,), kept = studies_of(other, seconds=0.0, of=[address])
    assert kept.finished and again.now == 3
    np.testing.assert_array_equal(again.heldout, alone[0].heldout)
    (penalty,), fresh = studies_of(other, seconds=0.0, of=["l2"])
    assert fresh.done == 0 and np.isnan(penalty.heldout).all()  # that of another degree
    np.testing.assert_array_equal(studies_of(other)[0][1].heldout, again.heldout)
    (stepped,), _ = studies_of(NINE.replace(seed=7, steps=30), of=[address])
    assert (stepped.train[0] != again.train[0]).any()


def test_which_studies_there_are_is_told_before_any_is_made():
    assert [one["name"] for one in unseen_numbers(NINE)] == ["L2 penalty", "Degree", "Points"]
    assert unseen_numbers(NINE.replace(held_out=0.0)) == unseen_numbers(NINE.replace(runs=())) == []
    told = unseen_slice(NINE.replace(seed=9), ["l2", 3])
    assert [study["address"] for study in told["studies"]] == ["l2"] and told["progress"]["all"] == 10
