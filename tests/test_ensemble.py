"""Many runs of one experiment: bands, rates and ends are those of its members, each an experiment of its own."""

import json
from itertools import pairwise
from math import acos, pi, sqrt

import numpy as np
import pytest
from scipy.stats import binomtest

from experiments import Experiment, Outcome, Run, ensembles_of, judge, simulate
from experiments.__main__ import main
from experiments.results.judged_runs import results_of
from experiments.simulation.draws import PassingDraws, draws
from experiments.studies.ensemble import COLUMNS, are_ready, go_on, members_of, quantiles, varies
from experiments.studies.ensemble_sharpness import are_ready as sharpness_ready
from experiments.studies.ensemble_sharpness import go_on as sharpen
from experiments.studies.ensemble_sharpness import sharpness_bands
from experiments.studies.jobs import Progress
from experiments.studies.proportion import Proportion

DESCENT = Run(optimizer="gradient_descent", learning_rate=0.05)
TILTED = Experiment(  # two wells, the left one lower; the basins meet on a vertical line
    landscape="formula",
    formula="(x^2 - 1)^2/4 + x/10 + y^2/2",
    view=((-2, 2), (-2, 2)),
    start=(0.4, 0.5),
    steps=400,
    runs=(DESCENT,),
    repeats=120,
    spread=0.8,
)
NOISY = Experiment(
    landscape="formula",
    formula="(x^2 + y^2)/2",
    view=((-2, 2), (-2, 2)),
    start=(1, 0.5),
    steps=1000,
    seed=4,
    runs=(Run(optimizer="gradient_descent", learning_rate=0.1),),
    noise=0.5,
    repeats=200,
)


@pytest.mark.parametrize("of", (1, 2, 7, 100, 200))
def test_the_interval_is_wilsons(of):
    for count in range(of + 1):
        known = binomtest(count, of).proportion_ci(method="wilson")
        assert Proportion(count=count, of=of).interval == pytest.approx((known.low, known.high), abs=1e-12)


@pytest.mark.parametrize("members", (1, 2, 3, 10, 11, 100))
def test_quantiles_of_finite_members_are_numpys(members):
    table = np.random.default_rng(members).standard_normal((members, 40))
    assert np.allclose(quantiles(table), np.quantile(table, (0.1, 0.5, 0.9), axis=0), rtol=1e-14, atol=1e-15)


def test_members_that_are_no_longer_numbers_count_as_worse_than_any_number():
    table = np.array([[1.0], [2.0], [3.0], [np.nan], [np.inf]])
    assert quantiles(table, (0.0, 0.25, 0.5)).T.tolist() == [[1.0, 2.0, 3.0]]
    assert quantiles(table, (0.6, 0.75, 1.0)).T.tolist() == [[np.inf] * 3]
    assert quantiles(np.array([[1.0], [-np.inf], [np.nan]]), (0.0, 1 / 3, 1.0)).T.tolist() == [[1.0, np.inf, np.inf]]


def test_every_member_is_an_experiment_and_the_first_is_the_run_itself():
    both = TILTED.replace(noise=0.1, seed=7)
    first, *others = members_of(both)
    assert first == both.replace(repeats=1, spread=0.0)
    assert len(others) == both.repeats - 1
    assert len({member.seed for member in others} | {7}) == both.repeats
    distances = [np.hypot(*np.subtract(member.start, both.start)) for member in others]
    assert 0.5 < max(distances) <= both.spread
    assert all(member.replace(seed=7, start=both.start) == first for member in others)


def test_asking_for_more_members_changes_none_of_those_before():
    assert members_of(TILTED)[:50] == members_of(TILTED.replace(repeats=50))
    assert members_of(TILTED.replace(seed=1))[1] != members_of(TILTED)[1]


def test_starts_fill_the_disc_evenly():
    starts = np.array([member.start for member in members_of(TILTED.replace(repeats=200))[1:]]) - TILTED.start
    shares = (np.hypot(*starts.T) / TILTED.spread) ** 2  # even on a disc: even in the radius squared
    assert np.max(np.abs(np.sort(shares) - np.linspace(0, 1, len(shares)))) < 1.63 / sqrt(
        len(shares)
    )  # Kolmogorov, 1 %
    assert np.all(np.abs(starts.mean(0)) < 4 * TILTED.spread / 2 / sqrt(len(starts)))


