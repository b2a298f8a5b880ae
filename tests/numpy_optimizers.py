"""Every optimizer again, in NumPy, from the papers' pseudo-code: what the compiled ones are compared with.

Each is a generator of steps: given gradient(w) (and hessian(w) where needed) it yields w_0, w_1, ... for ever.
Plain loops on purpose, component by component where the papers write them so; nothing here comes from optax.
"""

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import numpy_adaptive_optimizers
import numpy_rate_free

Gradient = Callable[[np.ndarray], np.ndarray]


def gradient_descent(w, gradient: Gradient, rates, **_) -> Iterator[np.ndarray]:
    for eta in rates:
        yield w
        w = w - eta * gradient(w)


def momentum(w, gradient: Gradient, rates, *, beta, **_) -> Iterator[np.ndarray]:
    v = np.zeros(2)
    for eta in rates:
        yield w
        v = beta * v + gradient(w)
        w = w - eta * v


def momentum_ema(w, gradient: Gradient, rates, *, beta, **_) -> Iterator[np.ndarray]:
    v = np.zeros(2)
    for eta in rates:
        yield w
        v = beta * v + (1 - beta) * gradient(w)
        w = w - eta * v


def nesterov(w, gradient: Gradient, rates, *, beta, **_) -> Iterator[np.ndarray]:
    """Two sequences, as in Nesterov's paper: y is where the gradient is read (and shown), x where it leads."""
    x, y = w, w
    for eta in rates:
        yield y
        new_x = y - eta * gradient(y)
        x, y = new_x, new_x + beta * (new_x - x)


def adagrad(w, gradient: Gradient, rates, *, eps, **_) -> Iterator[np.ndarray]:
    history = []
    for eta in rates:
        yield w
        g = gradient(w)
        history.append(g)
        w = np.array([w[i] - eta * g[i] / (eps + np.sqrt(sum(old[i] ** 2 for old in history))) for i in range(2)])


def rmsprop(w, gradient: Gradient, rates, *, decay, eps, momentum, centred, **_) -> Iterator[np.ndarray]:
    mean, mean_square, velocity = np.zeros(2), np.zeros(2), np.zeros(2)
    for eta in rates:
        yield w
        g = gradient(w)
        mean = decay * mean + (1 - decay) * g
        mean_square = decay * mean_square + (1 - decay) * g * g
        size = mean_square - mean**2 if centred == "on" else mean_square
        velocity = momentum * velocity + g / (np.sqrt(size) + eps)
        w = w - eta * velocity


def adadelta(w, gradient: Gradient, rates, *, rho, eps, **_) -> Iterator[np.ndarray]:
    def rms(mean_square):
        return np.sqrt(mean_square + eps)

    mean_g, mean_step = np.zeros(2), np.zeros(2)
    for eta in rates:
        yield w
        g = gradient(w)
        mean_g = rho * mean_g + (1 - rho) * g**2
        step = -rms(mean_step) / rms(mean_g) * g
        mean_step = rho * mean_step + (1 - rho) * step**2
        w = w + eta * step


def adam(
    w, gradient: Gradient, rates, *, beta1, beta2, eps, weight_decay=0.0, bias_correction="on", **_
) -> Iterator[np.ndarray]:
    m, v = np.zeros(2), np.zeros(2)
    for t, eta in enumerate(rates, start=1):
        yield w
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = (m / (1 - beta1**t), v / (1 - beta2**t)) if bias_correction == "on" else (m, v)
        w = w - eta * (m_hat / (np.sqrt(v_hat) + eps) + weight_decay * w)


adamw = adam


def lion(w, gradient: Gradient, rates, *, beta1, beta2, weight_decay, **_) -> Iterator[np.ndarray]:
    m = np.zeros(2)
    for eta in rates:
        yield w
        g = gradient(w)
        update = np.sign(beta1 * m + (1 - beta1) * g)
        w = w - eta * (update + weight_decay * w)
        m = beta2 * m + (1 - beta2) * g


def newton(w, gradient: Gradient, rates, *, hessian, **_) -> Iterator[np.ndarray]:
    for eta in rates:
        yield w
        w = w - eta * np.linalg.pinv(hessian(w), rcond=1e-12, hermitian=True) @ gradient(w)


def lbfgs_direction(points, gradients, memory_size: int) -> np.ndarray:
    """Return -P g at the last point, with P as a full matrix: the BFGS product over the last pairs (not two loops)."""
    points, gradients = np.asarray(points), np.asarray(gradients)
    g = gradients[-1]
    pairs = list(zip(np.diff(points, axis=0), np.diff(gradients, axis=0), strict=True))[-memory_size:]
    if not pairs:
        return -min(1.0, 1.0 / float(np.linalg.norm(g))) * np.asarray(g)
    s, y = pairs[-1]
    inverse = (s @ y) / (y @ y) * np.eye(2)
    for s, y in pairs:
        rho = 1 / (s @ y)
        shift = np.eye(2) - rho * np.outer(y, s)
        inverse = shift.T @ inverse @ shift + rho * np.outer(s, s)
    return np.asarray(-inverse @ g)


def path(name: str, w, gradient: Gradient, rates, **parameters) -> np.ndarray:
    """Return the first len(rates) + 1 points (T + 1, 2) of the optimizer of this name."""
    rates = list(rates)
    named = globals() | vars(numpy_adaptive_optimizers) | vars(numpy_rate_free)
    steps = named[name](np.asarray(w, float), gradient, itertools.chain(rates, [0.0]), **parameters)
    return np.array(list(itertools.islice(steps, len(rates) + 1)))
