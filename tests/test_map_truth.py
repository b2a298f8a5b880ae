"""Maps against the lab: cells drawn from random maps, half of them at borders, and theory's borders to the cell."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, judge, landscape_of, simulate
from experiments.edits import edited
from experiments.objective.heights import surface_of
from experiments.setup.atlas import Axis
from experiments.simulation.stopping import known_points
from experiments.studies.jobs import work_at
from experiments.studies.maps.cells import CODES, OUTCOMES
from experiments.studies.maps.lattice import Line, Patch, cells_at, lines_of_window
from experiments.studies.maps.numbers import edit_of, is_of_a_run, numbers_of
from experiments.studies.maps.patches import Ground, PatchWork
from experiments.studies.maps.pieces import Cells
from experiments.studies.maps.sweep_patches import NOT_ALLOWED, SweepGround, SweepPatchWork
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS
from parameter import Refusal

NEAR = 1e-2  # between where a run settled and the minimum whose number its cell has


@dataclass(frozen=True, kw_only=True)
class Map:
    """A finished patch: its cells, where its minima are (n, 2), and the experiment of a cell as a person makes it."""

    cells: Cells
    places: np.ndarray
    there: Callable[[int, int], Experiment]
    has_minima: bool = True

    @property
    def labels(self) -> np.ndarray:
        """What parts the cells: the outcome and the minimum, (rows, columns, 2)."""
        return np.stack([self.cells.codes.astype(int), self.cells.minimum], axis=-1)

    @property
    def beside(self) -> np.ndarray:
        """Whether each cell has a neighbour of another class, by going through all of them."""
        found = np.zeros(self.cells.codes.shape, dtype=bool)
        for row, column in np.ndindex(found.shape):
            near = self.labels[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
            found[row, column] = (near != self.labels[row, column]).any()
        return found


def square(lines: tuple[Line, Line], column: int, row: int, side: int) -> Patch:
    """Return a patch of so many cells a side, so many of its kind from the map's corner."""
    return Patch(x=lines[0], y=lines[1], column=side * column, row=side * row, width=side, height=side)


def basins_patch(
    given: Experiment, level: int = 0, column: int = 0, row: int = 0, side: int = 16, singly: bool = False
) -> Map:
    """Make a patch of the basins of an experiment's first run; singly: without batches, and what these compile."""
    ground = Ground(given)
    work = PatchWork(ground, square(lines_of_window(given.window, cells_at(level)), column, row, side), singly)
    work_at([work])
    assert work.cells is not None and work.corrected == 0
    (x0, x1), (y0, y1) = given.window
    cells = 16 * 2.0**level
    first = work.patch.column, work.patch.row

    def there(row: int, column: int) -> Experiment:
        i, j = first[0] + column, first[1] + row
        return given.replace(start=(x0 + i * (x1 - x0) / cells, y0 + j * (y1 - y0) / cells))

    return Map(cells=work.cells, places=np.concatenate([ground.minima.known, work.cells.more]), there=there)


def sweep_patch(
    given: Experiment, x: Axis, y: Axis, level: int = 0, column: int = 0, row: int = 0, side: int = 16
) -> Map:
    """Make a patch of what an experiment's first run comes to over two numbers."""
    ground = SweepGround(given, 0, x, y)
    work = SweepPatchWork(ground, square(ground.lines(cells_at(level)), column, row, side))
    work_at([work])
    assert work.cells is not None and work.corrected == 0
    xs, ys = work.patch.xs().tolist(), work.patch.ys().tolist()

    def there(row: int, column: int) -> Experiment:
        return edited(edited(given, edit_of(x.address, 0), xs[column]), edit_of(y.address, 0), ys[row])

    places = np.concatenate([ground.minima.known, work.cells.more])
    return Map(cells=work.cells, places=places, there=there, has_minima=not any(ground.moves_surface))


def hold(made: Map, at: tuple[int, int]) -> int:
    """Hold a cell against the lab's own simulate and judge; return its code."""
    cells = made.cells
    code, step, loss = cells.codes[at], cells.steps[at], cells.loss[at]
    try:
        there = made.there(*at)
    except Refusal:
        assert (code, step, cells.minimum[at]) == (NOT_ALLOWED, -1, -1) and np.isnan(loss)
        return NOT_ALLOWED
    (run,) = simulate(there)
    verdict = judge(there, run)
    assert (OUTCOMES[code], step) == (verdict.outcome, -1 if verdict.step is None else verdict.step), there
    if cells.implied[at]:
        np.testing.assert_allclose(loss, run.final_loss, rtol=0.0, atol=1e-9 * surface_of(there).spread)
    else:
        np.testing.assert_array_equal(loss, run.final_loss)
    index = int(cells.minimum[at])
    if verdict.outcome in (Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM, Outcome.NOISE_FLOOR):
        if index >= 0:
            assert verdict.minimum is not None
            known = known_points(there)
            curve = index - len(known.minima)
            if 0 <= curve < len(known.curves_of_minima):
                place = known.curves_of_minima[curve].point_near(np.asarray(verdict.minimum)).point
            else:
                place = made.places[index]
            assert np.hypot(*np.subtract(place, verdict.minimum)) < NEAR, there
    else:
        assert index == -1
    return int(code)


