"""The loss of a model with many weights as a value, to judge runs by: its gradient and Hessian at one place."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from experiments.objective import pointwise
from experiments.objective.compiled import program, traced
from experiments.objective.form import Form, form_of, plain_numbers
from experiments.setup.experiment import Experiment
from experiments.setup.weights import count_of


@dataclass(frozen=True)
class ManyObjective:
    """The loss that an experiment's runs descend, penalties included, of weights (n,). count: n, without padding."""

    form: Form
    numbers: tuple[float, ...]
    count: int

    def derivatives(self, weights: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Return value, gradient (n,) and Hessian (n, n) at weights (n,). Compiles once a form."""
        compiled = program(("many", self.form), lambda: _compile(self.form))
        padded = np.zeros(self.form.weights)
        padded[: self.count] = weights
        value, gradient, hessian = compiled(np.asarray(self.numbers), padded)
        n = self.count
        return float(value), np.asarray(gradient)[:n], np.asarray(hessian)[:n, :n]


def many_objective_of(experiment: Experiment) -> ManyObjective:
    """Return the loss that the runs of an experiment with many weights descend."""
    form = form_of(experiment)
    return ManyObjective(form=form, numbers=tuple(plain_numbers(experiment, form)), count=count_of(experiment))


def _compile(form: Form) -> Callable[..., Any]:
    def at(numbers: jax.Array, weights: jax.Array) -> Any:
        traced("many")
        objective = pointwise.build(form, numbers)
        value, gradient = objective.value_and_gradient(weights)
        return value, gradient, objective.hessian(weights)

    return jax.jit(at)
