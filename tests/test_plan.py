"""The plan of a map: what it is of, which tiles it has, and which numbers may be an axis."""

from urllib.parse import parse_qsl

import numpy as np
import pytest

from experiments import Experiment, Run, Wrapper
from experiments.edits import edited
from experiments.setup.atlas import axis_of, read
from experiments.simulation.stability import unit_limit
from experiments.studies.maps.minima import Minima
from experiments.studies.maps.numbers import edit_of, numbers_of
from figures.packets.atlas import LIMITS, plan_of
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from parameter import Refusal

MOMENTUM = Run(optimizer="momentum", learning_rate=0.01)
ADAM = Run(optimizer="adam", learning_rate=0.1)
TWO = Experiment(landscape="himmelblau", steps=60, runs=(MOMENTUM, ADAM), start=(1.0, 1.0))
RATE_BETA = "sweep~1~x~learning_rate~0.0001~0.1~log~y~parameters.beta~0~0.99~linear"
ILL = Experiment(
    landscape="ill_conditioned_quadratic", landscape_parameters={"condition": 25.0}, steps=60, runs=(MOMENTUM,)
)


def query(experiment, atlas=None, run=0):
    return plan_of(experiment if atlas is None else experiment.replace(atlas=atlas))["runs"][run]["query"]


def test_where_nothing_is_said_it_is_the_basins_of_the_first_run():
    plan = plan_of(TWO)
    assert (plan["atlas"], plan["kind"], plan["note"]) == ("basins~1", "basins", "")
    assert [run["name"] for run in plan["runs"]] == ["Momentum (heavy ball)"]
    assert plan["all_runs"][1] == {"place": 1, "name": "Adam"}
    assert (plan["x"]["low"], plan["x"]["high"], plan["x"]["edit"]) == (-5.0, 5.0, "start")
    assert plan["now"] == [1.0, 1.0]
    assert plan["titles"]["NOISE_FLOOR"] == "Noise floor"


def test_minima_are_numbered_as_tiles_number_them():
    for key in ("himmelblau", "three_hump_camel", "zettl"):
        there = Experiment(landscape=key, runs=(ADAM,))
        told = plan_of(there)["minima"]
        np.testing.assert_array_equal([[m["x"], m["y"]] for m in told], Minima(there).known)
        assert told[0]["global"]


@pytest.mark.parametrize(
    "change",
    [
        {"start": (-2.0, 3.0)},
        {"seed": 7},
        {"scale": "log"},
        {"repeats": 5, "spread": 0.1},
        {"view": ((-5.0, 5.0), (-5.0, 5.0))},
        {"criteria": {"step_tolerance": 1e-3}},
        {"atlas": "basins~1~2~window~-1~1~-1~1~color~steps~seeds~9"},
        {"runs": (Run(optimizer="momentum", learning_rate=0.01, name="mine", color=4),)},
    ],
)
def test_basins_of_different_visitors_have_one_address_where_they_are_equal(change):
    assert query(TWO.replace(**change)) == query(TWO)


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 61},
        {"view": ((-5.0, 5.0), (-5.0, 4.0))},
        {"noise": 0.1},
        {"rotation": 3.0},
        {"landscape": "rastrigin"},
        {"runs": (Run(optimizer="momentum", learning_rate=0.02),)},
        {"runs": (Run(optimizer="momentum", learning_rate=0.01, schedule="cosine"),)},
        {"runs": (Run(optimizer="momentum", learning_rate=0.01, wrappers=(Wrapper(key="lookahead"),)),)},
        {"stop_at": "step"},
    ],
)
def test_what_changes_a_cell_changes_the_address(change):
    assert query(TWO.replace(**change)) != query(TWO)


def test_chance_has_its_seed_in_the_address_and_how_often_it_is_tried():
    noisy = TWO.replace(noise=0.5, atlas="basins~1~seeds~16")
    plan = plan_of(noisy)
    assert (plan["noisy"], plan["seeds"]) == (True, 16)
    assert plan["runs"][0]["query"].endswith("&seeds=16")
    assert query(noisy.replace(seed=3)) != query(noisy)
    still = plan_of(noisy.replace(noise=0.0))
    assert (still["noisy"], still["seeds"], still["atlas"]) == (False, 1, "basins~1")
    walks = TWO.replace(runs=(Run(optimizer="cma_es", learning_rate=0.1),))
    assert query(walks.replace(seed=3)) != query(walks)
    over_noise = TWO.replace(atlas="sweep~1~x~noise~0~1~linear~y~learning_rate~0.001~1~log")
    assert query(over_noise.replace(seed=3)) != query(over_noise), "some of its cells are noisy"


