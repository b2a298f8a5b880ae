"""The line of one number: each value is what the lab makes of it; best, good range and limit are where they belong."""

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, judge, simulate
from experiments.edits import edited
from experiments.setup.atlas import Axis
from experiments.studies.maps import line as lines
from experiments.studies.maps.cells import CODES, OUTCOMES
from experiments.studies.maps.line import UNKNOWN, RunLine, line_of, values_of
from figures.packets.line import line_slice

RATES = Axis(address="learning_rate", low=1e-3, high=1.0, scale="log")
DESCENT = Run(optimizer="gradient_descent", learning_rate=0.01)
ADAM = Run(optimizer="adam", learning_rate=0.1)
CONDITION = 25.0
ILL = Experiment(
    landscape="ill_conditioned_quadratic", landscape_parameters={"condition": CONDITION}, steps=200, runs=(DESCENT,)
)


def lab(experiment, place, address, value):
    """Return what the lab says of a run at a value: its final loss and its verdict."""
    there = edited(experiment, address, value)
    trajectory = simulate(there)[place]
    return trajectory.final_loss, judge(there, trajectory)


def test_each_value_is_what_the_lab_makes_of_it(monkeypatch):
    monkeypatch.setattr(lines, "VALUES", 76)
    there = Experiment(landscape="himmelblau", steps=80, runs=(DESCENT, ADAM), start=(-1.0, 2.0))
    found = line_of(there, RATES)
    assert (found.values[0], found.values[-1], len(found.values)) == (1e-3, 1.0, 76)
    for place, address in enumerate(("r1.learning_rate", "r2.learning_rate")):
        run = found.runs[place]
        for i in range(0, 76, 5):
            loss, verdict = lab(there, place, address, float(found.values[i]))
            np.testing.assert_equal(run.losses[i], loss)
            assert run.codes[i] == CODES[verdict.outcome]
            assert run.steps[i] == (-1 if verdict.step is None else verdict.step)


def test_descent_on_a_quadratic_diverges_exactly_above_its_limit():
    run = line_of(ILL, RATES).runs[0]
    values, limit = values_of(RATES), 2 / CONDITION
    assert (run.codes[values > 1.05 * limit] == CODES[Outcome.DIVERGED]).all()
    lost = np.array([outcome.is_lost for outcome in OUTCOMES])
    assert not lost[run.codes[values < limit]].any(), "just below it and far below it is not yet there, but not lost"


def test_best_and_good_range_on_a_quadratic_are_those_of_the_formula():
    run, values = line_of(ILL, RATES).runs[0], values_of(RATES)
    assert run.good is not None
    first, last = run.good
    settled = np.flatnonzero(run.codes == CODES[Outcome.GLOBAL_MINIMUM])
    assert (first, last) == (settled[0], settled[-1])
    assert run.steps[run.best] == run.steps[settled].min()
    # the slower of both directions contracts by max(|1 - rate|, |1 - 25 rate|): fastest at 2 / (1 + 25)
    assert values[run.best] == pytest.approx(2 / (1 + CONDITION), rel=0.1)
    told = finished(ILL.replace(atlas="line~x~learning_rate~0.001~1~log"))
    assert told["runs"][0]["limit"] == pytest.approx(2 / CONDITION)
    assert told["runs"][0]["now"] == 0.01


def finished(experiment):
    """Ask for the line until it is all there."""
    while True:
        told = line_slice(experiment)
        if told["progress"]["done"] == told["progress"]["all"]:
            return told


def run_line(losses, outcomes, steps, minima, **fields):
    codes = [UNKNOWN if outcome is None else CODES[outcome] for outcome in outcomes]
    arrays = {"losses": np.array(losses, float), "codes": np.array(codes), "steps": np.array(steps)}
    arrays |= {"minima": np.array(minima), "allowed": np.ones(len(codes), bool)}
    return RunLine(**{"place": 0, "has": True, "moves": False, "judged": True} | arrays | fields)


LOCAL, GLOBAL, GONE = Outcome.LOCAL_MINIMUM, Outcome.GLOBAL_MINIMUM, Outcome.DIVERGED
WAY, FLOOR = Outcome.STILL_DESCENDING, Outcome.NOISE_FLOOR


