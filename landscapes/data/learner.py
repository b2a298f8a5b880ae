"""What a model with many weights is: its features, what it predicts, and what it costs to be wrong.

Everything is written once for one set of weights within a compiled program (jax.numpy) and for the weights of many
steps at once as matrix products (NumPy): xp is the one or the other, weights (n,) or (T, n).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from landscapes.data.losses import log_loss

Settings = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Learner(ABC):
    """A model with n weights, whose loss is a mean over rows of data.

    inputs: how many a row has. target: "number" or "class"; classes: of which 0 to classes - 1 stand in the rows.
    sets: keys of the data sets that it is shown on, the first at first. settings: keys of those parameters of its
    landscape that say what the model is. shaping: those of them that compiled programs depend on; the others are data.
    convex: whether the loss is.

    A program's weights may be more than the model's: those beyond, the last ones, have no features and stay 0.
    """

    kind: str
    inputs: int
    target: str
    sets: tuple[str, ...]
    settings: tuple[str, ...]
    shaping: tuple[str, ...] = ()
    classes: int = 0
    convex: bool = True
    most_rows: int = 1_000

    @abstractmethod
    def count(self, settings: Settings) -> int:
        """Return how many weights the model has."""

    @abstractmethod
    def width(self, shape: Settings) -> int:
        """Return how many weights a program has for models of this shape."""

    @abstractmethod
    def columns(self, shape: Settings) -> int:
        """Return how many numbers a program takes of each row, but for its target."""

    @abstractmethod
    def names(self, settings: Settings) -> tuple[str, ...]:
        """Return what each weight is called."""

    @abstractmethod
    def intercepts(self, settings: Settings) -> np.ndarray:
        """Return which weights are intercepts or biases, bool (n,): penalties leave them out."""

    @abstractmethod
    def design(self, inputs: np.ndarray, settings: Settings) -> np.ndarray:
        """Return what a program takes of rows of inputs (rows, inputs), as (rows, columns)."""

    @abstractmethod
    def scores(self, xp: Any, weights: Any, features: Any, shape: Settings) -> Any:
        """Return the scores (..., rows) of weights (..., n), or (..., classes, rows) with three classes.

        features: a design the other way round, (columns, rows): sums over rows then run along memory, which takes a
        third of the time.
        """

    def filters(self, settings: Settings) -> tuple[np.ndarray, ...]:
        """Return the places of the weights into each neuron; intercepts belong to none."""
        return (np.flatnonzero(~self.intercepts(settings)),)

    def last_layer(self, shape: Settings) -> np.ndarray:
        """Return which weights of a program for models of this shape are of the last layer, bool (width,).

        Of a model that is linear in its weights these are all: it has no other layer.
        """
        return np.ones(self.width(shape), dtype=bool)

    def row_losses(self, xp: Any, scores: Any, targets: Any) -> Any:
        """Return what each row costs, (..., rows)."""
        if self.target == "number":
            away = scores - targets
            return away * away
        if xp is np:
            return np.logaddexp(0.0, np.where(targets > 0.5, -scores, scores))
        return log_loss(scores, targets)

    def predicted(self, scores: np.ndarray) -> np.ndarray:
        """Return the class, of scores as scores returns them; of a number the score itself."""
        return scores if self.target == "number" else (scores > 0).astype(np.float64)

    def start(self, settings: Settings, seed: int, scale: float) -> np.ndarray:
        """Return the weights (n,) that a run starts from where nobody says which."""
        return np.zeros(self.count(settings))


_WIDE = 16  # weights of the programs of models that are linear in them


@dataclass(frozen=True, kw_only=True, eq=False)
class _Linear(Learner):
    """A model whose one score is a weighted sum of features; all its programs have the same size."""

    def width(self, shape: Settings) -> int:
        return _WIDE

    def columns(self, shape: Settings) -> int:
        return _WIDE

    def scores(self, xp: Any, weights: Any, features: Any, shape: Settings) -> Any:
        return weights @ features

    def _padded(self, features: np.ndarray) -> np.ndarray:
        found = np.zeros((len(features), _WIDE))
        found[:, : features.shape[1]] = features
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Polynomial(_Linear):
    """A polynomial of one input, in powers of it or in Legendre's polynomials, orthonormal on [-1, 1]."""

    def count(self, settings: Settings) -> int:
        return int(settings["degree"]) + 1

    def names(self, settings: Settings) -> tuple[str, ...]:
        letter = "x" if settings["basis"] == "monomial" else "P"
        higher = (f"weight of {letter}{_raised(k, letter)}" for k in range(1, self.count(settings)))
        return ("intercept", *higher)

    def intercepts(self, settings: Settings) -> np.ndarray:
        found: np.ndarray = np.arange(self.count(settings)) == 0
        return found

    def design(self, inputs: np.ndarray, settings: Settings) -> np.ndarray:
        return self._padded(polynomial_features(inputs[:, 0], self.count(settings), settings["basis"]))


