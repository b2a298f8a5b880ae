"""What the notes say of optimizers with certain numbers: "at a share of 1 it is Adam" is run and compared with Adam."""

import numpy as np
import pytest

from experiments import Experiment, Run, Wrapper, simulate
from optimizers import OPTIMIZERS

STARTS = (("beale", (1.0, 1.0)), ("booth", (-4.0, 3.0)), ("rastrigin", (-3.3, 2.4)))
TINY = 1e-12  # the least epsilon there is, for one that is to be none


def run(optimizer, learning_rate=0.01, wrappers=(), **parameters):
    around = tuple(Wrapper(key=key, parameters=values) for key, values in wrappers)
    return Run(optimizer=optimizer, learning_rate=learning_rate, wrappers=around, parameters=parameters)


PLAIN = run("gradient_descent")
CALM = 0.002  # a rate that suits momentum on all three surfaces
SAME = {
    "momentum at 0 is plain gradient descent": (run("momentum", beta=0.0), PLAIN),
    "momentum as an average, at 0": (run("momentum_ema", beta=0.0), PLAIN),
    "Nesterov's at 0": (run("nesterov", beta=0.0), PLAIN),
    "an average of gradients is the heavy ball at (1 - beta) times the rate": (
        run("momentum_ema", CALM, beta=0.75),
        run("momentum", CALM / 4, beta=0.75),
    ),
    "QHM at a share of 0": (run("qhm", nu=0.0), PLAIN),
    "QHM at a share of 1 is momentum as a moving average": (
        run("qhm", CALM, beta=0.9, nu=1.0),
        run("momentum_ema", CALM, beta=0.9),
    ),
    "QHM at a share equal to beta is Nesterov's at (1 - beta) times the rate": (
        run("qhm", CALM, beta=0.75, nu=0.75),
        run("nesterov", CALM / 4, beta=0.75),
    ),
    "Adam without memory takes the signs": (
        run("adam", beta1=0.0, beta2=0.0, eps=TINY),
        run("sign_descent"),
    ),
    "RMSprop at a decay of 0 keeps only signs": (run("rmsprop", decay=0.0, eps=TINY), run("sign_descent")),
    "Signum at 0 is sign descent": (run("signum", beta=0.0), run("sign_descent")),
    "Lion at beta1 = beta2 takes Signum's signs": (run("lion", beta1=0.9, beta2=0.9), run("signum", beta=0.9)),
    "AdamW without decay": (run("adamw", weight_decay=0.0), run("adam")),
    "weight decay around Adam gives AdamW": (
        run("adam", wrappers=[("weight_decay", {"decay": 0.1})]),
        run("adamw", weight_decay=0.1),
    ),
    "coupled decay around gradient descent equals weight decay": (
        run("gradient_descent", CALM, wrappers=[("coupled_decay", {"decay": 0.1})]),
        run("gradient_descent", CALM, wrappers=[("weight_decay", {"decay": 0.1})]),
    ),
    "AdEMAMix at a weight of 0 is Adam": (run("ademamix", alpha=0.0), run("adam")),
    "QHAdam at shares of 1 is Adam": (run("qhadam", beta1=0.9, nu1=1.0, nu2=1.0), run("adam")),
    "SM3 apart, with the newest alone, is Adagrad": (
        run("sm3", 0.1, momentum=0.0, cover="apart"),
        run("adagrad", 0.1, eps=TINY),
    ),
    "MoMo at 0 is Polyak's step": (run("momo", CALM, beta=0.0), run("polyak_step", CALM)),
    "Lookahead that goes all the way changes nothing": (
        run("adam", wrappers=[("lookahead", {"slow_step": 1.0})]),
        run("adam"),
    ),
    "a last layer at factor 1 changes nothing": (run("adam", wrappers=[("layer_rate", {"factor": 1.0})]), run("adam")),
    "a mean of all points changes no step": (run("adam", wrappers=[("polyak_average", {})]), run("adam")),
    "a mean of the last points changes no step": (run("adam", wrappers=[("ema_weights", {})]), run("adam")),
}


def points_of(one: Run, surface: str, start: tuple[float, float], **fields) -> np.ndarray:
    return simulate(Experiment(landscape=surface, start=start, steps=60, runs=(one,), **fields))[0].points


@pytest.mark.parametrize("claim", SAME)
def test_with_these_numbers_it_is_that_one(claim):
    one, other = SAME[claim]
    for surface, start in STARTS:
        np.testing.assert_allclose(
            points_of(one, surface, start), points_of(other, surface, start), rtol=1e-9, atol=1e-9, err_msg=surface
        )


def test_a_share_equal_to_beta1_is_close_to_nadam_once_the_averages_have_filled():
    units = run("qhadam", 0.1, beta1=0.9, nu1=0.9), run("nadam", 0.1, rising="nowhere"), run("adam", 0.1)
    for surface, start in STARTS:
        near, nadam, adam = (np.diff(points_of(unit, surface, start), axis=0)[30:] for unit in units)
        assert 0 < np.abs(near - nadam).max() < 0.1 * 0.1  # a tenth of the learning rate
        assert np.abs(near - nadam).max() < np.abs(adam - nadam).max()


def test_it_is_the_memory_that_is_nine_tenths_where_the_authors_package_is_adam():
    assert "shares of 1 and a beta1 of 0.9, which is Adam" in OPTIMIZERS["qhadam"].notes  # SAME has that it is
    for shares in ({"nu1": 1.0, "nu2": 0.9}, {"nu1": 0.9, "nu2": 1.0}):
        for surface, start in STARTS:
            adam, other = (
                points_of(unit, surface, start) for unit in (run("adam"), run("qhadam", beta1=0.9, **shares))
            )
            assert np.abs(adam - other).max() > 1e-3


def test_weight_decay_around_gradient_descent_is_half_of_it_as_a_penalty():
    decayed = run("gradient_descent", CALM, wrappers=[("weight_decay", {"decay": 0.1})])
    for surface, start in STARTS:
        penalty = points_of(run("gradient_descent", CALM), surface, start, l2=0.05)
        np.testing.assert_allclose(points_of(decayed, surface, start), penalty, rtol=1e-10)


def test_plain_averaging_is_what_schedule_free_descent_does_at_0():
    for surface, start in STARTS:
        plain = points_of(run("gradient_descent", CALM), surface, start)
        means = np.cumsum(plain[1:], axis=0) / np.arange(1, len(plain))[:, None]
        found = points_of(run("schedule_free_sgd", CALM, beta1=0.0), surface, start)
        np.testing.assert_allclose(found[1:], means, rtol=1e-10)


def test_a_multiple_of_the_loss_makes_the_same_bets():
    paths = [
        simulate(
            Experiment(landscape="formula", formula=f"{share}*((1-x)^2+2*(y-x^2)^2)", start=(-1.0, 2.0), steps=80,
                       runs=(run("cocob", 1.0),))
        )[0].points
        for share in (1, 1000)
    ]  # fmt: skip
    np.testing.assert_allclose(paths[0], paths[1], rtol=1e-9)
