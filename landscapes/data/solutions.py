"""The least losses of convex models with many weights, found by other means than the runs that are judged by them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog

from landscapes.data.learner import Learner, Softmax

_ITERATIONS, _SWEEPS = 200, 20_000
_SHORTEST = 1e-12  # share of a step that is tried
_LEVEL = 1e-9  # of the slopes that rows pull with: what is left of them at a minimum
_RANK = 1e-13  # of the largest singular value: smaller ones are none
_ZERO = 1e-10  # of the largest weight: smaller ones are tried as 0


@dataclass(frozen=True, eq=False)
class Solution:
    """The lowest loss of a convex model with its penalties on its rows.

    weights: a minimum, (n,), the shortest of several; None where there is none. lowest: the value there, or what the
    loss falls towards; None where that is not known. free: directions (n, k) along which the loss is level there.
    """

    weights: np.ndarray | None
    lowest: float | None
    free: np.ndarray


def solved(learner: Learner, rows: np.ndarray, settings: dict[str, Any], l2: float, l1: float) -> Solution | None:
    """Return where the loss on rows (m, inputs + 1) is least, with l2 sum w² + l1 sum |w| over all but intercepts.

    None where that is not known: the loss is not convex, or no search found it to the last digits.
    """
    if not learner.convex:
        return None
    count = learner.count(settings)
    design = learner.design(rows[:, :-1], settings)
    if not isinstance(learner, Softmax):
        design = design[:, :count]
    on = (~learner.intercepts(settings)).astype(np.float64)
    if learner.target == "number":
        return _squares(design, rows[:, -1], l2 * on, l1 * on)
    return _classes(learner, design, rows[:, -1], l2 * on, l1 * on)


def _squares(design: np.ndarray, targets: np.ndarray, l2: np.ndarray, l1: np.ndarray) -> Solution | None:
    """Return the solution of mean squares: by singular values, and with L1 by its sign pattern."""
    root = np.sqrt(len(targets))
    tall = np.concatenate([design / root, np.diag(np.sqrt(l2))[l2 > 0]])
    aims = np.concatenate([targets / root, np.zeros(int((l2 > 0).sum()))])

    def value(weights: np.ndarray) -> float:
        away = design @ weights - targets
        return float(away @ away / len(targets) + l2 @ weights**2 + l1 @ np.abs(weights))

    if not l1.any():
        left, sizes, right = np.linalg.svd(tall, full_matrices=True)
        rank = int((sizes > _RANK * sizes[0]).sum())
        weights = right[:rank].T @ ((left.T @ aims)[:rank] / sizes[:rank])
        if rank == len(weights):  # a triangular solve keeps a digit or two more
            upper, lower = np.linalg.qr(tall)
            weights = np.linalg.solve(lower, upper.T @ aims)
        return Solution(weights, value(weights), right[rank:].T)
    weights = _descended(tall, aims, l1)
    kept = np.abs(weights) > _ZERO * np.abs(weights).max(initial=0.0)
    kept |= l1 == 0
    signs = np.where(l1 > 0, np.sign(weights), 0.0)
    part = tall[:, kept]
    try:
        exact = np.linalg.solve(part.T @ part, part.T @ aims - (l1 * signs)[kept] / 2)
    except np.linalg.LinAlgError:
        return None
    found = np.zeros(len(weights))
    found[kept] = exact
    slope = 2 * tall.T @ (tall @ found - aims)
    size = 2 * np.abs(tall.T @ aims).max() + l1.max()
    holds = np.where(kept, np.abs(slope + l1 * signs) <= _LEVEL * size, np.abs(slope) <= l1 + _LEVEL * size)
    same = np.all((np.sign(found) == signs)[kept & (l1 > 0)])
    return Solution(found, value(found), np.zeros((len(found), 0))) if holds.all() and same else None


def _descended(tall: np.ndarray, aims: np.ndarray, l1: np.ndarray) -> np.ndarray:
    """Return the least of |tall w - aims|² + l1 |w|, weight by weight in turn, close enough to tell which are 0."""
    gram, pull = tall.T @ tall, tall.T @ aims
    weights = np.zeros(len(pull))
    for _ in range(_SWEEPS):
        before = weights.copy()
        for place, bend in enumerate(np.diag(gram)):
            if not bend > 0:
                continue
            aim = pull[place] - gram[place] @ weights + bend * weights[place]
            weights[place] = np.sign(aim) * max(abs(aim) - l1[place] / 2, 0.0) / bend
        if np.abs(weights - before).max() <= 1e-13 * np.abs(weights).max(initial=1e-300):
            break
    return weights


def _classes(
    learner: Learner, design: np.ndarray, labels: np.ndarray, l2: np.ndarray, l1: np.ndarray
) -> Solution | None:
    """Return the solution of logistic or softmax regression by Newton's steps, or that the loss falls for ever."""
    if not l2.any() and not l1.any():
        parted = _parted(learner, design, labels)
        if parted is not None:
            return Solution(None, 0.0 if parted else None, np.zeros((len(l2), 0)))
    signs: np.ndarray | None = None
    if l1.any():
        rough = _proximal(learner, design, labels, l2, l1)
        signs = np.where(l1 > 0, np.sign(np.where(np.abs(rough) > 1e-9, rough, 0.0)), 0.0)
    free = np.ones(len(l2), dtype=bool) if signs is None else (l1 == 0) | (signs != 0)
    tilt = np.zeros(len(l2)) if signs is None else l1 * signs
    weights = np.zeros(len(l2))
    for _ in range(_ITERATIONS):
        value, slope, bend = _parts(learner, design, labels, l2, weights)
        slope = slope + tilt
        step = np.zeros(len(weights))
        step[free] = -np.linalg.lstsq(bend[np.ix_(free, free)], slope[free], rcond=1e-14)[0]
        share, here = 1.0, value + tilt @ weights
        while share > _SHORTEST:
            there = weights + share * step
            if _parts(learner, design, labels, l2, there)[0] + tilt @ there <= here + 1e-15 * (1 + abs(here)):
                break
            share /= 2
        weights = weights + share * step
        if np.abs(step).max() <= 1e-14 * (1 + np.abs(weights).max()):
            break
    value, slope, bend = _parts(learner, design, labels, l2, weights)
    size = np.abs(design).max()
    holds = np.where(free, np.abs(slope + tilt) <= _LEVEL * size, np.abs(slope) <= l1 + _LEVEL * size)
    same = signs is None or np.all(np.sign(weights)[free & (l1 > 0)] == signs[free & (l1 > 0)])
    if not holds.all() or not same or not np.isfinite(weights).all():
        return None
    sizes, axes = np.linalg.eigh(bend)
    level = axes[:, sizes <= 1e-12 * max(sizes[-1], 1e-300)]
    return Solution(weights, float(value + l1 @ np.abs(weights)), level)


