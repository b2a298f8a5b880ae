"""Sweeps: every cell is its own run, simulated and judged, and where a run must diverge by theory it does."""

import numpy as np
import pytest

from experiments import Experiment, Run, Wrapper, judge, simulate, sweep
from experiments.__main__ import main
from experiments.edits import edited
from experiments.studies.maps.axes import axis
from parameter import Refusal

CURVATURE = 8.0  # the larger one of the bowl
BOWL = Experiment(
    landscape="formula",
    formula="x^2 + 4 y^2",
    start=(1.5, 1.25),
    steps=400,
    runs=(
        Run(optimizer="gradient_descent", learning_rate=0.1),
        Run(optimizer="momentum", learning_rate=0.1, wrappers=(Wrapper(key="clip_norm"),)),
    ),
)
MOMENTUM = BOWL.replace(runs=(Run(optimizer="momentum", learning_rate=0.1),))


def test_each_cell_is_that_very_experiment():
    axes = {"r2.learning_rate": [0.01, 0.3, 2.0], "parameters.beta": [0.0, 0.9]}
    found = sweep(BOWL, axes, run=1)
    assert list(found.axes) == ["r2.learning_rate", "r2.parameters.beta"]
    assert found.outcome.shape == found.steps.shape == found.loss.shape == (3, 2)
    for i, j in np.ndindex(3, 2):
        rate, beta = axes["r2.learning_rate"][i], axes["parameters.beta"][j]
        there = edited(edited(BOWL, "r2.learning_rate", rate), "r2.parameters.beta", beta)
        trajectory = simulate(there)[1]
        verdict = judge(there, trajectory)
        assert found.outcome[i, j] == verdict.outcome.name
        assert found.steps[i, j] == (-1 if verdict.step is None else verdict.step)
        assert np.array_equal(found.loss[i, j], trajectory.final_loss, equal_nan=True)


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("steps", [5, 50]),
        ("smoothing", [0.0, 0.5]),
        ("seed", np.arange(2)),
        ("r2.wrappers.clip_norm.max_norm", [0.1, 1.0]),
        ("wrappers.clip_norm.max_norm", [0.1]),
        ("r2.optimizer", ["adam", "gradient_descent"]),
        ("schedule", ["cosine", "constant"]),
    ],
)
def test_any_number_of_the_fields(address, values):
    found = sweep(BOWL.replace(steps=60), {address: values}, run=1)
    (name,) = found.axes
    for value, outcome, loss in zip(list(values), found.outcome, found.loss, strict=True):
        there = edited(BOWL.replace(steps=60), name, value.item() if isinstance(value, np.generic) else value)
        trajectory = simulate(there)[1]
        assert (judge(there, trajectory).outcome.name, trajectory.final_loss) == (outcome, loss)


def test_descent_on_a_bowl_diverges_exactly_above_two_by_its_curvature():
    limit = 2 / CURVATURE
    rates = np.concatenate([np.geomspace(1e-6, 0.9 * limit, 24), limit * np.linspace(0.97, 1.03, 13)])
    found = sweep(BOWL, {"learning_rate": rates})
    out = np.isin(found.outcome, ("DIVERGED", "NON_FINITE", "LEFT_DOMAIN"))
    assert np.array_equal(out, rates > limit * (1 + 1e-9))
    calm = rates < 0.99 * limit
    assert set(found.outcome[calm]) <= {"GLOBAL_MINIMUM", "STILL_DESCENDING"}
    assert (found.outcome[(rates > 0.05 * limit) & (rates < 0.9 * limit)] == "GLOBAL_MINIMUM").all()
    assert found.outcome[0] == "STILL_DESCENDING" and found.steps[0] == -1


def test_momentum_s_region_on_a_bowl():
    rates, betas = np.linspace(0.02, 1.0, 25), np.linspace(0.0, 0.9, 19)
    found = sweep(MOMENTUM, {"r1.learning_rate": rates, "r1.parameters.beta": betas})
    product = rates[:, None] * CURVATURE / (2 * (1 + betas))
    out = np.isin(found.outcome, ("DIVERGED", "NON_FINITE", "LEFT_DOMAIN"))
    assert out[product > 1.05].all() and not out[product < 0.95].any()
    assert (found.outcome[(product < 0.9) & (betas < 0.85)] == "GLOBAL_MINIMUM").all()


