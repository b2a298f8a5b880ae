"""Basins: each cell is what simulate and judge say of that start, however it was decided."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, Wrapper, basins, chances, judge, landscape_of, simulate
from experiments.__main__ import main
from experiments.edits import edited
from experiments.objective.heights import surface_of
from experiments.setup import attention
from experiments.simulation.stopping import known_points
from experiments.studies.jobs import work_at
from experiments.studies.maps import files
from experiments.studies.maps.basins import BasinsWork
from experiments.studies.maps.implied import can_be_implied
from experiments.studies.maps.pieces import beside_another
from landscapes import LANDSCAPES, LEARNERS
from optimizers import OPTIMIZERS, WRAPPERS
from parameter import Refusal
from tests.seldom import seldom

NEWTONS = "(x^3 - 3 x y^2 - 1)^2 + (3 x^2 y - y^3)^2"  # |z^3 - 1|^2


def experiment(landscape, optimizer, rate, steps=200, run=None, **fields):
    made = Run(optimizer=optimizer, learning_rate=rate, **(run or {}))
    return Experiment(landscape=landscape, steps=steps, runs=(made,), **fields)


MAPS = {
    "descent": (experiment("himmelblau", "gradient_descent", 0.01), None),
    "descent that breaks": (experiment("himmelblau", "gradient_descent", 0.02), None),
    "descent on its way": (experiment("himmelblau", "gradient_descent", 0.002, steps=110), None),
    "momentum": (
        experiment("six_hump_camel", "momentum", 0.02, run={"parameters": {"beta": 0.7}}),
        ((-1.7, 1.9), (-1.1, 0.9)),
    ),
    "adam": (experiment("rastrigin", "adam", 0.05, steps=400), ((-1.3, 1.2), (-1.2, 1.4))),
    "rmsprop, cosine": (
        experiment("himmelblau", "rmsprop", 0.05, run={"schedule": "cosine"}),
        ((-5.0, 4.0), (-4.0, 5.0)),
    ),
    "newton": (experiment("himmelblau", "newton", 1.0, steps=60), None),
    "nelder_mead": (experiment("three_hump_camel", "nelder_mead", 0.3), None),
    "clipped": (
        experiment("three_hump_camel", "nesterov", 0.02, run={"wrappers": (Wrapper(key="clip_norm"),)}),
        ((-3.1, 3.3), (-2.0, 2.2)),
    ),
    "noise": (experiment("double_well", "gradient_descent", 0.05, noise=1e-4, seed=5), None),
    "turned": (experiment("himmelblau", "adam", 0.2, rotation=25.0, shift=(0.5, -1.0)), None),
    "typed": (
        Experiment(landscape="formula", formula=NEWTONS, steps=60, runs=(Run(optimizer="newton", learning_rate=1.0),)),
        None,
    ),
}


def alone(given, start):
    """Return what the lab says of a start: the trajectory and the verdict."""
    there = given.replace(start=tuple(start))
    (trajectory,) = simulate(there)
    return trajectory, judge(there, trajectory)


def borders(found):
    """Return whether each cell has a neighbour of another outcome or minimum: by going through all of them."""
    rows, columns = found.codes.shape
    beside = np.zeros((rows, columns), dtype=bool)
    for row in range(rows):
        for column in range(columns):
            near = (slice(max(0, row - 1), row + 2), slice(max(0, column - 1), column + 2))
            codes, minimum = found.codes[row, column], found.minimum[row, column]
            beside[row, column] = (found.codes[near] != codes).any() or (found.minimum[near] != minimum).any()
    return beside


def hold(given, work, most):
    """Hold cells of a finished map, half of them beside another class, against the lab; return how many."""
    found, size = work.basins, work.side
    assert found is not None and work.corrected == 0
    assert found.decided == {"batch": int(found.implied.sum()), "single": int((~found.implied).sum())}
    beside = borders(found)
    assert not (beside & found.implied).any()
    random = np.random.default_rng(size)
    spread, known = surface_of(given).spread, known_points(given)
    count = 0
    for kind in (beside, found.implied):
        cells = np.argwhere(kind)
        for row, column in random.permutation(cells)[:most].tolist():
            (x0, x1), (y0, y1) = found.window
            start = x0 + column * (x1 - x0) / size, y0 + row * (y1 - y0) / size
            trajectory, verdict = alone(given, start)
            assert found.outcome[row, column] == verdict.outcome.name, start
            assert found.steps[row, column] == (-1 if verdict.step is None else verdict.step), start
            index = found.minimum[row, column]
            curve = index - known.minima.shape[0]
            if verdict.outcome.at_minimum and 0 <= curve < len(known.curves_of_minima):
                near = known.curves_of_minima[curve].point_near(np.asarray(verdict.minimum)).point
                assert np.hypot(*np.subtract(near, verdict.minimum)) < 1e-2
                assert tuple(found.minima[index]) in known.curves_of_minima[curve].points
            elif verdict.outcome.at_minimum and index >= 0:
                assert np.hypot(*(found.minima[index] - verdict.minimum)) < 1e-2
            elif verdict.outcome is not Outcome.NOISE_FLOOR:
                assert index == -1
            error = 1e-9 * spread if found.implied[row, column] else 0.0
            np.testing.assert_allclose(found.loss[row, column], trajectory.final_loss, rtol=0.0, atol=error)
            count += 1
    return count


@pytest.mark.parametrize("name", seldom(MAPS, "nelder_mead", "turned", "typed", "rmsprop, cosine"))
def test_each_cell_is_the_lab_s_own_run(name):
    given, window = MAPS[name]
    work = BasinsWork(given, 0, 28, window)
    work_at([work])
    assert work.basins is not None and work.basins.implied.mean() > 0.05, "hardly anything is tested here"
    assert work.basins.minima.shape[0] and hold(given, work, 12) > 12


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(40))
def test_random_maps_are_the_lab_s_own_runs(seed):
    random = np.random.default_rng(seed)
    given = experiment(
        str(random.choice(list(LANDSCAPES))), "gradient_descent", 0.01, int(random.choice([40, 120, 300]))
    )
    given = edited(given, "r1.optimizer", str(random.choice(list(OPTIMIZERS))))
    given = edited(given, "r1.learning_rate", given.runs[0].learning_rate * float(random.choice([0.5, 1, 2, 4])))
    given = edited(given, "r1.schedule", str(random.choice(["constant", "constant", "cosine", "one_cycle"])))
    given = edited(given, "r1.wrappers", random.choice(list(WRAPPERS), int(random.integers(0, 2))).tolist())
    work = BasinsWork(given.replace(noise=float(random.choice([0, 0, 0, 1e-4, 0.1]))), 0, 24)
    work_at([work])
    hold(work.ground.experiment, work, 25)


@pytest.mark.parametrize(
    ("landscape", "window"),
    [("double_well", ((-2.0, 2.0), (-2.0, 2.0))), ("treccani", ((-3.0, 1.0), (-2.0, 2.0)))],
)
def test_equal_wells_have_equal_halves(landscape, window):
    size = 32
    found = basins(experiment(landscape, "gradient_descent", 0.05), size=size, window=window)
    counts = [share.count for share in found.shares]
    assert len(counts) == 2 and abs(counts[0] - counts[1]) <= size
    assert (found.minimum[:, size // 2] == -1).all()  # on the ridge they go to the pass
    assert (found.outcome[:, size // 2] == "SADDLE_POINT").all()
    left, right = found.minima[found.minimum[0, 0], 0], found.minima[found.minimum[0, -1], 0]
    assert left < right
    assert np.array_equal(found.minimum[:, 1 : size // 2], np.full((size, size // 2 - 1), found.minimum[0, 0]))
    mirrored = found.steps[:, 1 : size // 2][:, ::-1] - found.steps[:, size // 2 + 1 :]
    assert abs(mirrored).max() <= 1


def test_newton_keeps_its_symmetry():
    given, _ = MAPS["typed"]
    window = (-2.0, 2.0), (-2.0, 2.0)
    size = 28
    found = basins(given, size=size, window=window)
    turned = basins(given.replace(rotation=120.0), size=size, window=window)  # the same surface, all starts turned
    inside = ~(borders(found) | borders(turned))
    assert inside.sum() > 300
    places = [f.minima[f.minimum] for f in (found, turned)]
    there = inside & (found.minimum >= 0)
    np.testing.assert_allclose(places[0][there], places[1][there], atol=1e-9)
    assert (found.outcome[inside] == turned.outcome[inside]).all()
    at = found.minima[found.minimum]  # and mirrored about y = 0, to the last cell
    reached = found.minimum[1:] >= 0
    assert np.array_equal(reached, reached[::-1])
    np.testing.assert_allclose((at[1:] * [1, -1])[reached], at[1:][::-1][reached], atol=1e-9)
    third = [int(np.count_nonzero(found.minimum == i)) for i in range(3)]
    assert third[1] == pytest.approx(third[2], abs=size)


def test_a_deeper_level_agrees_with_a_coarse_one():
    given, window = MAPS["adam"]
    coarse, deep = (basins(given, size=size, window=window) for size in (16, 32))
    for name in ("outcome", "minimum", "steps"):
        assert np.array_equal(getattr(coarse, name), getattr(deep, name)[::2, ::2]), name
    np.testing.assert_allclose(coarse.loss, deep.loss[::2, ::2], rtol=1e-9, atol=1e-9)


def test_it_may_be_left_and_is_made_by_several_threads_alike():
    given, _ = MAPS["descent"]
    work, before = BasinsWork(given, 0, 150), 0
    assert work.basins is None and work.done == 0 and not work.finished
    while not work.finished:
        work.make_one()
        assert before <= work.done <= work.size
        before = work.done
    assert work.done == work.size
    work.make_one()  # there is no more to do
    shared = BasinsWork(given, 0, 150)
    with ThreadPoolExecutor(3) as threads:
        for one in [threads.submit(work_at, [shared]) for _ in range(3)]:
            one.result()
    assert work.basins is not None and shared.basins is not None
    for name in ("outcome", "minimum", "steps", "loss", "minima", "implied"):
        assert np.array_equal(getattr(work.basins, name), getattr(shared.basins, name), equal_nan=name == "loss"), name

    token = attention.watch(lambda: True)
    try:
        with pytest.raises(attention.LeftError):
            basins(given, size=16)
    finally:
        attention._LEFT.reset(token)


def test_what_it_says_of_a_random_start():
    found = basins(MAPS["descent"][0], size=32)
    assert sum(share.count for share in found.shares) == np.count_nonzero(found.minimum >= 0)
    assert found.success.count == np.count_nonzero(found.outcome == "GLOBAL_MINIMUM")
    assert found.success.interval[0] < found.success.share or found.success.share == 1.0
    for index, median in enumerate(found.median_steps):
        assert median == np.median(found.steps[found.minimum == index])
    none = replace(found, minimum=np.full_like(found.minimum, -1))
    assert np.isnan(none.median_steps).all() and all(share.count == 0 for share in none.shares)


def test_no_number_compiles_anything_new(traces):
    given = experiment("styblinski_tang", "momentum", 0.01, steps=50)
    basins(given, size=16)
    before = traces()
    run = given.runs[0]
    others = replace(run, learning_rate=0.02, schedule="cosine", parameters={"beta": 0.5})
    basins(given.replace(runs=(others,), steps=70), size=20, window=((-1.0, 1.0), (-2.0, 1.0)))
    changed = {kind for kind, count in traces().items() if count != before.get(kind, 0)}
    assert "ends" not in changed and "lanes" not in changed and "run" not in changed


def test_orbits_at_a_minimum_are_left_to_the_judge():
    given = experiment("himmelblau", "sign_descent", 0.02, steps=300)
    found = basins(given, size=4, window=((2.8, 3.1), (1.8, 2.1)))
    assert found.decided["batch"] == 0
    assert (found.outcome == "OSCILLATING").sum() > 4
    for row, column in np.ndindex(4, 4):
        start = 2.8 + column * (3.1 - 2.8) / 4, 1.8 + row * (2.1 - 1.8) / 4
        assert found.outcome[row, column] == alone(given, start)[1].outcome.name


def test_what_is_still_on_its_way_is_told_in_a_batch():
    for optimizer, rate in (("gradient_descent", 1e-3), ("adam", 0.02)):
        given = experiment("rosenbrock", optimizer, rate, steps=150)
        found = basins(given, size=16)
        descending = found.outcome == "STILL_DESCENDING"
        assert (found.implied & descending).mean() > 0.3
        assert (found.steps[descending] == -1).all() and (found.minimum[descending] == -1).all()
        (x0, x1), (y0, y1) = found.window
        for row, column in np.random.default_rng(1).integers(0, 16, (25, 2)).tolist():
            trajectory, verdict = alone(given, (x0 + column * (x1 - x0) / 16, y0 + row * (y1 - y0) / 16))
            assert found.outcome[row, column] == verdict.outcome.name
            np.testing.assert_allclose(found.loss[row, column], trajectory.final_loss, rtol=1e-9)


def test_what_diverged_with_numbers_that_are_still_finite_is_told_in_a_batch():
    given, window = experiment("booth", "momentum", 0.5, steps=60), ((-9.0, 7.0), (-8.0, 8.3))
    found = basins(given, size=8, window=window)
    assert (found.outcome == "DIVERGED").all() and np.isfinite(found.loss).all() and found.implied.mean() > 0.8
    for row, column in ((0, 0), (5, 3), (7, 6)):
        trajectory, verdict = alone(given, (-9.0 + column * 16.0 / 8, -8.0 + row * (8.3 + 8.0) / 8))
        assert (found.outcome[row, column], found.steps[row, column]) == (verdict.outcome.name, verdict.step)
        np.testing.assert_allclose(found.loss[row, column], trajectory.final_loss, rtol=1e-9)
    jumping = experiment("booth", "sign_descent", 400.0, steps=40)  # as far and as high, but never any higher
    there = basins(jumping, size=3, window=window)
    assert not there.implied.any()
    assert there.outcome[0, 0] == alone(jumping, (-9.0, -8.0))[1].outcome.name != "DIVERGED"


def test_an_end_farther_than_any_distance_is_near_nothing():
    given = experiment("himmelblau", "gradient_descent", 0.01, steps=20)
    work = BasinsWork(given, 0, 4)
    assert work.ground.implied is not None
    assert work.ground.implied._nearest(np.array([[1e200, 0.0], [3.0, 2.1]])).tolist()[0] == -1
    out = experiment("booth", "momentum", 8.0, steps=190)
    assert set(np.unique(basins(out, size=3).outcome)) <= {"DIVERGED", "NON_FINITE"}


def test_what_stops_early_or_is_smoothed_is_judged_singly():
    plain = experiment("three_hump_camel", "gradient_descent", 0.05, steps=40)
    for given in (plain.replace(stop_at="gradient"), plain.replace(smoothing=0.2, smoothing_schedule="linear")):
        assert not can_be_implied(given)
        found = basins(given, size=4)
        assert found.decided == {"batch": 0, "single": 16}
        (x0, x1), (y0, y1) = landscape_of(given).view
        trajectory, verdict = alone(given, (x0 + 3 * (x1 - x0) / 4, y0 + (y1 - y0) / 4))
        assert (found.outcome[1, 3], found.loss[1, 3]) == (verdict.outcome.name, trajectory.final_loss)


def test_what_is_refused():
    given = MAPS["descent"][0]
    many = Experiment(landscape=next(iter(LEARNERS)), runs=given.runs, steps=5)
    for call, told in (
        (lambda: basins(given, run=1), "run: 1 is not allowed; give 0"),
        (lambda: basins(given.replace(runs=())), "run: the experiment has none"),
        (lambda: basins(many), "many weights"),
        (lambda: basins(given, size=0), "size: 0 is not allowed"),
        (lambda: basins(given, size=True), "size: True is not allowed"),
        (lambda: basins(given, window=((1.0, 0.0), (0.0, 1.0))), "window x"),
    ):
        with pytest.raises(Refusal, match=told):
            call()


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "experiment.json"
    path.write_text(MAPS["descent"][0].to_json(), encoding="utf-8")
    return str(path)


def test_the_command_line_writes_the_same(document, tmp_path, capsys):
    out = tmp_path / "map.npz"
    assert main(["basins", document, "--size", "12", "--out", str(out), "--window", "-3", "3", "-2", "4"]) == 0
    said, err = capsys.readouterr()
    found = basins(MAPS["descent"][0], size=12, window=((-3, 3), (-2, 4)))
    assert err == "" and said.startswith(f"{out}: 12 x 12 cells, ") and said.count("\n") == 2
    by = found.decided
    assert f"{by['batch']} cells decided in batches, {by['single']} run singly" in said
    for place, share in zip(found.minima.tolist(), found.shares, strict=True):
        assert (f"({place[0]:.3g}, {place[1]:.3g}) {100 * share.share:.3g} %" in said) == bool(share.count)
    assert f"global minimum with {100 * found.success.share:.3g} %" in said
    with np.load(out) as arrays:
        assert set(arrays) == {"minimum", "outcome", "steps", "loss", "window", "minima"}
        for name in ("minimum", "outcome", "steps", "loss", "minima"):
            assert np.array_equal(arrays[name], getattr(found, name), equal_nan=name == "loss"), name
        assert arrays["window"].tolist() == [[-3.0, 3.0], [-2.0, 4.0]]
        assert arrays["minimum"].shape == (12, 12) and arrays["outcome"].dtype.kind == "U"
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".json"] == ["map.npz"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "map.npz"
    files.write(str(path), {"a": np.arange(3)})

    def broken(file, array):
        file.write(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "_write_array", broken)
    with pytest.raises(KeyboardInterrupt):
        files.write(str(path), {"a": np.arange(4)})
    assert [each.name for each in tmp_path.iterdir()] == ["map.npz"]
    with np.load(path) as arrays:
        assert arrays["a"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--run", "3"], "run: 3 is not allowed"),
        (["--size", "100000"], "size: 100000 is not allowed"),
        (["--window", "1", "0", "0", "1"], "window x"),
        (["--out", "nowhere/at/all.npz"], "No such file or directory"),
        (["--out", "."], "it is a folder"),
    ],
)
def test_what_is_wrong_is_one_sentence(document, tmp_path, capsys, monkeypatch, more, told):
    monkeypatch.chdir(tmp_path)
    assert main(["basins", document, "--out", "a.npz", *more]) == 2
    out, err = capsys.readouterr()
    assert out == "" and told in err and err.count("\n") == 1
    assert not (tmp_path / "a.npz").exists()


def test_a_bad_document_is_one_sentence(tmp_path, capsys):
    path = tmp_path / "bad.json"
    path.write_text(json.dumps({"format": 1}))
    assert main(["basins", str(path), "--out", str(tmp_path / "a.npz")]) == 2
    assert capsys.readouterr().err.startswith(str(path))


def test_borders_are_found_on_every_side():
    random = np.random.default_rng(2)
    labels = (random.random((7, 9)) < 0.1).astype(int)
    found = beside_another(labels)
    for row, column in np.ndindex(labels.shape):
        near = labels[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
        assert found[row, column] == (near != labels[row, column]).any()


def test_hovering_around_a_global_minimum_is_a_success_whether_with_one_seed_or_with_several():
    given = experiment("double_well", "gradient_descent", 0.05, steps=120, noise=2.0, seed=4)
    found, again = basins(given, size=8), chances(given, size=8, seeds=1)
    assert (found.outcome == "NOISE_FLOOR").sum() > 20 and found.is_global.sum() == 2
    assert found.success.share == again.success.mean() > 0.5
    at_global = [share.count for share, is_global in zip(found.shares, found.is_global, strict=True) if is_global]
    assert found.success.count == sum(at_global)
