"""The one function that is descended: a landscape and whatever modifies it. All else uses it alone."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from experiments.objective import frame, penalties
from experiments.objective.smoothing import Smoothed
from experiments.setup.experiment import Experiment
from landscapes import LANDSCAPES, formula

FADING = "fading"  # smoothing whose sigma may fall to 0
WIDTHS = {"rotation": 2, "shift": 2, "smoothing": 1, FADING: 1, "l2": 1, "l1": 1}  # numbers a modifier takes


@dataclass(frozen=True)
class Form:
    """What an objective's compiled program depends on: everything but the numbers. Hashable.

    fixed: the landscape's structural parameters. modifiers: those that are on, in the order in which they act.
    skeleton: a typed formula's tree as text, which stands for the tree itself when forms are compared. names: its
    parameters; its constants go before them in the numbers.
    """

    landscape: str
    fixed: tuple[tuple[str, Any], ...]
    modifiers: tuple[str, ...] = ()
    skeleton: str = ""
    tree: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    constants: int = field(default=0, compare=False)
    names: tuple[str, ...] = field(default=(), compare=False)

    @property
    def free(self) -> int:
        """How many numbers the surface itself takes."""
        return self.constants + len(self.names) if self.tree else len(_free(self.landscape))

    @property
    def count(self) -> int:
        """How many numbers the objective takes: the landscape's, then the modifiers'."""
        return self.free + sum(WIDTHS[name] for name in self.modifiers)

    @property
    def is_smoothed(self) -> bool:
        """Whether each value is a mean over many points."""
        return "smoothing" in self.modifiers

    def place(self, modifier: str) -> int:
        """Return the index of the modifier's first number."""
        before = self.modifiers[: self.modifiers.index(modifier)]
        return self.free + sum(WIDTHS[name] for name in before)

    def without(self, numbers: np.ndarray, *names: str) -> tuple["Form", np.ndarray]:
        """Return the form and its numbers with these modifiers taken away."""
        keep, kept = np.ones(len(numbers), dtype=bool), []
        for name in self.modifiers:
            if name in names:
                keep[self.place(name) : self.place(name) + WIDTHS[name]] = False
            else:
                kept.append(name)
        return replace(self, modifiers=tuple(kept)), np.asarray(numbers)[keep]