def _parts(
    learner: Learner, design: np.ndarray, labels: np.ndarray, l2: np.ndarray, weights: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return value, gradient (n,) and Hessian (n, n) of the mean log loss with L2."""
    scores = learner.scores(np, weights, design.T, {})
    value = float(learner.row_losses(np, scores, labels).mean() + l2 @ weights**2)
    rows = len(labels)
    if not isinstance(learner, Softmax):
        p = np.exp(-np.logaddexp(0.0, -scores))
        q = np.exp(-np.logaddexp(0.0, scores))
        slope = np.where(labels > 0.5, -q, p) @ design / rows
        bend = (design.T * (p * q)) @ design / rows
        return value, slope + 2 * l2 * weights, bend + 2 * np.diag(l2)
    shifted = np.exp(scores - scores.max(axis=0)).T
    p = shifted / shifted.sum(axis=1, keepdims=True)
    wrong = p - (labels[:, None] == np.arange(learner.classes))
    slope = (design.T @ wrong / rows).ravel()
    inner = np.einsum("rk,kl->rkl", p, np.eye(learner.classes)) - p[:, :, None] * p[:, None, :]
    bend = np.einsum("ri,rkl,rj->ikjl", design, inner, design) / rows
    return value, slope + 2 * l2 * weights, bend.reshape(len(weights), -1) + 2 * np.diag(l2)


def _proximal(learner: Learner, design: np.ndarray, labels: np.ndarray, l2: np.ndarray, l1: np.ndarray) -> np.ndarray:
    """Return the least loss with L1 by proximal steps with Nesterov's momentum, close enough to tell which are 0."""
    rate = 1 / (float(np.linalg.eigvalsh(design.T @ design)[-1]) / len(labels) + 2 * l2.max())
    weights = ahead = np.zeros(len(l2))
    pace = 1.0
    for _ in range(_SWEEPS):
        moved = ahead - rate * _parts(learner, design, labels, l2, ahead)[1]
        after = np.sign(moved) * np.maximum(np.abs(moved) - rate * l1, 0.0)
        following = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        if (after - weights) @ (ahead - after) > 0:  # it turns back: start the momentum anew
            following, ahead = 1.0, after
        else:
            ahead = after + (pace - 1) / following * (after - weights)
        still = np.abs(after - weights).max() <= 1e-13 * (1 + np.abs(after).max())
        weights, pace = after, following
        if still:
            break
    return weights


def _parted(learner: Learner, design: np.ndarray, labels: np.ndarray) -> bool | None:
    """Tell whether weights part the classes: True without a row on the border, False with some on it; None if not.

    Where they do, the loss falls for ever as these weights grow. Found by a linear program: weights within [-1, 1]
    whose margins are not negative and as large as can be.
    """
    if isinstance(learner, Softmax):
        margins = []
        for row, label in zip(design, labels.astype(int), strict=True):
            for other in range(learner.classes):
                if other != label:
                    table = np.zeros((design.shape[1], learner.classes))
                    table[:, label] += row
                    table[:, other] -= row
                    margins.append(table.ravel())
        signed = np.array(margins)
    else:
        signed = design * (2 * labels - 1)[:, None]
    signed = signed / np.abs(signed).max()
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1), method="highs")
    if found.status != 0 or not -found.fun > 1e-9:
        return None
    count = signed.shape[1]
    strict = linprog(
        np.append(np.zeros(count), -1.0),
        A_ub=np.column_stack([-signed, np.ones(len(signed))]),
        b_ub=np.zeros(len(signed)),
        bounds=[(-1, 1)] * count + [(None, 1)],
        method="highs",
    )
    return bool(strict.status == 0 and -strict.fun > 1e-9)
