"""Models with many weights against values that come from elsewhere (facts/data.json) and against forms written anew."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy_many import Net, forms
from scipy.optimize import minimize

from experiments import Experiment, Outcome, Run, Trajectory, Wrapper, judge, landscape_of, simulate
from experiments.__main__ import main
from experiments.edits import edited
from experiments.edits.data_rows import with_table
from experiments.objective.compiled import traces
from experiments.objective.many_objective import many_objective_of
from experiments.results.ground import ground_objective, shown_plane
from experiments.results.judged_runs import results_of
from experiments.setup.points import points_of
from experiments.setup.weights import learner_of, named_settings, solution, start_of
from experiments.simulation.quantities import patience_of
from experiments.verdict.seeded_fits import lowest_of_fits
from landscapes import LEARNERS
from landscapes.data.iris import petals
from landscapes.data.learner import Network, Polynomial
from landscapes.data.projection import path_plane
from landscapes.data.solutions import solved
from landscapes.data.split import held_rows
from optimizers import OPTIMIZERS, WRAPPERS
from parameter import Refusal

FACTS: Any = json.loads((Path(__file__).parent / "facts" / "data.json").read_text())
WAVE = tuple(zip(FACTS["wave"]["x"], FACTS["wave"]["y"], strict=True))
WAVE_HELD = tuple(zip(FACTS["wave"]["x_heldout"], FACTS["wave"]["y_heldout"], strict=True))
LOGISTIC = tuple((*x, y) for x, y in zip(FACTS["logistic"]["X"], FACTS["logistic"]["y"], strict=True))
SEPARABLE = tuple((*x, y) for x, y in zip(FACTS["separable"]["X"], FACTS["separable"]["y"], strict=True))
EARLY = FACTS["early_stopping_wave9"]


def descent(rate: float, **fields: Any) -> Run:
    return Run(optimizer="gradient_descent", learning_rate=rate, **fields)


def on_wave(degree: int, *runs: Run, **fields: Any) -> Experiment:
    values = {"degree": degree, **fields.pop("landscape_parameters", {})}
    own = {"data": WAVE, "data_held_out": WAVE_HELD} | fields
    return Experiment(landscape="polynomial_fit", landscape_parameters=values, runs=runs, **own)


def known(trajectory: Trajectory, name: str) -> np.ndarray:
    """A quantity that this run must have."""
    found = getattr(trajectory, name)
    assert found is not None
    return np.asarray(found)


def mixed(key: str, **fields: Any) -> Experiment:
    """A model on rows of its own, half of them held out."""
    return Experiment(landscape=key, held_out=0.5, **fields)


# --- the losses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", LEARNERS)
def test_value_gradient_and_hessian_equal_a_second_form(key):
    chance = np.random.default_rng(3)
    for parameters in forms(key):
        experiment = mixed(key, landscape_parameters=parameters, l2=0.03, l1=0.02)
        rows = np.array(points_of(experiment).kept)
        learner = learner_of(key)
        assert learner is not None
        count = learner.count(experiment.landscape_parameters)
        objective, loss = many_objective_of(experiment), Net(key, experiment.landscape_parameters, rows)
        on = ~learner.intercepts(experiment.landscape_parameters)
        for _ in range(3):
            weights = chance.normal(size=count)

            def whole(w: np.ndarray, loss: Any = loss, on: np.ndarray = on) -> float:
                return float(loss(w) + 0.03 * (w[on] ** 2).sum() + 0.02 * np.abs(w[on]).sum())

            value, gradient, hessian = objective.derivatives(weights)
            assert value == pytest.approx(whole(weights), rel=1e-12)
            steps = 1e-6 * np.eye(count)
            slopes = np.array([(whole(weights + s) - whole(weights - s)) / 2e-6 for s in steps])
            np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=1e-8)
            if parameters.get("activation") == "relu":
                continue
            bends = np.array(
                [(objective.derivatives(weights + s)[1] - objective.derivatives(weights - s)[1]) / 2e-6 for s in steps]
            )
            np.testing.assert_allclose(hessian, bends, rtol=1e-5, atol=1e-7)


def test_a_small_networks_gradient_is_the_published_one():
    net, given = (
        Network(kind="network", inputs=2, target="class", classes=2, sets=(), settings=(), convex=False),
        FACTS["mlp"],
    )
    import jax  # noqa: PLC0415
    import jax.numpy as jnp  # noqa: PLC0415

    rows = np.array(LOGISTIC[:8])
    shape = {"hidden": 3, "activation": "tanh"}

    def loss(w: Any) -> Any:
        return jnp.mean(net.row_losses(jnp, net.scores(jnp, w, rows[:, :2].T, shape), rows[:, 2]))

    value, gradient = jax.value_and_grad(loss)(jnp.array(given["w"]))
    assert float(value) == pytest.approx(given["loss"], rel=1e-13)
    np.testing.assert_allclose(gradient, given["gradient"], rtol=0, atol=1e-13)


def test_renaming_hidden_neurons_keeps_the_loss():
    experiment = mixed("network_fit")
    loss, weights = many_objective_of(experiment), np.random.default_rng(0).normal(size=33)
    order = np.random.default_rng(1).permutation(8)
    renamed = np.concatenate(
        [weights[:16].reshape(2, 8)[:, order].ravel(), weights[16:24][order], weights[24:32][order]]
    )
    value = loss.derivatives(np.append(renamed, weights[-1]))[0]
    assert value == pytest.approx(loss.derivatives(weights)[0], rel=1e-13)


# --- solutions -------------------------------------------------------------------------------------------------------


def test_degrees_0_to_15_have_the_known_losses_and_training_never_rises():
    learner = LEARNERS["polynomial_fit"].learner
    assert isinstance(learner, Polynomial)
    before = np.inf
    for degree, (train, heldout) in list(FACTS["wave"]["train_heldout_mse_by_degree"].items())[:16]:
        settings = {"degree": int(degree), "basis": "legendre"}
        found = solved(learner, np.array(WAVE), settings, 0.0, 0.0)
        assert found is not None and found.weights is not None and found.lowest is not None
        design = learner.design(np.array(WAVE_HELD)[:, :1], settings)[:, : int(degree) + 1]
        assert found.lowest == pytest.approx(train, rel=1e-11)
        assert ((design @ found.weights - np.array(WAVE_HELD)[:, 1]) ** 2).mean() == pytest.approx(heldout, rel=1e-9)
        assert found.lowest <= before
        before = found.lowest


def test_a_degree_of_one_less_than_the_points_goes_through_all_of_them():
    experiment = on_wave(11, Run(optimizer="bfgs", learning_rate=1.0), data=WAVE[:12], steps=400)
    found = solution(experiment)
    assert found is not None and found.lowest is not None and found.lowest < 1e-20
    (run,) = simulate(experiment)
    assert known(run, "train")[-1] < 1e-9 and known(run, "heldout")[-1] > 1.0


@pytest.mark.parametrize("l2", FACTS["ridge_wave9"])
def test_ridge_of_degree_9(l2):
    facts = FACTS["ridge_wave9"][l2]
    experiment = on_wave(9, descent(0.08 if float(l2) < 10 else 0.02), l2=float(l2), steps=20_000)
    found = solution(experiment)
    assert found is not None and found.weights is not None
    np.testing.assert_allclose(found.weights, facts["w"], rtol=0, atol=1e-12)
    (run,) = simulate(experiment)
    np.testing.assert_allclose(known(run, "weights")[-1], facts["w"], rtol=0, atol=1e-9)
    assert known(run, "train")[-1] == pytest.approx(facts["train"], abs=1e-9)
    assert known(run, "heldout")[-1] == pytest.approx(facts["heldout"], abs=1e-9)
    assert judge(experiment, run).outcome is Outcome.GLOBAL_MINIMUM


@pytest.mark.parametrize("l1", FACTS["lasso_wave9"]["by_l1"])
def test_proximal_steps_reach_the_lasso_with_exactly_its_zeros(l1):
    facts = FACTS["lasso_wave9"]["by_l1"][l1]
    proximal = descent(0.0752, wrappers=(Wrapper(key="proximal_l1"),))
    experiment = on_wave(9, proximal, descent(0.0752), l1=float(l1), start_weights=0.3, steps=20_000)
    found = solution(experiment)
    assert found is not None and found.weights is not None
    np.testing.assert_allclose(found.weights, facts["w"], rtol=0, atol=1e-11)
    exact, plain = simulate(experiment)
    weights = known(exact, "weights")
    np.testing.assert_allclose(weights[-1], facts["w"], rtol=0, atol=1e-9)
    assert (weights[-1] == 0).sum() == facts["zeros"]
    assert known(exact, "heldout")[-1] == pytest.approx(facts["heldout"], abs=1e-9)
    assert not (known(plain, "weights") == 0).any()
    zeros = (weights == 0).sum(axis=1)
    first = {"0.03": (2, 348), "0.1": (4, 59), "0.3": (7, 36)}
    if l1 in first:
        assert zeros[-1] == first[l1][0] and int(np.argmax(zeros == zeros[-1])) <= first[l1][1]
        assert int(np.flatnonzero(zeros != zeros[-1])[-1]) + 1 == first[l1][1]


@pytest.mark.parametrize("l2", ["0", *FACTS["logistic"]["l2"]])
def test_logistic_regression(l2):
    facts = FACTS["logistic"] if l2 == "0" else FACTS["logistic"]["l2"][l2]
    run = Run(optimizer="bfgs", learning_rate=1.0)
    values = {"degree": 1}
    experiment = Experiment(
        landscape="logistic_features", landscape_parameters=values, data=LOGISTIC, l2=float(l2), steps=300, runs=(run,)
    )
    found = solution(experiment)
    assert found is not None and found.weights is not None
    np.testing.assert_allclose(found.weights, facts["w"], rtol=0, atol=1e-10)
    (path,) = simulate(experiment)
    np.testing.assert_allclose(known(path, "weights")[-1], facts["w"], rtol=0, atol=1e-7)
    assert known(path, "train")[-1] == pytest.approx(facts["log_loss"], abs=1e-9)
    assert known(path, "accuracy")[-1] == pytest.approx(facts["accuracy"], abs=1e-12)


def test_softmax_on_iris():
    facts = FACTS["softmax_iris"]
    experiment = Experiment(landscape="softmax_fit", l2=facts["l2"], steps=20_000, runs=(descent(0.8),))
    assert points_of(experiment).kept == petals()
    (run,) = simulate(experiment)
    table = known(run, "weights")[-1].reshape(3, 3)
    np.testing.assert_allclose(table, facts["W"], rtol=0, atol=1e-8)
    assert run.losses[-1] == pytest.approx(facts["objective"], abs=1e-12)
    assert known(run, "accuracy")[-1] == pytest.approx(facts["accuracy"], abs=1e-12)
    verdict = judge(experiment, run)
    assert verdict.outcome is Outcome.GLOBAL_MINIMUM and "level along some directions" in verdict.detail


def test_iris_is_the_published_table():
    table = np.array(petals())
    assert (
        table.shape == (150, 3)
        and np.allclose(table[:, :2].mean(axis=0), 0)
        and np.allclose(table[:, :2].std(axis=0), 1)
    )
    raw = table[:, :2] * [1.759404065775303, 0.7596926279021594] + [3.758, 1.1993333333333334]
    assert np.abs(10 * raw - np.round(10 * raw)).max() < 1e-9
    assert [tuple(np.round(raw[place], 1)) for place in (0, 50, 149)] == [(1.4, 0.2), (4.7, 1.4), (5.1, 1.8)]


@pytest.mark.parametrize("key", ["polynomial_fit", "logistic_features", "softmax_fit"])
def test_solutions_equal_scipys_search(key):
    chance = np.random.default_rng(5)
    for l2, l1 in ((0.05, 0.0), (0.02, 0.01)):
        if key == "softmax_fit" and l1:
            continue
        for parameters in forms(key):
            experiment = mixed(key, landscape_parameters=parameters, l2=l2, l1=l1)
            found, objective = solution(experiment), many_objective_of(experiment)
            assert found is not None and found.weights is not None and found.lowest is not None
            assert objective.derivatives(found.weights)[0] == pytest.approx(found.lowest, rel=1e-10)
            for _ in range(3):
                near = found.weights + 1e-3 * chance.normal(size=len(found.weights))
                assert objective.derivatives(near)[0] >= found.lowest - 1e-14
            if not l1:
                best = minimize(lambda w, o=objective: o.derivatives(w)[:2], found.weights + 0.1, jac=True)
                assert best.fun >= found.lowest - 1e-9 and best.fun == pytest.approx(found.lowest, abs=1e-6)


# --- runs ------------------------------------------------------------------------------------------------------------


def test_descent_stops_early_where_the_closed_form_says():
    experiment = on_wave(9, descent(EARLY["learning_rate"]), steps=20_000)
    (run,) = simulate(experiment)
    heldout = known(run, "heldout")
    for step, value in EARLY["heldout_at"].items():
        assert heldout[int(step)] == pytest.approx(value, abs=1e-10)
    assert run.best_heldout_step == EARLY["best_step"] == 10
    assert known(run, "train")[10] == pytest.approx(EARLY["train_at_best"], abs=1e-12)
    (early,) = simulate(experiment.replace(stop_at="heldout"))
    assert early.steps == 30 and early.best_heldout_step == 10
    verdict = judge(experiment.replace(stop_at="heldout"), early)
    assert verdict.evidence["returned_step"] == 10 and "held-out loss 0.0928 at step 10" in verdict.detail
    assert verdict.fit is not None and verdict.fit.evidence["heldout"] == pytest.approx(
        EARLY["heldout_at_best"], abs=1e-12
    )


@pytest.mark.parametrize("case", FACTS["patience"]["cases"])
def test_patience_on_hand_made_curves(case):
    words = case.replace(",", "").split()
    curve = np.array(FACTS["patience"]["curve"], dtype=np.float64)
    assert list(patience_of(curve, int(words[1]), float(words[3])) or ()) == FACTS["patience"]["cases"][case]


def test_losses_along_the_way_are_those_of_the_second_form():
    for key in LEARNERS:
        experiment = mixed(key, steps=25, l2=0.01, runs=(Run(optimizer="adam", learning_rate=0.05),))
        (run,) = simulate(experiment)
        points = points_of(experiment)
        seen = Net(key, experiment.landscape_parameters, np.array(points.kept))
        unseen = Net(key, experiment.landscape_parameters, np.array(points.heldout))
        weights = known(run, "weights")
        np.testing.assert_allclose(known(run, "train"), [seen(w) for w in weights], rtol=1e-11)
        np.testing.assert_allclose(known(run, "heldout"), [unseen(w) for w in weights], rtol=1e-11)
        if key == "polynomial_fit":
            assert run.accuracy is None
        else:
            np.testing.assert_allclose(known(run, "accuracy"), [unseen.accuracy(w) for w in weights], atol=1e-12)


def test_every_optimizer_that_holds_for_many_weights_runs_and_the_others_say_so():
    for key, rule in OPTIMIZERS.items():
        run = Run(optimizer=key, learning_rate=0.02)
        if rule.two_only:
            with pytest.raises(Refusal, match="made for two coordinates"):
                mixed("polynomial_fit", runs=(run,))
            with pytest.raises(Refusal, match="made for two coordinates"):
                edited(mixed("polynomial_fit", runs=(descent(0.1),)), "r1.optimizer", key)
            continue
        (path,) = simulate(mixed("polynomial_fit", steps=30, start_weights=0.1, runs=(run,)))
        train = known(path, "train")
        assert np.isfinite(known(path, "weights")).all(), key
        assert train[-1] < train[0] or rule.draws, key  # those walk at random
    for key in WRAPPERS:
        run = Run(optimizer="adam", learning_rate=0.02, wrappers=(Wrapper(key=key),))
        (path,) = simulate(mixed("polynomial_fit", steps=30, l1=0.01, runs=(run,)))
        assert np.isfinite(known(path, "weights")).all(), key


def test_weights_that_only_pad_change_nothing():
    learner = LEARNERS["polynomial_fit"].learner
    assert learner is not None
    for name in ("gradient_descent", "adam", "adafactor", "lbfgs"):
        runs = (Run(optimizer=name, learning_rate=0.05),)
        experiment = on_wave(4, *runs, steps=40, noise=0.1)
        (run,) = simulate(experiment)
        assert known(run, "weights").shape == (41, 5)
    plain = np.zeros(5)
    design = learner.design(np.array(WAVE)[:, :1], {"degree": 4, "basis": "legendre"})[:, :5]
    (run,) = simulate(on_wave(4, descent(0.1), steps=40))
    for step in range(40):
        np.testing.assert_allclose(known(run, "weights")[step], plain, rtol=0, atol=1e-14)
        plain = plain - 0.1 * 2 * design.T @ (design @ plain - np.array(WAVE)[:, 1]) / len(WAVE)


def test_outcomes_steps_and_losses_never_depend_on_the_plane():
    for key in ("polynomial_fit", "network_fit"):
        runs = (descent(0.2), Run(optimizer="adam", learning_rate=0.02), Run(optimizer="bfgs", learning_rate=1.0))
        base = mixed(key, steps=150, runs=runs)
        told = []
        for changes in ({}, {"plane_weights": (3, 1)}, {"plane": "random"}, {"plane": "path"}):
            shown = base
            for address, value in changes.items():
                shown = edited(shown, address, value)
            np.testing.assert_array_equal(start_of(shown), start_of(base))
            results = results_of(shown)
            told.append(
                [(r.verdict.outcome, r.verdict.step, r.verdict.detail, dict(r.verdict.evidence)) for r in results]
            )
            for result, one in zip(results, results_of(base), strict=True):
                np.testing.assert_array_equal(known(result.trajectory, "weights"), known(one.trajectory, "weights"))
                np.testing.assert_array_equal(result.gradient_norms, one.gradient_norms)
                np.testing.assert_array_equal(result.step_sizes, one.step_sizes)
        assert all(one == told[0] for one in told[1:])


def test_points_are_the_coordinates_of_the_weights_on_the_plane():
    base = mixed("network_fit", steps=60, runs=(Run(optimizer="adam", learning_rate=0.05),))
    for changes in ({"plane_weights": (30, 2)}, {"plane": "random", "plane_seed": 3}, {"plane": "path"}):
        shown = base
        for address, value in changes.items():
            shown = edited(shown, address, value)
        plane = shown_plane(shown)
        assert plane is not None
        (result,) = results_of(shown)
        weights, points = known(result.trajectory, "weights"), result.trajectory.points
        expected = np.linalg.lstsq(plane.directions.T, (weights - plane.middle).T, rcond=None)[0].T
        np.testing.assert_allclose(points, expected, atol=1e-10)
        seen = ground_objective(shown).values(points)
        objective = many_objective_of(shown)
        at = [objective.derivatives(place)[0] for place in plane.weights(points[:5])]
        np.testing.assert_allclose(seen[:5], at, rtol=1e-12)
        landscape = landscape_of(shown) if shown.plane != "path" else None
        if landscape is not None:
            np.testing.assert_allclose(np.asarray(landscape.value(points[:5])), at, rtol=1e-12)


def test_the_plane_of_the_paths_is_that_of_singular_vectors():
    chance = np.random.default_rng(2)
    paths = [np.cumsum(chance.normal(size=(200, 33)), axis=0), chance.normal(size=(50, 33))]
    plane = path_plane(paths)
    places = np.concatenate(paths)
    _, sizes, right = np.linalg.svd(places - places.mean(axis=0), full_matrices=False)
    for axis, vector in zip(plane.directions, right, strict=False):
        assert abs(axis @ vector) / np.linalg.norm(axis) == pytest.approx(1, abs=1e-10)
    assert np.abs(plane.coordinates(places)).max() == pytest.approx(1)
    assert sizes[0] > sizes[1]


def test_moving_numbers_compiles_nothing():
    run = Run(optimizer="adam", learning_rate=0.02)
    base = mixed("polynomial_fit", steps=50, batch=4, l2=0.1, l1=0.1, runs=(run,))
    simulate(base)
    before = traces()["run"]
    for changes in (
        {"landscape_parameters": {"degree": 12, "basis": "monomial"}},
        {"landscape_parameters": {"samples": 60}},
        {"l2": 0.3, "l1": 0.4},
        {"batch": 3, "held_out": 0.3},
        {"flagged": (0, 5)},
        {"data": WAVE, "held_out": 0.0},
    ):
        simulate(base.replace(**changes))
    assert traces()["run"] == before


# --- what is held out ------------------------------------------------------------------------------------------------


def test_what_is_held_out_hangs_on_each_rows_own_number():
    for share in (0.2, 0.5, 0.75):
        few, many = set(held_rows(40, share, 3, 1)), set(held_rows(200, share, 3, 1))
        assert few == {place for place in many if place < 40}
        assert abs(len(many) - 200 * share) <= 20
        assert set(held_rows(200, share / 2, 3, 1)) < many
    assert held_rows(200, 0.5, 3, 1) != held_rows(200, 0.5, 3, 2) != held_rows(200, 0.5, 4, 2)
    base = mixed("polynomial_fit", runs=(descent(0.1),))
    held = points_of(base).held
    dragged = edited(base, "data.3", [0.25, 0.5])
    assert points_of(dragged).held == held
    assert points_of(edited(base, "flagged.2", True)).held == held
    gone = held[2]
    fewer = edited(base, f"data.{gone}", None)
    rows = points_of(base).rows
    assert points_of(fewer).heldout == tuple(rows[place] for place in held if place != gone)
    assert points_of(fewer).kept == points_of(base).kept
    more = edited(fewer, f"data.{len(points_of(fewer).rows)}", [0.1, 0.2])
    assert points_of(more).heldout == points_of(fewer).heldout
    assert points_of(more).kept == (*points_of(fewer).kept, (0.1, 0.2))


def test_rows_that_leak_are_learnt_from_and_said():
    leaking = mixed(
        "polynomial_fit", landscape_parameters={"degree": 9, "leaked": 12}, steps=3_000, runs=(descent(0.08),)
    )
    points = points_of(leaking)
    assert set(points.heldout[:12]) <= set(points.kept) and len(points.kept) == len(points.rows) - len(points.held) + 12
    (run,) = simulate(leaking)
    fit = judge(leaking, run).fit
    assert fit is not None and "12 of the held-out rows were learnt from as well" in fit.detail
    honest = simulate(leaking.replace(landscape_parameters={"degree": 9}))[0]
    assert known(run, "heldout")[-1] < 0.5 * known(honest, "heldout")[-1]
    assert fit.evidence["fresh"] > 1.5 * fit.evidence["heldout"]


def fit_of(experiment: Experiment) -> Any:
    (run,) = simulate(experiment)
    return judge(experiment, run).fit


def test_the_second_verdict_tells_too_simple_from_too_complex():
    assert fit_of(on_wave(1, descent(0.3), steps=1_000)).kind.name == "TOO_SIMPLE"
    assert fit_of(on_wave(9, descent(0.15), steps=20_000)).kind.name == "OVERFITS"
    assert fit_of(on_wave(9, Run(optimizer="adam", learning_rate=0.02), steps=1_000)).kind.name == "OVERFITS"
    assert fit_of(on_wave(5, descent(0.15), l2=0.05, steps=3_000)).kind.name == "FITS"
    assert fit_of(on_wave(3, descent(0.005), steps=60)).kind.name == "STILL_IMPROVING"
    assert fit_of(on_wave(3, descent(0.15), data_held_out=())) is None
    assert fit_of(on_wave(3, descent(5.0))) is None
    drawn = mixed("polynomial_fit", landscape_parameters={"degree": 1}, steps=500, runs=(descent(0.3),))
    fit = fit_of(drawn)
    assert fit.kind.name == "TOO_SIMPLE" and fit.evidence["noise_floor"] == pytest.approx(0.09)
    assert fit.evidence["fresh"] > 0.2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"landscape_parameters": {"degree": 12}, "data": WAVE[:12]}, "give a degree of at most 11"),
        ({"held_out": 0.9, "landscape_parameters": {"degree": 9}}, "give a degree of at most"),
        ({"data": WAVE[:12], "held_out": 0.01}, "held_out: 0.01 holds no row out"),
        ({"held_out": 0.95}, r"held_out: 0.95 is not allowed; give a number in \[0, 0.9\]"),
        ({"held_out": 0.5, "data_held_out": WAVE_HELD}, "not allowed beside data_held_out"),
        ({"plane_weights": (1, 1)}, "are one direction twice; give two different weights, from 0 to 3"),
        ({"plane_weights": (0, 4)}, r"give a whole number in \[0, 3\]"),
        ({"plane": "round"}, "give one of weights, random, path"),
        ({"start_weights": (1.0, 2.0)}, "2 are not allowed; give one number for all, or 4"),
        ({"start_weights": "many"}, "give one number, or one for each weight"),
        ({"rotation": 30.0}, "cannot be turned or moved"),
        ({"smoothing": 0.1}, "it is not smoothed"),
    ],
)
def test_what_cannot_be_is_said_with_what_is_allowed(changes, said):
    with pytest.raises(Refusal, match=said):
        Experiment(landscape="polynomial_fit", **changes)


def test_limits_of_models_with_classes_are_said():
    one = tuple((0.1 * place, 0.2, 1.0) for place in range(8))
    with pytest.raises(Refusal, match="of class 1 alone; keep rows of both classes, 0 and 1"):
        Experiment(landscape="logistic_features", data=one)
    with pytest.raises(Refusal, match="keep rows of every class, 0 to 2"):
        Experiment(landscape="softmax_fit", data=one)
    with pytest.raises(Refusal, match=r"class 3\.0 is not allowed; give 0 to 2"):
        Experiment(landscape="softmax_fit", data=[(0.0, 0.0, 3.0)])
    with pytest.raises(Refusal, match="of 129 weights are too many; give at most 7,751 steps"):
        Experiment(landscape="network_fit", landscape_parameters={"hidden": 32}, steps=20_000)
    with pytest.raises(Refusal, match="start_weights: only a model with many weights"):
        Experiment(landscape="line_fit", start_weights=0.5)
    with pytest.raises(Refusal, match="plane_weights: this surface has two weights"):
        Experiment(landscape="sphere", plane_weights=(1, 0))


# --- networks --------------------------------------------------------------------------------------------------------


def test_a_network_is_never_said_to_be_at_the_global_minimum():
    runs = (Run(optimizer="lbfgs", learning_rate=1.0), Run(optimizer="adam", learning_rate=0.02))
    experiment = mixed("network_fit", l2=0.01, steps=600, runs=runs)
    verdicts = [judge(experiment, run) for run in simulate(experiment)]
    assert verdicts[0].outcome is Outcome.LOCAL_MINIMUM and "8 seeded fits" in verdicts[0].detail
    assert all(verdict.outcome is not Outcome.GLOBAL_MINIMUM for verdict in verdicts)
    assert verdicts[0].evidence["lowest_fit"] == pytest.approx(lowest_of_fits(experiment))
    assert verdicts[0].evidence["value"] >= verdicts[0].evidence["lowest_fit"] - 1e-3


def test_settings_travel_in_links_and_documents():
    experiment = mixed(
        "network_fit",
        landscape_parameters={"hidden": 16, "activation": "relu", "split": 4, "leaked": 3},
        plane="random",
        plane_seed=9,
        start_weights=tuple(np.random.default_rng(0).normal(size=65).tolist()),
        stop_at="heldout",
        criteria={"heldout_patience": 7, "heldout_min_delta": 1e-3},
        runs=(Run(optimizer="adam", learning_rate=0.02),),
    )
    assert experiment.landscape_parameters["hidden"] == "16"
    assert Experiment.from_query(experiment.to_query()) == experiment
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert Experiment.repair(experiment.to_query()) == (experiment, ())
    assert named_settings(experiment)[0] == ("hidden", "16")


# --- lessons ---------------------------------------------------------------------------------------------------------


def test_conditioning_protects():
    """Degree 15, rate 1.8 / lambda_max, 20,000 steps from 0, in powers and in Legendre's polynomials (lesson 5)."""
    ends = {}
    for basis in ("monomial", "legendre"):
        experiment = on_wave(15, descent(0.1), landscape_parameters={"basis": basis}, steps=20_000)
        largest = np.linalg.eigvalsh(many_objective_of(experiment).derivatives(np.zeros(16))[2])[-1]
        (run,) = simulate(experiment.replace(runs=(descent(1.8 / largest),)))
        ends[basis] = known(run, "heldout")[-1]
    assert ends["monomial"] == pytest.approx(0.335, abs=0.001) and ends["legendre"] == pytest.approx(22.0, abs=0.1)


