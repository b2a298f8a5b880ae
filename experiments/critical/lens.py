"""One point of an objective under a lens: value, gradient, Hessian, and what their numbers say."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from experiments.critical.point import CriticalPoint
from experiments.critical.points import critical_points
from experiments.objective.heights import Surface, surface_of
from experiments.objective.objective import Objective, objective_of
from experiments.setup.experiment import Experiment
from parameter import Refusal

HERE = 1e-9  # of the view's diagonal: a known critical point so near is the point itself
LEVEL = 1e-9  # gradient x diagonal / spread of heights: below it the gradient vanishes
STRAIGHT = 1e-9  # curvature x diagonal^2 / spread of heights: below it there is none
FOLD = 1e-7  # of the view's diagonal: so far on either side of a point the gradient is nearly the same, or it is a fold
ROUNDING = 1e-13  # of the larger eigenvalue: a smaller one is none


_HALF_TURN = np.stack([np.cos(np.arange(4) * np.pi / 4 + 0.1), np.sin(np.arange(4) * np.pi / 4 + 0.1)], -1)  # 4 ways


class Shape(Enum):
    """How the surface curves at a point, by the signs of the Hessian's eigenvalues."""

    BOWL = "Curves up both ways"
    DOME = "Curves down both ways"
    SADDLE = "Curves up one way, down the other"
    TROUGH = "Curves up one way only"
    RIDGE = "Curves down one way only"
    STRAIGHT = "Does not curve"
    KINK = "A kink: no gradient and no curvature"
    UNKNOWN = "Not a finite number"

    @property
    def sentence(self) -> str:
        """The member's sentence."""
        return self.value


@dataclass(frozen=True, kw_only=True, eq=False)
class Lens:
    """An objective at one point.

    point, gradient: (2,). hessian: (2, 2). eigenvalues: (2,), smaller first; vectors: (2, 2), their unit eigenvectors,
    one a row. All but point and value are NaN where shape is KINK or UNKNOWN. critical: the critical point that it is,
    or None. level: whether the gradient vanishes.
    """

    point: np.ndarray
    value: float
    gradient: np.ndarray
    hessian: np.ndarray
    eigenvalues: np.ndarray
    vectors: np.ndarray
    shape: Shape
    critical: CriticalPoint | None
    level: bool

    @property
    def condition(self) -> float | None:
        """The larger eigenvalue over the smaller; None where they are not both above zero."""
        small, large = self.eigenvalues
        return float(large / small) if self.shape is Shape.BOWL else None

    @property
    def best_rate(self) -> float | None:
        """The constant learning rate at which gradient descent contracts fastest: 2 / (sum of the eigenvalues)."""
        return float(2 / self.eigenvalues.sum()) if self.shape is Shape.BOWL else None

    @property
    def contraction(self) -> float | None:
        """What is left of the distance after a step of gradient descent at that rate: (k - 1) / (k + 1)."""
        small, large = self.eigenvalues
        return float((large - small) / (large + small)) if self.shape is Shape.BOWL else None


@np.errstate(all="ignore")
def lens_at(experiment: Experiment, point: tuple[float, float]) -> Lens:
    """Return what the experiment's objective is like at a point, smoothed and penalised as it is drawn."""
    if experiment.has_many_weights:
        raise Refusal("lens: it tells the curvature of surfaces of two weights, not of a plane through many")
    surface = surface_of(experiment)
    critical = next(iter(critical_points(experiment).around(np.array(point), HERE * surface.size)), None)
    at = np.array(point, dtype=np.float64)
    objective = objective_of(experiment)
    values, gradients, hessians = objective.derivatives(at[None])
    value, gradient, hessian = float(values[0]), gradients[0], hessians[0] / 2 + hessians[0].T / 2
    straight = STRAIGHT * surface.spread / surface.size**2
    eigenvalues, vectors, shape = np.full(2, np.nan), np.full((2, 2), np.nan), Shape.UNKNOWN
    known_kink = critical is not None and critical.kink
    if known_kink or (np.isfinite(value) and _is_folded(objective, at, hessian, surface)):
        shape = Shape.KINK
    elif np.isfinite(value) and np.isfinite(hessian).all():  # log(x) has a curvature where it has no value
        eigenvalues, columns = np.linalg.eigh(hessian)
        if np.isfinite(eigenvalues).all():
            vectors, shape = columns.T, shape_of(eigenvalues, straight)
            eigenvalues = np.where(np.abs(eigenvalues) <= ROUNDING * np.abs(eigenvalues).max(), 0.0, eigenvalues)
    smooth = shape not in (Shape.KINK, Shape.UNKNOWN)
    return Lens(
        point=at,
        value=value,
        gradient=gradient if smooth else np.full(2, np.nan),
        hessian=hessian if smooth else np.full((2, 2), np.nan),
        eigenvalues=eigenvalues,
        vectors=vectors,
        shape=shape,
        critical=critical,
        level=smooth and bool(np.hypot(*gradient) <= LEVEL * surface.spread / surface.size),
    )


def _is_folded(objective: Objective, at: np.ndarray, hessian: np.ndarray, surface: Surface) -> bool:
    """Tell whether the gradient jumps here, as it does across the fold of |x|: far more than the Hessian tells."""
    offsets = FOLD * surface.size * _HALF_TURN
    with np.errstate(invalid="ignore"):
        _, slopes, _ = objective.derivatives(np.concatenate([at + offsets, at - offsets]))
        jumps = np.hypot(*(slopes[: len(offsets)] - slopes[len(offsets) :]).T)
        told = 2 * np.hypot(*(offsets @ hessian).T)
        return bool((jumps > np.maximum(100 * told, 1e-6 * surface.spread / surface.size)).any())


def shape_of(eigenvalues: np.ndarray, straight: float) -> Shape:
    """Return how a surface with these eigenvalues (2,), smaller first, curves; straight: a curvature that is none."""
    nothing = max(straight, ROUNDING * float(np.abs(eigenvalues).max()))
    small, large = (0 if abs(value) <= nothing else int(np.sign(value)) for value in eigenvalues.tolist())
    return {
        (1, 1): Shape.BOWL,
        (-1, -1): Shape.DOME,
        (-1, 1): Shape.SADDLE,
        (0, 1): Shape.TROUGH,
        (-1, 0): Shape.RIDGE,
        (0, 0): Shape.STRAIGHT,
    }[small, large]
