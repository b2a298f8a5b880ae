"""Curves whose numbers four bytes do not hold reach the browser as they are; all others in four bytes."""

import numpy as np

from experiments import Experiment, Run, simulate
from figures.packets.packet import stage_packet
from tests.packets import read_packet


def sent(formula, key, rate=0.1):
    run = Run(optimizer="gradient_descent", learning_rate=rate)
    experiment = Experiment(landscape="formula", formula=formula, start=(1.0, 0.5), steps=40, runs=(run,))
    packet = stage_packet(experiment)
    _, arrays = read_packet(packet)
    return arrays[key], simulate(experiment)[0], arrays[key].dtype.str


def test_tiny_and_huge_losses_are_sent_as_they_are():
    for formula in ("1e-300*(x^2+y^2)", "1e-40*(x^2+y^2)", "1e300*(x^2+y^2)"):
        values, run, kind = sent(formula, "loss0", 1e-302)
        assert kind == "<f8" and (values[:2] > 0).all()
        np.testing.assert_array_equal(values, run.losses)
    values, run, kind = sent("x^2+y^2", "loss0", 0.49)  # it ends far below what four bytes hold, and starts at 1.25
    assert kind == "<f4" and run.losses[-1] < 1e-100
    np.testing.assert_allclose(values[:10], run.losses[:10], rtol=1e-6)
