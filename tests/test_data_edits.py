"""Rows of data changed by hand, pasted, linked and refused; the panel that says them, run without a browser."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments import Experiment, Run, Wrapper, critical_points, simulate
from experiments.edits import carried_out, edited
from experiments.edits.data_rows import MOST_ROWS, table_of, with_table
from experiments.edits.rows import all_rows, surface_rows
from experiments.edits.surfaces import with_surface
from experiments.objective.surface_link import surface_experiment, surface_query
from experiments.results.judged_runs import results_of
from experiments.setup.link import LONGEST_LINK
from experiments.setup.points import points_of
from experiments.simulation.batches import batch_rows
from figures.packets.packet import stage_packet
from figures.packets.parts import written
from figures.packets.wording import facts
from landscapes import LANDSCAPES
from landscapes.data.decimals import rounded
from landscapes.data.table import TableError
from parameter import Refusal
from tests.packets import read_packet
from tests.pages import act, at, lab, rows, shown

FACTS: Any = json.loads((Path(__file__).parent / "facts" / "data.json").read_text())
LINE = tuple(zip(FACTS["line"]["x"], FACTS["line"]["y"], strict=True))
PLAIN = Run(optimizer="gradient_descent", learning_rate=0.1)
ON_LINE = Experiment(landscape="line_fit", data=LINE, steps=50, runs=(PLAIN,))
MODELS = [key for key, unit in LANDSCAPES.items() if unit.model is not None]


def inputs_of(key: str) -> int:
    model = LANDSCAPES[key].model
    assert model is not None
    return model.inputs


# Links and documents

numbers = st.integers(-9_999_999, 9_999_999).map(lambda whole: whole / 1_000)
pairs = st.lists(st.tuples(numbers, numbers), min_size=3, max_size=60)
anywhere = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-9)


def can_learn(table: Any) -> bool:
    return len({row[0] for row in table}) > 1


@settings(max_examples=40, deadline=None)
@given(st.one_of(pairs, st.lists(st.tuples(anywhere, anywhere), min_size=3, max_size=20)).filter(can_learn), st.data())
def test_rows_and_flags_go_through_links_and_documents_exactly(table: Any, data: Any) -> None:
    flagged = tuple(data.draw(st.sets(st.integers(0, len(table) - 1), max_size=max(0, len(table) - 4))))
    try:
        experiment = ON_LINE.replace(data=table, flagged=flagged, batch=2, batch_kind="replacement")
    except Refusal:
        return  # what is left may lie above one x
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert Experiment.from_query(experiment.to_query()) == experiment
    assert Experiment.repair(experiment.to_query()) == (experiment, ())
    assert surface_experiment(surface_query(experiment)).data == experiment.data
    minima = critical_points(experiment).minima
    np.testing.assert_array_equal(critical_points(Experiment.from_query(experiment.to_query())).minima, minima)


def test_a_hundred_rows_with_six_runs_fit_into_a_link() -> None:
    draw = np.random.default_rng(0)
    table = rounded(np.column_stack([draw.uniform(-300, 300, (100, 2)), draw.integers(0, 2, 100)]).tolist())
    runs = tuple(
        Run(optimizer=key, learning_rate=draw.uniform(), name=f"run {key}")
        for key in ("adam", "momentum", "rmsprop", "nadam", "adagrad", "lion")
    )
    full = Experiment(
        landscape="logistic_2d", data=table, flagged=range(0, 100, 3), start=(0.1, 0.2), l2=0.01, batch=8, runs=runs
    )
    assert len(urlencode(full.to_query())) <= LONGEST_LINK
    assert Experiment.from_query(full.to_query()) == full


@settings(max_examples=60, deadline=None)
@given(
    st.text("ABab09-_~.", max_size=40), st.text("ABab09-_", max_size=10), st.text("0123456789~deckrplan-.", max_size=12)
)
def test_any_words_for_rows_in_a_link_are_survived(rows_: str, flags: str, batch: str) -> None:
    query = ON_LINE.to_query() | {"data": rows_, "flag": flags, "batch": batch}
    found, ignored = Experiment.repair(query)
    assert found.landscape == "line_fit" and (found.data == ON_LINE.data or ignored or not rows_)


def test_rows_are_ignored_on_a_surface_that_is_not_learnt() -> None:
    words = {key: ON_LINE.to_query()[key] for key in ("data",)} | {"batch": "4~deck"}
    found, ignored = Experiment.repair(Experiment(landscape="himmelblau").to_query() | words)
    assert found.landscape == "himmelblau" and found.data == () and found.batch == 0
    assert len(ignored) == 2


# Edits


def test_a_row_is_moved_added_and_taken_away_and_flags_follow() -> None:
    moved = edited(ON_LINE, "data.3", [0.5, -1.25])
    assert moved.data[3] == (0.5, -1.25) and moved.data[:3] == LINE[:3] and moved.data[4:] == LINE[4:]
    flagged = edited(edited(moved, "flagged.3", True), "flagged.10", True)
    assert flagged.flagged == (3, 10) and len(points_of(flagged).kept) == 38
    assert edited(flagged, "flagged.3", False).flagged == (10,)
    fewer = edited(flagged, "data.3", None)
    assert len(fewer.data) == 39 and fewer.flagged == (9,)
    more = edited(fewer, "data.39", [0.1, 0.2])
    assert len(more.data) == 40 and more.data[39] == (0.1, 0.2) and more.flagged == (9,)
    back = edited(more, "data", None)
    assert back.data == () and back.flagged == () and points_of(back).own


def test_rows_that_are_drawn_become_ones_own_when_one_is_moved() -> None:
    drawn = Experiment(landscape="logistic_2d", steps=10)
    moved = edited(drawn, "data.0", [1.0, 2.0, 1.0])
    assert points_of(moved).rows[1:] == points_of(drawn).rows[1:] and not points_of(moved).own
    shown_then = {row.address for row in surface_rows(moved)}
    assert "landscape_parameters.samples" not in shown_then and "landscape_parameters.intercept" in shown_then
    assert Experiment.from_query(moved.to_query()) == moved


@pytest.mark.parametrize(
    ("address", "value", "says"),
    [
        ("data.41", [0.0, 0.0], "no such row"),
        ("data.40", None, "no such row"),
        ("data.x", [0.0, 0.0], "no such number"),
        ("data.3", [0.0], "2 numbers: x, y"),
        ("data.3", "high", "2 numbers: x, y"),
        ("data.3", [0.0, float("nan")], "data"),
        ("data.3", [0.0, 1e12], "data"),
        ("flagged.40", True, "give 0 to 39"),
        ("flagged.3", 7, "give true or false"),
        ("batch", 1_001, "[0, 1,000]"),
        ("batch_kind", "cards", "deck, replacement"),
        ("landscape_parameters.data_set", "iris", "one of line"),
        ("rotation", 30.0, "cannot be turned"),
        ("smoothing", 0.5, "not smoothed"),
    ],
)
def test_what_is_not_allowed_changes_nothing_and_is_said(address: str, value: Any, says: str) -> None:
    found, refused = carried_out(ON_LINE, {address: value})
    assert found == ON_LINE and len(refused) == 1 and says in refused[0]


def test_flags_that_leave_nothing_to_learn_from_are_refused() -> None:
    found = ON_LINE
    with pytest.raises(Refusal, match="keep at least 3: a line goes exactly through any two"):
        for place in range(40):
            found = edited(found, f"flagged.{place}", True)
    assert len(found.flagged) == 37
    classes = Experiment(landscape="logistic_1d", data=[[0, 0], [1, 1], [2, 1]])
    with pytest.raises(Refusal, match="keep rows of both classes"):
        edited(classes, "flagged.0", True)


def test_more_rows_than_a_link_holds_are_for_python_alone() -> None:
    many = Experiment(landscape="line_fit", landscape_parameters={"samples": 150})
    with pytest.raises(Refusal, match=f"at most {MOST_ROWS} fit into a link"):
        edited(many, "data.0", [0.0, 0.0])
    own = many.replace(data=points_of(many).rows)
    assert Experiment.from_query(own.to_query()) == own  # a long link, but an exact one


def test_another_model_learns_from_the_same_rows_where_it_can() -> None:
    base = edited(Experiment(landscape="logistic_1d", batch=4, runs=(PLAIN,)), "flagged.2", True)
    squared = with_surface(edited(base, "data.0", [0.3, 1.0]), "sigmoid_squared")
    assert squared.data[0] == (0.3, 1.0) and squared.flagged == (2,) and squared.batch == 4
    drawn = with_surface(edited(base, "landscape_parameters.data_noise", 0.7), "sigmoid_squared")
    assert points_of(drawn).rows == points_of(edited(base, "landscape_parameters.data_noise", 0.7)).rows
    assert with_surface(squared, "line_fit").data == () == with_surface(squared, "himmelblau").data


def test_another_set_or_fewer_points_need_no_flags_taken_away_first() -> None:
    flagged = Experiment(landscape="line_fit", flagged=(3, 30))
    assert edited(flagged, "landscape_parameters.data_noise", 0.5).flagged == (3, 30)
    assert edited(flagged, "landscape_parameters.samples", 20).flagged == (3,)
    assert edited(flagged, "landscape_parameters.data_set", "anscombe_1").flagged == ()
    assert edited(flagged, "landscape_parameters.data_seed", 4).flagged == ()
    anscombe = Experiment(landscape="line_fit", landscape_parameters={"data_set": "anscombe_3"}, flagged=(2,))
    assert edited(anscombe, "landscape_parameters.loss", "huber").flagged == (2,)
    assert with_surface(anscombe, "neuron").flagged == ()
    more = Experiment(landscape="line_fit", landscape_parameters={"samples": 90}, flagged=(3, 60))
    assert edited(more, "landscape_parameters.samples", None).flagged == (3,)
    assert carried_out(flagged, {"landscape_parameters.samples": "many"})[0] == flagged
    own = ON_LINE.replace(flagged=(30,))
    assert edited(own, "landscape_parameters.samples", 10).flagged == (30,)


# Tables


def test_a_pasted_table_becomes_the_rows_and_goes_out_as_one() -> None:
    text = "u;v\n" + "\n".join(f"{x:.3f};{y:.3f}".replace(".", ",") for x, y in LINE)
    found, notes = with_table(Experiment(landscape="line_fit", runs=(PLAIN,)), text)
    assert found.data == LINE and any("commas" in note for note in notes)
    again, _ = with_table(found, table_of(found))
    assert again == found


def test_columns_far_from_one_are_standardised_and_that_is_said() -> None:
    draw = np.random.default_rng(1)
    height = draw.normal(172, 9, 60).round(1)
    weight = (0.9 * height - 85 + draw.normal(0, 7, 60)).round(1)
    text = "\n".join(f"{a}\t{b}" for a, b in zip(height, weight, strict=True))
    found, notes = with_table(Experiment(landscape="line_fit"), text)
    table = np.array(found.data)
    np.testing.assert_allclose(table.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(table.std(axis=0), 1, atol=1e-3)
    told = [note for note in notes if "standardised" in note]
    assert len(told) == 2 and f"{height.mean():.6g}" in told[0] and f"{weight.std():.6g}" in told[1]
    (x0, x1), (y0, y1) = found.window
    assert x0 <= found.start[0] <= x1 and y0 <= found.start[1] <= y1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "paste"),
        ("1,2\n3,4", "at least 3"),
        ("1,2\n3,abc\n5,6", "line 2: 'abc' is not a number"),
        ("1,2,3\n4,5,6\n7,8,9", "give 2"),
        ("1,1\n1,2\n1,3", "same number in every row"),
        ("\n".join(["1,2"] * 1_000_000), "1,000,000 rows"),
    ],
)
def test_a_table_that_cannot_be_read_says_why_at_once(text: str, says: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(TableError, match=says):
        with_table(ON_LINE, text)
    assert time.perf_counter() - begun < 20  # not in minutes; how fast it is stands in tests of tables


# What compiles


def test_moving_rows_noise_outliers_and_batches_compiles_nothing(traces: Callable[[], dict[str, int]]) -> None:
    base = Experiment(landscape="line_fit", steps=30, batch=5, runs=(PLAIN,))
    simulate(base), critical_points(base)
    before = traces()
    changes: dict[str, Any] = {
        "landscape_parameters.data_noise": 0.9,
        "landscape_parameters.outliers": 3,
        "landscape_parameters.outlier_size": 2.0,
        "landscape_parameters.samples": 60,
        "landscape_parameters.data_seed": 5,
        "landscape_parameters.data_set": "wave",
        "landscape_parameters.delta": 0.5,
        "landscape_parameters.clean": "on",
        "data.3": [0.1, 0.2],
        "flagged.4": True,
        "batch": 13,
        "seed": 3,
        "start": [0.3, 0.4],
        "steps": 20,
    }
    for address, value in changes.items():
        base = edited(base, address, value)
        assert simulate(base)[0].steps == base.steps
    assert traces() == before


def test_batches_are_dealt_in_decks_and_name_rows_that_count() -> None:
    flagged = ON_LINE.replace(flagged=(0, 7), batch=19, steps=20)
    dealt = batch_rows(flagged, 20)
    assert dealt.shape == (20, 19) and not {0, 7} & set(dealt.ravel().tolist())
    for deck in dealt.reshape(10, 38):
        assert sorted(deck) == sorted(set(range(40)) - {0, 7})
    assert (batch_rows(flagged.replace(steps=400), 20) == dealt).all()
    assert (batch_rows(flagged.replace(seed=1), 20) != dealt).any()
    drawn = batch_rows(flagged.replace(batch_kind="replacement"), 20)
    assert any(len(set(batch)) < 19 for batch in drawn.tolist())


# The panel


def test_the_panel_says_the_rows_and_leads_back_to_the_drawn_ones() -> None:
    page = lab(Experiment(landscape="line_fit", steps=20, runs=(PLAIN,)))
    assert "landscape_parameters.data_noise" in rows(page) and "batch" in rows(page)
    assert "rotation" not in rows(page) and "smoothing" not in rows(page) and "l1" in rows(page)
    page = lab(ON_LINE)
    assert "landscape_parameters.data_noise" not in rows(page)
    page = at(page.button, "data.drawn").click().run()
    assert shown(page).data == () and "landscape_parameters.data_noise" in rows(page)


@pytest.mark.parametrize("key", MODELS)
def test_every_models_numbers_and_choices_can_be_set(key: str) -> None:
    page = lab(Experiment(landscape=key, steps=20, runs=(PLAIN,)))
    table = rows(page)
    assert set(table) >= {row.address for row in all_rows(shown(page)) if row.address.startswith("landscape_")}
    half = {
        address: row["low"] + (row["high"] - row["low"]) / 2
        for address, row in table.items()
        if address.startswith(("landscape_parameters", "batch", "l2"))
    }
    whole = {address: int(value) if table[address]["whole"] else value for address, value in half.items()}
    page = act(page, whole)
    assert not page.exception and not page.error and not page.warning
    assert {address: row["value"] for address, row in rows(page).items() if address in whole} == whole
    for box in page.selectbox:
        name = (box.key or "").partition("#")[0]
        if name.startswith(("data.", "batches.")):
            page = at(page.selectbox, name).select_index(len(box.options) - 1).run()
            assert not page.exception
    assert shown(page).landscape_parameters["data_set"] == LANDSCAPES[key].parameters[0].choices[-1]


def test_moving_a_point_on_the_stage_makes_the_panel_show_rows_of_ones_own() -> None:
    page = lab(Experiment(landscape="neuron", steps=20, runs=(PLAIN,)))
    assert "landscape_parameters.samples" in rows(page)
    page = act(page, {"data.2": [0.5, 0.5]})
    assert shown(page).data[2] == (0.5, 0.5) and "landscape_parameters.samples" not in rows(page)
    page = act(page, {"data": None})
    assert "landscape_parameters.samples" in rows(page)


def test_models_and_data_sets_stand_in_the_reference() -> None:
    page = lab().switch_page("reference.py").run()
    words = " ".join(part.value for part in page.markdown)
    assert not page.exception
    for key in MODELS:
        assert LANDSCAPES[key].story in words
    assert words.count("data:image/svg+xml") >= 13 and "Anscombe" in words


def test_a_card_says_the_weights_and_which_are_exactly_0() -> None:
    around = (Wrapper(key="proximal_l1"),)
    lasso = ON_LINE.replace(l1=3.0, steps=200, runs=(replace(PLAIN, wrappers=around), PLAIN))
    said = []
    for result, run in zip(results_of(lasso), lasso.runs, strict=True):
        said.append(written(dict(facts(result, run))["Weights"]))
    assert said[0].startswith("slope exactly 0, intercept 0.6")
    assert "exactly" not in said[1] and said[1].startswith("slope ")
    himmelblau = Experiment(landscape="himmelblau", steps=5, runs=(PLAIN,))
    assert "Weights" not in dict(facts(results_of(himmelblau)[0], PLAIN))


def test_a_loss_that_falls_towards_0_has_a_logarithm_of_its_own() -> None:
    parted = Experiment(landscape="logistic_1d", landscape_parameters={"data_set": "apart"}, steps=20, runs=(PLAIN,))
    (curve, *_), arrays = read_packet(stage_packet(parted))[0]["curves"], read_packet(stage_packet(parted))[1]
    assert curve["log_array"] == "loss" and curve["log_default"] and curve["log_why"] is None
    assert (arrays["loss0"] > 0).all()
