"""What an optimizer is: an optax transformation, its rule, and what it carries inside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jax
import optax

from parameter import Parameter, fill

Observation = Callable[[Any, jax.Array], dict[str, jax.Array]]


def _nothing(state: Any, params: jax.Array) -> dict[str, jax.Array]:
    return {}


@dataclass(frozen=True, kw_only=True, eq=False)
class Optimizer:
    """A rule that turns gradients into steps.

    make(learning_rate, **parameters) returns the optax transformation; numbers may be traced.
    Every update gets the extra arguments value (loss at params), grad, value_fn, gradient_fn (with this step's
    noise), hessian_fn and draws; what it does not need it ignores.

    rate_class: what a sensible learning rate depends on: "curvature" (of the surface: gradient steps), "unit_step"
    (the size of the picture: steps that do not grow with the gradient) or "rate_free" (1 is right everywhere).
    cost: (value, gradient, Hessian) calls of one step; search_cost(state) gives those that vary, as arrays.
    observes: {state name: kind}, kind one of vector, scale, point, simplex, ellipse, swarm; observe(state, params)
    reads them from the optax state after the update.
    draws: {name: (kind, shape)} of random numbers that one step needs; kind "normal" or "uniform".
    stability_limit(curvature, **parameters): the largest stable constant learning rate on a quadratic, or None.
    """

    key: str
    name: str
    make: Callable[..., optax.GradientTransformation]
    rule: str
    source: str
    notes: str
    rate_class: str
    parameters: tuple[Parameter, ...] = ()
    rate_factor: float = 1.0
    cost: tuple[int, int, int] = (0, 1, 0)
    search_cost: Callable[[Any], tuple[jax.Array, jax.Array, jax.Array]] | None = None
    observes: Mapping[str, str] = field(default_factory=dict)
    observe: Observation = _nothing
    draws: Mapping[str, tuple[str, tuple[int, ...]]] = field(default_factory=dict)
    stability_limit: Callable[..., float] | None = None
    noise_floor: Callable[..., float] | None = None

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The default hyperparameters by key."""
        return fill(self.parameters, {})

    def build(self, learning_rate: Any, **parameters: Any) -> optax.GradientTransformationExtraArgs:
        """Return the transformation at this learning rate; numbers may be Python's or traced.

        Raises ValueError for an unknown hyperparameter, and for a value outside its range unless it is traced.
        """
        if any(isinstance(v, jax.core.Tracer) for v in parameters.values()):
            given = {**self.defaults, **parameters}
        else:
            given = fill(self.parameters, parameters, self.key)
        return optax.with_extra_args_support(self.make(learning_rate, **given))


@dataclass(frozen=True, kw_only=True, eq=False)
class Wrapper:
    """Something put around any optimizer: make(inner, learning_rate, **parameters) returns a transformation."""

    key: str
    name: str
    make: Callable[..., optax.GradientTransformation]
    rule: str
    source: str
    notes: str
    parameters: tuple[Parameter, ...] = ()
    cost: tuple[int, int, int] = (0, 0, 0)

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The default hyperparameters by key."""
        return fill(self.parameters, {})

    def build(
        self, inner: optax.GradientTransformation, learning_rate: Any, **parameters: Any
    ) -> optax.GradientTransformationExtraArgs:
        """Return the transformation around inner; numbers may be Python's or traced."""
        if any(isinstance(v, jax.core.Tracer) for v in parameters.values()):
            given = {**self.defaults, **parameters}
        else:
            given = fill(self.parameters, parameters, self.key)
        return optax.with_extra_args_support(self.make(inner, learning_rate, **given))