def test_the_best_is_the_lowest_that_is_not_lost_and_of_equals_the_fastest():
    found = run_line(
        [5.0, 1e-20, 1e-30, 2.0, -9.0],
        [WAY, GLOBAL, GLOBAL, LOCAL, GONE],
        [-1, 10, 30, 3, 2],
        [-1, 0, 0, 1, -1],
    )
    assert (found.best, found.good) == (1, (1, 2))
    unlike = run_line([1.0, 0.5, 0.9], [GLOBAL, GLOBAL, GLOBAL], [9, 8, 7], [0, 1, 0])
    assert (unlike.best, unlike.good) == (1, (1, 1)), "another minimum is no equal"


def test_the_good_range_ends_where_a_value_leads_elsewhere_or_is_not_allowed():
    codes = [GLOBAL, LOCAL, GLOBAL, FLOOR, GLOBAL, None, GLOBAL]
    found = run_line([1, 2, 0, 1, 1, np.nan, 1], codes, [9, 9, 4, -1, 9, -1, 9], [0, 1, 0, 0, 0, -1, 0])
    assert (found.best, found.good) == (2, (2, 4))
    assert run_line([1, 2], [WAY, WAY], [-1, -1], [-1, -1]).good is None
    assert run_line([1, 2], [WAY, WAY], [-1, -1], [-1, -1]).best == 0
    assert run_line([1, 2], [GONE, GONE], [3, 3], [-1, -1]).best is None
    assert run_line([1, 2], [WAY, WAY], [-1, -1], [-1, -1], judged=False).best is None


def test_losses_of_all_runs_come_before_any_verdict_and_a_value_that_may_not_be_is_null():
    lines._LOSSES.clear()
    lines._VERDICTS.clear()
    there = Experiment(
        landscape="himmelblau", steps=40, runs=(DESCENT, ADAM), atlas="line~x~parameters.beta1~-0.5~0.9~linear"
    )
    axis = Axis(address="parameters.beta1", low=-0.5, high=0.9, scale="linear")
    first = line_of(there, axis, seconds=0, least=256)
    assert (first.progress.done, first.progress.all) == (256, 512)
    assert (first.runs[1].codes == UNKNOWN).all()
    assert first.runs[1].best is None
    told = finished(there)
    lacking, adam = told["runs"]
    assert lacking["why"] == "Gradient descent has no number that is called memory of the gradient."
    assert set(lacking["loss"]) == {None}
    below = np.array(told["values"]) < 0
    assert [loss is None for loss in adam["loss"]] == below.tolist()
    assert [code is None for code in adam["code"]] == below.tolist()
    assert adam["limit"] is None
    assert told["name"] == "Memory of the gradient"


def test_what_stands_there_now_and_other_runs_do_not_make_it_anew():
    there = Experiment(landscape="sphere", steps=20, runs=(DESCENT,))
    line_of(there, RATES)
    moved = edited(there, "r1.learning_rate", 0.3).replace(
        runs=(ADAM, Run(optimizer="gradient_descent", learning_rate=0.3, name="mine")), view=((-1, 1), (-1, 1))
    )
    begun = line_of(moved, RATES, seconds=0)
    assert begun.progress.done == 512, "descent's losses and verdicts were there"
    assert begun.runs[1].judged


def test_whole_values_are_each_there_once_and_steps_change_what_is_reached():
    axis = Axis(address="steps", low=1, high=60, scale="whole")
    there = Experiment(landscape="sphere", runs=(Run(optimizer="gradient_descent", learning_rate=0.3),))
    found = line_of(there, axis)
    assert found.values.tolist() == list(range(1, 61))
    assert found.runs[0].losses[0] > found.runs[0].losses[-1]


def test_many_weights_have_a_line_and_where_no_line_is_open_it_is_said():
    many = Experiment(landscape="softmax_fit", steps=15, runs=(ADAM,))
    axis = Axis(address="steps", low=1, high=6, scale="whole")
    run = line_of(many, axis).runs[0]
    assert np.isfinite(run.losses).all()
    assert (run.codes != UNKNOWN).all()
    there = Experiment(landscape="sphere", runs=(DESCENT,), atlas="basins~1")
    assert line_slice(there)["why"] == "No line of a number is open."
