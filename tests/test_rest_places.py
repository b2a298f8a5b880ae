"""Where a run rests beside a pole, on an edge that slopes on, or on a saddle that bends without bound."""

import pytest

from experiments import Experiment, Outcome, Run, judge, simulate

FALLS = (Outcome.STILL_DESCENDING, Outcome.LEFT_DOMAIN, Outcome.NON_FINITE)


def ended(formula: str, start: tuple[float, float], optimizer: str, rate: float, steps: int = 400) -> Outcome:
    run = Run(optimizer=optimizer, learning_rate=rate)
    experiment = Experiment(landscape="formula", formula=formula, start=start, steps=steps, runs=(run,))
    return judge(experiment, simulate(experiment)[0]).outcome


@pytest.mark.parametrize(
    "formula", ("y^2-|x|^1.5", "y^2-|x|^1.2", "y^2+x*sqrt(|x|)", "y^2-cbrt(x)^4", "y^2-(x^2)^0.75")
)
def test_a_saddle_that_bends_without_bound_is_no_minimum(formula: str) -> None:
    assert ended(formula, (0.0, 1.0), "gradient_descent", 0.05) is Outcome.SADDLE_POINT
    assert ended(formula, (0.0, 1.0), "adam", 0.05, 2_000) is Outcome.SADDLE_POINT


@pytest.mark.parametrize("formula", ("|x|-|y|", "|x|^1.5-|y|^1.5", "|x|^1.2-|y|", "|x|-y^2"))
def test_a_start_on_a_folded_saddle_stays_there_and_is_told_as_one(formula: str) -> None:
    assert ended(formula, (0.0, 0.0), "gradient_descent", 0.05, 60) is Outcome.SADDLE_POINT


@pytest.mark.parametrize(
    "formula", ("log(x)+y^2", "log(|x|)+y^2", "-1/x+y^2", "-1/|x|+y^2", "-1/sqrt(x)+y^2", "log(x^2+y^2)")
)
def test_a_fall_without_end_is_no_minimum(formula: str) -> None:
    for rate in (1.0, 0.3):
        assert ended(formula, (1.0, 1.0), "nelder_mead", rate) in FALLS


@pytest.mark.parametrize(
    ("formula", "start"),
    (("sqrt(1-x^2-y^2)+x", (0.1, 0.1)), ("sqrt(y-x^2)+y", (0.5, 2.0)), ("sqrt(x-y^2)+x+y", (3.0, 1.0))),
)
def test_an_edge_of_the_values_that_slopes_on_is_no_minimum(formula: str, start: tuple[float, float]) -> None:
    for rate in (1.0, 0.3):
        assert ended(formula, start, "nelder_mead", rate) in (*FALLS, Outcome.GLOBAL_MINIMUM)
        run = Run(optimizer="nelder_mead", learning_rate=rate)
        experiment = Experiment(landscape="formula", formula=formula, start=start, steps=400, runs=(run,))
        (made,) = simulate(experiment)
        verdict = judge(experiment, made)
        if verdict.outcome is Outcome.GLOBAL_MINIMUM:  # then it is the lowest there is: -1, 0 and -1/4
            lowest = {"sqrt(1-x^2-y^2)+x": -1.0, "sqrt(y-x^2)+y": 0.0, "sqrt(x-y^2)+x+y": -0.25}[formula]
            assert made.losses[-1] == pytest.approx(lowest, abs=1e-3)


@pytest.mark.parametrize("formula", ("x^2+1e16*y^2", "x^2+1e20*y^2", "1e17*(x-1)^2+y^2", "x^2+1e16*y^2+x*y"))
def test_a_minimum_is_one_however_narrow_its_valley_is(formula: str) -> None:
    assert ended(formula, (1.0, 1.0), "newton", 1.0, 20) is Outcome.GLOBAL_MINIMUM
