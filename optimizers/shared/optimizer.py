"""What an optimizer is: an optax transformation, its rule, and what it carries inside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from numbers import Real
from typing import Any, Literal

import jax
import optax

from parameter import Parameter, fill, shown

Observation = Callable[[Any, jax.Array], dict[str, jax.Array]]

WEIGHTS: Literal["weights"] = "weights"
"""In the shape of a draw: as many as the point has weights."""
DrawShape = tuple[int | Literal["weights"], ...]


def _nothing(state: Any, params: jax.Array) -> dict[str, jax.Array]:
    return {}


def _none_follow(**parameters: Any) -> Mapping[str, Any]:
    return {}


def _filled(parameters: tuple[Parameter, ...], given: Mapping[str, Any], field: str) -> dict[str, Any]:
    """Return every parameter's value: a JAX array, traced or not, as it is, a plain number only if it is allowed."""
    arrays = {key: value for key, value in given.items() if isinstance(value, jax.Array)}
    known = {p.key: p for p in parameters}
    filled = fill(
        parameters, {key: known[key].default if key in known and key in arrays else given[key] for key in given}, field
    )
    for key in arrays:
        if known[key].structural:
            raise ValueError(f"{field}.{key}: a JAX array is not allowed; give {known[key].allowed}, as a plain number")
    return filled | arrays


def draw_shape(shape: DrawShape, size: int) -> tuple[int, ...]:
    """Return the shape of a draw for points of so many weights."""
    return tuple([size if length == WEIGHTS else length for length in shape])


def check_learning_rate(learning_rate: Any) -> None:
    """Raise ValueError for a plain learning rate that is negative or not finite; a JAX array passes unseen."""
    if isinstance(learning_rate, jax.Array):
        return
    is_number = isinstance(learning_rate, Real) and not isinstance(learning_rate, bool)
    if not is_number or not isfinite(learning_rate) or learning_rate < 0:
        raise ValueError(f"learning_rate: {shown(learning_rate)} is not allowed; give a finite number of at least 0")


@dataclass(frozen=True, kw_only=True, eq=False)
class Inside:
    """What an optimizer or a wrapper lets be watched of itself, and how it is shown: nothing of it changes a step.

    observes: {state name: kind}; observe(state, params) reads them from the optax state after the update, params being
    the point that was updated, and leaves out those that its settings do not have. Kinds: vector (2,), a direction;
    scale (2,), a size along each axis; point (2,); simplex (3, 2), its corners, the best first; swarm (n, 2), points;
    ellipse (3, 2), the mean and below it the covariance matrix; matrix (2, 2), symmetric; number (), one for all axes.
    That is at points of two weights; of a vector, a scale, a point or a matrix each 2 is the number of weights.
    of_next: the names of those that belong to the iterate after the update, as a simplex does whose best corner it is;
    the others belong to the point that was updated. passing: the names of those that are made anew at every step, for
    its lines alone. ways: the names of points whose way is worth drawing beside the iterate's.
    worked: the update as lines of arithmetic over these states (shared.worked), as exactly as they are computed,
    so that a page can put a step's numbers into them; of a wrapper those after the optimizer's own, where w is the
    point that it has moved to. before: of a wrapper, those that change the gradient before the optimizer sees it.
    constants(**parameters): numbers in these lines that follow from the parameters, a row (1, k) for a list. symbols:
    letters where shared.notation has others than the rule.
    arrow: how far what is carried into a step would move the point if the gradient were 0, as an expression over the
    states before it; where a search finds the length, the part of the step that is carried, over those after it.
    Without one only a direction can be drawn.
    spread: the name of what is drawn as its reach along each axis, a state or what a line makes.
    """

    observes: Mapping[str, str] = field(default_factory=dict)
    observe: Observation = _nothing
    of_next: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    worked: tuple[str, ...] = ()
    constants: Callable[..., Mapping[str, Any]] = _none_follow
    symbols: Mapping[str, str] = field(default_factory=dict)
    arrow: str = ""
    spread: str = "axis_rate"


