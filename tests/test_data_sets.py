"""Sets of rows: the same for a seed however many are taken, stretched by noise, and what their stories say."""

import numpy as np
import pytest

from landscapes.data.sets import ROWS, SETS

DRAWN = [data_set for data_set in SETS.values() if not data_set.fixed]
CURVES = [data_set for data_set in DRAWN if data_set.target == "number"]
CLASSES = [data_set for data_set in DRAWN if data_set.target == "class"]
ANSCOMBE = [[0.5000909090909094, 3.000090909090908], [0.5, 3.0009090909090905]]
ANSCOMBE += [[0.49972727272727313, 3.002454545454545], [0.4999090909090908, 3.0017272727272735]]


def by_key(data_sets):
    return pytest.mark.parametrize("data_set", data_sets, ids=lambda data_set: data_set.key)


def rows_of(data_set, samples=200, noise=0.3, seed=0, outliers=0, size=4.0):
    return data_set.draw(samples, noise, seed, outliers, size).rows


def least_squares(rows, features):
    """Return how much of the rows' classes a linear fit over these features gets right."""
    inputs = np.column_stack([np.ones(len(rows)), *features(rows[:, :-1].T)])
    weights = np.linalg.lstsq(inputs, rows[:, -1] - 0.5, rcond=None)[0]
    return np.mean((inputs @ weights > 0) == (rows[:, -1] == 1))


def test_these_are_the_sets():
    assert {key: (s.inputs, s.target) for key, s in SETS.items()} == {
        **dict.fromkeys(("line", "wave", "bend"), (1, "number")),
        **{f"anscombe_{i}": (1, "number") for i in (1, 2, 3, 4)},
        **dict.fromkeys(("groups", "apart"), (1, "class")),
        **dict.fromkeys(("blobs", "moons", "rings", "xor", "trio", "iris"), (2, "class")),
    }
    for key, data_set in SETS.items():
        assert (data_set.key, bool(data_set.name)) == (key, True)
        assert data_set.fixed == (key.startswith("anscombe") or key == "iris")
        assert 20 < len(data_set.story) < 130 and data_set.story.endswith(".")
        assert bool(data_set.source) == data_set.fixed and (data_set.truth is not None) == (data_set in CURVES)


@by_key(DRAWN)
def test_the_first_rows_are_the_same_for_any_number_of_them(data_set):
    whole = rows_of(data_set, ROWS, seed=7)
    for samples in (2, 3, 40, 999):
        assert np.array_equal(rows_of(data_set, samples, seed=7), whole[:samples])
    assert whole.shape == (ROWS, data_set.inputs + 1) and whole.dtype == np.float64
    assert not np.array_equal(rows_of(data_set, ROWS, seed=8), whole)
    assert len(np.unique(whole[:, :-1], axis=0)) > 0.6 * ROWS, "they are not the same few"


@by_key(DRAWN)
def test_noise_stretches_the_same_draws(data_set):
    still, some, most = (rows_of(data_set, noise=noise) for noise in (0.0, 0.5, 1.0))
    assert np.abs((some - still) - (most - still) / 2).max() < 1.1e-3  # three roundings to thousandths
    assert np.abs(most - still).max() > 0.2
    for rows in (still, some, most):
        assert np.array_equal(rows, [[float(f"{value:.3f}") for value in row] for row in rows])


@by_key(DRAWN)
def test_no_zero_has_a_minus(data_set):
    rows = np.concatenate([rows_of(data_set, ROWS, noise, seed) for noise in (0.0, 0.3) for seed in range(30)])
    assert (rows[:, :-1] == 0).any() or data_set.key == "apart"
    assert not np.signbit(rows[rows == 0]).any()


@by_key(CURVES)
def test_numbers_lie_around_their_curve(data_set):
    assert data_set.truth is not None
    x, y = rows_of(data_set, ROWS, noise=0.0).T
    assert np.abs(y - data_set.truth(x)).max() <= 0.0005001
    assert x.min() >= -1 and x.max() <= 1 and abs(x.mean()) < 0.06 and abs(x.std() - 1 / np.sqrt(3)) < 0.03
    residuals = rows_of(data_set, ROWS, noise=0.3)[:, 1] - y
    assert abs(residuals.mean()) < 0.03 and abs(residuals.std() - 0.3) < 0.02


def test_the_curves_are_these():
    x = np.array([-1.0, 0.0, 0.2, 0.5])
    curves = {key: SETS[key].truth for key in ("line", "wave", "bend")}
    found = {key: np.round(curve(x), 12).tolist() for key, curve in curves.items() if curve}
    assert found == {
        "line": [-1.0, 0.5, 0.8, 1.25],
        "wave": [0.0, 0.0, 0.587785252292, 1.0],
        "bend": [-1.183937157782, 0.0, 0.554540588712, 1.017940367949],
    }


