"""Experiments at extreme settings make whole pictures: a few of the soak, and every one that ever failed."""

from typing import Any
from urllib.parse import parse_qsl

import pytest

from experiments import Experiment, Run
from tests.soak import BENCH, MOST, experiment, failure

BENCHES = (3, 11, 15)  # of structures that compile quickly: what is compiled serves twenty experiments each


@pytest.mark.parametrize("bench", [BENCHES[0], *(pytest.param(one, marks=pytest.mark.soak) for one in BENCHES[1:])])
def test_experiments_of_the_soak_make_whole_pictures(bench: int) -> None:
    failures = [failure(number) for number in range(bench * BENCH, (bench + 1) * BENCH)]
    assert not any(failures), "\n".join(filter(None, failures))


def test_the_soak_is_the_same_ever_after_and_reaches_far() -> None:
    some = [experiment(number) for number in range(0, MOST, 97)]
    assert some == [experiment(number) for number in range(0, MOST, 97)]
    assert len({run.optimizer for one in some for run in one.runs}) > 20
    assert {one.landscape == "formula" for one in some} == {True, False}
    assert any(one.repeats > 1 for one in some) and any(one.stop_at != "none" for one in some)
    assert any(not one.unmodified for one in some) and any(run.wrappers for one in some for run in one.runs)


def on(formula: str, *optimizers: str, **fields: Any) -> Experiment:
    runs = tuple(Run(optimizer=key, learning_rate=0.1) for key in optimizers or ("gradient_descent", "adam"))
    return Experiment(landscape="formula", formula=formula, **{"runs": runs, **fields})


def by_link(query: str) -> Experiment:
    return Experiment.from_query(dict(parse_qsl(query, keep_blank_values=True)))


FAILED = {
    "advice asks for a rate, a start or a noise that is not allowed": Experiment(
        landscape="six_hump_camel",
        start=(-0.89, -1.02),
        runs=(
            Run(
                optimizer="newton",
                learning_rate=19.95,
                schedule="exponential",
                schedule_parameters={"gamma": 0.99},
            ),
        ),
    ),
    "advice asks for noise above the most": on(
        "1e9*(x^4/4-x^2/2+y^2/2)",
        start=(0.0, 4.0),
        steps=1000,
        runs=(Run(optimizer="gradient_descent", learning_rate=1e-11),),
    ),
    "advice asks for a start beyond the farthest": by_link(
        "v=1&on=formula~k~1&start=-1~-105853.971&steps=163&seed=1&formula=exp(((0.5%2Bk)-(1.22e-28-x)))"
        "&with=shift_x~-1000000~shift_y~1000000&r1=adam~1.38e-09~~constant~~"
    ),
    "advice on a run that stopped where it began": by_link(
        "v=1&on=formula&start=-0.548275599~4.15592391&steps=1&seed=1&formula=1.22e-07%2F(x%5E2%2By%5E2)"
        "&until=stop_at~distance~distance_tolerance~1000~distance_patience~1&r1=bfgs~0.000337~~constant~~"
    ),
    "a line that is worked out at no step": on("exp(1000000*x)+2*y^4-1000*x*y", "bfgs", "lbfgs", start=(0.5, 0.3)),
    "a line that needs one that is worked out at no step": on("x^2+y^2", "adopt", steps=1),
    "a run without a step": by_link(
        "v=1&on=formula&start=2.3~-0.98&steps=782&seed=1&formula=x%5E2%2By%5E2"
        "&until=stop_at~threshold~threshold~999983~threshold_patience~1&r1=simulated_annealing~12.2~~constant~~"
    ),
    "heights too large for single precision": on("1.15e110/(x^2+y^2)", start=(-5.0, 5.0)),
    "heights whose differences are no numbers": on("1e308*x*y", "gradient_descent", "adam", "newton", "polyak_step"),
    "heights above the lowest that are no numbers": on("1e308*x*y", "adam", start=(1.0, 1.0), steps=100),
    "heights of a wave above the lowest that are no numbers": on("1.7e308*sin(x)*cos(y)", "adam", start=(1.0, 1.0)),
    "a gradient that is level and huge": on("1e307*(x+y)", scale="log"),
    "a lowest value beyond what a parameter may be": on("1e300*(x^2+y^2)-1e303", "polyak_step"),
    "a gradient whose length is no number": on("1e154*x^2*1e154*y^2", "newton", scale="rank"),
    "heights too small for single precision": on("1e-320*x*y", scale="rank"),
    "heights that differ by one rounding": on("1e16+x"),
    "an edge whose slope is no number": by_link(
        "v=1&on=formula&start=1511.56~-1083.34&steps=20&seed=1&formula=sinh(((x%2By)%2Bcos(x)))"
        "&with=shift_y~-711800&r1=sign_descent~0.99~~linear~final~0~~"
    ),
    "advice that moves the start to where the spread has no room": by_link(
        "v=1&on=powell_badly_scaled&start=-341022.279~-305178.096&steps=20000&seed=1712632108"
        "&view=_WtjTzs8SGME~_Ja5jXDA8_sA~_88r1Fg-BGME~_iXjrfC31_8A&with=rotation~179.918~shift_x~-1000000"
        "&many=3~658977.721&r1=nelder_mead~210~reflection~1~expansion~2~contraction~0.5~shrink~0.5"
        "~~warmup_inverse_sqrt~warmup~7841"
    ),
    "a run that stops before its first step, from inside": Experiment(
        landscape="sphere",
        start=(0.01, 0.01),
        steps=50,
        stop_at="gradient",
        criteria={"gradient_tolerance": 100.0, "gradient_patience": 1},
        runs=tuple(Run(optimizer=key, learning_rate=0.1) for key in ("lamb", "adam", "momentum", "nelder_mead")),
    ),
    "two runs on flat ground that all around lies higher, in a race": experiment(1586),
    "a noisy run that is thrown beyond where a start may lie": experiment(2984),
}


@pytest.mark.parametrize("name", FAILED)
def test_what_once_failed_makes_a_whole_picture(name: str) -> None:
    assert failure(-1, FAILED[name]) is None
