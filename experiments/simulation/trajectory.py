"""What one run leaves behind: every step, as NumPy arrays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from landscapes.data.projection import Plane


class Evaluations(NamedTuple):
    """How many times the optimizer asked for the value, the gradient and the Hessian."""

    value: int
    gradient: int
    hessian: int


class Measured:
    """Losses on rows of data along a run, measured when they are first asked for.

    measure() returns train, heldout and accuracy, (T+1,) each or None.
    """

    def __init__(self, measure: Callable[[], Mapping[str, np.ndarray | None]]) -> None:
        self._measure = measure

    @cached_property
    def arrays(self) -> Mapping[str, np.ndarray | None]:
        """What was measured, by name."""
        return self._measure()

    def until(self, steps: int) -> "Measured":
        """Return the same of the first so many steps."""
        return Measured(
            lambda: {key: None if array is None else array[: steps + 1] for key, array in self.arrays.items()}
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Trajectory:
    """T steps of one run: the experiment's, or fewer if it stopped early; what it then returns is its best iterate.

    run: its index in the experiment. points: (T+1, 2), the start first. losses: (T+1,), gradients: (T+1, 2), both
    noise-free, at the points. updates: (T, 2), the moves really made. learning_rates: (T,), as applied. states: the
    optimizer's named inner state, each (T, ...), as it was when the update was made; a wrapper's under "wrapper.name",
    as in "lookahead.slow". costs: (T, 3), calls of the value, the gradient and the Hessian that each step took.
    applied_gradients: (T, 2), what the optimizer saw: with this step's noise, of the surface as smooth as it was then;
    otherwise the gradients themselves.

    measured: what rows of data say along the way, read as train, heldout and accuracy: None where there are none, NaN
    at steps at which they were not measured.

    With many weights they are weights, (T+1, n), with the loss's gradients weight_gradients, (T+1, n), and the moves
    weight_updates, (T, n); points, gradients and updates are then what of them lies on plane: coordinates, slopes along
    its axes, and moves. Outcomes, steps and lengths never depend on the plane.
    """

    run: int
    points: np.ndarray
    losses: np.ndarray
    gradients: np.ndarray
    updates: np.ndarray
    learning_rates: np.ndarray
    states: Mapping[str, np.ndarray]
    costs: np.ndarray
    applied_gradients: np.ndarray = None  # type: ignore[assignment]  # the gradients
    measured: Measured | None = None
    weights: np.ndarray | None = None
    weight_gradients: np.ndarray | None = None
    weight_updates: np.ndarray | None = None
    plane: Plane | None = None

    def __post_init__(self) -> None:
        if self.applied_gradients is None:
            object.__setattr__(self, "applied_gradients", self.gradients[:-1])

    @property
    def steps(self) -> int:
        """T, the number of updates."""
        return len(self.updates)

    @property
    def train(self) -> np.ndarray | None:
        """The mean loss without penalties on the rows that are learnt from, (T+1,); None without rows."""
        return None if self.measured is None else self.measured.arrays.get("train")

    @property
    def heldout(self) -> np.ndarray | None:
        """The same on the rows that are held out; None where none are."""
        return None if self.measured is None else self.measured.arrays.get("heldout")

    @property
    def accuracy(self) -> np.ndarray | None:
        """The share of rows that are told right, of the held-out ones where there are any; None without classes."""
        return None if self.measured is None else self.measured.arrays.get("accuracy")

    @cached_property
    def evaluations(self) -> Evaluations:
        """Calls of the value, the gradient and the Hessian over the whole run."""
        return Evaluations(*(int(total) for total in self.costs.sum(axis=0)))

    @cached_property
    @np.errstate(all="ignore")
    def gradient_norms(self) -> np.ndarray:
        """The length of the loss's gradient, (T+1,), over all weights."""
        if self.weight_gradients is None:
            short: np.ndarray = np.hypot(*self.gradients.T)
            return short
        return _lengths(self.weight_gradients)

    @cached_property
    @np.errstate(all="ignore")
    def step_sizes(self) -> np.ndarray:
        """The length of each update, (T,), over all weights."""
        if self.weight_updates is None:
            short: np.ndarray = np.hypot(*self.updates.T)
            return short
        return _lengths(self.weight_updates)

    @cached_property
    def best_heldout_step(self) -> int | None:
        """The step with the lowest held-out loss while all was finite, the first of equals; None without any."""
        if self.heldout is None:
            return None
        seen = self.heldout[: max(self.last_finite, 0) + 1]
        return int(np.nanargmin(seen)) if np.isfinite(seen).any() else 0

    def on(self, plane: Plane) -> "Trajectory":
        """Return the same run of many weights as another plane shows it."""
        if self.weights is None or self.weight_gradients is None or self.weight_updates is None:
            raise ValueError("a run of two weights is on no plane but its own")
        seen = _on(plane, self.weights, self.weight_gradients, self.weight_updates)
        return replace(self, plane=plane, points=seen[0], gradients=seen[1], updates=seen[2])

    @cached_property
    def best_step(self) -> int:
        """The step with the lowest loss while all was finite, the first of equals (0 if nothing was)."""
        return int(np.argmin(self.losses[: max(self.last_finite, 0) + 1]))

    @cached_property
    def last_finite(self) -> int:
        """The last step up to which point, loss and gradient are all finite; -1 if the start is not."""
        finite = np.isfinite(self.losses)
        if self.weights is not None and self.weight_gradients is not None:
            finite &= np.isfinite(self.weights).all(axis=1) & np.isfinite(self.weight_gradients).all(axis=1)
            return len(finite) - 1 if finite.all() else int(np.argmin(finite)) - 1
        for column in (*self.points.T, *self.gradients.T):
            finite &= np.isfinite(column)
        return len(finite) - 1 if finite.all() else int(np.argmin(finite)) - 1

    def until_it_broke(self, values: np.ndarray) -> np.ndarray:
        """Return values over the steps, (T+1,) or (T,), with NaN for numbers after the last finite iterate.

        There the run has ended: that a loss is a number again later, as log(x) is once x is positive, says nothing.
        """
        end = self.last_finite + 1
        if end >= len(values):
            return values
        return np.where((np.arange(len(values)) < end) | ~np.isfinite(values), values, np.nan)

    @property
    def final_loss(self) -> float:
        """The loss at the last point; NaN where the run had ended before, without numbers."""
        last = float(self.losses[-1])
        return last if self.last_finite == self.steps or not np.isfinite(last) else float("nan")


def _lengths(vectors: np.ndarray) -> np.ndarray:
    """Return the lengths (T,) of vectors (T, n); infinite where they overflow, NaN where they are no numbers."""
    found: np.ndarray = np.sqrt(np.einsum("ti,ti->t", vectors, vectors))
    return found


def _on(plane: Plane, weights: np.ndarray, gradients: np.ndarray, updates: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return coordinates, slopes and moves on a plane."""
    with np.errstate(all="ignore"):
        size = plane.size - weights.shape[1]
        padded = [np.pad(array, ((0, 0), (0, size))) if size else array for array in (weights, gradients, updates)]
        return plane.coordinates(padded[0]), plane.slopes(padded[1]), plane.moves(padded[2])
