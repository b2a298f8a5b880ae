"""How high batches of rows keep a run above a minimum, from the rows' own gradients and Hessians there."""

from typing import NamedTuple

import numpy as np

from experiments.critical.point import CriticalPoint
from experiments.objective.per_row import row_derivatives
from experiments.setup.points import points_of
from experiments.verdict.case import Case
from optimizers import OPTIMIZERS


class Floor(NamedTuple):
    """A stationary cloud by a formula: its variance over both axes, and its mean height above the minimum.

    reach: its standard deviations along the Hessian's axes, the one of the smaller curvature first, (2,).
    """

    variance: float
    height: float
    reach: np.ndarray


@np.errstate(all="ignore")
def batch_floor(case: Case, target: CriticalPoint) -> Floor | None:
    """Return the floor around a minimum of a run whose batches are drawn with replacement at a constant rate, or None.

    The rows' gradients at the minimum, covariance S, and Hessians h scatter; the variance of a batch of B rows is B
    times smaller. For gradient descent at rate a the stationary covariance C solves
    C = E[(I - a h_B) C (I - a h_B)] + a² S / B, where h_B is a batch's mean Hessian: exact where the loss is quadratic.
    Other optimizers' own formulas take sqrt(S / B) along the Hessian's axes for gradient noise. None without a formula.
    """
    experiment = case.experiment
    run = experiment.runs[case.trajectory.run]
    formula = OPTIMIZERS[run.optimizer].noise_floor
    plain = run.schedule == "constant" and not run.wrappers and not experiment.noise
    if formula is None or not plain or not min(target.eigenvalues) > 0:
        return None
    gradients, hessians = row_derivatives(case.objective, target.point, len(points_of(experiment).kept))
    spread = gradients.T @ gradients / len(gradients) / experiment.batch
    if run.optimizer == "gradient_descent":
        covariance = _stationary(hessians, spread, run.learning_rate, experiment.batch)
    else:
        curvatures, axes = np.linalg.eigh(hessians.mean(axis=0))
        sigmas = np.sqrt(np.einsum("ia,ij,ja->a", axes, spread, axes))
        each = [
            formula(run.learning_rate, float(c), float(s), **run.parameters)
            for c, s in zip(curvatures, sigmas, strict=True)
        ]
        covariance = axes @ np.diag(np.array(each, dtype=np.float64)) @ axes.T
    if covariance is None or not np.isfinite(covariance).all():
        return None
    mean = hessians.mean(axis=0)
    axes = np.linalg.eigh(mean)[1]
    reach = np.sqrt(np.einsum("ia,ij,ja->a", axes, covariance, axes))
    return Floor(float(np.trace(covariance)), float(np.trace(mean @ covariance)) / 2, reach)


def _stationary(hessians: np.ndarray, spread: np.ndarray, rate: float, batch: int) -> np.ndarray | None:
    """Return the covariance (2, 2) that descent on batches drawn with replacement settles to; None where none does."""
    mean = hessians.mean(axis=0)
    still = np.eye(2) - rate * mean
    both = np.kron(mean, mean)
    scatter = (np.einsum("nij,nkl->ikjl", hessians, hessians) / len(hessians)).reshape(4, 4) - both
    carried = np.kron(still, still) + rate**2 / batch * scatter
    if not np.abs(np.linalg.eigvals(carried)).max() < 1:
        return None
    found: np.ndarray = np.linalg.solve(np.eye(4) - carried, rate**2 * spread.ravel()).reshape(2, 2)
    return found