def test_adam_and_momentum_overfit_as_descent_does():
    """Degree 9 from 0: held-out is lowest at step 59 and 36 (lesson 6)."""
    adam = Run(optimizer="adam", learning_rate=0.02)
    momentum = Run(optimizer="momentum", learning_rate=EARLY["learning_rate"] / 10, parameters={"beta": 0.9})
    found = simulate(on_wave(9, adam, momentum, steps=2_000))
    assert found[0].best_heldout_step == 59
    assert known(found[1], "heldout")[-1] > 2 * known(found[1], "heldout").min()


def test_accuracy_peaks_before_the_loss_is_lowest():
    """Logistic regression from 0 at rate 1: .783 at step 16, .767 at a lower loss (lesson 9)."""
    experiment = Experiment(landscape="logistic_features", data=LOGISTIC, steps=1_000, runs=(descent(1.0),))
    (run,) = simulate(experiment)
    accuracy, train = known(run, "accuracy"), known(run, "train")
    assert accuracy.max() == pytest.approx(0.783, abs=0.001) and int(np.argmax(accuracy)) <= 16
    assert accuracy[16] == accuracy.max() and accuracy[-1] == pytest.approx(0.767, abs=0.001) and train[-1] < train[16]


def test_separable_classes_are_told_right_long_before_the_weights_settle():
    experiment = Experiment(
        landscape="logistic_features",
        data=SEPARABLE,
        start_weights=(-1.0, 1.0, 0.0),
        steps=20_000,
        runs=(descent(1.0),),
    )
    (run,) = simulate(experiment)
    lengths = np.linalg.norm(known(run, "weights")[:, :2], axis=1)  # without the intercept
    assert (known(run, "accuracy")[1:] == 1).all() and known(run, "accuracy")[0] < 1
    assert [round(float(lengths[t]), 2) for t in (10, 1_000, 20_000)] == [2.33, 5.05, 7.06]
    verdict = judge(experiment, run)
    assert "falls towards 0 while the weights grow for ever" in verdict.detail


