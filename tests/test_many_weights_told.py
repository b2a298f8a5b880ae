"""What is told of many weights and of rows that are held out: on the cards, in the race, in the packet's curves."""

import numpy as np
import pytest

from experiments import Experiment, Run, simulate
from experiments.results.judged_runs import results_of
from experiments.results.race import RULE
from experiments.setup.run import Wrapper
from figures import curves_of
from figures.packets.many_weights import FITS
from figures.packets.packet import stage_packet
from figures.packets.parts import written
from figures.packets.race import COLUMNS, race
from numerals import number
from tests.packets import facts_of, read_packet

ADAM, DESCENT = (Run(optimizer=key, learning_rate=rate) for key, rate in (("adam", 0.02), ("gradient_descent", 0.15)))
POLYNOMIAL = Experiment(
    landscape="polynomial_fit",
    landscape_parameters={"degree": 9},
    start=(0.0, 0.0),
    steps=400,
    held_out=0.5,
    runs=(DESCENT, ADAM),
)


def told(experiment):
    return read_packet(stage_packet(experiment))[0]


def known(value):
    """Return what may be none, and is not here."""
    assert value is not None
    return value


def cells(table, place):
    return dict(zip((key for key, _ in table["columns"]), table["rows"][place], strict=True))


def test_the_race_has_columns_of_the_held_out_rows_and_the_same_rule():
    table, results = told(POLYNOMIAL)["race"], results_of(POLYNOMIAL)
    assert table["rule"] == RULE
    heads = [name.replace("\u00a0", " ") for _, name in table["columns"]]
    assert heads[6:9] == ["Best held out", "at step", "Held out at the end"]
    for place, result in enumerate(results):
        row, heldout = cells(table, place), known(result.trajectory.heldout)
        assert row["heldout_best"][1] == heldout.min() and row["heldout_step"][1] == heldout.argmin()
        assert row["heldout"][1] == heldout[-1] and written(row["heldout"][0], 4) == number(heldout[-1], 4)
    assert "minimum" not in cells(table, 0)  # no place among ten weights is told


def test_without_held_out_rows_or_many_weights_the_race_is_as_it_was():
    plain = Experiment(landscape="sphere", start=(1.0, 1.0), steps=5, runs=(ADAM,))
    assert race(plain, results_of(plain))["columns"] == COLUMNS
    kept = POLYNOMIAL.replace(held_out=0.0)
    keys = [key for key, _ in race(kept, results_of(kept))["columns"]]
    assert keys == [key for key, _ in COLUMNS if key != "minimum"]


def test_the_summary_says_the_second_verdict_of_every_run():
    header = told(POLYNOMIAL)
    for run, result in zip(header["runs"], results_of(POLYNOMIAL), strict=True):
        title, tone = FITS[known(result.verdict.fit).kind]
        assert (run["fit"]["title"], run["fit"]["tone"]) == (title, tone)
        assert run["fit"]["best"] == known(result.trajectory.heldout).argmin()
        assert f"on held-out rows: {title.lower()}." in header["race"]["spoken"]


def test_a_card_tells_how_many_weights_of_which_length_and_how_many_are_0():
    for run, result in zip(told(POLYNOMIAL)["runs"], results_of(POLYNOMIAL), strict=True):
        facts, weights = facts_of(run), known(result.trajectory.weights)[-1][:10]
        assert facts["Weights"] == f"10 of length {number(np.sqrt((weights**2).sum()), 4)}, none exactly 0"
        assert facts["Values"] == ", ".join(number(weight, 4) for weight in weights)
        heldout = known(result.trajectory.heldout)
        lowest = f"lowest {number(heldout.min(), 4)} at step {heldout.argmin()}"
        assert facts["Held-out loss"] == f"{number(heldout[-1], 4)}, {lowest}"
        assert "Without penalties" not in facts


def test_weights_that_are_0_to_the_last_bit_are_counted_and_penalties_are_told_apart():
    proximal = Run(optimizer="gradient_descent", learning_rate=0.1, wrappers=(Wrapper(key="proximal_l1"),))
    lasso = POLYNOMIAL.replace(l1=0.05, runs=(proximal,))
    (run,), (result,) = told(lasso)["runs"], results_of(lasso)
    weights = known(result.trajectory.weights)[-1][:10]
    zeros = int((weights == 0).sum())
    assert zeros > 0 and facts_of(run)["Weights"].endswith(f", {zeros} exactly 0")
    assert facts_of(run)["Without penalties"] == number(known(result.trajectory.train)[-1], 4)
    assert known(result.trajectory.train)[-1] < result.trajectory.final_loss


def test_weights_beyond_sixteen_are_not_listed_one_by_one():
    network = Experiment(landscape="network_fit", steps=5, held_out=0.5, runs=(ADAM,))
    (run,) = told(network)["runs"]
    assert "Values" not in facts_of(run) and facts_of(run)["Weights"].startswith("33 of length ")


def test_a_run_that_was_stopped_by_the_held_out_loss_returns_what_was_best_there():
    stopped = POLYNOMIAL.replace(stop_at="heldout", runs=(ADAM,))
    (run,), (result,) = told(stopped)["runs"], results_of(stopped)
    heldout = known(result.trajectory.heldout)
    step = int(result.verdict.evidence["returned_step"])
    assert step < result.trajectory.steps < 400
    assert facts_of(run)["Returned"] == f"held-out loss {number(heldout[step], 4)} at step {step}"


@pytest.mark.parametrize("plane", ["weights", "random", "path"])
def test_a_card_says_which_share_of_the_movement_the_map_shows(plane):
    header = told(POLYNOMIAL.replace(plane=plane))
    for run, share in zip(header["runs"], header["plane"]["shares"], strict=True):
        assert facts_of(run)["Seen on the map"] == f"{number(100 * share, 4)} % of its movement"


def test_the_loss_has_the_held_out_loss_beside_it_where_rows_are_held_out():
    (loss,) = (curve for curve in told(POLYNOMIAL)["curves"] if curve["key"] == "loss")
    assert (loss["name"], loss["beside"], loss["beside_column"]) == ("Training loss", "heldout", "Held-out loss")
    assert loss["array"] == loss["log_array"] == "train"  # both on one axis, and without penalties
    (plain,) = (curve for curve in told(POLYNOMIAL.replace(held_out=0.0))["curves"] if curve["key"] == "loss")
    assert plain["beside"] is None and plain["beside_column"] is None


def test_figures_have_the_curves_that_runs_have_and_name_them_for_others():
    figure = curves_of(POLYNOMIAL, curve="heldout")
    for line, run in zip(figure.data, simulate(POLYNOMIAL), strict=False):
        assert run.heldout is not None
        np.testing.assert_allclose(np.asarray(line.y, float)[-1], run.heldout[-1], rtol=1e-12)
    with pytest.raises(ValueError, match="curve: 'distance' is not allowed; these runs have loss, train, heldout"):
        curves_of(POLYNOMIAL, curve="distance")
    with pytest.raises(ValueError, match="curve: 'heldout' is not allowed; these runs have loss, gap"):
        curves_of(Experiment(landscape="sphere", runs=POLYNOMIAL.runs), curve="heldout")