@dataclass(frozen=True)
class Objective:
    """The objective at one point (2,): value () , gradient (2,), hessian (2, 2). Traceable.

    height(x, y) is the surface alone, before smoothing and penalties, at arrays of any one shape. smoothed gives value,
    gradient and Hessian of all but the penalties at less cost than their derivation.
    """

    value: Callable[[jax.Array], jax.Array]
    height: Callable[[Any, Any], jax.Array]
    smoothed: Smoothed | None = None
    penalty: Callable[[jax.Array], jax.Array] | None = None

    def value_and_gradient(self, point: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the value () and the gradient (2,), sharing the work."""
        if self.smoothed is None or self.penalty is None:
            return jax.value_and_grad(self.value)(point)
        value, gradient = self.smoothed.value_and_gradient(point)
        more, slope = jax.value_and_grad(self.penalty)(point)
        return value + more, gradient + slope

    def gradient(self, point: jax.Array) -> jax.Array:
        """Return the gradient (2,)."""
        return jax.grad(self.value)(point) if self.smoothed is None else self.value_and_gradient(point)[1]

    def hessian(self, point: jax.Array) -> jax.Array:
        """Return the Hessian (2, 2)."""
        return jax.hessian(self.value)(point) if self.smoothed is None else self.all(point)[2]

    def all(self, point: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
        """Return value (), gradient (2,) and Hessian (2, 2), sharing the work."""
        if self.smoothed is not None and self.penalty is not None:
            value, gradient, hessian = self.smoothed.all(point)
            more, slope = jax.value_and_grad(self.penalty)(point)
            return value + more, gradient + slope, hessian + jax.hessian(self.penalty)(point)
        across, up = jnp.array([1.0, 0.0]), jnp.array([0.0, 1.0])
        (value, gradient), (_, column) = jax.jvp(self.value_and_gradient, (point,), (across,))
        _, (_, other) = jax.jvp(self.value_and_gradient, (point,), (up,))
        return value, gradient, jnp.stack([column, other], axis=-1)


def form_of(experiment: Experiment) -> Form:
    """Return the structure of the experiment's objective, as it is drawn and judged: at the end of the run."""
    return _form_of(experiment, "smoothing")


def descended_form_of(experiment: Experiment) -> Form:
    """Return the structure of what the runs descend: smoothed, too, where that fades over the run."""
    name = "smoothing" if experiment.smoothing_schedule == "constant" else FADING
    return _form_of(experiment, name)


def numbers_of(experiment: Experiment, form: Form | None = None) -> np.ndarray:
    """Return the numbers of the objective, or of what the runs descend, in the form's order, float64 (n,)."""
    form = form or form_of(experiment)
    return np.asarray(plain_numbers(experiment, form), dtype=np.float64).reshape(-1)


def plain_numbers(experiment: Experiment, form: Form) -> list[float]:
    """Return the same as a list."""
    parameters = experiment.landscape_parameters
    if experiment.formula:
        values = [*formula.parse(experiment.formula).constants, *(parameters[key] for key in form.names)]
    else:
        values = [parameters[key] for key in _free(form.landscape)]
    for name in form.modifiers:
        if name == "rotation":
            values += frame.rotor(experiment.rotation)
        elif name == "shift":
            values += experiment.shift
        else:
            values.append(getattr(experiment, "smoothing" if name == FADING else name))
    return values


def build(form: Form, numbers: jax.Array) -> Objective:
    """Return the objective of this form with these numbers (n,), which may be traced."""
    unmoved, centre = _unmoved(form, numbers)
    given = {name: numbers[form.place(name) :][: WIDTHS[name]] for name in form.modifiers}
    one = {name: given[name][0] for name in ("l2", "l1", "smoothing", FADING) if name in given}
    surface = frame.moved(unmoved, given.get("rotation"), given.get("shift"), centre)

    def height(point: jax.Array) -> jax.Array:
        return jnp.asarray(surface(point[0], point[1]), dtype=jnp.float64)

    def penalty(point: jax.Array) -> jax.Array:
        return penalties.penalised(jnp.zeros((), jnp.float64), point, one.get("l2"), one.get("l1"))

    if "smoothing" in one:
        smoothed = Smoothed(surface, one["smoothing"])
        return Objective(
            value=lambda p: smoothed.value(p) + penalty(p), height=surface, smoothed=smoothed, penalty=penalty
        )
    if FADING in one:
        sigma = one[FADING]
        fading = Smoothed(surface, jnp.where(sigma > 0, sigma, 1.0))
        return Objective(
            value=lambda p: jax.lax.cond(sigma > 0, fading.value, height, p) + penalty(p),
            height=surface,
        )
    return Objective(value=lambda p: penalties.penalised(height(p), p, one.get("l2"), one.get("l1")), height=surface)


def _unmoved(form: Form, numbers: jax.Array) -> tuple[Callable[[Any, Any], Any], tuple[float, float]]:
    """Return the surface itself, f(x, y), and what it is turned about."""
    if form.tree:
        named = {name: numbers[form.constants + i] for i, name in enumerate(form.names)}
        return lambda x, y: formula.evaluate(form.tree, x, y, numbers, named), formula.PIVOT
    unit = LANDSCAPES[form.landscape]
    parameters = dict(form.fixed) | {key: numbers[i] for i, key in enumerate(_free(form.landscape))}
    return lambda x, y: unit.at(x, y, parameters), frame.centre_of(unit)


def _form_of(experiment: Experiment, smoothing: str) -> Form:
    present = _present(experiment, smoothing)
    if experiment.formula:
        return _typed_form(experiment.formula, present)
    return _form(experiment.landscape, _fixed(experiment), present)


@lru_cache(maxsize=256)
def _typed_form(text: str, present: tuple[str, ...]) -> Form:
    read = formula.parse(text)
    return Form(
        landscape=formula.KEY,
        fixed=(),
        modifiers=present,
        skeleton=read.skeleton,
        tree=read.tree,
        constants=len(read.constants),
        names=read.names,
    )


@lru_cache(maxsize=1024)
def _form(landscape: str, fixed: tuple[Any, ...], present: tuple[str, ...]) -> Form:
    return Form(landscape=landscape, fixed=tuple(zip(_structural(landscape), fixed, strict=True)), modifiers=present)


def _fixed(experiment: Experiment) -> tuple[Any, ...]:
    return tuple([experiment.landscape_parameters[key] for key in _structural(experiment.landscape)])


def _present(experiment: Experiment, smoothing: str) -> tuple[str, ...]:
    if experiment.unmodified:
        return ()
    on = {
        "rotation": experiment.rotation,
        "shift": experiment.shift != (0.0, 0.0),
        smoothing: experiment.smoothing and (smoothing == FADING or experiment.smoothing_schedule == "constant"),
        "l2": experiment.l2,
        "l1": experiment.l1,
    }
    return tuple(name for name, value in on.items() if value)


@cache
def _structural(landscape: str) -> tuple[str, ...]:
    return tuple(p.key for p in LANDSCAPES[landscape].parameters if p.structural)


@cache
def _free(landscape: str) -> tuple[str, ...]:
    return tuple(p.key for p in LANDSCAPES[landscape].parameters if not p.structural)
