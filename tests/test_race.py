"""The race: hand-made results in every order, and the table that says the same as the cards."""

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, Trajectory, Verdict
from experiments.critical.points import CriticalPoints
from experiments.results.judged_runs import Result, results_of
from experiments.results.race import RULE, rank
from figures.packets.packet import stage_packet
from figures.packets.parts import written
from figures.packets.race import COLUMNS, race, spoken
from lessons import EXAMPLES, OPENING
from tests.packets import facts_of, read_packet

ALONE = Experiment(landscape="sphere", runs=(Run(optimizer="adam", learning_rate=1.0),))


def result(outcome, step=None, value=0.0, best=1.0, cost=(0, 1, 0)):
    """A run of ten steps that cost so much each."""
    losses = np.full(11, best)
    run = Trajectory(
        run=0,
        points=np.zeros((11, 2)),
        losses=losses,
        gradients=np.zeros((11, 2)),
        updates=np.zeros((10, 2)),
        learning_rates=np.ones(10),
        states={},
        costs=np.tile(np.asarray(cost, float), (10, 1)),
    )
    verdict = Verdict(outcome=outcome, step=step, minimum=(1.0, 2.0), evidence={"value": value})
    known = CriticalPoints(points=(), lowest=0.0, verified=True, complete=True)
    return Result(experiment=ALONE, trajectory=run, verdict=verdict, lowest=0.0, critical=known, known=known)


def ranks(*results):
    return [place.rank for place in rank(results)]


GLOBAL, LOCAL, OPEN = Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM, Outcome.STILL_DESCENDING


def test_the_fewest_evaluations_to_the_global_minimum_win_and_not_the_fewest_steps():
    quick_but_dear = result(GLOBAL, step=3, cost=(2, 1, 1))  # 12 evaluations
    slow_but_cheap = result(GLOBAL, step=7)  # 7
    assert ranks(quick_but_dear, slow_but_cheap) == [2, 1]


def test_a_global_minimum_beats_a_local_one_however_long_it_took():
    assert ranks(result(LOCAL, step=1, value=1e-3), result(GLOBAL, step=9, cost=(9, 9, 9))) == [2, 1]


def test_local_minima_go_by_height_and_at_one_height_by_evaluations():
    low_late = result(LOCAL, step=8, value=0.3)
    high_soon = result(LOCAL, step=1, value=0.4)
    low_soon = result(LOCAL, step=2, value=0.3 * (1 + 1e-12))
    assert ranks(low_late, high_soon, low_soon) == [2, 3, 1]


def test_the_others_go_by_best_loss_whatever_kept_them():
    assert ranks(
        result(Outcome.PLATEAU, step=2, best=0.5),
        result(OPEN, best=0.1),
        result(Outcome.SADDLE_POINT, step=1, best=0.3),
        result(Outcome.OSCILLATING, best=0.2),
        result(Outcome.NOISE_FLOOR, step=4, best=0.05),
        result(Outcome.AT_BOUNDARY, best=0.6),
        result(LOCAL, step=10, value=7.0, best=7.0),
    ) == [6, 3, 5, 4, 2, 7, 1]


def test_what_broke_comes_last_together_however_low_it_had_been():
    broken = [result(outcome, step=5, best=-1e9) for outcome in (Outcome.DIVERGED, Outcome.NON_FINITE)]
    out = result(Outcome.LEFT_DOMAIN, step=5, best=-1e9)
    assert ranks(*broken, out, result(OPEN, best=10.0)) == [2, 2, 2, 1]
    assert ranks(*broken) == [1, 1]


def test_equals_share_a_rank_and_the_next_one_is_counted_on():
    assert ranks(result(GLOBAL, step=4), result(GLOBAL, step=4), result(GLOBAL, step=5), result(OPEN)) == [1, 1, 3, 4]
    assert ranks(result(OPEN, best=np.nan), result(OPEN, best=2.0)) == [2, 1]
    assert ranks() == []


