"""What the criteria of convergence look at in a run, and when each first holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.setup.criteria import KINDS
from experiments.simulation.trajectory import Trajectory


@dataclass(frozen=True, kw_only=True, eq=False)
class Quantities:
    """What the criteria look at: steps (T,), the lengths of steps 1 to T; losses, gradients and distances (T+1,).

    lowest: the lowest value that is known on the surface, None where there is none.
    """

    losses: np.ndarray
    steps: np.ndarray
    gradients: np.ndarray
    distances: np.ndarray
    lowest: float | None

    @property
    def heights(self) -> np.ndarray:
        """The loss above the lowest that is known, (T+1,), or infinite where it overflows; the loss where none is."""
        with np.errstate(over="ignore"):
            return self.losses if self.lowest is None else self.losses - self.lowest


def quantities_of(trajectory: Trajectory, distances: np.ndarray, lowest: float | None) -> Quantities:
    """Return what the criteria look at in a run.

    distances (T+1,): to the nearest minimum that is known; lowest: the lowest value that is known, or None.
    """
    with np.errstate(over="ignore"):  # what is not finite says so itself
        steps, gradients = np.hypot(*trajectory.updates.T), np.hypot(*trajectory.gradients.T)
    return while_finite(trajectory, lowest, steps=steps, gradients=gradients, distances=distances)


def while_finite(
    trajectory: Trajectory, lowest: float | None, *, steps: np.ndarray, gradients: np.ndarray, distances: np.ndarray
) -> Quantities:
    """Return what the criteria look at from quantities measured already, NaN from where the run broke."""
    if trajectory.last_finite == trajectory.steps:
        return Quantities(
            losses=trajectory.losses, steps=steps, gradients=gradients, distances=distances, lowest=lowest
        )
    ended = np.arange(trajectory.steps + 1) > trajectory.last_finite
    return Quantities(
        lowest=lowest,
        losses=np.where(ended, np.nan, trajectory.losses),
        steps=np.where(ended[1:], np.nan, steps),
        gradients=np.where(ended, np.nan, gradients),
        distances=np.where(ended, np.nan, distances),
    )


def first_steps(measured: Quantities, values: Mapping[str, Any]) -> dict[str, int | None]:
    """Return, for each criterion of KINDS, the first step at which it holds, or None. values: by CRITERIA's keys."""
    return {key: first_step(key, measured, values) for key in KINDS}


def first_step(key: str, measured: Quantities, values: Mapping[str, Any]) -> int | None:
    """Return the first step at which one criterion holds, or None."""
    holds = _within(key, measured, values)
    place = end_of_row(holds, values[KINDS[key].patience])
    return None if place is None else place + len(measured.losses) - len(holds)


def _within(key: str, measured: Quantities, values: Mapping[str, Any]) -> np.ndarray:
    """Return where a criterion's quantity is within its tolerance: of steps 1 to T for loss and step, else 0 to T."""
    limit = values[KINDS[key].limit]
    if key == "loss":
        with np.errstate(invalid="ignore", over="ignore"):
            allowed = limit * np.abs(measured.losses[:-1]) if values["loss_measure"] == "relative" else limit
            change = np.abs(np.diff(measured.losses))
            stable: np.ndarray = np.isfinite(change) & (change <= allowed)
            return stable
    quantity = {
        "step": measured.steps,
        "gradient": measured.gradients,
        "threshold": measured.heights,
        "distance": measured.distances,
    }[key]
    within: np.ndarray = np.isfinite(quantity) & (quantity <= limit)
    return within


def end_of_row(holds: np.ndarray, count: int) -> int | None:
    """Return the index at which count in a row have been true for the first time, or None."""
    if not holds.any():
        return None
    places = np.arange(len(holds))
    broken = np.maximum.accumulate(np.where(holds, -1, places))  # where the row was broken last
    long = places - broken >= count
    return int(np.argmax(long)) if long.any() else None