def test_a_network_overfits_moons_while_its_accuracy_stays_and_patience_brings_the_best_back():
    """Lesson 9's effect: any patience that outlasts the bumps brings back the same step, and L2 ends lower."""
    run = Run(optimizer="adam", learning_rate=0.02)
    values = {"samples": 120, "data_noise": 0.4}
    experiment = mixed("network_fit", landscape_parameters=values, steps=3_000, runs=(run,))
    (path,) = simulate(experiment)
    heldout, accuracy = known(path, "heldout"), known(path, "accuracy")
    best = path.best_heldout_step
    assert best is not None and heldout[-1] > 1.5 * heldout[best]
    assert accuracy[-1] >= accuracy[best] - 0.05
    assert fit_of(experiment).kind.name == "OVERFITS"
    returned = set()
    for patience in (100, 200, 400):
        stopping = experiment.replace(stop_at="heldout", criteria={"heldout_patience": patience})
        (stopped,) = simulate(stopping)
        returned.add(judge(stopping, stopped).evidence["returned_step"])
    assert len(returned) == 1
    (kept,) = simulate(experiment.replace(l2=1e-3))
    assert known(kept, "heldout")[-1] < heldout[-1]


def test_a_plane_loses_most_of_the_movement_and_says_so():
    """Lesson 10: the path's own plane holds nearly all of it, two random directions next to nothing."""
    base = mixed("network_fit", steps=400, runs=(Run(optimizer="adam", learning_rate=0.02),))
    shares = {}
    for kind in ("weights", "random", "path"):
        shown = edited(base, "plane", kind)
        plane, (result,) = shown_plane(shown), results_of(shown)
        assert plane is not None
        shares[kind] = plane.share(known(result.trajectory, "weights"))
    assert shares["path"] > 0.9 and shares["random"] < 0.2 and shares["weights"] < 0.5