def test_a_sweep_s_cells_are_made_with_one_seed_and_none_are_offered():
    plan = plan_of(TWO.replace(noise=0.5, atlas="sweep~1~x~noise~0~1~linear~y~learning_rate~0.001~1~log~seeds~16"))
    assert (plan["noisy"], plan["seeds"], "seeds" in plan["atlas"]) == (False, 1, False)
    assert "seeds" not in plan["runs"][0]["query"]


def test_a_sweep_has_one_address_wherever_its_two_numbers_stand():
    moved = TWO.replace(
        runs=(Run(optimizer="momentum", learning_rate=0.05, parameters={"beta": 0.3}), ADAM), view=((0, 1), (0, 1))
    )
    assert query(moved, RATE_BETA) == query(TWO, RATE_BETA)
    assert query(TWO.replace(start=(0.0, 1.0)), RATE_BETA) != query(TWO, RATE_BETA)
    assert query(TWO, RATE_BETA.replace("0.99", "0.9")) != query(TWO, RATE_BETA)
    assert plan_of(moved.replace(atlas=RATE_BETA))["now"] == [0.05, 0.3]


def test_a_tiles_address_leads_to_the_experiment_of_each_cell():
    there = TWO.replace(atlas=RATE_BETA)
    fields = dict(parse_qsl(query(there)))
    x, y = (axis_of(fields.pop(name).split("~"), name) for name in ("x", "y"))
    assert (x, y) == read(RATE_BETA).axes
    told = Experiment.from_query(fields)
    for values in ((0.0001, 0.5), (0.03, 0.99)):
        cell, lab = told, TWO.replace(runs=(MOMENTUM,))
        for axis, value in zip((x, y), values, strict=True):
            cell, lab = (edited(one, edit_of(axis.address, 0), value) for one in (cell, lab))
        assert cell == lab


def test_changes_of_a_model_that_draw_new_weights_keep_what_they_follow_from():
    network = Experiment(
        landscape="network_fit",
        steps=20,
        start=(0.5, -0.5),
        runs=(MOMENTUM,),
        atlas="sweep~1~x~landscape_parameters.weights_scale~0~2~linear~y~learning_rate~0.001~1~log",
    )
    plan = plan_of(network)
    fields = dict(parse_qsl(plan["runs"][0]["query"]))
    told = Experiment.from_query({key: text for key, text in fields.items() if key not in ("x", "y")})
    address = "landscape_parameters.weights_scale"
    for value in (1.0, 1.5):
        assert edited(told, address, value).start == edited(network, address, value).start
    assert not plan["judged"]


@pytest.mark.parametrize(
    ("atlas", "shown", "said"),
    [
        ("basins~3", "basins~1", "There is no run 3; shown is run 1."),
        ("basins~2~5", "basins~2", "There is no run 5; shown is run 2."),
        (
            "line~x~parameters.nu~0.1~1~log",
            "line~x~learning_rate~1e-06~10~log",
            "No run here has 'parameters.nu'; in its place is learning rate.",
        ),
        ("line~x~steps~10~90~log~color~steps", "line~x~steps~10~90~whole~color~steps", ""),
        ("line~x~seed~10~90~whole", "line~x~learning_rate~1e-06~10~log", "No run here has 'seed'"),
    ],
)
def test_what_does_not_fit_is_the_nearest_that_does_and_it_is_said(atlas, shown, said):
    plan = plan_of(TWO.replace(atlas=atlas))
    assert plan["atlas"] == shown
    assert plan["note"].startswith(said)
    assert bool(plan["note"]) == bool(said)


def test_a_number_that_one_of_two_runs_lacks_is_said_of_that_run():
    plan = plan_of(TWO.replace(atlas=RATE_BETA.replace("sweep~1", "sweep~1~2")))
    assert [run["why"] for run in plan["runs"]] == ["", "Adam has no number that is called momentum."]
    assert plan["runs"][1]["query"] == ""
    assert plan["runs"][1]["labs"] == ["r2.learning_rate", "r2.parameters.beta"]
    assert plan["note"] == ""
    assert "in its place" in plan_of(TWO.replace(atlas=RATE_BETA.replace("sweep~1", "sweep~2")))["note"]


