"""What a plane shows of the loss of a model with many weights: a landscape of two coordinates."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from landscapes.data.learned import Rows, own_rows
from landscapes.data.learner import Learner
from landscapes.data.projection import Plane, of_weights
from landscapes.data.solutions import Solution, solved
from landscapes.data.windows import half_sides
from landscapes.landscape import Box, Landscape

Named = tuple[tuple[str, Any], ...]

_KEPT = 256
_AT_ONCE = 1 << 21  # numbers of rows at a time: more would take much memory
_NETWORK = 3.0  # half the view of two weights of a network
_RANDOM = 2.0  # of random directions, each as long as the weights are
_FAR = 1.15  # of a path's own plane, whose farthest place has a coordinate of 1
PATH_VIEW: Box = ((-_FAR, _FAR), (-_FAR, _FAR))


@lru_cache(maxsize=_KEPT)
def solution_of(learner: Learner, rows: Rows, settings: Named, l2: float, l1: float) -> Solution | None:
    """Return the least loss of a convex model on these rows with penalties, None where it is not known. Cached."""
    return solved(learner, np.array(rows, dtype=np.float64), dict(settings), l2, l1)


@lru_cache(maxsize=_KEPT)
def view_of(learner: Learner, plane: Plane, rows: Rows, settings: Named) -> Box:
    """Return the window on a plane that shows the loss on these rows: around what fits best, and the plane's middle."""
    if plane.kind == "path":
        return PATH_VIEW
    if plane.kind == "random":
        return ((-_RANDOM, _RANDOM),) * 2
    if not learner.convex:
        return ((-_NETWORK, _NETWORK),) * 2
    found = solution_of(learner, rows, settings, 0.0, 0.0)
    best = np.zeros(2)
    if found is not None and found.weights is not None:
        best = plane.moves(np.pad(found.weights, (0, plane.size - len(found.weights))))
    best = np.where(np.abs(best) <= 20.0, best, 0.0)  # where rows hardly decide on a weight it may be anywhere
    least = 1.0 if learner.target == "number" else 3.0
    wide, high = half_sides(best[None], (least, least))
    return ((-wide, wide), (-high, high))


def on_plane(
    unit: Landscape,
    plane: Plane,
    rows: Rows,
    settings: Named,
    penalties: tuple[float, float],
    base: tuple[float, ...],
) -> Landscape:
    """Return a landscape whose height at (x, y) is the loss of its model at that place of the plane.

    rows: those that are learnt from. settings: of the model. penalties: of L2 and L1. base: the weights that a run
    starts from where nothing else is said. Its minima are not told: those of a plane are none of the loss.
    """
    learner = unit.learner
    assert learner is not None
    height = _height(learner, plane, rows, settings, penalties)
    (x0, x1), (y0, y1) = view = view_of(learner, plane, rows, settings)

    def function(x: Any, y: Any, **parameters: Any) -> Any:
        return height(x, y)

    return replace(
        unit,
        function=function,
        view=view,
        domain=((4 * x0, 4 * x1), (4 * y0, 4 * y1)),
        starts=(tuple((plane.coordinates(np.array(base)) + 0.0).tolist()),),
    )


def first_weights(learner: Learner, settings: Named, size: int) -> np.ndarray:
    """Return the weights that the model starts from where nobody says which, padded with zeros to a size."""
    given = dict(settings)
    found = np.zeros(size)
    own = learner.start(given, int(given.get("weights_seed", 0)), float(given.get("weights_scale", 1.0)))
    found[: len(own)] = own
    return found


def _height(learner: Learner, plane: Plane, rows: Rows, settings: Named, penalties: tuple[float, float]) -> Any:
    given = dict(settings)
    table = np.array(rows, dtype=np.float64)
    features, targets = np.ascontiguousarray(learner.design(table[:, :-1], given).T), table[:, -1]
    on = np.zeros(plane.size)
    on[: learner.count(given)] = ~learner.intercepts(given)
    l2, l1 = penalties
    origin, axes = plane.middle, plane.directions

    def at(pair: tuple[jax.Array, jax.Array]) -> jax.Array:
        weights = origin + pair[0] * axes[0] + pair[1] * axes[1]
        each = learner.row_losses(jnp, learner.scores(jnp, weights, features, given), targets)
        return jnp.mean(each) + l2 * jnp.sum(on * weights**2) + l1 * jnp.sum(on * jnp.abs(weights))

    def height(x: Any, y: Any) -> jax.Array:
        x, y = jnp.asarray(x, jnp.float64), jnp.asarray(y, jnp.float64)
        if not x.ndim:
            return at((x, y))
        found: jax.Array = jax.lax.map(at, (jnp.ravel(x), jnp.ravel(y)), batch_size=max(1, _AT_ONCE // features.size))
        return found.reshape(x.shape)

    return height


def made(**fields: Any) -> Landscape:
    """Return a landscape with a model of many weights on the rows of its own data set, as the catalogue lists it.

    Its x and y are the first two weights; the others are those that a run starts from.
    """
    unit = Landscape(function=_height, domain=((-1.0, 1.0),) * 2, view=((-1.0, 1.0),) * 2, starts=(), **fields)
    learner = unit.learner
    assert learner is not None
    settings = settings_of(unit, unit.defaults)
    rows = own_rows(unit.defaults)
    plane = first_plane(learner, settings)

    def function(x: Any, y: Any, **parameters: Any) -> Any:
        given = settings_of(unit, parameters)
        return _height(learner, first_plane(learner, given), own_rows(parameters), given, (0.0, 0.0))(x, y)

    base = tuple(first_weights(learner, settings, plane.size).tolist())
    return replace(on_plane(unit, plane, rows, settings, (0.0, 0.0), base), function=function)


def first_plane(learner: Learner, settings: Named) -> Plane:
    """Return the plane of the first two weights, through those that a run starts from."""
    given = dict(settings)
    base = first_weights(learner, settings, max(2, learner.width(given)))
    return of_weights(base, (0, 1), learner.names(given), learner.count(given))


def settings_of(unit: Landscape, values: Mapping[str, Any]) -> Named:
    """Return those of a landscape's parameters that say what its model is, hashable."""
    learner = unit.learner
    assert learner is not None
    return tuple((key, values[key]) for key in learner.settings)
