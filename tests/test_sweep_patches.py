"""Patches of sweeps: each cell is what the lab makes of its two values, and theory's limits are where they belong."""

from itertools import product

import numpy as np
import pytest

from experiments import Experiment, Outcome, Run, Wrapper, judge, simulate
from experiments.edits import edited
from experiments.setup.atlas import Axis
from experiments.studies.jobs import work_at
from experiments.studies.maps.cells import CODES, OUTCOMES
from experiments.studies.maps.lattice import tile
from experiments.studies.maps.numbers import edit_of, numbers_of
from experiments.studies.maps.settable import with_number
from experiments.studies.maps.sweep_patches import NOT_ALLOWED, NOT_JUDGED, SweepGround, SweepPatchWork
from optimizers import OPTIMIZERS
from parameter import Refusal
from tests.seldom import seldom

RATE = Axis(address="learning_rate", low=0.002, high=0.5, scale="log")


def axis(address, low, high, scale="linear"):
    return Axis(address=address, low=low, high=high, scale=scale)


def made(experiment, x, y, level=0, place=(0, 0), run=0):
    """Return the cells of a tile and its patch."""
    ground = SweepGround(experiment, run, x, y)
    work = SweepPatchWork(ground, tile(ground.lines(16 * 2**level), level, *place))
    work_at([work])
    assert (work.done, work.corrected) == (work.size, 0)
    return work.cells, work.patch


def lab(experiment, edits):
    """Return the code, the step and the loss that the lab has for edits, or that these are not allowed."""
    try:
        for address, value in edits:
            experiment = edited(experiment, address, value)
    except Refusal:
        return NOT_ALLOWED, -1, np.nan
    (run,) = simulate(experiment)
    verdict = judge(experiment, run)
    return CODES[verdict.outcome], -1 if verdict.step is None else verdict.step, run.final_loss


MAPS = {
    "momentum": ("himmelblau", Run(optimizer="momentum", learning_rate=0.01), RATE, axis("parameters.beta", 0, 1.1)),
    "a schedule": (
        "himmelblau",
        Run(optimizer="adam", learning_rate=0.1, schedule="cosine_restarts"),
        axis("schedule_parameters.period", 1, 40, "whole"),
        RATE,
    ),
    "a wrapper": (
        "three_hump_camel",
        Run(optimizer="nesterov", learning_rate=0.05, wrappers=(Wrapper(key="lookahead"), Wrapper(key="clip_norm"))),
        axis("wrappers.clip_norm.max_norm", 0.01, 100, "log"),
        axis("wrappers.lookahead.sync_period", 1, 20, "whole"),
    ),
    "steps and a surface": (
        "line_fit",
        Run(optimizer="gradient_descent", learning_rate=0.02),
        axis("landscape_parameters.data_noise", 0, 2),
        axis("steps", 1, 90, "whole"),
    ),
    "a search": ("himmelblau", Run(optimizer="nelder_mead", learning_rate=0.5), RATE, axis("parameters.shrink", 0, 1)),
    "noise": ("sphere", Run(optimizer="rmsprop", learning_rate=0.05), RATE, axis("noise", 0, 2)),
}  # fmt: skip


@pytest.mark.parametrize("name", seldom(MAPS, "a search", "a schedule"))
def test_each_cell_is_what_the_lab_makes_of_its_two_values(name):
    landscape, run, x, y = MAPS[name]
    there = Experiment(landscape=landscape, steps=70, seed=3, runs=(run,))
    cells, patch = made(there, x, y)
    xs, ys = patch.xs(), patch.ys()
    for row, column in product(range(0, 16, 5), range(0, 16, 3)):
        edits = [(edit_of(x.address, 0), float(xs[column])), (edit_of(y.address, 0), float(ys[row]))]
        code, step, loss = lab(there, edits)
        assert (cells.codes[row, column], cells.steps[row, column]) == (code, step), edits
        if cells.implied[row, column]:
            np.testing.assert_allclose(cells.loss[row, column], loss, rtol=1e-6, atol=1e-6)
        else:
            np.testing.assert_equal(cells.loss[row, column], loss)


def test_a_cell_that_may_not_be_is_marked_and_has_no_loss():
    cells, patch = made(
        Experiment(landscape="himmelblau", runs=(MAPS["noise"][1],), steps=9), RATE, axis("steps", -8, 24, "whole")
    )
    above = patch.ys() >= 1
    assert (cells.codes[~above] == NOT_ALLOWED).all()
    assert (cells.codes[above] != NOT_ALLOWED).all()
    assert np.isnan(cells.loss[~above]).all()