def test_many_weights_and_no_runs_have_maps_that_fit():
    many = Experiment(landscape="softmax_fit", runs=(ADAM,), steps=20)
    assert plan_of(many)["kind"] == "line"
    assert "no window of starts" in plan_of(many.replace(atlas="basins~1"))["note"]
    empty = plan_of(TWO.replace(runs=(), atlas=RATE_BETA))
    assert empty["runs"] == []
    assert empty["note"] == "There is no run yet: add one."


def every_experiment():
    """One for each optimizer, schedule and wrapper, and some for the numbers of surfaces."""
    for key in OPTIMIZERS:
        yield Experiment(landscape="himmelblau", runs=(Run(optimizer=key, learning_rate=0.05),))
    for key in SCHEDULES:
        yield Experiment(landscape="himmelblau", runs=(Run(optimizer="adam", learning_rate=0.1, schedule=key),))
    for key in WRAPPERS:
        run = Run(optimizer="adam", learning_rate=0.1, wrappers=(Wrapper(key=key),))
        yield Experiment(landscape="himmelblau", runs=(run,))
    for key in ("rosenbrock", "gaussian_wells", "ill_conditioned_quadratic", "line_fit", "network_fit"):
        yield Experiment(landscape=key, runs=(ADAM,))


def test_every_axis_contains_what_stands_there_and_may_be_set_all_along():
    for there in every_experiment():
        for number in numbers_of(there):
            assert number.low < number.high, number
            assert all(number.low <= value <= number.high for value in number.values) or number.address == "batch"
            assert number.low > 0 or number.scale != "log", number
            for value in (number.low, number.high):
                try:
                    edited(there, edit_of(number.address, 0), value)
                except Refusal as error:
                    assert number.address == "smoothing" or "cost" in str(error) or "steps" in str(error), error


def test_a_number_far_from_what_suits_is_on_its_axis_and_seeds_are_on_none():
    far = TWO.replace(runs=(Run(optimizer="adam", learning_rate=3e-7, parameters={"beta2": 0.5}), MOMENTUM))
    found = {number.address: number for number in numbers_of(far)}
    assert (found["learning_rate"].low, found["learning_rate"].values) == (1e-7, (3e-7, 0.01))
    assert found["parameters.beta2"].low == 0.5
    assert found["parameters.beta2"].places == (0,)
    assert found["parameters.beta2"].high == pytest.approx(0.9999)
    assert (found["parameters.beta"].low, found["parameters.beta"].high) == (0.0, 0.999)
    assert (found["rotation"].low, found["rotation"].high) == (-180.0, 180.0)
    assert not any("seed" in address for address in found)


def test_the_limit_of_momentum_is_drawn_where_the_formula_has_it():
    condition = 25.0
    there = ILL.replace(atlas=RATE_BETA)
    (limit,) = plan_of(there)["limits"]
    rates, betas = np.array(limit["points"]).T
    largest = condition  # curvatures are 1 and the condition number
    np.testing.assert_allclose(rates, 2 * (1 + betas) / largest, rtol=1e-9)
    assert limit["label"] == "2 (1 + β) / λ"
    assert (betas[0], betas[-1], limit["run"]) == (0.0, 0.99, 0)


def test_a_limit_that_is_not_known_is_not_drawn():
    for atlas in (
        "sweep~1~x~parameters.beta~0~0.9~linear~y~steps~10~90~whole",  # no rate
        "sweep~1~x~learning_rate~0.001~1~log~y~landscape_parameters.condition~1~100~log",  # moves the curvature
    ):
        assert plan_of(ILL.replace(atlas=atlas))["limits"] == []
    over_steps = "sweep~1~x~steps~10~90~whole~y~learning_rate~0.001~1~log"
    (limit,) = plan_of(ILL.replace(atlas=over_steps))["limits"]
    np.testing.assert_allclose(np.array(limit["points"])[:, 1], 2 * 1.9 / 25.0, rtol=1e-9)
    falling = Run(optimizer="momentum", learning_rate=0.01, schedule="cosine")
    assert plan_of(ILL.replace(runs=(falling,), atlas=over_steps))["limits"] == []
    assert plan_of(ILL.replace(runs=(ADAM,), atlas=over_steps))["limits"] == []


def test_every_closed_form_has_its_label():
    known = {key for key in OPTIMIZERS if unit_limit(Run(optimizer=key, learning_rate=0.1)) is not None}
    assert set(LIMITS) == known
