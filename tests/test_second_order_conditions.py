"""Second-order steps on narrow surfaces: no direction is dropped that the numbers still tell of."""

from fractions import Fraction
from typing import Any

import jax
import numpy as np
import pytest

from experiments import Experiment, Run, Trajectory, judge, simulate
from experiments.results.inside import inside_of
from optimizers.shared.two_by_two import pseudo_inverse_times, without_signs

SOLVE = jax.jit(jax.vmap(pseudo_inverse_times))
SIZES = jax.jit(jax.vmap(without_signs))


def exact(matrix: np.ndarray, vector: np.ndarray) -> tuple[list[Fraction], float]:
    """Return H^-1 v in fractions, and the determinant as a share of the larger of its products."""
    a, b, c = (Fraction(float(matrix[i, j])) for i, j in ((0, 0), (0, 1), (1, 1)))
    g, h = (Fraction(float(v)) for v in vector)
    determinant = a * c - b * b
    return [(c * g - b * h) / determinant, (a * h - b * g) / determinant], float(
        abs(determinant) / max(abs(a * c), b * b)
    )


def narrow() -> tuple[np.ndarray, np.ndarray]:
    """Return matrices of conditions 1 to 1e16 in many directions, of either sign and many sizes; and vectors."""
    random = np.random.default_rng(1)
    count = 2_000
    angles = random.choice([0.0, np.pi / 2, np.pi / 4, 1e-8, 1e-4], count) + random.choice([0, 1], count) * (
        random.uniform(0, 2 * np.pi, count)
    )
    turns = np.stack([np.cos(angles), -np.sin(angles), np.sin(angles), np.cos(angles)], -1).reshape(-1, 2, 2)
    small = 10 ** random.uniform(-16, 0, count) * random.choice([-1, 1], count)
    size = 10.0 ** random.choice([-150, -8, 0, 8, 150], count)
    values = np.stack([np.ones(count), small], -1) * (size * random.choice([-1, 1], count))[:, None]
    matrices = turns * values[:, None, :] @ np.swapaxes(turns, 1, 2)
    return (matrices + np.swapaxes(matrices, 1, 2)) / 2, random.normal(size=(count, 2))


def test_narrow_systems_are_solved_as_well_as_lapack_solves_them() -> None:
    matrices, vectors = narrow()
    found, theirs = np.asarray(SOLVE(matrices, vectors)), np.linalg.solve(matrices, vectors[..., None])[..., 0]
    solved = 0
    for matrix, vector, ours, other in zip(matrices, vectors, found, theirs, strict=True):
        truth, left = exact(matrix, vector)
        if left <= 2e-15:  # lost to rounding
            continue
        solved += 1
        size = max(abs(float(t)) for t in truth)
        error, their_error = (
            max(abs(float(Fraction(float(o)) - t)) for o, t in zip(w, truth, strict=True)) for w in (ours, other)
        )
        assert error <= 8 * their_error + 4e-16 * size / min(left, 1.0), (matrix, vector)
        residual = matrix @ ours - vector  # small, however narrow: what is left undone does not raise the gradient
        assert np.abs(residual).max() <= 8 * np.finfo(float).eps * np.abs(matrix).max() * size
    assert solved > 1_800


def test_the_sizes_of_curvatures_are_solved_for_as_well() -> None:
    matrices, vectors = narrow()
    found = np.asarray(SOLVE(SIZES(matrices), vectors))
    values, axes = np.linalg.eigh(matrices)
    with np.errstate(all="ignore"):
        told = np.einsum("nij,nj,nkj,nk->ni", axes, 1 / np.abs(values), axes, vectors)
    shares = np.abs(values).min(1) / np.abs(values).max(1)
    clear = shares > 1e-10
    assert clear.sum() > 1_000
    error = np.abs(found - told).max(1) / np.abs(told).max(1)
    assert (error[clear] * shares[clear] < 4e-15).all()


def test_what_is_singular_but_for_rounding_is_solved_along_its_one_curved_direction() -> None:
    angles = np.linspace(0.05, 3.1, 200)
    rows = np.stack([np.cos(angles), np.sin(angles)], -1)
    for size in (1e-150, 1.0, 1e150):
        matrices = size * rows[:, :, None] * rows[:, None, :]
        found = np.asarray(SOLVE(matrices, np.tile([1.0, -2.0], (200, 1)))) * size
        np.testing.assert_allclose(found, rows * (rows @ [1.0, -2.0])[:, None], rtol=0, atol=1e-13)
    nothing = np.asarray(SOLVE(np.zeros((1, 2, 2)), np.ones((1, 2))))
    np.testing.assert_array_equal(nothing, np.zeros((1, 2)))
    for bad in (np.nan, np.inf):
        assert np.isnan(np.asarray(SOLVE(np.array([[[bad, 0.0], [0.0, 1.0]]]), np.ones((1, 2))))).all()


