"""A plane through weights: what of many weights a picture shows."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Plane:
    """The places origin + x axes[0] + y axes[1] among weights (n,).

    origin: (n,). axes: (2, n); one of zeros shows nothing. kind: "weights" (any two of them), "random" (two random
    directions) or "path" (along which runs moved most). names: what both axes are called. places: of kind "weights",
    which two.
    """

    origin: tuple[float, ...]
    axes: tuple[tuple[float, ...], tuple[float, ...]]
    kind: str
    names: tuple[str, str]
    places: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """How many weights there are."""
        return len(self.origin)

    @cached_property
    def middle(self) -> np.ndarray:
        """The origin as an array (n,)."""
        return np.array(self.origin)

    @cached_property
    def directions(self) -> np.ndarray:
        """The axes as an array (2, n)."""
        return np.array(self.axes).reshape(2, -1)

    @cached_property
    def _inverse(self) -> np.ndarray:
        """What gives coordinates by least squares, (n, 2)."""
        found: np.ndarray = np.linalg.pinv(self.directions, rcond=1e-12)
        return found

    def coordinates(self, weights: np.ndarray) -> np.ndarray:
        """Return the coordinates (..., 2) of the places of the plane that are nearest to weights (..., n)."""
        return self.moves(np.asarray(weights, dtype=np.float64) - self.middle)

    def moves(self, vectors: np.ndarray) -> np.ndarray:
        """Return the coordinates (..., 2) of moves or gradients (..., n) as far as they lie along the plane."""
        if self.places is not None:  # to the last digit, whatever the others are
            kept = np.asarray(vectors, dtype=np.float64)[..., list(self.places)]
            return np.where(np.any(self.directions, axis=1), kept, 0.0)
        with np.errstate(all="ignore"):
            found: np.ndarray = np.asarray(vectors, dtype=np.float64) @ self._inverse
        return found

    def slopes(self, gradients: np.ndarray) -> np.ndarray:
        """Return the slopes (..., 2) along both axes of what has gradients (..., n)."""
        with np.errstate(all="ignore"):
            found: np.ndarray = np.asarray(gradients, dtype=np.float64) @ self.directions.T
        return found

    def weights(self, points: np.ndarray) -> np.ndarray:
        """Return the weights (..., n) at coordinates (..., 2)."""
        found: np.ndarray = self.middle + np.asarray(points, dtype=np.float64) @ self.directions
        return found

    def share(self, weights: np.ndarray) -> float:
        """Return which share of how far weights (T, n) get from the first of them the plane shows, in squares.

        NaN where they do not move.
        """
        moved = weights - weights[0]
        whole = float((moved * moved).sum())
        seen = self.moves(moved) @ self.directions
        return float((seen * seen).sum()) / whole if whole > 0 else float("nan")


def of_weights(base: np.ndarray, places: tuple[int, int], names: tuple[str, ...], active: int) -> Plane:
    """Return the plane of two weights, the others as in base (n,). active: how many weights there really are."""
    axes = np.zeros((2, len(base)))
    for row, place in enumerate(places):
        if place < active:
            axes[row, place] = 1.0
    origin = np.array(base)
    origin[list(places)] = 0.0
    named = tuple(names[place] if place < active else "(no second weight)" for place in places)
    return Plane(
        origin=tuple(origin.tolist()),
        axes=(tuple(axes[0].tolist()), tuple(axes[1].tolist())),
        kind="weights",
        names=(named[0], named[1]),
        places=places,
    )


def random_plane(base: np.ndarray, reference: np.ndarray, filters: tuple[np.ndarray, ...], seed: int) -> Plane:
    """Return the plane of two random directions through base (n,).

    Each filter (the weights into one neuron, by their places) is drawn from the normal distribution and made as long as
    it is in reference (n,), or of length 1 where that is 0; what is in no filter, as biases are, stays as it is. After
    Li, Xu, Taylor, Studer and Goldstein, Visualizing the loss landscape of neural nets, 2018.
    """
    draws = np.random.default_rng([seed, *b"plane"]).standard_normal((2, len(base)))
    axes = np.zeros((2, len(base)))
    for places in filters:
        if not len(places):
            continue  # an intercept alone has no direction to draw
        length = float(np.linalg.norm(reference[places])) or 1.0
        for row in range(2):
            drawn = draws[row, places]
            axes[row, places] = drawn * (length / float(np.linalg.norm(drawn)))
    return Plane(
        origin=tuple(base.tolist()),
        axes=(tuple(axes[0].tolist()), tuple(axes[1].tolist())),
        kind="random",
        names=("random direction 1", "random direction 2"),
    )


def path_plane(paths: list[np.ndarray]) -> Plane:
    """Return the plane along which paths (T, n) moved most, of all of them together, through their middle.

    Its axes are the two first principal directions of all places, found from the Gram matrix, as long as takes the
    farthest place to a coordinate of 1 (one scale for both).
    """
    places = np.concatenate(paths)
    middle = places.mean(axis=0)
    apart = places - middle
    _, vectors = np.linalg.eigh(apart.T @ apart)
    first = np.stack([vectors[:, -1], vectors[:, -2] if len(middle) > 1 else np.zeros(len(middle))])
    signs = np.array([np.sign(row[np.argmax(np.abs(row))]) or 1.0 for row in first])
    first *= signs[:, None]
    reach = float(np.abs(apart @ first.T).max(initial=0.0)) or 1.0
    axes = first * reach
    return Plane(
        origin=tuple(middle.tolist()),
        axes=(tuple(axes[0].tolist()), tuple(axes[1].tolist())),
        kind="path",
        names=("direction 1 of the paths", "direction 2 of the paths"),
    )