# --- without a browser -----------------------------------------------------------------------------------------------


def test_the_command_line_tells_weights_losses_and_the_second_verdict(tmp_path, capsys):
    experiment = mixed("logistic_features", steps=20, runs=(descent(1.0), Run(optimizer="adam", learning_rate=0.1)))
    path = tmp_path / "experiment.json"
    path.write_text(experiment.to_json())
    assert main(["run", str(path)]) == 0
    told = json.loads(capsys.readouterr().out)["runs"][0]
    (run, _) = simulate(experiment)
    for name in ("weights", "train", "heldout", "accuracy"):
        np.testing.assert_array_equal(told["trajectory"][name], known(run, name))
    fit = judge(experiment, run).fit
    assert told["verdict"]["fit"]["kind"] == fit.kind.name and told["verdict"]["fit"]["best_step"] == fit.best_step
    assert main(["run", str(path), "--csv"]) == 0
    header, first, *_ = capsys.readouterr().out.splitlines()
    assert header.endswith("learning_rate,train,heldout,accuracy")
    assert [float(word) for word in first.split(",")[-3:]] == [
        known(run, n)[0] for n in ("train", "heldout", "accuracy")
    ]


def test_a_pasted_table_of_three_classes_is_learnt_from():
    text = "petal,width,kind\n" + "\n".join(
        f"{0.3 * place:.1f},{0.2 * (place % 5):.1f},{('cat', 'dog', 'emu')[place % 3]}" for place in range(24)
    )
    found, notes = with_table(Experiment(landscape="softmax_fit", held_out=0.25, runs=(descent(0.1),)), text)
    assert len(found.data) == 24 and "class 0 is cat, class 1 is dog, class 2 is emu" in notes
    assert points_of(found).heldout and judge(found, simulate(found)[0]).fit is not None
    with pytest.raises(Refusal, match="2 classes were found, 'cat', 'dog'; give three"):
        with_table(found, "1,2,cat\n2,1,dog\n3,4,cat")


