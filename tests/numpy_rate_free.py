"""The optimizers that set their own step length and the schedule-free ones again, in NumPy, from the papers.

Generators of points, as in numpy_optimizers; sums, products and maxima are taken anew from the whole history wherever
that can be done. Nothing here comes from optax.
"""

from typing import Any

import numpy as np


def decayed(entries, beta):
    """The moving average of the entries that starts at 0, as one weighted sum."""
    return sum((1 - beta) * beta**age * entry for age, entry in enumerate(reversed(entries)))


def prodigy(w, gradient, rates, *, beta1, beta2, eps, first_distance, **_):
    start, d, steps = w, first_distance, []
    for eta in rates:
        yield w
        g = gradient(w)
        steps.append((d, g, eta, w))
        m = decayed([d * g for d, g, _, _ in steps], beta1)
        v = decayed([d**2 * g**2 for d, g, _, _ in steps], beta2)
        r = decayed([eta * d**2 * (g @ (start - w)) for d, g, eta, w in steps], np.sqrt(beta2))
        s = decayed([eta * d**2 * g for d, g, eta, _ in steps], np.sqrt(beta2))
        w = w - eta * d * m / (np.sqrt(v) + d * eps)
        below = np.abs(s).sum()
        d = max(d, r / below) if below > 0 else d


def dadapt(w, gradient, rates, *, beta1, beta2, eps, first_distance, **_):
    """Adam with D-Adaptation: s before the step meets the gradient in the scale after it."""
    d, root = first_distance, np.sqrt(beta2)
    past: list[tuple[Any, Any]] = []
    products: list[float] = []
    for eta in rates:
        yield w
        g = gradient(w)
        s = decayed([rate * g for rate, g in past], root) if past else np.zeros(2)
        past.append((d * eta, g))
        scale = np.sqrt(decayed([g**2 for _, g in past], beta2)) + eps
        products.append(d * eta * (g @ (s / scale)))
        s = decayed([rate * g for rate, g in past], root)
        w = w - decayed([rate * g for rate, g in past], beta1) / scale
        below = np.abs(s).sum()
        d = max(d, decayed(products, root) / ((1 - root) * below)) if below > 0 else d


def dog(w, gradient, rates, *, first_distance, **_):
    points, gradients = [], []
    for eta in rates:
        yield w
        points.append(w)
        gradients.append(gradient(w))
        first = first_distance * (1 + np.linalg.norm(points[0]))
        reached = max(first, *(np.linalg.norm(p - points[0]) for p in points))
        total = sum(g @ g for g in gradients)
        w = w - (eta * reached / np.sqrt(total) * gradients[-1] if total > 0 else 0.0)


def dowg(w, gradient, rates, *, first_distance, **_):
    start, v = w, 0.0
    r_squared = (first_distance * (1 + np.linalg.norm(w))) ** 2
    for eta in rates:
        yield w
        g = gradient(w)
        r_squared = max(r_squared, (w - start) @ (w - start))
        v = v + r_squared * (g @ g)
        w = w - (eta * r_squared / np.sqrt(v) * g if v > 0 else 0.0)


def cocob(w, gradient, rates, *, alpha, **_):
    """Axis by axis, with the negative gradient as the paper has it."""
    first = w.copy()
    largest, sizes, theta, reward = np.zeros((4, 2))
    for eta in rates:
        yield w
        new = w.copy()
        for i, g in enumerate(-gradient(w)):
            largest[i] = max(largest[i], abs(g))
            sizes[i] += abs(g)
            reward[i] = max(reward[i] + (w[i] - first[i]) * g, 0.0)
            theta[i] += g
            bet = 0.0
            if largest[i] > 0:
                below = largest[i] * max(sizes[i] + largest[i], alpha * largest[i])
                bet = theta[i] / below * (largest[i] + reward[i])
            new[i] = w[i] + eta * (first[i] + bet - w[i])
        w = new


def momo(w, gradient, rates, *, beta, lowest, value, **_):
    """The model max over the weighted past of f_j + g_j.(x - w_j), stepped on as in the paper's proximal form."""
    past = []
    for eta in rates:
        yield w
        past.append((value(w), gradient(w), w))
        ages = len(past) - 1 - np.arange(len(past))
        shares = np.where(np.arange(len(past)) == 0, 1.0, 1 - beta) * beta**ages
        d = sum(share * g for share, (_, g, _) in zip(shares, past, strict=True))
        level = sum(share * (f + g @ (w - p)) for share, (f, g, p) in zip(shares, past, strict=True))
        longest = max(level - lowest, 0.0) / (d @ d) if d @ d > 0 else 0.0
        w = w - min(eta, longest) * d


def schedule_free_sgd(w, gradient, rates, *, beta1, **_):
    """The average as the weighted mean of all fast points."""
    z, fast, used = w, [], []
    for eta in rates:
        yield w
        y = (1 - beta1) * z + beta1 * w
        z = z - eta * gradient(y)
        fast.append(z)
        used.append(eta**2)
        w = np.average(fast, axis=0, weights=used) if sum(used) > 0 else w


def schedule_free_adamw(w, gradient, rates, *, beta1, beta2, eps, weight_decay, **_):
    z, fast, used, past = w, [], [], []
    for t, eta in enumerate(rates, start=1):
        yield w
        y = (1 - beta1) * z + beta1 * w
        past.append(gradient(y))
        v_hat = decayed([g**2 for g in past], beta2) / (1 - beta2**t)
        z = z - eta * past[-1] / (np.sqrt(v_hat) + eps) - eta * weight_decay * y
        fast.append(z)
        used.append(eta**2)
        w = np.average(fast, axis=0, weights=used) if sum(used) > 0 else w