def _raised(power: int, letter: str) -> str:
    signs = "₀₁₂₃₄₅₆₇₈₉" if letter == "P" else "⁰¹²³⁴⁵⁶⁷⁸⁹"
    return "" if power == 1 and letter == "x" else "".join(signs[int(digit)] for digit in str(power))


def polynomial_features(x: np.ndarray, count: int, basis: str) -> np.ndarray:
    """Return the first so many features (rows, count) of x (rows,).

    basis: "monomial", x^k; or "legendre", √(2k + 1) P_k(x), which are orthonormal for even x in [-1, 1].
    """
    if basis == "monomial":
        return np.asarray(x, dtype=np.float64)[:, None] ** np.arange(count)
    found: np.ndarray = np.polynomial.legendre.legvander(x, count - 1) * np.sqrt(2 * np.arange(count) + 1)
    return found


@dataclass(frozen=True, kw_only=True, eq=False)
class LogisticFeatures(_Linear):
    """Logistic regression on all products of two inputs up to a degree; the intercept is the last weight."""

    def count(self, settings: Settings) -> int:
        degree = int(settings["degree"])
        return (degree + 1) * (degree + 2) // 2

    def names(self, settings: Settings) -> tuple[str, ...]:
        products = (_product(*powers) for powers in product_powers(int(settings["degree"])))
        return (*(f"weight of {text}" for text in products), "intercept")

    def intercepts(self, settings: Settings) -> np.ndarray:
        count = self.count(settings)
        found: np.ndarray = np.arange(count) == count - 1
        return found

    def design(self, inputs: np.ndarray, settings: Settings) -> np.ndarray:
        first, second = inputs.T
        columns = [first**a * second**b for a, b in product_powers(int(settings["degree"]))]
        return self._padded(np.column_stack([*columns, np.ones(len(first))]))


def product_powers(degree: int) -> list[tuple[int, int]]:
    """Return the powers of both inputs in each product, those of the lowest degree first: x1, x2, x1², x1 x2, x2²."""
    return [(whole - b, b) for whole in range(1, degree + 1) for b in range(whole + 1)]


def _product(a: int, b: int) -> str:
    parts = (f"{name}{_raised(power, 'x')}" for name, power in (("x₁", a), ("x₂", b)) if power)
    return " ".join(parts)