def test_a_pasted_column_is_moved_to_where_polynomials_are_at_home():
    text = "\n".join(f"{1900 + 10 * place},{place % 3 + 0.5}" for place in range(12))
    found, notes = with_table(Experiment(landscape="polynomial_fit", held_out=0.25, runs=(descent(0.1),)), text)
    x = np.array(found.data)[:, 0]
    assert x.min() == -1 and x.max() == 1 and "x was standardised: (x − 1955) / 55" in notes


# --- what a fresh reader asked ----------------------------------------------------------------------------------------


def kinds_of(experiment: Experiment) -> list[str | None]:
    fits = [judge(experiment, run).fit for run in simulate(experiment)]
    return [None if fit is None else fit.kind.name for fit in fits]


def test_a_slow_or_penalised_run_is_not_said_to_be_too_simple():
    slow = mixed("polynomial_fit", landscape_parameters={"degree": 3}, steps=300, runs=(descent(1e-4), descent(1e-3)))
    assert kinds_of(slow) == ["STILL_IMPROVING"] * 2
    assert all(judge(slow, run).advice for run in simulate(slow))
    strong = mixed("polynomial_fit", landscape_parameters={"degree": 9}, l2=1.0, steps=1_000, runs=(descent(0.08),))
    fits = [judge(strong, run).fit for run in simulate(strong)]
    assert "penalty holds it back" in fits[0].detail and "degree" not in fits[0].detail
    usual = strong.replace(l2=0.1)
    assert kinds_of(usual) == ["FITS"]