@dataclass(frozen=True, kw_only=True, eq=False)
class Optimizer:
    """A rule that turns gradients into steps.

    make(learning_rate, **parameters) returns the optax transformation; numbers may be traced.
    Every update gets the extra arguments value (loss at params), grad, value_fn, gradient_fn (with this step's
    noise), hessian_fn and draws; what it does not need it ignores. Wrappers that change the gradient add read_fn:
    gradient_fn with their change, for optimizers that step along a gradient read elsewhere.

    rate_class: what a sensible learning rate depends on: "curvature" (of the surface: gradient steps), "unit_step"
    (the size of the picture: steps that do not grow with the gradient), "both" (gradient steps first, then steps that
    do not grow with it) or "rate_free" (the same number is right everywhere). rate_factor is that rate as a multiple of
    what it depends on; under "both" it is a share of the picture, with a limit
    set by the curvature.
    cost: (value, gradient, Hessian) calls that every step makes; search_cost(state) gives, as arrays, the further
    calls of the step just made, where their number varies. searched(**parameters): how many these are of a step, about
    as many as there are where it takes long, all kinds together; of what a run costs before it is made.
    inside: what it lets be watched, and how that is shown.
    draws: {name: (kind, shape)} of random numbers that one step needs; kind "normal" (standard) or "uniform" (in
    [0, 1)); a length in the shape may be WEIGHTS (draw_shape). The update finds them by name in its argument draws,
    each of its shape, and has no other randomness.
    two_only: whether it works on points (2,) alone, because it is written out for the plane; all others take weight
    vectors (n,) of any length.
    counts_weights: whether the rule depends on how many weights there are, so that weights which never have a gradient
    change the steps of the others. No other rule sees those that are 0.
    stability_limit(curvature, **parameters): the learning rate at which a constant-rate run on a quadratic of this
    curvature stops converging; inf where the surface does not curve upwards.
    noise_floor(learning_rate, curvature, sigma, **parameters): the variance about the minimum, along one axis of such
    a quadratic, at which gradient noise of standard deviation sigma keeps the iterate; inf beyond the limit.
    contraction(learning_rate, curvature, **parameters): the factor by which such a run's distance shrinks a step in the
    end, the largest modulus among the roots of its recurrence.
    They are None where no closed form is known: then no limit is drawn.
    cools(**parameters): whether its moves calm down by themselves as the steps go by, so that a run which swings
    to and fro now may settle later. None where they do not.
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
    searched: Callable[..., float] | None = None
    inside: Inside = field(default_factory=Inside)
    draws: Mapping[str, tuple[str, DrawShape]] = field(default_factory=dict)
    two_only: bool = False
    counts_weights: bool = False
    stability_limit: Callable[..., float] | None = None
    noise_floor: Callable[..., float] | None = None
    contraction: Callable[..., float] | None = None
    cools: Callable[..., bool] | None = None

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The default hyperparameters by key."""
        return fill(self.parameters, {})

    def build(self, learning_rate: Any, **parameters: Any) -> optax.GradientTransformationExtraArgs:
        """Return the transformation at this learning rate; numbers may be Python's or JAX arrays, traced or not.

        The state's structure does not depend on any number, so one state serves a learning rate that moves.
        Raises ValueError for an unknown hyperparameter and for a plain number outside its range.
        """
        check_learning_rate(learning_rate)
        given = _filled(self.parameters, parameters, self.key)
        return optax.with_extra_args_support(self.make(learning_rate, **given))


@dataclass(frozen=True, kw_only=True, eq=False)
class Wrapper:
    """Something put around any optimizer: make(inner, learning_rate, **parameters) returns a transformation.

    The transformation's state is a tuple whose first entry is inner's state, so that what the optimizer lets be
    watched is found under any number of wrappers. What the wrapper itself lets be watched it says as an optimizer does:
    inside.observe(state, params) is given this tuple, and a trajectory has it under "wrapper key.state name".
    proximal: whether it takes care of an L1 penalty: the gradient is then without it, and the update finds its strength
    on each weight, (n,), as the extra argument l1.
    Another is last_layer: which weights are of a network's last layer, bool (n,); of two weights that is the second.
    """

    key: str
    name: str
    make: Callable[..., optax.GradientTransformation]
    rule: str
    source: str
    notes: str
    parameters: tuple[Parameter, ...] = ()
    cost: tuple[int, int, int] = (0, 0, 0)
    inside: Inside = field(default_factory=Inside)
    proximal: bool = False

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The default hyperparameters by key."""
        return fill(self.parameters, {})

    def build(
        self, inner: optax.GradientTransformation, learning_rate: Any, **parameters: Any
    ) -> optax.GradientTransformationExtraArgs:
        """Return the transformation around inner; numbers may be Python's or JAX arrays, traced or not.

        Raises ValueError for an unknown parameter and for a plain number outside its range.
        """
        check_learning_rate(learning_rate)
        given = _filled(self.parameters, parameters, self.key)
        return optax.with_extra_args_support(self.make(inner, learning_rate, **given))
