"""The experiment: what may be given, what is filled in, and what is said about everything else."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest

from experiments import Experiment, Run, Wrapper, landscape_of
from experiments.setup.limits import MAX_RUNS, MAX_WRAPPERS
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS

GD = Run(optimizer="gradient_descent", learning_rate=0.1)


def an_experiment(**fields):
    return Experiment(**{"landscape": "rosenbrock", "runs": (GD,), **fields})


def a_run(**fields):
    return Run(**{"optimizer": "adam", "learning_rate": 0.1, **fields})


def with_parameters(**parameters):
    return a_run(parameters=parameters)


def with_schedule_parameters(**parameters):
    return a_run(schedule_parameters=parameters)


def on_a_changed_surface(**parameters):
    return an_experiment(landscape_parameters=parameters)


NO_NUMBERS: tuple[Any, ...] = (
    *(float("nan"), float("inf"), -float("inf"), True, "1", None),
    *([1], 10**400, -(10**5000), 1j, b"1", {}),
)
NO_PAIRS: tuple[Any, ...] = (1.0, (1,), (1, 2, 3), "1", "abc", {}, [[1, 2]])

BAD_FIELDS = [
    *(("learning_rate", a_run, value) for value in (*NO_NUMBERS, 0, 0.0, -0.1, 1000.1)),
    *(("steps", an_experiment, value) for value in (*NO_NUMBERS, 0, -1, 1.5, 20_001)),
    *(("seed", an_experiment, value) for value in (*NO_NUMBERS, -1, 0.5, 2**32)),
    *(("color", a_run, value) for value in (v for v in (*NO_NUMBERS, -1, 6, 1.5) if v is not None)),
    *(("start", an_experiment, value) for value in NO_PAIRS),
    *(("start x", lambda v=None, **f: an_experiment(start=(f["start x"], 0.0)), v) for v in (*NO_NUMBERS, 1.1e6)),
    *(("start y", lambda v=None, **f: an_experiment(start=(0.0, f["start y"])), v) for v in (*NO_NUMBERS, -1.1e6)),
    *(("view", an_experiment, value) for value in (1, "abcd", (1, 2), ((1, 2),), ((1, 2), (3,)), ((1, 2, 3), (1, 2)))),
    *(("view", an_experiment, ((low, high), (0, 1))) for low, high in ((1, 1), (2, 1), (1e5, 1e5 + 1e-9), (0, 1e-12))),
    *(("view", an_experiment, ((0, 1), (0, value))) for value in (*NO_NUMBERS, 2e6)),
    *(("landscape", an_experiment, value) for value in ("", "Rosenbrock", "nowhere", None, 3, ["sphere"], b"sphere")),
    *(("optimizer", a_run, value) for value in ("", "Adam", None, 3, ["adam"])),
    *(("schedule", a_run, value) for value in ("", "cosinus", None, 3)),
    *(("parameters", a_run, value) for value in (None, 3, "beta1", [("beta1", 0.5)])),
    *(("beta1", with_parameters, value) for value in (*NO_NUMBERS, -0.1, 1.0)),
    *(("nosuch", with_parameters, value) for value in (0.5,)),
    *(("a", on_a_changed_surface, value) for value in (*NO_NUMBERS, 2.1)),
    *(("nosuch", on_a_changed_surface, value) for value in (0.5,)),
    *(("landscape_parameters", an_experiment, value) for value in (None, 3, "a")),
    *(("gamma", lambda **f: a_run(schedule="exponential", schedule_parameters=f), value) for value in (0.4, 1.1, "x")),
    *(("nosuch", with_schedule_parameters, value) for value in (0.5,)),
    *(("schedule_parameters", a_run, value) for value in (None, 3)),
    *(("max_norm", lambda **f: Wrapper(key="clip_norm", parameters=f), value) for value in (0, 1e4, "x", None)),
    *(("wrapper", lambda **f: Wrapper(key=f["wrapper"]), value) for value in ("", "lookahead ", None, 3)),
    *(("wrappers", a_run, value) for value in ("clip_norm", ("clip_norm",), 3, None, (Wrapper(key="clip_norm"),) * 2)),
    *(("runs", an_experiment, value) for value in (GD, "adam", ("adam",), None, 3, (GD,) * (MAX_RUNS + 1))),
    *(("name", a_run, value) for value in (None, 3, b"x", "a\nb", "a\0", "\ud800", "\u202e", "x" * 25, "𝄞" * 10)),
    *(("memory_size", lambda **f: a_run(optimizer="lbfgs", parameters=f), value) for value in (0, 21, 2.5, "3")),
]


@pytest.mark.parametrize(("field", "make", "value"), BAD_FIELDS, ids=range(len(BAD_FIELDS)))
def test_what_is_not_allowed_is_named_with_its_value_and_what_is(field, make, value):
    with pytest.raises(ValueError) as caught:
        make(**{field: value})
    told = str(caught.value)
    assert field.split()[0] in told
    assert "\n" not in told and len(told) < 700
    assert any(word in told for word in ("allowed", "known", "unknown", "can be used once", "at most", "below"))
    assert "Traceback" not in told and "0x" not in told


def test_a_refusal_gives_the_bounds_with_their_digits():
    registries = (LANDSCAPES, OPTIMIZERS, SCHEDULES, WRAPPERS)
    parameters = [unit.parameters for registry in registries for unit in registry.values()]
    for parameter in (p for some in parameters for p in some if p.kind in ("real", "integer")):
        with pytest.raises(ValueError, match="is not allowed; give") as caught:
            parameter.validate(np.nextafter(parameter.high, np.inf))
        low, high = str(caught.value).partition("[")[2].rstrip("]").split(", ")
        told = [float(end.replace(",", "")) for end in (low, high)]
        assert told == pytest.approx([parameter.low, parameter.high], rel=1e-11)


def test_unknown_fields_are_refused():
    with pytest.raises(TypeError):
        Experiment(landscape="sphere", learning_rate=0.1)  # type: ignore[call-arg]  # there is none
    with pytest.raises(TypeError):
        Run("adam", 0.1)  # type: ignore[call-arg]  # by name only


def test_what_is_left_out_is_filled_in():
    given: Any = [Run(optimizer="adam", learning_rate=1)]  # a list does
    experiment = Experiment(landscape="rosenbrock", runs=given)
    assert experiment.start == LANDSCAPES["rosenbrock"].starts[0]
    assert dict(experiment.landscape_parameters) == LANDSCAPES["rosenbrock"].defaults
    assert (experiment.view, experiment.window) == (None, LANDSCAPES["rosenbrock"].view)
    assert (experiment.steps, experiment.seed) == (300, 0)
    assert isinstance(experiment.runs, tuple)
    run = experiment.runs[0]
    assert dict(run.parameters) == OPTIMIZERS["adam"].defaults
    assert (run.learning_rate, type(run.learning_rate)) == (1.0, float)
    assert (run.schedule, run.wrappers, run.name, run.color) == ("constant", (), "", None)
    assert run.title == "Adam"
    assert a_run(name="  mine ").title == "mine"
    assert landscape_of(experiment) is LANDSCAPES["rosenbrock"]


def test_part_of_the_parameters_is_enough_and_their_order_does_not_matter():
    one = an_experiment(landscape_parameters={"b": 5, "a": 0.5})
    assert list(one.landscape_parameters) == ["a", "b"]
    assert one == an_experiment(landscape_parameters={"a": 0.5, "b": 5.0})
    assert dict(an_experiment(landscape_parameters={"b": 5}).landscape_parameters) == {"a": 1.0, "b": 5.0}


def test_numbers_of_numpy_are_numbers_and_lists_are_points():
    experiment = an_experiment(
        start=np.array([1.0, 2.0]), steps=np.int64(5), seed=np.uint8(3), view=[[0, 1], np.array([0, 2])]
    )
    assert experiment.start == (1.0, 2.0) and type(experiment.start[0]) is float
    assert (experiment.steps, type(experiment.steps), type(experiment.seed)) == (5, int, int)
    assert experiment.view == ((0.0, 1.0), (0.0, 2.0))
    assert a_run(learning_rate=np.float32(0.5)).learning_rate == 0.5
    assert experiment.steps == an_experiment(steps=5.0).steps
    assert experiment == Experiment.from_json(experiment.to_json())


def every_kind():
    wrappers = tuple(Wrapper(key=key) for key in list(WRAPPERS)[-MAX_WRAPPERS:])
    runs = [a_run(optimizer=key, schedule=schedule) for key, schedule in zip(OPTIMIZERS, SCHEDULES, strict=False)]
    return [an_experiment(landscape=key, runs=(runs[i % len(runs)], a_run(wrappers=wrappers, name="ä", color=5)))
            for i, key in enumerate(LANDSCAPES)]  # fmt: skip


@pytest.mark.parametrize("experiment", every_kind(), ids=lambda e: e.landscape)
def test_it_is_a_value(experiment):
    for twin in (pickle.loads(pickle.dumps(experiment)), copy.deepcopy(experiment), experiment.replace()):
        assert twin == experiment and hash(twin) == hash(experiment)
    assert len({experiment, pickle.loads(pickle.dumps(experiment)), experiment.replace(steps=7)}) == 2


@pytest.mark.parametrize("name", ("landscape", "steps", "runs", "start", "landscape_parameters", "anything"))
def test_it_cannot_be_changed(name):
    experiment = an_experiment()
    for unit in (experiment, experiment.runs[0], experiment.landscape_parameters, Wrapper(key="clip_norm")):
        with pytest.raises(AttributeError):
            setattr(unit, name, 3)
    with pytest.raises(TypeError):
        experiment.landscape_parameters["a"] = 3
    with pytest.raises(TypeError):
        del experiment.runs[0].parameters["beta1"]


def test_what_was_given_can_change_afterwards_without_harm():
    given = {"a": 0.5}
    runs: list[Any] = [GD]
    experiment = an_experiment(landscape_parameters=given, runs=runs)
    given["a"] = 99
    runs.append("nonsense")
    assert experiment.landscape_parameters["a"] == 0.5 and experiment.runs == (GD,)


def test_replace_validates_anew():
    experiment = an_experiment(steps=10)
    assert experiment.replace(steps=20).steps == 20 and experiment.steps == 10
    assert experiment.replace(view=((0, 1), (0, 1))).window == ((0.0, 1.0), (0.0, 1.0))
    with pytest.raises(ValueError, match="steps: 0 is not allowed"):
        experiment.replace(steps=0)
    with pytest.raises(ValueError, match="landscape_parameters"):
        experiment.replace(landscape="rastrigin")
    assert experiment.replace(landscape="rastrigin", landscape_parameters={}).landscape_parameters["A"] == 10


def test_at_defaults_knows_the_listed_surface():
    assert an_experiment().at_defaults
    assert an_experiment(landscape_parameters={"a": 1}).at_defaults
    assert not an_experiment(landscape_parameters={"a": 1.0000001}).at_defaults


@pytest.mark.parametrize("ends", (0, 1))
def test_both_ends_of_every_range_are_allowed(ends):
    def at_end(unit):
        return {p.key: end_of(p) for p in unit.parameters}

    def end_of(p):
        value = p.choices[-ends] if p.choices else (p.low, p.high)[ends]
        return ((0.0, value), (1.0, value)) if p.kind == "points" else value

    for landscape in LANDSCAPES.values():
        Experiment(landscape=landscape.key, landscape_parameters=at_end(landscape))
    for unit in OPTIMIZERS.values():
        a_run(optimizer=unit.key, parameters=at_end(unit), learning_rate=(5e-324, 1e3)[ends])
    for schedule in SCHEDULES.values():
        a_run(schedule=schedule.key, schedule_parameters=at_end(schedule))
    for wrapper in WRAPPERS.values():
        Wrapper(key=wrapper.key, parameters=at_end(wrapper))
    far = 1e6
    an_experiment(
        start=(-far, far), view=((-far, far), (-far, far)), steps=(1, 20_000)[ends], seed=(0, 2**32 - 1)[ends]
    )
    assert len(an_experiment(runs=(GD,) * (0, MAX_RUNS)[ends]).runs) == (0, MAX_RUNS)[ends]
    assert a_run(name="ä" * 18).name and a_run(name="x" * 24).name


def test_a_misspelt_landscape_is_answered_with_what_it_may_have_meant():
    with pytest.raises(ValueError, match=r"'himmelblua' is not a known landscape; known: himmelblau, .* and \d+ more$"):
        Experiment(landscape="himmelblua")