def bowl(a: float, b: float, c: float) -> str:
    """Return ax² + by² + cxy as text, of one structure for all numbers."""
    return f"{a!r}*x^2 + {b!r}*y^2 {'-' if c < 0 else '+'} {abs(c)!r}*x*y"


def run(
    text: str, optimizer: str, start: tuple[float, float], steps: int, **fields: Any
) -> tuple[Experiment, Trajectory]:
    field: dict[str, Any] = {"landscape": "formula", "formula": text} if text != "rosenbrock" else {"landscape": text}
    experiment = Experiment(
        **field, start=start, steps=steps, runs=(Run(optimizer=optimizer, learning_rate=1.0, **fields),)
    )
    return experiment, simulate(experiment)[0]


@pytest.mark.parametrize("optimizer", ["newton", "saddle_free_newton"])
def test_narrow_bowls_are_left_in_no_direction(optimizer: str) -> None:
    for text, start in (
        (bowl(1.0, 1e13, 0.0), (1.0, 0.0)),
        (bowl(1e14, 1.0, 0.0), (1.0, -2.0)),
        (bowl(1.0, 1e16, 1.0), (1.0, 3.0)),
        (bowl(0.36 + 0.64e14, 0.64 + 0.36e14, 0.96 - 0.96e14), (1.0, 2.0)),
        (bowl(1e5 + 1e-9, 1e5 + 1e-9, 2e-9 - 2e5), (3.0, 1.0)),
    ):
        experiment, found = run(text, optimizer, start, 40)
        np.testing.assert_allclose(found.points[-1], 0.0, atol=1e-9, err_msg=text)
        assert judge(experiment, found).outcome.name == "GLOBAL_MINIMUM"


@pytest.mark.parametrize("start", [(1000.0, 1000.0), (-300.0, 7.0), (1e4, -1e4), (0.0, 1e6)])
def test_newton_runs_down_a_far_valley_as_numpys_does(start: tuple[float, float]) -> None:
    w, path = np.array(start), [np.array(start)]
    for _ in range(20):
        x, y = w
        slope = np.array([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)])
        bend = np.array([[1200 * x * x - 400 * y + 2, -400 * x], [-400 * x, 200.0]])
        w = w - np.linalg.solve(bend, slope)
        path.append(w)
    arrives = int(np.flatnonzero(np.hypot(*(np.array(path) - 1).T) < 1e-6)[0])
    found = run("rosenbrock", "newton", start, 20)[1]
    reached = np.flatnonzero(np.hypot(*(found.points - 1).T) < 1e-6)
    assert len(reached) and reached[0] <= arrives + 1
    if start == (1000.0, 1000.0):
        assert reached[0] <= 8


@pytest.mark.parametrize("optimizer", ["damped_newton", "bfgs", "lbfgs"])
def test_other_second_order_steps_cross_narrow_bowls(optimizer: str) -> None:
    for text, start in ((bowl(1.0, 1e13, 0.0), (1.0, 0.0)), (bowl(1e14, 1.0, 0.0), (1.0, -2.0))):
        found = run(text, optimizer, start, 120)[1]
        np.testing.assert_allclose(found.points[-1], 0.0, atol=1e-6, err_msg=text)


@pytest.mark.parametrize("optimizer", ["newton", "saddle_free_newton", "damped_newton"])
def test_the_lines_worked_out_are_true_on_narrow_surfaces(optimizer: str) -> None:
    for text, start in ((bowl(1.0, 1e13, 3.0), (1.0, 2.0)), (bowl(1.0, 1.0, 2.0), (1.0, 3.0))):
        experiment, _ = run(text, optimizer, start, 6)
        for line in inside_of(experiment, 0).lines:
            if line.recorded is not None and line.made is not None:
                made = np.broadcast_to(line.made, line.recorded.shape)[line.holds]
                np.testing.assert_allclose(
                    made, line.recorded[line.holds], rtol=1e-7, atol=1e-9, err_msg=str(line.line)
                )
