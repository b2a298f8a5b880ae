"""The same recorded run the way others write it: a loop in NumPy, numba, torch and optax.

Each maker takes (optimizer, learning rate, start, steps) and returns a function without arguments that descends
Rosenbrock (a = 1, b = 100) in float64 and returns (points (T+1, 2), losses (T+1,), gradients (T+1, 2),
updates (T, 2)). It raises ImportError where its package is missing.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

Record = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Maker = Callable[[str, float, tuple[float, float], int], Callable[[], Record]]

BETA, BETA1, BETA2, EPS = 0.9, 0.9, 0.999, 1e-8


def _arrays(steps: int) -> Record:
    return np.empty((steps + 1, 2)), np.empty(steps + 1), np.empty((steps + 1, 2)), np.empty((steps, 2))


def numpy_loop(optimizer: str, rate: float, start: tuple[float, float], steps: int) -> Callable[[], Record]:
    """A NumPy loop, with the gradient written by hand."""

    def loss(p: np.ndarray) -> float:
        height: float = (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
        return height

    def gradient(p: np.ndarray) -> np.ndarray:
        valley = p[1] - p[0] ** 2
        return np.array([-2 * (1 - p[0]) - 400 * p[0] * valley, 200 * valley])

    def descend() -> Record:
        points, losses, gradients, updates = _arrays(steps)
        p, m, v = np.array(start), np.zeros(2), np.zeros(2)
        for t in range(steps):
            g = gradient(p)
            points[t], losses[t], gradients[t] = p, loss(p), g
            if optimizer == "gradient_descent":
                update = -rate * g
            elif optimizer == "momentum":
                m = BETA * m + g
                update = -rate * m
            else:
                m = BETA1 * m + (1 - BETA1) * g
                v = BETA2 * v + (1 - BETA2) * g**2
                update = -rate * (m / (1 - BETA1 ** (t + 1))) / (np.sqrt(v / (1 - BETA2 ** (t + 1))) + EPS)
            updates[t] = update
            p = p + update
        points[steps], losses[steps], gradients[steps] = p, loss(p), gradient(p)
        return points, losses, gradients, updates

    return descend


def numba_loop(optimizer: str, rate: float, start: tuple[float, float], steps: int) -> Callable[[], Record]:
    """The same loop for numba: scalars, compiled to machine code."""
    from numba import njit  # noqa: PLC0415  may be missing

    kind = ("gradient_descent", "momentum", "adam").index(optimizer)

    def descend(kind: int, rate: float, x: float, y: float, steps: int) -> Record:
        points, losses = np.empty((steps + 1, 2)), np.empty(steps + 1)
        gradients, updates = np.empty((steps + 1, 2)), np.empty((steps, 2))
        mx = my = vx = vy = 0.0
        for t in range(steps + 1):
            valley = y - x * x
            gx, gy = -2 * (1 - x) - 400 * x * valley, 200 * valley
            points[t, 0], points[t, 1] = x, y
            losses[t] = (1 - x) ** 2 + 100 * valley * valley
            gradients[t, 0], gradients[t, 1] = gx, gy
            if t == steps:
                break
            if kind == 0:
                ux, uy = -rate * gx, -rate * gy
            elif kind == 1:
                mx, my = BETA * mx + gx, BETA * my + gy
                ux, uy = -rate * mx, -rate * my
            else:
                mx, my = BETA1 * mx + (1 - BETA1) * gx, BETA1 * my + (1 - BETA1) * gy
                vx, vy = BETA2 * vx + (1 - BETA2) * gx * gx, BETA2 * vy + (1 - BETA2) * gy * gy
                c1, c2 = 1 - BETA1 ** (t + 1), 1 - BETA2 ** (t + 1)
                ux = -rate * (mx / c1) / (np.sqrt(vx / c2) + EPS)
                uy = -rate * (my / c1) / (np.sqrt(vy / c2) + EPS)
            updates[t, 0], updates[t, 1] = ux, uy
            x, y = x + ux, y + uy
        return points, losses, gradients, updates

    compiled: Callable[[int, float, float, float, int], Record] = njit(descend)
    return lambda: compiled(kind, rate, start[0], start[1], steps)


def torch_loop(optimizer: str, rate: float, start: tuple[float, float], steps: int) -> Callable[[], Record]:
    """A torch.optim loop with autograd, as its tutorials write it."""
    import torch  # noqa: PLC0415  may be missing

    makers: dict[str, Callable[[list[Any]], Any]] = {
        "gradient_descent": lambda w: torch.optim.SGD(w, lr=rate),
        "momentum": lambda w: torch.optim.SGD(w, lr=rate, momentum=BETA),
        "adam": lambda w: torch.optim.Adam(w, lr=rate, betas=(BETA1, BETA2), eps=EPS),
    }

    def descend() -> Record:
        points, losses, gradients, updates = _arrays(steps)
        w: Any = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        descent = makers[optimizer]([w])
        for t in range(steps + 1):
            descent.zero_grad()
            loss = (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2
            loss.backward()
            points[t], losses[t], gradients[t] = w.detach().numpy(), loss.item(), w.grad.numpy()
            if t < steps:
                descent.step()
                updates[t] = w.detach().numpy() - points[t]
        return points, losses, gradients, updates

    return descend


def optax_loop(optimizer: str, rate: float, start: tuple[float, float], steps: int) -> Callable[[], Record]:
    """An eager optax loop as most people write it, value_and_grad jitted (without that it takes 50 times as long)."""
    descent = {
        "gradient_descent": lambda: optax.sgd(rate),
        "momentum": lambda: optax.sgd(rate, momentum=BETA),
        "adam": lambda: optax.adam(rate, b1=BETA1, b2=BETA2, eps=EPS),
    }[optimizer]()
    value_and_grad = jax.jit(jax.value_and_grad(lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2))

    def descend() -> Record:
        points, losses, gradients, updates = _arrays(steps)
        params = jnp.array(start)
        state = descent.init(params)
        for t in range(steps + 1):
            value, grad = value_and_grad(params)
            points[t], losses[t], gradients[t] = params, value, grad
            if t < steps:
                update, state = descent.update(grad, state, params)
                updates[t] = update
                params = optax.apply_updates(params, update)
        return points, losses, gradients, updates

    return descend