def hold_some(made: Map, most: int, seed: int) -> list[int]:
    """Hold so many cells beside another class, and as many others, against the lab; return their codes.

    Of each outcome that is there one at least, if there is room.
    """
    random, codes = np.random.default_rng(seed), []
    assert not (made.beside & made.cells.implied).any()
    for kind in (made.beside, ~made.beside):
        cells = random.permutation(np.argwhere(kind))
        _, first = np.unique(made.cells.codes[tuple(cells.T)], return_index=True)
        order = [*first.tolist(), *(i for i in range(len(cells)) if i not in first)]
        codes += [hold(made, (row, column)) for row, column in cells[order][:most].tolist()]
    return codes


def experiment(landscape: str, run: Run, steps: int, **fields: Any) -> Experiment:
    """Return one run on a surface."""
    return Experiment(landscape=landscape, steps=steps, runs=(run,), **fields)


def axis(address: str, low: float, high: float, scale: str = "linear") -> Axis:
    """Return an axis."""
    return Axis(address=address, low=low, high=high, scale=scale)


def a_few_maps() -> dict[str, Map]:
    """Return four small maps between which all outcomes occur."""
    rate = axis("learning_rate", 1e-3, 3.0, "log")
    momentum = experiment("three_hump_camel", Run(optimizer="momentum", learning_rate=0.02), 60, start=(1.5, 1.2))
    shaken = experiment("double_well", Run(optimizer="rmsprop", learning_rate=0.05), 80, seed=2)
    unmoved = experiment("saddle", Run(optimizer="gradient_descent", learning_rate=1e-30), 40)
    island = experiment(  # level ground around a hollow, and no ground at all left of 0
        "formula",
        Run(optimizer="gradient_descent", learning_rate=0.05),
        40,
        formula="0 * log(x) - max(0, 2 - (x - 2)^2 - y^2)",
        view=((-1.0, 4.0), (-2.0, 2.0)),
    )
    return {
        "momentum, both numbers its own": sweep_patch(momentum, rate, axis("parameters.beta", -0.1, 1.1)),
        "noise": sweep_patch(shaken, axis("noise", 0.0, 2.0), rate, side=12),
        "no step, over the edge": basins_patch(unmoved, -1, side=10, singly=True),
        "level ground": basins_patch(island, -2, side=6, singly=True),
    }


def test_some_cells_of_four_maps_are_the_lab_s_own_runs_and_all_outcomes_are_among_them() -> None:
    held = {name: hold_some(made, 8, 1) for name, made in a_few_maps().items()}
    assert sum(map(len, held.values())) >= 56
    seen = {code for codes in held.values() for code in codes}
    assert {CODES[outcome] for outcome in Outcome} | {NOT_ALLOWED} == seen


# Ten random maps

OF_SWEEPS = ("noise", "steps", "rotation", "smoothing")  # what is drawn beside a run's own numbers


def drawn(random: np.random.Generator, optimizer: str) -> Experiment:
    """Draw an experiment of one run with an optimizer, with noise, wrappers, a schedule and all, or without."""
    run = Run(optimizer=optimizer, learning_rate=0.01)
    given = edited(experiment(str(random.choice(list(LANDSCAPES))), run, 40), "r1.optimizer", optimizer)
    rate = given.runs[0].learning_rate * float(random.choice([0.5, 1, 3]))
    schedules = [key for key in SCHEDULES if key not in ("custom", "bold_driver", "reduce_on_plateau")]
    for address, value in (
        ("r1.learning_rate", min(rate, 1e3)),
        ("r1.schedule", str(random.choice(["constant", *schedules]))),
        ("r1.wrappers", random.choice(list(WRAPPERS), int(random.integers(0, 2))).tolist()),
        ("steps", int(random.choice([30, 80, 160]))),
        ("noise", float(random.choice([0.0, 0.0, 1e-4, 0.3]))),
        ("seed", int(random.integers(1, 99))),
    ):
        try:
            given = edited(given, address, value)
        except Refusal:
            continue  # not every run may be wrapped, or shaken
    return given


