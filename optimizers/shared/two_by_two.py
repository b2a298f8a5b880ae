"""Symmetric two by two systems in closed form: the solution, where a matrix has one, and functions of a matrix.

In closed form, because a call to an eigenvalue or solving routine would put the whole loop out of one compiled kernel.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp

LOST = 2e-15
"""A determinant ac - b² counts as 0 where it is at most this share of the larger of its products: rounding."""


def pseudo_inverse_times(matrix: jax.Array, vector: jax.Array) -> jax.Array:
    """Return H^+ v (2,) for a symmetric H (2, 2); zeros where H is zero, NaN where it is not finite.

    H is inverted unless its determinant is lost to rounding. That is asked of the determinant's own two products, not
    of the eigenvalues: diag(1, 1e20) has an inverse, exact to the last digit, though its curvatures are far apart.
    By elimination with the largest entry as the pivot, as LAPACK solves: what rounding leaves undone lies along the
    flat direction, where it does not raise the gradient.
    """
    a, b, c = matrix[0, 0], (matrix[0, 1] + matrix[1, 0]) / 2, matrix[1, 1]
    first, second, mixed = jnp.abs(a), jnp.abs(c), jnp.abs(b)
    crossed = (mixed > first) & (mixed > second)  # the rows change places
    turned = ~crossed & (second > first)  # the axes do
    # the system (pivot, beside; below, last) (u, w) = (right, rest) with the largest entry as its pivot
    pivot = jnp.where(crossed, b, jnp.where(turned, c, a))
    beside = jnp.where(crossed, c, b)
    below = jnp.where(crossed, a, b)
    last = jnp.where(crossed, b, jnp.where(turned, a, c))
    swapped = crossed | turned
    right, rest = jnp.where(swapped, vector[1], vector[0]), jnp.where(swapped, vector[0], vector[1])
    safe = jnp.where(pivot == 0, 1.0, pivot)
    share = below / safe
    reduced = last - share * beside
    is_flat = jnp.abs(reduced) <= LOST * jnp.maximum(jnp.abs(last), jnp.abs(share * beside))
    w = (rest - share * right) / jnp.where(is_flat, 1.0, reduced)
    u = (right - beside * w) / safe
    solved = jnp.where(turned, jnp.stack([w, u]), jnp.stack([u, w]))
    # of rank one, H is its trace times a projection
    trace = (a + c) / safe
    along = jnp.stack(
        [(a / safe) * vector[0] + (b / safe) * vector[1], (b / safe) * vector[0] + (c / safe) * vector[1]]
    )
    level = along / jnp.where(trace == 0, 1.0, trace * trace) / safe
    found = jnp.where(pivot == 0, 0.0, jnp.where(is_flat, level, solved))
    return jnp.where(jnp.isfinite(matrix).all(), found, jnp.nan)


def scaled(matrix: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array]:
    """Return the size () of a symmetric matrix's largest entry, and its entries a, b, c over it; 1 for zeros."""
    size = jnp.max(jnp.abs(matrix))
    size = jnp.where(size == 0, 1.0, size)
    return size, matrix[0, 0] / size, (matrix[0, 1] + matrix[1, 0]) / (2 * size), matrix[1, 1] / size


def without_signs(matrix: jax.Array) -> jax.Array:
    """Return |H| (2, 2): a symmetric matrix with its eigenvalues' signs taken away.

    For eigenvalues of one sign that is ±H itself; for two signs |H| = (tr(H) H + 2 |det(H)| I) / (their distance), in
    whose entries on the diagonal nothing cancels.
    """
    size, a, b, c = scaled(matrix)
    determinant = a * c - b * b
    distance = jnp.sqrt((a - c) ** 2 + 4 * b * b)
    safe = jnp.where(determinant < 0, distance, 1.0)
    beside = (a + c) * b / safe
    apart = jnp.stack([(a * a - a * c + 2 * b * b) / safe, beside, beside, (c * c - a * c + 2 * b * b) / safe]).reshape(
        2, 2
    )
    return jnp.where(determinant < 0, size * apart, jnp.where(a + c < 0, -matrix, matrix))


def curvatures(matrix: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return the eigenvalues () of a symmetric matrix (2, 2), the smaller in size first."""
    size, a, b, c = scaled(matrix)
    large = _large(a, b, c)
    return (a * c - b * b) / jnp.where(large == 0, 1.0, large) * size, large * size


def _large(a: jax.Array, b: jax.Array, c: jax.Array) -> jax.Array:
    middle, square = (a + c) / 2, ((a - c) / 2) ** 2 + b**2
    radius = jnp.where(square > 0, jnp.sqrt(jnp.where(square > 0, square, 1.0)), 0.0)
    return jnp.where(middle < 0, middle - radius, middle + radius)


def of_eigenvalues(
    matrix: jax.Array, vector: jax.Array, function: Callable[[jax.Array, jax.Array], tuple[jax.Array, jax.Array]]
) -> jax.Array:
    """Return F(H) v (2,) for symmetric H (2, 2): its eigenvalues, small and large in size, become function's two."""
    size, a, b, c = scaled(matrix)
    large = _large(a, b, c)
    small = (a * c - b * b) / jnp.where(large == 0, 1.0, large)
    new_small, new_large = function(small * size, large * size)
    times = jnp.stack([a * vector[0] + b * vector[1], b * vector[0] + c * vector[1]])
    gap = jnp.where(large == small, 1.0, large - small)
    along_large = jnp.where(large == small, 0.0, (times - small * vector) / gap)
    return new_large * along_large + new_small * (vector - along_large)
