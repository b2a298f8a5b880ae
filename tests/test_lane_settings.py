"""Settings of lanes: a sweep's cells side by side are what each is as an experiment of its own."""

import numpy as np
import pytest

from experiments import Experiment, Run, Wrapper, judge, simulate
from experiments.edits import edited
from experiments.simulation.lane_settings import settings_of, settings_table
from experiments.simulation.lanes import Lanes, Marks
from experiments.studies.maps.cells import CODES
from experiments.studies.maps.implied import Implied

MARKS = Marks(size=14.0, tolerance=0.02, last=20, centre=(0.25, -0.25), far=60.0, highest=2_000.0, spread=500.0)


def experiment(run, **fields):
    return Experiment(landscape="himmelblau", start=(1.5, 2.0), steps=90, runs=(run,), **fields)


TABLES = {
    "momentum": (
        experiment(Run(optimizer="momentum", learning_rate=0.01)),
        ("r1.learning_rate", (1e-3, 4e-3, 0.02)),
        ("r1.parameters.beta", (0.0, 0.5, 0.95)),
    ),
    "adam, cosine": (
        experiment(Run(optimizer="adam", learning_rate=0.1, schedule="cosine")),
        ("r1.parameters.beta1", (0.5, 0.9)),
        ("r1.learning_rate", (0.05, 0.3, 1.0)),
    ),
    "a schedule's number and the rate": (
        experiment(Run(optimizer="gradient_descent", learning_rate=0.02, schedule="exponential")),
        ("r1.learning_rate", (0.004, 0.01)),
        ("r1.schedule_parameters.gamma", (0.9, 0.99)),
    ),
    "wrapper, noise": (
        experiment(
            Run(optimizer="nesterov", learning_rate=0.01, wrappers=(Wrapper(key="clip_norm"),)), noise=0.2, seed=4
        ),
        ("r1.parameters.beta", (0.3, 0.8)),
        ("r1.wrappers.clip_norm.max_norm", (0.5, 5.0, 50.0)),
    ),
}


def table_of(given, rows, columns):
    def at(cell):
        return edited(edited(given, rows[0], rows[1][cell[0]]), columns[0], columns[1][cell[1]])

    return at, (len(rows[1]), len(columns[1]))


@pytest.mark.parametrize("name", TABLES)
def test_each_lane_is_that_very_experiment(name):
    at, shape = table_of(*TABLES[name])
    cells = np.array(list(np.ndindex(*shape)))
    table = settings_table(at, shape)
    assert table is not None
    given = at((0, 0))
    starts = np.broadcast_to(np.asarray(given.start), (len(cells), 2))
    settings = table.settings(cells)
    ends = Lanes(given, 0, MARKS).ends(starts, settings)
    assert len(np.unique(ends, axis=0)) > len(cells) // 2
    for cell, end in zip(cells.tolist(), ends, strict=True):
        (trajectory,) = simulate(at(cell))
        np.testing.assert_allclose(end, trajectory.points[-1], rtol=1e-6, atol=1e-6)


def test_what_is_decided_of_a_table_is_what_the_lab_says():
    given = TABLES["momentum"][0].replace(steps=200)
    rates, betas = np.geomspace(1e-4, 0.05, 12).tolist(), np.linspace(0, 0.97, 6).tolist()
    at, shape = table_of(given, ("r1.learning_rate", rates), ("r1.parameters.beta", betas))
    cells = np.array(list(np.ndindex(*shape)))
    table = settings_table(at, shape)
    assert table is not None
    starts = np.broadcast_to(np.asarray(given.start), (len(cells), 2))
    decided = Implied(at((0, 0))).decide(starts, table.settings(cells))
    assert decided.known.mean() > 0.5
    for i in np.flatnonzero(decided.known).tolist():
        there = at(cells[i])
        (trajectory,) = simulate(there)
        verdict = judge(there, trajectory)
        step = -1 if verdict.step is None else verdict.step
        assert (decided.codes[i], decided.steps[i]) == (CODES[verdict.outcome], step)
        np.testing.assert_allclose(decided.losses[i], trajectory.final_loss, rtol=1e-9, atol=1e-6)
    assert len(set(decided.codes[decided.known])) >= 3


def test_one_list_of_experiments():
    given = TABLES["momentum"][0]
    some = [edited(given, "r1.learning_rate", rate) for rate in (0.001, 0.002)]
    settings = settings_of(some)
    assert settings is not None and settings.rates is not None
    assert settings.columns == () and settings.rates.tolist() == [[0.001], [0.002]]
    assert len(settings) == 2 and len(settings.at(np.array([1]))) == 1
    same = settings_of([given, given])
    assert same is not None and same.rates is None


@pytest.mark.parametrize(
    ("address", "value"),
    [("steps", 30), ("noise", 0.1), ("r1.optimizer", "adam"), ("start", (0.0, 1.0)), ("rotation", 10.0), ("seed", 7)],
)
def test_what_differs_in_more_than_a_run_s_numbers_has_no_settings(address, value):
    given = TABLES["momentum"][0]
    other = given.replace(start=value) if address == "start" else edited(given, address, value)
    assert settings_of([given, other]) is None


def test_a_table_whose_axes_are_not_each_its_own_has_none():
    given = TABLES["momentum"][0]

    def both(cell):
        return edited(given, "r1.learning_rate", 0.001 * (1 + cell[0]) * (1 + cell[1]))

    def same(cell):
        return edited(given, "r1.parameters.beta", 0.1 * (1 + cell[0] + cell[1]))

    assert settings_table(both, (3, 3)) is None and settings_table(same, (3, 3)) is None
