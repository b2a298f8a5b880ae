"""The curves over the steps: one table, whence results, figures and packets take what each is and is called."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A quantity over the steps of a run.

    name: as a tab and an axis say it; short: where there is little room; column: as a table does. of(result): its
    values, (T+1,), one an iterate, or (T,), one an update. log: the key of the curve that a logarithmic axis shows in
    its place, "" for itself; a curve that is only shown so has no tab. logs_first: whether the logarithmic axis is the
    usual one. want: what somebody must look at for it to be computed, "" where it always is. judged: whether it needs
    the run's verdict, so that there is none while something moves. has(trajectory): whether a run has it; beside: the
    key of a curve that is drawn with it on one axis and has no tab of its own; instead: of one that is drawn in its
    place then, as both are without penalties.
    """

    key: str
    name: str
    short: str
    column: str
    of: Callable[[Any], np.ndarray]
    update: bool = False
    log: str = ""
    logs_first: bool = True
    want: str = ""
    judged: bool = False
    has: Callable[[Any], bool] = lambda trajectory: True
    beside: str = ""
    instead: str = ""


CURVES: Mapping[str, Curve] = {
    curve.key: curve
    for curve in (
        Curve(
            key="loss",
            name="Loss",
            short="Loss",
            column="Loss",
            of=lambda result: result.trajectory.losses,
            log="gap",
            beside="heldout",
            instead="train",
        ),
        Curve(
            key="train",
            name="Training loss",
            short="Training",
            column="Training loss",
            of=lambda result: result.trajectory.train,
            has=lambda trajectory: trajectory.heldout is not None,
        ),
        Curve(
            key="heldout",
            name="Held-out loss",
            short="Held out",
            column="Held-out loss",
            of=lambda result: result.trajectory.heldout,
            has=lambda trajectory: trajectory.heldout is not None,
        ),
        Curve(
            key="accuracy",
            name="Accuracy",
            short="Accuracy",
            column="Accuracy",
            of=lambda result: result.trajectory.accuracy,
            logs_first=False,
            has=lambda trajectory: trajectory.accuracy is not None,
        ),
        Curve(
            key="gap",
            name="Loss above the minimum",
            short="Above",
            column="Above the minimum",
            of=lambda result: result.gap,
        ),
        Curve(
            key="gradient",
            name="Gradient norm",
            short="Gradient",
            column="Gradient norm",
            of=lambda result: result.gradient_norms,
        ),
        Curve(
            key="step",
            name="Step size",
            short="Step",
            column="Step size",
            of=lambda result: result.step_sizes,
            update=True,
        ),
        Curve(
            key="distance",
            name="Distance to the nearest minimum",
            short="Distance",
            column="Distance",
            of=lambda result: result.distances,
            judged=True,
            has=lambda trajectory: trajectory.weights is None,
        ),
        Curve(
            key="rate",
            name="Learning rate",
            short="Rate",
            column="Rate",
            of=lambda result: result.trajectory.learning_rates,
            update=True,
            logs_first=False,
        ),
        Curve(
            key="weights",
            name="Length of the weights",
            short="Weights",
            column="Length of the weights",
            of=lambda result: np.linalg.norm(result.trajectory.weights, axis=1),
            logs_first=False,
            has=lambda trajectory: trajectory.weights is not None,
        ),
        Curve(
            key="sharpness",
            name="Sharpness",
            short="Sharpness",
            column="Sharpness",
            of=lambda result: result.sharpness,
            want="curvature",
            has=lambda trajectory: trajectory.weights is None,
        ),
    )
}


def had_by(trajectories: Sequence[Any]) -> tuple[str, ...]:
    """Return the keys of the curves that all of these runs have; without any, those that runs of two weights have."""
    if not trajectories:
        return tuple(key for key in CURVES if key not in _OF_MANY)
    return tuple(key for key, curve in CURVES.items() if all(curve.has(run) for run in trajectories))


_OF_MANY = ("train", "heldout", "accuracy", "weights")  # which runs of two weights do not have
_SHOWN_WITH = {key for other in CURVES.values() for key in (other.log, other.beside, other.instead)}
TABS: tuple[Curve, ...] = tuple(curve for curve in CURVES.values() if curve.key not in _SHOWN_WITH)
