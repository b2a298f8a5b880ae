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

    lowest: the lowest value that is known on the surface, None where there is none. heldout: losses on held-out rows,
    (T+1,), None where there are none.
    """

    losses: np.ndarray
    steps: np.ndarray
    gradients: np.ndarray
    distances: np.ndarray
    lowest: float | None
    heldout: np.ndarray | None = None

    @property
    def heights(self) -> np.ndarray:
        """The loss above the lowest that is known, (T+1,), or infinite where it overflows; the loss where none is."""
        with np.errstate(over="ignore"):
            return self.losses if self.lowest is None else self.losses - self.lowest


def quantities_of(trajectory: Trajectory, distances: np.ndarray, lowest: float | None) -> Quantities:
    """Return what the criteria look at in a run.

    distances (T+1,): to the nearest minimum that is known; lowest: the lowest value that is known, or None.
    """
    steps, gradients = trajectory.step_sizes, trajectory.gradient_norms  # what is not finite says so itself
    return while_finite(trajectory, lowest, steps=steps, gradients=gradients, distances=distances)


def while_finite(
    trajectory: Trajectory, lowest: float | None, *, steps: np.ndarray, gradients: np.ndarray, distances: np.ndarray
) -> Quantities:
    """Return what the criteria look at from quantities measured already, NaN from where the run broke."""
    if trajectory.last_finite == trajectory.steps:
        return Quantities(
            losses=trajectory.losses,
            steps=steps,
            gradients=gradients,
            distances=distances,
            lowest=lowest,
            heldout=trajectory.heldout,
        )
    ended = np.arange(trajectory.steps + 1) > trajectory.last_finite
    return Quantities(
        lowest=lowest,
        losses=np.where(ended, np.nan, trajectory.losses),
        steps=np.where(ended[1:], np.nan, steps),
        gradients=np.where(ended, np.nan, gradients),
        distances=np.where(ended, np.nan, distances),
        heldout=None if trajectory.heldout is None else np.where(ended, np.nan, trajectory.heldout),
    )


def first_steps(measured: Quantities, values: Mapping[str, Any]) -> dict[str, int | None]:
    """Return, for each criterion of KINDS, the first step at which it holds, or None. values: by CRITERIA's keys.

    That of held-out rows only where there are some.
    """
    known = [key for key in KINDS if key != "heldout" or measured.heldout is not None]
    return {key: first_step(key, measured, values) for key in known}


def first_step(key: str, measured: Quantities, values: Mapping[str, Any]) -> int | None:
    """Return the first step at which one criterion holds, or None."""
    if key == "heldout":
        found = patience_of(measured.heldout, values[KINDS[key].patience], values[KINDS[key].limit])
        return None if found is None else found[0]
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


def patience_of(losses: np.ndarray | None, patience: int, min_delta: float) -> tuple[int, int] | None:
    """Return the step at which losses (T+1,) have not come lower for so many steps, and the best one before; or None.

    Lower is what is below the best by more than min_delta; steps that were not measured (NaN) count as no lower, but
    losses that are no numbers from the first on never stop anything.
    """
    if losses is None or not np.isfinite(losses[0]):
        return None
    best, place = float(losses[0]), 0
    for step, loss in enumerate(losses.tolist()[1:], 1):
        if loss < best - min_delta:
            best, place = loss, step
        elif step - place >= patience:
            return step, place
    return None


def end_of_row(holds: np.ndarray, count: int) -> int | None:
    """Return the index at which count in a row have been true for the first time, or None."""
    if not holds.any():
        return None
    places = np.arange(len(holds))
    broken = np.maximum.accumulate(np.where(holds, -1, places))  # where the row was broken last
    long = places - broken >= count
    return int(np.argmax(long)) if long.any() else None
