"""The table of an experiment's fields: it names each once, and everything that is made from it knows each."""

from dataclasses import MISSING, fields

import pytest

from experiments import Experiment, Run
from experiments.results.judged_runs import result_of
from experiments.setup import document, link
from experiments.setup.alone import alone_at, among_others
from experiments.setup.fields import BY_KEY, FIELDS, PARAMETERS, WITHOUT_RESULT

BASE = Experiment(
    landscape="rosenbrock",
    start=(-1.2, 1.0),
    steps=20,
    runs=(
        Run(optimizer="momentum", learning_rate=1e-3),
        Run(optimizer="adam", learning_rate=0.05, name="mine", color=4),
    ),
)
OTHER = {
    "landscape_parameters": {"b": 50.0},
    "view": ((-1.0, 1.0), (-2.0, 2.0)),
    "scale": "log",
    "start": (0.5, 0.25),
    "steps": 30,
    "seed": 7,
    "runs": (BASE.runs[0],),
    "rotation": 30.0,
    "shift": (0.5, -0.5),
    "smoothing": 0.25,
    "smoothing_schedule": "linear",
    "l2": 0.1,
    "l1": 0.2,
    "noise": 0.3,
    "criteria": {"step_tolerance": 1e-2},
    "stop_at": "step",
    "repeats": 3,
    "spread": 0.5,
    "data": tuple((0.25 * place, 0.5 * (place % 3)) for place in range(6)),
    "flagged": (2, 5),
    "batch": 4,
    "batch_kind": "replacement",
    "held_out": 0.25,
    "data_held_out": ((0.5, 0.25), (-0.5, 0.125)),
    "start_weights": (0.25, -0.5, 0.125, 1 / 3),
    "plane": "random",
    "plane_weights": (3, 1),
    "plane_seed": 4,
    "atlas": "basins~1~2~window~-1~1~-2~0.1",
}
MANY = ("start_weights", "plane", "plane_weights", "plane_seed")


def base_of(key: str) -> Experiment:
    """The experiment to change this field of: rows of data are refused by a surface that is not learnt."""
    if key in (*MANY, "held_out", "data_held_out"):
        runs = tuple(Run(optimizer=name, learning_rate=0.1) for name in ("gradient_descent", "adam"))
        return Experiment(landscape="polynomial_fit", start=BASE.start, steps=20, runs=runs)
    learnt = key in ("data", "flagged", "batch", "batch_kind")
    return Experiment(landscape="line_fit", start=BASE.start, steps=20, runs=BASE.runs) if learnt else BASE


def test_the_table_and_the_experiment_have_the_same_fields_and_defaults() -> None:
    own = {field.name: field for field in fields(Experiment)}
    assert list(own) != [] and set(own) == set(BY_KEY) and len(FIELDS) == len(BY_KEY)
    for key, field in own.items():
        if field.default is not MISSING:
            assert field.default == BY_KEY[key].default, key
        elif field.default_factory is not MISSING:
            assert dict(field.default_factory()) == dict(BY_KEY[key].default), key
        else:
            assert BY_KEY[key].needed, key
    for key, parameter in PARAMETERS.items():
        assert BY_KEY[key].default == parameter.default and parameter.key == key


@pytest.mark.parametrize("key", [key for key in BY_KEY if key not in ("landscape", "formula")])
def test_a_change_of_any_field_goes_through_a_document_and_a_link(key: str) -> None:
    """A field that one of them forgot would come back at its default."""
    base = base_of(key)
    changed = base.replace(**{key: OTHER[key]})
    assert changed != base
    assert Experiment.from_json(changed.to_json()) == changed
    assert Experiment.from_query(changed.to_query()) == changed
    assert Experiment.repair(changed.to_query()) == (changed, ())
    told = document.plain(changed)
    assert {name for name in told if told[name] != document.plain(base)[name]} == {key}


def test_every_field_has_one_word_in_a_link() -> None:
    plain = document.plain(BASE)
    said = [name for word in link.WORDS for name in word.read(word.write(plain) or word.absent or "")]
    assert sorted([*said, "runs"]) == sorted(BY_KEY)


def test_what_changes_no_result_is_left_out_of_what_results_are_stored_under_and_comes_back() -> None:
    shown = BASE.replace(**{key: OTHER[key] for key in WITHOUT_RESULT}, criteria=OTHER["criteria"])
    assert alone_at(shown, 1) == alone_at(BASE, 1) and result_of(shown, 1) is result_of(BASE, 1)
    assert among_others(shown, 1, alone_at(shown, 1)) == shown
    slower = alone_at(shown, 1).replace(steps=40)
    assert among_others(shown, 1, slower) == shown.replace(steps=40)
    for key in [name for name in OTHER if name not in (*WITHOUT_RESULT, "criteria", "runs", "view")]:
        assert alone_at(base_of(key).replace(**{key: OTHER[key]}), 1) != alone_at(base_of(key), 1), key
    stopping = BASE.replace(stop_at="step")
    assert alone_at(stopping.replace(criteria=OTHER["criteria"]), 1) != alone_at(stopping, 1)


def test_a_change_of_the_start_keeps_as_much_of_the_spread_as_there_is_room_for() -> None:
    wide = BASE.replace(repeats=3, spread=900_000.0)
    moved = among_others(wide, 0, alone_at(wide, 0).replace(start=(500_000.0, 0.0)))
    assert moved.start == (500_000.0, 0.0) and moved.spread == 500_000.0 and moved.repeats == 3