def test_most_cells_come_in_batches_and_are_what_single_runs_come_to():
    given = MOMENTUM.replace(landscape="himmelblau", formula="", steps=200)
    axes = {"learning_rate": np.geomspace(1e-3, 0.05, 24), "parameters.beta": np.linspace(0.0, 0.95, 20)}
    found = sweep(given, axes)
    assert found.implied.shape == (24, 20) and found.implied.mean() > 0.3
    some = np.argwhere(found.implied)[::7]
    assert len({found.outcome[i, j] for i, j in some}) > 1
    for i, j in some.tolist():
        there = edited(given, "r1.learning_rate", axes["learning_rate"][i].item())
        there = edited(there, "r1.parameters.beta", axes["parameters.beta"][j].item())
        (trajectory,) = simulate(there)
        verdict = judge(there, trajectory)
        assert found.outcome[i, j] == verdict.outcome.name
        assert found.steps[i, j] == (-1 if verdict.step is None else verdict.step)
        np.testing.assert_allclose(found.loss[i, j], trajectory.final_loss, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize(
    ("axes", "told"),
    [
        ({}, "give one address"),
        ({"steps": [1], "seed": [1], "smoothing": [0.1]}, "give one address"),
        ({"r1.learning_rate": [0.1, -1.0]}, r"r1\.learning_rate = -1\.0.*learning_rate"),
        ({"steps": [10, 10.5]}, r"steps = 10\.5"),
        ({"r1.parameters.nothing": [1.0]}, "nothing"),
        ({"nowhere": [1.0]}, "nowhere"),
        ({"r2.learning_rate": [1.0]}, "another run than r1"),
        ({"learning_rate": [1.0], "r1.learning_rate": [2.0]}, "the same number"),
        ({"learning_rate": []}, "give a list"),
        ({"learning_rate": "fast"}, "give a list"),
        ({"learning_rate": [(1.0, 2.0)]}, "give a list"),
        ({"steps": range(1, 4_200), "seed": range(4_200)}, "cells are too many"),
    ],
)
def test_what_is_refused_before_anything_runs(axes, told, monkeypatch):
    monkeypatch.setattr("experiments.studies.maps.tables.simulate_run", None)
    with pytest.raises(Refusal, match=told):
        sweep(BOWL, axes)


def test_a_run_that_is_not_there():
    with pytest.raises(Refusal, match="run: 2 is not allowed; give a whole number from 0 to 1"):
        sweep(BOWL, {"steps": [1]}, run=2)


@pytest.mark.parametrize(
    ("text", "address", "values"),
    [
        ("steps=1,20,300", "steps", (1, 20, 300)),
        ("r1.optimizer=adam,rmsprop", "r1.optimizer", ("adam", "rmsprop")),
        ("smoothing=0:1:5", "smoothing", (0.0, 0.25, 0.5, 0.75, 1.0)),
        ("steps=10:20:3:whole", "steps", (10, 15, 20)),
        ("steps=1:4:40:whole", "steps", (1, 2, 3, 4)),
        ("r1.learning_rate=0.5", "r1.learning_rate", (0.5,)),
        ("seed=-1", "seed", (-1,)),
    ],
)
def test_axes_as_they_are_typed(text, address, values):
    assert axis(text) == (address, values)


def test_a_log_axis():
    address, values = axis("r1.learning_rate=1e-3:1:4:log")
    assert address == "r1.learning_rate"
    np.testing.assert_allclose(values, [1e-3, 1e-2, 1e-1, 1], rtol=1e-12)
    assert values[0] == 1e-3 and values[-1] == 1.0


NOT_AXES = """- steps steps= =1 a=1:2 a=1:2:x a=1:2:0 a=1:2:9999999 a=0:1:5:log a=1:2:3:lin a=1:2:3:log:log a=nan
a=1:inf:3 a=b:c:3 a=1,,2 a=1e999 a=1;2"""


@pytest.mark.parametrize("text", ["", *NOT_AXES.split()])
def test_axes_that_are_not_allowed(text):
    with pytest.raises(Refusal):
        axis(text)


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "experiment.json"
    path.write_text(BOWL.replace(steps=30).to_json(), encoding="utf-8")
    return str(path)


def test_the_command_line_writes_the_same(document, tmp_path, capsys):
    out = tmp_path / "map.npz"
    rates = ["--set", "learning_rate=0.01:1:5:log"]
    assert main(["sweep", document, *rates, "--set", "steps=10:30:3:whole", "--out", str(out)]) == 0
    said, err = capsys.readouterr()
    assert err == "" and said.startswith(f"{out}: 5 x 3 cells, ") and said.count("\n") == 2
    found = sweep(BOWL, {"r1.learning_rate": np.geomspace(0.01, 1, 5), "steps": [10, 20, 30]})
    with np.load(out) as arrays:
        assert set(arrays) == {"outcome", "steps", "loss", "r1.learning_rate", "axis.steps"}
        for name in ("outcome", "steps", "loss"):
            assert np.array_equal(arrays[name], getattr(found, name), equal_nan=name == "loss"), name
        assert arrays["axis.steps"].tolist() == [10, 20, 30]
        np.testing.assert_array_equal(arrays["r1.learning_rate"], np.geomspace(0.01, 1, 5))
        assert arrays["outcome"].dtype == found.outcome.dtype
    for outcome in set(found.outcome.flat):
        assert f"{outcome} {np.count_nonzero(found.outcome == outcome)}" in said
    row, column = np.unravel_index(np.nanargmin(found.loss), found.loss.shape)
    rate = f"{np.geomspace(0.01, 1, 5)[row]:.6g}"
    assert f"at r1.learning_rate = {rate}, steps = {[10, 20, 30][column]}\n" in said


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--set", "learning_rate=-1"], "r1.learning_rate = -1"),
        (["--set", "learning_rate=1:2"], "give ADDRESS=from:to:count"),
        (["--set", "steps=1", "--set", "steps=2"], "twice"),
        (["--set", "steps=1", "--run", "7"], "run: 7 is not allowed"),
        (["--set", "steps=1", "--set", "seed=1", "--set", "noise=1"], "give one address"),
    ],
)
def test_what_is_wrong_is_one_sentence(document, tmp_path, capsys, more, told):
    out = tmp_path / "map.npz"
    assert main(["sweep", document, "--out", str(out), *more]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and told in printed.err and printed.err.count("\n") == 1
    assert not out.exists()
