"""Advice: the causes in closed form, and over hundreds of bad settings that it helps, judged without the engine."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy_landscapes import NUMPY_FORMS

from experiments import Experiment, Outcome, Run, Wrapper, judge, simulate
from experiments.advice import ending_of, improves
from experiments.advice.changes import with_rates
from experiments.advice.trials import MOST, Trials
from experiments.advice.words import reaches
from experiments.results.judged_runs import results_of
from landscapes import LANDSCAPES
from tests.bad_settings import bad_settings

FACTS = json.loads((Path(__file__).parent / "facts" / "functions.json").read_text())["landscapes"]
TEN: dict[str, Any] = {
    "landscape": "ill_conditioned_quadratic",
    "landscape_parameters": {"condition": 10.0},
    "start": (-4.0, 1.5),
}
NARROW = TEN | {"landscape_parameters": {"condition": 400.0}}


def run(optimizer, rate, **fields):
    return Run(optimizer=optimizer, learning_rate=rate, **fields)


def advised(optimizer, rate, *, given=None, **fields):
    """Return the outcome and the advice on an experiment with one run."""
    experiment = Experiment(runs=(run(optimizer, rate, **(given or {})),), **fields)
    verdict = judge(experiment, simulate(experiment)[0])
    return verdict, verdict.advice


def only(advice, word):
    """Return the one piece of advice whose label has this word in it."""
    (one,) = [one for one in advice if word in one.label]
    return one


def rate_of(one):
    return one.experiment.runs[0].learning_rate


# --- each cause, where its number is known -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("optimizer", "given", "limit"),
    [
        ("gradient_descent", {}, 2 / 10),
        ("momentum", {"beta": 0.5}, 2 * 1.5 / 10),
        ("momentum_ema", {"beta": 0.5}, 2 * 1.5 / 0.5 / 10),
        ("nesterov", {"beta": 0.5}, 2 * 1.5 / 2 / 10),
    ],
)
@pytest.mark.parametrize("times", (1.0, 1.3, 40.0))
def test_above_the_stability_limit_it_is_told_the_limit_and_a_rate_below(optimizer, given, limit, times):
    verdict, advice = advised(optimizer, limit * times, steps=80, given={"parameters": given}, **TEN)
    assert verdict.outcome in (Outcome.DIVERGED, Outcome.OSCILLATING, Outcome.NON_FINITE)
    first = advice[0]
    assert f"{limit:.3g}" in first.text and ("2 / λmax" in first.text) == (optimizer == "gradient_descent")
    assert ("right at" if times == 1 else "is above") in first.text
    assert 0 < rate_of(first) < limit
    assert first.label == f"Try rate {rate_of(first):g}"


def test_a_mean_that_only_watches_leaves_the_limit_and_its_advice():
    given = {"wrappers": (Wrapper(key="ema_weights"),)}
    verdict, advice = advised("gradient_descent", 0.21, steps=80, given=given, **TEN)
    assert verdict.outcome in (Outcome.DIVERGED, Outcome.OSCILLATING)
    assert "2 / λmax" in advice[0].text and rate_of(advice[0]) < 0.2


def test_a_run_that_is_still_descending_is_told_how_many_steps_are_left():
    verdict, advice = advised("gradient_descent", 0.05, steps=60, **TEN)
    assert verdict.outcome is Outcome.STILL_DESCENDING
    near = 1e-3 * np.hypot(*np.ptp(LANDSCAPES["ill_conditioned_quadratic"].view, axis=1))
    needed = np.ceil(np.log(near / 4.0) / np.log(1 - 0.05))  # the flat direction: curvature 1
    said = re.search(r"about ([\d,]+) more steps", only(advice, "steps").text)
    assert said is not None
    told = float(said[1].replace(",", ""))
    assert told == pytest.approx(needed - 60, rel=0.06)
    assert only(advice, "steps").experiment.steps > needed


def test_a_schedule_that_fills_the_longer_run_is_told_when_that_run_arrives():
    _, advice = advised("adam", 0.01, landscape="himmelblau", start=(0.0, 0.0), steps=300, given={"schedule": "cosine"})
    more = only(advice, "steps")
    told = re.search(r"a run of (\S+) steps is at the minimum after about (\S+)\.$", more.text)
    assert told is not None
    whole, step = (float(number.replace(",", "")) for number in told.groups())
    assert whole == more.experiment.steps
    longer = judge(more.experiment, simulate(more.experiment)[0])
    assert longer.outcome is Outcome.GLOBAL_MINIMUM and longer.step == pytest.approx(step, rel=0.05)


def test_a_narrow_valley_is_told_its_condition_number():
    _, advice = advised("gradient_descent", 0.002, steps=200, **NARROW)
    assert "Condition number 400" in advice[0].text
    assert advice[0].experiment.runs[0].optimizer == "momentum"
    _, advice = advised("momentum", 0.002, steps=200, given={"parameters": {"beta": 0.5}}, **NARROW)
    assert advice[0].label == "Try beta 0.9"
    assert advice[0].experiment.runs[0].parameters["beta"] == 0.9


def test_a_schedule_that_freezes_is_told_the_sum_of_its_rates():
    given = {"schedule": "exponential", "schedule_parameters": {"gamma": 0.9}}
    _, advice = advised("gradient_descent", 0.01, landscape="sphere", start=(3.0, 2.0), steps=300, given=given)
    left = np.hypot(3, 2) * np.prod(1 - 2 * 0.01 * 0.9 ** np.arange(300))
    assert f"add up to {0.01 / 0.1:.3g}," in advice[0].text
    assert f"still {left:.3g} away" in advice[0].text
    assert advice[0].experiment.runs[0].schedule == "constant"


def test_a_local_minimum_is_told_how_much_higher_it_lies():
    verdict, advice = advised("gradient_descent", 0.02, landscape="three_hump_camel", start=(-2.0, -2.1), steps=200)
    assert verdict.outcome is Outcome.LOCAL_MINIMUM
    above = NUMPY_FORMS["three_hump_camel"](*FACTS["three_hump_camel"]["local_minima"][0][:2])
    assert all(f"{above:.3g} above the global one" in one.text for one in advice)
    assert {one.label.split()[0] for one in advice} == {"Add", "Try", "Start"}


def test_a_saddle_is_left_by_a_nudge_and_newtons_method_by_another_rule():
    place = {"landscape": "double_well", "start": (0.0, 1.5), "steps": 100}
    verdict, advice = advised("gradient_descent", 0.1, **place)
    assert verdict.outcome is Outcome.SADDLE_POINT
    assert "along (1, 0) the surface curves down (−1)" in advice[0].text
    assert advice[0].experiment.start[1] == 1.5 and 0 < abs(advice[0].experiment.start[0]) < 0.5
    _, advice = advised("newton", 1.0, **place)
    assert advice[0].experiment.runs[0].optimizer == "saddle_free_newton"


def test_a_plateau_is_told_its_gradient():
    verdict, advice = advised("gradient_descent", 0.5, landscape="easom", start=(7.0, 1.0), steps=150)
    assert verdict.outcome is Outcome.PLATEAU
    assert f"{verdict.evidence['gradient_norm']:.2e}".replace("e-0", "e−") in advice[0].text


def test_under_noise_a_rate_that_falls_is_tried_and_lies_lower():
    place = {"landscape": "sphere", "start": (3.0, 2.0), "steps": 400, "noise": 2.0}
    verdict, advice = advised("gradient_descent", 0.1, **place)
    assert verdict.outcome is Outcome.NOISE_FLOOR
    assert f"{verdict.evidence['mean_height']:.3g} above the minimum" in advice[0].text
    assert advice[0].experiment.runs[0].schedule != "constant"
    assert simulate(advice[0].experiment)[0].losses[-40:].mean() < 0.5 * verdict.evidence["mean_height"]


def test_steps_of_one_length_need_a_falling_or_a_smaller_rate():
    verdict, advice = advised("sign_descent", 0.3, landscape="himmelblau", start=(-1.0, -1.0), steps=150)
    assert verdict.outcome is Outcome.OSCILLATING
    assert f"{0.3 * 2**0.5:.3g} long" in advice[0].text
    assert any(one.experiment.runs[0].schedule != "constant" for one in advice)


def test_too_much_momentum_is_lowered():
    given = {"parameters": {"beta": 0.99}}
    _, advice = advised("momentum", 0.05, landscape="sphere", start=(3.0, 2.0), steps=150, given=given)
    assert any(one.experiment.runs[0].parameters.get("beta", 1) <= 0.9 for one in advice)


def test_one_that_was_thrown_out_of_the_domain_gets_smaller_steps():
    verdict, advice = advised("gradient_descent", 0.5, landscape="mccormick", start=(-1.0, 3.5), steps=150)
    assert verdict.outcome is Outcome.LEFT_DOMAIN
    assert rate_of(advice[0]) < 0.5
    assert only(advice, "Clip").experiment.runs[0].wrappers[0].key == "clip_norm"


def test_the_global_minimum_gets_no_advice_unless_it_was_late():
    verdict, advice = advised("gradient_descent", 0.1, steps=150, **TEN)
    assert verdict.outcome is Outcome.GLOBAL_MINIMUM and advice == ()
    verdict, advice = advised("gradient_descent", 0.05, steps=140, **TEN)
    assert verdict.outcome is Outcome.GLOBAL_MINIMUM
    assert len(advice) == 1 and "faster" in advice[0].text and 0.05 < rate_of(advice[0]) < 0.2


# --- the rule, the budget, the way back ------------------------------------------------------------------------------


def test_a_minimum_is_better_than_none_and_the_global_one_better_than_a_local_one():
    def ended(optimizer, rate, start, steps=200):
        experiment = Experiment(landscape="three_hump_camel", start=start, steps=steps, runs=(run(optimizer, rate),))
        trajectory = simulate(experiment)[0]
        return ending_of(experiment, trajectory, judge(experiment, trajectory))

    trapped = ended("gradient_descent", 0.02, (-2.0, -2.1))
    best = ended("momentum", 0.006, (-2.0, -2.1))
    slow, slower = (ended("gradient_descent", rate, (-2.0, -2.1)) for rate in (0.001, 0.0005))
    lost = ended("gradient_descent", 2.0, (-2.0, -2.1))
    assert [e.verdict.outcome.name for e in (trapped, best, slow, lost)] == [
        "LOCAL_MINIMUM",
        "GLOBAL_MINIMUM",
        "STILL_DESCENDING",
        "DIVERGED",
    ]
    order = (lost, slower, slow, trapped, best)
    for place, before in enumerate(order):
        for later, after in enumerate(order):
            assert improves(before, after) == (later > place), (place, later)


def test_what_does_not_end_better_is_not_advised():
    experiment = Experiment(runs=(run("gradient_descent", 0.05),), steps=60, **TEN)
    trajectory = simulate(experiment)[0]
    trials = Trials(ending_of(experiment, trajectory, judge(experiment, trajectory)))
    rates = [with_rates(experiment, [rate])[0] for rate in (0.04, 0.0501, 0.1, 0.21)]
    assert [rate_of(ending) for ending in trials.better(rates)] == [0.1]
    never = {
        "landscape": "adjiman",
        "start": (0.668, 0.147),
        "steps": 150,
    }  # it falls on beyond its domain from anywhere
    verdict, advice = advised("signum", 0.0722, **never)
    assert verdict.outcome is Outcome.LEFT_DOMAIN and advice == ()


@pytest.mark.parametrize(
    ("formula", "optimizer", "rate", "start"),
    (
        ("1e308*x*y", "gradient_descent", 0.05, (1.0, 1.0)),
        ("1e308*x*y", "adam", 0.1, (1.0, 1.0)),
        ("1e307*(x+y)", "gradient_descent", 0.05, (1.0, 1.0)),
        ("x*y", "newton", 1.0, (-2.0, 1.5)),
        ("x^2-y^2", "gradient_descent", 1.0, (1.0, 0.0)),
        ("x^3+y^2", "gradient_descent", 1.0, (1.0, 1.0)),
        ("x^3+y^2", "momentum", 0.01, (1.0, 0.0)),
        ("x^3-3*x*y^2", "gradient_descent", 1.0, (1.0, 0.0)),
        ("x^3", "gradient_descent", 0.05, (1.0, 1.0)),
        ("x^2-y^4", "gradient_descent", 1.0, (1.0, 1.0)),
        ("-x^2-y^2", "newton", 1.0, (1.0, 1.0)),
        ("(y-x^2)*(y-3*x^2)", "gradient_descent", 1.0, (1.0, 1.0)),
        ("x^5+y^2", "newton", 1.0, (1.0, 1.0)),
        ("exp(x)+y^2", "gradient_descent", 0.05, (1.0, 1.0)),
        ("sin(x)+y", "newton", 1.0, (1.0, 1.0)),
    ),
)
def test_a_surface_without_a_minimum_gets_no_advice(formula, optimizer, rate, start):
    """None of these has a minimum anywhere: each falls without end, or towards a value that it has nowhere."""
    verdict, advice = advised(optimizer, rate, landscape="formula", formula=formula, start=start, steps=80)
    assert verdict.outcome not in (Outcome.GLOBAL_MINIMUM, Outcome.LOCAL_MINIMUM)
    assert advice == ()


def test_advice_beside_a_minimum_does_not_lead_to_a_saddle():
    """On the ridge between two hollows descent goes down to the saddle, and more or larger steps only go there too."""
    for rate in (0.01, 0.05):
        verdict, advice = advised("gradient_descent", rate, landscape="double_well", start=(0.0, 0.5), steps=40)
        assert verdict.outcome is Outcome.STILL_DESCENDING and advice
        for one in advice:
            longer = one.experiment.replace(steps=5_000)
            assert judge(longer, simulate(longer)[0]).outcome is not Outcome.SADDLE_POINT


def test_the_budget_ends_the_trials():
    experiment = Experiment(runs=(run("gradient_descent", 0.05),), steps=60, **TEN)
    trajectory = simulate(experiment)[0]
    trials = Trials(ending_of(experiment, trajectory, judge(experiment, trajectory)))
    starts = [experiment.replace(start=(0.01 * k, 1.0)) for k in range(2 * MOST)]
    assert sum(trials.ending(one) is not None for one in starts) == MOST
    assert trials.ending(starts[0]) is not None  # what was tried already costs nothing


def test_advice_changes_one_run_only_and_keeps_names_colours_and_the_others():
    runs = (
        run("adam", 0.045, name="the other", color=4),
        run("gradient_descent", 0.02, name="mine", color=2),
    )
    experiment = Experiment(landscape="three_hump_camel", start=(-2.0, -2.1), steps=200, scale="rank", runs=runs)
    for one in judge(experiment, simulate(experiment)[1]).advice:
        changed = one.experiment
        assert changed.runs[0] == runs[0] and len(changed.runs) == 2
        assert (changed.runs[1].name, changed.runs[1].color) == ("mine", 2)
        assert changed.replace(start=experiment.start, steps=200, runs=runs) == experiment
        assert Experiment.from_query(changed.to_query()) == changed


def test_advice_is_the_same_every_time_and_waits_until_it_is_looked_at():
    experiment = Experiment(runs=(run("gradient_descent", 0.25),), steps=80, **TEN)
    first, second = (judge(experiment, simulate(experiment)[0]) for _ in range(2))
    assert "advice" not in vars(first)
    assert first == second and first.advice == second.advice
    (result,) = results_of(experiment.replace(seed=5))
    assert "advice" not in vars(result.verdict)


# --- over many bad settings, by published minima and a second form of each surface ---------------------------

SURFACES = ("ill_conditioned_quadratic", "rosenbrock", "himmelblau", "three_hump_camel", "easom", "double_well")
RULES = ("gradient_descent", "momentum", "adam", "rmsprop", "newton", "sign_descent")
SEED = 90_210  # known to the test alone


def digits(number):
    """Return how many significant digits a number has as written; zeros at the end of a whole one do not count."""
    plain = number.rstrip(".,").replace(",", "")
    return len((plain if "." in plain else plain.rstrip("0")).replace(".", "").lstrip("0"))


def helped(key, before, after):
    """Tell whether a run ends better, from the points alone: nearer to the lowest published value, or at a minimum."""

    def ending(points):
        finite = points[np.isfinite(points).all(axis=1)]
        with np.errstate(over="ignore", invalid="ignore"):
            losses = NUMPY_FORMS[key](*points.T, **LANDSCAPES[key].defaults)
        losses = np.where(np.isfinite(losses), losses, np.inf)
        minima = np.asarray(FACTS[key]["global_minima"])
        near = np.hypot(*(finite[-1] - minima).T).min() <= 2e-3 * np.hypot(*np.ptp(FACTS[key]["domain"], axis=1))
        return bool(near and len(finite) == len(points)), float(losses[-1])

    (was_there, old), (is_there, new) = ending(before), ending(after)
    return (is_there and not was_there) or new < old


@pytest.mark.parametrize("count", (60, pytest.param(300, marks=pytest.mark.soak)))
def test_the_first_advice_helps(capsys, count):
    outcomes: Counter[str] = Counter()
    with_advice: Counter[str] = Counter()
    useful: Counter[str] = Counter()
    for experiment in bad_settings(SEED, count, SURFACES, RULES):
        (trajectory,) = simulate(experiment)
        verdict = judge(experiment, trajectory)
        if verdict.outcome is Outcome.GLOBAL_MINIMUM:
            continue
        name, advice = verdict.outcome.name, verdict.advice
        outcomes[name] += 1
        assert len(advice) <= 3
        for one in advice:
            assert 0 < len(one.label) <= 40 and len(one.text) <= 180 and one.text.endswith("."), one
            assert not re.search(r"nan|inf", one.text), one.text
            assert all(digits(number) <= 3 for number in re.findall(r"\d[\d.,]*", one.text)), one.text
        if advice:
            with_advice[name] += 1
            useful[name] += helped(experiment.landscape, trajectory.points, simulate(advice[0].experiment)[0].points)
    bad, given, good = (sum(counter.values()) for counter in (outcomes, with_advice, useful))
    with capsys.disabled():
        print(f"\nof {bad} runs that ended badly {given} got advice; the first piece helped {good} of them")
    assert bad >= 2 / 3 * count and len(outcomes) >= 6
    assert given >= 0.9 * bad
    assert good >= 0.98 * given - 1  # in a small sample one more may be bad luck


def test_a_criterion_that_stops_a_run_on_its_way_is_too_loose():
    run = Run(optimizer="gradient_descent", learning_rate=0.001)
    stopping = Experiment(
        landscape="rosenbrock", steps=3_000, stop_at="step", criteria={"step_tolerance": 1e-3}, runs=(run,)
    )
    (first, *_) = judge(stopping, simulate(stopping)[0]).advice
    assert first.label == "Do not stop early" and "step size \u2264 0.001 for 5 steps" in first.text
    assert first.experiment == stopping.replace(stop_at="none")
    assert simulate(first.experiment)[0].losses[-1] < simulate(stopping)[0].losses[-1]


def test_a_start_that_is_the_answer_itself_is_not_advised_though_no_list_names_it():
    _, advice = advised("adam", 0.1, landscape="formula", formula="sqrt(x)+y^2", start=(2.0, 1.5), steps=2)
    assert advice and not any(one.label == "Start at (0, 0)" for one in advice)


def test_a_run_that_never_leaves_the_minimum_is_said_to_stay_there():
    experiment = Experiment(landscape="sphere", start=(0.0, 0.0), steps=30, runs=(run("lbfgs", 1.0),))
    (made,) = simulate(experiment)
    ending = ending_of(experiment, made, judge(experiment, made))
    assert ending.verdict.step == 0
    assert reaches(ending, ending) == "stays at the global minimum"
