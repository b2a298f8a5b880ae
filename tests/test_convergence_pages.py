"""When to say converged, on the page: its controls, what the stage is told, and runs that stop early."""

import numpy as np
import pytest

from experiments import Experiment, Run
from experiments.results.judged_runs import results_of
from experiments.setup.criteria import CRITERIA, GROUPS, kinds
from experiments.simulation.stopping import criteria_steps
from figures.packets import wording
from figures.packets.packet import stage_packet
from tests.packets import facts_of
from tests.pages import at, edit, lab, packet, rows, shown

BOWL = Experiment(
    landscape="sphere",
    start=(5.0, 0.0),
    steps=300,
    runs=tuple(Run(optimizer="gradient_descent", learning_rate=rate) for rate in (0.05, 0.2, 0.001)),
)
PLAIN = Experiment(
    landscape="easom", start=(-30.0, 40.0), steps=60, runs=(Run(optimizer="gradient_descent", learning_rate=0.1),)
)


def marks(page, place=0):
    header, _ = packet(page)
    keys = [criterion["key"] for criterion in header["criteria"]]
    return dict(zip(keys, header["runs"][place]["marks"], strict=True))


def test_every_tolerance_and_patience_has_a_row_and_moves_its_mark(traces):
    page = lab(BOWL)
    numbers = [key for kind in kinds(0.0).values() for key in (kind.limit, kind.patience)]
    assert numbers == [p.key for p in CRITERIA if p.kind != "choice" and not p.key.startswith("heldout")]
    assert [address for address in rows(page) if address.startswith("criteria.")] == [f"criteria.{k}" for k in numbers]
    assert marks(page)["step"][0] == 86
    before = traces()
    edit(page, criteria__step_tolerance=1e-2, criteria__step_patience=1)
    assert shown(page).criteria["step_tolerance"] == 1e-2
    assert marks(page)["step"][0] == 39  # 1 + ceil(ln(0.01 / 0.5) / ln 0.9)
    edit(page, criteria__step_tolerance=None)
    assert marks(page)["step"][0] == 82
    assert traces() == before
    assert not page.exception


def test_the_marks_are_those_of_the_trajectories_and_say_what_was_asked():
    header, _ = packet(lab(BOWL))
    for place, result in enumerate(results_of(BOWL)):
        found = [mark and mark[0] for mark in header["runs"][place]["marks"]]
        assert found == list(criteria_steps(BOWL, result.trajectory).values())
    assert [c["letter"] for c in header["criteria"]] == [kind.letter for kind in kinds(0.0).values()]
    assert header["criteria"][1]["text"] == "step size ≤ 1e−4 for 5 steps"
    assert header["criteria"][1]["curve"] == "step"


def test_a_run_can_stop_early_and_then_the_stage_has_runs_of_different_lengths():
    page = lab(BOWL)
    at(page.selectbox, "criteria.stop_at").select("step").run()
    assert shown(page).stop_at == "step"
    header, arrays = packet(page)
    assert [run["steps"] for run in header["runs"]] == [86, 25, 300]
    assert header["steps"] == 300
    for place, run in enumerate(header["runs"]):
        assert len(arrays[f"x{place}"]) == len(arrays[f"loss{place}"]) == run["steps"] + 1
        assert len(arrays[f"step{place}"]) == run["steps"] == run["last"]
    stopped = header["runs"][0]
    assert stopped["title"] == "Global minimum"
    assert "Stopped early at step 86: the steps were small" in stopped["sentence"]
    assert facts_of(stopped)["Returned"] == "3.37e−7 at step 86"
    assert "Returned" not in facts_of(header["runs"][2])
    assert "until=stop_at" in header["query"]
    edit(page, steps=60)
    assert packet(page)[0]["steps"] == 60
    at(page.selectbox, "criteria.stop_at").select("none").run()
    assert {run["steps"] for run in packet(page)[0]["runs"]} == {60}
    assert not page.exception


def test_the_player_is_as_long_as_the_longest_run():
    header, _ = packet(lab(BOWL.replace(stop_at="step", runs=BOWL.runs[:2])))
    assert header["steps"] == 86


def test_a_stop_on_a_plateau_is_called_what_it_is():
    header, _ = packet(lab(PLAIN.replace(stop_at="loss")))
    run = header["runs"][0]
    assert (run["title"], run["steps"]) == ("Stopped on a plateau", 5)
    assert "the loss was stable (loss change ≤ 1e−6 for 5 steps), but this is not a minimum" in run["sentence"]
    assert "ran out" not in run["sentence"]
    level = BOWL.replace(runs=(Run(optimizer="gradient_descent", learning_rate=1.0),), stop_at="loss")
    run = packet(lab(level))[0]["runs"][0]
    assert (run["title"], run["outcome"]) == ("Stopped too early", "STILL_DESCENDING")
    assert "but this is not a minimum" in run["sentence"] and "ran out" not in run["sentence"]


