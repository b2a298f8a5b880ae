"""The one function that is descended: a landscape and whatever modifies it. All else uses it alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from experiments.experiment import Experiment
from landscapes import LANDSCAPES


@dataclass(frozen=True)
class Form:
    """What an objective's compiled program depends on: everything but the numbers. Hashable."""

    landscape: str
    fixed: tuple[tuple[str, Any], ...]  # the landscape's structural parameters

    @property
    def free(self) -> tuple[str, ...]:
        """The names of the landscape's parameters that travel as numbers, in order."""
        fixed = {key for key, _ in self.fixed}
        return tuple(p.key for p in LANDSCAPES[self.landscape].parameters if p.key not in fixed)


@dataclass(frozen=True)
class Objective:
    """The objective at one point (2,): value () , gradient (2,), hessian (2, 2). Traceable."""

    value: Callable[[jax.Array], jax.Array]

    def value_and_gradient(self, point: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the value () and the gradient (2,), sharing the work."""
        return jax.value_and_grad(self.value)(point)

    def gradient(self, point: jax.Array) -> jax.Array:
        """Return the gradient (2,)."""
        return jax.grad(self.value)(point)

    def hessian(self, point: jax.Array) -> jax.Array:
        """Return the Hessian (2, 2)."""
        return jax.hessian(self.value)(point)


def form_of(experiment: Experiment) -> Form:
    """Return the structure of the experiment's objective."""
    parameters = LANDSCAPES[experiment.landscape].parameters
    fixed = tuple((p.key, experiment.landscape_parameters[p.key]) for p in parameters if p.structural)
    return Form(landscape=experiment.landscape, fixed=fixed)


def numbers_of(experiment: Experiment) -> np.ndarray:
    """Return the objective's numbers in the form's order, float64 (n,)."""
    values = [experiment.landscape_parameters[key] for key in form_of(experiment).free]
    return np.asarray(values, dtype=np.float64).reshape(-1)


def build(form: Form, numbers: jax.Array) -> Objective:
    """Return the objective of this form with these numbers (n,), which may be traced."""
    landscape = LANDSCAPES[form.landscape]
    parameters = dict(form.fixed) | {key: numbers[i] for i, key in enumerate(form.free)}

    def value(point: jax.Array) -> jax.Array:
        return jnp.asarray(landscape.at(point[0], point[1], parameters), dtype=jnp.float64)

    return Objective(value=value)
