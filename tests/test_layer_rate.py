"""The last layer's own rate: which weights it moves, by how much, and that its factor is a number like any other."""

from typing import Any

import numpy as np
import pytest

from experiments import Experiment, Run, Wrapper, simulate, sweep
from experiments.setup.weights import learner_of
from landscapes import LEARNERS

FACTOR = 7.5
AROUND = (Wrapper(key="layer_rate", parameters={"factor": FACTOR}),)


def run_of(experiment: Experiment, optimizer: str = "gradient_descent", rate: float = 0.05, **fields: Any):
    runs = (Run(optimizer=optimizer, learning_rate=rate, **{"wrappers": AROUND, **fields}),)
    return simulate(experiment.replace(runs=runs))[0]


@pytest.mark.parametrize("hidden", (8, 32))
def test_of_a_network_the_last_layer_is_what_leads_out_of_the_hidden_neurons_and_the_last_bias(hidden):
    learner = learner_of("network_fit")
    assert learner is not None
    shape = {"hidden": hidden, "activation": "tanh"}
    last = ["out" in name for name in learner.names(shape)]
    assert learner.last_layer(shape).tolist() == last and sum(last) == hidden + 1


def test_in_a_network_that_layer_has_the_factor_and_nothing_else():
    found = run_of(Experiment(landscape="network_fit", steps=40), "momentum")
    factors = np.where(np.arange(33) < 24, 1.0, FACTOR)  # 16 weights into 8 neurons and 8 biases go before
    velocity = np.zeros(33)
    for gradient, update in zip(found.weight_gradients, found.weight_updates, strict=False):
        velocity = 0.9 * velocity + gradient
        np.testing.assert_allclose(update, -0.05 * factors * velocity, rtol=1e-12, atol=1e-16)
    assert np.ptp(found.weights, axis=0).all()


def test_on_a_surface_it_is_the_rate_of_y():
    found = run_of(Experiment(landscape="formula", formula="x^2 / 2 + y^2", start=(1.5, -1.0), steps=30), rate=0.1)
    t = np.arange(31)[:, None]
    factors = np.array([1 - 0.1, 1 - 0.1 * FACTOR * 2]) ** t
    np.testing.assert_allclose(found.points, np.array([1.5, -1.0]) * factors, rtol=1e-12)
    assert set(map(tuple, found.states["layer_rate.axis_factor"])) == {(1.0, FACTOR)}


def test_of_one_neuron_it_is_the_weight_out():
    weights = Experiment(landscape="neuron", start=(0.4, 0.3), steps=20)
    found, plain = run_of(weights), run_of(weights, wrappers=())
    np.testing.assert_allclose(found.updates[0], plain.updates[0] * (1.0, FACTOR), rtol=1e-14)
    assert np.abs(plain.updates[0]).min() > 0


@pytest.mark.parametrize("key", [key for key in LEARNERS if key != "network_fit"])
def test_a_model_without_layers_is_all_of_it_the_last_and_weights_that_only_pad_stay_0(key):
    experiment = Experiment(landscape=key, steps=20, start_weights=0.1)
    found, fast = run_of(experiment, rate=0.01), run_of(experiment, rate=0.01 * FACTOR, wrappers=())
    assert np.ptp(fast.weights, axis=0).any()
    np.testing.assert_allclose(found.weights, fast.weights, rtol=1e-9, atol=1e-12)
    counted = run_of(experiment, "adafactor", 0.01)  # its program has no weights that pad
    assert np.isfinite(counted.weights).all() and counted.weights.shape == found.weights.shape


def test_what_stands_within_it_is_multiplied_and_what_stands_around_it_is_not():
    decay = Wrapper(key="weight_decay", parameters={"decay": 0.5})
    level = Experiment(landscape="formula", formula="0 x y", start=(1.0, 1.0), steps=1)
    within = run_of(level, rate=0.1, wrappers=(decay, *AROUND)).points[-1]
    around = run_of(level, rate=0.1, wrappers=(*AROUND, decay)).points[-1]
    np.testing.assert_allclose([within, around], [[0.95, 1 - 0.05 * FACTOR], [0.95, 0.95]], rtol=1e-14)


def test_a_sweep_over_both_rates_of_a_network_compiles_nothing_and_meets_runs_at_their_own_rates(traces):
    base = Experiment(
        landscape="network_fit",
        landscape_parameters={"samples": 16},
        steps=30,
        runs=(Run(optimizer="gradient_descent", learning_rate=0.1, wrappers=AROUND),),
    )
    simulate(base)
    before = traces()["run"]
    rates, factors = [0.01, 0.4], [0.001, 1.0, 1000.0]
    found = sweep(base, {"learning_rate": rates, "wrappers.layer_rate.factor": factors})
    assert traces()["run"] == before
    assert len(set(found.loss.ravel().tolist())) == 6
    for rate, loss in zip(rates, found.loss[:, 1], strict=True):
        assert loss == run_of(base, rate=rate, wrappers=()).final_loss  # factor 1 is one rate for all