def test_noise_alone_never_fits():
    chance = np.random.default_rng(4)
    for degree in (1, 5, 9):
        rows = np.column_stack([chance.uniform(-1, 1, 80), chance.normal(size=80)]).tolist()
        experiment = Experiment(
            landscape="polynomial_fit",
            landscape_parameters={"degree": degree},
            data=rows,
            held_out=0.5,
            steps=2_000,
            runs=(descent(0.08),),
        )
        fit = judge(experiment, simulate(experiment)[0]).fit
        assert fit.kind.name == "OVERFITS" or fit.evidence["heldout"] < fit.evidence["plain_heldout"]


def test_a_rise_of_next_to_nothing_is_none_and_shaken_runs_are_compared_in_the_mean():
    iris = Experiment(landscape="softmax_fit", held_out=0.3, l2=0.001, steps=3_000, runs=(descent(0.8),))
    fit = judge(iris, simulate(iris)[0]).fit
    assert fit.kind.name != "OVERFITS" or fit.evidence["rise"] > 0.02 * fit.evidence["best_heldout"]
    for changes in ({"batch": 4}, {"batch": 4, "batch_kind": "replacement"}, {"noise": 0.1}):
        shaken = mixed("polynomial_fit", landscape_parameters={"degree": 3}, steps=2_000, runs=(descent(0.03),))
        assert kinds_of(shaken.replace(**changes)) == kinds_of(shaken) == ["FITS"], changes