def test_bands_and_ends_are_those_of_the_members():
    experiment = TILTED.replace(repeats=9, noise=0.02, steps=60)
    (ensemble,) = ensembles_of(experiment)
    members = members_of(experiment)
    results = [results_of(member)[0] for member in members]
    for key in ("loss", "gradient", "distance", "step", "rate"):
        table = np.array([result.curve(key) for result in results])
        assert np.array_equal(ensemble.bands[key], quantiles(table)), key
    assert np.array_equal(ensemble.steps, np.arange(61))
    assert np.array_equal(ensemble.ends, [result.trajectory.points[-1] for result in results])
    assert [v.outcome for v in ensemble.verdicts] == [judge(member, simulate(member)[0]).outcome for member in members]


def test_with_one_member_it_is_the_run_itself():
    (ensemble,) = ensembles_of(TILTED.replace(repeats=1))
    (result,) = results_of(TILTED)
    assert np.array_equal(ensemble.bands["loss"], np.array([result.trajectory.losses] * 3))
    assert np.array_equal(ensemble.ends, result.trajectory.points[-1:])


def test_long_runs_are_looked_at_in_a_thousand_places():
    (ensemble,) = ensembles_of(TILTED.replace(repeats=3, steps=20_000))
    assert len(ensemble.steps) == COLUMNS + 1
    assert (ensemble.steps[0], ensemble.steps[-1]) == (0, 20_000)
    assert all(after - before == 20 for before, after in pairwise(ensemble.steps.tolist()))
    assert ensemble.bands["loss"].shape == (3, COLUMNS + 1)
    assert ensemble.bands["step"].shape == (3, COLUMNS)


def test_other_seeds_give_other_bands_and_what_was_made_is_not_made_again():
    few = NOISY.replace(steps=40, repeats=20)
    (one,), (other,) = ensembles_of(few), ensembles_of(few.replace(seed=5))
    assert not np.array_equal(one.bands["loss"], other.bands["loss"])
    assert ensembles_of(few)[0] is one


def test_draws_that_pass_are_the_same_as_those_that_stay():
    passing = PassingDraws()
    for seed in (3, 4, 3):
        for kind, shape in (("normal", (2,)), ("uniform", ())):
            kept = np.asarray(draws(seed, "test", kind, shape, 30))[:30]
            assert np.array_equal(np.asarray(passing(seed, "test", kind, shape, 30))[:30], kept)


def test_many_seeds_and_starts_compile_nothing_new(traces):
    runs = (DESCENT, Run(optimizer="particle_swarm", learning_rate=1.0))
    noisy = NOISY.replace(steps=100, runs=runs)
    ensembles_of(noisy.replace(repeats=10))  # some are judged by a run without noise
    before = traces()
    ensembles_of(noisy.replace(repeats=40, spread=0.5, seed=99))
    assert traces() == before


def test_work_that_was_left_goes_on_where_it_was():
    experiment = TILTED.replace(repeats=30, seed=11, runs=(DESCENT, Run(optimizer="adam", learning_rate=0.05)))
    assert not are_ready(experiment)
    progress = go_on(experiment, 0)
    assert (progress.done, progress.all, progress.finished) == (0, 60, False)
    rounds = 0
    while not progress.finished:
        before, progress = progress.done, go_on(experiment, 0.005)
        assert before <= progress.done
        rounds += 1
    assert rounds > 1
    whole = ensembles_of(experiment)
    results = [results_of(member)[0] for member in members_of(experiment.replace(runs=(DESCENT,)))]
    assert np.array_equal(whole[0].ends, [result.trajectory.points[-1] for result in results])
    assert are_ready(experiment)
    assert not are_ready(experiment.replace(repeats=31))


def test_a_run_that_cannot_vary_is_made_once():
    still = TILTED.replace(spread=0.0)
    assert ensembles_of(still)[0].members == 1
    assert not varies(still, DESCENT)
    assert varies(still.replace(noise=0.1), DESCENT)
    assert varies(still, Run(optimizer="simulated_annealing", learning_rate=0.1))


def test_descent_succeeds_as_often_as_starts_lie_in_the_lowest_basin():
    (ensemble,) = ensembles_of(TILTED)
    ridge = np.sort(np.roots([1, 0, -1, 0.1]).real)[1]  # where x^3 - x + 1/10 = 0 between the wells
    starts = np.array([member.start for member in members_of(TILTED)])
    assert np.array_equal(ensemble.at_global, starts[:, 0] < ridge)
    assert ensemble.any_minimum.share == 1
    h = (TILTED.start[0] - ridge) / TILTED.spread  # the share of a disc beyond a chord
    truth = (acos(h) - h * sqrt(1 - h * h)) / pi
    low, high = ensemble.global_minimum.interval
    assert low <= truth <= high
    assert np.all(np.abs(ensemble.ends[:, 1]) < 1e-3)
    assert set(np.sign(ensemble.ends[~ensemble.at_global, 0])) == {1.0}
    expected = np.median([v.step for v, at in zip(ensemble.verdicts, ensemble.at_global, strict=True) if at])
    assert ensemble.median_steps == expected