def test_these_are_the_first_rows_of_a_seed():
    """Links that were sent depend on the draws: they stay as they are for ever."""
    drawn = {data_set.key: data_set.draw(2, 0.3, 0, 1, 4.0).rows.tolist() for data_set in DRAWN}
    assert drawn == {
        "line": [[0.779, 5.867], [-0.289, 0.196]],
        "wave": [[0.779, 4.838], [-0.289, -0.659]],
        "bend": [[0.779, 5.351], [-0.289, -0.613]],
        "groups": [[0.33, 1.0], [0.636, 1.0]],
        "apart": [[-1.88, 1.0], [0.661, 1.0]],
        "blobs": [[0.409, -1.004, 1.0], [1.097, 0.798, 1.0]],
        "moons": [[-1.272, -0.199, 1.0], [-0.313, -0.181, 1.0]],
        "rings": [[1.392, -0.328, 1.0], [0.376, 0.422, 1.0]],
        "xor": [[1.19, 0.173, 1.0], [0.427, -0.863, 1.0]],
        "trio": [[0.887, 0.857, 1.0], [-0.635, -0.471, 1.0]],
    }


@by_key(CLASSES)
def test_any_few_rows_are_of_all_classes(data_set):
    for samples in (2, 3, 50):
        assert np.array_equal(rows_of(data_set, samples)[:, -1], np.arange(samples) % data_set.classes)


@by_key(CURVES)
def test_outliers_are_moved_up_or_down(data_set):
    clean = rows_of(data_set, 40)
    for outliers in (1, 4, 40, 90):
        dirty = data_set.draw(40, 0.3, 0, outliers, 4.0)
        assert len(set(dirty.outliers)) == min(outliers, 40) and set(dirty.outliers) <= set(range(40))
        moved = np.abs(dirty.rows - clean)[:, 1].round(3)
        assert np.array_equal(np.flatnonzero(moved), sorted(dirty.outliers)) and set(moved) <= {0.0, 4.0}
        assert np.array_equal(dirty.rows[:, 0], clean[:, 0])
    up = np.sign(data_set.draw(40, 0.3, 0, 40, 4.0).rows - clean)[:, 1].sum()
    assert abs(up) < 20, "up as often as down"


@by_key(CLASSES)
def test_outliers_have_the_other_class(data_set):
    clean, dirty = rows_of(data_set, 40), data_set.draw(40, 0.3, 0, 5, 4.0)
    assert np.array_equal(np.flatnonzero(clean[:, -1] != dirty.rows[:, -1]), dirty.outliers)
    assert len(dirty.outliers) == 5 and set(dirty.rows[:, -1]) == set(range(data_set.classes))
    assert np.array_equal(clean[:, :-1], dirty.rows[:, :-1])


def test_more_outliers_are_the_same_and_others():
    line = SETS["line"]
    few, many = (set(line.draw(40, 0.3, 3, outliers, 4.0).outliers) for outliers in (3, 8))
    assert few < many
    assert set(line.draw(41, 0.3, 3, 8, 4.0).outliers) - {40} <= many, "a row more takes the place of one at most"
    counts = np.bincount([row for seed in range(200) for row in line.draw(20, 0, seed, 4, 4.0).outliers], minlength=20)
    assert counts.min() > 15 and counts.max() < 70, "each row as likely as another"


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_anscombe_is_given(number):
    data_set = SETS[f"anscombe_{number}"]
    drawn = data_set.draw(2, 1.0, 5, 3, 4.0)
    assert drawn.rows.shape == (11, 2) and drawn.outliers == ()
    assert np.array_equal(drawn.rows, rows_of(data_set))
    assert np.allclose(np.polyfit(drawn.rows[:, 0], drawn.rows[:, 1], 1), ANSCOMBE[number - 1], rtol=1e-12)
    assert np.allclose(drawn.rows.mean(axis=0), (9, 7.5), atol=0.001)
    drawn.rows[:] = 0.0
    assert rows_of(data_set).any(), "each has rows of its own"


@pytest.mark.parametrize("seed", range(5))
def test_stories_hold(seed):
    rows = {data_set.key: rows_of(data_set, ROWS, seed=seed) for data_set in CLASSES}
    linear = {key: least_squares(found, lambda inputs: inputs) for key, found in rows.items()}
    assert 0.8 < linear["groups"] < 0.93 and 0.85 < linear["blobs"] < 0.95, "they overlap"
    assert linear["apart"] > 0.99
    assert 0.75 < linear["moons"] < 0.95 and linear["rings"] < 0.65 and linear["xor"] < 0.65
    assert least_squares(rows["rings"], lambda xy: (xy[0] ** 2 + xy[1] ** 2,)) > 0.9
    assert least_squares(rows["xor"], lambda xy: (xy[0] * xy[1],)) > 0.85
    cubic = least_squares(rows["moons"], lambda xy: [xy[0] ** i * xy[1] ** j for i in range(4) for j in range(4 - i)])
    assert cubic > linear["moons"] + 0.03


def test_apart_has_a_gap_at_any_noise():
    for noise in (0.0, 0.3, 1.0):
        rows = np.concatenate([rows_of(SETS["apart"], ROWS, noise, seed) for seed in range(5)])
        x, label = rows.T
        assert x[label == 1].min() - x[label == 0].max() >= 0.4
        assert x.std() > 1