def test_two_held_out_rows_tell_nothing():
    assert kinds_of(on_wave(3, descent(0.1), data_held_out=WAVE_HELD[:2], steps=300)) == [None]


def test_a_degree_of_0_is_shown_on_every_plane():
    for kind in ("weights", "random", "path"):
        base = edited(mixed("polynomial_fit", landscape_parameters={"degree": 0}, runs=(descent(0.1),)), "plane", kind)
        assert results_of(base)[0].verdict.outcome is Outcome.GLOBAL_MINIMUM
        assert np.isfinite(ground_objective(base).values(np.zeros((1, 2)))).all()


def test_advice_makes_nothing_worse_that_was_not_seen():
    stopped = on_wave(9, descent(0.15), Run(optimizer="adam", learning_rate=0.02), steps=1_000, stop_at="heldout")
    assert [judge(stopped, run).advice for run in simulate(stopped)] == [(), ()]
    short = mixed("polynomial_fit", landscape_parameters={"degree": 9}, steps=20, runs=(descent(0.15),))
    (run,) = simulate(short)
    before = judge(short, run)
    for advice in before.advice:
        (after,) = simulate(advice.experiment)
        fit = judge(advice.experiment, after).fit
        assert fit.evidence["fresh"] <= before.fit.evidence["fresh"]


