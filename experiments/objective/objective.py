"""The one function that is descended, as a value: a landscape, what modifies it, and all of its numbers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import jax
import numpy as np

from experiments.objective import pointwise
from experiments.objective.compiled import program, traced
from experiments.objective.derivatives import eigenvalues, newton_steps
from experiments.objective.form import WIDTHS, Form, drawn_form_of, form_of, plain_numbers
from experiments.objective.frame import Frame, frame_of
from experiments.setup import attention
from experiments.setup.allowed import Box
from experiments.setup.experiment import Experiment, landscape_of, landscape_on
from experiments.setup.weights import start_plane
from landscapes import Landscape
from landscapes.data.projection import Plane

FEW, BLOCK, SMOOTH_BLOCK = 8, 1024, 64  # points at once: few sizes, so that any number of points compiles nothing new


@dataclass(frozen=True)
class Objective:
    """The function of an experiment as it is drawn and judged, at the end of a run. Hashable: what is found is kept.

    form: what compiled programs depend on. numbers: in the form's order. frame: where its landscape was put. domain:
    the landscape's box, in the landscape's own coordinates. facts: the landscape whose listed minima hold but for the
    frame, None where something else changes them; those of one that is complete hold with its penalties, too. All
    points (n, 2) are on the surface as it is drawn.
    """

    form: Form
    numbers: tuple[float, ...]
    frame: Frame
    domain: Box
    facts: Landscape | None = None

    @cached_property
    def vector(self) -> np.ndarray:
        """The numbers as an array, float64 (n,)."""
        return np.asarray(self.numbers, dtype=np.float64).reshape(-1)

    def values(self, points: np.ndarray) -> np.ndarray:
        """Return the values at points (n, 2) as (n,)."""
        return self._sliced_values(points) if self.form.sliced else self.derivatives(points)[0]

    def _sliced_values(self, points: np.ndarray) -> np.ndarray:
        """Return the values of a plane through many weights: as matrix products, a block of points at a time."""
        compiled = program(("values", self.form), lambda: _compile_values(self.form))
        count = len(points)
        size = FEW if count <= FEW else BLOCK
        padded = np.zeros((-(-count // size) * size, 2))
        padded[:count] = points
        parts = []
        for block in padded.reshape(-1, size, 2):
            attention.go_on()
            parts.append(np.asarray(compiled(self.vector, block)))
        return np.concatenate(parts)[:count] if parts else np.empty(0)

    def derivatives(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return value (n,), gradient (n, 2) and Hessian (n, 2, 2) at points (n, 2). Compiles twice a form."""
        if not len(points):
            return np.empty(0), np.empty((0, 2)), np.empty((0, 2, 2))
        compiled = program(("derivatives", self.form), lambda: _compile(self.form))
        count = len(points)
        size = FEW if count <= FEW else SMOOTH_BLOCK if self.form.is_smoothed else BLOCK
        padded = np.zeros((-(-count // size) * size, 2))
        padded[:count] = points
        parts = []
        for block in padded.reshape(-1, size, 2):
            attention.go_on()
            parts.append(compiled(self.vector, block))
        value, gradient, hessian = (np.concatenate([np.asarray(part[i]) for part in parts])[:count] for i in range(3))
        return value, gradient, hessian

    def sharpness(self, points: np.ndarray) -> np.ndarray:
        """Return the Hessian's larger eigenvalue at points (n, 2) as (n,); NaN where one or the other is not finite."""
        found = np.full(len(points), np.nan)
        finite = np.isfinite(points).all(1)
        with np.errstate(all="ignore"):
            largest = eigenvalues(self.derivatives(points[finite])[2])[1]
        found[finite] = np.where(np.isfinite(largest), largest, np.nan)
        return found

    @np.errstate(all="ignore")
    def newton(
        self,
        points: np.ndarray,
        reach: float,
        iterations: int,
        steps: Callable[[np.ndarray, np.ndarray], np.ndarray] = newton_steps,
    ) -> np.ndarray:
        """Follow Newton's steps, none longer than reach, from points (n, 2) until they stay; return the ends (n, 2)."""
        rest = 1e-12 if self.form.is_smoothed else 1e-15  # sums over many nodes carry more rounding
        ends = np.array(points, dtype=np.float64)
        moving = np.arange(len(ends))
        for _ in range(iterations):
            _, gradient, hessian = self.derivatives(ends[moving])
            step = steps(gradient, hessian)
            with np.errstate(all="ignore"):  # where a step is no number, so is the end
                length = np.hypot(*step.T)
                step *= np.where(length > reach, reach / length, 1.0)[:, None]
                ends[moving] += step
                moving = moving[length > rest * (reach + np.hypot(*ends[moving].T))]
            if not len(moving):
                break
        return ends

    def number(self, modifier: str) -> float:
        """Return a modifier's first number, 0 where it is off."""
        return float(self.numbers[self.form.place(modifier)]) if modifier in self.form.modifiers else 0.0

    def without(self, *names: str) -> "Objective":
        """Return the objective with these modifiers taken away."""
        kept = list(self.numbers[: self.form.free])
        for name in self.form.modifiers:
            if name not in names:
                place = self.form.place(name)
                kept += self.numbers[place : place + WIDTHS[name]]
        form = replace(self.form, modifiers=tuple(name for name in self.form.modifiers if name not in names))
        return replace(self, form=form, numbers=tuple(kept))


def objective_of(experiment: Experiment) -> Objective:
    """Return the experiment's objective, as it is drawn and judged; of many weights, what the start's plane shows."""
    if experiment.has_many_weights:
        return sliced_objective(experiment, start_plane(experiment))
    landscape, form = landscape_of(experiment), form_of(experiment)
    return Objective(
        form=form,
        numbers=tuple(map(float, plain_numbers(experiment, form))),
        frame=frame_of(experiment, landscape),
        domain=landscape.domain,
        facts=landscape if landscape.complete or experiment.only_moved else None,
    )


def sliced_objective(experiment: Experiment, plane: Plane) -> Objective:
    """Return what a plane shows of the loss of the experiment's model with many weights."""
    landscape = landscape_on(experiment, plane)
    form = drawn_form_of(experiment)
    return Objective(
        form=form,
        numbers=tuple(map(float, plain_numbers(experiment, form, plane))),
        frame=frame_of(experiment, landscape),
        domain=landscape.domain,
    )


def _compile_values(form: Form) -> Callable[..., Any]:
    def at(numbers: jax.Array, points: jax.Array) -> Any:
        traced("values")
        return pointwise.many_values(form, numbers, points)

    return jax.jit(at)


def _compile(form: Form) -> Callable[..., Any]:
    def at(numbers: jax.Array, points: jax.Array) -> Any:
        traced("derivatives")
        return jax.vmap(pointwise.build(form, numbers).all)(points)

    return jax.jit(at)
