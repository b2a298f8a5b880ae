"""What a landscape is: one function of (x, y) and all that is known about it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from landscapes.data.learner import Learner
from landscapes.data.model import Model
from parameter import Parameter, fill

Box = tuple[tuple[float, float], tuple[float, float]]

_EMPTY: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Landscape:
    """A surface f(x, y), its derivatives and its verified critical points.

    function: f(x, y, **parameters) in jax.numpy, elementwise over any shape, float64.
    domain: ((xmin, xmax), (ymin, ymax)), the box in which the listed facts hold.
    view: same form; the window that shows what the surface teaches.
    minima, other_minima, saddle_points: (x, y) tuples for the default parameters; the global minima are complete
    within the domain, the other two are a subset.
    kinks: those minima at which the surface has no gradient; boundary: those that only the domain's edge makes a
    minimum. Both are flagged so that no zero-gradient test is applied to them.
    pivot: what a rotation turns about; None for the middle of the view.
    model: what learns from data here with x and y for weights; learner: what does with many, of which x and y are
    places on a plane. None where the surface is a formula; one of them is None in any case.
    complete: whether the listed points are all critical points that there are, wherever they lie. infimum: what the
    surface falls towards where nothing is lowest, None where that is not known.
    scale: how heights are coloured and drawn: "linear", "log" (of the height above the lowest point in view), "rank"
    (by the share of the view that lies lower), or "" for whichever suits the heights.
    """

    key: str
    name: str
    family: str
    formula: str
    function: Callable[..., jax.Array]
    domain: Box
    view: Box
    source: str
    story: str
    starts: tuple[tuple[float, float], ...]
    parameters: tuple[Parameter, ...] = ()
    minima: tuple[tuple[float, float], ...] = _EMPTY
    lowest: float | None = None
    other_minima: tuple[tuple[float, float], ...] = _EMPTY
    saddle_points: tuple[tuple[float, float], ...] = _EMPTY
    kinks: tuple[tuple[float, float], ...] = _EMPTY
    boundary: tuple[tuple[float, float], ...] = _EMPTY
    note: str = ""
    pivot: tuple[float, float] | None = None
    scale: str = "linear"
    model: Model | None = None
    learner: Learner | None = None
    complete: bool = False
    infimum: float | None = None

    @property
    def global_minima(self) -> np.ndarray:
        """The global minima, (n, 2), for the default parameters."""
        return _points(self.minima)

    @property
    def local_minima(self) -> np.ndarray:
        """Verified minima that are not global, (n, 2); a subset, for the default parameters."""
        return _points(self.other_minima)

    @property
    def saddles(self) -> np.ndarray:
        """Verified saddle points, (n, 2); a subset, for the default parameters."""
        return _points(self.saddle_points)

    @property
    def learns(self) -> Model | Learner | None:
        """What learns from rows of data here, with two weights or many; None where the surface is a formula."""
        return self.model or self.learner

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The default parameters by key."""
        return fill(self.parameters, {})

    def at(self, x: jax.Array, y: jax.Array, parameters: dict[str, Any]) -> jax.Array:
        """Return f at x and y (any one shape), with every parameter given; no checks, safe to trace."""
        return self.function(x, y, **parameters)

    def value(self, points: Any, **parameters: Any) -> jax.Array:
        """Return f at points (..., 2) as (...), float64. Raises ValueError for an unknown or disallowed parameter."""
        points = _as_points(points)
        return jnp.asarray(self.at(points[..., 0], points[..., 1], self._given(parameters)), dtype=points.dtype)

    def gradient(self, points: Any, **parameters: Any) -> jax.Array:
        """Return the gradient at points (..., 2) as (..., 2); finite wherever the surface is."""
        given = self._given(parameters)
        return _over(points, jax.grad(lambda p: self.at(p[0], p[1], given)))

    def hessian(self, points: Any, **parameters: Any) -> jax.Array:
        """Return the Hessian at points (..., 2) as (..., 2, 2)."""
        given = self._given(parameters)
        return _over(points, jax.hessian(lambda p: self.at(p[0], p[1], given)))

    def _given(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Fill in defaults; numbers under a trace pass unchecked, as their values are not known yet."""
        if any(isinstance(v, jax.core.Tracer) for v in parameters.values()):
            return {**self.defaults, **parameters}
        return fill(self.parameters, parameters, self.key)


def _points(pairs: tuple[tuple[float, float], ...]) -> np.ndarray:
    return np.asarray(pairs, dtype=np.float64).reshape(-1, 2)


def _as_points(points: Any) -> jax.Array:
    array = jnp.asarray(points, dtype=jnp.float64)
    if array.ndim == 0 or array.shape[-1] != 2:
        raise ValueError(f"points: shape {array.shape} is not allowed; give (..., 2)")
    return array


def _over(points: Any, derivative: Callable[[jax.Array], jax.Array]) -> jax.Array:
    """Apply a derivative of one point (2,) to points (..., 2)."""
    array = _as_points(points)
    rows = jax.vmap(derivative)(array.reshape(-1, 2))
    return rows.reshape(array.shape[:-1] + rows.shape[1:])
