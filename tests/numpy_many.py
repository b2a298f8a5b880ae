"""Models with many weights written a second time, in plain NumPy, row by row."""

from math import exp, log, tanh
from typing import Any

import numpy as np


def forms(key: str) -> list[dict[str, Any]]:
    """A few settings of each model."""
    known: dict[str, list[dict[str, Any]]] = {
        "polynomial_fit": [{"degree": 0}, {"degree": 4}, {"degree": 7, "basis": "monomial"}],
        "logistic_features": [{"degree": 1}, {"degree": 3, "data_set": "xor"}],
        "softmax_fit": [{}, {"data_set": "trio"}],
        "network_fit": [{}, {"hidden": "16", "data_set": "rings"}, {"activation": "relu"}],
    }
    return known[key]


def _legendre(k: int, x: float) -> float:
    before, now = 1.0, x
    if k == 0:
        return 1.0
    for n in range(1, k):
        before, now = now, ((2 * n + 1) * x * now - n * before) / (n + 1)
    return now


def _log_loss(score: float, label: float) -> float:
    z = -score if label > 0.5 else score
    return z + log(1 + exp(-z)) if z > 0 else log(1 + exp(z))


class Net:
    """The mean loss of weights on rows (n, inputs + 1), and how many of them it tells right."""

    def __init__(self, key: str, values: Any, rows: np.ndarray) -> None:
        self.key, self.values, self.rows = key, dict(values), rows

    def __call__(self, weights: np.ndarray) -> float:
        return float(np.mean([self._cost(weights, row) for row in self.rows]))

    def accuracy(self, weights: np.ndarray) -> float:
        return float(np.mean([self._label(weights, row) == row[-1] for row in self.rows]))

    def _label(self, weights: np.ndarray, row: np.ndarray) -> float:
        scores = self._scores(weights, row)
        return float(np.argmax(scores)) if self.key == "softmax_fit" else float(scores[0] > 0)

    def _cost(self, weights: np.ndarray, row: np.ndarray) -> float:
        scores = self._scores(weights, row)
        if self.key == "polynomial_fit":
            return float((scores[0] - row[-1]) ** 2)
        if self.key == "softmax_fit":
            top = max(scores)
            return top + log(sum(exp(score - top) for score in scores)) - scores[int(row[-1])]
        return _log_loss(scores[0], row[-1])

    def _scores(self, weights: np.ndarray, row: np.ndarray) -> list[float]:
        values, w = self.values, weights.tolist()
        if self.key == "polynomial_fit":
            x = float(row[0])
            if values["basis"] == "monomial":
                return [sum(weight * x**k for k, weight in enumerate(w))]
            return [sum(weight * (2 * k + 1) ** 0.5 * _legendre(k, x) for k, weight in enumerate(w))]
        a, b = float(row[0]), float(row[1])
        if self.key == "logistic_features":
            terms = [a ** (d - j) * b**j for d in range(1, values["degree"] + 1) for j in range(d + 1)]
            return [sum(weight * term for weight, term in zip(w, [*terms, 1.0], strict=True))]
        if self.key == "softmax_fit":
            return [a * w[c] + b * w[3 + c] + w[6 + c] for c in range(3)]
        hidden = int(values["hidden"])
        act = tanh if values["activation"] == "tanh" else (lambda z: max(z, 0.0))
        inner = [act(a * w[h] + b * w[hidden + h] + w[2 * hidden + h]) for h in range(hidden)]
        return [sum(inner[h] * w[3 * hidden + h] for h in range(hidden)) + w[-1]]