def test_momentum_on_a_quadratic_converges_where_the_formula_says():
    condition = 25.0
    there = Experiment(
        landscape="ill_conditioned_quadratic",
        landscape_parameters={"condition": condition},
        steps=300,
        runs=(Run(optimizer="momentum", learning_rate=0.01),),
    )
    cells, patch = made(there, axis("learning_rate", 0.004, 0.4, "log"), axis("parameters.beta", 0, 0.96), level=1)
    rates, betas = np.meshgrid(patch.xs(), patch.ys())
    limit = 2 * (1 + betas) / condition
    lost = np.array([outcome.is_lost for outcome in OUTCOMES])[cells.codes]
    assert lost[rates > 1.06 * limit].all()
    assert not lost[rates < 0.99 * limit].any()
    reached = cells.codes == CODES[Outcome.GLOBAL_MINIMUM]
    slow = np.maximum(np.sqrt(betas), 1 - rates / (1 - betas)) > 0.95  # what is left of an error a step, about
    assert reached[(rates < 0.9 * limit) & ~slow].all()
    assert (cells.minimum[reached] == 0).all()
    assert cells.implied.mean() > 0.5


def test_batches_and_single_runs_come_to_the_same_also_beside_a_value_that_may_not_be():
    run = Run(optimizer="momentum", learning_rate=0.01, schedule="exponential")
    there = Experiment(landscape="himmelblau", steps=120, runs=(run,), start=(-1.0, 2.0))
    for x, y in (
        (RATE, axis("parameters.beta", -0.2, 1.1)),
        (axis("schedule_parameters.gamma", 0.9, 1.0), RATE),
        (axis("parameters.beta", 0, 0.9), axis("schedule_parameters.gamma", 0.9, 1.0)),
    ):
        ground = SweepGround(there, 0, x, y)
        works = [SweepPatchWork(ground, tile(ground.lines(32), 1, 0, 0), singly=singly) for singly in (False, True)]
        work_at(works)
        batch, single = (work.cells for work in works)
        assert batch is not None and single is not None
        for name in ("codes", "minimum", "steps"):
            np.testing.assert_array_equal(getattr(batch, name), getattr(single, name))
        np.testing.assert_allclose(batch.loss, single.loss, rtol=1e-6, atol=1e-6)
        assert batch.implied.mean() > 0.3
        assert not single.implied.any()


def test_what_diverged_with_numbers_that_are_still_finite_is_told_in_a_batch():
    there = Experiment(landscape="booth", steps=70, runs=(Run(optimizer="momentum", learning_rate=0.01),))
    cells, patch = made(there, axis("learning_rate", 0.1, 1.0, "log"), axis("parameters.beta", 0, 0.9))
    finite = cells.implied & (cells.codes == CODES[Outcome.DIVERGED]) & np.isfinite(cells.loss)
    assert finite.mean() > 0.5
    for row, column in np.random.default_rng(4).permutation(np.argwhere(finite))[:8].tolist():
        edits = (("r1.learning_rate", float(patch.xs()[column])), ("r1.parameters.beta", float(patch.ys()[row])))
        code, step, loss = lab(there, edits)
        assert (cells.codes[row, column], cells.steps[row, column]) == (code, step)
        np.testing.assert_allclose(cells.loss[row, column], loss, rtol=1e-9)


def test_levels_share_their_cells():
    there = Experiment(landscape="himmelblau", steps=20, runs=(Run(optimizer="momentum", learning_rate=0.01),))
    beta = axis("parameters.beta", 0, 0.95)
    coarse, _ = made(there, RATE, beta)
    fine, _ = made(there, RATE, beta, level=1)
    for name in ("codes", "minimum", "steps"):
        np.testing.assert_array_equal(getattr(fine, name)[::2, ::2], getattr(coarse, name))


def test_many_weights_are_told_by_their_loss_and_whether_they_are_lost():
    there = Experiment(landscape="polynomial_fit", steps=20, runs=(Run(optimizer="momentum", learning_rate=0.1),))
    rate = axis("learning_rate", 0.01, 1e3, "log")
    cells, patch = made(there, rate, axis("parameters.beta", 0, 0.9))
    for row, column in ((0, 0), (3, 12), (9, 15), (15, 15), (15, 1)):
        edits = (("r1.learning_rate", float(patch.xs()[column])), ("r1.parameters.beta", float(patch.ys()[row])))
        code, step, loss = lab(there, edits)
        np.testing.assert_equal(cells.loss[row, column], loss)
        told = (code, step) if OUTCOMES[code].is_lost else (NOT_JUDGED, -1)
        assert (cells.codes[row, column], cells.steps[row, column]) == told
    assert {NOT_JUDGED, CODES[Outcome.DIVERGED]} <= set(np.unique(cells.codes).tolist())


def test_a_value_of_a_run_is_set_as_an_edit_sets_it_for_every_number_there_is():
    for key in OPTIMIZERS:
        wrappers = (Wrapper(key="lookahead"), Wrapper(key="weight_decay"))
        run = Run(optimizer=key, learning_rate=0.05, schedule="step", wrappers=wrappers)
        there = Experiment(landscape="himmelblau", runs=(run,))
        for number in numbers_of(there):
            if number.address == "smoothing":
                continue  # what is the most is searched for
            for value in (number.low, (number.low + number.high) / 2, -1.0):
                told: list[Experiment | None] = []
                for change in (edited, with_number):
                    address = edit_of(number.address, 0) if change is edited else number.address
                    try:
                        told.append(change(there, address, value))
                    except Refusal:
                        told.append(None)
                assert told[0] == told[1]
                assert hash(told[0]) == hash(told[1])