def test_a_network_at_a_saddle_is_at_no_plateau():
    experiment = Experiment(
        landscape="network_fit",
        landscape_parameters={"data_set": "xor"},
        held_out=0.5,
        start_weights=0.0,
        steps=500,
        runs=(descent(0.5),),
    )
    verdict = judge(experiment, simulate(experiment)[0])
    assert verdict.outcome is Outcome.SADDLE_POINT and verdict.evidence["smallest_curvature"] < 0


def test_proximal_steps_around_other_rules_say_that_they_rest_elsewhere():
    runs = tuple(
        Run(optimizer=key, learning_rate=rate, wrappers=(Wrapper(key="proximal_l1"),))
        for key, rate in (("momentum", 0.0075), ("adam", 0.02))
    )
    experiment = on_wave(9, *runs, l1=0.1, start_weights=0.3, steps=5_000)
    for run in simulate(experiment):
        verdict = judge(experiment, run)
        assert verdict.outcome is not Outcome.GLOBAL_MINIMUM
        assert verdict.outcome is not Outcome.STILL_DESCENDING or "around plain descent alone" in verdict.detail


def test_a_start_may_be_a_number_of_any_kind():
    for value in (2, 2.0, np.float64(2.0), np.array(2.0), [2.0], (2.0,)):
        given: Any = value
        assert Experiment(landscape="polynomial_fit", start_weights=given).start_weights == (2.0,)