def test_a_start_at_the_minimum_took_nothing():
    (place,) = rank([result(GLOBAL, step=0)])
    assert place.to_tolerance is not None and tuple(place.to_tolerance) == (0, 0, 0)


def test_evaluations_are_those_of_the_steps_up_to_tolerance():
    (there,) = rank([result(GLOBAL, step=3, cost=(2, 1, 1))])
    assert there.to_tolerance is not None and tuple(there.to_tolerance) == (6, 3, 3)
    assert rank([result(Outcome.SADDLE_POINT, step=3)])[0].to_tolerance is None


def cells(table, place):
    """Return [text, number to sort by] of each cell, the text as the stage writes it."""
    texts = [[written(parts, 4), number] for parts, number in table["rows"][place]]
    return dict(zip((key for key, _ in table["columns"]), texts, strict=True))


@pytest.mark.parametrize("key", ["trapped", "too_high", "saddle"])
def test_the_table_says_the_same_as_the_cards(key):
    experiment = next(example.experiment for example in EXAMPLES if example.key == key)
    header, _ = read_packet(stage_packet(experiment))
    table = header["race"]
    assert [row[1][0][0] for row in table["rows"]] == [run["name"] for run in header["runs"]]
    for place, run in enumerate(header["runs"]):
        row, facts = cells(table, place), facts_of(run)
        assert row["outcome"][0] == run["title"]
        assert f"{row['best'][0]} at step {row['best_step'][0]}" == facts["Best loss"]
        assert row["final"][0] == facts["Final loss"]
        assert row["steps"][0] == facts["Steps to tolerance"]
        assert row["steps"][1] == run["reached"] and row["best_step"][1] == run["best"]
        assert row["minimum"][0] == facts.get("Minimum", "–")
    assert table["rule"] == RULE


def test_a_table_holds_no_number_that_is_none():
    broken = result(Outcome.NON_FINITE, step=1, best=np.inf)
    row = cells(race(ALONE, [broken]), 0)
    assert row["final"] == ["not finite", None] and row["evaluations"] == ["not reached", None]
    assert len(COLUMNS) == len(row)


def test_the_summary_names_the_winner_and_then_everybody_in_order():
    results = [result(OPEN), result(GLOBAL, step=3, cost=(0, 1, 1)), result(GLOBAL, step=1)]
    for one in results:
        one.verdict.evidence["recent_change"] = -1.0
    said = spoken(["Adam", "Newton", "Momentum"], rank(results), results)
    assert said == (
        "Momentum is first of 3. Momentum: global minimum after 1 step, 1 gradient. "
        "Newton: global minimum after 3 steps, 3 gradients, 3 Hessians. Adam: still descending."
    )


def test_the_summary_has_a_tie_and_a_run_alone():
    both = [result(GLOBAL, step=2), result(GLOBAL, step=2), result(LOCAL, step=1, value=1.0)]
    assert spoken(["A", "B", "C"], rank(both), both).startswith("A and B share first of 3. A: global minimum")
    assert spoken(["A"], rank(both[:1]), both[:1]) == "A: global minimum after 2 steps, 2 gradients."
    assert not spoken(["A", "B"], rank(both[:2]), both[:2]).startswith("A and B share")


def test_of_the_opening_the_winner_is_the_one_with_fewest_evaluations():
    experiment = OPENING.experiment
    results = results_of(experiment)
    counted = [place.to_tolerance.gradient for place in rank(results) if place.to_tolerance is not None]
    assert counted == [int(one.trajectory.costs[: one.verdict.step, 1].sum()) for one in results]
    winner = min((i for i in (1, 2)), key=lambda i: counted[i])
    assert rank(results)[winner].rank == 1


def test_an_experiment_without_runs_has_an_empty_table():
    empty = Experiment(landscape="booth")
    assert race(empty, ())["rows"] == [] and race(empty, ())["spoken"] == ""