def test_a_criterion_that_holds_where_no_minimum_is_carries_a_warning():
    found = marks(lab(PLAIN))
    assert found["loss"] == [5, "the loss was stable, but this is not a minimum"]
    assert found["gradient"][1] == "the gradient was small, but this is not a minimum"
    assert found["distance"] is None
    assert all(mark[1] == "" for mark in marks(lab(BOWL)).values() if mark)


def threshold_of(experiment):
    header, _ = packet(lab(experiment))
    place = [criterion["key"] for criterion in header["criteria"]].index("threshold")
    return header["criteria"][place], header["runs"][0]["marks"][place]


def test_how_low_the_loss_is_is_told_from_the_lowest_known_and_is_not_met_on_a_plateau():
    plain = Run(optimizer="gradient_descent", learning_rate=0.02)
    told, mark = threshold_of(PLAIN.replace(landscape="peaks", start=(2.9, -2.6), runs=(plain,)))
    assert mark is None
    assert (told["name"], told["letter"], told["group"]) == ("Near the lowest loss", "T", "Known only in a lab")
    assert told["text"] == "height above the lowest known ≤ 0.001 for 5 steps"


def test_a_low_loss_on_ground_without_a_lowest_value_is_marked_false():
    falling = PLAIN.replace(landscape="saddle", start=(1.0, 0.1))
    told, mark = threshold_of(falling)
    assert (told["name"], told["group"]) == ("Loss low enough", "Known while training")
    assert told["text"] == "loss ≤ 0.001 for 5 steps"
    assert mark[1] == "the loss was below the threshold, but this is not a minimum"


def test_a_run_that_passes_the_lowest_ground_and_leaves_it_did_not_stay():
    fast = Run(optimizer="momentum", learning_rate=0.002, parameters={"beta": 0.99})
    passing = PLAIN.replace(landscape="sphere", start=(2.0, 0.0), steps=60, runs=(fast,), criteria={"threshold": 0.5})
    _, mark = threshold_of(passing)
    assert mark[1] == "the loss was near the lowest known, but did not stay there"


def test_the_rows_of_the_criteria_bear_their_letters_and_are_in_their_groups():
    page = lab(BOWL)
    marks_of_rows = {address: row["mark"] for address, row in rows(page).items() if row["mark"]}
    assert marks_of_rows == {f"criteria.{kind.limit}": kind.letter for kind in kinds(0.0).values()}
    heads = [text.value for text in page.markdown if text.value.startswith("**Known")]
    assert heads == [f"**{name}**" for name in GROUPS.values()]
    assert rows(page)["criteria.threshold"]["name"] == "Height at most"
    raw = rows(lab(PLAIN.replace(landscape="saddle", start=(1.0, 0.1))))
    assert raw["criteria.threshold"]["name"] == "Loss at most"


def test_a_criterion_that_holds_long_before_the_minimum_is_reached_is_too_early():
    slow = PLAIN.replace(landscape="double_well", start=(1e-4, 0.0), steps=600, criteria={"loss_tolerance": 1e-5})
    (result,) = results_of(slow)
    mark = wording.criteria_marks(result, slow.criteria)[0]
    assert mark is not None
    step, note = mark
    assert step == 5 and note == f"too early: the minimum was reached at step {result.verdict.step}"


def test_the_change_of_the_loss_can_be_relative():
    page = lab(BOWL)
    at(page.selectbox, "criteria.loss_measure").select("relative").run()
    assert shown(page).criteria["loss_measure"] == "relative"
    assert marks(page)["loss"] is None
    assert packet(page)[0]["criteria"][0]["text"].startswith("relative loss change")


def test_another_surface_keeps_the_criteria():
    page = lab(BOWL.replace(stop_at="gradient", criteria={"step_patience": 9}))
    at(page.selectbox, "surface").select("rosenbrock").run()
    assert (shown(page).stop_at, shown(page).criteria["step_patience"]) == ("gradient", 9)


@pytest.mark.parametrize("value", (0, "x", float("nan"), [1], 10**400))
def test_what_no_panel_would_send_changes_nothing_and_is_said(value):
    page = edit(lab(BOWL), criteria__step_tolerance=value)
    assert shown(page) == BOWL
    assert page.warning and not page.exception


def test_criteria_that_stop_nothing_change_no_result():
    one, other = (results_of(BOWL.replace(criteria={"step_tolerance": t})) for t in (1e-3, 1e-5))
    assert all(a is b for a, b in zip(one, other, strict=True))
    early = results_of(BOWL.replace(criteria={"step_tolerance": 1e-3}, stop_at="step"))
    assert [a.trajectory.steps < b.trajectory.steps for a, b in zip(early, one, strict=True)] == [True, True, False]


def test_the_packet_of_stopped_runs_draws_no_number_that_is_none():
    header, arrays = packet(lab(BOWL.replace(stop_at="distance")))
    for place, run in enumerate(header["runs"]):
        assert np.isfinite(arrays[f"loss{place}"][: run["last"] + 1]).all()
    assert stage_packet(BOWL)
