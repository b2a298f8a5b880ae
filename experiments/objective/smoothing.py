"""Gaussian smoothing: L_sigma(w) = E[L(w + sigma z)], z standard normal, by a lattice of nodes that stands still.

The nodes are the points k h of a square lattice, h = sigma / 3, k whole numbers, the 45 by 45 nearest to w; their
weights are the normal density about w times h². Only the weights depend on w, so that the derivative of the sum is
Stein's form E[z L] / sigma: right for steps and kinks, where differentiating through nodes that move with w gives 0,
and the exact derivative of what is drawn. For a wave of frequency omega the rule is off by exp(-(6 pi - omega sigma)² /
2), and what lies beyond 7.3 sigma is left out (1e-11 of it); Gauss-Hermite's nodes, which spread as sigma grows, miss
any wave shorter than their distance.
"""

from collections.abc import Callable
from math import pi, sqrt
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

PER_SIGMA = 3  # nodes a sigma
REACH = 22  # nodes to either side of the nearest one
SCHEDULE_RANGE = 1000.0  # an exponential schedule falls by this before it is brought down to 0

Function = Callable[[Any, Any], jax.Array]


class Smoothed:
    """The smoothed f at one point (2,), sigma > 0: its value, gradient (2,) and Hessian (2, 2). Traceable."""

    def __init__(self, function: Function, sigma: Any, per_sigma: int = PER_SIGMA) -> None:
        self.function, self.sigma, self.per_sigma = function, sigma, per_sigma

    def value(self, point: jax.Array) -> jax.Array:
        """Return the value (); its derivatives are those of the weights."""
        middle, (x, y), rises = self._around(point)
        return middle + self._weights(y, point[1], 0)[0] @ rises @ self._weights(x, point[0], 0)[0]

    def value_and_gradient(self, point: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return value () and gradient (2,)."""
        middle, (x, y), rises = self._around(point)
        sums = self._weights(y, point[1], 1) @ rises @ self._weights(x, point[0], 1).T
        return middle + sums[0, 0], jnp.stack([sums[0, 1], sums[1, 0]]) / self.sigma

    def all(self, point: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
        """Return value (), gradient (2,) and Hessian (2, 2)."""
        middle, (x, y), rises = self._around(point)
        sums = self._weights(y, point[1], 2) @ rises @ self._weights(x, point[0], 2).T
        hessian = jnp.stack([jnp.stack([sums[0, 2], sums[1, 1]]), jnp.stack([sums[1, 1], sums[2, 0]])])
        return middle + sums[0, 0], jnp.stack([sums[0, 1], sums[1, 0]]) / self.sigma, hessian / self.sigma**2

    def _around(self, point: jax.Array) -> tuple[jax.Array, tuple[jax.Array, jax.Array], jax.Array]:
        """Return f at the nearest node, the nodes' x and y, and how much higher f is there, rows of y."""
        reach = REACH * self.per_sigma // PER_SIGMA
        step = self.sigma / self.per_sigma
        nodes = jnp.round(jax.lax.stop_gradient(point) / step)
        x, y = ((nodes[i] + np.arange(-reach, reach + 1.0)) * step for i in range(2))
        heights = jnp.asarray(self.function(*jnp.broadcast_arrays(x[None, :], y[:, None])), jnp.float64)
        heights = jax.lax.stop_gradient(jnp.broadcast_to(heights, (len(y), len(x))))
        middle = heights[reach, reach]
        middle = jnp.where(jnp.isfinite(middle), middle, 0.0)  # sums of small rises, where heights would cancel
        return middle, (x, y), heights - middle

    def _weights(self, nodes: jax.Array, at: jax.Array, order: int) -> jax.Array:
        """Return the weights (order + 1, n) of value, first and second derivative, these in units of sigma."""
        t = (nodes - at) / self.sigma
        density = jnp.exp(-t * t / 2) / (sqrt(2 * pi) * self.per_sigma)
        return jnp.stack([density, density * t, density * (t * t - 1)][: order + 1])


def shares(schedule: str, steps: int) -> np.ndarray:
    """Return sigma at each step over its first value, float64 (steps,): 1 at first; after the last step it is 0."""
    if schedule == "constant":
        return np.ones(steps)
    t = np.arange(steps) / steps
    if schedule == "linear":
        return 1 - t
    return (SCHEDULE_RANGE**-t - 1 / SCHEDULE_RANGE) / (1 - 1 / SCHEDULE_RANGE)
