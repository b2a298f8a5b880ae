"""A change of an experiment as an address and a value: it changes what it names, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments import Experiment, Run, Wrapper, landscape_of
from experiments.critical.defaults import default_learning_rate, default_run
from experiments.edits import SmoothingError, edited, runs
from experiments.edits.surfaces import with_surface
from experiments.objective.smoothing_limit import smoothing_limit
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS

WHOLE = Experiment(
    landscape="rosenbrock",
    start=(-1.2, 1.0),
    steps=80,
    runs=(
        Run(optimizer="momentum", learning_rate=1e-3, schedule="step", name="mine", color=3),
        Run(
            optimizer="adam",
            learning_rate=0.05,
            schedule="cosine",
            wrappers=(Wrapper(key="lookahead"), Wrapper(key="clip_norm")),
        ),
    ),
)
NUMBERS: tuple[tuple[str, Any], ...] = (
    ("steps", 120),
    ("seed", 9),
    ("repeats", 4),
    ("spread", 0.5),
    ("start", (0.5, 0.25)),
    ("view", ((-1.0, 1.0), (-2.0, 2.0))),
    ("scale", "log"),
    ("rotation", 30.0),
    ("shift", (0.5, -0.5)),
    ("shift_x", 0.25),
    ("l1", 0.1),
    ("l2", 0.2),
    ("noise", 0.3),
    ("smoothing_schedule", "linear"),
    ("stop_at", "step"),
    ("criteria.step_tolerance", 1e-3),
    ("criteria.loss_measure", "relative"),
    ("landscape_parameters.b", 50.0),
    ("r1.learning_rate", 2e-3),
    ("r1.parameters.beta", 0.5),
    ("r1.schedule_parameters.gamma", 0.25),
    ("r1.name", "other"),
    ("r1.color", 1),
    ("r2.wrappers.lookahead.sync_period", 3),
    ("r2.wrappers.clip_norm.max_norm", 2.0),
)


def plain(experiment: Experiment) -> dict[str, Any]:
    """Return everything that an experiment says, by place."""

    def flat(value: Any, path: str) -> dict[str, Any]:
        if isinstance(value, dict):
            return {k: v for key, held in value.items() for k, v in flat(held, f"{path}.{key}").items()}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return {k: v for i, held in enumerate(value) for k, v in flat(held, f"{path}[{i}]").items()}
        return {path: value}

    import json  # noqa: PLC0415

    return flat(json.loads(experiment.to_json()), "")


@pytest.mark.parametrize(("address", "value"), NUMBERS, ids=[address for address, _ in NUMBERS])
def test_an_edit_changes_what_it_names_and_nothing_else(address: str, value: Any) -> None:
    after = edited(WHOLE, address, value)
    before, now = plain(WHOLE), plain(after)
    changed = [path for path in now if now[path] != before.get(path)]
    assert len(changed) == 1 and set(now) == set(before)
    assert changed[0].rpartition(".")[2].startswith(address.rpartition(".")[2].removesuffix("_x"))
    assert edited(after, address, value) == after


@pytest.mark.parametrize("address", [address for address, _ in NUMBERS if address not in ("view", "r1.color", "start")])
def test_nothing_as_a_value_is_the_default(address: str) -> None:
    value = dict(NUMBERS)[address]
    fresh = edited(WHOLE, address, None)
    assert edited(edited(fresh, address, value), address, None) == fresh


def test_the_default_of_a_rate_and_of_a_start_suit_the_surface() -> None:
    assert edited(WHOLE, "r2.learning_rate", None).runs[1].learning_rate == default_learning_rate(WHOLE, "adam")
    assert edited(WHOLE, "start", None).start == landscape_of(WHOLE).starts[0]
    only = (Run(optimizer="polyak_step", learning_rate=1.0),)
    polyak = Experiment(landscape="styblinski_tang", steps=80, runs=only)
    told = edited(polyak, "r1.parameters.lowest", None).runs[0].parameters["lowest"]
    assert told == pytest.approx(LANDSCAPES["styblinski_tang"].lowest, rel=1e-8)


def test_another_optimizer_comes_with_numbers_that_suit_and_another_schedule_with_its_defaults() -> None:
    after = edited(WHOLE, "r1.optimizer", "lbfgs")
    fresh = default_run(WHOLE, "lbfgs")
    assert after.runs[0] == replace(WHOLE.runs[0], optimizer="lbfgs", parameters={}, learning_rate=fresh.learning_rate)
    assert after.runs[1] == WHOLE.runs[1]
    stepped = edited(edited(WHOLE, "r1.schedule_parameters.gamma", 0.9), "r1.schedule", "exponential")
    assert (
        stepped.runs[0].schedule_parameters
        == Run(optimizer="momentum", learning_rate=1.0, schedule="exponential").schedule_parameters
    )


def test_a_group_takes_several_at_once_and_keeps_the_rest() -> None:
    after = edited(WHOLE, "criteria", {"step_tolerance": 1e-2, "step_patience": 2})
    assert after.criteria == {**WHOLE.criteria, "step_tolerance": 1e-2, "step_patience": 2}
    assert (
        edited(WHOLE, "r1.schedule_parameters", {"gamma": 0.3}).runs[0].schedule_parameters["every"]
        == (WHOLE.runs[0].schedule_parameters["every"])
    )


def test_wrappers_are_chosen_by_name_and_those_that_stay_keep_their_numbers() -> None:
    kept = edited(edited(WHOLE, "r2.wrappers.lookahead.sync_period", 9), "r2.wrappers", ["sam", "lookahead"])
    assert [w.key for w in kept.runs[1].wrappers] == ["sam", "lookahead"]
    assert kept.runs[1].wrappers[1].parameters["sync_period"] == 9
    assert edited(WHOLE, "r2.wrappers", None).runs[1].wrappers == ()


def test_another_surface_keeps_the_runs_at_numbers_that_suit_it() -> None:
    after = edited(WHOLE.replace(spread=0.4, repeats=3), "landscape", "himmelblau")
    assert (after.landscape, after.start, after.steps) == ("himmelblau", LANDSCAPES["himmelblau"].starts[0], 80)
    assert [run.optimizer for run in after.runs] == ["momentum", "adam"] and after.runs[0].name == "mine"
    assert after.runs[1].learning_rate == default_learning_rate(after, "adam")
    assert after == with_surface(WHOLE.replace(spread=0.4, repeats=3), "himmelblau")


def test_a_formula_keeps_the_numbers_whose_names_stay_and_the_start_where_there_is_a_height() -> None:
    first = edited(WHOLE, "formula", "a*x^2 + b*y^2").replace(start=(-2.0, 1.0))
    held = edited(first, "landscape_parameters.a", 3.0)
    after = edited(held, "formula", "a*x^2 + sqrt(x)*c")
    assert after.landscape_parameters["a"] == 3.0 and set(after.landscape_parameters) == {"a", "c"}
    assert after.start[0] > 0  # sqrt(-2) is no height
    assert edited(held, "formula", "a*x^4 + y^2").start == (-2.0, 1.0)


@pytest.mark.parametrize(
    ("address", "value", "said"),
    [
        ("r3.learning_rate", 0.1, "2 runs"),
        ("r0.learning_rate", 0.1, "r0.learning_rate"),
        ("r1.learning_rate", -1, "learning_rate"),
        ("r1.learning_rate", "fast", "learning_rate"),
        ("r1.parameters.beta9", 0.1, "known: beta"),
        ("r1.parameters", 3, "mapping"),
        ("r1.optimizer", "adamm", "adamm"),
        ("r1.optimizer", ["adam"], "optimizer"),
        ("r1.schedule", "slow", "slow"),
        ("r1.wrappers", "sam", "list"),
        ("r1.wrappers", [1], "list"),
        ("r1.wrappers.sam.rho", 0.1, "no such number"),
        ("r2.wrappers.lookahead", 3, "mapping"),
        ("landscape", "flat_earth", "flat_earth"),
        ("landscape", ["sphere"], "landscape"),
        ("formula", "x^^2", "formula"),
        ("formula", 3, "formula"),
        ("steps", 0, "steps"),
        ("steps", 10.5, "steps"),
        ("start", (1, 2, 3), "start"),
        ("view", "wide", "view"),
        ("criteria.luck", 1, "luck"),
        ("rotation", float("nan"), "rotation"),
        ("", 1, "no such number"),
        ("runs", (), "no such number"),
        ("r1", 1, "no such number"),
        ("steps.x", 1, "no such number"),
        ("__class__", 1, "no such number"),
        ("x" * 10_000, 1, "no such number"),
    ],
)
def test_what_is_not_allowed_is_refused_by_name(address: str, value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        edited(WHOLE, address, value)
    assert len(str(refused.value)) < 1_500


def test_more_smoothing_than_can_be_computed_says_what_is_the_most() -> None:
    waves = Experiment(landscape="rastrigin", steps=10)
    with pytest.raises(SmoothingError, match="is the most") as refused:
        edited(waves, "smoothing", 1000.0)
    assert refused.value.most == smoothing_limit(waves.replace(smoothing=1000.0))
    assert edited(waves, "smoothing", refused.value.most).smoothing == refused.value.most


def test_runs_are_added_copied_moved_and_removed_and_keep_their_colours() -> None:
    three = runs.added(WHOLE)
    assert [run.color for run in three.runs] == [3, 1, 0] and three.runs[2].optimizer == "gradient_descent"
    back = runs.removed(runs.moved(three, 2, -1), 0)
    assert [(run.optimizer, run.color) for run in back.runs] == [("gradient_descent", 0), ("adam", 1)]
    twin = runs.duplicated(WHOLE, 1)
    assert replace(twin.runs[2], color=1) == twin.runs[1] and twin.runs[2].color == 0
    assert runs.moved(WHOLE, 0, -1) == WHOLE and runs.moved(WHOLE, 1, 1) == WHOLE
    assert {run.learning_rate for run in runs.with_one_rate(WHOLE, 1).runs} == {0.05}
    fresh = runs.reset(WHOLE, 1).runs[1]
    assert fresh == default_run(WHOLE, "adam")


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=30), st.one_of(st.none(), st.floats(), st.integers(), st.text(max_size=5), st.lists(st.floats()))
)
def test_no_address_does_more_than_refuse(address: str, value: Any) -> None:
    try:
        assert isinstance(edited(WHOLE, address, value), Experiment)
    except ValueError as error:
        assert str(error)


def test_every_number_of_every_optimizer_has_an_address() -> None:
    for key, optimizer in OPTIMIZERS.items():
        experiment = Experiment(landscape="sphere", steps=5, runs=(Run(optimizer=key, learning_rate=0.1),))
        for parameter in optimizer.parameters:
            if parameter.kind in ("real", "integer"):
                after = edited(experiment, f"r1.parameters.{parameter.key}", parameter.high)
                assert after.runs[0].parameters[parameter.key] == parameter.high