def test_under_gradient_noise_the_median_distance_is_the_stationary_one():
    (ensemble,) = ensembles_of(NOISY)
    alpha, sigma = NOISY.runs[0].learning_rate, NOISY.noise
    variance = alpha * sigma**2 / (2 - alpha)  # of each coordinate, at curvature 1
    median = sqrt(2 * np.log(2) * variance)  # of the distance, which is Rayleigh's
    spread = variance / (median * sqrt(NOISY.repeats))  # of such a median over 200 members
    assert ensemble.bands["distance"][1, -1] == pytest.approx(median, abs=3 * spread)
    assert ensemble.bands["distance"][1, 200:].mean() == pytest.approx(median, abs=spread)
    low, high = (sqrt(-2 * np.log(1 - q) * variance) for q in (0.1, 0.9))
    assert ensemble.bands["distance"][0, 200:].mean() == pytest.approx(low, rel=0.15)
    assert ensemble.bands["distance"][2, 200:].mean() == pytest.approx(high, rel=0.1)
    assert ensemble.hovering == ensemble.global_minimum.count > 180  # none can come to rest


def test_members_that_blow_up_are_counted_and_leave_no_number_behind():
    wild = Experiment(
        landscape="rosenbrock",
        start=(-1.2, 1.0),
        steps=300,
        runs=(Run(optimizer="gradient_descent", learning_rate=0.0025),),
        repeats=60,
        spread=1.0,
    )
    (ensemble,) = ensembles_of(wild)
    assert 0 < ensemble.broken < 60
    assert {v.outcome for v in ensemble.verdicts} & {Outcome.DIVERGED, Outcome.NON_FINITE}
    assert not any(np.isnan(band).any() for band in ensemble.bands.values())
    assert np.isinf(ensemble.bands["loss"][2, -1])
    assert np.isfinite(ensemble.ends).all(1).sum() == 60 - ensemble.broken


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("repeats", 0, r"repeats: 0 is not allowed; give a whole number in \[1, 200\]"),
        ("repeats", 201, r"repeats: 201 is not allowed; give a whole number in \[1, 200\]"),
        ("repeats", 2.5, r"repeats: 2.5 is not allowed; give a whole number"),
        ("spread", -0.1, r"spread: -0.1 is not allowed; give a number in \[0, "),
        ("spread", float("nan"), r"spread: nan is not allowed; give a number in \[0, "),
        ("spread", 1e6, r"spread: 1000000.0 is not allowed; give a number in \[0, "),  # no start beyond 1e6
    ],
)
def test_bad_repeats_and_spreads_are_refused(field, value, told):
    with pytest.raises(ValueError, match=told):
        TILTED.replace(**{field: value})


def test_the_link_says_it_only_where_it_is_on():
    assert "many" not in TILTED.replace(repeats=1, spread=0.0).to_query()
    assert TILTED.to_query()["many"] == "120~0.8"
    found, ignored = Experiment.repair({**TILTED.to_query(), "many": "900~0.8"})
    assert (found.repeats, found.spread) == (200, 0.8)
    assert ignored == ("many: 900 is outside [1, 200]; 200 was taken",)
    found, ignored = Experiment.repair({**TILTED.to_query(), "many": "9"})
    assert (found.repeats, found.spread) == (1, 0.0) and ignored[0].startswith("many: '9' is not allowed")
    plain = json.loads(TILTED.to_json())
    del plain["repeats"], plain["spread"]
    assert Experiment.from_json(json.dumps(plain)) == TILTED.replace(repeats=1, spread=0.0)