@dataclass(frozen=True, kw_only=True, eq=False)
class Softmax(Learner):
    """Softmax regression on two inputs and an intercept: weights (inputs + 1, classes), row by row."""

    def count(self, settings: Settings) -> int:
        return (self.inputs + 1) * self.classes

    def width(self, shape: Settings) -> int:
        return (self.inputs + 1) * self.classes

    def columns(self, shape: Settings) -> int:
        return self.inputs + 1

    def names(self, settings: Settings) -> tuple[str, ...]:
        rows = [*(f"weight of x{'₁₂₃₄'[place]}" for place in range(self.inputs)), "intercept"]
        return tuple(f"{row}, class {label}" for row in rows for label in range(self.classes))

    def intercepts(self, settings: Settings) -> np.ndarray:
        found: np.ndarray = np.arange(self.count(settings)) >= self.inputs * self.classes
        return found

    def design(self, inputs: np.ndarray, settings: Settings) -> np.ndarray:
        return np.column_stack([inputs, np.ones(len(inputs))])

    def scores(self, xp: Any, weights: Any, features: Any, shape: Settings) -> Any:
        table = weights.reshape((*weights.shape[:-1], self.inputs + 1, self.classes))
        return xp.swapaxes(table, -1, -2) @ features

    def row_losses(self, xp: Any, scores: Any, targets: Any) -> Any:
        highest = xp.max(scores, axis=-2)
        if xp is jnp:
            highest = jax.lax.stop_gradient(highest)
        whole = highest + xp.log(xp.sum(xp.exp(scores - highest[..., None, :]), axis=-2))
        own = xp.sum(xp.where(targets == xp.arange(self.classes)[:, None], scores, 0.0), axis=-2)
        return whole - own

    def predicted(self, scores: np.ndarray) -> np.ndarray:
        found: np.ndarray = np.argmax(scores, axis=-2).astype(np.float64)
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Network(Learner):
    """One hidden layer: weights into it (inputs, hidden) row by row, its biases, weights out of it, one bias."""

    def count(self, settings: Settings) -> int:
        return int(settings["hidden"]) * (self.inputs + 2) + 1

    def width(self, shape: Settings) -> int:
        return self.count(shape)

    def columns(self, shape: Settings) -> int:
        return self.inputs

    def names(self, settings: Settings) -> tuple[str, ...]:
        hidden = int(settings["hidden"])
        into = (f"x{'₁₂'[i]} into neuron {h + 1}" for i in range(self.inputs) for h in range(hidden))
        biases = (f"bias of neuron {h + 1}" for h in range(hidden))
        out = (f"out of neuron {h + 1}" for h in range(hidden))
        return (*into, *biases, *out, "bias of the output")

    def intercepts(self, settings: Settings) -> np.ndarray:
        hidden, count = int(settings["hidden"]), self.count(settings)
        places = np.arange(count)
        into = self.inputs * hidden
        found: np.ndarray = ((places >= into) & (places < into + hidden)) | (places == count - 1)
        return found

    def filters(self, settings: Settings) -> tuple[np.ndarray, ...]:
        hidden = int(settings["hidden"])
        into = np.arange(self.inputs * hidden).reshape(self.inputs, hidden)
        out = np.arange(hidden) + (self.inputs + 1) * hidden
        return (*(into[:, place] for place in range(hidden)), out)

    def last_layer(self, shape: Settings) -> np.ndarray:
        found: np.ndarray = np.arange(self.width(shape)) >= (self.inputs + 1) * int(shape["hidden"])
        return found

    def design(self, inputs: np.ndarray, settings: Settings) -> np.ndarray:
        return np.asarray(inputs, dtype=np.float64)

    def scores(self, xp: Any, weights: Any, features: Any, shape: Settings) -> Any:
        hidden = int(shape["hidden"])
        into = self.inputs * hidden
        lead = weights.shape[:-1]
        table = weights[..., :into].reshape((*lead, self.inputs, hidden))
        inner = weights[..., into : into + hidden, None]
        for place in range(self.inputs):  # products of so few would take longer as matrices
            inner = inner + table[..., place, :, None] * features[place]
        inner = xp.tanh(inner) if shape["activation"] == "tanh" else xp.where(inner > 0, inner, 0.0)
        out = weights[..., into + hidden : into + 2 * hidden]
        return xp.sum(out[..., :, None] * inner, axis=-2) + weights[..., -1:]

    def start(self, settings: Settings, seed: int, scale: float) -> np.ndarray:
        """Return normal draws over the root of how many weights go into a neuron, times scale; biases 0."""
        hidden, count = int(settings["hidden"]), self.count(settings)
        draws = np.random.default_rng([seed, *b"weights"]).standard_normal(count)
        draws[: self.inputs * hidden] /= np.sqrt(self.inputs)
        draws[-hidden - 1 : -1] /= np.sqrt(hidden)
        draws[self.intercepts(settings)] = 0.0
        found: np.ndarray = scale * draws
        return found
