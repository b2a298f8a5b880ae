"""The optimizers that search along a line or read the Hessian again, in NumPy and SciPy, from the papers."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

Value = Callable[[np.ndarray], float]
Vector = Callable[[np.ndarray], np.ndarray]


def backtracking(w, value: Value, gradient: Vector, rate: float, steps: int, *, shrink=0.5, slope=1e-4):
    """Return the points and how many values each step asked for, the one at the point itself included."""
    points, asked = [w], []
    for _ in range(steps):
        g, t, count = gradient(w), rate, 2
        while value(w - t * g) > value(w) - slope * t * (g @ g):
            t *= shrink
            count += 1
        w = w - t * g
        points.append(w)
        asked.append(count)
    return np.array(points), np.array(asked)


def level_point(gradient: Vector, w: np.ndarray, d: np.ndarray, first: float) -> float:
    high = first
    while gradient(w + high * d) @ d < 0:
        high *= 2
    low = high / 2 if high > first else 0.0
    return float(brentq(lambda t: gradient(w + t * d) @ d, low, high, xtol=1e-15, rtol=1e-15))


def exact_line_search(w, gradient: Vector, rate: float, steps: int):
    points = [w]
    for _ in range(steps):
        g = gradient(w)
        w = w - level_point(gradient, w, -g, rate) * g
        points.append(w)
    return np.array(points)


def polyak_step(w, value: Value, gradient: Vector, rate: float, steps: int, lowest: float):
    points = [w]
    for _ in range(steps):
        g = gradient(w)
        w = w - min(rate, (value(w) - lowest) / (g @ g)) * g
        points.append(w)
    return np.array(points)


def conjugate_gradient(w, gradient: Vector, rate: float, steps: int):
    points, g_before, d = [w], None, np.zeros(2)
    for _ in range(steps):
        g = gradient(w)
        beta = 0.0 if g_before is None else max(0.0, g @ (g - g_before) / (g_before @ g_before))
        d = -g + beta * d
        if d @ g >= 0:
            d = -g
        w = w + level_point(gradient, w, d, rate) * d
        g_before = g
        points.append(w)
    return np.array(points)


def saddle_free_newton(w, gradient: Vector, hessian: Vector, rate: float, steps: int):
    points = [w]
    for _ in range(steps):
        size, axes = np.linalg.eigh(hessian(w))
        w = w - rate * axes @ ((axes.T @ gradient(w)) / np.abs(size))
        points.append(w)
    return np.array(points)


def damped_newton(w, value: Value, gradient: Vector, hessian: Vector, rate: float, steps: int, damping: float):
    points = [w]
    for _ in range(steps):
        h = hessian(w)
        size = np.linalg.eigvalsh(h)
        mu = max(0.0, -size.min()) + damping * np.abs(size).max()
        step = -rate * np.linalg.solve(h + mu * np.eye(2), gradient(w))
        if value(w + step) < value(w):
            w, damping = w + step, damping / 3
        else:
            damping *= 4
        points.append(w)
    return np.array(points)


def bfgs_direction(points, gradients):
    """Return -P g at the last point, P the product of BFGS's updates over all pairs with s·y > 0."""
    g, inverse = gradients[-1], None
    for s, y in zip(np.diff(points, axis=0), np.diff(gradients, axis=0), strict=True):
        if s @ y <= 0:
            continue
        if inverse is None:
            inverse = (s @ y) / (y @ y) * np.eye(2)
        side = np.eye(2) - np.outer(s, y) / (s @ y)
        inverse = side @ inverse @ side.T + np.outer(s, s) / (s @ y)
    return -min(1.0, 1 / float(np.linalg.norm(g))) * g if inverse is None else -inverse @ g