def test_without_a_browser_the_summary_is_printed(capsys, tmp_path):
    experiment = TILTED.replace(repeats=12, steps=50)
    path = tmp_path / "many.json"
    path.write_text(experiment.to_json())
    assert main(["run", str(path)]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    (ensemble,) = ensembles_of(experiment)
    told = run["ensemble"]
    assert told["members"] == 12
    assert told["global_minimum"] == {
        "count": ensemble.global_minimum.count,
        "share": ensemble.global_minimum.share,
        "interval": list(ensemble.global_minimum.interval),
    }
    assert told["ends"] == ensemble.ends.tolist()
    assert told["bands"]["loss"]["median"] == ensemble.bands["loss"][1].tolist()
    path.write_text(experiment.replace(repeats=1).to_json())
    assert main(["run", str(path)]) == 0
    assert "ensemble" not in json.loads(capsys.readouterr().out)["runs"][0]


def test_members_that_stop_early_stay_where_they_stopped():
    run = Run(optimizer="gradient_descent", learning_rate=0.1)
    stopping = Experiment(
        landscape="sphere", start=(3.0, 2.0), steps=200, runs=(run,), repeats=9, spread=1.0, stop_at="gradient"
    )
    (ensemble,) = ensembles_of(stopping)
    lengths = [simulate(member)[0].steps for member in members_of(stopping)]
    assert len(set(lengths)) > 1 and max(lengths) < 200
    finals = [simulate(member)[0].losses[-1] for member in members_of(stopping)]
    np.testing.assert_allclose(ensemble.bands["loss"][1][-1], np.median(finals), rtol=1e-12)
    assert ensemble.bands["step"][1][-1] == 0


def test_no_member_keeps_its_run_in_memory_and_no_criterion_that_stops_nothing_makes_them_anew():
    run = Run(optimizer="gradient_descent", learning_rate=0.1)
    many = Experiment(landscape="sphere", start=(3.0, 2.0), steps=50, runs=(run,), repeats=5, spread=1.0)
    (ensemble,) = ensembles_of(many)
    assert all(verdict.advice == () for verdict in ensemble.verdicts)
    assert ensembles_of(many.replace(criteria={"step_tolerance": 0.01}))[0] is ensemble
    assert ensembles_of(many.replace(criteria={"step_tolerance": 0.01}, stop_at="step"))[0] is not ensemble


def test_the_band_of_the_sharpness_is_that_of_the_members_points():
    experiment = TILTED.replace(repeats=9, noise=0.02, steps=60)
    (band,) = sharpness_bands(experiment)
    assert band is not None
    points = np.array([simulate(member)[0].points for member in members_of(experiment)])
    curvatures = np.stack([3 * points[..., 0] ** 2 - 1, np.ones(points.shape[:2])])  # of the two wells, and across
    np.testing.assert_allclose(band, np.quantile(curvatures.max(0), (0.1, 0.5, 0.9), axis=0), rtol=1e-12)


def test_the_sharpness_of_members_comes_in_slices_and_is_there_only_where_they_differ():
    runs = (Run(optimizer="adam", learning_rate=0.05), Run(optimizer="simulated_annealing", learning_rate=0.1))
    experiment = TILTED.replace(repeats=12, spread=0.0, steps=40, seed=21, runs=runs)
    assert not sharpness_ready(experiment)
    assert sharpen(experiment, 0) == Progress(0, 12)  # Adam has one member
    while not sharpen(experiment, 0.001).finished:
        assert not sharpness_ready(experiment)
    assert sharpness_ready(experiment)
    still, varied = sharpness_bands(experiment)
    assert still is None and varied is not None and varied.shape == (3, 41)


def test_members_without_a_number_or_stopped_early_have_the_sharpness_they_had():
    wild = Experiment(
        landscape="sphere", start=(3.0, 2.0), steps=900, runs=(Run(optimizer="gradient_descent", learning_rate=3.0),)
    ).replace(repeats=5, spread=1.0)
    (band,) = sharpness_bands(wild)
    assert band is not None
    assert band[1, 0] == pytest.approx(2.0) and np.isinf(band[1, -1]) and not np.isnan(band).any()
    stopped = TILTED.replace(repeats=9, stop_at="gradient", criteria={"gradient_tolerance": 1e-3})
    lengths = [simulate(member)[0].steps for member in members_of(stopped)]
    assert max(lengths) < stopped.steps
    ends = np.array([simulate(member)[0].points[-1, 0] for member in members_of(stopped)])
    (band,) = sharpness_bands(stopped)
    assert band is not None
    assert band[1, -1] == pytest.approx(np.median(np.maximum(3 * ends**2 - 1, 1)), rel=1e-12)


def test_members_that_broke_stay_broken_though_numbers_come_back():
    """The first step leads out of the root's domain and the next ones back: what they say is no part of the run."""
    back = Experiment(
        landscape="formula",
        formula="sqrt(x) + (x-1)^2",
        start=(0.01, 0.0),
        steps=60,
        repeats=6,
        spread=0.005,
        runs=(Run(optimizer="gradient_descent", learning_rate=0.3),),
    )
    (alone,) = simulate(back.replace(repeats=1))
    assert alone.last_finite < 50 and np.isfinite(alone.losses[-1])
    (ensemble,) = ensembles_of(back)
    assert ensemble.broken == 6 and np.isnan(ensemble.ends).all()
    for key in ("loss", "gradient", "step"):
        assert np.isinf(ensemble.bands[key][:, -1]).all() and np.isfinite(ensemble.bands[key][:, 0]).all()
    (sharpness,) = sharpness_bands(back)
    assert sharpness is not None
    assert np.isinf(sharpness[:, -1]).all() and np.isfinite(sharpness[:, 0]).all()