def random_map(random: np.random.Generator, optimizer: str, kind: str) -> Map:
    """Draw a map: a patch of basins somewhere in the window at some level, or a sweep of two random numbers."""
    given = drawn(random, optimizer)
    level = int(random.integers(0, 12))
    place = random.integers(0, 2**level, 2).tolist()
    if kind == "basins":
        return basins_patch(given, level, *place)
    own = [one for one in numbers_of(given) if is_of_a_run(one.address)]
    others = [one for one in numbers_of(given) if one.address in OF_SWEEPS]
    x = own[0].axis  # the rate
    second = own[1:] if own[1:] and random.random() < 0.6 else others
    y = second[int(random.integers(len(second)))].axis
    return sweep_patch(given, x, y, level % 3, *(at % 2 ** (level % 3) for at in place))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(12))
def test_a_hundred_cells_of_each_random_map_are_the_lab_s_own_runs(seed: int) -> None:
    random = np.random.default_rng([seed, 16])
    keys = list(OPTIMIZERS)
    made = random_map(random, keys[(5 * seed + 1) % len(keys)], ("sweep", "basins")[seed % 2])
    assert len(hold_some(made, 52, seed)) >= 52


@pytest.mark.soak
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_small_map_of_each_optimizer_is_nine_runs(optimizer: str) -> None:
    run = Run(optimizer=optimizer, learning_rate=0.01)
    given = edited(experiment("himmelblau", run, 60), "r1.optimizer", optimizer)  # at the rate that suits it
    made = basins_patch(given.replace(view=((-4.0, 3.5), (-3.5, 4.0))), -3, side=3)
    for row, column in np.ndindex(3, 3):
        hold(made, (row, column))


# Theory

CURVATURES = np.array([2.0, 8.0])
BOWL = experiment(
    "formula", Run(optimizer="momentum", learning_rate=0.1), 400, formula="x^2 + 4 y^2", start=(0.15, 0.125)
)
RATE, BETA = axis("learning_rate", 0.0, 0.5), axis("parameters.beta", 0.0, 1.0)  # the limit lies on cells


def by_matrices(rate: float, beta: float) -> tuple[float, np.ndarray]:
    """Return what momentum makes of errors on the bowl by its matrices: how much is left a step, and distances (T+1,).

    On an axis of curvature c an error and the one before it, (e, e'), become ((1 + beta - rate c) e - beta e', e).
    """
    matrices = np.array([[[1 + beta - rate * curvature, -beta], [1.0, 0.0]] for curvature in CURVATURES])
    radius = float(np.abs(np.linalg.eigvals(matrices)).max())
    errors = np.repeat(np.asarray(BOWL.start)[:, None], 2, axis=1)
    path = [errors]
    for _ in range(BOWL.steps):
        path.append(np.einsum("aij,aj->ai", matrices, path[-1]))
    return radius, np.hypot(*np.array(path)[:, :, 0].T)


def test_momentum_s_region_and_its_steps_are_those_of_its_matrices_to_the_cell() -> None:
    made = sweep_patch(BOWL, RATE, BETA)
    (x0, x1), (y0, y1) = landscape_of(BOWL).view
    tolerance = 1e-3 * np.hypot(x1 - x0, y1 - y0)
    assert (made.cells.codes[:, 0] == NOT_ALLOWED).all()  # no rate
    reached = 0
    for row, column in np.ndindex(16, 15):
        rate, beta = (column + 1) / 32, row / 16
        outcome, step = OUTCOMES[made.cells.codes[row, column + 1]], made.cells.steps[row, column + 1]
        radius, distances = by_matrices(rate, beta)
        above = rate * CURVATURES.max() > 2 * (1 + beta)
        assert above == (radius > 1 + 1e-6)
        assert outcome.is_lost == above, (rate, beta)
        outside = np.flatnonzero(distances > tolerance)
        since = int(outside[-1]) + 1
        assert not outcome.at_minimum or step == since, (rate, beta)
        if since < 300:
            assert outcome is Outcome.GLOBAL_MINIMUM and made.cells.minimum[row, column + 1] == 0, (rate, beta)
        if since > BOWL.steps:
            assert not outcome.at_minimum, (rate, beta)
        reached += outcome.at_minimum
    assert reached > 100


def test_descent_diverges_exactly_above_two_by_its_curvature_and_is_not_there_yet_below_or_at_tiny_rates() -> None:
    limit = 2 / CURVATURES.max()
    near = sweep_patch(BOWL.replace(start=(1.5, 1.25)), axis("learning_rate", limit * 0.96, limit * 1.04), BETA)
    plain = [OUTCOMES[code] for code in near.cells.codes[0]]  # without momentum; cell 8 is the limit
    assert [outcome.is_lost for outcome in plain] == [False] * 9 + [True] * 7
    assert not plain[7].at_minimum and not plain[8].at_minimum
    tiny = sweep_patch(BOWL, axis("learning_rate", 1e-9, 1e-5, "log"), axis("parameters.beta", 0.0, 0.9), side=6)
    assert (tiny.cells.codes == CODES[Outcome.STILL_DESCENDING]).all() and (tiny.cells.steps == -1).all()
